"""Visits are booked, moved, missed and held."""

from datetime import date, time, timedelta

import pytest

from stegvis.audit import clock
from stegvis.audit.models import Event
from stegvis.people.acting import acting_as
from stegvis.people.errors import NotAtThisSite, NotInYourCaseload, NotTheirRole
from stegvis.physiotherapy import actions, queries
from stegvis.physiotherapy.errors import (
    NotYet,
    UnknownChoice,
    VisitAlreadyHeld,
    VisitNotBooked,
)
from stegvis.physiotherapy.models import MissedVisit

MONDAY = date(2026, 11, 16)
TUESDAY = date(2026, 11, 17)


def book(participant, by, number=1, on=MONDAY):
    with acting_as(by):
        return actions.book_visit(participant=participant, number=number, planned_on=on, by=by)


def hold(participant, by, number=1, mode="video", **other):
    with acting_as(by):
        return actions.hold_visit(participant=participant, number=number, mode=mode, by=by, **other)


def miss(participant, by, number=1, why="", why_coded="not_told"):
    with acting_as(by):
        return actions.miss_visit(participant=participant, number=number, why=why, why_coded=why_coded, by=by)


def test_a_visit_moves_to_another_day_and_the_record_keeps_both(participant, physiotherapist):
    first = book(participant, physiotherapist)
    moved = book(participant, physiotherapist, on=TUESDAY)

    assert (moved.pk, moved.planned_on, moved.state) == (first.pk, TUESDAY, "planned")
    days = [
        event.detail["planned_on"] for event in Event.objects.filter(verb="physiotherapy.visit_booked").order_by("pk")
    ]
    assert days == ["2026-11-16", "2026-11-17"]


def test_a_visit_is_booked_by_the_own_physiotherapist_or_the_sites_coordinator(
    participant, coordinator, other_coordinator, outsider, therapist, statistician
):
    assert book(participant, coordinator).planned_on == MONDAY

    with pytest.raises(NotInYourCaseload):
        book(participant, outsider)
    with pytest.raises(NotAtThisSite):
        book(participant, other_coordinator)
    for other in (therapist, statistician, participant.account):
        with pytest.raises(NotTheirRole):
            book(participant, other)


def test_a_held_visit_has_its_mode_moment_and_physiotherapist(participant, physiotherapist, coordinator, moment):
    book(participant, physiotherapist)
    with pytest.raises(NotTheirRole):
        hold(participant, coordinator)

    visit = hold(participant, physiotherapist)
    assert (visit.state, visit.mode, visit.held_at, visit.by) == ("held", "video", moment, physiotherapist)


def test_a_visit_is_held_once_and_then_stays(participant, physiotherapist):
    book(participant, physiotherapist)
    hold(participant, physiotherapist)

    for again in (hold, book, miss):
        with pytest.raises(VisitAlreadyHeld, match="Visit 1 of AL-001 has been held on 2026-11-13"):
            again(participant, physiotherapist)


def test_a_visit_is_booked_before_it_is_held_or_missed(participant, physiotherapist):
    for deed in (hold, miss):
        with pytest.raises(VisitNotBooked, match="Book a day"):
            deed(participant, physiotherapist)


def test_a_visit_is_not_held_in_the_future_nor_in_an_unknown_way(participant, physiotherapist, moment):
    book(participant, physiotherapist)
    with pytest.raises(NotYet):
        hold(participant, physiotherapist, held_at=moment + timedelta(minutes=1))
    with pytest.raises(UnknownChoice):
        hold(participant, physiotherapist, mode="letter")

    yesterday = moment - timedelta(days=1)
    assert hold(participant, physiotherapist, held_at=yesterday).held_at == yesterday


def test_a_missed_visit_keeps_its_reason_and_can_be_booked_again(participant, physiotherapist, moment):
    book(participant, physiotherapist)
    missed_at = moment + timedelta(days=3)
    with clock.frozen(missed_at):
        missed = miss(participant, physiotherapist, why="The bus did not come")
        assert (missed.state, missed.missed_at) == ("missed", missed_at)
        assert "bus" not in str(list(Event.objects.values()))

        again = book(participant, physiotherapist, on=TUESDAY)
        assert (again.state, again.missed_reason) == ("planned", "The bus did not come")
    with clock.frozen(moment + timedelta(days=4)):
        assert hold(participant, physiotherapist).state == "held"


def test_a_visit_is_booked_for_a_time_and_a_way_and_no_unknown_way(participant, physiotherapist):
    with acting_as(physiotherapist):
        booked = actions.book_visit(
            participant=participant, number=1, planned_on=MONDAY, planned_time=time(10, 30), planned_mode="video",
            by=physiotherapist,
        )  # fmt: skip
        assert (booked.planned_time, booked.get_planned_mode_display()) == (time(10, 30), "by video")
        with pytest.raises(UnknownChoice):
            actions.book_visit(
                participant=participant, number=1, planned_on=MONDAY, planned_mode="letter", by=physiotherapist
            )


def test_every_miss_is_kept_with_its_coded_reason_and_its_words(participant, physiotherapist, moment):
    book(participant, physiotherapist)
    miss(participant, physiotherapist, why="The bus did not come", why_coded="travel")
    with pytest.raises(UnknownChoice):
        miss(participant, physiotherapist, why_coded="lazy")
    with clock.frozen(moment + timedelta(days=1)):
        book(participant, physiotherapist, on=TUESDAY)
    with clock.frozen(moment + timedelta(days=5)):
        miss(participant, physiotherapist, why="A cold", why_coded="ill")
    with acting_as(physiotherapist):
        rows = MissedVisit.objects.order_by("pk")
        assert [(each.planned_on, each.reason, each.words) for each in rows] == [
            (MONDAY, "travel", "The bus did not come"), (TUESDAY, "ill", "A cold"),
        ]  # fmt: skip


def test_visits_are_found_by_number(visit, participant, physiotherapist):
    book(participant, physiotherapist, number=2, on=date(2026, 12, 11))

    with acting_as(participant.account):
        assert [(each.number, each.state) for each in queries.visits_of(participant)] == [(1, "held"), (2, "planned")]
        assert queries.visit(participant, 1) == visit
        assert queries.visit(participant, 3) is None


def test_the_board_shows_open_visits_by_day_and_whom_to_book(
    visit, participant, control, physiotherapist, outsider, set_goal
):
    set_goal(control)
    with acting_as(physiotherapist):
        board = queries.visits_board(physiotherapist, visits_in_all=3)
    assert [row.participant for row in board.to_book] == [participant, control]
    assert board.to_book[0].summary.held == 1
    assert (board.to_book[1].summary.goals, board.to_book[1].summary.goals_locked) == (1, 0)

    book(participant, physiotherapist, number=2, on=TUESDAY)
    book(control, physiotherapist, on=MONDAY)
    with acting_as(physiotherapist):
        board = queries.visits_board(physiotherapist, visits_in_all=3)
    assert [(row.participant, row.visit.number) for row in board.upcoming] == [(control, 1), (participant, 2)]
    assert board.to_book == []
    with acting_as(outsider):
        assert queries.visits_board(outsider, visits_in_all=3) == queries.Board([], [])


def test_whoever_has_had_the_last_visit_is_not_booked_again(visit, participant, physiotherapist):
    with acting_as(physiotherapist):
        assert queries.visits_board(physiotherapist, visits_in_all=1).to_book == []


def test_the_board_takes_six_queries_however_many_people(
    participant, control, physiotherapist, plan, locked, django_assert_num_queries
):
    book(participant, physiotherapist)
    with acting_as(physiotherapist), django_assert_num_queries(6):
        queries.visits_board(physiotherapist, visits_in_all=3)
    book(control, physiotherapist)
    with acting_as(physiotherapist), django_assert_num_queries(6):
        board = queries.visits_board(physiotherapist, visits_in_all=3)
        assert [row.participant.site.code for row in board.upcoming] == ["AL", "AL"]
