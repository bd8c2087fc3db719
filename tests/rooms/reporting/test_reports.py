"""Reports: printed from an extract by a process of its own, opened on the record, unblinded after the lock only."""

import json
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction

from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.methods.analysis.plan_reader import read_plan
from stegvis.people.acting import acting_as
from stegvis.people.errors import NotTheirRole
from stegvis.people.models import Role
from stegvis.reporting import actions, queries, tasks
from stegvis.reporting.errors import NotLocked, NotPrinted, OnlyTheCommittee, ReasonMissing
from stegvis.reporting.models import Extract, Lock, PrintedReport, ReportOpening
from stegvis.trial.models import Leaving
from tests.locking import locked


def keep_report(kind):
    """A printed report without the printing."""
    with acting_as(SYSTEM):
        extract = Extract.objects.create(
            analysis="six_months", kind=kind, sha256="0" * 64, rows={}, written_at=clock.now(), written_by="system"
        )
        return PrintedReport.objects.create(
            extract=extract, analysis="six_months", kind=kind, language="en", html="<p>", results="{}",
            printed_at=clock.now(),
        )  # fmt: skip


def shown_to(actor):
    with acting_as(actor):
        return set(PrintedReport.objects.values_list("kind", flat=True))


def test_a_report_is_printed_from_what_people_did(thorough, small, statistician, plan):
    with acting_as(statistician):
        printed = actions.print_report(analysis="six_months", kind="pooled", plan=plan, language="sv", by=statistician)
        assert queries.newest_report("six_months", "pooled") == printed

    assert printed.html.lower().startswith("<!doctype html>")
    assert json.loads(printed.results)
    assert printed.extract.sha256 in printed.html + printed.results


def test_a_report_is_kept_as_pdf_and_word_where_those_can_be_made(thorough, small, statistician, plan, monkeypatch):
    monkeypatch.setattr(actions, "find_spec", lambda name: None)
    with acting_as(statistician):
        without = actions.print_report(analysis="six_months", kind="pooled", plan=plan, language="en", by=statistician)
    monkeypatch.undo()
    with acting_as(statistician):
        full = actions.print_report(analysis="six_months", kind="pooled", plan=plan, language="en", by=statistician)

    assert (without.pdf, without.word) == (None, None)
    assert full.pdf.startswith(b"%PDF-")
    assert full.word.startswith(b"PK")


def test_what_cannot_be_printed_is_not_kept(world, data_manager, plan, monkeypatch):
    monkeypatch.setattr(actions.sys, "executable", "/bin/false")

    with acting_as(data_manager), pytest.raises(NotPrinted, match="nothing was kept"):
        actions.print_report(analysis="six_months", kind="pooled", plan=plan, language="sv", by=data_manager)
    assert not Extract.objects.exists()


def test_every_opening_is_kept(world, data_manager, statistician, moment):
    for by in (data_manager, statistician):
        with acting_as(by):
            actions.open_report(analysis="six_months", kind="pooled", by=by)

    found = [(row.opened_by, row.opened_as, row.opened_at) for row in queries.openings("six_months")]
    assert found == [(statistician.code, "statistician", moment), (data_manager.code, "data_manager", moment)]


def test_the_arms_are_opened_after_the_lock_only(world, data_manager, statistician):
    with acting_as(statistician), pytest.raises(NotLocked):
        actions.open_report(analysis="six_months", kind="unblinded", by=statistician)
    locked(world)
    with acting_as(statistician):
        assert actions.open_report(analysis="six_months", kind="unblinded", by=statistician).kind == "unblinded"


def test_nobody_else_opens_a_report(world):
    for role in (Role.COORDINATOR, Role.PHYSIOTHERAPIST, Role.THERAPIST, Role.ADMINISTRATOR):
        account = world.staff(role)
        with acting_as(account), pytest.raises(NotTheirRole):
            actions.open_report(analysis="six_months", kind="pooled", by=account)
    assert not ReportOpening.objects.exists()


def test_the_database_shows_reports_to_two_roles_and_the_unblinded_one_after_the_lock(
    world, data_manager, statistician
):
    for kind in ("pooled", "unblinded"):
        keep_report(kind)
    assert shown_to(statistician) == shown_to(data_manager) == {"pooled"}
    locked(world)

    assert shown_to(statistician) == shown_to(data_manager) == {"pooled", "unblinded"}
    for role in (Role.COORDINATOR, Role.PHYSIOTHERAPIST, Role.THERAPIST, Role.ADMINISTRATOR):
        assert shown_to(world.staff(role)) == set()


def test_locks_extracts_and_openings_never_change(world, data_manager):
    rows = [locked(world)]
    with acting_as(data_manager):
        rows.append(actions.open_report(analysis="six_months", kind="pooled", by=data_manager))
    rows.append(keep_report("pooled").extract)

    for row in rows:
        with pytest.raises(DatabaseError), transaction.atomic():
            row.delete()
        with pytest.raises(DatabaseError), transaction.atomic():
            type(row).objects.update(analysis="another")
    assert Lock.objects.count() == 1


def test_the_plan_has_words_for_every_reason_that_the_flow_can_give(plan):
    known = read_plan(plan).reasons

    assert {each.value for each in Leaving} - set(known) == set()


def test_the_closed_report_is_the_committees_alone_and_every_opening_says_why(world, data_manager, statistician):
    committee = world.staff(Role.COMMITTEE)
    keep_report("closed")
    assert shown_to(committee) == {"closed"}
    assert shown_to(statistician) == shown_to(data_manager) == set()
    for by in (data_manager, statistician, SYSTEM):
        with acting_as(by), pytest.raises(OnlyTheCommittee):
            actions.open_closed_report(analysis="six_months", reason="To see", by=by)
    with acting_as(committee):
        with pytest.raises(ReasonMissing):
            actions.open_closed_report(analysis="six_months", reason=" ", by=committee)
        opening = actions.open_closed_report(analysis="six_months", reason="The meeting in May", by=committee)
    assert (opening.opened_as, opening.reason) == ("committee", "The meeting in May")


def order(committee, **more):
    with acting_as(committee):
        given = {"analysis": "six_months", "language": "en", "key": uuid4(), "by": committee} | more
        return actions.order_closed_report(**given)


def test_the_worker_prints_the_closed_report_that_was_ordered_by_arm_and_before_any_lock(thorough, small):
    committee = small.staff(Role.COMMITTEE)
    first = order(committee)
    assert order(committee) == first, "one that waits is not ordered twice"
    assert tasks._print_next()
    with acting_as(committee):
        done, printed = queries.last_order("six_months").ended, queries.newest_report("six_months", "closed")
        assert (done.printed, done.refusal) == (printed, "")
        assert all(f'"{arm.code}"' in printed.results for arm in small.protocol.arms)
        assert (printed.kind, printed.extract.rows) == ("closed", {})
    assert not Lock.objects.exists()
    assert not tasks._print_next(), "nothing is left"
    assert order(committee, key=first.key) == first, "the form that was sent twice orders nothing new"
    assert order(committee) != first


def test_an_order_that_cannot_be_printed_says_why_and_is_not_tried_for_ever(world, monkeypatch):
    committee = world.staff(Role.COMMITTEE)
    refused, broken = NotPrinted(why="an arm has nobody in it"), RuntimeError("the disk is gone")
    for wrong, said in ((refused, "an arm has nobody in it"), (broken, "The worker's log says more.")):

        def print_closed_report(wrong=wrong, **_):
            raise wrong

        monkeypatch.setattr(tasks.reporting, "print_closed_report", print_closed_report)
        order(committee)
        assert tasks._print_next()
        with acting_as(committee):
            done = queries.last_order("six_months").ended
        assert said in done.refusal
        assert done.printed is None
        assert not tasks._print_next()


def test_nobody_but_the_committee_orders_the_closed_report_or_sees_an_order(world, data_manager, statistician):
    for by in (data_manager, statistician, SYSTEM):
        with pytest.raises(OnlyTheCommittee):
            order(by)
    order(world.staff(Role.COMMITTEE))
    with acting_as(statistician):
        assert queries.last_order("six_months") is None


def test_a_closed_report_is_printed_beside_the_rounds(world, monkeypatch):
    assert not tasks.print_ordered(), "nobody ordered one"
    begun = []
    monkeypatch.setattr(tasks._printer, "begin", lambda: begun.append(True))
    order(world.staff(Role.COMMITTEE))
    assert tasks.print_ordered()
    assert begun == [True]
