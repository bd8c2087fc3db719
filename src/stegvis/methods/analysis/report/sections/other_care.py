"""Other care: medicine, treatments and sick leave beside the trial, by arm at each occasion."""

from __future__ import annotations

from stegvis.methods.analysis.analyses.other_care import finding_id
from stegvis.methods.analysis.other_care import SHARE, CareItem, OtherCare
from stegvis.methods.analysis.report.blocks import Cell, Paragraph, Row, Section, Table
from stegvis.methods.analysis.report.printer import Printer


def section(printer: Printer, plan: OtherCare) -> Section:
    """One table: a row for each item, a column for each arm at each occasion."""
    t = printer.t
    columns = [(occasion, arm) for occasion in plan.occasions for arm in printer.trial.arms]
    heads = [_head(printer, occasion, arm) for occasion, arm in columns]
    rows = [
        Row(Cell(t.of(item.label)), tuple(_cell(printer, item, occasion, arm) for occasion, arm in columns))
        for item in plan.items
    ]
    notes = (t("other_care.note_share"), t("other_care.note_amount"))
    table = Table("other-care", t("other_care.table"), (t("other_care.column"), *heads), tuple(rows), notes)
    return Section("other_care", t("other_care.title"), (Paragraph(t("other_care.lead")), table))


def _head(printer: Printer, occasion: str, arm: str) -> str:
    return printer.t("other_care.head", occasion=printer.occasion(occasion), arm=printer.arm(arm))


def _cell(printer: Printer, item: CareItem, occasion: str, arm: str) -> Cell:
    t, identifier = printer.t, finding_id(item, occasion, arm)
    found = printer.found(identifier)
    if found is None:
        return printer.cell(identifier, "")
    n = next(iter(found.n.values()))
    if item.kind == SHARE:
        percent = found.get("percent")
        share = f" ({t.percent(percent / 100)})" if percent is not None else ""
        return Cell(f"{t('format.of', events=t.whole(found['events']), n=n)}{share}", identifier)
    quartiles = t.interval(found["lower_quartile"], found["upper_quartile"], item.decimals)
    return Cell(f"{t.number(found['median'], item.decimals)} [{quartiles}]", identifier, t("other_care.n", n=n))
