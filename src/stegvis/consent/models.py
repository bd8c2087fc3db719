"""Tables of consent and withdrawal. All are permanent: the database refuses to change or remove a row.

A consent says which texts were agreed to, in which version and language, by their fingerprints, and its seal binds the
signature to them. What came before it stands beside it: the pages that were opened, questions and their answers; and what
comes after, the signature of whoever informed the person. A refusal is a no to a newer text. A withdrawal takes one layer back,
or everything, and nothing in the house ever undoes it: a new consent does not.
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


class Way(models.TextChoices):
    """How a consent was signed."""

    SCREEN = "screen", _("on screen")
    PAPER = "paper", _("on paper")


class Consent(models.Model):
    """A participant agreed to take part, to a text in a version and a language.

    `sheet_…` name the information that was read; rows from before that was kept have none, and no seal. One on paper was
    entered by staff, and `signed_on` is the day on the paper.
    """

    participant = models.ForeignKey("people.Participant", on_delete=models.PROTECT, related_name="+")
    text_code = models.CharField(max_length=40)
    text_version = models.CharField(max_length=20)
    text_sha256 = models.CharField(max_length=64)
    sheet_version = models.CharField(max_length=20, blank=True)
    sheet_sha256 = models.CharField(max_length=64, blank=True)
    language = models.CharField(max_length=5)
    way = models.CharField(max_length=10, choices=Way, default=Way.SCREEN)
    signature = EncryptedTextField()
    drawing = EncryptedTextField(null=True)  # the path of a pen
    seal = models.CharField(max_length=64, blank=True)
    signed_on = models.DateField(null=True)
    entered_by = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+", null=True)
    given_at = models.DateTimeField()
    key = models.UUIDField(unique=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(text_sha256__regex=r"^[0-9a-f]{64}$"), name="text_has_its_fingerprint"),
            models.CheckConstraint(condition=~Q(text_code="") & ~Q(text_version=""), name="consent_names_its_text"),
            models.CheckConstraint(
                condition=Q(way="screen", entered_by=None, signed_on=None)
                | Q(way="paper", entered_by__isnull=False, signed_on__isnull=False),
                name="paper_consent_was_entered_by_somebody",
            ),
        )
        indexes = (models.Index(fields=["participant", "given_at"], name="consents_of_participant"),)

    class Privacy:
        """The signature is the person's name, or drawn."""

        fields: ClassVar = {
            "identity": ("signature", "drawing"),
            "pseudonymous": (
                "participant", "text_code", "text_version", "text_sha256", "sheet_version", "sheet_sha256", "language",
                "way", "seal", "signed_on", "entered_by", "given_at", "key",
            ),
        }  # fmt: skip


class Countersignature(models.Model):
    """Whoever informed the person signs that they did, and answered what was asked; bound to that very consent."""

    participant = models.ForeignKey("people.Participant", on_delete=models.PROTECT, related_name="+")
    consent = models.OneToOneField(Consent, on_delete=models.PROTECT, related_name="countersignature")
    mode = models.CharField(
        max_length=20,
        choices={"in_person": _("face to face"), "telephone": _("by telephone"), "video": _("by video")},
    )
    signature = EncryptedTextField()
    drawing = EncryptedTextField(null=True)
    seal = models.CharField(max_length=64)
    signed_by = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField()
    key = models.UUIDField(unique=True)

    class Privacy:
        """The signature is a name, of staff."""

        fields: ClassVar = {
            "identity": ("signature", "drawing"),
            "pseudonymous": ("participant", "consent", "mode", "seal", "signed_by", "signed_at", "key"),
        }


class PageSeen(models.Model):
    """A page of the information was opened by the person, for the first time; which text by its fingerprint."""

    participant = models.ForeignKey("people.Participant", on_delete=models.PROTECT, related_name="+")
    text_version = models.CharField(max_length=20)
    text_sha256 = models.CharField(max_length=64)
    language = models.CharField(max_length=5)
    page = models.PositiveSmallIntegerField()
    of = models.PositiveSmallIntegerField()
    seen_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["participant", "text_sha256", "page"], name="page_seen_once"),
            models.CheckConstraint(condition=Q(page__gte=1) & Q(of__gte=models.F("page")), name="page_is_of_the_text"),
        )

    class Privacy:
        """Pseudonymous; the same in every arm, since it comes before."""

        fields: ClassVar = {
            "pseudonymous": ("participant", "text_version", "text_sha256", "language", "page", "of", "seen_at"),
        }


class Question(models.Model):
    """Something that somebody asked about taking part: in their own words, or as staff wrote them down in a call."""

    participant = models.ForeignKey("people.Participant", on_delete=models.PROTECT, related_name="+")
    words = EncryptedTextField()
    written_by = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    key = models.UUIDField(unique=True)

    class Meta:
        indexes = (models.Index(fields=["participant", "asked_at"], name="questions_of_participant"),)

    class Privacy:
        """Somebody's words."""

        fields: ClassVar = {"free_text": ("words",), "pseudonymous": ("participant", "written_by", "asked_at", "key")}


class Answer(models.Model):
    """What staff answered to it; once."""

    participant = models.ForeignKey("people.Participant", on_delete=models.PROTECT, related_name="+")
    question = models.OneToOneField(Question, on_delete=models.PROTECT, related_name="answer")
    words = EncryptedTextField()
    answered_by = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField()
    key = models.UUIDField(unique=True)

    class Privacy:
        """Words to a person."""

        fields: ClassVar = {
            "free_text": ("words",),
            "pseudonymous": ("participant", "question", "answered_by", "answered_at", "key"),
        }


class Refusal(models.Model):
    """A participant said no to a newer text, and goes on without it; what follows is what the protocol said that day.

    It takes nothing back: they may agree to that version later. `entered_by` says who wrote it down, for what was said in a
    call. `follows` and `ends` are the protocol's, the same for everybody, so that neither tells an arm.
    """

    participant = models.ForeignKey("people.Participant", on_delete=models.PROTECT, related_name="+")
    text_code = models.CharField(max_length=40)
    text_version = models.CharField(max_length=20)
    text_sha256 = models.CharField(max_length=64)
    language = models.CharField(max_length=5)
    follows = models.CharField(
        max_length=20,
        choices={
            "goes_on": _("goes on as before"),
            "additions_wait": _("goes on without what is new"),
            "ends": _("stops a part of the study"),
        },
    )
    ends = models.CharField(max_length=20, choices=Layer, blank=True)
    entered_by = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+", null=True)
    refused_at = models.DateTimeField()
    key = models.UUIDField(unique=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["participant", "text_code", "text_version"], name="refused_once_per_version"
            ),
            models.CheckConstraint(
                condition=Q(text_sha256__regex=r"^[0-9a-f]{64}$"), name="refused_text_has_fingerprint"
            ),
            models.CheckConstraint(
                condition=Q(follows="ends", ends__in=Layer.values) | (~Q(follows="ends") & Q(ends="")),
                name="refusal_names_what_ends",
            ),
        )

    class Privacy:
        """Pseudonymous; the same in every arm."""

        fields: ClassVar = {
            "pseudonymous": (
                "participant", "text_code", "text_version", "text_sha256", "language", "follows", "ends", "entered_by",
                "refused_at", "key",
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
