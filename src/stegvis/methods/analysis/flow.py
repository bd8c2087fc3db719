"""Flow: the CONSORT flow of participants, counted from the event log and checked against the tables.

Every person has one way through the trial: screened, then excluded or declined or consented, then left or randomised,
then answered or not. The counts are made from `events.csv` alone; `screening.csv`, `participants.csv`, `arms.csv`,
`occasions.csv` and `scores.csv`, written from other rows of the database, must tell the same. Where they do not, the
flow is refused with both numbers, since a diagram whose boxes do not add up is worse than none.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from .extract import Extract
from .plan import Plan
from .refusals import FlowRefused, Mistake
from .tables import TREATMENT_LAYERS, Event

OUT_OF_QUESTIONS = ("questions", "everything")
BEFORE = ("screened", "excluded", "declined", "consented", "left_before_randomisation", "randomised")
ANSWERED, DIED, WITHDREW, LOST, NO_ANSWER, NOT_YET = "answered", "died", "withdrew", "lost", "no_answer", "not_yet"
FATES = (ANSWERED, WITHDREW, DIED, LOST, NO_ANSWER, NOT_YET)
LOOK = "Find the person in both files, correct what is wrong where the extract was written from, and write it anew."

Counted = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Received:
    """Of the people allocated to an arm: how many took up a treatment that it offers, how many stopped it."""

    treatment: str
    received: int
    stopped: int


@dataclass(frozen=True, slots=True)
class ArmFlow:
    """One arm after randomisation; `arm` is '' when the extract is pooled.

    `fates` counts every allocated person once at the main occasion; `analysed` are those with both values, by outcome.
    """

    arm: str
    allocated: int
    received: tuple[Received, ...]
    fates: Mapping[str, int]
    analysed: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Flow:
    """The numbers of the whole diagram; the people under way are those whom nothing has ended yet."""

    screened: int
    excluded: Counted
    declined: Counted
    being_screened: int
    consented: int
    left: Counted
    waiting: int
    randomised: int
    arms: tuple[ArmFlow, ...]


def count_flow(extract: Extract, plan: Plan) -> Flow:
    """Count the flow. Raises FlowRefused with every number that does not reconcile."""
    if extract.about.of_a_table:
        return _from_randomisation_on(extract, plan)
    history = _histories(extract)
    wrong = [*_check_ways(history), *_check_against_tables(extract, history), *_check_follow_up(extract, plan)]
    if wrong:
        raise FlowRefused(wrong)
    ended = _first(history, ("excluded", "declined", "consented"))
    after = _first(history, ("left_before_randomisation", "randomised"))
    consented = {person for person, event in ended.items() if event.event == "consented"}
    arms = arm_of(extract)
    fates = fates_at(extract, plan.main_occasion)
    labels = extract.about.arms or ("",)
    return Flow(
        screened=len(history),
        excluded=_by_reason(ended, "excluded"),
        declined=_by_reason(ended, "declined"),
        being_screened=len(history) - len(ended),
        consented=len(consented),
        left=_by_reason(after, "left_before_randomisation"),
        waiting=len(consented) - len(after),
        randomised=len(arms),
        arms=tuple(_arm_flow(extract, plan, label, arms, fates) for label in labels),
    )


def _from_randomisation_on(extract: Extract, plan: Plan) -> Flow:
    """The flow of a table of people who were all randomised: what came before is not known, and counts nobody."""
    arms, fates = arm_of(extract), fates_at(extract, plan.main_occasion)
    found = tuple(_arm_flow(extract, plan, label, arms, fates) for label in extract.about.arms)
    return Flow(0, (), (), 0, 0, (), 0, len(arms), found)


def arm_of(extract: Extract) -> dict[str, str]:
    """Each randomised participant's arm; '' for everyone when the extract is pooled."""
    if extract.arms or extract.has("arms"):
        return {row.participant: row.arm for row in extract.arms}
    return {row.participant: "" for row in extract.participants if row.randomised_on}


def fates_at(extract: Extract, occasion: str) -> dict[str, str]:
    """What became of each randomised participant at an occasion: one of FATES.

    Answered: the questionnaires were sent. Otherwise, in this order: died; withdrew from the questions or everything;
    was counted as lost; the window closed without an answer; the window is still open or has not opened.
    """
    last: dict[str, set[str]] = defaultdict(set)
    for event in extract.events:
        if event.event == "died":
            last[event.person].add(DIED)
        if event.event == "withdrew" and event.reason in OUT_OF_QUESTIONS:
            last[event.person].add(WITHDREW)
        if event.event == "lost":
            last[event.person].add(LOST)
    planned = {row.participant: row for row in extract.occasions if row.occasion == occasion}
    fates = {}
    for person in arm_of(extract):
        row = planned.get(person)
        ended = next((fate for fate in (DIED, WITHDREW, LOST) if fate in last[person]), None)
        if row is not None and row.submitted_on is not None:
            fates[person] = ANSWERED
        elif ended:
            fates[person] = ended
        else:
            closed = row is not None and row.closes_on < extract.about.data_until
            fates[person] = NO_ANSWER if closed else NOT_YET
    return fates


def _arm_flow(extract: Extract, plan: Plan, label: str, arms: Mapping[str, str], fates: Mapping[str, str]) -> ArmFlow:
    people = {person for person, arm in arms.items() if arm == label}
    found = Counter(fates[person] for person in people)
    return ArmFlow(
        arm=label,
        allocated=len(people),
        received=tuple(_received(extract, plan, label, people)),
        fates={fate: found[fate] for fate in FATES},
        analysed={outcome.code: len(people & complete_pairs(extract, plan, outcome.code)) for outcome in plan.outcomes},
    )


def complete_pairs(extract: Extract, plan: Plan, outcome_code: str) -> set[str]:
    """The participants who have a value at baseline and at the main occasion."""
    outcome = plan.outcome(outcome_code)
    at: dict[str, set[str]] = {plan.baseline: set(), plan.main_occasion: set()}
    for row in extract.scores:
        chosen = row.instrument == outcome.instrument and row.score == outcome.score and row.value is not None
        if chosen and row.occasion in at:
            at[row.occasion].add(row.participant)
    return at[plan.baseline] & at[plan.main_occasion]


def _received(extract: Extract, plan: Plan, label: str, people: set[str]) -> Iterator[Received]:
    """A programme is received when a module was opened, a plan when a visit was held."""
    took = {
        "programme": {row.participant for row in extract.modules if row.opened_on},
        "activity_plan": {row.participant for row in extract.visits if row.held_on},
    }
    table = {"programme": "modules", "activity_plan": "visits"}
    layers = {treatment: layer for layer, treatment in TREATMENT_LAYERS.items()}
    for treatment in plan.treatments:
        offered = label in treatment.arms or (
            label not in [arm.code for arm in plan.arms] and len(treatment.arms) == len(plan.arms)
        )
        if treatment.code not in took or not offered or not extract.has(table[treatment.code]):
            continue
        stopped = {
            event.person
            for event in extract.events
            if event.event == "withdrew" and event.reason in (layers[treatment.code], "everything")
        }
        yield Received(treatment.code, len(people & took[treatment.code]), len(people & stopped))


def _histories(extract: Extract) -> dict[str, list[Event]]:
    history: dict[str, list[Event]] = defaultdict(list)
    for event in sorted(extract.events, key=lambda one: one.on):
        history[event.person].append(event)
    return history


def _first(history: Mapping[str, Sequence[Event]], among: tuple[str, ...]) -> dict[str, Event]:
    """Each person's event among these; a checked history holds at most one."""
    return {person: event for person, events in history.items() for event in events if event.event in among}


def _by_reason(events: Mapping[str, Event], kind: str) -> Counted:
    counts = Counter(event.reason or "" for event in events.values() if event.event == kind)
    return tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _check_ways(history: Mapping[str, Sequence[Event]]) -> Iterator[Mistake]:
    """Each person's own events make one way through the trial."""
    for person, events in history.items():
        days: dict[str, list[dt.date]] = defaultdict(list)
        for event in events:
            days[event.event].append(event.on)
        for one in BEFORE:
            if len(days[one]) > 1:
                yield _events(f"{person} has {len(days[one])} events {one!r}, and can have 1.")
        for later, earlier in (
            ("excluded", "screened"),
            ("declined", "screened"),
            ("consented", "screened"),
            ("left_before_randomisation", "consented"),
            ("randomised", "consented"),
            ("withdrew", "consented"),
            ("lost", "randomised"),
        ):
            if days[later] and (not days[earlier] or min(days[later]) < min(days[earlier])):
                yield _events(f"{person} has {later!r} without {earlier!r} before it.")
        ends = [one for one in ("excluded", "declined", "consented") if days[one]]
        if len(ends) > 1:
            yield _events(f"{person} is counted as {' and as '.join(ends)}; a screening ends one way.")
        if days["left_before_randomisation"] and days["randomised"]:
            yield _events(f"{person} is counted as randomised and as having left before it.")


def _check_against_tables(extract: Extract, history: Mapping[str, Sequence[Event]]) -> Iterator[Mistake]:
    """The event log tells the same as the tables that were written from other rows."""
    ended = _first(history, ("excluded", "declined", "consented"))
    outcomes = Counter(row.outcome for row in extract.screening)
    events = Counter(event.event for event in ended.values())
    yield from _same("screened", len(history), "screening.csv", len(extract.screening))
    yield from _same("excluded", events["excluded"], "screening.csv (not_eligible)", outcomes["not_eligible"])
    yield from _same("declined", events["declined"], "screening.csv (declined)", outcomes["declined"])
    yield from _same("consented", events["consented"], "screening.csv (went_on)", outcomes["went_on"])
    by_criterion = Counter(row.criterion or "" for row in extract.screening if row.outcome == "not_eligible")
    by_reason = Counter(event.reason or "" for event in ended.values() if event.event == "excluded")
    for criterion in sorted(set(by_criterion) | set(by_reason)):
        name = f"screening.csv (not_eligible by {criterion!r})"
        yield from _same(f"excluded by {criterion!r}", by_reason[criterion], name, by_criterion[criterion])
    yield from _same_people(
        "consented",
        {person: event.on for person, event in ended.items() if event.event == "consented"},
        {row.participant: row.consented_on for row in extract.participants},
    )
    yield from _same_people(
        "randomised",
        {person: event.on for person, event in _first(history, ("randomised",)).items()},
        {row.participant: row.randomised_on for row in extract.participants if row.randomised_on},
    )


def _check_follow_up(extract: Extract, plan: Plan) -> Iterator[Mistake]:
    """Who answered, who was lost and who withdrew are different people, and nobody is forgotten."""
    sent = {row.participant: row.submitted_on for row in extract.occasions if row.occasion == plan.main_occasion}
    completed = {e.person for e in extract.events if e.event == "completed" and e.reason == plan.main_occasion}
    randomised = set(arm_of(extract))
    forgotten = randomised - set(sent)
    if forgotten:
        why = f"{len(forgotten)} of {len(randomised)} randomised have no row for {plan.main_occasion!r}: {_some(forgotten)}."
        yield Mistake("occasions.csv", 0, "", why, LOOK)
    answered = {person for person, on in sent.items() if on}
    if answered != completed:
        why = (
            f"{len(completed)} people completed {plan.main_occasion!r} by the event log, and {len(answered)} by "
            f"occasions.csv; they differ in {_some(answered ^ completed)}."
        )
        yield _events(why)
    for event in extract.events:
        on = sent.get(event.person)
        if on and event.event == "lost" and event.reason == plan.main_occasion:
            yield _events(f"{event.person} is counted as lost and as having answered at {plan.main_occasion!r}.")
        gone = event.event == "died" or (event.event == "withdrew" and event.reason in OUT_OF_QUESTIONS)
        if on and gone and event.on < on:
            yield _events(f"{event.person} answered {plan.main_occasion!r} after the event {event.event!r}.")
    scored = {row.participant for row in extract.scores if row.occasion == plan.main_occasion and row.value is not None}
    if scored - answered:
        why = f"{len(scored - answered)} people have scores without having sent the questionnaires: "
        yield Mistake("scores.csv", 0, "", f"{why}{_some(scored - answered)}.", LOOK)


def _same(what: str, by_events: int, where: str, by_table: int) -> Iterator[Mistake]:
    if by_events != by_table:
        yield _events(f"{by_events} people are {what} by the event log, and {by_table} by {where}.")


def _same_people(
    what: str, by_events: Mapping[str, dt.date | None], by_table: Mapping[str, dt.date | None]
) -> Iterator[Mistake]:
    if set(by_events) != set(by_table):
        difference = _some(set(by_events) ^ set(by_table))
        yield _events(
            f"{len(by_events)} people are {what} by the event log, and {len(by_table)} by participants.csv; "
            f"they differ in {difference}."
        )
    other_day = {person for person, on in by_events.items() if person in by_table and by_table[person] != on}
    if other_day:
        yield _events(f"{len(other_day)} people are {what} on another day by participants.csv: {_some(other_day)}.")


def _some(people: Iterable[str]) -> str:
    names = sorted(people)
    return ", ".join(names[:5]) + (" …" if len(names) > 5 else "")


def _events(why: str) -> Mistake:
    return Mistake("events.csv", 0, "", why, LOOK)
