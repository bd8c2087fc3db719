"""Whatever the questionnaire and whatever the answers: what validates is exactly what can be stored and read back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import deepcopy
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stegvis.methods.instruments import (
    DECLINED,
    InvalidAnswers,
    InvalidQuestionnaire,
    enabled,
    from_json,
    from_response,
    load,
    pages,
    read_json,
    score,
    to_json,
    to_response,
    validate,
    validate_response,
    without_disabled,
    write_json,
)
from stegvis.methods.instruments import given as given_answers
from stegvis.methods.instruments.calculation import with_calculated
from stegvis.methods.instruments.codebook import codebook
from stegvis.methods.instruments.expressions import with_initial
from stegvis.methods.instruments.positions import item_at, occurrences, position_of
from stegvis.methods.instruments.questionnaire import Item, Questionnaire
from stegvis.methods.instruments.values import other
from tests.methods.instruments.forms import (
    SHIPPED,
    choice,
    coded,
    form,
    limits,
    option,
    question,
    score_extension,
    when,
)

ENABLE_WHEN_EXPRESSION = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-enableWhenExpression"
AUTHORED = datetime(2026, 3, 9, 10, tzinfo=UTC)
CODES = ("0", "1", "2")
everything = settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.too_slow])


KINDS: dict[str, Callable[[str], dict[str, Any]]] = {
    "choice": lambda link_id: choice(link_id, *CODES),
    "many": lambda link_id: question(
        link_id, "choice", repeats=True, answerOption=[*map(option, CODES), option("none", exclusive=True)]
    ),
    "open-choice": lambda link_id: question(link_id, "open-choice", answerOption=[*map(option, CODES)]),
    "integer": lambda link_id: question(link_id, "integer", extension=limits(0, 10)),
    "open-many": lambda link_id: question(
        link_id, "open-choice", repeats=True, answerOption=[*map(option, CODES), option("none", exclusive=True)]
    ),
    "numbers": lambda link_id: question(link_id, "integer", repeats=True),
    "dates": lambda link_id: question(link_id, "date", repeats=True),
    "words": lambda link_id: question(link_id, "string", repeats=True),
    "decimal": lambda link_id: question(link_id, "decimal", extension=limits(Decimal("0.5"), 10, "Decimal")),
    "string": lambda link_id: question(link_id, "string", maxLength=4),
    **{
        kind: lambda link_id, kind=kind: question(link_id, kind)  # type: ignore[misc]
        for kind in ("boolean", "date", "dateTime", "time", "text", "url", "quantity", "reference", "attachment")
    },
}


SIMPLE = ("boolean", "choice", "date", "decimal", "integer", "many", "string", "text")
"""Those that a table can have a column for."""


@st.composite
def one_item(draw: st.DrawFn, link_id: str, earlier: list[dict[str, Any]], kinds: Sequence[str]) -> dict[str, Any]:
    item = KINDS[draw(st.sampled_from(sorted(kinds)))](link_id)
    if draw(st.booleans()):
        item["required"] = True
    asked = draw(asked_when(earlier))
    extensions = [*item.get("extension", ()), *asked.pop("extension", ())]
    return item | asked | ({"extension": extensions} if extensions else {})


@st.composite
def asked_when(draw: st.DrawFn, earlier: list[dict[str, Any]]) -> dict[str, Any]:
    """What an element needs to be asked only in view of questions before it, or nothing."""
    if not earlier or draw(st.booleans()):
        return {}
    if draw(st.integers(0, 4)) == 0:
        answered = f"%resource.descendants().where(linkId='{draw(st.sampled_from(earlier))['linkId']}').answer.exists()"
        expression = {"language": "text/fhirpath", "expression": answered}
        return {"extension": [{"url": ENABLE_WHEN_EXPRESSION, "valueExpression": expression}]}
    conditions = draw(st.lists(st.sampled_from(earlier).flatmap(condition_on), min_size=1, max_size=2))
    return {"enableWhen": conditions, "enableBehavior": draw(st.sampled_from(["all", "any"]))}


def condition_on(item: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    link_id = item["linkId"]
    exists = st.booleans().map(lambda yes: when(link_id, "exists", answerBoolean=yes))
    orders = st.sampled_from(["=", "!=", ">", "<", ">=", "<="])
    equal = st.sampled_from(["=", "!="])
    valued: dict[str, st.SearchStrategy[dict[str, Any]]] = {
        "choice": st.builds(lambda o, c: when(link_id, o, **coded(c)), equal, st.sampled_from(CODES)),
        "boolean": st.builds(lambda o, b: when(link_id, o, answerBoolean=b), equal, st.booleans()),
        "integer": st.builds(lambda o, n: when(link_id, o, answerInteger=n), orders, st.integers(0, 10)),
        "decimal": st.builds(lambda o, n: when(link_id, o, answerDecimal=n), orders, st.integers(0, 10)),
        "date": st.builds(lambda o, d: when(link_id, o, answerDate=str(d)), orders, st.dates()),
        "dateTime": st.builds(lambda o, d: when(link_id, o, answerDateTime=f"{d}T10:00:00Z"), orders, st.dates()),
        "time": st.builds(
            lambda o, t: when(link_id, o, answerTime=t), orders, st.sampled_from(["09:00:00", "10:00:00"])
        ),
        "string": st.builds(lambda o, s: when(link_id, o, answerString=s), equal, st.sampled_from(["a", "b"])),
        "quantity": st.builds(lambda o, n: when(link_id, o, answerQuantity=amount(n)), orders, st.integers(0, 10)),
    }
    valued |= {"text": valued["string"], "url": valued["string"], "open-choice": valued["choice"]}
    return st.one_of(exists, valued.get(item["type"], exists))


def amount(number: Any) -> dict[str, Any]:
    return {"value": number, "unit": "kg", "system": "http://unitsofmeasure.org", "code": "kg"}


@st.composite
def group_around(
    draw: st.DrawFn, link_id: str, item: dict[str, Any], earlier: list[dict[str, Any]], *, repeats: bool
) -> tuple[dict[str, Any], dict[str, Any]]:
    """A group with the item in it, and what stands at the top of the form: the group or another one around it."""
    group = {"linkId": link_id, "type": "group", "item": [item], "repeats": repeats and draw(st.booleans())}
    group |= draw(asked_when(earlier))
    if draw(st.booleans()):
        return group, group
    return group, {
        "linkId": f"{link_id}@", "type": "group", "item": [group], "repeats": repeats and draw(st.booleans()),
    }  # fmt: skip


@st.composite
def questionnaires(
    draw: st.DrawFn, kinds: Sequence[str] = SIMPLE, *, repeats: bool = False, scored: bool = False
) -> Questionnaire:
    """A questionnaire with conditions; with `repeats` also groups and questions below answers that occur several times.

    With `scored` it has a sum for certain: its first item is a choice that stands alone."""
    items: list[dict[str, Any]] = []
    top: list[dict[str, Any]] = []
    groups: list[dict[str, Any]] = []
    for number in range(draw(st.integers(1, 6))):
        counted = scored and number == 0
        item = draw(one_item(f"q{number}", items, ["choice"] if counted else kinds))
        place = "top" if counted else draw(st.sampled_from(["top", "group", "beside", "inside"]))
        earlier = list(items)
        parent = draw(st.sampled_from(items)) if items and place == "inside" else None
        items.append(item)
        if parent is not None and (repeats or not parent.get("repeats")):
            parent.setdefault("item", []).append(item)
        elif place == "group":
            group, outermost = draw(group_around(f"g{number}", item, earlier, repeats=repeats))
            groups.append(group)
            top.append(outermost)
        elif place == "beside" and groups:
            draw(st.sampled_from(groups))["item"].append(item)
        else:
            top.append(item)
        if draw(st.integers(0, 3)) == 0:
            top.append({"linkId": f"t{number}", "type": "display", "text": "Read"} | draw(asked_when(earlier)))
    inside = {one["linkId"] for one in items for one in [*one.get("item", ())]}
    grouped = {one["linkId"] for one in items} - {one["linkId"] for one in top}
    alone = [one for one in items if one["linkId"] not in inside | grouped]
    choices = [item["linkId"] for item in alone if item["type"] == "choice" and not item.get("repeats")]
    extra = {"extension": [score_extension("sum", "sum", items=" ".join(choices), may_miss=0)]} if choices else {}
    return load(form(*top, **extra))


def good_answer(item: Item) -> st.SearchStrategy[Any]:
    if item.repeats and item.is_choice:
        return st.lists(good_value(item), min_size=1, max_size=4, unique_by=str)
    one = good_value(item)
    return st.lists(one, min_size=1, max_size=3) if item.repeats else one


def good_value(item: Item) -> st.SearchStrategy[Any]:
    words = st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=20).filter(str.strip)
    return {
        "choice": st.sampled_from(CODES),
        "open-choice": st.one_of(st.sampled_from(CODES), words.map(other)),
        "integer": st.integers(0, 10),
        "decimal": st.decimals(Decimal("0.5"), 10, places=2),
        "boolean": st.booleans(),
        "date": st.dates().map(str),
        "dateTime": st.datetimes().map(lambda moment: moment.isoformat() + "+01:00"),
        "time": st.times().map(lambda time: time.isoformat()),
        "string": st.text("abåÄ ", min_size=1, max_size=4).filter(str.strip),
        "text": words,
        "url": st.sampled_from(["https://example.org/a", "urn:uuid:0c3e2a52-6b1f-4c1e-9f7a-1f1a5b0f3c11"]),
        "quantity": st.decimals(-9, 9, places=2).map(amount),
        "reference": st.sampled_from([{"reference": "Patient/1"}, {"display": "Someone"}]),
        "attachment": st.sampled_from([{"contentType": "image/png", "data": "AAAA"}, {"url": "https://example.org"}]),
    }[item.type]


junk = st.one_of(
    st.none(), st.integers(-99, 999), st.text(max_size=6), st.booleans(), st.floats(), st.just("none"),
    st.lists(st.sampled_from(["0", "1", "none", "9"]), max_size=3), st.decimals(allow_nan=True),
    st.dictionaries(st.text(max_size=3), st.booleans(), max_size=1),
)  # fmt: skip


def places(draw: st.DrawFn, questionnaire: Questionnaire) -> list[tuple[str, Item]]:
    """Every question with some of the positions that it may have: in the first and second occurrence of each."""
    found = []
    for item in questionnaire.questions:
        depth = len(questionnaire.repeating_around[item.link_id])
        several = st.lists(st.tuples(*[st.integers(1, 2)] * depth), min_size=1, max_size=2, unique=True)
        found += [(position_of(item.link_id, indices), item) for indices in draw(several)]
    return found


@st.composite
def cases(draw: st.DrawFn) -> tuple[Questionnaire, dict[str, Any]]:
    """A questionnaire and answers to it: mostly good ones, some declined, some junk, some to nothing at all."""
    questionnaire = draw(questionnaires(tuple(KINDS), repeats=True))
    answers: dict[str, Any] = {}
    for position, item in places(draw, questionnaire):
        kind = draw(st.sampled_from(["good", "good", "good", "good", "missing", "declined", "junk"]))
        if kind == "good":
            answers[position] = draw(good_answer(item))
        elif kind == "declined":
            answers[position] = DECLINED
        elif kind == "junk":
            answers[position] = draw(junk)
    if draw(st.integers(0, 9)) == 0:
        answers[draw(st.sampled_from(["nowhere", "q0@1", "q0@7", "q1@2.1", "@"]))] = 1
    return questionnaire, answers


@st.composite
def sound_cases(draw: st.DrawFn, *, scored: bool = False) -> tuple[Questionnaire, dict[str, Any]]:
    """A questionnaire and good or declined answers to what it asks."""
    questionnaire = draw(questionnaires(tuple(KINDS), repeats=True, scored=scored))
    answers: dict[str, Any] = {}
    for position, item in places(draw, questionnaire):
        kind = draw(st.sampled_from(["good", "good", "good", "good", "good", "missing", "declined"]))
        if kind != "missing":
            answers[position] = DECLINED if kind == "declined" else draw(good_answer(item))
    return questionnaire, without_disabled(questionnaire, answers)


@given(cases())
@everything
def test_answers_validate_if_and_only_if_they_are_stored_and_read_back_the_same(
    case: tuple[Questionnaire, dict[str, Any]],
) -> None:
    questionnaire, answers = case
    if validate(questionnaire, answers):
        with pytest.raises(InvalidAnswers):
            to_response(questionnaire, answers, AUTHORED, "SV-017")
        return
    stored = write_json(to_response(questionnaire, answers, AUTHORED, "SV-017"))
    assert from_response(questionnaire, read_json(stored)) == given_answers(answers)


@given(sound_cases())
@everything
def test_good_answers_to_what_is_asked_always_validate(case: tuple[Questionnaire, dict[str, Any]]) -> None:
    questionnaire, answers = case

    assert validate(questionnaire, answers, complete=False) == []
    stored = write_json(to_response(questionnaire, answers, AUTHORED, None, status="in-progress"))
    assert from_response(questionnaire, read_json(stored)) == answers


@pytest.mark.parametrize("kind", sorted(KINDS))
@given(st.data())
@settings(everything, max_examples=25)
def test_every_kind_of_answer_is_stored_and_read_back_digit_by_digit(kind: str, data: st.DataObject) -> None:
    group = {"linkId": "g", "type": "group", "repeats": True, "item": [KINDS[kind]("inside")]}
    form_of_one = load(form(KINDS[kind]("alone"), group))
    at = {"alone": "alone", "inside@1": "inside", "inside@2": "inside"}
    answers = {position: data.draw(good_answer(form_of_one.by_link_id[name])) for position, name in at.items()}

    assert validate(form_of_one, answers) == []
    stored = read_json(write_json(to_response(form_of_one, answers, AUTHORED, None)))
    assert validate_response(form_of_one, stored) == []
    back = from_response(form_of_one, stored)
    assert back == answers
    assert {key: repr(to_json(one)) for key, one in back.items()} == {
        key: repr(to_json(one)) for key, one in answers.items()
    }


@given(sound_cases())
@everything
def test_nothing_more_falls_away_from_what_was_left(case: tuple[Questionnaire, dict[str, Any]]) -> None:
    questionnaire, left = case
    assert without_disabled(questionnaire, left) == left
    assert set(left) <= enabled(questionnaire, left)


@given(cases())
@everything
def test_what_is_shown_is_what_is_asked(case: tuple[Questionnaire, dict[str, Any]]) -> None:
    questionnaire, answers = case
    shown = [position for page in pages(questionnaire, "en", answers) for position in page.positions]
    among = occurrences(questionnaire, answers)

    assert len(shown) == len(set(shown))
    questions = {one.position for one in among.all if one.item.is_question}
    assert set(shown) == questions & enabled(questionnaire, answers)


@given(sound_cases())
@everything
def test_answers_pass_through_storage_and_score_the_same(case: tuple[Questionnaire, dict[str, Any]]) -> None:
    questionnaire, answers = case
    stored = read_json(write_json({position: to_json(value) for position, value in answers.items()}))
    items = {position: item_at(questionnaire, position) for position in stored}
    back = {position: from_json(item, stored[position]) for position, item in items.items() if item}

    assert back == answers
    assert score(questionnaire, back) == score(questionnaire, answers)


@given(sound_cases(scored=True))
@everything
def test_a_sum_has_a_value_exactly_when_every_item_is_answered(case: tuple[Questionnaire, dict[str, Any]]) -> None:
    questionnaire, answers = case
    names = str(questionnaire.scores[0].parameters["items"][0]).split()
    (found,) = score(questionnaire, answers)
    numbers = [answers.get(name) for name in names]

    if all(isinstance(one, str) and one for one in numbers):
        assert found.value == sum(int(one) for one in numbers if isinstance(one, str))
        assert found.missing_reason is None
    else:
        assert found.value is None
        assert found.missing_reason


@given(cases())
@everything
def test_an_answer_to_what_is_not_asked_is_always_refused_and_to_what_is_asked_never_for_that(
    case: tuple[Questionnaire, dict[str, Any]],
) -> None:
    questionnaire, answers = case
    refused = {problem.at for problem in validate(questionnaire, answers) if problem.rule in ("disabled", "unknown")}

    assert refused == set(given_answers(answers)) - enabled(questionnaire, given_answers(answers))


EXAMPLES = Path(__file__).parent / "examples"
SOURCES = [
    *(SHIPPED / f"{code}.json" for code in ("ltpai", "stress-now", "phq-9")),
    *(EXAMPLES / f"Questionnaire-questionnaire-sdc-profile-example-{name}.json" for name in ("PHQ9", "form-behavior")),
    EXAMPLES / "Questionnaire-gcs.json",
]
OTHER_VALUES = [None, "", "x", 7, -1, True, Decimal("1.5"), [], {}, [7], ["x"], {"x": 1}, [{}], 2**70, "\ud800"]


def damage(draw: st.DrawFn, source: Any) -> Any:
    """Put something else in the place of one element, anywhere below `source`."""
    holder = source
    while True:
        keys = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
        key = draw(st.sampled_from(keys))
        inside = holder[key]
        if not isinstance(inside, dict | list) or not inside or draw(st.integers(0, 3)) == 0:
            break
        holder = inside
    holder[key] = deepcopy(draw(st.sampled_from(OTHER_VALUES)))  # a second damage may lie inside it
    return source


@st.composite
def damaged_files(draw: st.DrawFn) -> Any:
    """A questionnaire of ours or of others with one or two of its elements replaced by something else."""
    source = read_json(draw(st.sampled_from(SOURCES)).read_bytes())
    return damage(draw, damage(draw, source)) if draw(st.booleans()) else damage(draw, source)


@given(damaged_files())
@settings(everything, max_examples=200)
def test_a_damaged_file_is_read_or_refused_in_words_and_never_breaks_the_reader(source: Any) -> None:
    try:
        questionnaire = load(source)
    except InvalidQuestionnaire as refused:
        words = str(refused)
    else:
        words = use(questionnaire)
    assert words


def use(questionnaire: Questionnaire) -> str:
    """Everything that is done with a questionnaire that was read, and what came of it."""
    answers = with_calculated(questionnaire, with_initial(questionnaire, AUTHORED), AUTHORED)
    validate(questionnaire, answers)
    shown = pages(questionnaire, "sv", answers)
    assert {position for page in shown for position in page.positions} <= enabled(questionnaire, answers)
    return f"{len(shown)} pages, {len(score(questionnaire, {}))} scores, {len(codebook(questionnaire))} variables"


@st.composite
def damaged_responses(draw: st.DrawFn) -> tuple[Questionnaire, Any]:
    """A right response with one of its elements replaced by something else."""
    questionnaire, answers = draw(sound_cases())
    written = to_response(questionnaire, answers, AUTHORED, None, status="in-progress")
    return questionnaire, damage(draw, read_json(write_json(written)))


@given(damaged_responses())
@everything
def test_a_damaged_response_is_right_or_refused_in_words_and_never_breaks_the_validator(
    case: tuple[Questionnaire, Any],
) -> None:
    questionnaire, response = case
    misfits = validate_response(questionnaire, response)

    assert all(misfit.path.startswith("QuestionnaireResponse") and misfit.what for misfit in misfits)
    if not misfits:
        from_response(questionnaire, response)
