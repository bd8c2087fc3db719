"""Pages for what is kept, what is due, and who looked: the end of the trial, a deletion by two, a sample and its check."""

from datetime import timedelta

import pytest

from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.audit.models import ReadingCheck
from stegvis.audit.reading import record_reading
from stegvis.demonstration.cast import PASSWORD
from stegvis.people.acting import acting_as
from stegvis.reporting import tasks
from stegvis.reporting.models import Deletion, TrialEnd

RETENTION, READINGS, CLOSED = "/en/stats/retention/", "/en/stats/readings/", "/en/committee/"
REASON = {"reason": "The years are over", "password": PASSWORD}


def day(name, on):
    return {f"{name}_day": on.day, f"{name}_month": on.month, f"{name}_year": on.year}


def test_what_is_due_is_deleted_after_two_roles_said_so_on_their_pages(world, browser, with_password):
    person = world.allocated()
    record_reading(participant_code=person.code, kind="person", by=world.coordinator(person))
    manager, administrator = browser(with_password("data_manager")), browser(with_password("administrator"))
    assert "Of people in it nothing is due until it has." in manager.get(RETENTION).content.decode()
    assert manager.post(RETENTION, {**day("ended_on", clock.today()), **REASON}).status_code == 302
    assert TrialEnd.objects.get().ended_on == clock.today()
    with clock.frozen(clock.now() + timedelta(days=366 * 5)):
        assert "Ask for deletion" in manager.get(RETENTION).content.decode()
        assert manager.post(RETENTION + "log/propose/", REASON).status_code == 302
        with acting_as(SYSTEM):
            deletion = Deletion.objects.get()
        assert manager.post(f"{RETENTION}{deletion.pk}/agree/", REASON).status_code == 404
        assert administrator.post(f"{RETENTION}{deletion.pk}/agree/", {"password": "wrong"}).status_code == 422
        assert administrator.post(f"{RETENTION}{deletion.pk}/agree/", {"password": PASSWORD}).status_code == 302
        tasks.delete_due()
        assert "agreed. Deleted" in administrator.get(RETENTION).content.decode()


def test_a_forgotten_screening_ends_by_the_same_two_pages_while_the_trial_goes_on(world, browser, with_password):
    world.screened(site=world.site)
    manager, administrator = browser(with_password("data_manager")), browser(with_password("administrator"))
    assert "Nothing of this is due today." in manager.get(RETENTION + "screening/propose/").content.decode()
    with clock.frozen(clock.now() + timedelta(days=180)):
        assert "screening/propose/" in manager.get(RETENTION).content.decode()
        assert "Due is what is kept of 1 person." in manager.get(RETENTION + "screening/propose/").content.decode()
        assert manager.post(RETENTION + "screening/propose/", REASON).status_code == 302
        with acting_as(SYSTEM):
            deletion = Deletion.objects.get()
        agreeing = f"{RETENTION}{deletion.pk}/agree/"
        assert "stay as anonymous counts" in administrator.get(agreeing).content.decode()
        assert administrator.post(agreeing, {"password": PASSWORD}).status_code == 302
        tasks.delete_due()
        page = administrator.get(RETENTION).content.decode()
        assert "1 row, 365 days." in page
        assert "agreed. Deleted" in page


def test_a_sample_is_drawn_read_and_checked(world, browser):
    person = world.allocated()
    record_reading(participant_code=person.code, kind="person", by=world.coordinator(person))
    manager = browser(world.staff("data_manager"))
    days = {**day("first", clock.today()), **day("last", clock.today())}
    sample = manager.post(READINGS, days)["Location"]
    assert "Worked at their clinic then" in manager.get(sample).content.decode()
    assert manager.post(sample, {"found": "odd", "words": ""}).status_code == 422
    assert manager.post(sample, {"found": "fine", "words": ""}).status_code == 302
    assert ReadingCheck.objects.get().all_in_order


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", ("Adverse events", "somebody at Rehab")), ("sv", ("Oönskade händelser", "någon på Rehab"))],
)
def test_a_reading_in_a_sample_is_told_in_words_and_leads_back(world, browser, language, words):
    person = world.allocated(arm="intervention")
    record_reading(participant_code=person.code, kind="events", by=world.coordinator(person))
    therapist = world.clinician(person, "therapist")
    with world.acting(therapist):
        record_reading(participant_code=person.code, kind="homework", by=therapist)
    manager = browser(world.staff("data_manager"))
    days = {**day("first", clock.today()), **day("last", clock.today())}
    sample = manager.post(READINGS, days)["Location"].replace("/en/", f"/{language}/")

    page = manager.get(sample).content.decode()

    assert all(each in page for each in words)
    assert f'href="/{language}/stats/readings/"' in page
    assert f'href="/{language}/stats/readings/"' in manager.get(f"/{language}/stats/").content.decode()


@pytest.mark.parametrize("role", ["statistician", "coordinator", "committee"])
def test_nobody_else_finds_them(world, browser, role):
    client = browser(world.staff(role))
    for address in (RETENTION, READINGS):
        assert client.get(address).status_code == 404


def test_the_committee_has_one_page_and_nobody_else_has_it(world, browser):
    page = browser(world.staff("committee")).get(CLOSED).content.decode()
    assert "Not printed yet." in page
    for role in ("data_manager", "statistician", "administrator", "coordinator"):
        assert browser(world.staff(role)).get(CLOSED).status_code == 404
    assert browser(world.staff("committee")).get("/en/stats/").status_code == 404
