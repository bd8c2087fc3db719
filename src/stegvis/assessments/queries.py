"""Reads of assessments: what is asked, what was answered, what it scored."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from stegvis.assessments.models import Answer, Assessment, ClosedOccasion, Correction, Response, Score
from stegvis.audit import clock
from stegvis.audit.asked import asked_once
from stegvis.methods.instruments import answers as answering
from stegvis.methods.instruments import scoring
from stegvis.methods.instruments.calculation import with_calculated
from stegvis.methods.instruments.positions import item_at
from stegvis.methods.instruments.questionnaire import Questionnaire
from stegvis.people.models import Participant
from stegvis.protocol import queries as protocol


def assessment(participant: Participant, occasion: str) -> Assessment | None:
    """One participant's assessment at an occasion."""
    return (
        Assessment.objects.select_related("participant__site")
        .filter(participant=participant, occasion=occasion)
        .first()
    )


@asked_once
def assessments_of(participant: Participant) -> list[Assessment]:
    """All assessments of a participant, by due day."""
    return list(Assessment.objects.filter(participant=participant).order_by("due_on", "pk"))


def to_answer(participant: Participant, on: date | None = None, *, of_some_arms: bool = True) -> Assessment | None:
    """The assessment that can be answered now: open, not yet sent; the earliest due first.

    What only some arms have comes after the others, within its days only, and with `of_some_arms`.

    What is past its window can still be answered until the data are locked; it is stored as late. Whoever has sent the
    primary outcomes alone is not asked for the rest after the window.
    """
    day = on or clock.today()
    waiting = Assessment.objects.filter(
        Q(tells_arm=False) | Q(tells_arm=of_some_arms, closes_on__gte=day),
        Q(minimum_at=None) | Q(closes_on__gte=day), ~Exists(_closed(OuterRef("occasion"))), participant=participant,
        submitted_at=None, opens_on__lte=day,
    )  # fmt: skip
    return waiting.order_by("tells_arm", "due_on").first()


def is_submitted(participant: Participant, occasion: str) -> bool:
    """Whether the answers at an occasion have been sent: all of them, or the primary outcomes alone."""
    found = Assessment.objects.filter(participant=participant, occasion=occasion)
    return found.exclude(submitted_at=None, minimum_at=None).exists()


def closed_on(occasion: str) -> date | None:
    """The day on which the data of an occasion were locked; None while answers are taken."""
    found = _closed(occasion).values_list("closed_at", flat=True).first()
    return clock.local(found).date() if found else None


def _closed(occasion: Any) -> QuerySet[ClosedOccasion]:
    return ClosedOccasion.objects.filter(occasion=occasion, reopened_at=None)


def as_it_stands(assessment: Assessment) -> Assessment:
    """The assessment now, locked: an answer saved while another page sends the rest waits, and is then refused.

    It comes with `data_locked_at`, when its data were locked, if they were.
    """
    return with_data_lock(Assessment.objects.select_for_update(of=("self",), no_key=True)).get(pk=assessment.pk)


def not_locked() -> QuerySet[Assessment]:
    """Assessments whose data have not been locked; without those that only some arms have, which nobody chases."""
    return Assessment.objects.filter(tells_arm=False).filter(~Exists(_closed(OuterRef("occasion"))))


def with_data_lock(rows: QuerySet[Assessment]) -> QuerySet[Assessment]:
    """The same assessments, each with `data_locked_at`: when its data were locked, or None."""
    return rows.annotate(data_locked_at=Subquery(_closed(OuterRef("occasion")).values("closed_at")[:1]))


def sent_codes(of: Assessment) -> frozenset[str]:
    """The questionnaires of an assessment that have been sent."""
    sent = Response.objects.filter(assessment=of).exclude(submitted_at=None)
    return frozenset(sent.values_list("code", flat=True))


def modes_of(responses: Iterable[Response]) -> dict[int, str]:
    """How each questionnaire was answered for the most part: web, phone or paper, by the response's key."""
    counts = Answer.objects.filter(response__in=list(responses)).values_list("response", "channel")
    modes: dict[int, str] = {}
    for pk, channel, _n in counts.annotate(n=Count("pk")).order_by("response", "n", "channel"):
        modes[pk] = channel
    return modes


def response(of: Assessment, code: str) -> Response | None:
    """The response to one questionnaire of an assessment, if it has been begun."""
    return Response.objects.select_related("instrument").filter(assessment=of, code=code).first()


def answers(of: Response) -> dict[str, Any]:
    """The newest answer to each question, by linkId."""
    rows = Answer.objects.filter(response=of).order_by("link_id", "-pk").distinct("link_id")
    return {link_id: value for link_id, value in rows.values_list("link_id", "value") if value is not None}


@dataclass(frozen=True)
class Kept:
    """The newest of what was said to one question. `version` tells it apart from what was said before; 0 is nothing yet."""

    version: int
    value: Any
    saved_at: datetime


def newest(of: Response) -> dict[str, Kept]:
    """The newest answer to each question of a response, by position; with value None where it was taken back."""
    rows = Answer.objects.filter(response=of).order_by("link_id", "-pk").distinct("link_id")
    columns = rows.values_list("link_id", "pk", "value", "saved_at")
    return {position: Kept(version, value, at) for position, version, value, at in columns}


def newest_of(of: Assessment) -> dict[str, dict[str, Kept]]:
    """As `newest`, for a whole assessment, by questionnaire and position, in one query."""
    rows = (
        Answer.objects.filter(response__assessment=of)
        .order_by("response_id", "link_id", "-pk")
        .distinct("response_id", "link_id")
        .values_list("response__code", "link_id", "pk", "value", "saved_at")
    )
    found: dict[str, dict[str, Kept]] = {}
    for code, position, version, value, at in rows:
        found.setdefault(code, {})[position] = Kept(version, value, at)
    return found


def said_before(of: Response, versions: Iterable[int]) -> dict[int, Any]:
    """What earlier answers of a response were, by version."""
    return dict(Answer.objects.filter(response=of, pk__in=versions).values_list("pk", "value"))


def answers_of(of: Assessment) -> dict[str, dict[str, Any]]:
    """The newest answers of a whole assessment, by questionnaire and linkId, in one query."""
    rows = (
        Answer.objects.filter(response__assessment=of)
        .order_by("response_id", "link_id", "-pk")
        .distinct("response_id", "link_id")
        .values_list("response__code", "link_id", "value")
    )
    found: dict[str, dict[str, Any]] = {}
    for code, link_id, value in rows:
        if value is not None:
            found.setdefault(code, {})[link_id] = value
    return found


def answer_before(of: Assessment, code: str, link_id: str) -> Any | None:
    """What was answered to a question at the latest occasion before this one at which it was; None when never.

    “I prefer not to answer” is no answer here: a rise is counted from what was last said.
    """
    rows = Answer.objects.filter(
        response__assessment__participant=of.participant_id, response__assessment__due_on__lt=of.due_on,
        response__code=code, link_id=link_id,
    ).order_by("-response__assessment__due_on", "response_id", "-pk").distinct(
        "response__assessment__due_on", "response_id"
    )  # fmt: skip
    found = rows.values_list("value", "response__instrument")
    value, instrument = next(
        (each for each in found if each[0] is not None and not answering.declined(each[0])), (None, None)
    )
    if instrument is None:
        return None
    return typed(protocol.questionnaire_of(instrument), {link_id: value}).get(link_id)


def computed(of: Response, given: dict[str, Any], by: Questionnaire | None = None) -> list[scoring.Score]:
    """The scores that stored answers make, by the version in which they were given, or by another."""
    questionnaire = by or protocol.questionnaire_of(of.instrument_id)
    return scores_of(questionnaire, typed(questionnaire, given), of.submitted_at)


def scores_of(
    questionnaire: Questionnaire, given: dict[str, Any], sent_at: datetime | None = None
) -> list[scoring.Score]:
    """The scores that typed answers make, calculated values worked out as of when they were sent (now, if they were not).

    Where scoring leaves a choice, the protocol has decided.
    """
    choices = protocol.scoring_choices(protocol.current(), questionnaire)
    return scoring.score(questionnaire, with_calculated(questionnaire, given, sent_at or clock.now()), choices)


def scores_now(of: Response) -> dict[str, float | None]:
    """What the scores of a questionnaire are as it stands, before it is sent."""
    return {score.name: score.value for score in computed(of, answers(of))}


def scores(participant: Participant, occasion: str) -> dict[tuple[str, str], float | None]:
    """The newest scores of a participant at an occasion, by instrument and name: two instruments may share a name."""
    rows = Score.objects.filter(participant=participant, occasion=occasion).order_by("pk")
    return {(code, name): value for code, name, value in rows.values_list("response__code", "name", "value")}


def kept_scores(of: Assessment) -> dict[str, dict[str, float | None]]:
    """The newest scores of an assessment, by questionnaire and name; of what has not been sent there are none."""
    found: dict[str, dict[str, float | None]] = {}
    rows = Score.objects.filter(response__assessment=of).order_by("pk")
    for code, name, value in rows.values_list("response__code", "name", "value"):
        found.setdefault(code, {})[name] = value
    return found


def values_at(participant: Participant, occasions: Iterable[str]) -> dict[tuple[str, str, str], float | None]:
    """A person's newest scores at some occasions, by occasion, questionnaire and name. One query."""
    rows = Score.objects.filter(participant=participant, occasion__in=list(occasions)).order_by("pk")
    found = rows.values_list("occasion", "response__code", "name", "value")
    return {(occasion, code, name): value for occasion, code, name, value in found}


def newest_scores(*, of_some_arms: bool = False) -> QuerySet[Score]:
    """The newest row of every score of everyone, with response and assessment: what an extract carries.

    What only some arms are asked is left out, unless told.
    """
    rows = (
        Score.objects.filter(_of_arms(of_some_arms, "response__assessment"))
        .order_by("response_id", "name", "-pk")
        .defer("response__instrument__source")
    )
    return rows.distinct("response_id", "name").select_related(
        "participant", "response__assessment", "response__instrument"
    )


def score_rows(participant: Participant) -> QuerySet[Score]:
    """Every score of a participant, oldest first: the newest of a name comes last."""
    return Score.objects.filter(participant=participant).select_related("response").order_by("pk")


def have_scores(participant: Participant, occasion: str, wanted: Iterable[tuple[str, str]]) -> bool:
    """Whether every score in `wanted`, each an instrument and a name, has a value at the occasion."""
    found = scores(participant, occasion)
    return all(found.get(each) is not None for each in wanted)


def submitted_on(participant: Participant, occasion: str) -> date | None:
    """The day (Stockholm's) on which an occasion's answers, or its primary outcomes alone, were first sent."""
    moments = Assessment.objects.filter(participant=participant, occasion=occasion).values_list(
        Coalesce("minimum_at", "submitted_at"), flat=True
    )
    at = moments.first()
    return clock.local(at).date() if at else None


def typed(questionnaire: Questionnaire, stored: dict[str, Any]) -> dict[str, Any]:
    """Stored answers as the instrument's rules take them (a decimal number is stored by its digits)."""
    items = {position: item_at(questionnaire, position) for position in stored}
    return {
        position: answering.from_json(item, stored[position]) for position, item in items.items() if item is not None
    }


def values_of(rows: Sequence[Answer]) -> dict[str, Any]:
    """The answers in rows that were just kept, all of one questionnaire, by position and as the instrument's rules take them."""
    stored = {row.link_id: row.value for row in rows}
    return typed(protocol.questionnaire_of(rows[0].response.instrument_id), stored) if rows else {}


def corrections_of(response: Response) -> QuerySet[Correction]:
    """How often a sent questionnaire was corrected, when, by whom and why; the first first."""
    return Correction.objects.filter(response=response).order_by("number")


def corrections_about(participant: Participant) -> QuerySet[Correction]:
    """Every correction of what a person sent at occasions that every arm has, the first first."""
    rows = Correction.objects.filter(response__assessment__participant=participant)
    return rows.filter(_of_arms(False, "response__assessment")).select_related("response__assessment").order_by("pk")


def correction_counts() -> dict[int, int]:
    """How often each sent questionnaire was corrected, by the response's key; those never corrected are not in it."""
    counts = Correction.objects.values_list("response").annotate(n=Count("pk")).order_by("response")
    return dict(counts)


def sent_responses(code: str = "", *, of_some_arms: bool = False) -> QuerySet[Response]:
    """Every questionnaire that was sent, or every one of an instrument, oldest first; as `newest_scores` for the arms."""
    found = (
        Response.objects.filter(_of_arms(of_some_arms, "assessment"))
        .exclude(submitted_at=None)
        .select_related("assessment__participant")
    )
    return (found.filter(code=code) if code else found).order_by("pk")


# Scoring --------------------------------------------------------------------------------------------------------------
def scored(assessment: Assessment, sent: Sequence[Response], questionnaire: Questionnaire | None = None) -> list[Score]:
    """The scores of questionnaires that were begun, not kept yet; one that was not begun has none, and the extract says so."""
    now = clock.now()
    given = answers_of(assessment)
    rows = []
    for response in sent:
        rows += [
            Score(
                response=response, participant_id=assessment.participant_id, occasion=assessment.occasion,
                name=score.name, value=score.value, missing_reason=score.missing_reason or "",
                answered=score.n_answered, items=score.n_items, scoring_version=score.version, scored_at=now,
            )
            for score in computed(response, given.get(response.code, {}), questionnaire)
        ]  # fmt: skip
    return rows


def scored_otherwise(response: Response) -> list[Score]:
    """The scores of a sent questionnaire that come out otherwise by the rules of the protocol in force, not kept yet."""
    newest = {row.name: row for row in Score.objects.filter(response=response).order_by("pk")}
    now = scored(response.assessment, [response], questionnaire=protocol.questionnaire(response.code))
    return [row for row in now if row.name not in newest or _differ(row, newest[row.name])]


def _differ(one: Score, other: Score) -> bool:
    """Whether two scores differ in their value, in why they are missing, or in the rules that made them."""
    compared = ("value", "missing_reason", "answered", "items", "scoring_version")
    return any(getattr(one, name) != getattr(other, name) for name in compared)


def scores_of_programme(participant: Participant) -> QuerySet[Score]:
    """The scores of what only some arms are asked, the questions of one participant's programme; the newest first."""
    rows = Score.objects.filter(participant=participant, response__assessment__tells_arm=True)
    return rows.select_related("response__assessment").order_by("-response__assessment__opens_on", "name", "-pk")


def _of_arms(of_some_arms: bool, path: str) -> Q:
    return Q() if of_some_arms else Q(**{f"{path}__tells_arm": False})
