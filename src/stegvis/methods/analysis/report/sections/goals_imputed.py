"""Goals nobody rated, in the report: the comparison with them filled in, which stands first, and the bounds."""

from __future__ import annotations

from collections.abc import Iterator

from stegvis.methods.analysis.analyses.goals_imputed import BOUNDS, IMPUTED
from stegvis.methods.analysis.plan import GoalKind
from stegvis.methods.analysis.report.blocks import Cell, Row, Table
from stegvis.methods.analysis.report.printer import Printer

METHODS = ("person_t_imputed", "goal_gee_imputed")


def tables(printer: Printer, kind: GoalKind, contrast: tuple[str, str]) -> Iterator[Table]:
    """The pooled comparisons and the bounds, a row each; nothing where no goal was filled in."""
    t, end = printer.t, printer.key(contrast)
    used = [f"goals.{kind.code}.{IMPUTED}.{method}.{end}" for method in METHODS]
    bounds = f"goals.{kind.code}.{BOUNDS}.person_bounds.{end}"
    if used[0] not in printer.findings:
        return
    columns = (
        t("goals.method"), t("goals.units"), t("outcome.estimate"), t("outcome.interval", level=printer.level),
        t("outcome.p"), t("goals.missing_information"),
    )  # fmt: skip
    rows = [_pooled(printer, identifier) for identifier in used]
    found = printer.found(bounds)
    between = "" if found is None else t.interval(100 * found["lower"], 100 * found["upper"])
    limits = "" if found is None else t.interval(100 * found["low"], 100 * found["high"])
    cells = (_units(printer, bounds), printer.cell(bounds, between), printer.cell(bounds, limits), Cell(""), Cell(""))
    rows.append(Row(Cell(printer.method("person_bounds")), cells))
    words = {"arm": printer.arm(contrast[0]), "reference": printer.arm(contrast[1]), "kind": t.of(kind.label)}
    name = f"goals-{kind.code}-{IMPUTED}" + ("" if len(printer.contrasts()) == 1 else f"-{end}")
    plan = printer.plan.goals
    times = t.whole(plan.imputation.times) if plan and plan.imputation else ""
    notes = (t("goals.imputed_note", times=times), *printer.refusals([*used, bounds]))
    yield Table(name, t("goals.imputed", **words), columns, tuple(rows), notes)


def plain(printer: Printer, kind: GoalKind, contrast: tuple[str, str]) -> Iterator[str]:
    """One sentence with the difference by person, and one with how far unrated goals could have moved it."""
    t, end = printer.t, printer.key(contrast)
    found = printer.found(f"goals.{kind.code}.{IMPUTED}.person_t_imputed.{end}")
    bounds = printer.found(f"goals.{kind.code}.{BOUNDS}.person_bounds.{end}")
    if found is None or bounds is None:
        return
    yield t(
        "goals.plain_imputed",
        estimate=t("goals.percent_points", number=t.signed(100 * found["estimate"])),
        interval=t.interval(100 * found["low"], 100 * found["high"]),
        p=t.p_equals(found["p"]),
        lower=t.signed(100 * bounds["lower"]),
        upper=t.signed(100 * bounds["upper"]),
    )


def _pooled(printer: Printer, identifier: str) -> Row:
    t, found = printer.t, printer.found(identifier)
    method = Cell(printer.method(printer.findings[identifier].method))
    if found is None:
        return Row(method, (_units(printer, identifier), *(printer.cell(identifier, "") for _ in range(4))))
    estimate = t("goals.percent_points", number=t.signed(100 * found["estimate"]))
    interval = t.interval(100 * found["low"], 100 * found["high"])
    cells = (
        _units(printer, identifier), Cell(estimate, identifier), Cell(interval, identifier), printer.p(identifier),
        Cell(t.percent(found["fmi"]), identifier),
    )  # fmt: skip
    return Row(method, cells)


def _units(printer: Printer, identifier: str) -> Cell:
    first, second = printer.findings[identifier].n.values()
    return Cell(printer.t("goals.units_people", first=first, second=second), identifier, numeric=False)
