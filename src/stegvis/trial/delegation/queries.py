"""Reads of the delegation log, of training, and of whether a site is open."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Q, QuerySet

from stegvis.audit import clock
from stegvis.audit.action import Actor
from stegvis.people.models import Account, Site
from stegvis.trial.delegation.models import Delegation, SiteLead, SiteSwitch, Training


def lead_of(site: Site) -> Account | None:
    """Who answers for a site now."""
    row = SiteLead.objects.filter(site=site, until_at=None).select_related("account").first()
    return row.account if row else None


def in_force(on: date | None = None) -> QuerySet[Delegation]:
    """The delegations that hold on a day (today)."""
    day = on or clock.today()
    return Delegation.objects.filter(Q(until_on=None) | Q(until_on__gte=day), from_on__lte=day, ended_at=None)


def is_delegated(account: Actor, site: Site, task: str) -> bool:
    """Whether a task at a site is somebody's today."""
    return in_force().filter(account_id=account.pk, site=site, task=task).exists()


def log_of(site: Site) -> QuerySet[Delegation]:
    """Every delegation that there ever was at a site, those in force first, then the newest."""
    rows = Delegation.objects.filter(site=site).select_related("account", "signed_by")
    return rows.order_by("ended_at", "account__code", "task", "-pk")


def delegation(pk: int) -> Delegation | None:
    """One delegation."""
    return Delegation.objects.select_related("account", "site").filter(pk=pk).first()


def training_of(accounts: Iterable[Account]) -> dict[int, dict[str, date]]:
    """By account the newest day of training in each topic. One query."""
    found: dict[int, dict[str, date]] = {}
    rows = Training.objects.filter(account__in=list(accounts)).order_by("trained_on", "pk")
    for account, topic, day in rows.values_list("account", "topic", "trained_on"):
        found.setdefault(account, {})[topic] = day
    return found


def switch_of(site: Site) -> SiteSwitch | None:
    """How a site's switches stand; None for a site at which nobody has touched them, which is open."""
    return SiteSwitch.objects.filter(site=site).select_related("set_by").order_by("-pk").first()
