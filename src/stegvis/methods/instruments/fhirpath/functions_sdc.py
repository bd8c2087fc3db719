"""Functions for scores of questionnaires: `ordinal()`, `weight()`, `answers()`.

Source: FHIR SDC 3.0 and 4.0, "FHIRPath supplements"; FHIR R4 extension ordinalValue, extensions pack itemWeight, and
the concept property itemWeight. The weight of an answer is looked for on the answer's value, then on the matching
answerOption of the item with its linkId in %questionnaire (or in %qitem), then in the item's contained value set, then
in a contained code system. An answer without a weight gives nothing and is noted in `Outcome.unweighted`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from stegvis.methods.instruments.fhirpath.equality import same_json
from stegvis.methods.instruments.fhirpath.errors import ExpressionFailed
from stegvis.methods.instruments.fhirpath.functions import Arguments, function
from stegvis.methods.instruments.fhirpath.model import is_kind_of
from stegvis.methods.instruments.fhirpath.nodes import ANSWER, Node, named, plain
from stegvis.methods.instruments.fhirpath.scope import Evaluation, Scope, note_answers

WEIGHTS = frozenset(
    f"http://hl7.org/fhir/StructureDefinition/{name}"
    for name in (
        "ordinalValue", "itemWeight", "questionnaire-ordinalValue", "codesystem-ordinalValue", "valueset-ordinalValue",
        "iso21090-CO-value",
    )
)  # fmt: skip
"""The addresses of the extensions that hold a weight."""

_PROPERTIES = ("itemWeight", "ordinalValue")


def ordinal(scope: Scope, focus: list[Any], arguments: Arguments) -> list[Any]:
    """The weights of answers, of their values, or of codings, as decimals."""
    shared = scope.shared
    shared.budget.hold(len(focus))
    found = []
    for item in focus:
        if isinstance(item, Node):
            note_answers(shared, item)
            weight = _weight_of(shared, item)
            if weight is not None:
                found.append(weight)
            else:
                shared.unweighted.update(_link_id(item))
    return found


for _name in ("ordinal", "weight", "ordinalValue"):
    function(_name, gives="Decimal")(ordinal)


@function("answers", gives=ANSWER)
def answers(scope: Scope, focus: list[Any], arguments: Arguments) -> list[Any]:
    """The answers of a response or of items, and of all items below them, in the order of the response."""
    found: list[Any] = []
    waiting = [item for item in reversed(focus) if isinstance(item, Node)]
    while waiting:
        node = waiting.pop()
        if node.type == ANSWER:
            found.append(node)
        below: list[Any] = []
        named(node, "answer", below)
        named(node, "item", below)
        waiting.extend(reversed(below))
        scope.shared.budget.fit(len(found) + len(waiting))
        scope.shared.budget.spend(1)
    return found


def _weight_of(shared: Evaluation, node: Node) -> Any:
    value = _value_node(node)
    own = _of_extensions(node.value) if isinstance(node.value, dict) else None
    if own is None:
        own = _of_extensions(node.extra)
    if own is None and value is not None and value is not node:
        own = _of_extensions(value.value if isinstance(value.value, dict) else value.extra)
    if own is not None or value is None or value.value is None:
        return own
    question = _question(shared, node)
    if question is not None:
        own = _of_options(question, value)
        if own is None:
            own = _of_value_set(shared, question, value)
    return own if own is not None else _of_code_systems(shared, value)


def _value_node(node: Node) -> Node | None:
    if node.type is not None and is_kind_of(node.type, "BackboneElement"):
        values: list[Any] = []
        named(node, "value", values)
        return values[0] if len(values) == 1 else None
    return node


def _of_extensions(element: Any) -> Any:
    if not isinstance(element, Mapping):
        return None
    extensions = element.get("extension")
    for one in extensions if isinstance(extensions, list) else ():
        if isinstance(one, Mapping) and one.get("url") in WEIGHTS:
            for key, type_name in (("valueDecimal", "decimal"), ("valueInteger", "integer")):
                if key in one:
                    return Decimal(plain(Node(one[key], type_name)))
    return None


def _link_id(node: Node) -> list[str]:
    for above in node.up():
        if isinstance(above.value, dict) and isinstance(above.value.get("linkId"), str):
            return [above.value["linkId"]]
    return []


def _question(shared: Evaluation, node: Node) -> Mapping[str, Any] | None:
    """The Questionnaire's item that the answer belongs to. None for a coding that is no answer."""
    link_ids = _link_id(node)
    if not link_ids:
        given = shared.variables.get("qitem")
        given = given.value if isinstance(given, Node) else given
        return given if isinstance(given, Mapping) else None
    by_link_id = _questions(shared)
    if link_ids[0] not in by_link_id:
        raise ExpressionFailed(
            f"%questionnaire has no item with the linkId {link_ids[0]!r}, so its weights are not known",
            "Evaluate the response with the questionnaire that it answers",
        )
    return by_link_id[link_ids[0]]


def _questions(shared: Evaluation) -> dict[str, Mapping[str, Any]]:
    if "questions" not in shared.kept:
        if "questionnaire" not in shared.variables:
            raise ExpressionFailed("The weights stand in %questionnaire, which was not given", "Give the questionnaire")
        found: dict[str, Mapping[str, Any]] = {}
        waiting = [node.value for node in shared.variable("questionnaire") if isinstance(node, Node)]
        while waiting:
            inner = waiting.pop().get("item")
            for one in inner if isinstance(inner, list) else ():
                if isinstance(one, Mapping):
                    found.setdefault(str(one.get("linkId")), one)
                    waiting.append(one)
        shared.budget.spend(len(found))
        shared.kept["questions"] = found
    return shared.kept["questions"]


def _of_options(question: Mapping[str, Any], value: Node) -> Any:
    options = question.get("answerOption")
    for option in options if isinstance(options, list) else ():
        key = next((key for key in option if key.startswith("value")), None) if isinstance(option, Mapping) else None
        if key is not None and _matches(option[key], value.value):
            found = _of_extensions(option)
            if found is None:
                found = _of_extensions(option[key] if isinstance(option[key], Mapping) else option.get("_" + key))
            return found
    return None


def _matches(option: Any, value: Any) -> bool:
    if isinstance(option, Mapping) and isinstance(value, Mapping):
        if "code" in option and "value" not in option:
            return option["code"] == value.get("code") and _same_system(option.get("system"), value.get("system"))
        keys = (set(option) | set(value)) - {"extension", "id"}
        return all(same_json(option.get(key), value.get(key)) for key in keys)
    return same_json(option, value)


def _same_system(one: Any, other: Any) -> bool:
    return one == other or one is None or other is None


def _contained(shared: Evaluation, kind: str) -> Iterator[Mapping[str, Any]]:
    for name in ("questionnaire", "resource"):
        holders = shared.variable(name) if name == "resource" or name in shared.variables else []
        for holder in holders:
            contained = holder.value.get("contained") if isinstance(holder, Node) else None
            for one in contained if isinstance(contained, list) else ():
                if isinstance(one, Mapping) and one.get("resourceType") == kind:
                    yield one


def _of_value_set(shared: Evaluation, question: Mapping[str, Any], value: Node) -> Any:
    address = question.get("answerValueSet")
    if not isinstance(address, str) or not isinstance(value.value, Mapping):
        return None
    for value_set in _contained(shared, "ValueSet"):
        if address in ("#" + str(value_set.get("id")), value_set.get("url")):
            for concept, system in _concepts_of_value_set(shared, value_set):
                if concept.get("code") == value.value.get("code") and _same_system(system, value.value.get("system")):
                    found = _of_extensions(concept)
                    if found is not None:
                        return found
    return None


def _concepts_of_value_set(shared: Evaluation, value_set: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], Any]]:
    compose, expansion = value_set.get("compose") or {}, value_set.get("expansion") or {}
    for include in compose.get("include") or ():
        for concept in include.get("concept") or ():
            yield concept, include.get("system")
    waiting = list(expansion.get("contains") or ())
    while waiting:
        one = waiting.pop()
        shared.budget.spend(1)
        waiting.extend(one.get("contains") or ())
        yield one, one.get("system")


def _of_code_systems(shared: Evaluation, value: Node) -> Any:
    if not isinstance(value.value, Mapping) or "code" not in value.value or "system" not in value.value:
        return None
    for system in _contained(shared, "CodeSystem"):
        if system.get("url") == value.value["system"]:
            waiting = list(system.get("concept") or ())
            while waiting:
                concept = waiting.pop()
                shared.budget.spend(1)
                if concept.get("code") == value.value["code"]:
                    return _of_concept(concept)
                waiting.extend(concept.get("concept") or ())
    return None


def _of_concept(concept: Mapping[str, Any]) -> Any:
    found = _of_extensions(concept)
    if found is not None:
        return found
    for one in concept.get("property") or ():
        if one.get("code") in _PROPERTIES and ("valueDecimal" in one or "valueInteger" in one):
            return Decimal(one.get("valueDecimal", one.get("valueInteger")))
    return None
