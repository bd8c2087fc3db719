"""Why this room refuses."""

from stegvis.audit.errors import Refused


class UnknownKind(Refused):
    """There is no letter of the kind {kind}. Check the texts of the protocol."""


class UnlikelyHour(Refused):
    """Reminders go out from {first} to {last} o'clock. Choose an hour in between."""


class NotQuietWeeks(Refused):
    """
    This was not kept: quiet weeks have a first and a last day, end today or later, and last at most {most} days. Correct the
    days, or leave them empty.
    """


class NoTextMessages(Refused):
    """There is no number of yours that text messages could go to. Choose e-mail, or tell the study your number."""


class UnknownReport(Refused):
    """A report of a text message says in `status` what became of it: one of {known}. This one was not kept."""


class NotSentYet(Refused):
    """Nothing was kept: the day has not come yet. Keep the letter on the day on which it goes."""


class NobodyToRemind(Refused):
    """No reminder was sent: nobody who was chosen can be reminded of this now. The page says of each why not."""


class TooManyAtOnce(Refused):
    """No reminder was sent: at most {most} people are reminded at once. Choose fewer, and send the others after them."""


class NoSuchReminder(Refused):
    """No reminder was sent: the protocol has no message {step}. Choose one of those on the page."""
