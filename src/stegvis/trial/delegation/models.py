"""The tables of the delegation and training log, of a site's lead, and of whether a site is open."""

from typing import ClassVar

from django.db import models
from django.db.models import Q


class Training(models.Model):
    """A member of staff was trained in something on a day. Never changed."""

    account = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    topic = models.CharField(max_length=40)
    trained_on = models.DateField()
    recorded_by = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    key = models.UUIDField(unique=True)

    class Meta:
        indexes = (models.Index(fields=["account", "topic"], name="training_of"),)

    class Privacy:
        """Staff by code."""

        fields: ClassVar = {
            "pseudonymous": ("account", "topic", "trained_on", "recorded_by", "recorded_at", "key"),
        }


class Delegation(models.Model):
    """A task at a site is given to somebody, from one day to another; signed by the lead, and ended by the lead or its day."""

    account = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    site = models.ForeignKey("people.Site", on_delete=models.PROTECT, related_name="+")
    task = models.CharField(max_length=40)
    from_on = models.DateField()
    until_on = models.DateField(null=True)
    signed_by = models.ForeignKey("people.Account", null=True, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    key = models.UUIDField(unique=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(until_on=None) | Q(until_on__gte=models.F("from_on")), name="delegation_has_a_day"
            ),
        )
        indexes = (models.Index(fields=["account", "site", "task"], name="delegations_of"),)

    class Privacy:
        """Staff by code."""

        fields: ClassVar = {
            "pseudonymous": (
                "account", "site", "task", "from_on", "until_on", "signed_by", "signed_at", "ended_at", "key",
            ),
        }  # fmt: skip


class SiteLead(models.Model):
    """The clinician who answers for a site and signs its delegations, from one moment to another (ICH: investigator)."""

    site = models.ForeignKey("people.Site", on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["site"], condition=Q(until_at=None), name="one_lead_a_site"),)

    class Privacy:
        """Staff by code."""

        fields: ClassVar = {"pseudonymous": ("site", "account", "from_at", "until_at")}


class SiteSwitch(models.Model):
    """Whether a site takes in new people, and whether it randomises, from a moment on. The newest row counts."""

    site = models.ForeignKey("people.Site", on_delete=models.PROTECT, related_name="+")
    recruits = models.BooleanField()
    randomises = models.BooleanField()
    why = models.CharField(max_length=200)
    set_by = models.ForeignKey("people.Account", null=True, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()
    key = models.UUIDField(unique=True)

    class Meta:
        indexes = (models.Index(fields=["site", "-id"], name="newest_switch"),)

    class Privacy:
        """Of no person."""

        fields: ClassVar = {
            "pseudonymous": ("site", "recruits", "randomises", "set_by", "set_at", "key"),
            "free_text": ("why",),
        }
