"""Running: every scenario in chunks, each chunk with random numbers of its own, on however many workers."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial

import numpy as np

from bench.calibration.methods import METHODS
from bench.calibration.scenarios import Scenario
from stegvis.methods.analysis.resampling import child
from stegvis.methods.analysis.simulate import Results
from stegvis.methods.analysis.simulated import streams, tally, views, worlds

Found = dict[str, Results]


@dataclass(frozen=True, slots=True)
class Size:
    """Trials a cell, and of them those on which methods that take long are tried; whole chunks."""

    fast: int
    slow: int


@dataclass(frozen=True, slots=True)
class Cell:
    """One method in one scenario."""

    scenario: Scenario
    method: str
    tally: tally.Tally


def calibrate(
    chosen: Sequence[Scenario],
    size: Size,
    seed: int,
    *,
    only: Sequence[str] = (),
    workers: int = 1,
    executor: Executor | None = None,
) -> list[Cell]:
    """Every method of its family, or `only` some by their names, in every scenario."""
    if len({one.name for one in chosen}) < len(chosen):
        raise ValueError("two scenarios have the same name, and would have the same random numbers")
    units, counts = [], []
    for scenario in chosen:
        for place, count in enumerate(streams.sizes(size.fast)):
            units.append((scenario, place, place * streams.CHUNK < size.slow and scenario.slow))
            counts.append(count)
    parts = streams.run(partial(_chunk, tuple(units), tuple(only), seed), counts, workers=workers, executor=executor)
    cells = []
    for scenario in chosen:
        own = [part for unit, part in zip(units, parts, strict=True) if unit[0] is scenario]
        for name, method in METHODS[scenario.family].items():
            found = [part[name] for part in own if name in part]
            if found:
                cells.append(Cell(scenario, name, tally.tally(found, method.truth(scenario))))
    return cells


def _chunk(
    units: tuple[tuple[Scenario, int, bool], ...], only: tuple[str, ...], seed: int, place: int, size: int
) -> Found:
    scenario, chunk, slow = units[place]
    if chunk == 0:
        print(f"{scenario.family}: {scenario.name}", file=sys.stderr, flush=True)
    named = np.frombuffer(hashlib.sha256(scenario.name.encode()).digest()[:8], dtype=np.uint32)
    whole = np.random.SeedSequence([seed, *named.tolist()])
    batch = worlds.make(scenario.world, size, np.random.Generator(np.random.SFC64(child(whole, chunk, 0))))
    view = views.view(batch, 0, child(whole, chunk, 1))
    wanted = {name: one for name, one in METHODS[scenario.family].items() if name in (only or (name,))}
    return {name: one.compute(view, batch) for name, one in wanted.items() if slow or not one.slow}
