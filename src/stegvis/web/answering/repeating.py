"""Groups that occur several times: add one more, take one away."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString

from stegvis.methods.instruments import Item, Page, Questionnaire, given
from stegvis.methods.instruments.positions import (
    MOST_OCCURRENCES,
    Indices,
    item_at,
    occurrences,
    parse_position,
    position_of,
)
from stegvis.web.answering import rich


@dataclass(frozen=True)
class Repeat:
    """One occurrence of a repeating group, as its page speaks of it: number, whether it can go, what comes next."""

    position: str
    name: SafeString
    number: int
    of: int
    can_go: bool
    next_position: str


def repeat_of(
    questionnaire: Questionnaire, page: Page, later: Sequence[Page], answers: Mapping[str, Any], lang: str
) -> Repeat | None:
    """The repeating group that a page belongs to, innermost first; None on other pages.

    `later` are the pages of the questionnaire that come after it. `next_position` is "" unless this is the last page of
    the last occurrence and one more may follow.
    """
    place = _innermost(page)
    if place is None:
        return None
    group, indices = place
    number, outer = indices[-1], indices[:-1]
    of = max(number, *(at[-1] for at in _occurring(questionnaire, group, answers) if at[:-1] == outer), 1)
    most = group.limits.max_occurs or MOST_OCCURRENCES
    is_end = page.table is group or (number == of and _is_last(later, group, indices))
    answered = any(is_inside(questionnaire, position, group, indices) for position in given(answers))
    return Repeat(
        position_of(group.link_id, indices), rich.html(group.text, lang), number, of,
        can_go=answered or of > 1,
        next_position=position_of(group.link_id, (*outer, of + 1)) if is_end and of < most else "",
    )  # fmt: skip


def _occurring(questionnaire: Questionnaire, group: Item, answers: Mapping[str, Any]) -> Iterator[Indices]:
    """Where a repeating group occurs in view of the answers: the indices of each occurrence that holds one."""
    depth = len(questionnaire.repeating_around[group.link_id]) + 1
    for position in answers:
        item = item_at(questionnaire, position)
        if item is not None and (item is group or group.link_id in questionnaire.repeating_around[item.link_id]):
            yield parse_position(position)[1][:depth]


def _is_last(later: Sequence[Page], group: Item, indices: Indices) -> bool:
    """Whether none of the later pages belongs to this occurrence of the group; its pages follow each other."""
    place = position_of(group.link_id, indices)
    for other in later:
        if place not in other.around:
            return True
        if _innermost(other) == (group, indices):
            return False
    return True


def _innermost(page: Page) -> tuple[Item, Indices] | None:
    """The innermost repeating group around all of the page, or the last row of a repeating table."""
    if page.table is not None and page.table.repeats:
        last = page.parts[-1].parent
        while last is not None and last.item is not page.table:
            last = last.parent
        return (page.table, last.indices) if last is not None else None
    for group, position in reversed(list(zip(page.groups, page.around, strict=True))):
        if group.repeats:
            return group, parse_position(position)[1]
    return None


def can_open(questionnaire: Questionnaire, answers: Mapping[str, Any], position: str) -> bool:
    """Whether an occurrence may be begun: it comes right after those that are there."""
    item = item_at(questionnaire, position)
    if item is None or item.type != "group" or not item.repeats:
        return False
    _link_id, indices = parse_position(position)
    if indices[-1] > (item.limits.max_occurs or MOST_OCCURRENCES):
        return False
    among = occurrences(questionnaire, answers)
    before = position_of(item.link_id, (*indices[:-1], indices[-1] - 1))
    return position in among.by_position or before in among.by_position


def with_room(questionnaire: Questionnaire, answers: Mapping[str, Any], least: int = 1) -> dict[str, Any]:
    """The answers and, at None, one more occurrence of each group than is filled in, and `least` in all where it may."""
    shown = dict(answers)
    for group in questionnaire.all_items if questionnaire.repeats else ():
        if group.type == "group" and group.repeats:
            most = group.limits.max_occurs or MOST_OCCURRENCES
            last = {one.indices[:-1]: one for one in occurrences(questionnaire, shown).by_link_id[group.link_id]}
            for outer, one in last.items():
                filled = any(is_inside(questionnaire, position, group, one.indices) for position in given(answers))
                wanted = min(max(least, one.indices[-1] + filled), most)
                shown.setdefault(position_of(group.link_id, (*outer, wanted)), None)
    return shown


def without(questionnaire: Questionnaire, answers: Mapping[str, Any], position: str) -> dict[str, Any]:
    """The changes that take an occurrence away: those after it move up by one, and None takes the last one's back.

    Empty where there is no such occurrence.
    """
    item = item_at(questionnaire, position)
    if item is None or item.type != "group" or not item.repeats:
        return {}
    _link_id, indices = parse_position(position)
    depth, gone = len(indices) - 1, indices[-1]
    changes: dict[str, Any] = {}
    moved: dict[str, Any] = {}
    for place, value in answers.items():
        link_id, at = parse_position(place)
        if not is_inside(questionnaire, place, item, indices[:-1]) or len(at) <= depth or at[depth] < gone:
            continue
        changes[place] = None
        if at[depth] > gone:
            moved[position_of(link_id, (*at[:depth], at[depth] - 1, *at[depth + 1 :]))] = value
    return changes | moved


def is_inside(questionnaire: Questionnaire, position: str, group: Item, indices: Indices) -> bool:
    """Whether a position lies in the group, and in the occurrence that the (first) indices name."""
    try:
        link_id, at = parse_position(position)
    except ValueError:
        return False
    return group.link_id in questionnaire.repeating_around.get(link_id, ()) and at[: len(indices)] == indices
