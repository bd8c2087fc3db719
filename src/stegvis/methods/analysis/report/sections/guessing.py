"""Guessing: what the physiotherapists believed of the arms, how often they were told, and the indices of blinding."""

from __future__ import annotations

from collections.abc import Iterator

from stegvis.methods.analysis.analyses.attempts import ALL, arm_id
from stegvis.methods.analysis.report.blocks import Cell, Row, Table
from stegvis.methods.analysis.report.printer import Printer


def tables(printer: Printer) -> Iterator[Table]:
    """A row for each arm; the indices below. Nothing in a report that must not know the arms."""
    arms = printer.trial.arms
    if f"guess.counts.{arm_id(arms[0])}" not in printer.findings:
        return
    t = printer.t
    counts = [f"guess.counts.{arm_id(arm)}" for arm in arms]
    bangs = [f"guess.bang.{arm_id(arm)}" for arm in arms]
    names = ["asked", "had_been_told", *(f"taken_for_{arm}" for arm in arms), "unknown", "strongly"]
    rows = [_row(printer, _label(printer, name), name, counts) for name in names]
    rows += [_row(printer, t(f"guessing.{name}"), name, counts) for name in ("told", "told_by_participant")]
    rows.append(Row(Cell(t("guessing.bang", level=printer.level)), tuple(_index(printer, one) for one in bangs)))
    james = f"guess.james.{ALL}"
    everyone = t("guessing.james_note", n=next(iter(printer.findings[james].n.values())))
    found = printer.found(james)
    if found is not None:
        everyone += " " + t(
            "guessing.james",
            estimate=t.number(found["estimate"], 2),
            interval=t.interval(found["low"], found["high"], 2),
            level=printer.level,
        )
    notes = (everyone, t("guessing.note"), *printer.refusals([*bangs, james]))
    columns = (t("guessing.column"), *(printer.arm(arm) for arm in arms))
    yield Table("guesses", t("guessing.table"), columns, tuple(rows), notes)


def _label(printer: Printer, name: str) -> str:
    if name.startswith("taken_for_"):
        return printer.t("guessing.taken_for", arm=printer.arm(name.removeprefix("taken_for_")))
    return printer.t(f"guessing.{name}")


def _row(printer: Printer, label: str, name: str, identifiers: list[str]) -> Row:
    return Row(Cell(label), tuple(printer.number(one, name, 0) for one in identifiers))


def _index(printer: Printer, identifier: str) -> Cell:
    return printer.with_interval(identifier, 2) if printer.found(identifier) else printer.cell(identifier, "")
