"""Exploring, in the report: what effects may go through, and what goes with improving; with a warning that stands first."""

from __future__ import annotations

from collections.abc import Iterator

from stegvis.methods.analysis.analyses.exploring import improvement_id, mediation_id
from stegvis.methods.analysis.analyses.missing import predictors
from stegvis.methods.analysis.plan import PRIMARY
from stegvis.methods.analysis.report.blocks import Block, Cell, Note, Row, Section, Table
from stegvis.methods.analysis.report.printer import Printer
from stegvis.methods.analysis.report.sections.missing import predictor_label


def section(printer: Printer) -> Section | None:
    """A table of mediators and one of factors for each contrast; nothing when the arms are pooled."""
    if not printer.contrasts():
        return None
    blocks: list[Block] = [Note(printer.t("exploring.lead"))]
    for contrast in printer.contrasts():
        blocks += _mediators(printer, contrast)
        blocks.append(_factors(printer, contrast))
    return Section("exploring", printer.t("exploring.title"), tuple(blocks))


def _mediators(printer: Printer, contrast: tuple[str, str]) -> Iterator[Table]:
    t, plan = printer.t, printer.plan
    if not plan.mediators:
        return
    rows, used = [], []
    for one in plan.mediators:
        for code in one.outcomes:
            identifier, decimals = (
                mediation_id(one.outcome, code, contrast),
                printer.compared(plan.outcome(code)).decimals,
            )
            used.append(identifier)
            effects = [_effect(printer, identifier, name, decimals + 1) for name in ("indirect", "direct", "total")]
            label = t("exploring.through", mediator=t.of(one.label), outcome=printer.outcome(plan.outcome(code)))
            cells = (printer.n_of(identifier), *effects, printer.number(identifier, "rho", 2, signed=True))
            rows.append(Row(Cell(label), cells))
    columns = (
        t("exploring.mediator"), f"{t('outcome.n_arms')} ({' / '.join(printer.arm(arm) for arm in contrast)})",
        *(t(f"exploring.{name}", level=printer.level) for name in ("indirect", "direct", "total")), t("exploring.rho"),
    )  # fmt: skip
    caption = t("exploring.mediators", arm=printer.arm(contrast[0]), reference=printer.arm(contrast[1]))
    concerned = {code for one in plan.mediators for code in (one.outcome, *one.outcomes)}
    scale = [note for one in plan.outcomes if one.code in concerned for note in printer.scale_notes(one, contrast)]
    notes = (t("exploring.mediation_note"), *scale, *printer.refusals(used))
    yield Table(f"mediation{_suffix(printer, contrast)}", caption, columns, tuple(rows), notes)


def _effect(printer: Printer, identifier: str, name: str, decimals: int) -> Cell:
    t, found = printer.t, printer.found(identifier)
    if found is None:
        return printer.cell(identifier, "")
    interval = t.interval(found[f"{name}_low"], found[f"{name}_high"], decimals)
    return Cell(f"{t.signed(found[name], decimals)} ({interval})", identifier)


def _factors(printer: Printer, contrast: tuple[str, str]) -> Table:
    t, primary = printer.t, printer.plan.of_kind(PRIMARY)
    columns = (t("missing.predictor_column"), *(printer.outcome(one) for one in primary))
    names = ["baseline", *(name for name in predictors(printer.trial) if not name.startswith("arm."))]
    rows, used = [], []
    for name in names:
        cells = []
        for outcome in primary:
            identifier = improvement_id(name, outcome.code, contrast)
            if identifier not in printer.findings:
                cells.append(Cell(""))
                continue
            used.append(identifier)
            cells.append(printer.with_interval(identifier, printer.compared(outcome).decimals))
        label = t("exploring.own_baseline") if name == "baseline" else predictor_label(printer, name)
        rows.append(Row(Cell(label), tuple(cells)))
    caption = t("exploring.factors", level=printer.level)
    scale = [note for one in primary for note in printer.scale_notes(one, contrast)]
    notes = (t("exploring.factors_note"), *scale, *printer.refusals(used))
    return Table(f"improvement{_suffix(printer, contrast)}", caption, columns, tuple(rows), notes)


def _suffix(printer: Printer, contrast: tuple[str, str]) -> str:
    return "" if len(printer.contrasts()) == 1 else f"-{printer.key(contrast)}"
