"""Adverse events on pages: told, described, judged; the second assessor's page is the same whatever the arm."""

import re
from datetime import date, timedelta
from uuid import uuid4

import pytest

from stegvis.audit import clock
from stegvis.people.acting import acting_as
from stegvis.people.models import Role
from stegvis.safety.harms import actions, queries
from stegvis.trial import actions as trial

LIST, BLIND = "/en/trial/events/", "/en/outcomes/events/"
DAY = {"started_on_day": "1", "started_on_month": "11", "started_on_year": "2026"}
DESCRIBED = {
    "step": "describe", "after": "0", "term": "injury", "narrative": "Fell on the stairs.", "expected": "no",
    "severity": "mild", "measure": "none", "course": "recovering", **DAY,
}  # fmt: skip
JUDGED = {"to_activity_plan": "unlikely", "to_programme": "unlikely", "to_procedures": "unrelated"}


def key():
    return {"key": str(uuid4())}


def told(person, by, **more):
    with acting_as(by):
        return trial.tell_of_event(participant=person, words="My knee hurts.", key=uuid4(), by=by, **more)


def described(event, by):
    with acting_as(by):
        return actions.describe_event(
            event=event, after=0, term="injury", narrative="Fell on the stairs.", started_on=date(2026, 11, 1),
            ended_on=None, expected=False, severity="mild", measure="none", course="recovering", key=uuid4(), by=by,
        )  # fmt: skip


def test_an_event_goes_from_the_persons_page_to_a_judgement(world, browser):
    person = world.allocated()
    desk = browser(world.coordinator())
    page = f"/en/trial/participants/{person.code}/events/"
    assert page in desk.get(f"/en/trial/participants/{person.code}/").content.decode()
    desk.post(page, {"words": "Fell and broke an arm.", "needed_care": "yes", **key()})

    listed = desk.get(LIST).content.decode()
    assert "1 event of 1 person so far, 1 serious or possibly so" in " ".join(listed.split())
    address = re.search(rf"{LIST}\d+/", listed).group()
    assert desk.post(address, {**DESCRIBED, **key()}).status_code == 302
    assert desk.post(address, {"step": "judge", "serious": ["hospitalisation"], **JUDGED, **key()}).status_code == 302
    shown = desk.get(address).content.decode()
    assert "<summary>Judge it anew</summary>" in shown
    assert re.search(r"Tell by [^<]*14 November[^<]*10:00", shown)
    assert desk.post(address, {"step": "outside", "told_to": "The sponsor", **key()}).status_code == 302
    assert "Tell by" not in desk.get(address).content.decode()


def test_a_form_that_is_refused_says_why_and_keeps_the_words(world, browser):
    event = told(world.allocated(), world.coordinator())
    answer = browser(world.coordinator()).post(f"{LIST}{event.pk}/", {**DESCRIBED, "narrative": "", **key()})

    assert answer.status_code == 422
    assert "This cannot be empty" in answer.content.decode()
    assert 'value="injury" selected' in answer.content.decode()


def test_a_serious_event_that_nobody_was_told_of_in_time_says_so(world, browser):
    person = world.allocated()
    told(person, person.account, needed_care=True)
    desk = browser(world.coordinator())

    assert "tell by" in desk.get(f"{LIST}?show=tell").content.decode()
    with clock.frozen(clock.now() + timedelta(hours=25)):
        assert "should have been told by" in desk.get(f"{LIST}?show=tell").content.decode()


def test_the_list_asks_as_much_of_the_database_for_many_events(world, browser, django_assert_max_num_queries):
    person, desk = world.allocated(), browser(world.coordinator())
    described(told(person, world.coordinator()), world.coordinator())
    desk.get(LIST)
    with django_assert_max_num_queries(24) as few:
        desk.get(LIST)
    for _ in range(3):
        described(told(person, world.coordinator()), world.coordinator())
    with django_assert_max_num_queries(len(few)):
        desk.get(LIST)


@pytest.mark.parametrize("role", [Role.PHYSIOTHERAPIST, Role.THERAPIST])
def test_clinicians_note_events_of_their_own_people_and_find_the_way_back(world, browser, role):
    person = world.allocated(arm="intervention")
    desk, page = browser(world.clinician(person, role)), f"/en/trial/participants/{person.code}/events/"

    wing = {Role.PHYSIOTHERAPIST: "physio", Role.THERAPIST: "care"}[role]
    assert re.search(rf'href="/en/{wing}/[^"]*{person.code}/"', desk.get(page).content.decode())
    assert desk.post(page, {"words": "Fell.", "needed_care": "no", **key()}).status_code == 302
    assert browser(world.staff(role, world.sites[1])).get(page).status_code == 404


def test_another_site_and_other_roles_find_nothing(world, browser):
    event = told(world.allocated(), world.coordinator())
    address = f"{LIST}{event.pk}/"
    other = world.coordinator(world.sites[1])
    for who in (other, world.staff(Role.THERAPIST), world.staff(Role.STATISTICIAN), world.staff(Role.OUTCOME_ASSESSOR)):
        assert browser(who).get(address).status_code == 404
    assert browser(world.staff(Role.OUTCOME_ASSESSOR, world.sites[1])).get(f"{BLIND}{event.pk}/").status_code == 404


@pytest.fixture
def blind_page(world, browser):
    """What the second assessor is shown of an event of a person in an arm, without what names person, event and form."""

    def page(arm):
        person = world.allocated(arm=arm)
        event = told(person, person.account)
        described(event, world.coordinator())
        with acting_as(world.coordinator()):
            against = dict.fromkeys(queries.judged_against(world.protocol), "possible")
            trial.assess_event(
                event=event, place="first", serious=(), relations=against, key=uuid4(), by=world.coordinator()
            )
        text = browser(world.staff(Role.OUTCOME_ASSESSOR)).get(f"{BLIND}{event.pk}/").content.decode()
        named = rf"{person.code}|/{event.pk}/|[0-9a-f]{{8}}-[0-9a-f-]{{27}}|csrfmiddlewaretoken\" value=\"\w+"
        return re.sub(named, "·", text)

    return page


def test_the_second_assessor_is_shown_the_same_in_either_arm(blind_page):
    one, other = blind_page("intervention"), blind_page("control")

    assert re.sub(r"nonce-\w+|nonce=\"[^\"]+\"", "", one) == re.sub(r"nonce-\w+|nonce=\"[^\"]+\"", "", other)
    assert "Fell on the stairs." in one
    assert "My knee hurts." not in one


def test_the_second_judgement_is_kept_and_the_disagreement_shown(world, browser):
    event = told(world.allocated(), world.coordinator())
    described(event, world.coordinator())
    blind = browser(world.staff(Role.OUTCOME_ASSESSOR))
    assert f"{BLIND}{event.pk}/" in blind.get(BLIND).content.decode()
    desk = browser(world.coordinator())
    desk.post(f"{LIST}{event.pk}/", {"step": "judge", **JUDGED, **key()})
    blind.post(f"{BLIND}{event.pk}/", {**JUDGED, "to_procedures": "possible", **key()})

    assert "The two assessors disagree" in desk.get(f"{LIST}{event.pk}/").content.decode()
    assert f"{LIST}{event.pk}/" in desk.get(f"{LIST}?show=settle").content.decode()


def test_an_assessor_asks_the_question_in_a_call_and_sees_nothing_told_before(world, browser):
    person = world.allocated(on=date(2026, 10, 1))
    world.hold_visit(person, 2)
    told(person, person.account)
    caller, page = browser(world.staff(Role.OUTCOME_ASSESSOR)), f"/en/outcomes/{person.code}/six_months/problems/"
    shown = caller.get(page).content.decode()

    assert world.protocol.adverse_events.question.in_language(person.language) in shown
    assert "My knee hurts." not in shown
    assert caller.post(page, {"said": "no", "channel": "phone", **key()}).status_code == 302
    with acting_as(person.account):
        assert queries.answer_to(person, "visit_2").channel == "phone"


def test_what_is_missing_in_a_description_is_said_once(world, browser):
    coordinator = world.coordinator()
    event = told(world.allocated(), coordinator)

    answer = browser(coordinator).post(f"{LIST}{event.pk}/", {"step": "describe", "narrative": "Fell on the stairs."})

    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "This field is required" not in shown
    assert shown.count("govuk-error-summary__title") == 1
    assert "Fell on the stairs." in shown


def test_a_judgement_without_relations_is_refused_in_our_own_words(world, browser):
    event = told(world.allocated(), world.coordinator())
    described(event, world.coordinator())

    answer = browser(world.staff(Role.OUTCOME_ASSESSOR)).post(f"{BLIND}{event.pk}/", {"serious": []})

    assert answer.status_code == 422
    assert "Choose one of the answers." in answer.content.decode()
    assert "This field is required" not in answer.content.decode()
