"""Instruments: FHIR questionnaires: definitions, enablement, validation, scoring, the pain map."""

from stegvis.methods.instruments.answers import (
    DECLINED,
    declined,
    from_json,
    given,
    to_json,
    validate,
    validate_answer,
    without_disabled,
)
from stegvis.methods.instruments.enablement import enabled
from stegvis.methods.instruments.errors import (
    InvalidAnswers,
    InvalidQuestionnaire,
    InvalidResponse,
    Misfit,
    Mistake,
    Problem,
    Unsupported,
    UnsupportedQuestionnaire,
)
from stegvis.methods.instruments.fhir_json import read_json, write_json
from stegvis.methods.instruments.pages import Page, pages
from stegvis.methods.instruments.questionnaire import Item, Licence, Option, Questionnaire, ScoreRule
from stegvis.methods.instruments.reading import load
from stegvis.methods.instruments.removal import without_answer, without_occurrence
from stegvis.methods.instruments.responses import from_response, to_response
from stegvis.methods.instruments.scoring import MissingReason, Score, score
from stegvis.methods.instruments.typed import Parsed, parse_answer
from stegvis.methods.instruments.validation import validate_response

__all__ = [
    "DECLINED",
    "InvalidAnswers",
    "InvalidQuestionnaire",
    "InvalidResponse",
    "Item",
    "Licence",
    "Misfit",
    "MissingReason",
    "Mistake",
    "Option",
    "Page",
    "Parsed",
    "Problem",
    "Questionnaire",
    "Score",
    "ScoreRule",
    "Unsupported",
    "UnsupportedQuestionnaire",
    "declined",
    "enabled",
    "from_json",
    "from_response",
    "given",
    "load",
    "pages",
    "parse_answer",
    "read_json",
    "score",
    "to_json",
    "to_response",
    "validate",
    "validate_answer",
    "validate_response",
    "without_answer",
    "without_disabled",
    "without_occurrence",
    "write_json",
]
