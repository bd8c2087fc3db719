"""Words that an expression gives: `cqf-expression` on the text of a heading, a text or a question.

Source: hl7.org/fhir/extensions/StructureDefinition-cqf-expression.html: the expression "provides the value for the
element on which it appears". It is carried out where it needs nothing but the response and the variables of the file;
what only a server could give (queries, launch context) is said on load, and the text stays as it is written. An
expression that gives anything but one text leaves it so too. Its words are in the file's own language; whoever reads a
translation is shown that as it is written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Final

from stegvis.methods.instruments import extensions as ext
from stegvis.methods.instruments import fhirpath
from stegvis.methods.instruments.errors import Findings, Place
from stegvis.methods.instruments.expressions import Evaluation
from stegvis.methods.instruments.formulas import Dependencies, formula_of, variables_within
from stegvis.methods.instruments.items import TABLES, Formula, Item, Text
from stegvis.methods.instruments.positions import Occurrence

_HERE: Final = frozenset({"resource", "context", "questionnaire", "qitem", "rootResource", "ucum", "sct", "loinc"})


def with_worked_out_words(
    items: tuple[Item, ...], variables: tuple[Formula, ...], raw: Mapping[str, Mapping[str, Any]], findings: Findings
) -> tuple[Item, ...]:
    """The items with the expressions of their words, as far as these can be worked out here; the others are said."""
    if not any(any(ext.values_of(one.get("_text"), ext.WORDED_BY)) for one in raw.values()):
        return items
    scopes = Dependencies(items, variables).scopes

    def within(some: Iterable[Item]) -> tuple[Item, ...]:
        return tuple(
            replace(
                one, worded_by=_formula(one, raw[one.link_id], scopes[one.link_id], findings), items=within(one.items)
            )
            for one in some
        )

    return within(items)


def _formula(item: Item, raw: Mapping[str, Any], scope: Mapping[str, Formula], findings: Findings) -> Formula | None:
    beside = raw.get("_text")
    if not isinstance(beside, Mapping):
        return None
    place = Place(f"{item.path}._text", item.link_id, findings)
    formula = formula_of(beside, ext.WORDED_BY, place)
    if formula is None:
        return None
    what = ""
    if not _is_known_here(formula, scope):
        what = "the words need what only a server can give; they stay as they are written"
    elif TABLES.intersection(item.look.controls):
        what = "the heading of a table stays as it is written"
    if what:
        findings.leave_out(formula.path, ext.WORDED_BY, what, blocks=True, link_id=item.link_id)
        return None
    return formula


def _is_known_here(formula: Formula, scope: Mapping[str, Formula]) -> bool:
    """Whether every variable it uses, directly or through others, is one that the file defines in FHIRPath."""
    seen: set[str] = set()
    ahead = [formula]
    while ahead:
        for name in set(variables_within([ahead.pop()])) - seen:
            seen.add(name)
            if name in scope:
                ahead.append(scope[name])
            elif name not in _HERE:
                return False
    return True


def worded(one: Occurrence, evaluation: Evaluation, language: str | None) -> Item:
    """The item of an occurrence in the words that it has in view of the answers."""
    if one.item.worded_by is None:
        return one.item
    found = [
        value.value if isinstance(value, fhirpath.Node) else value
        for value in evaluation.value(one.item.worded_by, one)
    ]
    if len(found) != 1 or not isinstance(found[0], str) or not found[0].strip():
        return one.item
    written = one.item.text or Text("", language)
    return replace(one.item, text=replace(written, plain=found[0], markdown=None, xhtml=None, style=None))
