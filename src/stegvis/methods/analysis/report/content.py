"""Content: everything that a report says in one language, before it becomes a page, a PDF or a Word file."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from stegvis.methods.analysis.manifest import BLINDED, POOLED, UNBLINDED
from stegvis.methods.analysis.report.blocks import Note, Section
from stegvis.methods.analysis.report.catalogue import Catalogue
from stegvis.methods.analysis.report.printer import Printer
from stegvis.methods.analysis.report.sections import front

KIND_KEYS = {POOLED: "front.kind_pooled", BLINDED: "front.kind_blinded", UNBLINDED: "front.kind_unblinded"}


@dataclass(frozen=True, slots=True)
class Content:
    """The title block, the warnings, the sections; `made_up` is empty for real data.

    `written_at` (aware, UTC) is when the extract was written: the only time that any form of the report may bear.
    """

    t: Catalogue
    title: str
    kind: str
    kind_says: str
    made_up: str
    foot: str
    facts: tuple[tuple[str, str], ...]
    warnings: tuple[Note, ...]
    sections: tuple[Section, ...]
    written_at: dt.datetime


def content(printer: Printer, sections: tuple[Section, ...]) -> Content:
    """What every form of the report prints."""
    t, about = printer.t, printer.trial.extract.about
    kind = t(KIND_KEYS[about.kind])
    made_up = t("front.made_up") if about.made_up else ""
    return Content(
        t=t,
        title=t.of(about.titles),
        kind=kind,
        kind_says=t("front.kind_table_says" if about.of_a_table else f"{KIND_KEYS[about.kind]}_says"),
        made_up=made_up,
        foot=made_up or kind,
        facts=front.facts(printer),
        warnings=tuple(front.warnings(printer)),
        sections=sections,
        written_at=about.written_at.astimezone(dt.UTC),
    )
