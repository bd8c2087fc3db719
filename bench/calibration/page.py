"""Page: the figures as docs/calibration.md, one table a method, and before them where each interval misses its level."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import scipy

from bench.calibration.methods import METHODS
from bench.calibration.running import Cell, Size
from bench.calibration.scenarios import CONTINUOUS, GOALS, THERAPISTS
from stegvis.methods.analysis.simulated import streams

LEVEL, FAR, MATTERS, OFTEN, NAMED = 0.95, 3.0, 0.01, 0.05, 6
FAMILIES = {
    CONTINUOUS: "An outcome on a scale",
    THERAPISTS: "Therapists in one arm only",
    GOALS: "Goals nested in people",
}
HEAD = """# Calibration

How often each interval holds the truth, and each test rejects, in made-up trials of this trial's size. Written by

    python -m bench.calibration --write

which gives the same numbers for any number of `--workers`, and on a Dask cluster (`--dask tcp://…`). Do not edit by hand.

129 people (64 + 65) in four sites, unless a line says otherwise; 95 per cent intervals, two-sided P below 0.05. The outcome
has SD 20 and correlates 0.5 from one occasion to the next; it is measured at 3 and 6 months, and half of those lost by
6 months were lost before 3. MCAR: loss depends on nothing. MAR: on the baseline (odds × e for each SD). MNAR: on the outcome
itself. "Opposite by arm": one arm loses those with high values and the other those with low ones. Therapists' trials have
one occasion. Values are neither rounded nor cut to a scale. *Rejected* is type I error where there is no effect, and power
elsewhere. After each ± stands the Monte Carlo standard error. A trial in which a method gave no number counts as not rejecting.
"""


MISSED = """## Where an interval misses its level

Coverage off 95 per cent by more than three Monte Carlo errors and more than one point, and where a method often gives no
number. A method that is not listed held its level within that in every scenario tried. About one cell of 370 is listed by
chance alone, and methods of a scenario share its trials, so that they miss together.
"""


def page(cells: Sequence[Cell], size: Size, seed: int) -> str:
    """The whole page."""
    lines = [HEAD, *_provenance(size, seed), *_missed(cells)]
    for family, title in FAMILIES.items():
        own = [one for one in cells if one.scenario.family == family]
        if not own:
            continue
        lines += [f"## {title}", ""]
        for name, method in METHODS[family].items():
            rows = [one for one in own if one.method == name]
            if rows:
                lines += [f"### {method.title}", "", method.note, "", *_table(rows), ""]
    return "\n".join(lines).rstrip() + "\n"


def _provenance(size: Size, seed: int) -> Iterator[str]:
    yield f"- Seed {seed}; chunks of {streams.CHUNK} trials, each with a stream of its own, named by its scenario."
    yield f"- {size.fast:,} trials a cell, {size.slow:,} for methods that take long; all methods of a cell on the same trials."
    yield f"- SHA-256 of the code that took part (modules of `stegvis.methods` in use, and these): `{code_in_use()}`"
    yield f"- NumPy {np.__version__}, SciPy {scipy.__version__}."
    yield ""


def code_in_use() -> str:
    """The SHA-256 over the names and bytes of every module of the methods that is loaded, and of this folder's."""
    digest = hashlib.sha256()
    for name, module in sorted(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if file and name.startswith(("stegvis.methods", "bench.calibration")):
            digest.update(f"{name}\n{hashlib.sha256(Path(file).read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()


def _missed(cells: Sequence[Cell]) -> Iterator[str]:
    """Cells whose coverage is off by over 3 Monte Carlo errors and over a point, or that lack numbers, by method."""
    yield MISSED
    for family, title in FAMILIES.items():
        for name, method in METHODS[family].items():
            own = [one for one in cells if (one.scenario.family, one.method) == (family, name)]
            for words, bad, share in JUDGED:
                found = [(one.scenario.name, share(one)) for one in own if bad(one)]
                if found:
                    yield f"- {title}: **{method.title}** {words}: {_where(found, len(own))}."
    yield ""


def _where(found: Sequence[tuple[str, float]], tried: int) -> str:
    """The scenarios by name, or how many when they are many."""
    if len(found) > NAMED:
        shares = [share for _, share in found]
        return f"in {len(found)} of {tried} scenarios (from {min(shares):.1%} to {max(shares):.1%})"
    return "; ".join(f"{name} ({share:.1%})" for name, share in found)


def _too_seldom(one: Cell) -> bool:
    return one.tally.coverage < LEVEL - max(MATTERS, FAR * one.tally.coverage_se)


def _too_often(one: Cell) -> bool:
    error = float(np.sqrt(LEVEL * (1 - LEVEL) / max(one.tally.trials - one.tally.refused, 1)))
    return one.tally.coverage > LEVEL + max(MATTERS, FAR * error)


def _coverage(one: Cell) -> float:
    return one.tally.coverage


def _refused(one: Cell) -> float:
    return one.tally.refused / one.tally.trials


def _often_without(one: Cell) -> bool:
    return _refused(one) > OFTEN


JUDGED = (
    ("holds the truth too seldom", _too_seldom, _coverage),
    ("holds the truth too often", _too_often, _coverage),
    ("gives no number in more than one trial of twenty", _often_without, _refused),
)


def _table(rows: Sequence[Cell]) -> Iterator[str]:
    yield "| scenario | trials | no number | rejected, % | coverage, % | bias | mean width |"
    yield "|---|--:|--:|--:|--:|--:|--:|"
    for one in rows:
        found, digits = one.tally, 3 if one.scenario.family == GOALS else 2
        cells = (
            one.scenario.name, f"{found.trials:,}", str(found.refused), _share(found.rejected, found.rejected_se),
            _share(found.coverage, found.coverage_se), _number(found.bias, found.bias_se, digits),
            _number(found.width, found.width_se, digits),
        )  # fmt: skip
        yield f"| {' | '.join(cells)} |"


def _share(share: float, error: float) -> str:
    return "–" if np.isnan(share) else f"{100 * share:.1f} ± {100 * error:.1f}"


def _number(value: float, error: float, digits: int) -> str:
    return "–" if np.isnan(value) else f"{value:.{digits}f} ± {error:.{digits}f}".replace("-", "−")
