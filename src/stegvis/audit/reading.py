"""Keeps that a member of staff opened a person's record. A reading is a line of the record itself and so no action."""

from stegvis.audit import clock
from stegvis.audit.action import Actor, tells_arm_by_role
from stegvis.audit.models import Reading


def record_reading(*, participant_code: str, kind: str, by: Actor) -> None:
    """Keep that `by`, a member of staff, opened the page or export `kind` of one participant."""
    Reading.objects.create(
        occurred_at=clock.now(),
        actor_id=by.pk,
        actor_role=by.role,
        actor_code=by.code,
        participant=participant_code,
        site=participant_code.rpartition("-")[0],
        kind=kind,
        tells_arm=tells_arm_by_role(by, participant_code),
    )
