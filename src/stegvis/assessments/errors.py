"""Why this room refuses."""

from stegvis.audit.errors import Refused


class AnswerNotPossible(Refused):
    """This answer was not saved: {problem}"""


class AlreadySent(Refused):
    """These answers were sent on {on} and stand. If something is wrong, write to the study: staff can correct it."""


class DataLocked(Refused):
    """Nothing was saved: the data of these questions were locked on {on}, and nothing is added after that. Tell the study
    what you wanted to say: it is kept beside the data."""


class NothingToSend(Refused):
    """There is nothing to send yet: none of these questions has an answer. Answer one, or say that you prefer not to."""


class NotOpenYet(Refused):
    """These questions open on {opens}. You will get a message then, and nothing is needed from you before."""


class NotPartOfThis(Refused):
    """The questionnaire {instrument} does not belong to {occasion}. Go back to the first page and start from there."""
