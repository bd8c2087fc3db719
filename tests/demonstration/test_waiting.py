"""Two made-up people who have not been drawn give those who inform people something to do on the morning."""

from datetime import timedelta

from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.consent import queries as consents
from stegvis.demonstration import parameters, waiting
from stegvis.demonstration.life import Director
from stegvis.demonstration.lives import Life
from stegvis.people.acting import acting_as
from stegvis.trial import consent_texts
from tests.demonstration.conftest import STUDY
from tests.worlds import FRIDAY


def live(world, site):
    director = Director(world.protocol, parameters.read(STUDY), world.cast)
    agenda = []
    director.later = lambda moment, step: agenda.append((moment, step))
    waiting.plan(director, [Life(1, site, "sv", "self", 40, "woman", 60, FRIDAY, "randomised")], FRIDAY)
    while agenda:
        agenda.sort(key=lambda each: each[0])
        moment, step = agenda.pop(0)
        with clock.frozen(moment), acting_as(SYSTEM):
            step()
    return world.coordinator(world.sites[0])


def test_one_waits_for_an_overdue_answer_and_one_for_the_second_signature(example_trial):
    coordinator = live(example_trial, example_trial.site.code)
    sites = [example_trial.site.pk]
    with clock.frozen(clock.at(FRIDAY, 9)), acting_as(coordinator):
        (asked,) = consents.unanswered(sites)
        assert consents.is_overdue(asked)
        (signed,) = consent_texts.not_countersigned(sites)
        assert signed.consented_on == FRIDAY - timedelta(days=1)


def test_who_lives_another_sites_lives_makes_nobody(example_trial):
    live(example_trial, example_trial.sites[1].code)
    with clock.frozen(clock.at(FRIDAY, 9)), acting_as(example_trial.coordinator()):
        assert not consents.unanswered([site.pk for site in example_trial.sites]).exists()
