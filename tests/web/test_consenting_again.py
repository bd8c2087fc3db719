"""Saying no to a newer text: said before the answer, kept by one press, seen at the clinic, and counted without names."""

from uuid import uuid4

import pytest

from stegvis.consent import queries as consents
from stegvis.people.models import Role
from tests.amending import ADDED, WAITS, amended


def text(response):
    assert response.status_code == 200
    return response.content.decode()


def says_no(browser, person):
    return browser(person.account).post("/en/consent/no/", {"key": str(uuid4())})


def test_what_a_no_means_stands_there_before_the_answer_and_one_press_says_it(world, browser, tmp_path):
    person = world.allocated()
    phone = browser(person.account)
    assert phone.get("/en/consent/no/")["Location"] == "/en/study/consent/"
    amended(tmp_path, more=WAITS, occasion=ADDED)

    assert "You are not asked what is new: Questions after nine months." in text(phone.get("/en/consent/sign/"))
    assert "Du får inga frågor om det nya: Frågor efter nio månader." in text(phone.get("/sv/consent/no/"))
    assert phone.get("/en/consent/no/").status_code == 200  # looking at it says nothing
    with world.acting(person.account):
        assert consents.asked_again(person) is not None
    key = {"key": str(uuid4())}
    for _twice in range(2):
        assert phone.post("/en/consent/no/", key)["Location"] == "/en/study/"
    assert "you said no to version 2" in text(phone.get("/en/study/"))
    assert "The study has changed" not in text(phone.get("/en/today/"))
    assert "You said no on 13 November 2026. You can still say yes here." in text(phone.get("/en/consent/sign/"))


def test_before_the_draw_the_page_says_that_a_no_means_no_draw(world, browser, tmp_path):
    person = world.consented()
    amended(tmp_path)
    shown = text(browser(person.account).get("/en/consent/sign/"))
    assert "you are not part of the draw" in shown
    assert "Everything goes on as before." in shown


@pytest.mark.parametrize(
    ("arm", "said"), [("intervention", "The programme ends for you."), ("control", "Everything goes on as before.")]
)
def test_of_a_programme_that_ends_only_those_read_who_have_one(world, browser, tmp_path, arm, said):
    person = world.allocated(arm=arm)
    amended(tmp_path, more='if_refused = "ends"\nends = "programme"')
    assert said in text(browser(person.account).get("/en/consent/no/"))


def test_whoever_has_not_consented_yet_has_nothing_to_say_no_to(world, browser, tmp_path):
    person = world.invited()
    amended(tmp_path)
    assert browser(person.account).get("/en/consent/no/")["Location"] == "/en/consent/"
    assert "If you say no" not in text(browser(person.account).get("/en/consent/sign/"))


def test_the_clinic_sees_who_said_no_and_writes_down_what_was_said_in_a_call(world, browser, tmp_path):
    by_herself, in_a_call = world.allocated(), world.consented()
    amended(tmp_path)
    desk = browser(world.coordinator())
    says_no(browser, by_herself)
    way = f"/en/trial/participants/{in_a_call.code}/consent/"
    assert "Whoever says no goes on as before." in text(desk.get(way))
    assert browser(world.coordinator(world.sites[1])).post(f"{way}no/", {"key": str(uuid4())}).status_code == 404
    assert "Tell the person first what follows" in desk.post(f"{way}no/", {"key": str(uuid4())}).content.decode()
    assert desk.post(f"{way}no/", {"key": str(uuid4()), "heard": "on"})["Location"] == way

    page = text(desk.get(way))
    assert "Has said no to the newer version" in page
    assert "Said in a call, written down by" in page
    assert "Without a yes the person is not randomised." in page
    both = text(desk.get("/en/trial/consents/")).partition("Have said no to the newer version")[2]
    assert by_herself.code in both.partition("Have not agreed")[0]
    assert in_a_call.code in both.partition("Have not agreed")[0]
    today = text(desk.get("/en/trial/"))
    assert "said no to the newer version, and is not randomised" in today
    assert "Said no to version 2 of the consent" in text(desk.get(f"/en/trial/participants/{by_herself.code}/story/"))
    assert "Said no to version 2 of the consent" in text(desk.get(f"/en/trial/participants/{by_herself.code}/record/"))


def test_monitoring_counts_yes_no_and_not_yet_and_names_nobody(world, browser, tmp_path):
    people = [world.allocated() for _ in range(3)]
    watcher = browser(world.staff(Role.DATA_MANAGER))
    assert "Asked again" not in text(watcher.get("/en/monitoring/"))
    amended(tmp_path)
    says_no(browser, people[0])
    assert "Version 2: 0 have agreed, 1 have said no, 2 have not answered." in text(watcher.get("/en/monitoring/"))
    phone = browser(people[1].account)
    with world.acting(people[1].account):
        world.read_information(people[1], "en")
    said = {"agrees": "on", "name": "Made Up", "key": str(uuid4())}
    assert phone.post("/en/consent/sign/", said).status_code == 302
    shown = text(watcher.get("/en/monitoring/"))
    assert "Version 2: 1 have agreed, 1 have said no, 1 have not answered." in shown
    assert not any(person.code in shown for person in people)
