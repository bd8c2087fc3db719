"""Typesetting: the report as PDF, and its figures as PNG, by typst, which is a compiler in a package of its own.

What comes from data goes to the templates in `typeset/` as JSON: they print strings as they are, so nothing in a title or a
label can be taken for markup. The fonts are those in `typeset/fonts` and the compiler's own, never the machine's; the
date is that of the extract. So the same content gives the same bytes.
"""

from __future__ import annotations

import dataclasses
import json
import struct
import zlib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from stegvis.methods.analysis.report.blocks import Block, Facts, Figure, Figures, Section, Table
from stegvis.methods.analysis.report.content import Content
from stegvis.methods.analysis.report.measures import DPI, MANY_COLUMNS, is_numeric, shares, size_mm

STANDARDS = ("a-2a", "ua-1")
"""PDF/A-2a (ISO 19005-2, level A: kept for long, tagged) and PDF/UA-1 (ISO 14289-1: readable without seeing it)."""
REGIONS = {"en": "gb", "sv": "se"}
PNG_SIGNATURE_AND_HEADER = 8 + 25
METRES_AN_INCH = 0.0254


def pdf(content: Content) -> bytes:
    """The whole report, tagged, with its contents, figures as vectors and table heads repeated on every page."""
    report = {
        "language": content.t.language,
        "region": REGIONS[content.t.language],
        "written": content.written_at.timetuple()[:6],
        "over": content.t("front.report"),
        "title": content.title,
        "kind": content.kind,
        "kind_says": content.kind_says,
        "made_up": content.made_up,
        "foot": content.foot,
        "warnings": [_as_data(one) for one in content.warnings],
        "facts": _as_data(Facts(content.facts)),
        "sections": [_section(one) for one in content.sections],
        "words": {
            "contents": content.t("front.contents"),
            "page": content.t("print.page", page="{page}", pages="{pages}"),
        },
    }
    made = _compile("report.typ", {"report.json": report}, format="pdf", pdf_standards=list(STANDARDS))
    return made[0]


def png(figures: Sequence[Figure]) -> list[bytes]:
    """Each figure at the width at which it is printed, 300 dots an inch, which the file says itself (chunk pHYs)."""
    if not figures:
        return []
    sizes = [size_mm(one) for one in figures]
    drawn = [
        {"svg": one.svg, "width": width, "height": height} for one, (width, height) in zip(figures, sizes, strict=True)
    ]
    made = _compile("figures.typ", {"figures.json": drawn}, format="png", ppi=float(DPI))
    return [_with_resolution(one) for one in made]


def _section(section: Section) -> dict[str, Any]:
    return {"id": section.id, "title": section.title, "blocks": [_as_data(one) for one in section.blocks]}


def _as_data(block: Block) -> dict[str, Any]:
    """A block as JSON, its kind beside its fields, and what the template cannot know of tables and figures."""
    data = dataclasses.asdict(block) | {"kind": type(block).__name__}
    if isinstance(block, Table):
        is_small = len(block.columns) >= MANY_COLUMNS
        data |= {"numeric": is_numeric(block), "shares": shares(block), "is_small": is_small}
    if isinstance(block, Figure):
        data["width"] = size_mm(block)[0]
    if isinstance(block, Figures):
        data["figures"] = [_as_data(one) for one in block.figures]
    return data


def _compile(template: str, data: Mapping[str, Any], **options: Any) -> list[bytes]:
    import typst

    files = {"main.typ": _template(template)}
    files |= {name: json.dumps(content, ensure_ascii=False).encode() for name, content in data.items()}
    made = typst.compile(files, font_paths=_fonts(), **options)
    return made if isinstance(made, list) else [made]


@cache
def _template(name: str) -> bytes:
    return (resources.files(__package__) / "typeset" / name).read_bytes()


@cache
def _fonts() -> Any:
    """The fonts that ship with the project, and those inside the compiler."""
    import typst

    with resources.as_file(resources.files(__package__) / "typeset" / "fonts") as folder:
        return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[Path(folder)])


def _with_resolution(content: bytes) -> bytes:
    """A PNG with a pHYs chunk behind its header (PNG specification, 11.3.5.3): pixels a metre, alike both ways."""
    dots = round(DPI / METRES_AN_INCH)
    chunk = b"pHYs" + struct.pack(">IIB", dots, dots, 1)
    whole = struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk))
    return content[:PNG_SIGNATURE_AND_HEADER] + whole + content[PNG_SIGNATURE_AND_HEADER:]
