"""Why this room refuses."""

from stegvis.audit.errors import Refused


class OnlyThePersonConsents(Refused):
    """Only {participant} can consent for {participant}. Ask them to sign in and read the information themselves."""


class NotSigned(Refused):
    """The consent is not signed yet. Write your name, then agree."""


class TextNotNamed(Refused):
    """A consent names the text that was agreed to, its version and its fingerprint, and this one does not. Open the page anew."""


class WithdrawnFromEverything(Refused):
    """{participant} has withdrawn from everything, and that is not undone by a form. Talk with the coordinator of the site."""


class NotYourWithdrawal(Refused):
    """Only {participant}, or the site's coordinator when asked by them, does this. Ask the coordinator."""


class NoSuchLayer(Refused):
    """There is nothing of this name to withdraw from. Choose one of those that the page shows."""


class NoSuchReason(Refused):
    """“{reason}” is none of the reasons of this trial. Choose among those that the page shows, or none."""


class TooLong(Refused):
    """This text has {characters} characters, and there is room for {most}. Shorten it a little, then try again."""


class PagesUnread(Refused):
    """The information has pages that you have not opened yet: {pages}. Open them, then sign. You can take your time."""


class NotThatPage(Refused):
    """The information has no such page. Open it from the beginning."""


class DrawingUnclear(Refused):
    """What was drawn could not be kept. Draw your name once more, or leave the drawing out: your written name is enough."""


class NothingAsked(Refused):
    """The question is empty. Write it, then send."""


class NoAnswerGiven(Refused):
    """The answer is empty. Write it, then send."""


class AnsweredAlready(Refused):
    """This question has been answered already, and that stands. Anything more goes as a message."""


class CountersignedAlready(Refused):
    """Whoever informed the person has signed this consent already, and that stands."""


class InformedByOthers(Refused):
    """The protocol lets these roles inform people about the trial, and sign for it: {roles}. Ask one of them at the site."""


class PaperNotDated(Refused):
    """The day on the paper lies ahead, or before the person was invited. Look at the paper once more."""


class NothingNewToRefuse(Refused):
    """
    No newer text waits for an answer of {participant}: they have agreed to it, have left, or nothing has changed. To stop
    a part of the study, choose it under My study.
    """


class NotYourRefusal(Refused):
    """Only {participant}, or the site's coordinator when told so by them, says no to the newer text. Ask the coordinator."""
