"""Answers written as the items of a QuestionnaireResponse: the same nesting, order and occurrences as the form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from stegvis.methods.instruments import extensions as ext
from stegvis.methods.instruments.items import Item
from stegvis.methods.instruments.positions import Indices, Occurrences, position_of
from stegvis.methods.instruments.values import written as written_value

ASKED_DECLINED: Final = "asked-declined"


class Writer:
    """Writes one set of answers; `nodes` are the written items by position."""

    def __init__(self, answers: Mapping[str, Any], among: Occurrences, lang: str | None) -> None:
        self.answers = answers
        self.among = among
        self.lang = lang
        self.nodes: dict[str, dict[str, Any]] = {}

    def items(self, items: Iterable[Item], indices: Indices = ()) -> list[dict[str, Any]]:
        """The items that hold an answer, in order; groups of which a later occurrence holds one are written empty."""
        found: list[dict[str, Any]] = []
        for item in items:
            if item.type == "group" and item.repeats:
                found += self.occurrences_of(item, indices)
            elif item.type != "display":
                one = self.group(item, indices) if item.type == "group" else self.question(item, indices)
                found += [one] if one else []
        return found

    def occurrences_of(self, group: Item, indices: Indices) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        number, last = 0, 0
        while position_of(group.link_id, (*indices, number + 1)) in self.among.by_position:
            number += 1
            one = self.group(group, (*indices, number))
            last = number if one else last
            found.append(one or self.begun(group, (*indices, number)))
        return found[:last]

    def begun(self, item: Item, indices: Indices) -> dict[str, Any]:
        """The item with its text, without content."""
        node: dict[str, Any] = {"linkId": item.link_id}
        if words := item.text_in(self.lang).strip():
            node["text"] = words
        self.nodes[position_of(item.link_id, indices)] = node
        return node

    def group(self, item: Item, indices: Indices) -> dict[str, Any] | None:
        inner = self.items(item.items, indices)
        if not inner:
            return None
        node = self.begun(item, indices)
        node["item"] = inner
        return node

    def question(self, item: Item, indices: Indices) -> dict[str, Any] | None:
        value = self.answers.get(position_of(item.link_id, indices))
        if value is None:
            return None
        node = self.begun(item, indices)
        if isinstance(value, Mapping) and "declined" in value:
            node["extension"] = [{"url": ext.DATA_ABSENT_REASON, "valueCode": ASKED_DECLINED}]
            return node
        node["answer"] = []
        for number, one in enumerate(value if item.is_multiple else [value], start=1):
            answer = written_value(item, one, self.lang)
            inner = self.items(item.items, (*indices, number) if item.repeats else indices) if item.items else []
            node["answer"].append(answer | {"item": inner} if inner else answer)
        return node
