"""The table of life events: while one is open, nothing is sent to the participant and nobody calls."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from stegvis.audit.fields import EncryptedTextField


class LifeKind(models.TextChoices):
    """What happened; nothing is sent after any of these until somebody says that it goes on."""

    DECEASED = "deceased", _("has died")
    IN_HOSPITAL = "in_hospital", _("is in hospital")
    MOVED_AWAY = "moved_away", _("has moved away from the site")
    MOVED_ABROAD = "moved_abroad", _("has moved abroad")
    OTHER = "other", _("cannot be reached for another reason")


class LifeEvent(models.Model):
    """Something happened, since a day; it holds everything back until it is ended. At most one is open for a person."""

    participant = models.ForeignKey("people.Participant", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=LifeKind)
    since = models.DateField()
    ask_again_on = models.DateField(null=True)
    note = EncryptedTextField(null=True)
    recorded_by = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    key = models.UUIDField(unique=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["participant"], condition=Q(ended_at=None), name="one_open_life_event"),
        )
        indexes = (models.Index(fields=["participant", "recorded_at"], name="life_events_of"),)

    class Privacy:
        """Health data, the same in every arm; therapists, who exist in some arms only, record none."""

        fields: ClassVar = {
            "health": ("kind", "since", "ask_again_on"),
            "free_text": ("note",),
            "pseudonymous": ("participant", "recorded_by", "recorded_at", "ended_at", "key"),
        }
