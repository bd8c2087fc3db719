"""The stored longitudinal data sets, in the shape that the models take."""

from __future__ import annotations

from functools import cache, partial

import numpy as np
import pytest

from stegvis.methods.analysis import visit_model

from .references import data, values

R = values("longitudinal.csv")
MONTHS = ("2m", "3m", "5m", "8m")


def close(found: float, name: str, tolerance: float = 1e-6) -> None:
    """The number found agrees with the stored one, relative."""
    assert found == pytest.approx(R[name], rel=tolerance), name


def measured(name: str, columns: tuple[str, ...]) -> np.ndarray:
    """Columns of a stored data set as y (N, T), nan where empty."""
    return np.array([[float(row[c]) if row[c] else np.nan for c in columns] for row in data(name)])


btheb = partial(measured, "btheb.csv", tuple(f"bdi_{month}" for month in MONTHS))


@cache
def depression() -> tuple[np.ndarray, visit_model.VisitModel]:
    """Beck inventory at four months, by treatment, adjusted for baseline by month and for antidepressants."""
    rows, y = data("btheb.csv"), btheb()
    covariates = [[float(row["bdi_pre"]), float(row["drug"] == "Yes")] for row in rows]
    model = visit_model.visit_means(
        [row["treatment"] for row in rows],
        MONTHS,
        covariates,
        reference="TAU",
        by_occasion=(True, False),
        names=("baseline", "drug"),
        counted=np.isfinite(y).any(axis=1),
    )
    return y, model


@cache
def growth() -> tuple[np.ndarray, visit_model.VisitModel]:
    """Potthoff and Roy's distances at ages 8 to 14, girls against boys."""
    rows = data("orthodont.csv")
    y = measured("orthodont.csv", ("d8", "d10", "d12", "d14"))
    arms = [row["sex"] for row in rows]
    model = visit_model.visit_means(arms, ("8", "10", "12", "14"), np.empty((len(rows), 0)), reference="Male")
    return y, model


@cache
def lungs() -> tuple[np.ndarray, np.ndarray]:
    """FEV1 at four visits, one effect of treatment: y (200, 4), X (200, 4, 2)."""
    arm = np.array([row["arm"] == "TRT" for row in data("fev.csv")], dtype=float)
    design = np.ones((len(arm), 4, 2))
    design[:, :, 1] = arm[:, None]
    return measured("fev.csv", ("v1", "v2", "v3", "v4")), design


def schools() -> tuple[np.ndarray, np.ndarray, list[str]]:
    """Language scores, a design of mixed-grade teaching and IQ, and the class of those who have one."""
    rows = data("schools.csv")
    iq = np.array([float(row["iq"]) for row in rows])
    inside = np.array([float(row["comb"]) for row in rows])
    design = np.column_stack([np.ones(len(rows)), inside, iq - iq.mean()])
    return np.array([float(row["lang"]) for row in rows]), design, [row["class"] for row in rows]
