"""Charts as plain SVG: numbers in, coordinates out. No script draws them, and each page shows the same numbers as a table.

Coordinates are in the units of the SVG's view box; the page scales it. Nothing here knows what the numbers mean.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

from stegvis.web.components.shapes import Day, Point, Share

LEFT, RIGHT, TOP, BOTTOM = 36, 425, 20.0, 190.0
"""The plot inside a view box of 440 × 218: narrow enough for its letters to be read on a phone."""
BAR_WIDTH, BAR_HEIGHT = 34, 80
LEAST_BAR = 4.0
WHO_WIDTH = 320.0
APART = 30.0  # between two labels of the x axis, so that neither stands on the other


@dataclass(frozen=True)
class Tick:
    """A mark on an axis: where, and what it says."""

    at: float
    label: str


@dataclass(frozen=True)
class LineChart:
    """One line with its area, perhaps a planned line beside it."""

    line: str
    area: str
    plan: str
    x_ticks: Sequence[Tick]
    y_ticks: Sequence[Tick]
    last_x: float
    last_y: float
    last_label: str
    label_x: float
    label_y: float
    label_anchor: str


@dataclass(frozen=True)
class Bar:
    """A day's bar and, behind it, what was planned."""

    day: Day
    y: float
    height: float
    empty: bool
    plan_y: float
    plan_height: float


@dataclass(frozen=True)
class Slice:
    """A part of a stacked bar."""

    share: Share
    x: float
    width: float


@dataclass(frozen=True)
class WhoBar:
    """Minutes a week on one scale: now, planned, the agreed aim, and where the WHO's advice begins and how far it goes."""

    now: float
    plan: float
    aim: float | None
    who: float
    aim_label_x: float
    who_width: float


def line_chart(points: Sequence[Point], plan: Sequence[Point] = (), *, last_label: str = "") -> LineChart:
    """Lay out a line of `points` (at least one), with `plan` as a dashed line on the same axes.

    Both axes begin at the lowest x and at zero. Ticks stand on round numbers.
    """
    if not points:
        raise ValueError("A chart needs at least one point. Show `empty` instead where there is nothing yet.")
    everything = [*points, *plan]
    x_low, x_high = min(p.x for p in everything), max(p.x for p in everything)
    y_steps = round_steps(max(p.y for p in everything))
    y_high = y_steps[-1]

    def x(value: float) -> float:
        return round(LEFT + (RIGHT - LEFT) * (value - x_low) / ((x_high - x_low) or 1), 1)

    def y(value: float) -> float:
        return round(BOTTOM - (BOTTOM - TOP) * value / y_high, 1)

    def path(many: Sequence[Point]) -> str:
        return "".join(f"{'L' if i else 'M'}{x(p.x)} {y(p.y)}" for i, p in enumerate(many))

    last = points[-1]
    near_end = x(last.x) > (LEFT + RIGHT) / 2
    return LineChart(
        line=path(points),
        area=f"{path(points)}V{BOTTOM}H{x(points[0].x)}Z",
        plan=path(plan),
        x_ticks=_x_ticks(everything, x),
        y_ticks=[Tick(y(step), f"{step:g}") for step in y_steps],
        last_x=x(last.x),
        last_y=y(last.y),
        last_label=last_label,
        label_x=x(last.x) + (-9 if near_end else 9),
        label_y=max(y(last.y) - 9, 11),
        label_anchor="end" if near_end else "start",
    )


def _x_ticks(points: Sequence[Point], place: Callable[[float], float]) -> list[Tick]:
    """The labelled points' labels if there are any, otherwise round numbers along the axis; at most nine."""
    labels = {p.x: p.label for p in points if p.label}
    if not labels:
        low, high = min(p.x for p in points), max(p.x for p in points)
        labels = {value: f"{value:g}" for value in round_steps(high, 8, (1, 2, 3, 5, 10, 20)) if low <= value <= high}
    every = ceil(len(labels) / 9)
    ticks = [Tick(place(value), labels[value]) for i, value in enumerate(sorted(labels)) if i % every == 0]
    return [tick for i, tick in enumerate(ticks) if i == 0 or tick.at - ticks[i - 1].at >= APART]


def round_steps(highest: float, at_most: int = 5, sizes: Sequence[float] = (1, 2, 2.5, 5, 10, 20)) -> list[float]:
    """Round steps from zero to at or above `highest`, at most `at_most` of them after zero.

    A step is one of `sizes` times a power of ten; months and weeks are counted in threes rather than in halves.
    """
    highest = max(highest, 1)
    power = 10 ** floor(log10(highest / at_most))
    size = next(one * power for one in sizes if one * power * at_most >= highest)
    return [size * i for i in range(ceil(highest / size) + 1)]


def week_bars(days: Sequence[Day]) -> list[Bar]:
    """Seven bars on one scale, at least 30 minutes high, so that a short walk does not look like a long one."""
    most = max([30, *(day.minutes for day in days), *(day.planned for day in days)])

    def height(minutes: int) -> float:
        return round(max(LEAST_BAR, (BAR_HEIGHT - 2) * minutes / most), 1)

    return [
        Bar(
            day=day,
            y=round(BAR_HEIGHT - height(day.minutes), 1),
            height=height(day.minutes),
            empty=day.minutes == 0,
            plan_y=round(BAR_HEIGHT - height(day.planned), 1),
            plan_height=height(day.planned) if day.planned > day.minutes else 0,
        )
        for day in days
    ]


def stack(shares: Sequence[Share], width: float = 400.0, gap: float = 2.0) -> list[Slice]:
    """Lay shares side by side across `width`; empty ones take no room."""
    shown = [share for share in shares if share.count > 0]
    room = width - gap * (len(shown) - 1)
    total = sum(share.count for share in shown)
    slices, at = [], 0.0
    for share in shown:
        wide = room * share.count / total
        slices.append(Slice(share, round(at, 2), round(wide, 2)))
        at += wide + gap
    return slices


def who_bar(now: int | None, plan: int, aim: int | None, who: int = 150, who_to: int = 300) -> WhoBar:
    """Place weekly minutes on a scale that reaches past the WHO's range and past the largest of them."""
    scale = max(who_to / 0.95, 1.1 * max(now or 0, plan, aim or 0))

    def at(minutes: int) -> float:
        return round(WHO_WIDTH * minutes / scale, 1)

    aim_at = None if aim is None else at(aim)
    return WhoBar(
        at(now or 0), at(plan), aim_at, at(who), min(max(aim_at or 0, 52.0), WHO_WIDTH - 52), at(who_to - who)
    )
