"""Figures: means over time, each person's change, standardised differences, goals by person, modules finished."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from stegvis.methods.analysis.analyses import delivery, goals_counted
from stegvis.methods.analysis.analyses.attempts import arm_id
from stegvis.methods.analysis.plan import LOWER, GoalKind, Outcome
from stegvis.methods.analysis.report.blocks import Figure
from stegvis.methods.analysis.report.printer import Printer
from stegvis.methods.analysis.report.svg import Drawing, decimals_of, ticks, wrap

LEFT, RIGHT, TOP, BOTTOM = 52.0, 16.0, 40.0, 46.0
WIDTH, HEIGHT = 440.0, 320.0


class Scale:
    """From data to drawing, along one axis."""

    def __init__(self, low: float, high: float, start: float, end: float) -> None:
        self.low, self.high, self.start, self.end = low, high, start, end

    def __call__(self, value: float) -> float:
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)


def means(printer: Printer, outcome: Outcome) -> Figure | None:
    """Mean with interval by occasion, one line an arm; None when no arm has an interval anywhere."""
    known = {arm: _means_of(printer, outcome, arm) for arm in printer.trial.arms}
    limits = [edge for points in known.values() for _, _, low, high in points for edge in (low, high)]
    if not limits:
        return None
    label = printer.outcome(outcome)
    title = printer.t("outcome.means_figure", outcome=label, level=printer.level)
    parts = " ".join(
        printer.t(
            "outcome.means_alt_part",
            arm=printer.arm(arm),
            values=", ".join(
                printer.t(
                    "outcome.means_alt_value",
                    occasion=printer.t.of(printer.plan.occasions[place].label),
                    mean=printer.t.number(mean, outcome.decimals),
                )
                for place, mean, _, _ in points
            ),
        )
        for arm, points in known.items()
    )
    name = f"means-{outcome.code}"
    drawing = Drawing(name, WIDTH, HEIGHT, title, printer.t("outcome.means_alt", outcome=label, parts=parts))
    y = _vertical_axis(printer, drawing, min(limits), max(limits), outcome)
    x = _occasion_axis(printer, drawing)
    for place, (arm, points) in enumerate(known.items()):
        _draw_means(drawing, points, place, x, y, len(known))
        _legend(printer, drawing, place, arm)
    return Figure(name, title, drawing.render(), drawing.alt)


def _means_of(printer: Printer, outcome: Outcome, arm: str) -> list[tuple[int, float, float, float]]:
    points = []
    for place, occasion in enumerate(printer.plan.occasions):
        found = printer.found(f"{outcome.code}.{occasion.code}.{arm_id(arm)}")
        if found is not None and found.get("low") is not None:
            points.append((place, found["mean"], found["low"], found["high"]))
    return points


def _vertical_axis(
    printer: Printer, drawing: Drawing, low: float, high: float, outcome: Outcome, key: str = "mean_axis"
) -> Scale:
    marks = ticks(low, high)
    scale = Scale(marks[0], marks[-1], drawing.height - BOTTOM, TOP + 14)
    decimals = decimals_of(marks)
    for mark in marks:
        drawing.line(LEFT, scale(mark), drawing.width - RIGHT, scale(mark), "pale")
        drawing.text(LEFT - 8, scale(mark) + 5, printer.t.number(mark, decimals), anchor="end", kind="soft")
    words = printer.t(f"outcome.{key}", outcome=printer.outcome(outcome), unit=printer.t.of(outcome.unit))
    drawing.text(4, 16, words, kind="soft", size=13)
    return scale


def _occasion_axis(printer: Printer, drawing: Drawing) -> list[float]:
    """Where each occasion stands, by its months, with its label; occasions nobody has reached are shown too."""
    occasions = printer.plan.occasions
    most = max((one.months for one in occasions), default=0) or 1
    inner_left, inner_right = LEFT + 46, drawing.width - RIGHT - 46
    places = [inner_left + one.months / most * (inner_right - inner_left) for one in occasions]
    drawing.line(LEFT, drawing.height - BOTTOM, drawing.width - RIGHT, drawing.height - BOTTOM, "line")
    for place, one in zip(places, occasions, strict=True):
        drawing.line(place, drawing.height - BOTTOM, place, drawing.height - BOTTOM + 5, "line")
        drawing.text(place, drawing.height - BOTTOM + 22, printer.t.of(one.label), anchor="middle", size=13)
    return places


def _draw_means(
    drawing: Drawing,
    points: Sequence[tuple[int, float, float, float]],
    arm: int,
    x: Sequence[float],
    y: Scale,
    arms: int,
) -> None:
    kind, nudge = f"a{arm + 1}", (arm - (arms - 1) / 2) * 9
    at = [(x[place] + nudge, y(mean)) for place, mean, _, _ in points]
    if len(at) > 1:
        drawing.path(at, kind)
    for (place, _, low, high), (_, middle) in zip(points, at, strict=True):
        across = x[place] + nudge
        drawing.line(across, y(low), across, y(high), kind.replace("a", "b"), 1.5)
        for edge in (low, high):
            drawing.line(across - 4, y(edge), across + 4, y(edge), kind.replace("a", "b"), 1.5)
        drawing.mark(across, middle, arm, hollow=arm % 2 == 1)


def _legend(printer: Printer, drawing: Drawing, place: int, arm: str) -> None:
    width = (drawing.width - LEFT - RIGHT) / max(len(printer.trial.arms), 1)
    x = LEFT + place * width + 8
    drawing.mark(x, TOP - 5, place, hollow=place % 2 == 1)
    words = wrap(printer.arm(arm), width - 22, 13)
    drawing.text(x + 12, TOP, words[0] + (" …" if len(words) > 1 else ""), size=13)


def changes(printer: Printer, outcome: Outcome) -> Figure | None:
    """Each person's change as a dot, one column an arm, with the mean and its interval beside."""
    pairs = printer.trial.pairs(outcome.measured)
    if not pairs.people:
        return None
    label = printer.outcome(outcome)
    title = printer.t("outcome.changes_figure", outcome=label)
    parts = []
    for arm in printer.trial.arms:
        found = printer.findings[f"{outcome.code}.change.{arm_id(arm)}"]
        n = found.n[arm_id(arm)]
        mean = printer.t.signed(found.get("mean"), outcome.decimals)
        parts.append(printer.t("outcome.changes_alt_part", arm=printer.arm(arm), n=n, mean=mean))
    name = f"changes-{outcome.code}"
    alt = printer.t("outcome.changes_alt", outcome=label, parts=" ".join(parts))
    drawing = Drawing(name, WIDTH, HEIGHT, title, alt)
    y = _vertical_axis(printer, drawing, min(0.0, *pairs.change), max(0.0, *pairs.change), outcome, "change_axis")
    drawing.line(LEFT, y(0), drawing.width - RIGHT, y(0), "soft", 1.5)
    width = (drawing.width - LEFT - RIGHT) / len(printer.trial.arms)
    for place, arm in enumerate(printer.trial.arms):
        middle = LEFT + (place + 0.5) * width
        _swarm(drawing, pairs.change_in(arm), place, middle - 10, y, width - 60)
        _mean_beside(printer, drawing, outcome, arm, place, LEFT + (place + 1) * width - 22, y)
        words = wrap(printer.arm(arm), width - 6, 13)
        drawing.text(middle, drawing.height - 24, words[0] + (" …" if len(words) > 1 else ""), anchor="middle", size=13)
        n = len(pairs.change_in(arm))
        drawing.text(middle, drawing.height - 7, f"n = {n}", anchor="middle", kind="soft", size=13)
    return Figure(name, title, drawing.render(), drawing.alt)


def _swarm(drawing: Drawing, values: Sequence[float], arm: int, middle: float, y: Scale, width: float) -> None:
    """Dots that would overlap stand side by side, from the middle outwards."""
    size, taken = 3.6, Counter[int]()
    for value in sorted(values):
        level = round(y(value) / (2 * size))
        side = taken[level]
        taken[level] += 1
        offset = ((side + 1) // 2) * 2.1 * size * (1 if side % 2 else -1)
        bounded = max(-width / 2, min(width / 2, offset))
        drawing.mark(middle + bounded, y(value), arm, size=size - 0.6, hollow=True)


def _mean_beside(
    printer: Printer, drawing: Drawing, outcome: Outcome, arm: str, place: int, x: float, y: Scale
) -> None:
    found = printer.found(f"{outcome.code}.change.{arm_id(arm)}")
    if found is None or found.get("low") is None:
        return
    drawing.line(x, y(found["low"]), x, y(found["high"]), f"b{place + 1}", 2.5)
    drawing.mark(x, y(found["mean"]), place, size=6)


def forest(printer: Printer, contrast: tuple[str, str]) -> Figure | None:
    """Every outcome's Hedges' g, turned so that right is better with the compared arm."""
    rows = []
    for outcome in printer.plan.outcomes:
        found = printer.found(f"{outcome.code}.change.hedges_g.{printer.key(contrast)}")
        if found is not None:
            sign = -1 if outcome.better == LOWER else 1
            low, high = sorted((sign * found["low"], sign * found["high"]))
            rows.append((outcome, sign * found["estimate"], low, high))
    if not rows:
        return None
    title = printer.t("outcome.forest", level=printer.level)
    parts = " ".join(
        printer.t(
            "outcome.forest_part",
            outcome=printer.outcome(outcome),
            estimate=printer.t.number(estimate, 2),
            interval=printer.t.interval(low, high, 2),
        )
        for outcome, estimate, low, high in rows
    )
    name = f"forest-{printer.key(contrast)}"
    alt = printer.t("outcome.forest_alt", arm=printer.arm(contrast[0]), parts=parts)
    return _draw_forest(printer, contrast, rows, Drawing(name, 640, 74 + 34.0 * len(rows), title, alt))


def _draw_forest(
    printer: Printer, contrast: tuple[str, str], rows: Sequence[tuple[Outcome, float, float, float]], drawing: Drawing
) -> Figure:
    marks = ticks(min(0.0, *(row[2] for row in rows)), max(0.0, *(row[3] for row in rows)))
    x = Scale(marks[0], marks[-1], 200, 470)
    bottom = drawing.height - 48
    for mark in marks:
        drawing.line(x(mark), 24, x(mark), bottom, "pale")
        drawing.text(x(mark), bottom + 18, printer.t.number(mark, 1), anchor="middle", kind="soft", size=13)
    drawing.line(x(0), 24, x(0), bottom, "ink", 1.5)
    for place, (outcome, estimate, low, high) in enumerate(rows):
        y = 44 + 34.0 * place
        words = wrap(printer.outcome(outcome), 185, 13)[:2]
        for line, text in enumerate(words):
            drawing.text(0, y + 5 - 8 * (len(words) - 1) + 16 * line, text, size=13, bold=outcome.kind == "primary")
        drawing.line(x(low), y, x(high), y, "ink", 1.8)
        for edge in (low, high):
            drawing.line(x(edge), y - 5, x(edge), y + 5, "ink", 1.5)
        drawing.mark(x(estimate), y, 0, size=5)
        numbers = f"{printer.t.number(estimate, 2)} ({printer.t.interval(low, high, 2)})"
        drawing.text(640, y + 5, numbers, anchor="end", size=13)
    drawing.text(x(0) - 8, bottom + 40, "← " + printer.t("outcome.better_with", arm=printer.arm(contrast[1])),
                 anchor="end", size=13)  # fmt: skip
    drawing.text(x(0) + 8, bottom + 40, printer.t("outcome.better_with", arm=printer.arm(contrast[0])) + " →", size=13)
    return Figure(drawing.name, drawing.title, drawing.render(), drawing.alt, wide=True)


def goals_by_person(printer: Printer, kind: GoalKind) -> Figure | None:
    """A column of squares for each person, a row of columns for each arm; who attained most first, unrated last."""
    counted = goals_counted.countable(printer.trial, kind.code)
    if not counted:
        return None
    by_arm = {arm: _columns([one for one in counted if one.arm == arm]) for arm in printer.trial.arms}
    most = max((len(column) for columns in by_arm.values() for column in columns), default=1)
    widest = max((len(columns) for columns in by_arm.values()), default=1)
    step = min(14.0, (640 - 8) / max(widest, 1))
    height_of_arm = 30 + most * step + 10
    title = printer.t("goals.figure", kind=printer.t.of(kind.label))
    parts = " ".join(
        printer.t(
            "goals.figure_alt_part",
            arm=printer.arm(arm),
            people=len(columns),
            goals=sum(map(len, columns)),
            fully=sum(level == "fully" for column in columns for level in column),
        )
        for arm, columns in by_arm.items()
    )
    name = f"goals-{kind.code}"
    alt = printer.t("goals.figure_alt", parts=parts)
    drawing = Drawing(name, 640, height_of_arm * len(by_arm) + 30, title, alt)
    for place, (arm, columns) in enumerate(by_arm.items()):
        base = place * height_of_arm + 30 + most * step
        drawing.text(0, place * height_of_arm + 18, printer.arm(arm), bold=True)
        for column, levels in enumerate(columns):
            for row, level in enumerate(levels):
                _square(drawing, 2 + column * step, base - (row + 1) * step, step - 2.5, level)
    _goal_key(printer, drawing, drawing.height - 12)
    return Figure(name, title, drawing.render(), drawing.alt, wide=True)


def _columns(counted: Sequence[goals_counted.Counted]) -> list[list[str]]:
    order = ("fully", "partly", "not", "")
    own: dict[str, list[str]] = {}
    for one in counted:
        own.setdefault(one.goal.participant, []).append(one.level)
    columns = [sorted(levels, key=order.index) for levels in own.values()]
    return sorted(
        columns, key=lambda levels: (not any(levels), [-levels.count(level) / len(levels) for level in order])
    )


def _square(drawing: Drawing, x: float, y: float, size: float, level: str) -> None:
    if level == "":
        drawing.line(x + size * 0.2, y + size / 2, x + size * 0.8, y + size / 2, "line", 1.2)
        return
    drawing.rectangle(x, y, size, size, fill="a1" if level == "fully" else "ground", stroke="a1")
    if level == "partly":
        drawing.rectangle(x, y + size / 2, size, size / 2, fill="a1", stroke="a1")


def _goal_key(printer: Printer, drawing: Drawing, y: float) -> None:
    x = 2.0
    for level, word in (("fully", "key_fully"), ("partly", "key_partly"), ("not", "key_not"), ("", "key_unrated")):
        _square(drawing, x, y - 11, 11, level)
        text = printer.t(f"goals.{word}")
        drawing.text(x + 18, y, text, size=13)
        x += 18 + 7.5 * len(text) + 22


def modules(printer: Printer, arm: str, planned: int) -> Figure:
    """How many people finished how many modules; who never opened one stands apart."""
    finished = delivery.modules_finished(printer.trial, arm)
    started = delivery.started_people(printer.trial, arm)
    opened = Counter(number for person, number in finished.items() if person in started)
    never = Counter(number for person, number in finished.items() if person not in started)
    title = printer.t("adherence.figure", arm=printer.arm(arm))
    counts: Mapping[int, int] = {number: opened[number] + never[number] for number in range(planned + 1)}
    parts = "; ".join(printer.t("adherence.figure_alt_part", modules=m, n=n) for m, n in counts.items())
    name = f"modules-{arm_id(arm)}"
    drawing = Drawing(name, 560, 280, title, printer.t("adherence.figure_alt", parts=parts))
    y = Scale(0, max(1, *counts.values()), 226, 44)
    step = (560 - 24) / (planned + 1)
    drawing.line(12, 226, 548, 226, "line")
    for number in range(planned + 1):
        x = 12 + number * step + step * 0.15
        top = y(opened[number])
        if opened[number]:
            drawing.rectangle(x, top, step * 0.7, 226 - top, fill="a1", stroke="a1")
        if never[number]:
            drawing.rectangle(x, y(counts[number]), step * 0.7, top - y(counts[number]), fill="ground", stroke="a1")
        if counts[number]:
            drawing.text(x + step * 0.35, y(counts[number]) - 6, str(counts[number]), anchor="middle", size=13)
        drawing.text(x + step * 0.35, 244, str(number), anchor="middle", size=13)
    drawing.text(280, 268, printer.t("adherence.axis_modules"), anchor="middle", kind="soft", size=13)
    drawing.rectangle(14, 8, 12, 12, fill="a1", stroke="a1")
    drawing.text(32, 19, printer.t("adherence.key_opened"), size=13)
    drawing.rectangle(290, 8, 12, 12, fill="ground", stroke="a1")
    drawing.text(308, 19, printer.t("adherence.key_never"), size=13)
    return Figure(name, title, drawing.render(), drawing.alt, wide=True)
