"""What the database itself refuses, and whom it shows nothing."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import psycopg
import pytest
from django.apps import apps
from django.db import DatabaseError, IntegrityError, ProgrammingError, connection, transaction

from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.methods.exercises import check
from stegvis.people import actions as people
from stegvis.people.acting import acting_as
from stegvis.people.models import Role
from stegvis.physiotherapy import actions, concealment
from stegvis.physiotherapy.exercises import actions as library
from stegvis.physiotherapy.models import (
    ActivityDecision,
    ActivityReview,
    AnsweredStep,
    ArmGuess,
    ArmTold,
    CalendarAddress,
    CapacityResult,
    Conversation,
    DeviceActivity,
    DeviceDay,
    DeviceIntake,
    DeviceUpload,
    DeviceUploadPart,
    DiaryEntry,
    Goal,
    GoalLevel,
    GoalRating,
    MissedVisit,
    Plan,
    PlanDraft,
    PlannedActivity,
    RedFlagAnswer,
    SetAside,
    Visit,
    VisitAgreement,
    VisitNote,
    WhoJudgement,
)
from stegvis.physiotherapy.queries import DraftExercise
from tests.rooms.physiotherapy.conftest import DRAFT
from tests.studies.folders import CWP

TABLES = [model for model in apps.get_models() if model._meta.app_label == "physiotherapy"]
PUBLIC = {"ExerciseRelease", "ExerciseReview"}
"""The library is about nobody."""
BETWEEN_THE_TWO = ("VisitNote", "CapacityResult", "VisitAgreement", "ActivityReview", "WhoJudgement")
WORKING = {PlanDraft, DeviceUpload, DeviceUploadPart, CalendarAddress}
PERMANENT = [model for model in TABLES if model not in {Visit, Goal, *WORKING}]
CORNERS = {CalendarAddress, DeviceActivity, DeviceDay, DeviceIntake, DeviceUpload, DeviceUploadPart}
"""Filled, and their walls tried, in test_devices and test_calendars."""


@pytest.fixture
def everything(visit, plan, locked, participant, physiotherapist, set_goal):
    """One row or more in every table of the room, all of one person."""
    goal = set_goal(participant, "Less pain", instead_of=set_goal(participant, "No pain"))
    release = library.publish_exercises(library=check.read(CWP / "plan" / "exercises"), by=SYSTEM)
    library.sign_exercises(release=release, language="sv", reviewer="A. Physiotherapist", by=SYSTEM)
    with acting_as(physiotherapist):
        GoalLevel.objects.create(goal=goal, value=0, text="Sleep through the night")
        concealment.keep_told(
            participant=participant, told_by="participant", how="visit", told_on=clock.today(), words="Said so",
            key=uuid4(), by=physiotherapist,
        )  # fmt: skip
        concealment.guess_arm(visit=visit, key=uuid4(), by=physiotherapist)
        with_exercise = replace(DRAFT, exercises=(DraftExercise("bridge", "as_is", 8, 2),))
        actions.agree_plan(participant=participant, draft=with_exercise, key=uuid4(), by=physiotherapist)
        Conversation.objects.create(
            visit=visit, resources="A garden", obstacles="", support_wanted="", noted_at=clock.now(), key=uuid4()
        )
        bring_out(visit, plan, physiotherapist)
        actions.save_draft(participant=participant, draft=DRAFT, by=physiotherapist)
        entry = actions.log_rest(participant=participant, on=clock.today(), key=uuid4(), by=physiotherapist)
        actions.undo_entry(entry=entry, by=physiotherapist)
        actions.take_back(participant=participant, entry_key=uuid4(), by=physiotherapist)
        walk = plan.activities.select_related("plan__participant").get(kind="walking")
        done = actions.log_planned(activity=walk, on=clock.today(), key=uuid4(), by=physiotherapist)
        actions.tell_after_effect(entry=done, effect="same", by=physiotherapist)
        actions.rate_goal(
            goal=locked, level="fully", rater="participant", mode="read_out", occasion="visit3", key=uuid4(),
            by=physiotherapist,
        )  # fmt: skip
    with acting_as(participant.account):
        AnsweredStep.objects.create(
            plan=plan,
            after_week=clock.today(),
            accepted=False,
            answered_at=clock.now(),
            answered_by=participant.account,
        )
    return participant


def bring_out(visit, plan, by):
    """A row in every table of what a visit brings out."""
    now, key = clock.now(), uuid4()
    activity = plan.activities.first()
    VisitNote.objects.create(visit=visit, question="onward", words="A garden", written_at=now)
    RedFlagAnswer.objects.create(visit=visit, flag="fever", said="no", answered_at=now)
    ActivityDecision.objects.create(
        visit=visit,
        outcome="go_on",
        flags=["fever"],
        reason="A garden",
        limits="",
        decided_at=now,
        decided_by=by,
        key=key,
    )
    CapacityResult.objects.create(visit=visit, test="chair", value=9, seconds=30, measured_at=now, key=key)
    VisitAgreement.objects.create(
        visit=visit, plan=plan, summary="A garden", read_aloud=True, app_shown=True, agreed_at=now, key=key
    )
    ActivityReview.objects.create(visit=visit, activity=activity, verdict="keep", why="A garden", reviewed_at=now)
    WhoJudgement.objects.create(visit=visit, aerobic="yes", strength="no", source="diary", judged_at=now, key=key)
    MissedVisit.objects.create(visit=visit, planned_on=now.date(), reason="ill", words="A garden", missed_at=now)


def seen_by(actor):
    with acting_as(actor):
        return {model.__name__ for model in TABLES if model._default_manager.exists()}


def refuse(match, actor, statement, *values):
    with (
        acting_as(actor),
        pytest.raises(DatabaseError, match=match),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement, values)


def test_each_sees_what_is_theirs_to_see(everything, physiotherapist, therapist, coordinator):
    names = {model.__name__ for model in TABLES if model not in CORNERS}

    of_the_arm = {"ArmGuess", "ArmTold"}
    assert seen_by(physiotherapist) == names
    assert seen_by(everything.account) == names - {"PlanDraft"} - of_the_arm
    for reader in (therapist, coordinator):
        assert seen_by(reader) == names - {"PlanDraft", "Conversation", *BETWEEN_THE_TWO} - of_the_arm


def test_what_a_physiotherapist_believes_of_an_arm_is_read_by_nobody_else_not_even_a_colleague(everything, site):
    with acting_as(SYSTEM):
        colleague = people.add_staff(
            role=Role.PHYSIOTHERAPIST, email="colleague@example.org", name="A Colleague", sites=[site], by=SYSTEM
        )
    assert not {"ArmGuess", "ArmTold"} & seen_by(colleague)
    assert {"ArmGuess", "ArmTold"} <= seen_by(SYSTEM)


def test_nobody_else_sees_anything(
    everything, control, outsider, other_therapist, other_coordinator, statistician, data_manager, administrator
):
    others = (control.account, outsider, other_therapist, other_coordinator, statistician, data_manager, administrator)
    for actor in others:
        assert seen_by(actor) == PUBLIC
    assert not Goal.objects.exists()


@pytest.mark.parametrize("model", PERMANENT)
def test_what_is_agreed_logged_and_rated_is_neither_changed_nor_removed(everything, model):
    table, pk = model._meta.db_table, model._meta.pk.column
    for statement in (f"UPDATE {table} SET {pk} = {pk}", f"DELETE FROM {table}", f"TRUNCATE {table}"):
        refuse("permission denied", SYSTEM, statement)


@pytest.mark.parametrize("model", [Visit, Goal])
def test_visits_and_goals_are_never_removed(everything, model):
    refuse("permission denied|never changed or removed", SYSTEM, f"DELETE FROM {model._meta.db_table}")


@pytest.mark.parametrize(
    "change",
    [
        {"text": "Something easier"},
        {"target_week": 50},
        {"kind": "intermediate"},
        {"importance": 1},
        {"set_at": clock.at(date(2020, 1, 1))},
    ],
)
def test_no_word_of_a_goal_is_changed_whether_locked_or_not(everything, physiotherapist, change):
    with acting_as(physiotherapist), pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        Goal.objects.update(**change)


def test_a_locked_goal_is_neither_unlocked_nor_locked_at_another_moment(locked, physiotherapist, moment):
    for other in (None, moment + timedelta(days=1)):
        with acting_as(physiotherapist), pytest.raises(DatabaseError, match="locked_at, once"), transaction.atomic():
            Goal.objects.filter(pk=locked.pk).update(locked_at=other)


def test_even_the_owner_of_the_tables_changes_no_goal_and_no_plan(pair, fresh_database):
    participant, by = pair
    with acting_as(by):
        _goal(participant)
        actions.agree_plan(participant=participant, draft=DRAFT, key=uuid4(), by=by)

    for statement, refusal in (
        ("UPDATE physiotherapy_goal SET text = ''", "never changed but for locked_at"),
        ("UPDATE physiotherapy_goal SET locked_at = now(), target_week = 3", "never changed but for locked_at"),
        ("DELETE FROM physiotherapy_goal", "never changed or removed"),
        ("UPDATE physiotherapy_plan SET version = 2", "never changed or removed"),
        ("TRUNCATE physiotherapy_goal CASCADE", "never changed or removed"),
    ):
        with psycopg.connect(fresh_database.owner_url) as owner:
            owner.execute("SELECT set_config('stegvis.role', 'system', true)")
            with pytest.raises(psycopg.Error, match=refusal):
                owner.execute(statement)


def test_a_goal_is_not_born_locked(participant, physiotherapist, moment):
    with acting_as(physiotherapist), pytest.raises(DatabaseError, match="locked afterwards"), transaction.atomic():
        _goal(participant, locked_at=moment)


def test_a_locked_goal_is_not_hidden_by_setting_it_aside(locked, physiotherapist, moment):
    with acting_as(physiotherapist), pytest.raises(DatabaseError, match="not set aside"), transaction.atomic():
        SetAside.objects.create(goal=locked, at=moment)


def test_a_locked_goal_gets_no_further_level(locked, physiotherapist):
    with acting_as(physiotherapist), pytest.raises(DatabaseError, match="no further level"), transaction.atomic():
        GoalLevel.objects.create(goal=locked, value=0, text="Half way")


def test_no_goal_lock_or_rating_is_back_dated_behind_what_the_record_knows(
    locked, participant, physiotherapist, moment
):
    with clock.frozen(moment + timedelta(days=28)):
        log_a_rest(participant)
    for write in (lambda: _goal(participant, set_at=moment), lambda: _rating(locked, rated_at=moment)):
        with (
            acting_as(physiotherapist),
            pytest.raises(DatabaseError, match="nothing is back-dated"),
            transaction.atomic(),
        ):
            write()


def test_a_goal_set_in_earnest_is_not_locked_at_an_earlier_moment(participant, set_goal, physiotherapist, moment):
    goal = set_goal(participant)
    with clock.frozen(moment + timedelta(days=3)):
        log_a_rest(participant)
    with acting_as(physiotherapist), pytest.raises(DatabaseError, match="nothing is back-dated"), transaction.atomic():
        Goal.objects.filter(pk=goal.pk).update(locked_at=moment)
    with clock.frozen(moment + timedelta(days=3)), acting_as(physiotherapist):
        assert [each.pk for each in actions.lock_goals(participant=participant, by=physiotherapist)] == [goal.pk]


@pytest.mark.parametrize(
    ("other", "refusal"),
    [({}, "correction of the first"), ({"gas_level": 1, "occasion": "month6"}, "rated without one")],
)
def test_the_database_takes_no_second_rating_and_no_level_that_there_is_not(everything, locked, other, refusal):
    with acting_as(SYSTEM), pytest.raises(DatabaseError, match=refusal), transaction.atomic():
        _rating(locked, **other)


def test_a_goal_that_is_not_locked_is_not_rated_past_the_actions(participant, set_goal, physiotherapist):
    goal = set_goal(participant)
    with (
        acting_as(physiotherapist),
        pytest.raises(DatabaseError, match="locked before it is rated"),
        transaction.atomic(),
    ):
        _rating(goal)


def test_no_guess_is_written_in_the_name_of_another(visit, participant, physiotherapist, outsider):
    guess = {
        "participant": participant,
        "visit": visit,
        "had_been_told": False,
        "guessed_at": clock.now(),
        "key": uuid4(),
    }
    with acting_as(outsider), pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        ArmGuess.objects.create(**guess, guessed_by=physiotherapist)


def log_a_rest(participant):
    with acting_as(participant.account):
        actions.log_rest(participant=participant, on=clock.today(), key=uuid4(), by=participant.account)


def test_the_database_lets_only_the_own_side_write(participant, therapist, coordinator, outsider, control):
    for actor in (therapist, coordinator, outsider, control.account, participant.account):
        with acting_as(actor), pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            _goal(participant)
    for actor in (therapist, coordinator, outsider, control.account):
        with acting_as(actor), pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            _entry(participant)


def test_a_reader_rates_nothing(locked, therapist, coordinator):
    for actor in (therapist, coordinator):
        with acting_as(actor), pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            _rating(locked)


@pytest.mark.parametrize(
    ("wrong", "constraint"),
    [
        ({"minutes": 0}, "done_rested_or_set_back"),
        ({"effort": ""}, "done_rested_or_set_back"),
        ({"kind": "flying"}, "done_rested_or_set_back"),
        ({"rested": True}, "done_rested_or_set_back"),
    ],
)
def test_the_database_takes_no_impossible_diary_entry(participant, wrong, constraint):
    with acting_as(participant.account), pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        _entry(participant, **wrong)


@pytest.mark.parametrize(
    ("wrong", "constraint"),
    [
        ({"kind": "intermediate"}, "steps_lead_to_a_main_goal"),
        ({"type": "dream"}, "goal_type"),
        ({"confidence": 11}, "goal_confidence"),
        ({"target_week": 261}, "goal_target_week"),
        ({"starts_at": 0}, "goal_starts_low"),
    ],
)
def test_the_database_takes_no_impossible_goal(participant, physiotherapist, wrong, constraint):
    with acting_as(physiotherapist), pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        _goal(participant, **wrong)


@pytest.mark.parametrize(
    ("wrong", "constraint"),
    [
        ({"rater": "physiotherapist", "mode": "read_out"}, "rating_mode_of_its_rater"),
        ({"level": "almost"}, "rating_level"),
        ({"occasion": ""}, "rating_has_an_occasion"),
        ({"reason": "Slip"}, "correction_has_its_reason"),
    ],
)
def test_the_database_takes_no_impossible_rating(locked, physiotherapist, wrong, constraint):
    with acting_as(physiotherapist), pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        _rating(locked, **wrong)


@pytest.mark.parametrize("days", [[], [0], [1, 8]])
def test_the_database_takes_no_activity_outside_the_week(plan, physiotherapist, days):
    with acting_as(physiotherapist), pytest.raises(IntegrityError, match="days_of_the_week"), transaction.atomic():
        PlannedActivity.objects.create(
            plan=plan, position=9, kind="walking", title="", days=days, minutes=10, effort="easy", when_where="",
            low_energy="", growth="",
        )  # fmt: skip


def test_a_version_of_a_plan_and_a_number_of_a_visit_exist_once(plan, visit, participant, physiotherapist, moment):
    with acting_as(physiotherapist), pytest.raises(IntegrityError, match="once_per_version"), transaction.atomic():
        Plan.objects.create(participant=participant, version=1, flare_rule="", agreed_at=moment, key=uuid4())
    with acting_as(physiotherapist), pytest.raises(IntegrityError, match="once_per_number"), transaction.atomic():
        Visit.objects.create(participant=participant, number=1, planned_on=clock.today(), booked_at=moment)


def test_a_visit_is_not_held_without_saying_how(participant, physiotherapist, moment):
    with acting_as(physiotherapist), pytest.raises(IntegrityError, match="has_its_mode"), transaction.atomic():
        Visit.objects.create(
            participant=participant, number=1, planned_on=clock.today(), booked_at=moment, held_at=moment
        )


@pytest.mark.parametrize(
    ("model", "wrong", "constraint"),
    [
        (CapacityResult, {"test": "chair", "measured_at": None, "key": None}, "capacity_result_or_reason"),
        (RedFlagAnswer, {"flag": "fever", "said": "maybe", "answered_at": None}, "red_flag_said"),
    ],
)
def test_the_database_takes_no_result_without_a_reason_and_no_unknown_answer(
    visit, physiotherapist, moment, model, wrong, constraint
):
    filled = {name: {"key": uuid4()}.get(name, moment) if value is None else value for name, value in wrong.items()}
    with acting_as(physiotherapist), pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        model.objects.create(visit=visit, **filled)


def test_only_the_physiotherapist_writes_what_a_visit_brings_out(visit, participant, therapist, coordinator):
    for actor in (participant.account, therapist, coordinator):
        with acting_as(actor), pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            RedFlagAnswer.objects.create(visit=visit, flag="fever", said="no", answered_at=clock.now())


def test_the_persons_words_lie_encrypted(everything):
    columns = (
        (Goal, "text"), (Plan, "flare_rule"), (PlannedActivity, "title"), (Conversation, "resources"),
        (PlanDraft, "content"), (VisitNote, "words"), (ActivityDecision, "reason"), (VisitAgreement, "summary"),
        (ActivityReview, "why"), (MissedVisit, "words"),
        (GoalLevel, "text"), (ArmTold, "words"),
    )  # fmt: skip
    words = (b"Walk", b"Half", b"Round", b"garden", b"walking", b"night", b"Said")
    with acting_as(SYSTEM), connection.cursor() as cursor:
        for model, column in columns:
            cursor.execute(f"SELECT {column} FROM {model._meta.db_table}")
            stored = [bytes(value) for (value,) in cursor.fetchall()]
            assert stored
            assert not any(word in value for value in stored for word in words)


def _goal(participant, **other):
    values = {"kind": "main", "type": "function", "text": "Walk", "how_seen": "", "set_at": clock.now(), "key": uuid4()}
    return Goal.objects.create(participant=participant, **{**values, **other})


def _entry(participant, **other):
    values = {
        "on": clock.today(), "kind": "walking", "title": "", "minutes": 10, "effort": "easy", "logged_at": clock.now(),
        "key": uuid4(),
    }  # fmt: skip
    return DiaryEntry.objects.create(participant=participant, **{**values, **other})


def _rating(goal, **other):
    values = {
        "level": "fully", "rater": "participant", "mode": "own_screen", "occasion": "visit3", "rated_at": clock.now(),
        "key": uuid4(),
    }  # fmt: skip
    return GoalRating.objects.create(goal=goal, **{**values, **other})


def test_a_person_writes_no_plan_of_agreed_ones_and_a_physiotherapist_none_in_the_persons_name(
    plan, participant, physiotherapist
):
    for actor, origin in ((participant.account, "agreed"), (physiotherapist, "reduced")):
        with acting_as(actor), pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            Plan.objects.create(
                participant=participant, version=7, origin=origin, flare_rule="", agreed_at=clock.now(), key=uuid4()
            )


def test_a_person_adds_no_activity_to_a_plan_that_was_agreed(plan, participant):
    activity = {"kind": "cycling", "title": "", "days": [1], "minutes": 600, "effort": "hard", "position": 9}
    with (
        acting_as(participant.account),
        pytest.raises(ProgrammingError, match="row-level security"),
        transaction.atomic(),
    ):
        PlannedActivity.objects.create(plan=plan, when_where="", low_energy="", growth="", **activity)
