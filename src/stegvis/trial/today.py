"""What one participant can do today. It knows the programme, so it tells the arm: the participant's own pages alone call it."""

from dataclasses import dataclass
from datetime import date, timedelta

from stegvis.allocation import queries as allocation
from stegvis.assessments import queries as assessments
from stegvis.assessments.models import Assessment
from stegvis.audit import clock
from stegvis.consent import queries as consent
from stegvis.messaging import queries as messaging
from stegvis.methods.study.protocol import Arm, Occasion, Protocol
from stegvis.people.models import Participant
from stegvis.physiotherapy import queries as physiotherapy
from stegvis.programme import arrangements
from stegvis.programme import queries as programme
from stegvis.programme.models import Feedback, Pause
from stegvis.trial import queries
from stegvis.trial.models import Enrolment, Stage

HORIZON = timedelta(days=60)


@dataclass(frozen=True)
class Coming:
    """Something that comes up: a visit or an occasion, with its day."""

    on: date
    kind: str
    code: str
    minutes: int


@dataclass(frozen=True)
class Today:
    """One participant's day."""

    enrolment: Enrolment
    protocol: Protocol
    assessment: Assessment | None
    occasion: Occasion | None
    way: programme.Way | None
    pause: Pause | None
    feedback: Feedback | None
    planned: list[physiotherapy.PlannedToday]
    week: physiotherapy.Week | None
    unread: dict[str, int]
    coming: list[Coming]
    asked_again: bool = False
    """Whether an amendment asks for the person's consent once more."""


def has_programme(participant: Participant) -> bool:
    """Whether a participant has the programme and it has opened; decides whether its tab is there."""
    course = programme.course_of(participant)
    return course is not None and course.opens_on <= clock.today()


def own_arm(participant: Participant) -> Arm | None:
    """The participant's own arm, for their own page; None before randomisation."""
    code = allocation.arm_if_allocated(participant, purpose="treatment")
    enrolment = queries.enrolment(participant)
    return queries.protocol_of(enrolment).arm(code) if code and enrolment else None


def today(participant: Participant) -> Today | None:
    """Everything that the page Today shows, in a fixed number of queries; None for someone without an enrolment."""
    enrolment = queries.enrolment(participant)
    if enrolment is None:
        return None
    protocol = queries.protocol_of(enrolment)
    withdrawn = consent.withdrawn_layers(participant)
    asks = withdrawn.isdisjoint(queries.WITHDRAWN_FROM_QUESTIONS) and enrolment.stage != Stage.NOT_RANDOMISED
    amendment = consent.asked_again(participant) if enrolment.stage not in queries.ENDED else None
    asks = asks and not (amendment is not None and amendment.meanwhile == "questions_wait")
    course = programme.course_of(participant)
    goes_on = course is not None and course.stopped_at is None
    assessment = assessments.to_answer(participant, of_some_arms=goes_on) if asks else None
    is_open = course is not None and course.opens_on <= clock.today() and course.stopped_at is None
    has_plan = withdrawn.isdisjoint({"plan", "everything"})
    planned = physiotherapy.planned_on(participant) if has_plan else []
    return Today(
        enrolment=enrolment,
        protocol=protocol,
        assessment=assessment,
        occasion=protocol.occasion(assessment.occasion) if assessment else None,
        way=programme.way(course) if course is not None and is_open else None,
        pause=arrangements.pause_now(course) if course is not None and is_open else None,
        feedback=programme.unread_feedback(course) if course is not None else None,
        planned=planned,
        week=physiotherapy.week(participant, clock.today()) if has_plan else None,
        unread=messaging.unread_of(participant),
        coming=_coming(participant, protocol, asks=asks, has_plan=has_plan),
        asked_again=amendment is not None,
    )


def _coming(participant: Participant, protocol: Protocol, *, asks: bool, has_plan: bool) -> list[Coming]:
    """At most three things within two months: booked visits and questions that open, as far as they were not stopped."""
    day = clock.today()
    minutes = {visit.number: visit.minutes for visit in protocol.visits}
    found = [
        Coming(visit.planned_on, "visit", f"visit_{visit.number}", minutes.get(visit.number, 0))
        for visit in (physiotherapy.visits_of(participant) if has_plan else ())
        if visit.state == "planned"
    ]
    found += [
        Coming(each.opens_on, "occasion", each.occasion, protocol.occasion(each.occasion).minutes)
        for each in (assessments.assessments_of(participant) if asks else ())
        if each.submitted_at is None and each.opens_on > day and not each.tells_arm
    ]
    return sorted((each for each in found if day <= each.on <= day + HORIZON), key=lambda each: each.on)[:3]
