"""What all tests share. The database part:

- The first test that needs the database starts a PostgreSQL server of the run's own (see `testserver`). Its programs
  are the packaged ones, or those in `--pg-bin DIR` or STEGVIS_PG_BIN.
- `db` (or `@pytest.mark.django_db`): this worker's database, connected as the application's role, so that row-level
  security and revoked rights hold as in earnest. Everything is rolled back after the test. This is the ordinary one.
- `example_trial`: the example trial (see `worlds`), ready for its first participant. It is installed once in a copy of the
  database of its own, to which the tests that ask for it are connected; everything they do is rolled back as well.
- `fresh_database`: a migrated copy of the test's own in which commits are real: for threads, for server and worker
  processes, for what must survive `kill -9`. Give `fresh_database.environment` to processes. Dropped afterwards. Use it
  instead of `transactional_db`, which would have to TRUNCATE, and the application's role may not.
- `live_site`: `stegvis serve` on that copy; the value is its address.
- `--only-database` runs the tests that need a database and no others.
- `--note-statements DIR` notes what each test sends to the server; `--new-statements DIR` then runs only as many as send all
  of it (see `statements`): so much is tried on another version of the server.

`--journey J5` runs the journey with that number and nothing else.
"""

import gc
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.utils import translation
from hypothesis import HealthCheck, settings
from pytest_django import DjangoDbBlocker

from stegvis.config import postgres, upkeep
from stegvis.config.database import socket_url
from stegvis.config.environment import APP_ROLE, CHECKOUT, OWNER_ROLE
from tests import statements, testserver, worlds
from tests.ground import Ground

# Properties are held to what they say, not to a time: a test must not fail because the machine does something else besides.
settings.register_profile("stegvis", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("stegvis")

_RUN = pytest.StashKey[Path]()
_USES_DATABASE = {"db", "django_db_setup", "fresh_database", "live_site", "postgres_server", "unmade_server"}
_OWN_CONNECTIONS = {"fresh_database", "live_site", "unmade_server", "server"}
"""Who asks for these does things through connections and processes that nobody else sees."""
_numbers = count(1)
_NEW_OBJECTS = 20_000
"""After so many the rubbish collector looks, instead of 700: pages and queries make that many in a few milliseconds."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Which server, and which tests."""
    group = parser.getgroup("stegvis")
    group.addoption("--pg-bin", type=Path, help="PostgreSQL's programs to test with (default: the packaged ones)")
    group.addoption("--journey", metavar="J5", help="run just this journey")
    group.addoption("--only-database", action="store_true", help="run only tests that need a database")
    group.addoption("--note-statements", type=Path, metavar="DIR", help="note there what each test sends to the server")
    group.addoption("--new-statements", type=Path, metavar="DIR", help="run as few as send all that was noted there")


def pytest_configure(config: pytest.Config) -> None:
    """The controlling process names the directory of this run's server; workers are told it."""
    told = getattr(config, "workerinput", {}).get("stegvis_run")
    config.stash[_RUN] = Path(told) if told else testserver.make_run_directory()
    if not told:
        upkeep.compile_catalogues()  # pages are tested in Swedish too


def pytest_collection_finish(session: pytest.Session) -> None:
    """What was imported and collected stays to the end: the rubbish collector need not look through it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS, 20, 50)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell a worker of xdist."""
    node.workerinput["stegvis_run"] = str(node.config.stash[_RUN])


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Whoever ran tests keeps what they sent."""
    if noted := session.config.getoption("--note-statements"):
        statements.write(noted, getattr(session.config, "workerinput", {}).get("workerid", "main"))


def pytest_unconfigure(config: pytest.Config) -> None:
    """The controlling process ends the server."""
    if not hasattr(config, "workerinput") and _RUN in config.stash:
        testserver.end_run(config.stash[_RUN], _pg_bin(config))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Choose by need of a database; refuse what the application's role cannot do."""
    for item in items:
        mark = item.get_closest_marker("django_db")
        if "transactional_db" in _fixtures(item) or (mark and mark.kwargs.get("transaction")):
            raise pytest.UsageError(f"{item.nodeid} asks for transactional_db; use fresh_database instead.")
    if config.getoption("--only-database"):
        _keep(
            config,
            items,
            [item for item in items if item.get_closest_marker("django_db") or _fixtures(item) & _USES_DATABASE],
        )
    if noted := config.getoption("--new-statements"):
        sent = statements.read(noted)
        alone = {item.nodeid for item in items if _fixtures(item) & _OWN_CONNECTIONS}
        needed = alone | statements.needed({item.nodeid for item in items} - alone, sent)
        _keep(config, items, [item for item in items if item.nodeid in needed])
    if number := config.getoption("--journey"):
        numbers = {item: mark.args[0] for item in items if (mark := item.get_closest_marker("journey"))}
        if number not in numbers.values():
            there = ", ".join(sorted(set(numbers.values()))) or "none here"
            raise pytest.UsageError(f"There is no journey {number}; there are {there}.")
        _keep(config, items, [item for item in items if numbers.get(item) == number])


def _keep(config: pytest.Config, items: list[pytest.Item], chosen: list[pytest.Item]) -> None:
    config.hook.pytest_deselected(items=[item for item in items if item not in chosen])
    items[:] = chosen


def _fixtures(item: pytest.Item) -> set[str]:
    return set(getattr(item, "fixturenames", ()))


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """Sentences are looked for in English; pages are asked for in the language that their address names."""
    with translation.override("en"):
        yield


def _pg_bin(config: pytest.Config) -> Path | None:
    chosen = config.getoption("--pg-bin") or os.environ.get("STEGVIS_PG_BIN")
    return Path(chosen) if chosen else None


@pytest.fixture(scope="session")
def postgres_server(pytestconfig: pytest.Config) -> postgres.Server:
    """This run's server, with the migrated template in it."""
    return testserver.started_server(pytestconfig.stash[_RUN], _pg_bin(pytestconfig))


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None,
    django_db_blocker: DjangoDbBlocker,
    postgres_server: postgres.Server,
    request: pytest.FixtureRequest,
) -> Iterator[None]:
    """This worker's own copy of the template, in place of pytest-django's."""
    name = f"test_{getattr(request.config, 'workerinput', {}).get('workerid', 'main')}"
    postgres.copy_database(postgres_server, testserver.TEMPLATE, name)
    with django_db_blocker.unblock():
        _point_django_at(postgres_server, name)
    yield
    with django_db_blocker.unblock():
        connections["default"].close()


@pytest.fixture(scope="session")
def installed_trial(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, postgres_server: postgres.Server
) -> tuple[str, worlds.World, Ground]:
    """This worker's database in which the example trial stands, by name, the trial, and where its stages are kept."""
    name = f"{connections['default'].settings_dict['NAME']}_installed"
    postgres.copy_database(postgres_server, testserver.TEMPLATE, name)
    with django_db_blocker.unblock():
        _point_django_at(postgres_server, name)
        trial = worlds.installed()
        # Here and now: once a browser is driven from this thread, Django finds other connections than those of before.
        connections["default"].close()
        return name, trial, Ground(postgres_server, name)


@pytest.fixture
def database_of_the_test(
    request: pytest.FixtureRequest,
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    postgres_server: postgres.Server,
) -> None:
    """Connects Django to the empty database, or to that with the example trial in it, before the test's transaction begins."""
    here = connections["default"].settings_dict["NAME"]
    name = here.partition("_installed")[0]
    if "example_trial" in request.fixturenames:
        name, _trial, _ground = request.getfixturevalue("installed_trial")
    if name != connections["default"].settings_dict["NAME"]:
        with django_db_blocker.unblock():
            _point_django_at(postgres_server, name)


@pytest.fixture
def db(database_of_the_test: None, _django_db_helper: None, request: pytest.FixtureRequest) -> Iterator[None]:
    """pytest-django's, on the database that the test asks for."""
    if request.config.getoption("--note-statements"):
        with statements.noted(request.node.nodeid):
            yield
    else:
        yield


@pytest.fixture
def example_trial(db: None, installed_trial: tuple[str, worlds.World, Ground]) -> Iterator[worlds.World]:
    """The example trial, ready for its first participant."""
    _name, trial, ground = installed_trial
    with ground.stood_on():
        yield worlds.as_installed(trial, ground)


def _point_django_at(server: postgres.Server, name: str) -> None:
    """All connections that are opened from now on, in every thread, go to database `name` as the application."""
    connections["default"].close()
    connections.settings["default"].update(NAME=name, HOST=str(server.socket), USER=APP_ROLE, PASSWORD="", PORT="")


@dataclass(frozen=True)
class FreshDatabase:
    """A database that one test has for itself."""

    name: str
    url: str
    owner_url: str
    environment: dict[str, str]
    server: postgres.Server


@pytest.fixture
def fresh_database(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, postgres_server: postgres.Server
) -> Iterator[FreshDatabase]:
    """A migrated copy in which commits stay, for Django in this process and for processes the test starts."""
    before = connections["default"].settings_dict["NAME"]
    name = f"{before}_fresh_{next(_numbers)}"
    postgres.copy_database(postgres_server, testserver.TEMPLATE, name)
    with django_db_blocker.unblock():
        _point_django_at(postgres_server, name)
        yield FreshDatabase(
            name=name,
            url=socket_url(postgres_server.socket, APP_ROLE, name),
            owner_url=socket_url(postgres_server.socket, OWNER_ROLE, name),
            environment=testserver.process_environment(postgres_server, name),
            server=postgres_server,
        )
        _point_django_at(postgres_server, before)
    postgres.drop_database(postgres_server, name)


@pytest.fixture
def live_site(fresh_database: FreshDatabase) -> Iterator[str]:
    """The address of a web server of the test's own, on `fresh_database`."""
    port = free_port()
    command = [sys.executable, "-m", "stegvis", "serve", "--port", str(port), "--workers", "1"]
    with subprocess.Popen(command, env=fresh_database.environment, cwd=CHECKOUT) as process:
        address = f"http://127.0.0.1:{port}"
        try:
            _wait_until_well(address, process)
            yield address
        finally:
            process.terminate()


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_well(address: str, process: "subprocess.Popen[bytes]") -> None:
    for _ in range(600):
        if process.poll() is not None:
            raise RuntimeError(f"The web server ended with status {process.returncode} before it answered.")
        try:
            with urllib.request.urlopen(f"{address}/health", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    raise RuntimeError(f"{address} did not answer within 30 seconds.")
