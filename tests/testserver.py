"""The tests' own PostgreSQL: one server per run of pytest, one migrated template in it, one copy of that per worker.

Making a data directory and migrating takes seconds, starting a copy of a finished one a fraction of a second, so the
finished one is kept in `var/tests`, named by all that it was made from, and copied for each run.
"""

import contextlib
import fcntl
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import django

from stegvis.config import postgres, settings
from stegvis.config.database import socket_url
from stegvis.config.environment import APP_ROLE, CHECKOUT, OWNER_ROLE

TEMPLATE = "template_stegvis"
_KEPT = CHECKOUT / "var" / "tests"
_PREFIX = "stegvis-tests-"
_KEEP = 4


def make_run_directory() -> Path:
    """A short-named directory for this run's server (socket paths are at most 107 bytes); sweeps up after killed runs."""
    _sweep()
    directory = Path(tempfile.mkdtemp(prefix=_PREFIX, dir="/tmp"))
    directory.chmod(0o711)
    (directory / "controller.pid").write_text(str(os.getpid()))
    return directory


def server_in(directory: Path, pg_bin: Path | None) -> postgres.Server:
    """The server of the run that lives in `directory`."""
    return postgres.Server(
        data=directory / "data",
        socket=directory / "run",
        log=directory / "postgres.log",
        binaries=postgres.find_binaries(pg_bin),
        disposable=True,
    )


def started_server(directory: Path, pg_bin: Path | None) -> postgres.Server:
    """Started by the first worker that needs it, shared by the others."""
    server = server_in(directory, pg_bin)
    with (directory / "starting").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not server.answers():
            _start_migrated(server)
    return server


def end_run(directory: Path, pg_bin: Path | None) -> None:
    """Stop the run's server, if one was started, and remove its directory."""
    if (directory / "data").exists():
        server_in(directory, pg_bin).stop()
    shutil.rmtree(directory, ignore_errors=True)


def _start_migrated(server: postgres.Server) -> None:
    kept = _KEPT / f"postgres-{server.binaries.major}-{_fingerprint()}"
    if kept.exists():
        kept.touch()
        _copy(kept, server.data)
        server.start()
        return
    server.start()
    postgres.prepare(server, TEMPLATE)
    migrate(server, TEMPLATE)
    server.stop()
    _keep(server.data, kept)
    server.start()


def migrate(server: postgres.Server, name: str) -> None:
    """With the program's own command, in a process of its own, as the tables' owner."""
    done = subprocess.run(
        [sys.executable, "-m", "stegvis", "migrate"],
        env=process_environment(server, name),
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(f"The database {name} could not be migrated:\n{done.stdout}{done.stderr}")


def process_environment(server: postgres.Server, name: str) -> dict[str, str]:
    """The environment of a process that works on database `name`: what fixtures give to servers and commands they start."""
    inherited = {key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"}
    return {
        **inherited,
        "STEGVIS_MODE": "test",
        "DJANGO_SETTINGS_MODULE": "stegvis.config.settings",  # pytest's own take no DATABASE_URL
        "DATABASE_URL": socket_url(server.socket, APP_ROLE, name),
        "STEGVIS_OWNER_DATABASE_URL": socket_url(server.socket, OWNER_ROLE, name),
        "PYTHONPATH": str(CHECKOUT / "src"),
    }


def _fingerprint() -> str:
    """Changes with everything that the kept data directory was made from."""
    source = CHECKOUT / "src" / "stegvis"
    digest = hashlib.sha256(repr((django.VERSION, settings.INSTALLED_APPS)).encode())
    files = [
        *source.glob("*/migrations/*.py"),
        *source.glob("audit/*.py"),
        *source.glob("*/apps.py"),
        source / "config" / "postgres.py",
        Path(__file__),
    ]
    for file in sorted(files):
        digest.update(str(file).encode() + file.read_bytes())
    return digest.hexdigest()[:16]


def _keep(data: Path, kept: Path) -> None:
    """Put a copy aside for the next run; of two runs at once either's will do."""
    _KEPT.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(dir=_KEPT, prefix="draft-"))
    _copy(data, draft / "data")
    with contextlib.suppress(OSError):
        (draft / "data").rename(kept)
    shutil.rmtree(draft, ignore_errors=True)
    oldest_first = sorted(_KEPT.glob("postgres-*"), key=lambda path: path.stat().st_mtime)
    for old in oldest_first[:-_KEEP]:
        shutil.rmtree(old, ignore_errors=True)


def _copy(source: Path, target: Path) -> None:
    """With owners and modes, as PostgreSQL insists on them."""
    subprocess.run(["cp", "-a", str(source), str(target)], check=True)


def _sweep() -> None:
    """End servers whose pytest was killed before it could."""
    for directory in Path("/tmp").glob(f"{_PREFIX}*"):
        for pid in _orphans(directory):
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGQUIT)


def _orphans(directory: Path) -> Iterator[int]:
    try:
        controller = int((directory / "controller.pid").read_text())
    except (OSError, ValueError):
        return
    if Path(f"/proc/{controller}").exists() or not Path("/proc/self").exists():
        return
    with contextlib.suppress(OSError, ValueError):
        yield int((directory / "data" / "postmaster.pid").read_text().split("\n", 1)[0])
    shutil.rmtree(directory, ignore_errors=True)
