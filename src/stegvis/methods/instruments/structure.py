"""The structure of FHIR R4 resources: every element where it may stand, in its type, as often as it may, well formed.

The table that it is held against is in `fhirpath.r4`. This is what a validator knows before it knows anything of
questionnaires.

What leaves in doubt what was meant is a mistake. Empty texts and lists, unknown codes that decide nothing, and broken
rules about what stands beside the questions are warnings.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from stegvis.methods.instruments.constraints import CONSTRAINTS, REFUSING, contained_ids, dangling, resource_id
from stegvis.methods.instruments.errors import Findings
from stegvis.methods.instruments.fhirpath.r4 import Element, elements_of, table
from stegvis.methods.instruments.foreign import for_code, for_element
from stegvis.methods.instruments.primitives import JSON_TYPES, form_broken, has_control_characters, is_of, type_in_words
from stegvis.methods.instruments.wording import named, shown

_DECIDING = frozenset(
    {
        "publication-status",
        "item-type",
        "questionnaire-enable-operator",
        "questionnaire-enable-behavior",
        "questionnaire-answers-status",
    }
)
"""Value sets whose codes decide what happens; an unknown code of another one is a warning."""

_READ = ("Questionnaire", "Extension", "Expression")
"""Types whose needed elements must have a value of their own: FHIR lets a companion say why there is none, but then
there is no question, no condition, nothing to read."""


_ONLY_ID = "nothing but an id (ele-1)"


@dataclass(frozen=True)
class Shape:
    """The elements of a type by the key they have in JSON, and the names of those that must be there."""

    keys: Mapping[str, tuple[Element, str]]
    needed: tuple[Element, ...]


def check_structure(raw: Mapping[str, Any], kind: str, path: str, findings: Findings) -> None:
    """Report everything in the resource (or data type) `kind` that FHIR R4 does not allow, by element path."""
    _Check(findings, raw).object(raw, kind, path, None)


def without_empty(value: Any) -> Any:
    """A resource without its elements that are empty texts or lists: they are warnings, and mean nothing."""
    if isinstance(value, Mapping):
        return {key: without_empty(inner) for key, inner in value.items() if not _is_empty(inner)}
    return [without_empty(one) for one in value] if isinstance(value, list) else value


def _is_empty(value: Any) -> bool:
    return value == [] or (isinstance(value, str) and not value.strip())


@cache
def shape(kind: str) -> Shape | None:
    """The elements of an R4 type or of a path such as "Questionnaire.item"; None for what R4 does not have."""
    read = elements_of(kind) if kind in table().elements else None
    if read is None:
        return None
    keys = {key: (element, of) for element in read for key, of in _keys(element)}
    return Shape(keys, tuple(element for element in read if element.needed))


def is_resource(kind: str) -> bool:
    """Whether the R4 type is a resource, and no data type and no part of a resource."""
    form = shape(kind)
    return form is not None and "." not in kind and "implicitRules" in form.keys


def _keys(element: Element) -> Iterator[tuple[str, str]]:
    if not element.name.endswith("[x]"):
        yield element.name, element.types[0].removeprefix("@")
        return
    for kind in element.types:
        yield element.name.removesuffix("[x]") + kind[0].upper() + kind[1:], kind


class _Check:
    """Walks through one resource."""

    def __init__(self, findings: Findings, root: Mapping[str, Any]) -> None:
        self.findings = findings
        self.contained = contained_ids(root)

    def object(self, raw: Mapping[str, Any], kind: str, path: str, link_id: str | None) -> None:
        """An object of the type: its elements, those that are missing, and the rules of the type."""
        form = shape(kind)
        if form is None:
            self.findings.mistake(path, f"there is no type {kind!r} in FHIR R4", "Correct resourceType", link_id)
            return
        if isinstance(raw.get("linkId"), str):
            link_id = raw["linkId"]
        if raw.keys() == {"id"} and kind != "Element":
            self.findings.warn(path, _ONLY_ID, "Remove it, or say what it should hold", link_id)
        if not raw:
            self.findings.mistake(path, "an empty object", "Remove it, or say what it should hold", link_id)
            return
        found: dict[str, str] = {}
        for key in raw:
            self.element(raw, key, kind, found, path, link_id)
        for element in form.needed:
            if element.name not in found:
                at = f"{path}.{element.name}"
                self.findings.mistake(at, f"the {element.name} is missing", self.missing(element), link_id)
            elif found[element.name] not in raw and kind.startswith(_READ):
                what = f"only _{found[element.name]} stands here, without its value"
                self.findings.mistake(f"{path}.{found[element.name]}", what, "Give the value too", link_id)
        for rule in CONSTRAINTS.get(kind, ()):
            report = self.findings.mistake if rule in REFUSING else self.findings.warn
            for what, right, where in rule(raw):
                report(f"{path}{where and '.' + where}", what, right, link_id)
        if is_resource(kind):
            for what, right, where in resource_id(raw):
                self.findings.warn(f"{path}.{where}", what, right, link_id)
        if kind == "Reference":
            for what, right, where in dangling(raw, self.contained):
                self.findings.warn(f"{path}.{where}", what, right, link_id)

    def missing(self, element: Element) -> str:
        codes = table().codes.get(element.codes or "")
        return f"Give one of: {', '.join(sorted(codes))}" if codes and len(codes) < 30 else "Add it"

    def element(
        self, raw: Mapping[str, Any], key: str, kind: str, found: dict[str, str], path: str, link_id: str | None
    ) -> None:
        """One key of an object of the type `kind`: known here, not given twice in two types, in its type."""
        value, name, at = raw[key], key.removeprefix("_"), f"{path}.{named(key)}"
        form = shape(kind)
        known = form.keys.get(name) if form else None
        if form is None or known is None:
            self.unknown(key, kind, at, link_id)
            return
        element, of = known
        if found.setdefault(element.name, name) != name:
            self.findings.mistake(
                at, f"{found[element.name]} stands here too", f"Keep one {element.name} of the two", link_id
            )
        if name != key:
            self.companion(value, raw.get(name), element, of, at, link_id)
        elif element.many:
            self.many(value, element, of, at, link_id, beside=raw.get(f"_{key}"))
        else:
            self.one(value, element, of, at, link_id)

    def unknown(self, key: str, kind: str, path: str, link_id: str | None) -> None:
        """An element that R4 does not have here; what no reader takes notice of is a warning."""
        form = shape(kind)
        if key == "resourceType" and is_resource(kind):
            return
        if key == "resourceType":
            self.findings.warn(path, f"a resourceType in what is no resource ({kind})", "Remove it", link_id)
        elif key == "fhir_comments":
            self.findings.warn(path, "comments as in DSTU2: they have no effect", "Remove them", link_id)
        elif form is not None:
            choices = [element.name for element, _ in form.keys.values() if element.name.endswith("[x]")]
            advice = for_element(key.removeprefix("_"), kind, form.keys, dict.fromkeys(choices))
            self.findings.mistake(path, "this element does not exist here", advice, link_id)

    def many(self, value: Any, element: Element, kind: str, path: str, link_id: str | None, *, beside: Any) -> None:
        """A list; null keeps the place of a plain value only where the companion list says more of it."""
        if not isinstance(value, list):
            self.findings.mistake(path, f"{shown(value)} is not a list", "It must be a list", link_id)
            return
        if not value:
            self.findings.warn(path, "an empty list", "Leave the element out when there is nothing to say", link_id)
        says_more = beside if isinstance(beside, list) else []
        for number, one in enumerate(value):
            if one is not None or kind not in JSON_TYPES or says_more[number : number + 1] in ([], [None]):
                self.one(one, element, kind, f"{path}[{number}]", link_id)

    def one(self, value: Any, element: Element, kind: str, path: str, link_id: str | None) -> None:
        """One value: null and empty text never, a primitive in its form, an object by its own type."""
        if value is None:
            self.findings.mistake(path, "null", "Leave the element out when there is nothing to say", link_id)
        elif kind in JSON_TYPES:
            self.primitive(value, element, kind, path, link_id)
        elif not isinstance(value, Mapping):
            self.findings.mistake(path, f"{shown(value)} is not an object", "It must be an object", link_id)
        elif kind == "Resource":
            self.resource(value, path)
        else:
            self.object(value, kind, path, link_id)

    def primitive(self, value: Any, element: Element, kind: str, path: str, link_id: str | None) -> None:
        if not is_of(value, kind):
            right = type_in_words(kind)
            self.findings.mistake(path, f"{shown(value)} is not {right}", f"It must be {right}", link_id)
            return
        if isinstance(value, str) and not value.strip():
            report = self.findings.mistake if element.needed else self.findings.warn
            report(path, "an empty text", "Leave the element out when there is nothing to say", link_id)
            return
        right_form = form_broken(value, kind)
        if right_form:
            self.findings.mistake(path, f"{shown(value)} is not {right_form}", f"It must be {right_form}", link_id)
        elif isinstance(value, str) and has_control_characters(value):
            what = f"{shown(value)} has a control character in it"
            self.findings.mistake(path, what, "Remove it: of these only tab and line breaks are allowed", link_id)
        codes = table().codes.get(element.codes or "")
        if codes and value not in codes:
            right = for_code(value, codes, element.name) if len(codes) < 30 else f"Use a code of {element.codes}"
            report = self.findings.mistake if element.codes in _DECIDING else self.findings.warn
            report(path, f"there is no {element.name} {shown(value)}", right, link_id)

    def companion(self, value: Any, beside: Any, element: Element, kind: str, path: str, link_id: str | None) -> None:
        """What stands beside a plain value (`_text`): an object with id and extensions, or a list of such and nulls."""
        if kind not in JSON_TYPES:
            self.findings.mistake(path, "only plain values have such a companion", "Remove the underscore", link_id)
        elif not element.many:
            self.more(value, beside, path, link_id)
        elif not isinstance(value, list):
            self.findings.mistake(path, f"{shown(value)} is not a list", "It must be a list, as its value is", link_id)
        else:
            self.companions(value, beside, path, link_id)

    def companions(self, value: list[Any], beside: Any, path: str, link_id: str | None) -> None:
        if isinstance(beside, list) and len(beside) != len(value):
            what = f"a list of {len(value)} beside one of {len(beside)}"
            self.findings.warn(path, what, "Let both have the same length, with null where there is nothing", link_id)
        for number, one in enumerate(value):
            if one is not None:
                plain = beside[number] if isinstance(beside, list) and number < len(beside) else None
                self.more(one, plain, f"{path}[{number}]", link_id)

    def more(self, value: Any, beside: Any, path: str, link_id: str | None) -> None:
        if isinstance(value, Mapping):
            if value.keys() == {"id"} and beside is None:
                self.findings.warn(path, _ONLY_ID, "Give the value too, or say why there is none", link_id)
            self.object(value, "Element", path, link_id)
        else:
            self.findings.mistake(path, f"{shown(value)} is not an object", "It must be an object", link_id)

    def resource(self, value: Mapping[str, Any], path: str) -> None:
        kind = value.get("resourceType")
        if not isinstance(kind, str) or shape(kind) is None or "." in kind:
            self.findings.mistake(
                f"{path}.resourceType", f"{shown(kind)} is not a resource of FHIR R4", "Name the resource's type"
            )
            return
        self.object(value, kind, path, None)
