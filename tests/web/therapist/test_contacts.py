"""Conversations with a person: each is kept once, a risk reaches the rota, and none of them closes anything."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from stegvis.audit.action import SYSTEM
from stegvis.people.acting import acting_as
from stegvis.people.models import Account, Participant, Role
from stegvis.programme import queries as courses
from stegvis.programme.models import Contact, GuidanceTime
from stegvis.safety.models import Alert, AlertNotice
from stegvis.web.therapist.caseload import worklist
from tests.web.conftest import Browser
from tests.web.therapist.conftest import Caseload, course_of
from tests.worlds import FRIDAY, World

DAY = {"held_on_day": FRIDAY.day, "held_on_month": FRIDAY.month, "held_on_year": FRIDAY.year}
FINE = {"suitability": "fits", "exhaustion": "none", "time": "enough", "risk": "none"}


@pytest.fixture
def person(caseload: Caseload) -> Participant:
    """Somebody whose programme opened, and whom nobody has called."""
    return caseload(1, start_held=False)[0]


def said(outcome: str = "held", minutes: int = 25, **more: Any) -> dict[str, Any]:
    """A form for a conversation."""
    given = {
        "key": str(uuid4()),
        "mode": "telephone",
        "outcome": outcome,
        "minutes": minutes,
        "words": "Ready to begin",
    }
    return given | DAY | more


def address(person: Participant, kind: str = "start") -> str:
    """Where a conversation of a kind is kept."""
    return f"/en/care/{person.code}/contacts/?kind={kind}"


def kept(therapist: Account) -> list[Contact]:
    """What is kept."""
    with acting_as(therapist):
        return list(Contact.objects.order_by("pk"))


def needs(therapist: Account) -> list[str]:
    """What the worklist says is needed."""
    with acting_as(therapist):
        return [need.kind for row in worklist(therapist).everyone for need in row.needs]


def test_a_start_call_is_kept_with_what_it_found_and_its_time(
    browser: Browser, therapist: Account, person: Participant
) -> None:
    there = browser(therapist)
    assert there.post(address(person), said(**FINE | {"exhaustion": "marked"})).status_code == 302
    html = there.get(address(person)).content.decode()
    assert "Exhaustion: marked" in html
    assert "Ready to begin" in html
    assert "the slow track may suit better" in html
    with acting_as(therapist):
        assert GuidanceTime.objects.get().seconds == 25 * 60


def test_until_the_start_call_is_held_it_stands_on_the_worklist(
    world: World, browser: Browser, therapist: Account, person: Participant
) -> None:
    there = browser(therapist)
    there.post(address(person), said("no_answer", minutes=0))
    assert "start" in needs(therapist)
    there.post(address(person), said(**FINE))
    assert "start" not in needs(therapist)


def test_a_start_call_that_was_not_held_does_not_block_the_first_step(world: World, person: Participant) -> None:
    assert world.send_homework(person).number == 1


def test_a_start_call_comes_up_a_week_before_the_programme_opens(therapist: Account, caseload: Caseload) -> None:
    caseload(1, opened=FRIDAY + timedelta(days=8), start_held=False)
    assert needs(therapist) == []
    caseload(1, opened=FRIDAY + timedelta(days=7), start_held=False)
    assert needs(therapist) == ["start"]


def test_a_held_start_call_says_all_four_and_what_was_filled_in_stands(
    browser: Browser, therapist: Account, person: Participant
) -> None:
    response = browser(therapist).post(address(person), said(suitability="fits"))
    assert response.status_code == 422
    assert response.content.decode().count("Choose one of the answers.") >= 3
    assert "Ready to begin" in response.content.decode()
    assert kept(therapist) == []


def test_a_risk_reaches_the_rota_without_a_word_of_the_group(
    world: World, browser: Browser, therapist: Account, person: Participant
) -> None:
    risk = said(**FINE | {"risk": "risk"}, risk_words="Says that life is not worth living")
    assert browser(therapist).post(address(person), risk).status_code == 302
    with acting_as(SYSTEM):
        raised = Alert.objects.get()
        told = set(AlertNotice.objects.filter(alert=raised).values_list("account__role", flat=True))
    assert (raised.trigger, raised.note) == ("concern_reported", "Says that life is not worth living")
    assert told
    assert not re.search("start|therapist|programme", f"{raised.trigger} {raised.source}")


def test_a_risk_without_words_for_the_rota_is_refused_and_nothing_is_kept(
    browser: Browser, therapist: Account, person: Participant
) -> None:
    response = browser(therapist).post(address(person), said(**FINE | {"risk": "risk"}))
    assert response.status_code == 422
    assert "what the safety rota must know" in response.content.decode()
    assert kept(therapist) == []


def test_the_same_form_twice_keeps_one_conversation_one_time_and_one_alert(
    browser: Browser, therapist: Account, person: Participant
) -> None:
    twice = said(**FINE | {"risk": "risk"}, risk_words="Call today")
    for _ in range(2):
        assert browser(therapist).post(address(person), twice).status_code == 302
    with acting_as(SYSTEM):
        assert (Contact.objects.count(), GuidanceTime.objects.count(), Alert.objects.count()) == (1, 1, 1)


@pytest.mark.parametrize(("kind", "opened"), [("waiting", 20), ("support", -9), ("closing", -60)])
def test_other_conversations_ask_nothing_of_a_start_call(
    browser: Browser, therapist: Account, caseload: Caseload, kind: str, opened: int
) -> None:
    someone = caseload(1, opened=FRIDAY + timedelta(days=opened))[0]
    there = browser(therapist)
    assert "Risk for" not in there.get(f"/en/care/{someone.code}/contacts/").content.decode()
    assert there.post(address(someone, kind), said()).status_code == 302
    assert kept(therapist)[-1].kind == kind


def test_when_all_is_done_a_closing_conversation_is_asked_for(
    world: World, browser: Browser, therapist: Account, caseload: Caseload
) -> None:
    someone = caseload(1)[0]
    with acting_as(SYSTEM):
        steps = courses.content(course_of(someone).release_id).written
    for _ in steps:
        world.reply(world.send_homework(someone))
    assert needs(therapist) == ["closing"]
    browser(therapist).post(address(someone, "closing"), said("declined", minutes=0))
    assert needs(therapist) == []


def test_a_day_that_cannot_be_is_refused(browser: Browser, therapist: Account, person: Participant) -> None:
    response = browser(therapist).post(address(person, "support"), said(held_on_year=2027))
    assert response.status_code == 422
    assert "This conversation was not kept" in response.content.decode()


def test_blind_roles_see_no_conversation(
    world: World, browser: Browser, therapist: Account, person: Participant
) -> None:
    browser(therapist).post(address(person), said(**FINE))
    for role in (Role.COORDINATOR, Role.PHYSIOTHERAPIST, Role.OUTCOME_ASSESSOR, Role.DATA_MANAGER):
        account = world.staff(role)
        assert browser(account).get(address(person)).status_code in {302, 403, 404}
        with acting_as(account):
            assert not Contact.objects.exists()
