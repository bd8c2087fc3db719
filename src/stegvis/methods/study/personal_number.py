"""Personal number: Swedish personal identity numbers and days of birth, as somebody writes them, brought to one form.

Sources: Folkbokföringslag (1991:481) § 18 and the Swedish Tax Agency's SKV 704 and SKV 707: year, month, day, three digits
and a check digit by the Luhn algorithm over the last ten; a coordination number has 60 added to the day.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

_WRITTEN = re.compile(r"(\d{4})[-. ]?(\d{2})[-. ]?(\d{2})(?:[- ]?(\d{4}))?")
COORDINATION = 60
"""What a coordination number adds to the day of birth."""


@dataclass(frozen=True)
class Born:
    """When somebody was born, and their number where it was given: twelve digits."""

    on: date
    number: str = ""


def read(text: str) -> Born | None:
    """A day of birth (1978-05-14) or a personal identity number with the year in four digits; None for what is neither.

    A number whose check digit does not fit, and a day that no calendar has, are neither.
    """
    found = _WRITTEN.fullmatch(text.strip())
    if found is None:
        return None
    year, month, day, last = found[1], found[2], int(found[3]), found[4]
    try:
        on = date(int(year), int(month), day - COORDINATION if last and day > COORDINATION else day)
    except ValueError:
        return None
    if last is None:
        return Born(on)
    number = f"{year}{month}{found[3]}{last}"
    return Born(on, number) if luhn(number[2:]) == 0 else None


def luhn(digits: str) -> int:
    """The Luhn sum modulo ten (ISO/IEC 7812-1, annex B): 0 for a number whose last digit fits."""
    doubled = (int(d) * (2 - place % 2) for place, d in enumerate(digits, start=len(digits) % 2))
    return sum(n // 10 + n % 10 for n in doubled) % 10
