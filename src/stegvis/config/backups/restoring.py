"""Restoring a backup into a fresh place: a directory of its own, and in it, or on the server that is set, an empty database.

Nothing that exists is touched, and an interruption leaves nothing half: the directory is filled under one name and moved
at the end, the database is filled in one transaction. It bears the mark of a copy before it holds a single row
(`upkeep.COPY`), and keeps it until an administrator takes over: until then nothing is sent and nobody else comes in.
"""

import contextlib
import fcntl
import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg

from stegvis.audit import clock
from stegvis.config import database, embedded, secretfiles, upkeep
from stegvis.config.backups import checking, passphrases, programs
from stegvis.config.backups import manifest as manifests
from stegvis.config.backups.manifest import DUMP, KEYS, STUDY, Manifest
from stegvis.config.backups.refusals import BackupRefused
from stegvis.config.environment import STORE_ROLES, Environment
from stegvis.config.postgres import revoke_use
from stegvis.config.secretfiles import Secrets

_DRAFT = "restoring"
_MADE = ("secrets", STUDY, "postgres")
"""What a restore puts into its directory, in the order in which it is moved there: the database last."""

Said = Callable[[str], None]
Ask = Callable[[], str]


@dataclass(frozen=True)
class Backup:
    """A backup that was looked through: whole, sealed by these keys, and of a version that this one understands."""

    folder: Path
    manifest: Manifest
    keys: Secrets


def opened(folder: Path, keys_of: Callable[[Manifest], Secrets]) -> Backup:
    """Look a backup through before anything is touched; `keys_of` gets hold of its keys. Raises `BackupRefused`."""
    manifest = manifests.read(folder)
    _check_version(manifest, folder)
    manifests.check_files(folder, manifest)
    keys = keys_of(manifest)
    manifests.check_seal(folder, keys)
    return Backup(folder, manifest, keys)


def restore(backup: Backup, env: Environment, into: Path, said: Said) -> None:
    """Restore `backup` into the directory `into`, which is `env`'s own from then on. `said` is told each step.

    The database goes to the server that `env` names, else to an embedded one in `into`. Raises `BackupRefused`.
    """
    with _fresh(into) as draft:
        here = env.model_copy(update={"var": draft})
        if (backup.folder / STUDY).exists():
            shutil.copytree(backup.folder / STUDY, draft / STUDY)
        with embedded.in_use(here):
            fill(here, backup, said)
        _place_keys(here.secrets_directory, backup.keys)
        _move(draft, into)


def fill(env: Environment, backup: Backup, said: Said) -> None:
    """Restore the database alone, into the empty one that `env` names, and check it."""
    owner, manifest = database.owner_url(env), backup.manifest
    _check_roles(env, manifest)
    _check_server(owner, manifest)
    _check_empty(owner)
    mark = {"backup": backup.folder.name, "id": manifest.id, "made_at": manifest.made_at}
    upkeep.remember(owner, upkeep.COPY, json.dumps(mark | {"complete": False}))
    with _emptied_on_failure(owner):
        _pour(env, owner, backup)
        for sentence in checking.checks(env, manifest, backup.keys):
            said(sentence)
        for name, value in manifest.facts.items():
            upkeep.remember(owner, name, value)
        done = mark | {"complete": True, "restored_at": f"{clock.wall():%Y-%m-%dT%H:%M:%SZ}"}
        upkeep.remember(owner, upkeep.COPY, json.dumps(done))


def _pour(env: Environment, owner: str, backup: Backup) -> None:
    with psycopg.connect(owner, autocommit=True) as connection:
        revoke_use(connection, backup.manifest.application_role)  # what the dump grants is all that is granted
        major = connection.info.server_version // 10000
    binaries = programs.to_restore(env, major, backup.manifest.dump_major)
    programs.restore(binaries, owner, backup.folder / DUMP)
    with psycopg.connect(owner, autocommit=True) as connection:
        connection.execute("ANALYZE")


# What is refused ------------------------------------------------------------------------------------------------


def _check_version(manifest: Manifest, folder: Path) -> None:
    newer = sorted(set(manifest.migrations) - upkeep.known_migrations())
    if newer:
        raise BackupRefused(
            f"The backup {folder.name} was made by a newer version of Stegvis ({manifest.version}): its tables have had "
            f"{newer[0]}, which this version does not know. Install that version or a newer one, and restore with it."
        )


def _check_roles(env: Environment, manifest: Manifest) -> None:
    wanted = (manifest.owner_role, manifest.application_role)
    there = tuple(database.for_django(url)["USER"] for url in (database.owner_url(env), database.application_url(env)))
    if there != wanted:
        raise BackupRefused(
            f"The backup's tables belong to the role {wanted[0]} and are used by {wanted[1]}, but the settings name {there[0]} "
            f"and {there[1]}. Make the two roles on the server and name them in STEGVIS_OWNER_DATABASE_URL and DATABASE_URL."
        )


def _check_server(owner: str, manifest: Manifest) -> None:
    try:
        with psycopg.connect(owner, connect_timeout=5) as connection:
            major = connection.info.server_version // 10000
            missing = _missing_roles(connection, manifest)
    except psycopg.OperationalError as error:
        raise BackupRefused(
            f"The database to restore into cannot be reached: {upkeep.reason(error)}. Start the server, make an empty database "
            "there, and check STEGVIS_OWNER_DATABASE_URL."
        ) from None
    if missing:
        raise BackupRefused(
            f"The backup grants rights to {', '.join(missing)}, and the server to restore into has no such role. As its "
            f"administrator: {' '.join(f'CREATE ROLE {role} NOLOGIN;' for role in missing)}"
        )
    if major < manifest.server_major:
        raise BackupRefused(
            f"The backup comes from PostgreSQL {manifest.server_major}, and this server is the older {major}, which may not "
            f"understand it. Restore into PostgreSQL {manifest.server_major} or newer."
        )


def _missing_roles(connection: psycopg.Connection, manifest: Manifest) -> list[str]:
    """The roles of the stores to which the backup grants something and which the server lacks."""
    granted = [role for role in STORE_ROLES if any(line.startswith(f"right of {role} ") for line in manifest.walls)]
    rows = connection.execute("SELECT rolname FROM pg_roles WHERE rolname = ANY(%s)", [granted]).fetchall()
    return sorted(set(granted) - {str(name) for (name,) in rows})


def _check_empty(owner: str) -> None:
    with psycopg.connect(owner) as connection:
        rows = connection.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'S')"
        ).fetchall()
        name = connection.info.dbname
    if not rows:
        return
    if _is_unfinished(owner):
        upkeep.empty(owner)
        return
    raise BackupRefused(
        f"The database {name} is not empty: it holds {len(rows)} tables and sequences. A backup is restored into an empty "
        "database only, so nothing was touched. Make a new database for it, or leave DATABASE_URL unset to have one inside the "
        "new directory."
    )


def _is_unfinished(owner: str) -> bool:
    """Whether all that is there was put there by a restore that was interrupted."""
    mark = upkeep.recall(owner, upkeep.COPY)
    return mark is not None and not json.loads(mark)["complete"]


# Keys -----------------------------------------------------------------------------------------------------------


def keys_to_restore(folder: Path, env: Environment, ask: Ask) -> Callable[[Manifest], Secrets]:
    """The keys in STEGVIS_SECRETS when they are the backup's, else those in the backup."""

    def keys_of(manifest: Manifest) -> Secrets:
        place = env.secrets
        if place is not None and any((place / name).exists() for name in secretfiles.NAMES):
            return _of_the_backup(secretfiles.read_or_make(place), manifest, folder, f"in {place}")
        if not manifest.keys_included:
            raise BackupRefused(
                f"The backup {folder.name} was made without keys, and without them no name and no message in it can be read. "
                "Set STEGVIS_SECRETS to the directory with the keys that were kept apart."
            )
        return wrapped_keys(folder, manifest, ask)

    return keys_of


def keys_to_verify(folder: Path, env: Environment, ask: Ask) -> Callable[[Manifest], Secrets]:
    """The keys in the backup, since a passphrase that opens nothing is found out now; without any, the installation's own."""

    def keys_of(manifest: Manifest) -> Secrets:
        if manifest.keys_included:
            return wrapped_keys(folder, manifest, ask)
        return _of_the_backup(upkeep.keys_of(env), manifest, folder, "of this installation")

    return keys_of


def wrapped_keys(folder: Path, manifest: Manifest, ask: Ask) -> Secrets:
    """The keys that lie in the backup. Raises `BackupRefused`."""
    keys = passphrases.unwrap((folder / KEYS).read_text(encoding="utf-8"), ask(), manifest.id)
    return _of_the_backup(keys, manifest, folder, "in keys.json")


def _of_the_backup(keys: Secrets, manifest: Manifest, folder: Path, where: str) -> Secrets:
    if keys.fingerprint != manifest.keys:
        raise BackupRefused(
            f"The keys {where} are not those of the backup {folder.name}, and nothing in it could be read with them. Set "
            "STEGVIS_SECRETS to the directory with the backup's keys, or, where it holds them itself, to an empty one."
        )
    return keys


def _place_keys(directory: Path, keys: Secrets) -> None:
    if not any((directory / name).exists() for name in secretfiles.NAMES):
        secretfiles.put(directory, keys)


# The place ------------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def _fresh(into: Path) -> Iterator[Path]:
    """A directory inside `into` to fill; removed, with all that was put there, unless the block comes to its end."""
    draft, existed = into / _DRAFT, into.exists()
    try:
        _check_fresh(into)
        draft.mkdir(mode=0o711, parents=True, exist_ok=True)
    except OSError as error:
        raise BackupRefused(
            f"{into} cannot be written: {error.strerror}. Mend that, or name another directory."
        ) from error
    with _alone(draft):
        _clear(into, draft)
        try:
            yield draft
        except BaseException:
            _clear(into, draft)
            shutil.rmtree(draft, ignore_errors=True)
            with contextlib.suppress(OSError):
                None if existed else into.rmdir()
            raise
        shutil.rmtree(draft, ignore_errors=True)


def _check_fresh(into: Path) -> None:
    """Only what an interrupted restore left may be there; it had not come to its database, which is moved last."""
    there = {path.name for path in into.iterdir()} - {"lost+found"} if into.exists() else set()
    left = {_DRAFT, *_MADE[:-1]} if _DRAFT in there else set()
    if there - left:
        raise BackupRefused(
            f"{into} is not empty, and a backup is restored into a fresh place only, so nothing was touched. Name a directory "
            "that is empty or does not exist."
        )


def _clear(into: Path, draft: Path) -> None:
    """Remove what a restore put there, this one or one that was killed; a database server of its is stopped first."""
    embedded.end_left_behind(draft)
    for place in (into, draft):
        for name in _MADE:
            shutil.rmtree(place / name, ignore_errors=True)


@contextlib.contextmanager
def _alone(draft: Path) -> Iterator[None]:
    with (draft / "restoring.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BackupRefused(f"Another restore into {draft.parent} is going on. Wait until it is done.") from None
        yield


def _move(draft: Path, into: Path) -> None:
    for name in _MADE:
        if (draft / name).exists():
            (draft / name).rename(into / name)


@contextlib.contextmanager
def _emptied_on_failure(owner: str) -> Iterator[None]:
    try:
        yield
    except BaseException:
        with contextlib.suppress(psycopg.Error):
            upkeep.empty(owner)
        raise
