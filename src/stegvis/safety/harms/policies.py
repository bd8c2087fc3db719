"""Who may tell of an adverse event, describe it, judge it, settle it; and what makes sense."""

from collections.abc import Collection, Mapping
from datetime import date, datetime

from stegvis.audit import clock
from stegvis.audit.action import SYSTEM, Actor
from stegvis.methods.study.adverse_events import AdverseEvents
from stegvis.people import policies as people
from stegvis.people.models import Account, Participant, Role
from stegvis.protocol import queries as protocols
from stegvis.safety.harms import queries
from stegvis.safety.harms.errors import (
    BeganLater,
    ChangeNeedsReason,
    EndsBefore,
    EventNeedsWords,
    EventsNotKept,
    FirstAssessorAgain,
    NotDescribed,
    NothingToSettle,
    NotSerious,
    NotTheThird,
    RelationMissing,
    SettlingNeedsWords,
    ToldLater,
    UnknownTerm,
    UnknownWord,
)
from stegvis.safety.harms.models import (
    AdverseEvent,
    Course,
    EventAssessment,
    EventVersion,
    Measure,
    Place,
    Relation,
    Settling,
    Severity,
)

DESCRIBE = (Role.COORDINATOR, Role.PHYSIOTHERAPIST)
"""Roles that describe and judge events first: those that every arm meets, so that a writer tells no arm."""
TELL = (*DESCRIBE, Role.THERAPIST, Role.OUTCOME_ASSESSOR)
"""Roles that note what they hear."""


def check_kept() -> AdverseEvents:
    """What the protocol says of adverse events; refuse where it says nothing."""
    said = queries.rules()
    if said is None:
        raise EventsNotKept()
    return said


def check_may_tell(by: Actor, participant: Participant) -> None:
    """Refuse unless `by` is the participant, or staff of the site in a role that meets people."""
    if by.role == SYSTEM.role or people.is_own(by, participant):
        return
    people.check_role(by, *TELL)
    people.check_at_site(by, participant.site)


def check_may_describe(by: Actor, participant: Participant) -> None:
    """Refuse unless `by` coordinates at the site, or is a physiotherapist there."""
    people.check_role(by, *DESCRIBE)
    people.check_at_site(by, participant.site)


def check_may_assess(by: Account, of: AdverseEvent, place: str) -> None:
    """Refuse the first assessment by anybody but a licensed clinician, the second by anybody but an outcome assessor."""
    if place == Place.SECOND:
        people.check_role(by, Role.OUTCOME_ASSESSOR)
    else:
        people.check_role(by, *DESCRIBE)
        people.check_licensed_clinician(by)
    people.check_at_site(by, of.participant.site)


def check_told(words: str, began_on: date | None) -> None:
    """Refuse an event that says nothing, and one that begins tomorrow."""
    if not words.strip():
        raise EventNeedsWords()
    if began_on is not None and began_on > clock.today():
        raise BeganLater(day=began_on)


def check_description(given: Mapping[str, object], latest: EventVersion | None, changed_why: str) -> None:
    """Refuse unknown words, days in the wrong order, and a further version without its reason."""
    started, ended = given["started_on"], given["ended_on"]
    assert isinstance(started, date)  # as the action takes it
    if check_kept().term(str(given["term"])) is None:
        raise UnknownTerm()
    for name, choices in (("severity", Severity), ("measure", Measure), ("course", Course)):
        if given[name] not in choices.values:
            raise UnknownWord()
    if started > clock.today():
        raise BeganLater(day=started)
    if isinstance(ended, date) and ended < started:
        raise EndsBefore(start=started, end=ended)
    if not str(given["narrative"]).strip():
        raise EventNeedsWords()
    if latest is not None and not changed_why.strip():
        raise ChangeNeedsReason()


def check_judgement(serious: Collection[str], relations: Mapping[str, str]) -> None:
    """Refuse criteria that ICH E2A does not have, and a relation that is missing or unknown."""
    if not set(serious) <= set(queries.CRITERIA) or not set(relations.values()) <= set(Relation.values):
        raise UnknownWord()
    if set(relations) != set(queries.judged_against(protocols.current())):
        raise RelationMissing()


def check_described(latest: EventVersion | None) -> EventVersion:
    """What is known of the event; refuse to judge what is not written down."""
    if latest is None:
        raise NotDescribed()
    return latest


def check_second(by: Account, first: EventAssessment | None) -> None:
    """Refuse the second assessment by whoever made the first."""
    if first is not None and first.assessed_by_id == by.pk:
        raise FirstAssessorAgain(code=by.code)


def check_settling(by: Account, judged: Mapping[str, EventAssessment], how: str, words: str) -> None:
    """Refuse to settle where nothing differs, a third who is one of the two, an unknown way, and no words."""
    if how not in Settling.values:
        raise UnknownWord()
    if not queries.to_settle(judged):
        raise NothingToSettle()
    if how == Settling.THIRD and by.pk in {judged[Place.FIRST].assessed_by_id, judged[Place.SECOND].assessed_by_id}:
        raise NotTheThird(code=by.code)
    if not words.strip():
        raise SettlingNeedsWords()


def check_telling(of: AdverseEvent, told_to: str, told_at: datetime) -> None:
    """Refuse to keep that somebody was told of an event that nobody takes for serious, of nobody, and of tomorrow."""
    if getattr(of, "clock", None) is None:
        raise NotSerious()
    if not told_to.strip():
        raise EventNeedsWords()
    if told_at > clock.now():
        raise ToldLater(when=clock.local(told_at).strftime("%Y-%m-%d %H:%M"))
