"""An item of a questionnaire: heading, text or question, with everything that is known of it. Nothing here changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any

QUESTION_TYPES = frozenset(
    {
        "boolean", "integer", "decimal", "date", "dateTime", "time", "string", "text", "url", "choice", "open-choice",
        "quantity", "attachment", "reference",
    }
)  # fmt: skip
"""FHIR's types of question; every one can be checked, stored and written out."""

PARTS_OF_PARENT = frozenset({"help", "lower", "upper", "unit", "prompt", "flyover", "header", "footer", "legal"})
"""Display items that belong to their question or group (its help, the ends of its line), not to the page."""

TABLES = frozenset({"table", "htable", "gtable", "grid", "atable"})
"""Controls of a group whose questions are shown as one table."""

_PRESENTATIONS: Mapping[str, str] = {
    "boolean": "yes-no", "integer": "number", "decimal": "number", "string": "short-text", "text": "long-text",
    "date": "date", "dateTime": "date-time", "time": "time", "url": "address", "quantity": "quantity",
    "attachment": "attachment", "reference": "reference",
}  # fmt: skip


def in_language(translations: Mapping[str, str], lang: str) -> str | None:
    """The translation into `lang`, or into its language without the country ("sv" for "sv-SE")."""
    return translations.get(lang) or translations.get(lang.partition("-")[0])


@dataclass(frozen=True)
class Text:
    """A text in the file's own language and its translations; `markup` tells how it may be shown richer than plain.

    markdown, xhtml: the same text in those forms, as the file has them, and their translations: show them only through
    `markup.html_of`.
    """

    plain: str
    language: str | None = None
    translations: Mapping[str, str] = field(default_factory=dict, hash=False)
    markdown: str | None = None
    xhtml: str | None = None
    style: str | None = None
    markdown_translations: Mapping[str, str] = field(default_factory=dict, hash=False)
    xhtml_translations: Mapping[str, str] = field(default_factory=dict, hash=False)

    def text_in(self, lang: str | None) -> str:
        """The text in `lang` ("sv", or "sv" for "sv-SE"), else in the file's own language."""
        if lang is None or lang == self.language:
            return self.plain
        return in_language(self.translations, lang) or self.plain

    def foreign_in(self, lang: str | None) -> str:
        """The language in which the text is shown where it is another one than `lang`; "" where it is not, or unknown."""
        if lang is None or not self.language or in_language(self.translations, lang):
            return ""
        is_same = self.language.partition("-")[0] == lang.partition("-")[0]
        return "" if is_same else self.language

    def is_in(self, lang: str) -> bool:
        """Whether the text itself, or a translation of it, is in `lang`."""
        return lang == self.language or lang in self.translations


@dataclass(frozen=True)
class Cell:
    """What stands in a column of a choice for one option, below the column's head."""

    label: Text | None
    words: Text


@dataclass(frozen=True)
class Option:
    """One answer to choose from. `key` is what is stored; `kind` names the FHIR type of its value.

    `name` is what it is called where its columns say so (SDC choiceColumn), and `cells` stand in its other columns;
    `source` is the concept of a value set that it was made of.
    """

    key: str
    kind: str
    text: Text
    system: str | None = None
    code: str | None = None
    display: str | None = None
    ordinal: Decimal | None = None
    exclusive: bool = False
    initial: bool = False
    prefix: str | None = None
    value: Any = field(default=None, compare=False)
    name: Text | None = None
    cells: tuple[Cell, ...] = ()
    source: Any = field(default=None, compare=False, repr=False)

    def text_in(self, lang: str | None) -> str:
        return self.text.text_in(lang)

    @property
    def shown(self) -> Text:
        """What the option is called on a page and in an answer; a response has its `text`."""
        return self.name or self.text

    def is_coding(self, coding: Mapping[str, Any]) -> bool:
        """Whether a FHIR Coding means this option: same system and code, or same words where there is no code."""
        if self.kind != "Coding":
            return False
        if self.code is None:
            return "code" not in coding and coding.get("display") == self.display
        return coding.get("code") == self.code and coding.get("system") == self.system

    def means(self, kind: str, value: Any) -> bool:
        """Whether a value of the FHIR type `kind` ("Coding", "Integer" …) is this option."""
        if kind == "Coding":
            return isinstance(value, Mapping) and self.is_coding(value)
        if kind == "Reference":
            return kind == self.kind and isinstance(value, Mapping) and value.get("reference") == self.key
        return kind == self.kind and str(value) == self.key


@dataclass(frozen=True)
class Condition:
    """`enableWhen`: the item is asked when the answer to `question` stands in this relation to `expected`.

    expected: an answer's value, for a choice the key of the option, or the Coding itself where there is no such option.
    """

    question: str
    operator: str
    expected: Any


@dataclass(frozen=True)
class Formula:
    """A FHIRPath expression of the questionnaire, where it stands, and the variable it defines (if it does)."""

    text: str
    path: str
    name: str | None = None


@dataclass(frozen=True)
class Constraint:
    """`targetConstraint`: a condition that answers must fulfil together, and what to say when they do not."""

    key: str
    formula: Formula
    sentence: str
    is_error: bool = True


@dataclass(frozen=True)
class Toggle:
    """`answerOptionsToggleExpression`: the options (by key) that are offered only while the expression is true."""

    formula: Formula
    options: frozenset[str]


@dataclass(frozen=True)
class Limits:
    """What an answer must keep to beyond its type; None where nothing is asked for.

    minimum, maximum: in the type of the item (a number, or a partial date or time as text); for a quantity they hold in
    the units named beside them. max_bytes and content_types are for attachments, resource_types for references.
    """

    minimum: Any = None
    maximum: Any = None
    min_quantity: Mapping[str, Any] | None = field(default=None, hash=False)
    max_quantity: Mapping[str, Any] | None = field(default=None, hash=False)
    min_length: int | None = None
    max_length: int | None = None
    max_decimals: int | None = None
    regex: str | None = None
    min_occurs: int | None = None
    max_occurs: int | None = None
    max_bytes: Decimal | None = None
    content_types: tuple[str, ...] = ()
    resource_types: tuple[str, ...] = ()


@dataclass(frozen=True)
class Look:
    """How the file would like the item to be shown: hints for a page, without effect on answers."""

    controls: tuple[str, ...] = ()
    orientation: str | None = None
    entry_format: str | None = None
    short_text: str | None = None
    open_label: str | None = None
    collapsible: str | None = None
    category: str | None = None
    disabled_display: str | None = None
    support_links: tuple[str, ...] = ()
    keyboard: str | None = None
    width: Mapping[str, Any] | None = field(default=None, hash=False)


@dataclass(frozen=True)
class Item:
    """A heading, a text, or a question, with everything that is known of it."""

    link_id: str
    type: str
    path: str
    text: Text | None = None
    prefix: str | None = None
    definition: str | None = None
    codes: tuple[Mapping[str, Any], ...] = field(default=(), hash=False)
    required: bool = False
    repeats: bool = False
    read_only: bool = False
    hidden: bool = False
    options: tuple[Option, ...] = ()
    is_open_ended: bool = False
    initial: tuple[Any, ...] = field(default=(), hash=False)
    conditions: tuple[Condition, ...] = field(default=(), hash=False)
    any_condition: bool = False
    limits: Limits = Limits()
    step: int | None = None
    unit: Text | None = None
    units: tuple[Mapping[str, Any], ...] = field(default=(), hash=False)
    control: str | None = None
    look: Look = Look()
    is_body_map: bool = False
    is_risk: bool = False
    enabled_by: Formula | None = None
    calculated: Formula | None = None
    initially: Formula | None = None
    worded_by: Formula | None = None
    variables: tuple[Formula, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    toggles: tuple[Toggle, ...] = ()
    items: tuple[Item, ...] = ()

    @property
    def minimum(self) -> Any:
        """The least answer, in the item's own type."""
        return self.limits.minimum

    @property
    def maximum(self) -> Any:
        """The greatest answer, in the item's own type."""
        return self.limits.maximum

    @property
    def max_length(self) -> int | None:
        """The most characters of a text."""
        return self.limits.max_length

    @property
    def is_question(self) -> bool:
        return self.type in QUESTION_TYPES

    @property
    def is_choice(self) -> bool:
        """An answer is one of the options; for an open choice it may be other words."""
        return self.type in ("choice", "open-choice")

    @property
    def is_multiple(self) -> bool:
        """Several answers may be given; the value is a list."""
        return self.is_question and self.repeats

    @cached_property
    def presentation(self) -> str:
        """How the question is put on a page.

        One of: body-map, line, slider, numbers, options, many-options, drop-down, open-options, yes-no, number,
        short-text, long-text, date, date-time, time, address, quantity, attachment, reference; "none" for headings and
        texts.
        """
        if self.is_body_map:
            return "body-map"
        if self.control in ("line", "slider", "numbers") and self.type in ("integer", "decimal"):
            return self.control
        if self.type == "choice":
            return "many-options" if self.repeats else "options"
        return "open-options" if self.type == "open-choice" else _PRESENTATIONS.get(self.type, "none")

    @cached_property
    def _options_by_key(self) -> Mapping[str, Option]:
        return {option.key: option for option in self.options}

    def option(self, key: str) -> Option | None:
        """The option stored as `key`, or None."""
        return self._options_by_key.get(key)

    def option_meant(self, kind: str, value: Any) -> Option | None:
        """The option that a value of the FHIR type `kind` means, or None."""
        return next((option for option in self.options if option.means(kind, value)), None)

    def text_in(self, lang: str | None) -> str:
        """The wording in `lang`, "" when the item has none."""
        return self.text.text_in(lang) if self.text else ""

    def help_in(self, lang: str | None) -> str | None:
        """The help text in `lang`, if there is one."""
        return self.part_in("help", lang)

    def lower_in(self, lang: str | None) -> str | None:
        """The words at the lower end of a line or a row of numbers."""
        return self.part_in("lower", lang)

    def upper_in(self, lang: str | None) -> str | None:
        """The words at the upper end of a line or a row of numbers."""
        return self.part_in("upper", lang)

    def unit_in(self, lang: str | None) -> str | None:
        """The unit in which a number is given."""
        return self.unit.text_in(lang) if self.unit else self.part_in("unit", lang)

    def part_in(self, control: str, lang: str | None) -> str | None:
        """The words of the display item inside this one that has the control (one of `PARTS_OF_PARENT`)."""
        for child in self.items:
            if child.type == "display" and child.control == control and child.text:
                return child.text.text_in(lang)
        return None

    def walk(self) -> Iterator[Item]:
        """The item and everything below it, in the order of the file."""
        yield self
        for child in self.items:
            yield from child.walk()
