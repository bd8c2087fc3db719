"""Design reader: the small file from which `stegvis power` works, read key by key; every mistake in it is told at once.

docs/reference/power.md explains every key.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from . import design
from .interim_plan import SPENDINGS
from .refusals import Mistake, Refused
from .simulate import MECHANISMS
from .toml_reader import Reader

FORMAT = "stegvis-power/1"
LARGE = 1e9


class DesignRefused(Refused):
    """The file says nothing that a size could be found from."""

    opening = "The plan of the trial's size is refused"


@dataclass(frozen=True, slots=True)
class Supposed:
    """One design and what the file calls it."""

    label: str
    method: str
    design: design.Design


@dataclass(frozen=True, slots=True)
class Curve:
    """People randomised, both arms together: from, to, step."""

    first: int
    last: int
    step: int


@dataclass(frozen=True, slots=True)
class Simulation:
    """How many trials are made up, from which seed, and on what loss depends."""

    trials: int
    seed: int
    mechanism: str
    slope: float


@dataclass(frozen=True, slots=True)
class Looks:
    """Information fractions, spending function with its power, and whether there is futility."""

    information: tuple[float, ...]
    spending: str
    rho: float
    futility: bool


@dataclass(frozen=True, slots=True)
class DesignPlan:
    """Everything that the file says."""

    title: str
    power: float
    alpha: float
    ratio: tuple[int, int]
    attrition: tuple[float, float]
    randomised: tuple[int, int] | None
    designs: tuple[Supposed, ...]
    curve: Curve | None
    simulation: Simulation | None
    looks: Looks | None


def read_design_plan(path: Path) -> DesignPlan:
    """Read the file; raises DesignRefused with every mistake."""
    return parse_design_plan(path.read_bytes(), path.name)


def parse_design_plan(content: bytes, name: str = "power.toml") -> DesignPlan:
    """Read the file's bytes; raises DesignRefused with every mistake."""
    try:
        table = tomllib.loads(content.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DesignRefused([Mistake(name, 0, "", f"this is no TOML: {error}.", "Correct it there.")]) from None
    mistakes: list[Mistake] = []
    plan = _plan(Reader(name, table, mistakes))
    if mistakes:
        raise DesignRefused(sorted(mistakes))
    return plan


def _plan(top: Reader) -> DesignPlan:
    top.choice("format", (FORMAT,))
    alpha = top.number("alpha", 1e-6, 0.5, default=0.05)
    ratio, randomised = _wholes(top, "ratio", 1, 100) or (1, 1), _wholes(top, "randomised", 1, 1_000_000)
    plan = DesignPlan(
        title=top.text("title", example="The size of the trial"),
        power=top.number("power", 0.5, 0.999, default=0.8),
        alpha=alpha,
        ratio=ratio,
        attrition=_pair(top, "attrition", 0.0, 0.95) or (0.0, 0.0),
        randomised=randomised,
        designs=tuple(_supposed(one, alpha) for one in top.tables("designs")),
        curve=_curve(top.optional_table("curve")),
        simulation=_simulation(top.optional_table("simulation")),
        looks=_looks(top.optional_table("looks")),
    )
    if plan.simulation and not any(one.method == "ancova" for one in plan.designs):
        top.mistake("simulation", "no design has the method that is simulated.", 'Add a design with method = "ancova".')
    labels = [one.label for one in plan.designs if one.label]
    if len(set(labels)) < len(labels):
        top.mistake("designs", "two designs have the same label.", "Give each a label of its own.")
    if not plan.designs and top.has("designs"):
        top.mistake("designs", "no design is listed.", "Add one with [[designs]].")
    top.done()
    return plan


def _supposed(reader: Reader, alpha: float) -> Supposed:
    label = reader.text("label", example="The first outcome")
    method = reader.choice("method", tuple(METHODS))
    made = METHODS[method](reader, alpha)
    reader.done()
    return Supposed(label, method, made)


def _supposed_difference(reader: Reader) -> tuple[float, float]:
    """Difference and SD; of values that are compared by their logarithms, from the ratio and the coefficient of variation.

    Of a lognormal value the variance of the logarithm is log(1 + CV²), and the difference of the logarithms' means is the
    logarithm of the ratio of geometric means (van Belle & Martin, Am Stat 1993;47:165).
    """
    if not reader.has("ratio"):
        return _difference(reader), _sd(reader)
    ratio, cv = reader.number("ratio", 0.001, 1000), reader.number("cv", 0.001, 100)
    if ratio == 1:
        reader.mistake("ratio", "a ratio of 1 can never be found.", "Give the ratio that would matter.")
        ratio = math.e
    for key in ("difference", "sd"):
        if reader.has(key):
            reader.mistake(key, "this stands beside a ratio.", "Give difference and sd, or ratio and cv.")
    return math.log(ratio), math.sqrt(math.log1p(cv**2))


def _difference(reader: Reader) -> float:
    value = reader.number("difference", -LARGE, LARGE)
    if value == 0 and reader.content.get("difference") == 0:
        reader.mistake("difference", "a difference of 0 can never be found.", "Give the difference that would matter.")
    return value or 1.0


def _sd(reader: Reader) -> float:
    return reader.number("sd", 1e-9, LARGE)


def _correlation(reader: Reader) -> float:
    return reader.number("correlation", -0.99, 0.99)


def _proportions(reader: Reader) -> tuple[float, float]:
    p1, p0 = reader.number("compared", 0.001, 0.999), reader.number("reference", 0.001, 0.999)
    if p1 == p0 and {"compared", "reference"} <= set(reader.content):
        reader.mistake("compared", "both proportions are the same.", "Give the difference that would matter.")
    return p1, p0


def _means(reader: Reader, alpha: float) -> design.Design:
    return design.TwoMeans(*_supposed_difference(reader), alpha)


def _ancova(reader: Reader, alpha: float) -> design.Design:
    return design.Ancova(*_supposed_difference(reader), _correlation(reader), alpha)


def _change(reader: Reader, alpha: float) -> design.Design:
    return design.Change(*_supposed_difference(reader), _correlation(reader), alpha)


def _two_proportions(reader: Reader, alpha: float) -> design.Design:
    return design.TwoProportions(*_proportions(reader), alpha)


def _ranks(reader: Reader, alpha: float) -> design.Design:
    value = reader.number("superiority", 0.01, 0.99)
    if value == 0.5:
        reader.mistake("superiority", "one half is no superiority.", "Give one that would matter, for example 0.6.")
    return design.Ranks(value, alpha)


def _clustered(reader: Reader, alpha: float) -> design.Design:
    size, icc = reader.number("size", 1, 10_000), reader.number("icc", 0, 0.99)
    cv = reader.number("cv", 0, 5, default=0.0)
    return design.Clustered(_difference(reader), _sd(reader), size, icc, cv, alpha)


def _partially_nested(reader: Reader, alpha: float) -> design.Design:
    size, icc = reader.number("size", 1, 10_000), reader.number("icc", 0, 0.99)
    other = reader.number("reference_sd", 1e-9, LARGE) if reader.has("reference_sd") else None
    return design.PartiallyNested(_difference(reader), _sd(reader), size, icc, other, alpha)


def _goals(reader: Reader, alpha: float) -> design.Design:
    p1, p0 = _proportions(reader)
    return design.Goals(p1, p0, reader.number("goals", 1, 100), reader.number("icc", 0, 0.99), alpha)


METHODS: dict[str, Callable[[Reader, float], design.Design]] = {
    "means": _means,
    "ancova": _ancova,
    "change": _change,
    "proportions": _two_proportions,
    "ranks": _ranks,
    "clustered": _clustered,
    "partially_nested": _partially_nested,
    "goals": _goals,
}


def _curve(reader: Reader | None) -> Curve | None:
    if reader is None:
        return None
    first, last = reader.whole("from", 4, 1_000_000), reader.whole("to", 4, 1_000_000)
    step = reader.whole("step", 1, 1_000_000)
    if {"from", "to"} <= set(reader.content) and first >= last:
        reader.mistake("to", "the curve ends before it begins.", "Give a larger number than in from.")
    if (last - first) / step > 2000:
        reader.mistake("step", "the curve would have more than 2000 points.", "Give a larger step.")
    reader.done()
    return Curve(first, last, step)


def _simulation(reader: Reader | None) -> Simulation | None:
    if reader is None:
        return None
    found = Simulation(
        trials=reader.whole("trials", 100, 10_000_000, default=10_000),
        seed=reader.whole("seed", 0, 2**63 - 1),
        mechanism=reader.choice("mechanism", MECHANISMS, default="MCAR"),
        slope=reader.number("slope", -5, 5, default=0.0),
    )
    if reader.content.get("mechanism", MECHANISMS[0]) == MECHANISMS[0] and found.slope != 0:
        reader.mistake("slope", "loss at random has no slope.", 'Remove it, or write mechanism = "MAR".')
    reader.done()
    return found


def _looks(reader: Reader | None) -> Looks | None:
    if reader is None:
        return None
    spending = reader.choice("spending", SPENDINGS, default=SPENDINGS[0])
    rho = reader.number("rho", 0.1, 20, default=3.0)
    fractions = reader.numbers("information", 0.01, 1.0)
    rising = all(a < b for a, b in pairwise(fractions))
    if fractions and (not rising or fractions[-1] != 1):
        reader.mistake("information", "the looks do not rise to the whole, 1.", "Write for example [0.5, 1.0].")
    futility = reader.flag("futility", default=False)
    reader.done()
    return Looks(fractions, spending, rho, futility)


def _pair(reader: Reader, key: str, low: float, high: float) -> tuple[float, float] | None:
    """Two numbers: of the compared arm, and of the reference; None when absent or after a mistake."""
    if not reader.has(key):
        return None
    before = len(reader.mistakes)
    value = reader.numbers(key, low, high)
    if len(reader.mistakes) == before and len(value) != 2:
        reader.mistake(key, "this is no pair.", "Write two numbers: of the compared arm, and of the reference.")
    return (value[0], value[1]) if len(value) == 2 else None


def _wholes(reader: Reader, key: str, low: int, high: int) -> tuple[int, int] | None:
    pair = _pair(reader, key, low, high)
    if pair is None:
        return None
    if pair != (int(pair[0]), int(pair[1])):
        reader.mistake(key, "these are no whole numbers.", "Write two whole numbers, for example [1, 1].")
    return int(pair[0]), int(pair[1])
