"""Goals at the last visit: the group is guessed first, the person rates, a mistake is corrected, a colleague takes over.

In both languages, on the physiotherapist's tablet and desk and on the person's own telephone; every page goes through the
accessibility check.
"""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from stegvis.audit.action import SYSTEM
from stegvis.people import queries as people
from stegvis.people.acting import acting_as
from stegvis.people.models import Role
from stegvis.physiotherapy import queries as plans
from stegvis.physiotherapy.models import ArmGuess, ArmTold
from tests.journeys.conftest import DESK
from tests.journeys.test_physiotherapists_journeys import TABLET
from tests.worlds import FRIDAY


@pytest.fixture
def person(stage):
    """Somebody whose last visit is due."""
    return stage.allocated(on=FRIDAY - timedelta(days=82))


@pytest.fixture
def physio(stage, person):
    return stage.clinician(person, Role.PHYSIOTHERAPIST)


def at_the_desk(visitor, account, then, language="en", window=DESK):
    desk = visitor(window)
    desk.language = language
    desk.sign_in(account, then=then)
    return desk


def send(desk):
    """The button of the page's form, and the page that it leads to."""
    before = desk.page.url
    desk.page.locator("main form .sv-btn").last.click()
    desk.page.wait_for_load_state()
    return before


def guess(desk, arm="unknown", sure="", told="no"):
    desk.page.locator(f"[name=arm][value={arm}]").check(force=True)
    if sure:
        desk.page.locator(f"[name=sure][value={sure}]").check(force=True)
    desk.page.locator(f"[name=told][value={told}]").check(force=True)
    desk.look()
    send(desk)


def ratings(person):
    with acting_as(SYSTEM):
        return [
            (each.level, each.mode, bool(each.corrects_id))
            for now in plans.goals_of(person)
            for each in now.all_ratings
        ]


@pytest.mark.journey("J6")
@pytest.mark.parametrize(("language", "window"), [("en", DESK), ("sv", TABLET)], ids=["English desk", "Swedish tablet"])
def test_a_group_that_became_known_is_told_first_then_goals_are_read_out_and_a_mistake_is_corrected(
    stage, person, physio, visitor, language, window
):
    desk = at_the_desk(visitor, physio, f"/physio/{person.code}/visit/3/rate/", language, window)
    assert desk.page.url.endswith("/guess/")
    guess(desk, arm=stage.protocol.arms[0].code, sure="strongly", told="yes")
    assert desk.page.url.endswith("/told/")
    desk.page.locator("[name=told_by][value=relative]").check(force=True)
    desk.page.locator("[name=how][value=telephone]").check(force=True)
    desk.look()
    send(desk)
    guess(desk, arm=stage.protocol.arms[0].code, sure="somewhat")
    assert desk.page.url.endswith("/rate/")
    desk.page.locator("[name^=goal_][value=fully]").first.check(force=True)
    desk.look()
    send(desk)

    desk.go(f"/physio/{person.code}/goals/")
    desk.look()
    desk.page.locator('a[href*="/correct/"]').first.click()
    desk.page.locator("[name^=goal_][value=partly]").check(force=True)
    desk.page.locator("[name=why]").fill("I misheard")
    desk.look()
    send(desk)
    desk.look()
    expect(desk.page.get_by_text("I misheard")).to_be_visible()
    assert sorted(ratings(person)) == [("fully", "read_out", False), ("partly", "read_out", True)]
    with acting_as(SYSTEM):
        assert [each.had_been_told for each in ArmGuess.objects.all()] == [True]
        assert [each.told_by for each in ArmTold.objects.all()] == ["relative"]


@pytest.mark.journey("J6")
@pytest.mark.parametrize("language", ["en", "sv"])
def test_the_person_rates_on_their_own_screen_and_the_physiotherapist_sees_it_after_the_guess(
    person, physio, visitor, language
):
    phone = visitor()
    phone.language = language
    phone.sign_in(person.account, then="/goals/")
    phone.look()
    phone.go("/goals/rate/")
    phone.page.locator("[name^=goal_][value=partly]").first.check(force=True)
    phone.look()
    send(phone)
    phone.look()
    assert ratings(person) == [("partly", "own_screen", False)]

    desk = at_the_desk(visitor, physio, f"/physio/{person.code}/goals/", language)
    expect(desk.page.locator('a[href*="/correct/"]')).to_have_count(0)
    desk.go(f"/physio/{person.code}/visit/3/rate/")
    guess(desk)
    expect(desk.page.locator('a[href*="/correct/"]')).to_have_count(1)
    desk.look()


@pytest.mark.journey("J6")
def test_a_colleague_who_takes_the_last_visit_over_guesses_for_themselves_and_goes_on(person, physio, visitor):
    desk = at_the_desk(visitor, physio, f"/physio/{person.code}/visit/3/rate/", window=TABLET)
    guess(desk)
    desk.go(f"/physio/{person.code}/visit/3/onward/")
    desk.page.locator("[name=onward]").fill("Walks with the neighbour on Sundays")
    expect(desk.page.locator("[data-autosave-status][data-state=saved]")).to_be_visible(timeout=15_000)
    desk.page.close()

    colleague = next(each for each in people.staff_at(person.site, Role.PHYSIOTHERAPIST) if each != physio)
    other = at_the_desk(visitor, colleague, "/physio/take-over/", "sv")
    other.page.locator("[name=code]").fill(person.code)
    send(other)
    other.go(f"/physio/{person.code}/visit/3/")
    expect(other.page.locator("[name=onward]")).to_have_value("Walks with the neighbour on Sundays")
    other.look()
    other.go(f"/physio/{person.code}/visit/3/rate/")
    expect(other.page.get_by_text(physio.code).first).to_be_visible()
    guess(other)
    other.page.locator("[name^=goal_][value=fully]").first.check(force=True)
    other.look()
    send(other)
    assert ratings(person) == [("fully", "read_out", False)]
    with acting_as(SYSTEM):
        assert {each.guessed_by for each in ArmGuess.objects.all()} == {physio, colleague}
