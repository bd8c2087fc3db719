"""Guidance: behaviours in replies, and the time that therapists gave, by therapist and in all."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from stegvis.methods.analysis.analyses.attempts import ALL, arm_id
from stegvis.methods.analysis.analyses.delivery import RANDOMISED, STARTED, offered_arms
from stegvis.methods.analysis.analyses.guidance import RANGES, of
from stegvis.methods.analysis.plan import Guidance
from stegvis.methods.analysis.report.blocks import Block, Cell, Note, Paragraph, Plain, Row, Said, Section, Table
from stegvis.methods.analysis.report.printer import Printer
from stegvis.methods.analysis.tables import BEHAVIOURS


def section(printer: Printer, plan: Guidance) -> Section | None:
    """Three tables for each arm that has guidance; no section where that would give the arms away."""
    t = printer.t
    if not printer.trial.extract.has("guidance"):
        return None
    blocks: list[Block] = [Paragraph(t("guidance.lead"))]
    for arm in offered_arms(printer.trial, plan.treatment):
        blocks += _plain(printer, plan, arm)
        if printer.trial.extract.has("replies"):
            blocks += [_behaviours(printer, arm), _replies(printer, arm)]
        blocks.append(_time(printer, plan, arm))
    blocks.append(Note(t("guidance.clustered")))
    return Section("guidance", t("guidance.title"), tuple(blocks))


def _plain(printer: Printer, plan: Guidance, arm: str) -> list[Block]:
    """How long guidance took against what is usual, in one sentence."""
    t, found = printer.t, printer.found(of("minutes_a_week", arm))
    if found is None:
        return []
    told = {name: t.whole(printer.findings[of(name, arm)]["events"]) for name in RANGES}
    minutes, n = t.number(found["estimate"], 1), next(iter(found.n.values()))
    low, high = t.number(plan.low, 0), t.number(plan.high, 0)
    said = t("guidance.plain", arm=printer.arm(arm), minutes=minutes, low=low, high=high, n=n, **told)
    return [Plain((Said(said),), t("plain.title"))]


def _behaviours(printer: Printer, arm: str) -> Table:
    t = printer.t
    heads = (t("guidance.therapist"), *(t(f"guidance.{behaviour}") for behaviour in BEHAVIOURS))
    rows = _rows(printer, arm, BEHAVIOURS[0], [_share(printer, behaviour, arm) for behaviour in BEHAVIOURS])
    likeness = tuple(printer.number(of(f"icc_{behaviour}", arm), "icc", 2) for behaviour in BEHAVIOURS)
    rows.append(Row(Cell(t("guidance.icc")), likeness, group=True))
    refused = printer.refusals([of(f"icc_{behaviour}", arm) for behaviour in BEHAVIOURS])
    notes = (t("guidance.note_marks"), t("guidance.note_icc"), *refused)
    return Table(f"fidelity-{arm_id(arm)}", t("guidance.behaviours", arm=printer.arm(arm)), heads, tuple(rows), notes)


def _replies(printer: Printer, arm: str) -> Table:
    t = printer.t
    heads = tuple(t(f"guidance.{name}") for name in ("therapist", "replies", "words", "days_to_answer"))
    cells: list[Callable[[str], Cell]] = [
        lambda therapist: printer.median(of(f"replies_{STARTED}", arm, therapist), 0),
        lambda therapist: printer.median(of("words", arm, therapist), 0),
        lambda therapist: printer.median(of("days_to_answer", arm, therapist), 1),
    ]
    rows = _rows(printer, arm, "words", cells)
    everyone = printer.median(of(f"replies_{RANDOMISED}", arm), 0)
    rows.append(Row(Cell(t("guidance.of_randomised")), (everyone, Cell(""), Cell("")), group=True))
    caption = t("guidance.table_replies", arm=printer.arm(arm))
    return Table(f"replies-{arm_id(arm)}", caption, heads, tuple(rows), (t("guidance.note_replies"),))


def _time(printer: Printer, plan: Guidance, arm: str) -> Table:
    t = printer.t
    low, high = t.number(plan.low, 0), t.number(plan.high, 0)
    heads = tuple(
        t(f"guidance.{name}", low=low, high=high)
        for name in ("therapist", "people", "minutes_a_week", "spread", *RANGES, "calls_a_week", "total")
    )
    cells: list[Callable[[str], Cell]] = [
        lambda therapist: printer.n_of(of("minutes_a_week", arm, therapist)),
        lambda therapist: printer.number(of("minutes_a_week", arm, therapist), "estimate"),
        lambda therapist: printer.median(of("minutes_a_week", arm, therapist)),
        *(_count(printer, name, arm) for name in RANGES),
        lambda therapist: printer.number(of("calls_a_week", arm, therapist), "estimate"),
        lambda therapist: printer.median(of("total_minutes", arm, therapist), 0),
    ]
    rows = _rows(printer, arm, "minutes_a_week", cells)
    caption = t("guidance.table_time", arm=printer.arm(arm))
    notes = (t("guidance.note_weeks"), t("guidance.note_adjusted"), t("guidance.note_main"))
    return Table(f"therapist-time-{arm_id(arm)}", caption, heads, tuple(rows), notes)


def _rows(printer: Printer, arm: str, what: str, cells: Sequence[Callable[[str], Cell]]) -> list[Row]:
    """A row for all, then one for each therapist of whom there is a finding of `what`."""
    start = of(what, arm, "")
    found = [one.id.removeprefix(start) for one in printer.findings.of("guidance") if one.id.startswith(start)]
    label = {ALL: printer.t("guidance.all")}
    return [Row(Cell(label.get(therapist, therapist)), tuple(cell(therapist) for cell in cells)) for therapist in found]


def _share(printer: Printer, behaviour: str, arm: str) -> Callable[[str], Cell]:
    return lambda therapist: printer.share(of(behaviour, arm, therapist))


def _count(printer: Printer, name: str, arm: str) -> Callable[[str], Cell]:
    return lambda therapist: printer.number(of(name, arm, therapist), "events", 0)
