"""Who may ask about data, who answers, and who decides that a data query is settled."""

from stegvis.assessments import queries as assessments
from stegvis.audit.action import SYSTEM, Actor
from stegvis.methods.study.protocol import Protocol
from stegvis.monitoring.errors import (
    AnswersAreAskedBlind,
    AskedOfOthers,
    NoSuchDatum,
    QueryIsClosed,
    QueryNeedsWords,
    QueryNotAnswered,
    QueryNotClosed,
)
from stegvis.monitoring.models import AskedOf, DataQuery, State
from stegvis.people import policies as people
from stegvis.people.models import Participant, Role
from stegvis.protocol import queries as protocols

ASKS = (Role.DATA_MANAGER, Role.COORDINATOR, Role.OUTCOME_ASSESSOR)
"""Who may raise a query by hand: a data manager about anybody, the others about people at their own site."""


def check_can_ask(by: Actor, participant: Participant) -> None:
    """Refuse unless `by` is a data manager, or asks about somebody at their own site."""
    people.check_role(by, *ASKS)
    if by.role != Role.DATA_MANAGER:
        people.check_at_site(by, participant.site)


def check_is_asked_blind(asked_of: str, instrument: str) -> None:
    """Refuse to ask anybody about answers who is shown arms."""
    if instrument and asked_of != AskedOf.OUTCOME_ASSESSOR:
        raise AnswersAreAskedBlind()


def check_can_answer(by: Actor, query: DataQuery) -> None:
    """Refuse unless `by` is a data manager, or in the role that is asked, at the person's site."""
    if by.role not in {Role.DATA_MANAGER, SYSTEM.role, query.asked_of}:
        raise AskedOfOthers(needed=query.get_asked_of_display(), site=query.participant.site.code)
    if by.role == query.asked_of:
        people.check_at_site(by, query.participant.site)


def check_can_settle(by: Actor) -> None:
    """Refuse unless `by` is a data manager: whoever answered does not judge the answer."""
    people.check_role(by, Role.DATA_MANAGER)


def check_words(words: str) -> None:
    """Refuse what says nothing."""
    if not words.strip():
        raise QueryNeedsWords()


def check_takes_answers(query: DataQuery) -> None:
    """Refuse to add to a closed query."""
    if query.state == State.CLOSED:
        raise QueryIsClosed()


def check_can_close(query: DataQuery, words: str) -> None:
    """Refuse to close what is closed, and what has neither an answer nor a reason."""
    check_takes_answers(query)
    if query.state != State.ANSWERED and not words.strip():
        raise QueryNotAnswered()


def check_can_reopen(query: DataQuery, words: str) -> None:
    """Refuse to open what is open, and to open without a reason."""
    if query.state != State.CLOSED:
        raise QueryNotClosed()
    check_words(words)


def check_datum(
    protocol: Protocol, participant: Participant, occasion: str, instrument: str, item: str, visit: int | None
) -> None:
    """Refuse a datum that there cannot be: only occasions, questions and visits that every arm has are asked about."""
    found = assessments.assessment(participant, occasion) if occasion else None
    if occasion and (found is None or found.tells_arm):
        raise NoSuchDatum(datum=occasion, participant=participant.code)
    if (instrument and (found is None or instrument not in found.instruments)) or (item and not instrument):
        raise NoSuchDatum(datum=instrument or item, participant=participant.code)
    if item and item not in protocols.questionnaire(instrument).by_link_id:
        raise NoSuchDatum(datum=item, participant=participant.code)
    if visit is not None and visit not in {each.number for each in protocol.visits}:
        raise NoSuchDatum(datum=f"visit {visit}", participant=participant.code)
