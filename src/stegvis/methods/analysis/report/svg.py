"""SVG: a small drawing board whose bytes depend on nothing but what is drawn.

Colours are presentation attributes, so that a file stands alone on white paper; each shape also bears a class, through
which the report's style sheet gives it the colours of the page, dark ones too. Arms differ by shape and dash as well as
by colour, so that a grey print loses nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import pairwise

INK, SOFT, LINE, GROUND = "#21302f", "#55605c", "#877b69", "#ffffff"
ARM_COLOURS = ("#1c5d63", "#a94a26", "#4e6a2b", "#6a4a7c")
ARM_DASHES = ("", "6 4", "2 3", "9 3 2 3")
FONT = "'Source Sans 3', 'Segoe UI', system-ui, -apple-system, 'Helvetica Neue', Arial, sans-serif"
SIZE = 14
MOST_DECIMALS = 6
AVERAGE_WIDTH = 0.56
"""Width of an average letter in parts of the type size: enough for breaking lines without a font at hand."""


class Drawing:
    """A drawing of a given size in its own units; y grows downwards."""

    def __init__(self, name: str, width: float, height: float, title: str, alt: str) -> None:
        self.name = name
        self.width = width
        self.height = height
        self.title = title
        self.alt = alt
        self._parts: list[str] = []

    def line(self, x1: float, y1: float, x2: float, y2: float, kind: str = "line", width: float = 1) -> None:
        """A straight line; `kind` is ink, soft, line, or a1, a2 … for an arm."""
        self._parts.append(
            f'<line x1="{_n(x1)}" y1="{_n(y1)}" x2="{_n(x2)}" y2="{_n(y2)}" class="s-{kind}" '
            f'stroke="{colour(kind)}" stroke-width="{_n(width)}"{_dash(kind)}/>'
        )

    def path(self, points: Sequence[tuple[float, float]], kind: str, width: float = 2) -> None:
        """A line through points."""
        d = "M" + "L".join(f"{_n(x)} {_n(y)}" for x, y in points)
        self._parts.append(
            f'<path d="{d}" class="s-{kind}" fill="none" stroke="{colour(kind)}" stroke-width="{_n(width)}"'
            f"{_dash(kind)}/>"
        )

    def rectangle(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        *,
        fill: str = "none",
        stroke: str = "line",
        round_: float = 0,
    ) -> None:
        """A rectangle; `fill` and `stroke` are kinds or none."""
        self._parts.append(
            f'<rect x="{_n(x)}" y="{_n(y)}" width="{_n(width)}" height="{_n(height)}" rx="{_n(round_)}" '
            f'class="f-{fill} s-{stroke}" fill="{colour(fill)}" stroke="{colour(stroke)}"/>'
        )

    def mark(self, x: float, y: float, arm: int, *, size: float = 5, hollow: bool = False) -> None:
        """The mark of an arm: circle, square, triangle or diamond, by its place from 0."""
        kind = f"a{arm + 1}"
        fill = "ground" if hollow else kind
        paint = f'class="f-{fill} s-{kind}" fill="{colour(fill)}" stroke="{colour(kind)}" stroke-width="1.5"'
        shapes = (
            f'<circle cx="{_n(x)}" cy="{_n(y)}" r="{_n(size)}" {paint}/>',
            f'<rect x="{_n(x - size)}" y="{_n(y - size)}" width="{_n(2 * size)}" height="{_n(2 * size)}" {paint}/>',
            f'<path d="M{_n(x)} {_n(y - size)}L{_n(x + size)} {_n(y + size)}L{_n(x - size)} {_n(y + size)}Z" {paint}/>',
            f'<path d="M{_n(x)} {_n(y - size)}L{_n(x + size)} {_n(y)}L{_n(x)} {_n(y + size)}L{_n(x - size)} {_n(y)}Z" {paint}/>',
        )
        self._parts.append(shapes[arm % len(shapes)])

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        anchor: str = "start",
        kind: str = "ink",
        bold: bool = False,
        size: float = SIZE,
    ) -> None:
        """Text on its base line; anchor start, middle or end."""
        weight = ' font-weight="600"' if bold else ""
        self._parts.append(
            f'<text x="{_n(x)}" y="{_n(y)}" text-anchor="{anchor}" class="f-{kind}" fill="{colour(kind)}" '
            f'font-size="{_n(size)}"{weight}>{escape(text, quote=False)}</text>'
        )

    def arrow(self, points: Sequence[tuple[float, float]]) -> None:
        """A line through points, with a head at the last."""
        self.path(points, "line", 1.5)
        (x0, y0), (x, y) = points[-2], points[-1]
        if abs(x - x0) > abs(y - y0):
            side = -7 if x > x0 else 7
            head = ((x, y), (x + side, y - 4), (x + side, y + 4))
        else:
            head = ((x, y), (x - 4, y - 7), (x + 4, y - 7))
        d = "M" + "L".join(f"{_n(a)} {_n(b)}" for a, b in head) + "Z"
        self._parts.append(f'<path d="{d}" class="f-line" fill="{LINE}"/>')

    def render(self) -> str:
        """The whole file, with title and description for those who do not see it."""
        title, described = f"drawing-{self.name}-title", f"drawing-{self.name}-alt"
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_n(self.width)} {_n(self.height)}" '
            f'width="{_n(self.width)}" height="{_n(self.height)}" role="img" '
            f'aria-labelledby="{title} {described}" font-family="{escape(FONT)}">'
            f'<title id="{title}">{escape(self.title, quote=False)}</title>'
            f'<desc id="{described}">{escape(self.alt, quote=False)}</desc>'
            f'<rect class="ground" width="{_n(self.width)}" height="{_n(self.height)}" fill="{GROUND}"/>'
            + "".join(self._parts)
            + "</svg>\n"
        )


def colour(kind: str) -> str:
    """The colour of a kind on white paper."""
    known = {"ink": INK, "soft": SOFT, "line": LINE, "ground": GROUND, "none": "none", "pale": "#f2ede3"}
    return known.get(kind) or ARM_COLOURS[(int(kind[1:]) - 1) % len(ARM_COLOURS)]


def wrap(text: str, width: float, size: float = SIZE) -> list[str]:
    """Break a text at spaces so that each line is about `width` wide; a word that is longer stands alone."""
    most = max(8, int(width / (size * AVERAGE_WIDTH)))
    lines: list[str] = []
    for word in text.split():
        if lines and len(lines[-1]) + 1 + len(word) <= most:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines or [""]


def ticks(low: float, high: float, wanted: int = 5) -> list[float]:
    """Round numbers that cover low to high, about as many as wanted."""
    if not high > low:
        low, high = low - 1, high + 1
    raw = (high - low) / wanted
    power = 10.0 ** _floor_log10(raw)
    step = next(power * nice for nice in (1, 2, 2.5, 5, 10) if power * nice >= raw * 0.999)
    first = int(low / step) - 1
    places = [round((first + place) * step, 10) for place in range(wanted + 6)]
    return [one for one in places if low - step * 0.999 < one < high + step * 0.999]


def decimals_of(marks: Sequence[float]) -> int:
    """How many decimals tell the marks of an axis apart: the fewest that move none by more than a fiftieth of a step."""
    places = sorted(set(marks))
    step = min((b - a for a, b in pairwise(places)), default=1.0)
    moved = (max(abs(round(one, decimals) - one) for one in marks) for decimals in range(MOST_DECIMALS))
    return next((decimals for decimals, far in enumerate(moved) if far <= step / 50), MOST_DECIMALS)


def _floor_log10(value: float) -> int:
    exponent = 0
    while value >= 10:
        value, exponent = value / 10, exponent + 1
    while value < 1:
        value, exponent = value * 10, exponent - 1
    return exponent


def _dash(kind: str) -> str:
    dash = ARM_DASHES[(int(kind[1:]) - 1) % len(ARM_DASHES)] if kind[0] == "a" and kind[1:].isdigit() else ""
    return f' stroke-dasharray="{dash}"' if dash else ""


def _n(value: float) -> str:
    """A coordinate with at most two decimals, never −0."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text
