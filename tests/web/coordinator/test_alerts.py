"""The alert list: by deadline with the time left; what has no clock apart; whoever was told later may take it."""

import re
from datetime import timedelta

import pytest

from stegvis.audit import clock
from stegvis.methods.instruments import DECLINED
from stegvis.people.acting import acting_as
from stegvis.people.models import Role
from stegvis.protocol import queries as protocol
from stegvis.trial import actions, tasks

LIST = "/en/trial/alerts/"


@pytest.fixture
def person(world):
    """Has consented; the baseline is open."""
    return world.consented()


def answer(world, person, value):
    options = protocol.questionnaire("phq-9").by_link_id["phq9-9"].options
    given = value if isinstance(value, dict) else next(each.key for each in options if each.ordinal == value)
    with acting_as(person.account):
        actions.save_answers(
            assessment=world.assessment(person, "baseline"), instrument="phq-9", answers={"phq9-9": given},
            language="en", by=person.account,
        )  # fmt: skip


def shown(browser, account, address=LIST):
    return browser(account).get(address).content.decode()


def test_an_alert_stands_with_its_deadline_and_the_staffed_time_left(world, browser, person):
    answer(world, person, 2)

    page = shown(browser, world.coordinator())
    assert "by 13 Nov 16:30, 6 staffed hours left" in page
    with clock.frozen(clock.at(clock.today(), 16)):
        assert "30 minutes left" in shown(browser, world.coordinator())


def test_an_alert_that_nobody_answered_in_time_says_so(world, browser, person):
    answer(world, person, 2)
    with clock.frozen(clock.now() + timedelta(days=3)):
        page = shown(browser, world.coordinator())

    assert "should have been by 13 Nov 16:30" in page
    assert 'class="alarm"' in page


def test_what_has_no_clock_is_listed_for_review_and_not_among_the_urgent(world, browser, person):
    answer(world, person, dict(DECLINED))

    assert person.code not in shown(browser, world.coordinator())
    page = shown(browser, world.coordinator(), f"{LIST}?show=review")
    assert "Prefers not to answer a question about danger" in page
    assert "Nobody is pressed to answer" in follow(browser, world.coordinator(), page)


def follow(browser, account, page):
    return shown(browser, account, first_of(page))


def first_of(page):
    """The address of the first alert on the list."""
    return re.search(rf"{LIST}\d+/", page).group()


def test_whoever_is_told_of_an_unopened_alert_opens_it_and_others_do_not(world, browser, person):
    told = world.staff(Role.PHYSIOTHERAPIST)
    answer(world, person, 2)
    address = first_of(shown(browser, world.coordinator()))
    assert browser(told).get(address).status_code == 404

    with clock.frozen(clock.now() + timedelta(hours=2)):
        tasks.escalate_alerts()
        assert person.code in shown(browser, told)
        assert "because nobody had taken it" in shown(browser, told, address)
        assert browser(told).post(address, {"step": "acknowledged"}).status_code == 302
        assert browser(world.staff(Role.THERAPIST)).get(address).status_code == 404


def test_only_a_licensed_clinician_is_offered_the_assessment(world, browser, person):
    answer(world, person, 2)
    coordinator = world.coordinator()
    address = first_of(shown(browser, coordinator))
    browser(coordinator).post(address, {"step": "acknowledged"})

    assert 'value="assessed"' in shown(browser, coordinator, address)
    coordinator.licensed_clinician = False
    coordinator.save()
    assert 'value="assessed"' not in shown(browser, coordinator, address)
