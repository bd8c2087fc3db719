"""The invariants of FHIR R4 that concern questionnaires, under the standard's own names (ext-1, que-1 …).

Source: the constraints of severity "error" in the StructureDefinitions of FHIR 4.0.1. A rule gets an object and yields
what is wrong, what would be right, and the element. It must bear any JSON: types are checked elsewhere. The rules in
`REFUSING` make a file unusable, the others a warning. que-12 lets two
conditions pass, as its published expression does; that is a warning in `conditions`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from stegvis.methods.instruments import text_rules, xhtml
from stegvis.methods.instruments.primitives import form_broken, is_storable
from stegvis.methods.instruments.wording import shown

Broken = tuple[str, str, str]
Rule = Callable[[Mapping[str, Any]], Iterator[Broken]]

TYPES_WITH_OPTIONS = frozenset(
    {"choice", "open-choice", "decimal", "integer", "date", "dateTime", "time", "string", "quantity"}
)
TYPES_WITH_LENGTH = frozenset({"boolean", "decimal", "integer", "string", "text", "url", "open-choice"})


def _extension(raw: Mapping[str, Any]) -> Iterator[Broken]:
    values = [key for key in raw if key.startswith(("value", "_value"))]
    names = {key.removeprefix("_") for key in values}
    if len(names) + ("extension" in raw) != 1:
        inner = " and inner extensions" if "extension" in raw else ""
        yield f"an extension with {len(names)} values{inner} (ext-1)", "Give one value[x], or inner extensions", ""


def _quantity(raw: Mapping[str, Any]) -> Iterator[Broken]:
    if "code" in raw and "system" not in raw:
        yield "a code of a unit without its system (qty-3)", "Add the system", "code"


def dangling(raw: Mapping[str, Any], contained: Collection[str]) -> Iterator[Broken]:
    """A Reference to something contained that is not there; `contained` are the ids of what is."""
    target = raw.get("reference")
    if isinstance(target, str) and target.startswith("#") and len(target) > 1 and target[1:] not in contained:
        yield f"nothing contained is called {target!r} (ref-1)", "Contain it, or name what is contained", "reference"


def contained_ids(root: Mapping[str, Any]) -> set[str]:
    """The ids of the resources that a resource contains."""
    contained = root.get("contained")
    inside = contained if isinstance(contained, list) else []
    return {one["id"] for one in inside if isinstance(one, Mapping) and isinstance(one.get("id"), str)}


def _attachment(raw: Mapping[str, Any]) -> Iterator[Broken]:
    if "data" in raw and "contentType" not in raw:
        yield "data without contentType (att-1)", "Say what kind of data it is", "contentType"
    data, size = raw.get("data"), raw.get("size")
    if isinstance(data, str) and isinstance(size, int) and size != (held := _bytes_in(data)):
        yield f"a size of {size} bytes, and data of {held}", "Give the size of the data, or leave it out", "size"


def _bytes_in(data: str) -> int:
    """How many bytes base64 text holds (R4: `size` counts them before the encoding)."""
    letters = len("".join(data.split()).rstrip("="))
    return letters * 3 // 4


def _contact_point(raw: Mapping[str, Any]) -> Iterator[Broken]:
    if "value" in raw and "system" not in raw:
        yield "a contact without system (cpt-2)", "Add phone, email, url or another system", "system"


def _period(raw: Mapping[str, Any]) -> Iterator[Broken]:
    start, end = raw.get("start"), raw.get("end")
    if isinstance(start, str) and isinstance(end, str):
        length = min(len(start), len(end), 10)  # to the day: hours in two zones would have to be converted
        if start[:length] > end[:length]:
            yield f"it ends ({end}) before it starts ({start}) (per-1)", "Exchange them", "end"


def _range(raw: Mapping[str, Any]) -> Iterator[Broken]:
    ends = [one.get("value") for one in (raw.get("low"), raw.get("high")) if isinstance(one, Mapping)]
    numbers = [one for one in ends if isinstance(one, int | Decimal)]
    if len(numbers) == 2 and numbers[0] > numbers[1]:
        yield "low is greater than high (rng-2)", "Exchange them", ""


def _expression(raw: Mapping[str, Any]) -> Iterator[Broken]:
    if not {"expression", "_expression", "reference", "_reference"} & set(raw):
        yield "an Expression without expression or reference (exp-1)", "Write the expression", "expression"


def _narrative(raw: Mapping[str, Any]) -> Iterator[Broken]:
    div = raw.get("div")
    fault = xhtml.fault_in(div) if isinstance(div, str) and div.strip() and is_storable(div) else None
    if fault:
        right = f'Put one well-formed <div xmlns="{xhtml.NAMESPACE}"> there, with plain formatting alone'
        yield f"a narrative that FHIR does not allow (txt-1): {fault}", right, "div"


def resource_id(raw: Mapping[str, Any]) -> Iterator[Broken]:
    """The id of a resource, which R4's table has as text, and R4's text as an id (hl7.org/fhir/R4/resource.html)."""
    found = raw.get("id")
    if isinstance(found, str) and found and form_broken(found, "id"):
        yield f"the id {shown(found)} is not {form_broken(found, 'id')}", "Give it such an id", "id"


def _contained(raw: Mapping[str, Any]) -> Iterator[Broken]:
    inside = raw.get("contained")
    ids: set[str] = set()
    for number, one in enumerate(inside if isinstance(inside, list) else ()):
        at = f"contained[{number}]"
        if not isinstance(one, Mapping):
            continue
        if isinstance(one.get("id"), str):
            if one["id"] in ids:
                yield f"another contained resource is called {one['id']!r} too", "Give it an id of its own", f"{at}.id"
            ids.add(one["id"])
        if "contained" in one:
            yield "a contained resource that contains others (dom-2)", "Contain them in the outermost one", at
        meta = one.get("meta")
        for key in ("versionId", "lastUpdated", "security"):
            if isinstance(meta, Mapping) and key in meta:
                yield f"a contained resource with meta.{key} (dom-4, dom-5)", "Remove it", f"{at}.meta.{key}"


def _unreferenced(raw: Mapping[str, Any]) -> Iterator[Broken]:
    inside = raw.get("contained")
    named = set(_fragments(raw))
    for number, one in enumerate(inside if isinstance(inside, list) else ()):
        if isinstance(one, Mapping) and f"#{one.get('id')}" not in named and "#" not in set(_fragments(one)):
            what, right = "a contained resource without id", "Give it an id, and refer to it by # and that id"
            if "id" in one:
                what = f"a contained resource that nothing refers to, {shown(one['id'])}"
                right = "Refer to it by # and its id, or leave it out"
            yield f"{what} (dom-3)", right, f"contained[{number}]"


def _fragments(value: Any) -> Iterator[str]:
    """Every text below that begins with #: a reference to something contained."""
    if isinstance(value, str):
        if value.startswith("#"):
            yield value.partition("|")[0]
    elif isinstance(value, Mapping | list):
        for inner in value.values() if isinstance(value, Mapping) else value:
            yield from _fragments(inner)


def _link_ids(raw: Mapping[str, Any]) -> Iterator[Broken]:
    first: dict[str, str] = {}
    for path, one in _items_within(raw, ""):
        link_id = one.get("linkId")
        if isinstance(link_id, str) and first.setdefault(link_id, path) != path:
            what = f"the linkId {link_id!r} stands at {first[link_id]} too (que-2)"
            yield what, "Give every item a linkId of its own", f"{path}.linkId"


def _items_within(raw: Mapping[str, Any], path: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    items = raw.get("item")
    for number, one in enumerate(items if isinstance(items, list) else ()):
        if isinstance(one, Mapping):
            at = f"{path}{path and '.'}item[{number}]"
            yield at, one
            yield from _items_within(one, at)


def _item(raw: Mapping[str, Any]) -> Iterator[Broken]:
    kind = raw.get("type")
    if not isinstance(kind, str):
        return
    if kind == "group" and not raw.get("item"):
        yield "a group without items (que-1)", "Put items in it, or make it a display", "item"
    if kind == "display" and "item" in raw:
        yield "a display with items in it (que-1)", "Make it a group, or move the items out", "item"
    if kind == "display" and "code" in raw:
        yield "a display with a code (que-3)", "Remove the code", "code"
    for element in ("required", "repeats", "readOnly"):
        if element in raw and kind == "display":
            yield f"{element} on a display (que-6, que-9)", "Remove it", element
    yield from _item_options(raw)
    conditions = raw.get("enableWhen")
    if isinstance(conditions, list) and len(conditions) > 2 and "enableBehavior" not in raw:
        yield "several conditions without enableBehavior (que-12)", "Add all or any", "enableBehavior"


def _item_options(raw: Mapping[str, Any]) -> Iterator[Broken]:
    kind, initial = raw.get("type"), raw.get("initial")
    if "answerOption" in raw and "answerValueSet" in raw:
        yield "both answerOption and answerValueSet (que-4)", "Keep one of them", "answerOption"
    for element in ("answerOption", "answerValueSet"):
        if element in raw and kind not in TYPES_WITH_OPTIONS:
            yield f"options on a {kind} (que-5)", "Remove them, or make it a choice", element
    if "initial" in raw and kind in ("group", "display"):
        yield f"an initial value on a {kind} (que-8)", "Remove it", "initial"
    if "initial" in raw and "answerOption" in raw:
        yield "initial beside answerOption (que-11)", "Mark the option with initialSelected", "initial"
    if isinstance(initial, list) and len(initial) > 1 and raw.get("repeats") is not True:
        yield "several initial values, but one answer (que-13)", "Keep one", "initial"
    if "maxLength" in raw and kind not in TYPES_WITH_LENGTH:
        yield f"maxLength on a {kind} (que-10)", "Remove it", "maxLength"


def _enable_when(raw: Mapping[str, Any]) -> Iterator[Broken]:
    if raw.get("operator") == "exists" and "answerBoolean" not in raw and any(key.startswith("answer") for key in raw):
        yield "exists with another answer than true or false (que-7)", "Give answerBoolean", "answerBoolean"


def _include(raw: Mapping[str, Any]) -> Iterator[Broken]:
    if "system" not in raw and "valueSet" not in raw:
        yield "neither system nor valueSet (vsd-1)", "Say where the codes come from", "system"
    if ("concept" in raw or "filter" in raw) and "system" not in raw:
        yield "concepts without their system (vsd-2)", "Add the system", "system"
    if "concept" in raw and "filter" in raw:
        yield "both concept and filter (vsd-3)", "Keep one of them", "filter"


def _contains(raw: Mapping[str, Any]) -> Iterator[Broken]:
    if "code" not in raw and "display" not in raw:
        yield "neither code nor display (vsd-6)", "Give the code", "code"
    if "code" not in raw and raw.get("abstract") is not True:
        yield "no code, and not abstract (vsd-9)", "Give the code", "code"
    if "code" in raw and "system" not in raw:
        yield "a code without its system (vsd-10)", "Add the system", "system"


REFUSING: Final = frozenset({_extension, _link_ids, _item, _enable_when})
"""Rules without which a questionnaire cannot be read soundly; what breaks another one is clear all the same."""

CONSTRAINTS: Final[Mapping[str, tuple[Rule, ...]]] = {
    "Extension": (_extension, text_rules.rich_words, text_rules.translation),
    "Element": (text_rules.translated_once,),
    **dict.fromkeys(("Quantity", "Age", "Count", "Distance", "Duration"), (_quantity,)),
    "Attachment": (_attachment,),
    "ContactPoint": (_contact_point,),
    "Period": (_period,),
    "Range": (_range,),
    "Expression": (_expression,),
    "Narrative": (_narrative,),
    "Questionnaire": (_contained, _unreferenced, _link_ids, text_rules.language),
    "QuestionnaireResponse": (_contained, _unreferenced),
    "Questionnaire.item": (_item,),
    "Questionnaire.item.enableWhen": (_enable_when,),
    "ValueSet.compose.include": (_include,),
    "ValueSet.expansion.contains": (_contains,),
}
