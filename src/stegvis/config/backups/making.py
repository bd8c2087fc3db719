"""Making a backup: the database, the trial's folder and, wrapped, the keys, in a folder of their own.

Everything is written under a hidden name and renamed at the end, so that an interrupted backup leaves nothing that looks
like one; the next run removes what it left. Dump and counts see one and the same moment of the database, while people
go on working.
"""

import contextlib
import fcntl
import os
import secrets
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from stegvis.audit import clock
from stegvis.config import database
from stegvis.config.backups import contents, passphrases, programs
from stegvis.config.backups import manifest as manifests
from stegvis.config.backups.manifest import DUMP, KEYS, STUDY, Manifest
from stegvis.config.backups.refusals import BackupRefused
from stegvis.config.environment import CHECKOUT, Environment
from stegvis.config.secretfiles import Secrets
from stegvis.config.upkeep import BACKUP, COPY
from stegvis.config.version import code_version

PREFIX = "stegvis-"
_DRAFT = ".draft"


@dataclass(frozen=True)
class Wanted:
    """What is to be backed up: which installation, with which keys, under which passphrase (None: without the keys)."""

    env: Environment
    keys: Secrets
    passphrase: str | None
    encrypted: list[tuple[str, str]]


def make(wanted: Wanted, to: Path) -> tuple[Path, Manifest]:
    """A new backup in the folder `to`, and what it says of itself. Raises `BackupRefused`; then `to` is as it was."""
    _check_place(wanted.env, to)
    with _writing(to), _alone(to):
        _sweep(to)
        name = f"{PREFIX}{clock.wall():%Y%m%dT%H%M%SZ}"
        if (to / name).exists():
            raise BackupRefused(f"{to / name} was made within this second. Wait a moment and run it again.")
        draft = to / f".{name}{_DRAFT}"
        try:
            draft.mkdir(mode=0o700)
            made = _fill(draft, wanted)
            draft.rename(to / name)
            _settle(to)
        except BaseException:
            shutil.rmtree(draft, ignore_errors=True)
            raise
    return to / name, made


def encrypted_columns() -> list[tuple[str, str]]:
    """Every table and column that the keys encrypt. Needs Django."""
    from django.apps import apps

    from stegvis.audit.fields import EncryptedTextField

    return [
        (model._meta.db_table, str(field.column))
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, EncryptedTextField)
    ]


def newest(place: Path) -> Path:
    """`place` when it is a backup itself, else the newest backup in it. Raises `BackupRefused` when there is none."""
    if (place / manifests.MANIFEST).exists():
        return place
    found = backups_in(place)
    if not found:
        raise BackupRefused(f"There is no backup in {place}. Make one: stegvis backup --to {place}")
    return found[-1]


def backups_in(place: Path) -> list[Path]:
    """The finished backups in the folder `place`, oldest first: their names tell the time."""
    return sorted(path for path in place.glob(f"{PREFIX}*") if (path / manifests.MANIFEST).exists())


def thin_out(place: Path, keep: int, spare: str | None) -> list[Path]:
    """Remove the oldest backups in `place` beyond the newest `keep`, but never the one named `spare`; those removed.

    Each is renamed first, so that an interruption leaves no half backup either.
    """
    old = [path for path in backups_in(place)[:-keep] if path.name != spare]
    with _writing(place):
        for path in old:
            draft = place / f".{path.name}{_DRAFT}"
            path.rename(draft)
            shutil.rmtree(draft)
    return old


def _fill(draft: Path, wanted: Wanted) -> Manifest:
    backup_id = secrets.token_hex(16)
    if wanted.passphrase is not None:
        (draft / KEYS).write_text(passphrases.wrap(wanted.keys, wanted.passphrase, backup_id), encoding="utf-8")
    _copy_study(wanted.env.study, draft / STUDY)
    owner = database.owner_url(wanted.env)
    with contents.session(owner) as connection:
        made = _describe(connection, draft, wanted, backup_id)
    manifests.write(draft, made, wanted.keys)
    for name in manifests.files_in(draft):
        (draft / name).chmod(0o600)
        _settle(draft / name)
    return made


def _describe(connection: psycopg.Connection, draft: Path, wanted: Wanted, backup_id: str) -> Manifest:
    """Dump, and count what is in the dump: both in the snapshot of `connection`."""
    env = wanted.env
    if closed := contents.closed_policies(connection):
        raise BackupRefused(
            f"Row-level security would hide rows of {', '.join(closed)} from the backup, so it would not be whole. Their "
            "policies let neither the system nor an opened allocation through; change them as in stegvis.audit.rowsecurity."
        )
    row = connection.execute("SELECT pg_export_snapshot()").fetchone()
    major = connection.info.server_version // 10000
    binaries = programs.to_dump(env, major)
    snapshot = str(row[0] if row else "")
    programs.dump(binaries, database.owner_url(env), draft / DUMP, snapshot, contents.OWN_TABLE)
    return Manifest(
        format=manifests.FORMAT, id=backup_id, made_at=f"{clock.wall():%Y-%m-%dT%H:%M:%SZ}", mode=env.mode,
        version=code_version(CHECKOUT), migrations=contents.migrations(connection),
        server_major=major, dump_major=binaries.major,
        application_role=_role(database.application_url(env)), owner_role=_role(database.owner_url(env)),
        keys=wanted.keys.fingerprint, keys_included=wanted.passphrase is not None,
        facts={name: value for name, value in contents.facts(connection).items() if name not in {BACKUP, COPY}},
        tables=contents.counted(connection), record=contents.chained(connection), walls=contents.walls(connection),
        shown=_shown(env, snapshot),
        encrypted=wanted.encrypted,
        files={name: manifests.measured(draft / name) for name in manifests.files_in(draft)},
    )  # fmt: skip


def _shown(env: Environment, snapshot: str) -> dict[str, int]:
    with psycopg.connect(database.application_url(env), connect_timeout=5) as application:
        application.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        application.execute(sql.SQL("SET TRANSACTION SNAPSHOT {}").format(sql.Literal(snapshot)))
        return contents.shown(application)


def _role(url: str) -> str:
    return str(database.for_django(url)["USER"])


def _copy_study(study: Path, to: Path) -> None:
    """The trial's folder without what is hidden or made, such as `.git`; links are left, since they may lead anywhere."""
    for path in sorted(study.rglob("*")):
        inside = path.relative_to(study)
        if (
            path.is_symlink()
            or not path.is_file()
            or any(part[0] == "." or part == "__pycache__" for part in inside.parts)
        ):
            continue
        (to / inside).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, to / inside)


def _check_place(env: Environment, to: Path) -> None:
    for taken, what in ((env.study, "the trial's folder"), (env.secrets_directory, "the directory of keys"),
                        (env.var / "postgres", "the database")):  # fmt: skip
        if to.resolve().is_relative_to(taken.resolve()):
            raise BackupRefused(
                f"A backup is not put into {what} ({taken}). Name a folder apart, best on another disk."
            )


@contextlib.contextmanager
def _writing(to: Path) -> Iterator[None]:
    """What the disk refuses, as a sentence."""
    try:
        to.mkdir(mode=0o700, parents=True, exist_ok=True)
        yield
    except OSError as error:
        raise BackupRefused(
            f"{to} cannot be written: {error.strerror}. Nothing of the backup was kept. Mend that, or name another folder."
        ) from error


@contextlib.contextmanager
def _alone(to: Path) -> Iterator[None]:
    """Only one backup at a time is written into a folder."""
    with (to / ".making").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BackupRefused(f"Another backup is being written to {to}. Wait until it is done.") from None
        yield


def _sweep(to: Path) -> None:
    """Remove what an interrupted run left."""
    for left in to.glob(f".{PREFIX}*{_DRAFT}"):
        shutil.rmtree(left, ignore_errors=True)


def _settle(path: Path) -> None:
    """Have the disk itself take it."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
