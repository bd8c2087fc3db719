"""Reads of consents and withdrawals."""

from collections.abc import Iterable

from django.db.models import QuerySet

from stegvis.audit.asked import asked_once
from stegvis.consent.models import Consent, Withdrawal
from stegvis.consent.models import Layer as Layer
from stegvis.people.models import Participant


def consents_of(participant: Participant) -> QuerySet[Consent]:
    """What a person has agreed to, newest first."""
    return Consent.objects.filter(participant=participant).order_by("-given_at", "-pk")


def has_consented(participant: Participant, text_code: str | None = None, text_version: str | None = None) -> bool:
    """Whether a person has agreed (to this text, in this version, when told) and not withdrawn from everything."""
    rows = Consent.objects.filter(participant=participant)
    if text_code is not None:
        rows = rows.filter(text_code=text_code)
    if text_version is not None:
        rows = rows.filter(text_version=text_version)
    return rows.exists() and not _rows(participant).filter(layer=Layer.EVERYTHING).exists()


def withdrawals_of(participant: Participant) -> QuerySet[Withdrawal]:
    """A person's withdrawals in the order in which they came."""
    return _rows(participant).order_by("at", "pk")


@asked_once
def withdrawn_layers(participant: Participant) -> frozenset[str]:
    """The layers a person has withdrawn from; whoever withdrew from everything has withdrawn from each.

    A physiotherapist and a data manager, who must not learn the arm, are not shown the layer `programme` by the database
    unless everything was withdrawn.
    """
    return _spread(_rows(participant).values_list("layer", flat=True))


def withdrawn_layers_of(participants: Iterable[int]) -> dict[int, frozenset[str]]:
    """The same for many people, by the participants' primary keys, in one query; people without any are left out."""
    layers: dict[int, set[str]] = {}
    for pk, layer in Withdrawal.objects.filter(participant__in=list(participants)).values_list("participant", "layer"):
        layers.setdefault(pk, set()).add(layer)
    return {pk: _spread(found) for pk, found in layers.items()}


def goes_on(participant: Participant, layer: str) -> bool:
    """Whether a layer goes on for this person: neither it nor everything was withdrawn."""
    return layer not in withdrawn_layers(participant)


def _rows(participant: Participant) -> QuerySet[Withdrawal]:
    return Withdrawal.objects.filter(participant=participant)


def _spread(layers: Iterable[str]) -> frozenset[str]:
    found = frozenset(layers)
    return frozenset(Layer.values) if Layer.EVERYTHING in found else found
