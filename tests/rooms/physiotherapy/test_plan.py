"""The plan: drafted on the desk, agreed with the person, changed by its next version."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest

from stegvis.audit import clock
from stegvis.audit.errors import KeyUsedElsewhere
from stegvis.audit.models import Event
from stegvis.people.acting import acting_as
from stegvis.people.errors import NotInYourCaseload, NotTheirRole
from stegvis.physiotherapy import actions, queries
from stegvis.physiotherapy.errors import (
    EmptyPlan,
    NameTheActivity,
    NotYours,
    OutsideTheScale,
    TooLong,
    UnknownChoice,
    UnlikelyActivity,
)
from stegvis.physiotherapy.models import Plan
from stegvis.physiotherapy.queries import Draft
from tests.rooms.physiotherapy.conftest import DRAFT, POOL, WALK


def agree(participant, by, draft=DRAFT, key=None, visit=None):
    with acting_as(by):
        return actions.agree_plan(participant=participant, draft=draft, visit=visit, key=key or uuid4(), by=by)


def test_an_agreed_plan_holds_what_was_agreed(plan, participant, physiotherapist, moment):
    with acting_as(participant.account):
        now = queries.plan_now(participant)
        walk, pool, _ = now.activities.all()

    assert (now, now.version, now.agreed_at, now.agreed_by_id) == (plan, 1, moment, physiotherapist.pk)
    assert (walk.label, walk.days, walk.minutes, walk.effort) == ("Round the park", [1, 3, 5], 15, "easy")
    assert (walk.when_where, walk.low_energy) == ("After lunch", "To the bench and back")
    assert pool.title == ""
    assert pool.label
    assert (now.flare_rule, now.aim_minutes, now.aim_strength_days) == ("Half for three days", 90, 2)


def test_a_change_is_the_next_version_and_the_older_stays(plan, participant, physiotherapist):
    changed = Draft(activities=(replace(WALK, minutes=20),))
    second = agree(participant, physiotherapist, changed)

    assert second.version == 2
    with acting_as(physiotherapist):
        assert [each.minutes for each in queries.plan_now(participant).activities.all()] == [20]
        first = queries.plans_of(participant)[0]
        assert queries.as_draft(first) == DRAFT


def test_a_plan_agreed_twice_with_one_form_is_one_version(participant, control, physiotherapist):
    key = uuid4()
    assert agree(participant, physiotherapist, key=key) == agree(participant, physiotherapist, key=key)
    with pytest.raises(KeyUsedElsewhere):
        agree(control, physiotherapist, key=key)
    with acting_as(physiotherapist):
        assert [row.activities.count() for row in Plan.objects.all()] == [3]


@pytest.mark.parametrize(
    ("activities", "refusal"),
    [
        ((), EmptyPlan),
        ((replace(WALK, kind="flying"),), UnknownChoice),
        ((replace(WALK, effort="brutal"),), UnknownChoice),
        ((replace(WALK, days=()),), UnlikelyActivity),
        ((replace(WALK, days=(0,)),), UnlikelyActivity),
        ((replace(WALK, days=(8,)),), UnlikelyActivity),
        ((replace(WALK, minutes=0),), UnlikelyActivity),
        ((replace(WALK, minutes=601),), UnlikelyActivity),
        ((replace(WALK, kind="own", title=" "),), NameTheActivity),
        ((POOL, replace(WALK, growth="x" * 501)), TooLong),
    ],
)
def test_a_plan_that_cannot_be_followed_is_refused(participant, physiotherapist, activities, refusal):
    with pytest.raises(refusal):
        agree(participant, physiotherapist, Draft(activities=activities))
    with acting_as(physiotherapist):
        assert queries.plan_now(participant) is None


def test_an_aim_lies_within_the_week(participant, physiotherapist):
    for aim in ({"aim_strength_days": 8}, {"aim_minutes": -1}, {"aim_minutes": 3001}):
        with pytest.raises(OutsideTheScale):
            agree(participant, physiotherapist, replace(DRAFT, **aim))


def test_a_plan_is_made_at_ones_own_visit(visit, participant, control, physiotherapist):
    assert agree(participant, physiotherapist, visit=visit).visit == visit
    with pytest.raises(NotYours):
        agree(control, physiotherapist, visit=visit)


def test_only_the_own_physiotherapist_makes_the_plan(participant, outsider, therapist, coordinator):
    with pytest.raises(NotInYourCaseload, match="AL-001 is not in your caseload"):
        agree(participant, outsider)
    for other in (therapist, coordinator, participant.account):
        with pytest.raises(NotTheirRole):
            agree(participant, other)


def test_a_draft_stays_on_the_desk_until_the_plan_is_agreed(participant, physiotherapist):
    for draft in (Draft((WALK,)), DRAFT):
        with acting_as(physiotherapist):
            actions.save_draft(participant=participant, draft=draft, by=physiotherapist)
            assert queries.draft_of(participant) == draft
    with acting_as(participant.account):
        assert queries.draft_of(participant) is None
        assert queries.plan_now(participant) is None

    agree(participant, physiotherapist)
    with acting_as(physiotherapist):
        assert queries.draft_of(participant) is None


def test_the_record_holds_no_words_of_the_plan(plan):
    event = Event.objects.get(verb="physiotherapy.plan_agreed")
    assert event.detail == {"visit": None, "version": 1, "activities": 3}
    assert "park" not in str(list(Event.objects.values()))


def test_today_shows_the_weekdays_activities_and_what_is_logged(plan, participant, django_assert_num_queries):
    with acting_as(participant.account), django_assert_num_queries(3):
        walk, strength = queries.planned_on(participant)
    assert (walk.activity.kind, strength.activity.kind) == ("walking", "strength")
    assert walk.entry is None

    with acting_as(participant.account):
        entry = actions.log_planned(activity=walk.activity, on=clock.today(), key=uuid4(), by=participant.account)
        assert [each.entry for each in queries.planned_on(participant)] == [entry, None]
        assert [each.activity.kind for each in queries.planned_on(participant, date(2026, 11, 14))] == ["water"]


def test_before_the_first_plan_nothing_is_planned(participant):
    with acting_as(participant.account):
        assert queries.planned_on(participant) == []
        assert queries.plan_now(participant) is None


def test_a_day_is_measured_by_the_plan_that_was_in_force(plan, participant, physiotherapist, moment):
    with clock.frozen(moment + timedelta(days=7)):
        agree(participant, physiotherapist, Draft((replace(WALK, days=(5,), minutes=25),)))

    with acting_as(participant.account):
        minutes = {
            day: [each.activity.minutes for each in queries.planned_on(participant, day)]
            for day in (date(2026, 11, 12), date(2026, 11, 18), date(2026, 11, 20), date(2026, 11, 25))
        }
    assert minutes == {
        date(2026, 11, 12): [], date(2026, 11, 18): [15], date(2026, 11, 20): [25], date(2026, 11, 25): [],
    }  # fmt: skip


def test_an_activity_is_found_in_its_own_persons_plan_only(plan, participant, control, physiotherapist):
    with acting_as(physiotherapist):
        activity = plan.activities.first()
        assert queries.planned_activity(participant, activity.pk) == activity
        assert queries.planned_activity(control, activity.pk) is None
