"""Why this corner refuses."""

from stegvis.audit.errors import Refused


class EventsNotKept(Refused):
    """The protocol of this trial says nothing of adverse events, so none are kept. Tell the safety rota instead."""


class NotAskedNow(Refused):
    """This question is not asked now. What you want to tell can be told at any time, under Something is wrong."""


class AskedAlready(Refused):
    """The question was answered on {day}, and that answer stands. Tell what is new as a problem of its own."""


class EventNeedsWords(Refused):
    """Nothing was kept, because it does not say what happened. A few words are enough."""


class BeganLater(Refused):
    """The day {day} has not come yet. Write the day on which it began, or leave it empty."""


class EndsBefore(Refused):
    """The end, {end}, lies before the start, {start}. Put one of the two days right."""


class UnknownTerm(Refused):
    """This kind of event is not on the protocol's list. Choose one of those on the page, or the one for everything else."""


class UnknownWord(Refused):
    """One of the answers is not among those to choose from. Open the page anew and choose there."""


class ChangeNeedsReason(Refused):
    """This event has been described before, and that stays beside what is new. Write why it is put otherwise now."""


class DescribedMeanwhile(Refused):
    """{code} has described this event while you were writing. Read the page anew, then add what is missing."""


class NotDescribed(Refused):
    """This event has not been described yet, and nobody can judge what is not written down. Describe it first."""


class FirstAssessorAgain(Refused):
    """{code} has made the first assessment of this event, so somebody else makes the second."""


class RelationMissing(Refused):
    """The relation is asked of each treatment and of the procedures, whoever has what. Answer every one of them."""


class NothingToSettle(Refused):
    """There is no disagreement to settle: either one of the two assessments is missing, or they say the same."""


class NotTheThird(Refused):
    """{code} made one of the two assessments, so somebody else is the third. If the two of you agreed, choose that."""


class SettlingNeedsWords(Refused):
    """Write in a few words what was decided and why; it stands beside the two assessments."""


class NotSerious(Refused):
    """Nobody has judged this event serious, so there is nothing to tell outside. Assess it first."""


class ToldLater(Refused):
    """The moment {when} has not come yet. Write when it was told."""
