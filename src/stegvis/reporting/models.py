"""Tables of locks, extracts and openings. All are append-only."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """What an extract and its report tell of the arms."""

    POOLED = "pooled", _("pooled")
    BLINDED = "blinded", _("with dummy arms")
    UNBLINDED = "unblinded", _("by arm")
    CLOSED = "closed", _("closed, for the committee")


class OfAKind(models.Model):
    """Something about the arms that says which kind it is."""

    kind = models.CharField(max_length=20, choices=Kind)

    class Meta:
        abstract = True

    @property
    def kind_in_words(self) -> str:
        """The kind as people read it."""
        return str(Kind(self.kind).label)


class PlanSignature(models.Model):
    """Somebody stands for a statistical analysis plan, named by the hash of its file."""

    plan_sha256 = models.CharField(max_length=64)
    version = models.CharField(max_length=40)
    signed_at = models.DateTimeField()
    signed_by = models.CharField(max_length=40)
    signed_as = models.CharField(max_length=20)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["plan_sha256", "signed_by"], name="plan_signed_once"),)

    class Privacy:
        """Staff by code."""

        fields: ClassVar = {"pseudonymous": ("plan_sha256", "version", "signed_at", "signed_by", "signed_as")}


class LockProposal(models.Model):
    """Somebody asks that the data be locked for an analysis, or unlocked; it takes another role to do it.

    `despite` names each gate that stood open and was set aside, with why.
    """

    analysis = models.CharField(max_length=60)
    to_lock = models.BooleanField()
    reason = models.TextField()
    despite = models.JSONField(default=dict)
    proposed_at = models.DateTimeField()
    proposed_by = models.CharField(max_length=40)
    proposed_as = models.CharField(max_length=20)

    class Privacy:
        """Staff by code; reasons are free text."""

        fields: ClassVar = {
            "pseudonymous": ("analysis", "to_lock", "proposed_at", "proposed_by", "proposed_as"),
            "free_text": ("reason", "despite"),
        }


class Lock(models.Model):
    """The data were closed for one analysis: who asked, who agreed, when, why, and which versions stood.

    Rows from before two roles were needed have neither proposal nor versions.
    """

    analysis = models.CharField(max_length=60)
    number = models.PositiveSmallIntegerField(default=1)
    locked_at = models.DateTimeField()
    locked_by = models.CharField(max_length=40)
    reason = models.TextField()
    proposal = models.OneToOneField(LockProposal, on_delete=models.PROTECT, null=True, related_name="lock")
    plan_sha256 = models.CharField(max_length=64, blank=True)
    protocol_sha256 = models.CharField(max_length=64, blank=True)
    code_commit = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["analysis", "number"], name="locks_in_order"),)

    class Privacy:
        """Staff by code; the reason is free text."""

        fields: ClassVar = {
            "pseudonymous": (
                "analysis", "number", "locked_at", "locked_by", "proposal", "plan_sha256", "protocol_sha256", "code_commit",
            ),
            "free_text": ("reason",),
        }  # fmt: skip

    @property
    def undone(self) -> "Unlock | None":
        """How the lock was undone, if it was."""
        return getattr(self, "unlock", None)


class Unlock(models.Model):
    """A lock was undone: who asked, who agreed, when, why. The lock's row stays, and so does who had seen the arms."""

    lock = models.OneToOneField(Lock, on_delete=models.PROTECT, related_name="unlock")
    proposal = models.OneToOneField(LockProposal, on_delete=models.PROTECT, related_name="unlock")
    unlocked_at = models.DateTimeField()
    unlocked_by = models.CharField(max_length=40)

    class Privacy:
        """Staff by code."""

        fields: ClassVar = {"pseudonymous": ("lock", "proposal", "unlocked_at", "unlocked_by")}


class Extract(OfAKind):
    """An extract was written: its kind, its hash, how many rows each file holds."""

    analysis = models.CharField(max_length=60)
    sha256 = models.CharField(max_length=64)
    rows = models.JSONField()
    written_at = models.DateTimeField()
    written_by = models.CharField(max_length=40)

    class Privacy:
        """Staff by code."""

        fields: ClassVar = {"pseudonymous": ("analysis", "kind", "sha256", "rows", "written_at", "written_by")}


class ReportOpening(OfAKind):
    """Someone opened a report: of which analysis and kind, when."""

    analysis = models.CharField(max_length=60)
    opened_at = models.DateTimeField()
    opened_by = models.CharField(max_length=40)
    opened_as = models.CharField(max_length=20)
    reason = models.TextField(blank=True)

    class Privacy:
        """Staff by code; the reason, which the committee gives, is free text."""

        fields: ClassVar = {
            "pseudonymous": ("analysis", "kind", "opened_at", "opened_by", "opened_as"), "free_text": ("reason",),
        }  # fmt: skip


class PrintedReport(OfAKind):
    """A report as it was printed from an extract, self-contained, with its results, and as PDF and Word where made."""

    extract = models.OneToOneField(Extract, on_delete=models.PROTECT, related_name="printed")
    analysis = models.CharField(max_length=60)
    language = models.CharField(max_length=5)
    html = models.TextField()
    results = models.TextField()
    pdf = models.BinaryField(null=True)
    word = models.BinaryField(null=True)
    printed_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["analysis", "kind", "-printed_at"], name="newest_report"),)

    class Privacy:
        """Aggregates; the unblinded kind tells the arms' results."""

        fields: ClassVar = {
            "pseudonymous": ("extract", "analysis", "kind", "language", "printed_at"),
            "reveals_arm": ("html", "results", "pdf", "word"),
        }


class ReportOrder(models.Model):
    """A member of the committee ordered the closed report; the worker prints it."""

    analysis = models.CharField(max_length=60)
    language = models.CharField(max_length=5)
    ordered_at = models.DateTimeField()
    ordered_by = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    key = models.UUIDField(unique=True)

    class Privacy:
        """Staff by account."""

        fields: ClassVar = {"pseudonymous": ("analysis", "language", "ordered_at", "ordered_by", "key")}

    @property
    def ended(self) -> "ReportOrderEnd | None":
        """What came of it, if it has ended."""
        return getattr(self, "end", None)


class ReportOrderEnd(models.Model):
    """What came of an order: the printed report, or why there is none."""

    order = models.OneToOneField(ReportOrder, on_delete=models.PROTECT, related_name="end")
    ended_at = models.DateTimeField()
    printed = models.OneToOneField(PrintedReport, on_delete=models.PROTECT, null=True, related_name="+")
    refusal = models.TextField(blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(printed__isnull=False, refusal="") | (Q(printed__isnull=True) & ~Q(refusal="")),
                name="ordered_report_or_refusal",
            ),
        )

    class Privacy:
        """Why nothing was printed may tell of an arm, for example that nobody is in it."""

        fields: ClassVar = {"pseudonymous": ("order", "ended_at", "printed"), "reveals_arm": ("refusal",)}


class TrialEnd(models.Model):
    """The day on which the trial ended, from which the periods of retention count; the newest row counts."""

    ended_on = models.DateField()
    reason = models.TextField()
    kept_at = models.DateTimeField()
    kept_by = models.CharField(max_length=40)

    class Privacy:
        """Nothing about a person; the reason is free text."""

        fields: ClassVar = {"public": ("ended_on",), "pseudonymous": ("kept_at", "kept_by"), "free_text": ("reason",)}


class Deletion(models.Model):
    """What is to be deleted of one store: by which rule, how many rows of which table, and the hash of each list of keys.

    The lists themselves are made anew when it is done, and the database deletes them only if their hashes are these.
    """

    of_store = models.CharField(max_length=20)
    years = models.PositiveSmallIntegerField()
    days = models.PositiveSmallIntegerField(default=0)  # of what is left of screenings, in place of years
    due_on = models.DateField()
    tables = models.JSONField()
    reason = models.TextField()
    proposed_at = models.DateTimeField()
    proposed_by = models.CharField(max_length=40)
    proposed_as = models.CharField(max_length=20)

    class Privacy:
        """Numbers and hashes; the reason is free text."""

        fields: ClassVar = {
            "pseudonymous": (
                "of_store",
                "years",
                "days",
                "due_on",
                "tables",
                "proposed_at",
                "proposed_by",
                "proposed_as",
            ),
            "free_text": ("reason",),
        }

    @property
    def agreed(self) -> "DeletionAgreement | None":
        """Who agreed, if anybody has."""
        return getattr(self, "agreement", None)

    @property
    def ended(self) -> "DeletionDone | None":
        """How it ended, if it has."""
        return getattr(self, "done", None)

    @property
    def rows(self) -> int:
        """How many rows in all."""
        return sum(each["rows"] for each in self.tables.values())


class DeletionAgreement(models.Model):
    """Somebody in another role agreed to a deletion."""

    deletion = models.OneToOneField(Deletion, on_delete=models.PROTECT, related_name="agreement")
    agreed_at = models.DateTimeField()
    agreed_by = models.CharField(max_length=40)

    class Privacy:
        """Staff by code."""

        fields: ClassVar = {"pseudonymous": ("deletion", "agreed_at", "agreed_by")}


class DeletionDone(models.Model):
    """A deletion that was agreed to came to its end: how many rows went; or none, since what was due had changed."""

    deletion = models.OneToOneField(Deletion, on_delete=models.PROTECT, related_name="done")
    done_at = models.DateTimeField()
    rows = models.PositiveIntegerField()
    changed = models.BooleanField()

    class Privacy:
        """Numbers."""

        fields: ClassVar = {"pseudonymous": ("deletion", "done_at", "rows", "changed")}
