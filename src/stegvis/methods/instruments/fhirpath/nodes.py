"""FHIR JSON as FHIRPath walks it: nodes that know their type, their parent and the extensions of a plain value.

In FHIR JSON a plain value stands beside its extensions (`birthDate` and `_birthDate`), and a choice element carries its
type in its name (`valueCoding`). A `Node` puts these together, so that `answer.value` is the value whatever its type.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from stegvis.methods.instruments.fhirpath import model
from stegvis.methods.instruments.fhirpath.errors import ExpressionFailed
from stegvis.methods.instruments.fhirpath.quantities import Quantity
from stegvis.methods.instruments.fhirpath.times import read_date, read_date_time, read_time

ANSWER = "QuestionnaireResponse.item.answer"


class Node:
    """A place in FHIR JSON. `value` is the JSON (None where a plain value has only extensions), `type` its FHIR type
    or None when nothing says it, `extra` what stands under `_name`, `parent` the node that this one is an element of.
    """

    __slots__ = ("extra", "parent", "type", "value")

    def __init__(
        self, value: Any, type_name: str | None, parent: Node | None = None, extra: Mapping[str, Any] | None = None
    ) -> None:
        self.value, self.type, self.parent, self.extra = value, type_name, parent, extra

    def __repr__(self) -> str:
        return f"Node({self.value!r}, {self.type!r})"

    @property
    def is_resource(self) -> bool:
        return isinstance(self.value, dict) and "resourceType" in self.value

    def up(self) -> Iterator[Node]:
        """This node, its parent, and so on to the root."""
        node: Node | None = self
        while node is not None:
            yield node
            node = node.parent


def root(value: Any, type_name: str | None = None) -> Node:
    """The node of a JSON value that stands alone; its type is what it says itself (`resourceType`) unless given."""
    if isinstance(value, dict):
        return Node(value, str(value["resourceType"]) if "resourceType" in value else type_name or _guessed(value))
    return Node(value, type_name)


def named(node: Node, name: str, found: list[Any]) -> None:
    """Add the elements of that name to `found`. A name that the type does not have adds nothing."""
    raw = node.value
    if not isinstance(raw, dict):
        if node.extra is not None and name in ("extension", "id"):
            _add(node, node.extra, name, "Extension" if name == "extension" else "string", found)
        return
    declared = model.elements(node.type) if node.type else None
    if declared is None:
        _add_untyped(node, raw, name, found)
    elif name in declared:
        element = declared[name]
        if element.choice:
            for key, type_name in dict.fromkeys(element.choice[key] for key in raw if key in element.choice):
                _add(node, raw, key, type_name, found)
        else:
            key, type_name = element.keys[0]
            _add(node, raw, key, type_name, found)


def children(node: Node) -> list[Any]:
    """All elements of a node, in the order of its type's definition when there is one, else of the JSON."""
    found: list[Any] = []
    declared = model.elements(node.type) if node.type else None
    if not isinstance(node.value, dict):
        names: Any = ("extension", "id")
    elif declared is not None:
        names = declared
    else:
        names = dict.fromkeys(key.removeprefix("_") for key in node.value if key != "resourceType")
    for name in names:
        named(node, name, found)
    return found


def _add(parent: Node, raw: Mapping[str, Any], key: str, type_name: str, found: list[Any]) -> None:
    value = raw.get(key)
    if value is None and "_" + key not in raw:
        return
    extra = raw.get("_" + key)
    if isinstance(value, list) or isinstance(extra, list):
        values = value if isinstance(value, list) else []
        extras = extra if isinstance(extra, list) else []
        for at in range(max(len(values), len(extras))):
            one = values[at] if at < len(values) else None
            its_extra = extras[at] if at < len(extras) else None
            if one is not None or its_extra is not None:
                found.append(Node(one, _actual(one, type_name), parent, its_extra))
    else:
        found.append(Node(value, _actual(value, type_name), parent, extra))


def _actual(value: Any, type_name: str) -> str:
    if isinstance(value, dict) and "resourceType" in value:
        return str(value["resourceType"])
    return type_name


def _add_untyped(node: Node, raw: Mapping[str, Any], name: str, found: list[Any]) -> None:
    if name in raw or "_" + name in raw:
        _add(node, raw, name, "", found)
        for added in found:
            if added.type == "":
                added.type = _guessed(added.value)
        return
    for suffix, type_name in model.type_suffixes().items():
        if name + suffix in raw or f"_{name}{suffix}" in raw:
            _add(node, raw, name + suffix, type_name, found)


def _guessed(value: Any) -> str | None:
    """The type of JSON without a definition: plain values by their JSON type, items and codings by their shape."""
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float | Decimal):
        return "integer" if isinstance(value, int) else "decimal"
    if isinstance(value, str):
        return "string"
    if isinstance(value, dict) and "linkId" in value:
        return "Questionnaire.item" if "type" in value else "QuestionnaireResponse.item"
    if isinstance(value, dict) and "code" in value and "system" in value and "value" not in value:
        return "Coding"
    return None


def plain(item: Any) -> Any:
    """The value that operators work on: of a plain element its Python value (None when it has only extensions), of a
    FHIR Quantity a `Quantity`; any other node and any value is returned unchanged.

    Raises `ExpressionFailed` when the JSON is not of its declared type.
    """
    if item.__class__ is not Node:
        return item
    type_name, value = item.type, item.value
    if type_name in _READERS:
        return None if value is None else _READERS[type_name](value, type_name)
    if type_name in model.QUANTITIES and isinstance(value, dict):
        return _quantity(item)
    return item


def _quantity(node: Node) -> Any:
    raw = node.value
    number = raw.get("value")
    if number is None or "comparator" in raw:  # "less than 5" is no number to compute with
        return node
    system = raw.get("system")
    unit = raw.get("code") if system and "code" in raw else raw.get("unit")
    return Quantity(_decimal(number, "decimal"), str(unit or "1"), system if unit and "code" in raw else _bare(unit))


def _bare(unit: Any) -> str | None:
    return None if unit else "http://unitsofmeasure.org"


def _decimal(value: Any, type_name: str) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | Decimal | float):
        raise _wrong(value, type_name)
    number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    if not number.is_finite():
        raise _wrong(value, type_name)
    return number


def _integer(value: Any, type_name: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise _wrong(value, type_name)
    return value


def _boolean(value: Any, type_name: str) -> bool:
    if not isinstance(value, bool):
        raise _wrong(value, type_name)
    return value


def _text(value: Any, type_name: str) -> str:
    if not isinstance(value, str):
        raise _wrong(value, type_name)
    return value


def _moment(value: Any, type_name: str) -> Any:
    read = {"date": read_date, "time": read_time}.get(type_name, read_date_time)
    moment = read(value) if isinstance(value, str) else None
    if moment is None:
        raise _wrong(value, type_name)
    return moment


def _wrong(value: Any, type_name: str) -> ExpressionFailed:
    shown = repr(value)
    return ExpressionFailed(
        f"{shown if len(shown) <= 40 else shown[:37] + '…'} is not a {type_name} as FHIR writes it", "Correct the data"
    )


_READERS: dict[str | None, Any] = {
    **dict.fromkeys(model.TEXTS, _text),
    **dict.fromkeys(model.WHOLE_NUMBERS, _integer),
    **dict.fromkeys(("date", "dateTime", "instant", "time"), _moment),
    "boolean": _boolean,
    "decimal": _decimal,
}
