"""Positions: which occurrence of an item an answer belongs to, and all the occurrences that a set of answers makes.

Most items occur once, and their position is their linkId. Inside a repeating group, or below the n-th answer of a
repeating question, an item occurs as often as what it stands in, and its position says where, counted from 1:
`name@2` is in the second family member, `dose@2.1` in the first medicine of the second. The answers of a repeating
question are one list at one position. An @ that belongs to a linkId is doubled.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, Final

from stegvis.methods.instruments.questionnaire import Item, Questionnaire

MOST_OCCURRENCES: Final = 1000
"""A higher index than any form needs; a made-up answer must not make a form of a million pages."""

Indices = tuple[int, ...]
_INDICES = re.compile(r"([1-9][0-9]{0,6})(\.[1-9][0-9]{0,6})*")


def position_of(link_id: str, indices: Indices = ()) -> str:
    """The position of an item's occurrence; `parse_position` is its inverse."""
    written = link_id.replace("@", "@@") if "@" in link_id else link_id
    return f"{written}@{'.'.join(map(str, indices))}" if indices else written


def parse_position(position: str) -> tuple[str, Indices]:
    """The linkId and the indices of a position; ValueError for text that is none."""
    if "@" not in position:
        return position, ()
    written, indices = position, ""
    head, _, tail = position.rpartition("@")
    # An odd run of @ ends in the one that stands before the indices; the others are pairs.
    if (len(head) - len(head.rstrip("@"))) % 2 == 0:
        written, indices = head, tail
    if "@" in written.replace("@@", "") or ((indices or written is not position) and not _INDICES.fullmatch(indices)):
        raise ValueError(
            f"{position!r} is no position. Write linkId, or linkId@2, or linkId@2.1, and @@ for an @ in it."
        )
    return written.replace("@@", "@"), tuple(int(index) for index in indices.split(".")) if indices else ()


def item_at(questionnaire: Questionnaire, position: str) -> Item | None:
    """The item that stands at a position, whether or not the answers make that occurrence; None where none can."""
    try:
        link_id, indices = parse_position(position)
    except ValueError:
        return None
    around = questionnaire.repeating_around.get(link_id)
    item = questionnaire.by_link_id.get(link_id)
    if item is None or around is None:
        return None
    depth = len(around) + (item.type == "group" and item.repeats)
    return item if len(indices) == depth and max(indices, default=1) <= MOST_OCCURRENCES else None


@dataclass(frozen=True, slots=True, eq=False)
class Occurrence:
    """One occurrence of an item: where, and in which occurrence of the item around it."""

    item: Item
    position: str
    indices: Indices
    parent: Occurrence | None


@dataclass(frozen=True, eq=False)
class Occurrences:
    """Every occurrence that a set of answers makes, in the order of the form."""

    all: tuple[Occurrence, ...]
    by_position: Mapping[str, Occurrence]
    by_link_id: Mapping[str, tuple[Occurrence, ...]]

    @cached_property
    def places(self) -> Mapping[str, int]:
        """Where each position stands in the order of the form."""
        return {position: place for place, position in enumerate(self.by_position)}


def occurrences(questionnaire: Questionnaire, answers: Mapping[str, Any]) -> Occurrences:
    """The occurrences of every item, in view of the answers (by position).

    A repeating group occurs once where nothing in it is answered, so that it can be. Answers at positions that do not
    exist make no occurrence.
    """
    if not questionnaire.repeats:
        return _single(questionnaire)
    return _collected(_Expansion(questionnaire, answers).within(questionnaire.items, (), None))


@lru_cache(maxsize=256)
def _single(questionnaire: Questionnaire) -> Occurrences:
    return _collected(_Expansion(questionnaire, {}).within(questionnaire.items, (), None))


def _collected(found: Iterable[Occurrence]) -> Occurrences:
    every = tuple(found)
    by_link_id: dict[str, list[Occurrence]] = {}
    for one in every:
        by_link_id.setdefault(one.item.link_id, []).append(one)
    return Occurrences(
        every,
        {one.position: one for one in every},
        {link_id: tuple(several) for link_id, several in by_link_id.items()},
    )


class _Expansion:
    """Makes the occurrences of one set of answers."""

    def __init__(self, questionnaire: Questionnaire, answers: Mapping[str, Any]) -> None:
        self.answers = answers
        self.times: dict[tuple[str, Indices], int] = {}
        for position in answers:
            self.count(questionnaire, position)

    def count(self, questionnaire: Questionnaire, position: str) -> None:
        """Let every repeating group around an answer occur as often as its position says."""
        try:
            link_id, indices = parse_position(position)
        except ValueError:
            return
        around = questionnaire.repeating_around.get(link_id)
        if around is None or not indices or max(indices) > MOST_OCCURRENCES:
            return
        item = questionnaire.by_link_id[link_id]
        around = (*around, link_id) if item.type == "group" and item.repeats else around
        if len(around) == len(indices):
            for depth, outer in enumerate(around):
                key = (outer, indices[:depth])
                self.times[key] = max(self.times.get(key, 0), indices[depth])

    def within(self, items: Iterable[Item], indices: Indices, parent: Occurrence | None) -> Iterator[Occurrence]:
        for item in items:
            if item.type == "group" and item.repeats:
                for number in range(1, max(1, self.times.get((item.link_id, indices), 0)) + 1):
                    yield from self.one(item, (*indices, number), parent)
            else:
                yield from self.one(item, indices, parent)

    def one(self, item: Item, indices: Indices, parent: Occurrence | None) -> Iterator[Occurrence]:
        here = Occurrence(item, position_of(item.link_id, indices), indices, parent)
        yield here
        if not (item.is_question and item.repeats):
            yield from self.within(item.items, indices, here)
            return
        # Texts stand beside the question; what is asked about each of its answers stands below that answer.
        yield from self.within((child for child in item.items if child.type == "display"), indices, here)
        asked = tuple(child for child in item.items if child.type != "display")
        if asked:
            values = self.answers.get(here.position)
            for number in range(1, len(values) + 1 if isinstance(values, list | tuple) else 1):
                yield from self.within(asked, (*indices, number), here)
