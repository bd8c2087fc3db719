"""Whether anything is sent to a participant: the one place that every sender, list of calls and page asks."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Exists, OuterRef, QuerySet

from stegvis.audit import clock
from stegvis.people.life.models import LifeEvent
from stegvis.people.life.models import LifeKind as LifeKind
from stegvis.people.models import Participant


def held_back(participant: str = "participant") -> Exists:
    """The condition that nothing is sent to whom the column `participant` names, for any query; one look into an index."""
    return Exists(LifeEvent.objects.filter(participant=OuterRef(participant), ended_at=None))


def event_now(participant: Participant) -> LifeEvent | None:
    """What holds everything back for a participant now; None when nothing does."""
    return LifeEvent.objects.filter(participant=participant, ended_at=None).select_related("recorded_by").first()


def events_now(participants: Iterable[int]) -> dict[int, LifeEvent]:
    """The same for many, by participant. One query."""
    return {
        row.participant_id: row for row in LifeEvent.objects.filter(participant__in=list(participants), ended_at=None)
    }


def events_of(participant: Participant) -> QuerySet[LifeEvent]:
    """Everything that was ever recorded of a participant, newest first."""
    return (
        LifeEvent.objects.filter(participant=participant).select_related("recorded_by").order_by("-recorded_at", "-pk")
    )


def to_ask_again(sites: Iterable[int], on: date | None = None) -> QuerySet[LifeEvent]:
    """Open events at some sites whose day to ask again has come, the longest ago first; slice it."""
    due = LifeEvent.objects.filter(
        participant__site__in=list(sites), ended_at=None, ask_again_on__lte=on or clock.today()
    )
    return due.select_related("participant").order_by("ask_again_on", "pk")


def deaths() -> QuerySet[LifeEvent]:
    """Every death on record that nobody has taken back, for the flow; as the system."""
    return LifeEvent.objects.filter(kind=LifeKind.DECEASED, ended_at=None).select_related("participant")
