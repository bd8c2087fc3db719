"""Planned exercises: what a made-up physiotherapist chooses from the library for a made-up person.

Drawn from a stream of its own for each life, so that whether a trial has a library changes nothing else of the cohort.
"""

from random import Random

from stegvis.demonstration.lives import Life
from stegvis.methods.exercises.content import Exercise
from stegvis.physiotherapy.exercises import queries as library
from stegvis.physiotherapy.queries import DraftExercise

FORMS = (library.Form.EASIER.value, library.Form.AS_IS.value, library.Form.AS_IS.value)
"""One in three begins with the easier form."""


def draw(life: Life, *, again: bool) -> tuple[DraftExercise, ...]:
    """Two to four exercises, two of them for strength; `again`: the same ones at a later visit, a little more of each."""
    release = library.release_in_use(life.language)
    if release is None:
        return ()
    chance = Random(f"exercises:{life.number}")  # noqa: S311 - made up on purpose
    there = library.content(release.pk).exercises
    strong = chance.sample([each for each in there if each.kind == "strength"], k=2)
    others = chance.sample([each for each in there if each.kind != "strength"], k=chance.randint(0, 2))
    return tuple(_with_dose(each, chance.choice(FORMS), again=again) for each in (*strong, *others))


def _with_dose(exercise: Exercise, form: str, *, again: bool) -> DraftExercise:
    begun = library.begin(exercise)
    return DraftExercise(exercise.code, form, begun.times + (2 if again else 0), begun.sets)
