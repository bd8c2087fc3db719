"""Which tests another version of the server is tried with: as few as send it everything that all of them send.

What can differ between versions is whether a server takes a statement and what it lets each role see and do. So the first
run notes of each test (`noted`) every statement with its outcome (answered, or the code of the refusal), and for every table
in it the role that acts, what it does there and the outcome. The second leaves out a test of which others send all that as
well (`needed`). What a test does through connections of its own is not noted, and such a test is never left out.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.db import Error, connection

from stegvis.people.acting import _innermost

_VARYING = re.compile(r"\d+|(?:%s|NULL|'[^']*')(?:, (?:%s|NULL|'[^']*'))+")
"""Numbers, and lists of any length: statements that differ in these alone are the same to a server."""

_TABLE = re.compile(r'(?:FROM|JOIN|INTO|UPDATE) "?(\w+)"?')

_sent: dict[str, set[str]] = {}


@contextmanager
def noted(test: str) -> Iterator[None]:
    """Within the block (a test) note what Django's connection sends."""
    keys = _sent.setdefault(test, set())

    def note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        who = _innermost.get()
        outcome = "answered"
        try:
            return execute(sql, params, many, context)
        except Error as error:
            outcome = getattr(error.__cause__, "sqlstate", None) or "refused"
            raise
        finally:
            keys.update(_keys(sql, who[0] if who else "", outcome))

    with connection.execute_wrapper(note):
        yield


def _keys(sql: str, role: str, outcome: str) -> Iterator[str]:
    does = sql.split(maxsplit=1)[0]
    yield sha256(f"{outcome} {_VARYING.sub('?', sql)}".encode()).hexdigest()[:16]
    for table in _TABLE.findall(sql):
        yield f"{outcome} {role} {does} {table}"


def write(directory: Path, worker: str) -> None:
    """Keep what this process noted, for the other run."""
    directory.mkdir(parents=True, exist_ok=True)
    told = {test: sorted(keys) for test, keys in _sent.items()}
    (directory / f"{worker}.json").write_text(json.dumps(told), encoding="utf-8")


def read(directory: Path) -> dict[str, set[str]]:
    """By test what it sends, as every process of the first run noted it."""
    found: dict[str, set[str]] = {}
    for file in sorted(directory.glob("*.json")):
        found |= {test: set(keys) for test, keys in json.loads(file.read_text(encoding="utf-8")).items()}
    return found


def needed(tests: Iterable[str], sent: dict[str, set[str]]) -> set[str]:
    """The tests to run: those of which nothing was noted, and of the others, the richest first, each that sends something new."""
    chosen, covered = set(), set()
    for test in sorted(tests, key=lambda each: (-len(sent.get(each, ())), each)):
        if test not in sent or not sent[test] <= covered:
            chosen.add(test)
            covered |= sent.get(test, set())
    return chosen
