"""Corrections: by an outcome assessor of the site or a data manager, found by code, with a reason."""

import pytest

from stegvis.assessments import queries as assessments
from stegvis.audit.action import SYSTEM
from stegvis.people.acting import acting_as
from stegvis.people.models import Role

FIND = "/en/outcomes/corrections/"
PAIN = "pain-intensity"


@pytest.fixture
def person(world):
    """Has sent the baseline."""
    return world.baseline_done(site=world.site, levels={"pain_intensity": 61.0})


def sent(person, rest=""):
    return f"/en/outcomes/{person.code}/baseline/sent/{rest}"


@pytest.mark.parametrize("role", [Role.DATA_MANAGER, Role.OUTCOME_ASSESSOR])
def test_an_answer_is_found_by_code_and_corrected_with_a_reason(world, person, browser, role):
    page = browser(world.staff(role, None if role == Role.DATA_MANAGER else world.site))
    assert page.post(FIND, {"code": person.code.lower(), "occasion": "baseline"})["Location"] == sent(person)
    assert sent(person, f"{PAIN}/") in page.get(sent(person)).content.decode()
    assert 'value="61"' in page.get(sent(person, f"{PAIN}/")).content.decode()

    assert page.post(sent(person, f"{PAIN}/"), {PAIN: "16", "reason": ""}).status_code == 422
    assert page.post(sent(person, f"{PAIN}/"), {PAIN: "16", "reason": "Said 16"})["Location"] == sent(person)
    with acting_as(SYSTEM):
        response = assessments.response(world.assessment(person, "baseline"), PAIN)
        assert assessments.answers(response) == {PAIN: 16}
    assert "Said 16" in page.get(sent(person)).content.decode()


def test_a_correction_whose_only_fault_is_its_missing_reason_leads_to_the_field(world, person, browser):
    page = browser(world.staff(Role.DATA_MANAGER))
    told = page.post(sent(person, f"{PAIN}/"), {PAIN: "16", "reason": " "}).content.decode()
    assert "There is one thing to put right" in told
    assert '<a href="#id_reason">Why is it corrected?</a>' in told
    assert 'id="id_reason"' in told
    assert 'value="16"' in told


def test_a_corrected_answer_that_worries_tells_the_data_manager_whom_to_call(world, person, browser):
    page = browser(world.staff(Role.DATA_MANAGER))
    form = page.get(sent(person, "phq-9/")).context["form"]
    worst = form.fields["phq9-9"].item.options[-1].key
    given = {name: str(form.initial[name]) for name in form.fields if name in form.initial}
    told = page.post(sent(person, "phq-9/"), given | {"phq9-9": worst, "reason": "Said so"}, follow=True)
    assert "/answers/worry/" in told.redirect_chain[-1][0]
    assert "<b>112</b>" in told.content.decode()


def test_an_unknown_code_and_a_code_of_another_site_get_the_same_answer(world, person, browser):
    elsewhere = browser(world.staff(Role.OUTCOME_ASSESSOR, world.sites[1]))
    for code in (person.code, "BJ-999"):
        refused = elsewhere.post(FIND, {"code": code, "occasion": "baseline"})
        assert refused.status_code == 422
        assert "nobody with this code" in refused.content.decode()
    assert elsewhere.get(sent(person)).status_code == 404


def test_a_coordinator_and_a_statistician_correct_nothing(world, person, browser):
    for account in (world.coordinator(person), world.staff(Role.STATISTICIAN)):
        assert browser(account).get(FIND).status_code == 404
        assert browser(account).get(sent(person)).status_code == 404
