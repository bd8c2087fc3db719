"""Several hands on one rota or one alert at the same moment: a real database with real commits."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from stegvis.audit.action import SYSTEM
from stegvis.audit.errors import Refused
from stegvis.people.acting import acting_as
from stegvis.people.models import Account, Participant, Role, Site
from stegvis.safety import actions, queries
from stegvis.safety.errors import AlertClosed, AlertTaken, RotaWouldBeEmpty
from stegvis.safety.models import Alert, AlertStep, Rota, Step
from tests.rooms.conftest import make_participant, make_site, make_staff

HANDS = 6


def at_once(deeds: list[tuple[Account, Callable[[], Any]]]) -> list[Any]:
    """Do everything at the same moment, each in a thread and as its own account; results, or the kind of a refusal."""
    start = Barrier(len(deeds))

    def one(deed: tuple[Account, Callable[[], Any]]) -> Any:
        by, do = deed
        try:
            with acting_as(by):
                start.wait(timeout=60)
                return do()
        except Refused as refusal:
            return type(refusal)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(one, deeds))


@pytest.fixture
def place(fresh_database: Any) -> Site:
    """A site in a database where commits are real."""
    return make_site("AL", "Alingsås")


@pytest.fixture
def on_duty(place: Site) -> list[Account]:
    """Two clinicians on its rota."""
    both = [make_staff(role, place) for role in (Role.COORDINATOR, Role.PHYSIOTHERAPIST)]
    with acting_as(SYSTEM):
        for account in both:
            actions.join_rota(site=place, account=account, by=SYSTEM)
    return both


@pytest.fixture
def alert(place: Site, on_duty: list[Account]) -> Alert:
    """An alert that nobody has taken."""
    return raised(make_participant(place))


def raised(person: Participant) -> Alert:
    """The alert of one cause."""
    return actions.raise_alert(participant=person, trigger="worried", source="key:1", grade="soon", by=SYSTEM)


def steps() -> list[str]:
    """What has been done about alerts."""
    with acting_as(SYSTEM):
        return list(AlertStep.objects.order_by("pk").values_list("step", flat=True))


# The rota -------------------------------------------------------------------------------------------------------------
def test_of_two_who_leave_a_rota_at_once_one_stays(place, on_duty):
    def leave(account):
        return lambda: actions.leave_rota(site=place, account=account, by=SYSTEM)

    results = at_once([(SYSTEM, leave(account)) for account in on_duty])

    assert results.count(RotaWouldBeEmpty) == 1
    assert len(queries.rota(place)) == 1


def test_put_on_a_rota_by_several_at_once_one_stands_on_it_once(place):
    account = make_staff(Role.PHYSIOTHERAPIST, place)
    results = at_once([(SYSTEM, lambda: actions.join_rota(site=place, account=account, by=SYSTEM))] * HANDS)

    assert len({row.pk for row in results}) == 1
    assert Rota.objects.count() == 1


# An alert -------------------------------------------------------------------------------------------------------------
def test_of_two_who_take_an_alert_at_once_one_has_it_and_the_other_is_told(on_duty, alert):
    def take(account):
        return lambda: actions.take_step(alert=alert, step=Step.ACKNOWLEDGED, by=account)

    results = at_once([(account, take(account)) for account in on_duty])

    assert results.count(AlertTaken) == 1
    assert steps() == ["acknowledged"]


def test_closed_by_several_at_once_an_alert_is_closed_once(on_duty, alert):
    first = on_duty[0]
    with acting_as(first):
        actions.take_step(alert=alert, step=Step.ACKNOWLEDGED, by=first)
    results = at_once([(first, lambda: actions.take_step(alert=alert, step=Step.CLOSED, by=first))] * HANDS)

    assert results.count(AlertClosed) == HANDS - 1
    assert steps() == ["acknowledged", "closed"]


def test_one_form_sent_many_times_at_once_is_one_step(on_duty, alert):
    first, key = on_duty[0], uuid4()
    with acting_as(first):
        actions.take_step(alert=alert, step=Step.ACKNOWLEDGED, by=first)
    call = {"alert": alert, "step": Step.CALLED, "words": "No answer.", "key": key, "by": first}
    results = at_once([(first, lambda: actions.take_step(**call))] * HANDS)

    assert len({row.pk for row in results}) == 1
    assert steps() == ["acknowledged", "called"]


def test_one_cause_that_is_raised_many_times_at_once_is_one_alert(place, on_duty):
    person = make_participant(place)
    results = at_once([(SYSTEM, lambda: raised(person))] * HANDS)

    assert len({row.pk for row in results}) == 1
    assert sum(row.is_new for row in results) == 1
    with acting_as(SYSTEM):
        assert queries.notices_of(results[0]).count() == len(on_duty)
