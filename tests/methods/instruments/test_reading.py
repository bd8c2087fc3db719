"""Reading a questionnaire: every mistake at once, and nothing left out in silence."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from stegvis.methods.instruments import (
    InvalidQuestionnaire,
    UnsupportedQuestionnaire,
    enabled,
    load,
    read_json,
    write_json,
)
from stegvis.methods.instruments.items import QUESTION_TYPES
from tests.methods.instruments.forms import choice, coded, form, limits, option, question, read, when

MIN_LENGTH = "http://hl7.org/fhir/StructureDefinition/minLength"


def warnings(*items: dict[str, Any], **top: Any) -> list[str]:
    return [warning.sentence for warning in load(form(*items, **top)).warnings]


def mistakes(*items: dict[str, Any], **top: Any) -> list[str]:
    with pytest.raises(InvalidQuestionnaire) as refused:
        load(form(*items, **top))
    return [mistake.sentence for mistake in refused.value.mistakes]


def test_a_questionnaire_is_read_from_a_path_from_text_and_from_a_mapping(tmp_path: Path) -> None:
    source = form(choice("mood", "0", "1"))
    path = tmp_path / "form.json"
    path.write_text(json.dumps(source), encoding="utf-8")

    codes = [load(one).code for one in (source, path, json.dumps(source), json.dumps(source).encode())]

    assert codes == ["form"] * 4


def test_every_mistake_is_reported_at_once_with_path_and_link_id() -> None:
    found = mistakes(
        {"text": "no linkId", "type": "string"},
        question("mood", "chioce"),
        question("mood", "boolean", required="yes", colour="blue"),
        status="finished",
    )

    assert "Questionnaire.item[0].linkId: the linkId is missing. Add it." in found
    assert any(one.startswith("Questionnaire.item[1].type (linkId 'mood'): there is no type 'chioce'") for one in found)
    assert any("Questionnaire.item[2].required (linkId 'mood'): 'yes' is not true or false" in one for one in found)
    assert any("Questionnaire.item[2].colour (linkId 'mood'): this element does not exist here" in one for one in found)
    assert any("Questionnaire.item[2].linkId: the linkId 'mood' stands at item[1] too" in one for one in found)
    assert any("there is no status 'finished'" in one for one in found)


def test_a_missing_status_is_a_mistake() -> None:
    source = form(question("mood", "boolean"))
    del source["status"]

    with pytest.raises(InvalidQuestionnaire, match="the status is missing"):
        load(source)


def test_what_is_empty_means_nothing_and_is_kept_in_the_file() -> None:
    options = [{"valueCoding": {"system": "", "code": "1", "display": " "}}]
    source = form(question("a", "choice", answerOption=options, text=""), language="", url="")
    questionnaire = load(source)

    (option_read,) = questionnaire.by_link_id["a"].options
    assert (option_read.system, option_read.text.plain, questionnaire.language, questionnaire.url) == (
        None,
        "1",
        None,
        None,
    )
    assert questionnaire.definition == source
    assert len(questionnaire.warnings) == 5


@pytest.mark.parametrize(
    ("item", "rule"),
    [
        ({"linkId": "g", "type": "group"}, "que-1"),
        ({"linkId": "d", "type": "display", "item": [{"linkId": "e", "type": "display"}]}, "que-1"),
        ({"linkId": "d", "type": "display", "code": [{"code": "x"}]}, "que-3"),
        (choice("c", "1") | {"answerValueSet": "http://example.org/vs"}, "que-4"),
        (question("b", "boolean", answerValueSet="http://example.org/vs"), "que-5"),
        ({"linkId": "d", "type": "display", "required": True}, "que-6"),
        ({"linkId": "g", "type": "group", "initial": [{"valueInteger": 1}], "item": [question("x", "date")]}, "que-8"),
        (question("d", "date", maxLength=4), "que-10"),
        (choice("c", "1") | {"initial": [{"valueCoding": {"code": "1"}}]}, "que-11"),
        (question("i", "integer", initial=[{"valueInteger": 1}, {"valueInteger": 2}]), "que-13"),
    ],
)
def test_the_rules_of_fhir_about_items_are_kept(item: dict[str, Any], rule: str) -> None:
    assert any(rule in sentence for sentence in mistakes(item))


def test_conditions_that_can_never_be_met_are_taken_with_a_warning() -> None:
    found = warnings(
        choice("mood", "0", "1"),
        question("age", "integer"),
        {"linkId": "text", "text": "Read this", "type": "display"},
        question("a", "string", enableWhen=[when("nowhere", "=", answerInteger=1)]),
        question("b", "string", enableWhen=[when("text", "=", answerInteger=1)]),
        question("c", "string", enableWhen=[when("mood", "=", **coded("7"))]),
        question("d", "string", enableWhen=[when("mood", ">", **coded("1"))]),
        question("f", "string", enableWhen=[when("age", "=", answerString="1")]),
        question("h", "string", enableWhen=[when("age", ">", answerInteger=1), when("age", "<", answerInteger=9)]),
    )

    for expected in (
        "'nowhere' is not in this questionnaire",
        "'text' is not a question",
        "'mood' has no option '7'",
        "the answers to 'mood' have no order for >",
        "answerString for a question of type integer",
        "several conditions without enableBehavior (que-12)",
    ):
        assert any(expected in sentence for sentence in found), expected


def test_a_condition_that_fhir_does_not_allow_is_a_mistake() -> None:
    found = mistakes(
        question("age", "integer"),
        question("e", "string", enableWhen=[when("age", "exists", answerInteger=1)]),
        question("g", "string", enableWhen=[when("age", "~", answerInteger=1)]),
        question("i", "string", enableWhen=[{"question": "age", "operator": "="}]),
        question("j", "string", enableWhen=[when("age", "=", answerInteger=1, answerDecimal=1)]),
    )

    for expected in (
        "exists with another answer than true or false (que-7)",
        "there is no operator '~'",
        "the answer[x] is missing",
        "answerInteger stands here too",
    ):
        assert any(expected in sentence for sentence in found), expected


def test_conditions_that_go_round_in_a_circle_are_a_warning_and_not_applied() -> None:
    questionnaire = read(
        question("a", "boolean", enableWhen=[when("b", "=", answerBoolean=True)]),
        question("b", "boolean", enableWhen=[when("a", "=", answerBoolean=True)]),
        question("c", "boolean", enableWhen=[when("a", "=", answerBoolean=True)]),
    )

    assert [one.link_id for one in questionnaire.warnings if "circle" in one.what] == ["a", "b"]
    assert not questionnaire.can_be_answered
    assert enabled(questionnaire, {}) == {"a", "b"}
    assert enabled(questionnaire, {"a": True}) == {"a", "b", "c"}


def test_a_group_that_waits_for_a_question_inside_it_goes_round_too() -> None:
    condition = when("inner", "exists", answerBoolean=True)
    group = {"linkId": "g", "type": "group", "item": [question("inner", "boolean")], "enableWhen": [condition]}
    questionnaire = read(group)

    assert [(one.path, one.link_id) for one in questionnaire.warnings] == [("Questionnaire.item[0].enableWhen", "g")]
    assert enabled(questionnaire, {}) == {"g", "inner"}


def test_rules_of_its_own_that_are_not_known_here_block() -> None:
    assert read(question("a", "string")).can_be_answered
    assert not read(question("a", "string"), implicitRules="https://example.org/rules").can_be_answered


def test_an_extension_where_it_has_no_effect_is_listed() -> None:
    hidden = {"url": "http://hl7.org/fhir/StructureDefinition/questionnaire-hidden", "valueBoolean": True}
    on_an_option = choice("a", "1")
    on_an_option["answerOption"][0]["extension"].append(hidden)
    questionnaire = read(on_an_option, question("b", "string", extension=[hidden]), extension=[hidden])

    assert {one.path for one in questionnaire.unsupported} == {
        "Questionnaire.extension[0]",
        "Questionnaire.item[0].answerOption[0].extension[1]",
    }


def test_a_malformed_extension_is_a_mistake() -> None:
    item = question("a", "integer")
    item["extension"] = [
        {"url": "http://example.org/empty"},
        {"valueString": "nameless"},
        {"url": "http://hl7.org/fhir/StructureDefinition/minValue", "valueInteger": "1"},
    ]
    found = mistakes(item)

    assert any("an extension with 0 values" in sentence for sentence in found)
    assert any("extension[1].url (linkId 'a'): the url is missing" in sentence for sentence in found)
    assert any("'1' is not a whole number" in sentence for sentence in found)


def test_nulls_and_empty_objects_are_mistakes() -> None:
    found = mistakes(question("a", "integer", definition=None, code=[{}]), {"linkId": "", "type": "date"})

    assert any("definition (linkId 'a'): null" in sentence for sentence in found)
    assert any("code[0] (linkId 'a'): an empty object" in sentence for sentence in found)
    assert any("item[1].linkId: an empty text" in sentence for sentence in found)


def test_empty_texts_and_lists_are_taken_with_a_warning_as_nothing() -> None:
    found = warnings(question("a", "integer", prefix="", code=[]), contact=[{"telecom": [{"system": "post"}]}])

    assert any("prefix (linkId 'a'): an empty text" in sentence for sentence in found)
    assert any("code (linkId 'a'): an empty list" in sentence for sentence in found)
    assert any("there is no system 'post'" in sentence for sentence in found)


def test_limits_that_cannot_hold_have_no_effect_and_are_a_warning() -> None:
    found = warnings(
        question("a", "integer", extension=limits(9, 1)),
        question("b", "integer", extension=limits("2026-01-01", None, "Date")),
        question("c", "string", extension=limits(1, None)),
        question("d", "string", extension=[{"url": MIN_LENGTH, "valueString": "2"}]),
        question("e", "string", maxLength=0),
    )

    assert any("the least value 9 is greater than the greatest, 1" in sentence for sentence in found)
    assert any("the limit 2026-01-01 does not fit the type integer" in sentence for sentence in found)
    assert any("Remove it: a string has no order" in sentence for sentence in found)
    assert any("maxLength (linkId 'e'): a maxLength of 0" in sentence for sentence in found)
    assert any("minLength has valueString. Give valueInteger" in sentence for sentence in found)


def test_an_extension_without_its_value_has_no_effect() -> None:
    bare = {
        "url": "http://hl7.org/fhir/StructureDefinition/questionnaire-referenceResource",
        "_valueCode": {"extension": [{"url": "urn:x", "valueCode": "y"}]},
    }
    questionnaire = read(question("a", "reference", extension=[bare]))

    assert questionnaire.by_link_id["a"].limits.resource_types == ()
    bare["url"] = MIN_LENGTH
    assert "minLength has no value" in warnings(question("a", "string", extension=[bare]))[0]


def test_a_line_without_both_ends_is_a_mistake() -> None:
    found = mistakes(question("c", "integer", extension=limits(None, None, control="line")))

    assert any("a line without both ends" in sentence for sentence in found)


def test_what_is_not_carried_out_is_said_by_link_id_and_blocks_when_answers_depend_on_it() -> None:
    questionnaire = read(
        question("mood", "choice", answerValueSet="http://example.org/vs"),
        question("nothing", "choice"),
        question("styled", "string", extension=[{"url": "http://example.org/style", "valueString": "bold"}]),
    )

    blocking = {one.link_id for one in questionnaire.unsupported if one.blocks}
    harmless = {one.link_id for one in questionnaire.unsupported if not one.blocks}
    assert blocking == {"mood", "nothing"}
    assert harmless == {"styled"}
    with pytest.raises(UnsupportedQuestionnaire, match="linkId 'mood'"):
        questionnaire.check_can_be_answered()


def test_every_type_of_question_and_what_repeats_can_be_answered() -> None:
    kinds = [question(kind, kind) for kind in sorted(QUESTION_TYPES - {"choice", "open-choice"})]
    again = {"linkId": "again", "type": "group", "repeats": True, "item": [question("x", "string", repeats=True)]}
    shown = question("shown", "integer", readOnly=True)

    assert read(*kinds, choice("c", "0"), again, shown).can_be_answered


def test_a_modifier_extension_always_blocks() -> None:
    item = question("a", "boolean", modifierExtension=[{"url": "http://example.org/not", "valueBoolean": True}])

    assert not read(item).can_be_answered


def test_options_with_the_same_code_are_told_apart_by_their_system() -> None:
    options = [{"valueCoding": {"system": system, "code": "1", "display": system}} for system in ("urn:one", "urn:two")]
    questionnaire = read(question("a", "choice", answerOption=options))

    assert [one.key for one in questionnaire.by_link_id["a"].options] == ["urn:one|1", "urn:two|1"]
    assert questionnaire.can_be_answered


def test_of_options_that_cannot_be_told_apart_the_first_is_kept_with_a_warning() -> None:
    questionnaire = read(question("a", "choice", answerOption=[option("1"), option("1"), option("2")]))

    assert [one.key for one in questionnaire.by_link_id["a"].options][1:] == ["2"]
    assert "stands twice" in questionnaire.warnings[0].sentence


def test_several_options_chosen_beforehand_for_one_answer_are_a_warning() -> None:
    options = [option(code) | {"initialSelected": True} for code in "12"]

    assert "Mark one of them" in warnings(question("a", "choice", answerOption=options))[0]
    assert warnings(question("a", "choice", answerOption=options, repeats=True)) == []


def test_nothing_of_the_file_is_lost(tmp_path: Path) -> None:
    text = write_json(
        form(question("a", "decimal", extension=limits(Decimal("0.10"), Decimal("1.50"), "Decimal")))
        | {"extension": [{"url": "http://example.org/x", "valueDecimal": Decimal("1.00")}]}
    )
    questionnaire = load(text)

    assert write_json(questionnaire.definition) == text
    assert str(questionnaire.by_link_id["a"].minimum) == "0.10"


def test_the_hash_is_of_the_content_and_not_of_its_layout() -> None:
    source = form(question("a", "boolean"))
    upside_down = dict(reversed(source.items()))

    assert load(source).sha256 == load(upside_down).sha256
    assert load(source).sha256 != load(source | {"version": "4"}).sha256


def test_texts_are_given_in_the_language_asked_for_and_else_in_the_files_own() -> None:
    item = question("a", "boolean") | {"_text": translated("Om a")}
    questionnaire = read(item, _title=translated("Ett formulär"))

    assert questionnaire.by_link_id["a"].text_in("sv") == "Om a"
    assert questionnaire.by_link_id["a"].text_in("sv-SE") == "Om a"
    assert questionnaire.by_link_id["a"].text_in("fi") == "About a"
    assert questionnaire.languages == ("en", "sv")


def test_a_language_is_offered_only_when_every_text_is_in_it() -> None:
    questionnaire = read(question("a", "boolean"), question("b", "boolean") | {"_text": translated("Om b")})

    assert questionnaire.languages == ("en",)


def test_help_ends_and_unit_belong_to_their_question() -> None:
    item = question("line", "integer", extension=limits(0, 100, control="line"))
    item["item"] = [
        part("line-help", "help", "Take your time"),
        part("low", "lower", "None"),
        part("high", "upper", "All"),
    ]
    line = read(item).by_link_id["line"]

    assert line.presentation == "line"
    assert (line.help_in("en"), line.lower_in("en"), line.upper_in("en"), line.unit_in("en")) == (
        "Take your time",
        "None",
        "All",
        None,
    )


def test_scores_that_cannot_be_computed_are_mistakes() -> None:
    from tests.methods.instruments.forms import score_extension

    found = mistakes(
        choice("a", "0", "1"),
        choice("word", "yes", "no"),
        extension=[
            score_extension("one", "sum", items="a b"),
            score_extension("two", "somehow", items="a"),
            score_extension("three", "sum", items="word"),
            score_extension("four", "sum", items="a", reverse="word"),
            score_extension("five", "sum", items="a", may_miss=1),
            score_extension("six", "mean", items="a", weight=2),
            score_extension("seven", "pain_map", items="a", rule="wpi"),
            score_extension("one", "sum", items="a"),
        ],
    )

    for expected in (
        "there is no item b",
        "there is no scoring function 'somehow'",
        "the answers to word are no numbers",
        "it reverses word, which is not one of its items",
        "may_miss must be from 0 to 0",
        "it has no parameter weight",
        "it must be a body map",
        "the score 'one' is declared twice",
    ):
        assert any(expected in sentence for sentence in found), expected


def test_a_body_map_must_offer_exactly_the_places_of_the_map() -> None:
    item = choice("map", "f-head", "elbow", repeats=True)
    item["extension"] = [{"url": "https://stegvis.example/fhir/body-map", "valueBoolean": True}]
    found = mistakes(item)

    assert any("a body map without b-buttock-l" in sentence and "with elbow" in sentence for sentence in found)


def test_json_keeps_decimals_digit_by_digit() -> None:
    assert write_json(read_json('{"a": 1.50, "b": [1E+2, true, null, "å"]}')) == '{"a":1.50,"b":[1E+2,true,null,"å"]}'


def part(link_id: str, control: str, text: str) -> dict[str, Any]:
    coding = {"system": "http://hl7.org/fhir/questionnaire-item-control", "code": control}
    url = "http://hl7.org/fhir/StructureDefinition/questionnaire-itemControl"
    return {
        "extension": [{"url": url, "valueCodeableConcept": {"coding": [coding]}}],
        "linkId": link_id,
        "text": text,
        "type": "display",
    }


def translated(content: str) -> dict[str, Any]:
    parts = [{"url": "lang", "valueCode": "sv"}, {"url": "content", "valueString": content}]
    return {"extension": [{"url": "http://hl7.org/fhir/StructureDefinition/translation", "extension": parts}]}
