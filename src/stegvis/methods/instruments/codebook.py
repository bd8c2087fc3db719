"""The codebook of a questionnaire: one row a variable, with its codes, its range and how missing values are told apart.

A variable is a position (see `positions`); where an item can occur several times its indices are letters: `dose@N.M`.
Missing values carry the codes of FHIR's data-absent-reason (hl7.org/fhir/R4/valueset-data-absent-reason.html).
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import astuple, dataclass, fields
from io import StringIO
from typing import Any

from stegvis.methods.instruments.items import Item
from stegvis.methods.instruments.positions import position_of
from stegvis.methods.instruments.questionnaire import Questionnaire, ScoreRule

DECLINED_CODE = "asked-declined"
NOT_ASKED_CODE = "not-asked"
_LETTERS = "NMKLIJ"


@dataclass(frozen=True)
class Variable:
    """One row. `codes` are "code=words" with "|" between; `range` is "low..high", an end open where there is none."""

    variable: str
    text: str
    type: str
    codes: str
    range: str
    units: str
    missing_codes: str


def codebook(questionnaire: Questionnaire, lang: str | None = None) -> list[Variable]:
    """Every question and every declared score, in the order of the file; words in `lang` where the file has them."""
    rows = [_question(questionnaire, item, lang) for item in questionnaire.questions]
    return rows + [_score(rule) for rule in questionnaire.scores]


def as_csv(rows: list[Variable]) -> str:
    """The codebook as CSV with a header, commas and lines that end in a newline."""
    written = StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow([field.name for field in fields(Variable)])
    writer.writerows(map(astuple, rows))
    return written.getvalue()


def _question(questionnaire: Questionnaire, item: Item, lang: str | None) -> Variable:
    words = " ".join(part for part in (item.prefix, item.text_in(lang)) if part)
    return Variable(
        variable=variable_of(questionnaire, item),
        text=words,
        type=f"{item.type}, several" if item.repeats else item.type,
        codes="|".join(_codes(item, lang)),
        range=_range(item),
        units=_units(item, lang),
        missing_codes="|".join(_missing(questionnaire, item)),
    )


def variable_of(questionnaire: Questionnaire, item: Item) -> str:
    """The variable's name: the item's position, with a letter for each index where it can occur several times."""
    depth = len(questionnaire.repeating_around[item.link_id])
    if not depth:
        return position_of(item.link_id)
    letters = ".".join(_LETTERS[number % len(_LETTERS)] for number in range(depth))
    return f"{position_of(item.link_id)}@{letters}"


def _codes(item: Item, lang: str | None) -> Iterator[str]:
    if item.type == "boolean":
        yield from ("true", "false")
    for option in item.options:
        weight = f" [{option.ordinal}]" if option.ordinal is not None else ""
        yield f"{option.key}={option.text_in(lang)}{weight}"
    if item.type == "open-choice":
        yield "other={words}"


def _range(item: Item) -> str:
    limits = item.limits
    if limits.minimum is not None or limits.maximum is not None:
        return f"{_end(limits.minimum)}..{_end(limits.maximum)}"
    if limits.min_quantity or limits.max_quantity:
        low, high = limits.min_quantity or {}, limits.max_quantity or {}
        return f"{_end(low.get('value'))}..{_end(high.get('value'))}"
    if item.type in ("string", "text", "url", "open-choice") and (limits.min_length or limits.max_length):
        return f"{limits.min_length or 0}..{_end(limits.max_length)} characters"
    return ""


def _end(value: Any) -> str:
    return "" if value is None else str(value)


def _units(item: Item, lang: str | None) -> str:
    if item.unit is not None or not item.units:
        return item.unit_in(lang) or ""
    return "|".join(str(unit.get("code") or unit.get("display")) for unit in item.units)


def _missing(questionnaire: Questionnaire, item: Item) -> Iterator[str]:
    yield f"{DECLINED_CODE}=preferred not to answer"
    if _can_be_left_out(questionnaire, item):
        yield f"{NOT_ASKED_CODE}=not asked because of other answers"
    yield "empty=not answered"


def _can_be_left_out(questionnaire: Questionnaire, item: Item) -> bool:
    around: Item | None = item
    while around is not None:
        if around.conditions or around.enabled_by or (around is not item and around.is_question):
            return True
        around = questionnaire.parents[around.link_id]
    return False


def _score(rule: ScoreRule) -> Variable:
    ends = "" if rule.low is None and rule.high is None else f"{_end(rule.low)}..{_end(rule.high)}"
    words = f"score by {rule.function}" + (f"; higher is {rule.higher_is}" if rule.higher_is else "")
    reasons = "not_asked|not_answered|declined|too_few_answered"
    return Variable(rule.name, words, "score", "", ends, "", reasons)
