"""The demonstration's pages, and that they are nowhere else."""

import re
from datetime import date, timedelta

import pyotp
import pytest
from django.test import Client

from stegvis.audit import clock
from stegvis.audit import queries as audit
from stegvis.audit.action import SYSTEM
from stegvis.demonstration import signins, timekeeping
from stegvis.demonstration.cast import PASSWORD
from stegvis.people import actions as people
from stegvis.people.acting import acting_as
from stegvis.people.models import Account, Role
from stegvis.reminders.tasks import send_due
from tests.worlds import World

PAGES = ("", "outbox/", "guide/")


@pytest.fixture
def demo(world: World, settings, browser) -> Client:
    """A browser in a demonstration where the usual people have their sign-ins."""
    settings.MODE = "demo"
    with acting_as(SYSTEM):
        signins.make()
    return browser()


def press(client: Client, account: Account) -> object:
    return client.post("/en/demo/sign-in/", {"account": account.pk})


# Where it is, and where not ---------------------------------------------------------------------------------------
@pytest.mark.parametrize("page", PAGES)
def test_in_a_demonstration_its_pages_are_there(page, demo: Client):
    answer = demo.get(f"/en/demo/{page}")

    assert answer.status_code == 200
    assert "Everyone here is made up." in answer.content.decode()


@pytest.mark.parametrize("mode", ["live", "test"])
@pytest.mark.parametrize("page", PAGES)
def test_elsewhere_they_do_not_exist(mode, page, demo: Client, settings):
    settings.MODE = mode

    assert demo.get(f"/en/demo/{page}").status_code == 404


@pytest.mark.parametrize("mode", ["live", "test"])
def test_elsewhere_no_button_lets_anyone_in_or_moves_the_clock(mode, world: World, demo: Client, settings):
    settings.MODE = mode

    assert press(demo, world.coordinator()).status_code == 404
    assert demo.post("/en/demo/clock/", {"step": "day", "seen": "0"}).status_code == 404
    assert audit.stored_offset() == timedelta(0)


def test_without_made_up_people_they_do_not_exist(moment, settings, browser):
    settings.MODE = "demo"

    assert browser().get("/en/demo/").status_code == 404


# Being somebody ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("role", [role for role in Role if role != Role.PARTICIPANT])
def test_one_button_makes_one_a_member_of_staff_completely(role, world: World, demo: Client):
    press(demo, world.staff(role))

    assert demo.get("/en/home/").status_code == 200


def test_someone_whose_primary_outcomes_are_asked_now_can_be_tried(world: World, settings, browser):
    settings.MODE = "demo"
    for days in (0, 1, 2):
        world.allocated(on=date(2026, 5, 15) + timedelta(days=days))
    with acting_as(SYSTEM):
        signins.make()
    assert "questions waiting" in browser().get("/en/demo/").content.decode()


def test_a_real_account_has_no_button(world: World, demo: Client):
    real = people.add_staff(role="coordinator", email="real@example.org", name="Real", sites=[world.site], by=SYSTEM)
    people.set_password(account=real, password="a good password", by=SYSTEM)

    assert press(demo, real).status_code == 404
    assert real.email not in demo.get("/en/demo/").content.decode()


@pytest.mark.parametrize("asked", ["", "x", "-1", "²", "999999"])
def test_a_button_that_was_never_there_does_nothing(asked, demo: Client):
    assert demo.post("/en/demo/sign-in/", {"account": asked}).status_code == 404


def test_the_page_shows_password_and_code_that_work(world: World, demo: Client, monkeypatch):
    later = clock.wall() + timedelta(seconds=90)  # past the code that setting up used
    monkeypatch.setattr(clock, "wall", lambda: later)
    monkeypatch.setattr(signins, "current_code", lambda pk: real_code(pk, later))
    page = demo.get("/en/demo/").content.decode()
    coordinator = world.coordinator()
    code = real_code(coordinator.pk, later)
    assert PASSWORD in page
    assert code in page

    demo.post(
        "/en/sign-in/",
        {
            "email": coordinator.email,
            "password": PASSWORD,
            "way": "password",
            "key": "0b7f9a3e-1c9c-4f0e-9d7e-2f1a4f1f0002",
        },
    )
    demo.post("/en/sign-in/code/", {"code": code})
    assert demo.get("/en/home/").status_code == 200


def real_code(pk: int, at: object) -> str:
    secret = Account.objects.get(pk=pk).totp_secret
    return pyotp.TOTP(secret).at(at) if secret else ""


# The clock --------------------------------------------------------------------------------------------------------
def test_time_moves_on_by_the_step_and_once(demo: Client):
    page = {"step": "week", "seen": "0"}

    demo.post("/en/demo/clock/", page)
    demo.post("/en/demo/clock/", page)
    assert audit.stored_offset() == timedelta(days=7)


@pytest.mark.parametrize("form", [{"step": "year", "seen": "0"}, {"step": "day", "seen": "x"}, {}])
def test_a_step_that_does_not_exist_moves_nothing(form, demo: Client):
    assert demo.post("/en/demo/clock/", form).status_code == 404
    assert audit.stored_offset() == timedelta(0)


def test_a_demonstration_resumes_where_it_stood(fresh_database, monkeypatch):
    begun = clock.wall()
    left = begun + timedelta(days=30)
    timekeeping.set_to(left, by=SYSTEM)
    monkeypatch.setattr(clock, "wall", lambda: begun + timedelta(days=400))

    assert timekeeping.resume() == left
    assert clock.wall() + audit.stored_offset() - left < timedelta(seconds=1)


def test_what_was_recorded_on_the_real_clock_does_not_move_the_demonstration(fresh_database, monkeypatch):
    real = clock.wall()
    left = real - timedelta(days=30)
    timekeeping.set_to(left, by=SYSTEM)
    with clock.frozen(real), acting_as(SYSTEM):
        people.open_site(code="XX", name="X", phone="", safety_phone="", by=SYSTEM)
    monkeypatch.setattr(clock, "wall", lambda: real + timedelta(minutes=5))

    assert timekeeping.resume() == left


def test_an_empty_database_has_nothing_to_resume(fresh_database):
    assert timekeeping.resume() is None


# The outbox -------------------------------------------------------------------------------------------------------
def test_the_outbox_shows_letters_with_links_that_work_wherever_it_is_served(
    world: World, demo: Client, settings, mailoutbox
):
    settings.SITE_URL = "http://127.0.0.1:8099"
    person = world.invited(on=date(2026, 11, 12))
    send_due()

    page = demo.get("/en/demo/outbox/").content.decode()
    with acting_as(SYSTEM):
        assert person.account.email in page
    assert settings.SITE_URL not in page
    link = re.search(r'href="http://testserver(/[a-z]{2}/sign-in/link/[^"]+)"', page)
    assert link
    assert demo.get(link[1]).status_code == 200


def test_an_empty_outbox_says_what_will_be_there(demo: Client):
    assert "No letters yet" in demo.get("/en/demo/outbox/").content.decode()
