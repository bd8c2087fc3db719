"""Tables of visits and of the plan made together; those of the room's corners are known here too.

Plans are never changed: a change is the next version. Free text is in the person's own words and lies encrypted.
"""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from stegvis.audit.fields import EncryptedTextField
from stegvis.physiotherapy.calendars.models import CalendarAddress as CalendarAddress
from stegvis.physiotherapy.devices.models import DeviceActivity as DeviceActivity
from stegvis.physiotherapy.devices.models import DeviceDay as DeviceDay
from stegvis.physiotherapy.devices.models import DeviceIntake as DeviceIntake
from stegvis.physiotherapy.devices.models import DeviceUpload as DeviceUpload
from stegvis.physiotherapy.devices.models import DeviceUploadPart as DeviceUploadPart
from stegvis.physiotherapy.diary.models import AfterEffect as AfterEffect
from stegvis.physiotherapy.diary.models import DiaryEntry as DiaryEntry
from stegvis.physiotherapy.diary.models import Effect as Effect
from stegvis.physiotherapy.diary.models import Felt as Felt
from stegvis.physiotherapy.diary.models import Setback as Setback
from stegvis.physiotherapy.diary.models import TakenBackAhead as TakenBackAhead
from stegvis.physiotherapy.diary.models import UndoneEntry as UndoneEntry
from stegvis.physiotherapy.exercises.models import ExerciseRelease as ExerciseRelease
from stegvis.physiotherapy.exercises.models import ExerciseReview as ExerciseReview
from stegvis.physiotherapy.exercises.models import PlannedExercise as PlannedExercise
from stegvis.physiotherapy.goals.models import EXPECTED as EXPECTED
from stegvis.physiotherapy.goals.models import HIGHEST as HIGHEST
from stegvis.physiotherapy.goals.models import LOWEST as LOWEST
from stegvis.physiotherapy.goals.models import MOST_WEEKS as MOST_WEEKS
from stegvis.physiotherapy.goals.models import STARTS as STARTS
from stegvis.physiotherapy.goals.models import ArmGuess as ArmGuess
from stegvis.physiotherapy.goals.models import ArmTold as ArmTold
from stegvis.physiotherapy.goals.models import Goal as Goal
from stegvis.physiotherapy.goals.models import GoalKind as GoalKind
from stegvis.physiotherapy.goals.models import GoalLevel as GoalLevel
from stegvis.physiotherapy.goals.models import GoalRating as GoalRating
from stegvis.physiotherapy.goals.models import GoalType as GoalType
from stegvis.physiotherapy.goals.models import Level as Level
from stegvis.physiotherapy.goals.models import Rater as Rater
from stegvis.physiotherapy.goals.models import RatingMode as RatingMode
from stegvis.physiotherapy.goals.models import SetAside as SetAside
from stegvis.physiotherapy.goals.models import Sureness as Sureness
from stegvis.physiotherapy.goals.models import ToldBy as ToldBy
from stegvis.physiotherapy.goals.models import ToldHow as ToldHow
from stegvis.physiotherapy.kinds import MOST_MINUTES as MOST_MINUTES
from stegvis.physiotherapy.kinds import MOVING as MOVING
from stegvis.physiotherapy.kinds import ActivityKind as ActivityKind
from stegvis.physiotherapy.kinds import Effort as Effort
from stegvis.physiotherapy.visiting.models import ActivityDecision as ActivityDecision
from stegvis.physiotherapy.visiting.models import ActivityReview as ActivityReview
from stegvis.physiotherapy.visiting.models import CapacityResult as CapacityResult
from stegvis.physiotherapy.visiting.models import MissedVisit as MissedVisit
from stegvis.physiotherapy.visiting.models import RedFlagAnswer as RedFlagAnswer
from stegvis.physiotherapy.visiting.models import VisitAgreement as VisitAgreement
from stegvis.physiotherapy.visiting.models import VisitNote as VisitNote
from stegvis.physiotherapy.visiting.models import WhoJudgement as WhoJudgement


class Mode(models.TextChoices):
    """How a visit was held."""

    IN_PERSON = "in_person", _("in person")
    VIDEO = "video", _("by video")
    TELEPHONE = "telephone", _("by telephone")


class Origin(models.TextChoices):
    """How a version of the plan came about: agreed at a visit, or changed by the person between visits."""

    AGREED = "agreed", _("agreed together")
    REDUCED = "reduced", _("made smaller by the person")
    GROWN = "grown", _("a step that the person accepted")


class Visit(models.Model):
    """A visit to the physiotherapist: booked, perhaps missed and booked again, then held.

    The day may move until the visit is held; each booking and each miss is an event of the record.
    """

    participant = models.ForeignKey("people.Participant", on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    planned_on = models.DateField()
    planned_time = models.TimeField(null=True)
    planned_mode = models.CharField(max_length=20, choices=Mode, blank=True)
    booked_at = models.DateTimeField()
    held_at = models.DateTimeField(null=True)
    mode = models.CharField(max_length=20, choices=Mode, blank=True)
    by = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+", null=True)
    missed_at = models.DateTimeField(null=True)
    missed_reason = EncryptedTextField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["participant", "number"], name="visit_once_per_number"),
            models.CheckConstraint(condition=Q(number__gte=1), name="visits_count_from_one"),
            models.CheckConstraint(
                condition=Q(held_at=None, mode="", by=None) | Q(held_at__isnull=False, mode__in=Mode.values),
                name="held_visit_has_its_mode",
            ),
            models.CheckConstraint(condition=Q(planned_mode__in=["", *Mode.values]), name="visit_planned_mode"),
            models.CheckConstraint(
                condition=Q(missed_at=None, missed_reason=None) | Q(missed_at__isnull=False), name="reason_of_a_miss"
            ),
        )
        indexes = (models.Index(fields=["planned_on"], condition=Q(held_at=None), name="open_visits_by_day"),)

    class Privacy:
        """Pseudonymous; why a visit was missed is free text."""

        fields: ClassVar = {
            "pseudonymous": (
                "participant", "number", "planned_on", "planned_time", "planned_mode", "booked_at", "held_at", "mode",
                "by", "missed_at",
            ),
            "free_text": ("missed_reason",),
        }  # fmt: skip

    @property
    def state(self) -> str:
        """One of `held`, `missed` (and not booked again since), `planned`."""
        if self.held_at:
            return "held"
        return "missed" if self.missed_at and self.missed_at > self.booked_at else "planned"


class Conversation(models.Model):
    """What a visit's conversation brought out, in a few words, from before each heading had parts (`VisitNote`)."""

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="conversations")
    resources = EncryptedTextField()
    obstacles = EncryptedTextField()
    support_wanted = EncryptedTextField()
    noted_at = models.DateTimeField()
    noted_by = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+", null=True)
    key = models.UUIDField(unique=True)

    class Privacy:
        """Free text about someone's life."""

        fields: ClassVar = {
            "free_text": ("resources", "obstacles", "support_wanted"),
            "pseudonymous": ("visit", "noted_at", "noted_by", "key"),
        }


class PlanDraft(models.Model):
    """The plan as it stands on the physiotherapist's desk before it is agreed: working paper, replaced and thrown away."""

    participant = models.OneToOneField(
        "people.Participant", on_delete=models.PROTECT, primary_key=True, related_name="+"
    )
    content = EncryptedTextField()
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+", null=True)

    class Privacy:
        """Free text within."""

        fields: ClassVar = {"free_text": ("content",), "pseudonymous": ("participant", "saved_at", "saved_by")}


class Plan(models.Model):
    """A version of the activity plan, as agreed with the person. A change is the next version."""

    participant = models.ForeignKey("people.Participant", on_delete=models.PROTECT, related_name="+")
    version = models.PositiveSmallIntegerField()
    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="plans", null=True)
    origin = models.CharField(max_length=10, choices=Origin, default=Origin.AGREED)
    flare_rule = EncryptedTextField()
    aim_minutes = models.PositiveSmallIntegerField(null=True)
    aim_strength_days = models.PositiveSmallIntegerField(null=True)
    agreed_at = models.DateTimeField()
    agreed_by = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+", null=True)
    key = models.UUIDField(unique=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["participant", "version"], name="plan_once_per_version"),
            models.CheckConstraint(condition=Q(version__gte=1), name="plans_count_from_one"),
            models.CheckConstraint(condition=Q(origin__in=Origin.values), name="plan_origin"),
            models.CheckConstraint(
                condition=Q(aim_strength_days=None) | Q(aim_strength_days__lte=7), name="strength_days_in_a_week"
            ),
        )

    class Privacy:
        """Pseudonymous; what to do in a flare is free text."""

        fields: ClassVar = {
            "pseudonymous": ("participant", "version", "visit", "origin", "agreed_at", "agreed_by", "key"),
            "health": ("aim_minutes", "aim_strength_days"),
            "free_text": ("flare_rule",),
        }


class PlannedActivity(models.Model):
    """One activity of a plan: how often, how hard, how long, what kind (FITT), and what the person says about it."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="activities")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=20, choices=ActivityKind)
    title = EncryptedTextField()
    days = ArrayField(models.PositiveSmallIntegerField())  # ISO weekdays, Monday 1 to Sunday 7
    minutes = models.PositiveSmallIntegerField()
    effort = models.CharField(max_length=10, choices=Effort)
    when_where = EncryptedTextField()
    low_energy = EncryptedTextField()
    low_energy_minutes = models.PositiveSmallIntegerField(null=True)
    growth = EncryptedTextField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["plan", "position"], name="activity_once_per_position"),
            models.CheckConstraint(
                condition=Q(days__contained_by=[1, 2, 3, 4, 5, 6, 7], days__len__gte=1, days__len__lte=7),
                name="activity_on_days_of_the_week",
            ),
            models.CheckConstraint(condition=Q(minutes__range=(1, MOST_MINUTES)), name="activity_minutes"),
            models.CheckConstraint(
                condition=Q(low_energy_minutes=None) | Q(low_energy_minutes__range=(1, F("minutes"))),
                name="low_energy_is_not_more",
            ),
            models.CheckConstraint(condition=Q(kind__in=ActivityKind.values), name="activity_kind"),
            models.CheckConstraint(condition=Q(effort__in=Effort.values), name="activity_effort"),
        )

    class Privacy:
        """Health data, and the person's own words."""

        fields: ClassVar = {
            "pseudonymous": ("plan", "position"),
            "health": ("kind", "days", "minutes", "effort", "low_energy_minutes"),
            "free_text": ("title", "when_where", "low_energy", "growth"),
        }

    @property
    def label(self) -> str:
        """What it is called: the person's words, or the kind."""
        return self.title or str(ActivityKind(self.kind).label)


class AnsweredStep(models.Model):
    """The person's answer to a step that was proposed: which plan, after which week (its Monday), accepted or not."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="answered_steps")
    after_week = models.DateField()
    accepted = models.BooleanField()
    answered_at = models.DateTimeField()
    answered_by = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+", null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["plan", "after_week"], name="a_step_is_answered_once"),)

    class Privacy:
        """Pseudonymous; whether somebody wanted to do more is health data."""

        fields: ClassVar = {
            "pseudonymous": ("plan", "after_week", "answered_at", "answered_by"),
            "health": ("accepted",),
        }
