"""Blind reads of the trial: nothing here, however far one follows it, tells an arm.

What a participant may do today knows the programme and so lives in `today`; what a randomisation needs of it, in
`policies`.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.db.models import Case, Count, Exists, OuterRef, Q, QuerySet, Subquery, When
from django.utils.translation import gettext_lazy as _

from stegvis.assessments import queries as assessments
from stegvis.assessments.models import Assessment
from stegvis.audit import clock
from stegvis.audit.action import Actor
from stegvis.audit.asked import asked_once
from stegvis.consent import queries as consent
from stegvis.consent.models import Withdrawal
from stegvis.messaging import policies as conversation
from stegvis.messaging import queries as messages
from stegvis.messaging.models import Channel
from stegvis.methods.study.eligibility import Criterion, CriterionResult, Facts, evaluate, working
from stegvis.methods.study.eligibility import Working as Working
from stegvis.methods.study.protocol import CONSENT, RANDOMISATION, Protocol
from stegvis.methods.study.schedule import Window, WindowState, minimum_offered_from, schedule
from stegvis.methods.study.strata import stratum_of
from stegvis.people import queries as people
from stegvis.people.life import queries as life
from stegvis.people.models import Participant, Role
from stegvis.physiotherapy import queries as physiotherapy
from stegvis.physiotherapy.visiting import queries as visiting
from stegvis.protocol import queries as protocols
from stegvis.safety import queries as safety
from stegvis.trial.models import (
    Apart,
    CallAttempt,
    CriterionDecision,
    Enrolment,
    GoesOn,
    Outcome,
    Referral,
    Screening,
    Stage,
    StageChange,
    TransferEnd,
    Unmasking,
    Verdict,
)
from stegvis.trial.models import Leaving as Leaving
from stegvis.trial.models import Sex as Sex
from stegvis.trial.models import Source as Source
from stegvis.trial.scheduling.queries import moved_later
from stegvis.trial.transfers.models import TransferEnding

WITHDRAWN_FROM_QUESTIONS = frozenset({"questions", "everything"})

RED_FLAG = "red_flag"
"""What an alert about a warning sign stores in place of a rule's code."""

ENDED = frozenset({Stage.NOT_RANDOMISED, Stage.WITHDRAWN})
"""The stages from which nobody goes on."""

MEETS_PHYSIOTHERAPIST = (Stage.BASELINE_DONE, Stage.PLANNED, Stage.ALLOCATED, Stage.FOLLOWED_UP)
"""The stages at which someone in a trial with visits has a physiotherapist."""

TO_ASSESSOR = "to_assessor"
"""What came of a call after which an outcome assessor calls and takes the answers."""

ASSESSOR_HAS = timedelta(days=2)
"""How long after the agreed day such a call stays with the assessors before a coordinator sees it again."""

CALL_OUTCOMES: dict[str, Any] = dict(CallAttempt._meta.get_field("outcome").choices or ())
"""What may come of a call about late answers, in words."""


# Screening --------------------------------------------------------------------------------------------------------
def screening(pk: int) -> Screening | None:
    """One screening, if row-level security lets the actor see it."""
    return Screening.objects.select_related("site", "participant").filter(pk=pk).first()


def open_screenings(sites: Iterable[int] | None = None) -> QuerySet[Screening]:
    """Screenings under way at some sites, or at all that the actor may see, the longest waiting first."""
    found = Screening.objects.select_related("site").filter(outcome=Outcome.OPEN)
    if sites is not None:
        found = found.filter(site__in=list(sites))
    return found.order_by("opened_at", "pk")


def quiet_screenings(days: int, sites: Iterable[int] | None = None, on: date | None = None) -> QuerySet[Screening]:
    """Open screenings without a sign for so many days: not opened, decided on or said to go on since; the longest first."""
    since = clock.at((on or clock.today()) - timedelta(days=days - 1), 0)
    decided = CriterionDecision.objects.filter(screening=OuterRef("pk"), decided_at__gte=since)
    goes_on = GoesOn.objects.filter(screening=OuterRef("pk"), said_at__gte=since)
    apart = Apart.objects.filter(screening=OuterRef("pk"), told_at__gte=since)
    return open_screenings(sites).filter(~Exists(decided), ~Exists(goes_on), ~Exists(apart), opened_at__lt=since)


def is_quiet(of: Screening, days: int) -> bool:
    """Whether an open screening has been without a sign for so many days."""
    return quiet_screenings(days).filter(pk=of.pk).exists()


def screening_of(participant: Participant) -> Screening | None:
    """The screening through which a participant came."""
    return Screening.objects.filter(participant=participant).first()


def answers_of(of: Screening) -> dict[str, Any]:
    """What was answered in the self-check: age, pain_months, pain_places, answers by criterion."""
    found: dict[str, Any] = json.loads(of.answers) if of.answers else {}
    return found


def facts_of(of: Screening) -> Facts:
    """What is known of the person being screened; after consent, their baseline scores as well, and never later ones."""
    answers = answers_of(of)
    scores: dict[tuple[str, str], float | None] = {}
    if of.participant is not None:
        occasions = protocols.protocol_of(of.protocol_version_id).occasions
        baseline = [each.code for each in occasions if each.anchor == CONSENT]
        rows = assessments.score_rows(of.participant).filter(occasion__in=baseline)
        scores = {(code, name): value for code, name, value in rows.values_list("response__code", "name", "value")}
    return replace(facts_from(answers), scores=scores)


def criteria_codes(of: Screening) -> frozenset[str]:
    """The codes of all criteria of the protocol under which a screening began."""
    return frozenset(each.code for each in protocols.protocol_of(of.protocol_version_id).criteria)


@dataclass(frozen=True)
class CriterionRow:
    """One criterion in a screening: what is computed, what a clinician has found, and what that means."""

    criterion: Criterion
    computed: CriterionResult
    decision: CriterionDecision | None
    working: tuple[Working, ...] = ()
    """How the computed result came about, step by step."""

    @property
    def passes(self) -> bool | None:
        """Whether the person can go on as far as this criterion goes; None while no clinician has decided."""
        if self.decision is None or self.decision.verdict == Verdict.UNKNOWN:
            return None
        return (self.decision.verdict == Verdict.YES) == (self.criterion.kind == "include")


def criteria_of(of: Screening, at: str | None = None) -> list[CriterionRow]:
    """The criteria in force when the screening began, each with what is computed and what was decided."""
    protocol = protocols.protocol_of(of.protocol_version_id)
    newest: dict[str, CriterionDecision] = {}
    for decision in (
        CriterionDecision.objects.filter(screening=of).select_related("decided_by").order_by("decided_at", "pk")
    ):
        newest[decision.criterion] = decision
    day = clock.local(of.opened_at).date()
    facts, decisions = facts_of(of), protocol.pain_map.decisions()
    results = evaluate(protocol.criteria, facts, day, protocol.pain_map.widespread_pain())
    return [
        CriterionRow(
            result.criterion, result, newest.get(result.code), working(result.criterion.rule, facts, decisions)
        )
        for result in results
        if at is None or result.criterion.decided_at == at
    ]


def referrals_missing(of: Screening) -> list[Criterion]:
    """Criteria whose rule holds and demands a referral that nobody has recorded."""
    return _referrals_missing(of, criteria_of(of))


def _referrals_missing(of: Screening, rows: list[CriterionRow]) -> list[Criterion]:
    needed = [row.criterion for row in rows if row.computed.needs_referral]
    if of.participant is None or not needed:
        return []
    made = set(Referral.objects.filter(participant=of.participant).values_list("rule", flat=True))
    return [criterion for criterion in needed if criterion.code not in made]


def self_check_criteria() -> tuple[Criterion, ...]:
    """The criteria in force today that the public page asks about."""
    return tuple(each for each in protocols.current().criteria_on(clock.today()) if each.self_check)


def speaks_against(answers: Mapping[str, Any]) -> str | None:
    """The first criterion of the self-check that its answers speak against, by code; None when nothing does.

    It decides nothing: what is not known does not count against anyone, and a clinician confirms every criterion.
    """
    protocol = protocols.current()
    definitions = protocol.pain_map.widespread_pain()
    results = evaluate(self_check_criteria(), facts_from(answers), clock.today(), definitions)
    return next((result.code for result in results if result.passes is False), None)


# Enrolment --------------------------------------------------------------------------------------------------------
@asked_once
def enrolment(participant: Participant) -> Enrolment | None:
    """A participant's enrolment."""
    return Enrolment.objects.select_related("participant__site", "site").filter(participant=participant).first()


def enrolment_of(participant: Participant) -> Enrolment:
    """A participant's enrolment; everybody who has a code has one."""
    return Enrolment.objects.select_related("participant__site", "site").get(participant=participant)


def protocol_of(enrolment: Enrolment) -> Protocol:
    """The protocol under which an enrolment goes on: the one under which it began, or an amendment that was agreed to."""
    return protocols.protocol_of(enrolment.protocol_version_id)


def anchors(of: Enrolment) -> dict[str, date]:
    """The days from which everything else is counted, as far as they are known."""
    days = {CONSENT: of.consented_on, RANDOMISATION: of.randomised_on}
    for visit in physiotherapy.visits_of(of.participant):
        days[f"visit_{visit.number}"] = clock.local(visit.held_at).date() if visit.held_at else None
    return {name: day for name, day in days.items() if day is not None}


def windows(of: Enrolment) -> dict[str, Window]:
    """The windows of every occasion and visit whose anchor is known."""
    return schedule(protocol_of(of), anchors(of))


def changes_of(of: Enrolment) -> QuerySet[StageChange]:
    """The stages an enrolment has been through."""
    return StageChange.objects.filter(enrolment=of).order_by("entered_at", "pk")


def calls_of(participant: Participant) -> QuerySet[CallAttempt]:
    """When a participant was called about late answers, and what came of it, newest first."""
    return CallAttempt.objects.filter(participant=participant).select_related("called_by").order_by("-called_at", "-pk")


def arm_codes() -> dict[str, Any]:
    """The arms of the protocol in force, by code, each with what people call it; nobody's."""
    return {arm.code: arm.name for arm in protocols.current().arms}


def is_unmasked(assessor: Actor, participant: Participant) -> bool:
    """Whether an outcome assessor has recorded that they learnt this participant's arm."""
    return Unmasking.objects.filter(assessor_id=assessor.pk, participant=participant).exists()


def awaited(sites: Iterable[int], on: date | None = None) -> QuerySet[Assessment]:
    """Occasions at some sites that can be answered and have not been sent, those closing first.

    Whoever stopped the questions, left before randomisation or is held back by a life event is not among them.
    """
    day = on or clock.today()
    withdrew = Withdrawal.objects.filter(participant=OuterRef("participant"), layer__in=WITHDRAWN_FROM_QUESTIONS)
    left = Enrolment.objects.filter(participant=OuterRef("participant"), stage=Stage.NOT_RANDOMISED)
    rows = assessments.not_locked().filter(
        ~Exists(withdrew), ~Exists(left), ~life.held_back(), participant__site__in=list(sites), submitted_at=None,
        opens_on__lte=day,
    )  # fmt: skip
    return rows.select_related("participant__site").order_by("closes_on", "participant__code")


def referrals_of(participant: Participant) -> QuerySet[Referral]:
    """The referrals that rules of the protocol demanded, as far as they have been recorded."""
    return Referral.objects.filter(participant=participant).select_related("referred_by").order_by("referred_at", "pk")


def stratum(of: Enrolment) -> str:
    """The stratum in which an enrolment would be randomised."""
    found = screening_of(of.participant)
    scores = facts_of(found).scores if found else {}
    return stratum_of(protocol_of(of), of.site.code, Facts(age=of.age, scores=scores))


def is_answered(participant: Participant, channel: str) -> bool:
    """Whether somebody answers what a person writes here; after a withdrawal from everything only the study does."""
    if channel != Channel.STUDY and "everything" in consent.withdrawn_layers(participant):
        return False
    return conversation.is_read(participant, channel)


def conversations_of(participant: Participant) -> dict[Channel, bool]:
    """A person's channels and whether each is still answered; one that is not stands here if something was written."""
    answered = {channel: is_answered(participant, channel) for channel in messages.channels_of(participant)}
    return {channel: yes for channel, yes in answered.items() if yes or messages.thread(participant, channel).exists()}


# Gates ------------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class GateState:
    """One condition of randomisation: whether it is fulfilled, in words, and what mends it."""

    check: str
    label: Any
    is_open: bool
    missing: Any = ""


def gates(of: Enrolment) -> list[GateState]:
    """Every condition that the protocol sets for randomisation, with what is missing."""
    return [_GATES[gate.check](of, gate) for gate in protocol_of(of).gates]


def _criteria_confirmed(of: Enrolment, gate: Any) -> GateState:
    label = _("Every criterion confirmed by a clinician")
    found = screening_of(of.participant)
    rows = criteria_of(found) if found else []
    undecided = [row for row in rows if row.passes is None]
    against = [row for row in rows if row.passes is False]
    if found and _referrals_missing(found, rows):
        return GateState(gate.check, label, False, _("A referral that a rule asks for has not been recorded."))
    if against:
        return GateState(gate.check, label, False, _("A criterion speaks against randomisation."))
    if undecided or not rows:
        return GateState(gate.check, label, False, _("Not every criterion has been decided."))
    return GateState(gate.check, label, True)


def _consent_given(of: Enrolment, gate: Any) -> GateState:
    label = _("Consent given")
    given = consent.newest(of.participant)
    if given is None or not consent.goes_on(of.participant, "everything"):
        return GateState(gate.check, label, False, _("There is no consent in force."))
    newer = consent.not_agreed_to(of.participant)
    if newer is not None and consent.refusal_of(of.participant, newer) is not None:
        return GateState(gate.check, label, False, _("The person has said no to the newer version."))
    if newer is not None:
        return GateState(gate.check, label, False, _("The person has not agreed to the newer version yet."))
    if protocols.current().consenting.countersigned and consent.countersignature_of(given) is None:
        return GateState(gate.check, label, False, _("Whoever informed the person has not signed yet."))
    return GateState(gate.check, label, True)


def _baseline_primary_complete(of: Enrolment, gate: Any) -> GateState:
    label = _("Baseline answered, primary outcomes in")
    protocol = protocol_of(of)
    wanted = [(outcome.instrument, outcome.score) for outcome in protocol.primary_outcomes]
    sent_on = assessments.submitted_on(of.participant, gate.occasion)
    if sent_on is None or not assessments.have_scores(of.participant, gate.occasion, wanted):
        return GateState(gate.check, label, False, _("The primary outcomes have not been answered and sent."))
    if clock.today() > sent_on + timedelta(days=gate.max_age_days):
        too_old = _("The answers are older than %(days)s days: ask for them again.") % {"days": gate.max_age_days}
        return GateState(gate.check, label, False, too_old)
    return GateState(gate.check, label, True)


def _goals_locked(of: Enrolment, gate: Any) -> GateState:
    is_open = physiotherapy.goals_locked_at(of.participant) is not None
    return GateState(gate.check, _("Goals set and locked"), is_open, _("The goals have not been locked at visit 1."))


def _visit_held(of: Enrolment, gate: Any) -> GateState:
    label = _("First visit held")
    held_on = anchors(of).get(gate.visit)
    if held_on is None:
        return GateState(gate.check, label, False, _("The visit has not been held."))
    is_open = clock.today() <= held_on + timedelta(days=gate.within_days)
    too_long = _("The visit was more than %(days)s days ago.") % {"days": gate.within_days}
    return GateState(gate.check, label, is_open, too_long)


def _safety_rota_filled(of: Enrolment, gate: Any) -> GateState:
    label = _("Someone on the site's safety rota")
    return GateState(gate.check, label, safety.is_rota_filled(of.site), _("Nobody is on the site's safety rota."))


def _safety_assessed(of: Enrolment, gate: Any) -> GateState:
    label = _("Worrying answers assessed by a licensed clinician")
    holding = [rule.code for rule in protocol_of(of).safety.rules if rule.before_randomisation]
    waiting = safety.not_assessed(of.participant, holding).exists()
    return GateState(gate.check, label, not waiting, _("An alert waits for a licensed clinician's assessment."))


def _red_flags_decided(of: Enrolment, gate: Any) -> GateState:
    label = _("Warning signs decided by a clinician")
    found = visiting.standing(of.participant)
    if found.is_stopped and not found.waiting:
        return GateState(gate.check, label, False, _("A clinician decided that the person does not go on for now."))
    return GateState(gate.check, label, not found.waiting, _("A warning sign waits for a clinician's decision."))


_GATES = {
    "red_flags_decided": _red_flags_decided,
    "safety_assessed": _safety_assessed,
    "criteria_confirmed": _criteria_confirmed,
    "consent_given": _consent_given,
    "baseline_primary_complete": _baseline_primary_complete,
    "goals_locked": _goals_locked,
    "visit_held": _visit_held,
    "safety_rota_filled": _safety_rota_filled,
}


# Overview ---------------------------------------------------------------------------------------------------------
def without_physiotherapist(sites: Iterable[int]) -> QuerySet[Enrolment]:
    """Enrolments at some sites whose physiotherapist works there no more, or that never had one, by participant."""
    own = list(sites)
    left = Q(participant__in=people.left_alone(Role.PHYSIOTHERAPIST, own).values("participant"))
    given = people.with_clinician(Role.PHYSIOTHERAPIST).filter(participant=OuterRef("participant"))
    never = Q(~Exists(given), stage=Stage.BASELINE_DONE)  # at which stage one is given
    found = enrolments(own).filter((left & Q(stage__in=MEETS_PHYSIOTHERAPIST)) | never)
    return found.order_by("participant__code")


def stage_counts(sites: Iterable[int]) -> dict[str, int]:
    """How many enrolments stand at each stage, at some sites."""
    rows = Enrolment.objects.filter(site__in=list(sites)).values("stage").annotate(n=Count("pk"))
    return {row["stage"]: row["n"] for row in rows}


def enrolments(sites: Iterable[int], stage: str | None = None) -> QuerySet[Enrolment]:
    """Enrolments at some sites, newest first; slice it."""
    found = Enrolment.objects.filter(site__in=list(sites)).select_related("participant", "site")
    if stage:
        found = found.filter(stage=stage)
    return found.order_by("-participant_id")


def ready_to_randomise(sites: Iterable[int]) -> QuerySet[Enrolment]:
    """Enrolments at the last stage before randomisation, the longest waiting first."""
    return enrolments(sites, _last_stage_before_randomisation(protocols.current())).order_by("stage_since")


def _last_stage_before_randomisation(protocol: Protocol) -> Stage:
    """The first visit when the protocol's gates ask for it; otherwise the baseline."""
    asked = {gate.check for gate in protocol.gates}
    return Stage.BASELINE_DONE if asked.isdisjoint({"visit_held", "goals_locked"}) else Stage.PLANNED


@dataclass(frozen=True)
class Late:
    """Answers that a person should be called about; `is_out_of_window` when an answer would be taken, and flagged as late."""

    assessment: Assessment
    last_call: str | None
    try_again_on: date | None
    is_out_of_window: bool = False


def to_call(
    sites: Iterable[int], protocol: Protocol, on: date | None = None, limit: int = 50, *, by_assessor: bool = False
) -> list[Late]:
    """Whose answers are so late that the protocol's ladder has come to a call, those closing first.

    After the window they stay on the list, behind the others, as long as primary outcomes are missing and the data are
    not locked: a late answer is worth more than none (ICH E9(R1): as few missing values as can be).

    People who withdrew from questions or left, those whom a life event holds back, those with a next try on a later day, and
    those who are to be asked later are not on the list. Whoever wants to answer by telephone stands first on the assessors'
    list (`by_assessor`), and on the coordinators' only when no assessor has called in time.
    """
    day = on or clock.today()
    calls = [step.day for step in protocol.reminders.steps if step.kind == "call"]
    if not calls:
        return []
    from_day = day - timedelta(days=min(calls))
    begun = {"opens_on__lte": from_day}
    if protocol.reminders.counted_from == "due":
        begun = {"opens_on__lte": day, "due_on__lte": from_day}
    attempts = CallAttempt.objects.filter(participant=OuterRef("participant"), occasion=OuterRef("occasion"))
    newest = attempts.order_by("-called_at")
    withdrew = Withdrawal.objects.filter(participant=OuterRef("participant"), layer__in=WITHDRAWN_FROM_QUESTIONS)
    left = Enrolment.objects.filter(participant=OuterRef("participant"), stage=Stage.NOT_RANDOMISED)
    primary = [outcome.occasion for outcome in protocol.primary_outcomes]
    in_window = Q(closes_on__gte=day)
    rows = (
        assessments.not_locked()
        .filter(
            in_window | Q(occasion__in=primary), ~Exists(withdrew), ~Exists(left), ~life.held_back(), ~moved_later(day),
            participant__site__in=list(sites), submitted_at=None, minimum_at=None, **begun,
        )
        .annotate(is_late=Case(When(in_window, then=False), default=True))
        .annotate(last_call=Subquery(newest.values("outcome")[:1]), try_again=Subquery(newest.values("try_again_on")[:1]))
        .filter(Q(try_again=None) | Q(try_again__lte=day), Q(last_call=None) | ~Q(last_call="declined"))
        .annotate(is_given=Case(When(last_call=TO_ASSESSOR, then=True), default=False))
        .select_related("participant__site")
    )  # fmt: skip
    if by_assessor:
        rows = rows.order_by("-is_given", "is_late", "closes_on", "pk")[:limit]
    else:
        not_theirs = Q(is_given=False) | Q(try_again=None) | Q(try_again__lt=day - ASSESSOR_HAS)
        rows = rows.filter(not_theirs).order_by("is_late", "closes_on", "pk")[:limit]
    return [Late(row, row.last_call, row.try_again, row.is_late) for row in rows]


def coordinator_takes_answers(of: Enrolment) -> bool:
    """Whether a coordinator may write down a person's answers: until randomisation, and after it if the protocol says so."""
    return of.randomised_at is None or protocol_of(of).reminders.telephone_answers == "site_staff"


def minimum_of(assessment: Assessment) -> tuple[str, ...]:
    """The minimum data set of an occasion: its questionnaires that give primary outcomes, in order."""
    primary = protocols.current().primary_instruments
    return tuple(code for code in assessment.instruments if code in primary)


def is_minimum_offered(assessment: Assessment, on: date | None = None) -> bool:
    """Whether the primary outcomes alone will do today: from the reminder that says so, and always after the window."""
    if not 0 < len(minimum_of(assessment)) < len(assessment.instruments) or assessment.minimum_at is not None:
        return False
    window = Window(assessment.opens_on, assessment.due_on, assessment.closes_on)
    offered = minimum_offered_from(protocols.current().reminders, window)
    day = on or clock.today()
    return day > window.closes_on or (offered is not None and day >= offered)


def state_of(window: Window, submitted: bool, on: date | None = None) -> str:
    """One word for an occasion: done, before, open, late."""
    if submitted:
        return "done"
    state = window.state(on or clock.today())
    return {WindowState.BEFORE: "before", WindowState.OPEN: "open", WindowState.CLOSED: "late"}[state]


def all_screenings() -> QuerySet[Screening]:
    """Every screening ever, for flow and extract; as the system. Somebody who was screened twice is counted once."""
    return Screening.objects.exclude(outcome=Outcome.TWICE).select_related("site", "participant").order_by("pk")


def all_enrolments() -> QuerySet[Enrolment]:
    """Every enrolment ever, for flow and extract."""
    return Enrolment.objects.select_related("participant", "site").order_by("participant__code")


def randomised_where() -> dict[int, str]:
    """Of people who have changed their site since they were randomised the code of the site where they were; as the system.

    By the participant's primary key; everybody else was randomised where they are. Analyses by intention to treat keep it.
    """
    moved = TransferEnd.objects.filter(how=TransferEnding.TAKEN_OVER).select_related("transfer__from_site")
    drawn = Enrolment.objects.filter(participant__in=moved.values("transfer__participant"), randomised_at__isnull=False)
    given = {row.participant_id: row.randomised_at for row in drawn}
    found: dict[int, str] = {}
    for end in moved.order_by("ended_at", "pk"):
        at = given.get(end.transfer.participant_id)
        if at is not None and end.ended_at > at:
            found.setdefault(end.transfer.participant_id, end.transfer.from_site.code)
    return found


def all_changes() -> QuerySet[StageChange]:
    """Every stage anyone reached, for flow and extract."""
    return StageChange.objects.select_related("enrolment__participant").order_by("entered_at", "pk")


def has_made_up_screenings() -> bool:
    """Whether anyone made up was ever screened; as the system."""
    return Screening.objects.filter(made_up=True).exists()


def facts_from(answers: Mapping[str, Any]) -> Facts:
    """The self-check's answers as facts."""
    regions = answers.get("pain_places")
    return Facts(
        age=answers.get("age"),
        pain_places=None if regions is None else frozenset(regions),
        pain_months=answers.get("pain_months"),
        answers=answers.get("answers", {}),
    )


def randomised_among(participants: Iterable[int]) -> frozenset[int]:
    """Which of some participants, by primary key, have been randomised."""
    rows = Enrolment.objects.filter(participant__in=list(participants), randomised_at__isnull=False)
    return frozenset(rows.values_list("participant", flat=True))
