"""A backup is restored into a fresh place, whole and compared, or not at all; and the copy keeps still."""

import dataclasses
import json
from pathlib import Path

import psycopg
import pytest

from stegvis.config import postgres, secretfiles, upkeep
from stegvis.config.backups import checking, restoring
from stegvis.config.backups.manifest import Manifest
from stegvis.config.backups.refusals import BackupRefused
from stegvis.config.database import application_url, owner_url
from stegvis.config.environment import Environment
from stegvis.config.upkeep import UpkeepRefused
from tests.config.backups import KEYS, Source, empty, environment_on, opened, source

__all__ = ["empty", "source"]


def tables_of(env: Environment) -> int:
    with psycopg.connect(owner_url(env)) as owner:
        return owner.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()[0]


@pytest.fixture
def restored(source: Source, empty: Environment) -> Environment:
    """An installation whose database was restored."""
    restoring.fill(empty, opened(source.folder, empty), lambda _: None)
    return empty


# Into a fresh place -----------------------------------------------------------------------------------------------
def test_everything_is_restored_compared_and_marked_as_a_copy(source: Source, empty: Environment, tmp_path: Path):
    said: list[str] = []
    restoring.restore(opened(source.folder, empty), empty, tmp_path / "new", said.append)

    assert said[0] == f"{source.manifest.rows} rows in {len(source.manifest.tables)} tables, as they were"
    assert len(said) == 6
    mark = json.loads(upkeep.recall(application_url(empty), upkeep.COPY))
    assert (mark["complete"], mark["backup"]) == (True, source.folder.name)
    assert upkeep.tables_are_current(application_url(empty))
    assert secretfiles.read_or_make(tmp_path / "new" / "secrets") == KEYS
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == ["secrets", "study"]


def test_a_database_with_anything_in_it_is_refused_and_left_alone(source: Source, empty: Environment, tmp_path: Path):
    with psycopg.connect(owner_url(empty)) as owner:
        owner.execute("CREATE TABLE notes (words text)")

    with pytest.raises(BackupRefused, match=r"is not empty: it holds 1 tables and sequences"):
        restoring.restore(opened(source.folder, empty), empty, tmp_path / "new", print)
    assert tables_of(empty) == 1
    assert not (tmp_path / "new").exists()


def test_a_directory_with_anything_in_it_is_refused_and_left_alone(source: Source, empty: Environment, tmp_path: Path):
    (tmp_path / "notes").write_text("words")

    with pytest.raises(BackupRefused, match=r"is not empty, and a backup is restored into a fresh place only"):
        restoring.restore(opened(source.folder, empty), empty, tmp_path, print)
    assert [path.name for path in tmp_path.iterdir()] == ["notes"]
    assert tables_of(empty) == 0


def test_roles_of_other_names_are_refused(source: Source, empty: Environment):
    swapped = empty.model_copy(update={"database_url": empty.owner_database_url})

    with pytest.raises(BackupRefused, match=r"the settings name stegvis_owner and stegvis_owner"):
        restoring.fill(swapped, opened(source.folder, empty), print)


def test_a_server_that_is_older_than_the_backups_is_refused(source: Source, empty: Environment):
    backup = opened(source.folder, empty)
    newer = restoring.Backup(backup.folder, _with(backup.manifest, server_major=99), backup.keys)

    with pytest.raises(BackupRefused, match=r"comes from PostgreSQL 99, and this server is the older"):
        restoring.fill(empty, newer, print)


# Interrupted ------------------------------------------------------------------------------------------------------
def test_an_interrupted_restore_leaves_nothing(source: Source, empty: Environment, tmp_path: Path, monkeypatch):
    def interrupted(*_: object):
        raise KeyboardInterrupt

    monkeypatch.setattr(checking, "checks", interrupted)
    env = empty.model_copy(update={"secrets": tmp_path / "keys"})
    with pytest.raises(KeyboardInterrupt):
        restoring.restore(opened(source.folder, env), env, tmp_path / "new", print)
    assert tables_of(empty) == 0
    assert list(tmp_path.iterdir()) == []


def test_a_killed_restore_is_worked_on_by_nobody_and_begun_anew(source: Source, empty: Environment, tmp_path: Path):
    upkeep.remember(owner_url(empty), upkeep.COPY, json.dumps({"complete": False}))
    (tmp_path / "new" / "restoring" / "study").mkdir(parents=True)
    with pytest.raises(UpkeepRefused, match=r"was interrupted, so it is not whole"):
        upkeep.check_whole(application_url(empty))

    restoring.restore(opened(source.folder, empty), empty, tmp_path / "new", lambda _: None)
    upkeep.check_whole(application_url(empty))
    assert not (tmp_path / "new" / "restoring").exists()


# Compared ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("harm", "said"),
    [
        ("DELETE FROM auth_permission WHERE id = (SELECT max(id) FROM auth_permission)", "the rows of auth_permission"),
        ("UPDATE people_site SET name = name || '.'", r"the rows of people_site"),
        ("DROP TRIGGER audit_event_append_only ON audit_event", "trigger audit_event_append_only"),
        ("ALTER TABLE audit_event DISABLE TRIGGER audit_event_append_only", "trigger audit_event_append_only"),
        ("ALTER TABLE people_identity DISABLE ROW LEVEL SECURITY", "row security of people_identity"),
        ("ALTER TABLE people_identity NO FORCE ROW LEVEL SECURITY", "row security of people_identity"),
        ("DROP POLICY safety_alert_wall ON safety_alert", "policy safety_alert_wall"),
        ("GRANT DELETE ON audit_event TO stegvis_app", "right of stegvis_app on audit_event"),
        ("ALTER TABLE safety_alertstep DROP CONSTRAINT a_checklist_has_answers", "constraint a_checklist_has_answers"),
    ],
)  # fmt: skip
def test_whatever_differs_is_noticed(source: Source, harmed, harm, said):
    with psycopg.connect(owner_url(harmed), options="-c stegvis.role=system") as owner:
        owner.execute(harm)

    with pytest.raises(BackupRefused, match=rf"is not what was backed up: .*{said}"):
        list(checking.checks(harmed, source.manifest, KEYS))


def test_a_record_in_another_order_is_noticed(source: Source, restored: Environment):
    rows, _ = source.manifest.record
    forged = _with(source.manifest, record=(rows, "0" * 64))

    with pytest.raises(BackupRefused, match=r"the record of what was done"):
        list(checking.checks(restored, forged, KEYS))
    with pytest.raises(BackupRefused, match=r"which the keys do not open"):
        list(checking.checks(restored, source.manifest, secretfiles.Secrets("", b"1" * 32, b"1" * 32)))


@pytest.fixture
def harmed(once_restored, postgres_server, tmp_path):
    """A copy of a restored database, which a test may harm."""
    name = f"{once_restored}_harmed"
    postgres.copy_database(postgres_server, once_restored, name)
    yield environment_on(postgres_server, name, tmp_path)
    postgres.drop_database(postgres_server, name)


@pytest.fixture(scope="module")
def once_restored(source: Source, postgres_server, tmp_path_factory):
    """The name of a database that was restored, once for all tests of this module."""
    name = f"{source.name}_restored"
    postgres.prepare(postgres_server, name)
    env = environment_on(postgres_server, name, tmp_path_factory.mktemp("restored"))
    restoring.fill(env, opened(source.folder, env), lambda _: None)
    yield name
    postgres.drop_database(postgres_server, name)


def _with(manifest: Manifest, **changes: object) -> Manifest:
    return dataclasses.replace(manifest, **changes)
