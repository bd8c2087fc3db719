"""Tables of the people in a trial: who they are, where they work, whom they care for.

A participant's identity (name, address, telephone) lies encrypted in a table of its own, behind row-level security;
everything else in the house knows a participant by code.
"""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from stegvis.audit.fields import EncryptedTextField
from stegvis.people.life.models import LifeEvent as LifeEvent


class Role(models.TextChoices):
    """What an account is for; one role each."""

    PARTICIPANT = "participant", _("participant")
    THERAPIST = "therapist", _("therapist")
    PHYSIOTHERAPIST = "physiotherapist", _("physiotherapist")
    COORDINATOR = "coordinator", _("coordinator")
    OUTCOME_ASSESSOR = "outcome_assessor", _("outcome assessor")
    DATA_MANAGER = "data_manager", _("data manager")
    STATISTICIAN = "statistician", _("statistician")
    COMMITTEE = "committee", _("data-monitoring committee")
    ADMINISTRATOR = "administrator", _("administrator")


STAFF = frozenset(Role) - {Role.PARTICIPANT}
SITE_ROLES = frozenset({Role.THERAPIST, Role.PHYSIOTHERAPIST, Role.COORDINATOR, Role.OUTCOME_ASSESSOR})


class Site(models.Model):
    """A clinic that recruits and treats."""

    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=120)
    phone = models.CharField(max_length=40, blank=True)
    safety_phone = models.CharField(max_length=40, blank=True)
    last_number = models.PositiveIntegerField(default=0)

    class Privacy:
        """Public."""

        store = "house"
        fields: ClassVar = {"public": ("code", "name", "phone", "safety_phone", "last_number")}

    def __str__(self) -> str:
        return self.name


class AccountManager(BaseUserManager["Account"]):
    """Accounts are made by actions; this only finds them."""

    def get_by_natural_key(self, username: str | None) -> "Account":
        """An account by its keyed address digest."""
        return self.get(email_lookup=username)


class Account(AbstractBaseUser):
    """Someone who can sign in. The address is found by a keyed digest and stored encrypted."""

    last_login = None  # sign-ins are events in the record, with their time by our clock

    role = models.CharField(max_length=20, choices=Role)
    code = models.CharField(max_length=40, unique=True)
    email_lookup = models.CharField(max_length=64, unique=True)
    email = EncryptedTextField()
    name = EncryptedTextField()
    phone = EncryptedTextField(null=True)  # of staff, for alerts by text message; a participant's stands in Identity
    language = models.CharField(max_length=5, default="sv")
    licensed_clinician = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    totp_secret = EncryptedTextField(null=True)
    totp_confirmed_at = models.DateTimeField(null=True)
    last_totp_step = models.BigIntegerField(default=0)
    made_up = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    objects = AccountManager()

    USERNAME_FIELD = "email_lookup"
    REQUIRED_FIELDS: ClassVar = []

    class Privacy:
        """Identity is encrypted; credentials never leave."""

        store = "key"
        fields: ClassVar = {
            "identity": ("email", "name", "phone"),
            "secret": ("password", "totp_secret", "email_lookup", "last_totp_step"),
            "pseudonymous": (
                "role", "code", "language", "licensed_clinician", "is_active", "totp_confirmed_at", "made_up",
                "created_at",
            ),
        }  # fmt: skip

    def __str__(self) -> str:
        return self.code

    @property
    def is_staff_member(self) -> bool:
        """Whether this is anyone but a participant."""
        return self.role != Role.PARTICIPANT

    def get_session_auth_hash(self) -> str:
        """Ends every session when the password changes, or the account is closed and opened again."""
        return str(super().get_session_auth_hash())


class Posting(models.Model):
    """A member of staff works at a site, from one moment to another."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="postings")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="postings")
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["account", "site"], condition=Q(until_at=None), name="one_open_posting"),
        )

    class Privacy:
        """Where staff work."""

        store = "house"
        fields: ClassVar = {"pseudonymous": ("account", "site", "from_at", "until_at")}


class Participant(models.Model):
    """Someone who takes part or has been asked to, known by code (CDISC: subject)."""

    code = models.CharField(max_length=20, unique=True)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="participants")
    account = models.OneToOneField(Account, on_delete=models.PROTECT, related_name="participant")
    language = models.CharField(max_length=5)
    made_up = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    class Privacy:
        """Pseudonymous."""

        store = "key"
        fields: ClassVar = {"pseudonymous": ("code", "site", "account", "language", "made_up", "created_at")}

    def __str__(self) -> str:
        return self.code


class Identity(models.Model):
    """Who a participant is. Encrypted, behind row-level security, and erased when the law allows."""

    participant = models.OneToOneField(Participant, on_delete=models.PROTECT, primary_key=True, related_name="identity")
    name = EncryptedTextField()
    email = EncryptedTextField()
    phone = EncryptedTextField()
    address = EncryptedTextField(null=True)
    next_of_kin = EncryptedTextField(null=True)
    next_of_kin_phone = EncryptedTextField(null=True)
    phone_verified_on = models.DateField(null=True)  # the day on which the person last said that it is right
    address_verified_on = models.DateField(null=True)
    next_of_kin_verified_on = models.DateField(null=True)
    next_of_kin_agreed_on = models.DateField(null=True)  # the day on which the person agreed that they are called

    class Privacy:
        """Identity; of somebody close as well."""

        store = "key"
        fields: ClassVar = {
            "identity": (
                "participant", "name", "email", "phone", "address", "next_of_kin", "next_of_kin_phone",
                "phone_verified_on", "address_verified_on", "next_of_kin_verified_on",
                "next_of_kin_agreed_on",
            )
        }  # fmt: skip


class Caseload(models.Model):
    """A clinician cares for a participant, from one moment to another; at most one per role at a time."""

    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="caseloads")
    clinician = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="caseload")
    role = models.CharField(max_length=20, choices=Role)
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)
    reason = EncryptedTextField(null=True)
    given_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")  # None: the system

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["participant", "role"], condition=Q(until_at=None), name="one_clinician_per_role"
            ),
        )
        indexes = (models.Index(fields=["clinician", "role"], condition=Q(until_at=None), name="open_caseload"),)

    class Privacy:
        """A therapist's row tells the arm: read by the caseload's own roles only, and never by a blind one."""

        fields: ClassVar = {
            "reveals_arm": ("participant", "clinician", "role", "from_at", "until_at", "given_by"),
            "free_text": ("reason",),
        }


class Absence(models.Model):
    """A therapist is away from one day to another, both counted, and a colleague sees to the caseload in those days only.

    Nothing has to end it: its last day does. Whoever comes back earlier ends it by hand, and the row stays.
    """

    clinician = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="absences")
    covered_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="covers")
    from_on = models.DateField()
    until_on = models.DateField()
    made_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    key = models.UUIDField(unique=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(until_on__gte=models.F("from_on")), name="absence_has_a_day"),
            models.CheckConstraint(condition=~Q(clinician=models.F("covered_by")), name="covered_by_another"),
        )
        indexes = (models.Index(fields=["covered_by", "until_on"], name="covers_until"),)

    class Privacy:
        """Staff by code, and their days; of no participant."""

        store = "house"
        fields: ClassVar = {
            "pseudonymous": (
                "clinician", "covered_by", "from_on", "until_on", "made_by", "made_at", "ended_at", "key",
            ),
        }  # fmt: skip


class SignInLink(models.Model):
    """A one-time link by e-mail: to sign in, or to accept an invitation. Only a digest of it is stored."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="links")
    digest = models.CharField(max_length=64, unique=True)
    purpose = models.CharField(max_length=20, choices={"sign_in": "sign_in", "invitation": "invitation"})
    target = models.CharField(max_length=200, blank=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Privacy:
        """Credentials."""

        store = "key"
        fields: ClassVar = {
            "secret": ("digest",),
            "pseudonymous": ("account", "purpose", "target", "made_at", "expires_at", "used_at"),
        }


class SignInAttempt(models.Model):
    """An attempt to sign in, kept for throttling: counted by keyed digests of the address and of the network address."""

    who = models.CharField(max_length=64)
    origin = models.CharField(max_length=64)
    succeeded = models.BooleanField()
    at = models.DateTimeField()

    class Meta:
        indexes = (
            models.Index(fields=["who", "at"], name="attempts_by_who"),
            models.Index(fields=["origin", "at"], name="attempts_by_origin"),
        )

    class Privacy:
        """Digests only; removed after a day."""

        store = "house"
        fields: ClassVar = {"pseudonymous": ("who", "origin", "succeeded", "at")}
