"""Alerts are the same in both arms: the same rota is told; the therapist, where there is one, sees and does not close."""

from uuid import uuid4

import pytest

from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.audit.models import Event
from stegvis.people import actions as people
from stegvis.people.acting import acting_as
from stegvis.people.models import Role
from stegvis.reminders.models import PlannedMessage
from stegvis.safety import actions, queries
from stegvis.safety.errors import NotOnTheRota
from stegvis.trial import actions as trial

ARMS = ("intervention", "control")


def raised(person):
    with acting_as(person.account):
        return trial.something_is_wrong(participant=person, words="", key=uuid4(), by=person.account)


@pytest.mark.parametrize("arm", ARMS)
def test_the_sites_rota_is_told_whatever_the_arm(world, arm):
    person = world.allocated(arm=arm)
    alert = raised(person)

    with acting_as(SYSTEM):
        assert [each.account for each in queries.notices_of(alert)] == queries.rota(person.site)
        assert world.staff(Role.THERAPIST, person.site) not in queries.rota(person.site)


def test_the_therapist_sees_that_there_is_an_alert_and_whether_somebody_has_it(world, browser):
    person = world.allocated(arm="intervention")
    therapist, alert = world.clinician(person, Role.THERAPIST), raised(person)

    before = browser(therapist).get("/en/care/").content.decode()
    assert "Safety alert: the rota is told" in before
    coordinator = world.coordinator(person)
    with acting_as(coordinator):
        actions.take_step(alert=alert, step="acknowledged", by=coordinator)
    assert "Safety alert: the rota has it" in browser(therapist).get("/en/care/").content.decode()


def test_the_therapist_closes_none_unless_on_the_rota(world, browser):
    person = world.allocated(arm="intervention")
    therapist, alert = world.clinician(person, Role.THERAPIST), raised(person)

    assert browser(therapist).get(f"/en/trial/alerts/{alert.pk}/").status_code == 404
    with acting_as(therapist), pytest.raises(NotOnTheRota):
        actions.take_step(alert=alert, step="acknowledged", by=therapist)
    with acting_as(SYSTEM):
        actions.join_rota(site=person.site, account=therapist, by=SYSTEM)
    with acting_as(therapist):
        assert actions.take_step(alert=alert, step="acknowledged", by=therapist)


def letters(kind):
    with acting_as(SYSTEM):
        return set(PlannedMessage.objects.filter(kind=kind).values_list("account__code", flat=True))


def test_the_therapist_is_written_to_and_in_the_arm_without_one_nobody_more(world):
    raised(world.allocated(arm="control"))
    assert letters("alert_copy") == set()
    treated = world.allocated(arm="intervention")
    raised(treated)

    assert letters("alert_copy") == {world.clinician(treated, Role.THERAPIST).code}


def test_while_the_therapist_is_away_the_colleague_who_covers_is_written_to_as_well(world):
    person = world.allocated(arm="intervention")
    therapist, today = world.clinician(person, Role.THERAPIST), clock.today()
    with acting_as(SYSTEM):
        colleague = people.add_staff(
            role=Role.THERAPIST, email="c@example.org", name="C", sites=[person.site], by=SYSTEM
        )
    with acting_as(therapist):
        people.arrange_cover(
            clinician=therapist, covering=colleague, first=today, last=today, key=uuid4(), by=therapist
        )
    raised(person)

    assert letters("alert_copy") == {therapist.code, colleague.code}


def test_that_a_therapist_was_written_to_is_not_shown_to_those_who_are_blind(world):
    raised(world.allocated(arm="intervention"))

    def seen(role):
        with acting_as(world.staff(role)):
            return Event.objects.filter(verb="reminders.planned", tells_arm=True).count()

    assert seen(Role.STATISTICIAN) == seen(Role.COORDINATOR) == 0


# Out of hours ---------------------------------------------------------------------------------------------------------
SAID = {"en": "is closed now. Nobody there reads it until", "sv": "har stängt nu. Ingen där läser det förrän"}


@pytest.mark.parametrize("language", SAID)
def test_when_the_clinic_is_closed_the_person_hears_from_when_it_is_read(world, browser, language):
    visitor = browser(world.consented().account)
    with clock.frozen(clock.at(clock.today(), 22)):
        visitor.post(f"/{language}/something-is-wrong/", {"words": "", "key": uuid4()})
        page = visitor.get(f"/{language}/help/").content.decode()

    assert SAID[language] in page
    assert "112" in page


@pytest.mark.parametrize(
    ("language", "words"), [("en", "at night or at weekends"), ("sv", "på kvällar, nätter och helger")]
)
def test_help_now_says_when_nobody_reads_without_signing_in(world, browser, language, words):
    assert words in browser().get(f"/{language}/help/").content.decode()
