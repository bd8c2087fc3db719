"""Questions of any kind taken by telephone, entered from paper and corrected: offered options, calculated values, repeats."""

from datetime import timedelta

import pytest

from stegvis.assessments import paper
from stegvis.assessments import queries as assessments
from stegvis.assessments.errors import DoNotFit, NoDifference
from stegvis.assessments.models import Answer, Score
from stegvis.audit.action import SYSTEM
from stegvis.people import queries as people
from stegvis.people.acting import acting_as
from stegvis.people.models import Role
from stegvis.trial import actions
from tests.methods.instruments.forms import score_extension
from tests.web.questions import calculated, installed_with, toggled
from tests.worlds import FRIDAY

CODE = "stress-now"
EVER = "%resource.item.where(linkId='ever').answer.value"
MINUTES = "%resource.item.where(linkId='hours').answer.value * 60"
QUESTIONS = (
    {"linkId": "hours", "type": "integer", "text": "Hours", "extension": [
        {"url": "http://hl7.org/fhir/StructureDefinition/questionnaire-unit", "valueCoding": {"display": "hours a week"}},
    ]},
    {"linkId": "minutes", "type": "integer", "text": "Minutes", "readOnly": True, "extension": [calculated(MINUTES)]},
    {"linkId": "ever", "type": "boolean", "text": "Ever?"},
    toggled("last", EVER, "this year", "earlier", always="never"),
    {"linkId": "drug", "type": "group", "repeats": True, "text": "Medicine", "item": [
        {"linkId": "name", "type": "string", "text": "Its name"},
        {"linkId": "dose", "type": "integer", "text": "How much"},
    ]},
)  # fmt: skip


@pytest.fixture
def world(tmp_path, moment):
    minutes = score_extension("active_minutes", "single_item", items="minutes")
    return installed_with(tmp_path, *QUESTIONS, scores=[minutes])


@pytest.fixture
def person(world):
    return world.allocated(site=world.site, on=FRIDAY - timedelta(days=182))


@pytest.fixture
def phone(world, browser):
    return browser(world.staff(Role.OUTCOME_ASSESSOR))


def of(person, rest):
    return f"/en/outcomes/{person.code}/six_months/{rest}"


def test_words_on_paper_that_are_not_in_its_language_say_which_they_are_in(person, phone):
    assert person.language == "sv"
    printed = phone.get(of(person, "paper/print/")).content.decode()
    assert '<span lang="en">hours a week</span>' in printed
    assert "<b>Medicine" not in printed
    assert "<b>Its name</b>" in printed


def kept(world, person):
    with acting_as(SYSTEM):
        return assessments.answers_of(world.assessment(person, "six_months")).get(CODE, {})


def score(person):
    with acting_as(SYSTEM):
        return list(
            Score.objects.filter(participant=person, occasion="six_months", name="active_minutes")
            .order_by("pk").values_list("value", flat=True)
        )  # fmt: skip


@pytest.fixture
def sent(world, person, phone):
    """Has sent the questions by telephone."""
    phone.post(of(person, f"answers/{CODE}/hours/"), {"hours": "2"})
    phone.post(of(person, f"answers/{CODE}/ever/"), {"ever": "true"})
    phone.post(of(person, f"answers/{CODE}/last/"), {"last": "earlier"})
    assert phone.post(of(person, "answers/review/")).status_code == 302
    return of(person, f"sent/{CODE}/")


# By telephone -----------------------------------------------------------------------------------------------------
def test_a_calculated_value_is_kept_when_the_answer_comes_by_telephone(world, person, phone):
    phone.post(of(person, f"answers/{CODE}/hours/"), {"hours": "2"})
    assert kept(world, person) == {"hours": 2, "minutes": 120}


def test_an_option_that_is_not_offered_is_not_read_out_and_not_taken(world, person, phone):
    address = of(person, f"answers/{CODE}/last/")
    phone.post(of(person, f"answers/{CODE}/ever/"), {"ever": "false"})
    assert 'value="earlier"' not in phone.get(address).content.decode()
    assert phone.post(address, {"last": "earlier"}).status_code == 422
    assert phone.post(address, {"last": "never"}).status_code == 302


# Corrections ------------------------------------------------------------------------------------------------------
def test_a_correction_keeps_the_calculated_value_and_the_score_anew(world, person, phone, sent):
    assert score(person) == [120]
    assert phone.post(sent, {"hours": "3", "ever": "true", "last": "earlier", "reason": "Said 3"}).status_code == 302
    assert kept(world, person)["minutes"] == 180
    assert score(person) == [120, 180]
    with acting_as(SYSTEM):
        assert Answer.objects.get(link_id="minutes", value=180).correction.reason == "Said 3"


def test_a_correction_that_takes_the_ground_of_a_calculated_value_takes_the_value_too(world, person, phone, sent):
    assert phone.post(sent, {"hours": "", "ever": "true", "last": "earlier", "reason": "Blank"}).status_code == 302
    assert kept(world, person) == {"ever": True, "last": "earlier"}
    assert score(person) == [120, None]


def test_a_correction_that_leaves_answers_that_do_not_go_together_is_refused_beside_the_question(
    world, person, phone, sent
):
    refused = phone.post(sent, {"hours": "2", "ever": "true", "last": "earlier", "reason": "x"})
    assert "Nothing was changed" in refused.content.decode()
    assert phone.post(sent, {"hours": "2", "ever": "false", "last": "never", "reason": "x"}).status_code == 302
    refused = phone.post(sent, {"hours": "2", "ever": "false", "last": "this year", "reason": "x"})
    assert refused.status_code == 422
    assert "does not go with the other answers" in refused.content.decode().split('id="id_last')[0]
    assert kept(world, person)["last"] == "never"


# On paper ---------------------------------------------------------------------------------------------------------
@pytest.fixture
def two(world):
    return list(people.staff_at(world.site, Role.OUTCOME_ASSESSOR).order_by("code"))


def enter(world, person, by, **answers):
    with acting_as(by):
        assessment = world.assessment(person, "six_months")
        entry = paper.begin(assessment=assessment, completed_on=FRIDAY, initials="", by=by)
        given = {name.replace("_", "@"): value for name, value in answers.items()}
        actions.enter_paper(entry=entry, instrument=CODE, answers=given, by=by)
        return paper.finish(entry=entry, by=by)


def test_each_repetition_is_compared_and_settled_for_itself(world, person, two):
    enter(world, person, two[0], name_1="Iron", name_2="Zinc", dose_2=5)
    second = enter(world, person, two[1], name_1="Iron", name_2="Zink", dose_2=5, name_3="Salt")
    assessment = world.assessment(person, "six_months")
    with acting_as(two[1]):
        found = [(each.link_id, each.first, each.second) for each in paper.differences(assessment)]
        assert found == [("name@2", "Zinc", "Zink"), ("name@3", None, "Salt")]
        place = {"assessment": assessment, "instrument": CODE, "words": "Clear", "by": two[1]}
        actions.settle_paper(link_id="name@2", entry=None, value="Zinc (tablets)", **place)
        actions.settle_paper(link_id="name@3", entry=second, **place)
        with pytest.raises(NoDifference):
            actions.settle_paper(link_id="name", entry=second, **place)
        actions.send_paper(assessment=assessment, by=two[1])
    assert kept(world, person) == {
        "name@1": "Iron", "name@2": "Zinc (tablets)", "dose@2": 5, "name@3": "Salt",
    }  # fmt: skip


def test_a_repetition_in_which_entries_differ_is_named_and_settled_on_the_page(world, person, two, browser):
    for each, name in zip(two, ("Zinc", "Zink"), strict=True):
        enter(world, person, each, name_2=name)
    page, address = browser(two[1]), of(person, "paper/compare/")
    assert "Its name (2)" in page.get(address).content.decode()
    key = f"{CODE}:name@2"
    said = {"place": key, f"{key}-entry": "own", f"{key}-words": "Read again", f"{key}:own-name@2": "Zinc oxide"}
    assert page.post(address, said).status_code == 302
    assert "On the paper: Zinc oxide." in page.get(address).content.decode()


def test_paper_has_room_for_three_repetitions_and_the_entry_always_for_one_more(world, person, two, browser):
    page = browser(two[0])
    printed = page.get(of(person, "paper/print/")).content.decode()
    assert [f"Medicine {number}<" in printed for number in (1, 3, 4)] == [True, True, False]
    assert "Minutes" not in printed  # nobody works it out by hand
    with acting_as(two[0]):
        paper.begin(assessment=world.assessment(person, "six_months"), completed_on=FRIDAY, initials="", by=two[0])
    address = of(person, f"paper/entry/{CODE}/")
    assert 'name="name@4"' not in page.get(address).content.decode()
    assert page.post(address, {"name@3": "Iron", "then": "stay"})["Location"] == address
    assert 'name="name@4"' in page.get(address).content.decode()


def test_what_is_crossed_on_paper_counts_though_the_screen_would_not_have_offered_it(world, person, two):
    for each in two:
        enter(world, person, each, hours=2, ever=False, last="earlier")
    with acting_as(two[0]):
        actions.send_paper(assessment=world.assessment(person, "six_months"), by=two[0])
    assert kept(world, person) == {"hours": 2, "minutes": 120, "ever": False, "last": "earlier"}


def test_settling_what_makes_another_answer_impossible_asks_for_a_second_look_and_keeps_it_if_it_stands_so(
    world, person, two
):
    first = enter(world, person, two[0], ever=True, last="earlier")
    second = enter(world, person, two[1], ever=False, last="never")
    place = {"assessment": world.assessment(person, "six_months"), "instrument": CODE, "words": "Clear", "by": two[1]}
    with acting_as(two[1]):
        actions.settle_paper(link_id="ever", entry=second, **place)
        with pytest.raises(DoNotFit, match="“last”: This answer does not go with the other answers"):
            actions.settle_paper(link_id="last", entry=first, **place)
        actions.settle_paper(link_id="last", entry=first, stands_so=True, **place)
        actions.send_paper(assessment=place["assessment"], by=two[1])
    assert kept(world, person) == {"ever": False, "last": "earlier"}


def test_what_fits_with_either_entry_or_was_read_alike_needs_no_second_look(world, person, two):
    first = enter(world, person, two[0], hours=2, ever=False, last="earlier", dose_1=5)
    second = enter(world, person, two[1], hours=2, ever=True, last="this year", dose_1=6)
    place = {"assessment": world.assessment(person, "six_months"), "instrument": CODE, "words": "Clear", "by": two[1]}
    with acting_as(two[1]):
        actions.settle_paper(link_id="last", entry=first, **place)  # the second entry's "ever" goes with it
        actions.settle_paper(link_id="ever", entry=second, **place)
        actions.settle_paper(link_id="dose@1", entry=second, **place)
        assert all(each.decision for each in paper.differences(place["assessment"]))


def test_the_second_look_is_asked_for_on_the_page_with_what_was_chosen_and_ticked_off_there(
    world, person, two, browser
):
    enter(world, person, two[0], ever=True, last="earlier")
    enter(world, person, two[1], ever=False)
    page, address = browser(two[1]), of(person, "paper/compare/")
    last, ever = f"{CODE}:last", f"{CODE}:ever"
    assert "stands_so" not in page.get(address).content.decode()
    page.post(address, {"place": last, f"{last}-entry": "1", f"{last}-words": "Clear"})
    said = {"place": ever, f"{ever}-entry": "2", f"{ever}-words": "A no"}
    refused = page.post(address, said)
    assert refused.status_code == 422
    assert f'name="{ever}-stands_so"' in refused.content.decode()
    assert 'value="A no"' in refused.content.decode()
    assert page.post(address, said | {f"{ever}-stands_so": "on"}).status_code == 302
    assert "Entry 2 is right: A no" in page.get(address).content.decode()
