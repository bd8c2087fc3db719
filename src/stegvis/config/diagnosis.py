"""What `stegvis doctor` looks at: each finding says whether it is well and, if not, how to mend it.

Findings come in an order in which the first that is not well usually explains the later ones, and what cannot be
looked at because of an earlier one is left out.
"""

import shutil
import stat
from collections.abc import Iterator
from dataclasses import dataclass

import psycopg

from stegvis.config import database, postgres, secretfiles, upkeep
from stegvis.config.backups import noting
from stegvis.config.environment import STORE_ROLES, Environment

_LOW_SPACE = 500 * 1024 * 1024
_BACKUP_HOURS = 36  # one a day, and half a day for somebody to notice
_VERIFIED_HOURS = 8 * 24


@dataclass(frozen=True)
class Finding:
    """One thing looked at."""

    what: str
    well: bool
    said: str
    mend: str = ""


def findings(env: Environment) -> Iterator[Finding]:
    """Everything that can be looked at from here; the database must be running."""
    yield _space(env)
    yield _study(env)
    keys = _keys(env)
    yield keys
    server = _server(env)
    yield server
    if not server.well:
        return
    url = database.application_url(env)
    with psycopg.connect(url, connect_timeout=5) as connection:
        yield _role(connection)
        yield _store_roles(connection)
        yield _worker(connection)
    yield _tables(url)
    yield from _copy(url)
    yield from _backup(env)
    if keys.well and env.mode != "test":
        yield _same_keys(env, url)


def _space(env: Environment) -> Finding:
    place = next(path for path in (env.var, *env.var.parents) if path.exists())
    free = shutil.disk_usage(place).free
    return Finding("disk", free > _LOW_SPACE, f"{free // 2**20} MB free", f"Free some space on the disk of {env.var}.")


def _study(env: Environment) -> Finding:
    there = (env.study / "protocol.toml").exists()
    return Finding("study", there, str(env.study), "Set STEGVIS_STUDY to a folder with a protocol.toml.")


def _keys(env: Environment) -> Finding:
    place = env.secrets_directory
    try:
        secretfiles.read_or_make(place)
    except (secretfiles.SecretsRefused, OSError) as refused:
        return Finding("keys", False, str(refused), f"See that {place} holds all three keys, readable by you alone.")
    closed = not stat.S_IMODE(place.stat().st_mode) & 0o077
    return Finding("keys", closed, str(place), f"Others may look into the directory of keys. Run: chmod 700 {place}")


def _server(env: Environment) -> Finding:
    try:
        with psycopg.connect(database.application_url(env), connect_timeout=5) as connection:
            version = connection.info.server_version // 10000
    except psycopg.OperationalError as error:
        return Finding(
            "database", False, upkeep.reason(error), "Start the server, and check its address in DATABASE_URL."
        )
    kind = "embedded" if env.database_is_embedded else "external"
    mend = f"Use PostgreSQL {postgres.OLDEST_MAJOR} or newer."
    return Finding("database", version >= postgres.OLDEST_MAJOR, f"PostgreSQL {version}, {kind}", mend)


def _role(connection: psycopg.Connection) -> Finding:
    row = connection.execute(
        "SELECT rolname, rolsuper OR rolbypassrls OR EXISTS ("
        "  SELECT FROM pg_tables WHERE schemaname = 'public' AND tableowner = rolname"
        ") FROM pg_roles WHERE rolname = current_user"
    ).fetchone()
    name, too_mighty = row or ("?", True)
    return Finding(
        "role",
        not too_mighty,
        str(name),
        "DATABASE_URL names a role that owns tables or passes row-level security, so nothing holds it back. Make one "
        "with: CREATE ROLE stegvis_app LOGIN NOSUPERUSER NOBYPASSRLS",
    )


def _store_roles(connection: psycopg.Connection) -> Finding:
    rows = connection.execute("SELECT rolname FROM pg_roles WHERE rolname = ANY(%s)", [list(STORE_ROLES)]).fetchall()
    missing = sorted(set(STORE_ROLES) - {str(name) for (name,) in rows})
    return Finding(
        "stores", not missing, f"no role {', '.join(missing)}" if missing else "a role for each of the two stores",
        f"As the server's administrator: {' '.join(f'CREATE ROLE {role} NOLOGIN;' for role in missing)} "
        "Then run: stegvis migrate",
    )  # fmt: skip


def _worker(connection: psycopg.Connection) -> Finding:
    held = connection.execute(
        "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND objid = hashtext('stegvis.worker')::oid)"
    ).fetchone()
    works = held == (True,)
    return Finding(
        "worker", works, "works" if works else "does not work", "Reminders are not sent. Run: stegvis worker"
    )


def _copy(url: str) -> Iterator[Finding]:
    if upkeep.recall(url, upkeep.COPY) is not None:
        yield Finding(
            "copy", False, "restored from a backup: sends nothing, and only administrators come in",
            "If the other installation is gone for good: stegvis take-over",
        )  # fmt: skip


def _backup(env: Environment) -> Iterator[Finding]:
    """How old the last backup is, and the last one that was verified. Only what is live must have one."""
    known = noting.remembered(env)
    for which, most, mend in (
        ("made", _BACKUP_HOURS, "Run: stegvis backup --to DIR"),
        ("verified", _VERIFIED_HOURS, "Run: stegvis backup --verify DIR"),
    ):
        hours = noting.age(known[which]["at"]) if which in known else None
        said = f"none was {which}" if hours is None else f"{known[which]['name']}, {hours / 24:.1f} days old"
        well = env.mode != "live" or (hours is not None and hours <= most)
        yield Finding("backup" if which == "made" else "verified backup", well, said, mend)


def _tables(url: str) -> Finding:
    current = upkeep.tables_are_current(url)
    return Finding("tables", current, "of this version" if current else "of another version", "Run: stegvis migrate")


def _same_keys(env: Environment, url: str) -> Finding:
    mine = secretfiles.read_or_make(env.secrets_directory).fingerprint
    same = upkeep.keys_fingerprint_of(url) in {None, mine}
    said = "fit the database" if same else "are not those that the database was filled with"
    return Finding("keys and database", same, said, "Restore the directory of keys from the backup.")
