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

from stegvis.methods.instruments.enablement import enabled
from stegvis.methods.instruments.questionnaire import PARTS_OF_PARENT, Item, Questionnaire

MOST_STACKED = 6


@dataclass(frozen=True)
class Page:
    """One page: headings of the groups it lies in, texts to read first, and its questions.

    `key` is the linkId of its first question (or text) and stays the same whatever is answered. `lang` is the
    language the texts are given in; the items themselves say theirs by `text_in(lang)`.
    """

    key: str
    lang: str | None
    groups: tuple[Item, ...]
    texts: tuple[Item, ...]
    items: tuple[Item, ...]

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
    """The pages in `lang`, with the items that are asked in view of `answers` (None counts as nothing answered)."""
    asked = enabled(questionnaire, answers or {})
    found = []
    for page in _layout(questionnaire, frozenset(alone)):
        items = tuple(item for item in page.items if item.link_id in asked)
        texts = tuple(text for text in page.texts if text.link_id in asked)
        if items or (texts and not page.items):
            found.append(replace(page, lang=lang, items=items, texts=texts))
    return found


@dataclass
class _Layout:
    """Collects pages while walking through the items."""

    alone: Collection[str]
    pages: list[Page] = field(default_factory=list)
    groups: tuple[Item, ...] = ()
    texts: list[Item] = field(default_factory=list)

    def walk(self, items: tuple[Item, ...]) -> None:
        for item in items:
            if item.type == "group":
                outer, self.groups = self.groups, (*self.groups, item)
                self.walk(item.items)
                self.groups = outer
            elif item.type == "display":
                if item.control not in PARTS_OF_PARENT:
                    self.texts.append(item)
            else:
                self.place(item)
                self.walk(item.items)

    def place(self, item: Item) -> None:
        page = self.pages[-1] if self.pages else None
        if page and not self.texts and page.groups == self.groups and self.stacks(page, item):
            self.pages[-1] = replace(page, items=(*page.items, item))
        else:
            self.pages.append(Page(item.link_id, None, self.groups, tuple(self.texts), (item,)))
            self.texts = []

    def stacks(self, page: Page, item: Item) -> bool:
        first = page.items[0]
        likeness = _likeness(first)
        on_page = {other.link_id for other in page.items}
        return (
            len(page.items) < MOST_STACKED
            and likeness is not None
            and likeness == _likeness(item)
            and not {first.link_id, item.link_id} & set(self.alone)
            and not any(condition.question in on_page for condition in item.conditions)
        )

    def finished(self) -> tuple[Page, ...]:
        if self.texts:
            self.pages.append(Page(self.texts[0].link_id, None, self.groups, tuple(self.texts), ()))
        return tuple(self.pages)


@lru_cache(maxsize=256)
def _layout(questionnaire: Questionnaire, alone: frozenset[str]) -> tuple[Page, ...]:
    layout = _Layout(alone)
    layout.walk(questionnaire.items)
    return layout.finished()


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
