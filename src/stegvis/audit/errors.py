"""What every refusal in the house is made of, and this room's own."""

from inspect import cleandoc
from typing import Any, ClassVar

from django.utils.translation import gettext


class Refused(Exception):  # a refusal is an answer, not a fault
    """This cannot be done now."""

    # A subclass's docstring is the sentence people read, in English and, through the catalogue, in Swedish:
    # what was refused, the fact that forbids it, the way out. Facts fill its {places}; never a secret, an arm or a name.
    sentence: ClassVar[str] = "This cannot be done now."

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.sentence = " ".join(cleandoc(cls.__doc__ or "").split()) or cls.sentence

    def __init__(self, **facts: Any) -> None:
        self.facts = facts
        super().__init__(facts)

    def __str__(self) -> str:
        return gettext(self.sentence).format(**self.facts)


class NotPermitted(Refused):
    """Your role does not allow this. Ask the coordinator if you think it should."""


class KeyUsedElsewhere(Refused):
    """This form has been used for something else already. Open the page anew and fill it in there."""


class SentWithOtherWords(KeyUsedElsewhere):
    """
    This form has been sent already with something else in it, and that stands. What it says now is not kept yet: send it
    once more to keep it too.
    """


class NoReviewer(Refused):
    """Nothing was signed: a signature needs a name. Give the name of whoever has read the release."""


class UnknownProfession(Refused):
    """Nothing was signed: {profession} is not a profession that signs a release. Choose one of: {known}."""


class UnknownLanguage(Refused):
    """Nothing was signed: the release is not written in {language}. Choose one of: {known}."""
