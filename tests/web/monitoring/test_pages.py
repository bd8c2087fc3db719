"""Data queries and monitoring at the pages: who sees what, asking, answering, settling, and that no arm shows."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.monitoring import actions, tasks
from stegvis.monitoring.models import DataQuery, Finding, FindingKind
from stegvis.people.acting import acting_as
from stegvis.people.models import Role
from tests.worlds import FRIDAY

LIST = "/en/queries/"
MONITORING = "/en/monitoring/"
ASKED = "Is 61 right?"


@pytest.fixture
def person(world):
    """Has sent the baseline."""
    return world.baseline_done(site=world.site, levels={"pain_intensity": 61.0})


def ask(world, person, **about):
    manager = world.staff(Role.DATA_MANAGER)
    given = {"asked_of": "outcome_assessor", "words": ASKED, "occasion": "baseline", "instrument": "pain-intensity"}
    with acting_as(manager):
        return actions.raise_query(participant=person, key=uuid4(), by=manager, **(given | about))


def text(response):
    assert response.status_code == 200
    return response.content.decode()


# Data queries ---------------------------------------------------------------------------------------------------------
def test_a_query_is_asked_from_the_answers_answered_at_the_site_and_settled(world, person, browser):
    manager, assessor = browser(world.staff(Role.DATA_MANAGER)), browser(world.staff(Role.OUTCOME_ASSESSOR))
    asks_here = f"/en/queries/about/{person.code}/?datum=baseline:pain-intensity"
    assert asks_here.partition("?")[2] in text(manager.get(f"/en/outcomes/{person.code}/baseline/sent/"))
    form = {
        "datum": "baseline:pain-intensity",
        "item": "pain-intensity",
        "words": ASKED,
        "asked_of": "outcome_assessor",
    }
    assert manager.post(asks_here, form | {"words": "", "key": uuid4()}).status_code == 422
    here = manager.post(asks_here, form | {"key": uuid4()})["Location"]

    assert ASKED in text(assessor.get(LIST))
    assert "See and correct the answers" in text(assessor.get(here))
    assert assessor.post(here, {"words": "Yes, 61", "key": uuid4()})["Location"] == here
    assert assessor.post(here, {"settle": "1", "words": "Settled"}).status_code == 422
    assert "Yes, 61" in text(manager.get(here))
    assert manager.post(here, {"settle": "1", "words": ""})["Location"] == here
    assert ASKED not in text(manager.get(LIST))
    assert ASKED in text(manager.get(f"{LIST}?show=closed"))


def test_another_site_finds_nothing(world, person, browser):
    query = ask(world, person)
    for role in (Role.COORDINATOR, Role.OUTCOME_ASSESSOR, Role.PHYSIOTHERAPIST):
        page = browser(world.staff(role, world.sites[1]))
        assert page.get(f"{LIST}{query.pk}/").status_code == 404
        assert person.code not in text(page.get(LIST))
    assert browser(world.coordinator(world.sites[1])).get(f"{LIST}about/{person.code}/").status_code == 404
    for role in (Role.STATISTICIAN, Role.ADMINISTRATOR):
        assert browser(world.staff(role)).get(LIST).status_code == 404


def test_a_coordinator_knows_of_a_query_about_answers_and_reads_it_only_before_randomisation(world, browser):
    person = world.planned(site=world.site)
    query = ask(world, person)
    page = browser(world.coordinator(person))
    here, box = f"{LIST}{query.pk}/", f"/en/trial/participants/{person.code}/"
    assert ASKED in text(page.get(here))
    assert here in text(page.get(box))
    world.randomise(person)
    assert page.get(here).status_code == 404
    assert "not shown here" in text(page.get(LIST))
    assert here not in text(page.get(box))


def test_the_list_asks_the_database_as_often_for_many_as_for_one(world, person, browser):
    page = browser(world.coordinator(person))
    page.get(LIST)  # what a process asks once, it has asked
    counts = []
    for more in (1, 4):
        for _ in range(more):
            ask(world, person)
        with CaptureQueriesContext(connection) as queries:
            page.get(LIST)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_what_is_asked_of_a_coordinator_stands_among_what_to_do_today(world, person, browser):
    query = ask(world, person, asked_of="coordinator", instrument="", words="Is the day of consent right?")
    page = browser(world.coordinator(person))
    assert f"{LIST}{query.pk}/" in text(page.get("/en/trial/"))
    page.post(f"{LIST}{query.pk}/", {"words": "It is.", "key": uuid4()})
    assert f"{LIST}{query.pk}/" not in text(page.get("/en/trial/"))
    assert f"{LIST}{query.pk}/" not in text(browser(world.coordinator(world.sites[1])).get("/en/trial/"))


def test_a_finding_becomes_a_query_with_one_press(world, person, browser):
    with acting_as(SYSTEM):
        row = Finding.objects.create(
            kind=FindingKind.TOO_FAST, assessment=world.assessment(person, "baseline"), found_at=clock.now(),
            facts={"answers": 40, "seconds": 20},
        )  # fmt: skip
    manager = browser(world.staff(Role.DATA_MANAGER))
    assert "40 answers came in 20 seconds." in text(manager.get(f"{LIST}findings/"))
    here = manager.post(f"{LIST}findings/{row.pk}/ask/")["Location"]
    assert manager.post(f"{LIST}findings/{row.pk}/ask/")["Location"] == here
    assert "40 answers came in 20 seconds." in text(manager.get(here))
    assert person.code not in text(manager.get(f"{LIST}findings/"))
    assert browser(world.coordinator(person)).post(f"{LIST}findings/{row.pk}/ask/").status_code == 404


# Monitoring -----------------------------------------------------------------------------------------------------------
def test_those_who_watch_see_the_same_numbers_and_nobody_else_any(world, browser):
    world.followed_up(on=FRIDAY)
    world.allocated(on=FRIDAY - timedelta(days=182 + 29))
    for role in (Role.DATA_MANAGER, Role.COORDINATOR, Role.STATISTICIAN):
        page = browser(world.staff(role))
        assert "1 of 2" in text(page.get(MONITORING))
        assert "The trial today" in text(page.get(f"{MONITORING}meeting/"))
    for role in (Role.THERAPIST, Role.PHYSIOTHERAPIST, Role.OUTCOME_ASSESSOR):
        assert browser(world.staff(role)).get(MONITORING).status_code == 404


def test_the_flow_is_a_picture_of_everybody_without_an_arm(world, browser):
    world.followed_up(arm="intervention", on=FRIDAY)
    page = browser(world.staff(Role.STATISTICIAN))
    drawn = page.get(f"{MONITORING}flow.svg")
    assert drawn["Content-Type"] == "image/svg+xml"
    words = drawn.content.decode() + text(page.get(MONITORING)) + text(page.get(f"{MONITORING}meeting/"))
    for arm in world.protocol.arms:
        assert arm.code not in words
        assert arm.name.in_language("en") not in words or arm.name.in_language("en") == "Plan"  # a word of every chart
    assert "Groups are hidden" in drawn.content.decode()


def test_the_worker_raises_what_the_list_then_shows(world, browser):
    world.baseline_done(levels={"pain_intensity": 0.0, "pain_locations": 3.0})
    with clock.frozen(clock.now() + timedelta(minutes=20)):
        tasks.raise_queries()
    with acting_as(SYSTEM):
        assert DataQuery.objects.count() == 1
    assert "Pain is 0, yet places are marked" in text(browser(world.staff(Role.DATA_MANAGER)).get(LIST))
    assert "Smärtan är 0" in text(browser(world.staff(Role.DATA_MANAGER)).get("/sv/queries/"))
