"""`stegvis serve`: the web server on its own."""

import os
import signal
import time
import urllib.request
from pathlib import Path


def _status(address: str) -> int:
    with urllib.request.urlopen(f"{address}/health", timeout=30) as answer:
        return int(answer.status)


def _processes_of(server: str) -> list[int]:
    """The processes that answer for the server at this address: the children of the one started with its port."""
    port = server.rpartition(":")[2]
    parents = [
        int(file.parent.name)
        for file in Path("/proc").glob("[0-9]*/cmdline")
        if f"\0--port\0{port}\0" in _text(file) and "\0serve\0" in _text(file)
    ]
    stats = {int(file.parent.name): _text(file) for file in Path("/proc").glob("[0-9]*/stat")}
    return [pid for pid, stat in stats.items() if stat and int(stat.rpartition(")")[2].split()[1]) in parents]


def _text(file: Path) -> str:
    try:
        return file.read_text()
    except OSError:
        return ""


def test_a_killed_web_process_is_replaced(live_site):
    assert _status(live_site) == 200
    workers = _processes_of(live_site)
    assert workers

    for pid in workers:
        os.kill(pid, signal.SIGKILL)

    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            assert _status(live_site) == 200
        except OSError:
            time.sleep(0.2)
        else:
            break
    assert not set(workers) & set(_processes_of(live_site))
