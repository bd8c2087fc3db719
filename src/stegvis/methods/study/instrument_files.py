"""Instrument files: what the protocol needs to know of each questionnaire file, read shallowly.

Whether a questionnaire is sound is what `methods.instruments` says. Here it is enough to know its version, its items,
its scores, and which items are about danger, so that the protocol's references to them can be checked.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from pydantic import BaseModel

from stegvis.methods.instruments import extensions
from stegvis.methods.instruments.fhir_json import NotJson, read_json, write_json
from stegvis.methods.study.tables import Table


class DeclaredScore(BaseModel):
    """A score that a questionnaire declares: which way it points, and its range where it has one."""

    model_config = Table.model_config

    name: str
    higher_is: str | None = None
    low: float | None = None
    high: float | None = None


class InstrumentFile(BaseModel):
    """A questionnaire file: its FHIR JSON as text, and the hash of its content."""

    model_config = Table.model_config

    code: str
    url: str
    version: str
    title: str
    sha256: str
    source: str
    items: tuple[str, ...]
    scores: tuple[DeclaredScore, ...]
    risk_items: tuple[str, ...]

    @property
    def score_names(self) -> tuple[str, ...]:
        """The names of its scores, in the order of the file."""
        return tuple(score.name for score in self.scores)

    def score(self, name: str) -> DeclaredScore:
        """The score with this name; KeyError when there is none."""
        for score in self.scores:
            if score.name == name:
                return score
        raise KeyError(name)


def read_instrument(code: str, source: str) -> InstrumentFile | list[tuple[str, str, str]]:
    """What the file says, or what is wrong with it as (key, what is wrong, what would be right)."""
    try:
        raw = read_json(source)
    except NotJson as error:
        return [("", f"is not JSON: {error}", "Write a FHIR R4 Questionnaire as JSON")]
    problems = list(_mistakes(code, raw))
    if problems:
        return problems
    items = list(_items(raw))
    canonical = write_json(raw, sort_keys=True)
    return InstrumentFile(
        code=code,
        url=raw["url"],
        version=raw["version"],
        title=str(raw.get("title", code)),
        sha256=hashlib.sha256(canonical.encode()).hexdigest(),
        source=source,
        items=tuple(item["linkId"] for item in items if isinstance(item.get("linkId"), str)),
        scores=tuple(_scores(raw)),
        risk_items=tuple(item["linkId"] for item in items if _is_risk(item)),
    )


def _mistakes(code: str, raw: Any) -> Iterator[tuple[str, str, str]]:
    if not isinstance(raw, dict) or raw.get("resourceType") != "Questionnaire":
        yield "resourceType", "is not Questionnaire", 'Write "resourceType": "Questionnaire"'
        return
    for key in ("url", "version"):
        if not isinstance(raw.get(key), str):
            yield key, "is missing", "Add it: answers are stored with the instrument's address and version"
    url = raw.get("url")
    if isinstance(url, str) and url.rstrip("/").rpartition("/")[2] != code:
        yield "url", f'is "{url}", which does not end in /{code}', "Let file name and url end in the instrument's code"


def _items(element: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    children = element.get("item")
    for item in children if isinstance(children, list) else ():
        if isinstance(item, dict):
            yield item
            yield from _items(item)


def _scores(raw: Mapping[str, Any]) -> Iterator[DeclaredScore]:
    for value in extensions.values_of(raw, extensions.SCORE):
        parts = extensions.parameters_of(value)
        name, higher_is, low, high = (_only(parts, key) for key in ("name", "higherIs", "low", "high"))
        if isinstance(name, str):
            yield DeclaredScore(name=name, higher_is=_text(higher_is), low=_number(low), high=_number(high))


def _only(parts: Mapping[str, list[Any]], key: str) -> Any:
    return parts[key][0] if parts.get(key) else None


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float | Decimal) and not isinstance(value, bool) else None


def _is_risk(item: Mapping[str, Any]) -> bool:
    return extensions.first_value(item, extensions.RISK_ITEM) is True and isinstance(item.get("linkId"), str)
