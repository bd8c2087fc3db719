"""Verifying a backup by restoring it: into a throw-away place, with a database server of its own, which is then removed."""

import contextlib
import fcntl
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from stegvis.config import embedded
from stegvis.config.backups import programs, restoring
from stegvis.config.backups.refusals import BackupRefused
from stegvis.config.backups.restoring import Backup, Said
from stegvis.config.database import NAME, socket_directory
from stegvis.config.environment import Environment
from stegvis.config.postgres import Server, prepare, started

_PREFIX = "verifying-"


def verify(backup: Backup, env: Environment, said: Said) -> None:
    """Restore `backup`, compare it with what it says of itself, and take it away. Raises `BackupRefused`."""
    with _place(env.var) as place:
        apart = env.model_copy(
            update={"var": place, "secrets": place / "secrets", "database_url": None, "owner_database_url": None}
        )
        binaries = programs.throw_away_server(env, backup.manifest)
        log = place / "log" / "postgres.log"
        server = Server(place / "postgres", socket_directory(place), log, binaries, disposable=True)
        with started(server):
            prepare(server, NAME)
            restoring.fill(apart, backup, said)


@contextlib.contextmanager
def _place(var: Path) -> Iterator[Path]:
    """A directory that goes again; those of verifications that were killed go first."""
    var.mkdir(parents=True, exist_ok=True)
    with (var / "verifying.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BackupRefused("Another backup is being verified here. Wait until that is done.") from None
        for left in var.glob(f"{_PREFIX}*/"):
            embedded.end_left_behind(left)
            shutil.rmtree(left, ignore_errors=True)
        place = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=var))
        place.chmod(0o711)  # PostgreSQL may have to run as another user; what it makes there only it can read
        try:
            yield place
        finally:
            shutil.rmtree(place, ignore_errors=True)
