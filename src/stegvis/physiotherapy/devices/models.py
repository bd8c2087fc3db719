"""Tables of device data: an upload on its way, gone within the hour; what the person chose to take, kept for good.

Of a file nothing is kept but days and activities; never its name, a device's name or a place. What was taken never
changes: taking it back marks it, and it counts no more.
"""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from stegvis.audit.fields import EncryptedTextField


class DeviceFormat(models.TextChoices):
    """Which file it came in."""

    APPLE_HEALTH = "apple_health", "Apple Health"
    HEALTH_CONNECT = "health_connect", "Health Connect"
    GOOGLE_FIT = "google_fit", "Google Fit"
    FIT = "fit", _("a FIT recording")
    GPX = "gpx", _("a GPX track")
    TCX = "tcx", _("a TCX recording")


class DeviceSource(models.TextChoices):
    """What counted."""

    WATCH = "watch", _("watch")
    PHONE = "phone", _("phone")
    OTHER = "other", _("another app")


class DeviceKind(models.TextChoices):
    """What kind of activity the device says it was."""

    WALKING = "walking", _("walking")
    RUNNING = "running", _("running")
    CYCLING = "cycling", _("cycling")
    WATER = "water", _("in water")
    STRENGTH = "strength", _("strength")
    MOBILITY = "mobility", _("mobility")
    RELAXATION = "relaxation", _("relaxation")
    OTHER = "other", _("another activity")


class UploadState(models.TextChoices):
    """How far an upload has come."""

    RECEIVING = "receiving"
    WAITING = "waiting"
    READ = "read"
    REFUSED = "refused"


class DeviceUpload(models.Model):
    """A file that is arriving, being read, or read and not yet chosen from; working paper, removed within the hour."""

    participant = models.ForeignKey("people.Participant", on_delete=models.PROTECT, related_name="+")
    key = models.UUIDField(unique=True)
    state = models.CharField(max_length=12, choices=UploadState, default=UploadState.RECEIVING)
    size = models.PositiveBigIntegerField()
    received = models.PositiveBigIntegerField(default=0)
    per_cent = models.PositiveSmallIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    refusal = models.CharField(max_length=30, blank=True)
    found = EncryptedTextField(null=True)
    begun_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["state", "begun_at"], name="device_uploads_waiting"),)

    class Privacy:
        """Health data, for an hour."""

        fields: ClassVar = {
            "pseudonymous": ("participant", "key", "state", "received", "per_cent", "attempts", "refusal", "begun_at"),
            "health": ("size", "found"),
        }


class DeviceUploadPart(models.Model):
    """A piece of a file that is arriving; removed as soon as the file has been read."""

    upload = models.ForeignKey(DeviceUpload, on_delete=models.PROTECT, related_name="parts")
    position = models.PositiveIntegerField()
    content = EncryptedTextField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["upload", "position"], name="device_part_once"),)

    class Privacy:
        """Health data, for minutes."""

        fields: ClassVar = {"pseudonymous": ("upload", "position"), "health": ("content",)}


class DeviceIntake(models.Model):
    """What a person took from one file, and whether they took it back."""

    participant = models.ForeignKey("people.Participant", on_delete=models.PROTECT, related_name="+")
    format = models.CharField(max_length=20, choices=DeviceFormat)
    first = models.DateField()
    last = models.DateField()
    days = models.PositiveIntegerField()
    activities = models.PositiveIntegerField()
    taken_at = models.DateTimeField()
    taken_back_at = models.DateTimeField(null=True)
    key = models.UUIDField(unique=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(first__lte=models.F("last")), name="device_intake_days_in_order"),
        )
        indexes = (models.Index(fields=["participant", "taken_at"], name="device_intakes_of_participant"),)

    class Privacy:
        """Pseudonymous; which days have data tells of someone's health a little."""

        fields: ClassVar = {
            "pseudonymous": ("participant", "format", "taken_at", "taken_back_at", "key"),
            "health": ("first", "last", "days", "activities"),
        }


class DeviceDay(models.Model):
    """Steps on a day. Another file that tells otherwise of the day adds a row, and the one with most steps counts."""

    intake = models.ForeignKey(DeviceIntake, on_delete=models.PROTECT, related_name="counted")
    participant = models.ForeignKey("people.Participant", on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    steps = models.PositiveIntegerField()
    source = models.CharField(max_length=10, choices=DeviceSource)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["intake", "on"], name="device_day_once_an_intake"),
            models.CheckConstraint(condition=Q(steps__range=(1, 200_000)), name="device_day_steps"),
            models.CheckConstraint(condition=Q(source__in=DeviceSource.values), name="device_day_source"),
        )
        indexes = (models.Index(fields=["participant", "on"], name="device_days_of_participant"),)

    class Privacy:
        """Health data."""

        fields: ClassVar = {"pseudonymous": ("intake", "participant"), "health": ("on", "steps", "source")}


class DeviceActivity(models.Model):
    """An activity as a device recorded it."""

    intake = models.ForeignKey(DeviceIntake, on_delete=models.PROTECT, related_name="recorded")
    participant = models.ForeignKey("people.Participant", on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    on = models.DateField()
    minutes = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=20, choices=DeviceKind)
    source = models.CharField(max_length=10, choices=DeviceSource)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(minutes__range=(1, 1440)), name="device_activity_minutes"),
            models.CheckConstraint(condition=Q(kind__in=DeviceKind.values), name="device_activity_kind"),
            models.CheckConstraint(condition=Q(source__in=DeviceSource.values), name="device_activity_source"),
        )
        indexes = (models.Index(fields=["participant", "on"], name="device_acts_of_participant"),)

    class Privacy:
        """Health data."""

        fields: ClassVar = {
            "pseudonymous": ("intake", "participant"),
            "health": ("started_at", "on", "minutes", "kind", "source"),
        }
