"""Tables of the physiotherapist's part: visits, the plan made together, the diary, goals and their attainment.

Plans, diary entries and ratings are never changed: a correction is a new row. A goal can be set aside until it is locked;
from then on the database itself refuses any change. Free text is in the person's own words and lies encrypted.
"""

from datetime import date
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from stegvis.audit import clock
from stegvis.audit.fields import EncryptedTextField
from stegvis.physiotherapy.calendars.models import CalendarAddress as CalendarAddress
from stegvis.physiotherapy.devices.models import DeviceActivity as DeviceActivity
from stegvis.physiotherapy.devices.models import DeviceDay as DeviceDay
from stegvis.physiotherapy.devices.models import DeviceIntake as DeviceIntake
from stegvis.physiotherapy.devices.models import DeviceUpload as DeviceUpload
from stegvis.physiotherapy.devices.models import DeviceUploadPart as DeviceUploadPart
from stegvis.physiotherapy.exercises.models import ExerciseRelease as ExerciseRelease
from stegvis.physiotherapy.exercises.models import ExerciseReview as ExerciseReview
from stegvis.physiotherapy.exercises.models import PlannedExercise as PlannedExercise
from stegvis.physiotherapy.visiting.models import ActivityDecision as ActivityDecision
from stegvis.physiotherapy.visiting.models import ActivityReview as ActivityReview
from stegvis.physiotherapy.visiting.models import CapacityResult as CapacityResult
from stegvis.physiotherapy.visiting.models import MissedVisit as MissedVisit
from stegvis.physiotherapy.visiting.models import RedFlagAnswer as RedFlagAnswer
from stegvis.physiotherapy.visiting.models import VisitAgreement as VisitAgreement
from stegvis.physiotherapy.visiting.models import VisitNote as VisitNote
from stegvis.physiotherapy.visiting.models import WhoJudgement as WhoJudgement

MOST_MINUTES = 600
MOST_WEEKS = 260
LOWEST, EXPECTED, HIGHEST = -2, 0, 2
STARTS = (-2, -1)
"""The levels of goal attainment scaling, and those at which a person can be when a goal is set (Kiresuk & Sherman 1968)."""


class Mode(models.TextChoices):
    """How a visit was held."""

    IN_PERSON = "in_person", _("in person")
    VIDEO = "video", _("by video")
    TELEPHONE = "telephone", _("by telephone")


class ActivityKind(models.TextChoices):
    """What kind of activity, for counting; what it is called is the person's own choice."""

    WALKING = "walking", _("walking")
    CYCLING = "cycling", _("cycling")
    WATER = "water", _("in water")
    STRENGTH = "strength", _("strength")
    MOBILITY = "mobility", _("mobility")
    RELAXATION = "relaxation", _("relaxation")
    EVERYDAY = "everyday", _("everyday activity")
    OWN = "own", _("own activity")


MOVING = frozenset(ActivityKind) - {ActivityKind.STRENGTH, ActivityKind.RELAXATION}
"""Kinds whose minutes count as moving; strength is counted in days, and relaxation is listed but not counted."""


class Effort(models.TextChoices):
    """How hard, by the talk test: could sing; can talk, not sing; a few words at a time."""

    EASY = "easy", _("easy")
    MEDIUM = "medium", _("medium")
    HARD = "hard", _("hard")


class Felt(models.TextChoices):
    """How an activity felt beside what was planned."""

    EASIER = "easier", _("easier")
    AS_PLANNED = "as_planned", _("as planned")
    HARDER = "harder", _("harder")


class Setback(models.TextChoices):
    """What can make a day, or a week, less than planned; logged like an activity, with no minutes."""

    FLARE = "flare", _("flare")
    ILLNESS = "illness", _("illness")


class Origin(models.TextChoices):
    """How a version of the plan came about: agreed at a visit, or changed by the person between visits."""

    AGREED = "agreed", _("agreed together")
    REDUCED = "reduced", _("made smaller by the person")
    GROWN = "grown", _("a step that the person accepted")


class Effect(models.TextChoices):
    """How the body felt 24–48 hours after an activity, beside the days before it."""

    BETTER = "better", _("better than before")
    SAME = "same", _("about as before")
    WORSE = "worse", _("worse than before")


class GoalKind(models.TextChoices):
    """A main goal, or a step on the way to one."""

    MAIN = "main", _("main goal")
    INTERMEDIATE = "intermediate", _("intermediate goal")


class GoalType(models.TextChoices):
    """What a goal is about (the four domains of the health plan)."""

    FUNCTION = "function", _("function")
    HEALTH = "health", _("health")
    PARTICIPATION = "participation", _("participation")
    SYMPTOM = "symptom", _("symptom")


class Level(models.TextChoices):
    """How far a goal was attained."""

    NOT = "not", _("not attained")
    PARTLY = "partly", _("partly attained")
    FULLY = "fully", _("fully attained")


class Rater(models.TextChoices):
    """Whose judgement a rating is."""

    PARTICIPANT = "participant", _("participant")
    PHYSIOTHERAPIST = "physiotherapist", _("physiotherapist")


class RatingMode(models.TextChoices):
    """How a rating was given: by the rater on their own screen, or in a way that somebody else entered for them."""

    OWN_SCREEN = "own_screen", _("on their own screen")
    READ_OUT = "read_out", _("read out")
    TELEPHONE = "telephone", _("by telephone")
    PAPER = "paper", _("on paper")


class Sureness(models.TextChoices):
    """How sure whoever guesses an arm is (Bang et al. 2004 ask for these two, beside not knowing)."""

    STRONGLY = "strongly", _("quite sure")
    SOMEWHAT = "somewhat", _("not very sure")


class ToldBy(models.TextChoices):
    """Who told the physiotherapist of an arm."""

    PARTICIPANT = "participant", _("the person")
    RELATIVE = "relative", _("somebody close to the person")
    COLLEAGUE = "colleague", _("a colleague")
    NOBODY = "nobody", _("nobody: I found out")


class ToldHow(models.TextChoices):
    """How an arm became known to the physiotherapist."""

    VISIT = "visit", _("at a visit")
    TELEPHONE = "telephone", _("by telephone")
    MESSAGE = "message", _("in a message")
    WORKSHEET = "worksheet", _("through a shared sheet")
    OTHERWISE = "otherwise", _("in another way")


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


class DiaryEntry(models.Model):
    """Something done, a rest chosen, or an illness or flare, on a day. Never changed: undone by a row of `UndoneEntry`.

    What was entered on a device without a connection has the device's own day and moment; `logged_at` is when it arrived.
    """

    participant = models.ForeignKey("people.Participant", on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    planned_activity = models.ForeignKey(PlannedActivity, on_delete=models.PROTECT, related_name="entries", null=True)
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


class Goal(models.Model):
    """A goal in the person's own words. Once locked it never changes: the database refuses."""

    participant = models.ForeignKey("people.Participant", on_delete=models.PROTECT, related_name="+")
    parent = models.ForeignKey("self", on_delete=models.PROTECT, related_name="steps", null=True)
    kind = models.CharField(max_length=20, choices=GoalKind)
    text = EncryptedTextField()
    type = models.CharField(max_length=20, choices=GoalType)
    how_seen = EncryptedTextField()
    target_week = models.PositiveSmallIntegerField(null=True)  # weeks from visit 1
    importance = models.PositiveSmallIntegerField(null=True)
    difficulty = models.PositiveSmallIntegerField(null=True)
    confidence = models.PositiveSmallIntegerField(null=True)
    starts_at = models.SmallIntegerField(null=True)  # the level (−2 or −1) at which the person is when it is set
    set_at = models.DateTimeField()
    set_by = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+", null=True)
    locked_at = models.DateTimeField(null=True)
    key = models.UUIDField(unique=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(kind=GoalKind.MAIN, parent=None) | Q(kind=GoalKind.INTERMEDIATE, parent__isnull=False),
                name="steps_lead_to_a_main_goal",
            ),
            models.CheckConstraint(condition=Q(type__in=GoalType.values), name="goal_type"),
            *(
                models.CheckConstraint(condition=Q(**{name: None}) | Q(**{f"{name}__lte": 10}), name=f"goal_{name}")
                for name in ("importance", "difficulty", "confidence")
            ),
            models.CheckConstraint(
                condition=Q(target_week=None) | Q(target_week__lte=MOST_WEEKS), name="goal_target_week"
            ),
            models.CheckConstraint(
                condition=Q(locked_at=None) | Q(locked_at__gte=F("set_at")), name="locked_after_it_was_set"
            ),
            models.CheckConstraint(condition=Q(starts_at=None) | Q(starts_at__in=STARTS), name="goal_starts_low"),
        )
        indexes = (models.Index(fields=["participant", "kind"], name="goals_of_participant"),)

    class Privacy:
        """Health data in the person's own words."""

        fields: ClassVar = {
            "pseudonymous": ("participant", "parent", "kind", "set_at", "set_by", "locked_at", "key"),
            "health": ("type", "target_week", "importance", "difficulty", "confidence", "starts_at"),
            "free_text": ("text", "how_seen"),
        }


class GoalLevel(models.Model):
    """What one level of attainment looks like, −2 to +2, in the person's words; set with the goal (GAS)."""

    goal = models.ForeignKey(Goal, on_delete=models.PROTECT, related_name="levels")
    value = models.SmallIntegerField()
    text = EncryptedTextField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["goal", "value"], name="level_once_a_goal"),
            models.CheckConstraint(
                condition=Q(value__range=(LOWEST, HIGHEST)), name="level_from_two_below_to_two_above"
            ),
        )

    class Privacy:
        """Health data in the person's own words."""

        fields: ClassVar = {"pseudonymous": ("goal",), "health": ("value",), "free_text": ("text",)}


class SetAside(models.Model):
    """A goal that was set aside before it was locked, and what took its place, if anything did."""

    goal = models.OneToOneField(Goal, on_delete=models.PROTECT, primary_key=True, related_name="set_aside")
    replaced_by = models.OneToOneField(Goal, on_delete=models.PROTECT, related_name="replaces", null=True)
    at = models.DateTimeField()

    class Privacy:
        """Pseudonymous."""

        fields: ClassVar = {"pseudonymous": ("goal", "replaced_by", "at")}


class GoalRating(models.Model):
    """How far a goal was attained, in whose judgement, given how, on which occasion.

    One an occasion and rater; a mistaken one is followed by its correction, with the reason, and the last of them counts.
    """

    goal = models.ForeignKey(Goal, on_delete=models.PROTECT, related_name="ratings")
    level = models.CharField(max_length=10, choices=Level)
    gas_level = models.SmallIntegerField(null=True)
    rater = models.CharField(max_length=20, choices=Rater)
    mode = models.CharField(max_length=20, choices=RatingMode)
    occasion = models.CharField(max_length=40)
    given_on = models.DateField(null=True)  # when it was given, if not on the day on which it was entered
    corrects = models.OneToOneField("self", on_delete=models.PROTECT, related_name="correction", null=True)
    reason = EncryptedTextField(null=True)
    rated_at = models.DateTimeField()
    entered_by = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+", null=True)
    key = models.UUIDField(unique=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(level__in=Level.values), name="rating_level"),
            models.CheckConstraint(
                condition=Q(rater=Rater.PARTICIPANT, mode__in=RatingMode.values)
                | Q(rater=Rater.PHYSIOTHERAPIST, mode=RatingMode.OWN_SCREEN),
                name="rating_mode_of_its_rater",
            ),
            models.CheckConstraint(condition=~Q(occasion=""), name="rating_has_an_occasion"),
            models.CheckConstraint(
                condition=Q(gas_level=None) | Q(gas_level__range=(LOWEST, HIGHEST)), name="rating_gas_level"
            ),
            models.CheckConstraint(
                condition=Q(corrects=None, reason=None) | Q(corrects__isnull=False, reason__isnull=False),
                name="correction_has_its_reason",
            ),
        )
        indexes = (models.Index(fields=["goal", "rated_at"], name="ratings_of_goal"),)

    class Privacy:
        """Health data."""

        fields: ClassVar = {
            "pseudonymous": (
                "goal", "rater", "mode", "occasion", "given_on", "corrects", "rated_at", "entered_by", "key",
            ),
            "health": ("level", "gas_level"),
            "free_text": ("reason",),
        }  # fmt: skip

    @property
    def participant(self) -> object:
        """Whom it is about."""
        return self.goal.participant

    @property
    def on(self) -> date:
        """The day on which it was given; of a correction, the day of what it corrects."""
        if self.given_on is None and self.corrects is not None:
            return self.corrects.on
        return self.given_on or clock.local(self.rated_at).date()


class ArmGuess(models.Model):
    """Which arm the physiotherapist took a person to be in, asked at a visit before any goal is shown as rated."""

    participant = models.ForeignKey("people.Participant", on_delete=models.PROTECT, related_name="+")
    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="+")
    arm = EncryptedTextField(null=True)  # a code of the protocol; None: does not know
    sure = models.CharField(max_length=20, choices=Sureness, blank=True)
    had_been_told = models.BooleanField()
    guessed_at = models.DateTimeField()
    guessed_by = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    key = models.UUIDField(unique=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["visit", "guessed_by"], name="guess_once_a_visit"),
            models.CheckConstraint(
                condition=Q(arm=None, sure="") | Q(arm__isnull=False, sure__in=Sureness.values),
                name="guess_says_how_sure",
            ),
        )

    class Privacy:
        """What somebody believes of an arm can tell it: read by whoever wrote it, and by the system."""

        fields: ClassVar = {
            "reveals_arm": ("arm", "sure", "had_been_told"),
            "pseudonymous": ("participant", "visit", "guessed_at", "guessed_by", "key"),
        }


class ArmTold(models.Model):
    """That the arm became known to the physiotherapist: through whom, how, when. Never which arm it is."""

    participant = models.ForeignKey("people.Participant", on_delete=models.PROTECT, related_name="+")
    told_by = models.CharField(max_length=20, choices=ToldBy)
    how = models.CharField(max_length=20, choices=ToldHow)
    told_on = models.DateField()
    words = EncryptedTextField()
    kept_at = models.DateTimeField()
    kept_by = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    key = models.UUIDField(unique=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(told_by__in=ToldBy.values), name="told_by_somebody"),
            models.CheckConstraint(condition=Q(how__in=ToldHow.values), name="told_somehow"),
        )

    class Privacy:
        """The words can tell the arm: read by whoever wrote them, and by the system."""

        fields: ClassVar = {
            "reveals_arm": ("words",),
            "pseudonymous": ("participant", "told_by", "how", "told_on", "kept_at", "kept_by", "key"),
        }
