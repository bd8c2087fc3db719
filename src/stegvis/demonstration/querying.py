"""Data queries of the made-up trial: raised week by week as the worker would, answered by the outcome assessors, settled.

Nothing is drawn by chance: every third query waits, so that the list has open ones, and lives stay as they are.
"""

from datetime import datetime, timedelta
from uuid import NAMESPACE_OID, uuid5

from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.demonstration.cast import Cast
from stegvis.monitoring import actions, data_queries, tasks
from stegvis.monitoring.data_queries import DataQuery, State
from stegvis.people import queries as people
from stegvis.people.acting import acting_as
from stegvis.people.models import Account, Role

A_WEEK = timedelta(weeks=1)
WAITS = 3
"""One query in so many is still open, and another one answered but not settled."""
ANSWERS = {"sv": "Personen säger att det stämmer.", "en": "The person says that it is right."}


def live(cast: Cast, first: datetime, now: datetime) -> None:
    """From the first week to the present: ask, and a week later answer and settle."""
    moment = first
    while moment < now:
        with clock.frozen(moment):
            while tasks.raise_queries():
                pass
            _answer(cast, moment - A_WEEK)
        moment += A_WEEK
    with clock.frozen(now):
        tasks.raise_queries()


def _answer(cast: Cast, raised_before: datetime) -> None:
    """Answer what has waited for a week, but not all of it; the data manager settles some."""
    with acting_as(SYSTEM):
        waiting = [each for each in data_queries.listed(state=State.OPEN) if each.raised_at <= raised_before]
    for number, query in enumerate(waiting):
        if number % WAITS:
            _say(query)
            if number % WAITS == 1:
                _settle(cast.by_role[Role.DATA_MANAGER][0], query)


def _say(query: DataQuery) -> None:
    site = query.participant.site
    assessor = people.staff_at(site, Role.OUTCOME_ASSESSOR).order_by("pk")[0]
    with acting_as(assessor):
        key = uuid5(NAMESPACE_OID, f"query-{query.participant.code}-{query.rule}-{query.occasion}")
        actions.answer(query=query, words=ANSWERS.get(assessor.language, ANSWERS["en"]), key=key, by=assessor)


def _settle(manager: Account, query: DataQuery) -> None:
    with acting_as(manager):
        actions.close(query=query, by=manager)
