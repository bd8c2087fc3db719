"""Subgroups: the interaction of each, and the effect within each category as a figure."""

from __future__ import annotations

from collections.abc import Iterator

from stegvis.methods.analysis.analyses.subgroup_effects import subgroup_id
from stegvis.methods.analysis.findings import Finding
from stegvis.methods.analysis.plan import Outcome
from stegvis.methods.analysis.planned.groups import Subgroup
from stegvis.methods.analysis.report.analyses_figure import Line, analyses_forest
from stegvis.methods.analysis.report.blocks import Block, Cell, Heading, Note, Row, Section, Table
from stegvis.methods.analysis.report.printer import Printer


def section(printer: Printer) -> Section | None:
    """By outcome and contrast one figure and one table of all its subgroups; nothing when the arms are pooled."""
    if not printer.contrasts() or not printer.plan.subgroups:
        return None
    t = printer.t
    blocks: list[Block] = [Note(t("subgroups.lead"))]
    for outcome in map(printer.compared, printer.plan.outcomes):
        planned = [one for one in printer.plan.subgroups if outcome.code in one.outcomes]
        for contrast in printer.contrasts() if planned else ():
            blocks += _of_outcome(printer, outcome, contrast, planned)
    return Section("subgroups", t("subgroups.title"), tuple(blocks))


def _of_outcome(
    printer: Printer, outcome: Outcome, contrast: tuple[str, str], planned: list[Subgroup]
) -> Iterator[Block]:
    t = printer.t
    words = {"arm": printer.arm(contrast[0]), "reference": printer.arm(contrast[1])}
    title = t("analyses.contrast", outcome=printer.outcome(outcome), **words)
    yield Heading(f"subgroups-{outcome.code}-{printer.key(contrast)}", title)
    lines = [
        Line(
            f"{t.of(one.label)}: {_category(printer, one, kind)}", False, found["estimate"], found["low"], found["high"]
        )
        for one in planned
        for kind, found in _within(printer, one, outcome, contrast)
    ]
    figure = analyses_forest(printer, outcome, contrast, lines, kind="subgroups")
    if figure is not None:
        yield figure
    yield _table(printer, outcome, contrast, planned)


def _within(
    printer: Printer, one: Subgroup, outcome: Outcome, contrast: tuple[str, str]
) -> Iterator[tuple[str, Finding]]:
    stem = f"{subgroup_id(one.column, outcome.code, contrast)}."
    for found in printer.findings.of("subgroups"):
        if found.id.startswith(stem):
            yield found.id.removeprefix(stem), found


def _category(printer: Printer, one: Subgroup, code: str) -> str:
    """What the plan's characteristics call a category."""
    for known in printer.plan.characteristics:
        if known.column == one.column and code in known.categories:
            return printer.t.of(known.categories[code])
    return code


def _table(printer: Printer, outcome: Outcome, contrast: tuple[str, str], planned: list[Subgroup]) -> Table:
    t = printer.t
    rows, used = [], []
    for one in planned:
        whole = subgroup_id(one.column, outcome.code, contrast)
        used.append(whole)
        empty = Cell("")
        test = printer.found(whole)
        statistic = ""
        if test is not None:
            statistic = f"F({t.whole(test['df'])}, {t.whole(test['df2'])}) = {t.number(test['statistic'], 2)}"
        p = printer.p(whole)
        rows.append(Row(Cell(t.of(one.label)), (empty, empty, empty, printer.cell(whole, statistic), p), group=False))
        for kind, found in _within(printer, one, outcome, contrast):
            cells = (
                printer.n_of(found.id),
                *printer.with_ratio(
                    found.id, printer.number(found.id, "estimate", outcome.decimals, signed=True),
                    printer.interval(found.id, outcome.decimals),
                ), empty, empty,
            )  # fmt: skip
            rows.append(Row(Cell(_category(printer, one, kind)), cells, depth=1))
    arms = " / ".join(printer.arm(one) for one in contrast)
    columns = (
        t("subgroups.group"), f"{t('outcome.n_arms')} ({arms})", t("outcome.estimate"),
        t("outcome.interval", level=printer.level), t("subgroups.interaction"), t("subgroups.p"),
    )  # fmt: skip
    scale = printer.scale_notes(outcome, contrast)
    notes = (printer.direction(outcome, contrast), *scale, *printer.refusals(used))
    caption = t("subgroups.table", outcome=printer.outcome(outcome))
    name = f"{outcome.code}-subgroups" + ("" if len(printer.contrasts()) == 1 else f"-{printer.key(contrast)}")
    return Table(name, caption, columns, tuple(rows), notes)
