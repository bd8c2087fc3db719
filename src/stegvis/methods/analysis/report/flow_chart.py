"""Flow chart: the CONSORT diagram, drawn from a reconciled flow."""

from __future__ import annotations

from collections.abc import Sequence

from stegvis.methods.analysis import flow as flows
from stegvis.methods.analysis.analyses.attempts import arm_id
from stegvis.methods.analysis.flow import ArmFlow, Flow
from stegvis.methods.analysis.plan import PRIMARY
from stegvis.methods.analysis.report.blocks import Cell, Figure, Row, Table
from stegvis.methods.analysis.report.printer import Printer
from stegvis.methods.analysis.report.svg import Drawing, wrap

WIDTH, STEM, SIDE, GAP = 800.0, 280.0, 244.0, 26.0
ALONE = 580.0
"""Width where everyone stands together: the arms' columns are not there, and on a phone their place would be all one sees."""
LINE_HEIGHT, PADDING, SIZE = 19.0, 10.0, 14.0

Line = tuple[str, int, int]
"""Text, number, and depth: 0 bold, 1 plain, 2 indented."""


def lines_before(printer: Printer, flow: Flow) -> tuple[list[Line], list[Line]]:
    """What stands beside the stem: who did not go on to consent, and who was not randomised."""
    t = printer.t
    not_on = flow.screened - flow.consented
    first: list[Line] = [(t("flow.not_on"), not_on, 0)]
    excluded = sum(n for _, n in flow.excluded)
    if excluded:
        first.append((t("flow.excluded"), excluded, 1))
        first += [(_reason(printer, code), n, 2) for code, n in flow.excluded]
    declined = sum(n for _, n in flow.declined)
    first += [(t("flow.declined"), declined, 1)] if declined else []
    first += [(_reason(printer, code), n, 2) for code, n in flow.declined if code]
    first += [(t("flow.being_screened"), flow.being_screened, 1)] if flow.being_screened else []
    left = sum(n for _, n in flow.left)
    second: list[Line] = [(t("flow.not_randomised"), flow.consented - flow.randomised, 0)]
    if left:
        second.append((t("flow.left"), left, 1))
        second += [(_reason(printer, code), n, 2) for code, n in flow.left]
    second += [(t("flow.waiting"), flow.waiting, 1)] if flow.waiting else []
    return first, second


def lines_of_arm(printer: Printer, flow: Flow, arm: ArmFlow) -> tuple[list[Line], list[Line], list[Line]]:
    """The three boxes of an arm: allocated, at the main occasion, analysed."""
    t = printer.t
    name = t("flow.allocated_to", arm=printer.arm(arm.arm)) if arm.arm else t("flow.randomised")
    allocated: list[Line] = [(name, arm.allocated, 0)]
    labels = {one.code: t.of(one.label) for one in printer.plan.treatments}
    for one in arm.received:
        treatment = printer.in_sentence(labels[one.treatment])
        allocated.append((t("flow.received", treatment=treatment), one.received, 1))
        allocated.append((t("flow.not_received", treatment=treatment), arm.allocated - one.received, 1))
        if any(other.stopped for each in flow.arms for other in each.received if other.treatment == one.treatment):
            allocated.append((t("flow.stopped", treatment=treatment), one.stopped, 1))
    followed: list[Line] = [
        (t("flow.follow_up", occasion=printer.in_sentence(printer.main_occasion)), arm.allocated, 0)
    ]
    shown = [fate for fate in flows.FATES if fate == flows.ANSWERED or any(one.fates[fate] for one in flow.arms)]
    followed += [(t(f"flow.{fate}"), arm.fates[fate], 1) for fate in shown]
    analysed: list[Line] = [(t("flow.analysed"), -1, 0)]
    analysed += [(printer.outcome(one), arm.analysed[one.code], 1) for one in printer.plan.of_kind(PRIMARY)]
    return allocated, followed, analysed


def chart(printer: Printer, flow: Flow) -> Figure:
    """The diagram."""
    t = printer.t
    first, second = lines_before(printer, flow)
    arms = [lines_of_arm(printer, flow, arm) for arm in flow.arms]
    width, left = (WIDTH, (WIDTH - STEM) / 2) if len(arms) > 1 else (ALONE, 2.0)
    drawing = Drawing("flow", width, 10, t("flow.figure"), _alt(printer, flow))
    y = 2.0
    y = _stem(drawing, left, y, [(t("flow.assessed"), flow.screened, 0)], first)
    y = _stem(drawing, left, y, [(t("flow.consented"), flow.consented, 0)], second)
    y = _stem(drawing, left, y, [(t("flow.randomised"), flow.randomised, 0)], None)
    if len(arms) > 1:
        _arms(drawing, y, arms)
    else:
        _together(drawing, left, y, arms[0][1:])
    return Figure("flow", t("flow.figure"), drawing.render(), drawing.alt, wide=True)


def table(printer: Printer, flow: Flow) -> Table:
    """The same numbers as a table, one column an arm."""
    t = printer.t
    first, second = lines_before(printer, flow)
    rows = [_whole_row(flow, (t("flow.assessed"), flow.screened, 0)), *(_whole_row(flow, line) for line in first)]
    rows += [_whole_row(flow, (t("flow.consented"), flow.consented, 0)), *(_whole_row(flow, line) for line in second)]
    rows.append(_whole_row(flow, (t("flow.randomised"), flow.randomised, 0)))
    for part in range(3):
        rows += _arm_rows(printer, flow, part)
    several = len(flow.arms) > 1
    heads = tuple(printer.arm(arm.arm) for arm in flow.arms) if several else ()
    notes = () if printer.unblinded or not several else (t("flow.blinded_note"),)
    return Table("flow", t("flow.table"), (t("flow.column_what"), t("flow.all_people"), *heads), tuple(rows), notes)


def _whole_row(flow: Flow, line: Line) -> Row:
    text, n, depth = line
    empty = tuple(Cell("") for _ in flow.arms) if len(flow.arms) > 1 else ()
    return Row(Cell(text), (Cell(str(n), "flow.people"), *empty), depth=depth)


def _arm_rows(printer: Printer, flow: Flow, part: int) -> list[Row]:
    """One row for each line of a box; a line that an arm does not have is empty there."""
    columns = [lines_of_arm(printer, flow, arm)[part] for arm in flow.arms]
    if part == 0:
        columns = [
            [(printer.t("flow.allocated"), arm.allocated, 0), *column[1:]]
            for arm, column in zip(flow.arms, columns, strict=True)
        ]
    texts = list(dict.fromkeys(text for column in columns for text, _, _ in column))
    rows = []
    for text in texts:
        numbers = [next((n for one, n, _ in column if one == text), None) for column in columns]
        known = [n for n in numbers if n is not None and n >= 0]
        total = str(sum(known)) if known else ""
        cells = [
            Cell("" if n is None or n < 0 else str(n), f"flow.{arm_id(arm.arm)}")
            for n, arm in zip(numbers, flow.arms, strict=True)
        ]
        depth = next(depth for column in columns for one, _, depth in column if one == text)
        rows.append(
            Row(
                Cell(text),
                (Cell(total, "flow.people"), *(cells if len(columns) > 1 else ())),
                depth=depth,
                group=not known,
            )
        )
    return rows


def _stem(drawing: Drawing, left: float, y: float, box: list[Line], side: list[Line] | None) -> float:
    """A box on the stem with its side box, and the arrow down; returns where the next box begins."""
    height = _box(drawing, left, y, STEM, box)
    middle, bottom = left + STEM / 2, y + height
    if side is None:
        return bottom
    side_left = drawing.width - SIDE - 2
    side_top = bottom + 8
    side_height = _box(drawing, side_left, side_top, SIDE, side)
    following = side_top + side_height + 8
    drawing.arrow([(middle, bottom), (middle, following)])
    drawing.arrow([(middle, side_top + side_height / 2), (side_left, side_top + side_height / 2)])
    return following


def _arms(drawing: Drawing, y: float, arms: Sequence[tuple[list[Line], list[Line], list[Line]]]) -> None:
    """The columns of the arms, each row of boxes equally high."""
    width = min(386.0, (WIDTH - 4 - GAP * (len(arms) - 1)) / len(arms))
    start = (WIDTH - len(arms) * width - GAP * (len(arms) - 1)) / 2
    middles = [start + place * (width + GAP) + width / 2 for place in range(len(arms))]
    branch = y + 18
    drawing.line(WIDTH / 2, y, WIDTH / 2, branch, "line", 1.5)
    drawing.line(middles[0], branch, middles[-1], branch, "line", 1.5)
    top = branch + 20
    for part in range(3):
        height = max(_height(arm[part], width) for arm in arms)
        for arm, middle in zip(arms, middles, strict=True):
            drawing.arrow([(middle, branch if part == 0 else top - 24), (middle, top)])
            _box(drawing, middle - width / 2, top, width, arm[part], height)
        top += height + 24
    drawing.height = top - 22


def _together(drawing: Drawing, left: float, y: float, boxes: Sequence[list[Line]]) -> None:
    """The boxes of everyone together, below the stem."""
    for lines in boxes:
        drawing.arrow([(left + STEM / 2, y), (left + STEM / 2, y + 24)])
        y += 24 + _box(drawing, left, y + 24, STEM, lines)
    drawing.height = y + 2


def _height(lines: Sequence[Line], width: float) -> float:
    return sum(len(_broken(line, width)) for line in lines) * LINE_HEIGHT + 2 * PADDING - 4


def _box(drawing: Drawing, x: float, y: float, width: float, lines: Sequence[Line], height: float = 0) -> float:
    tall = max(height, _height(lines, width))
    drawing.rectangle(x, y, width, tall, fill="ground", stroke="line", round_=4)
    at = y + PADDING + 12
    for line in lines:
        _, n, depth = line
        for place, text in enumerate(_broken(line, width)):
            drawing.text(x + PADDING + 12 * max(0, depth - 1), at, text, bold=depth == 0, kind="ink", size=SIZE)
            if place == 0 and n >= 0:
                drawing.text(x + width - PADDING, at, str(n), anchor="end", bold=depth == 0, size=SIZE)
            at += LINE_HEIGHT
    return tall


def _broken(line: Line, width: float) -> list[str]:
    text, _, depth = line
    return wrap(text, width - 2 * PADDING - 34 - 12 * max(0, depth - 1), SIZE * (1.1 if depth == 0 else 1))


def _alt(printer: Printer, flow: Flow) -> str:
    arms = " ".join(
        printer.t(
            "flow.alt_arm",
            arm=printer.arm(arm.arm),
            allocated=arm.allocated,
            answered=arm.fates[flows.ANSWERED],
            occasion=printer.in_sentence(printer.main_occasion),
        )
        for arm in flow.arms
    )
    return printer.t(
        "flow.alt", screened=flow.screened, consented=flow.consented, randomised=flow.randomised, arms=arms
    )


def _reason(printer: Printer, code: str) -> str:
    text = printer.plan.reasons.get(code)
    return printer.t.of(text) if text else (code.replace("_", " ") or printer.t("flow.reason_none"))
