"""The self-check, and leaving contact details."""

import re
from uuid import uuid4

import pytest
from django.test import Client

from stegvis.audit.action import SYSTEM
from stegvis.people.acting import acting_as
from stegvis.trial import queries as screenings
from stegvis.trial.models import Outcome, Screening
from stegvis.web.components.tags.page import unbroken
from stegvis.web.public.self_check import form_class
from tests.studies.folders import THREE_ARMS
from tests.worlds import WIDE, World, installed

GOOD = {
    "age": "47",
    "pain_places": list(WIDE),
    "pain_months": "60",
    "criterion_swedish": "yes",
    "criterion_device": "not_sure",
}
CONTACT = {"name": "Kim Exempel", "phone": "070-174 06 99", "email": "kim@example.org"}


def stored() -> list[Screening]:
    with acting_as(SYSTEM):
        return list(Screening.objects.all())


def check(client: Client, **other: object) -> object:
    return client.post("/en/join/", {**GOOD, "key": str(uuid4()), **other})


def sealed(page: object) -> str:
    found = re.search(r'name="answers" value="([^"]+)"', page.content.decode())
    assert found
    return found[1]


# The questions ----------------------------------------------------------------------------------------------------
def test_the_questions_are_those_of_the_protocol(world: World):
    form = form_class(screenings.self_check_criteria(), "en")()

    assert list(form.fields) == [
        "key", "age", "pain_places", "pain_months", "criterion_swedish", "criterion_device",
    ]  # fmt: skip
    assert form["criterion_swedish"].label == "Can you read and write Swedish?"


def test_another_trial_asks_other_questions(moment):
    installed(THREE_ARMS)

    asked = {f"criterion_{each.code}" for each in screenings.self_check_criteria() if each.rule.kind == "answer"}
    form = form_class(screenings.self_check_criteria(), "en")()
    assert asked <= set(form.fields)
    assert "pain_places" not in form.fields


def test_a_step_of_the_durations_begins_at_the_protocols_limit(world: World):
    form = form_class(screenings.self_check_criteria(), "en")()

    steps = dict(form.fields["pain_months"].choices)
    assert steps[0] == "Less than 1 month"
    assert steps[3] == "3 months up to 6 months"
    assert steps[60] == "5 years or longer"


def test_what_is_missing_is_asked_for_and_what_was_answered_stays(world: World, browser):
    answer = check(browser(), age="")

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Write your age in whole years, for example 47." in page
    assert re.search(r'name="criterion_swedish" value="yes"[^>]* checked', page)


# Not worthwhile ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("other", "criterion"),
    [
        ({"age": "17"}, "age"),
        ({"pain_months": "1"}, "widespread_pain"),
        ({"pain_places": ["f-knee-l"]}, "widespread_pain"),
        ({"pain_places": ["no-pain"]}, "widespread_pain"),
        ({"criterion_swedish": "no"}, "swedish"),
    ],
)
def test_who_does_not_go_on_is_a_criterion_in_a_count_and_no_more(other, criterion, world: World, browser):
    answer = check(browser(), **other)

    assert answer.url == "/en/join/not-now/"
    (row,) = stored()
    assert (row.outcome, row.criterion, row.source) == (Outcome.EXCLUDED, criterion, "self")
    assert (row.name, row.email, row.phone, row.answers, row.site, row.participant) == (None,) * 6


def test_the_kind_word_names_no_criterion(world: World, browser):
    page = browser().get("/en/join/not-now/").content.decode()

    assert "an assessment does not seem worthwhile right now" in page
    assert "Widespread" not in page
    assert unbroken(world.protocol.contact.phone) in page


def test_a_check_sent_twice_counts_once(world: World, browser):
    key = str(uuid4())

    check(browser(), age="17", key=key)
    check(browser(), age="17", key=key)
    assert len(stored()) == 1


# Worthwhile -------------------------------------------------------------------------------------------------------
def test_for_whom_it_seems_worthwhile_contact_details_open_a_screening(world: World, browser):
    client = browser()
    page = check(client)
    assert "It seems worthwhile to go on" in page.content.decode()
    assert stored() == []

    form = {**CONTACT, "answers": sealed(page), "site": world.site.code, "key": str(uuid4())}
    assert client.post("/en/join/contact/", form).url == "/en/join/thanks/"
    (row,) = stored()
    assert (row.outcome, row.site, row.name, row.language) == (Outcome.OPEN, world.site, "Kim Exempel", "en")
    kept = screenings.answers_of(row)
    assert kept["age"] == 47
    assert kept["pain_months"] == 60
    assert set(kept["pain_places"]) == set(WIDE)
    assert kept["answers"] == {"swedish": True, "device": None}


@pytest.mark.parametrize("phone", ["bananas", "12345", "070 12 12 x", "+", "1" * 16])
def test_a_number_that_nobody_can_call_is_refused_and_the_rest_stays(phone, world: World, browser):
    client = browser()
    form = {**CONTACT, "phone": phone, "answers": sealed(check(client)), "site": world.site.code, "key": str(uuid4())}

    page = client.post("/en/join/contact/", form)
    assert page.status_code == 422
    assert "Write the number with digits only" in page.content.decode()
    assert "Kim Exempel" in page.content.decode()
    assert stored() == []


@pytest.mark.parametrize("phone", ["+46 (0)70-174 06 99", "0701740699", "08/123.456", "070\u2011174 06 99"])
def test_a_number_may_be_written_in_any_way(phone, world: World, browser):
    client = browser()
    form = {**CONTACT, "phone": phone, "answers": sealed(check(client)), "site": world.site.code, "key": str(uuid4())}

    assert client.post("/en/join/contact/", form).url == "/en/join/thanks/"


def test_contact_details_sent_twice_open_one_screening(world: World, browser):
    client = browser()
    form = {**CONTACT, "answers": sealed(check(client)), "site": world.site.code, "key": str(uuid4())}

    client.post("/en/join/contact/", form)
    client.post("/en/join/contact/", form)
    assert len(stored()) == 1


def test_contact_details_brought_back_and_changed_are_kept_once_sent_again(world: World, browser):
    client = browser()
    form = {**CONTACT, "answers": sealed(check(client)), "site": world.site.code, "key": str(uuid4())}
    client.post("/en/join/contact/", form)

    changed = {**form, "name": "Robin Exempel", "phone": "070-174 06 05"}
    refused = client.post("/en/join/contact/", changed)
    assert refused.status_code == 422
    page = refused.content.decode()
    assert "Robin Exempel" in page
    key = re.search(r'name="key" value="([^"]+)"', page)[1]
    assert client.post("/en/join/contact/", {**changed, "key": key}).status_code == 302
    assert {each.name for each in stored()} == {"Kim Exempel", "Robin Exempel"}


def test_answers_that_were_tampered_with_begin_anew(world: World, browser):
    client = browser()
    form = {**CONTACT, "answers": sealed(check(client)) + "x", "site": world.site.code, "key": str(uuid4())}

    assert client.post("/en/join/contact/", form).url == "/en/join/"
    assert stored() == []


def test_without_a_clinic_nothing_is_sent_and_the_answers_stay(world: World, browser):
    client = browser()
    answers = sealed(check(client))

    answer = client.post("/en/join/contact/", {**CONTACT, "answers": answers, "key": str(uuid4())})
    assert answer.status_code == 422
    assert "Choose one of the answers." in answer.content.decode()
    assert sealed(answer) == answers
    assert stored() == []


def test_the_contact_page_is_not_reached_past_the_check(world: World, browser):
    assert browser().get("/en/join/contact/").url == "/en/join/"


@pytest.mark.parametrize("page", ["join/", "join/contact/", "join/not-now/"])
def test_without_a_protocol_nobody_is_asked_anything(page, moment, browser):
    assert browser().get(f"/en/{page}", follow=True).redirect_chain[-1][0] == "/en/"


def test_in_a_demonstration_whoever_joins_is_made_up(world: World, browser, settings):
    settings.MODE = "demo"
    client = browser()
    form = {**CONTACT, "answers": sealed(check(client)), "site": world.site.code, "key": str(uuid4())}

    client.post("/en/join/contact/", form)
    assert stored()[0].made_up
