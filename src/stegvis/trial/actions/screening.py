"""Screening: whoever may take part is assessed, turned away, invited or referred."""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

from stegvis.audit import clock
from stegvis.audit.action import SYSTEM, Actor, action, note
from stegvis.audit.once import earlier
from stegvis.methods.study.candidates import Candidate
from stegvis.methods.study.personal_number import Born
from stegvis.people import actions as people
from stegvis.people import policies as who
from stegvis.people.acting import acting_as
from stegvis.people.models import Account, Participant, Role, Site
from stegvis.protocol import queries as protocols
from stegvis.trial import moving, policies, queries, traces
from stegvis.trial.delegation import policies as duties
from stegvis.trial.errors import ContactMissing
from stegvis.trial.models import (
    Apart,
    CandidateFile,
    CriterionDecision,
    Enrolment,
    GoesOn,
    Outcome,
    Referral,
    Screening,
    Stage,
)


@action("trial.screening_opened", detail=("source",))
def open_screening(
    *, site: Site, source: str, language: str, answers: Mapping[str, Any], name: str, email: str, phone: str,
    born: Born | None = None, file: CandidateFile | None = None, key: UUID, made_up: bool = False, by: Actor,
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
        given = {
            **said, "protocol_version": protocols.version(), "opened_at": clock.now(), "made_up": made_up, "file": file,
        }  # fmt: skip
        row, is_new = Screening.objects.get_or_create(key=key, defaults={"site": site, **given})
        if not is_new:
            policies.check_not_used_otherwise(row)
            earlier(Screening, key, said=said, site=site)
        traces.keep(row, name=name, email=email, phone=phone, born=born)
    return row


@action("trial.candidates_imported", detail=("sha256",))
def import_candidates(
    *, site: Site, candidates: Sequence[Candidate], sha256: str, made_up: bool = False, by: Account
) -> CandidateFile:  # fmt: skip
    """Open a screening for each candidate of a file, all of them or none; the same file again is refused."""
    who.check_role(by, Role.COORDINATOR)
    who.check_at_site(by, site)
    policies.check_new_file(site, sha256, candidates)
    file = CandidateFile.objects.create(
        site=site, sha256=sha256, rows=len(candidates), imported_by=by, imported_at=clock.now()
    )
    today, languages = clock.today(), protocols.current().trial.languages
    for each in candidates:
        open_screening(
            site=site, source=each.source, language=each.language or languages[0], name=each.name, email=each.email,
            phone=each.phone, born=each.born, file=file, key=uuid5(NAMESPACE_OID, f"{site.code}:{sha256}:{each.row}"),
            answers={"age": each.age(today), "pain_months": each.pain_months}, made_up=made_up, by=by,
        )  # fmt: skip
    note(rows=len(candidates))
    return file


@action("trial.told_apart", detail=("screening", "how"))
def tell_apart(*, screening: Screening, how: str, by: Account) -> Apart:
    """Keep how it is with somebody who seemed to be known already, once it has been found out; told once."""
    policies.check_coordinates(by, screening)
    moving.take_turns(screening)
    policies.check_is_open(screening)
    policies.check_apart(how)
    assert screening.site is not None  # an open screening has one
    row, _ = Apart.objects.get_or_create(
        screening=screening,
        defaults={"site": screening.site, "how": how, "told_by": by, "told_at": clock.now()},
    )
    return row


@action("trial.screening_completed", detail=("screening",))
def complete_screening(
    *, screening: Screening, name: str, email: str, phone: str, answers: Mapping[str, Any], born: Born | None = None,
    by: Actor,
) -> Screening:  # fmt: skip
    """Keep contact details and answers of someone being screened, as they have turned out in a call or a letter."""
    policies.check_coordinates(by, screening)
    moving.take_turns(screening)
    policies.check_is_open(screening)
    screening.name, screening.email, screening.phone = name, email, phone
    screening.answers = json.dumps(dict(answers))
    screening.save(update_fields=["name", "email", "phone", "answers"])
    traces.keep(screening, name=name, email=email, phone=phone, born=born)
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
        duties.check_delegated(by, screening.site, "screen")
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
    moving.take_turns(screening)
    policies.check_is_open(screening)
    policies.check_ending(screening, outcome, criterion)
    screening.outcome, screening.criterion, screening.concluded_at = outcome, criterion, clock.now()
    screening.name = screening.email = screening.phone = screening.answers = None
    screening.save()
    return screening


@action("trial.screening_goes_on", detail=("screening",))
def say_it_goes_on(*, screening: Screening, by: Account) -> GoesOn:
    """Keep that a screening open for long goes on, so that nobody is asked again for as long; once a day is enough."""
    policies.check_coordinates(by, screening)
    moving.take_turns(screening)
    policies.check_is_open(screening)
    assert screening.site is not None  # an open screening has one
    said = GoesOn.objects.filter(screening=screening, said_at__gte=clock.at(clock.today(), 0)).first()
    if said is not None:
        note(repeated=True)
        return said
    return GoesOn.objects.create(screening=screening, site=screening.site, said_by=by, said_at=clock.now())


@action("trial.invited")
def invite(*, screening: Screening, sex: str = "", by: Actor) -> Enrolment:
    """End a screening as eligible: give the person a code and an account, and a letter with the way to consent."""
    policies.check_coordinates(by, screening)
    moving.take_turns(screening)
    policies.check_is_open(screening)
    policies.check_criteria_met(screening)
    policies.check_not_known(screening)
    if not (screening.name and screening.email and screening.site):
        raise ContactMissing(number=screening.pk)
    duties.check_delegated(by, screening.site, "screen")
    duties.check_recruits(screening.site)
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
    moving.keep_stage(enrolment, Stage.INVITED)
    moving.write_to(participant, kind="welcome", key=f"welcome:{participant.code}", by=by)
    return enrolment


@action("trial.referral_made", detail=("rule",))
def keep_referral(*, participant: Participant, rule: str, referred_to: str, by: Account) -> Referral:
    """Keep that a referral which a rule of the protocol demands was made, and where to; the same again is the same one."""
    who.check_at_site(by, participant.site)
    moving.locked(participant)
    for made in queries.referrals_of(participant):
        if (made.rule, made.referred_to) == (rule, referred_to):
            note(repeated=True)
            return made
    return Referral.objects.create(
        participant=participant, rule=rule, referred_to=referred_to, referred_by=by, referred_at=clock.now()
    )
