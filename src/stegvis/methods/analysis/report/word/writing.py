"""Writing: the content of a report as a Word file, block by block."""

from __future__ import annotations

import io
from collections.abc import Mapping
from functools import singledispatchmethod

from docx.oxml.ns import qn
from docx.shared import Mm
from docx.text.paragraph import Paragraph

from stegvis.methods.analysis.report import blocks
from stegvis.methods.analysis.report.blocks import Block, Figure, Section
from stegvis.methods.analysis.report.content import Content
from stegvis.methods.analysis.report.measures import size_mm
from stegvis.methods.analysis.report.word import package, styles
from stegvis.methods.analysis.report.word.parts import (
    Bookmarks,
    add_caption,
    add_field,
    add_link,
    begin_field,
    clean,
    end_field,
)
from stegvis.methods.analysis.report.word.styles import CONTENTS_LINE, FACT, PLAIN, QUIET, TABLE_NOTE, WARN
from stegvis.methods.analysis.report.word.tables import add_table


def docx(content: Content, pictures: Mapping[str, bytes]) -> bytes:
    """The whole report; `pictures` are its figures as PNG by name. The same content gives the same bytes."""
    return _Writing(content, pictures).as_bytes()


class _Writing:
    """A document on its way."""

    def __init__(self, content: Content, pictures: Mapping[str, bytes]) -> None:
        self.content, self.t, self.pictures = content, content.t, pictures
        self.document = styles.prepared(content.t.language)
        self.bookmarks = Bookmarks()
        self.tables = self.figures = 0

    def as_bytes(self) -> bytes:
        """Title page, contents, sections; then the file."""
        content = self.content
        package.describe(
            self.document, title=f"{content.kind}: {content.title}", subject=content.kind,
            language=styles.LANGUAGES[self.t.language], written_at=content.written_at,
        )  # fmt: skip
        self._add_head_and_foot()
        self._add_title()
        self._add_contents()
        for place, section in enumerate(content.sections):
            self._add_section(section, on_new_page=place == 0)
        return package.as_bytes(self.document)

    def _add(self, text: str, style: str | None = None) -> Paragraph:
        return self.document.add_paragraph(clean(text), style=style)

    def _add_head_and_foot(self) -> None:
        section = self.document.sections[0]
        section.header.paragraphs[0].text = clean(f"{self.t('front.report')}\t{self.content.kind}")
        foot = section.footer.paragraphs[0]
        foot.add_run(clean(self.content.foot) + "\t")
        before, _, rest = self.t("print.page", page="\0", pages="\0").partition("\0")
        between, _, after = rest.partition("\0")
        for text, field in ((before, "PAGE"), (between, "NUMPAGES")):
            foot.add_run(text)
            add_field(foot, field, "1")
        foot.add_run(after)

    def _add_title(self) -> None:
        self._add(self.t("front.report"), "Subtitle")
        self._add(self.content.title, "Title")
        self._add(self.content.kind, "Subtitle")
        self._add(self.content.kind_says)
        if self.content.made_up:
            self._add("", WARN).add_run(clean(self.content.made_up)).bold = True
        for warning in self.content.warnings:
            self._block(warning)
        self._block(blocks.Facts(self.content.facts))

    def _add_contents(self) -> None:
        """Word's own table of contents; until it is brought up to date, the sections' titles without pages."""
        self._add("", "Subtitle").add_run(self.t("front.contents")).bold = True
        last = len(self.content.sections) - 1
        for place, section in enumerate(self.content.sections):
            line = self._add("", CONTENTS_LINE)
            if place == 0:
                begin_field(line, 'TOC \\o "1-1" \\h \\z \\u')
            add_link(line, section.title, section.id)
            if place == last:
                end_field(line)

    def _add_section(self, section: Section, *, on_new_page: bool) -> None:
        heading = self.document.add_heading(clean(section.title), 1)
        heading.paragraph_format.page_break_before = on_new_page or None
        self.bookmarks.around(heading, section.id)
        for block in section.blocks:
            self._block(block)

    @singledispatchmethod
    def _block(self, block: Block) -> None:
        raise TypeError(f"no way to print a {type(block).__name__}")

    @_block.register
    def _(self, block: blocks.Paragraph) -> None:
        self._add(block.text)

    @_block.register
    def _(self, block: blocks.Heading) -> None:
        self.document.add_heading(clean(block.text), 2)

    @_block.register
    def _(self, block: blocks.Note) -> None:
        self._add(block.text, WARN)

    @_block.register
    def _(self, block: blocks.Plain) -> None:
        if block.title and block.sentences:
            title = self._add("", PLAIN)
            title.add_run(clean(block.title)).bold = True
            title.paragraph_format.keep_with_next = True
        for said in block.sentences:
            paragraph = self._add("", PLAIN)
            if said.lead:
                paragraph.add_run(clean(f"{said.lead} ")).bold = True
            paragraph.add_run(clean(said.text))

    @_block.register
    def _(self, block: blocks.Facts) -> None:
        for term, value in block.items:
            paragraph = self._add("", FACT)
            paragraph.add_run(clean(term), style=QUIET)
            paragraph.add_run("\t" + clean(value))

    @_block.register
    def _(self, block: blocks.Table) -> None:
        self.tables += 1
        caption = self._add("", "Caption")
        add_caption(caption, self.t("print.table"), "Table", self.tables, block.caption)
        add_table(self.document, block)
        for note in block.notes:
            self._add(note, TABLE_NOTE)
        if not block.notes:
            self._add("", TABLE_NOTE)

    @_block.register
    def _(self, block: blocks.Figure) -> None:
        self.figures += 1
        caption = self._add("", "Caption")
        add_caption(caption, self.t("print.figure"), "Figure", self.figures, block.caption)
        self._add_picture(block)

    @_block.register
    def _(self, block: blocks.Figures) -> None:
        for figure in block.figures:
            self._block(figure)

    def _add_picture(self, figure: Figure) -> None:
        width, height = size_mm(figure)
        picture = self.document.add_picture(io.BytesIO(self.pictures[figure.name]), Mm(width), Mm(height))
        described = picture._inline.find(qn("wp:docPr"))
        described.set("name", figure.name)
        described.set("descr", clean(figure.alt))
        described.set("title", clean(figure.caption))
