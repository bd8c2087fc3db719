"""Tables of the trial's conduct: consents, contacts by letter and telephone, and answers that were corrected.

Defined as those in `tables`, and registered beside them. The analysis does not read them; they are there on request, for
what other formats have a place for (FHIR Consent and Communication, the audit trail of ODM), and tell the same of every arm.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Annotated

from stegvis.methods.analysis.tables import MODES, WITHHELD, OneOf, table

CHANNELS = ("email", "sms", "phone")
REMOVED = "removed"
NAMES = ("consents", "contacts", "answer_changes")
"""The tables defined here."""


@table("consents", key=("participant", "number"), on_request=True)
@dataclass(frozen=True, slots=True)
class Consent:
    """One row per consent: to which text, in which version and language. Withdrawals stand among the events."""

    participant: Annotated[str, "Participant code."]
    number: Annotated[int, "Order of the participant's consents, from 1; the last one counts."]
    given_on: Annotated[dt.date, "Day on which it was given."]
    text: Annotated[str, "Code of the text that was agreed to."]
    text_version: Annotated[str, "Version of that text."]
    text_sha256: Annotated[str, "SHA-256 of that text, word for word."]
    language: Annotated[str, "Language in which it was read."]


@table("contacts", key=("participant", "number"), on_request=True)
@dataclass(frozen=True, slots=True)
class Contact:
    """One row per message that went to a participant and per call; never its words. Unless unblinded, of outcomes alone."""

    participant: Annotated[str, "Participant code."]
    number: Annotated[int, "Running number within the participant, from 1, in the order of their times."]
    on: Annotated[dt.date, "Day."]
    kind: Annotated[str, "Code of what it was: a reminder, a letter, a call."]
    occasion: Annotated[str | None, "Code of the occasion that it was about; empty when about none."]
    channel: Annotated[
        str | None, "How. Of a message empty unless unblinded: who chose a way tells who was reminded.", OneOf(CHANNELS)
    ]
    outcome: Annotated[str, "Code of what came of it: sent, or what the caller noted."]


@table("answer_changes", key=("participant", "occasion", "instrument", "item", "correction", "number"), on_request=True)
@dataclass(frozen=True, slots=True)
class AnswerChange:
    """One row per version of an answer that was corrected after it was sent, from what was sent to what counts."""

    participant: Annotated[str, "Participant code."]
    occasion: Annotated[str, "Code of the occasion."]
    instrument: Annotated[str, "Code of the instrument."]
    response_id: Annotated[str, "Identifier of the response."]
    item: Annotated[str, "Position of the item: its linkId, and which occurrence where it can occur several times."]
    number: Annotated[int, "Order among the answers to an item that takes several; otherwise 1."]
    value: Annotated[str | None, "The number, day or time, true or false, or the code of the option."]
    withheld: Annotated[str | None, "Why there is no value; filled in exactly then.", OneOf((*WITHHELD, REMOVED))]
    mode: Annotated[str, "How this answer came in.", OneOf(MODES)]
    saved_at: Annotated[dt.datetime, "When it was saved (UTC)."]
    saved_by: Annotated[str, "Who entered it.", OneOf(("participant", "staff"))]
    correction: Annotated[int, "0 as it was sent; otherwise the number of the correction that set it."]
