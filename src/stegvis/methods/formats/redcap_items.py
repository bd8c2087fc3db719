"""REDCap items: one row of a data dictionary as an item of a FHIR R4 Questionnaire, with what of it had to be left out."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from stegvis.methods.formats.redcap_fields import Field
from stegvis.methods.formats.redcap_logic import Comparison, NotCarried, parse
from stegvis.methods.instruments import extensions as ext

NUMBERS: Mapping[str, str] = {"integer": "integer", "number": "decimal", "time": "time"}
DATES: Mapping[str, str] = {"date": "date", "datetime": "dateTime"}
TYPES: Mapping[str, str] = {
    "notes": "text", "radio": "choice", "dropdown": "choice", "checkbox": "choice", "yesno": "boolean",
    "truefalse": "boolean", "slider": "integer", "calc": "decimal", "file": "attachment", "descriptive": "display",
    "sql": "string",
}  # fmt: skip
_TAG = re.compile(r"<[^>]+>")
CARRIED_MARKS = frozenset({"@READONLY", "@HIDDEN"})
Item = dict[str, Any]


@dataclass(frozen=True)
class ReadField:
    """A row, understood: its FHIR type and its choices (code, words)."""

    row: int
    field: Field
    type: str
    choices: tuple[tuple[str, str], ...]
    system: str

    @property
    def section(self) -> str:
        """The words of the section that begins with it."""
        return plain(self.field.section)


def plain(text: str) -> str:
    """The words of a label that may hold HTML."""
    return " ".join(html.unescape(_TAG.sub(" ", text)).split()) if "<" in text or "&" in text else text


def read_field(row: int, field: Field, url: str) -> ReadField:
    """What a row is."""
    kind = TYPES.get(field.type) or _validated(field.validation)
    parts = (
        [part.partition(",") for part in field.choices.split("|")]
        if field.type in ("radio", "dropdown", "checkbox")
        else []
    )
    choices = tuple((code.strip(), plain(words.strip())) for code, _, words in parts)
    return ReadField(row, field, kind, choices, f"{url}/{field.name.replace('_', '-')}")


def _validated(validation: str) -> str:
    head = validation.partition("_")[0]
    return NUMBERS.get(head) or DATES.get(head, "string")


def item_of(one: ReadField, among: Mapping[str, ReadField]) -> tuple[Item, list[str]]:
    """The item of a row, and what could not be carried over; `among` are the fields of its form."""
    field, lost = one.field, list(_left_out(one))
    item: Item = {"linkId": field.name, "text": plain(field.label) or field.name, "type": one.type}
    if field.number:
        item["prefix"] = field.number
    if field.branching:
        try:
            item |= _enabled(field.branching, among)
        except NotCarried as why:
            lost.append(f"its branching logic, so that it is always asked: {why}")
    if field.required and one.type != "display":
        item["required"] = True
    if field.type == "checkbox":
        item["repeats"] = True
    if field.type == "calc" or "@READONLY" in field.annotation:
        item["readOnly"] = True
    if one.choices:
        item["answerOption"] = [_option(one, code, words) for code, words in one.choices]
    if extensions := list(_extensions(one)):
        item["extension"] = extensions
    if parts := list(_parts(field)):
        item["item"] = parts
    return item, lost


def _option(one: ReadField, code: str, words: str) -> Item:
    option: Item = {"valueCoding": {"system": one.system, "code": code, "display": words or code}}
    if code.lstrip("-").isdigit() and one.field.type != "checkbox":
        option["extension"] = [{"url": ext.ORDINAL_VALUE, "valueDecimal": int(code)}]
    return option


def _extensions(one: ReadField) -> Iterator[Item]:
    field = one.field
    if control := {"slider": "slider", "dropdown": "drop-down"}.get(field.type):
        coding = {"system": ext.CONTROL_SYSTEM, "code": control}
        yield {"url": ext.ITEM_CONTROL, "valueCodeableConcept": {"coding": [coding]}}
    if "@HIDDEN" in field.annotation.split():
        yield {"url": ext.HIDDEN, "valueBoolean": True}
    low, high = field.minimum, field.maximum
    if field.type == "slider":
        low, high = low or "0", high or "100"
    for url, limit in ((ext.MIN_VALUE, low), (ext.MAX_VALUE, high)):
        if limit and _is_limit(one.type, limit):
            yield {"url": url, **_valued(one.type, limit)}


def _is_limit(kind: str, limit: str) -> bool:
    if kind in ("integer", "decimal"):
        return re.fullmatch(r"-?\d+" if kind == "integer" else r"-?\d+(\.\d+)?", limit) is not None
    return kind == "date" and re.fullmatch(r"\d{4}-\d\d-\d\d", limit) is not None


def _valued(kind: str, text: str, element: str = "value") -> Item:
    if kind == "integer":
        return {f"{element}Integer": int(text)}
    if kind == "decimal":
        return {f"{element}Decimal": float(text) if "." in text else int(text)}
    return {f"{element}Date": text} if kind == "date" else {f"{element}String": text}


def _parts(field: Field) -> Iterator[Item]:
    """The help text, and the words at the ends of a slider, as parts of the item."""
    found = [("help", plain(field.note))]
    if field.type == "slider":
        ends = [part.strip() for part in field.choices.split("|")]
        found += [("lower", ends[0]), ("upper", ends[-1] if len(ends) > 1 else "")]
    for control, words in found:
        if words:
            coding = {"system": ext.CONTROL_SYSTEM, "code": control}
            yield {
                "linkId": f"{field.name}-{control}", "type": "display", "text": words,
                "extension": [{"url": ext.ITEM_CONTROL, "valueCodeableConcept": {"coding": [coding]}}],
            }  # fmt: skip


def _enabled(branching: str, among: Mapping[str, ReadField]) -> Item:
    logic = parse(branching)
    conditions = [_condition(one, among) for one in logic.comparisons]
    behaviour = {"enableBehavior": "any" if logic.is_any else "all"} if len(conditions) > 1 else {}
    return {"enableWhen": conditions, **behaviour}


def _condition(one: Comparison, among: Mapping[str, ReadField]) -> Item:
    target = among.get(one.field)
    if target is None:
        raise NotCarried(f"[{one.field}] stands in another form")
    if target.type in ("display", "attachment"):
        raise NotCarried(f"[{one.field}] has no answer that could be compared")
    if one.value == "" and one.operator in ("=", "!="):
        return {"question": one.field, "operator": "exists", "answerBoolean": one.operator == "!="}
    if one.option is not None:
        return _ticked(one, target)
    return {"question": one.field, "operator": one.operator, **_expected(one, target)}


def _ticked(one: Comparison, target: ReadField) -> Item:
    """[field(code)] = '1': the option was ticked; = '0', or <> '1', that it was not."""
    if one.operator not in ("=", "!=") or one.value not in ("0", "1"):
        raise NotCarried(f"[{one.field}({one.option})] is compared with something else than 0 and 1")
    is_ticked = (one.operator == "=") == (one.value == "1")
    coding = _coding(target, one.option or "")
    return {"question": one.field, "operator": "=" if is_ticked else "!=", "answerCoding": coding}


def _expected(one: Comparison, target: ReadField) -> Item:
    if target.type == "boolean":
        if one.value not in ("0", "1"):
            raise NotCarried(f"[{one.field}] is yes or no and is compared with {one.value!r}")
        return {"answerBoolean": one.value == "1"}
    if target.type == "choice":
        if one.operator not in ("=", "!="):
            raise NotCarried(f"[{one.field}] is a choice, whose codes have no order in FHIR")
        return {"answerCoding": _coding(target, one.value)}
    if target.type in ("integer", "decimal") and not _is_limit(target.type, one.value):
        raise NotCarried(f"[{one.field}] is a number and is compared with {one.value!r}")
    return _valued(target.type, one.value, "answer")


def _coding(target: ReadField, code: str) -> Item:
    if code not in dict(target.choices):
        raise NotCarried(f"[{target.field.name}] has no choice {code!r}")
    return {"system": target.system, "code": code}


def _left_out(one: ReadField) -> Iterator[str]:
    field = one.field
    if field.type in ("calc", "sql"):
        yield f"its {'calculation' if field.type == 'calc' else 'query'}: {field.choices[:60]}"
    known = {"", "integer", "number", "time", *(f"{kind}_{order}" for kind in DATES for order in ("ymd", "mdy", "dmy"))}
    if field.type == "text" and field.validation not in known:
        yield f"its validation {field.validation!r}"
    for end in (field.minimum, field.maximum):
        if end and not _is_limit(one.type, end):
            yield f"its limit {end!r}"
    for what, there in (("that it identifies a person", field.identifier), ("its alignment", field.alignment),
                        ("its matrix, so that it stands alone", field.matrix), ("its ranking", field.ranking)):  # fmt: skip
        if there:
            yield what
    marks = [mark for mark in re.findall(r"@[A-Z-]+", field.annotation) if mark not in CARRIED_MARKS]
    if marks:
        yield f"its action tags {', '.join(marks)}"
    if any(_TAG.search(text) for text in (field.label, field.note, field.section)):
        yield "the HTML of its words"
    if "[" in field.label:
        yield "answers piped into its words, which stand there as text"
