"""Exact intervals: for proportions and rates with few events, where a normal approximation would mislead."""

from __future__ import annotations

from dataclasses import dataclass

from scipy import special

from .refusals import NotEstimable


@dataclass(frozen=True, slots=True)
class Exact:
    """A proportion or a rate with its exact interval."""

    method: str
    events: int
    estimate: float
    low: float
    high: float
    level: float


def clopper_pearson(events: int, n: int, level: float = 0.95) -> Exact:
    """Exact interval of a proportion: quantiles of Beta(x, n − x + 1) and Beta(x + 1, n − x).

    Source: Clopper & Pearson, Biometrika 1934;26:404. With 0 of n the upper limit is 1 − (α/2)^(1/n).
    """
    if n <= 0:
        raise NotEstimable("empty", "One arm has nobody here, so there is no proportion.")
    if not 0 <= events <= n:
        raise ValueError(f"{events} events of {n} is impossible")
    tail = (1 - level) / 2
    low = 0.0 if events == 0 else float(special.betaincinv(events, n - events + 1, tail))
    high = 1.0 if events == n else float(special.betaincinv(events + 1, n - events, 1 - tail))
    return Exact("Clopper–Pearson", events, events / n, low, high, level)


def poisson_rate(events: int, person_time: float, level: float = 0.95) -> Exact:
    """Exact interval of a rate: ½χ²(2x) and ½χ²(2x + 2) quantiles by the time (Garwood, Biometrika 1936;28:437).

    Takes events to come independently; a person with many makes it too narrow.
    """
    check_time(events, person_time)
    tail = (1 - level) / 2
    low = 0.0 if events == 0 else float(special.gammaincinv(events, tail))
    high = float(special.gammaincinv(events + 1, 1 - tail))
    return Exact("exact Poisson", events, events / person_time, low / person_time, high / person_time, level)


def check_time(events: int, person_time: float) -> None:
    """Refuse a rate over no time; a negative number of events is a programming error."""
    if events < 0:
        raise ValueError(f"{events} events is impossible")
    if not person_time > 0:
        raise NotEstimable("no_time", "Nobody was followed for any time here, so there is no rate.")
