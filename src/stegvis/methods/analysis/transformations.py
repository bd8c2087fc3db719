"""Transformations: outcomes that a plan compares on another scale, and what a difference there means when turned back.

- `log`: log(x + c). A difference of means of logarithms is the logarithm of a ratio of geometric means (of x + c); a
  difference of changes, of a ratio of such ratios (Bland & Altman, BMJ 1996;312:1153).
- `square_root`: √x. Differences of square roots have no counterpart in the outcome's own unit, so they are not turned back.
- `logit`: log((x − a + c) / (b − x + c)) with the range a to b of the outcome, the log odds of its share of the range
  (Lesaffre, Rizopoulos & Tsonaka, Biostatistics 2007;8:72). A difference is the logarithm of an odds ratio.

Only comparisons are made there. Descriptions, responders and deteriorations keep the outcome as it was measured.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .toml_reader import Reader

if TYPE_CHECKING:
    from .plan import Outcome

LOG, SQUARE_ROOT, LOGIT = SCALES = ("log", "square_root", "logit")
ROWS_SHOWN = 10
RATIOS = {"estimate": "ratio", "low": "ratio_low", "high": "ratio_high"}
"""What each number of a difference is called when it is turned back into a ratio."""


@dataclass(frozen=True, slots=True)
class Transformation:
    """The scale of an outcome whose range is `minimum` to `maximum`; `add` is the c of log and logit."""

    outcome: str
    scale: str
    add: float
    minimum: float
    maximum: float

    def __call__(self, values: ArrayLike) -> NDArray[np.float64]:
        """The values (…,) on this scale; nan stays nan, and an end that the scale does not reach is infinite."""
        x = np.asarray(values, dtype=np.float64)
        with np.errstate(divide="ignore", invalid="ignore"):
            if self.scale == LOG:
                return np.asarray(np.log(np.maximum(x + self.add, 0.0)))
            if self.scale == SQUARE_ROOT:
                return np.asarray(np.sqrt(np.maximum(x, 0.0)))
            return np.asarray(np.log(x - self.minimum + self.add) - np.log(self.maximum - x + self.add))

    def allows(self, value: float) -> bool:
        """Whether a value within the outcome's range has a place on the scale."""
        if self.scale == LOG:
            return value + self.add > 0
        if self.scale == SQUARE_ROOT:
            return value >= 0
        return value - self.minimum + self.add > 0 and self.maximum - value + self.add > 0

    @property
    def bounds(self) -> tuple[float, float]:
        """The ends of the outcome's range on this scale; infinite where the scale does not reach."""
        low, high = self([self.minimum, self.maximum]).tolist()
        return low, high

    @property
    def has_ratio(self) -> bool:
        """Whether a difference turned back by exp means anything."""
        return self.scale != SQUARE_ROOT

    @property
    def formula(self) -> str:
        """The scale as results.json tells it."""
        plus = f" + {self.add:g}" if self.add else ""
        if self.scale == LOGIT:
            return f"log((x - {self.minimum:g}{plus}) / ({self.maximum:g} - x{plus}))"
        return f"log(x{plus})" if self.scale == LOG else "sqrt(x)"

    def refused(self, rows: Sequence[int], total: int) -> tuple[str, str]:
        """Fact and way out, where the values in these rows, of so many values, have no place on the scale."""
        shown = ", ".join(map(str, rows[:ROWS_SHOWN])) + (" …" if len(rows) > ROWS_SHOWN else "")
        are, way_out = {
            LOG: (
                f"at or below {0 - self.add:g}",
                f"Write add = c in that entry, so that every value plus c is above 0 (now c = {self.add:g}), or",
            ),
            SQUARE_ROOT: ("below 0", "Correct the values, or"),
            LOGIT: ("at an end of the outcome's range", "Write add = c above 0 in that entry, such as half a step, or"),
        }[self.scale]
        place = "row" if len(rows) == 1 else f"{len(rows)} rows:"
        why = (
            f"values of {self.outcome!r} are {are} in {place} {shown} (of {total} values), "
            f"and transformations.{self.outcome}.scale of the plan, {self.scale!r}, has no place for that."
        )
        return why, f"{way_out} choose another scale in the plan."


def with_ratio(numbers: Mapping[str, float], transformation: Transformation | None) -> dict[str, float]:
    """The numbers of a difference, with those of the ratio that it is when turned back: exp of estimate and limits."""
    found = dict(numbers)
    if transformation is not None and transformation.has_ratio and "estimate" in found:
        found |= {ratio: float(np.exp(found[name])) for name, ratio in RATIOS.items() if name in found}
    return found


def read_transformation(one: Reader, outcomes: Sequence[Outcome]) -> Transformation:
    """An entry of `[[transformations]]`, checked against the outcome that it is about."""
    by_code = {outcome.code: outcome for outcome in outcomes}
    code = one.choice("outcome", tuple(by_code) or ("pain",))
    scale, add = one.choice("scale", SCALES), one.number("add", 0, 1e9, default=0.0)
    if scale == SQUARE_ROOT and one.has("add"):
        one.mistake("add", "nothing is added before a square root is taken.", "Remove it.")
    outcome = by_code.get(code)
    low, high = (outcome.minimum, outcome.maximum) if outcome else (0.0, 1.0)
    found = Transformation(code, scale, add, low, high)
    if outcome and not found.allows((low + high) / 2 if scale == LOGIT else high):
        why = f"no value from {low:g} to {high:g}, the range of {code!r}, has a place on this scale."
        one.mistake("scale", why, "Choose another scale, or give add = c that makes the values positive.")
    if outcome and outcome.published:
        why = f"{code!r} has a published difference in its own unit, which cannot stand beside one on another scale."
        one.mistake("outcome", why, "Take outcomes.published away from it, or leave it on its own scale.")
    one.done()
    return found
