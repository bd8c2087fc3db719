"""Quantities: a number with a unit of UCUM, a calendar duration, or a unit that is only a word.

Source: FHIRPath N1 2.0.0, sections 4.1.7 and 6.1, 6.2, 6.6 (quantities); UCUM 2.1 for the table of units, of which the
units that questionnaires use are here. Quantities whose units cannot be led back to one another have no comparison.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache

WIDE = Context(prec=200, rounding=ROUND_HALF_UP)
"""Wide enough to round any number that is read here."""

UCUM = "http://unitsofmeasure.org"
CALENDAR = "calendar"

_DURATIONS = {"year": "a", "month": "mo", "week": "wk", "day": "d", "hour": "h", "minute": "min", "second": "s",
              "millisecond": "ms"}  # fmt: skip
CALENDAR_UNITS: dict[str, str] = {**{word: word for word in _DURATIONS}, **{f"{word}s": word for word in _DURATIONS}}
"""Every calendar duration as it may be written, singular and plural, and its singular."""

OF_FHIR = {unit: word for word, unit in _DURATIONS.items() if word not in ("week", "millisecond")}
"""The UCUM units that a FHIR Quantity has for calendar durations (FHIR R4, section 2.9.1.4, "Use of Quantity")."""

Dimensions = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Quantity:
    """`value` of `unit`; `system` says what the unit is a word of (UCUM, the calendar, or anything else)."""

    value: Decimal
    unit: str = "1"
    system: str | None = UCUM

    def __str__(self) -> str:
        return f"{self.value:f} {self.unit}" if self.system == CALENDAR else f"{self.value:f} '{self.unit}'"

    def to_fhir(self) -> dict[str, object]:
        """The quantity as a FHIR Quantity; a calendar duration gets its UCUM unit."""
        if self.system == CALENDAR:
            word = CALENDAR_UNITS[self.unit]
            return {"value": self.value, "unit": self.unit, "system": UCUM, "code": _DURATIONS[word]}
        coded = {"system": self.system, "code": self.unit} if self.system else {}
        return {"value": self.value, "unit": self.unit, **coded}


def calendar_unit(quantity: Quantity) -> str | None:
    """The singular calendar unit by which a date can be moved; None when the unit is no duration.

    UCUM's own years and months have a fixed length in days and so cannot move a date (N1, 6.6.7).
    """
    if quantity.system == CALENDAR:
        return CALENDAR_UNITS[quantity.unit]
    return _OF_UCUM.get(quantity.unit) if quantity.system == UCUM else None


def compare_quantities(one: Quantity, other: Quantity) -> int | None:
    """−1, 0 or 1, or None when the units cannot be led back to one another."""
    pair = in_one_unit(one, other)
    if pair is None:
        return None
    left, right = pair
    return (left > right) - (left < right)


def equivalent_quantities(one: Quantity, other: Quantity) -> bool:
    """`~`: equal when written in one unit and with the coarser number of decimal places; a year is then 1 'a'."""
    pair = in_one_unit(_definite(one), _definite(other))
    if pair is None:
        return False
    places = min(_places(one), _places(other))
    step = Decimal(1).scaleb(-places)
    left, right = (value / _factor_of(_definite(coarser(one, other))) for value in pair)
    return WIDE.quantize(left, step) == WIDE.quantize(right, step)


def coarser(one: Quantity, other: Quantity) -> Quantity:
    """The quantity of the larger unit, in which two quantities are rounded to be compared by `~`."""
    return one if _factor_of(_definite(one)) >= _factor_of(_definite(other)) else other


def in_one_unit(one: Quantity, other: Quantity) -> tuple[Decimal, Decimal] | None:
    """Both values in one shared unit, or None when there is none."""
    if (one.unit, one.system) == (other.unit, other.system):
        return one.value, other.value
    left, right = _measure(one), _measure(other)
    if left is None or right is None or left[1] != right[1]:
        return None
    return one.value * left[0], other.value * right[0]


def sum_of(one: Quantity, other: Quantity) -> Quantity | None:
    """The sum in the finer of the two units (N1, 6.6.3: the most granular), or None when there is no shared one."""
    if (one.unit, one.system) == (other.unit, other.system):
        return Quantity(one.value + other.value, one.unit, one.system)
    pair = in_one_unit(one, other)
    if pair is None:
        return None
    finer = other if coarser(one, other) is one else one
    return Quantity((pair[0] + pair[1]) / _factor_of(finer), finer.unit, finer.system)


def product_of(one: Quantity, other: Quantity, power: int) -> Quantity | None:
    """`one` times `other` (power 1) or divided by it (power −1), in base units; None for units without a measure."""
    left, right = _measure(_definite(one)), _measure(_definite(other))
    if left is None or right is None:
        return None
    dimensions = dict(left[1])
    for name, exponent in right[1]:
        dimensions[name] = dimensions.get(name, 0) + power * exponent
    unit = ".".join(f"{name}{exponent if exponent != 1 else ''}" for name, exponent in _sorted(dimensions))
    other_value = other.value * right[0]
    value = one.value * left[0] * other_value if power == 1 else one.value * left[0] / other_value
    return Quantity(value, unit or "1")


def _definite(quantity: Quantity) -> Quantity:
    if quantity.system != CALENDAR:
        return quantity
    return Quantity(quantity.value, _DURATIONS[CALENDAR_UNITS[quantity.unit]])


def _measure(quantity: Quantity) -> tuple[Decimal, Dimensions] | None:
    if quantity.system == CALENDAR:
        word = CALENDAR_UNITS[quantity.unit]
        if word in ("year", "month"):
            return Decimal(12 if word == "year" else 1), (("calendar month", 1),)
        return measure(_DURATIONS[word])
    return measure(quantity.unit) if quantity.system == UCUM else None


def _factor_of(quantity: Quantity) -> Decimal:
    found = _measure(quantity)
    return found[0] if found else Decimal(1)


def _places(quantity: Quantity) -> int:
    exponent = quantity.value.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


_PREFIXES = {"Y": 24, "Z": 21, "E": 18, "P": 15, "T": 12, "G": 9, "M": 6, "k": 3, "h": 2, "da": 1, "d": -1, "c": -2,
             "m": -3, "u": -6, "n": -9, "p": -12, "f": -15, "a": -18, "z": -21, "y": -24}  # fmt: skip
_METRIC = {
    "m": ("1", "m"), "g": ("1", "g"), "s": ("1", "s"), "mol": ("1", "mol"), "K": ("1", "K"), "cd": ("1", "cd"),
    "C": ("1", "C"), "rad": ("1", ""), "L": ("0.001", "m3"), "l": ("0.001", "m3"), "Hz": ("1", "s-1"),
    "N": ("1000", "g.m.s-2"), "Pa": ("1000", "g.m-1.s-2"), "bar": ("100000000", "g.m-1.s-2"),
    "J": ("1000", "g.m2.s-2"), "W": ("1000", "g.m2.s-3"), "cal": ("4184", "g.m2.s-2"),
    "m[Hg]": ("133322000", "g.m-1.s-2"), "eq": ("1", "mol"), "U": ("0.00000001666666666666666666666667", "mol.s-1"),
    "[iU]": ("1", "[iU]"), "t": ("1000000", "g"), "osm": ("1", "mol"),
}  # fmt: skip
_OTHER = {
    "min": ("60", "s"), "h": ("3600", "s"), "d": ("86400", "s"), "wk": ("604800", "s"), "mo": ("2629800", "s"),
    "a": ("31557600", "s"), "%": ("0.01", ""), "[in_i]": ("0.0254", "m"), "[ft_i]": ("0.3048", "m"),
    "[yd_i]": ("0.9144", "m"), "[mi_i]": ("1609.344", "m"), "[lb_av]": ("453.59237", "g"),
    "[oz_av]": ("28.349523125", "g"), "[stone_av]": ("6350.29318", "g"), "Cel": ("1", "Cel"), "[degF]": ("1", "[degF]"),
    "[pH]": ("1", "[pH]"), "deg": ("1", "deg"), "[drp]": ("0.00000005", "m3"), "10*": ("10", ""), "10^": ("10", ""),
}  # fmt: skip
_FACTOR = re.compile(r"(10[*^]|[^0-9+-]*(?:\[[^\]]*\])?[^0-9+-]*|[0-9]+)([+-]?[0-9]+)?", re.ASCII)
_OF_UCUM = {unit: word for word, unit in _DURATIONS.items() if word not in ("year", "month")}


@lru_cache(maxsize=512)
def measure(unit: str) -> tuple[Decimal, Dimensions] | None:
    """A UCUM unit as a factor and exponents of base units ("km/h" → 0.277…, m 1, s −1); None when it is not known."""
    if len(unit) > 60:
        return None
    factor, dimensions = Decimal(1), dict[str, int]()
    for sign, text in re.findall(r"([./]?)([^./]+)", re.sub(r"\{[^}]*\}", "", unit)):
        found = _power(text)
        if found is None:
            return None
        (each, of), direction = found, -1 if sign == "/" else 1
        factor = factor * each if direction == 1 else factor / each
        for name, exponent in of:
            dimensions[name] = dimensions.get(name, 0) + direction * exponent
    return factor, _sorted(dimensions)


def _power(text: str) -> tuple[Decimal, Dimensions] | None:
    match = _FACTOR.fullmatch(text)
    exponent = int(match[2] or 1) if match else 0
    if match is None or not match[1] or abs(exponent) > 30:
        return None
    if match[1].isdecimal():
        return (Decimal(text), ()) if text.isdecimal() and text.strip("0") else None
    found = _atom(match[1])
    if found is None:
        return None
    return found[0] ** exponent, tuple((name, power * exponent) for name, power in found[1])


def _atom(name: str) -> tuple[Decimal, Dimensions] | None:
    known = _METRIC.get(name) or _OTHER.get(name)
    if known:
        return Decimal(known[0]), _base(known[1])
    for prefix, exponent in _PREFIXES.items():
        metric = _METRIC.get(name.removeprefix(prefix)) if name.startswith(prefix) else None
        if metric:
            return Decimal(metric[0]).scaleb(exponent), _base(metric[1])
    return None


def _base(text: str) -> Dimensions:
    parts = [re.fullmatch(r"(.*?)(-?[0-9]+)?", part) for part in text.split(".") if part]
    return tuple((part[1], int(part[2] or 1)) for part in parts if part)


def _sorted(dimensions: dict[str, int]) -> Dimensions:
    return tuple(sorted((name, exponent) for name, exponent in dimensions.items() if exponent))
