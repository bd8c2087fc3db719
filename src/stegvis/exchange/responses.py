"""What leaves: responses with their answers, as frozen records from which the builders make a format."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from stegvis.assessments import queries as assessments
from stegvis.assessments.models import Response
from stegvis.methods.instruments import to_response, validate
from stegvis.methods.instruments.calculation import with_calculated
from stegvis.methods.instruments.questionnaire import Questionnaire
from stegvis.protocol import queries as protocol

CHUNK = 500


@dataclass(frozen=True)
class ResponseRecord:
    """One questionnaire answered: whose (by code), when, in which language, and the answers by linkId."""

    participant: str
    occasion: str
    identifier: str
    authored: datetime
    language: str
    questionnaire: Questionnaire
    answers: dict[str, Any]
    corrections: int = 0


def responses() -> Iterator[ResponseRecord]:
    """Every response that was sent, by participant and occasion."""
    rows = (
        Response.objects.exclude(submitted_at=None)
        .select_related("assessment__participant")
        .order_by("assessment__participant__code", "assessment__due_on", "pk")
    )
    corrections = assessments.correction_counts()
    for row in rows.iterator(chunk_size=CHUNK):
        assert row.submitted_at is not None  # asked for above
        questionnaire = protocol.questionnaire_of(row.instrument_id)
        yield ResponseRecord(
            participant=row.assessment.participant.code,
            occasion=row.assessment.occasion,
            identifier=f"R{row.pk}",
            authored=row.submitted_at,
            language=row.language,
            questionnaire=questionnaire,
            answers=assessments.typed(questionnaire, assessments.answers(row)),
            corrections=corrections.get(row.pk, 0),
        )


def to_fhir(record: ResponseRecord) -> dict[str, Any]:
    """A FHIR R4 QuestionnaireResponse; the subject is the participant's code and nothing else of the person.

    One that was sent with a required question left open is `in-progress`: FHIR asks a completed one to be complete. One
    that was corrected is `amended`, and its version counts the corrections.
    """
    answers = with_calculated(record.questionnaire, record.answers, record.authored)
    is_complete = not validate(record.questionnaire, answers)
    status = "in-progress" if not is_complete else "amended" if record.corrections else "completed"
    resource = to_response(
        record.questionnaire, answers, record.authored, record.participant, language=record.language, status=status,
    )  # fmt: skip
    version = {**resource.get("meta", {}), "versionId": str(record.corrections + 1)}
    return {**resource, "id": record.identifier, "meta": version}
