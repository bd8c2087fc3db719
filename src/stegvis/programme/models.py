"""Tables of the programme as delivered. A course exists in some arms only: every row here tells the arm.

Drafts are the one thing that is overwritten: a person's words on their way, saved every few seconds, without an event.
Sending homework freezes them in a row that never changes.
"""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from stegvis.audit.days import day_of
from stegvis.audit.fields import EncryptedTextField
from stegvis.audit.releases import PHYSIOTHERAPIST as PHYSIOTHERAPIST
from stegvis.audit.releases import PROFESSIONS as PROFESSIONS
from stegvis.audit.releases import PSYCHOLOGIST as PSYCHOLOGIST
from stegvis.audit.releases import Published, Signed
from stegvis.programme.delivery_tables import Agreement as Agreement
from stegvis.programme.delivery_tables import Contact as Contact
from stegvis.programme.delivery_tables import ContactKind as ContactKind
from stegvis.programme.delivery_tables import ContactMode as ContactMode
from stegvis.programme.delivery_tables import ContactOutcome as ContactOutcome
from stegvis.programme.delivery_tables import Hold as Hold
from stegvis.programme.delivery_tables import Pause as Pause
from stegvis.programme.dose_tables import DayInView as DayInView
from stegvis.programme.dose_tables import PartOpening as PartOpening
from stegvis.programme.dose_tables import PracticeReport as PracticeReport
from stegvis.programme.worksheets.models import WorksheetDraft as WorksheetDraft
from stegvis.programme.worksheets.models import WorksheetEntry as WorksheetEntry
from stegvis.programme.worksheets.models import WorksheetShare as WorksheetShare

PAGE, CALL, ADJUSTED = "page", "call", "adjusted"
"""How a therapist's time came about: measured while a page was visible, entered for a telephone call, or set right."""


class Release(Published):
    """One published version of the programme, whole, in all its languages, immutable and hashed."""

    class Privacy:
        """Ours to show to those who have the programme."""

        store = "house"
        fields: ClassVar = {"public": ("sha256", "content", "published_at")}


class Review(Signed):
    """A named clinician of a profession has signed a release in a language.

    Without all that it needs (`queries.missing_signatures`) a release is for demonstration only. A signature from before
    professions were kept has none, and counts for none.
    """

    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="reviews")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["release", "language", "profession", "reviewer"], name="signed_once"),
        )

    class Privacy:
        """Staff by name, as they signed."""

        store = "house"
        fields: ClassVar = {"public": ("release", "language", "reviewer", "profession", "signed_at")}


class Course(models.Model):
    """One participant's way through a release."""

    participant = models.OneToOneField(
        "people.Participant", on_delete=models.PROTECT, primary_key=True, related_name="+"
    )
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="+")
    opens_on = models.DateField()
    made_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True)

    class Privacy:
        """Tells the arm."""

        fields: ClassVar = {"reveals_arm": ("participant", "release", "opens_on", "made_at", "stopped_at")}


class ModuleOpening(models.Model):
    """A module became open to a participant."""

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="openings")
    module = models.CharField(max_length=60)
    number = models.PositiveSmallIntegerField()
    opened_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["course", "module"], name="opened_once"),)

    class Privacy:
        """Tells the arm."""

        fields: ClassVar = {"reveals_arm": ("course", "module", "number", "opened_at")}

    @property
    def participant(self) -> models.Model:
        """Whose it is."""
        return self.course.participant


class PartReading(models.Model):
    """A part of a module was read to its end, in full or in its short version; on a low-energy day that is told apart."""

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="readings")
    module = models.CharField(max_length=60)
    part = models.PositiveSmallIntegerField()
    length = models.CharField(max_length=10, choices={"full": "full", "short": "short"})
    low_energy = models.BooleanField(default=False)
    finished_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["course", "module", "part"], name="part_once"),)
        indexes = (models.Index(fields=["course", "finished_at"], name="parts_by_day"),)

    class Privacy:
        """Tells the arm; a low-energy day is health data."""

        fields: ClassVar = {
            "health": ("low_energy",),
            "reveals_arm": ("course", "module", "part", "length", "finished_at"),
        }

    @property
    def participant(self) -> models.Model:
        """Whose it is."""
        return self.course.participant


class Draft(models.Model):
    """What a participant has written in a field and not sent: the one thing that is overwritten."""

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="drafts")
    module = models.CharField(max_length=60)
    field = models.CharField(max_length=60)
    value = EncryptedTextField()
    saved_at = models.DateTimeField()
    saved_on = day_of("saved_at")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["course", "module", "field"], name="draft_once"),)
        indexes = (models.Index(fields=["course", "saved_on"], name="drafts_by_day"),)

    class Privacy:
        """The person's own words."""

        fields: ClassVar = {
            "free_text": ("value",),
            "reveals_arm": ("course", "module", "field", "saved_at", "saved_on"),
        }


class Homework(models.Model):
    """What a participant sent of a module, word for word; `round` is above 1 when they were asked for a part again."""

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="homework")
    module = models.CharField(max_length=60)
    number = models.PositiveSmallIntegerField()
    round = models.PositiveSmallIntegerField(default=1)
    content = EncryptedTextField()
    sent_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)
    key = models.UUIDField(unique=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["course", "module", "round"], name="homework_once_a_round"),)
        indexes = (
            models.Index(fields=["sent_at"], condition=Q(answered_at=None), name="homework_waiting"),
            # Rows are wide: what a worklist counts stands in the index itself.
            models.Index(
                fields=["course", "sent_at"], include=["module", "number", "answered_at"], name="homework_by_day"
            ),
        )

    class Privacy:
        """The person's own words."""

        fields: ClassVar = {
            "free_text": ("content",),
            "reveals_arm": ("course", "module", "number", "round", "sent_at", "answered_at", "opened_at", "key"),
        }

    @property
    def participant(self) -> models.Model:
        """Whose it is."""
        return self.course.participant

    @property
    def feedback(self) -> "Feedback | None":
        """The answer that was not taken back, if there is one; without a query where it was read along (`standing`)."""
        if hasattr(self, "standing"):
            return next(iter(self.standing), None)
        return self.answers.filter(taken_back_at=None).first()


class Feedback(models.Model):
    """A therapist's answer to homework, with the moves that were in it (`methods.programme`'s transparent rules).

    `opens` is the module that it opens and `again_part` the part that it asks for again, both once it has reached the
    person. One that was taken back before that stays, and another may be sent in its place. `rules` is the version of the
    rules that found the marks; empty where the protocol has them switched off.
    """

    homework = models.ForeignKey(Homework, on_delete=models.PROTECT, related_name="answers")
    text = EncryptedTextField()
    marks = models.JSONField(default=list)
    rules = models.CharField(max_length=10, blank=True)
    opens = models.CharField(max_length=60, blank=True)
    again_part = models.PositiveSmallIntegerField(null=True)
    account = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    taken_back_at = models.DateTimeField(null=True)
    key = models.UUIDField(unique=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["homework"], condition=Q(taken_back_at=None), name="one_standing_answer"),
        )
        indexes = (
            models.Index(fields=["sent_at"], condition=Q(taken_back_at=None) & ~Q(opens=""), name="answers_that_open"),
            models.Index(fields=["account", "sent_at"], name="answers_by_therapist"),
        )

    class Privacy:
        """The therapist's words to a person."""

        fields: ClassVar = {
            "free_text": ("text",),
            "reveals_arm": (
                "homework", "marks", "rules", "opens", "again_part", "account", "sent_at", "read_at", "taken_back_at",
                "key",
            ),
        }  # fmt: skip

    @property
    def participant(self) -> models.Model:
        """To whom it is."""
        return self.homework.course.participant


class ReplyDraft(models.Model):
    """A therapist's answer on its way; overwritten until it is sent."""

    homework = models.OneToOneField(Homework, on_delete=models.PROTECT, related_name="reply_draft")
    text = EncryptedTextField()
    saved_at = models.DateTimeField()

    class Privacy:
        """The therapist's words."""

        fields: ClassVar = {"free_text": ("text",), "reveals_arm": ("homework", "saved_at")}


class GuidanceTime(models.Model):
    """How long a therapist worked for one participant: measured while the page was visible, or entered for a call.

    What was measured wrongly is set right by a row more (`adjusted`, with the difference and a reason); the old stay.
    """

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="guidance")
    account = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    seconds = models.IntegerField()
    kind = models.CharField(max_length=20, choices={PAGE: "page", CALL: "call", ADJUSTED: "adjusted"})
    reason = EncryptedTextField(null=True)
    on = models.DateField()
    kept_at = models.DateTimeField()
    key = models.UUIDField(unique=True, null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(seconds__gte=0) | Q(kind=ADJUSTED), name="time_is_time"),
            models.CheckConstraint(condition=~Q(kind=ADJUSTED) | Q(reason__isnull=False), name="adjusted_for_a_reason"),
        )
        indexes = (models.Index(fields=["course", "on"], name="guidance_by_day"),)

    class Privacy:
        """Tells the arm; a reason may tell more."""

        fields: ClassVar = {
            "free_text": ("reason",),
            "reveals_arm": ("course", "account", "seconds", "kind", "on", "kept_at", "key"),
        }

    @property
    def participant(self) -> models.Model:
        """For whom it was."""
        return self.course.participant


class Note(models.Model):
    """A therapist's note in a person's record: never changed and never removed; a correction is another note."""

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="notes")
    text = EncryptedTextField()
    account = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    key = models.UUIDField(unique=True)

    class Meta:
        indexes = (models.Index(fields=["course", "written_at"], name="notes_in_order"),)

    class Privacy:
        """A clinician's words about a person."""

        fields: ClassVar = {"free_text": ("text",), "reveals_arm": ("course", "account", "written_at", "key")}

    @property
    def participant(self) -> models.Model:
        """About whom it is."""
        return self.course.participant


class OwnSnippet(models.Model):
    """A sentence of a therapist's own library; changing it makes another one and ends this one."""

    account = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    group = models.CharField(max_length=20)
    language = models.CharField(max_length=5)
    text = EncryptedTextField()
    made_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)
    key = models.UUIDField(unique=True)

    class Meta:
        indexes = (models.Index(fields=["account"], condition=Q(removed_at=None), name="own_snippets"),)

    class Privacy:
        """A therapist's own sentences, about nobody."""

        store = "house"
        fields: ClassVar = {
            "free_text": ("text",),
            "pseudonymous": ("account", "group", "language", "made_at", "removed_at", "key"),
        }
