"""`stegvis demo`: nothing half built stays, nothing of others is touched, and what was started ends."""

import errno
import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection

from stegvis.audit.action import SYSTEM
from stegvis.config import launcher, upkeep
from stegvis.config.children import Told
from stegvis.config.display import Display
from stegvis.config.environment import CHECKOUT, Environment
from stegvis.config.full_disk import FullDiskRefused
from stegvis.config.launcher import LauncherRefused, Order
from stegvis.demonstration import parameters
from stegvis.people import actions as people
from stegvis.people.acting import acting_as
from tests.conftest import free_port

SEED = parameters.read(CHECKOUT / "studies" / "cwp").default_seed
BUILT = json.dumps({"at": "middle", "participants": 129, "seed": SEED})
NOTHING_ASKED = {"at": None, "participants": None, "seed": None}


@pytest.fixture
def env(fresh_database, no_settings, tmp_path) -> Environment:
    for name, value in fresh_database.environment.items():
        no_settings.setenv(name, value)
    no_settings.setenv("STEGVIS_VAR", str(tmp_path))
    return Environment()


def _order(*, fresh: bool = False, port: int = 8000, **wanted: object) -> Order:
    return Order(wanted={**NOTHING_ASKED, **wanted}, fresh=fresh, port=port, serve=False)


def _sessions() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM django_session")
        return cursor.fetchone()[0]


def _enter_a_session(*_: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO django_session VALUES (gen_random_uuid()::text, 'data', now())")


def test_a_trial_is_built_once_and_then_kept(env, fresh_database, monkeypatch):
    monkeypatch.setattr(launcher, "_build", _enter_a_session)

    launcher.run(env, _order(), Display())
    launcher.run(env, _order(), Display())

    assert _sessions() == 1
    assert upkeep.recall(fresh_database.url, "demonstration") == BUILT


def test_an_interrupted_build_is_thrown_away_by_the_next_run(env, fresh_database, monkeypatch):
    def interrupted(*_: object) -> None:
        _enter_a_session()
        raise Told

    monkeypatch.setattr(launcher, "_build", interrupted)
    with pytest.raises(KeyboardInterrupt):
        launcher.run(env, _order(), Display())
    assert _sessions() == 1
    assert upkeep.recall(fresh_database.url, "demonstration") == "building"

    monkeypatch.setattr(launcher, "_build", _enter_a_session)
    connection.close()
    launcher.run(env, _order(), Display())
    assert _sessions() == 1
    assert upkeep.recall(fresh_database.url, "demonstration") == BUILT


def test_another_trial_is_made_only_when_a_fresh_one_is_asked_for(env, fresh_database, monkeypatch):
    monkeypatch.setattr(launcher, "_build", _enter_a_session)
    launcher.run(env, _order(), Display())

    with pytest.raises(LauncherRefused, match=rf"made with --seed {SEED}\. Add --fresh"):
        launcher.run(env, _order(seed=7), Display())

    connection.close()
    launcher.run(env, _order(seed=7, fresh=True), Display())
    assert json.loads(upkeep.recall(fresh_database.url, "demonstration") or "")["seed"] == 7
    launcher.run(env, _order(seed=7), Display())


def test_a_database_with_people_of_its_own_is_never_filled_or_emptied(env, fresh_database):
    _enter_a_session()
    with acting_as(SYSTEM):
        people.add_staff(role="administrator", email="a@example.org", name="Anna Berg", sites=[], by=SYSTEM)

    for order in (_order(), _order(fresh=True)):
        with pytest.raises(LauncherRefused, match="people who are not of the demonstration"):
            launcher.run(env, order, Display())
    assert _sessions() == 1


def test_a_live_installation_is_never_filled_with_made_up_people(env, monkeypatch):
    with pytest.raises(LauncherRefused, match="This installation is live"):
        launcher.run(env.model_copy(update={"mode": "live"}), _order(), Display())


def test_two_demonstrations_in_one_directory_are_one_too_many(env):
    with launcher._only_one(env, 8000):  # noqa: SIM117 -- the first is the set-up
        with pytest.raises(LauncherRefused, match=rf"runs already: process {os.getpid()}, http://127\.0\.0\.1:8000/"):
            launcher.run(env, _order(port=8001), Display())


def test_after_a_full_disk_the_next_run_works(env, monkeypatch):
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(launcher, "_build", full)
    with pytest.raises(FullDiskRefused, match=r"is full\. Free some space and run script/demo again"):
        launcher.run(env, _order(), Display())

    monkeypatch.setattr(launcher, "_build", _enter_a_session)
    connection.close()
    launcher.run(env, _order(), Display())
    assert _sessions() == 1


# The running demonstration ------------------------------------------------------------------------------------


@contextmanager
def _running(environment: dict[str, str], var: Path) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    """`stegvis demo` on a trial that is there, from its welcome on; its process and address."""
    port = free_port()
    command = [sys.executable, "-u", "-m", "stegvis", "demo", "--port", str(port)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    own = {**environment, "STEGVIS_VAR": str(var)}
    with subprocess.Popen(command, env=own, cwd=CHECKOUT, **pipes) as demo:  # type: ignore[call-overload]
        limit = threading.Timer(120, demo.kill)
        limit.start()
        try:
            said = ""
            while "Ctrl-C stops it" not in said:
                line = demo.stdout.readline()
                assert line, f"The demonstration ended before it served: {said}"
                said += line
            yield demo, f"http://127.0.0.1:{port}"
        finally:
            demo.terminate()
            demo.stdout.read()
            demo.wait()
            limit.cancel()


def _children_of(pid: int) -> list[int]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == pid and fields[0] != "Z":
            child = int(stat.parent.name)
            found += [child, *_children_of(child)]
    return found


def _gone(pids: list[int]) -> bool:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        if not any(Path(f"/proc/{pid}").exists() for pid in pids):
            return True
        time.sleep(0.05)
    return False


def _helpers_of(demo: "subprocess.Popen[str]") -> list[int]:
    """The processes that help a demonstration build, once they are all there."""
    deadline = time.monotonic() + 120
    while len(started := _children_of(demo.pid)) < 3:
        assert demo.poll() is None, demo.stdout.read()  # type: ignore[union-attr]
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return started


def test_killing_it_while_it_builds_leaves_nothing_that_holds_the_directory(fresh_database, tmp_path, env):
    command = [sys.executable, "-m", "stegvis", "demo", "--no-serve", "--participants", "60"]
    own = {**fresh_database.environment, "STEGVIS_VAR": str(tmp_path)}
    with subprocess.Popen(command, env=own, cwd=CHECKOUT, stdout=subprocess.PIPE, text=True) as demo:
        started = _helpers_of(demo)
        demo.kill()

    assert _gone(started)
    with launcher._only_one(env, 8000):
        pass


@pytest.fixture
def built(fresh_database):
    upkeep.remember(fresh_database.owner_url, "demonstration", BUILT)
    return fresh_database


@pytest.mark.parametrize("asked", [signal.SIGINT, signal.SIGTERM])
def test_asking_it_to_stop_stops_everything_it_started(built, tmp_path, asked):
    with _running(built.environment, tmp_path) as (demo, address):
        with urllib.request.urlopen(f"{address}/health", timeout=10) as answer:
            assert answer.status == 200
        started = _children_of(demo.pid)
        assert len(started) >= 3

        demo.send_signal(asked)

        assert demo.wait(30) == 0
        assert _gone(started)


@pytest.mark.parametrize("which", ["web server", "worker"])
def test_a_killed_process_stops_the_others_and_is_named(built, tmp_path, which):
    with _running(built.environment, tmp_path) as (demo, _):
        started = _children_of(demo.pid)
        word = "serve" if which == "web server" else "worker"
        victim = next(pid for pid in started if f"\0{word}\0" in Path(f"/proc/{pid}/cmdline").read_text())

        os.kill(victim, signal.SIGKILL)

        said = demo.stdout.read()
        assert demo.wait(30) == 1
        assert f"The {which} ended by itself" in said
        assert _gone(started)


def test_killing_the_launcher_leaves_nothing_that_holds_the_port(built, tmp_path):
    with _running(built.environment, tmp_path) as (demo, _):
        started = _children_of(demo.pid)

        demo.kill()

        assert _gone(started)
    with (
        _running(built.environment, tmp_path) as (_, address),
        urllib.request.urlopen(f"{address}/health", timeout=10) as answer,
    ):
        assert answer.status == 200
