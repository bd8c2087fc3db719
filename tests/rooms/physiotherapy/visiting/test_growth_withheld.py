"""A plan does not grow while a warning sign waits for a decision; what was cleared holds nothing back."""

from datetime import timedelta

from stegvis.audit import clock
from stegvis.people.acting import acting_as
from stegvis.physiotherapy import growth
from stegvis.trial import actions as trial


def because(person):
    """As the person's own page asks, so that the database shows them what holds them back."""
    with acting_as(person.account):
        return growth.withheld_because(person, since=clock.today() - timedelta(days=14))


def test_a_yes_that_nobody_has_decided_about_withholds_a_step(act, first, person):
    assert because(person) == ""
    act(trial.answer_red_flags, visit=first, answers={"fever": "yes"})
    assert because(person) == "red_flag"


def test_what_was_asked_and_is_not_there_withholds_nothing(clear, person):
    assert because(person) == ""
