"""Every write about data queries: asked, answered, closed, opened again.

No answer to a question of the trial is changed here: a correction is an action of `assessments`, and a query points to it.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from stegvis.assessments.models import Correction
from stegvis.audit import clock
from stegvis.audit.action import SYSTEM, Actor, action, note
from stegvis.audit.once import earlier, make, make_in_turn
from stegvis.monitoring import policies
from stegvis.monitoring.models import DataQuery, Finding, Origin, QueryStep, State
from stegvis.people.models import Account, Participant
from stegvis.protocol import queries as protocols


@action("monitoring.query_raised", detail=("occasion", "instrument", "item", "visit", "asked_of"))
def raise_query(
    *, participant: Participant, asked_of: str, words: str, occasion: str = "", instrument: str = "", item: str = "",
    visit: int | None = None, key: UUID, by: Account,
) -> DataQuery:  # fmt: skip
    """Ask about a datum of a participant, by hand; the same key again gives the query that it made.

    The words are kept encrypted and stay out of the record.
    """
    policies.check_can_ask(by, participant)
    policies.check_words(words)
    policies.check_is_asked_blind(asked_of, instrument)
    policies.check_datum(protocols.current(), participant, occasion, instrument, item, visit)
    again = earlier(DataQuery, key, said={"question": words}, participant=participant)
    if again is not None:
        return again
    return make(
        DataQuery, key, about="participant", participant=participant, origin=Origin.HAND, occasion=occasion,
        instrument=instrument, item=item, visit=visit, asked_of=asked_of, question=words, raised_by_id=by.pk,
        raised_at=clock.now(),
    )  # fmt: skip


@action("monitoring.query_raised_by_rule", detail=("rule", "occasion", "instrument", "item"))
def raise_by_rule(
    *, participant: Participant, rule: str, occasion: str, instrument: str, item: str, value: Mapping[str, Any],
    asked_of: str, by: Actor,
) -> DataQuery:  # fmt: skip
    """Ask what an edit check of the protocol asks; a check asks once about a datum, and a second call changes nothing."""
    row, is_new = DataQuery.objects.get_or_create(
        rule=rule, participant=participant, occasion=occasion, instrument=instrument, item=item,
        defaults={
            "origin": Origin.RULE, "asked_of": asked_of, "value": dict(value), "raised_at": clock.now(),
        },
    )  # fmt: skip
    if not is_new:
        note(again=True)
    return row


@action("monitoring.query_raised_from_finding")
def raise_from_finding(*, finding: Finding, asked_of: str = "outcome_assessor", by: Account) -> DataQuery:
    """Ask about what a quality check found; pressed again it gives the query that it made."""
    participant = finding.assessment.participant
    policies.check_can_settle(by)
    row, is_new = DataQuery.objects.get_or_create(
        rule=finding.kind, participant=participant, occasion=finding.assessment.occasion,
        instrument=finding.instrument, item="",
        defaults={
            "origin": Origin.FINDING, "asked_of": asked_of, "value": finding.facts, "raised_by_id": by.pk,
            "raised_at": clock.now(),
        },
    )  # fmt: skip
    note(kind=finding.kind, **({} if is_new else {"again": True}))
    return row


@action("monitoring.query_answered")
def answer(*, query: DataQuery, words: str, key: UUID, by: Account) -> QueryStep:
    """Add an answer to a query that is not closed; the same key again gives the answer that it made."""
    row = _locked(query)
    policies.check_can_answer(by, row)
    policies.check_words(words)
    again = earlier(QueryStep, key, said={"words": words}, query=row)
    if again is not None:
        return again
    policies.check_takes_answers(row)
    return _step(row, State.ANSWERED, words=words, key=key, by=by)


@action("monitoring.query_closed")
def close(*, query: DataQuery, words: str = "", by: Account) -> QueryStep:
    """Settle a query: its answer will do; where there is none, `words` say why it is settled all the same."""
    policies.check_can_settle(by)
    row = _locked(query)
    policies.check_can_close(row, words)
    return _step(row, State.CLOSED, words=words, by=by)


@action("monitoring.query_reopened")
def reopen(*, query: DataQuery, words: str, by: Account) -> QueryStep:
    """Open a closed query again, and say why."""
    policies.check_can_settle(by)
    row = _locked(query)
    policies.check_can_reopen(row, words)
    return _step(row, State.REOPENED, words=words, by=by)


@action("monitoring.query_closed_by_rule")
def close_by_rule(*, query: DataQuery, correction: Correction | None = None, by: Actor = SYSTEM) -> DataQuery:
    """Close a query of an edit check whose datum no longer fails it, with the correction that changed the datum."""
    row = _locked(query)
    if row.is_open:
        _step(row, State.CLOSED, correction=correction, by=by)
    return row


@action("monitoring.query_reopened_by_rule")
def reopen_by_rule(*, query: DataQuery, value: Mapping[str, Any], by: Actor = SYSTEM) -> DataQuery:
    """Open a closed query of an edit check again, because its datum was changed to something that fails it too."""
    row = _locked(query)
    if not row.is_open:
        _step(row, State.REOPENED, value=dict(value), by=by)
    return row


def _locked(query: DataQuery) -> DataQuery:
    """The query as it stands now; who comes second waits, and sees what the first one did."""
    rows = DataQuery.objects.select_related("participant__site").select_for_update(of=("self",), no_key=True)
    return rows.get(pk=query.pk)


def _step(row: DataQuery, state: str, *, by: Actor, words: str = "", key: UUID | None = None, **more: Any) -> QueryStep:
    """Add to the thread, and say in the query where it stands now."""
    values = {
        "query": row,
        "state": state,
        "words": words or None,
        "account_id": by.pk,
        "taken_at": clock.now(),
        **more,
    }
    step = make_in_turn(QueryStep, key, **values) if key else QueryStep.objects.create(**values)
    if row.state != state:
        row.state = state
        row.save(update_fields=["state"])
    return step
