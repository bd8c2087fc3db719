"""Data queries of the made-up trial: raised every four weeks, answered by outcome assessors, settled.

The worker looks every ten minutes; fewer looks raise the same queries. Nothing is drawn by chance, so that lives stay as
they are. The newest query waits for its answer and the one before it to be settled; a coordinator is asked something by hand.
"""

from datetime import datetime, timedelta
from uuid import NAMESPACE_OID, UUID, uuid5

from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.demonstration.cast import Cast
from stegvis.monitoring import actions, data_queries, tasks
from stegvis.monitoring.data_queries import AskedOf, DataQuery
from stegvis.people import queries as people
from stegvis.people.acting import acting_as
from stegvis.people.models import Account, Participant, Role

FOUR_WEEKS = timedelta(weeks=4)
ANSWERED_AFTER, SETTLED_AFTER = timedelta(days=6), timedelta(days=9)
STAYS = 2
"""How many of the newest are not settled."""
ANSWER = {"sv": "Personen säger att det stämmer.", "en": "The person says that it is right."}
QUESTION = {"sv": "Stämmer dagen för samtycket med pappret?", "en": "Is the day of consent that on the paper?"}


def live(cast: Cast, first: datetime, now: datetime) -> None:
    """From the first weeks to the present: ask, answer and settle."""
    moment = first
    while moment < now:
        _look(moment)
        moment += FOUR_WEEKS
    _look(now)
    with acting_as(SYSTEM):
        raised = list(data_queries.listed())
    manager = cast.by_role[Role.DATA_MANAGER][0]
    for query in raised[:-1]:
        _answer(query, min(query.raised_at + ANSWERED_AFTER, now))
    for query in raised[:-STAYS]:
        _settle(manager, query, min(query.raised_at + SETTLED_AFTER, now))
    if raised:
        _ask(manager, raised[0].participant, now - timedelta(days=3))


def _look(moment: datetime) -> None:
    with clock.frozen(moment):
        while tasks.raise_queries():
            pass


def _answer(query: DataQuery, at: datetime) -> None:
    assessor = people.staff_at(query.participant.site, Role.OUTCOME_ASSESSOR).order_by("pk")[0]
    words = ANSWER.get(assessor.language, ANSWER["en"])
    with clock.frozen(at), acting_as(assessor):
        actions.answer(query=query, words=words, key=_key(query.participant, query.rule, query.occasion), by=assessor)


def _settle(manager: Account, query: DataQuery, at: datetime) -> None:
    with clock.frozen(at), acting_as(manager):
        actions.close(query=query, by=manager)


def _ask(manager: Account, person: Participant, at: datetime) -> None:
    words = QUESTION.get(manager.language, QUESTION["en"])
    with clock.frozen(at), acting_as(manager):
        actions.raise_query(
            participant=person, asked_of=AskedOf.COORDINATOR, words=words, key=_key(person, "by hand"), by=manager
        )


def _key(person: Participant, *parts: str) -> UUID:
    return uuid5(NAMESPACE_OID, ":".join(("data query", person.code, *parts)))
