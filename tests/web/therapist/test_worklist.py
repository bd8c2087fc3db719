"""The worklist: who stands on it, in which order, for how many queries."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.people import actions as people
from stegvis.people.acting import acting_as
from stegvis.people.models import Account, Participant, Role
from stegvis.safety import actions as safety
from tests.web.conftest import Browser
from tests.web.therapist.conftest import OPENED, Caseload, welcome, write_to_therapist
from tests.worlds import FRIDAY, World

WORKLIST = "/en/care/"


def listed(html: str) -> list[str]:
    """The codes in the list, in order."""
    return re.findall(r'<span class="id">(\S+?)(?: ·|</span>)', html)


def page(browser: Browser, therapist: Account, address: str = WORKLIST) -> str:
    """A page as the therapist sees it."""
    response = browser(therapist).get(address)
    assert response.status_code == 200
    return str(response.content.decode())


@pytest.mark.parametrize("role", [Role.PHYSIOTHERAPIST, Role.COORDINATOR, Role.STATISTICIAN, Role.ADMINISTRATOR])
def test_nobody_but_therapists_finds_the_worklist(world: World, browser: Browser, role: str) -> None:
    assert browser(world.staff(role)).get(WORKLIST).status_code == 404


def test_whoever_is_not_signed_in_is_asked_to(world: World, browser: Browser) -> None:
    assert browser().get(WORKLIST).headers["Location"].startswith("/en/sign-in/")


def test_a_worklist_is_only_read(world: World, browser: Browser, therapist: Account) -> None:
    assert browser(therapist).post(WORKLIST).status_code == 405


def test_only_ones_own_caseload_is_listed(
    world: World, browser: Browser, therapist: Account, caseload: Caseload
) -> None:
    (mine,) = caseload(1)
    with acting_as(SYSTEM):
        colleague = people.add_staff(
            role="therapist", email="other@example.org", name="Other", sites=[world.site], by=SYSTEM
        )
    (theirs,) = caseload(1, of=colleague)
    assert listed(page(browser, therapist, f"{WORKLIST}?show=all")) == [mine.code]
    assert listed(page(browser, colleague, f"{WORKLIST}?show=all")) == [theirs.code]


def test_an_empty_worklist_is_kind_and_says_when_to_look_again(
    world: World, browser: Browser, therapist: Account
) -> None:
    html = page(browser, therapist)
    assert "All answered" in html
    assert "Monday 16 November" in html
    assert "No participants yet" in page(browser, therapist, f"{WORKLIST}?show=all")
    assert "Nobody here" in page(browser, therapist, f"{WORKLIST}?show=waiting")


def test_safety_then_late_then_longest_wait(
    world: World, browser: Browser, therapist: Account, caseload: Caseload
) -> None:
    late, fresh, waiting, alerted = caseload(4)
    for person in (late, fresh, waiting, alerted):
        welcome(world, therapist, person, on=OPENED)
    world.send_homework(late, on=FRIDAY - timedelta(days=7))
    world.send_homework(waiting, on=FRIDAY - timedelta(days=2))
    world.send_homework(fresh, on=FRIDAY - timedelta(days=1))
    raise_alert(alerted)
    html = page(browser, therapist)
    assert listed(html) == [alerted.code, late.code, waiting.code, fresh.code]
    assert "Safety alert: the rota is told" in html
    assert "Homework: step 1, Start: my reasons and my rhythm" in html
    assert "was due 10 Nov" in html
    assert 'Needs you <span class="num">4</span>' in html


def test_a_message_and_homework_of_one_person_are_one_row(
    world: World, browser: Browser, therapist: Account, caseload: Caseload
) -> None:
    (person,) = caseload(1)
    world.send_homework(person, on=FRIDAY - timedelta(days=2))
    write_to_therapist(world, person, on=FRIDAY - timedelta(days=1))
    html = page(browser, therapist)
    assert listed(html) == [person.code]
    assert "rhythm · 1 new message" in html
    assert "Good morning." not in html, "what a person wrote is read on their page, where it leaves a reading"


def test_whoever_needs_nothing_stands_among_those_one_waits_for(
    world: World, browser: Browser, therapist: Account, caseload: Caseload
) -> None:
    (going_on,) = caseload(1)
    (not_yet,) = caseload(1, opened=FRIDAY + timedelta(days=4))
    welcome(world, therapist, going_on, on=FRIDAY)
    assert listed(page(browser, therapist)) == []
    assert listed(page(browser, therapist, f"{WORKLIST}?show=waiting")) == [going_on.code]
    everyone = page(browser, therapist, f"{WORKLIST}?show=all")
    assert listed(everyone) == sorted([going_on.code, not_yet.code])
    assert "Opens 17 Nov" in everyone


def test_days_in_use_are_dots_with_words(
    world: World, browser: Browser, therapist: Account, caseload: Caseload
) -> None:
    (person,) = caseload(1)
    world.send_homework(person, on=FRIDAY - timedelta(days=2))
    html = page(browser, therapist)
    assert "In use on 1 of the last 14 days" in html
    assert html.count('class="u"') == 1


def test_a_list_of_more_than_fifty_has_pages(
    world: World, browser: Browser, therapist: Account, caseload: Caseload
) -> None:
    people_in_care = caseload(51)
    assert len(listed(page(browser, therapist))) == 50
    assert listed(page(browser, therapist, f"{WORKLIST}?page=2")) == [people_in_care[-1].code]


def test_queries_are_the_same_for_three_and_thirty_people(
    world: World, browser: Browser, therapist: Account, caseload: Caseload
) -> None:
    client = browser(therapist)
    for person in caseload(3):
        world.send_homework(person, on=FRIDAY - timedelta(days=2))
        write_to_therapist(world, person)
    client.get(WORKLIST)
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(WORKLIST)
    for person in caseload(27):
        write_to_therapist(world, person)
        raise_alert(person)
    with CaptureQueriesContext(connection) as many:
        html = client.get(WORKLIST).content.decode()
    assert len(listed(html)) == 30
    assert len(many) == len(few) <= 26


def test_the_rail_counts_whoever_needs_the_therapist(
    world: World, browser: Browser, therapist: Account, caseload: Caseload
) -> None:
    caseload(2)
    assert "2 people need you" in page(browser, therapist, "/en/care/programme/")


def test_the_last_weeks_say_how_long_people_waited(
    world: World, browser: Browser, therapist: Account, caseload: Caseload
) -> None:
    assert "No replies in the last four weeks" in page(browser, therapist)
    (person,) = caseload(1)
    sent = world.send_homework(person, on=FRIDAY - timedelta(days=1))
    answered = world.reply(sent, on=FRIDAY)
    html = page(browser, therapist)
    assert f'<span class="big">{(answered.sent_at - sent.sent_at) // timedelta(hours=1)} h</span>' in html
    assert re.search(r'<span class="big">1 <small>of 1</small>', html)


def raise_alert(person: Participant) -> None:
    """Something is wrong, says the person."""
    with acting_as(SYSTEM), clock.frozen(clock.at(FRIDAY, 9)):
        safety.raise_alert(
            participant=person, trigger="something_is_wrong", source=f"note:{person.pk}", grade="today", by=SYSTEM
        )


# Without a therapist --------------------------------------------------------------------------------------------------
@pytest.fixture
def colleague(world: World) -> Account:
    """Another therapist at the site, who stays."""
    with acting_as(SYSTEM):
        return people.add_staff(role="therapist", email="stays@example.org", name="S", sites=[world.site], by=SYSTEM)


def test_people_whose_therapist_left_are_seen_by_a_colleague_and_taken_over(
    world, browser, therapist, colleague, caseload
):
    first, *others = [person.code for person in caseload(3)]
    without = f"{WORKLIST}without/"
    assert "Everybody has a therapist" in page(browser, colleague, without)
    with acting_as(SYSTEM):
        people.deactivate(account=therapist, reason="moved", by=SYSTEM)

    assert "3 people at your site have no therapist" in page(browser, colleague)
    browser(colleague).post(without, {"participant": first})
    assert listed(page(browser, colleague, f"{WORKLIST}?show=all")) == [first]
    browser(colleague).post(without, {"participant": "everybody"})
    assert set(listed(page(browser, colleague, f"{WORKLIST}?show=all"))) == {first, *others}


def test_nobody_is_taken_from_a_therapist_who_works_here_nor_at_another_site(
    world, browser, therapist, colleague, caseload
):
    (person,) = caseload()
    browser(colleague).post(f"{WORKLIST}without/", {"participant": person.code})
    with acting_as(SYSTEM):
        people.deactivate(account=therapist, reason="moved", by=SYSTEM)
    elsewhere = world.staff(Role.THERAPIST, world.sites[1])

    assert person.code not in page(browser, elsewhere, f"{WORKLIST}without/")
    browser(elsewhere).post(f"{WORKLIST}without/", {"participant": person.code})
    assert listed(page(browser, colleague, f"{WORKLIST}?show=all")) == []
