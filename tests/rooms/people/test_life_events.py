"""Life events: one action holds back every letter and call, a mistake loses nothing, and alerts go on."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction

from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.people.acting import acting_as
from stegvis.people.errors import NotAtThisSite, NotTheirRole
from stegvis.people.life import actions, queries
from stegvis.people.life.errors import NothingHeld, StillToCome
from stegvis.people.life.models import LifeEvent
from stegvis.protocol import queries as protocols
from stegvis.reminders import tasks
from stegvis.reminders.models import PlannedMessage, State
from stegvis.trial import actions as trial
from stegvis.trial import queries as trials


def keep(person, by, kind="in_hospital", **more):
    with acting_as(by):
        given = {"since": clock.today(), "key": uuid4()} | more
        return actions.keep(participant=person, kind=kind, by=by, **given)


def go_on(person, by):
    with acting_as(by):
        return trial.go_on(participant=person, reason="home again", by=by)


@pytest.fixture
def person(world):
    """Someone who has consented: the baseline is open, its reminders are planned."""
    return world.consented()


@pytest.fixture
def baseline(world, person):
    return world.assessment(person, world.baseline)


def send_on(day):
    with clock.frozen(clock.at(day, 17)):
        return tasks.send_due()


def test_nothing_is_sent_while_an_event_is_open_and_only_the_last_reminder_of_an_occasion_afterwards(
    world, person, baseline, mailoutbox
):
    tasks.send_due()
    before = len(mailoutbox)
    keep(person, world.coordinator())
    for days in (0, 4, 10):
        send_on(baseline.opens_on + timedelta(days=days))
    assert len(mailoutbox) == before

    with clock.frozen(clock.at(baseline.opens_on + timedelta(days=10), 18)):
        go_on(person, world.coordinator())
        tasks.send_due()
    with acting_as(SYSTEM):
        states = PlannedMessage.objects.filter(kind="reminder").order_by("due_at").values_list("state", flat=True)
        assert list(states) == [State.NOT_DUE, State.NOT_DUE, State.SENT]


def test_nobody_is_asked_to_call_and_the_day_to_ask_again_comes_up(world, person, baseline):
    coordinator, day = world.coordinator(), baseline.opens_on + timedelta(days=14)

    def called():
        return [each.assessment for each in trials.to_call([world.site.pk], protocols.current())]

    with world.acting(coordinator, day):
        assert called() == [baseline]
        keep(person, coordinator, ask_again_on=day)
        assert called() == []
        assert [each.participant for each in queries.to_ask_again([world.site.pk])] == [person]


def test_an_alert_stays_open_and_its_rota_is_told(world, person, mailoutbox):
    keep(person, world.coordinator())
    before = len(mailoutbox)
    with acting_as(person.account):
        trial.something_is_wrong(participant=person, words="", key=uuid4(), by=person.account)
    tasks.send_due()

    assert len(mailoutbox) > before
    assert person.account.email not in [to for mail in mailoutbox[before:] for to in mail.to]


def test_the_newest_event_holds_and_the_same_form_twice_makes_one(world, person):
    first, key = keep(person, world.coordinator()), uuid4()
    assert keep(person, world.coordinator(), "deceased", key=key) == keep(
        person, world.coordinator(), "deceased", key=key
    )
    with acting_as(world.coordinator()):
        assert queries.event_now(person).kind == "deceased"
        assert LifeEvent.objects.get(pk=first.pk).ended_at is not None


def test_it_is_the_coordinators_of_the_site_to_say(world, person):
    for other, refusal in (
        (world.clinician(world.baseline_done(), "physiotherapist"), NotTheirRole),
        (world.coordinator(world.sites[1]), NotAtThisSite),
    ):
        with pytest.raises(refusal):
            keep(person, other)
    with pytest.raises(StillToCome):
        keep(person, world.coordinator(), since=clock.today() + timedelta(days=1))
    with pytest.raises(NothingHeld):
        go_on(person, world.coordinator())


def test_an_event_is_seen_at_its_site_only_and_never_removed(world, person):
    event = keep(person, world.coordinator(), words="Told by her sister")
    seen = {}
    for role in ("physiotherapist", "outcome_assessor", "statistician"):
        with acting_as(world.staff(role)):
            seen[role] = LifeEvent.objects.count()
    with acting_as(world.coordinator(world.sites[1])):
        assert LifeEvent.objects.count() == 0
    assert seen == {"physiotherapist": 1, "outcome_assessor": 1, "statistician": 0}
    with acting_as(SYSTEM), pytest.raises(DatabaseError), transaction.atomic():
        LifeEvent.objects.filter(pk=event.pk).update(kind="other")
