"""Why a worksheet is not kept, copied or shared."""

from stegvis.audit.errors import Refused


class UnknownSheet(Refused):
    """This programme has no such worksheet, so nothing was saved. Open your list of worksheets; what you kept is there."""


class SheetUnderWay(Refused):
    """You have begun a sheet of this kind. Keep it first, or set it aside; then you can begin with these words."""


class SheetStaysBetweenYouAndTherapist(Refused):
    """This worksheet can be shared with your therapist only. Your physiotherapist can hear of it from you at a visit."""


class SheetSetAside(Refused):
    """This sheet is set aside, so it was not shared. Bring it back to your list first."""


class DayToCome(Refused):
    """The sheet is about a day that has not come yet, so it was not kept. Choose today or a day before it."""


class NotSharedWithYou(Refused):
    """This worksheet is not shared with you. Ask the person, if you need to know what it says."""
