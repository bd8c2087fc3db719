"""Tables of the allocation. Every one is append-only, and the places are sealed.

A place's block and arm are encrypted one by one with the key outside the database. Each is bound to its list, stratum
and position, so that values moved between rows do not open; and all are padded to one length, since the length of a
ciphertext would tell a long arm's name from a short one's. The second wall is row-level security: places and
allocations show only within `queries.opened()`.
"""

from typing import ClassVar

from cryptography.exceptions import InvalidTag
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from stegvis.allocation.errors import PlaceDamaged
from stegvis.audit.fields import EncryptedTextField, seal, unseal

SEALED_CHARACTERS = 48


class SeedKind(models.TextChoices):
    """Where the seed of a list came from."""

    TYPED = "typed"
    ENTROPY = "entropy"


class Sequence(models.Model):
    """One allocation list as loaded. Lists are used in the order in which they came."""

    number = models.PositiveIntegerField(unique=True)
    sha256 = models.CharField(max_length=64, unique=True)
    generator = models.CharField(max_length=60)
    seed_kind = models.CharField(max_length=10, choices=SeedKind)
    n_places = models.PositiveIntegerField()
    loaded_at = models.DateTimeField()
    loaded_by_code = models.CharField(max_length=40)

    class Privacy:
        """Nothing of what the list says."""

        fields: ClassVar = {
            "public": ("number", "sha256", "generator", "seed_kind", "n_places", "loaded_at", "loaded_by_code")
        }


class SettingAside(models.Model):
    """A list from which nobody is allocated any more, because it may have become known. What was allocated stands."""

    sequence = models.OneToOneField(Sequence, on_delete=models.PROTECT, related_name="setting_aside")
    reason = models.TextField()
    set_aside_at = models.DateTimeField()
    by_code = models.CharField(max_length=40)

    class Privacy:
        """The reason is free text written by staff."""

        fields: ClassVar = {"public": ("sequence", "set_aside_at", "by_code"), "free_text": ("reason",)}


class Place(models.Model):
    """One place of a list. Its block and arm are opened by `block_number` and `arm_code` only."""

    sequence = models.ForeignKey(Sequence, on_delete=models.PROTECT, related_name="places")
    stratum = models.CharField(max_length=120)
    position = models.PositiveIntegerField()
    block = models.BinaryField()
    arm = models.BinaryField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["sequence", "stratum", "position"], name="one_place_per_position"),
            models.CheckConstraint(condition=Q(position__gte=1), name="positions_from_one"),
        )

    class Privacy:
        """Tells the arm, and with the block the arms to come."""

        fields: ClassVar = {"reveals_arm": ("block", "arm"), "public": ("sequence", "stratum", "position")}

    @classmethod
    def sealed(cls, *, sequence: Sequence, stratum: str, position: int, block: int, arm: str) -> "Place":
        """An unsaved place with its block and arm sealed."""
        place = cls(sequence=sequence, stratum=stratum, position=position)
        place.block = seal(str(block).rjust(SEALED_CHARACTERS), place._bound_to("block"))
        place.arm = seal(arm.rjust(SEALED_CHARACTERS), place._bound_to("arm"))
        return place

    def arm_code(self) -> str:
        """The arm. Raises `PlaceDamaged` when the row does not hold what was sealed for it."""
        return self._unsealed("arm")

    def block_number(self) -> int:
        """The block, counted within the stratum. Raises `PlaceDamaged`."""
        return int(self._unsealed("block"))

    def _unsealed(self, column: str) -> str:
        try:
            return unseal(bytes(getattr(self, column)), self._bound_to(column)).strip()
        except InvalidTag:
            raise PlaceDamaged from None

    def _bound_to(self, column: str) -> bytes:
        return f"allocation_place.{column}|{self.sequence.sha256}|{self.stratum}|{self.position}".encode()


class Allocation(models.Model):
    """A participant has got a place. Stratum and position are the place's own: a trigger holds them to it, in order."""

    place = models.OneToOneField(Place, on_delete=models.PROTECT, related_name="allocation")
    participant = models.OneToOneField("people.Participant", on_delete=models.PROTECT, related_name="+")
    sequence = models.ForeignKey(Sequence, on_delete=models.PROTECT, related_name="allocations")
    stratum = models.CharField(max_length=120)
    position = models.PositiveIntegerField()
    allocated_at = models.DateTimeField()
    by_code = models.CharField(max_length=40)
    by_role = models.CharField(max_length=20)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["sequence", "stratum", "position"], name="one_allocation_per_position"),
        )

    class Privacy:
        """Pseudonymous; leads to the arm through the place."""

        fields: ClassVar = {
            "reveals_arm": ("place",),
            "pseudonymous": (
                "participant", "sequence", "stratum", "position", "allocated_at", "by_code", "by_role",
            ),
        }  # fmt: skip


class DisclosureKind(models.TextChoices):
    """Why someone was shown an allocation."""

    AT_ALLOCATION = "at_allocation", _("shown once when randomised")
    TOLD_PARTICIPANT = "told_participant", _("to tell the participant")
    LOOKUP = "lookup", _("looked up")
    EMERGENCY = "emergency", _("emergency")


class Disclosure(models.Model):
    """Someone was shown the arm of an allocation: who, when, why. The arm itself is not repeated here."""

    allocation = models.ForeignKey(Allocation, on_delete=models.PROTECT, related_name="disclosures")
    kind = models.CharField(max_length=20, choices=DisclosureKind)
    reason = EncryptedTextField()
    by_code = models.CharField(max_length=40)
    by_role = models.CharField(max_length=20)
    at = models.DateTimeField()

    shown_arm: str = ""
    """The arm, on the row that `actions.disclose` gives back and nowhere else; it is not a column."""

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["allocation"], condition=Q(kind="at_allocation"), name="result_shown_once"),
        )
        indexes = (models.Index(fields=["allocation", "at"], name="disclosures_in_order"),)

    class Privacy:
        """The reason is free text written by staff, and could tell the arm."""

        fields: ClassVar = {
            "pseudonymous": ("allocation", "kind", "by_code", "by_role", "at"),
            "free_text": ("reason",),
        }
