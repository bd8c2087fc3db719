"""The published comparison and the simulation of its power, of trials of 129 people of whom 36 per cent are lost.

`published_table`: five outcomes, each by t interval, Mann–Whitney and analysis of covariance, 1,000 trials at once, and one
trial alone; R calls t.test, wilcox.test and lm on the same trials. Of both the quickest of five runs counts; R's first run,
before its functions are compiled, takes half as long again. `ancova_power`: making a trial up, losing people and
analysing it; R does the same with rnorm and lm, and the two analyses are compared on trials of ours.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np

from bench.analysis_figures import Figures, asked_of_r, processor_milliseconds
from stegvis.methods.analysis import many, simulate

TRIALS, OUTCOMES, SHOWN_TO_R, SIMULATED = 1000, 5, 60, 20_000
FIRST = np.arange(129) < 64


def published_table() -> list[Figures]:
    """Our time for one table of five outcomes, among many and alone, against R's."""
    y, x = _trials(np.random.SeedSequence(129), TRIALS * OUTCOMES)
    together = processor_milliseconds(lambda: many.published_many(y, x, FIRST), best_of=5) / TRIALS
    alone = processor_milliseconds(lambda: [_table(y, x, k) for k in range(50)]) / 50
    rows = _asked(y, x, "analysis_published.R")
    told = f"{OUTCOMES} outcomes by t, Mann–Whitney and ANCOVA"
    if rows is None:
        apart = theirs = None
    else:
        t, ranks, covariance = many.published_many(y[:SHOWN_TO_R], x[:SHOWN_TO_R], FIRST)
        ours = np.column_stack([t.p, ranks.p, covariance.p])
        apart = float(np.max(np.abs(ours - [[row["t"], row["ranks"], row["ancova"]] for row in rows])))
        theirs = OUTCOMES * 1000 * rows[0]["total"] / SHOWN_TO_R
    return [
        Figures("published_table", f"{told}, {TRIALS} trials at once", together, theirs, "R's own tests", apart, 1e-9),
        Figures("published_table", f"{told}, one trial alone", alone, theirs, "R's own tests", apart, 1e-9),
    ]


def ancova_power() -> list[Figures]:
    """Our time for one simulated trial, against R's."""
    lost = simulate.Attrition(0.36, 0.36)
    model = simulate.Model(64, 65, 0.5, attrition=lost)
    seed = np.random.SeedSequence(36)
    ours = processor_milliseconds(lambda: simulate.simulate(model, simulate.ancova, trials=SIMULATED, seed=seed))
    trials = simulate.make(model, SHOWN_TO_R, np.random.default_rng(seed))
    rows = _asked(trials.outcome, trials.baseline, "analysis_power.R")
    found = simulate.ancova(trials)
    apart = None if rows is None else float(np.max(np.abs(found.p - [row["ancova"] for row in rows])))
    theirs = None if rows is None else 1000 * rows[0]["total"] / SHOWN_TO_R
    return [
        Figures("ancova_power", "a simulated trial, 36 % lost", ours / SIMULATED, theirs, "rnorm and lm", apart, 1e-9)
    ]


def _table(y: np.ndarray, x: np.ndarray, trial: int) -> object:
    rows = slice(trial * OUTCOMES, (trial + 1) * OUTCOMES)
    return many.published_many(y[rows], x[rows], FIRST)


def _trials(seed: np.random.SeedSequence, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Outcomes in whole millimetres of 0 to 100, so with ties, and their baselines."""
    chance = np.random.default_rng(seed)
    x = chance.normal(60, 18, (count, FIRST.size))
    y = np.clip(0.5 * x + chance.normal(25, 17, x.shape), 0, 100).round()
    y[chance.random(y.shape) < 0.36] = np.nan
    return y, np.clip(x, 0, 100).round()


def _asked(y: np.ndarray, x: np.ndarray, script: str) -> list[dict[str, float]] | None:
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        place = np.repeat(np.arange(SHOWN_TO_R), FIRST.size)
        columns = [place, np.tile(FIRST, SHOWN_TO_R), x[:SHOWN_TO_R].ravel(), y[:SHOWN_TO_R].ravel()]
        table = np.column_stack(columns)
        header = "set,arm,base,y"
        np.savetxt(folder / "data.csv", table, delimiter=",", header=header, comments="", fmt="%.17g")
        return asked_of_r(script, folder)
