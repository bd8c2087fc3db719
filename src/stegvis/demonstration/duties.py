"""Duties: who leads each made-up site, who was trained in what, and which tasks the lead has signed for whom."""

from datetime import date, timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.demonstration.cast import Cast
from stegvis.methods.study.protocol import Protocol
from stegvis.people import queries as people
from stegvis.people.models import Account, Site
from stegvis.trial.delegation import actions
from stegvis.trial.delegation.policies import DONE_BY

TRAINED_BEFORE = timedelta(days=3)


def sign(cast: Cast, protocol: Protocol) -> None:
    """At each site the coordinator leads; everybody is trained for what their role does, and is given those tasks."""
    today = clock.today()
    for code, site in cast.sites.items():
        lead = cast.coordinators[code]
        actions.name_lead(site=site, account=lead, by=SYSTEM)
        for account in people.staff_working_at(site):
            tasks = [
                task for task, roles in DONE_BY.items() if account.role in roles and not _is_by_the_way(account, task)
            ]
            _train(protocol, site, account, tasks, lead, today)
            for task in tasks:
                actions.delegate(
                    account=account, site=site, task=task, from_on=today, key=_key(site, account, task), by=lead
                )


def _is_by_the_way(account: Account, task: str) -> bool:
    """Coordinators take answers before randomisation only, physiotherapists screen seldom: not among their duties here."""
    return (account.role, task) in {("coordinator", "assess_outcomes"), ("physiotherapist", "screen")}


def _train(protocol: Protocol, site: Site, account: Account, tasks: list[str], lead: Account, today: date) -> None:
    topics = {each.code for task in tasks for each in protocol.delegation.needed_for(task)}
    for topic in sorted(topics):
        actions.keep_training(
            account=account, site=site, topic=topic, trained_on=today - TRAINED_BEFORE, key=_key(site, account, topic),
            by=lead,
        )  # fmt: skip


def _key(site: Site, account: Account, what: str) -> UUID:
    return uuid5(NAMESPACE_URL, f"duty:{site.code}:{account.code}:{what}")
