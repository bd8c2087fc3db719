"""Tables of what a visit brings out. Rows are added, never changed: what counts is the newest, and who wrote it stays.

Words lie encrypted. A visit's own row (booked, held, missed) is in the room's models; everything here hangs on it.
"""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from stegvis.audit.fields import EncryptedTextField


class Said(models.TextChoices):
    """An answer about a warning sign."""

    NO = "no", _("no")
    YES = "yes", _("yes")
    UNKNOWN = "unknown", _("not known")


class Going(models.TextChoices):
    """What a clinician decides about a warning sign."""

    GO_ON = "go_on", _("go on as planned")
    LIMITS = "limits", _("go on with limits")
    NOT = "not", _("do not go on for now")


class NotDone(models.TextChoices):
    """Why a capacity test was not done."""

    PAIN = "pain", _("too much pain today")
    TIRED = "tired", _("too tired today")
    UNSAFE = "unsafe", _("not safe")
    DECLINED = "declined", _("the person did not want to")
    AT_A_DISTANCE = "at_a_distance", _("not possible by video or telephone")
    NO_TIME = "no_time", _("no time")
    OTHER = "other", _("another reason")


class Verdict(models.TextChoices):
    """What becomes of an activity in the next version of the plan."""

    KEEP = "keep", _("keep")
    CHANGE = "change", _("change")
    DROP = "drop", _("drop")


class Reached(models.TextChoices):
    """Whether a level of the WHO's advice is reached, in the physiotherapist's judgement."""

    YES = "yes", _("yes")
    NO = "no", _("no")
    UNSURE = "unsure", _("unsure")


class JudgedBy(models.TextChoices):
    """What the judgement rests on."""

    DIARY = "diary", _("the diary")
    INTERVIEW = "interview", _("what the person tells")
    OTHER = "other", _("something else")


class Missed(models.TextChoices):
    """Why a visit did not take place."""

    ILL = "ill", _("ill")
    FORGOT = "forgot", _("forgot")
    WORK = "work", _("work")
    TRAVEL = "travel", _("travel")
    NO_REPLY = "no_reply", _("no reply")
    OTHER = "other", _("another reason")
    NOT_TOLD = "not_told", _("not told")


class OfAVisit(models.Model):
    """A row that belongs to one visit."""

    visit = models.ForeignKey("physiotherapy.Visit", on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True

    @property
    def participant(self) -> models.Model:
        """Whom it is about."""
        return self.visit.participant


class VisitNote(OfAVisit):
    """One question of a visit and what was written about it; the newest of a question counts, an empty one empties it."""

    question = models.CharField(max_length=40)
    words = EncryptedTextField()
    written_at = models.DateTimeField()
    written_by = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+", null=True)

    class Meta:
        indexes = (models.Index(fields=["visit", "question", "-written_at"], name="notes_of_visit"),)

    class Privacy:
        """Free text about someone's life; numbers lie encrypted with the words."""

        fields: ClassVar = {
            "free_text": ("words",),
            "health": ("question",),
            "pseudonymous": ("visit", "written_at", "written_by"),
        }


class RedFlagAnswer(OfAVisit):
    """An answer about one warning sign; the newest counts, but a yes stands until a clinician has decided."""

    flag = models.CharField(max_length=40)
    said = models.CharField(max_length=10, choices=Said)
    answered_at = models.DateTimeField()
    answered_by = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+", null=True)

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(said__in=Said.values), name="red_flag_said"),)
        indexes = (models.Index(fields=["visit", "flag", "-answered_at"], name="red_flags_of_visit"),)

    class Privacy:
        """Health data."""

        fields: ClassVar = {"health": ("flag", "said"), "pseudonymous": ("visit", "answered_at", "answered_by")}


class ActivityDecision(OfAVisit):
    """A named clinician's decision about the warning signs that stood when it was made; its limits stand on the plan."""

    outcome = models.CharField(max_length=10, choices=Going)
    flags = ArrayField(models.CharField(max_length=40))
    reason = EncryptedTextField()
    limits = EncryptedTextField()
    decided_at = models.DateTimeField()
    decided_by = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    key = models.UUIDField(unique=True)

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(outcome__in=Going.values), name="activity_decision_outcome"),)

    class Privacy:
        """Health data; reason and limits are free text."""

        fields: ClassVar = {
            "health": ("outcome", "flags"),
            "free_text": ("reason", "limits"),
            "pseudonymous": ("visit", "decided_at", "decided_by", "key"),
        }


class CapacityResult(OfAVisit):
    """A capacity test: its result in the test's unit and how long it lasted, or why it was not done. The newest counts."""

    test = models.CharField(max_length=40)
    value = models.PositiveSmallIntegerField(null=True)
    seconds = models.PositiveSmallIntegerField(null=True)
    not_done = models.CharField(max_length=20, choices=NotDone, blank=True)
    measured_at = models.DateTimeField()
    measured_by = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+", null=True)
    key = models.UUIDField(unique=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(value=None, not_done__in=NotDone.values) | Q(value__isnull=False, not_done=""),
                name="capacity_result_or_reason",
            ),
        )

    class Privacy:
        """Health data."""

        fields: ClassVar = {
            "health": ("test", "value", "seconds", "not_done"),
            "pseudonymous": ("visit", "measured_at", "measured_by", "key"),
        }


class VisitAgreement(OfAVisit):
    """What was read aloud and agreed at the end of a visit, in the words that stood there, and what was seen to."""

    plan = models.ForeignKey("physiotherapy.Plan", on_delete=models.PROTECT, related_name="+", null=True)
    summary = EncryptedTextField()
    read_aloud = models.BooleanField()
    app_shown = models.BooleanField()
    agreed_at = models.DateTimeField()
    agreed_by = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+", null=True)
    key = models.UUIDField(unique=True)

    class Privacy:
        """The summary is the person's own words."""

        fields: ClassVar = {
            "free_text": ("summary",),
            "pseudonymous": ("visit", "plan", "read_aloud", "app_shown", "agreed_at", "agreed_by", "key"),
        }


class ActivityReview(OfAVisit):
    """What is to become of one activity of the plan, and why in the person's words; the newest of an activity counts."""

    activity = models.ForeignKey("physiotherapy.PlannedActivity", on_delete=models.PROTECT, related_name="+")
    verdict = models.CharField(max_length=10, choices=Verdict)
    why = EncryptedTextField()
    reviewed_at = models.DateTimeField()
    reviewed_by = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+", null=True)

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(verdict__in=Verdict.values), name="review_verdict"),)

    class Privacy:
        """Health data; why is free text."""

        fields: ClassVar = {
            "health": ("verdict",),
            "free_text": ("why",),
            "pseudonymous": ("visit", "activity", "reviewed_at", "reviewed_by"),
        }


class WhoJudgement(OfAVisit):
    """The physiotherapist's judgement of the WHO's advice: minutes and strength, and what it rests on. The newest counts."""

    aerobic = models.CharField(max_length=10, choices=Reached)
    strength = models.CharField(max_length=10, choices=Reached)
    source = models.CharField(max_length=10, choices=JudgedBy)
    judged_at = models.DateTimeField()
    judged_by = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+", null=True)
    key = models.UUIDField(unique=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(aerobic__in=Reached.values, strength__in=Reached.values, source__in=JudgedBy.values),
                name="who_judgement",
            ),
        )

    class Privacy:
        """Health data."""

        fields: ClassVar = {
            "health": ("aerobic", "strength", "source"),
            "pseudonymous": ("visit", "judged_at", "judged_by", "key"),
        }


class MissedVisit(OfAVisit):
    """A booking that came to nothing: its day, why, and when that was kept."""

    planned_on = models.DateField()
    reason = models.CharField(max_length=10, choices=Missed)
    words = EncryptedTextField()
    missed_at = models.DateTimeField()
    missed_by = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+", null=True)

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(reason__in=Missed.values), name="missed_reason"),)

    class Privacy:
        """Pseudonymous; words are free text."""

        fields: ClassVar = {
            "pseudonymous": ("visit", "planned_on", "missed_at", "missed_by"),
            "health": ("reason",),
            "free_text": ("words",),
        }
