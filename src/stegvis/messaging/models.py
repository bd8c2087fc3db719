"""Tables of the conversation between a participant and those who care for them.

One thread for each channel. A message never changes; that it was read is set once. What is written lies encrypted and is
seen by the participant and by the channel's own role at their site only: row-level security says so to the database.
"""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from stegvis.audit.fields import EncryptedTextField
from stegvis.people.models import Role


class Channel(models.TextChoices):
    """With whom the participant writes."""

    THERAPIST = "therapist", _("Your therapist")
    PHYSIOTHERAPIST = "physiotherapist", _("Your physiotherapist")
    STUDY = "study", _("The study")


ANSWERED_BY: dict[str, str] = {
    Channel.THERAPIST: Role.THERAPIST,
    Channel.PHYSIOTHERAPIST: Role.PHYSIOTHERAPIST,
    Channel.STUDY: Role.COORDINATOR,
}
"""The one role that reads and answers in each channel."""


class Message(models.Model):
    """Something written by a participant or to one."""

    participant = models.ForeignKey("people.Participant", on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=20, choices=Channel)
    author = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    author_role = models.CharField(max_length=20, choices=Role)
    body = EncryptedTextField()
    sent_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    key = models.UUIDField(unique=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(channel__in=Channel.values, author_role=Role.PARTICIPANT)
                | Q(channel=Channel.THERAPIST, author_role=Role.THERAPIST)
                | Q(channel=Channel.PHYSIOTHERAPIST, author_role=Role.PHYSIOTHERAPIST)
                | Q(channel=Channel.STUDY, author_role=Role.COORDINATOR),
                name="written_in_its_channel",
            ),
            models.CheckConstraint(
                condition=Q(read_at=None) | Q(read_at__gte=F("sent_at")), name="read_after_it_was_sent"
            ),
        )
        indexes = (
            models.Index(fields=["participant", "channel", "sent_at"], name="thread"),
            models.Index(fields=["participant", "channel"], condition=Q(read_at=None), name="unread_messages"),
        )

    class Privacy:
        """Free text; that there is a thread with a therapist tells the arm."""

        fields: ClassVar = {
            "free_text": ("body",),
            "reveals_arm": ("channel", "author", "author_role"),
            "pseudonymous": ("participant", "sent_at", "read_at", "key"),
        }

    @property
    def from_participant(self) -> bool:
        """Whether the participant wrote it."""
        return self.author_role == Role.PARTICIPANT


class Waiting(models.Model):
    """A participant waits for an answer in a channel. Made and removed by the actions; the messages are the truth."""

    participant = models.ForeignKey("people.Participant", on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=20, choices=Channel)
    since = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["participant", "channel"], name="waits_once_per_channel"),)
        indexes = (models.Index(fields=["channel", "since"], name="longest_waiting"),)

    class Privacy:
        """That someone waits for a therapist tells the arm."""

        fields: ClassVar = {"reveals_arm": ("channel",), "pseudonymous": ("participant", "since")}


class Answer(models.Model):
    """A wait that ended with an answer: from when until when. What needed no answer is not among them."""

    participant = models.ForeignKey("people.Participant", on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=20, choices=Channel)
    account = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField()
    answered_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(answered_at__gte=F("since")), name="answered_after_it_was_asked"),
        )
        indexes = (
            models.Index(fields=["answered_at"], name="answers_by_time"),
            models.Index(fields=["account", "answered_at"], name="answers_of_clinician"),
        )

    class Privacy:
        """That a therapist answered tells the arm."""

        fields: ClassVar = {
            "reveals_arm": ("channel", "account"),
            "pseudonymous": ("participant", "since", "answered_at"),
        }
