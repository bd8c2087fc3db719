"""Slices: a long simulation kept in pieces, so that it can be stopped and gone on with, and its trials add up.

A slice is some whole chunks of both worlds. Its file bears the hash of everything on which its numbers depend (plan, what is
supposed, seed, code), so that pieces of another simulation are never added to this one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import numpy as np

from stegvis.methods.analysis.plan import Plan
from stegvis.methods.analysis.simulate import Results

from . import streams, whole_plan
from .supposed import Supposed
from .whole_plan import Parts, Simulation

CHUNKS = 16
FIGURES = ("estimate", "low", "high", "p")
BETWEEN = "|"


def simulate_in_slices(
    plan: Plan, supposed: Supposed, folder: Path, *, trials: int, code: str, seed: int | None = None, workers: int = 1,
    executor: Executor | None = None, enough: Callable[[], bool] = lambda: False,
) -> Simulation:  # fmt: skip
    """As `whole_plan.simulate_plan`, slice by slice; slices that lie in `folder` already are read instead.

    `code` is the hash of the code. After each slice `enough` may say that the trials so far are the simulation. Any
    number of workers, and any number of stops, gives the same numbers.
    """
    chosen = plan.methods.seed if seed is None else seed
    sizes = streams.sizes(trials)
    folder.mkdir(parents=True, exist_ok=True)
    mark = hashlib.sha256(repr((plan.sha256, supposed.null, supposed.effect, chosen, code)).encode()).hexdigest()[:16]
    found: Parts = {whole_plan.NONE: [], whole_plan.EFFECT: []}
    done = 0
    with ExitStack() as stack:
        if executor is None and workers > 1:
            executor = stack.enter_context(ProcessPoolExecutor(workers))
        for begin in range(0, len(sizes), CHUNKS):
            places = range(begin, min(begin + CHUNKS, len(sizes)))
            count = sum(sizes[place] for place in places)
            path = folder / f"{mark}-{begin:06}-{count}.npz"
            if path.exists():
                slice_ = _read(path)
            else:
                slice_ = whole_plan.parts(plan, supposed, places, sizes, seed=chosen, executor=executor)
                _write(path, slice_)
            for world, parts in slice_.items():
                found[world] += parts
            done += count
            if enough():
                break
    return whole_plan.gathered(plan, supposed, found, trials=done)


def _write(path: Path, found: Parts) -> None:
    """All of a slice, or nothing: the name is given last."""
    arrays = {}
    for world, parts in found.items():
        for key in parts[0]:
            stacked = [np.concatenate([getattr(part[key], name) for part in parts]) for name in FIGURES]
            arrays[BETWEEN.join((world, *key))] = np.stack(stacked)
    made = path.with_suffix(".part")
    with made.open("wb") as file:
        np.savez(file, allow_pickle=False, **arrays)
    made.replace(path)


def _read(path: Path) -> Parts:
    found: Parts = {whole_plan.NONE: [{}], whole_plan.EFFECT: [{}]}
    with np.load(path, allow_pickle=False) as stored:
        for name in stored.files:
            world, what, of = name.split(BETWEEN)
            found[world][0][what, of] = Results(*stored[name])
    return found
