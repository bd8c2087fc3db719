"""Beside: what takes minutes is done beside the worker's rounds, one of a kind at a time, since alerts must not wait."""

import logging
from collections.abc import Callable
from contextvars import copy_context
from threading import Thread

from django.db import connection

logger = logging.getLogger(__name__)


class Beside:
    """A kind of work; `what` says in the log what could not be done."""

    def __init__(self, name: str, work: Callable[[], object], *, what: str) -> None:
        self.name, self.work, self.what = name, work, what
        self.thread: Thread | None = None

    @property
    def is_busy(self) -> bool:
        """Whether it is being done."""
        return self.thread is not None and self.thread.is_alive()

    def begin(self) -> None:
        """Begin it; the process that ends it by ending leaves it to a later round."""
        self.thread = Thread(target=copy_context().run, args=(self._do,), name=self.name, daemon=True)
        self.thread.start()

    def _do(self) -> None:
        try:
            self.work()
        except Exception:  # a later round tries again
            logger.exception("%s could not be finished; a later round goes on with it.", self.what)
        finally:
            connection.close()  # this thread's own
