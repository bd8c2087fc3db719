"""How a participant is reached in an alert: optional, encrypted, and verified on a day by the person's own word."""

from datetime import timedelta

import pytest
from django.db import connection

from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.audit.models import Event
from stegvis.people import actions, queries
from stegvis.people.acting import acting_as
from stegvis.people.errors import IdentityErased, NotAtThisSite, NotTheirRole
from stegvis.people.models import Role
from stegvis.people.queries import REACHED_BY
from tests.rooms.conftest import make_staff

GIVEN = {"address": "Storgatan 1, Alingsås", "next_of_kin": "Kim, sister", "next_of_kin_phone": "070-174 06 77"}


def keep(participant, by, verified=REACHED_BY, **instead):
    with acting_as(by):
        actions.keep_reach(participant=participant, **(GIVEN | instead), verified=verified, by=by)
        return queries.identity_of(participant)


def days(identity):
    return [getattr(identity, f"{name}_verified_on") for name in REACHED_BY]


def test_the_participant_and_the_coordinator_keep_it(participant, coordinator):
    assert keep(participant, participant.account).address == GIVEN["address"]
    assert keep(participant, coordinator, next_of_kin="Robin, neighbour").next_of_kin == "Robin, neighbour"


def test_others_do_not(participant, control, physiotherapist, other_coordinator):
    for other, refusal in (
        (control.account, NotTheirRole), (physiotherapist, NotTheirRole), (other_coordinator, NotAtThisSite),
    ):  # fmt: skip
        with pytest.raises(refusal):
            keep(participant, other)


def test_what_the_person_confirms_is_verified_that_day(participant, coordinator):
    assert days(keep(participant, participant.account)) == [clock.today()] * 3
    with clock.frozen(clock.now() + timedelta(days=40)):
        later = keep(participant, coordinator, verified=["phone"])
        assert days(later) == [clock.today(), *[clock.today() - timedelta(days=40)] * 2]


def test_what_is_changed_or_emptied_without_asking_is_no_longer_verified(participant, coordinator):
    keep(participant, participant.account)
    changed = keep(participant, coordinator, verified=[], address="", next_of_kin_phone="070-174 06 78")

    assert days(changed) == [clock.today(), None, None]


def test_a_corrected_number_is_no_longer_verified(participant, coordinator):
    keep(participant, participant.account)
    with acting_as(coordinator):
        actions.correct_identity(
            participant=participant, name="Made Up", email="m@example.org", phone="070-174 06 01", by=coordinator
        )
        assert days(queries.identity_of(participant)) == [None, clock.today(), clock.today()]


def test_after_an_erasure_nothing_is_collected_again(participant, coordinator):
    with acting_as(SYSTEM):
        actions.erase_identity(participant=participant, reason="asked for", by=SYSTEM)
    with pytest.raises(IdentityErased):
        keep(participant, coordinator)


def test_it_lies_encrypted_and_stays_out_of_the_record(participant):
    keep(participant, participant.account)
    with acting_as(SYSTEM), connection.cursor() as cursor:
        assert "Storgatan" not in str(Event.objects.get(verb="people.reach_kept").detail)
        cursor.execute("SELECT address FROM people_identity WHERE address IS NOT NULL")
        assert b"Storgatan" not in bytes(cursor.fetchone()[0])


def test_whoever_works_at_the_site_and_talks_with_the_person_confirms_in_one_step_what_is_kept(
    participant, coordinator, physiotherapist, site, outsider
):
    keep(participant, coordinator, verified=[], address="")
    for account in (physiotherapist, make_staff(Role.OUTCOME_ASSESSOR, site)):
        with clock.frozen(clock.now() + timedelta(days=account.pk)), acting_as(account):
            actions.confirm_reach(participant=participant, by=account)
            assert days(queries.identity_of(participant)) == [clock.today(), None, clock.today()]
    with pytest.raises(NotAtThisSite), acting_as(outsider):
        actions.confirm_reach(participant=participant, by=outsider)


def test_whether_somebody_close_may_be_called_is_the_persons_to_say_and_goes_with_them(participant, coordinator):
    agreed = keep(participant, participant.account, may_call_next_of_kin=True)
    assert agreed.next_of_kin_agreed_on == clock.today()
    nobody = keep(participant, coordinator, next_of_kin="", next_of_kin_phone="", may_call_next_of_kin=True)
    assert nobody.next_of_kin_agreed_on is None
