"""The processes that the demonstration starts beside itself, and their common end.

Each is the leader of a session of its own: Ctrl-C in the terminal reaches only us, and we end them in order. Should one
of them be killed, whatever it had started is ended with it, so that nothing keeps the port.
"""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

_PATIENCE = 12.0


@dataclass(frozen=True)
class Child:
    """One started process and where it writes."""

    name: str
    log: Path
    process: "subprocess.Popen[bytes]"

    def last_words(self, lines: int = 5) -> str:
        """The end of its log."""
        text = self.log.read_text(errors="replace").strip()
        return "\n".join(text.splitlines()[-lines:])


class Children:
    """Started one after another, ended in the opposite order."""

    def __init__(self, logs: Path) -> None:
        self._logs = logs
        self._all: list[Child] = []

    def start(self, name: str, arguments: Sequence[str], environment: dict[str, str]) -> Child:
        """Start `stegvis ARGUMENTS`."""
        self._logs.mkdir(parents=True, exist_ok=True)
        log = self._logs / f"{name.replace(' ', '-')}.log"
        descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            process = subprocess.Popen(  # noqa: S603 -- our own program
                [sys.executable, "-m", "stegvis", *arguments],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=descriptor,
                stderr=descriptor,
                start_new_session=True,
            )
        finally:
            os.close(descriptor)
        child = Child(name, log, process)
        self._all.append(child)
        return child

    def ended(self) -> Child | None:
        """The first child that is no longer running, if any."""
        return next((child for child in self._all if child.process.poll() is not None), None)

    def end(self) -> None:
        """Ask each to end; end for good, with all that it started, what does not."""
        for child in reversed(self._all):
            child.process.terminate()
        deadline = time.monotonic() + _PATIENCE
        for child in reversed(self._all):
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.process.wait(max(0.0, deadline - time.monotonic()))
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(child.process.pid, signal.SIGKILL)
            child.process.wait()
        self._all.clear()


class Told(KeyboardInterrupt):
    """Somebody asked us to stop: Ctrl-C, SIGTERM, or a closed terminal."""


@contextlib.contextmanager
def stoppable() -> Iterator[None]:
    """Within the block every way of asking us to stop raises `Told`, once; while we clean up, further ones are ignored."""

    def told(*_: object) -> None:
        for which in _ASKED:
            signal.signal(which, signal.SIG_IGN)
        raise Told

    before = {which: signal.signal(which, told) for which in _ASKED}
    try:
        yield
    finally:
        for which, handler in before.items():
            signal.signal(which, handler)


_ASKED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
