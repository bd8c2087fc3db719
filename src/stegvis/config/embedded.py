"""This installation's own database server, shared by every command that needs it.

Each user of the server holds a shared lock on a file for as long as it runs. Whoever comes first starts the server; on
leaving, each tries to turn the lock into an exclusive one, and who succeeds was the last and stops it. Locks vanish
with their process, so nothing is left behind by `kill -9`: the next command attaches to the orphaned server, becomes
its user, and stops it in the end.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from stegvis.config.database import NAME, socket_directory
from stegvis.config.environment import APP_ROLE, OWNER_ROLE, Environment
from stegvis.config.postgres import PostgresRefused, Server, find_binaries, grant_use, prepare


def server(env: Environment) -> Server:
    """The embedded server of this installation, started or not."""
    return Server(
        data=env.var / "postgres",
        socket=socket_directory(env.var),
        log=env.var / "log" / "postgres.log",
        binaries=find_binaries(env.pg_bin),
    )


@contextmanager
def in_use(env: Environment) -> Iterator[None]:
    """The database, reachable for the length of the block. Raises `PostgresRefused`. Nothing to do for an external one."""
    if not env.database_is_embedded:
        yield
        return
    with _writable(env.var):
        users = (env.var / "postgres.users").open("a")
    try:
        with _alone(env.var):
            fcntl.flock(users, fcntl.LOCK_SH)
            _start(server(env))
        try:
            yield
        finally:
            with _alone(env.var):
                if _is_last(users):
                    server(env).stop()
    finally:
        users.close()


def end_left_behind(var: Path) -> None:
    """Stop the server of `var` if a killed process left one running; for a directory that is about to be removed."""
    if (var / "postgres").exists():
        log = var / "log" / "postgres.log"
        Server(var / "postgres", socket_directory(var), log, find_binaries()).stop()


def _start(database: Server) -> None:
    with _explained(database):
        database.start()
        prepare(database, NAME)
        with database.connect(NAME, OWNER_ROLE) as connection:
            grant_use(connection, APP_ROLE)


@contextmanager
def _explained(database: Server) -> Iterator[None]:
    """A full disk can strike in any step."""
    try:
        yield
    except OSError as error:
        raise PostgresRefused(
            f"{database.data} cannot be written: {error.strerror}. Mend that and run it again."
        ) from error


@contextmanager
def _alone(var: Path) -> Iterator[None]:
    """Only one process at a time starts or stops the server."""
    with (var / "postgres.starting").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextmanager
def _writable(var: Path) -> Iterator[None]:
    try:
        var.mkdir(parents=True, exist_ok=True)
        yield
    except OSError as error:
        raise PostgresRefused(
            f"{var} cannot be written: {error.strerror}. Mend that, or set STEGVIS_VAR to another directory."
        ) from error


def _is_last(users: IO[str]) -> bool:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
