"""Goals at once: the comparisons of goals in all trials of a batch, from each person's number of goals and of attained ones.

With no covariate but the arm, a person's goals enter every estimator through these two numbers alone. Formulas of `gee`
(exchangeable, logit; Mancl–DeRouen), `linear_probability` (CR2, Satterthwaite), `two_by_two` and `two_samples`, written out
for that case; a trial that those would refuse has nan. m are a person's goals, s the attained ones, N an arm's goals.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from scipy import special

from stegvis.methods.analysis import many
from stegvis.methods.analysis.gee import EDGE
from stegvis.methods.analysis.simulate import Results

from .views import results
from .worlds import Array, Batch, Bools

STEPS = 100
STILL = 1e-13
NO_ROOM = 1e-10


@dataclass(frozen=True, slots=True)
class Counts:
    """Goals m and attained goals s (B, n), and who is compared (n,)."""

    m: Array
    s: Array
    first: Bools

    def arm(self, values: Array) -> Array:
        """Sums over the people of the compared arm and of the reference (B, 2)."""
        return np.stack([values[:, self.first].sum(axis=1), values[:, ~self.first].sum(axis=1)], axis=1)

    def spread(self, values: Array) -> Array:
        """Each arm's value (B, 2) for each of its people (B, n)."""
        return np.where(self.first, values[:, :1], values[:, 1:])


def counts(batch: Batch, kind: str) -> Counts:
    """Count a kind of goal."""
    n, made = batch.first.size, batch.goals[kind]
    m = np.array([np.bincount(one.person, minlength=n) for one in made], dtype=np.float64)
    s = np.array([np.bincount(one.person, one.attained, minlength=n) for one in made], dtype=np.float64)
    return Counts(m.reshape(-1, n), s.reshape(-1, n), batch.first)


def naive(of: Counts, level: float) -> Results:
    """Pearson's χ² and Newcombe's interval (method 10), goals counted as people."""
    n, events = of.arm(of.m), of.arm(of.s)
    z = float(special.ndtri(0.5 + level / 2))
    with np.errstate(invalid="ignore", divide="ignore"):
        p = events / n
        middle = (2 * events + z**2) / (2 * (n + z**2))
        half = z * np.sqrt(z**2 + 4 * events * (1 - p)) / (2 * (n + z**2))
        low, high = middle - half, middle + half
        together = events.sum(axis=1) / n.sum(axis=1)
        squared = (p[:, 0] - p[:, 1]) ** 2 / (together * (1 - together) * (1 / n).sum(axis=1))
    d = p[:, 0] - p[:, 1]
    below = np.hypot(p[:, 0] - low[:, 0], high[:, 1] - p[:, 1])
    above = np.hypot(high[:, 0] - p[:, 0], p[:, 1] - low[:, 1])
    return _where(np.isfinite(squared), Results(d, d - below, d + above, special.chdtrc(1, squared)))


def person_t(of: Counts, level: float) -> Results:
    """People's own proportions by Student's t."""
    with np.errstate(invalid="ignore"):
        found = many.pooled_t_many(of.s / of.m, of.first, level)
    return Results(found.estimate, found.low, found.high, found.p)


def cluster_robust(of: Counts, level: float) -> Results:
    """Difference of proportions with CR2 errors.

    With H = 11'/N within an arm, (I − H_ii)^−½ stretches a person's sum of residuals by (1 − m/N)^−½, and with
    b = m²/(N²(1 − m/N)), Σ_ij P_ij² = Σ_arms Σ_i (m/N²)² + ((Σb)² − Σb²)/N², Σ P_ii = Σ_arms 1/N.
    """
    n, events = of.arm(of.m), of.arm(of.s)
    with np.errstate(invalid="ignore", divide="ignore"):
        p, own = events / n, of.spread(n)
        room = 1 - of.m / own
        left = of.s - of.m * of.spread(p)
        variance = (of.arm(left**2 / room) / n**2).sum(axis=1)
        b = of.m**2 / (own**2 * room)
        products = of.arm((of.m / own**2) ** 2) + (of.arm(b) ** 2 - of.arm(b**2)) / n**2
        df = (1 / n).sum(axis=1) ** 2 / products.sum(axis=1)
    good = np.all(n > 0, axis=1) & (np.nanmin(room, axis=1) > NO_ROOM) & (variance > 1e-20)
    estimate = np.where(good, p[:, 0] - p[:, 1], np.nan)
    return results(estimate, np.sqrt(np.where(good, variance, np.nan)), df, level)


def gee(of: Counts, level: float) -> Results:
    """Mancl–DeRouen: P of the log odds ratio, interval of the difference by the delta method, both t(people − 2)."""
    p, alpha, good = _marginal(of)
    with np.errstate(invalid="ignore", divide="ignore"):
        d, v = 1 + (of.m - 1) * alpha[:, None], p * (1 - p)
        bread = 1 / (v * of.arm(of.m / d))
        room = 1 - of.spread(v * bread) * of.m / d
        score = (of.s - of.m * of.spread(p)) / d / room
        variance = bread**2 * of.arm(score**2)
        odds = special.logit(p)
    people = np.count_nonzero(of.m, axis=1)
    good &= (people > 2) & (np.nanmin(room, axis=1) > NO_ROOM)
    df = np.where(good, people - 2.0, 1.0)
    on_odds = results(odds[:, 0] - odds[:, 1], np.sqrt(variance.sum(axis=1)), df, level)
    risk = results(p[:, 0] - p[:, 1], np.sqrt((v**2 * variance).sum(axis=1)), df, level)
    return _where(good, Results(risk.estimate, risk.low, risk.high, on_odds.p))


def _marginal(of: Counts) -> tuple[Array, Array, Bools]:
    """Proportions (B, 2) and α (B,) at the joint fixed point of the estimating equations and the moments."""
    alpha, n = np.zeros(len(of.m)), of.arm(of.m)
    varies = np.all(n > 0, axis=1)
    still = np.zeros(len(alpha), dtype=bool)
    p = np.full(n.shape, 0.5)
    with np.errstate(invalid="ignore", divide="ignore"):
        for _ in range(STEPS):
            weight = 1 / (1 + (of.m - 1) * alpha[:, None])
            p = of.arm(of.s * weight) / of.arm(of.m * weight)
            new = _likeness(of, p)
            still = np.abs(new - alpha) < STILL
            alpha = np.where(np.isfinite(new), new, alpha)
            if np.all(still | ~np.isfinite(new)):
                break
    return p, alpha, varies & still & np.all((p > EDGE) & (p < 1 - EDGE), axis=1)


def _likeness(of: Counts, p: Array) -> Array:
    """α of the Pearson residuals, with the divisor of R's `gee`; 0 where there are no pairs to tell it."""
    q, total = of.spread(p), of.m.sum(axis=1)
    v = q * (1 - q)
    squares = np.sum((of.s * (1 - q) ** 2 + (of.m - of.s) * q**2) / v, axis=1)
    sums = np.sum((of.s - of.m * q) ** 2 / v, axis=1)
    pairs = np.sum(of.m * (of.m - 1), axis=1) / 2 - 2
    alpha = (sums - squares) / 2 / (pairs * squares / (total - 2))
    largest = np.maximum(of.m.max(axis=1) - 1, 1)
    return np.where(pairs > 0, np.clip(alpha, -1 / largest + 1e-6, 1 - 1e-6), 0.0)


def _where(good: Bools, found: Results) -> Results:
    return Results(*(np.where(good, one, np.nan) for one in (found.estimate, found.low, found.high, found.p)))


METHODS: Mapping[str, Callable[[Counts, float], Results]] = {
    "naive": naive, "person_t": person_t, "gee": gee, "cluster_robust": cluster_robust,
}  # fmt: skip
