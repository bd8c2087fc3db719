"""Pages of delegated tasks, switches and leads, reassignment, the letter to the clinic, and what is offered afterwards."""

from uuid import uuid4

import pytest

from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.people import queries as people
from stegvis.people.acting import acting_as
from stegvis.people.models import Role
from stegvis.reminders import closing
from stegvis.trial.delegation import queries as duties

PASSWORD = "en-lugn-promenad"


@pytest.fixture
def lead(world, browser):
    """The first site's coordinator, with a password, named to lead it from the administrator's page."""
    account = world.coordinator()
    account.set_password(PASSWORD)
    with acting_as(SYSTEM):
        account.save()
    page = browser(world.staff(Role.ADMINISTRATOR)).post(
        f"/en/admin-console/sites/{world.site.code}/lead/", {"lead": account.code}
    )
    assert page.status_code == 302
    return browser(account)


def text(page):
    return page.content.decode()


def today(name):
    day = clock.today()
    return {f"{name}_day": day.day, f"{name}_month": day.month, f"{name}_year": day.year}


def training(account, topic, password=PASSWORD):
    return {"account": account.code, "topic": topic, "password": password, "key": uuid4(), **today("trained_on")}


def test_the_lead_signs_training_and_a_task_with_the_password_and_ends_it(world, lead, browser):
    page, who = f"/en/trial/sites/{world.site.code}/tasks/", world.staff(Role.PHYSIOTHERAPIST)
    task = {"account": who.code, "task": "hold_visits", "password": PASSWORD, "key": uuid4(), **today("from_on")}
    assert "training in" in text(lead.post(page, task))
    assert lead.post(page, training(who, "protocol", password="another")).status_code == 422
    assert lead.post(page, training(who, "protocol")).status_code == 302
    assert lead.post(page, task | {"key": uuid4()}).status_code == 302

    with acting_as(SYSTEM):
        [row] = duties.in_force()
    assert "End today" not in text(browser(who).get(page))
    assert lead.post(page, {"end": row.pk}).status_code == 302
    with acting_as(SYSTEM):
        assert not duties.in_force().exists()
    assert browser(world.coordinator(world.sites[1])).get(page).status_code == 404


def test_an_administrator_closes_a_site_and_its_coordinator_reads_why(world, browser):
    page = f"/en/admin-console/sites/{world.site.code}/open/"
    administrator = browser(world.staff(Role.ADMINISTRATOR))
    assert administrator.post(page, {"recruits": "on", "key": uuid4(), "why": ""}).status_code == 422
    assert administrator.post(page, {"recruits": "on", "key": uuid4(), "why": "Moving house"}).status_code == 302

    desk = browser(world.coordinator())
    assert "Moving house" in text(desk.get("/en/trial/sites/"))


def test_another_physiotherapist_needs_a_reason_which_both_can_read(world, browser):
    person, desk = world.baseline_done(), browser(world.coordinator())
    with acting_as(SYSTEM):
        before = people.clinician_of(person, Role.PHYSIOTHERAPIST)
        after = next(each for each in people.staff_at(world.site, Role.PHYSIOTHERAPIST) if each != before)
    page = f"/en/trial/participants/{person.code}/physiotherapist/"

    assert desk.post(page, {"clinician": after.code}).status_code == 422
    assert desk.post(page, {"clinician": after.code, "why": "On leave"}).status_code == 302
    for shown in (desk.get(page), browser(after).get(f"/en/physio/{person.code}/")):
        assert "On leave" in text(shown)


def test_the_letter_to_the_clinic_is_printed_and_kept_and_alike_in_every_arm(world, browser):
    for arm in ("intervention", "control"):
        person = world.followed_up(arm=arm)
        desk, page = browser(world.coordinator(person)), f"/en/trial/participants/{person.code}/closing-letter/"
        form = text(desk.get(page))
        assert "has taken part in" in form
        assert "rogramme" not in form.partition("<main")[2].partition("</main>")[0]
        sent = {"recipient": "The clinic", "body": "Took part.", "way": "post", "key": uuid4(), **today("sent_on")}
        assert "Took part." in text(desk.post(page, sent | {"print": "1"}))
        assert desk.post(page, sent).status_code == 302
        with acting_as(world.coordinator(person)):
            assert len(closing.letters_of(person)) == 1


def test_what_is_offered_afterwards_stands_on_the_own_page_of_those_who_are_offered_it(world, browser):
    offered, not_offered = world.allocated(arm="control"), world.allocated(arm="intervention")
    assert "After the study" in text(browser(offered.account).get("/en/study/"))
    assert "After the study" not in text(browser(not_offered.account).get("/en/study/"))
