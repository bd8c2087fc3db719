"""Messages in every wing: words only, not for emergencies, and how soon answers come."""

from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from stegvis.people.models import Role

THREADS = {
    "participant": "/messages/{channel}/",
    Role.THERAPIST: "/care/{code}/messages/",
    Role.PHYSIOTHERAPIST: "/physio/{code}/messages/",
    Role.COORDINATOR: "/trial/participants/{code}/messages/",
}


@pytest.fixture
def person(world):
    """Has a therapist and a physiotherapist."""
    return world.allocated(arm="intervention")


def side(world, person, who):
    if who == "participant":
        return person.account
    return world.coordinator(person) if who == Role.COORDINATOR else world.clinician(person, who)


def address(person, who, language="en"):
    return f"/{language}" + THREADS[who].format(code=person.code, channel="study")


def picture():
    return SimpleUploadedFile("skin.png", b"\x89PNG", content_type="image/png")


@pytest.mark.parametrize("who", THREADS)
def test_a_file_is_refused_kindly_and_the_words_stay(world, browser, person, who):
    fields = {"body": "See this rash", "key": uuid4(), "picture": picture()}
    refused = browser(side(world, person, who)).post(address(person, who), fields)

    assert refused.status_code == 422
    assert "Only words can be sent here, no files." in refused.content.decode()
    assert "See this rash</textarea>" in refused.content.decode()


@pytest.mark.parametrize(("language", "words"), [("en", "around the clock"), ("sv", "dygnet runt")])
@pytest.mark.parametrize("who", THREADS)
def test_every_thread_says_that_free_text_is_not_watched(world, browser, person, who, language, words):
    page = browser(side(world, person, who)).get(address(person, who, language)).content.decode()

    assert words in page
    assert {"en": "emergencies", "sv": "akuta ärenden"}[language] in page


def test_a_file_is_refused_in_swedish_too(world, browser, person):
    fields = {"body": "Se här", "key": uuid4(), "picture": picture()}
    refused = browser(person.account).post(address(person, "participant", "sv"), fields)

    assert "Här går det bara att skicka ord, inga filer." in refused.content.decode()


def test_how_soon_answers_come_stands_in_the_overview_without_a_channel(world, browser, person):
    coordinator = world.coordinator(person)
    browser(person.account).post(address(person, "participant"), {"body": "When is my visit?", "key": uuid4()})
    assert "No message has been answered" in browser(coordinator).get("/en/trial/").content.decode()
    browser(coordinator).get(address(person, Role.COORDINATOR))
    browser(coordinator).post(address(person, Role.COORDINATOR), {"body": "On Monday.", "key": uuid4()})

    page = browser(coordinator).get("/en/trial/").content.decode()
    assert (
        "1 message answered in the last four weeks, half of them within 1 h. 1 of 1 within the promised time." in page
    )
    assert "therapist" not in page.split("all channels together")[1].lower().split("</p>")[0]


@pytest.mark.parametrize(
    ("role", "page"), [(Role.THERAPIST, "/en/care/time/"), (Role.PHYSIOTHERAPIST, "/en/physio/messages/")]
)
def test_each_clinician_sees_how_soon_their_own_answers_came(world, browser, person, role, page):
    clinician = world.clinician(person, role)
    assert "No message has been answered" in browser(clinician).get(page).content.decode()


def test_the_physiotherapist_sees_whether_what_they_wrote_was_read(world, browser, person):
    physio = world.clinician(person, Role.PHYSIOTHERAPIST)
    here = address(person, Role.PHYSIOTHERAPIST)
    browser(physio).post(here, {"body": "How is the walking?", "key": uuid4()})
    assert "Not read yet" in browser(physio).get(here).content.decode()
    browser(person.account).get("/en/messages/physiotherapist/")

    assert "Read 13 Nov" in browser(physio).get(here).content.decode()
