"""Rows for tables of any age: made from what the database says of its columns, so that a new table needs no line here.

Words come from the check constraints; what neither they nor a column's type tell stands in `WORDS`.
"""

import re
from collections.abc import Iterator
from typing import Any

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

WORDS: dict[str, Any] = {
    "audit_clockoffset.only": True,
    "consent_consent.text_sha256": "0" * 64,
    "consent_refusal.text_sha256": "0" * 64,
    "consent_consent.way": "screen",
    "consent_consent.text_code": "a text",
    "consent_consent.text_version": "1",
    "people_absence.covered_by_id": 1,
    "physiotherapy_diaryentry.minutes": 0,
    "physiotherapy_diaryentry.rested": True,
    "physiotherapy_goalrating.occasion": "month 6",
    "physiotherapy_plannedactivity.days": [1],
    "programme_guidancetime.kind": "reply",
    "protocol_gonelive.only": True,
    "protocol_protocolversion.content": Jsonb({"occasions": [{"code": f"w{n} analysis"} for n in range(1, 20)]}),
    "reminders_plannedmessage.tried": 0,
    "safety_adverseevent.how": "noticed",
    "safety_alertstep.step": "acknowledged",
    "trial_transfer.to_site_id": 1,
}
"""What a constraint wants and its first word does not tell, by `table.column`. A new table may need a line here."""

_OF_TYPE: dict[str, Any] = {
    "_int2": [], "_text": [], "_varchar": [], "bool": False, "bytea": b"\x01", "date": "2026-01-31", "float8": 1.5,
    "int2": 1, "int4": 1, "int8": 1, "jsonb": Jsonb({"a": 1}), "timestamptz": "2026-01-31T12:00:00Z", "time": "12:00",
}  # fmt: skip
_ALLOWED = re.compile(r"\((\w+)\)::text = (?:ANY \(+ARRAY\[\(*)?'([^']*)'")
_COLUMNS = """
SELECT a.attname, t.typname, CASE WHEN atttypmod > 4 THEN atttypmod - 4 ELSE 1000 END,
       (SELECT confrelid::regclass::text FROM pg_constraint k
        WHERE k.conrelid = a.attrelid AND contype = 'f' AND conkey = ARRAY[a.attnum])
FROM pg_attribute a JOIN pg_type t ON t.oid = atttypid
WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attidentity = '' AND attnotnull AND NOT atthasdef
ORDER BY attnum
"""


def fill(superuser: psycopg.Connection, number: int) -> None:
    """Put one row into every table that takes one, with `number` where a value must differ from an earlier row's.

    Triggers rest meanwhile: what they watch over is how rows come about, not how they are kept.
    """
    superuser.execute("SET session_replication_role = replica")
    for table in _parents_first(superuser):
        words = _words_of_constraints(superuser, table)
        columns = {name: _value(superuser, name, *rest, number) for name, *rest in _columns(superuser, table)}
        columns |= {name: words[name] for name in columns if name in words}
        columns |= {name: WORDS[f"{table}.{name}"] for name in columns if f"{table}.{name}" in WORDS}
        names = sql.SQL(", ").join(map(sql.Identifier, columns))
        values = sql.SQL(", ").join([sql.Placeholder()] * len(columns))
        insert = sql.SQL("INSERT INTO {} ({}) VALUES ({}) ON CONFLICT DO NOTHING")
        if columns:
            superuser.execute(insert.format(sql.Identifier(table), names, values), list(columns.values()))
    superuser.execute("SET session_replication_role = origin")


def _words_of_constraints(superuser: psycopg.Connection, table: str) -> dict[str, str]:
    """The first word that the table's checks allow in each column that has such words."""
    found: dict[str, str] = {}
    checks = superuser.execute(
        "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'c'", [table]
    ).fetchall()
    for (check,) in checks:
        for column, word in _ALLOWED.findall(check):
            found.setdefault(column, word)
    return found


def rows(superuser: psycopg.Connection) -> dict[str, dict[str, dict[str, Any]]]:
    """Every row of every table as a mapping, by the value of its first column, which is its key."""
    found = {}
    for table in _tables(superuser):
        lines = superuser.execute(sql.SQL("SELECT to_jsonb(t) FROM {} t").format(sql.Identifier(table))).fetchall()
        first = superuser.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped "
            "ORDER BY attnum LIMIT 1",
            [table],
        ).fetchone()
        found[table] = {str(line[first[0]]): line for (line,) in lines}
    return found


def _tables(superuser: psycopg.Connection) -> list[str]:
    found = superuser.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1").fetchall()
    return [name for (name,) in found if name != "django_migrations"]


def _columns(superuser: psycopg.Connection, table: str) -> list[Any]:
    return superuser.execute(_COLUMNS, [table]).fetchall()


def _parents_first(superuser: psycopg.Connection) -> Iterator[str]:
    wanted = {table: {row[3] for row in _columns(superuser, table)} - {None, table} for table in _tables(superuser)}
    while wanted:
        ready = [table for table, parents in wanted.items() if not parents & set(wanted)]
        assert ready, f"tables that need each other: {wanted}"
        for table in ready:
            del wanted[table]
            yield table


def _value(superuser, name: str, kind: str, length: int, parent: str | None, number: int) -> Any:
    if parent is not None:
        newest = sql.SQL("SELECT max({}) FROM {}").format(
            sql.Identifier(_key(superuser, parent)), sql.Identifier(parent)
        )
        return superuser.execute(newest).fetchone()[0]
    if kind in {"varchar", "text"}:
        return f"w{number} {name}"[:length]
    if kind == "uuid":
        return f"00000000-0000-4000-8000-{number:012}"
    return _OF_TYPE[kind]


def _key(superuser: psycopg.Connection, table: str) -> str:
    row = superuser.execute(
        "SELECT attname FROM pg_index JOIN pg_attribute a ON attrelid = indrelid AND attnum = ANY(indkey) "
        "WHERE indrelid = %s::regclass AND indisprimary",
        [table],
    ).fetchone()
    return str(row[0])
