"""Streams: work cut into chunks, each with random numbers of its own, done by one process, by several or by a cluster.

A chunk's numbers depend on the seed and its place alone, and parts are put together in order: any number of workers gives
the same digits.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from typing import TypeVar

T = TypeVar("T")
CHUNK = 64


def sizes(trials: int, chunk: int = CHUNK) -> list[int]:
    """How many trials each chunk has."""
    if trials < 1:
        raise ValueError("at least one trial has to be made")
    return [min(chunk, trials - begin) for begin in range(0, trials, chunk)]


def run(
    job: Callable[[int, int], T], parts: Sequence[int], *, workers: int = 1, executor: Executor | None = None
) -> list[T]:
    """job(place, size) of every chunk, in order; `executor` is anything with `map`, such as a Dask cluster's.

    With several workers or an executor `job` must be a function of a module, or a `functools.partial` of one.
    """
    if executor is not None:
        return list(executor.map(job, range(len(parts)), parts))
    if workers > 1:
        with ProcessPoolExecutor(workers) as pool:
            return list(pool.map(job, range(len(parts)), parts))
    return [job(place, size) for place, size in enumerate(parts)]
