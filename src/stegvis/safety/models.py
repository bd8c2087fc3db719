"""Tables of safety: who is told, what must be looked at, what was done about it; those of adverse events are known here too."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from stegvis.audit.fields import EncryptedTextField
from stegvis.safety.harms.models import AdverseEvent as AdverseEvent
from stegvis.safety.harms.models import EventAssessment as EventAssessment
from stegvis.safety.harms.models import EventVersion as EventVersion
from stegvis.safety.harms.models import EventWords as EventWords
from stegvis.safety.harms.models import SeriousClock as SeriousClock
from stegvis.safety.harms.models import SolicitedAnswer as SolicitedAnswer
from stegvis.safety.harms.models import SponsorTold as SponsorTold


class Rota(models.Model):
    """A clinician who is told of every alert at a site, whatever the arm."""

    site = models.ForeignKey("people.Site", on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["site", "account"], condition=Q(until_at=None), name="once_on_a_rota"),
        )

    class Privacy:
        """Staff by code."""

        store = "house"
        fields: ClassVar = {"pseudonymous": ("site", "account", "from_at", "until_at")}


class Alert(models.Model):
    """Something that a human must look at: a worrying answer, or *Something is wrong*. Never changed or removed."""

    participant = models.ForeignKey("people.Participant", on_delete=models.PROTECT, related_name="+")
    trigger = models.CharField(max_length=60)
    source = models.CharField(max_length=80)
    grade = models.CharField(max_length=40)  # a code of the protocol's safety section
    note = EncryptedTextField(null=True)
    raised_at = models.DateTimeField()
    happened_at = models.DateTimeField(null=True)  # when it was typed, for what was sent later
    respond_by = models.DateTimeField(null=True)  # None: listed for review, no clock runs
    escalate_at = models.DateTimeField(null=True)
    closed_by_two = models.BooleanField(default=False)  # as the protocol said when it was raised

    class Meta:
        constraints = (models.UniqueConstraint(fields=["trigger", "source"], name="one_alert_per_cause"),)
        indexes = (
            models.Index(fields=["participant", "raised_at"], name="alerts_of_participant"),
            models.Index(fields=["escalate_at"], condition=Q(escalate_at__isnull=False), name="alerts_to_escalate"),
        )

    class Privacy:
        """Health data; the note is the person's own words."""

        fields: ClassVar = {
            "pseudonymous": (
                "participant",
                "raised_at",
                "happened_at",
                "respond_by",
                "escalate_at",
                "source",
                "closed_by_two",
            ),
            "health": ("trigger", "grade"),
            "free_text": ("note",),
        }


class Why(models.TextChoices):
    """Why somebody was told of an alert."""

    RAISED = "raised", _("on the rota")
    ESCALATED = "escalated", _("because nobody had taken it")


class AlertNotice(models.Model):
    """Someone was told of an alert: those on the rota at once, others when nobody has taken it."""

    alert = models.ForeignKey(Alert, on_delete=models.PROTECT, related_name="notices")
    account = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    told_at = models.DateTimeField()
    why = models.CharField(max_length=10, choices=Why, default=Why.RAISED)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["alert", "account"], name="told_once"),)

    class Privacy:
        """Staff by code."""

        fields: ClassVar = {"pseudonymous": ("alert", "account", "told_at", "why")}


class AlertTest(models.Model):
    """A test of the way an alert takes to a site's rota. It is about no participant, and stands apart from alerts."""

    site = models.ForeignKey("people.Site", on_delete=models.PROTECT, related_name="+")
    sent_by = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()
    key = models.UUIDField(unique=True)

    class Meta:
        indexes = (models.Index(fields=["site", "sent_at"], name="tests_of_rota"),)

    class Privacy:
        """Staff by code."""

        store = "house"
        fields: ClassVar = {"pseudonymous": ("site", "sent_by", "sent_at", "key")}


class AlertTestNotice(models.Model):
    """Someone on the rota was told of a test, and perhaps answered it."""

    test = models.ForeignKey(AlertTest, on_delete=models.PROTECT, related_name="notices")
    account = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    told_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["test", "account"], name="told_once_of_a_test"),)

    class Privacy:
        """Staff by code."""

        store = "house"
        fields: ClassVar = {"pseudonymous": ("test", "account", "told_at", "answered_at")}


class Step(models.TextChoices):
    """What is done about an alert, in this order."""

    ACKNOWLEDGED = "acknowledged", _("I have it")
    CALLED = "called", _("Called, no answer")
    REACHED = "reached", _("Spoke with the person")
    ASKED = "asked", _("Went through the checklist")
    ASSESSED = "assessed", _("Assessed by a licensed clinician")
    HANDED_OVER = "handed_over", _("Handed over")
    TO_CLOSE = "to_close", _("Can be closed, to be confirmed")
    CLOSED = "closed", _("Closed")


class AlertStep(models.Model):
    """One thing done about an alert. Rows are added, never changed."""

    alert = models.ForeignKey(Alert, on_delete=models.PROTECT, related_name="steps")
    step = models.CharField(max_length=20, choices=Step)
    note = EncryptedTextField(null=True)
    answers = EncryptedTextField(null=True)  # of the checklist: a JSON object, by the item's code
    account = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    taken_at = models.DateTimeField()
    key = models.UUIDField(unique=True, null=True)
    confirms = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="+"
    )  # closing, by a second one

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(confirms=None) | Q(step=Step.CLOSED), name="only_a_closing_confirms"),
            models.CheckConstraint(
                condition=Q(step=Step.ASKED, answers__isnull=False) | (~Q(step=Step.ASKED) & Q(answers=None)),
                name="a_checklist_has_answers",
            ),
        )
        indexes = (models.Index(fields=["alert", "step"], name="steps_of_alert"),)

    class Privacy:
        """Health data; the note is free text."""

        fields: ClassVar = {
            "health": ("alert", "step", "account", "taken_at", "key", "confirms"),
            "free_text": ("note", "answers"),
        }
