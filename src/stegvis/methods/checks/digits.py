"""Digits: whether values on a line end in some digits more often than chance lets them.

Values from 0 to 100 that were marked on a line end in each digit about as often; values that were typed from a paper, or made
up, prefer 0 and 5. Terminal digit preference as a check of trial data: Buyse et al., Stat Med 1999;18:3435–3451; Al-Marzouki
et al., BMJ 2005;331:267–270.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

FEWEST_VALUES = 100
"""Ten expected of each digit: with fewer the approximation by chi-squared does not hold (and nothing could be told)."""
ALARM = 0.001
"""P below which it is shown as a signal. Many sites and items are looked at, each time the page is opened."""
_ENDS = (0, 100)


@dataclass(frozen=True)
class DigitTest:
    """The test of one set of values: how many, chi-squared on 9 degrees of freedom, P, and the share ending in 0 or 5."""

    values: int
    chi_squared: float
    p: float
    rounded: float

    @property
    def is_signal(self) -> bool:
        """Whether the digits are less even than chance explains."""
        return self.p < ALARM


def last_digit(value: float) -> int | None:
    """The last digit of a whole number on a line from 0 to 100; None for the ends of the line, which are answers of their own."""
    return None if value in _ENDS or value != int(value) else int(value) % 10


def digit_preference(counts: Mapping[int, int]) -> DigitTest | None:
    """Pearson's chi-squared against equal shares of the ten digits; None with fewer than `FEWEST_VALUES` values.

    counts: by digit 0 to 9. χ² = Σ (n_d − n/10)² / (n/10), 9 degrees of freedom.
    """
    total = sum(counts.values())
    if total < FEWEST_VALUES:
        return None
    from scipy.special import chdtrc

    expected = total / 10
    chi_squared = sum((counts.get(digit, 0) - expected) ** 2 / expected for digit in range(10))
    rounded = (counts.get(0, 0) + counts.get(5, 0)) / total
    return DigitTest(total, chi_squared, float(chdtrc(9, chi_squared)), rounded)
