"""The worker's rounds."""

import threading
import time
from datetime import timedelta

import psycopg
import pytest
from django.db import connection

from stegvis.audit import clock
from stegvis.audit.models import ClockOffset
from stegvis.config.rounds import Rounds, finish_what_was_begun, tasks


def test_every_room_with_tasks_is_asked():
    assert "send_due" in {task.__name__ for task in tasks() if task.__module__ == "stegvis.reminders.tasks"}


def test_a_task_that_fails_does_not_keep_the_others_from_being_done(fresh_database, caplog):
    done = []

    def fails() -> None:
        raise ZeroDivisionError

    def works() -> None:
        done.append(clock.now())

    assert Rounds([fails, works]).do() is True

    assert len(done) == 1
    assert "fails failed" in caplog.text


def test_what_a_task_begins_beside_the_round_is_finished_before_the_end():
    ended = []
    threading.Thread(target=lambda: (time.sleep(0.05), ended.append(1)), name="export", daemon=True).start()
    finish_what_was_begun()
    assert ended == [1]


def test_tasks_follow_the_installations_clock(fresh_database):
    seen = []
    ClockOffset.objects.create(seconds=86400)

    Rounds([lambda: seen.append(clock.now() - clock.wall())]).do()

    assert timedelta(hours=23) < seen[0] < timedelta(hours=25)


def test_a_second_worker_waits_until_the_first_ends(fresh_database):
    done = []
    with psycopg.connect(fresh_database.url, autocommit=True) as first:
        first.execute("SELECT pg_advisory_lock(hashtext('stegvis.worker'))")
        second = Rounds([lambda: done.append(1)])
        assert second.do() is False
        assert done == []
        first.execute("SELECT pg_advisory_unlock(hashtext('stegvis.worker'))")

    assert second.do() is True
    assert second.do() is True
    assert done == [1, 1]


def test_a_lost_database_is_waited_for(fresh_database):
    done = []
    rounds = Rounds([lambda: done.append(1)])
    rounds.do()
    with fresh_database.server.connect() as administrator:
        administrator.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s", [fresh_database.name]
        )

    assert rounds.do() is False
    assert rounds.do() is True
    assert done == [1, 1]
    connection.close()


def test_a_task_with_parameters_is_refused(monkeypatch):
    import sys
    import types

    from stegvis.config import rounds

    module = types.ModuleType("stegvis.reminders.tasks")
    exec("def send(to): ...", module.__dict__)
    monkeypatch.setitem(sys.modules, "stegvis.reminders.tasks", module)

    with pytest.raises(TypeError, match="send takes parameters"):
        rounds._tasks_of("stegvis.reminders.tasks")
