"""What an extract says of harms: the newest version, both judgements, what stands; and every time the question was asked."""

from datetime import date
from uuid import uuid4

import pytest

from stegvis.audit.action import SYSTEM
from stegvis.people.acting import acting_as
from stegvis.people.models import Role
from stegvis.reporting import harms as rows
from stegvis.safety.harms import actions
from stegvis.trial import actions as trial

AGAINST = ("activity_plan", "programme", "procedures")


@pytest.fixture
def person(world):
    found = world.allocated(on=date(2026, 10, 1))
    world.hold_visit(found, 2)
    return found


@pytest.fixture
def event(world, person):
    """Was told as an answer, described twice, and judged differently by two."""
    with acting_as(person.account):
        found = trial.answer_about_harms(
            participant=person, moment="visit_2", said=True, words="I fell.", key=uuid4(), by=person.account
        )
    physio, assessor = world.staff(Role.PHYSIOTHERAPIST), world.staff(Role.OUTCOME_ASSESSOR)
    with acting_as(physio):
        for after, severity in enumerate(("mild", "severe")):
            actions.describe_event(
                event=found, after=after, term="injury", narrative="Fell.", started_on=date(2026, 11, 1), ended_on=None,
                expected=False, severity=severity, measure="none", course="recovering", changed_why="X" * after,
                key=uuid4(), by=physio,
            )  # fmt: skip
    for who, place, criteria in ((physio, "first", []), (assessor, "second", ["hospitalisation"])):
        with acting_as(who):
            trial.assess_event(
                event=found,
                place=place,
                serious=criteria,
                relations=dict.fromkeys(AGAINST, "possible"),
                key=uuid4(),
                by=who,
            )
    return found


def only(unblinded):
    with acting_as(SYSTEM):
        [row] = rows.events(unblinded=unblinded)
    return row


def test_an_event_stands_by_its_newest_version_with_both_judgements(event):
    row = only(unblinded=True)

    assert (row.how, row.versions, row.severity, row.term) == ("solicited", 2, "severe", "injury")
    assert (row.serious_first, row.serious_second, row.serious, row.settled) == (False, True, False, False)
    assert (row.programme_first, row.programme_second, row.programme) == ("possible",) * 3


def test_before_the_lock_the_sites_relation_to_a_treatment_of_some_arms_is_left_out(event):
    row = only(unblinded=False)

    assert (row.programme_first, row.programme, row.programme_second) == (None, None, "possible")
    assert row.activity_plan_first == "possible"


def test_what_was_settled_stands(world, event):
    coordinator = world.coordinator()
    with acting_as(coordinator):
        actions.settle_event(
            event=event, serious=["hospitalisation"], relations=dict.fromkeys(AGAINST, "unlikely"), how="third",
            words="Read the letter.", key=uuid4(), by=coordinator,
        )  # fmt: skip
    row = only(unblinded=True)

    assert (row.serious, row.criteria, row.settled, row.programme) == (True, "hospitalisation", True, "unlikely")


def test_every_time_that_the_question_was_asked_is_there_answered_or_not(world, event):
    other = world.allocated(on=date(2026, 10, 1))
    world.hold_visit(other, 2)
    world.withdraw(world.allocated(on=date(2026, 10, 1)), "questions")
    with acting_as(SYSTEM):
        found = {row.participant: (row.moment, row.said, row.channel) for row in rows.reports()}

    assert found == {event.participant.code: ("visit_2", True, "web"), other.code: ("visit_2", None, None)}
