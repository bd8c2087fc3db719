"""Tables of transfers: that a person was handed over to another site, and how that ended. Both are added to, never changed.

Neither tells an arm: whoever has no therapist changes their site by the same rows as whoever has one.
"""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class TransferReason(models.TextChoices):
    """Why somebody goes on at another site: codes that are counted, never a person's words."""

    MOVED = "moved", _("the person has moved")
    NEARER = "nearer", _("the other clinic is easier to get to")
    ASKED = "asked", _("the person asked for it")
    CLINIC = "clinic", _("the clinic closes, or cannot go on")
    OTHER = "other", _("another reason")


class TransferEnding(models.TextChoices):
    """How a transfer ended."""

    TAKEN_OVER = "taken_over", _("taken over")
    DECLINED = "declined", _("not taken over")
    TAKEN_BACK = "taken_back", _("taken back")


class Transfer(models.Model):
    """A site hands a participant over to another, from a day on. Until it has ended the person stays where they are."""

    participant = models.ForeignKey("people.Participant", on_delete=models.PROTECT, related_name="+")
    from_site = models.ForeignKey("people.Site", on_delete=models.PROTECT, related_name="+")
    to_site = models.ForeignKey("people.Site", on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=20, choices=TransferReason)
    moves_on = models.DateField()
    handed_over_by = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    handed_over_at = models.DateTimeField()
    key = models.UUIDField(unique=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=~Q(from_site=models.F("to_site")), name="transfer_to_another_site"),
        )
        indexes = (
            models.Index(fields=["participant", "-id"], name="transfers_of"),
            models.Index(fields=["to_site", "-id"], name="transfers_to"),
            models.Index(fields=["from_site", "-id"], name="transfers_from"),
        )

    class Privacy:
        """Pseudonymous; a reason is a code."""

        fields: ClassVar = {
            "pseudonymous": (
                "participant", "from_site", "to_site", "reason", "moves_on", "handed_over_by", "handed_over_at", "key",
            ),
        }  # fmt: skip


class TransferEnd(models.Model):
    """The other site took the person over or did not, or the first took it back; once."""

    transfer = models.OneToOneField(Transfer, on_delete=models.PROTECT, related_name="end")
    how = models.CharField(max_length=20, choices=TransferEnding)
    ended_by = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField()

    class Privacy:
        """Pseudonymous."""

        fields: ClassVar = {"pseudonymous": ("transfer", "how", "ended_by", "ended_at")}
