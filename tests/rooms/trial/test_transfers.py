"""A person goes on at another site: in two steps or one; whoever cares for them changes at once, and what was drawn stays."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from stegvis.allocation import queries as allocation
from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.audit.models import Event, Reading
from stegvis.audit.reading import record_reading
from stegvis.methods.study.caseloads import Caseloads
from stegvis.people import queries as people
from stegvis.people.acting import acting_as
from stegvis.people.errors import NotAtThisSite, NotTheirRole
from stegvis.people.models import Caseload, Identity, Posting, Role
from stegvis.reminders import writing
from stegvis.reminders.models import PlannedMessage
from stegvis.reporting import queries as extracts
from stegvis.safety import queries as safety
from stegvis.safety.models import Rota
from stegvis.trial import actions, queries
from stegvis.trial.errors import CaseloadFull
from stegvis.trial.models import Screening, Transfer, TransferEnd
from stegvis.trial.transfers import queries as transfers
from stegvis.trial.transfers.errors import (
    CannotReceive,
    LeftAlready,
    NotAReasonToTransfer,
    NotYourTransfer,
    SameSite,
    TransferDayIsOver,
    TransferEnded,
    TransferTooEarly,
    TransferWaits,
)


@pytest.fixture
def there(world):
    """The other site."""
    return world.sites[1]


def hands_over(world, person, to, *, by=None, on=None, reason="moved", key=None):
    coordinator = by or world.coordinator(person)
    with acting_as(coordinator):
        return actions.hand_over_to_site(
            participant=person, to=to, reason=reason, moves_on=on or clock.today(), key=key or uuid4(), by=coordinator
        )


def takes_over(world, transfer, *, by=None, **more):
    coordinator = by or world.coordinator(transfer.to_site)
    with acting_as(coordinator):
        return actions.take_over_from_site(transfer=transfer, by=coordinator, **more)


def moved(world, person, to, **more):
    return takes_over(world, hands_over(world, person, to), **more)


def works_at_both(world, there):
    coordinator = world.coordinator()
    with acting_as(SYSTEM):
        Posting.objects.create(account=coordinator, site=there, from_at=clock.now())
    return coordinator


# Two steps, or one ----------------------------------------------------------------------------------------------------
def test_one_site_hands_over_and_nothing_changes_until_the_other_takes_over(world, there):
    person = world.allocated(site=world.site)
    key = uuid4()
    transfer = hands_over(world, person, there, key=key)
    assert hands_over(world, person, there, key=key) == transfer
    person.refresh_from_db()
    assert person.site == world.site
    with acting_as(world.coordinator(there)):
        assert list(transfers.waiting_for([there.pk])) == [transfer]
    with acting_as(world.coordinator(world.site)):
        assert list(transfers.waiting_elsewhere([world.site.pk])) == [transfer]

    enrolment = takes_over(world, transfer)
    person.refresh_from_db()
    assert (person.site, enrolment.site, person.code) == (there, there, f"{world.site.code}-001")
    for site in (world.site, there):
        with acting_as(world.coordinator(site)):
            (row,) = transfers.transfers_of(person)
            assert (row.end.how, row.reason, row.moves_on) == ("taken_over", "moved", clock.today())
            assert (row.handed_over_by, row.end.ended_by) == (world.coordinator(world.site), world.coordinator(there))
            assert not transfers.waiting_for([there.pk]).exists()


def test_whoever_works_at_both_sites_does_it_in_one_step(world, there):
    person = world.baseline_done(site=world.site)
    both, key = works_at_both(world, there), uuid4()
    for _twice in range(2):
        with acting_as(both):
            given = {"participant": person, "to": there, "reason": "asked", "key": key, "by": both}
            assert actions.move_to_site(**given).site == there
        person.refresh_from_db()
    with acting_as(both):
        assert [each.end.how for each in transfers.transfers_of(person)] == ["taken_over"]


def test_whoever_works_at_one_of_them_cannot(world, there):
    person = world.baseline_done(site=world.site)
    for coordinator, refusal in ((world.coordinator(), NotYourTransfer), (world.coordinator(there), NotAtThisSite)):
        with pytest.raises(refusal), acting_as(coordinator):
            actions.move_to_site(participant=person, to=there, reason="asked", key=uuid4(), by=coordinator)
    person.refresh_from_db()
    assert person.site == world.site


def test_what_is_no_transfer_is_refused(world, there):
    person, left = world.allocated(site=world.site), world.consented(site=world.site)
    yesterday = clock.today() - timedelta(days=1)
    for refusal, more in (
        (SameSite, {"to": world.site}),
        (NotAReasonToTransfer, {"reason": "tired of them"}),
        (TransferDayIsOver, {"on": yesterday}),
        (NotAtThisSite, {"by": world.coordinator(there)}),
        (NotTheirRole, {"by": world.staff(Role.PHYSIOTHERAPIST)}),
    ):
        with pytest.raises(refusal):
            hands_over(world, person, **({"to": there} | more))
    with acting_as(world.coordinator()):
        actions.leave_before_randomisation(participant=left, why="changed_mind", by=world.coordinator())
    with pytest.raises(LeftAlready):
        hands_over(world, left, there)
    hands_over(world, person, there)
    with pytest.raises(TransferWaits, match="Take that back first"):
        hands_over(world, person, there)


def test_it_is_answered_once_by_whom_it_concerns_and_not_before_its_day(world, there):
    person = world.allocated(site=world.site)
    here, their = world.coordinator(), world.coordinator(there)
    later = hands_over(world, person, there, on=clock.today() + timedelta(days=3))
    with pytest.raises(TransferTooEarly, match="until then"):
        takes_over(world, later)
    for how, wrong, right in (("declined", here, their), ("taken_back", their, here)):
        transfer = later if how == "declined" else hands_over(world, person, there)
        with pytest.raises(NotYourTransfer), acting_as(wrong):
            actions.end_transfer(transfer=transfer, how=how, by=wrong)
        with acting_as(right):
            assert actions.end_transfer(transfer=transfer, how=how, by=right).how == how
        with pytest.raises(TransferEnded):
            takes_over(world, transfer)
        if how == "declined":
            with acting_as(here):
                assert list(transfers.declined([world.site.pk])) == [transfer]
    with acting_as(here):
        assert not transfers.declined([world.site.pk]).exists()  # it has been handed over again since
    person.refresh_from_db()
    assert person.site == world.site


@pytest.mark.parametrize(
    ("role", "missing"), [("therapist", "no therapist"), ("physiotherapist", "no physiotherapist"), ("", "safety rota")]
)
def test_a_site_that_lacks_somebody_takes_over_nobody_whatever_the_arm(world, there, role, missing):
    people_ = [world.allocated(arm=arm, site=world.site) for arm in ("intervention", "control")]
    with acting_as(SYSTEM):
        if role:
            Posting.objects.filter(site=there, account__role=role).update(until_at=clock.now())
        else:
            Rota.objects.filter(site=there).update(until_at=clock.now())
    for person in people_:
        with pytest.raises(CannotReceive, match=missing):
            hands_over(world, person, there)


# Care -----------------------------------------------------------------------------------------------------------------
def caring(person):
    with acting_as(SYSTEM):
        return {row.role: row.clinician for row in Caseload.objects.filter(participant=person, until_at=None)}


@pytest.mark.parametrize("arm", ["intervention", "control"])
def test_who_had_a_clinician_has_one_at_the_new_site_at_once(world, there, arm):
    person = world.allocated(arm=arm, site=world.site)
    before = caring(person)
    moved(world, person, there)
    after = caring(person)
    assert (
        set(after)
        == set(before)
        == ({"physiotherapist", "therapist"} if arm == "intervention" else {"physiotherapist"})
    )
    with acting_as(SYSTEM):
        assert all(people.works_at(each, there) for each in after.values())
        assert not queries.without_physiotherapist([world.site.pk, there.pk]).exists()
    with acting_as(SYSTEM):
        letter = PlannedMessage.objects.get(participant=person, kind="site_changed")
        _address, subject, body = writing.write(letter)
    assert subject == "Din mottagning i studien"
    assert f"{there.name} hand om dig" in body
    assert there.phone in body


def test_the_new_site_chooses_the_physiotherapist_within_the_limit(world, there, monkeypatch):
    person, other = world.allocated(site=world.site), world.allocated(site=there)
    busy = world.clinician(other, Role.PHYSIOTHERAPIST)
    transfer = hands_over(world, person, there)
    with pytest.raises(NotAtThisSite):
        takes_over(world, transfer, physiotherapist=world.staff(Role.PHYSIOTHERAPIST, world.site))
    full = world.protocol.model_copy(update={"caseloads": Caseloads(physiotherapist=1)})
    with monkeypatch.context() as patch:
        patch.setattr(queries, "protocol_of", lambda enrolment: full)
        with pytest.raises(CaseloadFull):
            takes_over(world, transfer, physiotherapist=busy)
    person.refresh_from_db()
    assert person.site == world.site
    takes_over(world, transfer, physiotherapist=busy)
    assert caring(person)["physiotherapist"] == busy


def test_a_clinician_who_works_at_both_sites_keeps_the_person(world, there):
    person = world.allocated(arm="intervention", site=world.site)
    before = caring(person)
    with acting_as(SYSTEM):
        for account in before.values():
            Posting.objects.create(account=account, site=there, from_at=clock.now())
    moved(world, person, there)
    assert caring(person) == before


def test_an_open_alert_goes_along_and_the_new_rota_is_told(world, there):
    person = world.allocated(site=world.site)
    with acting_as(person.account):
        raised = actions.something_is_wrong(participant=person, words="It hurts", key=uuid4(), by=person.account)
    moved(world, person, there)
    rota = safety.rota(there)
    with acting_as(rota[0]):
        assert [each.pk for each in safety.open_alerts([there.pk])] == [raised.pk]
        assert {each.account for each in safety.notices_of(raised)} >= set(rota)
    with acting_as(SYSTEM):
        written = {each.account for each in PlannedMessage.objects.filter(key__startswith=f"alert:{raised.pk}:")}
    assert written >= set(rota)
    only_here = next(each for each in safety.rota(world.site) if each not in rota)
    with acting_as(only_here):
        assert safety.alert(raised.pk) is None
    assert raised.respond_by == safety_alert(raised).respond_by


def safety_alert(raised):
    with acting_as(SYSTEM):
        return safety.alert(raised.pk)


# Who sees what --------------------------------------------------------------------------------------------------------
def test_the_first_site_sees_the_person_no_more_and_what_happened_there_stays(world, there):
    person = world.allocated(arm="intervention", site=world.site)
    before = {role: world.staff(role, world.site) for role in ("coordinator", "physiotherapist", "therapist")}
    with acting_as(before["therapist"]):
        told = Event.objects.filter(participant=person.code, tells_arm=True).count()
        assert told
    with acting_as(before["coordinator"]):
        record_reading(participant_code=person.code, kind="overview", by=before["coordinator"])
    moved(world, person, there)
    for role, account in before.items():
        with acting_as(account):
            assert not Identity.objects.filter(participant=person).exists()
            assert not Caseload.objects.filter(participant=person).exists()
            assert not Screening.objects.filter(participant=person).exists()
            seen = Event.objects.filter(participant=person.code, tells_arm=True).exclude(actor_id=account.pk)
            assert not seen.exists(), role
    for role in before:
        with acting_as(world.staff(role, there)):
            assert Identity.objects.filter(participant=person).exists()
            assert Caseload.objects.filter(participant=person).exists()
    with acting_as(world.staff("therapist", there)):
        assert Event.objects.filter(participant=person.code, tells_arm=True).count() >= told
    with acting_as(world.coordinator(there)):
        record_reading(participant_code=person.code, kind="overview", by=world.coordinator(there))
        Event.objects.get(verb="trial.handed_over_to_site", site=world.site.code)
        Event.objects.get(verb="trial.taken_over_from_site", site=there.code)
    with acting_as(SYSTEM):
        assert set(Reading.objects.filter(participant=person.code, kind="overview").values_list("site", flat=True)) == {
            world.site.code, there.code,
        }  # fmt: skip


def test_a_third_site_learns_nothing_of_it_and_no_row_is_changed(world, there):
    person = world.allocated(site=world.site)
    moved(world, person, there)
    third = world.coordinator(world.sites[2])
    for account in (third, world.staff(Role.PHYSIOTHERAPIST, there), person.account):
        with acting_as(account):
            assert not Transfer.objects.exists()
            assert not TransferEnd.objects.exists()
    for table in ("trial_transfer", "trial_transferend"):
        with (
            acting_as(SYSTEM), pytest.raises(DatabaseError, match=r"permission denied|never changed"),
            transaction.atomic(), connection.cursor() as cursor,
        ):  # fmt: skip
            cursor.execute(f"UPDATE {table} SET id = id")


def test_stratum_and_arm_and_the_site_of_the_analysis_stay_as_they_were_drawn(world, there):
    person, stays = world.allocated(site=world.site), world.allocated(site=there)
    with acting_as(SYSTEM):
        stratum, arm = allocation.stratum_given(person), world.arm_of(person)
    moved(world, person, there)
    with acting_as(SYSTEM):
        assert (allocation.stratum_given(person), world.arm_of(person)) == (stratum, arm)
        sites = {row.participant: row.site for row in extracts.participants([])}
    assert sites == {person.code: world.site.code, stays.code: there.code}


def test_whoever_changes_before_the_draw_is_drawn_at_the_new_site(world, there):
    person = world.planned(site=world.site)
    moved(world, person, there)
    person.refresh_from_db()
    world.randomise(person, on=clock.today() + timedelta(days=1))
    with acting_as(SYSTEM):
        assert {row.participant: row.site for row in extracts.participants([])} == {person.code: there.code}
