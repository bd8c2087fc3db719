"""A questionnaire as read from its FHIR R4 file: items, scores, licence. Nothing here changes.

Made by `reading.load`, which checks everything; whoever holds a `Questionnaire` may rely on unique linkIds, conditions
and calculations without circles, and scores whose items exist. The file itself is kept whole in `definition`, so that
what this room does not understand is still there when the file is written out again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from graphlib import TopologicalSorter
from typing import Any

from stegvis.methods.instruments.errors import Mistake, Unsupported, UnsupportedQuestionnaire
from stegvis.methods.instruments.fhir_json import write_json
from stegvis.methods.instruments.items import PARTS_OF_PARENT, Condition, Constraint, Formula, Item, Option, Text

__all__ = [
    "PARTS_OF_PARENT",
    "SETTINGS",
    "Condition",
    "Item",
    "Licence",
    "Option",
    "Questionnaire",
    "ScoreRule",
    "Text",
]

SETTINGS = ("research", "clinical", "education", "commercial")
"""The settings for which a licence record says whether an instrument may be used."""


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


@dataclass(frozen=True, eq=False, repr=False)
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
    warnings: tuple[Mistake, ...] = ()
    variables: tuple[Formula, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    calculation_order: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"Questionnaire({self.canonical!r})"

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
    def raw_items(self) -> Mapping[str, Mapping[str, Any]]:
        """Every item by linkId as the file has it."""
        found: dict[str, Mapping[str, Any]] = {}
        ahead = list(self.definition.get("item", ()))
        while ahead:
            raw = ahead.pop()
            found[raw["linkId"]] = raw
            ahead += raw.get("item", ())
        return found

    @cached_property
    def parents(self) -> Mapping[str, Item | None]:
        """The item in which each item stands, by linkId; None at the top."""
        found: dict[str, Item | None] = {item.link_id: None for item in self.items}
        for item in self.all_items:
            found.update({child.link_id: item for child in item.items})
        return found

    @cached_property
    def repeating_around(self) -> Mapping[str, tuple[str, ...]]:
        """For every item the linkIds of what it may occur several times in, outermost first (see `positions`)."""
        found: dict[str, tuple[str, ...]] = {}
        for item in self.all_items:
            parent = self.parents[item.link_id]
            around = found[parent.link_id] if parent else ()
            if parent and parent.repeats and (parent.type == "group" or item.type != "display"):
                around = (*around, parent.link_id)
            found[item.link_id] = around
        return found

    @cached_property
    def repeats(self) -> bool:
        """Whether some item can occur more than once."""
        return any(item.type == "group" and item.repeats for item in self.all_items) or any(
            self.repeating_around.values()
        )

    @cached_property
    def risk_items(self) -> tuple[str, ...]:
        """linkIds of the questions whose answers can ask for help at once."""
        return tuple(item.link_id for item in self.all_items if item.is_risk)

    @cached_property
    def is_conditional(self) -> bool:
        """Whether what is asked depends on what was answered."""
        return any(item.conditions or item.enabled_by for item in self.all_items) or any(
            child.type != "display" for question in self.questions for child in question.items
        )

    @cached_property
    def enabled_by_expression(self) -> tuple[Item, ...]:
        """The items whose being asked an expression decides, in the order of the file."""
        return tuple(item for item in self.all_items if item.enabled_by)

    @cached_property
    def toggling(self) -> tuple[Item, ...]:
        """The questions of which some options are offered only while an expression holds."""
        return tuple(item for item in self.all_items if item.toggles)

    @cached_property
    def is_worded_by_answers(self) -> bool:
        """Whether an expression gives the words of an item (`cqf-expression`)."""
        return any(item.worded_by for item in self.all_items)

    @cached_property
    def counted(self) -> tuple[Item, ...]:
        """The items that say how often they must be answered or occur."""
        return tuple(
            item for item in self.all_items if (item.limits.min_occurs or 0) > 1 or item.limits.max_occurs is not None
        )

    @cached_property
    def is_constrained(self) -> bool:
        """Whether answers must fulfil conditions together (`targetConstraint`)."""
        return bool(self.constraints) or any(item.constraints for item in self.all_items)

    @cached_property
    def enablement_order(self) -> tuple[str, ...]:
        """The linkIds so that each comes after what it stands in and after the questions its conditions ask about."""
        known = self.by_link_id
        waits_for = {
            item.link_id: {condition.question for condition in item.conditions if condition.question in known}
            for item in self.all_items
        }
        for link_id, parent in self.parents.items():
            if parent is not None:
                waits_for[link_id].add(parent.link_id)
        return tuple(TopologicalSorter(waits_for).static_order())

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
        """url|version, or the code where there is no url: a name for people and for stored scores."""
        return "|".join(part for part in (self.url or self.code, self.version) if part)

    @property
    def reference(self) -> str | None:
        """What a QuestionnaireResponse can name it by: url|version, else its id; None where that is no address."""
        named = self.canonical if self.url else f"Questionnaire/{self.definition.get('id', '')}"
        return None if named.endswith("/") or any(letter.isspace() for letter in named) else named

    @property
    def can_be_answered(self) -> bool:
        """False when something the answers depend on is not carried out here."""
        return not any(one.blocks for one in self.unsupported)

    def check_can_be_answered(self) -> None:
        """Raise `UnsupportedQuestionnaire`, naming every linkId, unless answers can be taken correctly."""
        blocking = [one for one in self.unsupported if one.blocks]
        if blocking:
            raise UnsupportedQuestionnaire(blocking)
