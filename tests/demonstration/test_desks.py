"""Desks: who is offered as a sign-in finds something to do at once."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.demonstration import desks, last_evening, parameters, signins
from stegvis.demonstration.cast import Cast, add_colleagues
from stegvis.demonstration.life import email_of
from stegvis.demonstration.lives import draw_lives, workday
from stegvis.methods.study.folder import load
from stegvis.people import queries as people
from stegvis.people.acting import acting_as
from stegvis.people.models import Account, Role
from stegvis.safety import queries as safety
from tests import worlds

STUDY = Path(__file__).parents[2] / "studies" / "cwp"


@pytest.fixture
def world(example_trial):
    with clock.frozen(clock.at(worlds.FRIDAY, 9)):
        yield example_trial


def offered() -> dict[str, Account]:
    """Whom a role's sign-in is, among staff."""
    return {each.role: each for each in Account.objects.exclude(role=Role.PARTICIPANT) if each.has_usable_password()}


def test_staff_who_are_offered_are_of_the_site_where_most_waits(world):
    there = world.sites[2]
    person = world.planned(site=there)
    world.screened(site=there)

    with acting_as(SYSTEM):
        signins.make()
        chosen = offered()
        assert {people.sites_of(chosen[role])[0] for role in people.SITE_ROLES} == {there}
        assert desks.busiest_site() == person.site


@pytest.mark.parametrize("colleagues", [False, True])
def test_where_two_therapists_work_both_are_offered_so_that_cover_can_be_tried(world, colleagues):
    with acting_as(SYSTEM):
        if colleagues:
            add_colleagues(Cast(sites={site.code: site for site in world.sites}), world.protocol)
        signins.make()
        found = [each for each in signins.sign_ins() if each.role == Role.THERAPIST]
    assert len(found) == 1 + colleagues
    assert {each.about for each in found} == {world.site.name}


def test_the_physiotherapist_who_is_offered_meets_somebody_first(world):
    later, sooner = (world.baseline_done(on=worlds.FRIDAY - timedelta(days=days)) for days in (0, 1))
    physios = [world.clinician(person, Role.PHYSIOTHERAPIST) for person in (later, sooner)]
    assert physios[0] != physios[1]

    with acting_as(SYSTEM):
        found = desks.busiest(Role.PHYSIOTHERAPIST, world.site)
        days = {each: desks._next_visit(each) for each in physios}
    assert days[found] == min(days.values())


def test_without_anything_to_do_everybody_is_of_the_first_site(world):
    with acting_as(SYSTEM):
        assert desks.busiest_site() == world.site
        assert desks.busiest(Role.THERAPIST, world.site) == world.staff(Role.THERAPIST)
        assert desks.busiest(Role.THERAPIST, None) is None


def test_on_the_day_of_the_demonstration_one_site_has_somebody_to_randomise_and_somebody_to_screen():
    protocol, model = load(STUDY).protocol, parameters.read(STUDY)
    lives, day = draw_lives(model, protocol, seed=model.default_seed, participants=129), model.middle_day
    ready = {x.site for x in lives if x.randomised_on and x.visit1_on and x.visit1_on < day <= x.randomised_on}
    screened = {x.site for x in lives if x.screened_on < day <= workday(x.screened_on + timedelta(days=1))}

    assert ready & screened


# The last evening -----------------------------------------------------------------------------------------------------
class Agenda:
    """Stands for the director: keeps what is put on the agenda, and the words to say."""

    def __init__(self, model):
        self.model, self.steps = model, []

    def later(self, moment, step):
        self.steps.append((moment, step))


def test_on_the_last_evening_the_rota_gets_an_alert_that_nobody_has_taken(world):
    model = parameters.read(STUDY)
    life = draw_lives(model, load(STUDY).protocol, seed=1, participants=1)[-1]
    person = world.allocated(email=email_of(life))
    life.site, life.randomised_on, life.withdrew = person.site.code, date(2026, 11, 2), ""
    agenda = Agenda(model)
    last_evening.plan(agenda, [life], worlds.FRIDAY)

    (_in_hospital, (moment, step)) = agenda.steps
    assert (moment.date(), moment < clock.at(worlds.FRIDAY, 9)) == (date(2026, 11, 12), True)
    with acting_as(SYSTEM):
        step()
        (alert,) = safety.open_alerts([person.site_id])
        assert not alert.acknowledged
        assert alert.note in [*model.words["wrong"]["sv"], *model.words["wrong"]["en"]]


def test_who_has_withdrawn_says_nothing_any_more():
    model = parameters.read(STUDY)
    lives = draw_lives(model, load(STUDY).protocol, seed=1, participants=3)
    for life in lives:
        life.withdrew = "everything"
    agenda = Agenda(model)
    last_evening.plan(agenda, lives, model.middle_day)
    assert agenda.steps == []
