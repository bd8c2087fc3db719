"""The table of calendar addresses: a secret that opens one account's calendar and nothing else."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from stegvis.audit.fields import EncryptedTextField


class CalendarAddress(models.Model):
    """A secret address. Renewing it ends the old one; `asked` counts requests in the hour that began at `hour_at`."""

    account = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    token = EncryptedTextField()
    digest = models.CharField(max_length=64, unique=True)
    own_days = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    hour_at = models.DateTimeField(null=True)
    asked = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["account"], condition=Q(ended_at=None), name="calendar_address_once_an_account"
            ),
        )

    class Privacy:
        """Whoever has the secret sees days and codes."""

        fields: ClassVar = {
            "identifying": ("token", "digest"),
            "pseudonymous": ("account", "own_days", "made_at", "ended_at", "hour_at", "asked"),
        }
