"""Worries: which answers and scores must reach a human, raised as alerts with their deadlines; part of actions here.

Rules run on every saved answer and on the scores it makes, in every arm and at every stage, whoever enters it. Changing
an answer takes nothing back: the alert stands with its time.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from stegvis.assessments import queries as assessments
from stegvis.assessments.models import Assessment
from stegvis.audit import clock
from stegvis.audit.action import SYSTEM, Actor
from stegvis.methods.instruments import declined
from stegvis.methods.instruments.numbers import as_number
from stegvis.methods.instruments.positions import item_at
from stegvis.methods.study.adverse_events import RELIABLE_DETERIORATION
from stegvis.methods.study.protocol import Protocol
from stegvis.methods.study.safety import WORDS_FOUND, SafetyRule
from stegvis.people import queries as people
from stegvis.people.acting import acting_as
from stegvis.people.models import Account, Participant, Role
from stegvis.protocol import queries as protocols
from stegvis.reminders import actions as reminders
from stegvis.reminders.queries import ALERT_COPY
from stegvis.safety import actions as safety
from stegvis.safety import queries as alerts
from stegvis.safety.models import Alert

ESCALATED = "alert_escalated"
"""The kind of letter to whoever is told because nobody had taken an alert."""


@dataclass(frozen=True)
class Given:
    """The answers of a page as they were saved: `rows` are those that are new, by linkId, with what each is known by."""

    instrument: str
    answers: Mapping[str, Any]
    rows: Mapping[str, str]
    typed_at: datetime | None = None


def raise_on_answers(assessment: Assessment, given: Given, by: Actor) -> tuple[SafetyRule, ...]:
    """Every rule that these answers set off, so that help is shown whenever they are; an alert for new answers only."""
    fired: list[SafetyRule] = []
    for link_id in given.answers:
        found = _set_off(assessment, given, link_id)
        if link_id in given.rows:
            for rule in protocols.current().safety.alerting(found):
                source = given.rows[link_id]
                alert(assessment.participant, rule.code, source, rule.grade, by, happened_at=given.typed_at)
        fired += found
    return tuple(fired)


def raise_on_scores(assessment: Assessment, instrument: str, by: Actor) -> tuple[SafetyRule, ...]:
    """The rules that the scores of one questionnaire set off as it is answered now, each told once for the occasion."""
    watched = protocols.current().safety.scores_watched(instrument)
    response = assessments.response(assessment, instrument) if watched else None
    return () if response is None else _raise(assessment, instrument, assessments.scores_now(response), by)


def raise_on_sent(assessment: Assessment, by: Actor) -> tuple[SafetyRule, ...]:
    """The same for every questionnaire of an occasion that has been sent, by the scores that were kept of it."""
    fired: list[SafetyRule] = []
    for instrument, scores in assessments.kept_scores(assessment).items():
        fired += _raise(assessment, instrument, scores, by)
    return tuple(fired)


def raise_on_deterioration(assessment: Assessment, by: Actor) -> None:
    """List for review what has become worse by more than its measurement errs, in every arm alike (Jacobson & Truax 1991).

    The numbers are kept with the alert: before, after, and the smallest reliable change.
    """
    protocol = protocols.current()
    said = protocol.adverse_events
    watched = said.watched(assessment.occasion) if said and not assessment.tells_arm else ()
    if said is None or said.deterioration_grade is None or not watched:
        return
    occasions = {assessment.occasion, *(each.baseline for each in watched)}
    values = assessments.values_at(assessment.participant, occasions)
    for each in watched:
        outcome = protocol.outcome(each.outcome)
        start, after = (
            values.get((occasion, outcome.instrument, outcome.score))
            for occasion in (each.baseline, assessment.occasion)
        )
        if start is None or after is None:
            continue
        if each.is_reliable(start, after, lower_is_better=outcome.better == "lower"):
            source = f"change:{assessment.pk}:{each.outcome}"[:80]
            words = f"{start:g} → {after:g} ({each.smallest:.1f})"
            alert(assessment.participant, RELIABLE_DETERIORATION, source, said.deterioration_grade, by, words=words)


def _raise(
    assessment: Assessment, instrument: str, scores: Mapping[str, float | None], by: Actor
) -> tuple[SafetyRule, ...]:
    """An alert for each rule that a score sets off; the rules of those that are new."""
    rules = protocols.current().safety
    fired: list[SafetyRule] = []
    for name, value in scores.items():
        for rule in rules.fired_by_score(instrument, name, value) if value is not None else ():
            raised = alert(
                assessment.participant, rule.code, score_source(assessment, instrument, name), rule.grade, by
            )
            fired += [rule] if raised.is_new else []  # type: ignore[attr-defined]
    return tuple(fired)


def score_source(assessment: Assessment, instrument: str, name: str) -> str:
    """What names a score as the cause of an alert: the same for each way in which the answers come in."""
    return f"score:{assessment.pk}:{instrument}:{name}"[:80]


def paper_source(assessment: Assessment, instrument: str, link_id: str, value: Any) -> str:
    """What names an answer on paper as the cause of an alert: the same at the first entry, the second and when it is sent."""
    return f"paper:{assessment.pk}:{instrument}:{link_id}:{value}"[:80]


def raise_on_paper(
    assessment: Assessment,
    given: Mapping[str, Mapping[str, Any]],
    instrument: str,
    by: Actor,
    only: Collection[str] | None = None,
) -> tuple[SafetyRule, ...]:
    """As on answers and on scores, for a form that is being entered: nobody waits for the second entry.

    `only` are the questions that are new, by linkId, where not all of them are.
    """
    answers = {link_id: value for link_id, value in given.get(instrument, {}).items() if value is not None}
    new = answers if only is None else {link_id: answers[link_id] for link_id in only if link_id in answers}
    rows = {link_id: paper_source(assessment, instrument, link_id, value) for link_id, value in new.items()}
    questionnaire = protocols.questionnaire(instrument)
    typed = assessments.typed(questionnaire, dict(answers))
    fired = list(raise_on_answers(assessment, Given(instrument, typed, rows), by))
    rules = protocols.current().safety
    for score in assessments.scores_of(questionnaire, typed) if rules.scores_watched(instrument) else ():
        for rule in rules.fired_by_score(instrument, score.name, score.value) if score.value is not None else ():
            alert(assessment.participant, rule.code, score_source(assessment, instrument, score.name), rule.grade, by)
            fired.append(rule)
    return tuple(fired)


def alert(
    participant: Participant, trigger: str, source: str, grade: str, by: Actor, *, words: str = "",
    happened_at: datetime | None = None,
) -> Alert:  # fmt: skip
    """Raise an alert with the deadlines of its grade, and write to everyone on the rota, at once."""
    respond_by, escalate_at = deadlines(protocols.current(), participant.site.code, grade)
    raised = safety.raise_alert(
        participant=participant, trigger=trigger, source=source, grade=grade, words=words, happened_at=happened_at,
        respond_by=respond_by, escalate_at=escalate_at,
        closed_by_two=protocols.current().safety.grade(grade).closed_by_two, by=by,
    )  # fmt: skip
    for account in alerts.rota(participant.site):
        _write_to(account, raised, has_clock=respond_by is not None)
    _copy_to_therapist(raised)
    return raised


def _write_to(account: Account, raised: Alert, *, has_clock: bool) -> None:
    """Write to one on the rota; of what is listed for review by e-mail alone, since nobody need be called for it."""
    key = f"alert:{raised.pk}:{account.code}"
    if has_clock:
        reminders.plan_for_staff(key=key, account=account, kind="alert", by=SYSTEM)
    else:
        reminders.plan(key=key, account=account, kind="alert_review", by=SYSTEM)


def raise_on_words(participant: Participant, text: str, key: UUID, by: Actor) -> None:
    """List for review what holds a word of the trial's scan; nothing while the protocol has none on.

    The cause is named by `key`, which nothing but the sent text has, and the words kept are the protocol's own: neither
    says where they stood, since a message to a therapist, or homework, would tell the arm to the rota.
    """
    safety_of_trial = protocols.current().safety
    words = safety_of_trial.words_in(text)
    if words and safety_of_trial.word_scan is not None:
        grade = safety_of_trial.word_scan.grade
        alert(participant, WORDS_FOUND, f"words:{key}", grade, by, words=", ".join(words))


def follow(participant: Participant, by: Actor) -> None:
    """Alerts that are open go along to another site: its rota is told and written to, and deadlines stay as they are."""
    for raised, told in safety.follow(participant=participant, by=by):
        for account in told:
            _write_to(account, raised, has_clock=raised.respond_by is not None)


def _copy_to_therapist(raised: Alert) -> None:
    """Write to the therapist, where the person has one who is not on the rota: they know of it, and the rota deals with it.

    While the therapist is away, to the colleague who covers as well.
    """
    with acting_as(SYSTEM):
        therapist = people.clinician_of(raised.participant, Role.THERAPIST)
        away = people.covered_today(therapist) if therapist else None
    told = [*([therapist] if therapist else []), *([away.covered_by] if away else [])]
    on_rota = alerts.rota(raised.participant.site)
    for each in (account for account in told if account not in on_rota):
        reminders.plan(key=f"alert_copy:{raised.pk}:{each.code}", account=each, kind=ALERT_COPY, by=SYSTEM)


def deadlines(protocol: Protocol, site: str, grade: str) -> tuple[datetime | None, datetime | None]:
    """By when an alert raised now must be answered, and when somebody further is told; None where no clock runs."""
    found = protocol.safety.grade(grade)
    staffing, now = protocol.staffing(site), clock.local(clock.now())
    days, minutes = found.respond_within_working_days, found.escalate_after_minutes
    return (
        None if days is None else staffing.respond_by(now, days),
        None if minutes is None else staffing.after(now, minutes),
    )


def _set_off(assessment: Assessment, given: Given, link_id: str) -> tuple[SafetyRule, ...]:
    rules = protocols.current().safety
    value = given.answers[link_id]
    item = item_at(protocols.questionnaire(given.instrument), link_id)
    if item is None or item.link_id not in rules.watched_items(given.instrument):
        return ()
    if declined(value):
        rule = rules.declined(given.instrument, item.link_id)
        return (rule,) if rule else ()
    number = as_number(item, value)
    if number is None:
        return ()
    before = assessments.answer_before(assessment, given.instrument, link_id)
    last = None if before is None else as_number(item, before)
    return rules.fired_by_answer(given.instrument, item.link_id, number, last)
