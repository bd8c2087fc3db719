"""A score that is worse by more than its measurement errs is listed for review, whatever the arm."""

from datetime import timedelta

import pytest

from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.people.acting import acting_as
from stegvis.safety import queries as alerts


def raised(person):
    with acting_as(SYSTEM):
        return [each for each in alerts.open_alerts_of(person) if each.trigger == "reliable_deterioration"]


def followed_up(world, arm, after):
    day = clock.today() - timedelta(days=world.protocol.occasion("six_months").day)
    person = world.allocated(arm=arm, on=day, levels={"pain_intensity": 20})
    world.answer(person, "six_months", levels={"pain_intensity": after})
    return person


@pytest.mark.parametrize("arm", ["intervention", "control"])
def test_pain_that_has_become_reliably_worse_is_listed(world, arm):
    [alert] = raised(followed_up(world, arm, 99))

    assert alert.source.endswith(":pain_intensity")
    assert alert.respond_by is None
    assert "(24.8)" in alert.note


def test_pain_about_as_before_is_not(world):
    assert not raised(followed_up(world, "control", 25))
