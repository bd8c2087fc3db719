"""What stands on a page, from top to bottom: texts, headings, questions, values to look at, and tables.

Questions with the same buttons, and rows that are groups, are a table on a wide screen and a stack of cards on a phone;
the markup is the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.forms import BoundField
from django.utils.safestring import SafeString

from stegvis.methods.instruments import Item, Page, Questionnaire, declined
from stegvis.methods.instruments.items import Text
from stegvis.methods.instruments.positions import Occurrence
from stegvis.web.answering import rich
from stegvis.web.answering.choices import Buttons
from stegvis.web.answering.fields import DECLINES, PageForm
from stegvis.web.answering.names import name_of
from stegvis.web.answering.words import in_words

MOST_COLUMNS: Final = 6
"""A stack of questions with more options than this stays a stack on a wide screen too."""


@dataclass(frozen=True)
class Block:
    """One thing on the page; `kind` names the template that shows it, the other fields are what it needs."""

    kind: str
    html: SafeString = field(default_factory=SafeString)
    hint: SafeString = field(default_factory=SafeString)
    level: int = 2
    bound: BoundField | None = None
    position: str = ""
    words: str = ""
    version: int | None = None
    rows: Sequence[Row] = ()
    columns: Sequence[SafeString] = ()
    worries: str = ""
    blocks: Sequence[Block] = ()
    is_open: bool = False


@dataclass(frozen=True)
class Row:
    """A row of a table: what it is called, and its cells, each a question, a value to look at, or nothing."""

    label: SafeString
    cells: Sequence[Block | None]
    bound: BoundField | None = None
    choices: Sequence[tuple[str, str, str, bool]] = ()
    version: int | None = None
    worries: str = ""


@dataclass(frozen=True)
class Kept:
    """What is known of the answers to a page: their values, and which version of each the page was made with."""

    values: Mapping[str, Any]
    versions: Mapping[str, int] = field(default_factory=dict)
    worries: Mapping[str, str] = field(default_factory=dict)


def blocks_of(page: Page, form: PageForm, lang: str, kept: Kept) -> list[Block]:
    """The page's blocks in order; its own headings and the texts to read first are not among them."""
    return _Blocks(page, form, lang, kept).all()


def page_context(questionnaire: Questionnaire, page: Page, form: PageForm, lang: str, kept: Kept) -> dict[str, Any]:
    """What the template of a page needs of its questionnaire and questions: heading, texts, blocks.

    A question that is alone on its page is its heading; otherwise the group is, or the questionnaire.
    """
    made = blocks_of(page, form, lang, kept)
    lone = made[0] if len(made) == 1 and made[0].kind == "question" else None
    heading = _heading(questionnaire, page)
    above = heading if lone is not None and _has_heading(page) else None
    if lone is not None and page.items[0].text_in(lang):
        heading = page.items[0].text or heading
    return {
        "blocks": made,
        "lone": lone,
        "title": heading.text_in(lang),
        "title_lang": heading.foreign_in(lang),
        "above": rich.spoken(above.text_in(lang), above, lang) if above else "",
        "group_help": rich.joined(around(page, lang, "help")),
        "header": around(page, lang, "header"),
        "footer": around(page, lang, "footer", "legal"),
        "lead": [rich.html(text.text, lang) for text in page.texts],
        "with_map": any(item.is_body_map for item in page.items),
        "wide": any(block.kind in {"matrix", "grid"} for block in made),
        "not_worded": not questionnaire.is_worded_in(lang) and lang in questionnaire.neutral_labels,
    }


def _has_heading(page: Page) -> bool:
    return any(group.text for group in page.groups)


def _heading(questionnaire: Questionnaire, page: Page) -> Text:
    named = [group.text for group in page.groups if group.text]
    if page.table is not None and page.table.text:
        named.append(page.table.text)
    return named[-1] if named else questionnaire.title


def around(page: Page, lang: str, *controls: str) -> list[SafeString]:
    """The texts that groups around the page have for it: help, header, footer."""
    return [rich.html(one.text, lang) for group in page.groups for one in rich.parts(group, *controls)]


class _Blocks:
    """Makes the blocks of one page."""

    def __init__(self, page: Page, form: PageForm, lang: str, kept: Kept) -> None:
        self.page, self.form, self.lang, self.kept = page, form, lang, kept
        self.heads = set(page.around)

    def all(self) -> list[Block]:
        after_lead = self.page.parts[len(self.page.texts) :]
        if self.page.table is not None:
            table = self.matrix() or self.grid()
            if table is not None:
                return [table]
        if (
            len(after_lead) > 1
            and len(after_lead) == len(self.page.positions)
            and len(self.form.fields) == len(after_lead)
            and all(one.parent is after_lead[0].parent for one in after_lead)
        ):
            stack = self.matrix()
            if stack is not None and len(stack.columns) <= MOST_COLUMNS:
                return [stack]
        return self.folded(after_lead)

    def folded(self, parts: Sequence[Occurrence]) -> list[Block]:
        """The parts one after the other, those in a group that can be folded (SDC collapsible) inside its fold."""
        made: list[Block] = []
        inside: dict[str, list[Block]] = {}
        for one in parts:
            group = self.fold_around(one)
            into = made
            if group is not None and group.position not in inside:
                inside[group.position] = []
                self.heads.add(group.position)
                made.append(self.fold(group, inside[group.position]))
            if group is not None:
                into = inside[group.position]
            into.extend(self.of(one))
        return made

    def fold_around(self, one: Occurrence) -> Occurrence | None:
        """The outermost group inside the page around a part that can be folded."""
        found = None
        around_one = one.parent
        while around_one is not None and around_one.position not in self.page.around:
            if around_one.item.look.collapsible and around_one.item.text:
                found = around_one
            around_one = around_one.parent
        return found

    def fold(self, group: Occurrence, inside: Sequence[Block]) -> Block:
        """A fold with the group's name; it opens by itself where something in it is answered or has to be put right."""
        within = [p for p in self.page.positions if self.is_within(p, group)]
        is_needed = any(p in self.kept.values or self.form.errors.get(name_of(p)) for p in within)
        is_open = group.item.look.collapsible == "default-open" or is_needed
        return Block("fold", rich.html(group.item.text, self.lang), self.help_of(group), blocks=inside, is_open=is_open)

    def is_within(self, position: str, group: Occurrence) -> bool:
        around_one = next(one for one in self.page.parts if one.position == position).parent
        while around_one is not None and around_one is not group:
            around_one = around_one.parent
        return around_one is not None

    def help_of(self, group: Occurrence) -> SafeString:
        return rich.joined(rich.html(part.text, self.lang) for part in rich.parts(group.item, "help"))

    def of(self, one: Occurrence) -> Iterator[Block]:
        yield from self.headings(one)
        if one.item.type == "display":
            yield Block("text", rich.html(one.item.text, self.lang))
        else:
            yield self.question(one.position, one.item)

    def headings(self, one: Occurrence) -> Iterator[Block]:
        """Headings of the groups inside the page, each where its first question stands."""
        path: list[Occurrence] = []
        around_one = one.parent
        while around_one is not None and around_one.position not in self.heads:
            if around_one.item.type == "group":
                path.insert(0, around_one)
            around_one = around_one.parent
        for group in path:
            self.heads.add(group.position)
            hint = self.help_of(group)
            if group.item.text or hint:
                yield Block("heading", rich.html(group.item.text, self.lang), hint)

    def question(self, position: str, item: Item) -> Block:
        name = name_of(position)
        version, worries = self.kept.versions.get(position), self.kept.worries.get(position, "")
        if name in self.form.fields:
            return Block("question", bound=self.form[name], position=position, version=version, worries=worries)
        words = in_words(item, self.kept.values.get(position), self.lang)
        return Block(
            "shown", rich.label_of(item, self.lang), rich.hint_of(item, self.lang), position=position, words=words
        )

    # Tables -----------------------------------------------------------------------------------------------------------
    def matrix(self) -> Block | None:
        """Questions with the same buttons as rows; None where they differ."""
        bounds = [
            self.form[name_of(position)] for position in self.page.positions if name_of(position) in self.form.fields
        ]
        controls = [bound.field.widget.control for bound in bounds]
        if len(bounds) < len(self.page.positions) or not all(isinstance(one, Buttons) for one in controls):
            return None
        if any(list(one.choices) != list(controls[0].choices) for one in controls):
            return None
        if any(option.cells for bound in bounds for option in bound.field.item.options):  # type: ignore[attr-defined]
            return None  # they have columns of their own
        columns = [SafeString(rich.conditional_escape(label)) for _value, label in controls[0].choices]
        return Block("matrix", columns=columns, rows=[self.choices(bound) for bound in bounds])

    def choices(self, bound: BoundField) -> Row:
        value = bound.value()
        is_declined = value == DECLINES or declined(value)
        offered = [*bound.field.widget.control.choices, (DECLINES, None)]
        choices = [
            (key, f"{bound.auto_id}_{number}", label or "", is_declined if key == DECLINES else str(value) == key)
            for number, (key, label) in enumerate(offered)
        ]
        position = bound.field.position  # type: ignore[attr-defined]  # an `ItemField`
        return Row(
            SafeString(bound.label),
            (),
            bound,
            choices,
            self.kept.versions.get(position),
            self.kept.worries.get(position, ""),
        )

    def grid(self) -> Block | None:
        """Groups as rows: occurrences of one group, or groups beside each other; None where there are none."""
        rows: dict[str, list[tuple[str, Item]]] = {}
        table = self.page.table
        for one in self.page.parts:
            group = _row_of(one, table)
            if one.item.is_question and group is None:
                return None
            if one.item.is_question and group is not None:
                rows.setdefault(group.position, []).append((one.position, one.item))
        if not rows:
            return None
        groups = {group.position: group for one in self.page.parts if (group := _row_of(one, table)) is not None}
        is_repeated = table is not None and table.repeats
        most = max(rows.values(), key=len)
        columns = [rich.label_of(item, self.lang) for _position, item in most]
        made = []
        for number, (position, cells) in enumerate(rows.items(), 1):
            name = SafeString(str(number)) if is_repeated else rich.html(groups[position].item.text, self.lang)
            by_column = self.in_columns(cells, most) if is_repeated else [self.question(*cell) for cell in cells]
            made.append(Row(name, by_column))
        return Block("grid", columns=columns, rows=made)

    def in_columns(self, cells: list[tuple[str, Item]], most: list[tuple[str, Item]]) -> list[Block | None]:
        """A row's questions below their column's head; a question that is not asked here leaves its cell empty."""
        found = {item.link_id: (position, item) for position, item in cells}
        return [self.question(*found[item.link_id]) if item.link_id in found else None for _position, item in most]


def _row_of(one: Occurrence, table: Item | None) -> Occurrence | None:
    """The group that makes a row of the table: an occurrence of a repeating table, or a group right inside it."""
    around_one = one.parent
    while around_one is not None:
        parent = around_one.parent
        if table is not None and table.repeats and around_one.item is table:
            return around_one
        if around_one.item.type == "group" and parent is not None and parent.item is table:
            return around_one
        around_one = parent
    return None
