"""Simulation of a method: how well it balances, and how well the next arm can be guessed, over many lists.

Imbalance is max x_a − min x_a of x_a = n_a / r_a, which with two arms at 1:1 is |D|. Two guessers are followed: one names the
arm that lags in the stratum (the convergence strategy of Blackwell & Hodges, Ann Math Stat 1957;28:449), the other knows the
procedure and all that went before, and with blocks also where each ends: the most that anybody can know without the list.
Who must choose between equals is right by chance. `certain` is the share of allocations that the second one knows for sure.

Rules are as in `rules`, `margins` and `blocks`, in floating point for many lists at once; tests hold them together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import lcm
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from stegvis.methods.randomisation.design import Design
from stegvis.methods.randomisation.many import procedure_of, scaled

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Figure:
    """A mean over lists with its Monte Carlo standard error."""

    mean: float
    error: float


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What came out of `lists` lists of `people` people: imbalances by their mean and largest, guesses as shares."""

    method: str
    lists: int
    people: int
    overall: Figure
    largest: float
    strata: Figure
    largest_stratum: float
    margins: Figure
    convergence: Figure
    knowing: Figure
    certain: Figure


class Arrivals(Protocol):
    """Who comes, in their order: the number of each one's stratum."""

    def __len__(self) -> int: ...
    def __getitem__(self, person: int) -> int: ...


def simulate(
    design: Design, strata: Sequence[str], arrivals: Arrivals, *, lists: int, rng: np.random.Generator
) -> Behaviour:
    """Allocate the same people `lists` times. `strata` names the strata that `arrivals` counts; its parts, between `/`,
    are the margins.
    """
    procedure = procedure_of(design, strata, lists, rng)
    arms, ratio = len(design.arms), np.array(design.ratio)
    counts = np.zeros((len(strata), lists, arms), dtype=np.int64)
    guesses = np.zeros((3, lists))
    for person in range(len(arrivals)):
        stratum = arrivals[person]
        chances = procedure.chances(stratum)
        drawn = _drawn(chances, rng)
        guesses += _guessed(counts[stratum], chances, drawn, ratio)
        procedure.record(stratum, drawn)
        counts[stratum, np.arange(lists), drawn] += 1
    return _behaviour(design, strata, counts, guesses / len(arrivals))


def _drawn(chances: Floats, rng: np.random.Generator) -> NDArray[np.int64]:
    """An arm for each list (lists,)."""
    return (rng.random(len(chances))[:, None] >= np.cumsum(chances[:, :-1], axis=1)).sum(axis=1)


def _guessed(counts: NDArray[np.int64], chances: Floats, drawn: NDArray[np.int64], ratio: NDArray[np.int64]) -> Floats:
    """Whether each guesser was right (convergence, knowing), and whether the second was certain: (3, lists)."""
    x = scaled(counts, ratio)
    lags = x == x.min(axis=1, keepdims=True)
    likeliest = chances > chances.max(axis=1, keepdims=True) - 1e-12
    row = np.arange(len(drawn))
    return np.stack([
        lags[row, drawn] / lags.sum(axis=1),
        likeliest[row, drawn] / likeliest.sum(axis=1),
        (chances.max(axis=1) > 1 - 1e-12).astype(np.float64),
    ])  # fmt: skip


def _behaviour(design: Design, strata: Sequence[str], counts: NDArray[np.int64], guesses: Floats) -> Behaviour:
    ratio = np.array(design.ratio)
    whole, within = _imbalance(counts.sum(axis=0), ratio), _imbalance(counts, ratio)
    levels = sorted({(place, part) for name in strata for place, part in enumerate(name.split("/"))})
    of_level = [[name.split("/")[place] == part for name in strata] for place, part in levels]
    margins = np.stack([_imbalance(counts[members].sum(axis=0), ratio) for members in of_level])
    return Behaviour(
        design.method, counts.shape[1], int(counts[:, 0].sum()), _figure(whole), float(whole.max()),
        _figure(within.mean(axis=0)), float(within.max()), _figure(margins.mean(axis=0)),
        *(_figure(each) for each in guesses),
    )  # fmt: skip


def _imbalance(counts: NDArray[np.int64], ratio: NDArray[np.int64]) -> Floats:
    """max x − min x over the arms, the last axis."""
    x = scaled(counts, ratio)
    return np.asarray((x.max(axis=-1) - x.min(axis=-1)) / lcm(*ratio.tolist()), dtype=np.float64)


def _figure(values: Floats) -> Figure:
    return Figure(float(values.mean()), float(values.std(ddof=1) / np.sqrt(values.size)) if values.size > 1 else 0.0)
