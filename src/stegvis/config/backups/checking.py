"""Whether a restored database is what its backup says: rows, record, walls, rights and keys.

Each check yields a sentence with what it found, or raises `BackupRefused`. What only stands in the catalogue is compared
with the manifest, and the walls are tried as well: an append-only table is truncated, protected rows are looked for by
nobody, and one value of every encrypted column is opened.
"""

from collections.abc import Iterator

import psycopg
from cryptography.exceptions import InvalidTag
from psycopg import sql

from stegvis.audit.fields import unseal
from stegvis.config import database
from stegvis.config.backups import contents
from stegvis.config.backups.manifest import Manifest
from stegvis.config.backups.refusals import BackupRefused
from stegvis.config.environment import Environment
from stegvis.config.secretfiles import Secrets

_SHOWN = 3


def checks(env: Environment, manifest: Manifest, keys: Secrets) -> Iterator[str]:
    """Every check of the database that `env` names, one sentence each. Raises `BackupRefused` at the first that fails."""
    with contents.session(database.owner_url(env)) as owner:
        yield _rows(owner, manifest)
        yield _record(owner, manifest)
        yield _walls(owner, manifest)
        yield _append_only(owner)
        yield _opens(owner, manifest, keys)
    with psycopg.connect(database.application_url(env), connect_timeout=5) as application:
        yield _nobody_sees(application, manifest)


def _rows(owner: psycopg.Connection, manifest: Manifest) -> str:
    there = contents.counted(owner)
    wrong = [name for name in {*there, *manifest.tables} if there.get(name) != manifest.tables.get(name)]
    if wrong:
        raise BackupRefused(_differs(f"the rows of {_some(wrong)}"))
    return f"{manifest.rows} rows in {len(there)} tables, as they were"


def _record(owner: psycopg.Connection, manifest: Manifest) -> str:
    if contents.chained(owner) != manifest.record:
        raise BackupRefused(_differs("the record of what was done"))
    return f"the record unbroken, {manifest.record[0]} lines in their order"


def _walls(owner: psycopg.Connection, manifest: Manifest) -> str:
    """PostgreSQL words an expression anew from version to version; between two versions the names are compared."""
    there, wanted = contents.walls(owner), manifest.walls
    if owner.info.server_version // 10000 != manifest.server_major:
        there, wanted = ([line.partition(": ")[0] for line in lines] for lines in (there, wanted))
    wrong = sorted(set(there) ^ set(wanted))
    if wrong:
        raise BackupRefused(_differs(_some([line.partition(": ")[0] for line in wrong])))
    kinds = ("row security", "policy", "trigger", "right")
    many = {kind: sum(line.startswith(kind) for line in there) for kind in kinds}
    return (
        f"row-level security on {many['row security']} tables, {many['policy']} policies, {many['trigger']} triggers and "
        f"{many['right']} rights in force"
    )


def _append_only(owner: psycopg.Connection) -> str:
    rows = owner.execute(
        "SELECT DISTINCT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = tgrelid JOIN pg_proc p ON p.oid = tgfoid "
        "WHERE proname = 'stegvis_refuse_change' AND tgname LIKE '%never_truncated' ORDER BY 1"
    ).fetchall()
    for (table,) in rows:
        try:
            with owner.transaction():
                owner.execute(sql.SQL("TRUNCATE {} CASCADE").format(sql.Identifier(table)))
                raise BackupRefused(_differs(f"{table}, which can be emptied"))
        except psycopg.errors.InsufficientPrivilege:
            continue
    return f"{len(rows)} append-only tables refuse to be emptied, even by their owner"


def _opens(owner: psycopg.Connection, manifest: Manifest, keys: Secrets) -> str:
    opened = 0
    for table, column in manifest.encrypted:
        name = sql.Identifier(column)
        row = owner.execute(
            sql.SQL("SELECT {} FROM {} WHERE {} IS NOT NULL LIMIT 1").format(name, sql.Identifier(table), name)
        ).fetchone()
        if row is None:
            continue
        try:
            unseal(bytes(row[0]), f"{table}.{column}".encode(), key=keys.field_key)
        except (InvalidTag, ValueError):
            raise BackupRefused(_differs(f"{table}.{column}, which the keys do not open")) from None
        opened += 1
    return f"the keys open {opened} of {len(manifest.encrypted)} encrypted columns; the others are empty"


def _nobody_sees(application: psycopg.Connection, manifest: Manifest) -> str:
    row = application.execute(
        "SELECT rolsuper OR rolbypassrls OR EXISTS (SELECT FROM pg_tables WHERE schemaname = 'public' AND tableowner = rolname) "
        "FROM pg_roles WHERE rolname = current_user"
    ).fetchone()
    if row != (False,):
        raise BackupRefused(_differs("the application's role, which nothing holds back"))
    there = contents.shown(application)
    wrong = [table for table, count in there.items() if count != manifest.shown.get(table)]
    if wrong:
        raise BackupRefused(
            _differs(f"{_some(wrong)}, of which whoever does not say who acts sees other rows than before")
        )
    hidden = sum(count == 0 for count in there.values())
    return f"{len(there)} protected tables as closed as they were, {hidden} of them entirely, to whoever does not say who acts"


def _some(names: list[str]) -> str:
    shown = ", ".join(sorted(names)[:_SHOWN])
    return shown if len(names) <= _SHOWN else f"{shown} and {len(names) - _SHOWN} more"


def _differs(what: str) -> str:
    return (
        f"The restored database is not what was backed up: {what}. It was taken away again. Restore an earlier backup, and keep "
        "this one for whoever looks into it."
    )
