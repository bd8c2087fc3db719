"""Views: one outcome of a batch of trials, as a planned analysis sees it, and what each analysis gives back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special

from stegvis.methods.analysis.simulate import Results

from .worlds import Array, Batch, Bools

COMPARED, REFERENCE = "compared", "reference"


@dataclass(frozen=True, slots=True)
class View:
    """`before` (B, n), `later` (B, n, T) with nan where lost, auxiliary outcomes at baseline (B, n, k).

    `strata` (n, s) are indicators of all strata but the first, none where the plan does not adjust for them;
    `adjusted` whether it adjusts for the baseline. `seed` belongs to the analysis and the chunk.
    """

    before: Array
    later: Array
    auxiliaries: Array
    first: Bools
    strata: Array
    therapist: tuple[str, ...]
    adjusted: bool
    level: float
    seed: np.random.SeedSequence

    @property
    def after(self) -> Array:
        """The last occasion (B, n)."""
        return self.later[..., -1]

    @property
    def covariates(self) -> Array:
        """Baseline and strata (B, n, c), as far as the plan adjusts for them."""
        wide = np.broadcast_to(self.strata, (*self.before.shape, self.strata.shape[1]))
        return np.concatenate([self.before[..., None], wide], axis=2) if self.adjusted else np.asarray(wide)

    @property
    def arms(self) -> tuple[str, ...]:
        """The arm of each person, by name."""
        return tuple(COMPARED if one else REFERENCE for one in self.first)


def view(
    batch: Batch, outcome: int, seed: np.random.SeedSequence, *, level: float = 0.95,
    adjust: tuple[str, ...] = ("baseline", "stratum"), auxiliaries: tuple[int, ...] = (),
) -> View:  # fmt: skip
    """The view of the outcome in place `outcome`; `adjust` and `auxiliaries` (places) as the plan says."""
    of = batch.values[:, :, outcome]
    kinds = np.arange(1, int(batch.stratum.max()) + 1) if "stratum" in adjust else np.arange(0)
    strata = (batch.stratum[:, None] == kinds).astype(np.float64)
    others = batch.values[:, :, list(auxiliaries), 0]
    return View(
        of[..., 0], of[..., 1:], others, batch.first, strata, batch.therapist, "baseline" in adjust, level, seed
    )


def results(estimate: Array, se: Array, df: Array | float, level: float) -> Results:
    """Estimate ± t(df) · se and two-sided P of each trial; nan where there is no error."""
    usable = np.isfinite(estimate) & np.isfinite(se) & (se > 0)
    error, degrees = np.where(usable, se, np.nan), np.where(usable, df, 1.0)
    half = special.stdtrit(degrees, 0.5 + level / 2) * error
    with np.errstate(invalid="ignore"):
        p = 2 * special.stdtr(degrees, -np.abs(estimate / error))
    middle = np.where(usable, estimate, np.nan)
    return Results(middle, middle - half, middle + half, np.asarray(p))
