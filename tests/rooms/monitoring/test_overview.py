"""The trial in numbers: every person counted once, and nobody left out by row-level security."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from stegvis.audit.action import SYSTEM
from stegvis.monitoring import queries
from stegvis.people.acting import acting_as
from stegvis.trial import actions as trial
from tests.worlds import FRIDAY

CLOSED = FRIDAY - timedelta(days=182 + 29)
"""Randomised on this day, the window of the answers after six months closed yesterday."""
OPEN = FRIDAY - timedelta(days=182 + 28)
DUE = FRIDAY - timedelta(days=182)
NOT_DUE = FRIDAY - timedelta(days=181)


def counted(world):
    return queries.overview(world.protocol)


def visits(world, number):
    visit = next(each for each in world.protocol.visits if each.number == number)
    with acting_as(SYSTEM):
        return sum(queries.visits_in_window(visit).values(), queries.VisitCount())


def end(world, screening, outcome, criterion=""):
    coordinator = world.coordinator(screening.site)
    with acting_as(coordinator):
        trial.end_screening(screening=screening, outcome=outcome, criterion=criterion, by=coordinator)


def leave(world, person, why):
    coordinator = world.coordinator(person)
    with acting_as(coordinator):
        trial.leave_before_randomisation(participant=person, why=why, by=coordinator)


def test_an_empty_trial_is_all_zeros(world):
    overview = counted(world)

    assert (overview.flow.assessed, overview.flow.randomised, overview.flow.follow_up.due) == (0, 0, 0)
    assert [site.site.code for site in overview.sites] == [site.code for site in world.sites]
    assert overview.recruitment.randomised == 0


def test_everybody_who_was_assessed_stands_in_one_box_of_the_flow(world):
    with acting_as(SYSTEM):
        trial.count_self_check(source="self", language="sv", criterion="age", key=uuid4(), by=SYSTEM)
    world.screened()
    end(world, world.screened(), "excluded", "serious_illness")
    end(world, world.screened(site=world.sites[1]), "declined")
    end(world, world.screened(), "no_reply")
    world.invited()
    leave(world, world.invited(), "changed_mind")
    world.consented()
    leave(world, world.consented(), "no_baseline")
    leave(world, world.planned(), "changed_mind")
    world.withdraw(world.baseline_done(), "everything")
    world.planned()
    world.allocated()

    flow = counted(world).flow

    assert (flow.assessed, flow.under_way) == (13, 1)
    assert (flow.excluded, flow.declined, flow.no_reply) == (2, 1, 1)
    assert (flow.invited, flow.not_consented, flow.consented) == (1, 1, 6)
    assert flow.left == {"changed_mind": 1, "no_baseline": 1, "withdrew": 1}
    assert (flow.on_the_way, flow.randomised) == (2, 1)


def test_answers_in_hand_are_counted_of_those_due(world):
    for day in (CLOSED, OPEN, DUE, NOT_DUE):
        world.allocated(on=day)
    world.followed_up()
    gone, gone_early = world.allocated(on=DUE), world.allocated(on=NOT_DUE)
    world.withdraw(gone, "questions")
    world.withdraw(gone_early, "everything")
    changed = world.followed_up()
    world.withdraw(changed, "everything")

    follow_up = counted(world).flow.follow_up

    assert follow_up == queries.FollowUp(not_due=2, in_hand=2, open=2, closed=1, withdrawn=1)
    assert follow_up.due == 6
    assert follow_up.due + follow_up.not_due == counted(world).flow.randomised


def test_visits_are_counted_in_their_window_once_it_has_closed(world):
    first_visit = date(2026, 5, 4)
    in_time, late, never, not_yet = (world.allocated(on=first_visit + timedelta(days=2)) for _ in range(4))
    world.hold_visit(in_time, 2, on=first_visit + timedelta(days=35))
    world.hold_visit(late, 2, on=first_visit + timedelta(days=36))
    recent = world.allocated(on=FRIDAY - timedelta(days=25))
    world.hold_visit(recent, 2)

    overview = counted(world)

    assert {never, not_yet}.isdisjoint({in_time, late})
    assert visits(world, 2) == queries.VisitCount(due=4, in_window=1)
    assert visits(world, 1) == queries.VisitCount(due=5, in_window=5)
    assert (overview.last_visit, overview.visits) == (3, queries.VisitCount(due=4, in_window=0))


def test_a_visit_before_its_window_opened_is_not_in_time(world):
    person = world.allocated(on=date(2026, 5, 6))
    world.hold_visit(person, 2, on=date(2026, 5, 24))

    assert visits(world, 2) == queries.VisitCount(due=1, in_window=0)


def test_each_site_has_its_own_numbers_and_they_add_up(world):
    first, second = world.sites[:2]
    world.allocated(site=first, on=DUE)
    world.followed_up(site=second)
    world.consented(site=second)

    overview = counted(world)
    by_code = {site.site.code: site for site in overview.sites}

    assert by_code[first.code].follow_up == queries.FollowUp(open=1)
    assert by_code[second.code].follow_up == queries.FollowUp(in_hand=1)
    assert by_code[second.code].stages == {"followed_up": 1, "consented": 1}
    assert [site.randomised for site in overview.sites] == [1, 1, 0, 0]


def test_recruitment_is_counted_by_month_beside_the_plan(world):
    world.allocated(on=date(2026, 4, 14))
    world.allocated(on=date(2026, 4, 20))
    world.allocated(on=date(2026, 6, 5))

    recruitment = counted(world).recruitment
    months = {month.first.month: (month.randomised, month.so_far) for month in recruitment.months}

    assert [month.first.month for month in recruitment.months] == list(range(1, 12))
    assert (months[4], months[5], months[6]) == ((2, 2), (0, 2), (1, 3))
    assert recruitment.randomised == 3
    assert recruitment.planned_by(date(2026, 1, 12)) == 0
    assert recruitment.planned_by(recruitment.ends_on) == recruitment.planned_n == 200
    assert recruitment.planned_by(date(2030, 1, 1)) == 200
    assert recruitment.planned_by(FRIDAY) == round(200 * 305 / 548)


def test_a_protocol_without_a_plan_has_only_what_happened(world):
    world.allocated()
    without = world.protocol.model_copy(update={"recruitment": None})

    recruitment = queries.overview(without).recruitment

    assert recruitment.planned_by(FRIDAY) is None
    assert [(month.first, month.so_far) for month in recruitment.months] == [(date(2026, 11, 1), 1)]


@pytest.mark.parametrize("role", ["coordinator", "statistician", "participant"])
def test_numbers_are_of_the_whole_trial_whoever_asks_and_nothing_else_opens(world, role):
    person = world.followed_up(site=world.sites[1])
    world.hold_visit(person, 2)
    asks = person.account if role == "participant" else world.staff(role)

    with acting_as(asks):
        before = setting()
        seen = counted(world)
        assert setting() == before
    assert seen == counted(world)
    assert seen.flow.randomised == 1


def setting():
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('stegvis.role'), current_setting('stegvis.sites')")
        return cursor.fetchone()


def test_the_number_of_queries_does_not_grow_with_the_trial(world):
    world.followed_up()
    with CaptureQueriesContext(connection) as few:
        counted(world)
    for site in world.sites:
        world.followed_up(site=site)
        world.withdraw(world.allocated(site=site, on=DUE), "questions")
        world.planned(site=site)
    with CaptureQueriesContext(connection) as many:
        counted(world)

    assert len(many) == len(few)


def test_visits_are_late_from_the_day_after_they_were_booked_for(world):
    late = world.allocated(on=FRIDAY - timedelta(days=60))
    elsewhere = world.allocated(on=FRIDAY - timedelta(days=60), site=world.sites[1])
    gone = world.allocated(on=FRIDAY - timedelta(days=60))
    world.withdraw(gone, "plan")
    world.allocated(on=FRIDAY - timedelta(days=20))
    coordinator = world.coordinator()

    with acting_as(coordinator):
        found = list(queries.late_visits([world.site.pk, world.sites[1].pk]))

    assert [(visit.participant, visit.number) for visit in found] == [(late, 2)]
    assert elsewhere not in [visit.participant for visit in found]
