"""Checklists: where this report answers each item of CONSORT 2025 and CONSORT-EHEALTH, and TIDieR for each treatment.

The names of the items are our own short ones; the statements themselves say what an item asks for:
CONSORT 2025: Hopewell S, et al. BMJ 2025;389:e081123. CONSORT-EHEALTH 1.6.1: Eysenbach G. J Med Internet Res
2011;13:e126. TIDieR: Hoffmann TC, et al. BMJ 2014;348:g1687 (see `tidier`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stegvis.methods.analysis.report.blocks import Block, Cell, Heading, Link, Note, Paragraph, Row, Section, Table
from stegvis.methods.analysis.report.printer import Printer
from stegvis.methods.analysis.report.sections import releases, tidier
from stegvis.methods.analysis.report.sections.tidier import Told

if TYPE_CHECKING:
    from stegvis.methods.study.protocol import Protocol

PROTOCOL, AUTHORS, FRONT, DATES = "protocol", "authors", "front", "dates"


@dataclass(frozen=True, slots=True)
class Item:
    """An item by its number: the sections that answer it, in the order of the report, and what else does."""

    number: str
    sections: tuple[str, ...] = ()
    also: tuple[str, ...] = (AUTHORS,)


CONSORT: tuple[tuple[str, tuple[Item, ...]], ...] = (
    ("title", (Item("1a", also=(FRONT, AUTHORS)), Item("1b", ("short",)))),
    ("open_science", (
        Item("2", also=(FRONT, AUTHORS)), Item("3", also=(FRONT, AUTHORS)), Item("4", ("methods",)), Item("5a"), Item("5b"),
    )),
    ("introduction", (Item("6"), Item("7", ("primary",)))),
    ("methods", (
        Item("8"), Item("9", also=(PROTOCOL,)), Item("10", ("methods",), (PROTOCOL, AUTHORS)),
        Item("11", ("baseline",), (PROTOCOL, AUTHORS)), Item("12a", also=(PROTOCOL,)), Item("12b", also=(PROTOCOL, AUTHORS)),
        Item("13", ("checklists",), (PROTOCOL, AUTHORS)), Item("14", ("primary", "secondary", "goals"), (PROTOCOL,)),
        Item("15", ("harms",), (PROTOCOL, AUTHORS)), Item("16a", also=(PROTOCOL, AUTHORS)), Item("16b"),
        Item("17a", also=(PROTOCOL, AUTHORS)), Item("17b", also=(PROTOCOL,)), Item("18", also=(PROTOCOL, AUTHORS)),
        Item("19", also=(PROTOCOL, AUTHORS)), Item("20a", ("deviations", "missing"), (PROTOCOL, AUTHORS)),
        Item("20b", ("deviations", "missing")),
        Item("21a", ("methods",), ()), Item("21b", ("primary", "methods"), ()),
        Item("21c", ("missing", "analyses", "methods"), ()), Item("21d", ("analyses", "methods"), ()),
    )),
    ("results", (
        Item("22a", ("flow",), ()), Item("22b", ("flow",), ()), Item("23a", also=(DATES,)), Item("23b"),
        Item("24a", ("adherence", "dose", "guidance", "visits", "deviations")), Item("24b", ("other_care",)),
        Item("25", ("baseline",)),
        Item("26", ("primary", "secondary", "goals"), ()), Item("27", ("harms",)),
        Item("28", ("analyses", "secondary", "goals", "published")),
    )),
    ("discussion", (Item("29"), Item("30", ("missing",)))),
)  # fmt: skip
"""All items of CONSORT 2025, by the part of a paper."""

EHEALTH: tuple[Item, ...] = (
    Item("3b-i", ("releases",)), Item("5-iii", ("releases",), ()), Item("5-v", ("methods", "releases")),
    Item("5-ix", ("adherence", "dose"), (PROTOCOL,)), Item("5-x", ("guidance",), (PROTOCOL, AUTHORS)),
    Item("5-xi", also=(PROTOCOL, AUTHORS)), Item("5-xii", ("visits", "other_care"), (PROTOCOL,)),
    Item("6a-ii", ("dose", "adherence"), ()), Item("13b-i", ("flow", "adherence")), Item("17a-i", ("adherence", "dose")),
)  # fmt: skip
"""The items of CONSORT-EHEALTH about which the extract holds anything."""


def section(printer: Printer, present: Sequence[Section], protocol: Protocol | None) -> Section:
    """The three checklists; `present` are the other sections of this report, to which they lead."""
    t = printer.t
    titles = {one.id: one.title for one in present} | {"checklists": t("checklists.title")}
    titles |= {"methods": t("methods.title"), "short": t("short.title"), "releases": t("checklists.title")}
    blocks: list[Block] = [Paragraph(t("checklists.lead")), *_about_protocol(printer, protocol)]
    blocks.append(_table(printer, "consort", CONSORT, titles))
    blocks += [Heading("ehealth", t("checklists.ehealth_title")), _table(printer, "ehealth", (("", EHEALTH),), titles)]
    blocks += releases.blocks(printer)
    blocks.append(Heading("tidier", t("checklists.tidier_title")))
    for treatment in printer.plan.treatments:
        table = tidier.table(printer, treatment, protocol, titles)
        blocks += [table] if table else []
    return Section("checklists", t("checklists.title"), tuple(blocks))


def _about_protocol(printer: Printer, protocol: Protocol | None) -> list[Block]:
    return [] if protocol else [Note(printer.t("checklists.no_protocol"))]


def _table(printer: Printer, name: str, parts: Sequence[tuple[str, tuple[Item, ...]]], titles: dict[str, str]) -> Table:
    t, rows = printer.t, []
    for part, items in parts:
        if part:
            rows.append(Row(Cell(t(f"consort.part_{part}")), (Cell(""), Cell("", numeric=False)), group=True))
        rows += [_row(printer, name, item, titles) for item in items]
    columns = (t("checklists.number"), t("checklists.item"), t("checklists.where"))
    return Table(name, t(f"checklists.{name}"), columns, tuple(rows), (t(f"checklists.{name}_source"),))


def _row(printer: Printer, checklist: str, item: Item, titles: dict[str, str]) -> Row:
    t = printer.t
    links = [Link(titles[one], _place(one)) for one in item.sections if one in titles]
    also = [_also(printer, one) for one in item.also]
    if not links and not also:
        also = [t("checklists.not_here")]
    told = Told(tuple(links), " ".join(also))
    name = t(f"{checklist}.item_{item.number.replace('-', '_')}")
    return Row(Cell(item.number), (Cell(name, numeric=False), told.cell()))


def _place(section: str) -> str:
    """The id to lead to: the releases stand in this very section."""
    return "checklists" if section == "releases" else section


def _also(printer: Printer, source: str) -> str:
    if source != DATES:
        return printer.t(f"checklists.{source}")
    extract = printer.trial.extract
    screened = sorted(row.on for row in extract.screening)
    randomised = sorted(row.randomised_on for row in extract.participants if row.randomised_on is not None)
    if not screened or not randomised:
        return printer.t("checklists.authors")
    return printer.t(
        "checklists.dates", first=screened[0], last=screened[-1], first_randomised=randomised[0],
        last_randomised=randomised[-1], until=extract.about.data_until,
    )  # fmt: skip
