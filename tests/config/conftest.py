"""Servers and environments of the launcher's own tests."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from stegvis.config import postgres
from stegvis.config.environment import CHECKOUT


@pytest.fixture
def short_directory() -> Iterator[Path]:
    """An empty directory with a short name, as socket paths need, that an unprivileged server may enter."""
    directory = Path(tempfile.mkdtemp(prefix="stegvis-", dir="/tmp"))
    directory.chmod(0o711)
    yield directory
    shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture(scope="session")
def binaries(pytestconfig: pytest.Config) -> postgres.Binaries:
    """The server programs that this run tests with."""
    chosen = pytestconfig.getoption("--pg-bin") or os.environ.get("STEGVIS_PG_BIN")
    return postgres.find_binaries(Path(chosen) if chosen else None)


@pytest.fixture
def unmade_server(short_directory: Path, binaries: postgres.Binaries) -> Iterator[postgres.Server]:
    """A server of the test's own, as careful with data as in earnest, whose data directory has yet to be made."""
    server = postgres.Server(short_directory / "data", short_directory / "run", short_directory / "log", binaries)
    yield server
    server.stop()


@pytest.fixture
def server(unmade_server: postgres.Server, made_data: Path) -> postgres.Server:
    """As `unmade_server`, with its data directory made; not started."""
    subprocess.run(["cp", "-a", str(made_data), str(unmade_server.data)], check=True)
    return unmade_server


@pytest.fixture(scope="session")
def made_data(binaries: postgres.Binaries) -> Iterator[Path]:
    """A data directory as the first start makes it; making one takes a second or two."""
    directory = Path(tempfile.mkdtemp(prefix="stegvis-", dir="/tmp"))
    server = postgres.Server(directory / "data", directory / "run", directory / "log", binaries, disposable=True)
    server.start()
    server.stop()
    yield server.data
    shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture
def no_settings(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """An environment that tells Stegvis nothing."""
    for name in [name for name in os.environ if name.startswith("STEGVIS_") or name == "DATABASE_URL"]:
        monkeypatch.delenv(name)
    return monkeypatch


Stegvis = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def stegvis() -> Stegvis:
    """Run `stegvis ARGUMENTS` as people do, with these settings and no others."""

    def run(*arguments: str, **settings: str) -> "subprocess.CompletedProcess[str]":
        ours = ("STEGVIS_", "DATABASE_", "DJANGO_")
        bare = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
        return subprocess.run(
            [sys.executable, "-m", "stegvis", *arguments],
            env={**bare, "PYTHONPATH": str(CHECKOUT / "src"), **settings},
            cwd="/",
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    return run
