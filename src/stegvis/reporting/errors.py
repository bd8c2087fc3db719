"""Why this room refuses."""

from stegvis.audit.errors import Refused


class NotLocked(Refused):
    """The arms are shown only after the data have been locked for this analysis. Ask the data manager to lock them."""


class ReasonMissing(Refused):
    """The data are locked with a reason only, which stays in the record. Write in a few words why, and why now."""


class GatesOpen(Refused):
    """The data are not locked yet. {gates} Close what is open, or write why the data are locked all the same."""


class PlanNotSigned(Refused):
    """The data are not locked: nobody has signed the analysis plan as its file is now ({sha256}). The statistician signs it
    under Data and report.
    """


class NothingProposed(Refused):
    """Nobody has asked for this, or it is answered or more than {days} days old. The data manager asks for it first."""


class SameRole(Refused):
    """{code} asked for this as {role}. It takes somebody in another role to agree."""


class NothingToUnlock(Refused):
    """The data are not locked for this analysis, so there is nothing to unlock."""


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


class TrialGoesOn(Refused):
    """{on} is still to come. The trial's end is kept once it has ended, since periods of retention count from it."""


class NothingDue(Refused):
    """Nothing of this is due to be deleted: the trial has not ended, or the protocol's years or days are not over for anybody."""


class OnlyTheCommittee(Refused):
    """The closed report is read by the data-monitoring committee alone: whoever else saw it would be unblinded."""


class NoCommittee(Refused):
    """The protocol names no data-monitoring committee, so there is no closed report. Add [committee]."""
