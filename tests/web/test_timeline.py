"""One person's timeline: every kind of what happened, each leading where its reader may go, and nothing that tells an arm."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from stegvis.assessments import queries as assessments
from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.audit.models import Reading
from stegvis.monitoring import actions as monitoring
from stegvis.people.acting import acting_as
from stegvis.people.life import actions as life
from stegvis.people.models import Role
from stegvis.safety import actions as safety
from stegvis.trial import actions as trial
from stegvis.trial.deviations import actions as deviations
from stegvis.web.timeline import KINDS

SIX_MONTHS = "six_months"


@pytest.fixture
def person(world):
    """Somebody to whom something of every kind has happened."""
    begun = clock.today() - timedelta(days=world.protocol.occasion(SIX_MONTHS).day)
    found = world.allocated(site=world.site, on=begun)
    world.hold_visit(found, 2, on=begun + timedelta(days=20))
    with acting_as(SYSTEM):
        safety.join_rota(site=world.site, account=world.coordinator(), by=SYSTEM)
    happen(world, found)
    return found


def happen(world, person):
    """A call, a message, an adverse event, an alert, a query, a deviation, a life event, and what concerns the allocation."""
    coordinator, manager = world.coordinator(), world.staff(Role.DATA_MANAGER)
    with acting_as(person.account):
        trial.write(participant=person, channel="study", body="May I pause?", key=uuid4(), by=person.account)
        trial.something_is_wrong(participant=person, words="It hurts", key=uuid4(), by=person.account)
    with acting_as(coordinator):
        trial.keep_call(participant=person, occasion=SIX_MONTHS, outcome="no_answer", key=uuid4(), by=coordinator)
        trial.tell_of_event(participant=person, words="Fell on the stairs", key=uuid4(), by=coordinator)
        trial.look_up_arm(participant=person, reason="They ask for a letter", by=coordinator)
        trial.look_up_arm(participant=person, reason="Taken to hospital", emergency=True, by=coordinator)
        trial.record_accident(
            participant=person, learner="assessor", learnt_on=clock.today(), how="Said in a call",
            what_follows="A colleague calls", key=uuid4(), by=coordinator,
        )  # fmt: skip
        deviations.record(
            site=person.site, participant=person, kind="measurement", happened_on=clock.today(),
            description="A page was missing", key=uuid4(), by=coordinator,
        )  # fmt: skip
        event = life.keep(participant=person, kind="in_hospital", since=clock.today(), key=uuid4(), by=coordinator)
        trial.go_on(participant=event.participant, reason="Home again", by=coordinator)
    with acting_as(manager):
        monitoring.raise_query(
            participant=person, key=uuid4(), by=manager, asked_of="coordinator", words="Which day was it?", occasion="",
            instrument="",
        )  # fmt: skip


@pytest.fixture
def desk(world, browser):
    return browser(world.coordinator())


@pytest.fixture
def manager(world, browser):
    return browser(world.staff(Role.DATA_MANAGER))


def story(person, kind=""):
    return f"/en/trial/participants/{person.code}/story/" + (f"?kind={kind}" if kind else "")


def of_manager(person, rest="", kind=""):
    return f"/en/queries/people/{person.code}/{rest}" + (f"?kind={kind}" if kind else "")


def text(page):
    assert page.status_code == 200
    return page.content.decode()


def entries(page):
    """What stands on a timeline: title and address of each entry."""
    found = text(page).partition('<ol class="sv-timeline">')[2].partition("</ol>")[0]
    return [
        (re.sub(r"<[^>]+>", "", title), "".join(re.findall(r'href="([^"]+)"', title)))
        for title in re.findall(r"<li><p[^>]*>.*?</p><p>(.*?)</p>", found, re.S)
    ]


def kinds(page):
    return set(re.findall(r"\?kind=(\w+)", text(page)))


def test_a_coordinator_sees_every_kind_and_each_narrows_the_list(person, desk):
    assert kinds(desk.get(story(person))) == set(KINDS)
    everything = entries(desk.get(story(person)))
    by_kind = [entries(desk.get(story(person, kind))) for kind in KINDS]
    assert sorted(everything) == sorted(entry for found in by_kind for entry in found)
    assert all(by_kind)


def test_every_entry_leads_to_a_page_that_opens(world, person, desk):
    world.answer(person, SIX_MONTHS)
    addresses = {url for _, url in entries(desk.get(story(person))) if url}
    assert len(addresses) > 10
    for url in addresses:
        assert desk.get(url).status_code == 200, url


def test_of_an_allocation_it_says_that_it_was_looked_at_and_never_what_it_is(world, person, desk):
    page = text(desk.get(story(person, "allocation")))
    for title in (
        "Allocation looked up",
        "Allocation looked up in an emergency",
        "Allocation became known by accident",
    ):
        assert title in page
    for word in ("They ask for a letter", "Taken to hospital", "Said in a call", *_arm_names(world)):
        assert word not in page


def _arm_names(world):
    return [arm.name.in_language("en") for arm in world.protocol.arms]


def test_nobodys_words_stand_on_a_timeline(person, desk, manager):
    for page in (desk.get(story(person)), manager.get(of_manager(person))):
        for words in ("May I pause?", "It hurts", "Fell on the stairs", "A page was missing", "Which day was it?"):
            assert words not in text(page)


def test_programme_and_therapist_are_in_no_timeline(world, desk, manager):
    begun = clock.today() - timedelta(days=90)
    user = world.allocated(arm="intervention", on=begun, site=world.site)
    before = [entries(page) for page in (desk.get(story(user)), manager.get(of_manager(user)))]
    world.reply(world.send_homework(user))
    world.withdraw(user, "programme")
    with acting_as(user.account):
        trial.write(participant=user, channel="therapist", body="Hello", key=uuid4(), by=user.account)
    assert [entries(page) for page in (desk.get(story(user)), manager.get(of_manager(user)))] == before


def test_as_many_questions_are_asked_however_much_has_happened(world, person, desk, manager):
    def count(client, address):
        with CaptureQueriesContext(connection) as asked:
            client.get(address)
        return len(asked)

    for client, address in ((desk, story(person)), (manager, of_manager(person))):
        count(client, address)  # what is kept of protocol, questionnaires and who signed in is read once
    once = [count(desk, story(person)), count(manager, of_manager(person))]
    happen(world, person)
    assert [count(desk, story(person)), count(manager, of_manager(person))] == once


def test_a_data_manager_sees_codes_and_days_and_no_allocation(person, manager):
    assert kinds(manager.get(of_manager(person))) == {
        "course", "consent", "answers", "visits", "contacts", "harms", "queries", "deviations",
    }  # fmt: skip
    titles = [title for title, _ in entries(manager.get(of_manager(person)))]
    assert "Questions not asked as planned" in titles
    assert "The arm became known to whom it should not" not in titles
    addresses = {url for _, url in entries(manager.get(of_manager(person))) if url}
    assert {url.split("/")[2] for url in addresses} == {"outcomes", "queries"}
    for url in addresses:
        assert manager.get(url).status_code == 200, url


def test_a_data_manager_comes_to_the_person_from_the_list_and_from_a_query(person, manager):
    assert of_manager(person) in text(manager.get(f"/en/queries/?code={person.code}"))
    assert "timeline, answers and record" not in text(manager.get("/en/queries/?code=XX-999"))
    [query] = [url for _, url in entries(manager.get(of_manager(person, kind="queries")))]
    assert of_manager(person) in text(manager.get(query))
    assert "How far each questionnaire is" in text(manager.get(of_manager(person, "answers/")))
    assert "Called about" in text(manager.get(of_manager(person, "record/")))
    assert {"timeline", "answers", "record"} <= set(Reading.objects.values_list("kind", flat=True))


def test_a_correction_stands_where_the_answers_are(world, person, manager, desk):
    data_manager = world.staff(Role.DATA_MANAGER)
    with acting_as(data_manager):
        sent = assessments.assessment(person, world.baseline)
        before = assessments.answers_of(sent)["pain-intensity"]["pain-intensity"]
        trial.correct_answers(
            assessment=sent, instrument="pain-intensity", answers={"pain-intensity": 40 if before != 40 else 50},
            reason="Typed wrong", by=data_manager,
        )  # fmt: skip
    for page in (desk.get(story(person, "answers")), manager.get(of_manager(person, kind="answers"))):
        assert any(title.startswith("Corrected: ") for title, _ in entries(page))


@pytest.mark.parametrize("role", [Role.PHYSIOTHERAPIST, Role.OUTCOME_ASSESSOR, Role.STATISTICIAN, Role.ADMINISTRATOR])
def test_nobody_else_opens_a_timeline(world, person, browser, role):
    client = browser(world.staff(role))
    for address in (story(person), *(of_manager(person, rest) for rest in ("", "answers/", "record/"))):
        assert client.get(address).status_code == 404


def test_another_site_sees_no_timeline_and_a_coordinator_not_the_data_managers(world, person, browser, desk):
    assert browser(world.coordinator(world.sites[1])).get(story(person)).status_code == 404
    assert desk.get(of_manager(person)).status_code == 404


def test_somebody_who_does_not_exist_has_no_timeline(manager):
    assert manager.get("/en/queries/people/XX-999/").status_code == 404


def test_a_query_about_answers_of_somebody_randomised_leads_a_coordinator_nowhere(world, person, desk):
    data_manager = world.staff(Role.DATA_MANAGER)
    with acting_as(data_manager):
        monitoring.raise_query(
            participant=person, key=uuid4(), by=data_manager, asked_of="outcome_assessor", words="Is 61 right?",
            occasion="baseline", instrument="pain-intensity",
        )  # fmt: skip
    ways = [url for _, url in entries(desk.get(story(person, "queries")))]
    assert sorted(map(bool, ways)) == [False, True]
