"""Harms: people and events by arm, with intervals that hold for few events too.

Harm is rare, so nothing here leans on a normal approximation where an exact interval is known, and an arm without any
event still has an upper limit. Arms are compared only when both were asked in the same way: an arm that is seen more
often reports more. Source: CONSORT Harms 2022 (Junqueira et al., BMJ 2023;381:e073725).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from .exact import Exact, check_time, clopper_pearson, poisson_rate
from .refusals import NotEstimable
from .two_by_two import RiskDifference, risk_difference
from .two_samples import vector


@dataclass(frozen=True, slots=True)
class RateRatio:
    """Rate of the compared arm by the reference's, exact given the number of events of both."""

    method: str
    estimate: float
    low: float
    high: float
    p: float
    level: float


@dataclass(frozen=True, slots=True)
class ArmHarms:
    """One arm: how many people, how many with any event, how many events, in how much time."""

    people: int
    affected: int
    events: int
    person_time: float
    proportion: Exact
    rate: Exact


def rate_ratio(
    events: int, person_time: float, reference_events: int, reference_time: float, level: float = 0.95
) -> RateRatio:
    """(x1/t1)/(x0/t0): given x1 + x0, x1 is binomial with π = t1 λ1/(t1 λ1 + t0 λ0), so π's exact limits turn into the ratio's.

    Source: Przyborowski & Wilenski, Biometrika 1940;31:313, as R's poisson.test; P sums all splits no likelier than the
    observed one. With no event in the reference the ratio and its upper limit are infinite.
    """
    check_time(events, person_time)
    check_time(reference_events, reference_time)
    total = events + reference_events
    if total == 0:
        raise NotEstimable(
            "no_event", "Neither arm has an event, so there is no ratio. Give the upper limit of each rate."
        )
    share = clopper_pearson(events, total, level)
    scale = reference_time / person_time

    def odds(p: float) -> float:
        return float("inf") if p == 1 else p / (1 - p) * scale

    k = np.arange(total + 1)
    null = person_time / (person_time + reference_time)
    logs = special.gammaln(total + 1) - special.gammaln(k + 1) - special.gammaln(total - k + 1)
    chances = np.exp(logs + k * np.log(null) + (total - k) * np.log1p(-null))
    p = float(min(1.0, chances[chances <= chances[events] * (1 + 1e-7)].sum()))
    return RateRatio("exact conditional", odds(events / total), odds(share.low), odds(share.high), p, level)


def by_arm(event_people: Sequence[str], people: Sequence[str], person_time: ArrayLike, level: float = 0.95) -> ArmHarms:
    """One arm's harms: `event_people` has the person of each event, `people` everybody (n,), with their time (n,).

    People are counted once however many events they have; the proportion is of people, the rate of events. An event
    of somebody who is not among the people is a mistake in the data and raises ValueError.
    """
    time = vector(person_time)
    if len(set(people)) < len(people) or time.size != len(people):
        raise ValueError("every person stands once, with one time")
    affected = set(event_people)
    if affected - set(people):
        raise ValueError("an event belongs to a person who is not in this arm")
    if not people:
        raise NotEstimable("empty", "One arm has nobody here, so there is no proportion.")
    proportion = clopper_pearson(len(affected), len(people), level)
    rate = poisson_rate(len(event_people), float(time.sum()), level)
    return ArmHarms(len(people), len(affected), len(event_people), float(time.sum()), proportion, rate)


def between_arms(
    affected: int,
    people: int,
    reference_affected: int,
    reference_people: int,
    *,
    asked_identically: bool,
    level: float = 0.95,
) -> RiskDifference:
    """Difference in the share of people with a harm, with Newcombe's interval; refused unless asked the same way in both.

    A therapist who hears of harms every week in one arm only makes that arm look worse, whatever happened.
    """
    if not asked_identically:
        raise NotEstimable(
            "asked_differently",
            "This source did not ask both arms in the same way, so a difference between them would say who was asked, not "
            "who was harmed. Compare what the questionnaires asked of everyone.",
        )
    return risk_difference(affected, people, reference_affected, reference_people, level)
