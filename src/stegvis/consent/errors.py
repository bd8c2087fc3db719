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
