"""Why this room refuses."""

from stegvis.audit.errors import Refused


class NotLocked(Refused):
    """The arms are shown only after the data have been locked for this analysis. Ask the data manager to lock them."""


class ReasonMissing(Refused):
    """The data are locked with a reason only, which stays in the record. Write in a few words why, and why now."""


class LockedAlready(Refused):
    """The data were locked for this analysis on {on}. A lock stands: open the report instead."""


class NoPlan(Refused):
    """The trial names no analysis plan. Add one to its folder and load it."""


class NothingToCompare(Refused):
    """There is nobody to compare yet: {why}"""


class NotPrinted(Refused):
    """The report could not be printed, and nothing was kept: {why}"""
