"""Goal attainment: whether a goal is due, and scaling, one number from the attained levels of several goals of a person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from math import fsum, sqrt

LOWEST, HIGHEST = -2, 2
EXPECTED_CORRELATION = 0.3
"""What Kiresuk & Sherman assume of the correlation between the goals of a person."""


def week_of(start: dt.date, day: dt.date) -> int:
    """The week that a day lies in, counted from `start` (the first visit): its own seven days are week 1."""
    return (day - start).days // 7 + 1


def is_due(target_week: int | None, start: dt.date, day: dt.date) -> bool:
    """Whether a goal's target week has come on a day: "by week 12" is due from the first day of the twelfth week.

    A goal without a target week is always due.
    """
    return target_week is None or week_of(start, day) >= target_week


def t_score(
    levels: Sequence[int | None], weights: Sequence[float] | None = None, correlation: float = EXPECTED_CORRELATION
) -> float | None:
    """T = 50 + 10 · Σ w·x / √((1 − ρ) · Σ w² + ρ · (Σ w)²): mean 50 and SD 10, where x = 0 is the expected level.

    `levels` are x, −2 to +2, one a goal; `weights` are w, all 1 without them; `correlation` is ρ. None when there is no
    goal or any goal is unrated: what to do then is a protocol's to say beforehand. The whole expression under the root
    stands below the fraction line; a guide of 2009 had it wrong and published an erratum (Kiresuk & Sherman, Community
    Ment Health J 1968;4:443–453). Raises ValueError for a level, a weight or a correlation out of range.
    """
    weighing = [1.0] * len(levels) if weights is None else list(weights)
    if len(weighing) != len(levels):
        raise ValueError(f"There are {len(levels)} levels and {len(weighing)} weights. Give one weight for each goal.")
    if any(weight <= 0 for weight in weighing):
        raise ValueError("A weight is 0 or less. A goal that does not count is left out instead.")
    if not 0 <= correlation <= 1:
        raise ValueError(f"The correlation is {correlation}. It lies between 0 and 1.")
    rated = [level for level in levels if level is not None]
    if any(not LOWEST <= level <= HIGHEST for level in rated):
        raise ValueError(f"A level lies from {LOWEST} to {HIGHEST}.")
    if not levels or len(rated) < len(levels):
        return None
    attained = fsum(weight * level for weight, level in zip(weighing, rated, strict=True))
    spread = (1 - correlation) * fsum(weight**2 for weight in weighing) + correlation * fsum(weighing) ** 2
    return 50 + 10 * attained / sqrt(spread)


def weight(importance: int | None, difficulty: int | None) -> int | None:
    """Importance × difficulty, each 0–10 as the person said; a 0 counts as 1, None when either was not said.

    A goal that somebody set counts for something, so that a 0 does not make it vanish (Turner-Stokes, Clin Rehabil
    2009;23:362–370, whose erratum concerns the formula of T and not the weights).
    """
    if importance is None or difficulty is None:
        return None
    return max(importance, 1) * max(difficulty, 1)
