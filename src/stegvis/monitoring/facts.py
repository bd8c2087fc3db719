"""What edit checks and quality checks look at: the answers, scores and days of some assessments, in a fixed number of queries."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.db.models.functions import Coalesce

from stegvis.assessments import queries as assessments
from stegvis.assessments.models import Answer, Assessment, Channel, Correction, Response, Score
from stegvis.audit import clock
from stegvis.methods.instruments.numbers import as_number
from stegvis.methods.instruments.positions import item_at
from stegvis.methods.study.edit_checks import Known
from stegvis.methods.study.protocol import CONSENT, RANDOMISATION
from stegvis.physiotherapy.models import Visit as BookedVisit
from stegvis.protocol import queries as protocols
from stegvis.trial.models import Enrolment

Place = tuple[str, str]
"""Instrument and position (of what repeats, each occurrence is a place of its own)."""


@dataclass
class Given:
    """One assessment: what counts now, as stored; when each answer was given on the web; which questionnaires were sent."""

    assessment: Assessment
    answers: dict[Place, Any] = field(default_factory=dict)
    moments: dict[Place, datetime] = field(default_factory=dict)
    all_on_web: bool = True
    sent: dict[str, int] = field(default_factory=dict)
    scores: dict[Place, float | None] = field(default_factory=dict)

    @cached_property
    def numbers(self) -> dict[Place, float | None]:
        """Every answer that is a number, or an option with an ordinal value, by its place."""
        found: dict[Place, float | None] = {}
        for code, instrument in self.sent.items():
            questionnaire = protocols.questionnaire_of(instrument)
            stored = {at: value for (owner, at), value in self.answers.items() if owner == code and value is not None}
            for position, value in assessments.typed(questionnaire, stored).items():
                item = item_at(questionnaire, position)
                found[code, position] = as_number(item, value) if item is not None else None
        return found


def given(rows: Collection[Assessment]) -> dict[int, Given]:
    """The answers of some assessments, by the assessment's key. Three queries."""
    found = {row.pk: Given(row) for row in rows}
    for pk, code, instrument in Response.objects.filter(assessment__in=found, submitted_at__isnull=False).values_list(
        "assessment", "code", "instrument"
    ):
        found[pk].sent[code] = instrument
    answers = Answer.objects.filter(response__assessment__in=found, response__submitted_at__isnull=False)
    columns = ("response__assessment", "response__code", "link_id", "value", "channel", "correction")
    for pk, code, position, value, channel, correction, at in answers.order_by("pk").values_list(
        *columns, Coalesce("typed_at", "saved_at")
    ):
        found[pk].answers[code, position] = value
        if correction is None:
            found[pk].all_on_web &= channel == Channel.WEB
            found[pk].moments[code, position] = at
    scores = Score.objects.filter(response__assessment__in=found).order_by("pk")
    for pk, code, name, number in scores.values_list("response__assessment", "response__code", "name", "value"):
        found[pk].scores[code, name] = number
    return found


def days_of(participants: Collection[int]) -> dict[int, dict[str, date]]:
    """By participant: the days from which things are counted, by anchor, and those on which occasions were answered.

    Three queries.
    """
    found: dict[int, dict[str, date]] = {pk: {} for pk in participants}
    enrolments = Enrolment.objects.filter(participant__in=participants)
    for pk, consented, randomised in enrolments.values_list("participant", "consented_on", "randomised_on"):
        found[pk] |= {name: day for name, day in ((CONSENT, consented), (RANDOMISATION, randomised)) if day}
    visits = BookedVisit.objects.filter(participant__in=participants, held_at__isnull=False)
    for pk, number, at in visits.values_list("participant", "number", "held_at"):
        if at is not None:
            found[pk][f"visit_{number}"] = clock.local(at).date()
    completed = Response.objects.filter(assessment__participant__in=participants, completed_on__isnull=False)
    rows = completed.order_by("-completed_on").values_list(
        "assessment__participant", "assessment__occasion", "completed_on"
    )
    for pk, occasion, day in rows:  # the earliest comes last
        if day is not None:
            found[pk][occasion] = day
    return found


def known(one: Given, days: Mapping[str, date]) -> Known:
    """One assessment as edit checks take it."""
    said = frozenset(place for place, value in one.answers.items() if value is not None)
    return Known(items=one.numbers, scores=one.scores, said=said, sent=frozenset(one.sent), days=days)


def corrections_of(rows: Iterable[int]) -> dict[tuple[int, str], Correction]:
    """The newest correction of each questionnaire of some assessments, by the assessment's key and the instrument."""
    corrections = Correction.objects.filter(response__assessment__in=list(rows)).select_related("response")
    return {(each.response.assessment_id, each.response.code): each for each in corrections.order_by("pk")}
