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


class EnteredBySamePerson(Refused):
    """This form was entered by you the first time. A second person enters it again, so that slips are found."""


class FirstEntryNotFinished(Refused):
    """{code} has begun to enter this form and has not finished. The second entry begins after that."""


class EnteredTwice(Refused):
    """This form has been entered twice. Look at the differences, settle them, and send it."""


class NotYourEntry(Refused):
    """This entry is {code}'s. Enter the form yourself, when it is your turn."""


class EntryFinished(Refused):
    """This entry is finished and stands. A difference is settled when both entries are there."""


class NotCompletedYet(Refused):
    """A paper form cannot have been completed on {day}: that day lies ahead. Look at the date on the form again."""


class NotEnteredTwice(Refused):
    """This form cannot be sent yet: it has not been entered by two people. Enter it, or ask a colleague to."""


class DifferencesLeft(Refused):
    """This form cannot be sent yet: the entries differ in {count} places that nobody has settled. Settle each of them."""


class NoDifference(Refused):
    """The two entries do not differ here, or it has been settled. Look at the list again."""


class DoNotFit(Refused):
    """This was not settled, because then answers on the form do not fit together. {misfits} Look at the paper once more. If
    it stands so there, say so below; if not, choose what does."""


class NoReason(Refused):
    """Nothing was changed, because the reason is missing. Write in a few words how you know; name nobody."""


class NotSentYet(Refused):
    """These answers have not been sent, so there is nothing to correct. Change the answer itself."""


class NothingCorrected(Refused):
    """Nothing was changed: the answers are as they were. Change the one that is wrong, or go back."""


class NotOpenYet(Refused):
    """These questions open on {opens}. You will get a message then, and nothing is needed from you before."""


class NotPartOfThis(Refused):
    """The questionnaire {instrument} does not belong to {occasion}. Go back to the first page and start from there."""


class SavedElsewhere(Refused):
    """Something else was saved here from another device or window. Look at both, and keep the one that is right."""
