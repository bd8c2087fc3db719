"""Design figure: the curve of power against people randomised, as SVG and as CSV."""

from __future__ import annotations

import csv
import io

from .design_reader import DesignPlan
from .report.svg import Drawing, wrap

WIDTH, HEIGHT = 640.0, 420.0
LEFT, RIGHT, TOP, BOTTOM = 56.0, 24.0, 64.0, 52.0

Points = list[tuple[int, int, int, tuple[float, ...]]]


def curve_csv(plan: DesignPlan, points: Points) -> str:
    """One line a point: randomised in all, by arm, and the power of each design, six decimals."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["randomised", "compared", "reference", *(one.label for one in plan.designs)])
    for total, n1, n0, powers in points:
        writer.writerow([total, n1, n0, *(f"{one:.6f}" for one in powers)])
    return out.getvalue()


def curve_svg(plan: DesignPlan, points: Points) -> str:
    """The curve, one line a design, with the power that is wanted as a line across."""
    drawing = Drawing("power", WIDTH, HEIGHT, plan.title, _in_words(plan, points))
    first, last = points[0][0], max(points[-1][0], points[0][0] + 1)

    def x(total: float) -> float:
        return LEFT + (total - first) / (last - first) * (WIDTH - LEFT - RIGHT)

    def y(power: float) -> float:
        return HEIGHT - BOTTOM - power * (HEIGHT - TOP - BOTTOM)

    drawing.text(LEFT, 22, wrap(plan.title, WIDTH - LEFT - RIGHT)[0], bold=True)
    for tenth in range(0, 11, 2):
        drawing.line(LEFT, y(tenth / 10), WIDTH - RIGHT, y(tenth / 10), "pale")
        drawing.text(LEFT - 8, y(tenth / 10) + 5, f"{tenth * 10} %", anchor="end", kind="soft", size=13)
    drawing.line(LEFT, y(plan.power), WIDTH - RIGHT, y(plan.power), "line")
    for place in range(5):
        total = first + (last - first) * place / 4
        drawing.text(x(total), HEIGHT - BOTTOM + 20, f"{total:.0f}", anchor="middle", kind="soft", size=13)
    drawing.text(
        WIDTH - RIGHT, HEIGHT - 10, "People randomised, both arms together", anchor="end", kind="soft", size=13
    )
    for index, one in enumerate(plan.designs):
        drawing.path([(x(total), y(powers[index])) for total, _, _, powers in points], f"a{index + 1}")
        _legend(drawing, index, one.label, len(plan.designs))
    return drawing.render()


def _legend(drawing: Drawing, index: int, label: str, count: int) -> None:
    width = (WIDTH - LEFT - RIGHT) / count
    left = LEFT + index * width
    drawing.line(left, 44, left + 24, 44, f"a{index + 1}", 2)
    drawing.text(left + 30, 49, wrap(label, width - 36, 13)[0], size=13)


def _in_words(plan: DesignPlan, points: Points) -> str:
    """What the picture shows, for who does not see it: where each curve begins, ends and passes the power wanted."""
    parts = []
    for index, one in enumerate(plan.designs):
        reached = next((total for total, _, _, powers in points if powers[index] >= plan.power), None)
        ends = (
            f"from {points[0][3][index]:.0%} at {points[0][0]} people to {points[-1][3][index]:.0%} at {points[-1][0]}"
        )
        where = f"it reaches {plan.power:.0%} at {reached}" if reached else f"it does not reach {plan.power:.0%}"
        parts.append(f"{one.label}: {ends}; {where}.")
    return "Power against people randomised. " + " ".join(parts)
