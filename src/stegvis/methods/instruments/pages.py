"""The pages of a questionnaire: what stands alone, what is stacked, and in which order.

Lines, dates, the body map and long texts stand alone, and so does whatever the protocol asks for (`alone`: its primary
outcomes). Questions in a row that share their answers are stacked, at most six a page, and so are short entries of one
group. What the file wants together (a page, a table, one occurrence of a small repeating group) stands together. Nothing
stands on the page of a question that decides whether it is asked, by however many steps, so that no answer brings a
question to the page it is given on or takes one away; a calculated value is shown with the question before it.
The layout is the same for everybody, so that a page keeps its address; with answers, items that are not asked fall out.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from stegvis.methods.instruments.deciding import Deciding, deciding
from stegvis.methods.instruments.enablement import enabled_among
from stegvis.methods.instruments.expressions import Evaluation
from stegvis.methods.instruments.items import PARTS_OF_PARENT, Item
from stegvis.methods.instruments.positions import Occurrence, Occurrences, occurrences
from stegvis.methods.instruments.questionnaire import Questionnaire
from stegvis.methods.instruments.sheets import Sheet, groups_around, is_table
from stegvis.methods.instruments.worded import worded

MOST_STACKED = 6
MOST_TOGETHER = 10
"""What a file wants on one page is continued on the next after so many questions; a table's rows are not parted."""

_BY_ROWS = frozenset({"gtable", "grid"})
_SHORT = frozenset({"short-text", "number", "quantity", "time", "address", "reference"})


@dataclass(frozen=True)
class Page:
    """One page: headings of the groups it lies in, texts to read first, and its questions.

    `key` is the position of its first question (or text) and stays the same whatever is answered. `positions` are those
    of the questions, one for each of `items`: where several occurrences of a group are asked, the same item stands on
    several pages. `around` are the positions of `groups`. `parts` are texts and questions together, in their order;
    `table` is the group whose questions stand in a table here. `lang` is the language the texts are given in; the items
    themselves say theirs by `text_in(lang)`.
    """

    key: str
    lang: str | None
    groups: tuple[Item, ...]
    texts: tuple[Item, ...]
    items: tuple[Item, ...]
    positions: tuple[str, ...] = ()
    around: tuple[str, ...] = ()
    parts: tuple[Occurrence, ...] = field(default=(), compare=False, repr=False)
    table: Item | None = field(default=None, compare=False, repr=False)

    @property
    def headings(self) -> tuple[str, ...]:
        return tuple(group.text_in(self.lang) for group in self.groups if group.text)

    @property
    def quotes_answers(self) -> bool:
        """Whether an expression gave some of its words, so that the page may tell what was answered elsewhere."""
        around = (group.item for one in self.parts for group in groups_around(one))
        return any(item.worded_by for item in (*(one.item for one in self.parts), *around))

    @property
    def lead(self) -> tuple[str, ...]:
        return tuple(text.text_in(self.lang) for text in self.texts if text.text)


def pages(
    questionnaire: Questionnaire,
    lang: str | None = None,
    answers: Mapping[str, Any] | None = None,
    *,
    alone: Collection[str] = (),
    everything: bool = False,
    at: datetime | None = None,
) -> list[Page]:
    """The pages in `lang`, with the items that are asked in view of `answers` (None counts as nothing answered).

    Hidden questions are on no page. A position with None, also that of a repeating group, makes an occurrence that can
    be answered. With `everything` the pages have what may be asked, whatever was answered. Words that an expression gives
    are those of these answers; `at` is the time for today() and now() in it.
    """
    given = answers or {}
    among = occurrences(questionnaire, given)
    asked = frozenset(among.by_position) if everything else enabled_among(questionnaire, given, among)
    layout = (
        _layout(questionnaire, frozenset(alone))
        if not questionnaire.repeats
        else _laid_out(questionnaire, among, alone)
    )
    found = [page for sheet in layout if (page := _page(sheet, lang, asked)) is not None]
    if not questionnaire.is_worded_by_answers:
        return found
    return _in_their_words(found, questionnaire, Evaluation(questionnaire, given, among, asked, at))


def _in_their_words(found: list[Page], questionnaire: Questionnaire, evaluation: Evaluation) -> list[Page]:
    """The pages with the words that their headings, texts and questions have in view of the answers."""
    known: dict[str, Occurrence] = {}

    def now(one: Occurrence) -> Occurrence:
        if one.position not in known:
            item = worded(one, evaluation, questionnaire.language)
            parent = None if one.parent is None else now(one.parent)
            is_same = item is one.item and parent is one.parent
            known[one.position] = one if is_same else Occurrence(item, one.position, one.indices, parent)
        return known[one.position]

    here = evaluation.among.by_position
    return [
        replace(
            page,
            groups=tuple(now(here[position]).item for position in page.around),
            texts=tuple(now(one).item for one in page.parts[: len(page.texts)]),
            items=tuple(now(here[position]).item for position in page.positions),
            parts=tuple(now(one) for one in page.parts),
        )
        for page in found
    ]


def _page(sheet: Sheet, lang: str | None, asked: frozenset[str]) -> Page | None:
    parts = tuple(one for one in sheet.parts if one.position in asked)
    questions = tuple(one for one in parts if one.item.is_question)
    if not questions and (sheet.questions or not parts):
        return None
    if all(one.item.calculated for one in parts):
        return None  # nothing to read and nothing to do
    first = parts.index(questions[0]) if questions else len(parts)
    groups = sheet.groups
    return Page(
        sheet.key, lang,
        groups=tuple(one.item for one in groups),
        texts=tuple(one.item for one in parts[:first]),
        items=tuple(one.item for one in questions),
        positions=tuple(one.position for one in questions),
        around=tuple(one.position for one in groups),
        parts=parts,
        table=sheet.table,
    )  # fmt: skip


@dataclass
class _Layout:
    """Collects pages while walking through the occurrences."""

    alone: Collection[str]
    among: Occurrences
    deciding: Deciding
    sheets: list[Sheet] = field(default_factory=list)
    texts: list[Occurrence] = field(default_factory=list)
    small: dict[str, bool] = field(default_factory=dict)

    def walk(self) -> None:
        for one in self.among.all:
            if _is_hidden(one):
                continue
            if one.item.type == "display":
                if one.item.control not in PARTS_OF_PARENT:
                    self.texts.append(one)
            elif one.item.is_question:
                self.place(one)

    def place(self, one: Occurrence) -> None:
        self.leave_texts_behind(one)
        together = None if one.item.link_id in self.alone else self.together(one)
        sheet = self.sheets[-1] if self.sheets else None
        if sheet is not None and sheet.questions and self.fits(sheet, one, together):
            sheet.add((*self.texts, one))
        else:
            self.sheets.append(Sheet((*self.texts, one), together, self.deciding))
        self.texts = []

    def together(self, one: Occurrence) -> Hashable:
        """What the file wants on one page with this question: the same for all that belong there, None for none."""
        groups = groups_around(one)
        for group in groups:
            if is_table(group):
                return (group.item.link_id, group.indices[:-1]) if group.item.repeats else group.position
        for group in reversed(groups):
            if "page" in group.item.look.controls or (group.item.repeats and self.is_small(group.item)):
                return group.position
        return None

    def is_small(self, group: Item) -> bool:
        """Whether one occurrence of the group is little enough for a page; its questions are counted once."""
        if group.link_id not in self.small:
            self.small[group.link_id] = _is_small(group)
        return self.small[group.link_id]

    def leave_texts_behind(self, one: Occurrence) -> None:
        """Texts at the end of another group stand below that group's last question, unless that decides about them."""
        path = {group.position for group in groups_around(one)}
        left = [text for text in self.texts if not {group.position for group in groups_around(text)} <= path]
        if left and self.sheets and self.sheets[-1].groups and groups_around(left[0]) == self.sheets[-1].groups:
            sheet = self.sheets[-1]
            gone = {text for text in left if not sheet.decides(text) and not sheet.depends(text)}
            sheet.add(text for text in left if text in gone)
            self.texts = [text for text in self.texts if text not in gone]

    def fits(self, sheet: Sheet, one: Occurrence, together: Hashable) -> bool:
        if any(sheet.decides(each) or sheet.depends(each) for each in (*self.texts, one)):
            return False
        if one.item.calculated and not self.texts:
            return groups_around(sheet.questions[-1]) == groups_around(one) and not self.stands_alone(sheet)
        if together is not None or sheet.together is not None:
            return together == sheet.together and not self.fills(sheet, one)
        return not self.texts and groups_around(sheet.questions[0]) == groups_around(one) and self.stacks(sheet, one)

    def fills(self, sheet: Sheet, one: Occurrence) -> bool:
        """Whether the page has all the questions that a tired person can take in."""
        if sheet.table is not None and _BY_ROWS.intersection(sheet.table.look.controls):
            return False
        likeness = _likeness(one)
        alike = likeness is not None and all(_likeness(other) == likeness for other in sheet.questions)
        return len(sheet.questions) >= (MOST_STACKED if alike and one.item.is_choice else MOST_TOGETHER)

    def stacks(self, sheet: Sheet, one: Occurrence) -> bool:
        first = sheet.questions[0]
        likeness = _likeness(first)
        return (
            len(sheet.questions) < MOST_STACKED
            and likeness is not None
            and likeness == _likeness(one)
            and not {first.item.link_id, one.item.link_id} & set(self.alone)
        )

    def stands_alone(self, sheet: Sheet) -> bool:
        return any(question.item.link_id in self.alone for question in sheet.questions)


def _is_small(group: Item) -> bool:
    inside = [item for item in group.walk() if item.is_question]
    return len(inside) <= MOST_STACKED and not any(item.type == "group" and item.repeats for item in _below(group))


def _below(item: Item) -> Iterator[Item]:
    for child in item.items:
        yield from child.walk()


def _is_hidden(one: Occurrence) -> bool:
    around: Occurrence | None = one
    while around is not None and not around.item.hidden:
        around = around.parent
    return around is not None


@lru_cache(maxsize=256)
def _layout(questionnaire: Questionnaire, alone: frozenset[str]) -> tuple[Sheet, ...]:
    return _laid_out(questionnaire, occurrences(questionnaire, {}), alone)


def _laid_out(questionnaire: Questionnaire, among: Occurrences, alone: Collection[str]) -> tuple[Sheet, ...]:
    layout = _Layout(alone, among, deciding(questionnaire))
    layout.walk()
    if layout.texts:
        layout.sheets.append(Sheet(layout.texts, None, layout.deciding))
    return tuple(layout.sheets)


def _likeness(one: Occurrence) -> Hashable | None:
    """Equal for questions whose answers look the same; None for those that stand alone."""
    item = one.item
    if item.presentation in ("options", "many-options"):
        return item.presentation, item.options
    if item.presentation == "yes-no":
        return item.presentation
    if item.presentation == "numbers":
        ends = tuple(text for child in item.items if child.control in ("lower", "upper") and (text := child.text))
        return item.presentation, item.minimum, item.maximum, ends
    if item.presentation in _SHORT and one.parent is not None and not item.repeats:
        return "short"
    return None
