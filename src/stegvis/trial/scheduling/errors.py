"""Why a day is not moved and a gift is not kept."""

from stegvis.audit.errors import Refused


class NotInWindow(Refused):
    """The window of these questions is from {opens_on} to {closes_on}. Choose a day in it; it cannot be moved itself."""


class DayIsPast(Refused):
    """This day is over. Choose today or a later day."""


class NothingToMove(Refused):
    """There is nothing to move: the answers are in, or the visit has been held or was never booked."""


class SameDay(Refused):
    """It is planned for this day already. Choose another day, or leave it as it is."""


class NotAReasonToMove(Refused):
    """This is not one of the reasons for which a day is moved. Choose one of those on the page."""


class NoIncentive(Refused):
    """The protocol plans no gift for these questions, so none is recorded. Choose questions that have one."""


class IncentiveTooEarly(Refused):
    """It is too early for this gift: the protocol gives it later. It stands in the list when its time has come."""


class SentLater(Refused):
    """A gift is recorded on the day on which it was sent, and this day has not come. Choose today or an earlier day."""
