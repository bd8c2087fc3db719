"""A full disk, wherever it strikes, as one sentence that people can act on.

It comes as the operating system's own error, as the database's, or, when the database had no room for its own log and
gave up altogether, only as the news that it or a process that worked with it is gone. You are probably here because
such news was read as a full disk and was not: see `_has_no_room`.
"""

import contextlib
import errno
import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg

from stegvis.config.environment import Environment

A_LOG_FILE = 20 * 2**20
"""Bytes; PostgreSQL makes its log in files of 16 MB, and stops when it cannot make one."""


class FullDiskRefused(Exception):
    """The disk is full; the text says which, and what to do."""

    def __init__(self, var: Path) -> None:
        super().__init__(f"The disk that holds {var} is full. Free some space and run script/demo again.")


@contextlib.contextmanager
def plainly(env: Environment) -> Iterator[None]:
    """Raise `FullDiskRefused` for what is a full disk, and let everything else pass."""
    try:
        yield
    except OSError as error:
        if error.errno not in {errno.ENOSPC, errno.EDQUOT}:
            raise
        raise FullDiskRefused(env.var) from None
    except Exception as error:
        # Django wraps the driver's error; the wrapped one tells what it was.
        causes = (error, error.__cause__)
        told = any(isinstance(each, psycopg.errors.DiskFull) for each in causes)
        gone = any(isinstance(each, psycopg.OperationalError | RuntimeError) for each in causes)
        if told or (gone and env.database_is_embedded and _has_no_room(env.var)):
            raise FullDiskRefused(env.var) from None
        raise


def _has_no_room(var: Path) -> bool:
    return shutil.disk_usage(var).free < A_LOG_FILE
