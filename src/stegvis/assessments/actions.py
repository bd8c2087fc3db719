"""Every write about assessments."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from stegvis.assessments import policies, queries
from stegvis.assessments.errors import NothingCorrected, NothingToSend
from stegvis.assessments.models import Answer, Assessment, Channel, ClosedOccasion, Correction, Response, Score
from stegvis.audit import clock
from stegvis.audit.action import Actor, action, conceal, note
from stegvis.methods.instruments import answers as answering
from stegvis.methods.instruments import filling
from stegvis.methods.instruments.questionnaire import Questionnaire
from stegvis.people.models import Participant
from stegvis.protocol import queries as protocol


@action("assessments.opened", detail=("occasion",))
def open_assessment(
    *, participant: Participant, occasion: str, instruments: Sequence[str], opens_on: date, due_on: date,
    closes_on: date, tells_arm: bool = False, by: Actor,
) -> Assessment:  # fmt: skip
    """Plan an occasion for a participant; a second call changes nothing. `tells_arm`: only some arms have it."""
    if tells_arm:
        conceal()
    row, _ = Assessment.objects.get_or_create(
        participant=participant, occasion=occasion,
        defaults={
            "instruments": list(instruments), "opens_on": opens_on, "due_on": due_on, "closes_on": closes_on,
            "opened_at": clock.now(), "tells_arm": tells_arm,
        },
    )  # fmt: skip
    return row


@action("assessments.answers_saved", detail=("instrument", "channel"))
def save_answers(
    *, assessment: Assessment, instrument: str, answers: Mapping[str, Any], language: str,
    channel: str = Channel.WEB, typed_at: datetime | None = None, known: Mapping[str, int] | None = None, by: Actor,
) -> list[Answer]:  # fmt: skip
    """Keep the answers of a page, each as a new row if it differs from the newest one; None takes an answer back.

    Beside them is kept what the questionnaire fills in: calculated values, and values to begin with. All are checked
    before any is kept. Raises `AnswerNotPossible` with the first problem's sentence. `typed_at` is when
    they were typed, for what is sent later; a device whose clock is ahead is not believed. `known` says which version
    of an answer its writer had before them: where a newer one says something else, `SavedElsewhere` is raised and nothing
    is kept; what the writer left as it was gives way to the newer one.
    """
    if assessment.tells_arm:
        conceal()
    policies.check_can_answer(queries.as_it_stands(assessment), instrument)
    questionnaire = protocol.questionnaire(instrument)
    response, is_new = _response(assessment, instrument, language)
    policies.check_is_not_sent(response.submitted_at)
    before = {} if is_new else queries.newest(response)
    now = clock.now()
    said = {position: kept.value for position, kept in before.items() if kept.value is not None}
    answers = _with_filled_in(questionnaire, said, answers, now, begins=channel != Channel.PAPER)
    for link_id, value in answers.items():
        policies.check_answer(questionnaire, link_id, value)
    if channel != Channel.PAPER:  # a sheet of paper offers every option, and what is crossed there is what was said
        policies.check_is_offered(questionnaire, said, answers)
    stored = {link_id: answering.to_json(value) for link_id, value in answers.items()}
    stored = policies.without_left_alone(response, stored, before, known or {})
    typed = min(typed_at, now) if typed_at else None
    rows = [
        Answer(
            response=response,
            link_id=link_id,
            value=value,
            channel=channel,
            saved_at=now,
            typed_at=typed,
            saved_by=by.code,
        )
        for link_id, value in stored.items()
        if (before[link_id].value if link_id in before else None) != value
    ]
    note(changed=len(rows))
    return Answer.objects.bulk_create(rows)


@action("assessments.submitted")
def submit(
    *, assessment: Assessment, only: Sequence[str] | None = None, completed_on: date | None = None, by: Actor
) -> Assessment:
    """Send the answers of an occasion: score every questionnaire once. Sending again changes nothing.

    With `only` those questionnaires are sent (the minimum data set) and the rest may follow. `completed_on` is the day on
    the paper form, where that is not today. After the window answers are taken until the data are locked, with their true
    date and as out of the window.
    """
    row = queries.as_it_stands(assessment)
    if row.tells_arm:
        conceal()
    if row.submitted_at is not None or (only is not None and row.minimum_at is not None):
        note(again=True)
        return row
    policies.check_is_open(row)
    waiting = list(Response.objects.filter(assessment=row, submitted_at=None))
    sent = waiting if only is None else [each for each in waiting if each.code in only]
    if only is not None and not sent:
        raise NothingToSend()
    _send(row, sent, completed_on or clock.today())
    if only is None:
        row.submitted_at = clock.now()
        row.submitted_in_window = row.opens_on <= (completed_on or clock.today()) <= row.closes_on
    else:
        note(only=list(only))
        row.minimum_at = clock.now()
    row.save(update_fields=["submitted_at", "submitted_in_window", "minimum_at"])
    return row


@action("assessments.corrected", detail=("instrument",))
def correct(
    *, assessment: Assessment, instrument: str, answers: Mapping[str, Any], reason: str, by: Actor
) -> list[Answer]:
    """Correct a questionnaire that was sent: a new version with a reason. Nothing before it is changed.

    Calculated values are worked out anew, as of when it was sent, and kept with the correction; so are the scores.
    """
    row = queries.as_it_stands(assessment)
    response = queries.response(row, instrument)
    policies.check_can_correct(row, response, reason)
    assert response is not None  # or the policy refused
    questionnaire = protocol.questionnaire_of(response.instrument_id)
    before = queries.answers(response)
    corrected = {p: value for p, value in answers.items() if before.get(p) != answering.to_json(value)}
    if not corrected:
        raise NothingCorrected()
    now, sent_at = clock.now(), response.submitted_at
    assert sent_at is not None  # or the policy refused
    corrected = _with_filled_in(questionnaire, before, corrected, sent_at, begins=False)
    for link_id, value in corrected.items():
        policies.check_answer(questionnaire, link_id, value)
    policies.check_is_offered(questionnaire, before, corrected)
    changed = {link_id: answering.to_json(value) for link_id, value in corrected.items()}
    correction = Correction.objects.create(
        response=response, number=queries.corrections_of(response).count() + 1, reason=reason, corrected_by=by.code,
        corrected_at=now,
    )  # fmt: skip
    note(number=correction.number, changed=len(changed))
    rows = Answer.objects.bulk_create(
        Answer(
            response=response, link_id=link_id, value=value, channel=response.mode or Channel.WEB, saved_at=now,
            saved_by=by.code, correction=correction,
        )
        for link_id, value in changed.items()
    )  # fmt: skip
    Score.objects.bulk_create(queries.scored(row, [response]))
    return rows


@action("assessments.rescored")
def rescore(*, response: Response, by: Actor) -> list[Score]:
    """Score a sent questionnaire again, by the rules of the protocol in force. What differs is a new row; the old stays.

    Ask `queries.scored_otherwise` first: where nothing differs there is nothing to record.
    """
    new = queries.scored_otherwise(response)
    note(changed=[row.name for row in new])
    return Score.objects.bulk_create(new)


@action("assessments.closed")
def close_occasions(*, occasions: Sequence[str], by: Actor) -> list[ClosedOccasion]:
    """Lock the data of occasions: from now on nothing is added to them. Those closed before stay as they are."""
    there = set(ClosedOccasion.objects.filter(reopened_at=None).values_list("occasion", flat=True))
    new = [code for code in occasions if code not in there]
    note(occasions=new)
    now = clock.now()
    return ClosedOccasion.objects.bulk_create(
        [ClosedOccasion(occasion=code, closed_at=now, closed_by=by.code) for code in new]
    )


@action("assessments.reopened", detail=("occasions",))
def reopen_occasions(*, occasions: Sequence[str], reason: str, by: Actor) -> list[str]:
    """Undo the closing of occasions, since the lock that closed them was undone: answers are taken again."""
    ClosedOccasion.objects.filter(occasion__in=occasions, reopened_at=None).update(reopened_at=clock.now())
    return list(occasions)


def _send(row: Assessment, sent: list[Response], completed_on: date) -> None:
    """Keep of each questionnaire when and how it came in, and score it."""
    now, modes = clock.now(), queries.modes_of(sent)
    in_window = row.opens_on <= completed_on <= row.closes_on
    for each in sent:
        each.submitted_at, each.completed_on, each.in_window = now, completed_on, in_window
        each.mode = modes.get(each.pk, Channel.WEB)
    for mode in {each.mode for each in sent}:  # nearly always one; a case for each row costs far more
        Response.objects.filter(pk__in=[each.pk for each in sent if each.mode == mode]).update(
            submitted_at=now, completed_on=completed_on, in_window=in_window, mode=mode
        )
    Score.objects.bulk_create(queries.scored(row, sent))


def _with_filled_in(
    questionnaire: Questionnaire, said: dict[str, Any], answers: Mapping[str, Any], at: datetime, *, begins: bool
) -> dict[str, Any]:
    """The answers and, beside them, what the questionnaire fills in; `said` is what was answered before, as stored."""
    if not filling.fills_in(questionnaire):
        return dict(answers)
    before = queries.typed(questionnaire, said)
    return {**answers, **filling.filled_in(questionnaire, before, answers, clock.local(at), begins=begins)}


def _response(assessment: Assessment, instrument: str, language: str) -> tuple[Response, bool]:
    """The questionnaire as begun, and whether that is now; the assessment is locked, so nobody else begins it meanwhile."""
    row = Response.objects.filter(assessment=assessment, code=instrument).first()
    if row is not None:
        return row, False
    row = Response.objects.create(
        assessment=assessment, code=instrument, instrument_id=protocol.instrument_pk(instrument), language=language,
        started_at=clock.now(),
    )  # fmt: skip
    return row, True
