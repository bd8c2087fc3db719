"""Why a person does not change their site."""

from stegvis.audit.errors import Refused


class SameSite(Refused):
    """{participant} is at {site} already. Choose another site."""


class NotAReasonToTransfer(Refused):
    """This is not one of the reasons for which a person changes their site. Choose one of those on the page."""


class TransferDayIsOver(Refused):
    """The day of the change is over, or more than a year ahead. Choose today or a later day."""


class TransferWaits(Refused):
    """{participant} has been handed over to {site} already, which has not answered. Take that back first."""


class LeftAlready(Refused):
    """{participant} has left the study, so there is nothing to go on with at another site. They stay where they are."""


class CannotReceive(Refused):
    """
    {site} cannot take over anybody: {missing}. The protocol asks for it in every group. Ask an administrator to put it right
    there, then hand over.
    """


class NotYourTransfer(Refused):
    """A coordinator of {site} answers this. Ask one of them."""


class TransferEnded(Refused):
    """This has been answered already, and that stands. Look at the person's site, and hand over anew if need be."""


class TransferTooEarly(Refused):
    """{participant} changes their site on {day}. Take over on that day or later; until then the other site sees to them."""
