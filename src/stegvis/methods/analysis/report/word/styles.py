"""Styles: A4, the language, and every style that the report uses, so that a journal's own can be put in their place."""

from __future__ import annotations

import docx
from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle

from stegvis.methods.analysis.report.word.parts import border, element

LANGUAGES = {"en": "en-GB", "sv": "sv-SE"}
FONT = "Calibri"
INK, SOFT, TINT, WARNING = "21302F", "55605C", "1C5D63", "7A4B00"
PLAIN, WARN, FACT, TABLE_TEXT, TABLE_NOTE = "Plain words", "Warning", "Fact", "Table text", "Table note"
QUIET, HYPERLINK, CONTENTS_LINE = "Quiet", "Hyperlink", "TOC 1"
MARGIN, HEAD_AND_FOOT, FACT_TERM = Mm(20), Mm(12), Mm(46)


def prepared(language: str) -> Document:
    """An empty document on A4 with the report's styles, in the catalogue's language."""
    document = docx.Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = MARGIN
    section.top_margin = section.bottom_margin = Mm(22)
    section.header_distance = section.footer_distance = HEAD_AND_FOOT
    _set_language(document, LANGUAGES[language])
    _set_known_styles(document)
    _add_own_styles(document)
    return document


def _set_language(document: Document, language: str) -> None:
    defaults = document.styles.element.find(f".//{qn('w:docDefaults')}//{qn('w:rPr')}")
    for old in defaults.findall(qn("w:lang")):
        defaults.remove(old)
    defaults.append(element("lang", val=language, eastAsia=language, bidi="ar-SA"))


def _set_known_styles(document: Document) -> None:
    normal = _style(document, "Normal", size=10.5, after=5)
    normal.paragraph_format.line_spacing = 1.1
    for name, size, before, after in (
        ("Title", 22, 0, 4), ("Subtitle", 12, 0, 6), ("Heading 1", 16, 18, 6), ("Heading 2", 12, 12, 4),
        ("Caption", 10, 12, 4), ("Header", 8.5, 0, 0), ("Footer", 8.5, 0, 0),
    ):  # fmt: skip
        style = _style(document, name, size=size, before=before, after=after)
        style.font.bold = name in ("Title", "Heading 1", "Heading 2", "Caption")
        style.font.italic = False
    for name in ("Heading 1", "Heading 2", "Caption"):
        document.styles[name].paragraph_format.keep_with_next = True
    title = document.styles["Title"].element.pPr
    for line in title.findall(qn("w:pBdr")):
        title.remove(line)
    for name in ("Header", "Footer"):
        stops = document.styles[name].paragraph_format.tab_stops
        stops.clear_all()
        stops.add_tab_stop(Mm(170), WD_TAB_ALIGNMENT.RIGHT)


def _add_own_styles(document: Document) -> None:
    for name, size, after in (
        (PLAIN, 10.5, 5),
        (WARN, 10.5, 8),
        (FACT, 10, 2),
        (TABLE_TEXT, 9, 0),
        (TABLE_NOTE, 8.5, 3),
    ):
        style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = document.styles["Normal"]
        _style(document, name, size=size, after=after)
    document.styles[TABLE_TEXT].paragraph_format.line_spacing = 1.0
    for name, colour in ((PLAIN, TINT), (WARN, WARNING)):
        _put_line_beside(document.styles[name], colour)
        document.styles[name].paragraph_format.left_indent = Mm(4)
    fact = document.styles[FACT].paragraph_format
    fact.left_indent, fact.first_line_indent = FACT_TERM, -FACT_TERM
    fact.tab_stops.add_tab_stop(FACT_TERM)
    quiet = document.styles.add_style(QUIET, WD_STYLE_TYPE.CHARACTER)
    quiet.font.color.rgb = RGBColor.from_string(SOFT)
    link = document.styles.add_style(HYPERLINK, WD_STYLE_TYPE.CHARACTER)
    link.font.color.rgb, link.font.underline = RGBColor.from_string(TINT), True
    contents = document.styles.add_style(CONTENTS_LINE, WD_STYLE_TYPE.PARAGRAPH)
    contents.base_style = document.styles["Normal"]
    contents.paragraph_format.space_after = Pt(2)


def _style(document: Document, name: str, *, size: float, after: float, before: float = 0) -> ParagraphStyle:
    style = document.styles[name]
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    style.font.name, style.font.size = FONT, Pt(size)
    style.font.color.rgb = RGBColor.from_string(SOFT if name in ("Header", "Footer", TABLE_NOTE) else INK)
    style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)
    return style


def _put_line_beside(style: ParagraphStyle, colour: str) -> None:
    lines = element("pBdr")
    lines.append(border("left", 20, colour, space=8))
    properties = style.element.get_or_add_pPr()
    properties.insert_element_before(lines, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:outlineLvl")
