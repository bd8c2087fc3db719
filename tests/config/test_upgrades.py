"""A database of any earlier version is brought to this one without losing a row or a value."""

from collections.abc import Iterator

import psycopg
import pytest
from django.conf import settings
from django.db import connections

from stegvis.config import postgres
from stegvis.config.environment import APP_ROLE, OWNER_ROLE
from stegvis.config.migrating import Executor
from tests.config import earlier_rows

CHANGED: set[str] = set()
"""Columns, as `table.column`, that a migration changes on purpose; the migration says where their words went."""


@pytest.fixture
def from_nothing(django_db_setup, django_db_blocker, postgres_server) -> Iterator[psycopg.Connection]:
    """An empty database, to which Django is connected as the owner of its tables; a superuser's connection to it."""
    before, name = dict(connections["default"].settings_dict), "test_upgraded"
    postgres.prepare(postgres_server, name)
    with postgres_server.connect(name, OWNER_ROLE) as owner:
        postgres.grant_use(owner, APP_ROLE)
    with django_db_blocker.unblock(), postgres_server.connect(name) as superuser:
        connections["default"].close()
        connections.settings["default"].update(NAME=name, HOST=str(postgres_server.socket), USER=OWNER_ROLE)
        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT set_config('stegvis.role', 'system', false)")
        yield superuser
        connections["default"].close()
        connections.settings["default"].update(before)
    postgres.drop_database(postgres_server, name)


def states() -> list[list[tuple[str, str]]]:
    """The states that are gone through: each room's first migration, each room's second, … until every room is at its newest."""
    loader = Executor(connections["default"]).loader
    rooms: dict[str, list[str]] = {}
    for room, name in sorted(loader.disk_migrations):
        if room in settings.ROOMS:
            rooms.setdefault(room, []).append(name)
    most = max(map(len, rooms.values()))
    return [[(room, names[min(n, len(names) - 1)]) for room, names in rooms.items()] for n in range(most)]


def test_rows_of_every_earlier_state_survive_to_the_newest(from_nothing: psycopg.Connection):
    earlier: dict[str, dict[str, dict[str, object]]] = {}
    gone_through = states()
    for number, targets in enumerate(gone_through, start=1):
        migrate_forwards(targets)
        earlier_rows.fill(from_nothing, number)
        for table, lines in earlier_rows.rows(from_nothing).items():
            earlier[table] = lines | earlier.get(table, {})

    assert len(gone_through) >= 8
    empty = [table for table, lines in earlier.items() if not lines]
    assert not empty, f"no row was put into {empty}"
    lost = list(losses(earlier, earlier_rows.rows(from_nothing)))
    assert not lost, "\n".join(lost)


def migrate_forwards(targets: list[tuple[str, str]]) -> None:
    """As far as `targets`, and as what they need: a room may be further already than its own target says."""
    executor = Executor(connections["default"])
    graph = executor.loader.graph
    wanted = {each for target in targets for each in graph.forwards_plan(target)}
    everything = executor.migration_plan(graph.leaf_nodes(), clean_start=True)
    applied = executor.loader.applied_migrations
    plan = [
        (each, False) for each, _ in everything if (key := (each.app_label, each.name)) in wanted and key not in applied
    ]
    executor.migrate(targets, plan=plan)


def losses(earlier, newest) -> Iterator[str]:
    """What stood in an earlier state and does not stand in the newest, in words."""
    for table, lines in earlier.items():
        if table not in newest:
            yield f"the table {table}"
            continue
        for key, line in lines.items():
            there = newest[table].get(key, {})
            for column, value in line.items():
                if f"{table}.{column}" not in CHANGED and there.get(column, "gone") != value:
                    yield f"{table} {key}: {column} was {value!r} and is {there.get(column, 'gone')!r}"


def test_a_lost_value_is_told():
    earlier = {"a": {"1": {"id": 1, "words": "x"}, "2": {"id": 2, "words": "y"}}, "b": {"1": {"id": 1}}}

    assert list(losses(earlier, {"a": {"1": {"id": 1, "words": "x"}}})) == [
        "a 2: id was 2 and is 'gone'", "a 2: words was 'y' and is 'gone'", "the table b",
    ]  # fmt: skip
    assert list(losses(earlier, earlier)) == []
