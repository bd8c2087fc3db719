"""Responding: shares who improved by so much, and the curve over every threshold."""

from __future__ import annotations

from collections.abc import Iterator

from stegvis.methods.analysis.analyses.responding import RULES, STEPS, curve_id, responder_id
from stegvis.methods.analysis.plan import Outcome
from stegvis.methods.analysis.planned.groups import Responder
from stegvis.methods.analysis.report.blocks import (
    Block,
    Cell,
    Figure,
    Heading,
    Paragraph,
    Plain,
    Row,
    Said,
    Section,
    Table,
)
from stegvis.methods.analysis.report.figures import BOTTOM, LEFT, RIGHT, TOP, Scale
from stegvis.methods.analysis.report.printer import Printer
from stegvis.methods.analysis.report.svg import Drawing, ticks

WIDTH, HEIGHT = 640.0, 330.0


def section(printer: Printer) -> Section | None:
    """By outcome: the curve, then a table of each definition; nothing when the arms are pooled."""
    if not printer.contrasts() or not printer.plan.responders:
        return None
    t = printer.t
    blocks: list[Block] = [Paragraph(t("responders.lead"))]
    for outcome in printer.plan.outcomes:
        defined = [one for one in printer.plan.responders if one.outcome == outcome.code]
        for contrast in printer.contrasts() if defined else ():
            blocks += _of_outcome(printer, outcome, contrast, defined)
    return Section("responders", t("responders.title"), tuple(blocks))


def _of_outcome(
    printer: Printer, outcome: Outcome, contrast: tuple[str, str], defined: list[Responder]
) -> Iterator[Block]:
    t = printer.t
    words = {"arm": printer.arm(contrast[0]), "reference": printer.arm(contrast[1])}
    title = t("analyses.contrast", outcome=printer.outcome(outcome), **words)
    yield Heading(f"responders-{outcome.code}-{printer.key(contrast)}", title)
    yield Plain(tuple(_said(printer, one, contrast) for one in defined), t("plain.title"))
    figure = _curve(printer, outcome, contrast)
    if figure is not None:
        yield figure
    yield _table(printer, outcome, contrast, defined)


def _said(printer: Printer, one: Responder, contrast: tuple[str, str]) -> Said:
    t, found = printer.t, printer.findings[responder_id(one.code, RULES[0], contrast)]
    lead = f"{t.of(one.label)}:"
    if found.refusal is not None:
        return Said(t("plain.not_estimable", why=printer.why_not(found.refusal)), lead)
    words = {"arm": printer.arm(contrast[0]), "reference": printer.arm(contrast[1])}
    shares = {"first": t.percent(found["risk1"]), "second": t.percent(found["risk0"])}
    interval = t.interval(100 * found["low"], 100 * found["high"], 0)
    key = "favours" if found["low"] > 0 else "against" if found["high"] < 0 else "either"
    said = t("responders.said", difference=t.signed(100 * found["estimate"], 0), interval=interval, level=printer.level,
             **words, **shares)  # fmt: skip
    return Said(f"{said} {t(f'responders.{key}', **words)}", lead)


def _table(printer: Printer, outcome: Outcome, contrast: tuple[str, str], defined: list[Responder]) -> Table:
    t = printer.t
    arms = [printer.arm(one) for one in contrast]
    columns = (
        t("responders.definition"), *(t("responders.share_of", arm=arm) for arm in arms), t("responders.difference"),
        t("outcome.interval", level=printer.level), t("outcome.p"), t("responders.needed"),
    )  # fmt: skip
    rows, used = [], []
    for one in defined:
        rows.append(Row(Cell(t.of(one.label)), group=True))
        for rule in RULES:
            identifier = responder_id(one.code, rule, contrast)
            used.append(identifier)
            rows.append(_row(printer, identifier, rule))
    caption = t("responders.table", outcome=printer.outcome(outcome), arm=arms[0], reference=arms[1])
    name = f"{outcome.code}-responders" + ("" if len(printer.contrasts()) == 1 else f"-{printer.key(contrast)}")
    return Table(name, caption, columns, tuple(rows), (t("responders.note"), *printer.refusals(used)))


def _row(printer: Printer, identifier: str, rule: str) -> Row:
    t, found = printer.t, printer.found(identifier)
    head = Cell(t(f"responders.rule_{rule.replace('-', '_')}"))
    if found is None:
        return Row(head, tuple(printer.cell(identifier, "") for _ in range(6)), depth=1)
    n1, n0 = found.n.values()
    shares = [
        Cell(t("format.of", events=t.whole(found[events]), n=n), identifier, t.percent(found[risk]))
        for events, risk, n in (("events1", "risk1", n1), ("events0", "risk0", n0))
    ]
    difference = printer.cell(identifier, t("goals.percent_points", number=t.signed(100 * found["estimate"])))
    interval = printer.cell(identifier, t.interval(100 * found["low"], 100 * found["high"]))
    return Row(head, (*shares, difference, interval, printer.p(identifier), _needed(printer, identifier)), depth=1)


def _needed(printer: Printer, identifier: str) -> Cell:
    """The number needed to treat with its interval, which passes through infinity when the difference could be none."""
    t, found = printer.t, printer.findings[identifier]
    needed = found.get("needed")
    if needed is None:
        return printer.cell(identifier, "")
    text = t("responders.to_benefit" if needed > 0 else "responders.to_harm", n=t.number(abs(needed), 0))
    limits = [found.get(name) for name in ("needed_nearest", "needed_farthest", "needed_benefit", "needed_harm")]
    nearest, farthest, benefit, harm = (None if one is None else t.number(one, 0) for one in limits)
    small = ""
    if nearest is not None and farthest is not None:
        small = t("format.interval", low=nearest, high=farthest)
    elif benefit is not None and harm is not None:
        small = t("responders.through_infinity", benefit=benefit, harm=harm)
    return Cell(text, identifier, small)


def _curve(printer: Printer, outcome: Outcome, contrast: tuple[str, str]) -> Figure | None:
    points = [printer.found(curve_id(outcome.code, contrast, place)) for place in range(STEPS)]
    known = [one for one in points if one is not None]
    if len(known) < STEPS:
        return None
    t = printer.t
    title = t("responders.figure", outcome=printer.outcome(outcome))
    middle = known[STEPS // 2]
    alt = t(
        "responders.figure_alt", arm=printer.arm(contrast[0]), reference=printer.arm(contrast[1]),
        first=t.percent(middle["first"]), second=t.percent(middle["second"]),
    )  # fmt: skip
    drawing = Drawing(f"responders-{outcome.code}-{printer.key(contrast)}", WIDTH, HEIGHT, title, alt)
    x = Scale(known[0]["threshold"], known[-1]["threshold"], LEFT, WIDTH - RIGHT)
    y = Scale(0, 1, HEIGHT - BOTTOM, TOP + 22)
    for mark in ticks(0, 1):
        drawing.line(LEFT, y(mark), WIDTH - RIGHT, y(mark), "pale")
        drawing.text(LEFT - 8, y(mark) + 5, t.percent(mark), anchor="end", kind="soft", size=13)
    for one in known[:: STEPS // 10]:
        drawing.text(
            x(one["threshold"]),
            HEIGHT - BOTTOM + 18,
            t.signed(one["threshold"], 0),
            anchor="middle",
            kind="soft",
            size=13,
        )
    drawing.line(x(0), y(0), x(0), y(1), "line")
    words = t("responders.axis", unit=t.of(outcome.unit))
    drawing.text(WIDTH - RIGHT, HEIGHT - 8, words, anchor="end", kind="soft", size=13)
    drawing.text(4, 16, t("responders.share_axis"), kind="soft", size=13)
    for place, (name, arm) in enumerate((("first", contrast[0]), ("second", contrast[1]))):
        drawing.path([(x(one["threshold"]), y(one[name])) for one in known], f"a{place + 1}")
        for one in known[:: STEPS // 10]:
            drawing.mark(x(one["threshold"]), y(one[name]), place, size=4, hollow=place == 1)
        drawing.mark(WIDTH - 210, TOP + 4 + 22 * place, place, size=5, hollow=place == 1)
        drawing.text(WIDTH - 198, TOP + 9 + 22 * place, printer.arm(arm), size=13)
    return Figure(drawing.name, title, drawing.render(), alt, wide=True)
