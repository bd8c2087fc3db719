"""The primitive types of FHIR R4: what JSON each is written as, and the form its text must have.

Source: hl7.org/fhir/R4/datatypes.html (the regular expressions there, made to refuse days and hours that do not
exist). Partial dates are dates: 2026 and 2026-03 are as good as 2026-03-09.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

_DATE = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?")
_TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|60)(\.[0-9]+)?")
_ZONE = re.compile(r"(Z|[+-]((0[0-9]|1[0-3]):[0-5][0-9]|14:00))$")
_CODE = re.compile(r"\S+(\s\S+)*")
_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")
_OID = re.compile(r"urn:oid:[0-2](\.(0|[1-9][0-9]*))+")
_UUID = re.compile(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_BASE64 = re.compile(r"[0-9A-Za-z+/=\s]*")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
MOST_CHARACTERS = 1024 * 1024
"""“Strings SHALL NOT exceed 1MB (1024*1024 characters) in size.” Line breaks and tabs may be in every one of them."""
_CONTROL = re.compile(r"[\x01-\x08\x0b\x0c\x0e-\x1f]")
MOST_DIGITS = 400
"""Decimals with more places before or after the point than this are no measurement but an attack."""


def is_date(value: str) -> bool:
    """Whether the text is a FHIR date: a year, a year and month, or a day that exists."""
    if not _DATE.fullmatch(value):
        return False
    first_day = {4: f"{value}-01-01", 7: f"{value}-01", 10: value}[len(value)]
    try:
        date.fromisoformat(first_day)
    except ValueError:
        return False
    return True


def is_time(value: str) -> bool:
    """Whether the text is a FHIR time: hours, minutes and seconds, without a zone."""
    return _TIME.fullmatch(value) is not None


def is_date_time(value: str) -> bool:
    """Whether the text is a FHIR dateTime: a (partial) date, or a day with a time and its zone."""
    day, has_time, clock = value.partition("T")
    if not has_time:
        return is_date(day)
    zone = _ZONE.search(clock)
    return len(day) == 10 and is_date(day) and zone is not None and is_time(clock[: zone.start()])


def is_storable(value: str) -> bool:
    """Whether the text holds neither NUL nor half of a surrogate pair, which no database and no UTF-8 file can hold."""
    return _UNSTORABLE.search(value) is None


def is_uri(value: str) -> bool:
    """Whether the text is a FHIR uri: no spaces; a urn:uuid ("use all lowercase") and a urn:oid have their own form."""
    scheme = value[:9].lower()
    if scheme.startswith("urn:uuid:"):
        return _UUID.fullmatch(value) is not None
    if scheme.startswith("urn:oid:"):
        return _OID.fullmatch(value) is not None
    return not re.search(r"\s", value)


def is_canonical(value: str) -> bool:
    """Whether the text is a FHIR canonical: a uri, and after it perhaps a bar with a version and # with a part."""
    return is_uri(re.split(r"[|#]", value, maxsplit=1)[0]) and not re.search(r"\s", value)


def has_control_characters(value: str) -> bool:
    """Whether the text holds characters below U+0020 other than tab and line breaks, which FHIR text must not."""
    return _CONTROL.search(value) is not None


def _is_whole(low: int) -> Callable[[Any], bool]:
    return lambda value: low <= value <= 2**31 - 1


def _is_finite(value: Any) -> bool:
    if isinstance(value, int):
        return True
    number = Decimal(str(value))
    return number.is_finite() and -MOST_DIGITS <= number.adjusted() <= MOST_DIGITS


_FORMS: Final[Mapping[str, tuple[Callable[[Any], bool], str]]] = {
    "integer": (_is_whole(-(2**31)), "a whole number from −2147483648 to 2147483647"),
    "unsignedInt": (_is_whole(0), "a whole number from 0 to 2147483647"),
    "positiveInt": (_is_whole(1), "a whole number from 1 to 2147483647"),
    "decimal": (_is_finite, "a finite number of at most 400 digits"),
    "date": (is_date, "a date such as 2026, 2026-03 or 2026-03-09"),
    "dateTime": (is_date_time, "a date, or date and time with zone, such as 2026-03-09T14:30:00+01:00"),
    "instant": (lambda value: "T" in value and is_date_time(value), "a time with zone, such as 2026-03-09T14:30:00Z"),
    "time": (is_time, "a time such as 14:30:00"),
    "code": (lambda value: _CODE.fullmatch(value) is not None, "a code: no spaces around it or doubled inside"),
    "id": (lambda value: _ID.fullmatch(value) is not None, "1 to 64 letters, digits, hyphens and points"),
    "oid": (lambda value: _OID.fullmatch(value) is not None, "urn:oid: and numbers with points between them"),
    "uuid": (lambda value: _UUID.fullmatch(value) is not None, "urn:uuid: and a UUID in small letters"),
    "base64Binary": (lambda value: _BASE64.fullmatch(value) is not None, "base64"),
    **dict.fromkeys(
        ("uri", "url"),
        (is_uri, "an address without spaces (after urn:uuid: a UUID in small letters, after urn:oid: an OID)"),
    ),
    "canonical": (
        is_canonical,
        "an address without spaces (after urn:uuid: a UUID in small letters, after urn:oid: an OID)",
    ),
    **dict.fromkeys(
        ("string", "markdown"), (lambda value: len(value) <= MOST_CHARACTERS, "at most 1048576 characters")
    ),
}

JSON_TYPES: Final[Mapping[str, Any]] = {
    "boolean": bool,
    **dict.fromkeys(("integer", "unsignedInt", "positiveInt"), int),
    "decimal": (int, Decimal, float),
    **dict.fromkeys(
        (
            "string", "markdown", "code", "id", "uri", "url", "canonical", "oid", "uuid", "date", "dateTime", "instant",
            "time", "base64Binary", "xhtml",
        ),
        str,
    ),
}  # fmt: skip
"""The JSON type of each primitive; whatever is not here is an object."""

IN_WORDS: Final[Mapping[Any, str]] = {bool: "true or false", int: "a whole number", str: "text"}


def is_of(value: Any, kind: str) -> bool:
    """Whether a JSON value has the JSON type of the primitive; true and false are no numbers."""
    if isinstance(value, bool):
        return kind == "boolean"
    return isinstance(value, JSON_TYPES[kind])


def type_in_words(kind: str) -> str:
    """The JSON type of the primitive in plain words."""
    return IN_WORDS.get(JSON_TYPES[kind], "a number")


def form_broken(value: Any, kind: str) -> str | None:
    """What a value of the right JSON type should have been, or None when it is."""
    if isinstance(value, str) and not is_storable(value):
        return "text without NUL and without half a surrogate pair"
    rule = _FORMS.get(kind)
    return None if rule is None or rule[0](value) else rule[1]
