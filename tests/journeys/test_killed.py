"""`kill -9` of the database in the middle of submitting: nothing that was confirmed is lost, and the next start recovers.

The server is one of the test's own, with all of PostgreSQL's safety on, since it is to die. Web server and worker have
their own tests: `test_journeys` (J2), `tests/rooms/reminders/test_sending.py` and `tests/config/test_launcher.py`.
"""

import http.client
import os
import shutil
import signal
import subprocess
import sys
import threading
import urllib.parse
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import Client

from stegvis.assessments.models import Answer, Score
from stegvis.audit import actions as record
from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.config import postgres
from stegvis.config.environment import CHECKOUT
from stegvis.people.acting import acting_as
from tests import testserver
from tests.conftest import _point_django_at, _wait_until_well, free_port
from tests.worlds import FRIDAY, World, installed

QUESTION = "pain-intensity"


@pytest.fixture
def mortal(postgres_server: postgres.Server, django_db_setup: None, django_db_blocker) -> Iterator[postgres.Server]:
    """A database server of the test's own, migrated, with nothing given away for speed."""
    before, directory = connection.settings_dict["NAME"], testserver.make_run_directory()
    kept = testserver.started_server(directory, postgres_server.binaries.directory)
    kept.stop()
    server = postgres.Server(kept.data, kept.socket, kept.log, kept.binaries)
    server.start()
    postgres.copy_database(server, testserver.TEMPLATE, "mortal")
    with django_db_blocker.unblock():
        _point_django_at(server, "mortal")
        yield server
        _point_django_at(postgres_server, before)
    server.stop()
    shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture
def world(mortal: postgres.Server) -> Iterator[World]:
    with clock.frozen(clock.at(FRIDAY, 10)):
        made = installed()
        with transaction.atomic(), acting_as(SYSTEM):
            record.set_clock(offset=clock.now() - clock.wall(), by=SYSTEM)
        yield made


class Phone:
    """A participant's browser, without a page: what it sends, and whether that was confirmed."""

    def __init__(self, port: int, account: object) -> None:
        client = Client()
        client.force_login(account)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        token = "a" * 32
        self.port = port
        self.headers = {
            "Cookie": f"stegvis-{port}={session}; stegvis-form-{port}={token}", "X-CSRFToken": token,
            "Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json",
        }  # fmt: skip

    def post(self, path: str, **fields: object) -> int:
        """The status of the answer; 0 when there was none."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            line.request("POST", path, urllib.parse.urlencode(fields), self.headers)
            return line.getresponse().status
        except OSError:
            return 0
        finally:
            line.close()

    def save(self, value: int) -> int:
        """Save the answer to one question, as the page does while one is at it."""
        path = f"/en/api/autosave/answers/baseline/{QUESTION}/"
        return self.post(path, field=QUESTION, **{QUESTION: value})


@pytest.fixture
def port(mortal: postgres.Server, world: World) -> Iterator[int]:
    """Where the trial is served."""
    chosen = free_port()
    environment = testserver.process_environment(mortal, "mortal") | {"STEGVIS_PORT": str(chosen)}
    command = [sys.executable, "-m", "stegvis", "serve", "--port", str(chosen), "--workers", "1"]
    with subprocess.Popen(command, env=environment, cwd=CHECKOUT) as process:
        _wait_until_well(f"http://127.0.0.1:{chosen}", process)
        yield chosen
        process.terminate()


def values_kept(person) -> set[int]:
    with acting_as(SYSTEM):
        return set(Answer.objects.filter(response__assessment__participant=person).values_list("value", flat=True))


def test_a_database_killed_while_answers_come_in_loses_none_that_was_confirmed(mortal, world, port):
    person = world.consented()
    phone = Phone(port, person.account)
    confirmed: set[int] = set()
    some, stop = threading.Event(), threading.Event()

    def answer_again_and_again() -> None:
        for value in range(101):
            if phone.save(value) == 200:
                confirmed.add(value)
            if len(confirmed) >= 5:
                some.set()
            if stop.is_set():
                break
        some.set()

    answering = threading.Thread(target=answer_again_and_again)
    answering.start()
    assert some.wait(60)
    pid = mortal.pid()
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    stop.set()
    answering.join()
    assert confirmed
    assert phone.save(100) != 200  # nothing is said to be saved while there is no database

    connection.close()
    mortal.start()

    assert confirmed <= values_kept(person)
    assert phone.save(100) == 200  # the same web server goes on by itself
    assert 100 in values_kept(person)


def test_answers_sent_before_and_after_the_database_died_are_scored_once(mortal, world, port):
    person = world.consented()
    phone = Phone(port, person.account)
    assert phone.save(40) == 200
    assert phone.post("/en/q/baseline/review/") == 302

    pid = mortal.pid()
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    assert phone.post("/en/q/baseline/review/") not in {200, 302}
    connection.close()
    mortal.start()

    assert phone.post("/en/q/baseline/review/") == 302
    with acting_as(SYSTEM):
        scores = Score.objects.filter(participant=person, response__code=QUESTION)
        assert [score.value for score in scores] == [40]
