"""Analyses figure: one outcome's planned analyses under each other, so that what moves the answer can be seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from stegvis.methods.analysis.plan import LOWER, Outcome
from stegvis.methods.analysis.report.blocks import Figure
from stegvis.methods.analysis.report.figures import Scale
from stegvis.methods.analysis.report.printer import Printer
from stegvis.methods.analysis.report.svg import Drawing, decimals_of, ticks, wrap

WIDTH, ROW, LABELS, LEFT, RIGHT = 640.0, 38.0, 205.0, 220.0, 470.0


@dataclass(frozen=True, slots=True)
class Line:
    """One analysis in the figure: its name, whether it is the main one, and its interval in the outcome's unit."""

    label: str
    main: bool
    estimate: float
    low: float
    high: float


def analyses_forest(
    printer: Printer, outcome: Outcome, contrast: tuple[str, str], lines: Sequence[Line], *, kind: str = "analyses"
) -> Figure | None:
    """The intervals of several analyses, or of several subgroups (`kind`), with nought and the smallest difference that
    matters; None for no line.
    """
    if not lines:
        return None
    t = printer.t
    title = t(f"{kind}.figure", outcome=printer.outcome(outcome), level=printer.level)
    parts = " ".join(
        t(
            "analyses.figure_part",
            label=one.label,
            estimate=t.number(one.estimate, outcome.decimals),
            interval=t.interval(one.low, one.high, outcome.decimals),
        )
        for one in lines
    )
    name = f"{kind}-{outcome.code}-{printer.key(contrast)}"
    alt = t(f"{kind}.figure_alt", outcome=printer.outcome(outcome), parts=parts)
    drawing = Drawing(name, WIDTH, 78 + ROW * len(lines), title, alt)
    x = _axis(printer, outcome, drawing, lines)
    for place, one in enumerate(lines):
        _draw(printer, outcome, drawing, x, 44 + ROW * place, one)
    _sides(printer, outcome, contrast, drawing, x)
    return Figure(name, title, drawing.render(), alt, wide=True)


def _axis(printer: Printer, outcome: Outcome, drawing: Drawing, lines: Sequence[Line]) -> Scale:
    edges = [0.0, *(one.low for one in lines), *(one.high for one in lines)]
    marks = ticks(min(edges), max(edges))
    x = Scale(marks[0], marks[-1], LEFT, RIGHT)
    bottom = drawing.height - 52
    for mark in marks:
        drawing.line(x(mark), 24, x(mark), bottom, "pale")
        drawing.text(
            x(mark), bottom + 18, printer.t.number(mark, decimals_of(marks)), anchor="middle", kind="soft", size=13
        )
    drawing.line(x(0), 24, x(0), bottom, "ink", 1.5)
    if outcome.mcid is not None:
        matters = -outcome.mcid.points if outcome.better == LOWER else outcome.mcid.points
        if marks[0] <= matters <= marks[-1]:
            drawing.line(x(matters), 24, x(matters), bottom, "a3", 1.5)
            drawing.text(x(matters), 18, printer.t("analyses.matters"), anchor="middle", kind="soft", size=12)
    return x


def _draw(printer: Printer, outcome: Outcome, drawing: Drawing, x: Scale, y: float, one: Line) -> None:
    words = wrap(one.label, LABELS, 13)[:2]
    for line, text in enumerate(words):
        drawing.text(0, y + 5 - 8 * (len(words) - 1) + 16 * line, text, size=13, bold=one.main)
    drawing.line(x(one.low), y, x(one.high), y, "ink", 2.4 if one.main else 1.6)
    for edge in (one.low, one.high):
        drawing.line(x(edge), y - 5, x(edge), y + 5, "ink", 1.5)
    drawing.mark(x(one.estimate), y, 0, size=6 if one.main else 4.5, hollow=not one.main)
    t, decimals = printer.t, outcome.decimals
    numbers = f"{t.number(one.estimate, decimals)} ({t.interval(one.low, one.high, decimals)})"
    drawing.text(WIDTH, y + 5, numbers, anchor="end", size=13, bold=one.main)


def _sides(printer: Printer, outcome: Outcome, contrast: tuple[str, str], drawing: Drawing, x: Scale) -> None:
    left, right = contrast if outcome.better == LOWER else contrast[::-1]
    y = drawing.height - 8
    words = [printer.t("outcome.better_with", arm=printer.arm(one)) for one in (left, right)]
    drawing.text(x(0) - 8, y, f"← {words[0]}", anchor="end", size=13)
    drawing.text(x(0) + 8, y, f"{words[1]} →", size=13)
