"""The lock: gates, two roles, and its undoing."""

from datetime import timedelta

import pytest

from stegvis.assessments import queries as assessments
from stegvis.audit import clock
from stegvis.people.acting import acting_as
from stegvis.people.errors import NotTheirRole
from stegvis.people.models import Role
from stegvis.reporting import actions, locking, queries
from stegvis.reporting.errors import (
    GatesOpen,
    LockedAlready,
    NoSuchAnalysis,
    NothingProposed,
    NothingToUnlock,
    NotLocked,
    PlanNotSigned,
    ReasonMissing,
    SameRole,
)
from stegvis.reporting.models import Lock, LockProposal
from tests.locking import locked

WHEN = "six_months"


def sign(by):
    with acting_as(by):
        return actions.sign_plan(by=by)


def propose(by, *, reason="All answers are in", analysis=WHEN, open_queries=0, **despite):
    with acting_as(by):
        return actions.propose_lock(analysis=analysis, reason=reason, open_queries=open_queries, despite=despite, by=by)


def agree(by, open_queries=0):
    with acting_as(by):
        return actions.lock_data(analysis=WHEN, open_queries=open_queries, by=by)


def test_one_role_asks_another_agrees_and_the_lock_says_all_of_it(world, data_manager, statistician, moment):
    signature = sign(statistician)
    propose(data_manager)
    row = agree(statistician)

    assert (row.locked_by, row.locked_at, row.reason) == (statistician.code, moment, "All answers are in")
    assert (row.proposal.proposed_by, row.plan_sha256) == (data_manager.code, signature.plan_sha256)
    assert row.protocol_sha256
    assert queries.is_locked(WHEN)
    assert not queries.is_locked("twelve_months")
    with pytest.raises(LockedAlready, match="on 2026-11-13"):
        propose(data_manager)


def test_nobody_locks_alone(world, data_manager, statistician):
    sign(statistician)
    with pytest.raises(NothingProposed):
        agree(statistician)
    propose(data_manager)
    with pytest.raises(SameRole):
        agree(data_manager)
    for by in (world.staff(Role.ADMINISTRATOR), world.coordinator()):
        with pytest.raises(NotTheirRole):
            agree(by)
    with pytest.raises(NotTheirRole):
        propose(statistician)
    assert not Lock.objects.exists()


def test_a_plan_that_nobody_signed_stops_a_lock_whatever_the_reason(data_manager, statistician, monkeypatch):
    with pytest.raises(PlanNotSigned):
        propose(data_manager, plan="It is late")
    sign(statistician)
    propose(data_manager)
    monkeypatch.setattr(locking, "plan_sha256", lambda: "0" * 64)
    with pytest.raises(PlanNotSigned):
        agree(statistician)


def test_open_windows_and_queries_stop_a_lock_unless_set_aside_with_a_reason(world, data_manager, statistician):
    world.allocated()
    sign(statistician)
    with pytest.raises(GatesOpen, match=r"in their window: 1\. Data queries that are open: 2\."):
        propose(data_manager, open_queries=2)
    with pytest.raises(GatesOpen):
        propose(data_manager, open_queries=2, windows="The trial ends early", queries=" ")

    asked = propose(data_manager, open_queries=2, windows="The trial ends early", queries="Cannot be answered")
    assert asked.despite == {"windows": "The trial ends early", "queries": "Cannot be answered"}
    assert agree(statistician, open_queries=2)


def test_who_withdrew_from_the_questions_holds_no_window_open(world):
    person = world.allocated()
    assert locking.still_to_come(WHEN) == 1
    world.withdraw(person, "questions")
    assert locking.still_to_come(WHEN) == 0


def test_what_was_asked_for_lapses(data_manager, statistician):
    sign(statistician)
    propose(data_manager)
    with clock.frozen(clock.now() + locking.LASTS + timedelta(hours=1)), pytest.raises(NothingProposed):
        agree(statistician)


def test_a_lock_needs_a_reason_and_an_analysis_of_the_protocol(data_manager, statistician):
    sign(statistician)
    with pytest.raises(ReasonMissing):
        propose(data_manager, reason="  ")
    with pytest.raises(NoSuchAnalysis, match=r"called six_month, so nothing was done\. Choose one of: six_months\."):
        propose(data_manager, analysis="six_month")
    assert not LockProposal.objects.exists()


def test_a_lock_is_undone_by_two_and_answers_are_taken_again(world, data_manager, statistician):
    with acting_as(data_manager), pytest.raises(NothingToUnlock):
        actions.propose_unlock(analysis=WHEN, reason="Late papers", by=data_manager)
    first = locked(world)
    with acting_as(statistician), pytest.raises(NothingProposed):
        actions.unlock_data(analysis=WHEN, by=statistician)
    with acting_as(data_manager):
        actions.propose_unlock(analysis=WHEN, reason="Late papers", by=data_manager)
    with acting_as(statistician):
        undone = actions.unlock_data(analysis=WHEN, by=statistician)

    assert (undone.lock, undone.proposal.reason) == (first, "Late papers")
    assert assessments.closed_on(WHEN) is None
    with acting_as(statistician), pytest.raises(NotLocked):
        actions.open_report(analysis=WHEN, kind="unblinded", by=statistician)
    assert locked(world).number == 2
    assert assessments.closed_on(WHEN)
