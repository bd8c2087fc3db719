"""Tables of monitoring: data queries with their threads, what quality checks found, and how far the checks have come.

Nothing here tells an arm: queries and findings are about what every arm is asked alike.
"""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from stegvis.audit.fields import EncryptedTextField


class Origin(models.TextChoices):
    """Where a data query comes from."""

    RULE = "rule", _("an edit check of the protocol")
    FINDING = "finding", _("a quality check")
    HAND = "hand", _("a colleague")


class State(models.TextChoices):
    """Where a data query stands; all but the last are open (the lock waits for them)."""

    OPEN = "open", _("open")
    ANSWERED = "answered", _("answered")
    REOPENED = "reopened", _("open again")
    CLOSED = "closed", pgettext_lazy("of a data query", "closed")


class AskedOf(models.TextChoices):
    """Who at the site answers."""

    OUTCOME_ASSESSOR = "outcome_assessor", _("outcome assessor")
    COORDINATOR = "coordinator", _("coordinator")
    PHYSIOTHERAPIST = "physiotherapist", _("physiotherapist")


class DataQuery(models.Model):
    """A question about a datum (ICH E6: data query). What was asked never changes; only where it stands does.

    The datum is an answer (occasion, instrument, item), a questionnaire (occasion, instrument), an occasion, a visit, or,
    with all of them empty, something else about the person. `value` is what it was when it was asked about.
    """

    participant = models.ForeignKey("people.Participant", on_delete=models.PROTECT, related_name="+")
    origin = models.CharField(max_length=10, choices=Origin)
    rule = models.CharField(max_length=60, blank=True)  # the code of an edit check, or the kind of a finding
    occasion = models.CharField(max_length=60, blank=True)
    instrument = models.CharField(max_length=60, blank=True)
    item = models.CharField(max_length=120, blank=True)
    visit = models.PositiveSmallIntegerField(null=True)
    asked_of = models.CharField(max_length=20, choices=AskedOf)
    question = EncryptedTextField(null=True)  # of a query by hand; a rule's words stand in the protocol
    value = models.JSONField(null=True)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    raised_by = models.ForeignKey("people.Account", on_delete=models.PROTECT, null=True, related_name="+")
    raised_at = models.DateTimeField()
    key = models.UUIDField(unique=True, null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(state__in=State.values), name="query_state"),
            models.UniqueConstraint(
                fields=["rule", "participant", "occasion", "instrument", "item"],
                condition=~Q(rule=""),
                name="a_rule_asks_once",
            ),
        )
        indexes = (
            models.Index(fields=["raised_at"], condition=~Q(state="closed"), name="queries_not_closed"),
            models.Index(fields=["participant", "raised_at"], name="queries_of_participant"),
        )

    class Privacy:
        """Health data; the question is free text."""

        fields: ClassVar = {
            "health": ("value",),
            "free_text": ("question",),
            "pseudonymous": (
                "participant", "origin", "rule", "occasion", "instrument", "item", "visit", "asked_of", "state",
                "raised_by", "raised_at", "key",
            ),
        }  # fmt: skip

    @property
    def is_open(self) -> bool:
        """Whether anything remains to be done."""
        return self.state != State.CLOSED


class QueryStep(models.Model):
    """One thing said or done in a query's thread. Rows are added, never changed; without an account the system did it."""

    query = models.ForeignKey(DataQuery, on_delete=models.PROTECT, related_name="steps")
    state = models.CharField(max_length=10, choices=State)  # where the query stood after it
    words = EncryptedTextField(null=True)
    value = models.JSONField(null=True)  # what the datum was then, where a rule looked at it
    correction = models.ForeignKey("assessments.Correction", on_delete=models.PROTECT, null=True, related_name="+")
    account = models.ForeignKey("people.Account", on_delete=models.PROTECT, null=True, related_name="+")
    taken_at = models.DateTimeField()
    key = models.UUIDField(unique=True, null=True)

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(state__in=State.values), name="query_step_state"),)
        indexes = (models.Index(fields=["query", "id"], name="thread_of_query"),)

    class Privacy:
        """Health data; words are free text."""

        fields: ClassVar = {
            "health": ("value",),
            "free_text": ("words",),
            "pseudonymous": ("query", "state", "correction", "account", "taken_at", "key"),
        }


class Checked(models.Model):
    """How far the edit checks of one protocol have looked at what was sent and corrected. One row a protocol, moved on."""

    protocol = models.CharField(max_length=64, unique=True)
    until = models.DateTimeField()
    looked_at = models.DateTimeField()

    class Privacy:
        """Nothing about a person."""

        fields: ClassVar = {"public": ("protocol", "until", "looked_at")}


class AnswerPattern(models.Model):
    """What quality checks need of the answers of one occasion as they were first sent.

    `digest` is the same for the same answers to the same questions; `seconds` from the first answer kept to the last, on
    the web alone.
    """

    assessment = models.OneToOneField("assessments.Assessment", on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64)
    answered = models.PositiveSmallIntegerField()
    seconds = models.FloatField(null=True)
    kept_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["digest"], name="same_answers"),)

    class Privacy:
        """A digest of health data can be guessed, and so is treated like them."""

        fields: ClassVar = {"health": ("digest",), "pseudonymous": ("assessment", "answered", "seconds", "kept_at")}


class DigitCount(models.Model):
    """How often the values of a site's answers on a line ended in each digit. Counted on, never back."""

    site = models.ForeignKey("people.Site", on_delete=models.PROTECT, related_name="+")
    instrument = models.CharField(max_length=60)
    item = models.CharField(max_length=120)
    digit = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["site", "instrument", "item", "digit"], name="one_count_a_digit"),
            models.CheckConstraint(condition=Q(digit__lte=9), name="a_digit"),
        )

    class Privacy:
        """Counts of a site."""

        fields: ClassVar = {"public": ("site", "instrument", "item", "digit", "number")}


class FindingKind(models.TextChoices):
    """What a quality check looks for in the answers of one person."""

    SAME_ANSWERS = "same_answers", _("the same answers as somebody else")
    STRAIGHT_LINE = "straight_line", _("the same option throughout")
    TOO_FAST = "too_fast", _("faster than can be read")


class Finding(models.Model):
    """Answers that look unlike answers. A finding is a reason to ask, and proves nothing."""

    kind = models.CharField(max_length=20, choices=FindingKind)
    assessment = models.ForeignKey("assessments.Assessment", on_delete=models.PROTECT, related_name="+")
    instrument = models.CharField(max_length=60, blank=True)
    facts = models.JSONField()
    found_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(kind__in=FindingKind.values), name="finding_kind"),
            models.UniqueConstraint(fields=["kind", "assessment", "instrument"], name="found_once"),
        )
        indexes = (models.Index(fields=["-found_at"], name="newest_findings"),)

    class Privacy:
        """About answers."""

        fields: ClassVar = {"health": ("kind", "facts"), "pseudonymous": ("assessment", "instrument", "found_at")}

    @property
    def participant(self) -> models.Model:
        """Whose answers they are."""
        return self.assessment.participant
