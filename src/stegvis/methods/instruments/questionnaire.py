"""A questionnaire as read from its FHIR R4 file: items, options, conditions, scores, licence. Nothing here changes.

Made by `reading.load`, which checks everything; whoever holds a `Questionnaire` may rely on unique linkIds, conditions
without circles, and scores whose items exist. The file itself is kept whole in `definition`, so that what this room
does not understand is still there when the file is written out again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any

from stegvis.methods.instruments.errors import Unsupported, UnsupportedQuestionnaire
from stegvis.methods.instruments.fhir_json import write_json

ANSWERED_TYPES = frozenset({"boolean", "integer", "decimal", "choice", "string", "text", "date"})
"""Types of question that can be asked, checked and stored here."""

PARTS_OF_PARENT = frozenset({"help", "lower", "upper", "unit"})
"""Display items that belong to their question (its help, the ends of its line), not to the page."""

SETTINGS = ("research", "clinical", "education", "commercial")
"""The settings for which a licence record says whether an instrument may be used."""


@dataclass(frozen=True)
class Text:
    """A text in the file's own language and its translations."""

    plain: str
    language: str | None = None
    translations: Mapping[str, str] = field(default_factory=dict, hash=False)

    def text_in(self, lang: str | None) -> str:
        """The text in `lang` ("sv", or "sv" for "sv-SE"), else in the file's own language."""
        if lang is None or lang == self.language:
            return self.plain
        if lang in self.translations:
            return self.translations[lang]
        return self.translations.get(lang.partition("-")[0], self.plain)

    def is_in(self, lang: str) -> bool:
        """Whether the text itself, or a translation of it, is in `lang`."""
        return lang == self.language or lang in self.translations


@dataclass(frozen=True)
class Option:
    """One answer to choose from. `key` is what is stored; `kind` names the FHIR type of its value."""

    key: str
    kind: str
    text: Text
    system: str | None = None
    code: str | None = None
    display: str | None = None
    ordinal: Decimal | None = None
    exclusive: bool = False

    def text_in(self, lang: str | None) -> str:
        return self.text.text_in(lang)

    def is_coding(self, coding: Mapping[str, Any]) -> bool:
        """Whether a FHIR Coding means this option: same system and code, or same words where there is no code."""
        if self.kind != "Coding":
            return False
        if self.code is None:
            return "code" not in coding and coding.get("display") == self.display
        return coding.get("code") == self.code and coding.get("system") == self.system


@dataclass(frozen=True)
class Condition:
    """`enableWhen`: the item is asked when the answer to `question` stands in this relation to `expected`."""

    question: str
    operator: str
    expected: Any


@dataclass(frozen=True)
class Item:
    """A heading, a text, or a question, with everything that is known of it."""

    link_id: str
    type: str
    path: str
    text: Text | None = None
    prefix: str | None = None
    required: bool = False
    repeats: bool = False
    options: tuple[Option, ...] = ()
    conditions: tuple[Condition, ...] = ()
    any_condition: bool = False
    minimum: Any = None
    maximum: Any = None
    step: int | None = None
    min_length: int | None = None
    max_length: int | None = None
    max_decimals: int | None = None
    unit: Text | None = None
    control: str | None = None
    is_body_map: bool = False
    is_risk: bool = False
    items: tuple[Item, ...] = ()

    @property
    def is_question(self) -> bool:
        return self.type not in ("group", "display")

    @property
    def is_answerable(self) -> bool:
        """A question whose answers this room can check and store."""
        return self.type in ANSWERED_TYPES

    @property
    def is_multiple(self) -> bool:
        """Several of the options may be chosen; the answer is a list."""
        return self.type == "choice" and self.repeats

    @cached_property
    def presentation(self) -> str:
        """How the question is put on a page.

        One of: body-map, line, slider, numbers, options, many-options, yes-no, number, short-text, long-text, date;
        "none" for headings, texts and questions that cannot be asked here.
        """
        if self.is_body_map:
            return "body-map"
        if self.control in ("line", "slider", "numbers") and self.type in ("integer", "decimal"):
            return self.control
        if self.type == "choice":
            return "many-options" if self.repeats else "options"
        return {
            "boolean": "yes-no",
            "integer": "number",
            "decimal": "number",
            "string": "short-text",
            "text": "long-text",
            "date": "date",
        }.get(self.type, "none")

    @cached_property
    def _options_by_key(self) -> Mapping[str, Option]:
        return {option.key: option for option in self.options}

    def option(self, key: str) -> Option | None:
        """The option stored as `key`, or None."""
        return self._options_by_key.get(key)

    def text_in(self, lang: str | None) -> str:
        """The wording in `lang`, "" when the item has none."""
        return self.text.text_in(lang) if self.text else ""

    def help_in(self, lang: str | None) -> str | None:
        """The help text in `lang`, if there is one."""
        return self._part_in("help", lang)

    def lower_in(self, lang: str | None) -> str | None:
        """The words at the lower end of a line or a row of numbers."""
        return self._part_in("lower", lang)

    def upper_in(self, lang: str | None) -> str | None:
        """The words at the upper end of a line or a row of numbers."""
        return self._part_in("upper", lang)

    def unit_in(self, lang: str | None) -> str | None:
        """The unit in which a number is given."""
        return self.unit.text_in(lang) if self.unit else self._part_in("unit", lang)

    def _part_in(self, control: str, lang: str | None) -> str | None:
        for child in self.items:
            if child.type == "display" and child.control == control and child.text:
                return child.text.text_in(lang)
        return None

    def walk(self) -> Iterator[Item]:
        """The item and everything below it, in the order of the file."""
        yield self
        for child in self.items:
            yield from child.walk()


@dataclass(frozen=True)
class ScoreRule:
    """A score the questionnaire declares: a named scoring function with its parameters."""

    name: str
    function: str
    parameters: Mapping[str, Sequence[Any]] = field(hash=False)
    path: str
    higher_is: str | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    source: str | None = None


@dataclass(frozen=True)
class Licence:
    """Who holds the instrument, on what terms it may be used, and how that is known."""

    holder: str
    terms: str
    evidence: tuple[str, ...]
    read_on: str | None
    settings: frozenset[str]
    licence_needed: bool = False

    def permits(self, setting: str) -> bool:
        """Whether use in this setting (one of `SETTINGS`) is allowed, given the licence where one is needed."""
        return setting in self.settings


@dataclass(frozen=True, eq=False)
class Questionnaire:
    """A questionnaire with its checks done; compared and cached by identity, named by `url` and `version`."""

    url: str | None
    version: str | None
    code: str
    title: Text
    status: str
    language: str | None
    items: tuple[Item, ...]
    scores: tuple[ScoreRule, ...]
    licence: Licence | None
    neutral_labels: frozenset[str]
    unsupported: tuple[Unsupported, ...]
    definition: Mapping[str, Any]

    @cached_property
    def sha256(self) -> str:
        """Of the definition with sorted keys and no spaces: the same for the same content, however it is laid out."""
        return hashlib.sha256(write_json(self.definition, sort_keys=True).encode()).hexdigest()

    @cached_property
    def all_items(self) -> tuple[Item, ...]:
        """Every item, in the order of the file."""
        return tuple(inner for item in self.items for inner in item.walk())

    @cached_property
    def by_link_id(self) -> Mapping[str, Item]:
        return {item.link_id: item for item in self.all_items}

    @cached_property
    def questions(self) -> tuple[Item, ...]:
        """Everything that can be answered, in the order of the file."""
        return tuple(item for item in self.all_items if item.is_question)

    @cached_property
    def parents(self) -> Mapping[str, Item | None]:
        """The item in which each item stands, by linkId; None at the top."""
        found: dict[str, Item | None] = {item.link_id: None for item in self.items}
        for item in self.all_items:
            found.update({child.link_id: item for child in item.items})
        return found

    @cached_property
    def risk_items(self) -> tuple[str, ...]:
        """linkIds of the questions whose answers can ask for help at once."""
        return tuple(item.link_id for item in self.all_items if item.is_risk)

    @cached_property
    def is_conditional(self) -> bool:
        """Whether what is asked depends on what was answered."""
        return any(item.conditions for item in self.all_items) or any(
            child.type != "display" for question in self.questions for child in question.items
        )

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """The languages in which every text can be shown (neutral labels included), the file's own first."""
        texts = [self.title, *self._texts()]
        offered = {lang for text in texts for lang in text.translations}
        complete = sorted(lang for lang in offered if all(text.is_in(lang) for text in texts))
        own = [self.language] if self.language else []
        return (*own, *(lang for lang in complete if lang != self.language))

    def _texts(self) -> Iterator[Text]:
        for item in self.all_items:
            if item.text:
                yield item.text
            yield from (option.text for option in item.options)

    def is_worded_in(self, lang: str) -> bool:
        """Whether the instrument's own wording can be shown in `lang`, and not just neutral labels."""
        return lang in self.languages and lang not in self.neutral_labels

    def title_in(self, lang: str | None) -> str:
        return self.title.text_in(lang)

    @property
    def canonical(self) -> str:
        """url|version, as a QuestionnaireResponse names its questionnaire."""
        return "|".join(part for part in (self.url or self.code, self.version) if part)

    @property
    def can_be_answered(self) -> bool:
        """False when something the answers depend on is not carried out here."""
        return not any(one.blocks for one in self.unsupported)

    def check_can_be_answered(self) -> None:
        """Raise `UnsupportedQuestionnaire`, naming every linkId, unless answers can be taken correctly."""
        blocking = [one for one in self.unsupported if one.blocks]
        if blocking:
            raise UnsupportedQuestionnaire(blocking)
