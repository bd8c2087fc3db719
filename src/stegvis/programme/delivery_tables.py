"""Tables of how the programme is delivered to one person: pace, pauses, holds, conversations. Each tells the arm.

A decision is a row with its time and its reason; the newest, or the one that has not been ended, counts.
"""

from datetime import date, timedelta
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from stegvis.audit import clock
from stegvis.audit.fields import EncryptedTextField


class OfACourse(models.Model):
    """A row that belongs to one course, made by one form."""

    course = models.ForeignKey("programme.Course", on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    key = models.UUIDField(unique=True)

    class Meta:
        abstract = True

    @property
    def participant(self) -> models.Model:
        """Whose it is."""
        return self.course.participant


class Agreement(OfACourse):
    """The pace that a therapist agreed with a person: modules a week, and whether only the core is on their way."""

    per_week = models.PositiveSmallIntegerField()
    core_only = models.BooleanField()
    reason = EncryptedTextField(null=True)
    agreed_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["course", "-agreed_at"], name="newest_agreement"),)

    class Privacy:
        """The reason is the therapist's words about a person."""

        fields: ClassVar = {
            "free_text": ("reason",),
            "reveals_arm": ("course", "account", "key", "per_week", "core_only", "agreed_at"),
        }


class Pause(OfACourse):
    """A planned pause, both days included; `ended_at` when it was ended before its last day."""

    from_on = models.DateField()
    until_on = models.DateField()
    reason = EncryptedTextField()
    decided_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(until_on__gte=F("from_on")), name="pause_ends_after_it_begins"),
        )
        indexes = (models.Index(fields=["course", "from_on"], name="pauses_of_course"),)

    class Privacy:
        """The reason is the therapist's words about a person."""

        fields: ClassVar = {
            "free_text": ("reason",),
            "reveals_arm": ("course", "account", "key", "from_on", "until_on", "decided_at", "ended_at"),
        }

    @property
    def last_on(self) -> date:
        """Its last day as it turned out; before `from_on` when it was ended before it began."""
        if self.ended_at is None:
            return self.until_on
        return min(self.until_on, clock.local(self.ended_at).date() - timedelta(days=1))

    def covers(self, day: date) -> bool:
        """Whether a day lies in it."""
        return self.from_on <= day <= self.last_on


class Hold(OfACourse):
    """The next module waits for a clinical reason, until a therapist releases it; looked at again on a day."""

    reason = EncryptedTextField()
    look_again_on = models.DateField()
    held_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["course"], condition=Q(released_at=None), name="one_hold_at_a_time"),
        )

    class Privacy:
        """The reason is the therapist's words about a person."""

        fields: ClassVar = {
            "free_text": ("reason",),
            "reveals_arm": ("course", "account", "key", "look_again_on", "held_at", "released_at"),
        }


class ContactKind(models.TextChoices):
    """What a conversation between therapist and person is for."""

    START = "start", _("start call")
    WAITING = "waiting", _("before the opening")
    SUPPORT = "support", _("during the programme")
    CLOSING = "closing", _("closing conversation")


class ContactMode(models.TextChoices):
    """How they met."""

    TELEPHONE = "telephone", _("by telephone")
    VIDEO = "video", _("by video")
    IN_PERSON = "in_person", _("in person")


class ContactOutcome(models.TextChoices):
    """What came of it."""

    HELD = "held", _("held")
    NO_ANSWER = "no_answer", _("no answer")
    DECLINED = "declined", _("the person does not want it")


class Contact(OfACourse):
    """One conversation, or a try at one, with what was found. Rows are added, never changed."""

    kind = models.CharField(max_length=10, choices=ContactKind)
    mode = models.CharField(max_length=10, choices=ContactMode)
    outcome = models.CharField(max_length=10, choices=ContactOutcome)
    held_on = models.DateField()
    minutes = models.PositiveSmallIntegerField()
    found = EncryptedTextField(null=True)  # JSON: suitability, exhaustion, time, risk, each by code
    words = EncryptedTextField(null=True)
    kept_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["course", "kind"], name="contacts_of_course"),)

    class Privacy:
        """What was found is health data, the words are the therapist's about a person."""

        fields: ClassVar = {
            "health": ("found",),
            "free_text": ("words",),
            "reveals_arm": ("course", "account", "key", "kind", "mode", "outcome", "held_on", "minutes", "kept_at"),
        }
