"""Tables of adverse events. Nothing in them is ever changed: what is known later is a further version.

What somebody said, and who wrote it down, stands apart from the event: words can give an arm away, and so can a writer who
meets people of one arm only. The assessor who must not know reads the event, its versions and the own judgements.
"""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from stegvis.audit.fields import EncryptedTextField


class Channel(models.TextChoices):
    """How an answer to the question of the protocol came in."""

    WEB = "web", _("own screen")
    PHONE = "phone", _("telephone")
    VISIT = "visit", _("visit")


class How(models.TextChoices):
    """How an event became known. Only what was solicited was asked of everybody alike."""

    SOLICITED = "solicited", _("answer to the question of the protocol")
    VOLUNTEERED = "volunteered", _("told by the person unasked")
    NOTICED = "noticed", _("noted by staff")


class Severity(models.TextChoices):
    """How strong it was; not the same as serious (ICH E2A, II.B)."""

    MILD = "mild", _("mild: noticed, daily life as usual")
    MODERATE = "moderate", _("moderate: daily life disturbed")
    SEVERE = "severe", _("severe: daily life impossible")


class Course(models.TextChoices):
    """How the event ended (ICH E2B: outcome of reaction)."""

    RECOVERED = "recovered", _("recovered")
    RECOVERING = "recovering", _("recovering")
    NOT_RECOVERED = "not_recovered", _("not recovered")
    SEQUELAE = "sequelae", _("recovered with lasting effects")
    FATAL = "fatal", _("died")
    UNKNOWN = "unknown", _("not known")


class Measure(models.TextChoices):
    """What was done about it; of no treatment by name, since a name would tell the arm."""

    NONE = "none", _("nothing")
    ADVICE = "advice", _("advice or reassurance")
    REDUCED = "reduced", _("study treatment made easier or slower")
    PAUSED = "paused", _("study treatment paused")
    STOPPED = "stopped", _("study treatment stopped")
    OTHER_CARE = "other_care", _("other care or medicine")


class Relation(models.TextChoices):
    """How likely an event is to be caused by something, from not at all upwards."""

    UNRELATED = "unrelated", _("not related")
    UNLIKELY = "unlikely", _("unlikely")
    POSSIBLE = "possible", _("possible")
    PROBABLE = "probable", _("probable")
    DEFINITE = "definite", _("certain")


RELATED = frozenset({Relation.POSSIBLE.value, Relation.PROBABLE.value, Relation.DEFINITE.value})
"""What counts as related: a causal relationship that cannot be ruled out (ICH E2A, II.A.2)."""

PROCEDURES = "procedures"
"""What an event is judged against beside the treatments: questionnaires, measurements, being asked."""


class Place(models.TextChoices):
    """Whose judgement it is: the site's, that of somebody who does not know the arm, or what both were settled to."""

    FIRST = "first", _("first assessor")
    SECOND = "second", _("second assessor")
    SETTLED = "settled", _("settled")


class Settling(models.TextChoices):
    """How a disagreement was settled."""

    CONSENSUS = "consensus", _("the two agreed")
    THIRD = "third", _("a third person decided")


class SolicitedAnswer(models.Model):
    """The answer to the question of the protocol at one of its times: whether anything is new or worse."""

    participant = models.ForeignKey("people.Participant", on_delete=models.PROTECT, related_name="+")
    moment = models.CharField(max_length=40)
    asked_on = models.DateField()
    said = models.BooleanField()
    channel = models.CharField(max_length=10, choices=Channel)
    answered_at = models.DateTimeField()
    answered_by = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    key = models.UUIDField(unique=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["participant", "moment"], name="asked_once_each_time"),)

    class Privacy:
        """Health data."""

        fields: ClassVar = {
            "pseudonymous": ("participant", "moment", "asked_on", "channel", "answered_at", "answered_by", "key"),
            "health": ("said",),
        }


class AdverseEvent(models.Model):
    """Something bad that happened to a participant, whatever the cause (ICH E2A, II.A.1), as it became known."""

    participant = models.ForeignKey("people.Participant", on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    how = models.CharField(max_length=12, choices=How)
    answer = models.OneToOneField(SolicitedAnswer, on_delete=models.PROTECT, null=True, related_name="event")
    needed_care = models.BooleanField(default=False)  # in hospital, or in danger, as it was told
    said_began_on = models.DateField(null=True)
    noticed_at = models.DateTimeField()
    key = models.UUIDField(unique=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["participant", "number"], name="events_are_numbered"),
            models.CheckConstraint(
                condition=Q(how=How.SOLICITED, answer__isnull=False) | (~Q(how=How.SOLICITED) & Q(answer=None)),
                name="solicited_has_an_answer",
            ),
        )

    class Privacy:
        """Health data; how it became known can be more frequent in one arm, and tells none of one person."""

        fields: ClassVar = {
            "pseudonymous": ("participant", "number", "answer", "noticed_at", "key"),
            "health": ("how", "needed_care", "said_began_on"),
        }


class EventWords(models.Model):
    """What was said of an event, in whose words, kept apart from it: both can give an arm away."""

    event = models.OneToOneField(AdverseEvent, on_delete=models.PROTECT, primary_key=True, related_name="told")
    words = EncryptedTextField()
    written_by = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")

    class Privacy:
        """Free text; a therapist as the writer would tell the arm."""

        fields: ClassVar = {
            "pseudonymous": ("event",),
            "free_text": ("words",),
            "reveals_arm": ("written_by",),
        }


class EventVersion(models.Model):
    """What is known of an event at one time; a correction or a follow-up is the next version, with its reason."""

    event = models.ForeignKey(AdverseEvent, on_delete=models.PROTECT, related_name="versions")
    version = models.PositiveSmallIntegerField()
    term = models.CharField(max_length=40)  # a code of the protocol's list
    narrative = EncryptedTextField()
    started_on = models.DateField()
    ended_on = models.DateField(null=True)  # None: goes on
    expected = models.BooleanField()
    severity = models.CharField(max_length=10, choices=Severity)
    measure = models.CharField(max_length=12, choices=Measure)
    course = models.CharField(max_length=14, choices=Course)
    changed_why = EncryptedTextField(null=True)
    written_at = models.DateTimeField()
    written_by = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    key = models.UUIDField(unique=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["event", "version"], name="versions_are_numbered"),
            models.CheckConstraint(condition=Q(ended_on=None) | Q(ended_on__gte=F("started_on")), name="ends_after"),
            models.CheckConstraint(
                condition=Q(version=1, changed_why=None) | Q(version__gt=1, changed_why__isnull=False),
                name="a_change_has_a_reason",
            ),
        )

    class Privacy:
        """Health data; the narrative is written so that it gives no arm away."""

        fields: ClassVar = {
            "pseudonymous": ("event", "version", "written_at", "written_by", "key"),
            "health": ("term", "started_on", "ended_on", "expected", "severity", "measure", "course"),
            "free_text": ("narrative", "changed_why"),
        }


CRITERIA = {
    "death": _("The person died."),
    "life_threatening": _("The person was in danger of dying from it at the time."),
    "hospitalisation": _("It led to a stay in hospital, or made one longer."),
    "disability": _("It led to a lasting or considerable disability."),
    "congenital": _("It led to a birth defect."),
    "important": _("It was important in another way: without treatment one of these could have followed."),
}
"""What makes an event serious, each asked by itself (ICH E2A, II.B), by the name of its field."""

ANY_CRITERION = (
    Q(death=True)
    | Q(life_threatening=True)
    | Q(hospitalisation=True)
    | Q(disability=True)
    | Q(congenital=True)
    | Q(important=True)
)


class EventAssessment(models.Model):
    """Whether an event is serious, by each criterion, and how it is related to each treatment and to the procedures.

    The newest row of each place counts. Every treatment of the trial is asked about, whichever the person has.
    """

    event = models.ForeignKey(AdverseEvent, on_delete=models.PROTECT, related_name="assessments")
    number = models.PositiveSmallIntegerField()
    place = models.CharField(max_length=8, choices=Place)
    death = models.BooleanField()
    life_threatening = models.BooleanField()
    hospitalisation = models.BooleanField()
    disability = models.BooleanField()
    congenital = models.BooleanField()
    important = models.BooleanField()
    serious = models.BooleanField()  # any of the six
    differs = models.BooleanField(default=False)  # from what the other of the two had said by then
    relations = models.JSONField()  # by treatment, and PROCEDURES, a Relation
    reason = EncryptedTextField(null=True)
    settled_how = models.CharField(max_length=10, choices=Settling, blank=True)
    of_version = models.PositiveSmallIntegerField()
    assessed_at = models.DateTimeField()
    assessed_by = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    key = models.UUIDField(unique=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["event", "place", "number"], name="assessments_are_numbered"),
            models.CheckConstraint(
                condition=Q(serious=True) & ANY_CRITERION | Q(serious=False) & ~ANY_CRITERION,
                name="serious_by_a_criterion",
            ),
            models.CheckConstraint(
                condition=Q(place=Place.SETTLED, settled_how__in=Settling.values)
                | (~Q(place=Place.SETTLED) & Q(settled_how="")),
                name="settled_somehow",
            ),
        )

    class Privacy:
        """Health data; the first assessor may know the arm, so that a relation to a treatment of one arm can tell it."""

        fields: ClassVar = {
            "pseudonymous": (
                "event", "number", "place", "settled_how", "of_version", "assessed_at", "assessed_by", "key",
            ),
            "health": (
                "death", "life_threatening", "hospitalisation", "disability", "congenital", "important", "serious",
                "differs",
            ),
            "reveals_arm": ("relations",),
            "free_text": ("reason",),
        }  # fmt: skip


class SeriousClock(models.Model):
    """By when an event that is, or may be, serious must have been told to whom the protocol says; runs once."""

    event = models.OneToOneField(AdverseEvent, on_delete=models.PROTECT, primary_key=True, related_name="clock")
    started_at = models.DateTimeField()
    tell_by = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["tell_by"], name="serious_by_deadline"),)

    class Privacy:
        """Pseudonymous."""

        fields: ClassVar = {"pseudonymous": ("event", "started_at", "tell_by")}


class SponsorTold(models.Model):
    """Somebody outside was told of a serious event: whom, when, and by whom."""

    event = models.ForeignKey(AdverseEvent, on_delete=models.PROTECT, related_name="tellings")
    told_to = EncryptedTextField()
    told_at = models.DateTimeField()
    told_by = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    key = models.UUIDField(unique=True)

    class Privacy:
        """Staff by code; who was told is free text."""

        fields: ClassVar = {"pseudonymous": ("event", "told_at", "told_by", "key"), "free_text": ("told_to",)}
