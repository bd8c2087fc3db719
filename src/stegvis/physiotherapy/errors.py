"""Why this room refuses."""

from stegvis.audit.errors import Refused


class NotYours(Refused):
    """Only {participant} and their own physiotherapist do this. Sign in as one of them, or ask the physiotherapist."""


class NothingWritten(Refused):
    """There is nothing written yet. Write a few words first, then save."""


class TooLong(Refused):
    """This text has {characters} characters, and there is room for {most}. Shorten it a little, then save again."""


class VisitNotBooked(Refused):
    """Visit {number} of {participant} is not booked. Book a day for it first."""


class VisitAlreadyHeld(Refused):
    """Visit {number} of {participant} has been held on {day}. What is held stays; book the next visit instead."""


class NotYet(Refused):
    """{day} has not come yet. Choose today or a day before."""


class BeforeTheStart(Refused):
    """{day} is before {start}, the day {participant} joined the study. Choose that day or a later one."""


class EmptyPlan(Refused):
    """A plan has at least one activity, and this one has none. Add an activity, however small."""


class NameTheActivity(Refused):
    """An activity of one's own needs a name, and this one has none. Give it a name in the person's words."""


class UnlikelyActivity(Refused):
    """
    An activity has one or more days of the week, 1 to {most} minutes and an effort; this one has not. Fill in what is
    missing.
    """


class NotInThePlan(Refused):
    """This activity is in none of the plans of {participant}. Choose one of theirs, or log it as another activity."""


class LowEnergyIsMore(Refused):
    """The low-energy version has {minutes} minutes, and the activity itself {most}. Write at most as many, or leave it empty."""


class NoPlanYet(Refused):
    """{participant} has no plan yet, so there is none to change. Make one together at the first visit."""


class NotSmaller(Refused):
    """
    A plan is only made smaller here, and never larger. Choose fewer minutes than the {most} that it has now. To do more,
    wait for the next step, or ask the physiotherapist.
    """


class LastActivity(Refused):
    """A plan has at least one activity, and this takes out the last. Make it shorter instead, or ask the physiotherapist."""


class NoStepNow(Refused):
    """No step is proposed just now, or it has been answered already. Look at the plan as it is now."""


class NothingDone(Refused):
    """Only of something done can be said how the body felt afterwards, and this is not. Choose another entry."""


class ToldAlready(Refused):
    """How the body felt afterwards has been told already, and is asked only once. Write to the physiotherapist instead."""


class AlreadyLogged(Refused):
    """This activity is in the diary for {day} already. Undo that entry first, or log this as another activity."""


class NoMainGoal(Refused):
    """The goals of {participant} cannot be locked yet: there is no main goal. Write one together, then lock them."""


class GoalIsLocked(Refused):
    """This goal is locked and stays as it was set. Set a new goal beside it."""


class GoalNotLocked(Refused):
    """This goal is not locked yet and so cannot be rated. Lock the goals of {participant} first."""


class GoalSetAside(Refused):
    """This goal was set aside before it was locked. Choose one that stands, or set a new one."""


class NotInItsPlace(Refused):
    """A goal takes the place of one of the same person and kind, and this is another. Set it beside the old one instead."""


class NeedsItsMainGoal(Refused):
    """
    A way-station is a step towards a main goal of the same person, and a main goal stands alone. Choose the main goal it
    leads to.
    """


class OutsideTheScale(Refused):
    """This is a number from {least} to {most}, and what was given is outside. Choose one within, or leave it empty."""


class RatedByNobodyThere(Refused):
    """
    A participant rates on their own screen; a physiotherapist enters what was read out, said by telephone or written on
    paper, or their own judgement. Choose which it was.
    """


class LevelsRepeat(Refused):
    """
    The levels {one} and {other} say the same, so nobody could tell them apart when the goal is rated. Write them
    differently, or leave one of them empty.
    """


class MiddleLevelMissing(Refused):
    """
    The level in the middle, 0, is what the person expects to reach, and it is empty. Write that one first; the others
    are more or less than it.
    """


class StartMissing(Refused):
    """
    With levels, one of the two lowest is where the person is now, and none is marked and written. Write −2 or −1, and
    mark it.
    """


class LevelsNotUsed(Refused):
    """The protocol of this trial has no levels for goals. Leave them out; the goal is kept without."""


class NoSuchLevel(Refused):
    """This goal was set without levels, so none can be chosen. Choose not, partly or fully attained, and no level."""


class RatedAlready(Refused):
    """
    This goal was rated on this occasion, on {day}, and a rating stays as it was given. Was it a mistake? Then correct it,
    and say why.
    """


class NotTheRatingThatCounts(Refused):
    """This rating is of another goal or occasion, or has been corrected already. Correct the newest one."""


class RatedBeforeItWasLocked(Refused):
    """{day} is before {locked}, the day on which the goal was locked. Choose that day or a later one."""


class DayIsToday(Refused):
    """What is rated on a screen or read out is rated today. Leave the day out, or choose by telephone or on paper."""


class GuessedAlready(Refused):
    """What you thought at visit {number} of {participant} is kept, and a guess is asked once. Go on to the goals."""


class HeldByAColleague(Refused):
    """Visit {number} of {participant} was held by a colleague, who was asked then. You need not guess: go on to the goals."""


class SayHowSure(Refused):
    """A guess says how sure it is, and “I do not know” does not. Choose both, or neither."""


class UnknownGroup(Refused):
    """The protocol has no such group. Choose one of those on the page, or that you do not know."""


class UnknownChoice(Refused):
    """This is not one of the choices. Choose one of those that the page shows."""
