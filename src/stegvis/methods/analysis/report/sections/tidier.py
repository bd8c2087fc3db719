"""TIDieR: each treatment described by its twelve items, as far as plan, protocol and extract tell it.

Hoffmann TC, Glasziou PP, Boutron I, et al. Better reporting of interventions: template for intervention description and
replication (TIDieR) checklist and guide. BMJ 2014;348:g1687. The names of the items are our own. Whatever only people know (why
it should work, training, materials to be had elsewhere) is left to the authors and said to be.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stegvis.methods.analysis.plan import Treatment
from stegvis.methods.analysis.report.blocks import Cell, Link, Row, Table, linked
from stegvis.methods.analysis.report.printer import Printer

if TYPE_CHECKING:
    from stegvis.methods.study.protocol import Protocol

ACTIVITY_PLAN, PROGRAMME = "activity_plan", "programme"
ITEMS = range(1, 13)


@dataclass(frozen=True, slots=True)
class Told:
    """What answers an item: sections of this report, and words."""

    links: tuple[Link, ...] = ()
    words: str = ""

    def cell(self) -> Cell:
        """As a cell: the links, the words under them; or the words alone."""
        return linked(self.links, self.words) if self.links else Cell(self.words, numeric=False)


def table(printer: Printer, treatment: Treatment, protocol: Protocol | None, titles: Mapping[str, str]) -> Table | None:
    """The twelve items of a treatment of the system; None for a treatment that it does not deliver."""
    if treatment.code not in DESCRIBED:
        return None
    t, label = printer.t, printer.t.of(treatment.label)
    words = {1: label} | DESCRIBED[treatment.code](printer, protocol)
    rows = []
    for number in ITEMS:
        links = [Link(titles[one], one) for one in SECTIONS[treatment.code].get(number, ()) if one in titles]
        told = Told(tuple(links), words.get(number) or ("" if links else t("checklists.authors")))
        rows.append(Row(Cell(str(number)), (Cell(t(f"tidier.item_{number}"), numeric=False), told.cell())))
    columns = (t("checklists.number"), t("checklists.item"), t("checklists.told"))
    caption = t("checklists.tidier", treatment=label)
    return Table(f"tidier-{treatment.code}", caption, columns, tuple(rows), (t("checklists.tidier_source"),))


def activity_plan(printer: Printer, protocol: Protocol | None) -> dict[int, str]:
    """Items of the physiotherapist's activity plan: visits, where, how they were held, how the plan grows."""
    t, found = printer.t, {5: printer.t("tidier.plan_who")}
    modes = Counter(row.mode for row in printer.trial.extract.visits if row.held_on and row.mode)
    held = "; ".join(f"{t(f'tidier.mode_{mode}')} {count}" for mode, count in sorted(modes.items()))
    found[6] = t("tidier.plan_how", modes=held) if held else t("checklists.authors")
    if protocol is None:
        return found | (
            {8: t("tidier.plan_planned", visits=printer.plan.visits.planned)} if printer.plan.visits else {}
        )
    visits = "; ".join(
        t(
            "tidier.visit",
            name=t.of(one.name.root),
            day=one.day,
            anchor=_anchor(printer, one.anchor),
            minutes=one.minutes,
        )
        for one in protocol.visits
    )
    sites = ", ".join(site.name for site in protocol.sites)
    own = protocol.activity
    growth = {"weeks": own.grows_after_weeks, "least": own.grows_least_percent, "most": own.grows_most_percent}
    return found | {
        4: t("tidier.plan_procedures"), 7: t("tidier.plan_where", n=len(protocol.sites), sites=sites),
        8: visits, 9: t("tidier.plan_tailoring", **growth), 10: _changes(printer, protocol),
    }  # fmt: skip


def programme(printer: Printer, protocol: Protocol | None) -> dict[int, str]:
    """Items of the internet programme: modules, pace, guidance, releases."""
    t, plan, extract = printer.t, printer.plan, printer.trial.extract
    found = {3: t("tidier.programme_materials", n=len(extract.releases)), 6: t("tidier.programme_how")}
    found |= {5: t("tidier.programme_who"), 7: t("tidier.programme_where"), 11: t("tidier.programme_planned")}
    dose = (
        [t("tidier.programme_modules", n=plan.adherence.modules, core=plan.adherence.minimum_core)]
        if plan.adherence
        else []
    )
    if plan.guidance:
        dose.append(
            t("tidier.programme_guidance", low=t.number(plan.guidance.low, 0), high=t.number(plan.guidance.high, 0))
        )
    own = protocol.programme if protocol else None
    if own is not None and protocol is not None:
        dose.append(
            t("tidier.programme_opens", day=own.day, anchor=_anchor(printer, own.anchor), pace=own.pace_per_week)
        )
        found[4] = t("tidier.programme_procedures", days=own.reply_within_working_days)
        found[10] = _changes(printer, protocol)
    return found | {8: " ".join(dose), 9: t("tidier.programme_tailoring")}


def _anchor(printer: Printer, anchor: str) -> str:
    """From when days are counted: consent, randomisation, or a visit by its number."""
    kind, _, number = anchor.partition("_")
    return printer.t(f"tidier.anchor_{kind}", number=number)


def _changes(printer: Printer, protocol: Protocol) -> str:
    return printer.t("tidier.changes", version=protocol.version.label, day=protocol.version.effective_from)


DESCRIBED: Mapping[str, Callable[[Printer, Protocol | None], dict[int, str]]] = {
    ACTIVITY_PLAN: activity_plan, PROGRAMME: programme,
}  # fmt: skip
SECTIONS: Mapping[str, Mapping[int, tuple[str, ...]]] = {
    ACTIVITY_PLAN: {9: ("goals",), 12: ("visits", "goals")},
    PROGRAMME: {5: ("guidance",), 11: ("adherence",), 12: ("adherence", "dose", "guidance")},
}
"""Where this report tells an item, by treatment and number."""
