"""Answering: answers kept, sent, entered from paper and corrected, each looked at for what worries."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from stegvis.assessments import actions as assessments
from stegvis.assessments import paper
from stegvis.assessments import queries as answered
from stegvis.assessments.models import Assessment, PaperEntry
from stegvis.audit.action import Actor, action, conceal
from stegvis.methods.study.safety import SafetyRule
from stegvis.people.models import Account
from stegvis.reminders import actions as reminders
from stegvis.trial import moving, policies, queries, worries


@action("trial.answers_saved", detail=("instrument",))
def save_answers(
    *,
    assessment: Assessment,
    instrument: str,
    answers: Mapping[str, Any],
    language: str,
    channel: str = "web",
    typed_at: datetime | None = None,
    known: Mapping[str, int] | None = None,
    by: Actor,
) -> tuple[SafetyRule, ...]:
    """Keep a page's answers, and raise what they must raise at once. Gives the rules that fired, so that help is shown.

    `typed_at` is when they were typed, for what is sent later; it is never taken to lie in the future. `known` as
    `assessments.save_answers` takes it.
    """
    policies.check_may_answer(by, assessment.participant, channel)
    policies.check_still_asked(assessment.participant)
    if assessment.tells_arm:
        conceal()
    rows = assessments.save_answers(
        assessment=assessment, instrument=instrument, answers=answers, language=language, channel=channel,
        typed_at=typed_at, known=known, by=by,
    )  # fmt: skip
    new = {row.link_id: f"{row._meta.label}:{row.pk}" for row in rows}
    typed = next((row.typed_at for row in rows), None)
    given = {**answers, **answered.values_of(rows)}  # what was calculated beside them can worry too
    fired = worries.raise_on_answers(assessment, worries.Given(instrument, given, new, typed), by)
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
        worries.raise_on_sent(sent, by)
        worries.raise_on_deterioration(sent, by)
    if sent.tells_arm:
        conceal()  # and nothing of the schedule follows from it
    elif is_first:
        reminders.stop(participant=participant, occasions=[sent.occasion], by=by)
        enrolment = moving.locked(participant)
        moving.after_occasion(enrolment, queries.protocol_of(enrolment), sent, by)
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
    stands_so: bool = False, by: Account,
) -> tuple[SafetyRule, ...]:  # fmt: skip
    """Settle a difference between two entries; a value that neither of them had is looked at as any new answer is.

    `stands_so` as `assessments.paper.settle` takes it.
    """
    policies.check_takes_answers(by, assessment.participant)
    policies.check_still_asked(assessment.participant)
    paper.settle(
        assessment=assessment, instrument=instrument, link_id=link_id, entry=entry, value=value, words=words,
        stands_so=stands_so, by=by,
    )  # fmt: skip
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
    fired = worries.raise_on_answers(assessment, worries.Given(instrument, answered.values_of(rows), new), by)
    return fired + worries.raise_on_scores(assessment, instrument, by)
