"""The worker's rounds: every few seconds each room's tasks are asked to do what is due.

A task is a public function without parameters in a room's `tasks.py`. What is due, it finds out itself, and whether it
is still due it decides at the moment of doing, in transactions of its own, as the system (`acting_as(SYSTEM)`); so a
worker killed in the middle leaves nothing half done and the next round goes on. A task that fails is logged and does
not keep the others from being done.
"""

import inspect
import logging
import signal
import threading
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec

from django.conf import settings
from django.db import Error, close_old_connections, connection

from stegvis.audit import clock
from stegvis.audit.mark import is_restored_copy
from stegvis.audit.queries import WORKER_LOCK, stored_offset

logger = logging.getLogger(__name__)
Task = Callable[[], object]
BESIDE = ("device-file", "export", "closed-report")
"""Names of the threads in which tasks do what takes minutes."""


def tasks() -> list[Task]:
    """Every room's tasks, in the order of the house and, within a room, as written."""
    found: list[Task] = []
    for room in settings.ROOMS:
        name = f"stegvis.{room}.tasks"
        if find_spec(name):
            found += _tasks_of(name)
    return found


def _tasks_of(name: str) -> list[Task]:
    module = import_module(name)
    own: list[Task] = [
        value
        for label, value in vars(module).items()
        if inspect.isfunction(value) and value.__module__ == name and not label.startswith("_")
    ]
    for task in own:
        if inspect.signature(task).parameters:
            raise TypeError(
                f"{name}.{task.__name__} takes parameters; a task has none, so that the worker can call it."
            )
    return own


def finish_what_was_begun() -> None:
    """Wait for what tasks began beside the round: a file that is read, an export, a report."""
    for thread in threading.enumerate():
        if thread.name in BESIDE:
            thread.join()


def _name(task: Task) -> str:
    return f"{task.__module__}.{task.__qualname__}"


class Rounds:
    """Does the tasks, round after round, while no other worker does."""

    def __init__(self, work: list[Task] | None = None) -> None:
        self.tasks = tasks() if work is None else work
        self._stop = threading.Event()
        self._locked_on: object = None
        self._said: set[str] = set()

    def repeat(self, every: float) -> None:
        """Round after round, `every` seconds apart, until told to stop by a signal."""
        for which in (signal.SIGINT, signal.SIGTERM):
            signal.signal(which, lambda *_: self._stop.set())
        while not self._stop.is_set():
            self.do()
            self._stop.wait(every)

    def do(self) -> bool:
        """One round, on the installation's clock.

        Returns False when another worker works, when this is a restored copy, and when the database is away.
        """
        try:
            if not self._is_ours():
                return False
            if is_restored_copy():
                self._say_once("This is a restored copy: nothing is done and nothing sent until stegvis take-over.")
                return False
            offset = stored_offset()
        except Error:
            logger.warning("The database does not answer; the next round tries again.")
            close_old_connections()
            return False
        with clock.shifted(offset):
            for task in self.tasks:
                if self._stop.is_set():
                    break
                self._do(task)
        return True

    def _say_once(self, what: str) -> None:
        if what not in self._said:
            logger.warning(what)
            self._said.add(what)

    def _do(self, task: Task) -> None:
        try:
            task()
        except Exception:  # one room's fault must not keep the other rooms' letters from going out
            logger.exception("The task %s failed; the next round tries again.", _name(task))
            close_old_connections()

    def _is_ours(self) -> bool:
        """Hold the one worker's lock; it goes with the connection, so after a lost connection it is asked for again."""
        connection.ensure_connection()
        with connection.cursor() as cursor:
            if self._locked_on is connection.connection:
                cursor.execute("SELECT 1")
                return True
            cursor.execute("SELECT pg_try_advisory_lock(hashtext(%s))", [WORKER_LOCK])
            if cursor.fetchone() != (True,):
                return False
        self._locked_on = connection.connection
        return True
