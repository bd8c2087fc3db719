"""Delivery: modules and visits as they were had, with both denominators."""

from __future__ import annotations

from collections.abc import Iterator

from stegvis.methods.analysis.analyses.attempts import arm_id
from stegvis.methods.analysis.plan import Adherence, Visits
from stegvis.methods.analysis.report import figures
from stegvis.methods.analysis.report.blocks import Block, Cell, Note, Paragraph, Plain, Row, Said, Section, Table
from stegvis.methods.analysis.report.catalogue import DASH
from stegvis.methods.analysis.report.printer import Printer


def adherence(printer: Printer, plan: Adherence) -> Section:
    """The programme in each arm that has it; a note instead when that would give the arms away."""
    t = printer.t
    if not printer.trial.extract.has("modules"):
        return Section("adherence", t("adherence.title"), (Note(t("adherence.left_out")),))
    blocks: list[Block] = [
        Paragraph(f"{t('adherence.lead')} {t(f'adherence.finished_by_{plan.finished_by}')}"),
        Plain(tuple(map(Said, plain(printer, plan))), t("plain.title")),
    ]
    blocks += [Note(said) for said in _waiting(printer, plan)]
    for arm in _arms(printer, plan):
        blocks.append(figures.modules(printer, arm, plan.modules))
        blocks.append(_table(printer, plan, arm))
        blocks += _leavings(printer, arm)
    return Section("adherence", t("adherence.title"), tuple(blocks))


def plain(printer: Printer, plan: Adherence) -> Iterator[str]:
    """Both denominators in one sentence."""
    t = printer.t
    for arm in _arms(printer, plan):
        shares = {
            (what, base): printer.found(f"adherence.{what}.{base}.{arm_id(arm)}")
            for what in ("started", "finished_all", "minimum_dose")
            for base in ("randomised", "started")
        }
        started, everyone = shares["started", "randomised"], shares["finished_all", "randomised"]
        of_started, dose = shares["finished_all", "started"], shares["minimum_dose", "randomised"]
        dose_of_started = shares["minimum_dose", "started"]
        if started is None or everyone is None or dose is None:
            continue
        yield t(
            "adherence.plain",
            arm=printer.arm(arm),
            randomised=next(iter(started.n.values())),
            started=t.whole(started["events"]),
            finished=t.whole(everyone["events"]),
            modules=plan.modules,
            of_randomised=t.percent(everyone["estimate"]),
            of_started=t.percent(of_started["estimate"]) if of_started else DASH,
            dose=t.whole(dose["events"]),
            dose_of_randomised=t.percent(dose["estimate"]),
            dose_of_started=t.percent(dose_of_started["estimate"]) if dose_of_started else DASH,
        )


def _waiting(printer: Printer, plan: Adherence) -> Iterator[str]:
    """To how many the programme has not opened, where there are any: they are in none of the denominators."""
    for arm in _arms(printer, plan):
        found = printer.found(f"adherence.waiting.{arm_id(arm)}")
        if found is not None and found["events"]:
            n, everyone = printer.t.whole(found["events"]), next(iter(found.n.values()))
            yield printer.t("adherence.waiting", arm=printer.arm(arm), n=n, randomised=everyone)


def _arms(printer: Printer, plan: Adherence) -> list[str]:
    offered = next(one for one in printer.plan.treatments if one.code == plan.treatment)
    return [arm for arm in printer.trial.arms if arm in offered.arms]


def _table(printer: Printer, plan: Adherence, arm: str) -> Table:
    t, end = printer.t, arm_id(arm)
    labels = {
        "started": t("adherence.started"),
        "minimum_dose": t("adherence.minimum_dose", n=plan.minimum_core),
        "finished_all": t("adherence.finished_all", n=plan.modules),
    }
    rows = []
    for what, label in labels.items():
        of_started = Cell("") if what == "started" else printer.share(f"adherence.{what}.started.{end}")
        rows.append(Row(Cell(label), (printer.share(f"adherence.{what}.randomised.{end}"), of_started)))
    rows.append(
        Row(
            Cell(t("adherence.finished")),
            tuple(printer.median(f"adherence.finished.{base}.{end}") for base in ("randomised", "started")),
        )
    )
    treatment = next(one for one in printer.plan.treatments if one.code == plan.treatment)
    caption = t("adherence.table", treatment=printer.in_sentence(t.of(treatment.label)), arm=printer.arm(arm))
    columns = (
        t("adherence.column"),
        t("adherence.of_randomised", level=printer.level),
        t("adherence.of_started", level=printer.level),
    )
    return Table(f"adherence-{end}", caption, columns, tuple(rows))


def _leavings(printer: Printer, arm: str) -> list[Block]:
    """Why people stopped, the most often chosen first; nothing where nobody did."""
    t, start, end = printer.t, "adherence.leaving.", f".{arm_id(arm)}"
    found = [one for one in printer.findings if one.id.startswith(start) and one.id.endswith(end)]
    if not found:
        return []
    rows = []
    for one in sorted(found, key=lambda one: (-one["events"], one.id)):
        code = one.id.removeprefix(start).removesuffix(end)
        label = t(f"leaving.{code}") if t.has(f"leaving.{code}") else code
        rows.append(Row(Cell(label), (Cell(t.whole(one["events"]), one.id),)))
    people = next(iter(found[0].n.values()))
    columns = (t("leaving.column"), t("leaving.head", n=people))
    return [Table(f"leaving{end.replace('.', '-')}", t("leaving.table", arm=printer.arm(arm)), columns, tuple(rows))]


def visits(printer: Printer, plan: Visits) -> Section:
    """Visits held by arm."""
    t = printer.t
    heads = []
    for arm in printer.trial.arms:
        found = printer.findings[f"visits.all.{arm_id(arm)}"]
        heads.append(t("visits.head", arm=printer.arm(arm), n=next(iter(found.n.values()))))
    rows = []
    for number in range(plan.planned + 1):
        label = t("visits.held_all", n=number) if number == plan.planned else t("visits.held", n=number)
        cells = []
        for arm in printer.trial.arms:
            identifier = f"visits.held.{number}.{arm_id(arm)}"
            found = printer.findings[identifier]
            percent = found.get("percent")
            share = f" ({t.percent(percent / 100)})" if percent is not None else ""
            cells.append(Cell(f"{t.whole(found['events'])}{share}", identifier))
        rows.append(Row(Cell(label), tuple(cells)))
    table = Table("visits", t("visits.table"), (t("visits.column"), *heads), tuple(rows))
    return Section("visits", t("visits.title"), (Paragraph(t("visits.lead")), table))
