"""Stages that many tests begin with are built once.

Most tests of rooms and pages want somebody who was screened, consented, answered, met the physiotherapist and was
randomised. Doing all that takes longer than most tests. So the second time that a test in this process asks a `World`
for the same stage by the same calls, what they made is committed to a copy of the database, and from then on whoever asks
is moved to a copy in which it stands already. What the test itself does is rolled back there as anywhere.

A test can be moved only while nothing but these calls has written in it, and outside any block of `acting_as`. Where that
does not hold, the stage is built in place, as the first time: slower, never different.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import copy, deepcopy
from dataclasses import dataclass
from typing import Any, Protocol

from django.db import connection
from django.utils.translation import get_language

from stegvis.audit import clock
from stegvis.audit.asked import forget
from stegvis.config import postgres

Step = tuple[Any, ...]
Path = tuple[Step, ...]

_READS = re.compile(
    r"\s*(SELECT|SAVEPOINT|RELEASE|ROLLBACK TO|SET)\b|\s*WITH\b(?!.*\b(INSERT|UPDATE|DELETE)\b)", re.DOTALL
)
_MOST = 60


class Numbered(Protocol):
    """A world that numbers its people."""

    _numbers: Iterator[int]


@dataclass(frozen=True)
class _Standing:
    """A database in which the calls of a path have been carried out, what the last of them gave, and the next number."""

    database: str
    result: Any
    numbers: Iterator[int]


class Ground:
    """The databases that one process's tests of a trial stand on; `name` is that of the trial before anybody came."""

    def __init__(self, server: postgres.Server, name: str) -> None:
        self._server, self._name = server, name
        self._asked: Counter[Path] = Counter()
        self._standing: dict[Path, _Standing] = {}
        self._path: Path | None = None
        self._committed: Path | None = None
        self._within = False

    @contextmanager
    def stood_on(self) -> Iterator[None]:
        """For the length of a test, which begins before anybody came."""
        self._path = self._committed = ()
        with connection.execute_wrapper(self._watch):
            yield
        self._path = self._committed = None

    def reach(self, world: Numbered, name: str, build: Callable[[], Any], given: dict[str, Any]) -> Any:
        """What `build` gives: the stage `name` of a world by the arguments `given`, built here or standing already."""
        if self._within:
            return build()
        if self._path is None or connection.savepoint_ids or not connection.in_atomic_block:
            self._path = None
            return self._built(build)
        path = (*self._path, _step(name, given))
        self._asked[path] += 1
        can_be_kept = self._committed == self._path and len(self._standing) < _MOST
        if path not in self._standing and self._asked[path] > 1 and can_be_kept:
            self._keep(path, world, build)
        result = self._moved(path, world) if path in self._standing else self._built(build)
        self._path = path
        return result

    def _built(self, build: Callable[[], Any]) -> Any:
        self._within = True
        try:
            return build()
        except BaseException:
            self._path = None
            raise
        finally:
            self._within = False

    def _keep(self, path: Path, world: Numbered, build: Callable[[], Any]) -> None:
        """Carry out the last call of a path in a copy of where the test stands, for good."""
        assert self._path is not None
        here = self._standing[self._path].database if self._path else self._name
        database = f"{self._name}_{len(self._standing) + 1}"
        numbers = copy(world._numbers)
        _leave()
        postgres.copy_database(self._server, here, database)
        _enter(database)
        result = self._built(build)
        connection.connection.commit()
        self._standing[path] = _Standing(database, deepcopy(result), copy(world._numbers))
        world._numbers = numbers

    def _moved(self, path: Path, world: Numbered) -> Any:
        standing = self._standing[path]
        if connection.settings_dict["NAME"] != standing.database:
            _leave()
            _enter(standing.database)
        world._numbers = copy(standing.numbers)
        self._committed = path
        return deepcopy(standing.result)

    def _watch(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if not self._within and not _READS.match(sql):
            self._path = None
        return execute(sql, params, many, context)


def _step(name: str, given: dict[str, Any]) -> Step:
    """A call by what decides what it makes: the day and the language count as they are when nothing is said of them."""
    told = {**given, "on": given.get("on") or clock.today()}
    return (name, get_language(), *sorted((key, repr(value)) for key, value in told.items() if value is not None))


def _leave() -> None:
    """Forget what the test's transaction did, as it will be forgotten in the end, and let the database go."""
    connection.connection.rollback()
    connection.connection.close()


def _enter(database: str) -> None:
    """Stand in another database, within what Django takes for the same transaction."""
    connection.settings_dict["NAME"] = database
    connection.connection = connection.get_new_connection(connection.get_connection_params())
    connection.init_connection_state()
    connection.connection.autocommit = False
    forget()
