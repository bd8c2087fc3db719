"""Whatever the questionnaire and whatever the answers: what validates is exactly what can be stored and read back."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
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
    without_disabled,
    write_json,
)
from stegvis.methods.instruments import given as given_answers
from stegvis.methods.instruments.questionnaire import Item, Questionnaire
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

AUTHORED = datetime(2026, 3, 9, 10, tzinfo=UTC)
CODES = ("0", "1", "2")
everything = settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def one_item(draw: st.DrawFn, link_id: str, earlier: list[dict[str, Any]]) -> dict[str, Any]:
    kind = draw(st.sampled_from(["choice", "many", "integer", "decimal", "boolean", "date", "string", "text"]))
    item = {
        "choice": lambda: choice(link_id, *CODES),
        "many": lambda: question(
            link_id, "choice", repeats=True, answerOption=[*map(option, CODES), option("none", exclusive=True)]
        ),
        "integer": lambda: question(link_id, "integer", extension=limits(0, 10)),
        "decimal": lambda: question(link_id, "decimal", extension=limits(Decimal("0.5"), 10, "Decimal")),
        "string": lambda: question(link_id, "string", maxLength=4),
    }.get(kind, lambda: question(link_id, kind))()
    if draw(st.booleans()):
        item["required"] = True
    if earlier and draw(st.booleans()):
        conditions = draw(st.lists(st.sampled_from(earlier).flatmap(condition_on), min_size=1, max_size=2))
        item["enableWhen"] = conditions
        item["enableBehavior"] = draw(st.sampled_from(["all", "any"]))
    return item


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
        "string": st.builds(lambda o, s: when(link_id, o, answerString=s), equal, st.sampled_from(["a", "b"])),
    }
    valued["text"] = valued["string"]
    return st.one_of(exists, valued[item["type"]])


@st.composite
def questionnaires(draw: st.DrawFn) -> Questionnaire:
    items: list[dict[str, Any]] = []
    top: list[dict[str, Any]] = []
    for number in range(draw(st.integers(1, 6))):
        item = draw(one_item(f"q{number}", items))
        place = draw(st.sampled_from(["top", "group", "inside"]))
        parent = draw(st.sampled_from(items)) if items and place == "inside" else None
        items.append(item)
        if parent is not None and not parent.get("repeats"):
            parent.setdefault("item", []).append(item)
        elif place == "group":
            top.append({"linkId": f"g{number}", "type": "group", "item": [item]})
        else:
            top.append(item)
    choices = [item["linkId"] for item in items if item["type"] == "choice" and not item.get("repeats")]
    extra = {"extension": [score_extension("sum", "sum", items=" ".join(choices), may_miss=0)]} if choices else {}
    return load(form(*top, **extra))


def good_answer(item: Item) -> st.SearchStrategy[Any]:
    keys = [one.key for one in item.options if not one.exclusive]
    return {
        "choice": st.lists(st.sampled_from(keys or ["x"]), min_size=1, unique=True)
        if item.is_multiple
        else st.sampled_from(keys or ["x"]),
        "integer": st.integers(0, 10),
        "decimal": st.decimals(Decimal("0.5"), 10, places=2),
        "boolean": st.booleans(),
        "date": st.dates().map(str),
        "string": st.text("abåÄ ", min_size=1, max_size=4).filter(str.strip),
        "text": st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=20).filter(str.strip),
    }[item.type]


junk = st.one_of(
    st.none(), st.integers(-99, 999), st.text(max_size=6), st.booleans(), st.floats(), st.just("none"),
    st.lists(st.sampled_from(["0", "1", "none", "9"]), max_size=3), st.decimals(allow_nan=True),
    st.dictionaries(st.text(max_size=3), st.booleans(), max_size=1),
)  # fmt: skip


@st.composite
def cases(draw: st.DrawFn) -> tuple[Questionnaire, dict[str, Any]]:
    """A questionnaire and answers to it: mostly good ones, some declined, some junk, some to nothing at all."""
    questionnaire = draw(questionnaires())
    answers: dict[str, Any] = {}
    for item in questionnaire.questions:
        kind = draw(st.sampled_from(["good", "good", "good", "good", "missing", "declined", "junk"]))
        if kind == "good":
            answers[item.link_id] = draw(good_answer(item))
        elif kind == "declined":
            answers[item.link_id] = DECLINED
        elif kind == "junk":
            answers[item.link_id] = draw(junk)
    if draw(st.integers(0, 9)) == 0:
        answers["nowhere"] = 1
    return questionnaire, answers


@st.composite
def sound_cases(draw: st.DrawFn) -> tuple[Questionnaire, dict[str, Any]]:
    """A questionnaire and good or declined answers to what it asks."""
    questionnaire = draw(questionnaires())
    answers: dict[str, Any] = {}
    for item in questionnaire.questions:
        if draw(st.integers(0, 3)):
            answers[item.link_id] = draw(st.one_of(good_answer(item), good_answer(item), st.just(DECLINED)))
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


@given(cases())
@everything
def test_what_is_shown_is_what_is_asked(case: tuple[Questionnaire, dict[str, Any]]) -> None:
    questionnaire, answers = case
    shown = [item.link_id for page in pages(questionnaire, "en", answers) for item in page.items]

    assert len(shown) == len(set(shown))
    assert set(shown) == {item.link_id for item in questionnaire.questions} & enabled(questionnaire, answers)


@given(sound_cases())
@everything
def test_answers_pass_through_storage_and_score_the_same(case: tuple[Questionnaire, dict[str, Any]]) -> None:
    questionnaire, answers = case
    items = questionnaire.by_link_id
    stored = read_json(write_json({link_id: to_json(value) for link_id, value in answers.items()}))
    back = {link_id: from_json(items[link_id], value) for link_id, value in stored.items()}

    assert back == answers
    assert score(questionnaire, back) == score(questionnaire, answers)


@given(sound_cases().filter(lambda case: bool(case[0].scores)))
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


@st.composite
def damaged_files(draw: st.DrawFn) -> Any:
    """A shipped questionnaire with one or two of its elements replaced by something else, anywhere in it."""
    source = read_json((SHIPPED / f"{draw(st.sampled_from(['ltpai', 'stress-now', 'phq-9']))}.json").read_bytes())
    for _ in range(draw(st.integers(1, 2))):
        holder: Any = source
        while True:
            keys = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
            key = draw(st.sampled_from(keys))
            inside = holder[key]
            if not isinstance(inside, dict | list) or not inside or draw(st.integers(0, 3)) == 0:
                break
            holder = inside
        holder[key] = draw(st.sampled_from([None, "", "x", 7, -1, True, Decimal("1.5"), [], {}, [7], ["x"], {"x": 1}]))
    return source


@given(damaged_files())
@settings(everything, max_examples=200)
def test_a_damaged_file_is_read_or_refused_in_words_and_never_breaks_the_reader(source: Any) -> None:
    try:
        questionnaire = load(source)
    except InvalidQuestionnaire as refused:
        words = str(refused)
    else:
        words = f"{len(pages(questionnaire, 'sv'))} pages, {len(score(questionnaire, {}))} scores"
        validate(questionnaire, {})
    assert words
