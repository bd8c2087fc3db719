"""ODM model: a questionnaire as a form of CDISC ODM: its item groups, items and code lists, with their OIDs.

Source: CDISC Operational Data Model 1.3.2 (cdisc.org/standards/data-exchange/odm). A questionnaire is a form. Its questions
stand in one item group, those that can occur several times in a repeating item group for each group they repeat with, and
its scores in one more. Of a choice of several each option is a boolean item, since an ODM item has one value; other
questions with several answers have a repeating item group of their own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from stegvis.methods.formats.labels import LANGUAGES, Words
from stegvis.methods.instruments.items import Item, Option
from stegvis.methods.instruments.questionnaire import Questionnaire

TYPES: Mapping[str, str] = {
    "boolean": "boolean", "integer": "integer", "decimal": "float", "quantity": "float", "date": "date",
    "dateTime": "datetime", "time": "time", "url": "URI",
}  # fmt: skip
"""ODM's DataType for each type of question; `text` for all others."""


@dataclass(frozen=True)
class OdmItem:
    """An item; `item` is its question, and `option` the one that it tells of where the question takes several."""

    oid: str
    name: str
    data_type: str
    question: Words
    item: Item | None = None
    option: Option | None = None
    codes: tuple[Option, ...] = ()

    @property
    def is_several(self) -> bool:
        """Whether the question takes several answers that are no options; each stands in a repetition of its group."""
        return self.item is not None and self.item.is_multiple and self.option is None

    @property
    def code_list(self) -> str:
        """The OID of its code list."""
        return self.oid.replace("IT.", "CL.", 1)


@dataclass(frozen=True)
class OdmGroup:
    """An item group, repeating or not."""

    oid: str
    name: str
    items: tuple[OdmItem, ...]
    repeats: bool = False


@dataclass(frozen=True)
class OdmForm:
    """A form; `places` says in which group the item of a linkId stands, and as which items."""

    oid: str
    name: str
    label: Words
    groups: tuple[OdmGroup, ...]
    places: Mapping[str, tuple[str, tuple[OdmItem, ...]]] = field(default_factory=dict, hash=False)


def form_of(code: str, questionnaire: Questionnaire, scores: Sequence[str]) -> OdmForm:
    """The form of a questionnaire, with a group for the scores of these names."""
    members: dict[str, list[OdmItem]] = {f"IG.{code}": []}
    places: dict[str, tuple[str, tuple[OdmItem, ...]]] = {}
    for item in questionnaire.questions:
        found = _items(code, item)
        around = (*questionnaire.repeating_around[item.link_id], *((item.link_id,) if found[0].is_several else ()))
        group = f"IG.{code}.{around[-1]}" if around else f"IG.{code}"
        members.setdefault(group, []).extend(found)
        places[item.link_id] = (group, found)
    groups = [OdmGroup(oid, oid[3:], tuple(items), oid != f"IG.{code}") for oid, items in members.items() if items]
    if scores:
        groups.append(OdmGroup(f"IG.{code}.scores", f"{code} scores", tuple(score_item(code, one) for one in scores)))
    label = {lang: questionnaire.title_in(lang) for lang in LANGUAGES}
    return OdmForm(f"F.{code}", code, label, tuple(groups), places)


def score_item(code: str, score: str) -> OdmItem:
    """The item of a score."""
    words = score.replace("_", " ")
    return OdmItem(f"SC.{code}.{score}", score, "float", {"en": f"Score: {words}", "sv": f"Poäng: {words}"})


def _items(code: str, item: Item) -> tuple[OdmItem, ...]:
    words = {lang: " ".join(filter(None, (item.prefix, item.text_in(lang)))) or item.link_id for lang in LANGUAGES}
    oid = f"IT.{code}.{item.link_id}"
    if not (item.is_multiple and item.options):
        return (OdmItem(oid, item.link_id, TYPES.get(item.type, "text"), words, item, codes=item.options),)
    return tuple(
        OdmItem(
            f"{oid}.{option.key}",
            f"{item.link_id}.{option.key}",
            "boolean",
            {lang: f"{words[lang]}: {option.text_in(lang)}" for lang in LANGUAGES},
            item,
            option,
        )
        for option in item.options
    )
