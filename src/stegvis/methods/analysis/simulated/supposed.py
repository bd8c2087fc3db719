"""Supposed: what a trial is taken to be like, from its plan and from what is said beside it, or every fact that lacks.

From the plan: arms and published numbers of people, the share lost (published retention), the spread of an outcome (what
its published interval implies), effects (its MCID, in the direction that is better), proportions of goals attained, sites.
Whatever is given beside the plan goes before it. With a correlation r over time, the SD of an outcome is that of change
divided by √(2(1 − r)).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from math import isfinite

from stegvis.methods.analysis.plan import LOWER, PRIMARY, Outcome, Plan
from stegvis.methods.analysis.refusals import Mistake, Refused
from stegvis.methods.analysis.trial import SITE
from stegvis.methods.analysis.two_samples import implied_by_interval

from .worlds import GoalWorld, Loss, OutcomeWorld, World


class SimulationRefused(Refused):
    """The plan, with what is given beside it, does not tell enough to make trials up."""

    opening = "The simulation is refused"


@dataclass(frozen=True, slots=True)
class Given:
    """What is said beside the plan; None, or nothing under a code, leaves it to the plan.

    `people` and `lost` are of the compared arm and the reference; `slope` is that of MAR and MNAR in both arms.
    """

    people: tuple[int, int] | None = None
    lost: tuple[float, float] | None = None
    mechanism: str = "MAR"
    slope: float = 0.5
    correlation: float = 0.5
    between: float = 0.4
    sd: Mapping[str, float] = field(default_factory=dict)
    effect: Mapping[str, float] = field(default_factory=dict)
    strata: int | None = None
    therapists: int = 0
    therapist_icc: float = 0.02
    goals_a_person: float = 1.6
    goal_icc: float = 0.35


@dataclass(frozen=True, slots=True)
class Supposed:
    """The trial without any effect, and with the smallest that matters; what was supposed, in sentences."""

    null: World
    effect: World
    sentences: tuple[str, ...]


def suppose(plan: Plan, given: Given) -> Supposed:
    """Both worlds; raises SimulationRefused with every fact that lacks."""
    wrong = list(_lacks(plan, given))
    if wrong:
        raise SimulationRefused(sorted(wrong))
    people, lost = _people(plan, given), _lost(plan, given)
    assert people is not None
    assert lost is not None
    times = _times(plan)
    slopes = (given.slope, given.slope) if given.mechanism != "MCAR" else (0.0, 0.0)

    def world(*, effect: bool) -> World:
        return World(
            *people,
            outcomes={code: _outcome(plan.outcome(code), given, plan, effect=effect) for code in _codes(plan)},
            goals=_goals(plan, given, effect=effect),
            times=times,
            correlation=given.correlation,
            between=given.between,
            strata=given.strata or _sites(plan),
            loss=Loss(*lost, given.mechanism, slopes),
            therapists=given.therapists,
            therapist_icc=given.therapist_icc if given.therapists else 0.0,
        )

    null, effect = world(effect=False), world(effect=True)
    return Supposed(null, effect, tuple(_sentences(plan, effect)))


def _lacks(plan: Plan, given: Given) -> Iterator[Mistake]:
    if len(plan.arms) != 2:
        why = f"the plan has {len(plan.arms)} arms, and trials are made up of two."
        yield Mistake("plan", 0, "arms", why, "Simulate a plan of two of them.")
        return
    if _people(plan, given) is None:
        why = "the plan does not tell how many people are randomised to each arm."
        yield Mistake("plan", 0, "published.retention", why, "Say it with --people, for example --people 64 65.")
    if _lost(plan, given) is None:
        why = "the plan does not tell how many are lost."
        yield Mistake("plan", 0, "published.retention", why, "Say it with --lost, for example --lost 0.33 0.40.")
    if not plan.of_kind(PRIMARY):
        yield Mistake("plan", 0, "outcomes", "no outcome is primary.", 'Give one kind = "primary".')
    for code in _main_codes(plan):
        if _spread(plan.outcome(code), given, plan) is None:
            why = f"the spread of {code}{_on(plan.outcome(code))} is not known: it has no published interval."
            yield Mistake("plan", 0, "outcomes", why, f"Say its SD with --sd {code}=NUMBER.")
    known = {one.code for one in plan.outcomes}
    for name, told in (("--sd", given.sd), ("--effect", given.effect)):
        for code in sorted(set(told) - known):
            yield Mistake("plan", 0, "outcomes", f"{name} names {code}, which is no outcome.", "Correct the code.")


def _people(plan: Plan, given: Given) -> tuple[int, int] | None:
    retention = plan.published.retention if plan.published else None
    if given.people or retention is None:
        return given.people
    compared = next(arm.code for arm in plan.arms if arm.code != plan.reference)
    return retention.randomised[compared], retention.randomised[plan.reference]


def _lost(plan: Plan, given: Given) -> tuple[float, float] | None:
    retention = plan.published.retention if plan.published else None
    if given.lost or retention is None:
        return given.lost
    share = 1 - retention.answered / sum(retention.randomised.values())
    return share, share


def _times(plan: Plan) -> tuple[float, ...]:
    """The occasions after baseline up to the main one, as shares of the time to that."""
    start, end = (plan.occasion(code).months for code in (plan.baseline, plan.main_occasion))
    return tuple(sorted((one.months - start) / (end - start) for one in plan.occasions if start < one.months <= end))


def _main_codes(plan: Plan) -> tuple[str, ...]:
    """Primary outcomes, and those of the planned analyses."""
    wanted = [one.code for one in plan.of_kind(PRIMARY)] + [code for one in plan.analyses for code in one.outcomes]
    return tuple(dict.fromkeys(wanted))


def _codes(plan: Plan) -> tuple[str, ...]:
    """The same, and outcomes that help to fill in or to weigh."""
    helping = [
        code for one in plan.analyses for key in ("auxiliaries", "predictors") for code in one.options.get(key, ())
    ]
    return tuple(dict.fromkeys([*_main_codes(plan), *helping]))


def _outcome(outcome: Outcome, given: Given, plan: Plan, *, effect: bool) -> OutcomeWorld:
    """On the scale on which it is compared; one that only helps has a spread of 1 where none is known: nothing depends on it."""
    spread, middle = _spread(outcome, given, plan) or 1.0, sum(outcome.bounds) / 2
    return OutcomeWorld(spread, middle if isfinite(middle) else 0.0, _effect(outcome, given) if effect else 0.0)


def _spread(outcome: Outcome, given: Given, plan: Plan) -> float | None:
    if outcome.code in given.sd:
        return given.sd[outcome.code]
    published = outcome.published
    if published is None or len(published.n) != 2:
        return None
    n1, n0 = (published.n[arm.code] for arm in plan.arms)
    implied = implied_by_interval(published.estimate, published.low, published.high, n1, n0, plan.methods.level)
    return implied.sd / (2 * (1 - given.correlation)) ** 0.5


def _effect(outcome: Outcome, given: Given) -> float:
    if outcome.code in given.effect:
        return given.effect[outcome.code]
    points = outcome.mcid.points if outcome.mcid and outcome.transformation is None else 0.0
    return -points if outcome.better == LOWER else points


def _on(outcome: Outcome) -> str:
    return f" on the scale {outcome.scale}" if outcome.scale else ""


def _sites(plan: Plan) -> int:
    return next((len(one.categories) for one in plan.characteristics if one.column == SITE and one.categories), 1)


def _goals(plan: Plan, given: Given, *, effect: bool) -> dict[str, GoalWorld]:
    """The kinds with published shares; without an effect both arms have the mean of the two."""
    made = {}
    compared = next(arm.code for arm in plan.arms if arm.code != plan.reference)
    for kind in plan.goals.kinds if plan.goals else ():
        if kind.published is not None:
            p1, p0 = (kind.published.percent[arm] / 100 for arm in (compared, plan.reference))
            pair = (p1, p0) if effect else ((p1 + p0) / 2,) * 2
            made[kind.code] = GoalWorld(pair[0], pair[1], given.goals_a_person, given.goal_icc)
    return made


def _sentences(plan: Plan, world: World) -> Iterator[str]:
    loss = world.loss
    depends = {"MCAR": "nothing", "MAR": "the baseline of the first outcome", "MNAR": "that outcome itself"}[
        loss.mechanism
    ]
    yield (
        f"{world.n1} + {world.n0} people in {world.strata} strata; {loss.compared:.0%} and {loss.reference:.0%} lost, "
        f"depending on {depends}; values correlate {world.correlation:g} over time and {world.between:g} between outcomes."
    )
    for code in _main_codes(plan):
        one = world.outcomes[code]
        supposed = f"effect that matters {one.difference:g}" if one.difference else (
            "no effect supposed, since the plan has no MCID for it (say one with --effect)"
        )  # fmt: skip
        yield f"{code}{_on(plan.outcome(code))}: SD {one.sd:.3g}, {supposed}."
    for kind, goal in world.goals.items():
        yield (
            f"Goals ({kind}): {goal.compared:.0%} v {goal.reference:.0%} attained, {goal.per_person:g} a person, "
            f"correlation {goal.icc:g}."
        )
    if world.therapists:
        yield f"{world.therapists} therapists in the compared arm, intra-cluster correlation {world.therapist_icc:g}."
