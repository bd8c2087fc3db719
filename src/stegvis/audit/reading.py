"""Keeps that a member of staff opened a person's record. A reading is a line of the record itself and so no action."""

from django.db.models.expressions import RawSQL

from stegvis.audit import clock
from stegvis.audit.action import Actor, tells_arm_by_role
from stegvis.audit.models import SITE_OF, Reading


def record_reading(*, participant_code: str, kind: str, by: Actor) -> None:
    """Keep that `by`, a member of staff, opened the page or export `kind` of one participant."""
    Reading.objects.create(
        occurred_at=clock.now(),
        actor_id=by.pk,
        actor_role=by.role,
        actor_code=by.code,
        participant=participant_code,
        site=RawSQL(SITE_OF, (participant_code, participant_code)),  # noqa: S611 - the code goes as a parameter
        kind=kind,
        tells_arm=tells_arm_by_role(by, participant_code),
    )
