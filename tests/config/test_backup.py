"""A backup is whole, says what it holds, opens with its passphrase only, and leaves nothing half behind."""

import dataclasses
import json
from pathlib import Path

import psycopg
import pytest
from pydantic import SecretStr

from stegvis.config import secretfiles, upkeep
from stegvis.config.backups import contents, making, passphrases, programs
from stegvis.config.backups.refusals import BackupRefused
from tests.config.backups import KEYS, PASSPHRASE, Source, copied, empty, opened, source

__all__ = ["copied", "empty", "source"]


# What it holds ----------------------------------------------------------------------------------------------------
def test_a_backup_holds_every_row_of_every_table(source: Source, postgres_server):
    with postgres_server.connect(source.name) as superuser:
        there = {
            name: superuser.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in contents.tables(superuser)
        }

    assert {name: rows for name, (rows, _) in source.manifest.tables.items()} == there
    assert there["allocation_place"] > 0
    assert there["people_account"] > 0


def test_a_backup_holds_the_trials_folder_and_nothing_hidden(source: Source):
    assert (source.folder / "study" / "protocol.toml").read_bytes() == (source.env.study / "protocol.toml").read_bytes()
    assert not [name for name in source.manifest.files if "/." in name or "__pycache__" in name]


def test_only_its_owner_reads_a_backup(source: Source):
    assert source.folder.stat().st_mode & 0o077 == 0
    assert all((source.folder / name).stat().st_mode & 0o077 == 0 for name in source.manifest.files)


def test_no_key_lies_open_in_a_backup(source: Source):
    text = b"".join(path.read_bytes() for path in source.folder.rglob("*") if path.is_file())

    for key in (KEYS.signing.encode(), KEYS.field_key, KEYS.field_key.hex().encode(), KEYS.lookup_key.hex().encode()):
        assert key not in text


def test_a_policy_that_hides_rows_from_the_backup_stops_it(source: Source, fresh_database, tmp_path: Path):
    with psycopg.connect(fresh_database.owner_url) as owner:
        owner.execute("ALTER POLICY safety_alert_wall ON safety_alert USING (stegvis_role() = 'nobody')")
    env = source.env.model_copy(update={"owner_database_url": SecretStr(fresh_database.owner_url)})

    with pytest.raises(BackupRefused, match=r"would hide rows of safety_alert from the backup"):
        making.make(dataclasses.replace(source.wanted, env=env), tmp_path / "backups")
    assert making.backups_in(tmp_path / "backups") == []


# Where it is put --------------------------------------------------------------------------------------------------
def test_a_backup_is_not_put_where_it_would_back_itself_up(source: Source):
    with pytest.raises(BackupRefused, match=r"A backup is not put into the trial's folder"):
        making.make(source.wanted, source.env.study / "backups")


def test_a_place_that_cannot_be_written_is_refused(source: Source, tmp_path: Path):
    (tmp_path / "file").touch()

    with pytest.raises(BackupRefused, match=r"cannot be written: .* Nothing of the backup was kept"):
        making.make(source.wanted, tmp_path / "file" / "backups")


def test_an_interrupted_backup_leaves_nothing(source: Source, tmp_path: Path, monkeypatch):
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(programs, "dump", interrupted)
    with pytest.raises(KeyboardInterrupt):
        making.make(source.wanted, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [".making"]


def test_what_a_killed_backup_left_goes_with_the_next(source: Source, tmp_path: Path):
    left = tmp_path / ".stegvis-20260101T000000Z.draft"
    left.mkdir()
    (left / "database.dump").touch()

    making.make(source.wanted, tmp_path)
    assert not left.exists()


def test_old_backups_go_but_not_the_one_that_was_verified(source: Source, tmp_path: Path):
    for day in range(1, 6):
        folder = tmp_path / f"stegvis-2026010{day}T000000Z"
        folder.mkdir()
        (folder / "manifest.json").touch()

    gone = making.thin_out(tmp_path, 2, "stegvis-20260102T000000Z")
    assert [path.name[15] for path in gone] == ["1", "3"]
    assert [path.name[15] for path in making.backups_in(tmp_path)] == ["2", "4", "5"]


# Passphrase and keys ----------------------------------------------------------------------------------------------
def test_keys_open_with_their_passphrase_and_for_their_backup_only():
    wrapped = passphrases.wrap(KEYS, PASSPHRASE, "a")

    assert passphrases.unwrap(wrapped, PASSPHRASE, "a") == KEYS
    for passphrase, backup in ((PASSPHRASE + "!", "a"), (PASSPHRASE, "b")):
        with pytest.raises(BackupRefused, match=r"the passphrase is another one"):
            passphrases.unwrap(wrapped, passphrase, backup)


@pytest.mark.parametrize("text", ["", "{}", '{"time_cost": 3}', "null"])
def test_wrapped_keys_that_cannot_be_read_are_refused(text):
    with pytest.raises(BackupRefused, match=r"keys.json of this backup cannot be read"):
        passphrases.unwrap(text, PASSPHRASE, "a")


def test_a_short_passphrase_is_refused(tmp_path: Path):
    file = tmp_path / "passphrase"
    file.write_text("short\n")

    with pytest.raises(BackupRefused, match=r"has 5 characters"):
        passphrases.read(file)
    with pytest.raises(BackupRefused, match=r"cannot be read from .*none"):
        passphrases.read(tmp_path / "none")


def test_keys_kept_apart_are_asked_for(source: Source, empty, tmp_path: Path):
    folder, made = making.make(dataclasses.replace(source.wanted, passphrase=None), tmp_path / "backups")
    assert "keys.json" not in made.files

    with pytest.raises(BackupRefused, match=r"made without keys"):
        opened(folder, empty)
    secretfiles.put(tmp_path / "keys", KEYS)
    assert opened(folder, empty.model_copy(update={"secrets": tmp_path / "keys"})).keys == KEYS


def test_keys_that_are_not_the_backups_are_not_overwritten(source: Source, empty, tmp_path: Path):
    mine = secretfiles.read_or_make(tmp_path / "keys")

    with pytest.raises(BackupRefused, match=r"are not those of the backup"):
        opened(source.folder, empty.model_copy(update={"secrets": tmp_path / "keys"}))
    assert secretfiles.read_or_make(tmp_path / "keys") == mine
    with pytest.raises(secretfiles.SecretsRefused, match=r"not overwritten"):
        secretfiles.put(tmp_path / "keys", KEYS)


# Broken, tampered with, newer -------------------------------------------------------------------------------------
def test_a_folder_that_is_no_backup_is_refused(tmp_path: Path, empty):
    with pytest.raises(BackupRefused, match=r"is no backup: it holds no manifest.json"):
        opened(tmp_path, empty)
    with pytest.raises(BackupRefused, match=r"There is no backup in"):
        making.newest(tmp_path)


def test_a_broken_file_is_named(copied: Path, empty):
    dump = copied / "database.dump"
    kept = dump.read_bytes()
    dump.write_bytes(kept[:-1] + bytes([kept[-1] ^ 1]))

    with pytest.raises(BackupRefused, match=r"broken or was tampered with: database.dump is not what was written"):
        opened(copied, empty)


def test_files_too_few_and_too_many_are_named(copied: Path, empty):
    (copied / "study" / "protocol.toml").unlink()
    (copied / "more").touch()

    with pytest.raises(BackupRefused, match=r"study/protocol.toml is missing; more does not belong to it"):
        opened(copied, empty)


def test_a_manifest_that_was_changed_to_fit_is_told_by_its_seal(copied: Path, empty):
    _change(copied, tables={})
    with pytest.raises(BackupRefused, match=r"does not bear the seal of this installation's keys"):
        opened(copied, empty)

    (copied / "manifest.seal").unlink()
    with pytest.raises(BackupRefused, match=r"does not bear the seal"):
        opened(copied, empty)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"format": 2, "version": "v9"}, r"made by a newer version of Stegvis \(v9\), which this version cannot read"),
        ({"migrations": ["trial.9999_later"]}, r"have had trial.9999_later, which this version does not know"),
        ({"format": "1"}, r"manifest.json is none of ours"),
        ({"record": None}, r"manifest.json lacks something"),
    ],
)
def test_what_this_version_does_not_understand_is_refused(copied: Path, empty, changes, said):
    _change(copied, **changes)
    with pytest.raises(BackupRefused, match=said):
        opened(copied, empty)


def test_a_backup_knows_the_migrations_of_its_version(source: Source):
    assert set(source.manifest.migrations) == {
        name for name in upkeep.known_migrations() if name.split(".")[0] in _rooms(source)
    }


def test_the_programs_are_those_of_the_server_or_newer(source: Source):
    major = source.manifest.dump_major

    assert programs.to_dump(source.env, major).major == major
    with pytest.raises(
        BackupRefused, match=r"PostgreSQL's pg_dump in version 99 or newer is needed.*postgresql-client-99"
    ):
        programs.to_dump(source.env, 99)
    with pytest.raises(BackupRefused, match=r"PostgreSQL's pg_restore in version 99 to 16 is needed"):
        programs.to_restore(source.env, 15, 99)


def test_a_program_that_fails_says_why_without_passwords(source: Source, tmp_path: Path):
    binaries = programs.to_dump(source.env, source.manifest.dump_major)
    with pytest.raises(BackupRefused, match=r"pg_restore did not finish: .* Mend that") as refused:
        programs.restore(binaries, "postgresql://nobody:secret-word@127.0.0.1:1/none", tmp_path / "none")
    assert "secret-word" not in str(refused.value)


def _change(folder: Path, **changes: object) -> None:
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps(manifest | changes))


def _rooms(source: Source) -> set[str]:
    return {name.split(".")[0] for name in source.manifest.migrations}
