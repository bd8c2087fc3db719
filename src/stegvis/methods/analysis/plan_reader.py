"""Plan reader: an analysis plan's file, read key by key; every mistake in it is told at once."""

from __future__ import annotations

import hashlib
import tomllib
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from stegvis.methods.instruments.goal_attainment import EXPECTED_CORRELATION

from .data_columns import read_data_columns
from .harms_plan import read_harms
from .interim_plan import read_interim
from .multiplicity import PROCEDURES
from .other_care import read_other_care
from .plan import (
    ANALYSIS_RULES,
    COVARIATES,
    FORMAT,
    GAS_WEIGHTS,
    HIGHER,
    LOWER,
    P_VALUES,
    PRIMARY,
    SECONDARY,
    SECTIONS,
    STRATEGIES,
    Adherence,
    AnalysisSet,
    Arm,
    Characteristic,
    Deviation,
    Estimand,
    GoalImputation,
    GoalKind,
    Goals,
    GoalScaling,
    Guidance,
    IntercurrentEvent,
    Mcid,
    Methods,
    Occasion,
    Outcome,
    Plan,
    Published,
    PublishedAdherence,
    PublishedOutcome,
    PublishedRetention,
    PublishedShares,
    Share,
    Signature,
    Treatment,
    Visits,
)
from .plan_checks import check_references
from .planned.groups import read_mediator, read_responder, read_subgroup
from .planned.specs import read_analysis
from .refusals import Mistake, PlanRefused
from .tables import GOAL_KINDS, GOAL_LEVELS
from .toml_reader import Reader, Text
from .transformations import read_transformation

Value = TypeVar("Value")


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
    mistakes += check_references(plan, file)
    if mistakes:
        raise PlanRefused(mistakes)
    return plan


def _read(top: Reader, sha256: str) -> Plan:
    arms, reference = _read_arms(top)
    arm_codes = tuple(arm.code for arm in arms)
    table = top.optional_table("data")
    outcomes = tuple(_read_outcome(one, arm_codes, of_table=table is not None) for one in top.tables("outcomes"))
    scales = [read_transformation(one, outcomes) for one in top.tables("transformations", optional=True)]
    for code, times in Counter(one.outcome for one in scales).items():
        if times > 1:
            top.mistake("transformations", f"{code!r} stands {times} times.", "Give each outcome one scale.")
    scale_of = {one.outcome: one for one in scales}
    outcomes = tuple(replace(one, transformation=scale_of.get(one.code)) for one in outcomes)
    occasions = tuple(
        _closed(one, Occasion(one.text("code"), one.texts("label"), one.number("months", 0, 1200)))
        for one in top.tables("occasions")
    )
    estimands = tuple(_read_estimand(one) for one in top.tables("estimands"))
    outcomes_of = {one.code: one.outcomes for one in estimands}
    outcome_codes = tuple(one.code for one in outcomes)
    signed = top.optional_table("signed")
    goals, adherence, guidance, visits = map(top.optional_table, ("goals", "adherence", "guidance", "visits"))
    care, harms, interim, published = map(top.optional_table, ("other_care", "harms", "interim", "published"))
    return Plan(
        study=top.text("study", example="my-trial"),
        version=top.text("version", example="1.0"),
        title=top.texts("title"),
        sha256=sha256,
        signature=_closed(signed, Signature(signed.text("by"), signed.text("on"))) if signed else None,
        deviations=tuple(
            _closed(one, Deviation(one.text("on", example="2026-11-28"), one.texts("what"), one.texts("reason")))
            for one in top.tables("deviations", optional=True)
        ),
        arms=arms,
        reference=reference,
        treatments=tuple(
            _closed(one, Treatment(one.text("code"), one.texts("label"), one.codes("arms", among=arm_codes)))
            for one in top.tables("treatments", optional=table is not None)
        ),
        occasions=occasions,
        baseline=top.text("baseline", example="baseline"),
        main_occasion=top.text("main_occasion", example="week_12"),
        analysis_sets=tuple(
            _closed(one, AnalysisSet(one.text("code"), one.choice("rule", ANALYSIS_RULES), one.texts("label")))
            for one in top.tables("analysis_sets")
        ),
        estimands=estimands,
        outcomes=outcomes,
        characteristics=tuple(_read_characteristic(one) for one in top.tables("characteristics", optional=True)),
        reasons=_read_labels(top, "reasons"),
        goals=_read_goals(goals, arm_codes) if goals else None,
        adherence=_read_adherence(adherence) if adherence else None,
        guidance=_read_guidance(guidance) if guidance else None,
        visits=_closed(visits, Visits(visits.text("treatment"), visits.whole("planned", 1, 100))) if visits else None,
        other_care=read_other_care(care) if care else None,
        harms=read_harms(harms) if harms else None,
        interim=read_interim(interim) if interim else None,
        published=_read_published(published, arm_codes) if published else None,
        data=read_data_columns(
            table,
            arms=arm_codes,
            occasions=tuple(one.code for one in occasions),
            outcomes=tuple(one.code for one in outcomes),
        )
        if table
        else None,
        methods=_read_methods(top.table("methods")),
        analyses=tuple(read_analysis(one, outcomes_of=outcomes_of) for one in top.tables("analyses", optional=True)),
        responders=tuple(read_responder(one, outcome_codes) for one in top.tables("responders", optional=True)),
        subgroups=tuple(read_subgroup(one, outcome_codes) for one in top.tables("subgroups", optional=True)),
        mediators=tuple(read_mediator(one, outcome_codes) for one in top.tables("mediators", optional=True)),
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


def _read_outcome(one: Reader, arms: tuple[str, ...], *, of_table: bool) -> Outcome:
    """An outcome; in a table of somebody else's it has no instrument, and `[data.outcomes]` names its columns."""
    code = one.text("code", example="pain")
    mcid, published = one.optional_table("mcid"), one.optional_table("published")
    minimum = one.number("minimum", -1e9, 1e9)
    return _closed(
        one,
        Outcome(
            code=code,
            kind=one.choice("kind", (PRIMARY, SECONDARY)),
            label=one.texts("label"),
            instrument=one.text("instrument", example="code of the instrument", optional=of_table),
            score=one.text("score", example="name of the score", optional=of_table) or code,
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
    first, scaling = one.whole("first_day", 0, 10_000), one.optional_table("gas")
    filling = one.optional_table("imputation")
    return _closed(
        one,
        Goals(
            kinds=tuple(_read_goal_kind(kind, arms) for kind in one.tables("kinds")),
            rater=one.text("rater", example="participant"),
            first_day=first,
            last_day=one.whole("last_day", first, 10_000),
            attained=one.codes("attained", among=GOAL_LEVELS),
            gas=_read_scaling(scaling) if scaling else None,
            imputation=_read_filling(filling) if filling else None,
        ),
    )


def _read_filling(one: Reader) -> GoalImputation:
    times = one.whole("times", 2, 10_000, default=50)
    return _closed(one, GoalImputation(times, one.codes("predictors", optional=True)))


def _read_scaling(one: Reader) -> GoalScaling:
    weights = one.choice("weights", GAS_WEIGHTS)
    return _closed(one, GoalScaling(weights, one.number("correlation", 0, 1, default=EXPECTED_CORRELATION)))


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


def _read_guidance(one: Reader) -> Guidance:
    usual = one.table("minutes_a_week")
    low = usual.number("low", 0, 10_080)
    high = usual.number("high", low, 10_080)
    usual.done()
    return _closed(one, Guidance(one.text("treatment", example="programme"), low, high))


def _read_published(one: Reader, arms: tuple[str, ...]) -> Published:
    retention = one.optional_table("retention")
    known = None
    if retention:
        counts = _read_counts(retention.table("randomised"), arms)
        known = _closed(retention, PublishedRetention(counts, retention.whole("answered", 0, 10_000_000)))
    notes = tuple(_closed(note, note.texts("text")) for note in one.tables("notes", optional=True))
    return _closed(one, Published(one.texts("citation"), notes, known))


def _read_share(one: Reader) -> Share:
    inner = one.optional_table("passes_on")
    on = {code: inner.number(code, 0, 1) for code in inner.keys()} if inner else {}  # noqa: SIM118  # not a dict
    return _closed(one, Share(one.text("outcome"), one.number("weight", 0, 1), on))


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
            multiplicity=one.choice("multiplicity", PROCEDURES),
            multiplicity_p=one.choice("multiplicity_p", P_VALUES),
            graph=tuple(_read_share(share) for share in one.tables("graph", optional=True)),
        ),
    )
