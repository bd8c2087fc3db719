"""Published: what a paper reports, and what its own interval implies, to stand beside this trial's figures.

Only a figure from the same instrument is used, and only beside an unblinded result.
"""

from __future__ import annotations

from collections.abc import Iterator

from stegvis.methods.analysis import two_samples
from stegvis.methods.analysis.findings import Finding
from stegvis.methods.analysis.manifest import UNBLINDED
from stegvis.methods.analysis.plan import Outcome
from stegvis.methods.analysis.trial import Trial

SECTION = "published"


def findings(trial: Trial) -> Iterator[Finding]:
    """For each outcome with a usable published figure: the spread, effect size and t-test P that its interval implies."""
    if trial.kind != UNBLINDED or len(trial.contrasts) != 1:
        return
    arm, reference = trial.contrasts[0]
    for outcome in trial.plan.outcomes:
        published = outcome.published
        if published is None or not stands_beside(outcome):
            continue
        n1, n0 = published.n[arm], published.n[reference]
        implied = two_samples.implied_by_interval(
            published.estimate, published.low, published.high, n1, n0, trial.plan.methods.level
        )
        yield Finding(
            id=f"published.{outcome.code}.implied",
            section=SECTION,
            method="implied_by_interval",
            outcome=outcome.code,
            arms=(arm, reference),
            n={arm: n1, reference: n0},
            level=trial.plan.methods.level,
            numbers={
                "estimate": published.estimate,
                "low": published.low,
                "high": published.high,
                "se": implied.se,
                "sd": implied.sd,
                "d": implied.d,
                "statistic": implied.t,
                "df": implied.df,
                "p": implied.p,
                "midpoint_gap": implied.midpoint_gap,
            },
        )


def stands_beside(outcome: Outcome) -> bool:
    """Whether the published figure is of the same instrument."""
    return outcome.published is not None and outcome.published.instrument == outcome.instrument
