"""Writes of deviations. Every room above, and the system itself, records one with `record(…, by=…)`."""

from datetime import date
from uuid import UUID, uuid5

from stegvis.audit import clock
from stegvis.audit.action import Actor, action, conceal, note
from stegvis.audit.once import earlier, make
from stegvis.methods.study.deviations import Effects
from stegvis.people.models import Participant, Site
from stegvis.trial.deviations import policies
from stegvis.trial.deviations.models import Deviation, DeviationVersion, FoundBy


@action("trial.deviation_recorded", detail=("kind", "happened_on", "found_by"))
def record(
    *, site: Site, participant: Participant | None = None, kind: str, happened_on: date, description: str,
    effects: Effects | None = None, corrective: str = "", found_by: str = FoundBy.STAFF, key: UUID, by: Actor,
) -> Deviation:  # fmt: skip
    """Keep that something did not go as the protocol says, with its first version; it is never deleted.

    `effects` is None where nobody has judged them yet, as when the system finds it; `by` is then `SYSTEM`, within
    `acting_as(SYSTEM)`. The same key again gives the deviation that it made. The record has no word of it.
    """
    policies.check_can_write(by, site)
    policies.check_about(site, participant)
    policies.check_said(happened_on, description)
    found = policies.check_kind(kind)
    if found.tells_arm:
        conceal()
    said = {"kind": kind, "happened_on": happened_on}
    made = earlier(Deviation, key, said=said, site=site)
    if made is not None:
        return made
    row = make(
        Deviation, key, about="site", site=site, participant=participant, **said, found_on=clock.today(),
        found_by=found_by, tells_arm=found.tells_arm,
    )  # fmt: skip
    _keep_version(row, description, effects, corrective, uuid5(key, "version"), by)
    return row


@action("trial.deviation_judged")
def judge(
    *, deviation: Deviation, description: str, effects: Effects, corrective: str = "", key: UUID, by: Actor
) -> DeviationVersion:
    """Add a version: what it affected, whether it is therefore important, and what was done about it."""
    policies.check_can_write(by, deviation.site)
    policies.check_said(deviation.happened_on, description)
    if deviation.tells_arm:
        conceal()
    version = earlier(DeviationVersion, key, said={"description": description}, deviation=deviation)
    return version or _keep_version(deviation, description, effects, corrective, key, by)


def _keep_version(
    deviation: Deviation, description: str, effects: Effects | None, corrective: str, key: UUID, by: Actor
) -> DeviationVersion:
    important = policies.check_kind(deviation.kind).is_important(effects)
    note(important=important)
    judged = {
        "affects_rights": effects.rights if effects else None,
        "affects_safety": effects.safety if effects else None,
        "affects_data": effects.data if effects else None,
    }
    return make(
        DeviationVersion, key, about="deviation", deviation=deviation, description=description, **judged,
        is_important=important, corrective=corrective or None, written_by_id=by.pk, written_at=clock.now(),
    )  # fmt: skip
