"""Cover: while a therapist is away a colleague sees to their people, in those days only."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction

from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.audit.models import Event
from stegvis.messaging import policies as messaging
from stegvis.messaging.models import Channel
from stegvis.people import actions, policies, queries
from stegvis.people.acting import acting_as
from stegvis.people.errors import (
    AbsenceBackwards,
    AbsenceTooLong,
    CoveredAlready,
    CoverElsewhere,
    CoverIsAway,
    CoverIsOneself,
    CoversForOthers,
    NotInYourCaseload,
    NotTheirRole,
)
from stegvis.people.models import Absence, Role
from tests.rooms.conftest import FRIDAY, make_staff

DAY = timedelta(days=1)
MONDAY, WEDNESDAY = FRIDAY + 3 * DAY, FRIDAY + 5 * DAY


@pytest.fixture
def colleague(site, other_site):
    """A second therapist, who works at both sites."""
    return make_staff(Role.THERAPIST, site, other_site)


def arrange(clinician, covering, first=MONDAY, last=WEDNESDAY, *, by=None, key=None):
    by = by or clinician
    with acting_as(by):
        return actions.arrange_cover(
            clinician=clinician, covering=covering, first=first, last=last, key=key or uuid4(), by=by
        )


def has(account, person, day: date):
    with acting_as(account), clock.frozen(clock.at(day, 12)):
        return queries.in_caseload(account, person)


def test_whoever_covers_has_the_caseload_in_those_days_only(participant, therapist, colleague):
    arrange(therapist, colleague)

    days = [MONDAY - DAY, MONDAY, WEDNESDAY, WEDNESDAY + DAY]
    assert [has(colleague, participant, day) for day in days] == [False, True, True, False]
    assert all(has(therapist, participant, day) for day in days), "whoever is away keeps their people"


def test_what_a_caseload_permits_is_permitted_and_refused_with_it(participant, therapist, colleague):
    arrange(therapist, colleague, FRIDAY, FRIDAY)

    with acting_as(colleague):
        policies.check_caseload(colleague, participant)
        assert messaging.can_read(colleague, participant, Channel.THERAPIST)
        with clock.frozen(clock.at(FRIDAY + DAY)), pytest.raises(NotInYourCaseload):
            policies.check_caseload(colleague, participant)


def test_a_physiotherapists_people_are_not_covered_with_them(participant, control, therapist, colleague):
    arrange(therapist, colleague, FRIDAY, FRIDAY)

    assert not has(colleague, control, FRIDAY)


def test_a_colleague_arranges_it_for_somebody_who_is_ill_and_the_record_says_who(therapist, colleague):
    row = arrange(therapist, colleague, by=colleague)

    assert row.made_by == colleague
    with acting_as(colleague):
        event = Event.objects.get(verb="people.cover_arranged")
    assert (event.actor_code, event.participant) == (colleague.code, "")
    assert event.detail["clinician"] == therapist.code


def test_the_same_form_twice_arranges_it_once(therapist, colleague):
    key = uuid4()
    assert arrange(therapist, colleague, key=key) == arrange(therapist, colleague, key=key)


def test_ended_earlier_it_is_over_at_once_and_the_row_stays(participant, therapist, colleague):
    row = arrange(therapist, colleague, FRIDAY, WEDNESDAY)
    with acting_as(therapist):
        actions.end_cover(absence=row, by=therapist)
        assert Absence.objects.get().ended_at is not None
        with pytest.raises(DatabaseError), transaction.atomic():
            Absence.objects.update(until_on=FRIDAY)

    assert not has(colleague, participant, FRIDAY)
    assert arrange(therapist, colleague, FRIDAY, WEDNESDAY), "the days are free again"


@pytest.mark.parametrize(
    ("first", "last", "refusal"),
    [
        (WEDNESDAY, MONDAY, AbsenceBackwards),
        (FRIDAY - 3 * DAY, FRIDAY - DAY, AbsenceBackwards),
        (FRIDAY, FRIDAY + 200 * DAY, AbsenceTooLong),
    ],
)
def test_days_that_cannot_be_are_refused(therapist, colleague, first, last, refusal):
    with pytest.raises(refusal):
        arrange(therapist, colleague, first, last)


def test_nobody_covers_for_themselves_from_another_site_or_in_another_role(
    therapist, colleague, other_therapist, physiotherapist, coordinator
):
    for covering, refusal in (
        (therapist, CoverIsOneself), (other_therapist, CoverElsewhere), (physiotherapist, NotTheirRole),
    ):  # fmt: skip
        with pytest.raises(refusal):
            arrange(therapist, covering)
    for by in (coordinator, other_therapist, physiotherapist):
        with pytest.raises(NotTheirRole):
            arrange(therapist, colleague, by=by)


def test_days_that_meet_another_absence_are_refused(site, therapist, colleague):
    with acting_as(SYSTEM):
        third = actions.add_staff(role="therapist", email="3@example.org", name="Third", sites=[site], by=SYSTEM)
    arrange(therapist, colleague)

    with pytest.raises(CoveredAlready, match="is covered by"):
        arrange(therapist, third, WEDNESDAY, WEDNESDAY + DAY)
    with pytest.raises(CoverIsAway):
        arrange(third, therapist, MONDAY, MONDAY)
    both = make_staff(Role.THERAPIST, *queries.sites_of(colleague)[::-1])
    with pytest.raises(CoversForOthers):
        arrange(colleague, both, MONDAY - DAY, MONDAY)
    assert arrange(therapist, third, WEDNESDAY + DAY, WEDNESDAY + 2 * DAY), "the days after are free"


def test_absences_are_seen_by_therapists_and_not_by_blind_roles(therapist, colleague, coordinator, data_manager):
    arrange(therapist, colleague)

    for account, sees in ((therapist, True), (colleague, True), (coordinator, False), (data_manager, False)):
        with acting_as(account):
            assert Absence.objects.exists() is sees
