"""The tests that another server is tried with send it everything that all tests send."""

import pytest
from django.db import DatabaseError, connection

from stegvis.audit.action import ANYONE, SYSTEM
from stegvis.people.acting import acting_as
from stegvis.people.models import Account
from tests import statements


def test_a_test_is_left_out_when_others_send_all_that_it_sends():
    sent = {"rich": {"a", "b", "c"}, "poor": {"a", "b"}, "other": {"d"}}
    assert statements.needed(sent, sent) == {"rich", "other"}


def test_a_test_of_which_nothing_was_noted_is_never_left_out():
    assert statements.needed(["new"], {"rich": {"a"}}) == {"new"}


def test_what_was_noted_is_read_back_from_every_process(tmp_path, monkeypatch):
    for worker in ("gw0", "gw1"):
        monkeypatch.setattr(statements, "_sent", {f"test of {worker}": {"a"}})
        statements.write(tmp_path, worker)
    assert statements.read(tmp_path) == {"test of gw0": {"a"}, "test of gw1": {"a"}}


@pytest.mark.django_db
def test_the_same_question_by_another_role_is_noted_as_something_else(monkeypatch):
    monkeypatch.setattr(statements, "_sent", {})
    for actor in (SYSTEM, ANYONE, SYSTEM):
        with acting_as(actor), statements.noted(actor.role):
            list(Account.objects.all())
    assert len(statements._sent["system"] & statements._sent["anyone"]) == 1  # the statement itself
    assert statements._sent["system"] != statements._sent["anyone"]


@pytest.mark.django_db
def test_a_refusal_is_noted_by_its_code(monkeypatch):
    monkeypatch.setattr(statements, "_sent", {})
    with statements.noted("refused"), pytest.raises(DatabaseError), connection.cursor() as cursor:
        cursor.execute("DELETE FROM audit_event")
    assert "42501  DELETE audit_event" in statements._sent["refused"]
