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

from stegvis.methods.instruments.constraints import CONSTRAINTS, REFUSING, contained_ids, dangling
from stegvis.methods.instruments.errors import Findings
from stegvis.methods.instruments.fhirpath.r4 import Element, elements_of, table
from stegvis.methods.instruments.primitives import JSON_TYPES, form_broken, is_of, type_in_words
from stegvis.methods.instruments.wording import nearest, shown

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

_EVERYWHERE = {"resourceType": "code", "fhir_comments": "string*"}


@dataclass(frozen=True)
class Shape:
    """The elements of a type by the key they have in JSON, and the names of those that must be there."""

    keys: Mapping[str, tuple[Element, str]]
    needed: tuple[Element, ...]


def check_structure(raw: Mapping[str, Any], kind: str, path: str, findings: Findings) -> None:
    """Report everything in the resource (or data type) `kind` that FHIR R4 does not allow, by element path."""
    _Check(findings, raw).object(raw, kind, path, None)


@cache
def shape(kind: str) -> Shape | None:
    """The elements of an R4 type or of a path such as "Questionnaire.item"; None for what R4 does not have."""
    read = elements_of(kind) if kind in table().elements else None
    if read is None:
        return None
    keys = {key: (element, of) for element in read for key, of in _keys(element)}
    return Shape(keys, tuple(element for element in read if element.needed))


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
        if not raw:
            self.findings.mistake(path, "an empty object", "Remove it, or say what it should hold", link_id)
            return
        found: dict[str, str] = {}
        for key in raw:
            self.element(raw, key, form, found, path, link_id)
        for element in form.needed:
            if element.name not in found:
                at = f"{path}.{element.name}"
                self.findings.mistake(at, f"the {element.name} is missing", self.missing(element), link_id)
        for rule in CONSTRAINTS.get(kind, ()):
            report = self.findings.mistake if rule in REFUSING else self.findings.warn
            for what, right, where in rule(raw):
                report(f"{path}{where and '.' + where}", what, right, link_id)
        if kind == "Reference":
            for what, right, where in dangling(raw, self.contained):
                self.findings.warn(f"{path}.{where}", what, right, link_id)

    def missing(self, element: Element) -> str:
        codes = table().codes.get(element.codes or "")
        return f"Give one of: {', '.join(sorted(codes))}" if codes and len(codes) < 30 else "Add it"

    def element(
        self, raw: Mapping[str, Any], key: str, form: Shape, found: dict[str, str], path: str, link_id: str | None
    ) -> None:
        """One key of an object: known here, not given twice in two types, in its type."""
        value, name, at = raw[key], key.removeprefix("_"), f"{path}.{key}"
        known = form.keys.get(name)
        if known is None:
            if key not in _EVERYWHERE:
                advice = nearest(name, form.keys)
                self.findings.mistake(at, "this element does not exist here", advice, link_id)
            return
        element, kind = known
        if found.setdefault(element.name, name) != name:
            self.findings.mistake(
                at, f"{found[element.name]} stands here too", f"Keep one {element.name} of the two", link_id
            )
        if name != key:
            self.siblings(value, kind, element, at, link_id)
        elif element.many:
            self.many(value, element, kind, at, link_id, may_have_nulls=f"_{key}" in raw)
        else:
            self.one(value, element, kind, at, link_id)

    def many(
        self, value: Any, element: Element, kind: str, path: str, link_id: str | None, *, may_have_nulls: bool
    ) -> None:
        """A list; null keeps the place of a plain value only where the companion list says more of it."""
        if not isinstance(value, list):
            self.findings.mistake(path, f"{shown(value)} is not a list", "It must be a list", link_id)
            return
        if not value:
            self.findings.warn(path, "an empty list", "Leave the element out when there is nothing to say", link_id)
        for number, one in enumerate(value):
            if one is not None or kind not in JSON_TYPES or not may_have_nulls:
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
        codes = table().codes.get(element.codes or "")
        if codes and value not in codes:
            right = f"Use one of: {', '.join(sorted(codes))}" if len(codes) < 30 else f"Use a code of {element.codes}"
            report = self.findings.mistake if element.codes in _DECIDING else self.findings.warn
            report(path, f"there is no {element.name} {shown(value)}", right, link_id)

    def siblings(self, value: Any, kind: str, element: Element, path: str, link_id: str | None) -> None:
        """What stands beside a primitive (`_text`): an object with id and extensions, or a list of such and nulls."""
        if kind not in JSON_TYPES:
            self.findings.mistake(path, "only plain values have such a companion", "Remove the underscore", link_id)
            return
        values = value if element.many and isinstance(value, list) else [value]
        for number, one in enumerate(values):
            at = f"{path}[{number}]" if element.many else path
            if isinstance(one, Mapping):
                self.object(one, "Element", at, link_id)
            elif one is not None or not element.many:
                self.findings.mistake(at, f"{shown(one)} is not an object", "It must be an object", link_id)

    def resource(self, value: Mapping[str, Any], path: str) -> None:
        kind = value.get("resourceType")
        if not isinstance(kind, str) or shape(kind) is None or "." in kind:
            self.findings.mistake(
                f"{path}.resourceType", f"{shown(kind)} is not a resource of FHIR R4", "Name the resource's type"
            )
            return
        self.object(value, kind, path, None)
