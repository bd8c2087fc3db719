"""Own data: everything that is kept about one participant, for that participant (GDPR articles 15 and 20).

The tables are found from the models themselves, by the way that leads from each to the participant, so that a new table
cannot be forgotten. Read as the person: row-level security shows them what is theirs and hides what is not, and what a model
calls secret (digests, keys) never leaves. The allocation's tables stay closed; the arm is the one on the person's own pages.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from functools import cache
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import models

from stegvis.audit import clock
from stegvis.audit import queries as record
from stegvis.audit.action import SYSTEM
from stegvis.people.acting import acting_as
from stegvis.people.models import Participant
from stegvis.trial import queries as trial
from stegvis.trial.today import own_arm

CLOSED = frozenset({"allocation", "audit"})
"""Rooms whose tables are not walked: the sequence is concealed, and of the record the readings are given apart."""

MOST_STEPS = 4
CODED = frozenset({"people.Account", "people.Site"})
"""What is given by its code, and leads to nobody: a row is not somebody's because their therapist wrote it."""


@dataclass(frozen=True)
class Kept:
    """One table's rows about the person, each by field; `table` is room and model."""

    table: str
    rows: tuple[dict[str, Any], ...]


def own_data(participant: Participant) -> dict[str, Any]:
    """All that is kept about a person, as plain data for JSON; called by the action, which asks who wants it."""
    arm = own_arm(participant)
    return {
        "format": "stegvis.own-data/1",
        "participant": participant.code,
        "made_at": clock.now().isoformat(),
        "arm": arm.code if arm else None,
        "screening": _screening(participant),
        "tables": {each.table: list(each.rows) for each in tables(participant)},
        "read_by": [_reading(each) for each in record.readings_of(participant.code)],
    }


def _screening(participant: Participant) -> dict[str, Any]:
    """What the person told before they joined; hidden from everybody but staff by row-level security, so read by the system."""
    with acting_as(SYSTEM):
        found = trial.screening_of(participant)
        if found is None:
            return {}
        told = {"source": found.source, "opened_at": found.opened_at.isoformat(), "answers": trial.answers_of(found)}
        decided = found.decisions.order_by("decided_at", "pk").values_list(
            "criterion", "verdict", "source", "decided_at"
        )
        return told | {"criteria": [[str(_plain(value)) for value in row] for row in decided]}


def tables(participant: Participant) -> Iterator[Kept]:
    """Every table that has rows about the person, by room and model."""
    for label, way in sorted(_ways().items()):
        model = apps.get_model(label)
        fields = _fields(model)
        found = model._default_manager.filter(**{way: participant.pk}).order_by("pk").values_list(*fields.values())
        rows = tuple(dict(zip(fields, map(_plain, row), strict=True)) for row in found)
        if rows:
            yield Kept(label, rows)


@cache
def _ways() -> dict[str, str]:
    """For each table the shortest way from a row to a participant, as a filter: `response__assessment__participant`."""
    found = {"people.Participant": "pk"}
    house = [
        model for model in apps.get_models()
        if model.__module__.startswith("stegvis.") and model._meta.app_label not in CLOSED
    ]  # fmt: skip
    for _step in range(MOST_STEPS):
        for model in house:
            way = _way_from(model, found)
            if model._meta.label not in found and way:
                found[model._meta.label] = way
    return found


def _way_from(model: type[models.Model], found: dict[str, str]) -> str:
    """A way by one more step, through a key that many people's rows do not share."""
    for field in model._meta.concrete_fields:
        there = field.related_model._meta.label if isinstance(field, models.ForeignKey) else ""
        if there in found and there not in CODED:
            return field.name if there == "people.Participant" else f"{field.name}__{found[there]}"
    return ""


def _fields(model: type[models.Model]) -> dict[str, str]:
    """The fields that leave, each with where it is found: of people and sites the code, and no number that means nothing."""
    secret = set(getattr(model, "Privacy").fields.get("secret", ()))  # noqa: B009 - every model of the house has one
    found = {}
    for field in model._meta.concrete_fields:
        there = field.related_model._meta.label if isinstance(field, models.ForeignKey) else ""
        if field.name not in secret | {"key", "account"} and there != "people.Participant":
            found[field.name] = f"{field.name}__code" if there in CODED else field.attname
    return found


def _reading(each: Any) -> dict[str, str]:
    return {"at": each.occurred_at.isoformat(), "role": each.actor_role, "site": each.site, "what": each.kind}


def _plain(value: Any) -> Any:
    """A value as JSON has it."""
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, UUID | Decimal):
        return str(value)
    return value.hex() if isinstance(value, bytes | memoryview) else value
