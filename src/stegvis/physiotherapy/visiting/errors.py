"""Why this corner of the room refuses."""

from stegvis.audit.errors import Refused


class NoSuchNote(Refused):
    """The visit has no such question. Open the page of the visit anew and write there."""


class NotANumberHere(Refused):
    """This is a whole number from 0 to {most}, and what was given is not. Write the number, or leave it empty."""


class NoSuchFlag(Refused):
    """The protocol asks about no such warning sign. Open the page of the visit anew and answer there."""


class RedFlagUndecided(Refused):
    """
    A warning sign of {participant} waits for a clinician's decision, so nothing is planned. Record the decision on the
    page of the warning signs; what is written stays as it is.
    """


class ActivityStopped(Refused):
    """
    {code} decided on {day} that {participant} does not go on with activity for now, so nothing is planned. A new decision
    is recorded on the page of the warning signs.
    """


class AskBeforeEffort(Refused):
    """
    Heart and lung symptoms, pregnancy and falls come before a capacity test and hard effort, and {left} of those questions
    have no clear answer yet. Ask them on the page of the warning signs, or choose easy or medium effort.
    """


class NothingToDecide(Refused):
    """No warning sign of {participant} waits for a decision. Go on with the visit."""


class DecisionNeedsWords(Refused):
    """The decision was not kept, because it gives no reason. Write in a few words what was found and what was agreed."""


class LimitsNeedWords(Refused):
    """To go on with limits, the limits must stand in words, since they are shown on the plan. Write them, then save."""


class ResultOrReason(Refused):
    """A capacity test has either a result or the reason why it was not done. Give one of the two."""


class ResultOutside(Refused):
    """A result of this test is a whole number from 0 to {most}, and what was given is not. Write the number you counted."""


class ReviewEach(Refused):
    """Each activity of the plan in force is kept, changed or dropped, and {left} have no answer yet. Choose one for each."""


class NotOfThisPlan(Refused):
    """The plan was agreed anew after this page was opened. Open the page anew and go through the activities there."""
