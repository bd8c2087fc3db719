"""Reads of alerts and rotas."""

import json
from collections.abc import Collection, Iterable
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet
from django.db.models.functions import Coalesce

from stegvis.audit.action import Actor
from stegvis.people import queries as people
from stegvis.people.models import Account, Participant, Site
from stegvis.safety.models import Alert, AlertNotice, AlertStep, AlertTest, AlertTestNotice, Rota, Why
from stegvis.safety.models import Step as Step


def rota(site: Site) -> list[Account]:
    """Who is told of alerts at a site now, in the order in which they were added; closed accounts do not count."""
    rows = Rota.objects.filter(site=site, until_at=None, account__is_active=True).select_related("account")
    return [row.account for row in rows.order_by("from_at", "pk")]


def is_rota_filled(site: Site) -> bool:
    """Whether at least one open account is on the site's rota."""
    return Rota.objects.filter(site=site, until_at=None, account__is_active=True).exists()


def rotas_of_one(sites: Iterable[Site]) -> list[Site]:
    """At which of these sites one open account alone is on the rota, which cannot close an alert of two people. One query."""
    there = list(sites)
    rows = Rota.objects.filter(site__in=there, until_at=None, account__is_active=True)
    counted = dict(rows.values_list("site").annotate(Count("pk")))
    return [site for site in there if counted.get(site.pk) == 1]


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
    """Alerts that nobody has closed, at some sites or at all that the actor may see, those due first coming first.

    One without a deadline stands where it was raised, so that it is not forgotten behind those that come later.
    """
    found = alerts() if sites is None else alerts().filter(participant__site__in=list(sites))
    return found.filter(~Exists(_closing())).order_by(Coalesce("respond_by", "raised_at"), "raised_at", "pk")


def closed_alerts(sites: Iterable[int] | None = None) -> QuerySet[Alert]:
    """Alerts that somebody has closed, at some sites or at all that the actor may see, the newest first."""
    found = alerts() if sites is None else alerts().filter(participant__site__in=list(sites))
    return found.filter(Exists(_closing()))


def concerning(found: QuerySet[Alert], account: Actor, watched: Iterable[int]) -> QuerySet[Alert]:
    """Of some alerts those at the sites that `account` watches, and those of which `was_told` says that it was told."""
    told = AlertNotice.objects.filter(alert=OuterRef("pk"), account_id=account.pk, why=Why.ESCALATED)
    return found.filter(Q(participant__site__in=list(watched)) | Exists(told))


def was_told(account: Actor, of: Alert) -> bool:
    """Whether somebody was told of an alert because nobody had taken it."""
    return AlertNotice.objects.filter(alert=of, account_id=account.pk, why=Why.ESCALATED).exists()


def unopened(at: datetime) -> QuerySet[Alert]:
    """Alerts that nobody had taken when they should have been, and of which nobody further has been told yet."""
    notices = AlertNotice.objects.filter(alert=OuterRef("pk"), why=Why.ESCALATED)
    taken = AlertStep.objects.filter(alert=OuterRef("pk"))
    return alerts().filter(~Exists(taken), ~Exists(notices), escalate_at__lte=at).order_by("escalate_at", "pk")


def next_to_tell(of: Alert, roles: Collection[str]) -> list[Account]:
    """Who is told of an alert that nobody has taken: staff of the site in these roles who have not been told.

    With nobody left there, the administrators, who see no alert but can reach the site.
    """
    told = set(AlertNotice.objects.filter(alert=of).values_list("account", flat=True))
    at_site = [each for role in roles for each in people.staff_at(of.participant.site, role) if each.pk not in told]
    return at_site or [each for each in people.administrators() if each.pk not in told]


def not_assessed(participant: Participant, triggers: Collection[str]) -> QuerySet[Alert]:
    """One participant's alerts by these rules that no licensed clinician has assessed, closed or not."""
    assessed = AlertStep.objects.filter(alert=OuterRef("pk"), step=Step.ASSESSED)
    return alerts().filter(~Exists(assessed), participant=participant, trigger__in=list(triggers))


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


def checklist_of(step: AlertStep) -> dict[str, str]:
    """What was answered in a checklist, by the codes of its items; empty for any other step."""
    return dict(json.loads(step.answers)) if step.answers else {}


def last_checklist(alert: Alert) -> dict[str, str]:
    """The answers of the checklist that was kept last for an alert; empty without one."""
    last = steps_of(alert).filter(step=Step.ASKED).last()
    return checklist_of(last) if last else {}


def to_confirm(alert: Alert) -> AlertStep | None:
    """What one person wrote on why an alert can be closed, while it is the last thing done; None without it."""
    last = steps_of(alert).last()
    return last if last is not None and last.step == Step.TO_CLOSE else None


def test_alert(pk: int) -> AlertTest | None:
    """One test alert, if row-level security lets the actor see it."""
    return AlertTest.objects.select_related("site", "sent_by").filter(pk=pk).first()


def last_tests(sites: Iterable[int]) -> dict[int, AlertTest]:
    """The newest test alert of each of these sites, by the site's key; sites without any are left out. Two queries."""
    notices = Prefetch("notices", AlertTestNotice.objects.select_related("account").order_by("answered_at", "pk"))
    newest = AlertTest.objects.filter(site__in=list(sites)).order_by("site", "-sent_at", "-pk").distinct("site")
    return {each.site_id: each for each in newest.select_related("sent_by").prefetch_related(notices)}
