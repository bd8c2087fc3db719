"""The example trial's whole plan on many made-up trials, as `stegvis simulate` carries it out, and its page.

    python -m bench.whole_plan --trials 100000 --workers 2 --keep DIR --minutes 8 --write

goes on from what lies in DIR, stops after some minutes, and writes docs/simulated-plan.md with what has been done. The page says
how long it took: processor time of the slices made in this call, and what 100,000 trials would take.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import scipy

from stegvis.methods.analysis.plan_reader import read_plan
from stegvis.methods.analysis.run import code_sha256
from stegvis.methods.analysis.simulated.slices import simulate_in_slices
from stegvis.methods.analysis.simulated.supposed import Given, Supposed, suppose
from stegvis.methods.analysis.simulated.whole_plan import Line, Simulation

ROOT = Path(__file__).parents[1]
PLAN, PAGE = ROOT / "studies" / "cwp" / "sap.toml", ROOT / "docs" / "simulated-plan.md"
PROMISED = 100_000
HEAD = """# The example trial's plan on made-up trials

How often the whole analysis plan of the example trial (`studies/cwp/sap.toml`) finds something when there is no effect, and
when there is the smallest that matters. Written by

    python -m bench.whole_plan --trials N --workers 2 --keep DIR --write

which computes what `stegvis simulate studies/cwp/sap.toml --therapists 5 --trials N` prints. Do not edit by hand. What is
supposed, and what the columns mean, [simulate.md](reference/simulate.md) tells. After each ± stands the Monte Carlo standard
error.

Of the analyses only `therapists` knows of the five therapists that are supposed. The others reject more often than they would
if people of one therapist were not alike: with nobody alike, mixed models hold their level ([calibration](calibration.md)).
"""


def main() -> int:
    """Simulate, and print or write the page."""
    asks = argparse.ArgumentParser(prog="python -m bench.whole_plan", description="The example's plan, many times.")
    asks.add_argument("--trials", type=int, default=PROMISED)
    asks.add_argument("--workers", type=int, default=1, help="Processes; the numbers stay.")
    asks.add_argument("--keep", type=Path, required=True, help="Where what is done is kept.")
    asks.add_argument("--minutes", type=float, default=float("inf"), help="Stop after these.")
    asks.add_argument("--write", action="store_true", help="Write docs/simulated-plan.md.")
    told = asks.parse_args()
    plan = read_plan(PLAN)
    worlds = suppose(plan, Given(therapists=5))
    there = {one.name for one in told.keep.glob("*.npz")}
    began, used = time.monotonic(), _processor_seconds()
    done = simulate_in_slices(
        plan, worlds, told.keep, trials=told.trials, code=code_sha256(), workers=told.workers,
        enough=lambda: time.monotonic() - began >= 60 * told.minutes,
    )  # fmt: skip
    new = [one for one in told.keep.glob("*.npz") if one.name not in there]
    trials = sum(int(one.stem.rpartition("-")[2]) for one in new)
    took = Took(trials, time.monotonic() - began, _processor_seconds() - used, told.workers)
    text = "\n".join(page(worlds, done, plan.sha256, plan.methods.seed, took)) + "\n"
    if told.write:
        PAGE.write_text(text, encoding="utf-8", newline="\n")
    print(PAGE if told.write else text)
    return 0


class Took:
    """How long so many trials of each kind took: by the clock, and of the processors."""

    def __init__(self, trials: int, clock: float, processor: float, workers: int) -> None:
        self.trials, self.clock, self.processor, self.workers = trials, clock, processor, workers

    def sentence(self) -> str:
        """What was measured in this call, and what 100,000 would take."""
        if not self.trials:
            return "Everything had been kept from earlier calls."
        each = self.processor / self.trials
        alone = PROMISED * each / 60
        return (
            f"The last {self.trials:,} of them took {self.clock / 60:.1f} minutes by the clock with {self.workers} processes on "
            f"a machine that others used too, and {self.processor / 60:.1f} minutes of processor: {1000 * each:.1f} ms for a "
            f"trial without an effect and one with it. At that, {PROMISED:,} of each take {alone:.0f} minutes of processor, or "
            f"{alone / 2:.0f} by the clock when two processors have nothing else to do."
        )


def page(worlds: Supposed, done: Simulation, plan: str, seed: int, took: Took) -> Iterator[str]:
    """The lines of the page."""
    yield HEAD
    yield f"- {done.trials:,} made-up trials without any effect and as many with the smallest that matters. Seed {seed}."
    yield f"- {took.sentence()}"
    yield f"- SHA-256 of the plan `{plan}`, of the code `{code_sha256()}`. NumPy {np.__version__}, SciPy {scipy.__version__}."
    yield from (f"- {one}" for one in worlds.sentences)
    yield from ("", "## The plan as a whole", "", *_table(done.conclusions))
    yield from ("", "## Each analysis", "", *_table(done.lines))
    yield from ("", "## Not simulated", "", *(f"- {code}: {why}." for code, why in done.left_out))


def _table(lines: tuple[Line, ...]) -> Iterator[str]:
    yield "| | of | errors, % | found, % | coverage, % | no number |"
    yield "|---|---|--:|--:|--:|--:|"
    for one in lines:
        shares = [
            _share(one.null.rejected, one.null.rejected_se), _share(one.effect.rejected, one.effect.rejected_se),
            _share(one.effect.coverage, one.effect.coverage_se),
        ]  # fmt: skip
        yield f"| {one.what} | {one.of} | {' | '.join(shares)} | {one.null.refused + one.effect.refused:,} |"


def _share(share: float, error: float) -> str:
    return "–" if share != share else f"{100 * share:.2f} ± {100 * error:.2f}"


def _processor_seconds() -> float:
    """Of this process and of those that it started and that have ended."""
    own, children = (resource.getrusage(one) for one in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


if __name__ == "__main__":
    sys.exit(main())
