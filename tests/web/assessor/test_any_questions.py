"""Questions of any kind taken by telephone, entered from paper and corrected: offered options, calculated values, repeats."""

from datetime import timedelta

import pytest

from stegvis.assessments import queries as assessments
from stegvis.assessments.models import Answer, Score
from stegvis.audit.action import SYSTEM
from stegvis.people.acting import acting_as
from stegvis.people.models import Role
from tests.methods.instruments.forms import score_extension
from tests.web.questions import calculated, installed_with, toggled
from tests.worlds import FRIDAY

CODE = "stress-now"
EVER = "%resource.item.where(linkId='ever').answer.value"
MINUTES = "%resource.item.where(linkId='hours').answer.value * 60"
QUESTIONS = (
    {"linkId": "hours", "type": "integer", "text": "Hours"},
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
