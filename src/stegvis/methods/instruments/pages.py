"""The pages of a questionnaire: what stands alone, what is stacked, and in which order.

Lines, dates, the body map and long texts stand alone, and so does whatever the protocol asks for (`alone`: its primary
outcomes). Questions in a row that share their answers are stacked, at most six a page. The layout is the same for
everybody, so that a page keeps its address; with answers, items that are not asked fall out of it.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from stegvis.methods.instruments.enablement import enabled_among
from stegvis.methods.instruments.items import PARTS_OF_PARENT, Item
from stegvis.methods.instruments.positions import Occurrence, Occurrences, occurrences
from stegvis.methods.instruments.questionnaire import Questionnaire

MOST_STACKED = 6


@dataclass(frozen=True)
class Page:
    """One page: headings of the groups it lies in, texts to read first, and its questions.

    `key` is the position of its first question (or text) and stays the same whatever is answered. `positions` are those
    of the questions, one for each of `items`: where several occurrences of a group are asked, the same item stands on
    several pages. `lang` is the language the texts are given in; the items themselves say theirs by `text_in(lang)`.
    """

    key: str
    lang: str | None
    groups: tuple[Item, ...]
    texts: tuple[Item, ...]
    items: tuple[Item, ...]
    positions: tuple[str, ...] = ()

    @property
    def headings(self) -> tuple[str, ...]:
        return tuple(group.text_in(self.lang) for group in self.groups if group.text)

    @property
    def lead(self) -> tuple[str, ...]:
        return tuple(text.text_in(self.lang) for text in self.texts if text.text)


def pages(
    questionnaire: Questionnaire,
    lang: str | None = None,
    answers: Mapping[str, Any] | None = None,
    *,
    alone: Collection[str] = (),
) -> list[Page]:
    """The pages in `lang`, with the items that are asked in view of `answers` (None counts as nothing answered).

    Hidden questions, and those whose values are calculated, are on no page.
    """
    given = answers or {}
    among = occurrences(questionnaire, given)
    asked = enabled_among(questionnaire, given, among)
    layout = _layout(questionnaire, frozenset(alone)) if not questionnaire.repeats else _laid_out(among, alone)
    found = []
    for sheet in layout:
        shown = tuple(one for one in sheet.questions if one.position in asked)
        texts = tuple(text.item for text in sheet.texts if text.position in asked)
        if shown or (texts and not sheet.questions):
            items, positions = tuple(one.item for one in shown), tuple(one.position for one in shown)
            found.append(Page(sheet.key, lang, tuple(one.item for one in sheet.groups), texts, items, positions))
    return found


@dataclass(frozen=True)
class _Sheet:
    """A page before it is known what is asked."""

    groups: tuple[Occurrence, ...]
    texts: tuple[Occurrence, ...]
    questions: tuple[Occurrence, ...]

    @property
    def key(self) -> str:
        return (self.questions or self.texts)[0].position


@dataclass
class _Layout:
    """Collects pages while walking through the occurrences."""

    alone: Collection[str]
    sheets: list[_Sheet] = field(default_factory=list)
    texts: list[Occurrence] = field(default_factory=list)

    def walk(self, among: Occurrences) -> None:
        for one in among.all:
            if one.item.type == "display":
                if one.item.control not in PARTS_OF_PARENT:
                    self.texts.append(one)
            elif one.item.is_question and one.item.calculated is None and not _is_hidden(one):
                self.place(one)

    def place(self, one: Occurrence) -> None:
        sheet, groups = self.sheets[-1] if self.sheets else None, _groups_around(one)
        if sheet and sheet.questions and not self.texts and sheet.groups == groups and self.stacks(sheet, one.item):
            self.sheets[-1] = replace(sheet, questions=(*sheet.questions, one))
        else:
            self.sheets.append(_Sheet(groups, tuple(self.texts), (one,)))
            self.texts = []

    def stacks(self, sheet: _Sheet, item: Item) -> bool:
        first = sheet.questions[0].item
        likeness = _likeness(first)
        on_page = {other.item.link_id for other in sheet.questions}
        return (
            len(sheet.questions) < MOST_STACKED
            and likeness is not None
            and likeness == _likeness(item)
            and not {first.link_id, item.link_id} & set(self.alone)
            and not any(condition.question in on_page for condition in item.conditions)
            and item.enabled_by is None
        )


def _is_hidden(one: Occurrence) -> bool:
    around: Occurrence | None = one
    while around is not None and not around.item.hidden:
        around = around.parent
    return around is not None


def _groups_around(one: Occurrence) -> tuple[Occurrence, ...]:
    found: list[Occurrence] = []
    around = one.parent
    while around is not None:
        if around.item.type == "group":
            found.insert(0, around)
        around = around.parent
    return tuple(found)


@lru_cache(maxsize=256)
def _layout(questionnaire: Questionnaire, alone: frozenset[str]) -> tuple[_Sheet, ...]:
    return _laid_out(occurrences(questionnaire, {}), alone)


def _laid_out(among: Occurrences, alone: Collection[str]) -> tuple[_Sheet, ...]:
    layout = _Layout(alone)
    layout.walk(among)
    if layout.texts:
        layout.sheets.append(_Sheet(_groups_around(layout.texts[0]), tuple(layout.texts), ()))
    return tuple(layout.sheets)


def _likeness(item: Item) -> Hashable | None:
    """Equal for questions whose answers look the same; None for those that stand alone."""
    if item.presentation in ("options", "many-options"):
        return item.presentation, item.options
    if item.presentation == "yes-no":
        return item.presentation
    if item.presentation == "numbers":
        ends = tuple(text for child in item.items if child.control in ("lower", "upper") and (text := child.text))
        return item.presentation, item.minimum, item.maximum, ends
    return None
