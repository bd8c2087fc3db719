"""Why this room refuses."""

from stegvis.audit.errors import Refused


class NoRelease(Refused):
    """No programme has been published in this installation. Publish the trial's programme first."""


class NotReviewed(Refused):
    """This programme cannot be given to real participants yet. Still to sign it in this language: {professions}."""


class NoReviewer(Refused):
    """Nothing was signed: a signature needs a name. Give the name of whoever has read the programme."""


class UnknownProfession(Refused):
    """Nothing was signed: {profession} is not a profession that signs a programme. Choose one of: {known}."""


class UnknownLanguage(Refused):
    """Nothing was signed: the programme is not written in {language}. Choose one of: {known}."""


class ModuleNotOpen(Refused):
    """This step is not open yet. Go on with the one that is; the next opens when its homework has been sent."""


class HomeworkSent(Refused):
    """This homework has been sent, and what was sent stands. Write a message if there is more to say."""


class NothingWritten(Refused):
    """There is nothing written yet. Write a few words first, then send."""


class TooLong(Refused):
    """This text has {characters} characters, and there is room for {most}. Shorten it a little, then send again."""


class UnknownField(Refused):
    """This step has no field {field}, so nothing was saved under it. Reload the page; your words are still in it."""


class CourseStopped(Refused):
    """The programme has been stopped for you, as you asked. Write to the study if you want it back."""


class AlreadyAnswered(Refused):
    """This homework has an answer already. Write a message if there is more to say."""


class UnlikelyTime(Refused):
    """This time was not kept: one piece of work lasts from 1 second to {hours} hours. Enter it in smaller pieces."""
