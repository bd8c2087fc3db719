"""The tables of deviations: what happened stands; how it is judged and put right is a version, and the newest counts."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from stegvis.audit.fields import EncryptedTextField


class FoundBy(models.TextChoices):
    """Who noticed it."""

    STAFF = "staff", _("staff at the site")
    PARTICIPANT = "participant", _("the participant")
    MONITOR = "monitor", _("a monitor")
    SYSTEM = "system", _("the system")


class Deviation(models.Model):
    """Something did not go as the protocol says: with one person, or at a site as a whole."""

    site = models.ForeignKey("people.Site", on_delete=models.PROTECT, related_name="+")
    participant = models.ForeignKey("people.Participant", null=True, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=40)
    happened_on = models.DateField()
    found_on = models.DateField()
    found_by = models.CharField(max_length=20, choices=FoundBy)
    tells_arm = models.BooleanField(default=False)
    key = models.UUIDField(unique=True)

    class Meta:
        indexes = (
            models.Index(fields=["site", "-happened_on", "-id"], name="deviations_at_site"),
            models.Index(fields=["participant"], name="deviations_of"),
        )

    class Privacy:
        """By code; a kind that only some arms have says so."""

        fields: ClassVar = {
            "pseudonymous": (
                "site", "participant", "kind", "happened_on", "found_on", "found_by", "tells_arm", "key",
            ),
        }  # fmt: skip


class DeviationVersion(models.Model):
    """How a deviation was described and judged at a moment. Effects are None until somebody has judged them."""

    deviation = models.ForeignKey(Deviation, on_delete=models.PROTECT, related_name="versions")
    description = EncryptedTextField()
    affects_rights = models.BooleanField(null=True)
    affects_safety = models.BooleanField(null=True)
    affects_data = models.BooleanField(null=True)
    is_important = models.BooleanField(null=True)
    corrective = EncryptedTextField(null=True)
    written_by = models.ForeignKey("people.Account", null=True, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    key = models.UUIDField(unique=True)

    class Meta:
        indexes = (models.Index(fields=["deviation", "-id"], name="newest_version"),)

    class Privacy:
        """Words of staff, encrypted."""

        fields: ClassVar = {
            "free_text": ("description", "corrective"),
            "pseudonymous": (
                "deviation", "affects_rights", "affects_safety", "affects_data", "is_important", "written_by",
                "written_at", "key",
            ),
        }  # fmt: skip
