"""The demonstration from nothing to a served trial: database, tables, made-up participants, pages, worker.

Every step is skipped when it has been done, and none leaves something half done behind: the made-up trial carries the
mark `building` in the database itself until it is complete, and a marked one is thrown away by the next run.
You are probably here because a start failed: each refusal below is a sentence that people read.
"""

import contextlib
import fcntl
import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import partial
from typing import TYPE_CHECKING

import psycopg

from stegvis.config import database, embedded, full_disk, upkeep
from stegvis.config.children import Child, Children, Told, stoppable
from stegvis.config.environment import Environment
from stegvis.config.lifeline import die_with_parent
from stegvis.config.ports import check_free

if TYPE_CHECKING:
    from stegvis.config.display import Display

_MARK = "demonstration"
_SIGN_INS = "sign-ins"
_BUILDING = "building"
_HEALTH_SECONDS = 60.0
_BUILDERS = 4


class LauncherRefused(Exception):
    """The demonstration cannot be shown; the text says why and what to do."""


@dataclass(frozen=True)
class Wanted:
    """Which made-up trial: how far it has come, how many take part, and the seed that everything is drawn from."""

    at: str
    participants: int
    seed: int


@dataclass(frozen=True)
class Order:
    """What `stegvis demo` was asked for. A field of `wanted` that was not asked for is None."""

    wanted: dict[str, str | int | None]
    fresh: bool
    port: int
    serve: bool


def run(env: Environment, order: Order, display: "Display") -> None:
    """Show the demonstration until somebody asks to stop. Raises `LauncherRefused` and the refusals of each step."""
    if env.mode == "live":
        raise LauncherRefused("This installation is live, and the demonstration would fill it with made-up people.")
    with stoppable(), _only_one(env, order.port), full_disk.plainly(env):
        if order.serve:
            check_free(env.host, order.port)
        display.step("Starting the database")
        with embedded.in_use(env):
            _build_what_is_missing(env, order, display)
            if order.serve:
                _serve(env, order.port, display)
            else:
                display.done("The example trial is in place. Serve it by: script/demo")


# The made-up trial ----------------------------------------------------------------------------------------------


def _build_what_is_missing(env: Environment, order: Order, display: "Display") -> None:
    owner = database.owner_url(env)
    found = upkeep.recall(owner, _MARK)
    _check_wanted(order, found)
    if found == _BUILDING or (order.fresh and found is not None):
        display.step("Removing the earlier trial")
        upkeep.empty(owner)  # the mark included: an interruption leaves what the next run fills
        found = None
    if found is None:
        _check_nobody_elses(owner)
        upkeep.remember(owner, _MARK, _BUILDING)
    if not upkeep.tables_are_current(owner):
        display.step("Making the tables")
        _migrate(env)
    display.step("Preparing the pages")
    upkeep.prepare_pages(env)
    if found is None:
        upkeep.set_django_up()
        wanted = _completed(order, env)
        _build(wanted, display)
        upkeep.remember(owner, _SIGN_INS, json.dumps(_sign_ins()))
        upkeep.remember(owner, _MARK, json.dumps(asdict(wanted)))


def _check_wanted(order: Order, found: str | None) -> None:
    """A trial that is there is not silently exchanged for another."""
    if found in {None, _BUILDING} or order.fresh:
        return
    there = json.loads(found or "{}")
    other = {name: value for name, value in order.wanted.items() if value is not None and there.get(name) != value}
    if other:
        has = ", ".join(f"--{name} {there.get(name)}" for name in other)
        raise LauncherRefused(
            f"The example trial that is here was made with {has}. Add --fresh to make another in its place; what you "
            "entered in this one is then lost."
        )


def _check_nobody_elses(owner: str) -> None:
    """The demonstration is made in an empty database only."""
    with psycopg.connect(owner) as connection:
        row = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
        holds_people = row != (0,) and connection.execute("SELECT to_regclass('people_account')").fetchone() != (None,)
        if not holds_people:
            return
        connection.execute("SELECT set_config('stegvis.role', 'system', true)")
        accounts = connection.execute("SELECT count(*) FROM people_account").fetchone()
    if accounts != (0,):
        raise LauncherRefused(
            "The database holds people who are not of the demonstration. Unset DATABASE_URL to use the embedded "
            "database, or set STEGVIS_VAR to another directory."
        )


def _completed(order: Order, env: Environment) -> Wanted:
    """What was not asked for is as the study's generating model has it."""
    from stegvis.demonstration import parameters

    given = {name: value for name, value in order.wanted.items() if value is not None}
    usual = {"at": "middle", "participants": 129, "seed": parameters.read(env.study).default_seed}
    return Wanted(**(usual | given))  # type: ignore[arg-type]


def _build(wanted: Wanted, display: "Display") -> None:
    from django.db import connection

    from stegvis.demonstration.build import build

    # Left alone, a process that helps would wait for us for minutes, and hold our lock on the directory meanwhile.
    tied = partial(die_with_parent, signal.SIGKILL, os.getpid())
    with display.progress() as progress:
        build(
            at=wanted.at, participants=wanted.participants, seed=wanted.seed, progress=progress,
            processes=_BUILDERS, on_start=tied,
        )  # fmt: skip
    connection.close()


def _migrate(env: Environment) -> None:
    """In a process of its own, since only that one is the tables' owner."""
    done = subprocess.run(
        [sys.executable, "-m", "stegvis", "migrate"], capture_output=True, text=True, check=False, env=_environment(env)
    )
    if done.returncode != 0:
        raise LauncherRefused(f"The tables could not be made:\n{(done.stderr or done.stdout).strip()}")


# Serving --------------------------------------------------------------------------------------------------------


def _serve(env: Environment, port: int, display: "Display") -> None:
    children = Children(env.var / "log")
    try:
        display.step("Starting web server and worker")
        web = children.start(
            "web server", ["serve", "--port", str(port), "--with-parent", str(os.getpid())], _environment(env)
        )
        _resume_time()  # while the web server starts, which takes longer
        _wait_until_well(f"http://{env.host}:{port}/health", web, children)
        children.start("worker", ["worker", "--with-parent", str(os.getpid())], _environment(env))
        display.welcome(f"http://{env.host}:{port}/", _remembered_sign_ins(env))
        _watch(env, children)
    except Told:
        display.step("Stopping")
    finally:
        children.end()


def _resume_time() -> None:
    """Between two starts the made-up trial grows no older."""
    upkeep.set_django_up()
    from django.db import connection

    from stegvis.demonstration.timekeeping import resume

    resume()
    connection.close()


def _watch(env: Environment, children: Children) -> None:
    """Until something that belongs to the demonstration ends by itself."""
    while (gone := children.ended()) is None:
        if env.database_is_embedded and embedded.server(env).pid() is None:
            raise LauncherRefused(
                "The database ended by itself, so everything was stopped. Nothing that was confirmed is lost; start "
                f"again by: script/demo\nIts log is {embedded.server(env).log}"
            )
        time.sleep(0.3)
    raise _died(gone)


def _wait_until_well(address: str, web: Child, children: Children) -> None:
    deadline = time.monotonic() + _HEALTH_SECONDS
    while time.monotonic() < deadline:
        if gone := children.ended():
            raise _died(gone)
        try:
            with urllib.request.urlopen(address, timeout=10):  # noqa: S310 -- our own address
                return
        except urllib.error.HTTPError as error:
            raise LauncherRefused(
                f"The pages cannot be served (status {error.code}). The log {web.log.with_name('stegvis.log')} says where "
                "it failed, and stegvis doctor looks for the usual causes."
            ) from None
        except OSError:
            time.sleep(0.05)
    raise LauncherRefused(f"The web server does not answer. Its log, {web.log}, ends with:\n{web.last_words()}")


def _died(child: Child) -> LauncherRefused:
    return LauncherRefused(
        f"The {child.name} ended by itself, so everything was stopped. Nothing that was confirmed is lost; start again "
        f"by: script/demo\nIts log, {child.log}, ends with:\n{child.last_words()}"
    )


def _remembered_sign_ins(env: Environment) -> list[list[str]]:
    """As noted when the trial was built, so that a later start need not set Django up."""
    noted = upkeep.recall(database.application_url(env), _SIGN_INS)
    return [[*row, ""][:5] for row in json.loads(noted)] if noted else []  # an earlier version noted four things


def _sign_ins() -> list[list[str]]:
    from django.utils.translation import override

    from stegvis.audit.action import SYSTEM
    from stegvis.demonstration.signins import sign_ins
    from stegvis.people.acting import acting_as

    with acting_as(SYSTEM), override("en"):
        return [[each.role, each.address, each.password, each.second_factor, each.about] for each in sign_ins()]


# Around it all --------------------------------------------------------------------------------------------------


def _environment(env: Environment) -> dict[str, str]:
    """Of the processes we start: ours, with our package found and our settings said aloud."""
    package_parent = str(upkeep.PACKAGE.parent)
    path = os.pathsep.join(part for part in (package_parent, os.environ.get("PYTHONPATH", "")) if part)
    return {**os.environ, "PYTHONPATH": path, "STEGVIS_VAR": str(env.var)}


@contextlib.contextmanager
def _only_one(env: Environment, port: int) -> Iterator[None]:
    """Two demonstrations in one directory would share a database and fight over its upkeep."""
    try:
        env.var.mkdir(parents=True, exist_ok=True)
        lock = (env.var / "demo.lock").open("a+")
    except OSError as error:
        raise LauncherRefused(
            f"{env.var} cannot be written: {error.strerror}. Mend that, or set STEGVIS_VAR to another directory."
        ) from None
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise LauncherRefused(
                f"The demonstration runs already: {lock.read().strip()}. Stop it with Ctrl-C in its terminal first."
            ) from None
        lock.truncate(0)
        lock.write(f"process {os.getpid()}, http://{env.host}:{port}/")
        lock.flush()
        yield
