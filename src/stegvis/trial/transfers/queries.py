"""Reads of transfers: who is to be taken over, who waits elsewhere, how it ended."""

from collections.abc import Iterable
from datetime import timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from stegvis.audit import clock
from stegvis.people.models import Participant
from stegvis.trial.transfers.models import Transfer as Transfer
from stegvis.trial.transfers.models import TransferEnding as TransferEnding
from stegvis.trial.transfers.models import TransferReason as TransferReason

SHOWN_FOR = timedelta(days=14)
"""How long the first site is told that a person was not taken over."""


def transfer(pk: int) -> Transfer | None:
    """One transfer, if row-level security lets the actor see it."""
    return _rows().filter(pk=pk).first()


def waiting_for(sites: Iterable[int]) -> QuerySet[Transfer]:
    """Who is to be taken over at some sites, by the day from which they come."""
    return _open().filter(to_site__in=list(sites)).order_by("moves_on", "pk")


def waiting_elsewhere(sites: Iterable[int]) -> QuerySet[Transfer]:
    """Whom some sites have handed over and who has not been taken over yet, by the day."""
    return _open().filter(from_site__in=list(sites)).order_by("moves_on", "pk")


def declined(sites: Iterable[int]) -> QuerySet[Transfer]:
    """Whom another site has lately not taken over from some sites, and who has not been handed over again; newest first."""
    later = Transfer.objects.filter(participant=OuterRef("participant"), pk__gt=OuterRef("pk"))
    since = clock.now() - SHOWN_FOR
    rows = _rows().filter(end__how=TransferEnding.DECLINED, end__ended_at__gte=since, from_site__in=list(sites))
    return rows.filter(~Exists(later)).order_by("-end__ended_at", "-pk")


def ended(sites: Iterable[int]) -> QuerySet[Transfer]:
    """Transfers from or to some sites that have ended, the newest first; slice it."""
    own = list(sites)
    return (
        _rows().filter(Q(from_site__in=own) | Q(to_site__in=own), end__isnull=False).order_by("-end__ended_at", "-pk")
    )


def open_of(participant: Participant) -> Transfer | None:
    """The transfer of a person that waits for an answer, if there is one."""
    return _open().filter(participant=participant).first()


def transfers_of(participant: Participant) -> QuerySet[Transfer]:
    """All transfers of a person in the order in which they came."""
    return _rows().filter(participant=participant).order_by("handed_over_at", "pk")


def _rows() -> QuerySet[Transfer]:
    return Transfer.objects.select_related(
        "participant__site", "from_site", "to_site", "handed_over_by", "end__ended_by"
    )


def _open() -> QuerySet[Transfer]:
    return _rows().filter(end__isnull=True)
