"""Missing data: imputation against R's mice, and jump to reference with a jackknife against bare fits by nlme.

`mice`: a trial of 129 people and eight columns with a fifth of the values gone, imputed by arm (50 imputations, 5
iterations), analysed and pooled. `mice_at_once`: many trials whose outcome alone has gaps, as simulation needs.
`jump_to_reference`: the antidepressant trial of 172 people, 1 + 172 fits, five strategies. R has no rbmi here, so its part
is nlme::gls fitting the same model, without imputing or analysing anything.
"""

from __future__ import annotations

import csv
import tempfile
from pathlib import Path

import numpy as np

from bench.analysis_figures import Figures, asked_of_r, processor_milliseconds
from stegvis.methods.analysis import imputation, imputed_ancova, reference_based, reference_based_effects
from stegvis.methods.analysis import sufficient_imputation as sufficient
from stegvis.methods.analysis.estimates import Estimate
from stegvis.methods.analysis.pooling import Pooled

PEOPLE, COLUMNS, IMPUTATIONS, ITERATIONS = 129, 8, 50, 5
TRIALS = 200
ARMS = ["control"] * 65 + ["treated"] * 64
TRIAL = Path(__file__).parents[1] / "tests" / "reference" / "data" / "antidepressant.csv"
LEFT_OUT = 6
"""How many of the 172 fits R is asked for; the others take it as long."""


def mice() -> list[Figures]:
    """Our time for imputing, analysing and pooling one trial, by linear models and by predictive mean matching."""
    table = made_up(np.random.SeedSequence(129))
    rows = _by_r("mice", table)
    found = []
    for place, method in enumerate(("norm", "pmm")):
        ours = processor_milliseconds(lambda method=method: imputed(table, method))
        one, theirs = imputed(table, method), None if rows is None else rows[place]
        apart = None
        if theirs is not None:
            apart = abs(one.estimate - theirs["estimate"]) / np.hypot(one.numbers["mc_estimate"], theirs["mc"])
        what = f"50 imputations by {method}, analysed, pooled (difference in Monte Carlo errors)"
        by_r = None if theirs is None else 1000 * theirs["seconds"]
        found.append(Figures("mice", what, ours, by_r, "mice", apart, 4.0))
    return found


def mice_at_once() -> list[Figures]:
    """Our time for one of many trials whose outcome alone has gaps, without drawing the values, against mice."""
    start, y = made_up_trials()
    found = sufficiently(start, y)
    ours = processor_milliseconds(lambda: sufficiently(start, y)) / TRIALS
    rows = _by_r("outcome", np.column_stack([start[0], y[0]]))
    theirs = apart = None
    if rows is not None:
        theirs = 1000 * rows[0]["seconds"]
        apart = abs(found.estimate[0] - rows[0]["estimate"]) / np.hypot(found.mc_error[0], rows[0]["mc"])
    what = f"50 imputations of the outcome alone, {TRIALS} trials at once (difference in Monte Carlo errors)"
    return [Figures("mice_at_once", what, ours, theirs, "mice", apart, 4.0)]


def jump_to_reference() -> list[Figures]:
    """Our time for every fit of the jackknife and all strategies of the antidepressant trial."""
    trial = antidepressant()
    ours = processor_milliseconds(lambda: _all_strategies(trial))
    refits = reference_based_effects.jackknife(trial)
    y = np.column_stack([trial.outcome, trial.codes, trial.covariates])
    rows = _by_r("jump_to_reference", y)
    apart = theirs = None
    if rows is not None:
        theirs = 1000 * float(np.median([row["seconds"] for row in rows])) * (1 + len(trial.arms))
        effects = refits.model.beta[1 : LEFT_OUT + 1, 1, -1]
        apart = float(np.max(np.abs(effects - [row["estimate"] for row in rows])))
    by = f"nlme::gls, bare fits ({LEFT_OUT} timed, 173 reckoned)"
    what = "REML fits with and without each of 172 people, five strategies, jackknife errors"
    return [Figures("jump_to_reference", what, ours, theirs, by, apart, 1e-3)]


def made_up(seed: np.random.SeedSequence) -> np.ndarray:
    """A table (129, 8) of related columns; the first complete, a fifth of the others' values gone."""
    chance = np.random.default_rng(seed)
    table = chance.normal(size=(PEOPLE, COLUMNS)) + chance.normal(size=(PEOPLE, 1))
    table[:, 1:][chance.random((PEOPLE, COLUMNS - 1)) < 0.2] = np.nan
    return table


def imputed(table: np.ndarray, method: str) -> Estimate:
    """Impute by arm, adjust the last column for the first, pool."""
    columns = [imputation.Column(str(place), method) for place in range(COLUMNS)]
    made = imputation.impute(
        table, columns, imputations=IMPUTATIONS, iterations=ITERATIONS, seed=np.random.SeedSequence(1), arms=ARMS
    )
    return imputed_ancova.pooled_ancova(made.values[:, :, -1], ARMS, table[:, 0], arm="treated", reference="control")


def made_up_trials() -> tuple[np.ndarray, np.ndarray]:
    """Baselines (D, n, 1) and outcomes (D, n) of trials of 129 people with 36 per cent of the outcomes gone."""
    chance = np.random.default_rng(7)
    start = chance.normal(size=(TRIALS, PEOPLE, 1))
    y = 0.5 * start[..., 0] + chance.normal(size=(TRIALS, PEOPLE))
    return start, np.where(chance.random(y.shape) < 0.36, np.nan, y)


def sufficiently(start: np.ndarray, y: np.ndarray) -> Pooled:
    """Impute, analyse and pool every trial."""
    found = sufficient.impute_outcomes(
        y, ARMS, start, arm="treated", reference="control", imputations=IMPUTATIONS, seed=np.random.SeedSequence(1)
    )
    return found.pooled()


def antidepressant() -> reference_based.Visits:
    """The stored trial, jump to reference after dropout."""
    with TRIAL.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    scores = np.array(
        [[float(r[c].replace("NA", "nan")) for c in ("baseline", "week1", "week2", "week4", "week6")] for r in rows]
    )
    arms = [r["arm"] for r in rows]
    return reference_based.visits(
        scores[:, 1:] - scores[:, :1], arms, scores[:, 0], reference="PLACEBO", strategy="JR"
    )  # fmt: skip


def _all_strategies(trial: reference_based.Visits) -> list[Estimate]:
    refits = reference_based_effects.jackknife(trial)
    return [
        reference_based_effects.conditional_mean_effect(refits, arm="DRUG", strategy=one)
        for one in reference_based.STRATEGIES
    ]


def _by_r(entry: str, table: np.ndarray) -> list[dict[str, float]] | None:
    with tempfile.TemporaryDirectory() as made:
        header = ",".join(f"c{place}" for place in range(table.shape[1]))
        np.savetxt(Path(made) / f"{entry}.csv", table, delimiter=",", header=header, comments="", fmt="%.17g")
        return asked_of_r("analysis_missing_data.R", Path(made))
