"""Messages and my study: writing, who has read, stopping, something is wrong."""

import re
from collections.abc import Callable
from uuid import uuid4

from django.test import Client

from stegvis.audit.reading import record_reading
from stegvis.consent import queries as consents
from stegvis.messaging import actions as messaging
from stegvis.messaging import queries as threads
from stegvis.people.acting import acting_as
from stegvis.people.models import Participant, Role
from stegvis.safety import queries as safety
from tests.worlds import World

Page = Callable[..., Client]

WITHDRAW = "/en/study/withdraw/"


# Messages -------------------------------------------------------------------------------------------------------------
def test_a_message_is_sent_once_and_shown(control: Participant, page: Page) -> None:
    browser = page(control)
    sent = {"body": "Can we meet later?", "key": str(uuid4())}
    for _ in range(2):
        assert browser.post("/en/messages/physiotherapist/", sent).status_code == 302
    html = browser.get("/en/messages/physiotherapist/").content.decode()
    assert html.count("Can we meet later?") == 1
    assert "Not for emergencies" in html


def test_an_empty_message_is_not_sent(control: Participant, page: Page) -> None:
    response = page(control).post("/en/messages/study/", {"body": "  ", "key": str(uuid4())})
    assert response.status_code == 422
    assert "Write a few words first" in response.content.decode()


def test_what_is_refused_keeps_the_words(control: Participant, page: Page) -> None:
    response = page(control).post("/en/messages/study/", {"body": "a" * 10_001, "key": str(uuid4())})
    assert response.status_code == 422
    assert "there is room for 10000" in response.content.decode()
    assert "a" * 10_001 in response.content.decode()


def test_opening_a_thread_is_reading_it(world: World, control: Participant, page: Page) -> None:
    coordinator = world.coordinator(control)
    with acting_as(coordinator):
        messaging.send(participant=control, channel="study", body="Welcome.", key=uuid4(), by=coordinator)
    browser = page(control)
    assert "1 new" in browser.get("/en/messages/").content.decode()
    assert "Welcome." in browser.get("/en/messages/study/").content.decode()
    with acting_as(control.account):
        assert threads.unread_of(control) == {}


def test_conversations_are_one_s_own_and_of_one_s_own_channels(
    world: World, reader: Participant, control: Participant, page: Page
) -> None:
    page(reader).post("/en/messages/study/", {"body": "A word from me", "key": str(uuid4())})
    assert "A word from me" not in page(control).get("/en/messages/study/").content.decode()
    nobody = page(control).post("/en/messages/therapist/", {"body": "Hello", "key": str(uuid4())})
    assert nobody.status_code == 404
    assert "within 2 working days" in page(reader).get("/en/messages/therapist/").content.decode()


def test_before_consent_a_question_goes_to_the_study(world: World, page: Page) -> None:
    browser = page(world.invited())
    assert browser.get("/en/messages/")["Location"] == "/en/messages/study/"
    assert browser.post("/en/messages/study/", {"body": "May I ask?", "key": str(uuid4())}).status_code == 302


# My study -------------------------------------------------------------------------------------------------------------
def test_my_study_says_what_i_agreed_to_and_my_group(control: Participant, page: Page) -> None:
    html = page(control).get("/en/study/").content.decode()
    assert "You agreed to take part on" in html
    assert "You make an activity plan with your physiotherapist. You meet three times." in html
    assert f"you are called {control.code}" in html


def test_who_has_read_is_told_in_words(world: World, control: Participant, page: Page) -> None:
    assert "Nobody yet" in page(control).get("/en/study/access-log/").content.decode()
    physio = world.clinician(control, Role.PHYSIOTHERAPIST)
    with acting_as(physio):
        record_reading(participant_code=control.code, kind="plan", by=physio)
    html = page(control).get("/en/study/access-log/").content.decode()
    assert "Your plan" in html
    assert f"Physiotherapist, {control.site.name}" in html
    other = world.planned()
    assert "Nobody yet" in page(other).get("/en/study/access-log/").content.decode()


def test_the_programme_is_stopped_and_the_questions_go_on(reader: Participant, page: Page) -> None:
    browser = page(reader)
    study = browser.get("/en/study/").content.decode()
    assert f'href="{WITHDRAW}?layer=programme"' in study  # More, My study, Stop the programme, Confirm: four taps
    asked = browser.get(f"{WITHDRAW}?layer=programme").content.decode()
    assert 'value="programme" id="id_layers_0" checked' in asked
    assert browser.post(WITHDRAW, {"layers": ["programme"]})["Location"] == "/en/study/"
    assert "You have stopped: the programme." in browser.get("/en/study/").content.decode()
    with acting_as(reader.account):
        assert consents.withdrawn_layers(reader) == {"programme"}
    assert "Not open yet" in browser.get("/en/q/").content.decode()


def test_reasons_are_offered_to_everybody_alike_several_can_be_chosen_and_none_need_be(
    reader: Participant, control: Participant, page: Page
) -> None:
    asked = [page(each).get(WITHDRAW).content.decode() for each in (reader, control)]
    offered = [re.findall(r'name="reasons" value="(\w+)"', html) for html in asked]
    assert len(offered[0]) == 9
    assert offered[0] == offered[1]
    assert not re.search(r'name="reasons"[^>]*checked', asked[0])
    page(reader).post(WITHDRAW, {"layers": ["programme"], "reasons": ["too_tired", "life"]})
    page(control).post(WITHDRAW, {"layers": ["plan"]})
    for person, kept in ((reader, ["too_tired", "life"]), (control, [])):
        with acting_as(person.account):
            assert [row.reasons for row in consents.withdrawals_of(person)] == [kept]


def test_what_was_written_in_a_stopped_programme_can_still_be_found(
    world: World, reader: Participant, control: Participant, page: Page
) -> None:
    world.withdraw(reader, "programme")
    world.withdraw(control, "plan")
    assert 'href="/en/programme/"' in page(reader).get("/en/study/").content.decode()
    assert "/programme/" not in page(control).get("/en/study/").content.decode()


def test_only_what_one_has_can_be_stopped(control: Participant, page: Page) -> None:
    response = page(control).post(WITHDRAW, {"layers": ["programme"]})
    assert response.status_code == 422
    with acting_as(control.account):
        assert consents.withdrawn_layers(control) == frozenset()


def test_nothing_is_stopped_without_a_choice(control: Participant, page: Page) -> None:
    response = page(control).post(WITHDRAW, {"why": "I do not know"})
    assert response.status_code == 422
    assert "Choose what you want to stop." in response.content.decode()


def test_everything_is_stopped_and_then_nothing_is_left_to_stop(control: Participant, page: Page) -> None:
    browser = page(control)
    html = browser.get(WITHDRAW).content.decode()
    assert "What happens with what you have already given?" in html
    browser.post(WITHDRAW, {"layers": ["everything"], "why": "It is too much just now."})
    assert browser.get(WITHDRAW)["Location"] == "/en/study/"
    with acting_as(control.account):
        assert "questions" in consents.withdrawn_layers(control)


def test_after_everything_a_therapists_thread_is_for_reading(world: World, reader: Participant, page: Page) -> None:
    browser = page(reader)
    browser.post("/en/messages/therapist/", {"body": "Thank you for the answer.", "key": str(uuid4())})
    world.withdraw(reader, "everything")
    listed = browser.get("/en/messages/").content.decode()
    assert "To read. Nobody answers here now." in listed
    assert "Your physiotherapist" not in listed
    thread = browser.get("/en/messages/therapist/").content.decode()
    assert "Thank you for the answer." in thread
    assert "<textarea" not in thread
    late = browser.post("/en/messages/therapist/", {"body": "One more thing.", "key": str(uuid4())})
    assert late.status_code == 422
    assert "One more thing." in late.content.decode()


def test_something_is_wrong_reaches_the_rota_and_shows_help(world: World, control: Participant, page: Page) -> None:
    browser = page(control)
    sent = {"words": "I cannot sleep for the pain", "key": str(uuid4())}
    for _ in range(2):
        assert browser.post("/en/something-is-wrong/", sent)["Location"] == "/en/help/"
    help_page = browser.get("/en/help/").content.decode()
    assert f"{control.site.name} has been told" in help_page
    with acting_as(world.coordinator(control)):
        assert safety.open_alerts_of(control).count() == 1


def test_help_after_an_answer_leads_only_to_our_own_pages(control: Participant, page: Page) -> None:
    html = page(control).get("/en/help/first/?next=https://elsewhere.example/").content.decode()
    assert 'href="https://' not in html
    assert 'href="/en/today/"' in html
