"""The answers of an extract, item by item, and how they were corrected; written when they are asked for.

Numbers, days, codes of options: what somebody wrote in their own words stays, and the row says so.
"""

from collections.abc import Iterator
from dataclasses import astuple
from itertools import groupby
from typing import Any

from stegvis.assessments import queries as assessments
from stegvis.assessments.models import Answer
from stegvis.methods.analysis import conduct_tables, tables
from stegvis.methods.instruments import declined
from stegvis.methods.instruments.items import Item
from stegvis.methods.instruments.positions import item_at
from stegvis.protocol import queries as protocols
from stegvis.reporting.queries import CHUNK

IN_WORDS = frozenset({"string", "text", "url", "attachment", "reference"})
"""Types of question whose answer is words, a file or a name."""


def answers(*, unblinded: bool) -> Iterator[tables.Answer]:
    """Every answer that counts to what was sent; of what only some arms are asked in unblinded extracts only."""
    sent = assessments.sent_responses(of_some_arms=unblinded).order_by()
    newest = (
        Answer.objects.filter(response__in=sent)
        .order_by("response_id", "link_id", "-pk")
        .distinct("response_id", "link_id")
        .select_related("response__assessment__participant", "correction")
    )
    for row in newest.iterator(chunk_size=CHUNK):
        questionnaire = protocols.questionnaire_of(row.response.instrument_id)
        yield from _of_one(row, item_at(questionnaire, row.link_id))


def changes(*, unblinded: bool) -> Iterator[conduct_tables.AnswerChange]:
    """Every version of each answer that was corrected after it was sent, by response and position; arms as for answers."""
    sent = assessments.sent_responses(of_some_arms=unblinded).order_by()
    corrected = set(
        Answer.objects.filter(response__in=sent).exclude(correction=None).values_list("response_id", "link_id")
    )
    versions = (
        Answer.objects.filter(response__in={response for response, _ in corrected})
        .order_by("response_id", "link_id", "pk")
        .select_related("response__assessment__participant", "correction")
    )
    for key, rows in groupby(versions.iterator(chunk_size=CHUNK), key=lambda row: (row.response_id, row.link_id)):
        if key in corrected:
            yield from _versions(list(rows))


def _versions(rows: list[Answer]) -> Iterator[conduct_tables.AnswerChange]:
    """What was sent, which is the last one before the first correction, and each correction."""
    item = item_at(protocols.questionnaire_of(rows[0].response.instrument_id), rows[0].link_id)
    sent = [row for row in rows if row.correction is None][-1:]
    for row in (*sent, *(row for row in rows if row.correction is not None)):
        found = [conduct_tables.AnswerChange(*astuple(one)) for one in _of_one(row, item)]
        yield from found or [_removed(row)]


def _removed(row: Answer) -> conduct_tables.AnswerChange:
    """A version in which the question has no answer."""
    assessment, code = row.response.assessment, row.response.assessment.participant.code
    return conduct_tables.AnswerChange(
        participant=code, occasion=assessment.occasion, instrument=row.response.code, response_id=f"R{row.response_id}",
        item=row.link_id, number=1, value=None, withheld=conduct_tables.REMOVED, mode=row.channel, saved_at=row.saved_at,
        saved_by="participant" if row.saved_by == code else "staff",
        correction=row.correction.number if row.correction else 0,
    )  # fmt: skip


def _of_one(row: Answer, item: Item | None) -> Iterator[tables.Answer]:
    values = row.value if isinstance(row.value, list) else [] if row.value is None else [row.value]
    assessment = row.response.assessment
    code = assessment.participant.code
    for number, value in enumerate(values, start=1):
        cell = None if item is None else _cell(item, value)
        yield tables.Answer(
            participant=code, occasion=assessment.occasion, instrument=row.response.code,
            response_id=f"R{row.response_id}", item=row.link_id, number=number, value=cell,
            withheld=None if cell is not None else "declined" if declined(value) else "words", mode=row.channel,
            saved_at=row.saved_at, saved_by="participant" if row.saved_by == code else "staff",
            correction=row.correction.number if row.correction else 0,
        )  # fmt: skip


def _cell(item: Item, value: Any) -> str | None:
    """The answer as a cell; None for words, and for “I prefer not to answer”."""
    if declined(value) or item.type in IN_WORDS:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        kept = value.get("value" if item.type == "quantity" else "code")
        return None if kept is None else str(kept)
    is_own_words = item.type == "open-choice" and item.options and item.option(str(value)) is None
    return None if is_own_words else str(value)
