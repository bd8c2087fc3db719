"""Tables of goals: the goals, their levels and ratings, and what a physiotherapist believed or was told of the arm.

A goal can be set aside until it is locked; from then on the database itself refuses any change. Ratings are never changed:
a correction is a new row. Words lie encrypted.
"""

from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from stegvis.audit import clock
from stegvis.audit.fields import EncryptedTextField

MOST_WEEKS = 260
LOWEST, EXPECTED, HIGHEST = -2, 0, 2
STARTS = (-2, -1)
"""The levels of goal attainment scaling, and those at which a person can be when a goal is set (Kiresuk & Sherman 1968)."""


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
    visit = models.ForeignKey("physiotherapy.Visit", on_delete=models.PROTECT, related_name="+")
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

        store = "research"
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

        store = "research"
        fields: ClassVar = {
            "reveals_arm": ("words",),
            "pseudonymous": ("participant", "told_by", "how", "told_on", "kept_at", "kept_by", "key"),
        }
