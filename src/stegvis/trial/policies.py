"""Who may move an enrolment, and when."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from django.utils.translation import get_language

from stegvis.audit import clock
from stegvis.audit.action import SYSTEM, Actor
from stegvis.audit.errors import KeyUsedElsewhere
from stegvis.consent import queries as consent
from stegvis.consent.errors import NothingNewToRefuse
from stegvis.messaging.errors import NobodyReadsThis
from stegvis.methods.study.candidates import Candidate
from stegvis.methods.study.conduct import TextEntry
from stegvis.methods.study.protocol import Protocol
from stegvis.people import policies as people
from stegvis.people import queries as staff
from stegvis.people.models import Participant, Role, Site
from stegvis.programme import policies as programme
from stegvis.programme.errors import RiskNotTold
from stegvis.safety import queries as safety
from stegvis.trial import queries, traces
from stegvis.trial.delegation import policies as duties
from stegvis.trial.errors import (
    AlertOpen,
    AlreadyRandomised,
    AskedAgainFirst,
    CriteriaNotMet,
    CriteriaUndecided,
    DecidedElsewhere,
    GatesClosed,
    ImportedAlready,
    JudgedUnmasked,
    KnownAlready,
    KnowsTheArm,
    NobodyToGuide,
    NobodyToImport,
    NoCriterionNamed,
    NotAnEnding,
    NotAReason,
    NotAtTheEnd,
    NotAtThisStage,
    NotYours,
    ReferralMissing,
    ScreeningEnded,
    StoppedAnswering,
    UnknownArm,
    UnknownCriterion,
    UnknownVerdict,
    UnmaskingNeedsWords,
)
from stegvis.trial.models import (
    TRANSITIONS,
    Apart,
    CandidateFile,
    Enrolment,
    Leaving,
    Outcome,
    Screening,
    Stage,
    Verdict,
)
from stegvis.trial.transfers.errors import LeftAlready

ENDINGS = frozenset({Outcome.EXCLUDED, Outcome.DECLINED, Outcome.NO_REPLY, Outcome.TWICE})
"""How a screening ends otherwise than eligible."""

SENT_AGAIN_WITHIN = timedelta(minutes=5)
"""How long the form that randomised may come again and still be answered with the arm."""


def check_own(by: Actor, participant: Participant) -> None:
    """Refuse unless `by` is the participant, or the system."""
    if by.role != SYSTEM.role and not people.is_own(by, participant):
        raise NotYours()


TAKEN_BY_STAFF = frozenset({"phone", "paper"})
"""How answers come in that staff write down for a participant."""


def check_may_answer(by: Actor, participant: Participant, channel: str) -> None:
    """Refuse answers from anybody but the participant; by telephone and on paper, from whoever may take them as well."""
    if channel in TAKEN_BY_STAFF and by.role in {Role.OUTCOME_ASSESSOR, Role.COORDINATOR}:
        check_takes_answers(by, participant)
    else:
        check_own(by, participant)


def check_no_open_alert(participant: Participant) -> None:
    """Refuse to go on with the treatment while something that must be looked at has not been closed."""
    if safety.open_alerts().filter(participant=participant).exists():
        raise AlertOpen(participant=participant.code)


def check_takes_answers(by: Actor, participant: Participant) -> None:
    """Refuse unless `by` may write down answers for a participant without knowing the arm.

    That is an outcome assessor of the site; before randomisation, when nobody can know, a coordinator as well, and after it
    where the protocol says so.
    """
    people.check_role(by, Role.OUTCOME_ASSESSOR, Role.COORDINATOR)
    people.check_at_site(by, participant.site)
    duties.check_delegated(by, participant.site, "assess_outcomes")
    enrolment = queries.enrolment(participant)
    if by.role == Role.COORDINATOR and enrolment is not None and not queries.coordinator_takes_answers(enrolment):
        raise KnowsTheArm(participant=participant.code)


def check_may_correct(by: Actor, participant: Participant) -> None:
    """Refuse a correction by anybody but an outcome assessor of the site or a data manager, who do not know the arm."""
    people.check_role(by, Role.OUTCOME_ASSESSOR, Role.DATA_MANAGER)
    if by.role == Role.OUTCOME_ASSESSOR:
        people.check_at_site(by, participant.site)


def check_unmasking(by: Actor, participant: Participant, said: str, guessed_arm: str) -> None:
    """Refuse an unmasking by anybody but an outcome assessor of the site, without words, or with an unknown arm."""
    people.check_role(by, Role.OUTCOME_ASSESSOR)
    people.check_at_site(by, participant.site)
    if not said.strip():
        raise UnmaskingNeedsWords()
    if guessed_arm and guessed_arm not in queries.arm_codes():
        raise UnknownArm()


def check_still_masked(by: Actor, participant: Participant) -> None:
    """Refuse a judgement that must be blind to whoever has recorded that they learnt this person's arm."""
    if queries.is_unmasked(by, participant):
        raise JudgedUnmasked(participant=participant.code)


def check_coordinates(by: Actor, screening: Screening) -> None:
    """Refuse unless `by` coordinates at the screening's site."""
    people.check_role(by, Role.COORDINATOR)
    if screening.site is not None:
        people.check_at_site(by, screening.site)


def check_is_open(screening: Screening) -> None:
    """Refuse when the screening has ended."""
    if screening.outcome != Outcome.OPEN:
        raise ScreeningEnded(number=screening.pk, outcome=Outcome(screening.outcome).label)


def check_not_used_otherwise(screening: Screening) -> None:
    """Refuse a form whose screening has ended: of what it said nothing remains to compare with."""
    if screening.outcome != Outcome.OPEN:
        raise KeyUsedElsewhere()


def check_finding(screening: Screening, criterion: str, verdict: str) -> None:
    """Refuse a criterion that the screening's protocol does not have, and what is no verdict."""
    if criterion not in queries.criteria_codes(screening):
        raise UnknownCriterion(number=screening.pk, criterion=criterion)
    if verdict not in Verdict.values:
        raise UnknownVerdict()


def check_ending(screening: Screening, outcome: str, criterion: str) -> None:
    """Refuse an end that the flow does not count, and “not eligible” without its criterion."""
    if outcome not in ENDINGS:
        raise NotAnEnding(number=screening.pk)
    if outcome != Outcome.EXCLUDED and not criterion:
        return
    if not criterion:
        raise NoCriterionNamed(number=screening.pk)
    if criterion not in queries.criteria_codes(screening):
        raise UnknownCriterion(number=screening.pk, criterion=criterion)


def check_not_known(screening: Screening) -> None:
    """Refuse while somebody with the same traces is being screened or takes part, and nobody has found out how that is."""
    if traces.known(screening, ()).waits:
        raise KnownAlready(number=screening.pk)


def check_apart(how: str) -> None:
    """Refuse what is no way of telling two people apart."""
    if how not in dict(Apart._meta.get_field("how").choices or ()):
        raise NotAReason()


def check_new_file(site: Site, sha256: str, candidates: Sequence[Candidate]) -> None:
    """Refuse a file that was imported at this site before, and one that holds nobody."""
    if not candidates:
        raise NobodyToImport()
    earlier = CandidateFile.objects.select_related("imported_by").filter(site=site, sha256=sha256).first()
    if earlier is not None:
        day = clock.local(earlier.imported_at).date()
        raise ImportedAlready(day=day, who=earlier.imported_by.code, rows=earlier.rows)


def check_leaving(why: str) -> None:
    """Refuse what is not a code of the flow."""
    if why not in Leaving.values:
        raise NotAReason()


def check_still_asked(participant: Participant) -> None:
    """Refuse answers from someone who withdrew from the questions, or is first asked about an amendment: nothing is added."""
    if not queries.WITHDRAWN_FROM_QUESTIONS.isdisjoint(consent.withdrawn_layers(participant)):
        raise StoppedAnswering()
    if consent.questions_wait(participant):
        raise AskedAgainFirst()


def check_is_asked_again(enrolment: Enrolment) -> TextEntry:
    """Refuse unless a newer consent text waits for this person, who takes part; which it is."""
    entry = None if enrolment.stage in queries.ENDED else consent.not_agreed_to(enrolment.participant)
    if entry is None:
        raise NothingNewToRefuse(participant=enrolment.participant.code)
    return entry


def check_still_answered(participant: Participant, channel: str) -> None:
    """Refuse a message where nobody answers: no clinician does once the person has withdrawn from everything."""
    if not queries.is_answered(participant, channel):
        raise NobodyReadsThis()


def check_criteria_met(screening: Screening) -> None:
    """Refuse unless a clinician has decided every criterion of the screening, and none speaks against."""
    rows = queries.criteria_of(screening, at="screening")
    against = [row for row in rows if row.passes is False]
    if against:
        raise CriteriaNotMet(number=screening.pk, criteria=_named(against))
    undecided = [row for row in rows if row.passes is None]
    if undecided:
        raise CriteriaUndecided(number=screening.pk, criteria=_named(undecided))


def _named(rows: Iterable[queries.CriterionRow]) -> str:
    """Criteria by the names that the protocol gives them in the reader's language."""
    return ", ".join(row.criterion.label.in_language(get_language() or "") for row in rows)


def check_may_go_to(enrolment: Enrolment, stage: str) -> None:
    """Refuse a stage that does not follow from the present one."""
    if stage not in TRANSITIONS[enrolment.stage]:
        raise NotAtThisStage(
            participant=enrolment.participant.code,
            stage=Stage(enrolment.stage).label,
            wanted=Stage(stage).label,
        )


def check_takes_part(enrolment: Enrolment) -> None:
    """Refuse for whoever has left: there is nothing to go on with."""
    if enrolment.stage in queries.ENDED:
        raise LeftAlready(participant=enrolment.participant.code)


def check_has_ended(enrolment: Enrolment) -> None:
    """Refuse to tell the clinic of an end that has not come: followed up for the primary outcomes, or withdrawn."""
    if enrolment.stage not in {Stage.FOLLOWED_UP, Stage.WITHDRAWN}:
        raise NotAtTheEnd(participant=enrolment.participant.code, stage=Stage(enrolment.stage).label)


def check_can_randomise(by: Actor, enrolment: Enrolment) -> None:
    """Refuse unless a coordinator of the site asks, every gate is open, and nobody has randomised before."""
    people.check_role(by, Role.COORDINATOR)
    people.check_at_site(by, enrolment.site)
    if enrolment.randomised_at is not None:
        raise AlreadyRandomised(participant=enrolment.participant.code)
    duties.check_delegated(by, enrolment.site, "randomise")
    duties.check_randomises(enrolment.site)
    closed = [str(gate.missing) for gate in queries.gates(enrolment) if not gate.is_open]
    if closed:
        raise GatesClosed(participant=enrolment.participant.code, missing=" ".join(closed))
    check_may_go_to(enrolment, Stage.ALLOCATED)


def check_sent_again(enrolment: Enrolment, key: UUID) -> None:
    """Refuse unless it was this very form that randomised the person, a moment ago."""
    at = enrolment.randomised_at
    if at is None or enrolment.randomised_key != key or clock.now() > at + SENT_AGAIN_WITHIN:
        raise AlreadyRandomised(participant=enrolment.participant.code)


def check_treatments_can_be_given(protocol: Protocol, participant: Participant) -> None:
    """Refuse while what any arm is offered could not be given: asked before allocation, since later it would tell the arm."""
    if protocol.arms_with("programme"):
        programme.check_can_be_given(participant.language)
        if not staff.staff_at(participant.site, Role.THERAPIST).exists():
            raise NobodyToGuide(site=participant.site.name)


def check_referrals_made(screening: Screening) -> None:
    """Refuse while a referral that a rule demands has not been recorded."""
    missing = queries.referrals_missing(screening)
    if missing:
        named = [each.label.in_language(get_language() or "") for each in missing]
        raise ReferralMissing(rule=", ".join(named))


def check_decides_activity(by: Actor, participant: Participant) -> None:
    """Refuse a decision about warning signs by anybody but the own physiotherapist and those on the site's rota."""
    if not staff.in_caseload(by, participant) and not safety.is_on_rota(by, participant.site):
        raise DecidedElsewhere(participant=participant.code)


RISK = "risk"
"""What a start call finds when somebody must look at it today."""


def check_risk_is_told(found: Mapping[str, str], words: str) -> None:
    """Refuse a conversation in which a risk was found and nothing is said to those who must act on it."""
    if found.get("risk") == RISK and not words.strip():
        raise RiskNotTold()
