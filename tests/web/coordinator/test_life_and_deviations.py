"""The coordinator's pages of life events, contacts checked in one tap, and deviations."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.people import queries as people
from stegvis.people.acting import acting_as
from stegvis.people.life import queries as life
from stegvis.people.models import Role
from stegvis.trial.deviations import actions as deviating
from stegvis.trial.deviations import queries as deviations
from stegvis.trial.deviations.models import Deviation

HELD = "No letters go out"


@pytest.fixture
def desk(browser, world):
    return browser(world.coordinator())


def text(page):
    return page.content.decode()


def address(person, rest=""):
    return f"/en/trial/participants/{person.code}/{rest}"


def day_of(name, day):
    return {f"{name}_day": day.day, f"{name}_month": day.month, f"{name}_year": day.year}


def hold_back(desk, person, kind="in_hospital", **more):
    given = {"kind": kind, "key": uuid4(), **day_of("since", clock.today())}
    return desk.post(address(person, "life/"), given | more)


# Life events ----------------------------------------------------------------------------------------------------------
def test_one_form_holds_everything_back_and_every_page_of_the_person_says_so(world, desk, browser):
    person = world.allocated(arm="intervention")
    assert hold_back(desk, person).status_code == 302

    assert HELD in text(desk.get(address(person)))
    for role, page in (
        (Role.PHYSIOTHERAPIST, f"/en/physio/{person.code}/"),
        (Role.THERAPIST, f"/en/care/{person.code}/plan/"),
    ):
        found = browser(world.clinician(person, role)).get(page)
        assert (found.status_code, HELD in text(found)) == (200, True), role
    assert desk.post(address(person, "life/over/"), {"reason": "home"}).status_code == 302
    assert HELD not in text(desk.get(address(person)))


def test_going_on_without_a_reason_is_refused_and_leaves_the_other_form_alone(world, desk):
    person = world.planned()
    hold_back(desk, person)
    answer = desk.post(address(person, "life/over/"), {"reason": ""})

    shown = text(answer)
    assert answer.status_code == 422
    assert shown.count('name="reason"') == 1
    assert shown.count('name="kind"') > 1
    with acting_as(SYSTEM):
        assert life.event_now(person) is not None


def test_a_day_that_has_not_come_is_refused_and_what_was_written_stays(world, desk):
    person = world.planned()
    answer = hold_back(desk, person, words="Her sister called", **day_of("since", clock.today() + timedelta(days=2)))

    assert (answer.status_code, "The day has not come yet".lower() in text(answer).lower()) == (422, True)
    assert "Her sister called" in text(answer)
    with acting_as(SYSTEM):
        assert life.event_now(person) is None


# Checked at every contact -----------------------------------------------------------------------------------------------
def test_whoever_talks_with_the_person_keeps_in_one_tap_that_the_details_are_right(world, desk, browser):
    person = world.planned()
    assert desk.post(address(person, "checked/"), {"next": address(person)}).url == address(person)

    with acting_as(SYSTEM):
        identity = people.identity_of(person)
    assert (identity.phone_verified_on, identity.address_verified_on) == (clock.today(), None)
    elsewhere = browser(world.coordinator(world.sites[1]))
    assert elsewhere.post(address(person, "checked/")).status_code == 404


# Deviations -----------------------------------------------------------------------------------------------------------
def judged(**more):
    return {"description": "Two pages were left out.", "effects": ["data"], "key": uuid4()} | more


def recorded(site, **more):
    given = {"site": site.code, "kind": "measurement", "found_by": "staff", **day_of("happened_on", clock.today())}
    return judged(**given) | more


def test_a_deviation_is_recorded_judged_anew_and_kept_whole(world, desk):
    person = world.planned()
    made = desk.post("/en/trial/deviations/new/", recorded(world.site, participant=person.code.lower()))
    assert made.status_code == 302, text(made)

    assert "Important" in text(desk.get(made.url))
    desk.post(made.url, judged(effects=[], description="Only one page."))
    page = text(desk.get(made.url))
    assert "Not important" in page
    assert "Two pages were left out." in page
    assert made.url in text(desk.get(address(person)))


def test_somebody_elses_code_is_refused_and_another_sites_deviation_not_found(world, desk, browser):
    elsewhere = world.planned(site=world.sites[1])
    assert desk.post("/en/trial/deviations/new/", recorded(world.site, participant=elsewhere.code)).status_code == 422
    made = desk.post("/en/trial/deviations/new/", recorded(world.site))
    assert made.status_code == 302

    other = browser(world.coordinator(world.sites[1]))
    assert other.get(made.url).status_code == 404
    assert made.url not in text(other.get("/en/trial/deviations/?show=all"))


def test_the_list_asks_the_database_the_same_however_many_there_are(world, desk):
    def queries():
        with CaptureQueriesContext(connection) as asked:
            assert desk.get("/en/trial/deviations/").status_code == 200
        return len(asked)

    def unjudged(count):
        with acting_as(SYSTEM):
            for _ in range(count):
                deviating.record(
                    site=world.site, kind="other", happened_on=clock.today(), description="x", key=uuid4(), by=SYSTEM
                )

    unjudged(1)
    queries()  # what a first page of a process asks once
    few = queries()
    unjudged(9)
    assert queries() == few
    with acting_as(world.coordinator()):
        assert deviations.at_sites([world.site.pk], waiting=True).count() == Deviation.objects.count() == 10
