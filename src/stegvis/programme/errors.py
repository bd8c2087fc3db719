"""Why this room refuses."""

from stegvis.audit.errors import Refused


class NoRelease(Refused):
    """No programme has been published in this installation. Publish the trial's programme first."""


class NotReviewed(Refused):
    """This programme cannot be given to real participants yet. Still to sign it in this language: {professions}."""


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


class HomeworkNotOpened(Refused):
    """This homework has not been opened, so the answer waits; it is kept as a draft. Open the homework, then send."""


class NoSuchPart(Refused):
    """This step has no part {part} with something to write in. Choose a part that has."""


class OnlyThatPart(Refused):
    """Only part {part} of this step is open again; the rest stands as you sent it. Write a message if there is more to say."""


class TooLateToTakeBack(Refused):
    """An answer can be taken back for {seconds} seconds, and they are over. Write a message to add or correct something."""


class NotYourAnswer(Refused):
    """{code} sent this answer, so only {code} can take it back. Write a message if something must be added."""


class TakenBack(Refused):
    """This answer was taken back. It is your draft again: read it through, then send it once more."""


class TimeWithoutReason(Refused):
    """The time was not changed, since no reason was given. Say in a few words why, then save."""


class NothingToAdjust(Refused):
    """{minutes} minutes are kept for this day already. Write another number, or leave it as it is."""


class DayToCome(Refused):
    """This day is still to come, or lies before the programme began. Choose a day up to today."""


class UnknownPlaceholder(Refused):
    """“{{{name}}}” cannot be filled in. Use {known}, or leave out the braces."""


class NotYourSnippet(Refused):
    """This sentence is in a colleague's library. Make one of your own."""


class UnknownBehaviour(Refused):
    """“{group}” is none of the four behaviours. Choose one of them."""


class UnlikelyTime(Refused):
    """This time was not kept: one piece of work lasts from 1 second to {hours} hours. Enter it in smaller pieces."""


class UnlikelyPace(Refused):
    """A pace is from 1 to 7 steps a week. Choose one of these."""


class NotAPause(Refused):
    """
    This pause was not kept: it begins today or later, lasts from 1 to {most} days, and touches no other pause. For longer,
    agree on a new pause before this one ends.
    """


class PauseOver(Refused):
    """This pause has ended already. The programme goes on as agreed."""


class AlreadyHeld(Refused):
    """The next step is held already. Release it first, then hold it anew if that is still needed."""


class NotHeld(Refused):
    """The next step is not held, so there is nothing to release."""


class UnlikelyDay(Refused):
    """A held step is looked at again from tomorrow to {most} days from now. Choose a day in between."""


class NoReason(Refused):
    """Write the reason in a few words: it belongs to the record. The participant is not shown it."""


class UnlikelyContact(Refused):
    """
    This conversation was not kept: its day lies from the day on which the programme was given to today, and it takes from
    0 to 240 minutes. Correct what is not so.
    """


class StartNotAssessed(Refused):
    """A start call that was held says how the programme suits the person, exhaustion, time and risk. Choose one of each."""


class RiskNotTold(Refused):
    """You found a risk. Write in a few words what the safety rota must know; it is told at once."""


class NotAPracticeDay(Refused):
    """Practice can be marked for today and the {days} days before, from the day on which the programme opened."""
