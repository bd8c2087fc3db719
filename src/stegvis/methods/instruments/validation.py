"""Is a QuestionnaireResponse a right answer to its questionnaire? Every misfit with element path, rule and sentence.

Rules, as hl7.org/fhir/R4/questionnaireresponse.html has them: `structure` (FHIR's elements and their form),
`questionnaire` (it answers another one), `unknown` (no such linkId here), `nesting`, `order`, `occurrences`, `type`,
`option`, and the rules that answers on pages keep to as well (`answers.validate`): `required`, `range`, `decimals`,
`unit`, `too-long`, `too-short`, `regex`, `characters`, `exclusive`, `twice`, `size`, `constraint`, and `disabled` (an
item that is not asked must not be there).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from stegvis.methods.instruments import extensions as ext
from stegvis.methods.instruments import values
from stegvis.methods.instruments.answers import DECLINED, problems_of
from stegvis.methods.instruments.errors import Findings, Misfit
from stegvis.methods.instruments.fhir_json import NotJson, check_depth
from stegvis.methods.instruments.items import Item
from stegvis.methods.instruments.positions import MOST_OCCURRENCES, Indices, position_of
from stegvis.methods.instruments.questionnaire import Questionnaire
from stegvis.methods.instruments.resource_kinds import another_kind
from stegvis.methods.instruments.response_writing import ASKED_DECLINED
from stegvis.methods.instruments.structure import check_structure

STATUSES: Final = ("in-progress", "completed", "amended", "entered-in-error", "stopped")
COMPLETE: Final = ("completed", "amended")
"""Statuses in which every required question that is asked must be answered."""

TOP: Final = "QuestionnaireResponse"


def validate_response(questionnaire: Questionnaire, response: Any) -> list[Misfit]:
    """Every misfit of a response (JSON already read, best with `fhir_json.read_json`); none means it can be stored."""
    return answers_in(questionnaire, response)[1]


def answers_in(questionnaire: Questionnaire, response: Any) -> tuple[dict[str, Any], list[Misfit]]:
    """The answers by position that a response holds, as far as they could be read, and every misfit.

    What is not well-formed FHIR is not read, and then nothing is missed either: it may stand in what was not read.
    """
    misfits = _structure(response)
    if any(one.path in (TOP, f"{TOP}.resourceType") for one in misfits):
        return {}, misfits
    reading = _Reading(questionnaire, misfits)
    reading.top(response)
    reading.items(response.get("item"), questionnaire.items, (), f"{TOP}.item")
    complete = response.get("status") in COMPLETE and not misfits
    for problem in problems_of(questionnaire, reading.answers, complete=complete, present=frozenset(reading.paths)):
        path = reading.path_of(problem.at, problem.number)
        reading.misfit(path, problem.rule, problem.sentence.rstrip("."), f"Rule: {problem.rule}", problem.link_id)
    return reading.answers, reading.misfits


def _structure(response: Any) -> list[Misfit]:
    other = another_kind(response, TOP)
    if other is not None:
        return [Misfit(*other)]
    try:
        check_depth(response)
    except NotJson as error:
        return [Misfit(TOP, str(error), error.right)]
    findings = Findings()
    check_structure(response, TOP, TOP, findings)
    return [Misfit(one.path, one.what, one.right, one.link_id) for one in (*findings.mistakes, *findings.warnings)]


def _objects(raw: Any) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """The objects of a list with their places; the structure's check has said what else is there."""
    for number, one in enumerate(raw if isinstance(raw, list) else ()):
        if isinstance(one, Mapping):
            yield number, one


def _value_key(answer: Mapping[str, Any]) -> str | None:
    """The value[x] of an answer, or None."""
    return next((key for key in answer if key.startswith("value")), None)


class _Reading:
    """Collects answers and misfits while walking through a response beside its questionnaire.

    `malformed` is what is wrong with the form of the response itself; no value is read where one of them stands.
    """

    def __init__(self, questionnaire: Questionnaire, malformed: Sequence[Misfit]) -> None:
        self.questionnaire = questionnaire
        self.answers: dict[str, Any] = {}
        self.misfits: list[Misfit] = list(malformed)
        self.malformed = {one.path for one in malformed}
        self.paths: dict[str, str] = {}
        self.value_paths: dict[str, list[str]] = {}

    def misfit(self, path: str, rule: str, what: str, right: str, link_id: str | None = None) -> None:
        self.misfits.append(Misfit(path, what, right, link_id, rule))

    def path_of(self, position: str, number: int | None = None) -> str:
        """Where in the response a position stands, or one of its values, or else what stands around it."""
        if number is not None and number < len(self.value_paths.get(position, ())):
            return self.value_paths[position][number]
        while position not in self.paths:
            link_id, _, indices = position.rpartition("@") if "@" in position else (position, "", "")
            parent = self.questionnaire.parents.get(link_id)
            if parent is None:
                return TOP
            depth = len(self.questionnaire.repeating_around[parent.link_id])
            depth += parent.type == "group" and parent.repeats
            position = position_of(parent.link_id, tuple(int(one) for one in indices.split(".") if one)[:depth])
        return self.paths[position]

    def top(self, raw: Mapping[str, Any]) -> None:
        named, own = raw.get("questionnaire"), self.questionnaire.canonical
        if isinstance(named, str) and not self.is_ours(named):
            self.misfit(f"{TOP}.questionnaire", "questionnaire", f"it answers {named}", f"Give a response to {own}")
        self.understood(raw, TOP, None)

    def is_ours(self, named: str) -> bool:
        """Whether a canonical or relative reference names the questionnaire; "#…" is one that the response contains."""
        own = self.questionnaire.canonical
        url = own.partition("|")[0]
        if named == self.questionnaire.reference:
            return True
        has_id = named.rpartition("/")[2] == self.questionnaire.definition.get("id") and "|" not in named
        if named in (own, url) or named.startswith("#") or (has_id and not named.startswith("http")):
            return True
        return self.questionnaire.version is None and named.partition("|")[0] == url

    def understood(self, raw: Mapping[str, Any], path: str, link_id: str | None) -> None:
        """Refuse what would change the meaning of an element in a way that is not known here."""
        for element in ("modifierExtension", "implicitRules"):
            if element in raw:
                at = f"{path}.{element}"
                self.misfit(at, "structure", f"{element}, which is not understood here", "Remove it", link_id)

    def items(self, raw: Any, items: tuple[Item, ...], indices: Indices, path: str) -> None:
        """The items of one place, in the order of the questionnaire, each group as often as it may be."""
        order = {item.link_id: number for number, item in enumerate(items)}
        times: dict[str, int] = {}
        latest = -1
        for number, one in _objects(raw):
            link_id, at = one.get("linkId"), f"{path}[{number}]"
            if not isinstance(link_id, str):
                continue
            place = order.get(link_id)
            if place is None:
                self.misplaced(link_id, at)
                continue
            item = items[place]
            times[link_id] = times.get(link_id, 0) + 1
            if place < latest:
                self.misfit(at, "order", "it stands after a later item", "Keep the questionnaire's order", link_id)
            latest = max(latest, place)
            self.understood(one, at, link_id)
            self.occurrence(one, item, indices, times[link_id], at)

    def misplaced(self, link_id: str, path: str) -> None:
        if link_id in self.questionnaire.by_link_id:
            what, rule = f"{link_id!r} does not stand here in the questionnaire", "nesting"
        else:
            what, rule = f"there is no item {link_id!r} in the questionnaire", "unknown"
        self.misfit(path, rule, what, "Keep the items and their nesting as in the questionnaire", link_id)

    def occurrence(self, raw: Mapping[str, Any], item: Item, indices: Indices, number: int, path: str) -> None:
        if item.type == "group" and item.repeats:
            if number > MOST_OCCURRENCES:
                self.misfit(path, "occurrences", f"more than {MOST_OCCURRENCES} of them", "Send fewer", item.link_id)
                return
            indices = (*indices, number)
        elif number > 1:
            right = "Put several answers into one item" if item.repeats else "Keep one"
            self.misfit(path, "occurrences", "the item stands twice", right, item.link_id)
            return
        self.paths[position_of(item.link_id, indices)] = path
        if item.is_question:
            self.question(raw, item, indices, path)
        elif "answer" in raw:
            self.misfit(f"{path}.answer", "nesting", f"an answer to a {item.type}", "Remove it", item.link_id)
        else:
            self.items(raw.get("item"), item.items, indices, f"{path}.item")

    def question(self, raw: Mapping[str, Any], item: Item, indices: Indices, path: str) -> None:
        if "item" in raw:
            self.misfit(
                f"{path}.item", "nesting", "items beside the answer", "Put them inside the answer", item.link_id
            )
        position = position_of(item.link_id, indices)
        if ext.first_value(raw, ext.DATA_ABSENT_REASON) == ASKED_DECLINED:
            if "answer" in raw:
                what = "an answer and asked-declined together"
                self.misfit(f"{path}.answer", "declined", what, "Keep one", item.link_id)
            self.answers[position] = dict(DECLINED)
        elif "answer" in raw:
            self.answered(raw["answer"], item, indices, f"{path}.answer")

    def answered(self, raw: Any, item: Item, indices: Indices, path: str) -> None:
        answers = list(_objects(raw))
        if len(answers) > 1 and not item.repeats:
            self.misfit(path, "occurrences", f"{len(answers)} answers where one is asked", "Keep one", item.link_id)
            return
        found = []
        position = position_of(item.link_id, indices)
        for number, (place, one) in enumerate(answers, start=1):
            at = f"{path}[{place}]"
            self.value_paths.setdefault(position, []).append(f"{at}.{_value_key(one)}")
            self.understood(one, at, item.link_id)
            found.append(self.value(one, item, at))
            inside = (*indices, number) if item.repeats else indices
            self.items(one.get("item"), item.items, inside, f"{at}.item")
        if found and None not in found:
            self.answers[position] = found if item.repeats else found[0]

    def value(self, raw: Mapping[str, Any], item: Item, path: str) -> Any:
        element = _value_key(raw)
        if element is None:
            self.misfit(path, "structure", "an answer without a value", "Give exactly one value[x]", item.link_id)
            return None
        at = f"{path}.{element}"
        if any(one.startswith(at) for one in self.malformed):
            return None
        try:
            return values.read(item, element, raw[element])
        except values.WrongValue as wrong:
            self.misfit(at, wrong.rule, wrong.what, wrong.right, item.link_id)
            return None
