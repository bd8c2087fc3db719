"""Functions for scores of questionnaires: `ordinal()`, `weight()`, `answers()`.

Source: FHIR SDC 3.0 and 4.0, "FHIRPath supplements"; FHIR R4 extension ordinalValue, extensions pack itemWeight, and
the concept property itemWeight. The weight of an answer is looked for on the answer's value, then on the matching
answerOption of the item with its linkId in %questionnaire (or in %qitem), then in the item's contained value set, then
in a contained code system. An answer without a weight gives nothing and is noted in `Outcome.unweighted`.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from stegvis.methods.instruments.fhirpath.equality import same_json
from stegvis.methods.instruments.fhirpath.errors import ExpressionFailed
from stegvis.methods.instruments.fhirpath.functions import Arguments, function
from stegvis.methods.instruments.fhirpath.model import is_kind_of
from stegvis.methods.instruments.fhirpath.nodes import ANSWER, Node, named, plain
from stegvis.methods.instruments.fhirpath.scope import Evaluation, Scope, note_answers

WEIGHTS = tuple(
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
                shared.unweighted.add(_link_id(item) or "")
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


def _weight_of(shared: Evaluation, node: Node) -> Decimal | None:
    value = _value_node(node)
    own = _of_extensions(node.value) or _of_extensions(node.extra)
    if own is None and value is not None and value is not node:
        own = _of_extensions(value.value) or _of_extensions(value.extra)
    if own is not None or value is None or value.value is None:
        return None if own is None else own[0]
    question = _question(shared, node)
    found = None if question is None else _of_options(question, value.value)
    if found is None and question is not None:
        found = _of_value_set(shared, question, value.value)
    if found is None:
        found = _of_code_systems(shared, value.value)
    return None if found is None else found[0]


Found = tuple[Decimal] | None
"""A weight, in a tuple so that a weight of 0 is not taken for none."""


def _value_node(node: Node) -> Node | None:
    """The value of an answer or of an answerOption; any other node is its own."""
    if node.type is not None and is_kind_of(node.type, "BackboneElement"):
        values: list[Any] = []
        named(node, "value", values)
        return values[0] if len(values) == 1 else None
    return node


def _of_extensions(element: Any) -> Found:
    if element.__class__ is not dict or "extension" not in element:
        return None
    for one in objects(element, "extension"):
        if one.get("url") in WEIGHTS:
            found = _decimal_of(one)
            if found is not None:
                return found
    return None


def _decimal_of(element: dict[str, Any]) -> Found:
    for key, type_name in (("valueDecimal", "decimal"), ("valueInteger", "integer")):
        if element.get(key) is not None:
            return (Decimal(plain(Node(element[key], type_name))),)
    return None


def objects(element: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """The objects in a list of an element; whatever else stands there, in malformed JSON, is passed over."""
    values = element.get(name)
    return [one for one in values if one.__class__ is dict] if values.__class__ is list else []


def _link_id(node: Node | None) -> str | None:
    """The linkId of the nearest item that the node is or stands in."""
    while node is not None:
        if node.value.__class__ is dict and isinstance(node.value.get("linkId"), str):
            return str(node.value["linkId"])
        node = node.parent
    return None


def _question(shared: Evaluation, node: Node) -> dict[str, Any] | None:
    """The Questionnaire's item that the answer belongs to; for a coding that is no answer, %qitem if there is one."""
    link_id = _link_id(node)
    if link_id is None:
        given = shared.variable("qitem") if "qitem" in shared.variables else []
        return given[0].value if given and isinstance(given[0], Node) and isinstance(given[0].value, dict) else None
    questions = _questions(shared)
    if link_id not in questions:
        raise ExpressionFailed(
            f"%questionnaire has no item with the linkId {link_id!r}, so its weights are not known",
            "Evaluate the response with the questionnaire that it answers",
        )
    return questions[link_id]


def _questions(shared: Evaluation) -> dict[str, dict[str, Any]]:
    """Every item of %questionnaire by its linkId, gathered once in an evaluation."""
    if "questions" not in shared.kept:
        if "questionnaire" not in shared.variables:
            raise ExpressionFailed("The weights stand in %questionnaire, which was not given", "Give the questionnaire")
        waiting = [node.value for node in shared.variable("questionnaire") if isinstance(node, Node)]
        shared.kept["questions"] = {str(item.get("linkId")): item for item in _below(shared, waiting, "item")}
    return shared.kept["questions"]


def _below(shared: Evaluation, roots: list[Any], name: str) -> list[dict[str, Any]]:
    """All objects under that name, at any depth."""
    found: list[dict[str, Any]] = []
    waiting = [one for one in roots if one.__class__ is dict]
    while waiting:
        inner = objects(waiting.pop(), name)
        found.extend(inner)
        waiting.extend(inner)
        shared.budget.hold(len(inner))
    return found


def _of_options(question: dict[str, Any], value: Any) -> Found:
    for option in objects(question, "answerOption"):
        for key in option:
            if key.startswith("value") and _matches(option[key], value):
                return _of_extensions(option) or _of_extensions(option[key]) or _of_extensions(option.get("_" + key))
    return None


def _matches(option: Any, value: Any) -> bool:
    if option.__class__ is dict and value.__class__ is dict:
        if "code" in option and "value" not in option:
            return _is_code(option, option.get("system"), value)
        keys = (set(option) | set(value)) - {"extension", "id"}
        return all(same_json(option.get(key), value.get(key)) for key in keys)
    return same_json(option, value)


def _is_code(concept: dict[str, Any], system: Any, value: dict[str, Any]) -> bool:
    """Whether the coding is of this code; a system that one of them does not name is taken to be the same."""
    if concept.get("code") != value.get("code"):
        return False
    other = value.get("system")
    return system is None or other is None or system == other


def _contained(shared: Evaluation, kind: str) -> list[dict[str, Any]]:
    holders = [*(shared.variable("questionnaire") if "questionnaire" in shared.variables else [])]
    holders += shared.variable("resource")
    found = [holder.value for holder in holders if isinstance(holder, Node) and isinstance(holder.value, dict)]
    return [one for holder in found for one in objects(holder, "contained") if one.get("resourceType") == kind]


def _of_value_set(shared: Evaluation, question: dict[str, Any], value: Any) -> Found:
    address = question.get("answerValueSet")
    if not isinstance(address, str) or value.__class__ is not dict:
        return None
    for value_set in _contained(shared, "ValueSet"):
        if address in (f"#{value_set.get('id')}", value_set.get("url")):
            for concept, system in _concepts(shared, value_set):
                if _is_code(concept, system, value) and (found := _of_extensions(concept)):
                    return found
    return None


def _concepts(shared: Evaluation, value_set: dict[str, Any]) -> Iterator[tuple[dict[str, Any], Any]]:
    """The concepts of a value set with their systems, as composed and as expanded."""
    compose, expansion = value_set.get("compose"), value_set.get("expansion")
    for include in objects(compose, "include") if isinstance(compose, dict) else ():
        for concept in objects(include, "concept"):
            yield concept, include.get("system")
    for concept in _below(shared, [expansion], "contains"):
        yield concept, concept.get("system")


def _of_code_systems(shared: Evaluation, value: Any) -> Found:
    if value.__class__ is not dict or "code" not in value or "system" not in value:
        return None
    for system in _contained(shared, "CodeSystem"):
        if system.get("url") == value["system"]:
            for concept in _below(shared, [system], "concept"):
                if concept.get("code") == value["code"]:
                    return _of_extensions(concept) or _of_property(concept)
    return None


def _of_property(concept: dict[str, Any]) -> Found:
    for one in objects(concept, "property"):
        if one.get("code") in _PROPERTIES and (found := _decimal_of(one)):
            return found
    return None
