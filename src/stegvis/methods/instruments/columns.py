"""The columns of a wide table of answers, read as scales ask for them: numbers, choices, and what was asked at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stegvis.methods.instruments.enablement import enabled
from stegvis.methods.instruments.questionnaire import Item, Questionnaire
from stegvis.methods.instruments.scales.base import Flags, Floats

_EXPRESSION = "enableWhenExpression"
"""How the address of an extension ends that makes an item's being asked depend on an expression."""


class WrongColumn(ValueError):
    """A column holds something that is no answer to its item, or belongs to none."""


class ResponseColumns:
    """The answers of many people to one questionnaire, column by column; what scales ask for, made when asked."""

    def __init__(
        self, questionnaire: Questionnaire, columns: Mapping[str, ArrayLike], declined: Mapping[str, ArrayLike]
    ) -> None:
        self.questionnaire = questionnaire
        self._columns = {name: _plain(name, column) for name, column in columns.items()}
        self._declined = {name: np.asarray(flags, dtype=np.bool_) for name, flags in declined.items()}
        self.rows = _one_length({**self._columns, **self._declined})
        self._check_names()
        self._numbers: dict[str, Floats] = {}
        self._asked = self._enablement()

    def forget(self) -> None:
        """Let go of the numbers made so far, so that a long table does not fill the memory."""
        self._numbers.clear()

    def numbers(self, link_id: str) -> Floats:
        """The number of each answer, shape (rows,); NaN where there is none."""
        if link_id not in self._numbers:
            item = self.questionnaire.by_link_id[link_id]
            found = self._read(item)
            self._numbers[link_id] = np.where(self._counts(link_id), found, np.nan)
        return self._numbers[link_id]

    def answered(self, link_id: str) -> Flags:
        """Whether there is an answer that counts, shape (rows,)."""
        return self._present(link_id) & self._counts(link_id)

    def chosen(self, link_id: str, keys: Sequence[str]) -> Flags:
        """Which options of a multiple choice were chosen, shape (rows, len(keys)).

        Raises `WrongColumn` where an option that excludes others stands together with one of these.
        """
        found = np.zeros((self.rows, len(keys)), dtype=np.bool_)
        for place, key in enumerate(keys):
            found[:, place] = self._flag(link_id, key)
        alone = [option.key for option in self.questionnaire.by_link_id[link_id].options if option.exclusive]
        for key in alone:
            both = np.flatnonzero(self._flag(link_id, key) & found.any(axis=1))
            if key not in keys and both.size:
                raise WrongColumn(
                    f"Row {both[0]} of {link_id} has {key!r} beside others. Keep either that or the others."
                )
        return found & self._counts(link_id)[:, np.newaxis]

    def refused(self, link_id: str) -> Flags:
        """Whether the question was asked and answered “I prefer not to answer”, shape (rows,)."""
        return self._refusal(link_id) & self.asked(link_id)

    def asked(self, link_id: str) -> Flags:
        """Whether the item was asked in view of the other answers, shape (rows,)."""
        return self._asked(link_id)

    def _counts(self, link_id: str) -> Flags:
        return self.asked(link_id) & ~self._refusal(link_id)

    def _refusal(self, link_id: str) -> Flags:
        return self._declined.get(link_id, np.zeros(self.rows, dtype=np.bool_))

    def _present(self, link_id: str) -> Flags:
        item = self.questionnaire.by_link_id[link_id]
        if item.is_multiple:
            return any_of((self._flag(link_id, option.key) for option in item.options), self.rows)
        column = self._columns.get(link_id)
        return np.zeros(self.rows, dtype=np.bool_) if column is None else ~_is_missing(column)

    def _flag(self, link_id: str, key: str) -> Flags:
        column = self._columns.get(f"{link_id}:{key}")
        if column is None:
            return np.zeros(self.rows, dtype=np.bool_)
        return np.asarray((column == 1) & ~_is_missing(column), dtype=np.bool_)

    def _read(self, item: Item) -> Floats:
        column = self._columns.get(item.link_id)
        if column is None or item.is_multiple or item.type not in ("choice", "integer", "decimal"):
            return np.full(self.rows, np.nan)
        if item.type == "choice":
            return _ordinals(item, column)
        return _within(item, column)

    def _check_names(self) -> None:
        items = self.questionnaire.by_link_id
        known = set(items)
        for item in self.questionnaire.questions:
            if item.is_multiple:
                known |= {f"{item.link_id}:{option.key}" for option in item.options}
        strange = sorted((set(self._columns) | set(self._declined)) - known)
        if strange:
            raise WrongColumn(
                f"{self.questionnaire.code} has no item for the columns {', '.join(strange)}. Leave them out."
            )

    def _enablement(self) -> Callable[[str], Flags]:
        """Which rows ask an item: `enabled` is asked once for each combination of answers that conditions look at."""
        if not self.questionnaire.is_conditional:
            everyone = np.ones(self.rows, dtype=np.bool_)
            return lambda _: everyone
        looked_at = _looked_at(self.questionnaire)
        group, example = _combinations([self._codes(item) for item in looked_at], self.rows)
        asked = [enabled(self.questionnaire, self._answers(looked_at, int(row))) for row in example]
        return lambda link_id: np.array([link_id in one for one in asked], dtype=np.bool_)[group]

    def _codes(self, item: Item) -> NDArray[np.int64]:
        """A number for each different answer to the item, the same for the same."""
        if item.is_multiple:
            flags = [self._flag(item.link_id, option.key) for option in item.options]
            return _combinations([flag.astype(np.int64) for flag in flags], self.rows)[0]
        column = self._columns.get(item.link_id)
        if column is None:
            return np.zeros(self.rows, dtype=np.int64)
        known = ~_is_missing(column) & ~self._refusal(item.link_id)
        codes = np.zeros(self.rows, dtype=np.int64)
        codes[known] = np.unique(column[known], return_inverse=True)[1] + 1
        return codes

    def _answers(self, items: Sequence[Item], row: int) -> dict[str, Any]:
        """The answers of one row to these items, as the enablement takes them."""
        found = {}
        for item in items:
            if item.is_multiple:
                answer: Any = [option.key for option in item.options if self._flag(item.link_id, option.key)[row]]
            else:
                answer = self._answer(item, row)
            if answer is not None and not self._refusal(item.link_id)[row]:
                found[item.link_id] = answer
        return found

    def _answer(self, item: Item, row: int) -> Any:
        column = self._columns.get(item.link_id)
        if column is None or _is_missing(column[row : row + 1])[0]:
            return None
        value = column[row]
        if item.type == "integer":
            return int(value)
        if item.type == "decimal":
            return Decimal(str(value))
        if item.type == "boolean":
            return bool(value)
        if item.type == "choice" and not isinstance(value, str):
            return {float(option.key): option.key for option in item.options}[float(value)]
        return str(value)


def _plain(name: str, column: ArrayLike) -> NDArray[Any]:
    found = np.asarray(column)
    if found.ndim != 1:
        raise WrongColumn(f"The column {name} is no column: its shape is {found.shape}. Give one value for each row.")
    return found


def _one_length(columns: Mapping[str, NDArray[Any]]) -> int:
    lengths = {name: len(column) for name, column in columns.items()}
    if len(set(lengths.values())) > 1:
        shortest = min(lengths, key=lambda name: lengths[name])
        longest = max(lengths, key=lambda name: lengths[name])
        raise WrongColumn(
            f"The columns differ in length: {shortest} has {lengths[shortest]} rows, {longest} {lengths[longest]}."
        )
    return next(iter(lengths.values()), 0)


def _is_missing(column: NDArray[Any]) -> Flags:
    if column.dtype.kind == "f":
        return np.isnan(column)
    if column.dtype.kind in "iub":
        return np.zeros(len(column), dtype=np.bool_)
    return np.fromiter((value is None or value == "" or value != value for value in column), np.bool_, len(column))


def _ordinals(item: Item, column: NDArray[Any]) -> Floats:
    """The ordinal value of each chosen option; NaN for no answer and for options without one."""
    missing = _is_missing(column)
    ordinals = [np.nan if option.ordinal is None else float(option.ordinal) for option in item.options]
    if column.dtype.kind in "iufb":
        keys = np.array([_as_number(option.key) for option in item.options])
        given = column.astype(np.float64)
    else:
        keys = np.array([option.key for option in item.options])
        given = np.where(missing, "", column).astype(str)
    order = np.argsort(keys)
    places = np.searchsorted(keys, np.where(missing, keys[order[0]], given), sorter=order)
    found = order[np.minimum(places, len(keys) - 1)]
    _refuse(item, column, ~missing & (keys[found] != given), "none of its options")
    return np.where(missing, np.nan, np.array(ordinals)[found])


def _as_number(key: str) -> float:
    try:
        return float(key)
    except ValueError:
        return np.inf  # an option whose key is no number is in no column of numbers


def _within(item: Item, column: NDArray[Any]) -> Floats:
    """The numbers themselves, which must lie within the item's limits."""
    missing = _is_missing(column)
    try:
        numbers = np.where(missing, np.nan, column).astype(np.float64)
    except (TypeError, ValueError) as error:
        raise WrongColumn(f"The column {item.link_id} holds something that is no number: {error}.") from error
    low = -np.inf if item.minimum is None else float(item.minimum)
    high = np.inf if item.maximum is None else float(item.maximum)
    _refuse(item, column, ~missing & ~((numbers >= low) & (numbers <= high)), f"not from {low:g} to {high:g}")
    return numbers


def _refuse(item: Item, column: NDArray[Any], wrong: Flags, why: str) -> None:
    rows = np.flatnonzero(wrong)
    if rows.size:
        value = column[rows[0]].item() if isinstance(column[rows[0]], np.generic) else column[rows[0]]
        raise WrongColumn(f"Row {rows[0]} of {item.link_id} holds {value!r}, which is {why}. Correct it, or empty it.")


def _looked_at(questionnaire: Questionnaire) -> list[Item]:
    """The questions whose answers decide what is asked: those of conditions, and those with questions inside.

    Every question, where a condition is an expression: it may look at any of them.
    """
    if any(_has_expression(item) for item in questionnaire.definition.get("item", ())):
        return list(questionnaire.questions)
    named = {condition.question for item in questionnaire.all_items for condition in item.conditions}
    return [
        question
        for question in questionnaire.questions
        if question.link_id in named or any(child.type != "display" for child in question.items)
    ]


def _has_expression(raw: Mapping[str, Any]) -> bool:
    urls = (str(one.get("url")) for one in raw.get("extension", ()))
    return any(url.endswith(_EXPRESSION) for url in urls) or any(map(_has_expression, raw.get("item", ())))


def _combinations(codes: Sequence[NDArray[np.int64]], rows: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """For each row the number of its combination of codes, and for each combination a row that has it."""
    group = np.zeros(rows, dtype=np.int64)
    example = np.zeros(min(rows, 1), dtype=np.int64)
    for code in codes:
        joined = group * (int(code.max(initial=0)) + 1) + code
        _, example, group = np.unique(joined, return_index=True, return_inverse=True)
    return group, example


def any_of(flags: Iterable[Flags], rows: int) -> Flags:
    """Whether any of the columns of flags is true, shape (rows,)."""
    found: Flags = np.zeros(rows, dtype=np.bool_)
    for flag in flags:
        found = found | flag
    return found
