"""One questionnaire file through everything that the commands do with it: what becomes of it, and what went wrong.

A file may be refused, or taken with warnings; it may not end in a traceback, and of a taken one nothing may be lost: it
is written out as it was, to the last digit and in the same order, by the engine and by a trial's loader, and answers to
it come back from a QuestionnaireResponse as they were given.
"""

import json
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from stegvis.methods.instruments import (
    InvalidQuestionnaire,
    Item,
    Mistake,
    Questionnaire,
    load,
    pages,
    read_json,
    score,
    to_response,
    validate,
    without_disabled,
    write_json,
)
from stegvis.methods.instruments.calculation import with_calculated
from stegvis.methods.instruments.codebook import as_csv, codebook
from stegvis.methods.instruments.positions import occurrences
from stegvis.methods.instruments.validation import answers_in
from stegvis.methods.study.instrument_files import InstrumentFile, read_instrument

AUTHORED = datetime(2026, 3, 9, 10, tzinfo=UTC)
_GIVEN: dict[str, Any] = {
    "boolean": True, "integer": 3, "decimal": Decimal("1.50"), "date": "2026-03-09", "dateTime": "2026-03-09T10:00:00Z",
    "time": "10:30:00", "string": "ord", "text": "två\nrader", "url": "https://example.org/a", "choice": "x",
    "quantity": {"value": Decimal("1.50")}, "reference": {"reference": "Patient/1"}, "open-choice": {"other": "annat"},
    "attachment": {"contentType": "text/plain", "data": "w6U="},
}  # fmt: skip


@dataclass
class Tried:
    """What became of a file (refused, warned, sound), what was said of it, and whatever must not happen."""

    verdict: str = "sound"
    said: tuple[Mistake, ...] = ()
    wrong: list[str] = field(default_factory=list)


def tried(text: str, also: Callable[[Questionnaire], object] | None = None) -> Tried:
    """Do everything with the text of a file; `also` gets the questionnaire where it is taken, to do more with it."""
    found = Tried()
    try:
        _try(text, found, also)
    except Exception as error:  # noqa: BLE001  whatever it is, it must not happen
        found.wrong.append("".join(traceback.format_exception(error, limit=-4)))
    return found


def _try(text: str, found: Tried, also: Callable[[Questionnaire], object] | None) -> None:
    try:
        questionnaire = load(text)
    except InvalidQuestionnaire as refused:
        found.verdict, found.said = "refused", refused.mistakes
        _check_said(found)
        if isinstance(read_instrument("x", text), InstrumentFile):
            found.wrong.append("a trial takes what is refused")
        return
    found.verdict, found.said = "warned" if questionnaire.warnings else "sound", questionnaire.warnings
    _check_said(found)
    if exact(write_json(questionnaire.definition)) != exact(text):
        found.wrong.append("written out, it is not what it was")
    file = read_instrument(questionnaire.code, text)
    if isinstance(file, InstrumentFile) and (questionnaire.warnings or exact(file.source) != exact(text)):
        found.wrong.append("a trial takes it with a warning, or with something lost")
    for lang in ("en", "sv"):
        as_csv(codebook(questionnaire, lang)).encode()
        pages(questionnaire, lang, {}, everything=True)
    for answers in ({}, made_up_answers(questionnaire)):
        _try_answers(questionnaire, answers, found)
    if also is not None:
        also(questionnaire)


def _check_said(found: Tried) -> None:
    for one in found.said:
        one.sentence.encode()
        if not one.path.startswith("Questionnaire") or not one.what or not one.right:
            found.wrong.append(f"said without its place or the way out: {one.sentence}")
    if found.verdict == "refused" and not found.said:
        found.wrong.append("refused without a reason")


def _try_answers(questionnaire: Questionnaire, answers: dict[str, Any], found: Tried) -> None:
    given = with_calculated(questionnaire, answers, AUTHORED)
    score(questionnaire, given)
    response = write_json(to_response(questionnaire, given, AUTHORED, None, status="in-progress"))
    back, misfits = answers_in(questionnaire, read_json(response))
    if misfits or back != given:
        said = "; ".join(one.sentence for one in misfits[:2])
        found.wrong.append(f"answers do not come back as they were given. {said}")


def made_up_answers(questionnaire: Questionnaire) -> dict[str, Any]:
    """An answer to every question that is asked, without those that its rules refuse."""
    answers = {one.position: _answer(one.item) for one in occurrences(questionnaire, {}).all if one.item.is_question}
    while True:
        answers = without_disabled(questionnaire, answers)
        refused = {problem.at for problem in validate(questionnaire, answers, complete=False)} & answers.keys()
        if not refused:
            return answers
        answers = {position: value for position, value in answers.items() if position not in refused}


def _answer(item: Item) -> Any:
    value = item.options[-1].key if item.is_choice and item.options else _GIVEN.get(item.type)
    return [value] if item.repeats else value


def exact(text: str) -> Any:
    """JSON for comparing: with the order of keys, keys given twice, and the digits of numbers as they are written."""
    return json.loads(
        text.removeprefix("\ufeff"),
        parse_float=lambda digits: Decimal(digits).as_tuple(),
        parse_int=lambda digits: ("whole", int(digits)),
        object_pairs_hook=lambda pairs: ("object", pairs),
    )
