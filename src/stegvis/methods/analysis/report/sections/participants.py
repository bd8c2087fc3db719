"""Participants: the flow as diagram and table, and who they were at baseline."""

from __future__ import annotations

from stegvis.methods.analysis.analyses.attempts import ALL
from stegvis.methods.analysis.analyses.baseline import groups
from stegvis.methods.analysis.plan import Characteristic
from stegvis.methods.analysis.report import flow_chart
from stegvis.methods.analysis.report.blocks import Cell, Paragraph, Row, Section, Table
from stegvis.methods.analysis.report.printer import Printer


def flow(printer: Printer) -> Section:
    """The CONSORT flow."""
    counted = printer.trial.flow
    blocks = (Paragraph(printer.t("flow.lead")), flow_chart.chart(printer, counted), flow_chart.table(printer, counted))
    return Section("flow", printer.t("flow.title"), blocks)


def baseline(printer: Printer) -> Section:
    """The baseline table, with standardised differences and without P values."""
    t = printer.t
    shown = groups(printer.trial)
    heads = [
        t("baseline.head", arm=t("baseline.all") if one == ALL else printer.arm(one), n=_size(printer, one))
        for one in shown
    ]
    contrasts = printer.contrasts()
    for contrast in contrasts:
        words = {"arm": printer.arm(contrast[0]), "reference": printer.arm(contrast[1])}
        heads.append(t("baseline.balance") if len(contrasts) == 1 else t("baseline.balance_of", **words))
    rows = [row for one in printer.plan.characteristics for row in _characteristic(printer, one, shown)]
    for outcome in printer.plan.outcomes:
        label = printer.outcome(outcome)
        cells = [printer.mean_sd(f"baseline.{outcome.code}.{one}", outcome.decimals) for one in shown]
        rows.append(_row(printer, label, f"baseline.{outcome.code}", cells))
    table = Table(
        "baseline",
        t("baseline.table"),
        (t("baseline.column"), *heads),
        tuple(rows),
        (t("baseline.note_format"),),
    )
    lead = (Paragraph(t("baseline.lead")),) if contrasts else ()
    return Section("baseline", t("baseline.title"), (*lead, table))


def _size(printer: Printer, group: str) -> int:
    return len(printer.trial.randomised) if group == ALL else len(printer.trial.people_in(group))


def _characteristic(printer: Printer, one: Characteristic, shown: tuple[str, ...]) -> list[Row]:
    label, stem = printer.t.of(one.label), f"baseline.{one.column}"
    if one.kind == "number":
        return [_row(printer, label, stem, [printer.mean_sd(f"{stem}.{group}", one.decimals) for group in shown])]
    empty = [Cell("") for _ in shown]
    first = next(iter(one.categories))
    rows = [_row(printer, label, stem, empty, known_by=f"{stem}.{first}.{ALL}")]
    for category, words in one.categories.items():
        cells = [_count(printer, f"{stem}.{category}.{group}") for group in shown]
        cells += [Cell("") for _ in printer.contrasts()]
        rows.append(Row(Cell(printer.t.of(words)), tuple(cells), depth=1))
    return rows


def _count(printer: Printer, identifier: str) -> Cell:
    found = printer.findings[identifier]
    percent = found.get("percent")
    share = f" ({printer.t.percent(percent / 100)})" if percent is not None else ""
    return Cell(f"{printer.t.whole(found['events'])}{share}", identifier)


def _row(printer: Printer, label: str, stem: str, cells: list[Cell], known_by: str = "") -> Row:
    """A row with its standardised differences; says for how many it is known when that is not everyone."""
    balances = [printer.number(f"{stem}.balance.{printer.key(one)}", "estimate", 2) for one in printer.contrasts()]
    n = next(iter(printer.findings[known_by or f"{stem}.{ALL}"].n.values()))
    everyone = len(printer.trial.randomised)
    small = printer.t("baseline.known", n=n, all=everyone) if n < everyone else ""
    return Row(Cell(label, small=small), (*cells, *balances))
