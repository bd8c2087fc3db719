"""Moving: the parts of which several actions of this room are made.

None is an action: each is called inside one, whose event says what was done.
"""

from collections.abc import Collection
from datetime import date, datetime, timedelta

from stegvis.assessments import actions as assessments
from stegvis.assessments import queries as asked
from stegvis.assessments.models import Assessment
from stegvis.audit import clock
from stegvis.audit.action import SYSTEM, Actor, note
from stegvis.methods.study.protocol import CONSENT, Arm, Occasion, Protocol
from stegvis.methods.study.schedule import Window, due, programme_window
from stegvis.people.acting import acting_as
from stegvis.people.models import Participant, Role
from stegvis.physiotherapy import actions as physiotherapy
from stegvis.physiotherapy import queries as visits
from stegvis.programme import actions as programme
from stegvis.programme import queries as courses
from stegvis.protocol import queries as protocols
from stegvis.reminders import actions as reminders
from stegvis.reminders import letters
from stegvis.reminders.queries import CONTACT_REFRESH, NEXT_STEP, PROGRAMME_OPENS
from stegvis.trial import placing, policies, programme_questions, queries
from stegvis.trial.models import (
    Enrolment,
    Screening,
    Stage,
    StageChange,
)


def locked(participant: Participant) -> Enrolment:
    """The enrolment as it stands, locked: whoever else would move it waits until this is done."""
    rows = Enrolment.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("participant__site", "participant__account", "site").get(participant=participant)


def take_turns(screening: Screening) -> None:
    """Bring a screening up to date, locked: two who end it at the same moment wait for each other here."""
    screening.refresh_from_db(from_queryset=Screening.objects.select_for_update(no_key=True))


def move(enrolment: Enrolment, stage: str, reason: str = "") -> None:
    """Bring an enrolment to a stage that may follow, and keep when; refused otherwise."""
    policies.check_may_go_to(enrolment, stage)
    enrolment.stage = stage
    enrolment.stage_since = clock.now()
    enrolment.save()
    keep_stage(enrolment, stage, reason)
    note(stage=stage)


def keep_stage(enrolment: Enrolment, stage: str, reason: str = "") -> None:
    """Keep that an enrolment came to a stage, and why where a reason belongs to it."""
    StageChange.objects.create(enrolment=enrolment, stage=stage, reason=reason, entered_at=clock.now())


def end(enrolment: Enrolment, reason: str) -> None:
    """End an enrolment, before randomisation or after; one that has ended stays as it is."""
    if enrolment.stage in {Stage.WITHDRAWN, Stage.NOT_RANDOMISED}:
        return
    move(enrolment, Stage.WITHDRAWN if enrolment.randomised_at else Stage.NOT_RANDOMISED, reason)


def stop_course(participant: Participant) -> None:
    """Done by the system, so that a coordinator who enters a withdrawal is not shown whether there was a course."""
    with acting_as(SYSTEM):
        course = courses.course_of(participant)
        if course is not None:
            programme.stop_course(course=course, by=SYSTEM)


def open_occasions(enrolment: Enrolment, protocol: Protocol, anchor: str, by: Actor) -> None:
    """Open every occasion counted from this anchor, with its window and its reminders."""
    anchors = queries.anchors(enrolment)
    for occasion in protocol.occasions:
        if occasion.anchor == anchor and not occasion.declared_only:
            _open(enrolment, protocol, occasion, due(occasion, anchors), by)


def open_added(enrolment: Enrolment, protocol: Protocol, codes: Collection[str], by: Actor) -> None:
    """Open occasions that an amendment adds, as far as their day is known and their window not over.

    Of reminders whose day has passed only the last goes out. What hangs on a day that is not known yet opens with it.
    """
    anchors = queries.anchors(enrolment)
    there = {each.occasion for each in asked.assessments_of(enrolment.participant)}
    for occasion in protocol.occasions:
        if occasion.code in set(codes) - there and occasion.anchor in anchors:
            window = due(occasion, anchors)
            if window.closes_on >= clock.today():
                _open(enrolment, protocol, occasion, window, by)
    reminders.catch_up(participant=enrolment.participant, by=by)


def _open(enrolment: Enrolment, protocol: Protocol, occasion: Occasion, window: Window, by: Actor) -> None:
    """Open one occasion with its reminders, and plan the letter that asks for contact details before it."""
    opened = assessments.open_assessment(
        participant=enrolment.participant, occasion=occasion.code, instruments=occasion.instruments,
        opens_on=window.opens_on, due_on=window.due_on, closes_on=window.closes_on, by=by,
    )  # fmt: skip
    reminders.plan_ladder(assessment=opened, by=by)
    refresh = protocol.contact_refresh
    if refresh is not None and occasion.code in refresh.occasions:
        ask_for_contact(enrolment.participant, occasion.code, window.opens_on - timedelta(days=refresh.days_before), by)


def ask_for_contact(participant: Participant, occasion: str, on: date, by: Actor) -> None:
    """Plan the letter that asks whether contact details are still right; once for each occasion."""
    key = f"{CONTACT_REFRESH}:{participant.code}:{occasion}"
    way = letters.reach_way(participant.account.language)
    moment = clock.at(on, protocols.current().reminders.send_at.hour)
    reminders.plan(
        key=key,
        account=participant.account,
        participant=participant,
        kind=CONTACT_REFRESH,
        due_at=moment,
        target=way,
        by=by,
    )


def after_occasion(enrolment: Enrolment, protocol: Protocol, sent: Assessment, by: Actor) -> None:
    """What follows when an occasion is answered: thanks, the next stage, a physiotherapist after the baseline."""
    occasion = protocol.occasion(sent.occasion)
    participant = enrolment.participant
    if occasion.thanks:
        write_to(
            participant, kind="thanks", text=occasion.thanks, key=f"thanks:{participant.code}:{occasion.code}", by=by
        )
    if enrolment.stage == Stage.CONSENTED and occasion.anchor == CONSENT:
        enrolment.baseline_on = clock.today()
        move(enrolment, Stage.BASELINE_DONE)
        if protocol.visits:
            _give_to_a_physiotherapist(enrolment, protocol)
    elif enrolment.stage == Stage.ALLOCATED and occasion.code in {o.occasion for o in protocol.primary_outcomes}:
        move(enrolment, Stage.FOLLOWED_UP)


def _give_to_a_physiotherapist(enrolment: Enrolment, protocol: Protocol) -> None:
    participant = enrolment.participant
    with acting_as(SYSTEM):
        placing.place(participant, Role.PHYSIOTHERAPIST, protocol)
        book_visits(enrolment, protocol, SYSTEM)


def book_visits(enrolment: Enrolment, protocol: Protocol, by: Actor) -> None:
    """Book the visits whose anchor is known and that are not booked, each on its planned day, or today when that is over."""
    anchors = queries.anchors(enrolment)
    booked = {visit.number for visit in visits.visits_of(enrolment.participant)}
    for visit in protocol.visits:
        if visit.number not in booked and visit.anchor in anchors:
            day = max(due(visit, anchors).due_on, clock.today())
            physiotherapy.book_visit(participant=enrolment.participant, number=visit.number, planned_on=day, by=by)


def deliver(enrolment: Enrolment, protocol: Protocol, arm: Arm) -> None:
    """What an arm's treatments need, done by the system so that no blind role's hand shows in it."""
    participant = enrolment.participant
    write_to(participant, kind="allocation_letter", text=arm.letter, key=f"allocated:{participant.code}", by=SYSTEM)
    if "programme" not in arm.treatments or protocol.programme is None:
        return
    placing.place(participant, Role.THERAPIST, protocol)
    opens_on = programme_window(protocol.programme, queries.anchors(enrolment)).due_on
    course = programme.make_course(participant=participant, opens_on=opens_on, by=SYSTEM)
    weeks = max((module.week for module in courses.content(course.release_id).modules), default=0)
    programme_questions.open_weekly(participant, protocol.programme, opens_on, weeks)
    opens_at = clock.at(opens_on, protocol.reminders.send_at.hour, protocol.reminders.send_at.minute)
    kind, key = PROGRAMME_OPENS, f"programme_opens:{participant.code}"
    write_to(participant, kind=kind, key=key, by=SYSTEM, due_at=opens_at)
    following = opens_at + timedelta(days=1)
    write_to(participant, kind=NEXT_STEP, key=f"{NEXT_STEP}:{participant.code}:1", by=SYSTEM, due_at=following)


def write_to(
    participant: Participant, *, kind: str, key: str, by: Actor, text: str = "", due_at: datetime | None = None,
    target: str = "",
) -> None:  # fmt: skip
    """Plan a letter to a participant, whose link leads to `target`; the same key again plans none."""
    reminders.plan(
        key=key, account=participant.account, participant=participant, kind=kind, text=text, due_at=due_at,
        target=target, by=by,
    )  # fmt: skip
