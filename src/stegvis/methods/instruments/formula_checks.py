"""Expressions held against their form on load: names that do not exist, comparisons that no answer can fulfil.

FHIRPath gives nothing for a path with a typing error instead of failing, and nothing is easily taken for an answer. Such
an expression is a warning; a variable that only a server can fill (launch context, queries) is known and empty.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from stegvis.methods.instruments import extensions as ext
from stegvis.methods.instruments.answer_types import oddities_in
from stegvis.methods.instruments.errors import Findings
from stegvis.methods.instruments.expression_language import faults_in
from stegvis.methods.instruments.items import Constraint, Formula, Item

_ITEM, _ROOT = "QuestionnaireResponse.item", "QuestionnaireResponse"
_GIVEN: Mapping[str, str | None] = {
    "resource": _ROOT,
    "questionnaire": "Questionnaire",
    "context": None,
    "rootResource": _ROOT,
}

_NO_VARIABLES = frozenset({ext.CALCULATED_EXPRESSION, ext.INITIAL_EXPRESSION, ext.ENABLE_WHEN_EXPRESSION})


def check_formulas(
    raw: Mapping[str, Any],
    raw_items: Mapping[str, Mapping[str, Any]],
    items: tuple[Item, ...],
    formulas: tuple[Formula, ...],
    findings: Findings,
) -> None:
    """Warn of everything that an expression of the questionnaire or of its items names and that does not exist."""
    by_link_id = {inner.link_id: inner for item in items for inner in item.walk()}
    scope = {**_GIVEN, **dict.fromkeys([*launched(raw), *_declared(raw)])}
    _check(formulas, _ROOT, scope, by_link_id, findings, None)
    ahead = [(item, scope) for item in items]
    while ahead:
        item, around = ahead.pop()
        own = {**around, **dict.fromkeys(_declared(raw_items[item.link_id])), "qitem": "Questionnaire.item"}
        _check(_formulas_of(item), _ITEM, own, by_link_id, findings, item.link_id)
        ahead += [(child, own) for child in item.items]


def _check(
    formulas: tuple[Formula, ...],
    root: str,
    scope: Mapping[str, str | None],
    by_link_id: Mapping[str, Item],
    findings: Findings,
    link_id: str | None,
) -> None:
    for formula in formulas:
        odd = oddities_in(formula.text, by_link_id)
        for what, right in (*faults_in(formula.text, root, scope, by_link_id), *odd):
            findings.warn(formula.path, what, right, link_id)


def _formulas_of(item: Item) -> tuple[Formula, ...]:
    single = (item.enabled_by, item.calculated, item.initially, item.worded_by)
    toggles = (toggle.formula for toggle in item.toggles)
    return (*(one for one in single if one), *item.variables, *formulas_within(item.constraints), *toggles)


def formulas_within(constraints: tuple[Constraint, ...]) -> tuple[Formula, ...]:
    """The expressions of constraints."""
    return tuple(constraint.formula for constraint in constraints)


def _declared(raw: Mapping[str, Any]) -> Iterator[str]:
    """The names of the variables that an element defines, in whatever language; a population context is one too.

    The name of a calculation or a condition is none: its result is not known to other expressions here.
    """
    for extension in raw.get("extension", ()):
        name = extension.get("valueExpression", {}).get("name")
        if name is not None and extension["url"] not in _NO_VARIABLES:
            yield name


def launched(raw: Mapping[str, Any]) -> Iterator[str]:
    """The names of what others give: a server (patient, user, contained queries) or the form this is a part of."""
    yield from (resource["id"] for resource in raw.get("contained", ()) if "id" in resource)
    yield from (one for one in ext.values_of(raw, ext.ASSEMBLE_CONTEXT) if isinstance(one, str))
    for inner in ext.values_of(raw, ext.LAUNCH_CONTEXT):
        name = ext.parameters_of(inner).get("name", [None])[0]
        if isinstance(name, Mapping):
            name = name.get("code")
        if isinstance(name, str):
            yield name
