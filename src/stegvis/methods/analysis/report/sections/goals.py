"""Goals: counted one by one and by person, side by side, and what the difference between the two means."""

from __future__ import annotations

from collections.abc import Iterator

from stegvis.methods.analysis.analyses.attempts import arm_id
from stegvis.methods.analysis.analyses.goals import OBSERVED, WORST
from stegvis.methods.analysis.plan import GoalKind, Goals
from stegvis.methods.analysis.report import figures
from stegvis.methods.analysis.report.blocks import Block, Cell, Heading, Paragraph, Plain, Row, Said, Section, Table
from stegvis.methods.analysis.report.printer import Printer
from stegvis.methods.analysis.report.sections import goals_apart, goals_imputed
from stegvis.methods.analysis.tables import GOAL_LEVELS

MODELS = ("goal_gee", "goal_cluster_robust", "goal_mixed")
"""Methods that count goals and know whose they are; their n is people."""


def section(printer: Printer, plan: Goals) -> Section:
    """Each kind of goal: in words, by person as a figure, counted, compared, and with unrated goals as not attained."""
    t = printer.t
    attained = ", ".join(t(f"goals.level_{level}") for level in plan.attained)
    rater_key = f"goals.rater_{plan.rater}"
    rater = t(rater_key) if t.has(rater_key) else plan.rater
    blocks: list[Block] = [
        Paragraph(t("goals.lead", levels=attained, rater=rater, first=plan.first_day, last=plan.last_day))
    ]
    for kind in plan.kinds:
        blocks.append(Heading(f"goals-{kind.code}", t.of(kind.label)))
        blocks.append(Plain(tuple(map(Said, plain(printer, kind))), t("plain.title")))
        figure = figures.goals_by_person(printer, kind)
        blocks += [figure] if figure is not None else []
        blocks += [_counted(printer, kind), goals_apart.states(printer, kind)]
        for contrast in printer.contrasts():
            blocks += goals_imputed.tables(printer, kind, contrast)
            blocks.append(_compared(printer, kind, contrast, OBSERVED))
            if f"goals.{kind.code}.{WORST}.icc" in printer.findings:
                blocks.append(_compared(printer, kind, contrast, WORST))
            blocks += goals_apart.others(printer, kind, contrast)
    blocks += goals_apart.scaling(printer, plan.gas) if plan.gas else ()
    return Section("goals", t("goals.title"), tuple(blocks))


def plain(printer: Printer, kind: GoalKind) -> Iterator[str]:
    """What the two ways of counting say, and whether they agree."""
    if not printer.contrasts():
        share = printer.found(f"goals.{kind.code}.share.all")
        if share is not None:
            yield printer.t(
                "goals.plain_blind_pooled",
                share=printer.t.percent(share["estimate"]),
                events=printer.t.whole(share["events"]),
                n=share.n["all"],
            )
    for contrast in printer.contrasts():
        yield from _plain_contrast(printer, kind, contrast)


def _plain_contrast(printer: Printer, kind: GoalKind, contrast: tuple[str, str]) -> Iterator[str]:
    t = printer.t
    stem, end = f"goals.{kind.code}.{OBSERVED}", printer.key(contrast)
    naive, test = printer.found(f"{stem}.goal_difference.{end}"), printer.found(f"{stem}.goal_chi_square.{end}")
    person, shuffled = printer.found(f"{stem}.person_t.{end}"), printer.found(f"{stem}.person_permutation.{end}")
    model = printer.findings[f"{stem}.goal_gee.{end}"]
    if naive is None or test is None or person is None or shuffled is None or model.refusal is not None:
        reason = model.refusal
        why = printer.why_not(reason) if reason is not None else t("refusal.too_few")
        yield t("goals.plain_no_model", why=why)
        return
    sentences = [
        t(
            "goals.plain_naive",
            first=t.percent(naive["first"]),
            second=t.percent(naive["second"]),
            arm=printer.arm(contrast[0]),
            reference=printer.arm(contrast[1]),
            p=t.p_equals(test["p"]),
        ),
        t(
            "goals.plain_person",
            person=_points(printer, person["estimate"]),
            person_interval=t.interval(100 * person["low"], 100 * person["high"]),
            permutation=t.p_equals(shuffled["p"]),
            gee=_points(printer, model["estimate"]),
            gee_interval=t.interval(100 * model["low"], 100 * model["high"]),
            gee_p=t.p_equals(model["p"]),
        ),
        t(f"goals.plain_{verdict(printer, test['p'], shuffled['p'], model['p'])}", alpha=printer.alpha),
    ]
    yield " ".join(sentences)
    yield from goals_imputed.plain(printer, kind, contrast)
    likeness = _likeness_sentences(printer, stem, end, test["p"])
    if likeness:
        yield likeness


def verdict(printer: Printer, naive: float, person: float, model: float) -> str:
    """Whether the unit decides: how the P values lie about the line."""
    line = 1 - printer.plan.methods.level
    if (person < line) != (model < line):
        return "split"
    if naive < line:
        return "both" if person < line else "depends"
    return "reverse" if person < line else "neither"


def _likeness_sentences(printer: Printer, stem: str, end: str, p: float) -> str:
    t = printer.t
    icc, critical = printer.found(f"{stem}.icc"), printer.found(f"{stem}.critical_design_effect.{end}")
    if icc is None:
        return ""
    if icc["estimate"] <= 0:
        return t("goals.plain_not_alike", icc=t.number(icc["estimate"], 2))
    effect = t.number(icc["design_effect"], 2)
    text = t("goals.plain_clustering", icc=t.number(icc["estimate"], 2), effect=effect)
    if critical is not None and p < 1 - printer.plan.methods.level:
        text += " " + t("goals.plain_critical", critical=t.number(critical["estimate"], 2), alpha=printer.alpha)
    return text


def _points(printer: Printer, share: float) -> str:
    return printer.t("goals.percent_points", number=printer.t.signed(100 * share))


def _counted(printer: Printer, kind: GoalKind) -> Table:
    t = printer.t
    columns = (
        t("outcome.arm"),
        t("goals.people"),
        t("goals.goals"),
        t("goals.rated"),
        *(t(f"goals.level_{level}") for level in GOAL_LEVELS),
        t("goals.per_goal", level=printer.level),
        t("goals.per_person", level=printer.level),
    )
    rows, used = [], []
    for arm in printer.trial.arms:
        counts = f"goals.{kind.code}.denominator.{arm_id(arm)}"
        share, person = (f"goals.{kind.code}.{one}.{arm_id(arm)}" for one in ("share", "person_share"))
        used += [share, person]
        cells = [printer.number(counts, name, 0) for name in ("people", "goals", "rated_goals")]
        cells += [printer.number(counts, f"level_{level}", 0) for level in GOAL_LEVELS]
        cells += [printer.share(share), _mean_share(printer, person)]
        rows.append(Row(Cell(printer.arm(arm)), tuple(cells)))
    caption = t("goals.counted", kind=t.of(kind.label))
    return Table(f"goals-{kind.code}-counted", caption, columns, tuple(rows), printer.refusals(used))


def _mean_share(printer: Printer, identifier: str) -> Cell:
    found = printer.found(identifier)
    if found is None:
        return printer.cell(identifier, "")
    low, high = printer.t.percent(found["low"]), printer.t.percent(found["high"])
    interval = printer.t("format.interval", low=low, high=high)
    n = next(iter(found.n.values()))
    return Cell(printer.t.percent(found["estimate"]), identifier, f"{interval}; n = {n}")


def _compared(printer: Printer, kind: GoalKind, contrast: tuple[str, str], handling: str) -> Table:
    t = printer.t
    words = {"arm": printer.arm(contrast[0]), "reference": printer.arm(contrast[1])}
    stem, end = f"goals.{kind.code}.{handling}", printer.key(contrast)
    names = ("goal_difference", "goal_chi_square", "goal_fisher", "person_t", "person_permutation", *MODELS)
    rows = [_comparison(printer, f"{stem}.{name}.{end}") for name in names]
    icc = printer.findings[f"{stem}.icc"]
    people = Cell(t("goals.units_people_all", n=next(iter(icc.n.values()))), f"{stem}.icc")
    empty = Cell("")
    rows += [
        Row(Cell(t("goals.icc")), (people, printer.number(f"{stem}.icc", "estimate", 2), empty, empty)),
        Row(Cell(t("goals.design_effect")), (people, printer.number(f"{stem}.icc", "design_effect", 2), empty, empty)),
        Row(
            Cell(t("goals.critical", alpha=printer.alpha)),
            (empty, printer.number(f"{stem}.critical_design_effect.{end}", "estimate", 2), empty, empty),
        ),
    ]
    columns = (
        t("goals.method"),
        t("goals.units"),
        t("outcome.estimate"),
        t("outcome.interval", level=printer.level),
        t("outcome.p"),
    )
    label = t.of(kind.label)
    caption = t("goals.compared", kind=label, **words) if handling == OBSERVED else t("goals.sensitivity", kind=label)
    name = f"goals-{kind.code}-{handling}" + ("" if len(printer.contrasts()) == 1 else f"-{end}")
    used = [f"{stem}.{one}.{end}" for one in names] + [f"{stem}.icc"]
    return Table(name, caption, columns, tuple(rows), printer.refusals(used))


def _comparison(printer: Printer, identifier: str) -> Row:
    """A difference in percentage points, or a test without one."""
    t, found = printer.t, printer.findings[identifier]
    first, second = found.n.values()
    by_goal = found.method.startswith("goal_") and found.method not in MODELS
    units = t("goals.units_goals" if by_goal else "goals.units_people", first=first, second=second)
    estimate, interval, small = "", "", ""
    if found.get("estimate") is not None and not found.method.startswith("goal_chi"):
        estimate = _points(printer, found["estimate"])
    if found.get("low") is not None:
        interval = t.interval(100 * found["low"], 100 * found["high"])
    if found.get("odds_ratio") is not None:
        odds_interval = t.interval(found["odds_low"], found["odds_high"], 2)
        small = t("goals.odds", odds=t.number(found["odds_ratio"], 2), interval=odds_interval)
    p = printer.p(identifier) if found.get("p") is not None else printer.cell(identifier, "")
    return Row(
        Cell(printer.method(found.method)),
        (Cell(units, identifier), printer.cell(identifier, estimate, small), printer.cell(identifier, interval), p),
    )
