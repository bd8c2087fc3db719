"""Writes of the delegation and training log, of a site's lead and of its switches."""

from datetime import date
from uuid import UUID

from stegvis.audit import clock
from stegvis.audit.action import Actor, action, note
from stegvis.audit.once import earlier, make
from stegvis.people import policies as people
from stegvis.people.models import Account, Role, Site
from stegvis.trial.delegation import policies
from stegvis.trial.delegation.models import Delegation, SiteLead, SiteSwitch, Training


@action("trial.lead_named")
def name_lead(*, site: Site, account: Account, by: Actor) -> SiteLead:
    """An administrator names the licensed clinician who answers for a site; whoever was before no longer does."""
    policies.check_can_lead(by, account, site)
    note(site=site.code, lead=account.code)
    Site.objects.select_for_update(no_key=True).values_list("pk").get(pk=site.pk)
    present = SiteLead.objects.filter(site=site, until_at=None)
    same = present.filter(account=account).first()
    if same is not None:
        return same
    present.update(until_at=clock.now())
    return SiteLead.objects.create(site=site, account=account, from_at=clock.now())


@action("trial.training_kept", detail=("topic", "trained_on"))
def keep_training(*, account: Account, site: Site, topic: str, trained_on: date, key: UUID, by: Account) -> Training:
    """The lead of a site where somebody works keeps that they were trained in something."""
    policies.check_leads(by, site)
    people.check_at_site(account, site)
    policies.check_trained_on(trained_on)
    note(who=account.code)
    said = {"topic": topic, "trained_on": trained_on}
    made = earlier(Training, key, said=said, account=account)
    return made or make(
        Training, key, about="account", account=account, **said, recorded_by=by, recorded_at=clock.now()
    )


@action("trial.task_delegated", detail=("task", "from_on", "until_on"))
def delegate(
    *, account: Account, site: Site, task: str, from_on: date, until_on: date | None = None, key: UUID, by: Actor
) -> Delegation:
    """The lead of a site signs that somebody does a task there, from one day to another; the same key again gives that one."""
    policies.check_leads(by, site)
    policies.check_days(from_on, until_on)
    policies.check_can_be_given(account, site, task)
    note(who=account.code, site=site.code)
    said = {"task": task, "from_on": from_on, "until_on": until_on}
    made = earlier(Delegation, key, said=said, account=account, site=site)
    return made or make(
        Delegation, key, about="account", account=account, site=site, **said, signed_by_id=by.pk, signed_at=clock.now()
    )


@action("trial.delegation_ended")
def end(*, delegation: Delegation, by: Actor) -> Delegation:
    """The lead ends a delegation today; a second call changes nothing."""
    policies.check_leads(by, delegation.site)
    note(who=delegation.account.code, site=delegation.site.code, task=delegation.task)
    if delegation.ended_at is None:
        delegation.ended_at = clock.now()
        delegation.save(update_fields=["ended_at"])
    return delegation


@action("trial.site_switched", detail=("recruits", "randomises"))
def switch(*, site: Site, recruits: bool, randomises: bool, why: str, key: UUID, by: Actor) -> SiteSwitch:
    """An administrator opens or closes a site to new people, or to randomisation; whoever is in the trial goes on."""
    people.check_role(by, Role.ADMINISTRATOR)
    note(site=site.code)
    said = {"recruits": recruits, "randomises": randomises, "why": why}
    made = earlier(SiteSwitch, key, said=said, site=site)
    return made or make(SiteSwitch, key, about="site", site=site, **said, set_by_id=by.pk, set_at=clock.now())
