"""How a reply ends: what holds it, a part asked for again, taken back; and what the person meets."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest

from stegvis.audit import clock
from stegvis.people.acting import acting_as
from stegvis.people.models import Account, Participant
from stegvis.programme import arranging, drafts
from stegvis.programme import queries as courses
from stegvis.programme.models import Feedback, Homework
from stegvis.trial import actions as trial
from tests.web.conftest import Browser
from tests.web.therapist.test_homework import WARM, address, posted
from tests.worlds import FRIDAY, World

DAY = timedelta(days=1)
A_MINUTE_ON = clock.at(FRIDAY, 10, 2)


@pytest.fixture
def person(world: World) -> Participant:
    """Somebody in the programme whose first homework came in yesterday."""
    found = world.allocated(arm="intervention", site=world.site, on=FRIDAY - timedelta(days=70))
    world.send_homework(found, words="Jag provade.", on=FRIDAY - DAY)
    return found


# Before it goes -------------------------------------------------------------------------------------------------------
def test_a_reply_from_elsewhere_than_beside_its_homework_is_not_sent_and_is_kept(
    browser: Browser, therapist: Account, person: Participant
) -> None:
    client = browser(therapist)
    for seen in ("", "invented:seal"):
        refused = client.post(address(person, "1"), {"reply": WARM, "then": "only", "key": str(uuid4()), "seen": seen})
        assert refused.status_code == 422
        assert "This homework has not been opened" in refused.content.decode()
    with acting_as(therapist):
        assert not Feedback.objects.exists()
        assert drafts.reply(Homework.objects.get()) == WARM


def test_while_an_alert_is_open_the_page_says_that_the_reply_waits_and_keeps_it(
    world: World, browser: Browser, therapist: Account, person: Participant
) -> None:
    with world.acting(person.account):
        trial.something_is_wrong(participant=person, words="I fell.", key=uuid4(), by=person.account)
    client = browser(therapist)
    assert "Your words are kept; send them when the alert is closed." in client.get(address(person)).content.decode()
    refused = posted(client, person)
    assert refused.status_code == 422
    assert f"An alert about {person.code} is open" in refused.content.decode()
    with acting_as(therapist):
        assert drafts.reply(Homework.objects.get()) == WARM


def test_while_the_next_step_is_held_no_reply_offers_to_open_it_and_the_page_says_so(
    world: World, browser: Browser, therapist: Account
) -> None:
    waits = world.allocated(arm="intervention", site=world.site, on=FRIDAY - timedelta(days=70))
    given = {"look_again_on": FRIDAY + DAY, "words": "Call first", "key": uuid4()}
    with acting_as(therapist):
        course = courses.course_of(waits)
        held = arranging.hold_next(course=course, by=therapist, **given)
    world.send_homework(waits)
    html = browser(therapist).get(address(waits)).content.decode()
    assert "Step 2 is held; your reply does not open it." in html
    assert 'value="open"' not in html
    assert "is open for them already" not in html
    with acting_as(therapist):
        arranging.release(hold=held, next_opens="on_homework", by=therapist)
    assert "Step 2 is open for them already." in browser(therapist).get(address(waits)).content.decode()


def test_without_javascript_the_marks_are_looked_at_with_a_button(
    browser: Browser, therapist: Account, person: Participant
) -> None:
    client = browser(therapist)
    looked = posted(client, person, reply="Jag förstår att det var tungt.", then="look")
    html = client.get(looked.headers["Location"]).content.decode()
    assert re.search(r'data-mark="understanding"[^>]* class="y"', html)
    assert not re.search(r'data-mark="effort"[^>]* class="y"', html)


def test_where_the_protocol_has_the_marks_off_none_are_shown(
    world: World, browser: Browser, therapist: Account, person: Participant, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert world.protocol.programme is not None
    off = world.protocol.programme.model_copy(update={"reply_check": False})
    protocol = world.protocol.model_copy(update={"programme": off})
    monkeypatch.setattr("stegvis.protocol.queries.current", lambda: protocol)
    client = browser(therapist)
    assert "data-mark" not in client.get(address(person)).content.decode()
    saved = client.post(address(person, "1", "draft"), {"field": "reply", "reply": WARM})
    assert saved.json()["marks"] == []


# Taken back -----------------------------------------------------------------------------------------------------------
def test_a_reply_can_be_taken_back_from_the_next_page_and_is_a_draft_again(
    browser: Browser, therapist: Account, person: Participant
) -> None:
    client = browser(therapist)
    after = client.get(posted(client, person).headers["Location"]).content.decode()
    assert f"The reply to {person.code} has not reached them yet." in after
    back = client.post(address(person, "1", "back"))
    html = client.get(back.headers["Location"]).content.decode()
    assert f"{WARM}</textarea>" in html
    assert "It is a draft again." in html
    with acting_as(therapist):
        assert Feedback.objects.get().taken_back_at is not None


def test_after_a_minute_it_is_offered_no_more_and_pressing_late_says_why(
    browser: Browser, therapist: Account, person: Participant
) -> None:
    client = browser(therapist)
    posted(client, person)
    with clock.frozen(A_MINUTE_ON):
        assert "has not reached them yet" not in client.get("/en/care/").content.decode()
        late = client.post(address(person, "1", "back"))
        html = client.get(late.headers["Location"]).content.decode()
    assert "An answer can be taken back for 60 seconds" in html
    assert "The reply" in html


def test_the_person_sees_an_answer_only_once_it_cannot_be_taken_back(
    browser: Browser, therapist: Account, person: Participant
) -> None:
    posted(browser(therapist), person)
    phone = browser(person.account)
    assert "Your therapist has answered" not in phone.get("/en/today/").content.decode()
    assert WARM not in phone.get("/en/programme/start/answer/").content.decode()
    with clock.frozen(A_MINUTE_ON):
        assert "Your therapist has answered" in phone.get("/en/today/").content.decode()
        assert "Jag förstår" in phone.get("/en/programme/start/answer/").content.decode()


# One part again -------------------------------------------------------------------------------------------------------
def test_a_part_asked_for_again_opens_kindly_is_changed_and_sent_anew(
    browser: Browser, therapist: Account, person: Participant
) -> None:
    desk, phone = browser(therapist), browser(person.account)
    with acting_as(therapist):
        course = courses.course_of(person)
        assert course is not None
        module = courses.content(course.release_id).module("start")
    part, field = next(
        (part, each) for part in module.parts("en") for each in part.fields if each.kind in {"text", "long-text"}
    )
    assert posted(desk, person, then="again", part=str(part.number)).status_code == 302

    with clock.frozen(A_MINUTE_ON):
        told = phone.get("/en/programme/start/answer/").content.decode()
        assert "Nothing is wrong." in told
        assert f"Part {part.number} once more" in told
        assert "One part again" in phone.get("/en/programme/").content.decode()
        other = next(each.number for each in module.parts("en") if each.number != part.number)
        assert f'name="{field.name}"' not in phone.get(f"/en/programme/start/{other}/").content.decode()
        saved = phone.post("/en/api/autosave/programme/start/", {"field": field.name, field.name: "Anew."})
        assert saved.status_code == 200
        on = phone.post(f"/en/programme/start/{part.number}/", {field.name: "Anew.", "then": "next"})
        assert on.headers["Location"] == "/en/programme/start/send/"
        assert phone.post("/en/programme/start/send/", {"key": str(uuid4())}).status_code == 302
    with clock.frozen(A_MINUTE_ON + timedelta(minutes=5)):
        html = desk.get(address(person)).content.decode()
        assert "Anew." in html
        assert f"You asked for part {part.number} again" in html
        assert "Homework, sent again" in desk.get("/en/care/").content.decode()


def test_asking_again_without_saying_for_what_is_refused_and_keeps_the_words(
    browser: Browser, therapist: Account, person: Participant
) -> None:
    refused = posted(browser(therapist), person, then="again")
    assert refused.status_code == 422
    assert "Choose the part that you would like to see again." in refused.content.decode()
    assert f"{WARM}</textarea>" in refused.content.decode()
