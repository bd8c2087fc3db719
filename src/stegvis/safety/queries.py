"""Reads of alerts and rotas."""

from django.db.models import Exists, OuterRef, QuerySet

from stegvis.audit.action import Actor
from stegvis.people.models import Account, Participant, Site
from stegvis.safety.models import Alert, AlertStep, Rota, Step


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


def open_alerts() -> QuerySet[Alert]:
    """Alerts that nobody has closed, the longest waiting first."""
    closed = AlertStep.objects.filter(alert=OuterRef("pk"), step=Step.CLOSED)
    return alerts().filter(~Exists(closed)).order_by("raised_at")


def open_alerts_of(participant: Participant) -> QuerySet[Alert]:
    """One participant's alerts that nobody has closed."""
    return open_alerts().filter(participant=participant)


def steps_of(alert: Alert) -> QuerySet[AlertStep]:
    """What has been done about an alert, in order."""
    return AlertStep.objects.filter(alert=alert).select_related("account").order_by("taken_at", "pk")
