"""Wide: the answers of an extract with a row for each response and a variable for each question, one table a questionnaire.

Left out, since no column of fixed meaning holds them: answers in words (which never leave) and questions that can occur
several times (they stand in the long table `answers`). Of a choice of several each option is a yes/no variable.
Names are the linkIds in small letters, digits and _, at most 32 long as Stata has it, each once.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from itertools import groupby
from typing import Any

from stegvis.methods.analysis.columns import TABLES
from stegvis.methods.formats.datasets import DECLINED, Code, Dataset, Variable
from stegvis.methods.formats.labels import LANGUAGES, Words, column_label
from stegvis.methods.formats.source import Row, Source
from stegvis.methods.formats.study import Study
from stegvis.methods.instruments.items import Item, Option
from stegvis.methods.instruments.positions import position_of
from stegvis.methods.instruments.questionnaire import Questionnaire

LONGEST = 32
MISSING = "empty=missing, or preferred not to answer: the table answers tells which"
OF_RESPONSE = ("participant", "occasion", "response_id")
KINDS: dict[str, type] = {"integer": int, "decimal": float, "quantity": float, "boolean": bool, "date": dt.date}
IN_WORDS = frozenset({"string", "text", "url", "attachment", "reference"})


@dataclass(frozen=True)
class Asked:
    """A question as a variable; of a choice of several `option` is the one that it tells of."""

    item: Item
    variable: Variable
    option: Option | None = None

    @property
    def position(self) -> str:
        """The item's position, as the table `answers` has it."""
        return position_of(self.item.link_id)


def wide_datasets(source: Source, study: Study) -> list[Dataset]:
    """A data set for each questionnaire that the extract has answers to, in the order of the protocol."""
    answered = source.distinct("answers", "instrument")
    return [_wide(source, study.questionnaire(code), code) for code in study.codes if (code,) in answered]


def asked_of(questionnaire: Questionnaire, *, prefix: str = "", longest: int = LONGEST) -> list[Asked]:
    """The questions of a questionnaire as variables, in its order."""
    found: list[Asked] = []
    taken: set[str] = set(OF_RESPONSE)
    for item in questionnaire.questions:
        if item.type in IN_WORDS or questionnaire.repeating_around[item.link_id]:
            continue
        if not item.is_multiple:
            name = name_of(prefix + item.link_id, taken, longest)
            found.append(Asked(item, _variable(name, item)))
            continue
        for option in item.options:
            name = name_of(f"{prefix}{item.link_id}_{option.key}", taken, longest)
            labels = {lang: f"{item.text_in(lang)}: {option.text_in(lang)}" for lang in LANGUAGES}
            found.append(Asked(item, Variable(name, bool, labels, missing=MISSING), option))
    return found


def name_of(words: str, taken: set[str], longest: int = LONGEST) -> str:
    """A variable's name made of `words`: small letters, digits and _, a letter first, at most `longest`, not `taken`."""
    plain = re.sub(r"[^a-z0-9]+", "_", words.lower()).strip("_") or "v"
    plain = plain if plain[0].isalpha() else f"q{plain}"
    name, number = plain[:longest].rstrip("_"), 1
    while name in taken:
        number += 1
        name = f"{plain[: longest - len(str(number)) - 1].rstrip('_')}_{number}"
    taken.add(name)
    return name


def code_of(item: Item, option: Option) -> str:
    """What an option is written as: its number (FHIR's ordinal value) where all have whole ones of their own, else its key."""
    ordinals = [one.ordinal for one in item.options]
    whole = all(number is not None and number == int(number) for number in ordinals)
    return str(int(option.ordinal or Decimal(0))) if whole and len(set(ordinals)) == len(ordinals) else option.key


def _variable(name: str, item: Item) -> Variable:
    labels: Words = {lang: " ".join(filter(None, (item.prefix, item.text_in(lang)))) for lang in LANGUAGES}
    codes = tuple(
        Code(code_of(item, option), {lang: option.text_in(lang) for lang in LANGUAGES}) for option in item.options
    )
    kind = KINDS.get(item.type, str)
    if codes and all(code.value.lstrip("-").isdigit() for code in codes):
        kind = int
    low, high = ("" if end is None else str(end) for end in (item.minimum, item.maximum))
    limits = f"{low}..{high}" if low or high else ""
    return Variable(name, kind, labels, codes, limits, MISSING)


def _wide(source: Source, questionnaire: Questionnaire, code: str) -> Dataset:
    asked = asked_of(questionnaire)
    known = {column.name: column for column in TABLES["answers"].columns}
    of_response = tuple(
        Variable(name, str, column_label("answers", name, known[name].what), missing="") for name in OF_RESPONSE
    )
    return Dataset(
        name=f"answers_{code}",
        labels={lang: questionnaire.title_in(lang) for lang in LANGUAGES},
        variables=(*of_response, *(one.variable for one in asked)),
        rows=partial(_rows, source, code, asked),
        n_rows=sum(1 for _ in _rows(source, code, [])),
    )


def _rows(source: Source, code: str, asked: list[Asked]) -> Iterator[Row]:
    answers = source.records("answers", instrument=code)
    for (participant, occasion, response), given in groupby(
        answers, key=lambda row: tuple(row[k] for k in OF_RESPONSE)
    ):
        yield (participant, occasion, response, *values_of(asked, given))


def values_of(asked: list[Asked], given: Iterable[dict[str, Any]]) -> list[Any]:
    """The values of the variables in the answers of one response; None where there is none."""
    cells: dict[str, list[Any]] = {}
    for row in given:
        cells.setdefault(row["item"], []).append(DECLINED if row["withheld"] == "declined" else row["value"])
    return [_value(one, cells.get(one.position, [])) for one in asked]


def _value(one: Asked, cells: list[Any]) -> Any:
    if not cells or cells == [None]:
        return None
    if DECLINED in cells:
        return DECLINED
    if one.option is not None:
        return one.option.key in cells
    cell = cells[0]
    option = one.item.option(cell) if one.item.options else None
    return typed(one.variable.type, code_of(one.item, option) if option else cell)


def typed(kind: type, cell: str) -> Any:
    """An answer's cell as a value of the variable's type; one that does not fit stays text in a text variable only."""
    if kind is bool:
        return cell == "true"
    if kind is dt.date:
        return dt.date.fromisoformat(cell)
    return kind(cell)
