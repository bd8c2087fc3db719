"""`stegvis doctor` says what is wrong and how to mend it."""

import json

import psycopg
import pytest

from stegvis.config import upkeep


@pytest.fixture
def settings(fresh_database, tmp_path):
    return {"STEGVIS_VAR": str(tmp_path), "DATABASE_URL": fresh_database.url, "STEGVIS_SECRETS": str(tmp_path / "keys")}


def _found(stegvis, settings):
    done = stegvis("doctor", "--json", **settings)
    assert "Traceback" not in done.stderr, done.stderr
    return {finding["what"]: finding for finding in json.loads(done.stdout)}


def test_a_healthy_installation_is_called_well(stegvis, settings, fresh_database):
    with psycopg.connect(fresh_database.owner_url) as owner:
        owner.execute("DELETE FROM installation WHERE name = 'keys'")  # the tests' own
    with psycopg.connect(fresh_database.url) as worker:
        worker.execute("SELECT pg_advisory_lock(hashtext('stegvis.worker'))")

        done = stegvis("doctor", **settings)

    assert "WRONG" not in done.stdout
    assert done.returncode == 0


def test_each_thing_that_is_wrong_is_named_with_its_cure(stegvis, settings, fresh_database):
    upkeep.remember(fresh_database.owner_url, "tables", "an earlier version")
    found = _found(stegvis, settings)

    assert not found["worker"]["well"]
    assert not found["tables"]["well"]
    assert found["tables"]["mend"] == "Run: stegvis migrate"
    assert not found["keys and database"]["well"]
    assert found["role"]["well"]


def test_a_role_that_nothing_holds_back_is_wrong(stegvis, settings, fresh_database):
    found = _found(stegvis, settings | {"DATABASE_URL": fresh_database.owner_url})

    assert not found["role"]["well"]
    assert "passes row-level security" in found["role"]["mend"]


def test_a_database_that_does_not_answer_is_wrong(stegvis, settings):
    found = _found(stegvis, settings | {"DATABASE_URL": "postgresql://stegvis_app@127.0.0.1:1/stegvis"})

    assert not found["database"]["well"]
    assert "tables" not in found
