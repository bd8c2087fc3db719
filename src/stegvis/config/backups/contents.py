"""What a database holds, in numbers that can be compared: rows, digests, walls.

Every function but `shown` takes a connection that sees all rows (`programs.seeing_all`); `session` makes one.
"""

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import sql

from stegvis.config.backups.programs import seeing_all

OWN_TABLE = "installation"
"""What the database knows about itself; it goes by the manifest, so that a restored one is marked before it holds anything."""

RECORD = "audit_event"


@contextmanager
def session(url: str) -> Iterator[psycopg.Connection]:
    """A connection to `url` in one transaction that sees one moment, and in which rows are written out alike everywhere."""
    with psycopg.connect(seeing_all(url), connect_timeout=5) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        for name, value in (("TimeZone", "UTC"), ("DateStyle", "ISO, YMD"), ("IntervalStyle", "postgres"),
                            ("bytea_output", "hex"), ("extra_float_digits", "1")):  # fmt: skip
            connection.execute("SELECT set_config(%s, %s, false)", [name, value])
        yield connection


def tables(connection: psycopg.Connection) -> list[str]:
    """The tables that are kept, in alphabetical order."""
    rows = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    return sorted(str(name) for (name,) in rows if name != OWN_TABLE)


def counted(connection: psycopg.Connection) -> dict[str, tuple[int, str]]:
    """Each table's rows and their digest: the sum over rows of 64 bits of MD5, which no order changes.

    It tells damage and loss; against forgery stands the manifest's seal.
    """
    found = {}
    for name in tables(connection):
        row = connection.execute(
            sql.SQL(
                "SELECT count(*), coalesce(sum(('x' || left(md5(t::text), 16))::bit(64)::bigint::numeric), 0)::text FROM {} t"
            ).format(sql.Identifier(name))
        ).fetchone()
        assert row is not None  # an aggregate
        found[name] = (int(row[0]), str(row[1]))
    return found


def chained(connection: psycopg.Connection) -> tuple[int, str]:
    """The record line by line in its order: how many, and SHA-256 over each line together with the link before it."""
    link, count = hashlib.sha256(b"the record").digest(), 0
    with connection.cursor("record") as lines:
        lines.execute(sql.SQL("SELECT t::text FROM {} t ORDER BY id").format(sql.Identifier(RECORD)))
        for (line,) in lines:
            link = hashlib.sha256(link + line.encode()).digest()
            count += 1
    return count, link.hex()


def shown(application: psycopg.Connection) -> dict[str, int]:
    """How many rows of each protected table the application's role sees while it does not say who acts."""
    protected = application.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relrowsecurity "
        "AND has_table_privilege(oid, 'SELECT') ORDER BY 1"
    ).fetchall()
    found = {}
    for (table,) in protected:
        row = application.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))).fetchone()
        found[str(table)] = int(row[0]) if row else 0
    return found


_WALLS = """
SELECT 'row security of ' || relname || CASE WHEN relforcerowsecurity THEN ', forced' ELSE '' END
    FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relrowsecurity
UNION ALL
SELECT 'policy ' || policyname || ' on ' || tablename || ': ' || coalesce(qual, '') || ' / ' || coalesce(with_check, '')
    FROM pg_policies WHERE schemaname = 'public'
UNION ALL
SELECT 'trigger ' || tgname || ' on ' || c.relname || ' (' || tgenabled::text || '): ' || pg_get_triggerdef(t.oid)
    FROM pg_trigger t JOIN pg_class c ON c.oid = tgrelid
    WHERE NOT tgisinternal AND relnamespace = 'public'::regnamespace
UNION ALL
SELECT 'function ' || proname || ': ' || md5(prosrc) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
UNION ALL
SELECT 'constraint ' || conname || ' on ' || c.relname || ': ' || pg_get_constraintdef(k.oid)
    FROM pg_constraint k JOIN pg_class c ON c.oid = conrelid
    WHERE k.connamespace = 'public'::regnamespace AND contype IN ('c', 'f', 'p', 'u', 'x')
        AND c.relname <> 'installation'
UNION ALL
SELECT 'right of ' || grantee || ' on ' || table_name || ': ' || privilege_type
    FROM information_schema.role_table_grants
    WHERE table_schema = 'public' AND grantee <> current_user AND table_name <> 'installation'
UNION ALL
SELECT 'right of ' || grantee || ' on ' || table_name || '.' || column_name || ': ' || privilege_type
    FROM information_schema.role_column_grants
    WHERE table_schema = 'public' AND grantee <> current_user AND table_name <> 'installation'
"""


_CASTS = re.compile(r"::(?:character varying|text)(?:\[\])?|[()]")


def walls(connection: psycopg.Connection) -> list[str]:
    """Row-level security, policies, triggers, functions, constraints and rights, one a line, in alphabetical order.

    Without casts between kinds of text and without brackets: PostgreSQL sets both anew when an expression is read again.
    """
    return sorted(_CASTS.sub("", str(line)) for (line,) in connection.execute(_WALLS).fetchall())


def closed_policies(connection: psycopg.Connection) -> list[str]:
    """Tables of which a session that should see everything might not.

    Each policy is asked about a row of nothing but NULLs: one that lets the system through lets it through there too.
    """
    rows = connection.execute(
        "SELECT tablename, qual FROM pg_policies WHERE schemaname = 'public' AND qual IS NOT NULL ORDER BY tablename"
    ).fetchall()
    closed = []
    for table, condition in rows:
        name = sql.Identifier(table)
        asked = sql.SQL("SELECT coalesce(({condition}), false) FROM (SELECT (NULL::{name}).*) AS {name}")
        if connection.execute(asked.format(condition=sql.SQL(condition), name=name)).fetchone() != (True,):
            closed.append(str(table))
    return closed


def migrations(connection: psycopg.Connection) -> list[str]:
    """The migrations that the database has had, as `room.name`."""
    rows = connection.execute("SELECT app, name FROM django_migrations").fetchall()
    return sorted(f"{app}.{name}" for app, name in rows)


def facts(connection: psycopg.Connection) -> dict[str, str]:
    """What the database knows of itself."""
    rows = connection.execute(f"SELECT name, value FROM {OWN_TABLE}").fetchall()
    return {str(name): str(value) for name, value in rows}
