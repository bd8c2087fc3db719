"""Taking one of several away: an occurrence of a repeating group, or one answer of a repeating question.

What comes after it moves up by one, with everything that stands in it, so that the positions stay without gaps and
every other answer stays where the person gave it (see `positions`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stegvis.methods.instruments.positions import Indices, item_at, parse_position, position_of
from stegvis.methods.instruments.questionnaire import Questionnaire


def without_occurrence(questionnaire: Questionnaire, answers: Mapping[str, Any], position: str) -> dict[str, Any]:
    """The answers (by position) without the occurrence of a repeating group at `position`, such as "child@2".

    Raises `ValueError` where no repeating group can occur. What was taken away is in no answer of the result: whoever
    removes for a person keeps the old answers, too.
    """
    item = item_at(questionnaire, position)
    if item is None or item.type != "group" or not item.repeats:
        raise ValueError(f"{position!r} is no occurrence of a repeating group. Write its linkId and number: linkId@2.")
    return _closed_up(questionnaire, answers, item.link_id, parse_position(position)[1])


def without_answer(
    questionnaire: Questionnaire, answers: Mapping[str, Any], position: str, number: int
) -> dict[str, Any]:
    """The answers without one of those to the repeating question at `position`, and without what stands below it.

    `number` counts from 1. Raises `ValueError` where there is no such answer.
    """
    item, values = item_at(questionnaire, position), answers.get(position)
    if item is None or not item.is_multiple or not isinstance(values, list | tuple) or not 0 < number <= len(values):
        raise ValueError(f"There is no answer {number} at {position!r}. Name one that a repeating question has.")
    left = _closed_up(questionnaire, answers, item.link_id, (*parse_position(position)[1], number))
    rest = [*values[: number - 1], *values[number:]]
    return {key: rest if key == position else value for key, value in left.items() if key != position or rest}


def _closed_up(questionnaire: Questionnaire, answers: Mapping[str, Any], link_id: str, gone: Indices) -> dict[str, Any]:
    """The answers without what stands in one occurrence of `link_id`, and with the later ones moved up."""
    kept = {}
    for position, value in answers.items():
        moved = _moved(questionnaire, position, link_id, gone)
        if moved is not None:
            kept[moved] = value
    return kept


def _moved(questionnaire: Questionnaire, position: str, link_id: str, gone: Indices) -> str | None:
    """Where a position is after an occurrence is gone; None when it went with it."""
    item = item_at(questionnaire, position)
    if item is None:
        return position
    own, indices = parse_position(position)
    around = questionnaire.repeating_around[own]
    if item.type == "group" and item.repeats:
        around = (*around, own)
    depth = len(gone) - 1
    if link_id not in around[depth : depth + 1] or indices[:depth] != gone[:depth] or indices[depth] < gone[depth]:
        return position
    if indices[depth] == gone[depth]:
        return None
    return position_of(own, (*indices[:depth], indices[depth] - 1, *indices[depth + 1 :]))
