"""Questionnaires made malformed in the ways in which published ones are, each with what must become of it.

`edits` changes one place after the other blindly; here are the slips that whole files have: another format, another
version of FHIR, half a download, numbers and texts that no database holds, value sets and expressions without an end.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from typing import Any

Source = dict[str, Any]
X = "http://hl7.org/fhir/StructureDefinition/"
SDC = "http://hl7.org/fhir/uv/sdc/StructureDefinition/"
REFUSED, SAID = frozenset({"refused"}), frozenset({"refused", "warned"})
TAKEN = frozenset({"warned", "sound"})
"""What may become of a file: refused; refused or taken with a warning; taken, and what is not carried out is listed."""


def malformed(source: Source) -> Iterator[tuple[str, str, frozenset[str]]]:
    """The questionnaire made malformed in each way: what was done, the text of the file, what may become of it."""
    plain = json.dumps(source)
    for what, of_text in _TEXTS.items():
        yield what, of_text(plain), REFUSED
    for allowed, ways in ((REFUSED, _REFUSED), (SAID, _SAID), (TAKEN, _TAKEN)):
        for what, change in ways.items():
            edited = deepcopy(source)
            yield what, json.dumps(change(edited) or edited), allowed


def _another(**more: Any) -> Source:
    """A question of the linkId "added", to be put beside the others."""
    return {"linkId": "added", "text": "Added", "type": "string", **more}


def _with(kind: str = "string", **more: Any) -> Callable[[Source], None]:
    return lambda source: source["item"].append(_another(type=kind, **more))


def _twice(source: Source) -> None:
    source["item"] += [_another(), _another()]


def _first(**changed: Any) -> Callable[[Source], None]:
    """Give the first item these elements; None takes one away."""

    def change(source: Source) -> None:
        source["item"][0] |= {key: value for key, value in changed.items() if value is not None}
        for key in [key for key, value in changed.items() if value is None]:
            source["item"][0].pop(key, None)

    return change


def _top(**more: Any) -> Callable[[Source], None]:
    return lambda source: source.update(more)


def _computed(text: str, url: str = SDC + "sdc-questionnaire-calculatedExpression", **more: Any) -> Source:
    return {"url": url, "valueExpression": {"language": "text/fhirpath", "expression": text, **more}}


def _calculated(text: str, kind: str = "integer") -> Callable[[Source], None]:
    return _with(kind, extension=[_computed(text)])


def _beside(**more: Any) -> Callable[[Source], None]:
    return _with(_text={"extension": [{"url": X + "translation", **more}]})


def _parts(**parts: Any) -> list[Source]:
    return [{"url": name.partition("_")[0], f"value{kind}": value} for name, (kind, value) in parts.items()]


def _from_sets(*sets: list[Source]) -> Callable[[Source], None]:
    """A choice from a contained value set; each set is its list of includes, and is called s0, s1 …"""

    def change(source: Source) -> None:
        source["contained"] = [
            {"resourceType": "ValueSet", "id": f"s{number}", "status": "active", "compose": {"include": one}}
            for number, one in enumerate(sets)
        ]
        source["item"].append(_another(type="choice", answerValueSet="#s0"))

    return change


def _limit(name: str, kind: str, value: Any) -> Source:
    return {"url": X + name, f"value{kind}": value}


def _deep(source: Source) -> None:
    item = _another()
    for number in range(120):
        item = {"linkId": f"g{number}", "type": "group", "item": [item]}
    source["item"].append(item)


def _asks(question: str, **answer: Any) -> list[Source]:
    return [{"question": question, "operator": "=", **answer}]


def _without(key: str) -> Callable[[Source], None]:
    return lambda source: source.pop(key)


_TEXTS: Mapping[str, Callable[[str], str]] = {
    "empty file": lambda _: "",
    "half a download": lambda text: text[: len(text) // 2],
    "XML": lambda _: '<Questionnaire xmlns="http://hl7.org/fhir"><status value="active"/></Questionnaire>',
    "two marks before it": lambda text: f"\ufeff\ufeff{text}",
    "a comma at the end": lambda text: f"{text[:-1]},}}",
    "a comment": lambda text: f"{{ // made by hand\n{text[1:]}",
    "two files in one": lambda text: f"{text}\n{text}",
    "status twice": lambda text: f'{{"status": "draft", {text[1:]}',
    "NaN": lambda text: f'{{"x": NaN, {text[1:]}',
    "Infinity": lambda text: f'{{"x": -Infinity, {text[1:]}',
    "a number of 5000 digits": lambda text: f'{{"x": {"9" * 5000}, {text[1:]}',
    "lists in lists": lambda text: f'{{"x": {"[" * 50_000}{"]" * 50_000}, {text[1:]}',
    "single quotes": lambda text: text.replace('"', "'"),
    "in a list": lambda text: f"[{text}]",
    "in a Bundle": lambda text: (
        f'{{"resourceType": "Bundle", "type": "collection", "entry": [{{"resource": {text}}}]}}'
    ),
}

_REFUSED: Mapping[str, Callable[[Source], Any]] = {
    "no resourceType": _without("resourceType"),
    "another resourceType": _top(resourceType="Observation"),
    "no status": _without("status"),
    "unknown status": _top(status="final"),
    "item as an object": lambda source: source.update(item=source["item"][0]),
    "null among the items": lambda source: source["item"].append(None),
    "a text among the items": lambda source: source["item"].append("added"),
    "an item without linkId": _first(linkId=None),
    "an item without type": _first(type=None),
    "an empty linkId": _first(linkId=" "),
    "a number as linkId": _first(linkId=7),
    "a linkId twice": _twice,
    "half a surrogate in the linkId": _first(linkId="a\ud800"),
    "NUL in a text": _first(text="a\0b"),
    "an unknown type": _first(type="likert"),
    "the type of R5": _with("coding", answerConstraint="optionsOnly"),
    "options of STU3": _with("choice", option=[{"valueString": "a"}]),
    "groups of DSTU2": _top(group={"linkId": "root", "question": [{"linkId": "1"}]}),
    "required as text": _first(required="true"),
    "a text as a number": _first(text=7),
    "enableWhen as an object": _with(enableWhen=_asks("added", answerString="a")[0]),
    "enableWhen without an answer": _with(enableWhen=[{"question": "added", "operator": "="}]),
    "an unknown operator": _with(enableWhen=[{"question": "a", "operator": "~", "answerString": "a"}]),
    "two values of an option": _with("choice", answerOption=[{"valueString": "a", "valueInteger": 1}]),
    "an option of null": _with("choice", answerOption=[None]),
    "an option without value": _with("choice", answerOption=[{"initialSelected": True}]),
    "options on a group": _with("group", item=[_another(linkId="b")], answerOption=[{"valueString": "a"}]),
    "a group without items": _with("group"),
    "a display with items": _with("display", item=[_another(linkId="b")]),
    "a display that is required": _with("display", required=True),
    "a day that does not exist": _with("date", initial=[{"valueDate": "2026-02-30"}]),
    "a whole number of 40 digits": _with("integer", initial=[{"valueInteger": 10**40}]),
    "1.5 as a whole number": _with("integer", initial=[{"valueInteger": 1.5}]),
    "initial as an object": _with(initial={"valueString": "a"}),
    "an extension without address": _with(extension=[{"valueString": "a"}]),
    "an extension without value": _with(extension=[{"url": "urn:x"}]),
    "an extension with value and parts": _with(
        extension=[{"url": "urn:x", "valueString": "a", "extension": [{"url": "b", "valueCode": "c"}]}]
    ),
    "a companion without linkId": lambda source: source["item"].append({"_linkId": {"id": "x"}, "type": "string"}),
    "companions of one text": _with(_text=[{"id": "x"}]),
    "an element of one's own": _with(comment="made by hand"),
    "items nested too deeply": _deep,
    "a contained resource that is none": _top(contained=[{"resourceType": "Sheep", "id": "a"}]),
    "a score without items": _top(
        extension=[{"url": "https://stegvis.example/fhir/score", "extension": _parts(name=("String", "a"))}]
    ),
}

_SAID: Mapping[str, Callable[[Source], Any]] = {
    "empty lists": _with(code=[], answerOption=[]),
    "an empty text": _with(prefix=""),
    "a companion without text": lambda source: source["item"].append(
        {"linkId": "added", "type": "string", "_text": {"id": "x"}}
    ),
    "a coding that is only an id": _with(code=[{"id": "x"}]),
    "enableWhen to nowhere": _with(enableWhen=_asks("nowhere", answerString="a")),
    "enableWhen on itself": _with(enableWhen=_asks("added", answerString="a")),
    "a heading asked by what is in it": _with(
        "group", item=[_another(linkId="b")], enableWhen=_asks("b", answerString="a")
    ),
    "enableWhen with another type": lambda source: source["item"].extend(
        [_another(linkId="b", type="boolean"), _another(enableWhen=_asks("b", answerString="a"))]
    ),
    "options of another type": _with("integer", answerOption=[{"valueString": "a"}]),
    "an option without code": _with("choice", answerOption=[{"valueCoding": {"system": "urn:x"}}]),
    "an option twice": _with("choice", answerOption=[{"valueString": "a"}, {"valueString": "a"}]),
    "a value set that is not there": _with("choice", answerValueSet="#nowhere"),
    "a value set that includes itself": _from_sets([{"valueSet": ["#s0"]}]),
    "value sets in a circle": _from_sets([{"valueSet": ["#s1"]}], [{"valueSet": ["#s0"]}]),
    "a value set without codes": _from_sets([{"system": "urn:x", "concept": [{"display": "a"}]}]),
    "a translation without language": _beside(extension=_parts(content=("String", "a"))),
    "a translation without words": _beside(extension=_parts(lang=("Code", "sv"))),
    "a translation as one text": _beside(valueString="sv: a"),
    "a translation into no language": _beside(extension=_parts(lang=("Code", "the best"), content=("String", "a"))),
    "a language that is none": _top(language="Svenska (Sverige)"),
    "a rich text with a script": _with(
        _text={"extension": [{"url": X + "rendering-xhtml", "valueString": "<div><script>a()</script></div>"}]}
    ),
    "a rich text with entities of its own": _with(
        _text={"extension": [{"url": X + "rendering-xhtml", "valueString": '<!DOCTYPE a [<!ENTITY b "c">]><div/>'}]}
    ),
    "a rich text of endless depth": _with(
        _text={"extension": [{"url": X + "rendering-xhtml", "valueString": "<div>" * 20_000}]}
    ),
    "a narrative that is no XHTML": _top(text={"status": "generated", "div": "<p>a"}),
    "the least above the greatest": _with(
        "integer", extension=[_limit("minValue", "Integer", 9), _limit("maxValue", "Integer", 1)]
    ),
    "a limit of another type": _with("integer", extension=[_limit("minValue", "String", "1")]),
    "an initial value of another type": _with("integer", initial=[{"valueString": "a"}]),
    "an expression that is none": _calculated("1 +"),
    "an expression of endless length": _calculated("1" + " + 1" * 20_000),
    "an expression of endless depth": _calculated("(" * 5_000 + "1" + ")" * 5_000),
    "an expression of names that do not exist": _calculated("%resource.itm.answer.vlue"),
    "variables in a circle": _top(
        extension=[_computed("%b", X + "variable", name="a"), _computed("%a", X + "variable", name="b")]
    ),
}

_TAKEN: Mapping[str, Callable[[Source], Any]] = {
    "a meaning changed by what nobody knows": _with(modifierExtension=[{"url": "urn:x", "valueBoolean": True}]),
    "a value calculated from itself": _calculated("%resource.descendants().where(linkId = 'added').answer.value + 1"),
    "an expression without end": _calculated("1.repeat($this + 1).count()"),
    "an expression that doubles": _calculated("'a'" + ".select($this + $this)" * 60, "string"),
    "an expression that multiplies": _calculated("(1 | 2 | 3)" + ".select(%resource.repeat(item))" * 6),
    "a regular expression without end": _calculated("'" + "a" * 40 + "b'.matches('^(a+)+$')", "boolean"),
    "a criterion without end": _with(extension=[_limit("regex", "String", "(a+)+$")]),
    "value sets that double": _from_sets(
        *([{"valueSet": [f"#s{number}"]}] * 10 for number in range(1, 12)),
        [{"system": "urn:x", "concept": [{"code": "a"}]}],
    ),
    "a number of 40 digits": _with("decimal", initial=[{"valueDecimal": 10**39}]),
    "a profile that nobody knows": _top(meta={"profile": ["https://example.org/a"]}),
    "linkIds like paths": lambda source: source["item"].extend(
        _another(linkId=one) for one in ("../../a", "a/b?c#d", "__proto__", "<script>", "a" * 3000, "a@1", "då\u202e")
    ),
    "a billion answers": _with("string", repeats=True, extension=[_limit("questionnaire-minOccurs", "Integer", 10**9)]),
    "a ruler of a billion": _with(
        "integer",
        extension=[
            _limit("minValue", "Integer", 0), _limit("maxValue", "Integer", 10**9),
            {"url": X + "questionnaire-itemControl", "valueCodeableConcept": {"coding": [{"code": "slider"}]}},
        ],
    ),
}  # fmt: skip
