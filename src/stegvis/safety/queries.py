"""Reads of alerts and rotas."""

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, QuerySet

from stegvis.audit.action import Actor
from stegvis.people.models import Account, Participant, Site
from stegvis.safety.models import Alert, AlertNotice, AlertStep, Rota
from stegvis.safety.models import Step as Step


def rota(site: Site) -> list[Account]:
    """Who is told of alerts at a site now, in the order in which they were added; closed accounts do not count."""
    rows = Rota.objects.filter(site=site, until_at=None, account__is_active=True).select_related("account")
    return [row.account for row in rows.order_by("from_at", "pk")]


def is_rota_filled(site: Site) -> bool:
    """Whether at least one open account is on the site's rota."""
    return Rota.objects.filter(site=site, until_at=None, account__is_active=True).exists()


def is_on_rota(account: Actor, site: Site) -> bool:
    """Whether someone is on the site's rota now."""
    return Rota.objects.filter(site=site, account_id=account.pk, until_at=None).exists()


def sites_watched_by(account: Actor) -> list[int]:
    """The sites, by primary key, on whose rota someone is now."""
    return list(Rota.objects.filter(account_id=account.pk, until_at=None).values_list("site", flat=True))


def alert(pk: int) -> Alert | None:
    """One alert, marked `acknowledged` and `closed`, if row-level security lets the actor see it."""
    return alerts().filter(pk=pk).first()


def alerts() -> QuerySet[Alert]:
    """Alerts that row-level security lets the actor see, each marked `acknowledged` and `closed`, newest first."""
    steps = AlertStep.objects.filter(alert=OuterRef("pk"))
    return (
        Alert.objects.annotate(
            acknowledged=Exists(steps.filter(step=Step.ACKNOWLEDGED)), closed=Exists(steps.filter(step=Step.CLOSED))
        )
        .select_related("participant__site")
        .order_by("-raised_at")
    )


def open_alerts(sites: Iterable[int] | None = None) -> QuerySet[Alert]:
    """Alerts that nobody has closed, at some sites or at all that the actor may see, the longest waiting first."""
    found = alerts() if sites is None else alerts().filter(participant__site__in=list(sites))
    return found.filter(~Exists(_closing())).order_by("raised_at", "pk")


def closed_alerts(sites: Iterable[int]) -> QuerySet[Alert]:
    """Alerts at some sites that somebody has closed, the newest first."""
    return alerts().filter(Exists(_closing()), participant__site__in=list(sites))


def _closing() -> QuerySet[AlertStep]:
    return AlertStep.objects.filter(alert=OuterRef("pk"), step=Step.CLOSED)


def open_alerts_of(participant: Participant) -> QuerySet[Alert]:
    """One participant's alerts that nobody has closed."""
    return open_alerts().filter(participant=participant)


def notices_of(alert: Alert) -> QuerySet[AlertNotice]:
    """Who was told of an alert, and when."""
    return AlertNotice.objects.filter(alert=alert).select_related("account").order_by("told_at", "pk")


def steps_of(alert: Alert) -> QuerySet[AlertStep]:
    """What has been done about an alert, in order."""
    return AlertStep.objects.filter(alert=alert).select_related("account").order_by("taken_at", "pk")
