"""Tables of consent and withdrawal. Both are permanent: the database refuses to change or remove a row.

A consent says which text was agreed to, in which version and language, by its fingerprint. A withdrawal takes one layer
back, or everything, and nothing in the house ever undoes it: a new consent does not.
"""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from stegvis.audit.fields import EncryptedTextField


class Layer(models.TextChoices):
    """What a participant can withdraw from, and what stops then.

    programme: its modules, homework and guidance, and every reminder about them. Visits and questions go on.
    plan: visits, the activity plan, its diary, and every reminder about them. The programme and questions go on.
    questions: questionnaires, reminders and calls about them. Treatment goes on.
    everything: all of these, and all letters but the one that confirms it. What the law requires to be kept is kept.
    """

    PROGRAMME = "programme", _("the programme")
    PLAN = "plan", _("the activity plan")
    QUESTIONS = "questions", _("the questions")
    EVERYTHING = "everything", _("everything")


class Consent(models.Model):
    """A participant agreed to take part, to a text in a version and a language."""

    participant = models.ForeignKey("people.Participant", on_delete=models.PROTECT, related_name="+")
    text_code = models.CharField(max_length=40)
    text_version = models.CharField(max_length=20)
    text_sha256 = models.CharField(max_length=64)
    language = models.CharField(max_length=5)
    signature = EncryptedTextField()
    given_at = models.DateTimeField()
    key = models.UUIDField(unique=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(text_sha256__regex=r"^[0-9a-f]{64}$"), name="text_has_its_fingerprint"),
            models.CheckConstraint(condition=~Q(text_code="") & ~Q(text_version=""), name="consent_names_its_text"),
        )
        indexes = (models.Index(fields=["participant", "given_at"], name="consents_of_participant"),)

    class Privacy:
        """The signature is the person's name."""

        fields: ClassVar = {
            "identity": ("signature",),
            "pseudonymous": (
                "participant", "text_code", "text_version", "text_sha256", "language", "given_at", "key",
            ),
        }  # fmt: skip


class Withdrawal(models.Model):
    """A participant withdrew from a layer; a reason is never required, only kept if given: by code, and in own words."""

    participant = models.ForeignKey("people.Participant", on_delete=models.PROTECT, related_name="+")
    layer = models.CharField(max_length=20, choices=Layer)
    reason = EncryptedTextField(null=True)
    reasons = models.JSONField(default=list, blank=True)  # codes of the protocol's list
    at = models.DateTimeField()
    entered_by = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+", null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["participant", "layer"], name="withdrawn_once_per_layer"),
            models.CheckConstraint(condition=Q(layer__in=Layer.values), name="withdrawal_layer"),
        )

    class Privacy:
        """Who withdraws from the programme had one: that row tells the arm."""

        fields: ClassVar = {
            "reveals_arm": ("layer",),
            "health": ("reasons",),
            "free_text": ("reason",),
            "pseudonymous": ("participant", "at", "entered_by"),
        }
