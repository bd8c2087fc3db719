"""Goals that are kept apart: which count and which do not, what they would change, and the scores of goals with levels."""

from __future__ import annotations

from collections.abc import Iterator

from stegvis.methods.analysis.analyses.attempts import arm_id
from stegvis.methods.analysis.analyses.goals import OBSERVED, OTHERS
from stegvis.methods.analysis.plan import GoalKind, GoalScaling
from stegvis.methods.analysis.report.blocks import Block, Cell, Heading, Paragraph, Row, Table
from stegvis.methods.analysis.report.printer import Printer

STATES = ("rated", "unrated", "pending", "not_due", "later")
METHODS = ("goal_difference", "person_t", "goal_gee")


def states(printer: Printer, kind: GoalKind) -> Table:
    """For each arm how many goals were set, which of them count, and which are kept apart and why."""
    t = printer.t
    columns = (t("outcome.arm"), t("goals.people"), t("goals.set"), *(t(f"goals.state_{state}") for state in STATES))
    rows = []
    for arm in printer.trial.arms:
        identifier = f"goals.{kind.code}.states.{arm_id(arm)}"
        found = printer.findings[identifier]
        people = Cell(t.whole(next(iter(found.n.values()))), identifier)
        numbers = [printer.number(identifier, name, 0) for name in ("goals", *STATES)]
        for place, name in ((-2, "not_due_rated"), (-1, "later_rated")):
            rated = t("goals.of_which_rated", n=t.whole(found[name])) if found[name] else ""
            numbers[place] = Cell(numbers[place].text, identifier, rated)
        rows.append(Row(Cell(printer.arm(arm)), (people, *numbers)))
    caption = t("goals.states", kind=t.of(kind.label))
    return Table(f"goals-{kind.code}-states", caption, columns, tuple(rows), (t("goals.states_note"),))


def others(printer: Printer, kind: GoalKind, contrast: tuple[str, str]) -> Iterator[Table]:
    """The comparison with goals added that do not count, a row each; nothing when there are none."""
    t, end = printer.t, printer.key(contrast)
    names = [name for name in OTHERS if f"goals.{kind.code}.{name}.goal_difference.{end}" in printer.findings]
    if not names:
        return
    columns = (
        t("goals.which"), t("goals.units"),
        *(t("goals.method_with_interval", method=printer.method(method), level=printer.level) for method in METHODS),
        t("goals.permutation_p"),
    )  # fmt: skip
    rows = []
    for name in (OBSERVED, *names):
        stem = f"goals.{kind.code}.{name}"
        goals, people = (printer.findings[f"{stem}.{method}.{end}"] for method in METHODS[:2])
        units = " ".join(
            t(f"goals.units_{word}", **dict(zip(("first", "second"), found.n.values(), strict=True)))
            for word, found in (("goals", goals), ("people", people))
        )
        cells = [_difference(printer, f"{stem}.{method}.{end}") for method in METHODS]
        p = printer.p(f"{stem}.person_permutation.{end}")
        rows.append(Row(Cell(t(f"goals.which_{name}")), (Cell(units, goals.id, numeric=False), *cells, p)))
    words = {"arm": printer.arm(contrast[0]), "reference": printer.arm(contrast[1])}
    caption = t("goals.others", kind=t.of(kind.label), **words)
    suffix = "" if len(printer.contrasts()) == 1 else f"-{end}"
    yield Table(f"goals-{kind.code}-others{suffix}", caption, columns, tuple(rows))


def _difference(printer: Printer, identifier: str) -> Cell:
    t, found = printer.t, printer.found(identifier)
    if found is None:
        return printer.cell(identifier, "")
    interval = t.interval(100 * found["low"], 100 * found["high"])
    return Cell(f"{t.signed(100 * found['estimate'])} ({interval})", identifier)


def scaling(printer: Printer, plan: GoalScaling) -> Iterator[Block]:
    """T scores by arm and their difference; nothing when no goal that counts has levels."""
    t = printer.t
    known = [f"goals.gas.t.{arm_id(arm)}" for arm in printer.trial.arms]
    if known[0] not in printer.findings:
        return
    yield Heading("goals-gas", t("goals.gas"))
    yield Paragraph(t("goals.gas_lead", weights=t(f"goals.gas_{plan.weights}"), rho=t.number(plan.correlation, 2)))
    columns = (
        t("outcome.arm"), t("goals.gas_people"), t("goals.gas_without"), t("goals.gas_mean", level=printer.level),
        t("goals.gas_sd"),
    )  # fmt: skip
    rows = []
    for arm, identifier in zip(printer.trial.arms, known, strict=True):
        n = Cell(t.whole(next(iter(printer.findings[identifier].n.values()))), identifier)
        if printer.found(identifier) is None:
            rows.append(Row(Cell(printer.arm(arm)), (n, *(printer.cell(identifier, "") for _ in range(3)))))
            continue
        without, spread = printer.number(identifier, "without", 0), printer.number(identifier, "sd", 1)
        rows.append(Row(Cell(printer.arm(arm)), (n, without, printer.with_interval(identifier, 1), spread)))
    used = list(known)
    for contrast in printer.contrasts():
        identifier = f"goals.gas.difference.{printer.key(contrast)}"
        used.append(identifier)
        words = {"arm": printer.arm(contrast[0]), "reference": printer.arm(contrast[1])}
        empty = Cell("")
        cell = printer.with_interval(identifier, 1) if printer.found(identifier) else printer.cell(identifier, "")
        rows.append(Row(Cell(t("goals.gas_difference", **words)), (empty, empty, cell, empty)))
    yield Table("goals-gas", t("goals.gas_table"), columns, tuple(rows), printer.refusals(used))
