"""Every write that moves an enrolment or plays on several rooms at once; each action called leaves its own event."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from stegvis.allocation import actions as allocation
from stegvis.assessments import actions as assessments
from stegvis.assessments import paper
from stegvis.assessments import queries as answered
from stegvis.assessments.models import Assessment, PaperEntry
from stegvis.audit import clock
from stegvis.audit.action import SYSTEM, Actor, action, note
from stegvis.audit.once import earlier, once
from stegvis.consent import actions as consent
from stegvis.messaging import actions as messaging
from stegvis.messaging.models import Message
from stegvis.methods.study.protocol import CONSENT, RANDOMISATION, Arm, Protocol
from stegvis.methods.study.safety import SafetyRule
from stegvis.methods.study.schedule import due, programme_window
from stegvis.people import actions as people
from stegvis.people import policies as who
from stegvis.people import queries as staff
from stegvis.people.acting import acting_as
from stegvis.people.models import Account, Participant, Role, Site
from stegvis.physiotherapy import actions as physiotherapy
from stegvis.physiotherapy import queries as visits
from stegvis.physiotherapy.models import Goal, GoalRating, Visit
from stegvis.programme import actions as programme
from stegvis.programme import queries as courses
from stegvis.protocol import queries as protocols
from stegvis.reminders import actions as reminders
from stegvis.reminders.queries import PROGRAMME_OPENS, WITHDRAWAL
from stegvis.safety import actions as safety
from stegvis.safety import queries as alerts
from stegvis.safety.models import Alert
from stegvis.trial import policies, queries, worries
from stegvis.trial.errors import ContactMissing
from stegvis.trial.models import (
    CallAttempt,
    CriterionDecision,
    Enrolment,
    Leaving,
    Outcome,
    RatingContext,
    Referral,
    Screening,
    Stage,
    StageChange,
    Unmasking,
)


# Screening --------------------------------------------------------------------------------------------------------
@action("trial.screening_opened", detail=("source",))
def open_screening(
    *, site: Site, source: str, language: str, answers: Mapping[str, Any], name: str, email: str, phone: str,
    key: UUID, made_up: bool = False, by: Actor,
) -> Screening:  # fmt: skip
    """Begin to assess someone who left contact details; the same key and words again give the screening that is there.

    A page that a browser brought back may have been filled in anew, on a clinic's tablet by somebody else: other words
    are refused, so that neither person is lost, and so is everything once the screening has ended.
    """
    said = {
        "name": name, "email": email, "phone": phone, "answers": json.dumps(dict(answers)), "source": source,
        "language": language,
    }  # fmt: skip
    with acting_as(SYSTEM):
        given = {**said, "protocol_version": protocols.version(), "opened_at": clock.now(), "made_up": made_up}
        row, is_new = Screening.objects.get_or_create(key=key, defaults={"site": site, **given})
        if not is_new:
            policies.check_not_used_otherwise(row)
            earlier(Screening, key, said=said, site=site)
    return row


@action("trial.screening_completed", detail=("screening",))
def complete_screening(
    *, screening: Screening, name: str, email: str, phone: str, answers: Mapping[str, Any], by: Actor
) -> Screening:
    """Keep contact details and answers of someone being screened, as they have turned out in a call or a letter."""
    policies.check_coordinates(by, screening)
    _take_turns(screening)
    policies.check_is_open(screening)
    screening.name, screening.email, screening.phone = name, email, phone
    screening.answers = json.dumps(dict(answers))
    screening.save(update_fields=["name", "email", "phone", "answers"])
    return screening


@action("trial.self_check_ended", detail=("criterion",))
def count_self_check(
    *, source: str, language: str, criterion: str, key: UUID, made_up: bool = False, by: Actor
) -> Screening:
    """Count someone whom the public self-check told that an assessment is not worthwhile: the criterion and no more."""
    now = clock.now()
    with acting_as(SYSTEM):
        row, _ = Screening.objects.get_or_create(
            key=key,
            defaults={
                "source": source, "language": language, "protocol_version": protocols.version(), "opened_at": now,
                "outcome": Outcome.EXCLUDED, "criterion": criterion, "concluded_at": now, "made_up": made_up,
            },
        )  # fmt: skip
    return row


@action("trial.criterion_decided", detail=("screening", "criterion"))
def decide_criterion(
    *, screening: Screening, criterion: str, verdict: str, source: str, by: Account
) -> CriterionDecision:
    """A licensed clinician at the site finds that a criterion holds, does not hold, or cannot be told yet."""
    who.check_licensed_clinician(by)
    if screening.site is not None:
        who.check_at_site(by, screening.site)
    policies.check_finding(screening, criterion, verdict)
    if screening.participant is None:
        policies.check_is_open(screening)
    return CriterionDecision.objects.create(
        screening=screening, criterion=criterion, verdict=verdict, source=source, decided_by=by, decided_at=clock.now()
    )


@action("trial.screening_ended", detail=("screening", "outcome", "criterion"))
def end_screening(*, screening: Screening, outcome: str, criterion: str = "", by: Actor) -> Screening:
    """End a screening otherwise than eligible. The reason stays; name, address, telephone and answers do not."""
    policies.check_coordinates(by, screening)
    _take_turns(screening)
    policies.check_is_open(screening)
    policies.check_ending(screening, outcome, criterion)
    screening.outcome, screening.criterion, screening.concluded_at = outcome, criterion, clock.now()
    screening.name = screening.email = screening.phone = screening.answers = None
    screening.save()
    return screening


@action("trial.invited")
def invite(*, screening: Screening, sex: str = "", by: Actor) -> Enrolment:
    """End a screening as eligible: give the person a code and an account, and a letter with the way to consent."""
    policies.check_coordinates(by, screening)
    _take_turns(screening)
    policies.check_is_open(screening)
    policies.check_criteria_met(screening)
    if not (screening.name and screening.email and screening.site):
        raise ContactMissing(number=screening.pk)
    participant = people.add_participant(
        site=screening.site, name=screening.name, email=screening.email, phone=screening.phone or "",
        language=screening.language, made_up=screening.made_up, by=by,
    )  # fmt: skip
    screening.outcome, screening.concluded_at, screening.participant = Outcome.ELIGIBLE, clock.now(), participant
    screening.name = screening.email = screening.phone = None
    screening.save()
    enrolment = Enrolment.objects.create(
        participant=participant, site=screening.site, protocol_version=protocols.version(), stage=Stage.INVITED,
        stage_since=clock.now(), age=queries.answers_of(screening).get("age"), sex=sex,
    )  # fmt: skip
    _keep_stage(enrolment, Stage.INVITED)
    _write_to(participant, kind="welcome", key=f"welcome:{participant.code}", by=by)
    return enrolment


@action("trial.referral_made", detail=("rule",))
def keep_referral(*, participant: Participant, rule: str, referred_to: str, by: Account) -> Referral:
    """Keep that a referral which a rule of the protocol demands was made, and where to; the same again is the same one."""
    who.check_at_site(by, participant.site)
    _enrolment(participant)
    for made in queries.referrals_of(participant):
        if (made.rule, made.referred_to) == (rule, referred_to):
            note(repeated=True)
            return made
    return Referral.objects.create(
        participant=participant, rule=rule, referred_to=referred_to, referred_by=by, referred_at=clock.now()
    )


# Consent and withdrawal -------------------------------------------------------------------------------------------
@action("trial.consented")
def give_consent(*, participant: Participant, typed_name: str, language: str, key: UUID, by: Actor) -> Enrolment:
    """The person consents to the text in force, in the language they read; the baseline questions open."""
    policies.check_own(by, participant)
    enrolment = _enrolment(participant)
    protocol = queries.protocol_of(enrolment)
    text = protocols.text(protocol.text_code("consent"), language)
    consent.give_consent(
        participant=participant, text_code=text.code, text_version=str(text.version), text_sha256=text.sha256,
        language=text.language, signature=typed_name, key=key, by=by,
    )  # fmt: skip
    if enrolment.consented_on is None:
        enrolment.consented_on = clock.today()
        _move(enrolment, Stage.CONSENTED)
        _open_occasions(enrolment, protocol, CONSENT, by)
    return enrolment


@action("trial.withdrew")
def withdraw(*, participant: Participant, layers: Iterable[str], why: str = "", by: Actor) -> Enrolment:
    """Stop a treatment, the questions, or everything; a letter confirms it. What the law requires to be kept is kept.

    The record does not name the layers, one of which can tell the arm, nor the person's own words about why.
    """
    if by.role != Role.COORDINATOR:
        policies.check_own(by, participant)
    enrolment = _enrolment(participant)
    chosen = sorted(set(layers))
    rows = [consent.withdraw(participant=participant, layer=layer, why=why, by=by) for layer in chosen]
    if {"questions", "everything"} & set(chosen):
        reminders.stop(participant=participant, by=by)
    if {"programme", "everything"} & set(chosen):
        _stop_course(participant)
    if "everything" in chosen:
        _end(enrolment, Leaving.WITHDREW)
    if rows:
        key = f"{WITHDRAWAL}:{participant.code}:{max(row.pk for row in rows)}"
        text = queries.protocol_of(enrolment).text_code("withdrawal")
        _write_to(participant, kind=WITHDRAWAL, text=text, key=key, by=by)
    return enrolment


@action("trial.left_before_randomisation", detail=("why",))
def leave_before_randomisation(*, participant: Participant, why: str, by: Actor) -> Enrolment:
    """Keep that someone will not be randomised, and why (a code of the flow); a plan already made stays theirs."""
    who.check_role(by, Role.COORDINATOR)
    who.check_at_site(by, participant.site)
    policies.check_leaving(why)
    enrolment = _enrolment(participant)
    reminders.stop(participant=participant, by=by)
    _move(enrolment, Stage.NOT_RANDOMISED, reason=why)
    return enrolment


@action("trial.wrote")
def write(*, participant: Participant, channel: str, body: str, key: UUID, by: Actor) -> Message:
    """A participant writes where somebody still answers them."""
    policies.check_own(by, participant)
    policies.check_still_answered(participant, channel)
    return messaging.send(participant=participant, channel=channel, body=body, key=key, by=by)


# Answers ----------------------------------------------------------------------------------------------------------
@action("trial.answers_saved", detail=("instrument",))
def save_answers(
    *,
    assessment: Assessment,
    instrument: str,
    answers: Mapping[str, Any],
    language: str,
    channel: str = "web",
    typed_at: datetime | None = None,
    by: Actor,
) -> tuple[SafetyRule, ...]:
    """Keep a page's answers, and raise what they must raise at once. Gives the rules that fired, so that help is shown.

    `typed_at` is when they were typed, for what is sent later; it is never taken to lie in the future.
    """
    policies.check_may_answer(by, assessment.participant, channel)
    policies.check_still_asked(assessment.participant)
    rows = assessments.save_answers(
        assessment=assessment, instrument=instrument, answers=answers, language=language, channel=channel,
        typed_at=typed_at, by=by,
    )  # fmt: skip
    new = {row.link_id: f"{row._meta.label}:{row.pk}" for row in rows}
    typed = next((row.typed_at for row in rows), None)
    fired = worries.raise_on_answers(assessment, worries.Given(instrument, answers, new, typed), by)
    return fired + (worries.raise_on_scores(assessment, instrument, by) if rows else ())


@action("trial.answers_sent", detail=("assessment", "minimum"))
def submit_assessment(
    *, assessment: Assessment, minimum: bool = False, completed_on: date | None = None, channel: str = "web",
    by: Actor,
) -> Assessment:  # fmt: skip
    """Send an occasion's answers: score them, stop its reminders, raise what scores must raise, go on a stage.

    With `minimum` the primary outcomes are sent alone, which counts as answered; the rest can follow.
    """
    policies.check_may_answer(by, assessment.participant, channel)
    policies.check_still_asked(assessment.participant)
    only = queries.minimum_of(assessment) if minimum else None
    participant = assessment.participant
    is_first, is_new = not answered.is_submitted(participant, assessment.occasion), assessment.submitted_at is None
    sent = assessments.submit(assessment=assessment, only=only, completed_on=completed_on, by=by)
    if is_new:
        for instrument in sent.instruments:
            worries.raise_on_scores(sent, instrument, by)
    if is_first:
        reminders.stop(participant=participant, occasions=[sent.occasion], by=by)
        enrolment = _enrolment(participant)
        _after_occasion(enrolment, queries.protocol_of(enrolment), sent, by)
    return sent


@action("trial.paper_entered", detail=("instrument",))
def enter_paper(
    *, entry: PaperEntry, instrument: str, answers: Mapping[str, Any], by: Account
) -> tuple[SafetyRule, ...]:
    """Keep what was read on a paper form, and raise what it must raise at once, at the first entry already."""
    assessment = entry.assessment
    policies.check_takes_answers(by, assessment.participant)
    policies.check_still_asked(assessment.participant)
    paper.save(entry=entry, instrument=instrument, answers=answers, by=by)
    return worries.raise_on_paper(assessment, paper.entered(entry), instrument, by)


@action("trial.paper_settled", detail=("instrument",))
def settle_paper(
    *, assessment: Assessment, instrument: str, link_id: str, entry: PaperEntry | None, value: Any = None, words: str,
    by: Account,
) -> tuple[SafetyRule, ...]:  # fmt: skip
    """Settle a difference between two entries; a value that neither of them had is looked at as any new answer is."""
    policies.check_takes_answers(by, assessment.participant)
    policies.check_still_asked(assessment.participant)
    paper.settle(
        assessment=assessment, instrument=instrument, link_id=link_id, entry=entry, value=value, words=words, by=by
    )
    if entry is not None or not instrument:
        return ()
    return worries.raise_on_paper(assessment, paper.as_settled(assessment), instrument, by, only=(link_id,))


@action("trial.paper_sent", detail=("assessment",))
def send_paper(*, assessment: Assessment, by: Account) -> Assessment:
    """Make answers of a form that two people have entered alike, and send them with the day on which it was completed."""
    form = paper.agreed(assessment)
    participant = assessment.participant
    policies.check_takes_answers(by, participant)
    for instrument, answers in form.answers.items():
        assessments.save_answers(
            assessment=assessment, instrument=instrument, answers=answers, language=participant.language, channel="paper",
            by=by,
        )  # fmt: skip
    return submit_assessment(assessment=assessment, completed_on=form.completed_on, channel="paper", by=by)


@action("trial.answers_corrected", detail=("instrument",))
def correct_answers(
    *, assessment: Assessment, instrument: str, answers: Mapping[str, Any], reason: str, by: Account
) -> tuple[SafetyRule, ...]:
    """Correct what was sent, with a reason; a corrected answer that worries raises what any answer would."""
    policies.check_may_correct(by, assessment.participant)
    rows = assessments.correct(assessment=assessment, instrument=instrument, answers=answers, reason=reason, by=by)
    new = {row.link_id: f"{row._meta.label}:{row.pk}" for row in rows}
    changed = {link_id: answers[link_id] for link_id in new}
    fired = worries.raise_on_answers(assessment, worries.Given(instrument, changed, new), by)
    return fired + worries.raise_on_scores(assessment, instrument, by)


# Visits and goals -------------------------------------------------------------------------------------------------
@action("trial.visit_held", detail=("number",))
def hold_visit(
    *, participant: Participant, number: int, mode: str, held_at: datetime | None = None, by: Actor
) -> Visit:
    """Keep that a visit was held; the first one, at which goals are locked, moves the enrolment on."""
    visit = physiotherapy.hold_visit(participant=participant, number=number, mode=mode, held_at=held_at, by=by)
    enrolment = _enrolment(participant)
    protocol = queries.protocol_of(enrolment)
    if protocol.goals and f"visit_{number}" == protocol.goals.set_at:
        physiotherapy.lock_goals(participant=participant, by=by)
    if number == 1 and enrolment.stage == Stage.BASELINE_DONE:
        enrolment.visit1_on = clock.local(visit.held_at or clock.now()).date()
        _move(enrolment, Stage.PLANNED)
    _book_visits(enrolment, protocol, by)
    return visit


@action("trial.goal_rated", detail=("goal", "occasion"))
def rate_goal(*, goal: Goal, level: str, rater: str, mode: str, occasion: str, key: UUID, by: Actor) -> GoalRating:
    """Keep how far a goal was attained; how much of the programme was done by then is kept where raters cannot read."""
    rating = physiotherapy.rate_goal(goal=goal, level=level, rater=rater, mode=mode, occasion=occasion, key=key, by=by)
    with acting_as(SYSTEM):
        RatingContext.objects.get_or_create(
            rating=rating, defaults={"modules_done": courses.modules_done(goal.participant)}
        )
    return rating


# Randomisation ----------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Revealed:
    """The arm of someone just randomised, to be shown once."""

    enrolment: Enrolment
    arm: Arm = field(repr=False)


@action("trial.randomised")
def randomise(*, participant: Participant, key: UUID | None = None, by: Account) -> Revealed:
    """Give an eligible, consented person the next arm of their stratum and set everything in motion that follows.

    Only the coordinator who presses is shown the arm, this once. The participant is told by page and letter; a therapist
    is assigned where the arm has the programme; the physiotherapist is not told. `key` is the form's, see `show_again`.
    """
    enrolment = _enrolment(participant)
    policies.check_can_randomise(by, enrolment)
    protocol = queries.protocol_of(enrolment)
    policies.check_treatments_can_be_given(protocol, participant)
    allocation.allocate(participant=participant, stratum=queries.stratum(enrolment), by=by)
    shown = allocation.disclose(
        participant=participant, kind="at_allocation", reason="randomised by this coordinator", by=by
    )
    arm = protocol.arm(shown.shown_arm)
    enrolment.randomised_at = clock.now()
    enrolment.randomised_on = clock.today()
    enrolment.randomised_key = key
    _move(enrolment, Stage.ALLOCATED)
    _open_occasions(enrolment, protocol, RANDOMISATION, by)
    if any(visit.anchor == RANDOMISATION for visit in protocol.visits):
        _book_visits(enrolment, protocol, by)
    with acting_as(SYSTEM):
        _deliver(enrolment, protocol, arm)
    return Revealed(enrolment, arm)


@action("trial.arm_shown_again")
def show_again(*, participant: Participant, key: UUID, by: Account) -> Revealed:
    """Show the arm when the form that randomised comes a second time, since then nobody saw the answer to the first.

    A browser in which the button is pressed twice shows the second answer only. Refused for any other form, and later
    than `policies.SENT_AGAIN_WITHIN`: an allocation is then looked up, with a reason. It is a look-up in the record too.
    """
    who.check_role(by, Role.COORDINATOR)
    who.check_at_site(by, participant.site)
    enrolment = _enrolment(participant)
    policies.check_sent_again(enrolment, key)
    reason = "the form that randomised was sent twice"
    shown = allocation.disclose(participant=participant, kind="lookup", reason=reason, by=by)
    return Revealed(enrolment, queries.protocol_of(enrolment).arm(shown.shown_arm))


@action("trial.arm_looked_up")
def look_up_arm(*, participant: Participant, reason: str, by: Account) -> Revealed:
    """Show a coordinator of the site an arm again, with a reason that stays in the record."""
    who.check_role(by, Role.COORDINATOR)
    who.check_at_site(by, participant.site)
    enrolment = _enrolment(participant)
    shown = allocation.disclose(participant=participant, kind="lookup", reason=reason, by=by)
    return Revealed(enrolment, queries.protocol_of(enrolment).arm(shown.shown_arm))


# Safety and calls -------------------------------------------------------------------------------------------------
@action("trial.something_is_wrong")
def something_is_wrong(*, participant: Participant, words: str, key: UUID, by: Actor) -> Alert:
    """A participant says that something is wrong; the site's rota is told, at every stage and in every arm."""
    policies.check_own(by, participant)
    grade = protocols.current().safety.something_is_wrong
    return worries.alert(participant, "something_is_wrong", f"key:{key}", grade, by, words=words)


@action("trial.concern_reported")
def report_concern(*, participant: Participant, words: str, key: UUID, by: Account) -> Alert:
    """A member of staff at the site heard something that must be looked at, in a call for example; the rota is told."""
    who.check_at_site(by, participant.site)
    grade = protocols.current().safety.something_is_wrong
    return worries.alert(participant, "concern_reported", f"key:{key}", grade, by, words=words)


@action("trial.alert_escalated")
def escalate_alert(*, alert: Alert, by: Actor) -> Alert:
    """Tell a further person of an alert that nobody has taken in time, and write to them; the protocol says whom."""
    told = alerts.next_to_tell(alert, protocols.current().safety.escalate_to)
    safety.escalate(alert=alert, told=told, by=by)
    for account in told:
        key = f"escalated:{alert.pk}:{account.code}"
        reminders.plan(key=key, account=account, kind=worries.ESCALATED, by=by)
    return alert


@action("trial.called", detail=("occasion", "outcome"))
def keep_call(
    *, participant: Participant, occasion: str, outcome: str, try_again_on: date | None = None,
    key: UUID | None = None, by: Account,
) -> CallAttempt:  # fmt: skip
    """Keep that someone was called about late answers, and what came of it; the same key again gives that call."""
    who.check_at_site(by, participant.site)
    called = {
        "participant": participant, "occasion": occasion, "outcome": outcome, "try_again_on": try_again_on,
        "called_by": by, "called_at": clock.now(),
    }  # fmt: skip
    if key is None:
        return CallAttempt.objects.create(**called)
    return once(CallAttempt, key, about="participant", **called)


@action("trial.unmasked", detail=("occasion",))
def keep_unmasking(
    *, participant: Participant, occasion: str, said: str, guessed_arm: str = "", key: UUID, by: Account
) -> Unmasking:
    """Keep that an outcome assessor learnt or guessed an arm: who, when, what was said; the record has no word of it.

    The same key again gives the row that it made.
    """
    policies.check_unmasking(by, participant, said, guessed_arm)
    return once(
        Unmasking, key, about="participant", participant=participant, occasion=occasion, said=said,
        guessed_arm=guessed_arm or None, assessor=by, at=clock.now(),
    )  # fmt: skip


# The parts of these -----------------------------------------------------------------------------------------------
def _enrolment(participant: Participant) -> Enrolment:
    """The enrolment as it stands, locked: whoever else would move it waits until this is done."""
    rows = Enrolment.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("participant__site", "participant__account", "site").get(participant=participant)


def _take_turns(screening: Screening) -> None:
    """Bring a screening up to date, locked: two who end it at the same moment wait for each other here."""
    screening.refresh_from_db(from_queryset=Screening.objects.select_for_update(no_key=True))


def _move(enrolment: Enrolment, stage: str, reason: str = "") -> None:
    policies.check_may_go_to(enrolment, stage)
    enrolment.stage = stage
    enrolment.stage_since = clock.now()
    enrolment.save()
    _keep_stage(enrolment, stage, reason)
    note(stage=stage)


def _keep_stage(enrolment: Enrolment, stage: str, reason: str = "") -> None:
    StageChange.objects.create(enrolment=enrolment, stage=stage, reason=reason, entered_at=clock.now())


def _end(enrolment: Enrolment, reason: str) -> None:
    if enrolment.stage in {Stage.WITHDRAWN, Stage.NOT_RANDOMISED}:
        return
    _move(enrolment, Stage.WITHDRAWN if enrolment.randomised_at else Stage.NOT_RANDOMISED, reason)


def _stop_course(participant: Participant) -> None:
    """Done by the system, so that a coordinator who enters a withdrawal is not shown whether there was a course."""
    with acting_as(SYSTEM):
        course = courses.course_of(participant)
        if course is not None:
            programme.stop_course(course=course, by=SYSTEM)


def _open_occasions(enrolment: Enrolment, protocol: Protocol, anchor: str, by: Actor) -> None:
    """Open every occasion counted from this anchor, with its window and its reminders."""
    anchors = queries.anchors(enrolment)
    for occasion in protocol.occasions:
        if occasion.anchor != anchor or occasion.declared_only:
            continue
        window = due(occasion, anchors)
        opened = assessments.open_assessment(
            participant=enrolment.participant, occasion=occasion.code, instruments=occasion.instruments,
            opens_on=window.opens_on, due_on=window.due_on, closes_on=window.closes_on, by=by,
        )  # fmt: skip
        reminders.plan_ladder(assessment=opened, by=by)


def _after_occasion(enrolment: Enrolment, protocol: Protocol, sent: Assessment, by: Actor) -> None:
    occasion = protocol.occasion(sent.occasion)
    participant = enrolment.participant
    if occasion.thanks:
        _write_to(
            participant, kind="thanks", text=occasion.thanks, key=f"thanks:{participant.code}:{occasion.code}", by=by
        )
    if enrolment.stage == Stage.CONSENTED and occasion.anchor == CONSENT:
        enrolment.baseline_on = clock.today()
        _move(enrolment, Stage.BASELINE_DONE)
        if protocol.visits:
            _give_to_a_physiotherapist(enrolment, protocol)
    elif enrolment.stage == Stage.ALLOCATED and occasion.code in {o.occasion for o in protocol.primary_outcomes}:
        _move(enrolment, Stage.FOLLOWED_UP)


def _give_to_a_physiotherapist(enrolment: Enrolment, protocol: Protocol) -> None:
    participant = enrolment.participant
    with acting_as(SYSTEM):
        physiotherapist = staff.least_loaded(participant.site, Role.PHYSIOTHERAPIST)
        if physiotherapist is not None:
            people.assign_clinician(
                participant=participant, clinician=physiotherapist, role=Role.PHYSIOTHERAPIST, by=SYSTEM
            )
        _book_visits(enrolment, protocol, SYSTEM)


def _book_visits(enrolment: Enrolment, protocol: Protocol, by: Actor) -> None:
    """Book the visits whose anchor is known and that are not booked, each on its planned day, or today when that is over."""
    anchors = queries.anchors(enrolment)
    booked = {visit.number for visit in visits.visits_of(enrolment.participant)}
    for visit in protocol.visits:
        if visit.number not in booked and visit.anchor in anchors:
            day = max(due(visit, anchors).due_on, clock.today())
            physiotherapy.book_visit(participant=enrolment.participant, number=visit.number, planned_on=day, by=by)


def _deliver(enrolment: Enrolment, protocol: Protocol, arm: Arm) -> None:
    """What an arm's treatments need, done by the system so that no blind role's hand shows in it."""
    participant = enrolment.participant
    _write_to(participant, kind="allocation_letter", text=arm.letter, key=f"allocated:{participant.code}", by=SYSTEM)
    if "programme" not in arm.treatments or protocol.programme is None:
        return
    therapist = staff.least_loaded(participant.site, Role.THERAPIST)
    if therapist is not None:
        people.assign_clinician(participant=participant, clinician=therapist, role=Role.THERAPIST, by=SYSTEM)
    opens_on = programme_window(protocol.programme, queries.anchors(enrolment)).due_on
    programme.make_course(participant=participant, opens_on=opens_on, by=SYSTEM)
    opens_at = clock.at(opens_on, protocol.reminders.send_at.hour, protocol.reminders.send_at.minute)
    kind, key = PROGRAMME_OPENS, f"programme_opens:{participant.code}"
    _write_to(participant, kind=kind, key=key, by=SYSTEM, due_at=opens_at)


def _write_to(
    participant: Participant, *, kind: str, key: str, by: Actor, text: str = "", due_at: datetime | None = None
) -> None:
    reminders.plan(
        key=key, account=participant.account, participant=participant, kind=kind, text=text, due_at=due_at, by=by
    )
