"""Why this corner refuses."""

from stegvis.audit.errors import Refused


class TooManyExercises(Refused):
    """A plan has room for {most} exercises, and it would have {count}. Take one out first; few are done more often than many."""


class ChosenTwice(Refused):
    """This exercise is in the plan already. Change its form or its dose there."""


class UnlikelyDose(Refused):
    """
    An exercise is done 1 to {times} times, in 1 to {sets} sets, in one of its three forms; this one is not. Correct the
    numbers, or choose the form again.
    """


class NoLibrary(Refused):
    """
    No exercise can be in this plan yet: there is no library that a physiotherapist has signed in the person’s language. Take
    the exercises out of the plan, or ask the coordinator when the library will be signed.
    """


class NotInTheLibrary(Refused):
    """The library in use has no exercise {code}. Take it out of the plan, or choose another in its place."""
