"""Writes about the library itself. What is chosen from it is written with the plan."""

from stegvis.audit import releases
from stegvis.audit.action import Actor, action
from stegvis.audit.releases import PHYSIOTHERAPIST
from stegvis.methods.exercises import release as formats
from stegvis.methods.exercises.content import Library
from stegvis.physiotherapy.exercises import policies
from stegvis.physiotherapy.exercises.models import ExerciseRelease, ExerciseReview


@action("physiotherapy.exercises_published")
def publish_exercises(*, library: Library, by: Actor) -> ExerciseRelease:
    """Publish a library as an immutable release; publishing the same content again gives the release that is there."""
    return releases.keep(ExerciseRelease, formats.sha256(library), formats.to_data(library))


@action("physiotherapy.exercises_reviewed", detail=("language",))
def sign_exercises(*, release: ExerciseRelease, language: str, reviewer: str, by: Actor) -> ExerciseReview:
    """A named physiotherapist signs a release in a language; signing it again changes nothing."""
    policies.check_can_sign(release, language, reviewer)
    return releases.keep_signature(ExerciseReview, release, language, reviewer, PHYSIOTHERAPIST)
