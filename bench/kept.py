"""Keeps a trial that was grown for a benchmark, with its server's data, from one run to the next.

    python -m bench.guidance --sizes 100000 --keep var/bench     # minutes
    python -m bench.guidance --sizes 100000 --keep var/bench     # seconds

Only what is measured differs between the runs: a kept trial is migrated to the code at hand before it is asked. It may
grow, and cannot shrink. What the first run had made when it failed is not kept. Remove the folder to begin anew.
"""

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.copies import DISTANCE
from stegvis.config import postgres
from tests import testserver

NAME = "bench"
_FIRST_AND_LAST = ("people_site", "allocation_place")
"""Tables in the order in which `copies.copy_sites` fills them."""


@contextmanager
def started(folder: Path | None) -> Iterator[postgres.Server]:
    """A server with an empty trial; where a folder is given the one that it keeps, or will keep."""
    directory = testserver.make_run_directory()
    data = folder.resolve() / "data" if folder else None
    try:
        if data is None or not data.exists():
            server = testserver.started_server(directory, None)
            postgres.copy_database(server, testserver.TEMPLATE, NAME)
        else:
            (directory / "data").symlink_to(data)  # the socket's path must be short, and the folder's may be long
            server = testserver.server_in(directory, None)
            server.start()
            testserver.migrate(server, NAME)
        yield server
        server.stop()
        if data is not None and not data.exists():
            data.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(directory / "data", data)
    finally:
        testserver.end_run(directory, None)


def copies(server: postgres.Server, wanted: int) -> int | None:
    """How many copies of each site stand beside the original; None before a trial is built.

    Ends the run where a kept trial is larger than is wanted, or was left while it grew.
    """
    with server.connect(NAME) as connection:
        first, last = (connection.execute(f"SELECT max(id) FROM {table}").fetchone() for table in _FIRST_AND_LAST)
    if not first or first[0] is None:
        return None
    here = first[0] // DISTANCE
    if not last or last[0] // DISTANCE != here:
        sys.exit("The kept trial was left while it grew. Remove its folder, and run this again.")
    if here > wanted:
        sys.exit(f"The kept trial has {here} copies of each site, and {wanted} are asked for. Name another folder.")
    return here
