"""Why this room refuses."""

from stegvis.audit.errors import Refused


class NotOnTheRota(Refused):
    """{code} is not on the safety rota of site {site}. Ask the coordinator to add you, or someone who is on it."""


class AssessmentNeedsWords(Refused):
    """An assessment was not kept, because it says nothing. Write in a few words what you found and what was agreed."""


class RotaWouldBeEmpty(Refused):
    """{code} is the last one on the safety rota of site {site}. Add a colleague first: someone must always be told."""


class NoSuchStep(Refused):
    """This is not one of the steps that are kept for an alert. Choose one of those on the page."""


class NotYetAcknowledged(Refused):
    """This alert has not been acknowledged yet. Acknowledge it first, so that others see that you have it."""


class AlertTaken(Refused):
    """{code} has this alert already. Ask them before you call, so that nobody is called twice."""


class AlertClosed(Refused):
    """{code} has closed this alert, so nothing is added to it. If something new has happened, tell the safety rota anew."""
