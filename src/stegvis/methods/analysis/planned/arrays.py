"""Arrays: one outcome of a trial as the numeric arrays that the estimators take."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stegvis.methods.analysis.plan import Outcome
from stegvis.methods.analysis.trial import Trial

Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Arrays:
    """Everyone randomised (n), in the order of their codes.

    `values` (n, occasions) has nan where nothing was answered; `baseline` and `last` are the columns of the baseline and
    of the main occasion. `arms` and `strata` are codes by person.
    """

    people: tuple[str, ...]
    arms: tuple[str, ...]
    strata: tuple[str, ...]
    occasions: tuple[str, ...]
    values: Matrix
    baseline: int
    last: int

    @property
    def before(self) -> Matrix:
        """The value at baseline (n,)."""
        return self.values[:, self.baseline]

    @property
    def after(self) -> Matrix:
        """The value at the main occasion (n,)."""
        return self.values[:, self.last]

    def having(self, chosen: NDArray[np.bool_]) -> Arrays:
        """The same of some people only; `chosen` (n,)."""
        places = np.flatnonzero(chosen)

        def some(codes: tuple[str, ...]) -> tuple[str, ...]:
            return tuple(codes[place] for place in places)

        return Arrays(
            some(self.people), some(self.arms), some(self.strata), self.occasions, self.values[places],
            self.baseline, self.last,
        )  # fmt: skip

    def complete(self) -> Arrays:
        """Those who have both values."""
        return self.having(np.isfinite(self.before) & np.isfinite(self.after))

    def count(self, *arms: str) -> dict[str, int]:
        """How many people there are in each of these arms."""
        return {arm: self.arms.count(arm) for arm in arms}


def arrays(trial: Trial, outcome: Outcome) -> Arrays:
    """An outcome at every occasion of the plan, on the scale on which it is compared."""
    people, strata = trial.randomised, trial.strata
    occasions = tuple(one.code for one in trial.plan.occasions)
    values = np.full((len(people), len(occasions)), np.nan)
    row_of = {person: row for row, person in enumerate(people)}
    for column, occasion in enumerate(occasions):
        for person, score in trial.scores(outcome, occasion).items():
            if score.value is not None:
                values[row_of[person], column] = score.value
    if outcome.transformation:
        values = outcome.transformation(values)
    return Arrays(
        people=people,
        arms=tuple(trial.arm_of[person] for person in people),
        strata=tuple(strata[person] for person in people),
        occasions=occasions,
        values=values,
        baseline=occasions.index(trial.plan.baseline),
        last=occasions.index(trial.plan.main_occasion),
    )
