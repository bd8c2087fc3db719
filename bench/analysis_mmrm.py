"""The MMRM: fits of a trial of 129 people, four occasions, 36 per cent missing at the last; R's nlme::gls fits the same.

Ours is the whole answer (REML fit, Kenward–Roger error and degrees of freedom of the last contrast); R's is the bare
fit, by its default settings.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np

from bench.analysis_figures import Figures, asked_of_r, processor_milliseconds
from stegvis.methods.analysis import mmrm, visit_model

BATCH, BATCHES, SINGLE = 200, 5, 12
OCCASIONS = ("1", "2", "3", "4")
ARMS = ["control"] * 65 + ["treated"] * 64
Fitted = tuple[np.ndarray, np.ndarray]


def figures() -> list[Figures]:
    """Our time for one data set in a batch, and alone, against nlme::gls."""
    sets = [data_sets(np.random.SeedSequence([129, k])) for k in range(BATCHES)]
    batched = processor_milliseconds(lambda: [fitted(*one) for one in sets]) / (BATCH * BATCHES)
    y, baseline = (one[:SINGLE] for one in sets[0])
    alone = processor_milliseconds(lambda: [fitted(y[[i]], baseline[[i]]) for i in range(SINGLE)]) / SINGLE
    rows = _by_r(y, baseline)
    estimate, se = fitted(y, baseline)
    theirs = None if rows is None else float(np.median([1000 * row["seconds"] for row in rows]))
    apart = None if rows is None else float(np.max(np.abs(estimate - [row["estimate"] for row in rows]) / se))
    told = "unstructured MMRM with Kenward–Roger"
    return [
        Figures("mmrm", f"{told}, {BATCH} at once", batched, theirs, "nlme::gls, bare fit", apart, 1e-2),
        Figures("mmrm", f"{told}, one alone", alone, theirs, "nlme::gls, bare fit", apart, 1e-2),
    ]


def data_sets(seed: np.random.SeedSequence) -> Fitted:
    """A batch of made-up trials: outcomes (B, N, T) with dropout, baselines (B, N, 1)."""
    chance = np.random.default_rng(seed)
    baseline = chance.normal(size=(BATCH, len(ARMS), 1))
    person = chance.normal(size=(BATCH, len(ARMS), 1))
    y = 0.6 * baseline + 0.5 * person + 0.7 * chance.normal(size=(BATCH, len(ARMS), len(OCCASIONS)))
    left = chance.random(y.shape) < 1 - 0.64 ** (1 / len(OCCASIONS))
    return np.where(np.cumsum(left, axis=2) > 0, np.nan, y), baseline


def fitted(y: np.ndarray, baseline: np.ndarray) -> Fitted:
    """Estimates and Kenward–Roger errors of the contrast on the last occasion (B,)."""
    model = visit_model.visit_means(ARMS, OCCASIONS, baseline, reference="control")
    found = mmrm.fit_many(y, model.design).contrasts(model.contrast("treated", "control", OCCASIONS[-1]))
    return found.estimate[:, 0], found.se[:, 0]


def _by_r(y: np.ndarray, baseline: np.ndarray) -> list[dict[str, float]] | None:
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        place, person, time = np.nonzero(np.isfinite(y))
        arm = np.array([one == "treated" for one in ARMS], dtype=float)
        columns = [place, person, time + 1, arm[person], baseline[place, person, 0], y[place, person, time]]
        header = "set,id,time,arm,base,y"
        np.savetxt(
            folder / "data.csv", np.column_stack(columns), delimiter=",", header=header, comments="", fmt="%.17g"
        )
        return asked_of_r("analysis_mmrm.R", folder)
