"""A restored copy sends nothing and stays closed until an administrator says that it is the live one."""

import json
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from stegvis.audit.action import SYSTEM
from stegvis.audit.mark import is_restored_copy
from stegvis.audit.models import Event
from stegvis.config import upkeep
from stegvis.config.backups import noting
from stegvis.config.diagnosis import findings
from stegvis.config.environment import CHECKOUT
from stegvis.config.rounds import Rounds
from stegvis.people import actions as people
from stegvis.people.acting import acting_as
from stegvis.reminders import tasks
from tests.config.backups import PASSPHRASE, empty, environment_on, source

__all__ = ["empty", "source"]

MARK = {"backup": "stegvis-20260131T030000Z", "id": "1", "made_at": "2026-01-31T03:00:00Z", "complete": True}


@pytest.fixture
def copy(fresh_database):
    """A database that bears the mark of a copy."""
    upkeep.remember(fresh_database.owner_url, upkeep.COPY, json.dumps(MARK))
    return fresh_database


# It keeps still ---------------------------------------------------------------------------------------------------
def test_the_worker_does_nothing_in_a_copy(copy, caplog):
    done: list[str] = []
    rounds = Rounds([lambda: done.append("sent")])

    assert (rounds.do(), rounds.do(), done) == (False, False, [])
    assert caplog.text.count("This is a restored copy: nothing is done and nothing sent") == 1
    upkeep.forget(copy.owner_url, upkeep.COPY)
    assert (rounds.do(), done) == (True, ["sent"])


def test_nothing_that_is_due_is_sent_from_a_copy(copy, monkeypatch):
    monkeypatch.setattr(tasks, "_is_anything_due", lambda: True)
    monkeypatch.setattr(tasks, "_send_all", lambda *_: 7)

    assert tasks.send_due() == 0
    upkeep.forget(copy.owner_url, upkeep.COPY)
    assert tasks.send_due() == 7


def test_the_application_cannot_take_the_mark_away(copy):
    assert is_restored_copy()
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        upkeep.forget(copy.url, upkeep.COPY)


@pytest.mark.parametrize("path", ["", "join/", "today/", "trial/", "calendar/0123456789.ics"])
def test_nobody_comes_into_a_copy(path, example_trial, client, settings):
    settings.RESTORED_COPY = True

    answer = client.get(f"/sv/{path}")
    assert answer.status_code == 503
    assert "Det här är en kopia av studiens sidor." in answer.content.decode()


@pytest.mark.parametrize("path", ["/en/sign-in/", "/en/help/", "/en/admin-console/", "/health"])
def test_administrators_come_into_a_copy(path, example_trial, client, settings):
    settings.RESTORED_COPY = True

    assert client.get(path).status_code in {200, 302}


def test_pages_ask_the_database_once_whether_it_is_a_copy(copy, client, settings):
    settings.RESTORED_COPY = None
    assert client.get("/en/help/").status_code == 200
    assert client.get("/en/join/").status_code == 503

    upkeep.forget(copy.owner_url, upkeep.COPY)
    assert client.get("/en/join/").status_code == 503  # until it is started again
    client.handler._middleware_chain = None
    client.handler.load_middleware()
    assert client.get("/en/join/").status_code != 503


# Taking over ------------------------------------------------------------------------------------------------------
def take_over(database, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "stegvis", "take-over", "--yes", *arguments], env=database.environment,
        cwd=CHECKOUT, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip


def test_a_copy_takes_over_when_an_administrator_says_so(copy):
    with acting_as(SYSTEM):
        account = people.add_staff(
            role="administrator", email="a@example.org", name="A", sites=[], language="sv", by=SYSTEM
        )
    refused = take_over(copy, "--administrator", "AD-99", "--reason", "The server burnt down")
    assert (refused.returncode, is_restored_copy()) == (1, True)
    assert "AD-99 is no administrator here. The administrators: AD-01." in refused.stderr

    done = take_over(copy, "--administrator", "AD-01", "--reason", "The server burnt down")
    assert done.returncode == 0, done.stderr
    assert "0 messages are due and will be sent" in done.stdout
    assert not is_restored_copy()
    with acting_as(SYSTEM):
        event = Event.objects.get(verb="audit.taken_over")
    assert (event.actor_code, event.reason) == (account.code, "The server burnt down")


def test_what_is_no_copy_has_nothing_to_take_over(fresh_database):
    done = take_over(fresh_database, "--administrator", "AD-01", "--reason", "None")

    assert (done.returncode, done.stdout) == (
        0, "This installation is no restored copy, so there is nothing to take over.\n",
    )  # fmt: skip


# What doctor knows ------------------------------------------------------------------------------------------------
def test_doctor_tells_a_copy_from_the_live_one(copy, postgres_server, tmp_path: Path):
    env = environment_on(postgres_server, copy.name, tmp_path)

    assert "stegvis take-over" in {each.what: each for each in findings(env)}["copy"].mend
    upkeep.forget(copy.owner_url, upkeep.COPY)
    assert "copy" not in {each.what for each in findings(env)}


@pytest.mark.parametrize(
    ("days", "well", "verified_well"), [(None, False, False), (1, True, True), (2, False, True), (9, False, False)]
)
def test_doctor_knows_how_old_backups_are(
    fresh_database, postgres_server, tmp_path, monkeypatch, days, well, verified_well
):
    env = environment_on(postgres_server, fresh_database.name, tmp_path)
    if days is not None:
        monkeypatch.setattr(noting, "age", lambda at: 24.0 * days)
        note = {"name": "stegvis-1", "id": "1", "at": "2026-01-31T03:00:00Z"}
        upkeep.remember(fresh_database.owner_url, upkeep.BACKUP, json.dumps({"made": note, "verified": note}))

    live = {each.what: each for each in findings(env.model_copy(update={"mode": "live"}))}
    assert (live["backup"].well, live["verified backup"].well) == (well, verified_well)
    assert all(each.well for each in findings(env) if "backup" in each.what)  # only what is live must have one


# By the command line ----------------------------------------------------------------------------------------------
def test_backup_verify_and_restore_by_the_command_line(source, empty, stegvis, tmp_path: Path):
    (tmp_path / "passphrase").write_text(PASSPHRASE)
    secret = ("--passphrase-file", str(tmp_path / "passphrase"))
    here = _settings(source.env)

    made = stegvis(
        "backup", "--to", str(tmp_path / "b"), "--verify", str(tmp_path / "b"), *secret, "--keep", "1", **here
    )
    assert made.returncode == 0, made.stderr
    assert "Verified by restoring it into a throw-away place." in made.stdout
    assert [path.name for path in source.env.var.glob("verifying-*")] == []
    assert noting.last_verified(source.env) == noting.remembered(source.env)["made"]["name"]

    restored = stegvis("restore", str(tmp_path / "b"), "--into", str(tmp_path / "new"), *secret, **_settings(empty))
    assert restored.returncode == 0, restored.stderr
    assert f"STEGVIS_VAR={tmp_path / 'new'}" in restored.stdout
    assert "It is a copy: it sends nothing" in restored.stdout


def test_a_backup_without_a_passphrase_is_refused_in_a_sentence(source, stegvis, tmp_path: Path):
    refused = stegvis("backup", "--to", str(tmp_path / "b"), **_settings(source.env))

    assert refused.returncode == 1
    assert "none was given. Name a file that holds it: --passphrase-file FILE. To keep the keys apart" in refused.stderr
    assert not (tmp_path / "b").exists()


def _settings(env) -> dict[str, str]:
    return {
        "STEGVIS_MODE": "test", "STEGVIS_VAR": str(env.var), "STEGVIS_PG_BIN": str(env.pg_bin),
        "DATABASE_URL": env.database_url.get_secret_value(),
        "STEGVIS_OWNER_DATABASE_URL": env.owner_database_url.get_secret_value(),
    }  # fmt: skip
