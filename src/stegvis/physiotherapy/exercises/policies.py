"""What may be chosen, and from which release."""

from collections.abc import Sequence

from stegvis.audit.releases import PHYSIOTHERAPIST, check_signature
from stegvis.methods.exercises.content import MOST_SETS, MOST_TIMES
from stegvis.physiotherapy.exercises import queries
from stegvis.physiotherapy.exercises.errors import (
    ChosenTwice,
    NoLibrary,
    NotInTheLibrary,
    TooManyExercises,
    UnlikelyDose,
)
from stegvis.physiotherapy.exercises.models import MOST_EXERCISES, ExerciseRelease, Form
from stegvis.physiotherapy.queries import DraftExercise


def check_can_sign(release: ExerciseRelease, language: str, reviewer: str) -> None:
    """Refuse a signature without a name, or in a language that is not written."""
    check_signature(language, reviewer, PHYSIOTHERAPIST, languages=queries.content(release.pk).languages)


def check_chosen(exercises: Sequence[DraftExercise]) -> None:
    """Refuse more exercises than a plan has room for, one twice, and a form or dose that there is not."""
    if len(exercises) > MOST_EXERCISES:
        raise TooManyExercises(most=MOST_EXERCISES, count=len(exercises))
    if len({each.code for each in exercises}) < len(exercises):
        raise ChosenTwice()
    for each in exercises:
        fits = 1 <= each.times <= MOST_TIMES and 1 <= each.sets <= MOST_SETS and each.form in Form.values
        if not fits:
            raise UnlikelyDose(times=MOST_TIMES, sets=MOST_SETS)


def check_release(exercises: Sequence[DraftExercise], language: str) -> ExerciseRelease | None:
    """The release that the exercises of a plan come from; refuse when there is none, or it has not all of them."""
    check_chosen(exercises)
    if not exercises:
        return None
    release = queries.release_in_use(language)
    if release is None:
        raise NoLibrary()
    for each in exercises:
        if queries.content(release.pk).exercise(each.code) is None:
            raise NotInTheLibrary(code=each.code)
    return release
