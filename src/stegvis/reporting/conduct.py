"""Rows of an extract about consents and contacts, which are written when they are asked for.

What was sent about the programme would tell who has it: until the lock only messages about outcomes, the same in every arm,
and calls are told of, and of a message not by which way, since those with the programme choose one sooner.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from heapq import merge
from typing import Any

from stegvis.assessments.models import Assessment
from stegvis.audit import clock
from stegvis.consent.models import Consent
from stegvis.methods.analysis import conduct_tables as tables
from stegvis.reminders.models import Sent
from stegvis.reminders.queries import REMINDER
from stegvis.reporting.queries import CHUNK
from stegvis.trial.models import CallAttempt, Enrolment

CALL = "call"
_Contact = tuple[str, datetime, int, dict[str, Any]]


def rows(*, unblinded: bool) -> dict[str, Iterator[Any]]:
    """The rows of both tables, by name."""
    return {"consents": consents(), "contacts": contacts(unblinded=unblinded)}


def consents() -> Iterator[tables.Consent]:
    """Every consent of who is in the trial; the signature, a name, stays."""
    found = Consent.objects.filter(participant__in=_consented()).select_related("participant")
    numbers: Counter[str] = Counter()
    for row in found.order_by("participant__code", "given_at", "pk").iterator(chunk_size=CHUNK):
        code = row.participant.code
        numbers[code] += 1
        yield tables.Consent(
            participant=code, number=numbers[code], given_on=clock.local(row.given_at).date(), text=row.text_code,
            text_version=row.text_version, text_sha256=row.text_sha256, language=row.language,
        )  # fmt: skip


def contacts(*, unblinded: bool) -> Iterator[tables.Contact]:
    """Every message and call to who is in the trial, by participant and time."""
    of_some_arms = set(Assessment.objects.filter(tells_arm=True).values_list("occasion", flat=True).distinct())
    numbers: Counter[str] = Counter()
    for code, at, _, facts in merge(_messages(unblinded), _calls(), key=lambda one: one[:3]):
        if facts["occasion"] in of_some_arms and not unblinded:
            continue
        numbers[code] += 1
        yield tables.Contact(participant=code, number=numbers[code], on=clock.local(at).date(), **facts)


def _consented() -> Any:
    return Enrolment.objects.exclude(consented_on=None).values("participant")


def _messages(unblinded: bool) -> Iterator[_Contact]:
    """Letters without their words, which are encrypted and never read here."""
    found = Sent.objects.filter(planned__participant__in=_consented(), planned__account__role="participant")
    if not unblinded:
        found = found.filter(planned__kind=REMINDER)
    found = found.order_by("planned__participant__code", "sent_at", "pk")
    names = ("planned__participant__code", "sent_at", "pk", "planned__kind", "planned__occasion", "planned__channel")
    for code, at, pk, kind, occasion, channel in found.values_list(*names).iterator(chunk_size=CHUNK):
        facts = {"kind": kind, "occasion": occasion or None, "channel": channel if unblinded else None}
        yield code, at, pk, facts | {"outcome": "sent"}


def _calls() -> Iterator[_Contact]:
    found = CallAttempt.objects.filter(participant__in=_consented())
    found = found.order_by("participant__code", "called_at", "pk")
    names = ("participant__code", "called_at", "pk", "occasion", "outcome")
    for code, at, pk, occasion, outcome in found.values_list(*names).iterator(chunk_size=CHUNK):
        yield code, at, pk, {"kind": CALL, "occasion": occasion or None, "channel": "phone", "outcome": outcome}
