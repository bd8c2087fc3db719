"""Tables: a table of the report as a table of Word, whose head stands again on every page and whose rows stay whole."""

from __future__ import annotations

from docx.document import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.oxml.table import CT_Row
from docx.shared import Mm, Pt
from docx.table import Table as WordTable
from docx.table import _Cell as WordCell
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from stegvis.methods.analysis.report.blocks import Cell, Row, Table
from stegvis.methods.analysis.report.measures import MANY_COLUMNS, TEXT_WIDTH_MM, is_numeric, shares
from stegvis.methods.analysis.report.word.parts import add_link, border, clean, element
from stegvis.methods.analysis.report.word.styles import HYPERLINK, QUIET, TABLE_TEXT

SMALL_TYPE = Pt(7.5)
STEP = Mm(3)
STRONG, WEAK = 8, 2


def add_table(document: Document, table: Table) -> None:
    """The table, without caption and notes; its caption is also its description for those who do not see it."""
    made = document.add_table(rows=1 + len(table.rows), cols=len(table.columns))
    made.alignment, made.autofit = WD_TABLE_ALIGNMENT.LEFT, True
    _set_properties(made, table.caption)
    filling = _Filling(document, table)
    head, *body = _cells_by_row(made)
    for place, (at, text) in enumerate(zip(head, table.columns, strict=True)):
        filling.fill(at, Cell(text), place, bold=True)
    for cells, row in zip(body, table.rows, strict=True):
        filling.fill_row(cells, row)
    for number, row_element in enumerate(made._tbl.tr_lst):
        _keep_whole(row_element, is_head=number == 0)
    for column, width in zip(made.columns, filling.widths, strict=True):
        column.width = width


def _cells_by_row(made: WordTable) -> list[list[WordCell]]:
    """Every cell, asked for once: python-docx walks through the whole table each time it is asked for a row's."""
    cells, width = made._cells, len(made.columns)
    return [cells[start : start + width] for start in range(0, len(cells), width)]


def _set_properties(made: WordTable, caption: str) -> None:
    properties = made._tbl.tblPr
    lines = element("tblBorders")
    for side, width in (("top", STRONG), ("bottom", STRONG), ("insideH", WEAK)):
        lines.append(border(side, width, "877B69"))
    properties.find(qn("w:tblLayout")).addprevious(lines)  # the schema fixes the order, and Word insists on it
    properties.append(element("tblCaption", val=clean(caption)))


def _keep_whole(row: CT_Row, *, is_head: bool) -> None:
    properties = row.get_or_add_trPr()
    properties.append(element("cantSplit"))
    if is_head:
        properties.append(element("tblHeader"))


class _Filling:
    """Puts cells of the report into cells of Word; styles are looked up once, which would else take most of the time."""

    def __init__(self, document: Document, table: Table) -> None:
        self.text, self.quiet = document.styles[TABLE_TEXT].style_id, document.styles[QUIET].style_id
        self.link = document.styles[HYPERLINK].style_id
        self.numeric = is_numeric(table)
        self.widths = [Mm(TEXT_WIDTH_MM * share) for share in shares(table)]
        self.many = len(table.columns) >= MANY_COLUMNS

    def fill_row(self, cells: list[WordCell], row: Row) -> None:
        """A row; one that opens a group stays with the next."""
        given = (row.head, *row.cells, *(Cell("") for _ in cells[len(row.cells) + 1 :]))
        for place, (at, cell) in enumerate(zip(cells, given, strict=True)):
            self.fill(at, cell, place, bold=row.group and place == 0)
            if row.group:
                at.paragraphs[0].paragraph_format.keep_with_next = True
        if row.depth:
            cells[0].paragraphs[0].paragraph_format.left_indent = STEP * row.depth

    def fill(self, at: WordCell, cell: Cell, place: int, *, bold: bool) -> None:
        """One cell: its text or links, and the smaller text on a line of its own."""
        at.width = self.widths[place]
        paragraph = at.paragraphs[0]
        paragraph._p.style = self.text
        if self.numeric[place]:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        runs = self._linked(paragraph, cell) if cell.links else [paragraph.add_run(clean(cell.text))]
        for run in runs:
            run.bold = bold or None
        if cell.small:
            paragraph.add_run().add_break()
            runs.append(paragraph.add_run(clean(cell.small)))
            runs[-1]._r.style = self.quiet
        if self.many:
            for run in runs:
                run.font.size = SMALL_TYPE

    def _linked(self, paragraph: Paragraph, cell: Cell) -> list[Run]:
        runs: list[Run] = []
        for link in cell.links:
            if runs:
                runs.append(paragraph.add_run(", "))
            runs.append(add_link(paragraph, link.title, link.section))
            runs[-1]._r.style = self.link
        return runs
