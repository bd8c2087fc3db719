"""Guidance: what therapists gave: the behaviours in their replies, how many, how long, how soon, and their time.

Replies of one therapist are alike, and so are the people in one caseload: every number stands by therapist beside the
number of all, and the likeness of a therapist's replies is told as an intra-cluster correlation (Walwyn & Roberts, Stat
Methods Med Res 2010;19:291). The marks are those of a rule that sees words, not warmth; they describe and prove nothing.

A person belongs to the therapist who spent most time on them, so that a colleague who covered for a week adds no people.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from stegvis.methods.analysis import clustered, two_by_two
from stegvis.methods.analysis.analyses.attempts import ALL, arm_id, attempt
from stegvis.methods.analysis.analyses.delivery import STARTED, described, offered_arms, started_people
from stegvis.methods.analysis.analyses.dose import bases
from stegvis.methods.analysis.analyses.therapist_time import Spent, spent_on
from stegvis.methods.analysis.findings import Finding, source
from stegvis.methods.analysis.plan import Guidance
from stegvis.methods.analysis.refusals import NotEstimable
from stegvis.methods.analysis.tables import BEHAVIOURS, Reply
from stegvis.methods.analysis.trial import Trial

SECTION = "guidance"
BELOW, WITHIN, ABOVE = "below", "within", "above"
RANGES = (BELOW, WITHIN, ABOVE)


def findings(trial: Trial) -> Iterator[Finding]:
    """Replies and time by therapist in each arm that is offered the programme; nothing unless unblinded."""
    plan = trial.plan.guidance
    if plan is None or not trial.extract.has("guidance"):
        return
    for arm in offered_arms(trial, plan.treatment):
        if trial.extract.has("replies"):
            yield from _replies(trial, arm)
        yield from _time(trial, plan, arm)


def of(what: str, arm: str, therapist: str = ALL) -> str:
    """What a finding of this section is called; without a therapist, that of all."""
    return f"guidance.{what}.{arm_id(arm)}.{therapist}"


# Replies --------------------------------------------------------------------------------------------------------------
def _replies(trial: Trial, arm: str) -> Iterator[Finding]:
    rows = [row for row in trial.extract.replies if trial.arm_of.get(row.participant) == arm]
    for therapist, theirs in _by_therapist(rows).items():
        facts = _facts(arm, "replies", theirs)
        marked = [row for row in theirs if row.rules is not None]
        for behaviour in BEHAVIOURS:
            yield attempt(
                partial(two_by_two.wilson, sum(map(_shows(behaviour), marked)), len(marked), trial.plan.methods.level),
                id=of(behaviour, arm, therapist), method="share_of_replies", n={arm_id(arm): len(marked)},
                level=trial.plan.methods.level, **facts,
            )  # fmt: skip
        for what in ("words", "days_to_answer"):
            values = [float(getattr(row, what)) for row in theirs]
            yield _number(of(what, arm, therapist), f"reply_{what}", values, arm, facts)
        yield from _per_person(trial, arm, therapist, theirs, facts)
    for behaviour in BEHAVIOURS:
        yield _likeness(arm, behaviour, [row for row in rows if row.rules is not None])


def _shows(behaviour: str) -> Any:
    return lambda row: bool(getattr(row, behaviour))


def _by_therapist(rows: Sequence[Reply]) -> Mapping[str, list[Reply]]:
    """All replies, and those of each therapist."""
    found: dict[str, list[Reply]] = {ALL: list(rows)}
    for row in sorted(rows, key=lambda row: row.therapist):
        found.setdefault(row.therapist, []).append(row)
    return found


def _per_person(
    trial: Trial, arm: str, therapist: str, rows: Sequence[Reply], facts: dict[str, Any]
) -> Iterator[Finding]:
    """Replies per person: in all with both denominators; for one therapist, of those to whom they replied."""
    number: dict[str, int] = defaultdict(int)
    for row in rows:
        number[row.participant] += 1
    groups = bases(trial, arm) if therapist == ALL else {STARTED: sorted(number)}
    for base, people in groups.items():
        values = [float(number[person]) for person in people]
        yield described(of(f"replies_{base}", arm, therapist), f"replies_of_{base}", base, values, arm, facts)


def _likeness(arm: str, behaviour: str, rows: Sequence[Reply]) -> Finding:
    """How alike the replies of one therapist are in a behaviour, beyond those of different therapists."""

    def build() -> clustered.Clustering:
        try:
            shown = [float(getattr(row, behaviour)) for row in rows]
            return clustered.clustering(shown, [arm] * len(rows), [row.therapist for row in rows])
        except NotEstimable as refusal:
            if refusal.code == "constant":
                raise NotEstimable("replies_alike", "Every reply is the same in it.") from refusal
            raise NotEstimable("one_therapist", "There are not two therapists with replies to compare.") from refusal

    n = {arm_id(arm): len(rows)}
    return attempt(build, id=of(f"icc_{behaviour}", arm), method="therapist_icc", n=n, **_facts(arm, "replies", rows))


# Time -----------------------------------------------------------------------------------------------------------------
def _time(trial: Trial, plan: Guidance, arm: str) -> Iterator[Finding]:
    rows = [row for row in trial.extract.guidance if trial.arm_of.get(row.participant) == arm]
    facts = _facts(arm, "guidance", rows)
    spent = spent_on(trial, started_people(trial, arm), rows)
    groups: dict[str, list[Spent]] = {ALL: spent}
    for each in sorted(spent, key=lambda each: each.therapist):
        if each.therapist:
            groups.setdefault(each.therapist, []).append(each)
    for therapist, people in groups.items():
        yield _rate(of("minutes_a_week", arm, therapist), "minutes_a_week", people, "minutes", arm, facts)
        yield _rate(of("calls_a_week", arm, therapist), "calls_a_week", people, "call_minutes", arm, facts)
        for what in ("minutes", "call_minutes"):
            values = [getattr(each, what) for each in people]
            yield _number(of(f"total_{what}", arm, therapist), f"total_{what}", values, arm, facts)
        for name in RANGES:
            count = sum(_range(plan, each.minutes_a_week) == name for each in people)
            yield Finding(
                id=of(name, arm, therapist), method="usual_minutes", numbers={"events": count},
                n={arm_id(arm): len(people)}, analysis_set=STARTED, **facts,
            )  # fmt: skip


def _range(plan: Guidance, minutes: float) -> str:
    return BELOW if minutes < plan.low else ABOVE if minutes > plan.high else WITHIN


def _rate(identifier: str, method: str, people: Sequence[Spent], what: str, arm: str, facts: dict[str, Any]) -> Finding:
    """Minutes divided by weeks, of all people together; beside it how the people's own rates spread."""
    values = [getattr(each, what) / each.weeks for each in people]
    found = _number(identifier, method, values, arm, facts)
    if found.refusal is not None:
        return found
    weeks = sum(each.weeks for each in people)
    rate = sum(getattr(each, what) for each in people) / weeks
    return Finding(
        id=identifier, method=method, numbers={"estimate": rate, "weeks": weeks, **found.numbers}, n=found.n,
        analysis_set=STARTED, **facts,
    )  # fmt: skip


def _number(identifier: str, method: str, values: Sequence[float], arm: str, facts: dict[str, Any]) -> Finding:
    return described(identifier, method, STARTED, values, arm, facts)


def _facts(arm: str, table: str, rows: Sequence[Any]) -> dict[str, Any]:
    return {
        "section": SECTION,
        "arms": (arm,) if arm else (),
        "sources": (source(table, rows, f"participant randomised to {arm!r}"),),
    }
