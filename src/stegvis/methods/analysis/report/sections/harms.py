"""Harms: what was asked, events and people by arm and as treated, the comparison of what was solicited, deteriorations."""

from __future__ import annotations

from stegvis.methods.analysis.analyses.adverse_events import SECTION, TREATED, UNTREATED, kinds
from stegvis.methods.analysis.analyses.attempts import arm_id, contrast_id
from stegvis.methods.analysis.harms_plan import Harms
from stegvis.methods.analysis.report.blocks import Block, Cell, Paragraph, Row, Section, Table
from stegvis.methods.analysis.report.printer import Printer


def section(printer: Printer, plan: Harms) -> Section:
    """The tables; the one as treated only where it may be known."""
    t = printer.t
    arms = [(arm_id(arm), printer.arm(arm)) for arm in printer.trial.arms]
    blocks: list[Block] = [Paragraph(t("harms.lead", days=plan.days)), _counts(printer, "harms", arms)]
    if printer.trial.contrasts:
        blocks.append(_compared(printer))
    if f"harms.all.{TREATED}" in printer.findings:
        blocks.append(_counts(printer, "harms-treated", [(one, t(f"harms.{one}")) for one in (TREATED, UNTREATED)]))
    if plan.deterioration:
        blocks.append(_deterioration(printer, plan))
    return Section(SECTION, t("harms.title"), tuple(blocks))


def _counts(printer: Printer, name: str, groups: list[tuple[str, str]]) -> Table:
    """A row for each kind of event: events, and people with at least one; before them what was asked, after them the rate."""
    t = printer.t
    asked = Row(Cell(t("harms.asked")), tuple(_asked(printer, group) for group, _ in groups))
    rows = [
        Row(Cell(_kind(printer, kind)), tuple(_of_kind(printer, f"harms.{kind}.{group}") for group, _ in groups))
        for kind in kinds(printer.trial)
    ]
    time = Row(Cell(t("harms.person_years")), tuple(_number(printer, group, "person_years") for group, _ in groups))
    rate = Row(Cell(t("harms.rate", level=printer.level)), tuple(_rate(printer, group) for group, _ in groups))
    notes = (t("harms.note_people", level=printer.level), t("harms.note_related"), t("harms.note_rate"))
    columns = (t("harms.column"), *(label for _, label in groups))
    caption = t("harms.table" if name == "harms" else "harms.table_treated")
    return Table(name, caption, columns, (asked, *rows, time, rate), notes)


def _kind(printer: Printer, kind: str) -> str:
    """What a kind is called; a relation by the plan's name of the treatment."""
    t, treatment = printer.t, kind.removeprefix("related_")
    for one in printer.plan.treatments:
        if kind != treatment and one.code == treatment:
            return t("harms.related", what=printer.in_sentence(t.of(one.label)))
    return t(f"harms.{kind}")


def _asked(printer: Printer, group: str) -> Cell:
    found = printer.found(f"harms.asked.{group}")
    if found is None:
        return printer.cell(f"harms.asked.{group}", "")
    t = printer.t
    counted = t("format.of", events=t.whole(found["answered"]), n=t.whole(found["asked"]))
    return Cell(counted, found.id, t("harms.yes", n=t.whole(found["yes"])))


def _of_kind(printer: Printer, identifier: str) -> Cell:
    """Events; underneath the people with one, of how many, with the interval of the share."""
    found = printer.found(identifier)
    if found is None:
        return printer.cell(identifier, "")
    t = printer.t
    people = t("format.of", events=t.whole(found["affected"]), n=next(iter(found.n.values())))
    low, high = t.percent(found["low"]), t.percent(found["high"])
    small = t("harms.people", people=people, percent=t.percent(found["estimate"]), low=low, high=high)
    return Cell(t.whole(found["events"]), identifier, small)


def _number(printer: Printer, group: str, name: str) -> Cell:
    return printer.number(f"harms.all.{group}", name, 1)


def _rate(printer: Printer, group: str) -> Cell:
    identifier = f"harms.all.{group}"
    found, t = printer.found(identifier), printer.t
    if found is None:
        return printer.cell(identifier, "")
    return Cell(f"{t.number(found['rate'], 2)} ({t.interval(found['rate_low'], found['rate_high'], 2)})", identifier)


def _compared(printer: Printer) -> Table:
    """Only what was asked of everybody alike is compared; a note says why the rest is not."""
    t = printer.t
    rows, shown = [], []
    for contrast in printer.trial.contrasts:
        key = contrast_id(contrast)
        difference, ratio = f"harms.difference.solicited.{key}", f"harms.rate_ratio.{key}"
        cells = (_percent(printer, difference), printer.with_interval(ratio, 2), printer.p(ratio))
        rows.append(
            Row(Cell(t("harms.versus", first=printer.arm(contrast[0]), reference=printer.arm(contrast[1]))), cells)
        )
        shown += [difference, ratio, f"harms.difference.unasked.{key}"]
    columns = (t("harms.contrast"), t("harms.difference"), t("harms.ratio"), t("harms.p"))
    return Table("harms-compared", t("harms.compared"), columns, tuple(rows), printer.refusals(shown))


def _percent(printer: Printer, identifier: str) -> Cell:
    found, t = printer.found(identifier), printer.t
    if found is None:
        return printer.cell(identifier, "")
    low, high = t.number(100 * found["low"], 1), t.number(100 * found["high"], 1)
    return Cell(f"{t.signed(100 * found['estimate'], 1)} ({t('format.interval', low=low, high=high)})", identifier)


def _deterioration(printer: Printer, plan: Harms) -> Table:
    t = printer.t
    rows = []
    for watched in plan.deterioration:
        outcome = printer.plan.outcome(watched.outcome)
        found = [f"harms.deterioration.{outcome.code}.{arm_id(arm)}" for arm in printer.trial.arms]
        limit = printer.findings[found[0]]["smallest"]
        cells = [_worse(printer, one) for one in found]
        cells += [
            _percent(printer, f"harms.deterioration.{outcome.code}.{contrast_id(one)}")
            for one in printer.trial.contrasts
        ]
        rows.append(Row(Cell(printer.outcome(outcome), small=t("harms.more_than", n=t.number(limit, 1))), tuple(cells)))
    heads = [printer.arm(arm) for arm in printer.trial.arms]
    heads += [
        t("harms.versus", first=printer.arm(one), reference=printer.arm(other))
        for one, other in printer.trial.contrasts
    ]
    columns = (t("harms.outcome"), *heads)
    return Table("deterioration", t("harms.deterioration"), columns, tuple(rows), (t("harms.note_deterioration"),))


def _worse(printer: Printer, identifier: str) -> Cell:
    found, t = printer.found(identifier), printer.t
    if found is None:
        return printer.cell(identifier, "")
    return Cell(t("format.of", events=t.whole(found["events"]), n=next(iter(found.n.values()))), identifier)
