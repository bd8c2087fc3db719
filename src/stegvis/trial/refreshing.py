"""Refreshing: whose contact details are asked about before questions that lie far off; found each day anew, not planned once.

So it reaches people who were randomised before the protocol asked for it, and occasions whose questionnaires are not laid
down yet: the number must be right when the time comes.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import DateField, Exists, ExpressionWrapper, F, OuterRef, QuerySet, Value
from django.db.models.functions import Concat

from stegvis.assessments import queries as assessments
from stegvis.audit import clock
from stegvis.consent.models import Withdrawal
from stegvis.methods.study.conduct import ContactRefresh
from stegvis.methods.study.measurement import Occasion
from stegvis.people.life import queries as life
from stegvis.people.models import Identity, Participant
from stegvis.protocol import queries as protocols
from stegvis.reminders.models import PlannedMessage
from stegvis.reminders.queries import CONTACT_REFRESH
from stegvis.trial.models import Enrolment
from stegvis.trial.queries import ENDED, WITHDRAWN_FROM_QUESTIONS

ANCHORS = {"consent": "consented_on", "randomisation": "randomised_on", "visit_1": "visit1_on"}
"""The day from which an occasion is counted, where it stands with the enrolment."""


@dataclass(frozen=True)
class ToRefresh:
    """Somebody who is to be asked whether their contact details are right, before an occasion whose window opens on a day."""

    participant: Participant
    occasion: str
    opens_on: date


def to_refresh(sites: Iterable[int], limit: int, on: date | None = None) -> list[ToRefresh]:
    """Of whom at some sites nobody has heard that the details are right since the time to ask came; the next to open first.

    Whoever withdrew from the questions, has left or is held back by a life event is not among them. One query for each
    occasion of the protocol's list.
    """
    own, found = list(sites), []
    for rows, occasion in _due(on or clock.today()):
        there = rows.filter(participant__site__in=own).select_related("participant__site").order_by("opens", "pk")
        found += [ToRefresh(row.participant, occasion, row.opens) for row in there[:limit]]
    return sorted(found, key=lambda each: (each.opens_on, each.participant.pk))[:limit]


def not_written_to(limit: int) -> list[ToRefresh]:
    """The same at all sites, as far as no letter about that occasion has been planned; as the system."""
    found: list[ToRefresh] = []
    for rows, occasion in _due(clock.today()):
        key = Concat(Value(f"{CONTACT_REFRESH}:"), OuterRef("participant__code"), Value(f":{occasion}"))
        new = rows.filter(~Exists(PlannedMessage.objects.filter(key=key)))
        new = new.select_related("participant__account").order_by("opens", "pk")
        found += [ToRefresh(row.participant, occasion, row.opens) for row in new[: limit - len(found)]]
    return found


def _due(day: date) -> "Iterator[tuple[QuerySet[Any], str]]":
    """By occasion whoever is to be asked, each with the day on which it `opens`.

    By the occasion's row, which whoever is not asked it (before they agree to an amendment, say) does not have; where its
    questionnaires are not laid down yet, and nobody has one, by the days of their enrolment.
    """
    protocol = protocols.current()
    refresh = protocol.contact_refresh
    if refresh is None:
        return
    for occasion in protocol.occasions:
        if occasion.code not in refresh.occasions:
            continue
        if not occasion.declared_only:
            yield _asked(_opened(occasion, refresh, day), refresh), occasion.code
        elif occasion.anchor in ANCHORS:
            yield _asked(_not_laid_down(occasion, refresh, day), refresh), occasion.code


def _opened(occasion: Occasion, refresh: ContactRefresh, day: date) -> "QuerySet[Any]":
    latest = day + timedelta(days=refresh.days_before)
    rows = assessments.not_locked().filter(
        occasion=occasion.code, submitted_at=None, opens_on__lte=latest, closes_on__gte=day
    )
    return rows.annotate(opens=F("opens_on"))


def _not_laid_down(occasion: Occasion, refresh: ContactRefresh, day: date) -> "QuerySet[Any]":
    anchor = ANCHORS[occasion.anchor]
    until_it_opens = timedelta(days=occasion.day - occasion.before)
    earliest = day - timedelta(days=occasion.day + occasion.after)
    latest = day - until_it_opens + timedelta(days=refresh.days_before)
    rows = Enrolment.objects.filter(**{f"{anchor}__range": (earliest, latest)}).exclude(stage__in=ENDED)
    return rows.annotate(opens=ExpressionWrapper(F(anchor) + until_it_opens, output_field=DateField()))


def _asked(rows: "QuerySet[Any]", refresh: ContactRefresh) -> "QuerySet[Any]":
    """Without those who stopped the questions, are held back, or have said since the time to ask that all is right."""
    since = ExpressionWrapper(OuterRef("opens") - timedelta(days=refresh.days_before), output_field=DateField())
    verified = Identity.objects.filter(participant=OuterRef("participant"), phone_verified_on__gte=since)
    withdrew = Withdrawal.objects.filter(participant=OuterRef("participant"), layer__in=WITHDRAWN_FROM_QUESTIONS)
    return rows.filter(~Exists(withdrew), ~life.held_back(), ~Exists(verified))
