"""Reads the stored reference values and data sets of tests/reference."""

import csv
from functools import cache
from pathlib import Path

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
