"""Reads the stored reference values and data sets of tests/reference."""

import csv
from functools import cache
from pathlib import Path

import numpy as np

FOLDER = Path(__file__).parents[2] / "reference"


@cache
def values(name: str) -> dict[str, float]:
    """The numbers another program gave, by name."""
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return {row["name"]: float(row["value"]) for row in csv.DictReader(file)}


@cache
def data(name: str) -> tuple[dict[str, str], ...]:
    """The rows of a stored data set."""
    with (FOLDER / "data" / name).open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


@cache
def anorexia_changes() -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Change in weight: family treatment, and control."""
    rows = data("anorexia.csv")
    change = {
        arm: tuple(float(r["Postwt"]) - float(r["Prewt"]) for r in rows if r["Treat"] == arm) for arm in ("FT", "Cont")
    }
    return change["FT"], change["Cont"]


@cache
def goals(name: str) -> dict[str, np.ndarray]:
    """Outcomes y in people (or herds) id, with x the arm and further columns: bacteria, cbpp, ohio, respiratory, toenail."""
    rows = data(f"{name}.csv")
    if name == "bacteria":
        return {
            "y": np.array([float(r["present"]) for r in rows]),
            "x": np.array([float(r["ap"] == "a") for r in rows]),
            "id": np.array([r["child"] for r in rows]),
        }
    if name == "cbpp":
        events = [(int(r["incidence"]), int(r["size"]), float(r["period"] != "1"), r["herd"]) for r in rows]
        return {
            "y": np.concatenate([np.repeat([1.0, 0.0], [e, n - e]) for e, n, _, _ in events]),
            "x": np.concatenate([np.full(n, x) for _, n, x, _ in events]),
            "id": np.concatenate([np.full(n, herd) for _, n, _, herd in events]),
        }
    numbers = {key: np.array([float(r[key]) for r in rows]) for key in rows[0]}
    return numbers | {"id": np.array([r["id"] for r in rows])}


@cache
def jobs() -> dict[str, np.ndarray]:
    """The JOBS II field experiment by column."""
    rows = data("jobs.csv")
    return {key: np.array([float(r[key]) for r in rows]) for key in rows[0]}
