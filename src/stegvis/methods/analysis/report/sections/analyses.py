"""Analyses: for each outcome every planned analysis side by side, with what each takes for granted."""

from __future__ import annotations

from collections.abc import Iterator

from stegvis.methods.analysis.findings import Finding
from stegvis.methods.analysis.plan import Outcome
from stegvis.methods.analysis.planned.compute import allowed, finding_id
from stegvis.methods.analysis.planned.specs import MAIN, Analysis
from stegvis.methods.analysis.report.analyses_figure import Line, analyses_forest
from stegvis.methods.analysis.report.blocks import (
    Block,
    Cell,
    Heading,
    Note,
    Paragraph,
    Plain,
    Row,
    Said,
    Section,
    Table,
)
from stegvis.methods.analysis.report.printer import Printer
from stegvis.methods.analysis.report.tipping_figure import side_of, tipping_figure


def section(printer: Printer) -> Section | None:
    """One table and one figure for each outcome and contrast; nothing when the arms are pooled."""
    if not printer.contrasts():
        return None
    t = printer.t
    blocks: list[Block] = [Paragraph(t("analyses.lead"))]
    shown = allowed(printer.trial)
    if len(shown) < len(printer.plan.analyses):
        blocks.append(Note(t("analyses.left_out", count=len(printer.plan.analyses) - len(shown))))
    for outcome in map(printer.compared, printer.plan.outcomes):
        planned = [one for one in shown if outcome.code in one.outcomes]
        for contrast in printer.contrasts() if planned else ():
            blocks += _of_outcome(printer, outcome, contrast, planned)
    return Section("analyses", t("analyses.title"), tuple(blocks))


def label(printer: Printer, analysis: Analysis) -> str:
    """What an analysis is called: the plan's own words, or its method."""
    return printer.t.of(analysis.label) if analysis.label else printer.method(analysis.method)


def _of_outcome(
    printer: Printer, outcome: Outcome, contrast: tuple[str, str], planned: list[Analysis]
) -> Iterator[Block]:
    t = printer.t
    heading = printer.outcome(outcome)
    if len(printer.contrasts()) > 1:
        arms = {"arm": printer.arm(contrast[0]), "reference": printer.arm(contrast[1])}
        heading = t("analyses.contrast", outcome=heading, **arms)
    yield Heading(f"analyses-{outcome.code}-{printer.key(contrast)}", heading)
    found = {one.code: printer.found(finding_id(outcome.code, one.code, contrast)) for one in planned}
    yield Plain(
        (Said(_agreement(printer, outcome, contrast, [one for one in found.values() if one])),), t("plain.title")
    )
    lines = [
        Line(label(printer, one), one.role == MAIN, result["estimate"], result["low"], result["high"])
        for one in planned
        if (result := found[one.code]) is not None and _comparable(result)
    ]
    figure = analyses_forest(printer, outcome, contrast, lines)
    if figure is not None:
        yield figure
    yield _table(printer, outcome, contrast, planned)
    for one in planned:
        if one.method == "tipping_point" and found[one.code] is not None:
            yield from _tipping(printer, outcome, contrast, one)


def _tipping(printer: Printer, outcome: Outcome, contrast: tuple[str, str], analysis: Analysis) -> Iterator[Block]:
    """How far the answers of those who did not answer would have to lie off for the conclusion to turn."""
    t, whole = printer.t, finding_id(outcome.code, analysis.code, contrast)
    found = printer.findings[whole]
    cells = [one for one in printer.findings if one.id.startswith(f"{whole}.")]
    figure = tipping_figure(printer, outcome, contrast, cells)
    if figure is not None:
        yield figure
    turns = [found.get("turns_below"), found.get("turns_above")]
    known = [t.signed(one, outcome.decimals) for one in turns if one is not None]
    words = {"arm": printer.arm(contrast[0]), "unit": t.of(outcome.unit)}
    words["shifts"] = f" {t('analyses.or')} ".join(known)
    key = "turns" if known else "never_turns"
    side = t(f"analyses.tipping_{side_of(outcome, found)}", **words, reference=printer.arm(contrast[1]))
    yield Paragraph(f"{side} {t(f'analyses.{key}', **words)}")


def _comparable(found: Finding) -> bool:
    """Whether a result is a difference in the outcome's own unit with an interval."""
    return found.get("low") is not None and found.get("high") is not None and found.get("estimate") is not None


def _agreement(printer: Printer, outcome: Outcome, contrast: tuple[str, str], found: list[Finding]) -> str:
    """Whether what the analyses assume changes on which side of nought the interval lies."""
    usable = [one for one in found if _comparable(one)]
    below = sum(one["high"] < 0 for one in usable)
    above = sum(one["low"] > 0 for one in usable)
    key = "none"
    if usable and below == len(usable):
        key = "all_below"
    elif usable and above == len(usable):
        key = "all_above"
    elif usable:
        key = "no_side" if below == above == 0 else "differ"
    facts = {"all": len(usable), "some": max(below, above), "arm": printer.arm(contrast[0])}
    facts |= {"reference": printer.arm(contrast[1]), "outcome": printer.in_sentence(printer.outcome(outcome))}
    return printer.t(f"analyses.{key}", **facts)


def _table(printer: Printer, outcome: Outcome, contrast: tuple[str, str], planned: list[Analysis]) -> Table:
    t = printer.t
    words = {"arm": printer.arm(contrast[0]), "reference": printer.arm(contrast[1])}
    columns = (
        t("analyses.analysis"),
        t("analyses.role"),
        f"{t('outcome.n_arms')} ({words['arm']} / {words['reference']})",
        t("outcome.estimate"),
        t("outcome.interval", level=printer.level),
        t("outcome.p"),
        t("analyses.assumes"),
    )
    identifiers = [finding_id(outcome.code, one.code, contrast) for one in planned]
    rows = tuple(_row(printer, outcome, one, name) for one, name in zip(planned, identifiers, strict=True))
    notes = (
        printer.direction(outcome, contrast), *printer.scale_notes(outcome, contrast), *printer.refusals(identifiers)
    )  # fmt: skip
    name = f"{outcome.code}-analyses" + ("" if len(printer.contrasts()) == 1 else f"-{printer.key(contrast)}")
    caption = t("analyses.table", outcome=printer.outcome(outcome), **words)
    return Table(name, caption, columns, rows, notes)


def _estimate(printer: Printer, outcome: Outcome, identifier: str) -> Cell:
    """The estimate, or the two bounds that enclose it; of compliers, the first stage and the set that is robust to it."""
    t, found = printer.t, printer.found(identifier)
    if found is None:
        return printer.cell(identifier, "")
    if _has(printer, identifier, "lower"):
        bounds = t.interval(found["lower"], found["upper"], outcome.decimals)
        return printer.cell(identifier, bounds, t("analyses.bounds"))
    small = ""
    if _has(printer, identifier, "first_stage_f"):
        small = t("analyses.weak" if found["weak"] else "analyses.strong", f=t.number(found["first_stage_f"], 0))
    if not _has(printer, identifier, "estimate"):
        return printer.cell(identifier, "")
    return printer.cell(identifier, t.signed(found["estimate"], outcome.decimals), small)


def _has(printer: Printer, identifier: str, name: str) -> bool:
    found = printer.found(identifier)
    return found is not None and found.get(name) is not None


def _row(printer: Printer, outcome: Outcome, analysis: Analysis, identifier: str) -> Row:
    t, blank = printer.t, printer.cell(identifier, "")
    interval = printer.interval(identifier, outcome.decimals) if _has(printer, identifier, "low") else blank
    return Row(
        Cell(label(printer, analysis), small=printer.method(analysis.method) if analysis.label else ""),
        (
            Cell(t(f"analyses.role_{analysis.role}"), numeric=False),
            printer.n_of(identifier),
            *printer.with_ratio(identifier, _estimate(printer, outcome, identifier), interval),
            printer.p(identifier) if _has(printer, identifier, "p") else blank,
            Cell(t(f"assumes.{analysis.method}"), numeric=False),
        ),
    )
