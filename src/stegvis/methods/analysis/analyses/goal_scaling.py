"""Goal attainment scaling: one T score a person, from the goals that were set with levels and count.

T needs a level of every one of a person's goals with levels; whoever lacks one has no score and is counted as such, and
so is whoever did not say what the plan's weights need. Goals without levels take no part.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from stegvis.methods.analysis import two_samples
from stegvis.methods.analysis.analyses.attempts import arm_id, attempt, contrast_id
from stegvis.methods.analysis.analyses.goals_counted import PENDING, RATED, UNRATED, Counted, every
from stegvis.methods.analysis.findings import Finding, source
from stegvis.methods.analysis.plan import GoalScaling
from stegvis.methods.analysis.trial import Trial
from stegvis.methods.instruments.goal_attainment import t_score, weight

SECTION = "goals"


def findings(trial: Trial) -> Iterator[Finding]:
    """The T scores of each arm and their difference; nothing when the plan does not ask or no goal that counts has levels."""
    plan = trial.plan.goals
    if plan is None or plan.gas is None or not trial.extract.has("goals"):
        return
    counts = (RATED, UNRATED, PENDING)
    used = [one for one in every(trial) if one.state in counts and one.goal.levels]
    if not used:
        return
    people = _by_person(used)
    scores = {person: score(goals, plan.gas) for person, goals in people.items()}
    known = {person: value for person, value in scores.items() if value is not None}
    level = trial.plan.methods.level
    facts: dict[str, Any] = {"section": SECTION, "outcome": "gas", "level": level}
    for arm in trial.arms:
        own = [person for person in people if trial.arm_of[person] == arm]
        yield attempt(
            partial(_describe, [known[person] for person in own if person in known], len(own), level),
            id=f"goals.gas.t.{arm_id(arm)}",
            method="gas_t",
            arms=(arm,) if arm else (),
            n={arm_id(arm): sum(person in known for person in own)},
            sources=(
                source("goals", [one.goal for person in own for one in people[person]], "levels present, counted"),
            ),
            **facts,
        )
    for contrast in trial.contrasts:
        first, second = ([known[p] for p in known if trial.arm_of[p] == arm] for arm in contrast)
        yield attempt(
            partial(two_samples.pooled_t, first, second, level),
            id=f"goals.gas.difference.{contrast_id(contrast)}",
            method="gas_difference",
            arms=contrast,
            n={contrast[0]: len(first), contrast[1]: len(second)},
            sources=(source("goals", [one.goal for p in known for one in people[p]], "levels present, T computed"),),
            **facts,
        )


def score(goals: Sequence[Counted], scaling: GoalScaling) -> float | None:
    """One person's T; None when a goal has no level (yet), or the weights that the plan wants were not said."""
    levels = [one.rating.gas_level if one.rating else None for one in goals]
    if scaling.weights == "equal":
        return t_score(levels, correlation=scaling.correlation)
    weights = [weight(one.goal.importance, one.goal.difficulty) for one in goals]
    said = [value for value in weights if value is not None]
    return t_score(levels, said, scaling.correlation) if len(said) == len(goals) else None


def _by_person(used: Sequence[Counted]) -> dict[str, list[Counted]]:
    people: dict[str, list[Counted]] = defaultdict(list)
    for one in sorted(used, key=lambda one: (one.goal.participant, one.goal.goal)):
        people[one.goal.participant].append(one)
    return dict(people)


def _describe(values: Sequence[float], people: int, level: float) -> Mapping[str, float]:
    found = two_samples.mean_interval(values, level)
    return {
        "estimate": found.estimate, "low": found.low, "high": found.high, "sd": found.sd, "people": people,
        "without": people - len(values),
    }  # fmt: skip
