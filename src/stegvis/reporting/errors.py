"""Why this room refuses."""

from stegvis.audit.errors import Refused


class NotLocked(Refused):
    """The arms are shown only after the data have been locked for this analysis. Ask the data manager to lock them."""


class ReasonMissing(Refused):
    """The data are locked with a reason only, which stays in the record. Write in a few words why, and why now."""


class LockedAlready(Refused):
    """The data were locked for this analysis on {on}. A lock stands: open the report instead."""


class NoSuchAnalysis(Refused):
    """The protocol has no analysis called {analysis}, so nothing was done. Choose one of: {known}."""


class NoPlan(Refused):
    """The trial names no analysis plan. Add one to its folder and load it."""


class NotExtracted(Refused):
    """No extract was written. {why}"""


class FolderNotEmpty(Refused):
    """No extract was written: {folder} holds files already, and an extract never mixes with others. Choose an empty folder."""


class FolderNotWritable(Refused):
    """No extract was written, since {folder} cannot be written: {why}. Choose another folder."""


class NotPrinted(Refused):
    """The report could not be printed, and nothing was kept: {why}"""
