"""Tables of what was asked and answered.

Answers and scores are append-only: the newest answer to a question counts, and every earlier one stays with its time.
That makes an answer its own record, so that saving a page leaves one event and not one for each question.
"""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from stegvis.audit.fields import EncryptedTextField


class Channel(models.TextChoices):
    """How an answer came in."""

    WEB = "web"
    PHONE = "phone"
    PAPER = "paper"


class Assessment(models.Model):
    """One participant at one occasion of the schedule: when it may be answered, when it was."""

    participant = models.ForeignKey("people.Participant", on_delete=models.PROTECT, related_name="+")
    occasion = models.CharField(max_length=60)
    instruments = models.JSONField()
    opens_on = models.DateField()
    due_on = models.DateField()
    closes_on = models.DateField()
    opened_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    submitted_in_window = models.BooleanField(null=True)
    minimum_at = models.DateTimeField(null=True)  # the primary outcomes alone were sent then; the rest may follow
    tells_arm = models.BooleanField(default=False)  # only some arms have it

    class Meta:
        constraints = (models.UniqueConstraint(fields=["participant", "occasion"], name="occasion_once"),)
        indexes = (models.Index(fields=["closes_on"], condition=models.Q(submitted_at=None), name="not_answered_yet"),)

    class Privacy:
        """Pseudonymous; a row that tells the arm is hidden from blind roles, with all that it holds."""

        fields: ClassVar = {
            "reveals_arm": ("tells_arm",),
            "pseudonymous": (
                "participant", "occasion", "instruments", "opens_on", "due_on", "closes_on", "opened_at",
                "submitted_at", "submitted_in_window", "minimum_at",
            ),
        }  # fmt: skip


class Response(models.Model):
    """One questionnaire of an assessment, in the version and language in which it was answered.

    When it is sent it keeps how it came in, the day on which it was completed (on paper, another than that of its entry)
    and whether that day lies in the window.
    """

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="responses")
    instrument = models.ForeignKey("protocol.InstrumentVersion", on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=60)
    language = models.CharField(max_length=5)
    started_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    completed_on = models.DateField(null=True)
    in_window = models.BooleanField(null=True)
    mode = models.CharField(max_length=10, choices=Channel, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["assessment", "code"], name="questionnaire_once"),)

    class Privacy:
        """Pseudonymous."""

        fields: ClassVar = {
            "pseudonymous": (
                "assessment", "instrument", "code", "language", "started_at", "submitted_at", "completed_on", "in_window",
                "mode",
            ),
        }  # fmt: skip

    @property
    def participant(self) -> models.Model:
        """Whose it is."""
        return self.assessment.participant


class ClosedOccasion(models.Model):
    """The data of an occasion are locked: nothing is added to them, unless the lock is undone."""

    occasion = models.CharField(max_length=60)
    closed_at = models.DateTimeField()
    closed_by = models.CharField(max_length=40)
    reopened_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["occasion"], condition=Q(reopened_at=None), name="closed_once_at_a_time"),
        )

    class Privacy:
        """Nothing about a person."""

        fields: ClassVar = {"public": ("occasion", "closed_at", "reopened_at"), "pseudonymous": ("closed_by",)}


class Correction(models.Model):
    """A sent questionnaire was corrected by staff: a new version of it, and why. The answers before it stay."""

    response = models.ForeignKey(Response, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=200)
    corrected_by = models.CharField(max_length=40)
    corrected_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["response", "number"], name="correction_once"),)

    class Privacy:
        """Staff by code; the reason names nobody and no illness, and stands in the record as well."""

        fields: ClassVar = {"pseudonymous": ("response", "number", "reason", "corrected_by", "corrected_at")}


class Answer(models.Model):
    """What was answered to one question at one moment; `{"declined": true}` is “I prefer not to answer”."""

    response = models.ForeignKey(Response, on_delete=models.PROTECT, related_name="answers")
    link_id = models.CharField(max_length=120)
    value = models.JSONField(null=True)
    channel = models.CharField(max_length=10, choices=Channel, default=Channel.WEB)
    saved_at = models.DateTimeField()
    typed_at = models.DateTimeField(null=True)  # when it was typed, for what was sent later; never after saved_at
    saved_by = models.CharField(max_length=40)
    correction = models.ForeignKey("Correction", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = (models.Index(fields=["response", "link_id", "-id"], name="newest_answer"),)

    class Privacy:
        """Health data."""

        fields: ClassVar = {
            "health": ("value",),
            "pseudonymous": ("response", "link_id", "channel", "saved_at", "typed_at", "saved_by", "correction"),
        }


class Score(models.Model):
    """One score of one response, computed on submission; a corrected rule gives a new row and the old one stays."""

    response = models.ForeignKey(Response, on_delete=models.PROTECT, related_name="scores")
    participant = models.ForeignKey("people.Participant", on_delete=models.PROTECT, related_name="+")
    occasion = models.CharField(max_length=60)
    name = models.CharField(max_length=60)
    value = models.FloatField(null=True)
    missing_reason = models.CharField(max_length=60, blank=True)
    answered = models.PositiveSmallIntegerField()
    items = models.PositiveSmallIntegerField()
    scoring_version = models.CharField(max_length=40)
    scored_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["participant", "occasion", "name", "-id"], name="newest_score"),)

    class Privacy:
        """Health data."""

        fields: ClassVar = {
            "health": ("name", "value", "missing_reason", "answered", "items"),
            "pseudonymous": ("response", "participant", "occasion", "scoring_version", "scored_at"),
        }


class PaperEntry(models.Model):
    """A paper form as one person has entered it; the second entry is somebody else's."""

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField(choices={1: "first", 2: "second"})
    entered_by = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    completed_on = models.DateField()
    initials = models.CharField(max_length=10, blank=True)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["assessment", "number"], name="paper_entered_once_each"),
            models.UniqueConstraint(fields=["assessment", "entered_by"], name="paper_entered_by_two_people"),
        )

    class Privacy:
        """Staff by code; the initials stand on the paper."""

        fields: ClassVar = {
            "pseudonymous": ("assessment", "number", "entered_by", "completed_on", "started_at", "finished_at"),
            "identity": ("initials",),
        }


class PaperAnswer(models.Model):
    """What one person read on a paper form; the newest row counts."""

    entry = models.ForeignKey(PaperEntry, on_delete=models.PROTECT, related_name="+")
    instrument = models.CharField(max_length=60)
    link_id = models.CharField(max_length=120)
    value = models.JSONField(null=True)
    saved_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["entry", "instrument", "link_id", "-id"], name="newest_paper_answer"),)

    class Privacy:
        """Health data."""

        fields: ClassVar = {"health": ("value",), "pseudonymous": ("entry", "instrument", "link_id", "saved_at")}


class PaperDecision(models.Model):
    """Which of two entries that differ is right, and why; `link_id` is empty for the day of completion.

    Without an entry neither is right, and `value` is what stands on the paper: an answer as it is stored, a day, or None
    for nothing.
    """

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="+")
    instrument = models.CharField(max_length=60, blank=True)
    link_id = models.CharField(max_length=120, blank=True)
    entry = models.ForeignKey(PaperEntry, null=True, on_delete=models.PROTECT, related_name="+")
    value = models.JSONField(null=True)
    reason = EncryptedTextField()
    decided_by = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["assessment", "instrument", "link_id"], name="settled_once"),)

    class Privacy:
        """The value is health data; the reason is free text."""

        fields: ClassVar = {
            "health": ("value",),
            "pseudonymous": ("assessment", "instrument", "link_id", "entry", "decided_by", "decided_at"),
            "free_text": ("reason",),
        }
