"""The exercises of the plan on the person's own pages: one page each, in three forms, done with one tap, and on paper."""

import re
from dataclasses import replace
from uuid import uuid4

import pytest

from stegvis.audit.action import SYSTEM
from stegvis.methods.exercises import check
from stegvis.people.acting import acting_as
from stegvis.people.models import Role
from stegvis.physiotherapy import actions as physiotherapy
from stegvis.physiotherapy import queries as plans
from stegvis.physiotherapy.exercises import actions
from stegvis.physiotherapy.queries import DraftActivity, DraftExercise
from tests.studies.folders import CWP

AT = "/en/activity/exercises/"
STRENGTH = DraftActivity("strength", (5,), 15, "medium", "Strong legs")
EXERCISES = (DraftExercise("half-squat", "easier", 6, 1), DraftExercise("neck-turn", "as_is", 5, 1))


@pytest.fixture
def library(world):
    with acting_as(SYSTEM):
        return actions.publish_exercises(library=check.read(CWP / "plan" / "exercises"), by=SYSTEM)


@pytest.fixture
def with_exercises(world, control, library):
    """Somebody whose plan has two exercises, and strength planned for Fridays."""
    agree(world, control, EXERCISES)
    return control


def agree(world, person, exercises):
    by = world.clinician(person, Role.PHYSIOTHERAPIST)
    with acting_as(by):
        draft = plans.as_draft(plans.plan_now(person))
        draft = replace(draft, activities=(*draft.activities, STRENGTH), exercises=exercises)
        physiotherapy.agree_plan(participant=person, draft=draft, key=uuid4(), by=by)


def read(page, person, address, status=200):
    response = page(person).get(address)
    assert response.status_code == status
    return response.content.decode()


def test_the_plan_shows_its_exercises_and_leads_to_each(with_exercises, page):
    html = read(page, with_exercises, "/en/activity/plan/")
    assert f'href="{AT}half-squat/"' in html
    assert "6 times." in html
    assert html.count('role="img" aria-label="First the person') == 2


def test_an_exercise_has_its_drawing_steps_dose_and_what_to_feel(with_exercises, page):
    html = read(page, with_exercises, f"{AT}half-squat/")
    assert "First the person stands with both hands on a worktop." in html
    assert "Keep your heels on the floor." in html
    assert "Stop if a knee gets a sharp pain." in html
    assert "Not clinically reviewed: demonstration only" in html
    assert f'href="{AT}neck-turn/"' in html


def test_the_agreed_form_is_shown_first_and_the_others_on_request(with_exercises, page):
    assert "Go down just a little way." in read(page, with_exercises, f"{AT}half-squat/")
    harder = read(page, with_exercises, f"{AT}half-squat/?form=harder")
    assert "Stay low for three breaths" in harder
    assert "Agreed in your plan: Easier." in harder
    assert "Go down just a little way." in read(page, with_exercises, f"{AT}half-squat/?form=brutal")


def test_it_speaks_swedish(with_exercises, page):
    html = read(page, with_exercises, "/sv/activity/exercises/half-squat/")
    assert "Halv knäböj" in html
    assert "6 gånger." in html


def test_done_writes_todays_planned_activity_of_its_kind_in_the_diary(with_exercises, page):
    html = read(page, with_exercises, f"{AT}half-squat/")
    sent = dict(re.findall(r'name="(activity|on|key)" value="([^"]+)"', html))
    page(with_exercises).post("/en/today/log/", {**sent, "what": "done"})
    with acting_as(with_exercises.account):
        assert [each.title for each in plans.diary(with_exercises)] == ["Strong legs"]
    assert "In the diary for today: Strong legs." in read(page, with_exercises, f"{AT}half-squat/")


def test_where_nothing_of_its_kind_is_planned_today_it_leads_to_the_diary(with_exercises, page):
    html = read(page, with_exercises, f"{AT}neck-turn/")
    assert 'href="/en/activity/log/?kind=mobility"' in html
    log = read(page, with_exercises, "/en/activity/log/?kind=mobility")
    assert re.search(r'value="kind:mobility"[^>]* checked', log)


def test_what_is_not_in_the_plan_is_not_there(with_exercises, reader, page):
    read(page, with_exercises, f"{AT}bridge/", status=404)
    for address in (f"{AT}half-squat/", f"{AT}print/"):
        read(page, reader, address, status=404)


def test_an_exercise_that_left_the_plan_is_gone(with_exercises, world, page):
    agree(world, with_exercises, EXERCISES[1:])
    read(page, with_exercises, f"{AT}half-squat/", status=404)
    assert "Turn the head" in read(page, with_exercises, f"{AT}neck-turn/")


def test_the_sheet_has_every_exercise_with_all_its_forms(with_exercises, world, browser, page):
    own = read(page, with_exercises, f"{AT}print/")
    assert "Go down just a little way." in own
    assert own.count("sv-a4-exercise") == 2
    physio = browser(world.clinician(with_exercises, Role.PHYSIOTHERAPIST))
    sheet = physio.get(f"/en/physio/{with_exercises.code}/print/exercises/")
    assert "Halv knäböj" in sheet.content.decode()  # the person's language, whatever the physiotherapist reads
