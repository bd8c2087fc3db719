"""The antidepressant trial of tests/reference/data as arrays: 172 people, four visits, a quarter lost at the last."""

from functools import cache

import numpy as np

from .references import data

WEEKS = ("week1", "week2", "week4", "week6")
REFERENCE, ACTIVE = "PLACEBO", "DRUG"


@cache
def table() -> np.ndarray:
    """Baseline and the four visits, (172, 5), gaps NaN."""
    return np.array(
        [[np.nan if r[c] == "NA" else float(r[c]) for c in ("baseline", *WEEKS)] for r in data("antidepressant.csv")]
    )


def arms() -> list[str]:
    """The arm of each person."""
    return [r["arm"] for r in data("antidepressant.csv")]


def baseline() -> np.ndarray:
    """The Hamilton score before treatment."""
    return table()[:, 0]


def change() -> np.ndarray:
    """Change from baseline at the four visits, (172, 4)."""
    return table()[:, 1:] - table()[:, :1]


def drug() -> np.ndarray:
    """1 for the active arm."""
    return np.array([arm == ACTIVE for arm in arms()], dtype=float)


def ancova(outcome: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Effect of the drug and its squared error for outcomes (m, n), adjusted for baseline."""
    x = np.column_stack([np.ones(len(drug())), drug(), baseline()])
    inverse = np.linalg.inv(x.T @ x)
    beta = outcome @ x @ inverse
    variance = np.sum((outcome - beta @ x.T) ** 2, axis=1) / (len(x) - 3)
    return beta[:, 1], variance * inverse[1, 1]
