"""Expressions evaluated over one set of answers: what is asked, what is offered, what must hold together.

As SDC has it (hl7.org/fhir/uv/sdc/expressions.html): `%resource` is the response so far, `%questionnaire` the form,
`%context` (and where a path begins, see `formulas.begins_at_response`) the item of the response that the expression's
item corresponds to, `%qitem` its definition;
variables are seen by the item that defines them and everything below. What is not asked is not in the response.
An expression that fails gives nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cached_property
from typing import Any

from stegvis.methods.instruments import fhirpath
from stegvis.methods.instruments.enablement import Enablement, enabled_among
from stegvis.methods.instruments.errors import Problem
from stegvis.methods.instruments.expression_language import evaluate
from stegvis.methods.instruments.formulas import begins_at_response
from stegvis.methods.instruments.items import Constraint, Formula, Option
from stegvis.methods.instruments.positions import Occurrence, Occurrences, occurrences
from stegvis.methods.instruments.questionnaire import Questionnaire
from stegvis.methods.instruments.response_writing import Writer
from stegvis.methods.instruments.results import as_answer, is_true
from stegvis.methods.instruments.values import can_be_written

_WORDS = "%(words)s"  # a constraint says itself, in its file's words, what is not right


class Evaluation:
    """One set of answers as a response, and expressions evaluated on it."""

    def __init__(
        self,
        questionnaire: Questionnaire,
        answers: Mapping[str, Any],
        among: Occurrences,
        asked: frozenset[str],
        at: datetime | None = None,
    ) -> None:
        self.questionnaire = questionnaire
        self.at = at
        self.among = among
        self.asked = asked
        writer = Writer(_writable(answers, among, asked), among, questionnaire.language)
        self.response: dict[str, Any] = {"resourceType": "QuestionnaireResponse", "status": "in-progress"}
        if questionnaire.reference:
            self.response["questionnaire"] = questionnaire.reference
        items = writer.items(questionnaire.items)
        if items:
            self.response["item"] = items
        self.nodes = writer.nodes
        self.scopes: dict[str, dict[str, Any]] = {}

    def put(self, one: Occurrence, value: Any) -> bool:
        """Write another answer (None: none) of a question into the response as it stands.

        The question has none below it, and which items are asked stays as it was. False where that is not enough: its
        heading was not written yet, or would be empty now. Then the response has to be made anew.
        """
        self.scopes.clear()
        holder = self.response if one.parent is None else self.nodes.get(one.parent.position, {})
        written: list[dict[str, Any]] = holder.get("item", [])
        before = self.nodes.pop(one.position, None)
        after = self._written(one, value)
        if (after and not written) or (before and not after and len(written) == 1):
            return False
        if before is not None:
            written[:] = [node for node in written if node is not before]
        if after:
            place = len(written)
            while place and self._order[written[place - 1]["linkId"]] > self._order[one.item.link_id]:
                place -= 1
            written.insert(place, after)
        return True

    def _written(self, one: Occurrence, value: Any) -> dict[str, Any] | None:
        writer = Writer(
            _writable({one.position: value}, self.among, self.asked), self.among, self.questionnaire.language
        )
        node = writer.question(one.item, one.indices)
        self.nodes.update(writer.nodes)
        return node

    @cached_property
    def _order(self) -> Mapping[str, int]:
        return {link_id: number for number, link_id in enumerate(self.questionnaire.by_link_id)}

    def value(self, formula: Formula, one: Occurrence | None) -> list[Any]:
        """What the expression of an occurrence (None: of the questionnaire) gives; [] also when it fails."""
        return self._evaluated(formula, one, self._scope(one))

    def _evaluated(self, formula: Formula, one: Occurrence | None, scope: Mapping[str, Any]) -> list[Any]:
        focus: Any = self.response
        context: Any = self.response
        known: dict[str, Any] = {"resource": self.response, "questionnaire": self.questionnaire.definition, **scope}
        if one is not None:
            context = self.nodes.get(one.position, {"linkId": one.item.link_id})
            if not begins_at_response(formula, one.item, self.questionnaire.by_link_id):
                focus = context
            known["qitem"] = self.questionnaire.raw_items[one.item.link_id]
        known["context"] = context
        try:
            return evaluate(formula.text, focus, known, self.at)
        except fhirpath.ExpressionError:
            return []

    def _scope(self, one: Occurrence | None) -> dict[str, Any]:
        """The variables seen at an occurrence: the questionnaire's, and those of every item around it."""
        key = one.position if one is not None else ""
        if key not in self.scopes:
            if one is None:
                seen, own = {}, self.questionnaire.variables
            else:
                seen, own = dict(self._scope(one.parent)), one.item.variables
            for formula in own:
                if formula.name:
                    seen[formula.name] = self._evaluated(formula, one, seen)
            self.scopes[key] = seen
        return self.scopes[key]


def _writable(answers: Mapping[str, Any], among: Occurrences, asked: frozenset[str]) -> dict[str, Any]:
    """The answers to what is asked, without those that no response can hold: a code that is no option, one for many."""
    return {
        position: value
        for position, value in answers.items()
        if value is not None and position in asked and can_be_written(among.by_position[position].item, value)
    }


def asked_by_expressions(
    questionnaire: Questionnaire, answers: Mapping[str, Any], among: Occurrences, asked: frozenset[str]
) -> frozenset[str]:
    """What is asked of `asked` once the expressions of `enableWhenExpression` are heard, in the order of the form."""
    off: set[str] = set()
    evaluation = Evaluation(questionnaire, answers, among, asked)
    for item in questionnaire.enabled_by_expression:
        assert item.enabled_by is not None
        for one in among.by_link_id.get(item.link_id, ()):
            if one.position not in asked or is_true(evaluation.value(item.enabled_by, one)):
                continue
            off.add(one.position)
            left = Enablement(questionnaire, answers, among, frozenset(off)).all_enabled()
            if any(position in answers for position in asked - left):
                evaluation = Evaluation(questionnaire, answers, among, left)
            asked = left
    return asked


def with_initial(questionnaire: Questionnaire, at: datetime | None = None) -> dict[str, Any]:
    """The answers a form starts with: `initial`, options selected beforehand, and `initialExpression`."""
    found: dict[str, Any] = {}
    among = occurrences(questionnaire, {})
    evaluation = Evaluation(questionnaire, {}, among, frozenset(among.by_position), at)
    for one in among.all:
        item = one.item
        value: Any = list(item.initial) or [option.key for option in item.options if option.initial]
        if not value and item.initially:
            value = as_answer(item, evaluation.value(item.initially, one))
        elif value and not item.repeats:
            value = value[0]
        if item.is_question and value not in (None, []):
            found[one.position] = value
    return found


def offered(questionnaire: Questionnaire, answers: Mapping[str, Any]) -> dict[str, tuple[Option, ...]]:
    """The options offered now, by position, of every question that is asked and toggles some of its options."""
    if not questionnaire.toggling:
        return {}
    among = occurrences(questionnaire, answers)
    return _offered(questionnaire, answers, among, enabled_among(questionnaire, answers, among))


def _offered(
    questionnaire: Questionnaire, answers: Mapping[str, Any], among: Occurrences, asked: frozenset[str]
) -> dict[str, tuple[Option, ...]]:
    evaluation = Evaluation(questionnaire, answers, among, asked)
    found = {}
    for item in questionnaire.toggling:
        listed = frozenset().union(*(toggle.options for toggle in item.toggles))
        for one in among.by_link_id.get(item.link_id, ()):
            if one.position in asked:
                on = (toggle.options for toggle in item.toggles if is_true(evaluation.value(toggle.formula, one)))
                off = listed.difference(*on)
                found[one.position] = tuple(option for option in item.options if option.key not in off)
    return found


def not_offered(
    questionnaire: Questionnaire, answers: Mapping[str, Any], among: Occurrences, asked: frozenset[str]
) -> Iterator[tuple[Occurrence, int]]:
    """The chosen options that are not offered in view of the other answers: where, and which of several answers."""
    for position, options in _offered(questionnaire, answers, among, asked).items():
        one, value = among.by_position[position], answers.get(position)
        keys = {option.key for option in options}
        for number, key in enumerate(value if isinstance(value, list | tuple) else [value]):
            if isinstance(key, str) and one.item.option(key) is not None and key not in keys:
                yield one, number


def broken_constraints(
    questionnaire: Questionnaire, answers: Mapping[str, Any], among: Occurrences, asked: frozenset[str]
) -> list[Problem]:
    """The constraints that the answers do not fulfil; one that gives nothing is not broken."""
    evaluation = Evaluation(questionnaire, answers, among, asked)
    problems = [
        _problem(constraint, "", "")
        for constraint in questionnaire.constraints
        if _is_broken(evaluation.value(constraint.formula, None), constraint)
    ]
    for one in among.all:
        if one.position in asked:
            problems += [
                _problem(constraint, one.item.link_id, one.position)
                for constraint in one.item.constraints
                if _is_broken(evaluation.value(constraint.formula, one), constraint)
            ]
    return problems


def _is_broken(value: list[Any], constraint: Constraint) -> bool:
    return constraint.is_error and bool(value) and not is_true(value)


def _problem(constraint: Constraint, link_id: str, position: str) -> Problem:
    return Problem(link_id, "constraint", _WORDS, {"words": constraint.sentence}, position)
