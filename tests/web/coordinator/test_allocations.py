"""The coordinator's pages about allocations: by telephone while the system was down, in an emergency, and by accident."""

from uuid import uuid4

import pytest

from stegvis.allocation import actions as allocation
from stegvis.allocation import queries as allocations
from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.methods.randomisation.blocks import generate
from stegvis.people.acting import acting_as
from stegvis.people.models import Role
from stegvis.safety import actions as safety
from stegvis.trial import queries as trials
from tests.web.coordinator.test_pages import PASSWORD, address, coordinator, desk, text

__all__ = ["coordinator", "desk"]


@pytest.fixture
def reserve(world):
    """A reserve of the trial, loaded."""
    arms, strata = [arm.code for arm in world.protocol.arms], list(world.protocol.strata)
    made = generate(arms=arms, ratio=[1] * len(arms), block_sizes=[4], strata=strata, per_stratum=8, seed=21)
    allocation.load_sequence(csv_text=made.csv(), seed_kind="typed", reserve=True, by=SYSTEM)
    return [place.arm for place in made.places if place.stratum == world.site.code]


def read_out(told, **other):
    day = clock.today()
    return {
        "position": "1", "told_arm": told, "read_by": "Ann Off-Site", "day_day": day.day, "day_month": day.month,
        "day_year": day.year, "time": "08:30", "password": PASSWORD, "key": uuid4(), **other,
    }  # fmt: skip


def accident(**other):
    day = clock.today()
    return {
        "learner": "assessor", "learnt_on_day": day.day, "learnt_on_month": day.month, "learnt_on_year": day.year,
        "how": "Read a letter aloud", "what_follows": "A colleague calls from now on", "key": uuid4(), **other,
    }  # fmt: skip


def raise_alert(world, person):
    rule = world.protocol.safety.rules[0]
    return safety.raise_alert(participant=person, trigger=rule.code, source="a test", grade=rule.grade, by=SYSTEM)


@pytest.mark.parametrize("is_as_told", [True, False])
def test_what_was_read_out_is_entered_and_shows_the_group_of_the_reserve(world, desk, reserve, is_as_told):
    person, arms = world.planned(), [arm.code for arm in world.protocol.arms]
    page = address(person, "randomise/reserve/")
    assert page in text(desk.get(address(person, "randomise/")))
    told = reserve[0] if is_as_told else next(arm for arm in arms if arm != reserve[0])

    shown = text(desk.post(page, read_out(told)))

    name = next(arm.name.in_language("en") for arm in world.protocol.arms if arm.code == reserve[0])
    assert f'<p class="sv-allocation">{name}</p>' in shown
    assert ("not the group that you were told" in shown) is not is_as_told
    assert world.arm_of(person) == reserve[0]
    with acting_as(SYSTEM):
        assert trials.enrolment(person).randomised_at == clock.at(clock.today(), 8, 30)


def test_what_cannot_have_been_read_out_randomises_nobody(world, desk, reserve):
    person = world.planned()
    page = address(person, "randomise/reserve/")
    for wrong, sentence in (
        ({"position": "2"}, "is 1, and 2 was given"),
        ({"time": "23:59"}, "cannot have been read later than now"),
        ({"password": "something else"}, "Nobody has been randomised"),
    ):
        refused = desk.post(page, read_out(reserve[0], **wrong))
        assert (refused.status_code, sentence in text(refused)) == (422, True)
    with acting_as(SYSTEM):
        assert not allocations.is_allocated(person)


def test_whoever_is_randomised_already_is_not_entered_again(world, desk, reserve):
    person = world.allocated(site=world.site)
    answer = desk.post(address(person, "randomise/reserve/"), read_out(reserve[0]), follow=True)
    assert "and that stands" in text(answer)


def test_an_emergency_shows_the_group_at_once_and_waits_until_a_second_person_is_told(world, desk):
    person = world.allocated(site=world.site)
    shown = text(desk.post(address(person, "allocation/"), {"kind": "emergency", "reason": "Taken to hospital"}))
    assert '<p class="sv-allocation">' in shown
    with acting_as(world.coordinator()):
        (row,) = [each for each in allocations.disclosures_of(person) if each.kind == "emergency"]
    page = address(person, f"allocation/{row.pk}/told/")
    assert page in text(desk.get("/en/trial/"))

    assert desk.post(page, {"whom": world.coordinator().code}).status_code == 422
    kept = text(desk.post(page, {"whom": "Karin Ek, responsible researcher"}, follow=True))
    assert "told of it: Karin Ek" in kept
    assert page not in text(desk.get("/en/trial/"))


def test_whoever_answers_an_alert_is_shown_the_group_in_an_emergency(world, browser, desk):
    person = world.allocated(site=world.site)
    physiotherapist = world.staff(Role.PHYSIOTHERAPIST)
    with acting_as(SYSTEM):
        safety.join_rota(site=world.site, account=physiotherapist, by=SYSTEM)
        alert = raise_alert(world, person)
    page = f"/en/trial/alerts/{alert.pk}/allocation/"
    clinic = browser(physiotherapist)
    assert page in text(clinic.get(f"/en/trial/alerts/{alert.pk}/"))

    assert clinic.post(page, {"reason": " "}).status_code == 422
    assert '<p class="sv-allocation">' in text(clinic.post(page, {"reason": "Taken to hospital"}))
    assert "a second person is to be told" in text(desk.get("/en/trial/"))
    elsewhere = world.staff(Role.PHYSIOTHERAPIST, world.sites[1])
    assert browser(elsewhere).post(page, {"reason": "Taken to hospital"}).status_code == 404


def test_a_group_that_became_known_is_kept_with_what_follows(world, desk):
    person = world.allocated(site=world.site)
    page = address(person, "allocation/became-known/")
    assert page in text(desk.get(address(person, "allocation/")))
    assert desk.post(page, accident(what_follows="")).status_code == 422
    kept = text(desk.post(page, accident(), follow=True))
    assert "A colleague calls from now on" in kept
    assert "Stratum when randomised" in kept
    assert "The arm became known to whom it should not" in text(desk.get("/en/trial/deviations/"))


def test_a_mistake_of_a_randomisation_is_kept_and_waits_to_be_judged(world, desk):
    person, day = world.allocated(site=world.site), clock.today()
    page = address(person, "allocation/mistake/")
    assert page in text(desk.get(address(person, "allocation/")))
    given = {
        "kind": "wrong_stratum", "noticed_on_day": day.day, "noticed_on_month": day.month, "noticed_on_year": day.year,
        "how": "The site was typed wrong", "what_follows": "Read back from now on", "key": uuid4(),
    }  # fmt: skip
    assert desk.post(page, given | {"how": ""}).status_code == 422
    kept = text(desk.post(page, given, follow=True))
    assert "The site was typed wrong · What follows: Read back from now on" in kept
    assert "Randomised in the wrong stratum" in text(desk.get("/en/trial/"))


def test_a_mistake_of_somebody_not_randomised_has_no_page(world, desk):
    assert desk.get(address(world.planned(), "allocation/mistake/")).status_code == 404


@pytest.mark.parametrize("role", [Role.OUTCOME_ASSESSOR, Role.PHYSIOTHERAPIST, Role.STATISTICIAN, Role.DATA_MANAGER])
def test_nobody_else_opens_these_pages(world, browser, role):
    person = world.allocated(site=world.site)
    for page in ("allocation/", "allocation/became-known/", "allocation/mistake/", "randomise/reserve/"):
        assert browser(world.staff(role)).get(address(person, page)).status_code in (403, 404)


def test_another_site_sees_none_of_it(world, browser):
    person, elsewhere = world.allocated(site=world.site), world.coordinator(world.sites[1])
    for page in ("allocation/", "allocation/became-known/", "allocation/mistake/", "randomise/reserve/"):
        assert browser(elsewhere).get(address(person, page)).status_code == 404
