"""Tables of what goes out: one row per message with a key of its own, and what was in fact sent.

A row says what might be sent and when. Whether it is still due is decided at the moment of sending, so that no
reminder follows an answer: see `tasks`.
"""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from stegvis.audit.fields import EncryptedTextField


class State(models.TextChoices):
    """What became of a planned message.

    sending: being handed over; one that stays there may have gone out or not. failed: could not be written. refused: not
    taken, and another row tries again, or somebody has seen to it. undelivered: not taken, and no further try by this way.
    """

    PLANNED = "planned"
    SENDING = "sending"
    SENT = "sent"
    NOT_DUE = "not_due"
    FAILED = "failed"
    REFUSED = "refused"
    UNDELIVERED = "undelivered"
    CANCELLED = "cancelled"


class PlannedMessage(models.Model):
    """A message that may go out: to a participant or to a member of staff."""

    key = models.CharField(max_length=120, unique=True)
    participant = models.ForeignKey("people.Participant", null=True, on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=40)
    occasion = models.CharField(max_length=60, blank=True)
    step = models.CharField(max_length=60, blank=True)
    channel = models.CharField(max_length=10, choices={"email": "email", "sms": "sms"}, default="email")
    target = models.CharField(max_length=200, blank=True)
    text = models.CharField(max_length=60)
    due_at = models.DateTimeField()
    state = models.CharField(max_length=12, choices=State, default=State.PLANNED)
    state_since = models.DateTimeField()
    again_of = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")  # the first try
    tried = models.PositiveSmallIntegerField(default=0)  # how often before, by this way

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(again_of__isnull=False) | Q(tried=0), name="first_try_is_the_first"),
        )
        indexes = (
            models.Index(fields=["state_since"], condition=Q(state="undelivered"), name="what_was_not_delivered"),
            models.Index(fields=["due_at"], condition=Q(state="planned"), name="what_is_due"),
            models.Index(fields=["participant", "state"], name="planned_for_participant"),
        )

    class Privacy:
        """Pseudonymous: kinds and times are the same in every arm but for the programme's own."""

        fields: ClassVar = {
            "pseudonymous": (
                "key", "participant", "account", "occasion", "step", "channel", "target", "due_at", "state",
                "state_since", "again_of", "tried",
            ),
            "reveals_arm": ("kind", "text"),
        }  # fmt: skip


class Channel(models.TextChoices):
    """How somebody wants to be reminded; none is of the programme only, since the questions are everybody's."""

    EMAIL = "email", _("e-mail")
    SMS = "sms", _("text message")
    NONE = "none", _("no reminders")


class Preference(models.Model):
    """How, at which hour and when not somebody wants to be reminded; the newest row counts.

    Way and hour are of all reminders, a quiet time and none of the programme's alone.
    """

    participant = models.ForeignKey("people.Participant", on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=10, choices=Channel)
    hour = models.PositiveSmallIntegerField()
    quiet_from = models.DateField(null=True)
    quiet_until = models.DateField(null=True)
    set_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["participant", "-id"], name="newest_preference"),)

    class Privacy:
        """Everybody may have one, but those who have the programme sooner do: hidden from staff."""

        fields: ClassVar = {
            "reveals_arm": ("participant", "channel", "hour", "quiet_from", "quiet_until", "set_at"),
        }


class Sent(models.Model):
    """A message that went out, word for word, encrypted. Never changed."""

    planned = models.OneToOneField(PlannedMessage, on_delete=models.PROTECT, related_name="sent")
    address = EncryptedTextField()
    subject = EncryptedTextField()
    body = EncryptedTextField()
    sent_at = models.DateTimeField()

    class Privacy:
        """Identity and letters."""

        fields: ClassVar = {
            "identity": ("address",),
            "free_text": ("subject", "body"),
            "pseudonymous": ("planned", "sent_at"),
        }


class Way(models.TextChoices):
    """How a closing letter went."""

    POST = "post", _("by post")
    HANDED = "handed", _("handed to the person")
    RECORD = "record", _("in the care record")


class ClosingLetter(models.Model):
    """What a participant's clinic was told at the end, word for word; it holds no arm and no score. Never changed."""

    participant = models.ForeignKey("people.Participant", on_delete=models.PROTECT, related_name="+")
    recipient = EncryptedTextField()
    body = EncryptedTextField()
    way = models.CharField(max_length=20, choices=Way)
    sent_on = models.DateField()
    recorded_by = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    key = models.UUIDField(unique=True)

    class Meta:
        indexes = (models.Index(fields=["participant"], name="closing_letters_of"),)

    class Privacy:
        """A letter with a name in it."""

        fields: ClassVar = {
            "identity": ("recipient",),
            "free_text": ("body",),
            "pseudonymous": ("participant", "way", "sent_on", "recorded_by", "recorded_at", "key"),
        }


class Round(models.Model):
    """A coordinator reminded several people of the same occasion at once, with the same text. Never changed."""

    occasion = models.CharField(max_length=60)
    step = models.CharField(max_length=60)  # of the protocol's ladder, whose text it was
    reminded = models.PositiveIntegerField()
    by = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    key = models.UUIDField(unique=True)

    class Privacy:
        """About nobody in particular: who was written to stands in the planned messages."""

        fields: ClassVar = {"pseudonymous": ("occasion", "step", "reminded", "by", "at", "key")}
