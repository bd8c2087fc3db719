"""Calls for outcomes: by somebody who cannot know the arm, in the participant's own questions, with help at hand."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection

from stegvis.assessments import queries as assessments
from stegvis.assessments.models import Answer, Response
from stegvis.audit.action import SYSTEM
from stegvis.audit.models import Event
from stegvis.methods.instruments import DECLINED
from stegvis.people.acting import acting_as
from stegvis.people.models import Role
from stegvis.protocol import queries as protocols
from stegvis.safety import queries as safety
from stegvis.trial import actions
from stegvis.trial.errors import KnowsTheArm, NotYours, StoppedAnswering, UnknownArm, UnmaskingNeedsWords
from stegvis.trial.models import CallAttempt, Unmasking
from tests.worlds import FRIDAY

ALL = "/en/outcomes/"


@pytest.fixture
def person(world):
    """Should have answered two weeks ago; the window is open."""
    return world.allocated(site=world.site, on=FRIDAY - timedelta(days=182))


@pytest.fixture
def assessor(world):
    return world.staff(Role.OUTCOME_ASSESSOR)


@pytest.fixture
def phone(browser, assessor):
    return browser(assessor)


def of(person, rest="", occasion="six_months"):
    return f"{ALL}{person.code}/{occasion}/{rest}"


def line(person, **more):
    return of(person, "answers/pain-intensity/pain-intensity/", **more)


def risk(person):
    return of(person, "answers/phq-9/phq9-7/")


def option(often):
    return next(
        each.key for each in protocols.questionnaire("phq-9").by_link_id["phq9-9"].options if each.ordinal == often
    )


# Taking the answers -----------------------------------------------------------------------------------------------
def test_the_list_leads_to_the_call_and_the_call_to_the_questions(person, phone):
    assert of(person) in phone.get(ALL).content.decode()
    page = phone.get(of(person)).content.decode()
    assert "070-174 06 99" in page.replace("\xa0", " ")
    assert of(person, "answers/?short") in page
    assert phone.get(of(person, "answers/?short"))["Location"] == f"{line(person)}?short"


def test_two_minutes_by_telephone_are_kept_as_such(person, phone, assessor):
    phone.post(f"{line(person)}?short", {"pain-intensity": "61"})
    review = phone.post(of(person, "answers/pain-map/pain-map/?short"), {"pain-map": ["b-neck"]})["Location"]
    assert review == of(person, "answers/review/?short")
    assert phone.post(review)["Location"] == ALL

    with acting_as(SYSTEM):
        assert set(Response.objects.filter(assessment__occasion="six_months").values_list("code", "mode")) == {
            ("pain-intensity", "phone"), ("pain-map", "phone"),
        }  # fmt: skip
        assert Answer.objects.latest("pk").saved_by == assessor.code
        assert assessments.assessment(person, "six_months").minimum_at is not None
        assert CallAttempt.objects.get().outcome == "answered"


def test_a_line_is_a_box_for_its_number_and_what_does_not_fit_is_asked_again(person, phone):
    assert 'type="range"' not in phone.get(line(person)).content.decode()
    wrong = phone.post(line(person), {"pain-intensity": "161"})
    assert wrong.status_code == 422
    assert "0 to 100" in wrong.content.decode()
    assert phone.post(line(person), {"pain-intensity": "61"}).status_code == 302


def test_the_questions_are_in_the_participants_language(world, phone):
    person = world.allocated(site=world.site, on=FRIDAY - timedelta(days=182), language="sv")
    assert '<h1 lang="sv">' in phone.get(line(person)).content.decode()


def test_a_worrying_answer_says_what_to_say_and_alerts_at_once(world, person, phone):
    page = phone.post(risk(person), {"phq9-9": option(2)}, follow=True).content.decode()

    assert "Är du trygg just nu" in page
    assert "112" in page
    assert "has been told, just now" in page
    with acting_as(world.coordinator()):
        assert safety.open_alerts_of(person).count() == 1


def test_a_calm_answer_goes_straight_on(person, phone):
    assert "/answers/gad-7/" in phone.post(risk(person), {"phq9-9": option(0)})["Location"]


# Who may ----------------------------------------------------------------------------------------------------------
def test_a_coordinator_takes_answers_before_randomisation_and_never_after(world, person, browser):
    early = world.consented()
    desk = browser(world.coordinator())
    assert desk.post(line(early, occasion="baseline"), {"pain-intensity": "50"}).status_code == 302
    assert desk.get(line(person)).status_code == 404
    with acting_as(world.coordinator()), pytest.raises(KnowsTheArm):
        actions.save_answers(
            assessment=world.assessment(person, "six_months"), instrument="pain-intensity",
            answers={"pain-intensity": 9}, language="sv", channel="phone", by=world.coordinator(),
        )  # fmt: skip


def test_nobody_else_takes_answers_and_no_one_elsewhere(world, person, browser):
    elsewhere = world.staff(Role.OUTCOME_ASSESSOR, world.sites[1])
    others = [world.staff(role) for role in (Role.THERAPIST, Role.PHYSIOTHERAPIST, Role.DATA_MANAGER)]
    assert {browser(each).get(line(person)).status_code for each in [elsewhere, *others]} == {404}


def test_staff_do_not_answer_as_if_they_were_the_person(world, person, assessor):
    with acting_as(assessor), pytest.raises(NotYours):
        actions.save_answers(
            assessment=world.assessment(person, "six_months"), instrument="pain-intensity",
            answers={"pain-intensity": 9}, language="sv", channel="web", by=assessor,
        )  # fmt: skip


def test_whoever_stopped_the_questions_is_not_asked_by_telephone_either(world, person, phone, assessor):
    world.withdraw(person, "questions")
    assert of(person) not in phone.get(ALL).content.decode()
    with acting_as(assessor), pytest.raises(StoppedAnswering):
        actions.save_answers(
            assessment=world.assessment(person, "six_months"), instrument="pain-intensity",
            answers={"pain-intensity": dict(DECLINED)}, language="sv", channel="phone", by=assessor,
        )  # fmt: skip


# Never the arm ----------------------------------------------------------------------------------------------------
TELLING = (
    "people_caseload", "programme_course", "programme_homework", "physiotherapy_visit", "allocation_allocation",
    "allocation_place", "safety_alert", "messaging_message", "trial_ratingcontext", "physiotherapy_plan",
)  # fmt: skip


@pytest.mark.parametrize("arm", ["intervention", "control"])
def test_the_database_shows_an_assessor_nothing_that_tells_the_arm(world, assessor, arm):
    person = world.allocated(arm=arm, site=None)
    world.withdraw(person, "plan")
    with acting_as(assessor), connection.cursor() as cursor:
        for table in TELLING:
            cursor.execute(f"SELECT count(*) FROM {table}")
            assert cursor.fetchone() == (0,), table
        cursor.execute("SELECT count(*) FROM consent_withdrawal WHERE layer NOT IN ('questions', 'everything')")
        assert cursor.fetchone() == (0,)
        cursor.execute("SELECT count(*) FROM audit_event WHERE tells_arm")
        assert cursor.fetchone() == (0,)


def test_the_pages_are_the_same_in_every_arm(world, browser):
    def seen(arm):
        person = world.allocated(arm=arm, on=FRIDAY - timedelta(days=182))
        client = browser(world.staff(Role.OUTCOME_ASSESSOR, person.site))
        pages = [client.get(address).content.decode() for address in (of(person), line(person))]
        return [len(page.replace(person.code, "").replace(person.site.name, "")) for page in pages]

    with_programme, without = seen("intervention"), seen("control")
    assert all(abs(a - b) < 60 for a, b in zip(with_programme, without, strict=True))


# Unmasking --------------------------------------------------------------------------------------------------------
def test_an_unmasking_is_kept_with_its_words_for_nobody_else(world, person, phone, assessor):
    kept = phone.post(
        of(person, "unmasked/"), {"said": "My therapist says so", "guessed": "intervention", "key": str(uuid4())}
    )
    assert kept["Location"] == of(person)

    with acting_as(assessor):
        row = Unmasking.objects.get()
        assert (row.said, row.guessed_arm, row.assessor) == ("My therapist says so", "intervention", assessor)
    for other in (world.coordinator(), world.staff(Role.STATISTICIAN), person.account):
        with acting_as(other):
            assert not Unmasking.objects.exists()
    with acting_as(world.coordinator()):
        event = Event.objects.get(verb="trial.unmasked")
        assert (event.detail, event.actor_code) == ({"occasion": "six_months"}, assessor.code)
    assert "leave this call to a colleague" in phone.get(ALL).content.decode()


def test_an_unmasking_needs_words_and_a_group_that_exists_and_is_kept_once(world, person, assessor):
    key = uuid4()

    def keep(said, **more):
        return actions.keep_unmasking(
            participant=person, occasion="six_months", said=said, key=key, by=assessor, **more
        )  # fmt: skip

    with acting_as(assessor):
        with pytest.raises(UnmaskingNeedsWords):
            keep(" ")
        with pytest.raises(UnknownArm):
            keep("x", guessed_arm="third")
        assert keep("x") == keep("x")
        assert Unmasking.objects.count() == 1
