"""Scheduling: days are moved with a reason, gifts are recorded, and calls reach the assessors when somebody wishes it."""

from datetime import timedelta
from uuid import uuid4

import pytest

from stegvis.audit.action import SYSTEM
from stegvis.audit.errors import Refused
from stegvis.people.acting import acting_as
from stegvis.people.life import actions as life
from stegvis.people.models import Role
from stegvis.physiotherapy import queries as visits
from stegvis.reminders import queries as outbox
from stegvis.trial import actions as trial
from stegvis.trial import policies
from stegvis.trial import queries as trials
from stegvis.trial.errors import KnowsTheArm
from stegvis.trial.models import Incentive, MovedDate
from stegvis.trial.scheduling import actions, errors, grid, queries
from tests.worlds import FRIDAY

SIX_MONTHS = "six_months"


@pytest.fixture
def asked(world):
    """Somebody whose six-month questions have been open for three weeks, so that a call is due."""
    day = world.protocol.occasion(SIX_MONTHS).day
    return world.allocated(on=FRIDAY - timedelta(days=day + 7), site=world.site)


def move(world, person, by=None, to=FRIDAY + timedelta(days=3), **more):
    coordinator = by or world.coordinator(person)
    given = {"occasion": SIX_MONTHS, "reason": "asked", "key": uuid4(), **more}
    with acting_as(coordinator):
        return actions.move_asking(participant=person, to=to, by=coordinator, **given)


def called(world, person, **more):
    with acting_as(world.coordinator(person)):
        return [late.assessment.participant for late in trials.to_call([person.site_id], world.protocol, **more)]


# Moving ---------------------------------------------------------------------------------------------------------------
def test_who_is_asked_later_is_called_by_nobody_until_then_and_the_window_stays(world, asked):
    assert called(world, asked) == [asked]
    with acting_as(SYSTEM):
        before = world.assessment(asked, SIX_MONTHS)

    move(world, asked)

    assert called(world, asked) == []
    assert called(world, asked, on=FRIDAY + timedelta(days=3)) == [asked]
    with acting_as(SYSTEM):
        after = world.assessment(asked, SIX_MONTHS)
    assert (after.opens_on, after.due_on, after.closes_on) == (before.opens_on, before.due_on, before.closes_on)


def test_reminders_wait_until_the_day_and_none_passes_the_end_of_the_window(world):
    person = world.allocated(on=FRIDAY - timedelta(days=world.protocol.occasion(SIX_MONTHS).day - 14), site=world.site)
    with acting_as(SYSTEM):
        closes_on = world.assessment(person, SIX_MONTHS).closes_on

    move(world, person, to=closes_on - timedelta(days=4))

    with acting_as(SYSTEM):
        days = [each.due_at.date() for each in outbox.planned_for(person).filter(kind="reminder", occasion=SIX_MONTHS)]
    assert days == [closes_on - timedelta(days=4), closes_on]


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"to": FRIDAY - timedelta(days=1)}, errors.DayIsPast),
        ({"to": FRIDAY + timedelta(days=90)}, errors.NotInWindow),
        ({"reason": "moon"}, errors.NotAReasonToMove),
        ({"occasion": "baseline"}, errors.NothingToMove),
    ],
)
def test_a_move_that_makes_no_sense_is_refused_and_nothing_is_kept(world, asked, given, refusal):
    with pytest.raises(refusal):
        move(world, asked, **given)

    with acting_as(SYSTEM):
        assert not MovedDate.objects.exists()


def test_the_same_form_again_moves_nothing_twice(world, asked):
    key = uuid4()

    assert move(world, asked, key=key).pk == move(world, asked, key=key).pk


def test_a_coordinator_of_another_site_moves_nothing_and_reads_no_move(world, asked):
    move(world, asked)
    stranger = world.staff(Role.COORDINATOR, world.sites[1])

    with pytest.raises(Refused):
        move(world, asked, by=stranger, to=FRIDAY + timedelta(days=4))
    with acting_as(stranger):
        assert not queries.moves_of(asked).exists()
    with acting_as(world.coordinator(asked)):
        assert queries.moves_of(asked).count() == 1


def test_a_booked_visit_is_moved_with_its_reason_and_one_that_was_held_is_not(world):
    person = world.planned(on=FRIDAY - timedelta(days=21))
    coordinator = world.coordinator(person)
    given = {"participant": person, "to": FRIDAY + timedelta(days=2), "reason": "away", "by": coordinator}
    with acting_as(coordinator):
        moved = actions.move_visit(number=2, key=uuid4(), **given)
        assert visits.visit(person, 2).planned_on == FRIDAY + timedelta(days=2)
        with pytest.raises(errors.NothingToMove):
            actions.move_visit(number=1, key=uuid4(), **given)
    assert (moved.activity, moved.reason) == ("visit_2", "away")


# Lists and grid -------------------------------------------------------------------------------------------------------
def test_late_answers_and_visits_stand_in_their_lists_until_the_person_stops(world, asked):
    site = [world.site.pk]
    later = FRIDAY + timedelta(days=40)
    with acting_as(world.coordinator(asked)):
        assert [each.participant for each in queries.awaited(site, "late", later)] == [asked]
        assert asked in [each.participant for each in queries.visits(site, "unrecorded")]

    world.withdraw(asked, "everything")

    with acting_as(world.coordinator(asked)):
        assert not queries.awaited(site, "late", later).exists()
        assert not queries.visits(site, "unrecorded").exists()


def test_the_grid_says_one_word_for_everything_planned_and_is_filtered_by_it(world, asked):
    site = [world.site.pk]
    column = next(each for each in grid.columns(world.protocol) if each.code == SIX_MONTHS)
    with acting_as(world.coordinator(asked)):
        page = list(grid.people(site, column=column, word="open"))
        boxes = grid.boxes(page)[asked.pk]
        assert list(grid.people(site, column=column, word="done")) == []
    assert [each.participant for each in page] == [asked]
    words = {code: box.word for code, box in boxes.items()}
    assert words == {
        "baseline": "done",
        "visit_1": "done",
        "visit_2": "unrecorded",
        "visit_3": "unrecorded",
        SIX_MONTHS: "open",
    }


# Gifts ----------------------------------------------------------------------------------------------------------------
def test_a_gift_is_recorded_once_it_is_due_and_leaves_the_list(world, asked):
    coordinator = world.coordinator(asked)
    given = {"participant": asked, "occasion": SIX_MONTHS, "sent_on": FRIDAY, "by": coordinator}
    with acting_as(coordinator), pytest.raises(errors.IncentiveTooEarly):
        actions.keep_incentive(key=uuid4(), **given)
    world.answer(asked, SIX_MONTHS)

    with acting_as(coordinator):
        assert [each.participant for each in queries.gifts_to_send([world.site.pk], world.protocol)] == [asked]
        actions.keep_incentive(key=uuid4(), **given)
        assert not queries.gifts_to_send([world.site.pk], world.protocol).exists()
        with pytest.raises(errors.NoIncentive):
            actions.keep_incentive(key=uuid4(), **{**given, "occasion": "baseline"})
    with acting_as(world.staff(Role.COORDINATOR, world.sites[1])):
        assert not Incentive.objects.exists()


# The assessors' calls -------------------------------------------------------------------------------------------------
def test_who_wants_to_answer_by_telephone_is_the_assessors_and_comes_back_when_nobody_calls(world, asked):
    coordinator, assessor = world.coordinator(asked), world.staff(Role.OUTCOME_ASSESSOR)
    with acting_as(coordinator):
        trial.keep_call(
            participant=asked, occasion=SIX_MONTHS, outcome="to_assessor", try_again_on=FRIDAY, key=uuid4(),
            by=coordinator,
        )  # fmt: skip

    assert called(world, asked) == []
    assert called(world, asked, on=FRIDAY + timedelta(days=3)) == [asked]
    with acting_as(assessor):
        first = trials.to_call([world.site.pk], world.protocol, by_assessor=True)[0]
    assert (first.assessment.participant, first.last_call) == (asked, "to_assessor")


def test_a_coordinator_takes_answers_after_randomisation_only_where_the_protocol_says_so(world, asked, monkeypatch):
    coordinator = world.coordinator(asked)
    with acting_as(coordinator), pytest.raises(KnowsTheArm):
        policies.check_takes_answers(coordinator, asked)

    told = world.protocol.reminders.model_copy(update={"telephone_answers": "site_staff"})
    monkeypatch.setattr(trials, "protocol_of", lambda _of: world.protocol.model_copy(update={"reminders": told}))

    with acting_as(coordinator):
        policies.check_takes_answers(coordinator, asked)
    with acting_as(world.staff(Role.PHYSIOTHERAPIST)), pytest.raises(Refused):
        policies.check_takes_answers(world.staff(Role.PHYSIOTHERAPIST), asked)


# Several reminded at once ---------------------------------------------------------------------------------------------
def test_a_coordinator_reminds_nobody_of_another_site(world, asked):
    stranger = world.staff(Role.COORDINATOR, world.sites[1])
    with acting_as(SYSTEM):
        found = list(queries.to_remind([world.site.pk], SIX_MONTHS))
    assert [each.participant for each in found] == [asked]

    with acting_as(stranger), pytest.raises(Refused):
        actions.remind_together(asked=found, step="third", key=uuid4(), by=stranger)


def test_whom_something_has_happened_to_is_late_with_nothing_until_it_is_over(world, asked):
    site, later, coordinator = [asked.site_id], FRIDAY + timedelta(days=200), world.coordinator(asked)
    with acting_as(coordinator):
        assert queries.awaited(site, "late", later).exists()
        life.keep(participant=asked, kind="in_hospital", since=FRIDAY, key=uuid4(), by=coordinator)
        assert not queries.awaited(site, "late", later).exists()
        assert not queries.to_remind(site, SIX_MONTHS).exists()
