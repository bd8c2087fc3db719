"""Dose: what people did with the programme and what was arranged with them, with both denominators."""

from __future__ import annotations

from stegvis.methods.analysis.analyses.attempts import arm_id
from stegvis.methods.analysis.analyses.delivery import RANDOMISED, STARTED, offered_arms
from stegvis.methods.analysis.analyses.dose import ARRANGED, DOSE
from stegvis.methods.analysis.plan import Adherence
from stegvis.methods.analysis.report.blocks import Block, Cell, Paragraph, Row, Section, Table
from stegvis.methods.analysis.report.printer import Printer

BASES = (RANDOMISED, STARTED)
DAYS_OF = ("days_of_pause", "days_of_hold")


def section(printer: Printer, plan: Adherence) -> Section | None:
    """Two tables for each arm that has the programme; no section where that would give the arms away."""
    if not printer.trial.extract.has("days"):
        return None
    blocks: list[Block] = [Paragraph(printer.t("dose.lead"))]
    for arm in offered_arms(printer.trial, plan.treatment):
        blocks.append(_table(printer, arm))
        if printer.trial.extract.has("arrangements"):
            blocks.append(_arranged(printer, arm))
    return Section("dose", printer.t("dose.title"), tuple(blocks))


def _table(printer: Printer, arm: str) -> Table:
    t, end = printer.t, arm_id(arm)
    rows = [
        Row(Cell(t(f"dose.{what}")), tuple(printer.median(f"dose.{what}.{base}.{end}") for base in BASES))
        for what in DOSE
    ]
    return Table(f"dose-{end}", t("dose.table", arm=printer.arm(arm)), _columns(printer, arm), tuple(rows))


def _arranged(printer: Printer, arm: str) -> Table:
    t, end = printer.t, arm_id(arm)
    rows = [
        Row(Cell(t(f"dose.{what}")), tuple(printer.share(f"dose.{what}.{base}.{end}") for base in BASES))
        for what in ARRANGED
    ]
    rows += [
        Row(Cell(t(f"dose.{what}")), tuple(printer.median(f"dose.{what}.{base}.{end}", 0) for base in BASES))
        for what in DAYS_OF
        if printer.found(f"dose.{what}.{RANDOMISED}.{end}") is not None
    ]
    caption = t("dose.arranged", arm=printer.arm(arm))
    return Table(
        f"arrangements-{end}", caption, _columns(printer, arm), tuple(rows), (t("dose.note", level=printer.level),)
    )


def _columns(printer: Printer, arm: str) -> tuple[str, ...]:
    """The heads, each with how many people it is about."""
    n = {base: next(iter(printer.findings[f"dose.days.{base}.{arm_id(arm)}"].n.values())) for base in BASES}
    return (printer.t("dose.column"), *(printer.t(f"dose.of_{base}", n=n[base]) for base in BASES))
