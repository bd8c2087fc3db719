"""Interim: the share of the information, the boundaries of all looks, and the look that is due in plain words."""

from __future__ import annotations

from stegvis.methods.analysis.analyses.attempts import contrast_id
from stegvis.methods.analysis.analyses.interim import INFORMATION, SECTION
from stegvis.methods.analysis.interim_plan import Interim
from stegvis.methods.analysis.manifest import UNBLINDED
from stegvis.methods.analysis.report.blocks import Block, Cell, Paragraph, Plain, Row, Said, Section, Table
from stegvis.methods.analysis.report.printer import Printer


def section(printer: Printer, plan: Interim) -> Section:
    """What is there, whether a look is due, the looks; and the comparison where the report may hold it."""
    t = printer.t
    found = printer.findings[INFORMATION]
    outcome = printer.in_sentence(printer.outcome(printer.plan.outcome(plan.outcome)))
    n = next(iter(found.n.values()))
    lead = t("interim.lead", n=n, planned=plan.planned, percent=t.percent(found["estimate"]), outcome=outcome)
    standing = "interim.due" if found["due"] else "interim.not_due"
    said = t(standing, number=plan.number, of=len(plan.looks), percent=t.percent(plan.next_at))
    blocks: list[Block] = [Paragraph(lead), Paragraph(said)]
    contrasts = [one for one in printer.trial.contrasts if _id(one) in printer.findings]
    if contrasts:
        sentences = [Said(_sentence(printer, one)) for one in contrasts]
        blocks += [Plain(tuple(sentences), t("plain.title")), _now(printer, contrasts)]
    elif found["due"]:
        blocks.append(Paragraph(t("interim.for_the_committee")))
    blocks += [Paragraph(t("interim.binding" if plan.binding else "interim.advice")), _looks(printer, plan)]
    return Section(SECTION, t("interim.title"), tuple(blocks))


def _id(contrast: tuple[str, str]) -> str:
    return f"interim.now.{contrast_id(contrast)}"


def _versus(printer: Printer, contrast: tuple[str, str]) -> str:
    return printer.t("interim.versus", first=printer.arm(contrast[0]), reference=printer.arm(contrast[1]))


def _sentence(printer: Printer, contrast: tuple[str, str]) -> str:
    """Where the statistic lies, and how likely a later look is to cross."""
    t, found = printer.t, printer.findings[_id(contrast)]
    if found.refusal:
        return t("interim.not_there", versus=_versus(printer, contrast))
    is_known = printer.trial.kind == UNBLINDED
    direction = "blind" if not is_known else "better" if found["statistic"] > 0 else "worse"
    crossed = "crossed" if found["crossed"] else "inside"
    facts = {
        "versus": _versus(printer, contrast), "z": t.number(found["statistic"], 2),
        "z_size": t.number(abs(found["statistic"]), 2), "boundary": t.number(found["boundary"], 2),
    }  # fmt: skip
    said = [t(f"interim.{crossed}_{direction}", **facts)]
    if "power_trend" in found.numbers:
        said.append(t("interim.power_trend", percent=t.percent(found["power_trend"], 1)))
    if "power_planned" in found.numbers:
        said.append(t("interim.power_planned", percent=t.percent(found["power_planned"], 1)))
    return " ".join(said)


def _now(printer: Printer, contrasts: list[tuple[str, str]]) -> Table:
    t = printer.t
    rows = []
    for one in contrasts:
        found = printer.found(_id(one))
        cells = [printer.number(_id(one), name, 2) for name in ("statistic", "boundary")]
        cells += [printer.p(_id(one))]
        for name in ("power_trend", "power_planned"):
            there = found is not None and name in found.numbers
            cells.append(Cell(t.percent(found[name], 1) if found is not None and there else t.number(None), _id(one)))
        rows.append(Row(Cell(_versus(printer, one)), tuple(cells)))
    names = ("contrast", "statistic", "boundary", "p", "head_trend", "head_planned")
    columns = tuple(t(f"interim.{name}") for name in names)
    notes = (t("interim.note_statistic"), t("interim.note_power"), *printer.refusals([_id(one) for one in contrasts]))
    return Table("interim-now", t("interim.now"), columns, tuple(rows), notes)


def _looks(printer: Printer, plan: Interim) -> Table:
    """Every look: its share of the information, boundary, the P that it has to reach, and α spent until then."""
    t = printer.t
    rows = []
    place = 1
    while (name := f"interim.look.{place}") in printer.findings:
        found = printer.findings[name]
        held = t("interim.held") if place <= len(plan.held) else ""
        cells = (
            Cell(t.percent(found["information"]), name), Cell(t.number(found["estimate"], 3), name),
            Cell(t.number(found["p"], 4), name), Cell(t.number(found["spent"], 4), name),
        )  # fmt: skip
        rows.append(Row(Cell(str(place), small=held), cells))
        place += 1
    columns = tuple(t(f"interim.{one}") for one in ("look", "information", "boundary", "nominal", "spent"))
    notes = (t(f"interim.spending_{plan.spending}", rho=t.number(plan.rho, 1)), t("interim.note_counts"))
    return Table("interim-looks", t("interim.looks"), columns, tuple(rows), notes)
