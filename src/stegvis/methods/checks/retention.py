"""Retention: the share of the randomised who still answer, month after month, of all arms together.

Kaplan & Meier, J Am Stat Assoc 1958;53:457–481, on grouped times: somebody who leaves in a month counts as at risk in it, and
somebody whose time so far ends in it counts as at risk too. Confidence limits by Greenwood's variance on the log-log scale
(Kalbfleisch & Prentice 1980).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp, log, sqrt

Z = 1.959964
"""The 97.5th percentile of the normal distribution: limits of 95 per cent."""


@dataclass(frozen=True)
class Kept:
    """The end of one interval: how many were at risk in it, how many left, the share kept until its end, and its limits."""

    month: int
    at_risk: int
    left: int
    share: float
    low: float
    high: float


def retention(left: Mapping[int, int], still_there: Mapping[int, int]) -> list[Kept]:
    """The curve, one point a month from 0.

    left: how many stopped answering, by whole months since randomisation. still_there: how many have not, by the whole
    months for which they have been followed so far.
    """
    at_risk = sum(left.values()) + sum(still_there.values())
    share, variance, curve = 1.0, 0.0, []
    for month in range(max([-1, *left, *still_there]) + 1):
        gone = left.get(month, 0)
        if gone:
            share *= 1 - gone / at_risk
            variance += gone / (at_risk * (at_risk - gone)) if at_risk > gone else 0.0
        curve.append(Kept(month, at_risk, gone, share, *_limits(share, variance)))
        at_risk -= gone + still_there.get(month, 0)
    return curve


def _limits(share: float, variance: float) -> tuple[float, float]:
    """S^exp(±z √V / ln S), V being Greenwood's sum; the share itself where it is 0 or 1."""
    if share <= 0.0 or share >= 1.0 or variance == 0.0:
        return share, share
    reach = exp(Z * sqrt(variance) / abs(log(share)))
    return share**reach, share ** (1 / reach)
