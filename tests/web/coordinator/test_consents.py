"""Consent at the clinic: questions answered, both signatures, paper, and whose consent waits; of the own sites alone."""

from datetime import timedelta
from uuid import uuid4

import pytest

from stegvis.audit import clock
from stegvis.consent import queries as consents
from stegvis.people.models import Role
from stegvis.trial import actions
from stegvis.trial import queries as trials

KEY = "key"


def way(person, rest=""):
    return f"/en/trial/participants/{person.code}/consent/{rest}"


def text(page):
    return page.content.decode()


@pytest.fixture
def desk(world, browser):
    return browser(world.coordinator())


def signed(world, person):
    """The person has read and signed; nobody else has."""
    with world.acting(person.account):
        world.read_information(person)
        actions.give_consent(participant=person, typed_name="Made Up", language="sv", key=uuid4(), by=person.account)


def test_a_consent_waits_for_the_signature_of_whoever_informed(world, desk, browser):
    person = world.invited()
    signed(world, person)
    assert person.code in text(desk.get("/en/trial/consents/"))
    assert "whoever informed has not signed" in text(desk.get("/en/trial/"))
    with world.acting(world.coordinator()):
        assert "has not signed yet" in gate(person)

    assert desk.post(way(person, "sign/"), {"mode": "telephone", "name": " ", KEY: str(uuid4())}).status_code == 422
    given = {"mode": "telephone", "name": "Kim Coordinator", "drawing": "M1 2 L3 4 ", KEY: str(uuid4())}
    for _twice in range(2):
        assert desk.post(way(person, "sign/"), given).status_code == 302
    assert "Informed by Kim Coordinator" in text(desk.get(way(person)))
    assert person.code not in text(desk.get("/en/trial/consents/"))
    with world.acting(world.coordinator()):
        assert gate(person) == ""
    assert "Informed by Kim Coordinator" in text(browser(person.account).get("/en/study/consent/"))


def gate(person):
    states = trials.gates(trials.enrolment_of(person))
    return next(str(state.missing) for state in states if state.check == "consent_given")


def test_what_was_asked_in_a_call_is_written_down_and_answered(world, desk, browser):
    person = world.invited()
    assert desk.post(way(person, "questions/"), {"words": "Is it far?", KEY: str(uuid4())}).status_code == 302
    with world.acting(world.coordinator()):
        (question,) = consents.questions_of(person)
    assert person.code in text(desk.get("/en/trial/consents/"))
    answer = {"words": "One visit is at home.", KEY: str(uuid4())}
    assert desk.post(way(person, f"questions/{question.pk}/"), answer).status_code == 302
    second = desk.post(way(person, f"questions/{question.pk}/"), {"words": "Two.", KEY: str(uuid4())})
    assert "has been answered already" in text(second)
    assert "One visit is at home." in text(browser(person.account).get("/en/consent/sign/"))


def test_paper_is_entered_with_the_day_on_it_from_which_the_questions_open(world, desk):
    person = world.invited(on=clock.today() - timedelta(days=5))
    paper = {"name": "Made Up", "language": "sv", KEY: str(uuid4())}
    ahead = desk.post(way(person, "paper/"), {**paper, **day(2026, 11, 14)})
    assert "lies ahead" in text(ahead)
    assert desk.post(way(person, "paper/"), {**paper, **day(2026, 11, 10)}).status_code == 302
    with world.acting(world.coordinator()):
        assert trials.enrolment_of(person).consented_on.isoformat() == "2026-11-10"
        assert consents.is_intact(consents.newest(person))
    assert "On paper, dated 10 Nov" in text(desk.get(way(person)))


def day(year, month, number):
    return {"signed_on_day": number, "signed_on_month": month, "signed_on_year": year}


def test_another_site_and_other_roles_find_nothing(world, browser):
    person = world.consented()
    for account in (world.coordinator(world.sites[1]), world.staff(Role.THERAPIST), world.staff(Role.STATISTICIAN)):
        assert browser(account).get(way(person)).status_code == 404
        assert browser(account).post(way(person, "sign/"), {"mode": "video"}).status_code == 404
    assert person.code not in text(browser(world.coordinator(world.sites[1])).get("/en/trial/consents/"))
    licensed = world.staff(Role.PHYSIOTHERAPIST)
    assert browser(licensed).get(way(person)).status_code == (200 if licensed.licensed_clinician else 404)
    assert browser(licensed).post(way(person, "paper/"), {}).status_code == 404
