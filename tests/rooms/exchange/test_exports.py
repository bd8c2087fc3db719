"""Exports: ordered with a reason, made by the worker, taken by who may, and gone after a while; each step on record."""

import hashlib
import io
import json
import zipfile
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import ProgrammingError, transaction

from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.audit.errors import KeyUsedElsewhere
from stegvis.audit.models import Event
from stegvis.exchange import actions, making, queries, tasks
from stegvis.exchange.errors import AnswersNeeded, ExportReasonMissing, NoSuchFormat, NotMade
from stegvis.exchange.models import Export, ExportOutcome, ExportPart, Format
from stegvis.methods.formats.convert import WRITERS
from stegvis.people.acting import acting_as
from stegvis.people.errors import NotTheirRole
from stegvis.people.models import Role
from stegvis.reporting.errors import NotLocked
from stegvis.reporting.models import Extract
from tests.locking import locked
from tests.rooms.exchange.conftest import order


def outcome_of(export):
    with acting_as(SYSTEM):
        return ExportOutcome.objects.get(export=export)


def kept_of(export, by):
    with acting_as(by):
        actions.take_export(export=export, by=by)
        with queries.file_of(export) as file:
            return file.read()


def test_an_order_becomes_one_file_whose_hash_and_reason_are_kept(people, data_manager, place):
    export = order(data_manager)
    assert making.make_next()
    outcome = outcome_of(export)
    assert outcome.refusal == ""
    content = kept_of(export, data_manager)
    assert hashlib.sha256(content).hexdigest() == outcome.sha256
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        name = f"six_months-pooled-csv-{export.pk}/"
        assert set(archive.namelist()) == {name + one for one in (*outcome.files, "manifest.json")}
        assert json.loads(archive.read(name + "manifest.json"))["reason"] == "For the steering group"
        assert archive.read(name + "consents.csv").count(b"\n") == 1 + len(people)
    assert list(place.iterdir()) == []
    assert not making.make_next()


def test_the_record_says_who_ordered_what_why_and_who_took_it(people, data_manager, statistician, converted):
    export = order(data_manager)
    making.make_next()
    kept_of(export, statistician)
    with acting_as(SYSTEM):
        found = Event.objects.filter(verb__startswith="exchange.").order_by("pk")
        assert [(one.verb, one.actor_code) for one in found] == [
            ("exchange.export_ordered", data_manager.code), ("exchange.export_made", "system"),
            ("exchange.export_taken", statistician.code),
        ]  # fmt: skip
        assert found[0].reason == "For the steering group"
        assert found[1].detail["sha256"] == outcome_of(export).sha256
        assert Event.objects.get(verb="reporting.extract_written").actor_code == data_manager.code


def test_the_arms_leave_only_once_the_data_are_locked(world, people, data_manager, statistician):
    with pytest.raises(NotLocked):
        order(statistician, kind="unblinded")
    locked(world)
    export = order(statistician, kind="unblinded")
    making.make_next()
    with zipfile.ZipFile(io.BytesIO(kept_of(export, statistician))) as archive:
        arms = archive.read(f"six_months-unblinded-csv-{export.pk}/arms.csv").decode()
    assert arms.count("control") == arms.count("intervention") == 1


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.THERAPIST, Role.ADMINISTRATOR, Role.OUTCOME_ASSESSOR])
def test_nobody_else_orders_or_sees_an_export(world, data_manager, role):
    export, other = order(data_manager), world.staff(role)
    with pytest.raises(NotTheirRole):
        order(other)
    with acting_as(other):
        assert queries.export(export.pk) is None


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"reason": " "}, ExportReasonMissing), ({"format": "xls"}, NoSuchFormat),
        ({"format": "redcap", "answers": False}, AnswersNeeded),
    ],
)  # fmt: skip
def test_an_order_that_cannot_be_carried_out_is_refused(world, data_manager, changed, refusal):
    with pytest.raises(refusal):
        order(data_manager, **changed)
    with acting_as(SYSTEM):
        assert not Export.objects.exists()


def test_the_same_form_sent_twice_orders_once(world, data_manager):
    key = uuid4()
    assert order(data_manager, key=key) == order(data_manager, key=key)
    with pytest.raises(KeyUsedElsewhere):
        order(data_manager, key=key, format="sav")


def test_every_format_that_can_be_ordered_is_one_of_the_conversions():
    assert set(Format.values) == set(WRITERS)


class Ended:
    """A process that ends with `status` after saying `lines`."""

    def __init__(self, status, *lines):
        self.returncode, self.stderr = status, iter(lines)

    def __call__(self, *_, **__):
        return self

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return None


def test_a_making_that_was_ended_goes_on_with_the_same_extract_and_ends_after_three(people, data_manager, monkeypatch):
    monkeypatch.setattr(making.subprocess, "Popen", Ended(-9, "   0.1 s  checking the extract\n"))
    export = order(data_manager)
    for _ in range(making.MOST_ATTEMPTS):
        with pytest.raises(RuntimeError, match="ended with -9"):
            making.make_next()
    assert Extract.objects.count() == 1
    making.make_next()
    assert outcome_of(export).refusal.startswith("It was begun three times")


def test_what_the_conversion_refuses_is_said_as_it_says_it(people, data_manager, monkeypatch):
    lines = ("   0.1 s  checking the extract\n", "The conversion is refused: 1 mistake.\n", "scores: too long.\n")
    monkeypatch.setattr(making.subprocess, "Popen", Ended(1, *lines))
    export = order(data_manager)
    making.make_next()
    assert outcome_of(export).refusal == "The conversion is refused: 1 mistake.\nscores: too long."
    with acting_as(data_manager), pytest.raises(NotMade):
        actions.take_export(export=export, by=data_manager)


def test_what_no_extract_can_be_written_for_is_refused_with_why(world, data_manager):
    export = order(data_manager, kind="blinded")  # nobody is randomised, so that no arms can be compared
    making.make_next()
    assert "No extract was written" in outcome_of(export).refusal


def test_after_thirty_days_the_file_goes_and_its_hash_stays(people, data_manager, converted):
    export = order(data_manager)
    making.make_next()
    assert tasks.remove_old_exports() == 0
    with clock.frozen(clock.now() + queries.KEPT_FOR + timedelta(minutes=1)):
        assert tasks.remove_old_exports() == 1
        with acting_as(data_manager), pytest.raises(NotMade, match="removed after 30 days"):
            actions.take_export(export=export, by=data_manager)
    assert len(outcome_of(export).sha256) == 64


def test_the_bytes_of_an_unblinded_export_show_themselves_after_the_lock_alone(
    world, people, data_manager, statistician
):
    with acting_as(SYSTEM):
        facts = {"format": "csv", "answers": False, "language": "en", "reason": "x", "ordered_at": clock.now()}
        export = Export.objects.create(
            analysis="six_months", kind="unblinded", ordered_by=statistician, key=uuid4(), **facts
        )
        ExportPart.objects.create(export=export, position=0, content=b"arms")
    with acting_as(statistician):
        assert not queries.has_file(export)
    locked(world)
    with acting_as(statistician):
        assert queries.has_file(export)


def test_an_order_and_what_came_of_it_are_never_changed(people, data_manager, converted):
    export = order(data_manager)
    making.make_next()
    for row, change in ((export, {"reason": "another"}), (outcome_of(export), {"sha256": "0" * 64})):
        with pytest.raises(ProgrammingError), transaction.atomic(), acting_as(SYSTEM):
            type(row).objects.filter(pk=row.pk).update(**change)


def test_the_worker_makes_one_at_a_time_beside_its_rounds(world, data_manager, monkeypatch):
    made = []
    monkeypatch.setattr(tasks._maker, "work", lambda: made.append(1))
    assert not tasks.make_exports()
    order(data_manager)
    assert tasks.make_exports()
    tasks._maker.thread.join(10)
    assert made == [1]
