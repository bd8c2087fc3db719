"""Releases: which versions of the programme were published and in use, as CONSORT-EHEALTH (5-iii) asks."""

from __future__ import annotations

from stegvis.methods.analysis.report.blocks import Block, Cell, Heading, Row, Table
from stegvis.methods.analysis.report.catalogue import DASH
from stegvis.methods.analysis.report.printer import Printer


def blocks(printer: Printer) -> list[Block]:
    """A table of every release; nothing where the extract knows of none. How many had one is told after the lock only."""
    t, known = printer.t, printer.trial.extract.releases
    if not known:
        return []
    columns = [t("checklists.release"), t("checklists.published"), t("checklists.first_open")]
    columns += [t("checklists.people")] if printer.unblinded else []
    rows = []
    for one in sorted(known, key=lambda row: (row.published_on, row.release)):
        first = one.first_open_on.isoformat() if one.first_open_on else DASH
        cells = [Cell(one.published_on.isoformat()), Cell(first)]
        cells += [Cell(t.whole(one.people))] if printer.unblinded else []
        rows.append(Row(Cell(one.release), tuple(cells)))
    notes = (t("checklists.releases_note"),)
    table = Table("releases", t("checklists.releases"), tuple(columns), tuple(rows), notes)
    return [Heading("releases", t("checklists.releases_title")), table]
