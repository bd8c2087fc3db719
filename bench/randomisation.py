"""How methods of allocation balance and how well they can be guessed, over 10,000 lists each, against exact results.

    python -m bench.randomisation            # prints the tables, fails where simulation and theory differ
    python -m bench.randomisation --write    # writes them into docs/randomisation.md as well

Theory is computed exactly for two arms at 1:1 in one stratum (`stegvis.methods.randomisation.exact`). A z beyond 4.5 fails,
and so do lists, made as for a trial, in which sizes and orders of the first block are not equally likely (chi-square).
"""

import argparse
import sys
from collections import Counter
from dataclasses import dataclass
from math import comb
from pathlib import Path

import numpy as np
from scipy.stats import chisquare

from stegvis.config.list_simulation import HEADS, USUAL, behaviours, row_of
from stegvis.methods.randomisation import exact
from stegvis.methods.randomisation.blocks import generate
from stegvis.methods.randomisation.keys import design_of
from stegvis.methods.randomisation.simulation import Behaviour, simulate

LISTS, PEOPLE, SEED = 10_000, 129, 20
STRATA = ("A/x", "A/y", "B/x", "B/y")
FAR, SMALL_P = 4.5, 1e-5
PAGE = Path(__file__).parent.parent / "docs" / "randomisation.md"
MARKS = ("<!-- figures: begin -->", "<!-- figures: end -->")
THEORY_HEADS = ("method", "figure", "exact", "simulated", "±", "z")


def main() -> int:
    """Simulate, compare, print; the exit status says whether everything agrees."""
    asks = argparse.ArgumentParser(prog="python -m bench.randomisation", description=__doc__.splitlines()[0])
    asks.add_argument("--lists", type=int, default=LISTS)
    asks.add_argument("--write", action="store_true", help="put the tables into docs/randomisation.md")
    told = asks.parse_args()
    compared, furthest = against_theory(told.lists)
    usual = [row_of(name, found) for name, found in behaviours(None, STRATA, PEOPLE, told.lists, SEED)]
    text = "\n".join([
        f"{told.lists:,} lists of {PEOPLE} people, two arms at 1:1, four strata (two factors of two levels):", "",
        table(HEADS, usual), "", f"One stratum, {PEOPLE} people, against theory:", "", table(THEORY_HEADS, compared),
    ])  # fmt: skip
    print(text)
    print("\n" + (structure := block_structure(told.lists)).said)
    print(f"The figure furthest from theory lies {furthest:.1f} standard errors away (at most {FAR}).")
    if told.write:
        before, _old, after = _parted(PAGE.read_text(encoding="utf-8"))
        PAGE.write_text(f"{before}{MARKS[0]}\n\n{text}\n\n{MARKS[1]}{after}", encoding="utf-8")
    return 1 if furthest > FAR or structure.p < SMALL_P else 0


@dataclass(frozen=True)
class Structure:
    """How likely the blocks seen are when all sizes, and all orders of a size, are equally likely."""

    p: float
    said: str


def block_structure(lists: int) -> Structure:
    """The first block of so many lists of sizes 4 and 6, made as for a trial: size, and order within it."""
    seen: dict[int, Counter[str]] = {4: Counter(), 6: Counter()}
    for seed in range(lists):
        made = generate(arms="ab", ratio=(1, 1), block_sizes=(4, 6), strata="A", per_stratum=1, seed=seed)
        seen[len(made.places)]["".join(place.arm for place in made.places)] += 1
    tests = {"sizes": list(map(Counter.total, seen.values()))}
    tests |= {f"orders of {size}": [*found.values()] for size, found in seen.items()}
    whole = [len(found) == comb(size, size // 2) for size, found in seen.items()]
    found = {name: float(chisquare(counts).pvalue) for name, counts in tests.items()}
    said = "First blocks of lists, chi-square: " + ", ".join(f"{name} p = {p:.2f}" for name, p in found.items()) + "."
    return Structure(min(found.values()) if all(whole) else 0.0, said)


def against_theory(lists: int) -> tuple[list[tuple[str, ...]], float]:
    """A row for each method and figure, and the largest |z|."""
    rows, furthest = [], 0.0
    for usual in USUAL:
        if usual["method"] == "minimisation":
            continue  # of one stratum it is the biased coin; with several factors there is no closed form
        design = design_of({"arms": ["a", "b"], "strata": ["A"], "per_stratum": 1, **usual})
        found = simulate(design, ["A"], [0] * PEOPLE, lists=lists, rng=np.random.default_rng([SEED, len(rows)]))
        expected = exact.of_rule(design.rule, PEOPLE) if design.rule else exact.of_blocks(design.block_sizes, PEOPLE)
        for name, z, row in _compared(found, expected):
            furthest = max(furthest, abs(z))
            rows.append((_words(usual), name, *row, f"{z:.1f}"))
    return rows, furthest


def _compared(found: Behaviour, expected: exact.Exact) -> list[tuple[str, float, tuple[str, str, str]]]:
    pairs = {
        "imbalance": (found.overall, expected.imbalance), "guessed by convergence": (found.convergence, expected.convergence),
        "guessed knowing all": (found.knowing, expected.knowing), "certain": (found.certain, expected.certain),
    }  # fmt: skip
    rows = []
    for name, (figure, theory) in pairs.items():
        away = figure.mean - float(theory)
        z = away / figure.error if figure.error > 1e-9 else 0.0 if abs(away) < 1e-9 else float("inf")
        rows.append((name, z, (f"{float(theory):.4f}", f"{figure.mean:.4f}", f"{figure.error:.4f}")))
    return rows


def table(heads: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """A table in Markdown."""
    lines = [heads, tuple("---" for _ in heads), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _words(usual: dict[str, object]) -> str:
    own = ", ".join(f"{key} {value}" for key, value in usual.items() if key != "method")
    return f"{usual['method']} ({own})" if own else str(usual["method"])


def _parted(text: str) -> tuple[str, str, str]:
    before, _, rest = text.partition(MARKS[0])
    old, _, after = rest.partition(MARKS[1])
    return before, old, after


if __name__ == "__main__":
    sys.exit(main())
