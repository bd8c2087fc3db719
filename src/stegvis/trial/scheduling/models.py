"""Tables of what the schedule gains while the trial runs: days that were moved and why, gifts that were sent or not.

Both are added to and never changed: the newest row of an activity counts. Neither tells an arm.
"""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class MoveReason(models.TextChoices):
    """Why a day was moved: codes that are counted, never a person's words."""

    ASKED = "asked", _("the person asked for another day")
    UNWELL = "unwell", _("the person was not well")
    AWAY = "away", _("the person was away")
    CLINIC = "clinic", _("the clinic could not")
    OTHER = "other", _("another reason")


class MovedDate(models.Model):
    """The day on which a person is asked about an occasion, or comes to a visit, was moved. The window never moves."""

    participant = models.ForeignKey("people.Participant", on_delete=models.PROTECT, related_name="+")
    activity = models.CharField(max_length=60)  # the code of an occasion, or visit_<number>
    moved_from = models.DateField()
    moved_to = models.DateField()
    reason = models.CharField(max_length=20, choices=MoveReason)
    moved_by = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    moved_at = models.DateTimeField()
    key = models.UUIDField(unique=True)

    class Meta:
        indexes = (models.Index(fields=["participant", "activity", "-id"], name="newest_move"),)

    class Privacy:
        """Pseudonymous; a reason is a code, so that nobody's words tell a blind reader anything."""

        fields: ClassVar = {
            "pseudonymous": (
                "participant", "activity", "moved_from", "moved_to", "reason", "moved_by", "moved_at", "key",
            ),
        }  # fmt: skip


class Incentive(models.Model):
    """Whether the gift that the protocol gives for an occasion was sent, and on which day; the newest row counts."""

    participant = models.ForeignKey("people.Participant", on_delete=models.PROTECT, related_name="+")
    occasion = models.CharField(max_length=60)
    sent_on = models.DateField(null=True)  # None: not sent, which is known as well
    kept_by = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    kept_at = models.DateTimeField()
    key = models.UUIDField(unique=True)

    class Meta:
        indexes = (models.Index(fields=["participant", "occasion", "-id"], name="newest_incentive"),)

    class Privacy:
        """Pseudonymous."""

        fields: ClassVar = {"pseudonymous": ("participant", "occasion", "sent_on", "kept_by", "kept_at", "key")}
