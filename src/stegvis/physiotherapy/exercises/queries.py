"""Reads of the library of exercises and of what stands in a person's plan."""

from dataclasses import dataclass
from functools import lru_cache

from django.db.models import QuerySet

from stegvis.audit import releases
from stegvis.audit.releases import PHYSIOTHERAPIST
from stegvis.methods.exercises import release as formats
from stegvis.methods.exercises.content import Exercise, Library, Words
from stegvis.people.models import Participant
from stegvis.physiotherapy import queries as plans
from stegvis.physiotherapy.exercises.models import MOST_EXERCISES as MOST_EXERCISES
from stegvis.physiotherapy.exercises.models import ExerciseRelease, ExerciseReview, PlannedExercise
from stegvis.physiotherapy.exercises.models import Form as Form
from stegvis.physiotherapy.queries import DraftExercise
from stegvis.protocol import queries as protocol

NEEDED = (PHYSIOTHERAPIST,)


# The library ------------------------------------------------------------------------------------------------------
@lru_cache(maxsize=8)
def content(release_pk: int) -> Library:
    """The library of a release; read once for each process, since releases never change."""
    return formats.from_data(ExerciseRelease.objects.values_list("content", flat=True).get(pk=release_pk))


def published() -> QuerySet[ExerciseRelease]:
    """Every release without its content, newest first."""
    return releases.published(ExerciseRelease)


def release_of(sha256: str) -> ExerciseRelease | None:
    """The release with this hash, or with the one hash that begins so (from eight characters)."""
    return releases.named(ExerciseRelease, sha256)


def is_reviewed(release_pk: int, language: str) -> bool:
    """Whether a physiotherapist has signed this release in this language."""
    return not releases.missing(ExerciseReview, release_pk, language, NEEDED)


def signatures(release_pk: int) -> QuerySet[ExerciseReview]:
    """Who has signed a release, by language, in the order of signing."""
    return releases.signatures(ExerciseReview, release_pk)


def release_in_use(language: str) -> ExerciseRelease | None:
    """The release that exercises are chosen from for somebody who reads `language`; None while there is none.

    The newest; in a live installation the newest that a physiotherapist has signed in that language, since a release that
    is still being read must not close the one before it.
    """
    found = published()
    if protocol.is_live():
        signed = ExerciseReview.objects.filter(language=language, profession__in=NEEDED)
        found = found.filter(pk__in=signed.values("release_id"))
    return found.first()


# What stands in a plan --------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Chosen:
    """An exercise of a plan: what the release says of it, and the form and dose that were agreed.

    `language`: in which it is shown; `reviewed`: whether a physiotherapist has signed it there.
    """

    exercise: Exercise
    form: str
    times: int
    sets: int
    language: str
    reviewed: bool
    note: str = ""

    @property
    def words(self) -> Words:
        """Its words."""
        return self.exercise.words[self.language]


def chosen(plan: plans.Plan, language: str) -> list[Chosen]:
    """The exercises of a plan, from its own release, in `language` if it may be shown there (see `_shown_in`)."""
    rows = list(PlannedExercise.objects.filter(plan=plan).order_by("position"))
    if not rows:
        return []
    library, shown = content(rows[0].release_id), _shown_in(rows[0].release_id, language)
    if not shown:
        return []
    reviewed, note = is_reviewed(rows[0].release_id, shown), library.note[shown]
    by_code = {each.code: each for each in library.exercises}
    return [Chosen(by_code[row.code], row.form, row.times, row.sets, shown, reviewed, note) for row in rows]


def in_the_plan_of(participant: Participant, language: str) -> list[Chosen]:
    """The exercises of the plan in force; none before there is a plan."""
    plan = plans.plan_now(participant)
    return chosen(plan, language) if plan else []


def of_draft(draft: plans.Draft, language: str) -> list[Chosen]:
    """The exercises of a plan that is being made, from the release in use; one that it does not have is left out."""
    release = release_in_use(language)
    if release is None or not draft.exercises:
        return []
    library, reviewed = content(release.pk), is_reviewed(release.pk, language)
    found = ((library.exercise(each.code), each) for each in draft.exercises)
    return [
        Chosen(exercise, each.form, each.times, each.sets, language, reviewed, library.note.get(language, ""))
        for exercise, each in found
        if exercise is not None
    ]


def begin(exercise: Exercise) -> DraftExercise:
    """An exercise as it is first chosen: as described, with the dose to begin with."""
    return DraftExercise(exercise.code, Form.AS_IS.value, exercise.dose.times, exercise.dose.sets)


def _shown_in(release_pk: int, language: str) -> str:
    """`language`, if the release may be shown in it; else the first in which it may; nothing when it may in none.

    In a live installation nobody reads what was not signed: whoever has changed language since the plan was made reads the
    one that was.
    """
    written = content(release_pk).languages
    in_order = [each for each in (language, *written) if each in written]
    may = [each for each in in_order if not protocol.is_live() or is_reviewed(release_pk, each)]
    return may[0] if may else ""
