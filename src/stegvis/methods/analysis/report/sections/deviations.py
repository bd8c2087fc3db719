"""Deviations: how many of each kind, which were important and when, and where an arm became known to somebody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stegvis.methods.analysis.analyses.attempts import ALL, arm_id
from stegvis.methods.analysis.analyses.deviating import ANY, SECTION, arms_told, kinds, listed, unblindings
from stegvis.methods.analysis.report.blocks import Block, Cell, Paragraph, Row, Section, Table
from stegvis.methods.analysis.report.catalogue import DASH
from stegvis.methods.analysis.report.printer import Printer
from stegvis.methods.analysis.tables import ACCIDENT, EMERGENCY, Deviation, Unblinding

if TYPE_CHECKING:
    from stegvis.methods.study.protocol import Protocol

UNDER = "… "
"""What a row begins with that goes on the one above it."""
MOST_LISTED = 200
"""How many deviations are listed by day; the extract has them all."""


def section(printer: Printer, protocol: Protocol | None) -> Section | None:
    """Both halves, as far as the extract has them; `protocol` names the kinds that are its own."""
    t, extract = printer.t, printer.trial.extract
    blocks: list[Block] = [Paragraph(t("deviations.lead"))]
    if extract.has("deviations"):
        blocks.append(_counted(printer, protocol))
        blocks += _by_day(printer, protocol)
    if extract.has("unblindings"):
        blocks.append(_became_known(printer))
        blocks += _known_by_day(printer)
    return Section(SECTION, t("deviations.title"), tuple(blocks)) if len(blocks) > 1 else None


def _counted(printer: Printer, protocol: Protocol | None) -> Table:
    """A row for each kind and for all: events, people, important, not judged; and by arm where that may be told."""
    t = printer.t
    arms = [arm for arm in printer.trial.arms if any(arms_told(printer.trial, one) for one in kinds(printer.trial))]
    rows = [_row(printer, one, _name(printer, one, protocol), arms) for one in kinds(printer.trial)]
    rows.append(_row(printer, ANY, t("deviations.any"), arms))
    heads = [t("deviations.head", arm=printer.arm(arm), n=len(printer.trial.people_in(arm))) for arm in arms if arm]
    columns = ("kind", "events", "people", "important", "not_judged")
    notes = [t("deviations.note_important"), t("deviations.note_people")]
    if arms:
        notes.append(t("deviations.note_arms" if printer.unblinded else "deviations.note_dummy"))
    return Table(
        "deviations", t("deviations.table"), (*(t(f"deviations.{one}") for one in columns), *heads), tuple(rows),
        tuple(notes),
    )  # fmt: skip


def _row(printer: Printer, kind: str, name: str, arms: list[str]) -> Row:
    of_all = f"deviations.{kind}.{ALL}"
    cells = [printer.number(of_all, one, 0) for one in ("events", "affected", "important", "not_judged")]
    return Row(Cell(name), (*cells, *(_of_arm(printer, kind, arm) for arm in arms if arm)))


def _of_arm(printer: Printer, kind: str, arm: str) -> Cell:
    """Events, and underneath the people; a dash where that would tell something before the lock."""
    identifier, t = f"deviations.{kind}.{arm_id(arm)}", printer.t
    found = printer.found(identifier)
    if found is None:
        return Cell(DASH)
    return Cell(t.whole(found["events"]), identifier, t("deviations.of_people", n=t.whole(found["affected"])))


def _name(printer: Printer, kind: str, protocol: Protocol | None) -> str:
    """What a kind is called: by the protocol where it is at hand, by this report where it is a usual one, or its code."""
    found = protocol.deviation_kind(kind) if protocol else None
    if found is not None:
        return str(found.name.in_language(printer.t.language))
    return printer.t(f"deviations.kind_{kind}") if printer.t.has(f"deviations.kind_{kind}") else kind


def _by_day(printer: Printer, protocol: Protocol | None) -> list[Block]:
    """The important ones and those not judged, by day and site; about whom is in the extract alone."""
    t, found = printer.t, sorted(listed(printer.trial), key=lambda row: (row.happened_on, row.number))
    if not found:
        return []
    shown = found[-MOST_LISTED:]
    rows = tuple(_dated(printer, row, protocol) for row in shown)
    columns = tuple(t(f"deviations.{one}") for one in ("day", "what", "site", "found_by", "standing"))
    notes = (t("deviations.note_more", n=len(found) - len(shown)),) if len(shown) < len(found) else ()
    return [Table("deviations-by-day", t("deviations.by_day"), columns, rows, notes)]


def _dated(printer: Printer, row: Deviation, protocol: Protocol | None) -> Row:
    t = printer.t
    standing = t("deviations.is_important" if row.important else "deviations.is_not_judged")
    words = (_name(printer, row.kind, protocol), row.site, t(f"deviations.by_{row.found_by}"), standing)
    return Row(Cell(row.happened_on.isoformat()), tuple(Cell(word, numeric=False) for word in words))


def _became_known(printer: Printer) -> Table:
    """A row for emergencies and accidents, with what stands under each; by arm after the lock."""
    t = printer.t
    arms = printer.trial.arms if printer.unblinded else ()
    rows = [
        _known(printer, name, arms, 0 if name in (EMERGENCY, ACCIDENT) else 1) for name in unblindings(printer.trial)
    ]
    heads = [t("deviations.head", arm=printer.arm(arm), n=len(printer.trial.people_in(arm))) for arm in arms]
    columns = (t("unblinding.column"), t("deviations.events"), *heads)
    notes = () if arms else (t("unblinding.pooled"),)
    return Table("unblindings", t("unblinding.table"), columns, tuple(rows), notes)


def _known(printer: Printer, name: str, arms: tuple[str, ...], depth: int) -> Row:
    cells = tuple(printer.number(f"unblinding.{name}.{one}", "events", 0) for one in (ALL, *map(arm_id, arms)))
    return Row(Cell(printer.t(f"unblinding.{name}")), cells, depth=depth)


def _known_by_day(printer: Printer) -> list[Block]:
    t, found = printer.t, printer.trial.extract.unblindings
    if not found:
        return []
    columns = tuple(t(one) for one in ("deviations.day", "deviations.what", "unblinding.followed"))
    rows = tuple(_known_on(printer, row) for row in sorted(found, key=lambda row: (row.on, row.number)))
    return [Table("unblindings-by-day", t("unblinding.by_day"), columns, rows)]


def _known_on(printer: Printer, row: Unblinding) -> Row:
    t = printer.t
    what = t(f"unblinding.{row.kind}")
    if row.kind == ACCIDENT:
        what = f"{what} {t(f'unblinding.{row.who}').removeprefix(UNDER)}"
    followed = ""
    if row.kind == EMERGENCY:
        told = row.second_told_on
        followed = t("unblinding.second_told", day=told.isoformat()) if told else t("unblinding.second_untold")
    return Row(Cell(row.on.isoformat()), (Cell(what, numeric=False), Cell(followed, numeric=False)))
