"""The library of exercises: released, signed, chosen from; and a person stays on the release of their plan."""

from dataclasses import replace
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction

from stegvis.audit.action import SYSTEM
from stegvis.audit.errors import NoReviewer, UnknownLanguage
from stegvis.methods.exercises import check
from stegvis.methods.exercises.content import Library
from stegvis.people.acting import acting_as
from stegvis.physiotherapy import actions as physiotherapy
from stegvis.physiotherapy import queries as plans
from stegvis.physiotherapy.exercises import actions, queries
from stegvis.physiotherapy.exercises.errors import (
    ChosenTwice,
    NoLibrary,
    NotInTheLibrary,
    TooManyExercises,
    UnlikelyDose,
)
from stegvis.physiotherapy.exercises.models import ExerciseRelease, PlannedExercise
from stegvis.physiotherapy.queries import Draft, DraftExercise
from stegvis.protocol import actions as protocol
from tests.rooms.physiotherapy.conftest import DRAFT
from tests.studies.folders import CWP

SQUAT = DraftExercise("half-squat", "easier", 6, 1)
BRIDGE = DraftExercise("bridge", "as_is", 8, 2)


@pytest.fixture(scope="module")
def library() -> Library:
    """The example trial's library as its folder says it."""
    return check.read(CWP / "plan" / "exercises")


@pytest.fixture
def release(moment, library):
    """It, published."""
    return actions.publish_exercises(library=library, by=SYSTEM)


def publish_next(library, **changed):
    changed = {"title": {"sv": "Nya", "en": "New"}, **changed}
    return actions.publish_exercises(library=library.model_copy(update=changed), by=SYSTEM)


def sign(release, language="sv", reviewer="A. Physiotherapist"):
    return actions.sign_exercises(release=release, language=language, reviewer=reviewer, by=SYSTEM)


def agree(participant, by, *exercises):
    with acting_as(by):
        draft = replace(DRAFT, exercises=exercises)
        return physiotherapy.agree_plan(participant=participant, draft=draft, key=uuid4(), by=by)


def codes(participant, language="sv"):
    with acting_as(participant.account):
        return [each.exercise.code for each in queries.in_the_plan_of(participant, language)]


def test_a_release_is_the_library_word_for_word_and_line_for_line(release, library):
    assert queries.content(release.pk) == library
    assert actions.publish_exercises(library=library, by=SYSTEM) == release


def test_neither_a_release_nor_a_signature_ever_changes(release):
    signed = sign(release)
    for rows, change in ((ExerciseRelease.objects, {"content": {}}), (type(signed).objects, {"reviewer": "B."})):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.all().update(**change)
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.all().delete()


@pytest.mark.parametrize(("language", "reviewer", "refusal"), [("sv", " ", NoReviewer), ("fi", "A.", UnknownLanguage)])
def test_a_signature_without_a_name_or_in_another_language_is_refused(release, language, reviewer, refusal):
    with pytest.raises(refusal):
        sign(release, language, reviewer)
    assert not queries.is_reviewed(release.pk, "sv")
    assert sign(release) == sign(release)


def test_the_exercises_of_a_plan_are_kept_with_their_form_and_dose(release, participant, physiotherapist):
    plan = agree(participant, physiotherapist, SQUAT, BRIDGE)
    with acting_as(participant.account):
        first, second = queries.chosen(plan, "sv")
    assert (first.exercise.code, first.form, first.times, first.sets) == ("half-squat", "easier", 6, 1)
    assert second.words.name == "Höftlyft"
    assert not first.reviewed
    with acting_as(physiotherapist):
        assert plans.as_draft(plan).exercises == (SQUAT, BRIDGE)


def test_a_draft_from_before_there_were_exercises_is_still_read():
    assert Draft.from_json('{"activities": [], "flare_rule": ""}').exercises == ()
    assert Draft.from_json(Draft(exercises=(SQUAT,)).to_json()).exercises == (SQUAT,)


@pytest.mark.parametrize(
    ("exercises", "refusal"),
    [
        ([DraftExercise(code, "as_is", 5, 1) for code in ("bridge", "sway", "one-leg", "toe-tap", "step-up")], TooManyExercises),
        ([BRIDGE, replace(BRIDGE, times=3)], ChosenTwice),
        ([replace(BRIDGE, times=0)], UnlikelyDose),
        ([replace(BRIDGE, times=31)], UnlikelyDose),
        ([replace(BRIDGE, sets=6)], UnlikelyDose),
        ([replace(BRIDGE, form="brutal")], UnlikelyDose),
        ([replace(BRIDGE, code="headstand")], NotInTheLibrary),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_refused_and_no_plan_is_made(release, participant, physiotherapist, exercises, refusal):
    with pytest.raises(refusal):
        agree(participant, physiotherapist, *exercises)
    assert codes(participant) == []
    agree(participant, physiotherapist, BRIDGE)
    assert codes(participant) == ["bridge"]


def test_without_a_library_a_plan_has_none_and_is_agreed_all_the_same(participant, physiotherapist):
    with pytest.raises(NoLibrary):
        agree(participant, physiotherapist, BRIDGE)
    assert agree(participant, physiotherapist).version == 1


def test_whoever_has_a_plan_stays_on_its_release_until_the_next_version(release, library, participant, physiotherapist):
    agree(participant, physiotherapist, BRIDGE)
    fewer = tuple(each for each in library.exercises if each.code != "bridge")
    publish_next(library, exercises=fewer)

    assert codes(participant) == ["bridge"]
    with pytest.raises(NotInTheLibrary):
        agree(participant, physiotherapist, BRIDGE)
    agree(participant, physiotherapist, SQUAT)
    assert codes(participant) == ["half-squat"]


def test_real_people_are_given_only_what_a_physiotherapist_has_signed(release, library, participant, physiotherapist):
    protocol.go_live(by=SYSTEM)
    sign(release, "en")
    with pytest.raises(NoLibrary):
        agree(participant, physiotherapist, BRIDGE)
    sign(release, "sv")
    publish_next(library)  # it is still being read, and closes nothing

    plan = agree(participant, physiotherapist, BRIDGE)
    with acting_as(participant.account):
        assert queries.chosen(plan, "sv")[0].reviewed
        assert PlannedExercise.objects.get(plan=plan).release == release


def test_in_a_language_that_nobody_signed_the_signed_one_is_shown(release, participant, physiotherapist):
    protocol.go_live(by=SYSTEM)
    sign(release, "sv")
    plan = agree(participant, physiotherapist, BRIDGE)
    with acting_as(participant.account):
        assert [each.language for each in queries.chosen(plan, "en")] == ["sv"]


def test_one_plan_is_never_from_two_releases(release, library, participant, physiotherapist):
    plan, other = agree(participant, physiotherapist, BRIDGE), publish_next(library)
    row = PlannedExercise(plan=plan, position=2, release=other, code="sway", form="as_is", times=1, sets=1)
    with acting_as(physiotherapist), pytest.raises(DatabaseError, match="from one release"), transaction.atomic():
        row.save()


def test_only_those_who_see_the_plan_see_its_exercises(release, participant, control, physiotherapist, outsider):
    agree(participant, physiotherapist, BRIDGE)
    for who, seen in ((participant.account, 1), (control.account, 0), (outsider, 0), (physiotherapist, 1)):
        with acting_as(who):
            assert PlannedExercise.objects.count() == seen


def test_a_participant_changes_nothing_of_it(release, participant, physiotherapist):
    plan = agree(participant, physiotherapist, BRIDGE)
    row = PlannedExercise(plan=plan, position=2, release=release, code="sway", form="as_is", times=1, sets=1)
    with acting_as(participant.account):
        for attempt in (row.save, PlannedExercise.objects.all().delete):
            with pytest.raises(DatabaseError), transaction.atomic():
                attempt()
