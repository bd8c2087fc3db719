"""Tables of the diary. Entries are never changed: what was undone stays, and counts no more. Words lie encrypted."""

from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from stegvis.audit import clock
from stegvis.audit.fields import EncryptedTextField
from stegvis.physiotherapy.kinds import MOST_MINUTES, ActivityKind, Effort


class Felt(models.TextChoices):
    """How an activity felt beside what was planned."""

    EASIER = "easier", _("easier")
    AS_PLANNED = "as_planned", _("as planned")
    HARDER = "harder", _("harder")


class Setback(models.TextChoices):
    """What can make a day, or a week, less than planned; logged like an activity, with no minutes."""

    FLARE = "flare", _("flare")
    ILLNESS = "illness", _("illness")


class Effect(models.TextChoices):
    """How the body felt 24–48 hours after an activity, beside the days before it."""

    BETTER = "better", _("better than before")
    SAME = "same", _("about as before")
    WORSE = "worse", _("worse than before")


class DiaryEntry(models.Model):
    """Something done, a rest chosen, or an illness or flare, on a day. Never changed: undone by a row of `UndoneEntry`.

    What was entered on a device without a connection has the device's own day and moment; `logged_at` is when it arrived.
    """

    participant = models.ForeignKey("people.Participant", on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    planned_activity = models.ForeignKey(
        "physiotherapy.PlannedActivity", on_delete=models.PROTECT, related_name="entries", null=True
    )
    kind = models.CharField(max_length=20, choices=ActivityKind, blank=True)
    title = EncryptedTextField()
    minutes = models.PositiveSmallIntegerField()
    effort = models.CharField(max_length=10, choices=Effort, blank=True)
    felt = models.CharField(max_length=20, choices=Felt, blank=True)
    rested = models.BooleanField(default=False)
    smaller = models.BooleanField(default=False)
    setback = models.CharField(max_length=10, choices=Setback, blank=True, default="")
    made_on = models.DateField(null=True)
    made_at = models.DateTimeField(null=True)
    logged_at = models.DateTimeField()
    logged_by = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+", null=True)
    key = models.UUIDField(unique=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(
                    rested=True, setback="", smaller=False, minutes=0, effort="", felt="",
                    kind__in=[*ActivityKind.values, ""],
                )
                | Q(
                    setback__in=Setback.values, rested=False, smaller=False, minutes=0, effort="", felt="", kind="",
                    planned_activity=None,
                )
                | Q(
                    rested=False,
                    setback="",
                    minutes__range=(1, MOST_MINUTES),
                    effort__in=Effort.values,
                    felt__in=[*Felt.values, ""],
                    kind__in=ActivityKind.values,
                ),
                name="done_rested_or_set_back",
            ),
            models.CheckConstraint(
                condition=Q(made_on=None, made_at=None) | Q(made_on__isnull=False, made_at__isnull=False),
                name="day_and_moment_of_the_device",
            ),
            models.CheckConstraint(
                condition=Q(smaller=False) | Q(planned_activity__isnull=False), name="smaller_than_planned"
            ),
        )  # fmt: skip
        indexes = (
            models.Index(fields=["participant", "on"], name="diary_of_participant"),
            models.Index(fields=["planned_activity", "on"], name="diary_of_activity"),
        )

    class Privacy:
        """Health data, and the person's own words."""

        fields: ClassVar = {
            "pseudonymous": ("participant", "planned_activity", "made_on", "made_at", "logged_at", "logged_by", "key"),
            "health": ("on", "kind", "minutes", "effort", "felt", "rested", "smaller", "setback"),
            "free_text": ("title",),
        }

    @property
    def label(self) -> str:
        """What it is called: the person's words, or the kind."""
        return self.title or (str(ActivityKind(self.kind).label) if self.kind else "")

    @property
    def written_on(self) -> date:
        """The day on which it was entered, by the device where it had no connection."""
        return self.made_on or clock.local(self.logged_at).date()

    @property
    def backdated(self) -> bool:
        """Whether it was entered on a later day than the one it is about."""
        return self.on < self.written_on


class UndoneEntry(models.Model):
    """A diary entry that was undone. The entry stays, and counts no more."""

    entry = models.OneToOneField(DiaryEntry, on_delete=models.PROTECT, primary_key=True, related_name="undone")
    undone_at = models.DateTimeField()
    undone_by = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+", null=True)

    class Privacy:
        """Pseudonymous."""

        fields: ClassVar = {"pseudonymous": ("entry", "undone_at", "undone_by")}


class TakenBackAhead(models.Model):
    """An entry that a device took back before the entry itself arrived: when it comes, it is undone at once."""

    participant = models.ForeignKey("people.Participant", on_delete=models.PROTECT, related_name="+")
    entry_key = models.UUIDField(unique=True)
    taken_back_at = models.DateTimeField()
    taken_back_by = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+", null=True)

    class Privacy:
        """Pseudonymous."""

        fields: ClassVar = {"pseudonymous": ("participant", "entry_key", "taken_back_at", "taken_back_by")}


class AfterEffect(models.Model):
    """How the body felt 24–48 hours after something done; an empty answer is "do not ask". Asked once of an entry."""

    entry = models.OneToOneField(DiaryEntry, on_delete=models.PROTECT, primary_key=True, related_name="after_effect")
    effect = models.CharField(max_length=10, choices=Effect, blank=True)
    told_at = models.DateTimeField()
    told_by = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+", null=True)

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(effect__in=[*Effect.values, ""]), name="after_effect"),)

    class Privacy:
        """Health data."""

        fields: ClassVar = {"pseudonymous": ("entry", "told_at", "told_by"), "health": ("effect",)}
