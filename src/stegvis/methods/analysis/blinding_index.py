"""Blinding indices: whether guesses of an arm are right more often than chance would have them.

Counts are of people by the arm they were in and by what was guessed of them; whoever did not know is counted as such. Two
indices that answer two questions: James's, one for the trial, in which not knowing weighs most; Bang's, one for each arm,
the share of right guesses beyond those that cancel with wrong ones.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import fsum, sqrt

from scipy import special

from .refusals import NotEstimable

WRONG_WEIGHS = 0.5
"""What a wrong guess weighs in James's index; a right one weighs 0, not knowing 1 (James et al. 1996)."""


@dataclass(frozen=True, slots=True)
class Guesses:
    """Of the people in one arm, how many were taken for each arm (by code), and of how many it was not known."""

    taken_for: Mapping[str, int]
    unknown: int

    @property
    def n(self) -> int:
        """Everyone asked about."""
        return sum(self.taken_for.values()) + self.unknown


@dataclass(frozen=True, slots=True)
class BlindingIndex:
    """An index with its standard error and Wald interval."""

    n: int
    estimate: float
    se: float
    low: float
    high: float
    level: float


def bang(right: int, wrong: int, unknown: int, level: float = 0.95) -> BlindingIndex:
    """Bang's index of one arm of two, from the 2 × 3 table: (right − wrong) / n, from −1 to 1; 0 is chance.

    1: everyone guessed right; −1: everyone guessed the other arm. Variance with pr and pw the shares right and wrong of
    everyone asked: (pr(1 − pr) + pw(1 − pw) + 2·pr·pw) / n (Bang, Ni & Davis, Control Clin Trials 2004;25:143–156).
    Raises NotEstimable without anybody.
    """
    n = right + wrong + unknown
    if n == 0:
        raise NotEstimable("empty", "Nobody was asked about in this arm.")
    p_right, p_wrong = right / n, wrong / n
    variance = (p_right * (1 - p_right) + p_wrong * (1 - p_wrong) + 2 * p_right * p_wrong) / n
    return _wald(n, p_right - p_wrong, variance, level)


def james(arms: Mapping[str, Guesses], level: float = 0.95) -> BlindingIndex:
    """James's index of a whole trial, from 0 (everyone guessed right) to 1 (nobody knew); 0.5 is chance.

    BI = (1 + d + (1 − d)·K) / 2, d the share that did not know, K = (Pdo − Pde) / Pde; over those who guessed,
    Pdo = Σ w·p(arm, guess) and Pde = Σ w·p(arm)·p(guess), w = 0 when right and 0.5 when wrong (James et al., Stat Med
    1996;15:1421–1434). The variance is that of the multinomial cells by the delta method. Raises NotEstimable when nobody
    guessed, or all guesses name one arm in one arm, so that none could have been wrong by chance.
    """
    n = sum(each.n for each in arms.values())
    if n == 0:
        raise NotEstimable("empty", "Nobody was asked about.")
    cells = {(arm, guess): count / n for arm, each in arms.items() for guess, count in each.taken_for.items()}
    of_arm, of_guess = _margin(cells, 0), _margin(cells, 1)
    guessed = fsum(cells.values())
    wrong = WRONG_WEIGHS * fsum(p for (arm, guess), p in cells.items() if arm != guess)
    chance = WRONG_WEIGHS * fsum(a * g for arm, a in of_arm.items() for guess, g in of_guess.items() if arm != guess)
    if chance == 0:
        raise NotEstimable("constant", "Every guess is the same, so chance alone could not have made one wrong.")
    # As a function of the cells, with D = 1 − d, W = Σ w·p and E = Σ w·p(arm)·p(guess): BI = 1 − D + W·D² / (2E).
    estimate = 1 - guessed + wrong * guessed**2 / (2 * chance)
    slopes = {
        (arm, guess): -1
        + (_weight(arm, guess) * guessed**2 + 2 * wrong * guessed) / (2 * chance)
        - wrong * guessed**2 / (2 * chance**2) * _slope_of_chance(arm, guess, of_arm, of_guess)
        for arm, guess in cells
    }
    mean = fsum(cells[cell] * slope for cell, slope in slopes.items())
    variance = (fsum(cells[cell] * slope**2 for cell, slope in slopes.items()) - mean**2) / n
    return _wald(n, estimate, max(0.0, variance), level)


def _weight(arm: str, guess: str) -> float:
    return 0.0 if arm == guess else WRONG_WEIGHS


def _margin(cells: Mapping[tuple[str, str], float], side: int) -> dict[str, float]:
    names = {cell[side] for cell in cells}
    return {name: fsum(p for cell, p in cells.items() if cell[side] == name) for name in sorted(names)}


def _slope_of_chance(arm: str, guess: str, of_arm: Mapping[str, float], of_guess: Mapping[str, float]) -> float:
    """How fast E grows with one cell: it adds to the cell's arm and to its guess."""
    beside = fsum(_weight(arm, other) * p for other, p in of_guess.items())
    return beside + fsum(_weight(other, guess) * p for other, p in of_arm.items())


def _wald(n: int, estimate: float, variance: float, level: float) -> BlindingIndex:
    z, se = float(special.ndtri(0.5 + level / 2)), sqrt(variance)
    return BlindingIndex(n, estimate, se, estimate - z * se, estimate + z * se, level)
