"""Why a device's file, or what was chosen from it, is refused."""

from stegvis.audit.errors import Refused


class FileIsEmpty(Refused):
    """This file was not read: there is nothing in it. Export it from the phone once more, then choose the new file."""


class FileIsForeign(Refused):
    """
    This file was not read: it is none that we know. Choose the export of Apple Health, Health Connect or Google Fit (a zip
    file), or a recording that ends in .fit, .gpx or .tcx.
    """


class FileIsBroken(Refused):
    """
    This file was not read: it is broken or cut short, so what stands in it cannot be relied on. Export it once more, wait
    until the phone says that it is done, then choose the new file.
    """


class FileTooLarge(Refused):
    """
    This file was not read: it is larger than {most} MB. Choose a shorter period when you export it, or choose the zip file
    rather than what is in it.
    """


class FileUnpacksTooFar(Refused):
    """
    This file was not read: unpacked it would be far larger than an export from a phone. Choose the zip file just as the
    phone made it.
    """


class FileIsLocked(Refused):
    """This file was not read: it is locked with a password. Export it without a password, then choose the new file."""


class FileHoldsTooMuch(Refused):
    """
    This file was not read: it holds more than we can read at once. Choose a shorter period when you export it, then choose
    the new file.
    """


class UploadNotReady(Refused):
    """This file has not been read to its end yet, so there is nothing to choose from. Wait until the page shows it."""


class PartOutOfTurn(Refused):
    """This piece of the file came out of turn, so the file is not whole. Nothing was saved. Choose the file once more."""


class NothingChosen(Refused):
    """Nothing is chosen, so nothing was saved. Tick steps or at least one kind of activity, and a period that holds some."""
