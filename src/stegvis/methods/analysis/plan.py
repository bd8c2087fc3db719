"""Plan: the statistical analysis plan as data (`studies/<trial>/sap.toml`), read and checked.

The plan says what is compared, with whom, by which direction is better and by which methods; this code names no arm,
instrument or outcome of any trial. It is hashed as it stands; the hash is printed in the report and compared with the
one in the extract's manifest. Key by key it is described in docs/reference/sap.md.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from .other_care import OtherCare, read_other_care
from .refusals import Mistake, PlanRefused
from .tables import GOAL_KINDS, GOAL_LEVELS
from .toml_reader import Reader, Text

Value = TypeVar("Value")

FORMAT = "stegvis-sap/1"
LOWER, HIGHER = "lower", "higher"
PRIMARY, SECONDARY = "primary", "secondary"
SECTIONS = (
    "flow", "baseline", "primary", "secondary", "goals", "adherence", "visits", "other_care", "missing", "published",
)  # fmt: skip
STRATEGIES = ("treatment policy", "hypothetical", "composite", "while on treatment", "principal stratum")
ANALYSIS_RULES = ("randomised", "complete")
COVARIATES = ("baseline", "stratum")
P_VALUES = ("ancova", "pooled_t", "mann_whitney")


@dataclass(frozen=True, slots=True)
class Arm:
    """An arm of the trial, by the protocol's code."""

    code: str
    label: Text


@dataclass(frozen=True, slots=True)
class Treatment:
    """A treatment and the arms that are offered it."""

    code: str
    label: Text
    arms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Occasion:
    """An occasion of measurement; `months` from randomisation places it on a figure's axis."""

    code: str
    label: Text
    months: float


@dataclass(frozen=True, slots=True)
class AnalysisSet:
    """Who is in an analysis: `randomised` (everyone as allocated) or `complete` (both values of that outcome)."""

    code: str
    rule: str
    label: Text


@dataclass(frozen=True, slots=True)
class IntercurrentEvent:
    """Something that may happen after randomisation, and the strategy for it (ICH E9(R1))."""

    event: Text
    strategy: str


@dataclass(frozen=True, slots=True)
class Estimand:
    """What is estimated, by its five attributes (ICH E9(R1)): population, treatments, variable, events, summary."""

    code: str
    question: Text
    population: Text
    treatments: Text
    variable: Text
    summary: Text
    intercurrent_events: tuple[IntercurrentEvent, ...]
    outcomes: tuple[str, ...]
    analysis_set: str


@dataclass(frozen=True, slots=True)
class Mcid:
    """The smallest difference that matters to patients, in points, and who says so."""

    points: float
    source: Text


@dataclass(frozen=True, slots=True)
class PublishedOutcome:
    """What a paper reports for an outcome; printed only beside the same instrument."""

    instrument: str
    estimate: float
    low: float
    high: float
    effect_size: float | None
    p: float | None
    n: Mapping[str, int]
    n_assumed: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """One outcome: where its score is found, which direction is better, what difference matters."""

    code: str
    kind: str
    label: Text
    instrument: str
    score: str
    unit: Text
    better: str
    minimum: float
    maximum: float
    decimals: int
    mcid: Mcid | None
    published: PublishedOutcome | None


@dataclass(frozen=True, slots=True)
class Characteristic:
    """A baseline characteristic: a column of participants.csv, a number or a category."""

    column: str
    label: Text
    kind: str
    decimals: int
    categories: Mapping[str, Text]


@dataclass(frozen=True, slots=True)
class PublishedShares:
    """Published percentages by arm, with the P value beside them."""

    percent: Mapping[str, float]
    p: float | None


@dataclass(frozen=True, slots=True)
class GoalKind:
    """One kind of goal, with what was published about it."""

    code: str
    label: Text
    published: PublishedShares | None


@dataclass(frozen=True, slots=True)
class Goals:
    """Which rating of a goal counts, and what counts as attained.

    The newest rating by `rater` given `first_day` to `last_day` days after the goal was set; `attained` are the levels
    that count. Only goals locked before allocation are in the denominator.
    """

    kinds: tuple[GoalKind, ...]
    rater: str
    first_day: int
    last_day: int
    attained: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PublishedAdherence:
    """`finished` of `started`, of `randomised`, as published."""

    finished: int
    started: int
    randomised: int


@dataclass(frozen=True, slots=True)
class Adherence:
    """What is a finished module, and the minimum dose."""

    treatment: str
    modules: int
    finished_by: str
    minimum_core: int
    published: PublishedAdherence | None


@dataclass(frozen=True, slots=True)
class Visits:
    """How many visits every arm was offered by the protocol."""

    treatment: str
    planned: int


@dataclass(frozen=True, slots=True)
class PublishedRetention:
    """How many were randomised to each arm and how many answered, as published."""

    randomised: Mapping[str, int]
    answered: int


@dataclass(frozen=True, slots=True)
class Published:
    """Where published figures come from, what is not known about them, and those that concern no single outcome."""

    citation: Text
    notes: tuple[Text, ...]
    retention: PublishedRetention | None


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signed the plan, and when (as written)."""

    by: str
    on: str


@dataclass(frozen=True, slots=True)
class Methods:
    """Choices that another analyst would have to know to get the same digits."""

    level: float
    covariates: tuple[str, ...]
    errors: str
    continuity: bool
    draws: int
    seed: int
    multiplicity: str
    multiplicity_p: str


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole, checked analysis plan."""

    study: str
    version: str
    title: Text
    sha256: str
    signature: Signature | None
    arms: tuple[Arm, ...]
    reference: str
    treatments: tuple[Treatment, ...]
    occasions: tuple[Occasion, ...]
    baseline: str
    main_occasion: str
    analysis_sets: tuple[AnalysisSet, ...]
    estimands: tuple[Estimand, ...]
    outcomes: tuple[Outcome, ...]
    characteristics: tuple[Characteristic, ...]
    reasons: Mapping[str, Text]
    goals: Goals | None
    adherence: Adherence | None
    visits: Visits | None
    other_care: OtherCare | None
    published: Published | None
    methods: Methods
    sections: tuple[str, ...]

    def outcome(self, code: str) -> Outcome:
        """The outcome with this code."""
        return next(one for one in self.outcomes if one.code == code)

    def of_kind(self, kind: str) -> tuple[Outcome, ...]:
        """The primary or the secondary outcomes, in the plan's order."""
        return tuple(one for one in self.outcomes if one.kind == kind)

    def occasion(self, code: str) -> Occasion:
        """The occasion with this code."""
        return next(one for one in self.occasions if one.code == code)

    def estimand_of(self, outcome: str) -> Estimand | None:
        """The first estimand that an outcome belongs to."""
        return next((one for one in self.estimands if outcome in one.outcomes), None)


def read_plan(path: Path) -> Plan:
    """Read and check a plan file. Raises PlanRefused with every mistake."""
    return parse_plan(path.read_bytes(), path.name)


def parse_plan(content: bytes, file: str = "sap.toml") -> Plan:
    """Check the bytes of a plan; they are what is hashed. Raises PlanRefused with every mistake."""
    try:
        parsed = tomllib.loads(content.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        why = f"this is not TOML in UTF-8: {error}."
        raise PlanRefused([Mistake(file, 0, "", why, "Correct it; nothing else was checked.")]) from error
    mistakes: list[Mistake] = []
    top = Reader(file, parsed, mistakes)
    top.choice("format", (FORMAT,))
    plan = _read(top, hashlib.sha256(content).hexdigest())
    top.done()
    mistakes += _check_references(plan, file)
    if mistakes:
        raise PlanRefused(mistakes)
    return plan


def _read(top: Reader, sha256: str) -> Plan:
    arms, reference = _read_arms(top)
    arm_codes = tuple(arm.code for arm in arms)
    outcomes = tuple(_read_outcome(one, arm_codes) for one in top.tables("outcomes"))
    signed = top.optional_table("signed")
    goals, adherence, visits = (
        top.optional_table("goals"),
        top.optional_table("adherence"),
        top.optional_table("visits"),
    )
    care, published = top.optional_table("other_care"), top.optional_table("published")
    return Plan(
        study=top.text("study", example="my-trial"),
        version=top.text("version", example="1.0"),
        title=top.texts("title"),
        sha256=sha256,
        signature=_closed(signed, Signature(signed.text("by"), signed.text("on"))) if signed else None,
        arms=arms,
        reference=reference,
        treatments=tuple(
            _closed(one, Treatment(one.text("code"), one.texts("label"), one.codes("arms", among=arm_codes)))
            for one in top.tables("treatments")
        ),
        occasions=tuple(
            _closed(one, Occasion(one.text("code"), one.texts("label"), one.number("months", 0, 1200)))
            for one in top.tables("occasions")
        ),
        baseline=top.text("baseline", example="baseline"),
        main_occasion=top.text("main_occasion", example="week_12"),
        analysis_sets=tuple(
            _closed(one, AnalysisSet(one.text("code"), one.choice("rule", ANALYSIS_RULES), one.texts("label")))
            for one in top.tables("analysis_sets")
        ),
        estimands=tuple(_read_estimand(one) for one in top.tables("estimands")),
        outcomes=outcomes,
        characteristics=tuple(_read_characteristic(one) for one in top.tables("characteristics", optional=True)),
        reasons=_read_labels(top, "reasons"),
        goals=_read_goals(goals, arm_codes) if goals else None,
        adherence=_read_adherence(adherence) if adherence else None,
        visits=_closed(visits, Visits(visits.text("treatment"), visits.whole("planned", 1, 100))) if visits else None,
        other_care=read_other_care(care) if care else None,
        published=_read_published(published, arm_codes) if published else None,
        methods=_read_methods(top.table("methods")),
        sections=top.codes("sections", among=SECTIONS),
    )


def _closed(reader: Reader, value: Value) -> Value:
    """The value, once every key of its table has been asked for."""
    reader.done()
    return value


def _read_arms(top: Reader) -> tuple[tuple[Arm, ...], str]:
    arms, references = [], []
    for one in top.tables("arms"):
        arms.append(Arm(one.text("code", example="arm_a"), one.texts("label")))
        if one.flag("reference", default=False):
            references.append(arms[-1].code)
        one.done()
    if len(arms) < 2:
        top.mistake("arms", "fewer than two arms are named.", "Name every arm with [[arms]].")
    if len(references) != 1:
        why = f"{len(references)} arms are marked as the reference."
        top.mistake("arms", why, "Write reference = true at exactly one of them.")
    return tuple(arms), references[0] if references else ""


def _read_outcome(one: Reader, arms: tuple[str, ...]) -> Outcome:
    mcid, published = one.optional_table("mcid"), one.optional_table("published")
    minimum = one.number("minimum", -1e9, 1e9)
    return _closed(
        one,
        Outcome(
            code=one.text("code", example="pain"),
            kind=one.choice("kind", (PRIMARY, SECONDARY)),
            label=one.texts("label"),
            instrument=one.text("instrument", example="code of the instrument"),
            score=one.text("score", example="name of the score"),
            unit=one.texts("unit"),
            better=one.choice("better", (LOWER, HIGHER)),
            minimum=minimum,
            maximum=one.number("maximum", minimum, 1e9),
            decimals=one.whole("decimals", 0, 6, default=1),
            mcid=_read_mcid(mcid) if mcid else None,
            published=_read_published_outcome(published, arms) if published else None,
        ),
    )


def _read_mcid(one: Reader) -> Mcid:
    points = one.number("points", -1e9, 1e9)
    if points <= 0:
        one.mistake("points", "a difference that matters is greater than 0.", "Give it in points of the outcome.")
    return _closed(one, Mcid(points, one.texts("source")))


def _read_published_outcome(one: Reader, arms: tuple[str, ...]) -> PublishedOutcome:
    interval = one.table("interval")
    low, high = interval.number("low", -1e9, 1e9), interval.number("high", -1e9, 1e9)
    interval.done()
    if not low < high:
        one.mistake("interval", "the lower limit does not lie under the upper.", "Give low and high as printed.")
    return _closed(
        one,
        PublishedOutcome(
            instrument=one.text("instrument"),
            estimate=one.number("estimate", -1e9, 1e9),
            low=low,
            high=high,
            effect_size=one.optional_number("effect_size"),
            p=one.optional_number("p"),
            n=_read_counts(one.table("n"), arms),
            n_assumed=one.flag("n_assumed", default=False),
        ),
    )


def _read_counts(one: Reader, arms: tuple[str, ...]) -> dict[str, int]:
    counts = {arm: one.whole(arm, 0, 10_000_000) for arm in arms}
    one.done()
    return counts


def _read_estimand(one: Reader) -> Estimand:
    events = tuple(
        _closed(event, IntercurrentEvent(event.texts("event"), event.choice("strategy", STRATEGIES)))
        for event in one.tables("intercurrent_events", optional=True)
    )
    return _closed(
        one,
        Estimand(
            code=one.text("code", example="E1"),
            question=one.texts("question"),
            population=one.texts("population"),
            treatments=one.texts("treatments"),
            variable=one.texts("variable"),
            summary=one.texts("summary"),
            intercurrent_events=events,
            outcomes=one.codes("outcomes"),
            analysis_set=one.text("analysis_set", example="complete"),
        ),
    )


def _read_characteristic(one: Reader) -> Characteristic:
    kind = one.choice("kind", ("number", "category"))
    return _closed(
        one,
        Characteristic(
            column=one.text("column", example="age"),
            label=one.texts("label"),
            kind=kind,
            decimals=one.whole("decimals", 0, 6, default=1),
            categories=_read_labels(one, "categories") if kind == "category" else {},
        ),
    )


def _read_labels(one: Reader, key: str) -> dict[str, Text]:
    """A table from codes to texts by language."""
    inner = one.optional_table(key)
    return {code: inner.texts(code) for code in inner.keys()} if inner else {}  # noqa: SIM118  # not a dict


def _read_goals(one: Reader, arms: tuple[str, ...]) -> Goals:
    first = one.whole("first_day", 0, 10_000)
    return _closed(
        one,
        Goals(
            kinds=tuple(_read_goal_kind(kind, arms) for kind in one.tables("kinds")),
            rater=one.text("rater", example="participant"),
            first_day=first,
            last_day=one.whole("last_day", first, 10_000),
            attained=one.codes("attained", among=GOAL_LEVELS),
        ),
    )


def _read_goal_kind(one: Reader, arms: tuple[str, ...]) -> GoalKind:
    published = one.optional_table("published")
    shares = None
    if published:
        percent = published.table("percent")
        shares = PublishedShares({arm: percent.number(arm, 0, 100) for arm in arms}, published.optional_number("p"))
        percent.done()
        published.done()
    return _closed(one, GoalKind(one.choice("code", GOAL_KINDS), one.texts("label"), shares))


def _read_adherence(one: Reader) -> Adherence:
    published = one.optional_table("published")
    modules = one.whole("modules", 1, 1000)
    return _closed(
        one,
        Adherence(
            treatment=one.text("treatment", example="programme"),
            modules=modules,
            finished_by=one.choice("finished_by", ("finished_on", "homework_sent_on")),
            minimum_core=one.whole("minimum_core", 0, modules),
            published=_closed(
                published,
                PublishedAdherence(
                    published.whole("finished", 0, 10_000_000),
                    published.whole("started", 1, 10_000_000),
                    published.whole("randomised", 1, 10_000_000),
                ),
            )
            if published
            else None,
        ),
    )


def _read_published(one: Reader, arms: tuple[str, ...]) -> Published:
    retention = one.optional_table("retention")
    known = None
    if retention:
        counts = _read_counts(retention.table("randomised"), arms)
        known = _closed(retention, PublishedRetention(counts, retention.whole("answered", 0, 10_000_000)))
    notes = tuple(_closed(note, note.texts("text")) for note in one.tables("notes", optional=True))
    return _closed(one, Published(one.texts("citation"), notes, known))


def _read_methods(one: Reader) -> Methods:
    level = one.number("level", 0.5, 0.999, default=0.95)
    return _closed(
        one,
        Methods(
            level=level,
            covariates=one.codes("covariates", among=COVARIATES),
            errors=one.choice("errors", ("classical", "HC2", "HC3")),
            continuity=one.flag("continuity", default=False),
            draws=one.whole("draws", 999, 10_000_000),
            seed=one.whole("seed", 0, 2**63 - 1),
            multiplicity=one.choice("multiplicity", ("holm", "both_needed", "none")),
            multiplicity_p=one.choice("multiplicity_p", P_VALUES),
        ),
    )


def _check_references(plan: Plan, file: str) -> list[Mistake]:
    """Whether every code that is used is defined, and defined once."""
    wrong: list[Mistake] = []

    def unknown(key: str, code: str, among: Iterable[str]) -> None:
        known = tuple(among)
        if code and code not in known:
            wrong.append(Mistake(file, 0, key, f"{code!r} is not defined.", f"Defined are: {', '.join(known)}."))

    def once(key: str, codes: Iterable[str]) -> None:
        seen: set[str] = set()
        for code in codes:
            if code and code in seen:
                wrong.append(Mistake(file, 0, key, f"{code!r} is defined twice.", "Give each a code of its own."))
            seen.add(code)

    once("arms", (one.code for one in plan.arms))
    once("treatments", (one.code for one in plan.treatments))
    once("occasions", (one.code for one in plan.occasions))
    once("outcomes", (one.code for one in plan.outcomes))
    once("estimands", (one.code for one in plan.estimands))
    once("characteristics", (one.column for one in plan.characteristics))
    occasions = [one.code for one in plan.occasions]
    treatments = [one.code for one in plan.treatments]
    unknown("baseline", plan.baseline, occasions)
    unknown("main_occasion", plan.main_occasion, occasions)
    for place, estimand in enumerate(plan.estimands, start=1):
        unknown(f"estimands[{place}].analysis_set", estimand.analysis_set, [one.code for one in plan.analysis_sets])
        for outcome in estimand.outcomes:
            unknown(f"estimands[{place}].outcomes", outcome, [one.code for one in plan.outcomes])
    if plan.adherence:
        unknown("adherence.treatment", plan.adherence.treatment, treatments)
    if plan.visits:
        unknown("visits.treatment", plan.visits.treatment, treatments)
    if plan.other_care:
        once("other_care.items", (one.code for one in plan.other_care.items))
        for occasion in plan.other_care.occasions:
            unknown("other_care.occasions", occasion, occasions)
    return wrong + _check_sense(plan, file)


def _check_sense(plan: Plan, file: str) -> list[Mistake]:
    """Whether what is asked for can be answered by what is defined."""
    wrong = []
    needs = {
        "goals": plan.goals, "adherence": plan.adherence, "visits": plan.visits, "other_care": plan.other_care,
        "published": plan.published,
    }  # fmt: skip
    for section, given in needs.items():
        if section in plan.sections and given is None:
            why = f"the section {section!r} is wanted, and there is no table [{section}]."
            wrong.append(Mistake(file, 0, "sections", why, "Add the table, or leave the section out."))
    if not plan.of_kind(PRIMARY):
        wrong.append(Mistake(file, 0, "outcomes", "there is no primary outcome.", 'Give one the kind = "primary".'))
    if plan.baseline and plan.baseline == plan.main_occasion:
        why = "the baseline and the main occasion are the same."
        wrong.append(Mistake(file, 0, "main_occasion", why, "Name the occasion at which the trial is decided."))
    return wrong
