"""What a therapist keeps and looks at: notes, time set right, own sentences, the person's pages as they see them."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client

from stegvis.audit.models import Event, Reading
from stegvis.people.acting import acting_as
from stegvis.people.models import Account, Participant
from stegvis.programme import queries as courses
from stegvis.programme.models import Feedback, Note, PartReading
from tests.web.conftest import Browser
from tests.web.therapist.conftest import Caseload
from tests.web.therapist.test_homework import WARM
from tests.worlds import FRIDAY, World

DAY = timedelta(days=1)


@pytest.fixture
def person(world: World) -> Participant:
    """Somebody in the programme whose first homework came in yesterday."""
    found = world.allocated(arm="intervention", site=world.site, on=FRIDAY - timedelta(days=70))
    world.send_homework(found, words="Jag provade.", on=FRIDAY - DAY)
    return found


# Notes ----------------------------------------------------------------------------------------------------------------
def test_a_note_goes_into_the_record_once_and_stands_there(
    browser: Browser, therapist: Account, person: Participant
) -> None:
    client, key = browser(therapist), str(uuid4())
    for _ in range(2):
        assert client.post(f"/en/care/{person.code}/notes/", {"text": "Sleeps better.", "key": key}).status_code == 302
    html = client.get(f"/en/care/{person.code}/notes/").content.decode()
    assert html.count("Sleeps better.") == 1
    assert therapist.code in html
    with acting_as(therapist):
        assert Note.objects.count() == 1
        assert Event.objects.filter(verb="programme.note_written").exists()
        assert Reading.objects.filter(kind="notes").exists()


def test_an_empty_note_is_refused(browser: Browser, therapist: Account, person: Participant) -> None:
    refused = browser(therapist).post(f"/en/care/{person.code}/notes/", {"text": " ", "key": str(uuid4())})
    assert refused.status_code == 422
    assert "There is nothing written yet." in refused.content.decode()


# Time -----------------------------------------------------------------------------------------------------------------
def set_right(client: Client, person: Participant, **more: str):  # type: ignore[no-untyped-def]
    day = {"on_day": str(FRIDAY.day), "on_month": str(FRIDAY.month), "on_year": str(FRIDAY.year)}
    given = {"minutes": "5", "reason": "I was called away.", "key": str(uuid4()), **day, **more}
    return client.post(f"/en/care/{person.code}/time/adjust/", given)


def test_a_days_time_is_set_right_with_a_reason_and_both_stand_on_the_page(
    browser: Browser, therapist: Account, person: Participant
) -> None:
    client = browser(therapist)
    client.post(f"/en/care/{person.code}/looking/", {"seconds": "1800"})
    assert set_right(client, person).status_code == 302
    html = client.get(f"/en/care/{person.code}/time/").content.decode()
    assert "25 min less" in html
    assert "I was called away." in html
    assert re.search(r"Usual: 10 to 20 minutes", html)
    assert "30 min" in html, "what was measured is still there"


@pytest.mark.parametrize(
    ("more", "said"),
    [({"reason": ""}, "Say in a few words why."), ({"on_year": "2027"}, "This day is still to come")],
)
def test_time_is_not_set_right_without_a_reason_or_on_a_day_to_come(
    browser: Browser, therapist: Account, person: Participant, more: dict[str, str], said: str
) -> None:
    refused = set_right(browser(therapist), person, **more)
    assert refused.status_code == 422
    assert said in refused.content.decode()


# Sentences ------------------------------------------------------------------------------------------------------------
def kept(client: Client, address: str = "/en/care/snippets/", **more: str):  # type: ignore[no-untyped-def]
    given = {"group": "effort", "language": "sv", "text": "Du provade, {name}: {module}.", "key": str(uuid4())}
    return client.post(address, given | more)


def test_an_own_sentence_stands_first_filled_in_for_the_person(
    browser: Browser, therapist: Account, person: Participant
) -> None:
    client = browser(therapist)
    assert kept(client).status_code == 302
    html = client.get(f"/en/care/{person.code}/homework/").content.decode()
    first = re.search(r'data-snippet="([^"]+)"', html)
    assert first
    assert first[1] == "Du provade, Made: Start: mina skäl och min rytm."


def test_an_own_sentence_is_changed_and_removed(browser: Browser, therapist: Account) -> None:
    client = browser(therapist)
    kept(client)
    page = re.search(r"/en/care/snippets/(\d+)/", client.get("/en/care/snippets/").content.decode())
    assert page
    assert kept(client, page[0], text="Du gjorde det.").status_code == 302
    html = client.get("/en/care/snippets/").content.decode()
    assert ("Du gjorde det." in html, "Du provade, {name}" in html) == (True, False)
    now = re.search(r"/en/care/snippets/(\d+)/remove/", html)
    assert now
    client.post(now[0])
    assert "No sentences of your own yet" in client.get("/en/care/snippets/").content.decode()


def test_an_unknown_placeholder_is_refused_with_those_that_there_are(browser: Browser, therapist: Account) -> None:
    refused = kept(browser(therapist), text="Hej {surname}.")
    assert refused.status_code == 422
    assert "“{surname}” cannot be filled in. Use {name}, {goal}, {module}, {step}" in refused.content.decode()


def test_a_colleagues_sentence_is_not_found(world: World, browser: Browser, therapist: Account) -> None:
    kept(browser(therapist))
    page = re.search(r"/en/care/snippets/(\d+)/", browser(therapist).get("/en/care/snippets/").content.decode())
    assert page
    elsewhere = browser(world.staff("therapist", world.sites[1]))
    assert elsewhere.get(page[0]).status_code == 404
    assert elsewhere.post(f"{page[0]}remove/").status_code == 404


# As the participant ---------------------------------------------------------------------------------------------------
def looked(client: Client, person: Participant, page: str):  # type: ignore[no-untyped-def]
    return client.get(f"/en/care/{person.code}/as-participant/{page}")


@pytest.mark.parametrize("page", ["sv/today/", "sv/programme/", "en/programme/", "sv/programme/start/1/"])
def test_a_therapist_sees_the_very_page_that_the_person_sees(
    browser: Browser, therapist: Account, person: Participant, page: str
) -> None:
    own = main_of(browser(person.account).get(f"/{page}").content.decode())
    seen = looked(browser(therapist), person, page)
    assert main_of(seen.content.decode().replace(f"/en/care/{person.code}/as-participant/", "/")) == own
    assert "Nothing can be written or sent here." in seen.content.decode()
    assert "<script" not in seen.content.decode()
    assert "script-src 'none'" in seen.headers["Content-Security-Policy"]
    assert "form-action 'none'" in seen.headers["Content-Security-Policy"]
    with acting_as(therapist):
        assert Reading.objects.filter(kind="as_participant", participant=person.code).count() == 1


def test_looking_reads_no_answer_for_the_person_and_writes_nothing(
    world: World, browser: Browser, therapist: Account, person: Participant
) -> None:
    with acting_as(therapist):
        homework = courses.homework(courses.waiting_homework(therapist).get().pk)
    assert homework
    world.reply(homework, text=WARM)
    html = looked(browser(therapist), person, "sv/programme/start/answer/").content.decode()
    assert "Jag förstår" in html
    with acting_as(therapist):
        assert Feedback.objects.get().read_at is None


@pytest.mark.parametrize("page", ["sv/programme/start/1/", "sv/api/autosave/programme/start/", "sv/today/"])
def test_nothing_is_sent_from_there(browser: Browser, therapist: Account, person: Participant, page: str) -> None:
    with acting_as(therapist):
        read = PartReading.objects.count()
    response = browser(therapist).post(f"/en/care/{person.code}/as-participant/{page}", {"then": "next"})
    assert response.status_code == 405
    with acting_as(therapist):
        assert PartReading.objects.count() == read


@pytest.mark.parametrize("page", ["sv/messages/", "sv/more/", "sv/settings/", "sv/care/", "sv/nothing/", "xx/today/"])
def test_other_pages_are_not_shown(browser: Browser, therapist: Account, person: Participant, page: str) -> None:
    assert looked(browser(therapist), person, page).status_code == 404


def test_a_person_outside_the_caseload_is_not_looked_at(
    world: World, browser: Browser, therapist: Account, person: Participant, caseload: Caseload
) -> None:
    elsewhere = world.staff("therapist", world.sites[1])
    assert looked(browser(elsewhere), person, "sv/today/").status_code == 404
    assert looked(browser(world.coordinator()), person, "sv/today/").status_code == 404


def main_of(html: str) -> str:
    """The page's own part, without what is made anew for every page."""
    found = re.search(r"<main.*?</main>", html, re.DOTALL)
    assert found
    return re.sub(r'(name="(?:csrfmiddlewaretoken|key)" value=)"[^"]*"', r"\1", found[0])
