"""Tables of the allocation. Every one is append-only, and the places are sealed.

In a minimised trial a place holds a random number, and a `Draw` the arm that it became when somebody came, with that
person's levels and, sealed as well, the margins after them; so one row says all that the next allocation needs.

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
from stegvis.methods.randomisation.design import BLOCKS, EVERYBODY
from stegvis.methods.randomisation.margins import Minimise
from stegvis.methods.study.protocol import STRATUM_SEPARATOR

SEALED_CHARACTERS = 48
LEVEL = "="
"""Between a factor and its level."""


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
    method = models.CharField(max_length=20, default=BLOCKS)
    head = models.BinaryField(null=True)
    is_reserve = models.BooleanField(default=False)

    class Privacy:
        """The method stands in the protocol; the head holds its parameters, with which arms could be foreseen."""

        fields: ClassVar = {
            "public": (
                "number", "sha256", "generator", "seed_kind", "n_places", "loaded_at", "loaded_by_code", "method",
                "is_reserve",
            ),
            "reveals_arm": ("head",),
        }  # fmt: skip

    def seal_head(self, head: str) -> None:
        """Seal what stands at the head of a list without blocks."""
        self.head = seal(head, self._bound_to()) if head else None

    def head_text(self) -> str:
        """The head, "" for permuted blocks. Raises `PlaceDamaged`."""
        try:
            return unseal(bytes(self.head), self._bound_to()) if self.head is not None else ""
        except InvalidTag:
            raise PlaceDamaged from None

    @property
    def is_minimised(self) -> bool:
        """Whether its places hold numbers, from which arms are computed when people come."""
        return self.method == Minimise.method

    def stratum_of(self, stratum: str) -> str:
        """Which of its strata serves somebody of this stratum: of a minimised trial there is one for everybody."""
        return EVERYBODY if self.is_minimised else stratum

    def _bound_to(self) -> bytes:
        return f"allocation_sequence.head|{self.sha256}".encode()


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

    def seal_drawn(self, arm: str) -> bytes:
        """The arm that this place's number became, sealed for this place."""
        return seal(arm.rjust(SEALED_CHARACTERS), self._bound_to("drawn"))

    def drawn_code(self, sealed: bytes | memoryview) -> str:
        """The arm that `seal_drawn` sealed. Raises `PlaceDamaged`."""
        return self._opened(sealed, "drawn")

    def block_number(self) -> int:
        """The block, counted within the stratum. Raises `PlaceDamaged`."""
        return int(self._unsealed("block"))

    def _unsealed(self, column: str) -> str:
        return self._opened(getattr(self, column), column)

    def _opened(self, sealed: bytes | memoryview, column: str) -> str:
        try:
            return unseal(bytes(sealed), self._bound_to(column)).strip()
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

    def arm_code(self) -> str:
        """The arm of this allocation: its place's, or what was drawn there. Raises `PlaceDamaged`."""
        drawn: Draw | None = getattr(self, "draw", None)
        return self.place.drawn_code(drawn.arm) if drawn else self.place.arm_code()

    def own_stratum(self) -> str:
        """The person's stratum, also where the list is one for everybody."""
        drawn: Draw | None = getattr(self, "draw", None)
        if drawn is None:
            return self.stratum
        return STRATUM_SEPARATOR.join(level.partition(LEVEL)[2] for level in drawn.levels.split(STRATUM_SEPARATOR))


class Draw(models.Model):
    """A person counted at the margins: who they are by their levels (`site=BJ/age=under50`), and the arm that they got."""

    allocation = models.OneToOneField(Allocation, on_delete=models.PROTECT, related_name="draw")
    number = models.PositiveIntegerField(unique=True)
    levels = models.CharField(max_length=240)
    arm = models.BinaryField()
    margins = models.BinaryField()

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(number__gte=1), name="draws_from_one"),)

    class Privacy:
        """Arm and margins tell arms; the levels are the stratum of the person."""

        fields: ClassVar = {
            "reveals_arm": ("arm", "margins"),
            "pseudonymous": ("allocation", "number", "levels"),
        }


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
        indexes = (
            models.Index(fields=["allocation", "at"], name="disclosures_in_order"),
            models.Index(fields=["at"], condition=Q(kind="emergency"), name="emergencies"),
        )

    class Privacy:
        """The reason is free text written by staff, and could tell the arm."""

        fields: ClassVar = {
            "pseudonymous": ("allocation", "kind", "by_code", "by_role", "at"),
            "free_text": ("reason",),
        }


class Informing(models.Model):
    """A second person was informed that an arm had been shown in an emergency."""

    disclosure = models.OneToOneField(Disclosure, on_delete=models.PROTECT, related_name="informing")
    whom = models.CharField(max_length=120)
    by_code = models.CharField(max_length=40)
    at = models.DateTimeField()

    class Privacy:
        """`whom` is a name or a code of staff, as somebody wrote it."""

        fields: ClassVar = {"pseudonymous": ("disclosure", "by_code", "at"), "free_text": ("whom",)}


class Learner(models.TextChoices):
    """Who came to know an arm that was not to be known to them."""

    ASSESSOR = "assessor", _("whoever takes the answers or calls")
    PHYSIOTHERAPIST = "physiotherapist", _("the physiotherapist")
    STATISTICIAN = "statistician", _("a statistician or data manager")
    OTHER_STAFF = "other_staff", _("somebody else of the staff")
    OUTSIDER = "outsider", _("somebody outside the study")


class Accident(models.Model):
    """An arm became known by accident: who learnt it, how, and what follows. The arm itself is not written here."""

    participant = models.ForeignKey("people.Participant", on_delete=models.PROTECT, related_name="+")
    learner = models.CharField(max_length=20, choices=Learner)
    learnt_on = models.DateField()
    how = EncryptedTextField()
    what_follows = EncryptedTextField()
    by_code = models.CharField(max_length=40)
    by_role = models.CharField(max_length=20)
    at = models.DateTimeField()
    key = models.UUIDField(unique=True, null=True)

    class Meta:
        indexes = (models.Index(fields=["participant", "at"], name="accidents_in_order"),)

    class Privacy:
        """Both texts are staff's own words, and could tell the arm."""

        fields: ClassVar = {
            "pseudonymous": ("participant", "learner", "learnt_on", "by_code", "by_role", "at", "key"),
            "free_text": ("how", "what_follows"),
        }


class Mistake(models.TextChoices):
    """In which way somebody should not have been randomised as they were (Yelland et al., Clin Trials 2015;12:418)."""

    IN_ERROR = "in_error", _("randomised in error")
    WRONG_STRATUM = "wrong_stratum", _("randomised in the wrong stratum")
    INELIGIBLE = "ineligible", _("found ineligible afterwards")


class RandomisationMistake(models.Model):
    """Somebody was randomised who should not have been, or otherwise; place and arm stand. One of each kind for a person."""

    participant = models.ForeignKey("people.Participant", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=Mistake)
    noticed_on = models.DateField()
    how = EncryptedTextField()
    what_follows = EncryptedTextField()
    by_code = models.CharField(max_length=40)
    by_role = models.CharField(max_length=20)
    at = models.DateTimeField()
    key = models.UUIDField(unique=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["participant", "kind"], name="mistake_kept_once"),)

    class Privacy:
        """Both texts are staff's own words, and could tell the arm."""

        fields: ClassVar = {
            "pseudonymous": ("participant", "kind", "noticed_on", "by_code", "by_role", "at", "key"),
            "free_text": ("how", "what_follows"),
        }


class ReserveReading(models.Model):
    """A place of the reserve was read out by telephone while the system was down, and entered afterwards."""

    allocation = models.OneToOneField(Allocation, on_delete=models.PROTECT, related_name="reserve_reading")
    read_by = models.CharField(max_length=120)
    read_at = models.DateTimeField()
    as_told = models.BooleanField()

    class Privacy:
        """`read_by` is a name as somebody wrote it. Whether what was told agrees with the list tells no arm."""

        fields: ClassVar = {"pseudonymous": ("allocation", "read_at", "as_told"), "free_text": ("read_by",)}
