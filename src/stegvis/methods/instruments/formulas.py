"""Expressions of a questionnaire as they stand in the file: read, checked against the form, and put in order.

What is in another language is not carried out, and what should be FHIRPath and cannot be read is a warning too; both are
said on load with the element path, and nothing of it is guessed. A path with a typing error gives nothing instead of
failing, so every expression is also checked for elements, functions, variables and linkIds that do not exist.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from stegvis.methods.instruments import extensions as ext
from stegvis.methods.instruments.conditions import in_circles
from stegvis.methods.instruments.errors import Place
from stegvis.methods.instruments.expression_language import problems_in
from stegvis.methods.instruments.items import Constraint, Formula, Item

FHIRPATH: Final = "text/fhirpath"
_VARIABLE = re.compile(r"%(`[^`]+`|[A-Za-z_][A-Za-z0-9_]*)")
_BARE = re.compile(r"(?<![.%\w'`])(item|QuestionnaireResponse|repeat|descendants)\b")
_OWN = re.compile(r"[\s(]*(answer|linkId)\b")
_LITERAL = re.compile(r"'((?:[^'\\]|\\.)*)'")
_LOOKED_UP = re.compile(r"\blinkId\s*[=~]\s*'(?:[^'\\]|\\.)*'|'(?:[^'\\]|\\.)*'\s*[=~]\s*linkId\b")


def formula_of(raw: Mapping[str, Any], url: str, place: Place, *, blocks: bool = True) -> Formula | None:
    """The first expression of that extension, or None when there is none that can be evaluated."""
    return next(iter(formulas_of(raw, url, place, blocks=blocks)), None)


def formulas_of(raw: Mapping[str, Any], url: str, place: Place, *, blocks: bool) -> tuple[Formula, ...]:
    """Every expression of that extension that can be evaluated; the others are listed as not carried out."""
    found = []
    for number, extension in enumerate(raw.get("extension", ())):
        if extension["url"] == url and "valueExpression" in extension:
            path = f"{place.path}.extension[{number}].valueExpression"
            formula = formula_of_expression(extension["valueExpression"], place.at(path), url, blocks=blocks)
            found += [formula] if formula else []
    return tuple(found)


def formula_of_expression(raw: Mapping[str, Any], place: Place, url: str, *, blocks: bool) -> Formula | None:
    """A FHIR Expression as a formula, or None, and said so, when it cannot be evaluated here.

    `url` is the address of the extension that it stands in.
    """
    name = url.rpartition("/")[2].removeprefix("sdc-questionnaire-")
    language, text = raw.get("language"), raw.get("expression")
    if language == FHIRPATH and text is not None:
        faults = problems_in(text)
        if not faults:
            return Formula(text, place.path, raw.get("name"))
        # questionnaire-constraint holds its expression as plain text
        element = "" if place.path.endswith("valueString") else "expression"
        place.warn(f"the expression is no FHIRPath: {faults[0]}", "Correct the expression", element)
        what = f"the {name} cannot be read and is not evaluated"
        place.findings.leave_out(f"{place.path}.expression", url, what, blocks=blocks, link_id=place.link_id)
        return None
    what = f"the {name} is in {language}, which is not evaluated here" if text else f"the {name} stands elsewhere"
    blocks = blocks and language != "application/x-fhir-query"
    place.findings.leave_out(f"{place.path}.expression", url, what, blocks=blocks, link_id=place.link_id)
    return None


def constraints_of(raw: Mapping[str, Any], place: Place) -> tuple[Constraint, ...]:
    """The conditions that answers must fulfil together (targetConstraint, and questionnaire-constraint before it)."""
    found = []
    for number, extension in enumerate(raw.get("extension", ())):
        if extension["url"] in (ext.TARGET_CONSTRAINT, ext.CONSTRAINT):
            at = place.at(f"{place.path}.extension[{number}]")
            constraint = _constraint(ext.parameters_of(extension.get("extension")), extension, at)
            found += [constraint] if constraint else []
    return tuple(found)


def _constraint(parts: Mapping[str, list[Any]], extension: Mapping[str, Any], place: Place) -> Constraint | None:
    expression = parts.get("expression", [None])[0]
    if isinstance(expression, str):
        expression = {"language": FHIRPATH, "expression": expression}
    if not isinstance(expression, Mapping):
        place.warn("a constraint without expression", "Write the expression; it has no effect as it is")
        return None
    formula = formula_of_expression(
        expression, place.at(ext.path_within(extension, "expression", place.path)), extension["url"], blocks=True
    )
    key, human = (str(parts.get(name, [""])[0]) for name in ("key", "human"))
    if formula is None:
        return None
    return Constraint(key, formula, human or key or formula.text, parts.get("severity", ["error"])[0] == "error")


def variables_within(formulas: Iterable[Formula]) -> Iterator[str]:
    """The names of the variables that the expressions use."""
    for formula in formulas:
        for match in _VARIABLE.finditer(formula.text):
            yield match.group(1).strip("`")


def quoted(expression: str) -> Iterator[str]:
    """The texts that stand in quotes in an expression."""
    return (match.group(1).replace("\\'", "'") for match in _LITERAL.finditer(expression))


def looked_up(expression: str) -> Iterator[str]:
    """The linkIds that an expression looks up for certain: `linkId = 'a'`, and nothing that may be a code."""
    return (text for match in _LOOKED_UP.finditer(expression) for text in quoted(match.group()))


def mentioned(
    formula: Formula, scope: Mapping[str, Formula], texts_in: Callable[[str], Iterable[str]] = quoted
) -> frozenset[str]:
    """The texts that stand in quotes in an expression and in the variables it uses, directly or through others.

    `texts_in` finds them: `quoted` every one, `looked_up` only those that a linkId is compared with.
    """
    seen: set[str] = set()
    texts: set[str] = set()
    ahead = [formula]
    while ahead:
        one = ahead.pop()
        texts.update(texts_in(one.text))
        for name in variables_within([one]):
            if name in scope and name not in seen and scope[name] is not one:
                seen.add(name)
                ahead.append(scope[name])
    return frozenset(texts)


def begins_at_response(formula: Formula, item: Item, link_ids: Container[str]) -> bool:
    """Whether a path of the item's expression that begins at nothing can only mean the whole response.

    SDC lets such a path begin at the item of the response that the expression stands on, and several programs at the
    response. Where it names linkIds and none of them is below the item, the first reading gives nothing at all.
    """
    if not _BARE.search(formula.text) or _OWN.match(formula.text):
        return False
    named = {text for text in mentioned(formula, {}) if text in link_ids}
    return "QuestionnaireResponse" in formula.text or (bool(named) and not named & _below(item))


def _below(item: Item) -> frozenset[str]:
    return frozenset(inner.link_id for inner in item.walk() if inner is not item)


class Dependencies:
    """Which calculated items wait for which, by the linkIds that their expressions name."""

    def __init__(self, items: tuple[Item, ...], variables: tuple[Formula, ...]) -> None:
        self.all = [inner for item in items for inner in item.walk()]
        self.by_link_id = {item.link_id: item for item in self.all}
        self.around: dict[str, str | None] = {item.link_id: None for item in items}
        self.around |= {child.link_id: item.link_id for item in self.all for child in item.items}
        self.deciding: dict[str, frozenset[str]] = {}
        self.scopes: dict[str, dict[str, Formula]] = {}
        for item in items:
            self._scope(item, {formula.name: formula for formula in variables if formula.name})

    def _scope(self, item: Item, around: dict[str, Formula]) -> None:
        own = {**around, **{formula.name: formula for formula in item.variables if formula.name}}
        self.scopes[item.link_id] = own
        for child in item.items:
            self._scope(child, own)

    def order(self) -> tuple[tuple[str, ...], list[str]]:
        """The calculated items so that each comes after those it needs, and those that need themselves.

        It also comes after those that decide whether it, or what it reads, is asked. Where that would go in a circle (a
        sum that decides whether one of its parts is asked) only the values count.
        """
        calculated = {item.link_id: item for item in self.all if item.calculated}
        values = {link_id: sorted(self.needs(item) & set(calculated)) for link_id, item in calculated.items()}
        circular = set(in_circles(values))
        everything = {link_id: sorted(self._decided_by(link_id) & set(calculated)) for link_id in calculated}
        doubtful = set(in_circles(everything))
        waits_for = {link_id: (values if link_id in doubtful else everything)[link_id] for link_id in calculated}
        done: dict[str, None] = {}
        for link_id in calculated:
            _after(link_id, waits_for, circular, done)
        return tuple(done), sorted(circular)

    def _decided_by(self, link_id: str) -> set[str]:
        """The questions that an item's value is made of, and those that decide which of all these are asked."""
        found = self.needs(self.by_link_id[link_id]) | self._decides(link_id)
        ahead = list(found)
        while ahead:
            more = self._decides(ahead.pop()) - found
            found |= more
            ahead += more
        return found

    def _decides(self, link_id: str) -> frozenset[str]:
        """The questions that decide directly whether an item is asked: its own conditions, and those of what is around."""
        if link_id not in self.deciding:
            item, around = self.by_link_id[link_id], self.around[link_id]
            own = {condition.question for condition in item.conditions} & set(self.by_link_id)
            own |= self.read_by(item.enabled_by, item) if item.enabled_by else set()
            self.deciding[link_id] = frozenset(own) | (self._decides(around) if around else frozenset())
        return self.deciding[link_id]

    def needs(self, item: Item) -> set[str]:
        """The linkIds of the questions that a calculated item's value is made of."""
        assert item.calculated is not None
        return self.read_by(item.calculated, item)

    def read_by(self, formula: Formula, item: Item, texts_in: Callable[[str], Iterable[str]] = quoted) -> set[str]:
        """The linkIds of the questions that an expression of the item reads, as far as it names them."""
        named = mentioned(formula, self.scopes[item.link_id], texts_in) & self.by_link_id.keys()
        found: set[str] = set()
        for link_id in named:
            inside = {inner.link_id for inner in self.by_link_id[link_id].walk()}
            # A heading that is only passed through on the way to a question named beside it does not stand for all in it.
            if self.by_link_id[link_id].type != "group":
                found.add(link_id)
            elif item.link_id not in inside and not inside & (named - {link_id}):
                found |= inside
        return found


def _after(link_id: str, waits_for: Mapping[str, list[str]], circular: set[str], done: dict[str, None]) -> None:
    """Put an item after those it waits for (depth first, without recursion: chains may be long)."""
    path = [link_id]
    while path:
        ahead = [one for one in waits_for[path[-1]] if one not in done and one not in circular]
        if path[-1] in done or path[-1] in circular or not ahead:
            if path[-1] not in circular:
                done[path[-1]] = None
            path.pop()
        else:
            path.append(ahead[0])


def without_circular(items: tuple[Item, ...], circular: Iterable[str]) -> tuple[Item, ...]:
    """The items, those of the linkIds given without their calculation."""
    out = set(circular)
    return tuple(
        replace(
            item,
            calculated=None if item.link_id in out else item.calculated,
            items=without_circular(item.items, out),
        )
        for item in items
    )
