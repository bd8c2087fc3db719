"""Page: blocks as one self-contained HTML file, which asks nothing of any network and prints on A4.

Its style sheet stands inside it and nothing else may run: the page's own content security policy allows that one style
sheet by its hash. `style_source()` is for whoever serves the page under a stricter policy of their own.
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache, singledispatch
from html import escape
from importlib import resources

from stegvis.methods.analysis.report import blocks
from stegvis.methods.analysis.report.blocks import Block, Cell, Row, Section, Table
from stegvis.methods.analysis.report.content import Content
from stegvis.methods.analysis.report.measures import MANY_COLUMNS, is_numeric

SHORTEST_HASH = 40
A_SENTENCE = 50
"""Letters from which on a cell is read as a sentence: it keeps its width on a phone, where the table is scrolled."""


@cache
def style() -> str:
    """The style sheet."""
    return (resources.files(__package__) / "style.css").read_text(encoding="utf-8")


@cache
def style_source() -> str:
    """The style sheet as a source of a content security policy's style-src: 'sha256-…'."""
    digest = hashlib.sha256(style().encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def render(content: Content) -> str:
    """The whole page."""
    t, sections = content.t, content.sections
    policy = f"default-src 'none'; style-src {style_source()}; img-src data:; base-uri 'none'; form-action 'none'"
    banner = f'<div class="banner" role="note"><p>{_e(content.made_up)}</p></div>' if content.made_up else ""
    contents = "".join(f'<li><a href="#{_e(one.id)}">{_e(one.title)}</a></li>' for one in sections)
    body = "".join(_section(one) for one in sections)
    return (
        f'<!doctype html>\n<html lang="{t.language}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_e(policy)}">\n'
        f"<title>{_e(content.kind)}: {_e(content.title)}</title>\n<style>{style()}</style>\n</head>\n<body>\n"
        f'<a class="skip" href="#{_e(sections[0].id)}">{_e(t("front.skip"))}</a>\n<div class="page">\n<header>\n'
        f'<p class="over">{_e(t("front.report"))}</p>\n<h1>{_e(content.title)}</h1>\n'
        f'<p class="kind">{_e(content.kind)}</p>\n<p>{_e(content.kind_says)}</p>\n{banner}\n'
        + "".join(_block(one) for one in content.warnings)
        + _block(blocks.Facts(content.facts))
        + f'</header>\n<nav aria-labelledby="contents"><h2 id="contents">{_e(t("front.contents"))}</h2>'
        f"<ol>{contents}</ol></nav>\n<main>\n{body}</main>\n"
        f"<footer><p>{_e(content.foot)}</p></footer>\n</div>\n</body>\n</html>\n"
    )


def _section(section: Section) -> str:
    inside = "".join(_block(one) for one in section.blocks)
    heading = f'<h2 id="{_e(section.id)}-title">{_e(section.title)}</h2>'
    return f'<section id="{_e(section.id)}" aria-labelledby="{_e(section.id)}-title">\n{heading}\n{inside}</section>\n'


@singledispatch
def _block(block: Block) -> str:
    raise TypeError(f"no way to print a {type(block).__name__}")


@_block.register
def _(block: blocks.Paragraph) -> str:
    return f"<p>{_e(block.text)}</p>\n"


@_block.register
def _(block: blocks.Plain) -> str:
    if not block.sentences:
        return ""
    title = f"<h3>{_e(block.title)}</h3>" if block.title else ""
    return f'<div class="plain">{title}' + "".join(map(_said, block.sentences)) + "</div>\n"


def _said(one: blocks.Said) -> str:
    lead = f"<strong>{_e(one.lead)}</strong> " if one.lead else ""
    return f"<p>{lead}{_e(one.text)}</p>"


@_block.register
def _(block: blocks.Note) -> str:
    return f'<div class="note" role="note"><p>{_e(block.text)}</p></div>\n'


@_block.register
def _(block: blocks.Heading) -> str:
    return f'<h3 id="{_e(block.id)}">{_e(block.text)}</h3>\n'


@_block.register
def _(block: blocks.Facts) -> str:
    return "<dl>" + "".join(f"<dt>{_e(term)}</dt><dd>{_e(value)}</dd>" for term, value in block.items) + "</dl>\n"


@_block.register
def _(block: blocks.Figure) -> str:
    kind = ' class="wide"' if block.wide else ""
    drawing = block.svg.strip()
    if block.wide:
        drawing = f'<div class="scroll" tabindex="0" role="group" aria-label="{_e(block.caption)}">{drawing}</div>'
    return (
        f'<figure id="figure-{_e(block.name)}"{kind}><figcaption>{_e(block.caption)}</figcaption>{drawing}</figure>\n'
    )


@_block.register
def _(block: blocks.Figures) -> str:
    if not block.figures:
        return ""
    return '<div class="pair">' + "".join(_block(one) for one in block.figures) + "</div>\n"


@_block.register
def _(block: Table) -> str:
    numeric = is_numeric(block)
    heads = "".join(
        f'<th scope="col"{_numeric(is_numeric)}>{_e(one)}</th>'
        for one, is_numeric in zip(block.columns, numeric, strict=True)
    )
    rows = "".join(_row(one) for one in block.rows)
    notes = "".join(f"<li>{_e(one)}</li>" for one in block.notes)
    below = f'<ul class="notes">{notes}</ul>' if notes else ""
    caption = f"caption-{block.name}"
    many = ' class="many"' if len(block.columns) >= MANY_COLUMNS else ""
    return (
        f'<div class="scroll" tabindex="0" role="group" aria-labelledby="{_e(caption)}">'
        f'<table id="table-{_e(block.name)}"{many}><caption id="{_e(caption)}"><span>{_e(block.caption)}</span></caption>'
        f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>{below}\n"
    )


def _row(row: Row) -> str:
    classes = [name for name, is_so in (("group", row.group), (f"depth-{row.depth}", row.depth > 0)) if is_so]
    kind = f' class="{" ".join(classes)}"' if classes else ""
    head = f'<th scope="{"rowgroup" if row.group else "row"}">{_inside(row.head)}</th>'
    return f"<tr{kind}>{head}{''.join(_cell(one) for one in row.cells)}</tr>"


def _cell(cell: Cell) -> str:
    finding = f' data-result="{_e(cell.finding)}"' if cell.finding else ""
    return f"<td{_cell_class(cell)}{finding}>{_inside(cell)}</td>"


def _cell_class(cell: Cell) -> str:
    if cell.numeric:
        return ' class="numeric nowrap"' if len(cell.text) < 30 else ' class="numeric"'
    is_hash = len(cell.text) >= SHORTEST_HASH and " " not in cell.text
    if is_hash:
        return ' class="hash"'
    return ' class="words"' if len(cell.text) >= A_SENTENCE else ""


def _inside(cell: Cell) -> str:
    text = ", ".join(f'<a href="#{_e(one.section)}">{_e(one.title)}</a>' for one in cell.links) or _e(cell.text)
    return text + (f"<small>{_e(cell.small)}</small>" if cell.small else "")


def _numeric(is_numeric: bool) -> str:
    return ' class="numeric"' if is_numeric else ""


def _e(text: str) -> str:
    return escape(text, quote=True)
