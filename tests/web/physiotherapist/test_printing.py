"""The printed plan: one page of A4, however long the plan, in the person's language; and the summary for the record."""

import re
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stegvis.audit.action import SYSTEM
from stegvis.people.acting import acting_as
from stegvis.people.models import Role
from stegvis.physiotherapy import actions
from stegvis.physiotherapy.queries import Draft, DraftActivity
from stegvis.web.plan_sheet import fitting
from stegvis.web.plan_sheet.fitting import Part, fitted

texts = st.text("abc åäö", max_size=400)
parts = st.lists(st.builds(Part, st.sampled_from("ABCDE"), st.lists(texts, max_size=6)), max_size=5)


@pytest.fixture
def person(world):
    return world.planned()


@pytest.fixture
def physio(world, browser, person):
    return browser(world.clinician(person, Role.PHYSIOTHERAPIST))


def long_plan(person, activities=6, words=8):
    """Agree a plan that is far longer than a sheet."""
    many = tuple(
        DraftActivity(
            "walking", tuple(range(1, 8)), 20 + n, "medium", f"Walk number {n} to the lake and the shop",
            "After lunch, " * words, "To the gate, " * words, "Five minutes more, " * words, 5,
        )
        for n in range(activities)
    )  # fmt: skip
    with acting_as(SYSTEM):
        actions.agree_plan(participant=person, draft=Draft(many, "Half for three days. " * 5), key=uuid4(), by=SYSTEM)


def test_a_short_plan_has_four_weeks_of_boxes_and_leaves_nothing_out():
    sheet = fitted([("Walk to the shop", ["Week 4: to the park"])], [["Walk 15 min"] * 7, [""] * 7], [Part("A", ["x"])])
    assert (sheet.size, sheet.weeks, sheet.left_out, sheet.steps) == ("", 4, [], True)


@given(parts)
def test_every_part_is_on_the_sheet_or_named_as_left_out(asked):
    sheet = fitted([], [["Walk"] * 7], asked)
    named = [part.name for part in asked if any(part.texts)]
    assert [*sheet.parts, *sheet.left_out] == named
    assert 1 <= sheet.weeks <= fitting.WEEKS


@given(parts, parts)
def test_more_text_never_makes_the_letters_larger(some, more):
    sizes = [size for size, _lines, _wide in fitting.SIZES]
    less = fitted([], [["Walk"] * 7], some)
    full = fitted([], [["Walk"] * 7], [*some, *more])
    assert len(full.left_out) > len(less.left_out) or sizes.index(full.size) >= sizes.index(less.size)


def test_a_long_plan_says_what_it_left_out(person, physio):
    assert "There was no room" not in physio.get(f"/en/physio/{person.code}/print/").content.decode()
    long_plan(person, activities=12, words=26)
    html = physio.get(f"/en/physio/{person.code}/print/").content.decode()
    assert re.search(r"sv-a4--smallest", html)
    assert "There was no room here for:" in html or "Det fanns inte plats här för:" in html


def test_the_summary_for_the_record_has_dose_effort_and_follow_up(person, physio):
    html = physio.get(f"/en/physio/{person.code}/prescription/").content.decode()
    for said in ("Physical activity on prescription", "you can talk, not sing", "Minutes each time", "Follow-up"):
        assert said in html


def test_the_person_s_page_shows_versions_and_the_advice(person, physio):
    html = physio.get(f"/en/physio/{person.code}/").content.decode()
    assert "agreed together" in html
    assert "The WHO advises 150 to 300." in html
