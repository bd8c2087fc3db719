"""Why this room refuses."""

from stegvis.audit.errors import Refused


class FolderNotWritable(Refused):
    """Nothing was exported, since {folder} cannot be written: {why}. Choose another folder."""


class FolderNotEmpty(Refused):
    """Nothing was exported: {folder} holds files already, and an export never writes over anything. Choose an empty folder."""


class ExportReasonMissing(Refused):
    """Data leave with a reason only, which stays in the record. Write in a few words who needs them, and for what."""


class NoSuchFormat(Refused):
    """There is no format called {format}, so nothing was ordered. Choose one of: {known}."""


class AnswersNeeded(Refused):
    """REDCap takes answers, and this order leaves them out. Tick that they go along, or choose another format."""


class NotMade(Refused):
    """There is no file to take: it is not made yet, could not be made, or was removed after {days} days. Order it anew."""


class TooLargeToKeep(Refused):
    """The file would be larger than {most} MB. Make it with the commands extract and convert on the server instead."""


class NotYourData(Refused):
    """A copy of everything that is kept about a person is made for that person alone. Sign in with your own account."""
