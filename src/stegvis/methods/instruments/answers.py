"""Answers: what a person may answer to a questionnaire, and every rule an answer breaks.

Answers are a plain mapping position → value. A position is the linkId, with the occurrence behind it where the item can
occur several times (see `positions`). What a value is for each type of question stands in `values`; a repeating
question has a list of them. `DECLINED` is "I prefer not to answer": an answer of its own kind, kept apart from a
missing one. None, "" and [] are no answers (`given` takes them away).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from stegvis.methods.instruments import answer_rules
from stegvis.methods.instruments.answer_rules import MOST_CHARACTERS
from stegvis.methods.instruments.enablement import enabled, enabled_among
from stegvis.methods.instruments.errors import Problem, gettext_noop
from stegvis.methods.instruments.items import Item
from stegvis.methods.instruments.positions import Occurrence, Occurrences, item_at, occurrences, position_of
from stegvis.methods.instruments.primitives import is_date
from stegvis.methods.instruments.questionnaire import Questionnaire

__all__ = [
    "DECLINED", "MOST_CHARACTERS", "Answers", "declined", "from_json", "given", "is_date", "is_missing", "not_offered",
    "problems_of", "to_json", "validate", "validate_answer", "without_disabled",
]  # fmt: skip

Answers = Mapping[str, Any]

DECLINED: Final[Mapping[str, bool]] = {"declined": True}
"""The answer "I prefer not to answer"."""


def declined(value: Any) -> bool:
    """Whether the answer is "I prefer not to answer"."""
    return isinstance(value, Mapping) and value.get("declined") is True and len(value) == 1


def given(answers: Answers) -> dict[str, Any]:
    """The answers without those that are none (None, "" and [])."""
    return {position: value for position, value in answers.items() if not is_missing(value)}


def is_missing(value: Any) -> bool:
    """Whether there is no answer at all ("I prefer not to answer" is one)."""
    return value is None or (isinstance(value, str | list | tuple) and len(value) == 0)


def without_disabled(questionnaire: Questionnaire, answers: Answers) -> dict[str, Any]:
    """The given answers without those to questions that, in view of the others, are not asked.

    An occurrence of a group goes with the last answer in it, and then another one may be the nearest to a condition: what
    is left is looked at again until nothing more falls away.
    """
    left = given(answers)
    while True:
        present = left
        asked = enabled(questionnaire, present)
        left = {
            position: value
            for position, value in present.items()
            if position in asked or item_at(questionnaire, position) is None
        }
        if len(left) == len(present) or not questionnaire.repeats:
            return left


def validate(questionnaire: Questionnaire, answers: Answers, *, complete: bool = True) -> list[Problem]:
    """Every problem with the answers, in the order of the questionnaire; none means that they can be stored.

    With `complete`, required questions that are asked must be answered; "I prefer not to answer" satisfies them. Those
    in an occurrence of a repeating group that was not begun are not asked for. Constraints must hold only then too: one
    is "an invariant that must be satisfied before responses can be considered complete" (questionnaire-constraint, R4).
    """
    return _once(problems_of(questionnaire, answers, complete=complete))


def problems_of(
    questionnaire: Questionnaire, answers: Answers, *, complete: bool, present: frozenset[str] | None = None
) -> list[Problem]:
    """As `validate`, each answer for itself; `present` are the positions that stand in a response, answered or not.

    Then, as FHIR has it, a question is required only where the group that it stands in is there, and an item that is
    not asked must not stand there at all.
    """
    given_ones = given(answers)
    counted = given_ones if present is None else {**dict.fromkeys(present), **given_ones}
    among = occurrences(questionnaire, counted)
    asked = enabled_among(questionnaire, given_ones, among)
    problems = [
        problem
        for position, value in given_ones.items()
        for problem in _problems_at(questionnaire, position, value, among, asked)
    ]
    for position in (present or frozenset()) - asked - set(given_ones):
        if position in among.by_position:
            problems.append(Problem(among.by_position[position].item.link_id, "disabled", _DISABLED, {}, position))
    problems += _not_offered(questionnaire, given_ones, among, asked)
    problems += _occurrence_problems(questionnaire, given_ones, among, asked, complete=complete)
    if complete:
        problems += _missing_required(questionnaire, given_ones, among, asked, present)
    if complete and not problems and questionnaire.is_constrained:
        from stegvis.methods.instruments.expressions import broken_constraints

        problems += broken_constraints(questionnaire, given_ones, among, asked)
    return _in_order(problems, among)


def not_offered(questionnaire: Questionnaire, answers: Answers) -> list[Problem]:
    """The chosen options that are not offered in view of the other answers, each a problem of rule "option"."""
    among = occurrences(questionnaire, answers)
    return _not_offered(questionnaire, answers, among, enabled_among(questionnaire, answers, among))


def _not_offered(
    questionnaire: Questionnaire, answers: Answers, among: Occurrences, asked: frozenset[str]
) -> list[Problem]:
    if not questionnaire.toggling:
        return []
    from stegvis.methods.instruments import expressions

    chosen = expressions.not_offered(questionnaire, answers, among, asked)
    return [answer_rules.not_an_option(one.item, one.position, number) for one, number in chosen]


def validate_answer(item: Item, value: Any) -> list[Problem]:
    """Every rule of the item that one answer breaks. A missing answer breaks none here; see `validate`."""
    return _once(_answer_problems(item, value))


def _answer_problems(item: Item, value: Any) -> list[Problem]:
    return [] if is_missing(value) or declined(value) else answer_rules.check(item, value)


def _once(problems: list[Problem]) -> list[Problem]:
    """Each sentence once for each question, whichever of its answers it is about: a person reads them beside it."""
    first: dict[tuple[str, str, str], Problem] = {}
    for problem in problems:
        first.setdefault((problem.at, problem.rule, problem.sentence), problem)
    return list(first.values())


def to_json(value: Any) -> Any:
    """The answer as JSON can hold it: a `Decimal` becomes its digits as text."""
    if isinstance(value, list | tuple):
        return [to_json(one) for one in value]
    if isinstance(value, Mapping):
        return {key: to_json(one) for key, one in value.items()}
    return str(value) if isinstance(value, Decimal) else value


def from_json(item: Item, value: Any) -> Any:
    """The answer from what `to_json` gave (a number in its place is taken too)."""
    if item.is_multiple and isinstance(value, list):
        return [_from_json(item, one) for one in value]
    return _from_json(item, value)


def _from_json(item: Item, value: Any) -> Any:
    if item.type == "decimal" and isinstance(value, str | float) and value != "":
        return Decimal(str(value))
    if item.type == "quantity" and isinstance(value, Mapping) and isinstance(value.get("value"), str | float):
        return {**value, "value": Decimal(str(value["value"]))}
    return value


_UNKNOWN = gettext_noop("There is no question “%(question)s” in this questionnaire.")
_DISABLED = gettext_noop("This question is not asked when the other answers are as they are.")
_REQUIRED = gettext_noop("Please answer this question, or choose “I prefer not to answer”.")
_TOO_FEW = gettext_noop("Give at least %(least)s answers. Now there are %(now)s.")
_TOO_MANY = gettext_noop("Give at most %(most)s answers. Now there are %(now)s.")


def _problems_at(
    questionnaire: Questionnaire, position: str, value: Any, among: Occurrences, asked: frozenset[str]
) -> list[Problem]:
    one = among.by_position.get(position)
    if one is None:
        item = item_at(questionnaire, position)
        if item is not None and item.is_question and position not in asked:
            return [Problem(item.link_id, "disabled", _DISABLED, {}, position)]
        return [Problem(position, "unknown", _UNKNOWN, {"question": position})]
    if not one.item.is_question:
        return [Problem(one.item.link_id, "not-a-question", answer_rules.NOT_A_QUESTION, {}, position)]
    if position not in asked:
        return [Problem(one.item.link_id, "disabled", _DISABLED, {}, position)]
    return [replace(problem, position=position) for problem in _answer_problems(one.item, value)]


@lru_cache(maxsize=256)
def _required(questionnaire: Questionnaire) -> tuple[tuple[Item, frozenset[str]], ...]:
    """The required items, each with the linkIds of the questions of which one must be answered."""
    return tuple(
        (item, frozenset(inner.link_id for inner in item.walk() if inner.is_question) or frozenset({item.link_id}))
        if item.type == "group"
        else (item, frozenset({item.link_id}))
        for item in questionnaire.all_items
        if item.required
    )


def _missing_required(
    questionnaire: Questionnaire, answers: Answers, among: Occurrences, asked: frozenset[str],
    present: frozenset[str] | None,
) -> list[Problem]:  # fmt: skip
    begun = _begun(answers, among) if questionnaire.repeats else frozenset()
    problems = []
    for item, any_of in _required(questionnaire):
        for one in among.by_link_id.get(item.link_id, ()):
            if one.position not in asked or not _is_within_present(one, present, begun):
                continue
            within = [position for position in _places(one, any_of, among) if position in asked]
            if within and not any(position in answers for position in within):
                problems.append(Problem(item.link_id, "required", _REQUIRED, {}, one.position))
    return problems


def _places(one: Occurrence, any_of: frozenset[str], among: Occurrences) -> Iterable[str]:
    """Where an answer fulfils the requirement: inside the item; for a repeating group in any of its occurrences."""
    scope = one.indices
    if one.item.type == "group" and one.item.repeats:
        if scope[-1] > 1:
            return
        scope = scope[:-1]
    for link_id in any_of:
        for other in among.by_link_id.get(link_id, ()):
            if other.indices[: len(scope)] == scope:
                yield other.position


def _begun(answers: Answers, among: Occurrences) -> frozenset[str]:
    """The positions of everything that an answer stands in, and of the occurrences of a group before such a one."""
    found: set[str] = set()
    for position in answers:
        one = among.by_position.get(position)
        while one is not None and one.position not in found:
            found.add(one.position)
            if one.item.type == "group" and one.item.repeats:
                earlier = range(1, one.indices[-1])
                found.update(position_of(one.item.link_id, (*one.indices[:-1], number)) for number in earlier)
            one = one.parent
    return frozenset(found)


def _is_within_present(one: Occurrence, present: frozenset[str] | None, begun: frozenset[str]) -> bool:
    """Whether what the item stands in is there, so that its being required counts."""
    parent = one.parent
    while parent is not None:
        if parent.item.type == "group" and not parent.item.required:
            if present is not None and parent.position not in present:
                return False
            if present is None and parent.item.repeats and parent.position not in begun:
                return False
        parent = parent.parent
    return True


def _occurrence_problems(
    questionnaire: Questionnaire, answers: Answers, among: Occurrences, asked: frozenset[str], *, complete: bool
) -> list[Problem]:
    """Too few or too many answers to a question, or occurrences of a group (minOccurs, maxOccurs)."""
    problems = []
    for item in questionnaire.counted:
        for position, now in _counts(item, answers, among, asked):
            least, most = item.limits.min_occurs, item.limits.max_occurs
            if complete and least is not None and 0 < now < least:
                problems.append(Problem(item.link_id, "occurrences", _TOO_FEW, {"least": least, "now": now}, position))
            if most is not None and now > most:
                problems.append(Problem(item.link_id, "occurrences", _TOO_MANY, {"most": most, "now": now}, position))
    return problems


def _counts(item: Item, answers: Answers, among: Occurrences, asked: frozenset[str]) -> Iterable[tuple[str, int]]:
    found = [one for one in among.by_link_id.get(item.link_id, ()) if one.position in asked]
    if item.is_question:
        for one in found:
            value = answers.get(one.position)
            if value is not None and not declined(value):
                yield one.position, len(value) if isinstance(value, list | tuple) else 1
        return
    begun = _begun(answers, among)
    last: dict[tuple[int, ...], Occurrence] = {}
    for one in found:
        if one.position in begun:
            last[one.indices[:-1]] = one
    yield from ((one.position, one.indices[-1] if item.repeats else 1) for one in last.values())


def _in_order(problems: list[Problem], among: Occurrences) -> list[Problem]:
    if len(problems) > 1:
        order = {position: number for number, position in enumerate(among.by_position)}
        problems.sort(key=lambda problem: order.get(problem.at, len(order)))
    return problems
