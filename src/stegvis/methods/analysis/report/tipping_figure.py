"""Tipping figure: how much worse off those who did not answer would have to be, in either arm, for the conclusion to turn.

A square for each pair of shifts. Squares are dark, pale or empty by where the interval lies, and bear a sign as well, so
that a grey print and a reader who sees no colours lose nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

from stegvis.methods.analysis.findings import Finding
from stegvis.methods.analysis.plan import LOWER, Outcome
from stegvis.methods.analysis.report.blocks import Figure
from stegvis.methods.analysis.report.printer import Printer
from stegvis.methods.analysis.report.svg import Drawing, decimals_of

SIDE, LEFT, TOP = 44.0, 120.0, 40.0
BETTER, WORSE, NEITHER = "better", "worse", "neither"
SIGNS = {BETTER: "+", WORSE: "−", NEITHER: ""}
FILLS = {BETTER: "a1", WORSE: "a2", NEITHER: "none"}


def tipping_figure(
    printer: Printer, outcome: Outcome, contrast: tuple[str, str], cells: Sequence[Finding]
) -> Figure | None:
    """The grid of a tipping-point analysis; None when it could not be carried out."""
    if not cells:
        return None
    t = printer.t
    across = sorted({one["shift_compared"] for one in cells})
    up = sorted({one["shift_reference"] for one in cells})
    sides = {(one["shift_compared"], one["shift_reference"]): side_of(outcome, one) for one in cells}
    words = {"arm": printer.arm(contrast[0]), "reference": printer.arm(contrast[1])}
    title = t("analyses.tipping_figure", outcome=printer.outcome(outcome), **words)
    counts = {f"{side}_n": sum(one == side for one in sides.values()) for side in SIGNS}
    here = t(f"analyses.tipping_{sides[0.0, 0.0]}", **words) if (0.0, 0.0) in sides else ""
    alt = t("analyses.tipping_alt", all=len(cells), here=here, **counts, **words)
    name = f"tipping-{outcome.code}-{printer.key(contrast)}"
    drawing = Drawing(name, LEFT + SIDE * len(across) + 210, TOP + SIDE * len(up) + 70, title, alt)
    for column, compared in enumerate(across):
        for line, reference in enumerate(reversed(up)):
            _square(drawing, LEFT + SIDE * column, TOP + SIDE * line, sides[compared, reference])
            if compared == reference == 0:
                x, y = LEFT + SIDE * column, TOP + SIDE * line
                drawing.rectangle(x + 3, y + 3, SIDE - 8, SIDE - 8, stroke="ink")
    _axes(printer, outcome, contrast, drawing, across, up)
    _legend(printer, contrast, drawing, LEFT + SIDE * len(across) + 14)
    return Figure(name, title, drawing.render(), alt, wide=True)


def side_of(outcome: Outcome, found: Finding) -> str:
    """For which arm the interval speaks: better or worse with the compared arm, or neither."""
    below, above = found["high"] < 0, found["low"] > 0
    if not below and not above:
        return NEITHER
    return BETTER if below == (outcome.better == LOWER) else WORSE


def _square(drawing: Drawing, x: float, y: float, side: str) -> None:
    drawing.rectangle(x, y, SIDE - 2, SIDE - 2, fill="pale" if side == NEITHER else FILLS[side], stroke="line")
    if SIGNS[side]:
        drawing.text(x + SIDE / 2 - 1, y + SIDE / 2 + 5, SIGNS[side], anchor="middle", kind="ground", bold=True)


def _axes(
    printer: Printer, outcome: Outcome, contrast: tuple[str, str], drawing: Drawing, across: Sequence[float],
    up: Sequence[float],
) -> None:  # fmt: skip
    t, decimals = printer.t, decimals_of((*across, *up))
    bottom = TOP + SIDE * len(up)
    for column, value in enumerate(across):
        x = LEFT + SIDE * column + SIDE / 2 - 1
        drawing.text(x, bottom + 16, t.signed(value, decimals), anchor="middle", kind="soft", size=12)
    for line, value in enumerate(reversed(up)):
        y = TOP + SIDE * line + SIDE / 2 + 4
        drawing.text(LEFT - 8, y, t.signed(value, decimals), anchor="end", kind="soft", size=12)
    unit = t.of(outcome.unit)
    drawing.text(LEFT, bottom + 40, t("analyses.shift", arm=printer.arm(contrast[0]), unit=unit), size=13)
    drawing.text(0, TOP - 16, t("analyses.shift", arm=printer.arm(contrast[1]), unit=unit), size=13)


def _legend(printer: Printer, contrast: tuple[str, str], drawing: Drawing, x: float) -> None:
    words = {BETTER: printer.arm(contrast[0]), WORSE: printer.arm(contrast[1])}
    for place, (side, arm) in enumerate(words.items()):
        y = TOP + 34 * place
        drawing.rectangle(x, y, 20, 20, fill=FILLS[side], stroke="line")
        drawing.text(x + 10, y + 15, SIGNS[side], anchor="middle", kind="ground", bold=True)
        drawing.text(x + 28, y + 15, printer.t("analyses.speaks_for", arm=arm), size=12)
    drawing.rectangle(x, TOP + 68, 20, 20, fill="pale", stroke="line")
    drawing.text(x + 28, TOP + 83, printer.t("analyses.speaks_for_neither"), size=12)
