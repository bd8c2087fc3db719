"""Ordered: any number of rows in the order of a key, of which few stand in memory at once.

As many as `HELD` are sorted in memory. Where more come, each lot is sorted and waits in a file of its own, and the files are
merged (Knuth, The Art of Computer Programming 3, 5.4). Rows of equal keys keep their order.
"""

from __future__ import annotations

import pickle
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from heapq import merge
from itertools import islice
from pathlib import Path
from typing import IO, Any, TypeVar

HELD = 20_000
AT_ONCE = 64
"""So many files are open at the same time; the same limit bounds how often a row is written."""

BLOCK = 200

Row = TypeVar("Row")


def in_order(rows: Iterable[Row], key: Callable[[Row], Any], folder: Path, held: int = 0) -> Iterator[Row]:
    """The rows by `key`, at most `held` (`HELD`) of them in memory; lots wait in `folder`, from which they are removed."""
    most, left = held or HELD, iter(rows)
    lot = sorted(islice(left, most), key=key)
    if len(lot) < most:
        yield from lot
        return
    with ExitStack() as files:
        lots: list[IO[bytes]] = []
        while lot:
            lots.append(_kept(lot, folder, files))
            if len(lots) == AT_ONCE:
                lots = [_kept(merge(*map(_read, lots), key=key), folder, files)]
            lot = sorted(islice(left, most), key=key)
        yield from merge(*map(_read, lots), key=key)


def _kept(lot: Iterable[Any], folder: Path, files: ExitStack) -> IO[bytes]:
    """A file without a name that holds these rows; nobody else can write what is read back from it."""
    file: IO[bytes] = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 -- closed with all of them
    files.callback(file.close)
    rows = iter(lot)
    while block := list(islice(rows, BLOCK)):
        pickle.dump(block, file, protocol=pickle.HIGHEST_PROTOCOL)
    file.seek(0)
    return file


def _read(file: IO[bytes]) -> Iterator[Any]:
    while True:
        try:
            yield from pickle.load(file)  # noqa: S301 -- our own rows, from a file that has no name
        except EOFError:
            file.close()
            return
