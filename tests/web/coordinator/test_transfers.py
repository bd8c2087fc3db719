"""Changing the site at the pages: handed over here, taken over there, seen at both ends and nowhere else."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.people.acting import acting_as
from stegvis.people.models import Posting, Role
from stegvis.trial.transfers.models import Transfer

TODAY = "/en/trial/"
LIST = "/en/trial/transfers/"


@pytest.fixture
def there(world):
    return world.sites[1]


@pytest.fixture
def person(world):
    return world.allocated(site=world.site)


def text(response):
    assert response.status_code == 200
    return response.content.decode()


def said(site, on=None, reason="moved"):
    day = on or clock.today()
    when = {"moves_on_day": day.day, "moves_on_month": day.month, "moves_on_year": day.year}
    return {"to": site.code, "reason": reason, "key": str(uuid4()), **when}


def way(person):
    return f"/en/trial/participants/{person.code}/site/"


def number():
    with acting_as(SYSTEM):
        return Transfer.objects.latest("pk").pk


def test_a_person_is_handed_over_and_taken_over_in_two_steps(world, browser, person, there):
    here, their = browser(world.coordinator()), browser(world.coordinator(there))
    assert way(person) in text(here.get(f"/en/trial/participants/{person.code}/"))
    assert here.post(way(person), {**said(there), "reason": ""}).status_code == 422
    assert here.post(way(person), said(there))["Location"] == way(person)
    assert "Until they have taken over you see to the person" in text(here.get(way(person)))
    assert their.get(f"/en/trial/participants/{person.code}/").status_code == 404

    page = f"{LIST}{number()}/"
    assert f"is to be taken over from {world.site.name}" in text(their.get(TODAY))
    assert page in text(their.get(LIST))
    assert "the person has moved" in text(their.get(page))
    physio = world.staff(Role.PHYSIOTHERAPIST, there)
    assert their.post(page, {"clinician": physio.code})["Location"] == f"/en/trial/participants/{person.code}/"
    overview = text(their.get(f"/en/trial/participants/{person.code}/"))
    assert physio.code in overview
    assert there.name in overview
    story = text(their.get(f"/en/trial/participants/{person.code}/story/"))
    assert f"Goes on at {there.name}; was at {world.site.name}" in story
    assert "Goes on at another site" in text(their.get(f"/en/trial/participants/{person.code}/record/"))
    assert here.get(f"/en/trial/participants/{person.code}/").status_code == 404
    assert "taken over" in text(here.get(LIST))  # by code, what this site did itself
    assert their.post(page, {"clinician": physio.code}).status_code == 422
    assert there.name in text(browser(person.account).get("/en/study/"))


def test_whoever_works_at_both_moves_a_person_at_once(world, browser, person, there):
    coordinator = world.coordinator()
    with acting_as(SYSTEM):
        Posting.objects.create(account=coordinator, site=there, from_at=clock.now())
    desk = browser(coordinator)
    assert f"You work at {there.name} as well" in text(desk.get(way(person)))
    assert desk.post(way(person), said(there))["Location"] == f"/en/trial/participants/{person.code}/"
    assert "goes on at" in text(desk.get(f"/en/trial/participants/{person.code}/"))


def test_what_is_not_taken_over_comes_back_to_whoever_handed_over(world, browser, person, there):
    here, their = browser(world.coordinator()), browser(world.coordinator(there))
    here.post(way(person), said(there))
    assert their.post(f"{LIST}{number()}/end/", {"how": "declined"})["Location"] == LIST
    assert f"was not taken over by {there.name}" in text(here.get(TODAY))
    here.post(way(person), said(there))
    assert "was not taken over" not in text(here.get(TODAY))
    assert here.post(f"{LIST}{number()}/end/", {"how": "taken_back"})["Location"] == LIST
    assert "is to be taken over" not in text(their.get(TODAY))


def test_before_its_day_nobody_takes_over_and_the_page_says_from_when(world, browser, person, there):
    here, their = browser(world.coordinator()), browser(world.coordinator(there))
    here.post(way(person), said(there, on=clock.today() + timedelta(days=3)))
    page = f"{LIST}{number()}/"
    assert "You can take over from" in text(their.get(page))
    refused = their.post(page, {"clinician": ""})
    assert refused.status_code == 422
    assert "until then the other site sees to them" in refused.content.decode()


def test_a_refusal_says_what_is_missing_and_keeps_the_form(world, browser, person, there):
    with acting_as(SYSTEM):
        Posting.objects.filter(site=there, account__role="therapist").update(until_at=clock.now())
    refused = browser(world.coordinator()).post(way(person), said(there))
    assert refused.status_code == 422
    assert "cannot take over anybody: no therapist works there" in refused.content.decode()


def test_a_third_site_and_other_roles_find_nothing(world, browser, person, there):
    browser(world.coordinator()).post(way(person), said(there))
    page = f"{LIST}{number()}/"
    for account in (world.coordinator(world.sites[2]), world.staff(Role.PHYSIOTHERAPIST, there), person.account):
        assert browser(account).get(page).status_code == 404
        assert browser(account).post(f"{page}end/", {"how": "declined"}).status_code == 404
    assert person.code not in text(browser(world.coordinator(world.sites[2])).get(LIST))


def test_the_list_asks_as_often_for_many_as_for_one(world, browser, there):
    desk = browser(world.coordinator(there))
    counts = []
    for _more in range(2):
        for _each in range(2):
            person = world.baseline_done(site=world.site)
            browser(world.coordinator()).post(way(person), said(there))
        desk.get(LIST)
        with CaptureQueriesContext(connection) as asked:
            desk.get(LIST)
        counts.append(len(asked))
    assert counts[0] == counts[1]
