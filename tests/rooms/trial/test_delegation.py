"""Delegation: the lead of a site signs for whoever is trained, the protocol refuses without where it says so, sites close."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction

from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.methods.study.delegation import Delegation as Rules
from stegvis.people.acting import acting_as
from stegvis.people.errors import NotTheirRole
from stegvis.protocol import queries as protocols
from stegvis.trial.delegation import actions, policies, queries
from stegvis.trial.delegation.errors import (
    NoLead,
    NotDelegated,
    NotTheLead,
    NotThisRole,
    NotTrained,
    SiteClosedToRandomisation,
    SiteClosedToRecruitment,
)
from stegvis.trial.delegation.models import Delegation, Training

TOPICS = ("gcp", "protocol")


@pytest.fixture
def lead(world):
    """The coordinator of the first site, named by an administrator to lead it."""
    with acting_as(world.staff("administrator")):
        actions.name_lead(site=world.site, account=world.coordinator(), by=world.staff("administrator"))
    return world.coordinator()


def train(world, lead, account):
    with acting_as(lead):
        for topic in TOPICS:
            actions.keep_training(
                account=account, site=world.site, topic=topic, trained_on=clock.today(), key=uuid4(), by=lead
            )


def delegate(world, lead, account, task, **more):
    with acting_as(lead):
        given = {"from_on": clock.today(), "key": uuid4()} | more
        return actions.delegate(account=account, site=world.site, task=task, by=lead, **given)


def test_a_task_is_somebodys_from_its_first_day_to_its_last_or_until_it_is_ended(world, lead):
    physiotherapist, today = world.staff("physiotherapist"), clock.today()
    train(world, lead, physiotherapist)
    row = delegate(world, lead, physiotherapist, "hold_visits", until_on=today + timedelta(days=10))

    def holds(day):
        with world.acting(lead, day):
            return queries.is_delegated(physiotherapist, world.site, "hold_visits")

    assert [holds(today + timedelta(days=n)) for n in (-1, 0, 10, 11)] == [False, True, True, False]
    with acting_as(lead):
        actions.end(delegation=row, by=lead)
    assert not holds(today)


def test_only_the_lead_signs_and_only_for_who_is_trained_and_does_such_things(world, lead):
    physiotherapist = world.staff("physiotherapist")
    with pytest.raises(NotTrained, match="protocol"):
        delegate(world, lead, physiotherapist, "hold_visits")
    train(world, lead, physiotherapist)
    with pytest.raises(NotThisRole):
        delegate(world, lead, physiotherapist, "randomise")
    with pytest.raises(NotTheLead):
        delegate(world, physiotherapist, physiotherapist, "hold_visits")
    with pytest.raises(NoLead), acting_as(world.coordinator(world.sites[1])):
        policies.check_leads(world.coordinator(world.sites[1]), world.sites[1])


def test_a_task_that_the_protocol_wants_delegated_is_refused_without(world, lead, monkeypatch):
    person = world.planned()
    strict = world.protocol.model_copy(update={"delegation": Rules(required_for=("randomise",))})
    monkeypatch.setattr(protocols, "current", lambda on=None: strict)
    with pytest.raises(NotDelegated):
        world.randomise(person)

    delegate(world, lead, lead, "randomise")
    assert world.randomise(person).enrolment.randomised_on == clock.today()


def test_a_closed_site_invites_and_randomises_nobody_until_it_opens_and_others_go_on(world):
    person, administrator = world.planned(), world.staff("administrator")

    def switch(**to):
        with acting_as(administrator):
            actions.switch(site=world.site, **to, why="Staff are ill", key=uuid4(), by=administrator)

    switch(recruits=False, randomises=False)
    with pytest.raises(SiteClosedToRandomisation):
        world.randomise(person)
    with pytest.raises(SiteClosedToRecruitment):
        world.invited()
    world.invited(site=world.sites[1])
    switch(recruits=True, randomises=True)
    world.randomise(person)
    with pytest.raises(NotTheirRole), acting_as(world.coordinator()):
        actions.switch(site=world.site, recruits=False, randomises=True, why="x", key=uuid4(), by=world.coordinator())


def test_the_log_is_read_at_the_site_and_never_rewritten(world, lead):
    train(world, lead, lead)
    row = delegate(world, lead, lead, "randomise")
    with acting_as(world.coordinator(world.sites[1])):
        assert (Delegation.objects.count(), Training.objects.count()) == (0, len(TOPICS))
    with acting_as(SYSTEM), pytest.raises(DatabaseError), transaction.atomic():
        Delegation.objects.filter(pk=row.pk).update(task="guide")
