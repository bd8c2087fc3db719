"""What the database itself refuses, and whom it shows nothing."""

from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, ProgrammingError, connection, transaction

from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.consent import actions
from stegvis.consent.models import Answer, Consent, Countersignature, Layer, PageSeen, Question, Refusal, Withdrawal
from stegvis.methods.study.consenting import Consenting
from stegvis.people.acting import acting_as
from stegvis.protocol import queries as protocols


@pytest.fixture
def decided(participant):
    """Someone who consented and then withdrew from the plan and from the programme."""
    by = participant.account
    with acting_as(by):
        actions.give_consent(
            participant=participant, text_code="information", text_version="1", text_sha256="0" * 64, language="sv",
            signature="Made Up", key=uuid4(), by=by,
        )  # fmt: skip
        for layer in (Layer.PLAN, Layer.PROGRAMME):
            actions.withdraw(participant=participant, layer=layer, why="Enough", by=by)
    return participant


@pytest.mark.parametrize("table", ["consent_consent", "consent_withdrawal"])
@pytest.mark.parametrize("change", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {}"])
def test_the_database_changes_and_removes_nothing(decided, table, change):
    with (
        acting_as(SYSTEM),
        pytest.raises(DatabaseError, match=r"permission denied|never changed or removed"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(change.format(table))


def test_the_person_and_their_clinicians_see_the_consent(decided, physiotherapist, therapist, coordinator):
    for actor in (decided.account, physiotherapist, therapist, coordinator):
        with acting_as(actor):
            assert Consent.objects.count() == 1


def test_nobody_else_sees_anything(
    decided, control, outsider, other_coordinator, other_therapist, statistician, administrator
):
    for actor in (control.account, outsider, other_coordinator, other_therapist, statistician, administrator):
        with acting_as(actor):
            assert not Consent.objects.exists()
            assert not Withdrawal.objects.exists()
    assert not Consent.objects.exists()


def test_who_must_not_learn_the_arm_is_not_shown_who_left_the_programme(
    decided, physiotherapist, data_manager, coordinator, therapist
):
    for actor, layers in (
        (physiotherapist, {Layer.PLAN}),
        (data_manager, {Layer.PLAN}),
        (coordinator, {Layer.PLAN, Layer.PROGRAMME}),
        (therapist, {Layer.PLAN, Layer.PROGRAMME}),
    ):
        with acting_as(actor):
            assert set(Withdrawal.objects.values_list("layer", flat=True)) == layers


def test_the_database_lets_nobody_consent_for_another(participant, coordinator):
    with acting_as(coordinator), pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        _insert(participant)


def test_a_consent_without_a_fingerprint_is_no_consent(participant):
    with acting_as(participant.account), pytest.raises(IntegrityError, match="fingerprint"), transaction.atomic():
        _insert(participant, text_sha256="unknown")


def test_the_signature_lies_encrypted(decided):
    with acting_as(SYSTEM), connection.cursor() as cursor:
        cursor.execute("SELECT signature FROM consent_consent")
        assert b"Made Up" not in bytes(cursor.fetchone()[0])


def _insert(participant, text_sha256="0" * 64):
    Consent.objects.create(
        participant=participant, text_code="information", text_version="1", text_sha256=text_sha256, language="sv",
        signature="Made Up", given_at=clock.now(), key=uuid4(),
    )  # fmt: skip


@pytest.fixture
def surrounded(decided, coordinator, monkeypatch):
    """The same, with a page read, a question answered, the signature of whoever informed, and a no to a newer text."""
    monkeypatch.setattr(protocols, "current", lambda: SimpleNamespace(consenting=Consenting()))
    with acting_as(decided.account):
        sheet = {"text_version": "1", "text_sha256": "1" * 64, "language": "sv"}
        actions.keep_pages_seen(participant=decided, pages=[1], of=2, by=decided.account, **sheet)
        question = actions.ask(participant=decided, words="How long?", key=uuid4(), by=decided.account)
    with acting_as(coordinator):
        actions.answer(question=question, words="A year.", key=uuid4(), by=coordinator)
        given = Consent.objects.get()
        actions.countersign(consent=given, signature="Kim", mode="video", key=uuid4(), by=coordinator)
    with acting_as(decided.account):
        Refusal.objects.create(
            participant=decided, text_code="information", text_version="2", text_sha256="2" * 64, language="sv",
            follows="goes_on", refused_at=clock.now(), key=uuid4(),
        )  # fmt: skip
    return decided


AROUND = (PageSeen, Question, Answer, Countersignature, Refusal)


@pytest.mark.parametrize("rows", AROUND)
def test_what_surrounds_a_consent_is_never_changed(surrounded, rows):
    for change in (f"UPDATE {rows._meta.db_table} SET id = id", f"DELETE FROM {rows._meta.db_table}"):
        with (
            acting_as(SYSTEM),
            pytest.raises(DatabaseError, match=r"permission denied|never changed or removed"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(change)


def test_what_surrounds_a_consent_is_seen_by_the_person_and_whoever_informs_at_the_site(
    surrounded, coordinator, physiotherapist, therapist, control, other_coordinator, statistician, data_manager
):
    for actor in (surrounded.account, coordinator, physiotherapist):
        with acting_as(actor):
            assert [rows.objects.count() for rows in AROUND] == [1, 1, 1, 1, 1]
    with acting_as(therapist):  # who sees the consent sees a no to a newer text as well
        assert [rows.objects.count() for rows in AROUND] == [0, 0, 0, 0, 1]
    for actor in (control.account, other_coordinator, statistician, data_manager):
        with acting_as(actor):
            assert [rows.objects.count() for rows in AROUND] == [0, 0, 0, 0, 0]


def test_the_database_takes_a_consent_from_staff_on_paper_alone(participant, coordinator):
    values = {"text_code": "consent", "text_version": "1", "text_sha256": "0" * 64, "signature": "X", "language": "sv"}
    values |= {"participant": participant, "given_at": clock.now()}
    paper = {"way": "paper", "entered_by": coordinator, "signed_on": clock.today()}
    with acting_as(coordinator):
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            Consent.objects.create(key=uuid4(), **values)
        Consent.objects.create(key=uuid4(), **values, **paper)
