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
from stegvis.methods.instruments.fhirpath.quantities import CALENDAR, OF_FHIR, UCUM, Quantity
from stegvis.methods.instruments.fhirpath.times import read_date, read_date_time, read_time

MOST_DIGITS = 40
"""More than any measurement has; stops a number that is written short and is enormous (1e999999)."""

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


def step(collection: list[Any], name: str) -> list[Any]:
    """The elements of that name of every item; of a computed quantity `value` and `unit`.

    A name that a type does not have gives nothing, and so do other values. `resourceType` is no element, but many
    expressions choose resources by it.
    """
    found: list[Any] = []
    type_name: Any = _NO_TYPE
    declared: model.Element | None = None
    for item in collection:
        if item.__class__ is not Node:
            if item.__class__ is Quantity and name in ("value", "unit"):
                found.append(getattr(item, name))
            continue
        if item.value.__class__ is not dict:
            _add_of_plain(item, name, found)
            continue
        if item.type != type_name:  # a collection is mostly of one type, so its definition is looked up once
            type_name = item.type
            untyped = not type_name or model.elements(type_name) is None
            declared = None if untyped else model.element(str(type_name), name) or _NONE_SUCH
        if declared is None or name == "resourceType":
            _add_untyped(item, name, found)
        elif declared.choice:
            _add_choice(item, declared, found)
        elif declared.keys:
            _add(item, item.value, *declared.keys[0], found)
    return found


def named(node: Node, name: str, found: list[Any]) -> None:
    """Add the elements of that name of one node to `found`."""
    found.extend(step([node], name))


_NO_TYPE = object()
_NONE_SUCH = model.Element(())


def _add_of_plain(node: Node, name: str, found: list[Any]) -> None:
    if node.extra is not None and name in ("extension", "id"):
        _add(node, node.extra, name, "Extension" if name == "extension" else "string", found)


def _add_choice(node: Node, declared: model.Element, found: list[Any]) -> None:
    keys = [declared.choice[key] for key in node.value if key in declared.choice]
    for key, type_name in keys if len(keys) == 1 else dict.fromkeys(keys):
        _add(node, node.value, key, type_name, found)


def children(node: Node) -> list[Any]:
    """All elements of a node in the order of its JSON, without those that its type does not have."""
    found: list[Any] = []
    raw = node.value
    if raw.__class__ is not dict:
        return [*step([node], "id"), *step([node], "extension")]
    types = model.json_keys(node.type) if node.type else None
    for key in raw:
        name = key[1:] if key[:1] == "_" else key
        if (name is not key and name in raw) or name == "resourceType":
            continue
        if types is None:
            found.extend(step([node], name))
        elif name in types:
            _add(node, raw, name, types[name], found)
    return found


def _add(parent: Node, raw: Mapping[str, Any], key: str, type_name: str, found: list[Any]) -> None:
    value, extra = raw.get(key), raw.get("_" + key)
    if value is None and extra is None:
        return
    if value.__class__ is list or extra.__class__ is list:
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
    if value.__class__ is dict and "resourceType" in value:
        return str(value["resourceType"])
    return type_name


def _add_untyped(node: Node, name: str, found: list[Any]) -> None:
    raw = node.value
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
    value = _decimal(number, "decimal")
    if system == UCUM and isinstance(raw.get("code"), str) and raw["code"] in OF_FHIR:
        return Quantity(value, OF_FHIR[raw["code"]], CALENDAR)
    if system and raw.get("code"):
        return Quantity(value, str(raw["code"]), str(system))
    return Quantity(value, str(raw["unit"]), None) if raw.get("unit") else Quantity(value)


def _decimal(value: Any, type_name: str) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | Decimal | float):
        raise _wrong(value, type_name)
    number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    if not number.is_finite() or len(number.as_tuple().digits) > MOST_DIGITS or abs(number.adjusted()) > MOST_DIGITS:
        raise ExpressionFailed(f"a number has more than {MOST_DIGITS} digits or is no number", "Correct the data")
    return number


def _integer(value: Any, type_name: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise _wrong(value, type_name)
    if abs(value) >= 2**63:
        raise ExpressionFailed("a whole number is too large", "Correct the data")
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
