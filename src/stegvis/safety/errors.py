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


class ClosingNeedsWords(Refused):
    """This alert is closed by two people, and what you sent says nothing. Write in a few words why it can be closed."""


class ClosedByTwo(Refused):
    """This alert is closed by two people. Write why it can be closed; a colleague on the rota then confirms it."""


class ConfirmedByAnother(Refused):
    """{code} wrote that this alert can be closed, so somebody else on the rota confirms it. Ask a colleague to read it."""


class NothingToConfirm(Refused):
    """Something was added to this alert after what you wish to confirm. Read the page anew, then decide."""


class ChecklistEmpty(Refused):
    """The checklist was not kept, because nothing is answered in it. Answer at least one of the questions."""


class NobodyToTest(Refused):
    """No test alert was sent, because nobody is on the safety rota of site {site}. Put somebody on it first."""


class NotToldOfTheTest(Refused):
    """This test alert was sent to those who were on the rota then. Send a new one, and you are told as well."""
