"""The physiotherapist finds exercises, chooses at most four, sets form and dose, and the person gets them with the plan."""

from uuid import uuid4

import pytest

from stegvis.audit.action import SYSTEM
from stegvis.methods.exercises import check
from stegvis.people.acting import acting_as
from stegvis.people.models import Role
from stegvis.physiotherapy import queries as physiotherapy
from stegvis.physiotherapy.exercises import actions, queries
from stegvis.protocol import actions as protocol
from tests.studies.folders import CWP

ACTIVITY = {"kind": "walking", "title": "Easy walk", "days": ["0", "2"], "minutes": 15, "effort": "easy"}


@pytest.fixture
def library(world):
    with acting_as(SYSTEM):
        return actions.publish_exercises(library=check.read(CWP / "plan" / "exercises"), by=SYSTEM)


@pytest.fixture
def person(world):
    return world.baseline_done()


@pytest.fixture
def physio(world, browser, person):
    return browser(world.clinician(person, Role.PHYSIOTHERAPIST))


def at(person, rest="exercises/", visit=1):
    return f"/en/physio/{person.code}/visit/{visit}/{rest}"


def add(physio, person, *codes):
    return [physio.post(at(person, "exercises/add/"), {"exercise": code}) for code in codes]


def drafted(person):
    with acting_as(SYSTEM):
        draft = physiotherapy.draft_of(person)
        return [(each.code, each.form, each.times, each.sets) for each in draft.exercises] if draft else []


def test_the_whole_library_is_shown_with_its_drawings_and_their_alternatives(library, person, physio):
    html = physio.get(at(person)).content.decode()
    assert html.count('role="img" aria-label="First the person') == len(queries.content(library.pk).exercises)
    assert "Not clinically reviewed: demonstration only" in html


@pytest.mark.parametrize(
    ("query", "there", "gone"),
    [
        ("group=neck", "Turn the head", "Half squat"),
        ("kind=balance", "Stand on one leg", "Turn the head"),
        ("position=lying", "Bridge", "Cat back"),
        ("position=up", "Half squat", "Bridge"),
        ("word=STAIRS", "Step up", "Bridge"),
        ("kind=strength&group=chest", "Wall press", "Open the arms"),
    ],
)
def test_exercises_are_found_by_group_kind_position_and_word(library, person, physio, query, there, gone):
    html = physio.get(at(person) + f"?{query}").content.decode()
    assert f">{there}</h3>" in html
    assert f">{gone}</h3>" not in html


def test_what_fits_nothing_says_so_and_what_is_no_choice_hides_nothing(library, person, physio):
    assert "No exercise fits all of this" in physio.get(at(person) + "?group=neck&kind=balance").content.decode()
    assert ">Bridge</h3>" in physio.get(at(person) + "?group=wings").content.decode()


def test_a_chosen_exercise_begins_as_described_with_the_dose_to_begin_with(library, person, physio):
    response = physio.post(at(person, "exercises/add/"), {"exercise": "half-squat", "query": "kind=strength"})
    assert response["Location"].endswith("/exercises/?kind=strength#chosen")
    assert drafted(person) == [("half-squat", "as_is", 8, 2)]


def test_form_and_dose_are_set_and_reach_the_plan_when_it_is_agreed(library, person, physio):
    physio.post(
        at(person, "goals/"), {"text": "Walk", "goal_type": "function", "parent": "", "target_week": 12, "key": uuid4()}
    )
    physio.post(at(person, "plan/"), ACTIVITY)
    add(physio, person, "half-squat")
    dose = {"form_half-squat": "easier", "times_half-squat": 5, "sets_half-squat": 1}
    assert physio.post(at(person), dose)["Location"] == at(person, "plan/")
    for page in ("plan/", "agree/"):
        assert "Halv knäböj" in physio.get(at(person, page)).content.decode()  # as the person will read it

    physio.post(at(person, "agree/"), {"mode": "in_person", "key": uuid4()})
    with acting_as(SYSTEM):
        chosen = queries.in_the_plan_of(person, "sv")
    assert [(each.exercise.code, each.form, each.times, each.sets) for each in chosen] == [
        ("half-squat", "easier", 5, 1)
    ]


@pytest.mark.parametrize(
    "wrong", [{"times_bridge": "0"}, {"times_bridge": "many"}, {"form_bridge": "brutal"}, {"sets_bridge": ""}]
)
def test_a_dose_that_cannot_be_is_refused_and_nothing_changes(library, person, physio, wrong):
    add(physio, person, "bridge")
    sent = {"form_bridge": "harder", "times_bridge": "3", "sets_bridge": "1"} | wrong
    assert physio.post(at(person), sent).status_code == 422
    assert drafted(person) == [("bridge", "as_is", 8, 2)]


def test_a_fifth_exercise_and_the_same_twice_are_refused_with_a_sentence(library, person, physio):
    add(physio, person, "bridge", "bridge")
    assert len(drafted(person)) == 1
    add(physio, person, "sway", "one-leg", "step-up", "toe-tap")
    html = physio.get(at(person)).content.decode()
    assert [code for code, *_rest in drafted(person)] == ["bridge", "sway", "one-leg", "step-up"]
    assert "A plan has room for 4 exercises, and it would have 5" in html
    assert "Take one out to choose another" in html


def test_one_is_taken_out_once_and_what_there_is_not_is_not_found(library, person, physio):
    add(physio, person, "bridge", "sway")
    for _ in range(2):
        physio.post(at(person, "exercises/remove/"), {"exercise": "bridge"})
    assert [code for code, *_rest in drafted(person)] == ["sway"]
    assert add(physio, person, "headstand")[0].status_code == 404


def test_an_exercise_that_the_newest_library_lacks_is_named_and_can_be_taken_out(library, person, physio):
    add(physio, person, "bridge")
    content = queries.content(library.pk)
    fewer = tuple(each for each in content.exercises if each.code != "bridge")
    with acting_as(SYSTEM):
        actions.publish_exercises(library=content.model_copy(update={"exercises": fewer}), by=SYSTEM)
    assert "“bridge” was in the plan" in physio.get(at(person)).content.decode()
    physio.post(at(person, "exercises/remove/"), {"exercise": "bridge"})
    assert drafted(person) == []


def test_in_a_live_trial_nothing_unsigned_is_offered(library, person, physio):
    with acting_as(SYSTEM):
        protocol.go_live(by=SYSTEM)
    html = physio.get(at(person)).content.decode()
    assert "No library of exercises yet" in html
    assert ">Bridge</h3>" not in html
    assert add(physio, person, "bridge")[0].status_code == 404
    with acting_as(SYSTEM):
        actions.sign_exercises(release=library, language="sv", reviewer="A. Physiotherapist", by=SYSTEM)
    html = physio.get(at(person)).content.decode()
    assert ">Bridge</h3>" in html
    assert "Not clinically reviewed" not in html


def test_nobody_else_comes_here(library, world, browser, person):
    assert browser(world.coordinator()).get(at(person)).status_code in {302, 403, 404}
    assert browser(person.account).get(at(person)).status_code in {302, 403, 404}
