"""Goals and the week plan are kept while somebody writes: a crash, a lost session or a colleague finds every word."""

from uuid import uuid4

import pytest

from stegvis.audit.action import SYSTEM
from stegvis.people.acting import acting_as
from stegvis.people.models import Role
from stegvis.physiotherapy import queries as physiotherapy
from stegvis.physiotherapy.visiting import half_written
from tests.web.physiotherapist.test_visits import visit_of


@pytest.fixture
def person(world):
    return world.baseline_done()


@pytest.fixture
def physio(world, browser, person):
    return browser(world.clinician(person, Role.PHYSIOTHERAPIST))


def address(person, rest):
    return f"/en/physio/{person.code}/visit/1/{rest}"


def kept(physio, person, form, name, value, **more):
    return physio.post(address(person, f"save/{form}/"), {"field": name, name: value, **more})


def page(physio, person, rest):
    return physio.get(address(person, rest)).content.decode()


def waiting(person, form):
    visit = visit_of(person)
    with acting_as(SYSTEM):
        return {field: note.words for field, note in half_written.of(visit, form).items() if note.words}


WALK = {"kind": "walking", "title": "Stroll", "days": ["0", "3"], "minutes": "20", "effort": "easy"}


def test_a_goal_that_was_not_sent_stands_in_its_form_again(physio, person):
    assert kept(physio, person, "goal", "text", "Bake with the children").json()["saved_at"]
    kept(physio, person, "goal", "goal_type", "participation")
    html = page(physio, person, "goals/")
    assert 'value="Bake with the children"' in html
    assert 'data-state="saved"' in html
    assert waiting(person, "goal") == {"text": "Bake with the children", "goal_type": "participation"}


def test_a_goal_that_was_sent_waits_no_more(physio, person):
    kept(physio, person, "goal", "text", "Bake with the children")
    sent = {"text": "Bake", "goal_type": "participation", "parent": "", "target_week": 12, "key": uuid4()}
    assert physio.post(address(person, "goals/"), sent).status_code == 302
    assert waiting(person, "goal") == {}
    assert "Bake with the children" not in page(physio, person, "goals/")
    assert "Bake with the children" in page(physio, person, "history/")


def test_an_activity_is_kept_with_its_days_and_a_plus_in_the_week_adds_to_it(physio, person):
    for name in ("title", "days", "minutes"):
        kept(physio, person, "activity", name, WALK[name])
    assert waiting(person, "activity") == {"title": "Stroll", "days": "0,3", "minutes": "20"}
    html = page(physio, person, "plan/?day=5")
    assert 'value="Stroll"' in html
    assert physio.post(address(person, "plan/"), WALK).status_code == 302
    assert waiting(person, "activity") == {}


def test_what_is_written_into_a_change_stays_with_that_activity(physio, person):
    physio.post(address(person, "plan/"), WALK)
    with acting_as(SYSTEM):
        mark = physiotherapy.draft_of(person).activities[0].mark
    kept(physio, person, mark, "when_where", "Round the lake")
    assert "Round the lake" not in page(physio, person, "plan/")
    assert 'value="Round the lake"' in page(physio, person, f"plan/?change={mark}")
    assert physio.get(address(person, ""))["Location"].endswith(f"plan/?change={mark}&at=when_where#id_when_where")


def test_what_is_agreed_is_kept_before_it_is_sent(physio, person):
    physio.post(address(person, "plan/"), WALK)
    kept(physio, person, "agree", "flare_rule", "Half for two days, then on")
    assert "Half for two days, then on" in page(physio, person, "agree/")


@pytest.mark.parametrize(
    ("form", "name", "value", "status"),
    [
        ("goal", "importance", "11", 422), ("activity", "minutes", "0", 422), ("goal", "shoe_size", "42", 404),
        ("shopping", "text", "Milk", 404), ("agree", "flare_rule", "a" * 301, 422),
    ],
)  # fmt: skip
def test_what_the_form_would_refuse_is_refused_while_it_is_written(physio, person, form, name, value, status):
    assert kept(physio, person, form, name, value).status_code == status
    assert waiting(person, form) == {}


def test_a_colleagues_newer_words_are_shown_beside_and_not_written_over(physio, person):
    version = kept(physio, person, "activity", "days", ["0"]).json()["version"]
    kept(physio, person, "activity", "days", ["1", "2"], version=version)
    answer = kept(physio, person, "activity", "days", ["4"], version=version)
    assert answer.status_code == 409
    assert answer.json()["pairs"] == [["days", "1"], ["days", "2"]]
    assert waiting(person, "activity") == {"days": "1,2"}
