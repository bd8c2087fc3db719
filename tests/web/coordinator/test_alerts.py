"""The alert list: by deadline with the time left; what has no clock apart; whoever was told later may take it."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest

from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.methods.instruments import DECLINED
from stegvis.people.acting import acting_as
from stegvis.people.models import Role
from stegvis.protocol import queries as protocol
from stegvis.reminders.models import PlannedMessage
from stegvis.safety import actions as safety
from stegvis.safety import queries
from stegvis.trial import actions, tasks

LIST = "/en/trial/alerts/"


@pytest.fixture
def person(world):
    """Has consented; the baseline is open."""
    return world.consented()


def answer(world, person, value):
    options = protocol.questionnaire("phq-9").by_link_id["phq9-9"].options
    given = value if isinstance(value, dict) else next(each.key for each in options if each.ordinal == value)
    with acting_as(person.account):
        actions.save_answers(
            assessment=world.assessment(person, "baseline"), instrument="phq-9", answers={"phq9-9": given},
            language="en", by=person.account,
        )  # fmt: skip


def shown(browser, account, address=LIST):
    return browser(account).get(address).content.decode()


def test_an_alert_stands_with_its_deadline_and_the_staffed_time_left(world, browser, person):
    answer(world, person, 2)

    page = shown(browser, world.coordinator())
    assert "by 13 Nov 16:30, 6 staffed hours left" in page
    with clock.frozen(clock.at(clock.today(), 16)):
        assert "30 minutes left" in shown(browser, world.coordinator())


def test_an_alert_that_nobody_answered_in_time_says_so(world, browser, person):
    answer(world, person, 2)
    with clock.frozen(clock.now() + timedelta(days=3)):
        page = shown(browser, world.coordinator())

    assert "should have been by 13 Nov 16:30" in page
    assert 'class="alarm"' in page


def test_what_has_no_clock_is_listed_for_review_and_not_among_the_urgent(world, browser, person):
    answer(world, person, dict(DECLINED))

    assert person.code not in shown(browser, world.coordinator())
    page = shown(browser, world.coordinator(), f"{LIST}?show=review")
    assert "Prefers not to answer a question about danger" in page
    assert "Nobody is pressed to answer" in follow(browser, world.coordinator(), page)


def follow(browser, account, page):
    return shown(browser, account, first_of(page))


def first_of(page):
    """The address of the first alert on the list."""
    return re.search(rf"{LIST}\d+/", page).group()


def test_whoever_is_told_of_an_unopened_alert_opens_it_and_others_do_not(world, browser, person):
    told = world.staff(Role.PHYSIOTHERAPIST)
    answer(world, person, 2)
    address = first_of(shown(browser, world.coordinator()))
    assert browser(told).get(address).status_code == 404

    with clock.frozen(clock.now() + timedelta(hours=2)):
        tasks.escalate_alerts()
        assert person.code in shown(browser, told)
        assert "because nobody had taken it" in shown(browser, told, address)
        assert browser(told).post(address, {"step": "acknowledged"}).status_code == 302
        assert browser(world.staff(Role.THERAPIST)).get(address).status_code == 404


def test_only_a_licensed_clinician_is_offered_the_assessment(world, browser, person):
    answer(world, person, 2)
    coordinator = world.coordinator()
    address = first_of(shown(browser, coordinator))
    browser(coordinator).post(address, {"step": "acknowledged"})

    assert 'value="assessed"' in shown(browser, coordinator, address)
    coordinator.licensed_clinician = False
    coordinator.save()
    assert 'value="assessed"' not in shown(browser, coordinator, address)


# Closed by two --------------------------------------------------------------------------------------------------------
@pytest.fixture
def grave(world, browser, person):
    """The address of an alert of the gravest grade, which the coordinator has."""
    answer(world, person, 2)
    address = first_of(shown(browser, world.coordinator()))
    browser(world.coordinator()).post(address, {"step": "acknowledged"})
    return address


def other(world):
    """A physiotherapist who is on the rota as well."""
    colleague = world.staff(Role.PHYSIOTHERAPIST)
    with acting_as(SYSTEM):
        safety.join_rota(site=world.site, account=colleague, by=SYSTEM)
    return colleague


def send(browser, account, address, **fields):
    return browser(account).post(address, {"key": uuid4(), **fields})


def written(browser, account, address):
    """What the page of an alert offers to confirm."""
    found = re.search(r'name="confirms" value="(\d+)"', shown(browser, account, address))
    return found.group(1) if found else None


def test_a_grave_alert_is_closed_when_a_second_one_agrees(world, browser, grave):
    first, second = world.coordinator(), other(world)
    assert 'value="closed"' not in shown(browser, first, grave)
    assert send(browser, first, grave, step="to_close", words="Safe with her sister.").status_code == 302

    page = shown(browser, second, grave)
    assert "Safe with her sister." in page
    assert "I agree, close it" in page
    assert send(browser, second, grave, confirms=written(browser, second, grave)).status_code == 302
    assert "Nothing more needs to be done." in shown(browser, first, grave)


def test_whoever_wrote_it_is_not_offered_to_confirm_and_is_refused(world, browser, grave):
    first, second = world.coordinator(), other(world)
    send(browser, first, grave, step="to_close", words="Safe now.")
    number = written(browser, second, grave)

    assert "Ask a colleague on the rota to read this" in shown(browser, first, grave)
    assert written(browser, first, grave) is None
    refused = send(browser, first, grave, confirms=number)
    assert refused.status_code == 422
    assert f"{first.code} wrote that this alert can be closed" in refused.content.decode()


def test_in_swedish_too_two_people_close_it(world, browser, grave):
    first, second = world.coordinator(), other(world)
    send(browser, first, grave, step="to_close", words="Trygg nu.")

    page = shown(browser, second, grave.replace("/en/", "/sv/"))
    assert "Jag håller med, avsluta" in page
    assert "Det här larmet avslutas av två" in page


# The checklist --------------------------------------------------------------------------------------------------------
def test_the_checklist_is_kept_and_stands_filled_in_for_the_next_one(world, browser, grave):
    first = world.coordinator()
    assert send(browser, first, grave, checklist="1", asked_danger_now="no", asked_plan="yes").status_code == 302

    page = shown(browser, first, grave)
    assert "Is the person in danger now? No<br>Is there a plan: how, where, when? Yes" in page
    assert re.search(r'name="asked_plan"[^>]*value="yes"[^>]*checked', page)


def test_an_empty_checklist_is_refused_with_a_sentence(world, browser, grave):
    refused = send(browser, world.coordinator(), grave, checklist="1")

    assert refused.status_code == 422
    assert "nothing is answered in it" in refused.content.decode()


def test_the_checklist_is_asked_in_swedish_too(world, browser, grave):
    page = shown(browser, world.coordinator(), grave.replace("/en/", "/sv/"))

    for question in ("Är personen i fara nu?", "Är personen ensam?", "När är nästa kontakt, och vem tar den?"):
        assert question in page


# A rota of one --------------------------------------------------------------------------------------------------------
ALONE = {"en": "One person alone is on the", "sv": "En enda person står på"}


@pytest.mark.parametrize("language", ["en", "sv"])
def test_a_rota_of_one_is_warned_of_on_the_alerts_page_and_in_the_overview_until_a_second_joins(
    world, browser, language
):
    pages = [f"/{language}/trial/alerts/", f"/{language}/trial/"]
    for page in pages:
        assert ALONE[language].lower() in shown(browser, world.coordinator(), page).lower(), page
    other(world)

    for page in pages:
        assert ALONE[language].lower() not in shown(browser, world.coordinator(), page).lower(), page


def test_whoever_has_left_the_rota_is_not_shown_an_alert_that_would_not_open(world, browser, person):
    coordinator, second = world.coordinator(), world.staff(Role.PHYSIOTHERAPIST)
    with acting_as(SYSTEM):
        safety.join_rota(site=world.site, account=second, by=SYSTEM)
    answer(world, person, 2)
    assert person.code in shown(browser, coordinator)

    with acting_as(SYSTEM):
        safety.leave_rota(site=world.site, account=coordinator, by=SYSTEM)

    assert person.code not in shown(browser, coordinator)
    assert person.code in shown(browser, second)


def test_whoever_is_alone_on_a_rota_and_no_coordinator_is_told_whom_to_ask(world, browser):
    colleague = other(world)
    with acting_as(SYSTEM):
        for each in queries.rota(world.site):
            if each != colleague:
                safety.leave_rota(site=world.site, account=each, by=SYSTEM)

    assert "Ask the coordinator of the site" in shown(browser, colleague)


# Test alerts ----------------------------------------------------------------------------------------------------------
def test_without_a_test_alert_or_with_an_old_one_the_page_says_that_silence_is_not_trusted(world, browser):
    coordinator = world.coordinator()
    assert "None has been sent yet." in shown(browser, coordinator)
    browser(coordinator).post(f"{LIST}tests/{world.site.code}/send/", {"key": uuid4()})

    assert "silence here" not in shown(browser, coordinator)
    with clock.frozen(clock.now() + timedelta(days=31)):
        assert "more than 30 days ago" in shown(browser, coordinator)


def test_a_test_alert_is_marked_and_whoever_gets_it_says_so(world, browser):
    coordinator, colleague = world.coordinator(), other(world)
    browser(coordinator).post(f"{LIST}tests/{world.site.code}/send/", {"key": uuid4()})
    page = shown(browser, colleague)
    assert "A test alert is waiting for you. Nobody is in need." in page
    assert "No open alerts" in page

    address = re.search(rf"{LIST}tests/\d+/", page).group()
    assert browser(colleague).post(address).status_code == 302
    assert f"{colleague.name} answered 13 Nov" in shown(browser, coordinator)


def test_a_coordinator_sends_none_elsewhere_and_a_therapist_none_at_all(world, browser):
    elsewhere = f"{LIST}tests/{world.sites[1].code}/send/"
    assert browser(world.coordinator()).post(elsewhere, {"key": uuid4()}).status_code == 404
    here = f"{LIST}tests/{world.site.code}/send/"
    assert browser(world.staff(Role.THERAPIST)).post(here, {"key": uuid4()}).status_code in {403, 404}


def test_an_administrator_sends_one_from_the_sites_page(world, browser):
    administrator = world.staff(Role.ADMINISTRATOR)
    page = f"/en/admin-console/sites/{world.site.code}/"
    assert browser(administrator).post(f"{page}test/", {"key": uuid4()}).status_code == 302

    assert f"by {administrator.name}" in shown(browser, administrator, page)
    assert "Nobody has answered it yet." in shown(browser, administrator, page)


def test_the_letter_of_a_test_says_that_it_is_one(world, browser):
    browser(world.coordinator()).post(f"{LIST}tests/{world.site.code}/send/", {"key": uuid4()})

    with acting_as(SYSTEM):
        planned = PlannedMessage.objects.get(kind="alert_test")
    assert planned.account == world.coordinator()


def test_in_swedish_too_the_page_speaks_of_test_alerts(world, browser):
    page = shown(browser, world.coordinator(), LIST.replace("/en/", "/sv/"))

    assert "Skicka ett provlarm" in page
    assert "Inget har skickats än." in page
