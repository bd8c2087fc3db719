"""Tables of the trial: who was screened and why not, who is enrolled and at which stage.

A stage is a row with its time; the enrolment carries the present one as well, so that lists of a hundred thousand
people need no sub-query. Nothing here tells an arm: `RatingContext`, which could, is read for the extract only.
"""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from stegvis.audit.fields import EncryptedTextField
from stegvis.trial.delegation.models import Delegation as Delegation
from stegvis.trial.delegation.models import SiteLead as SiteLead
from stegvis.trial.delegation.models import SiteSwitch as SiteSwitch
from stegvis.trial.delegation.models import Training as Training
from stegvis.trial.deviations.models import Deviation as Deviation
from stegvis.trial.deviations.models import DeviationVersion as DeviationVersion
from stegvis.trial.scheduling.models import Incentive as Incentive
from stegvis.trial.scheduling.models import MovedDate as MovedDate
from stegvis.trial.transfers.models import Transfer as Transfer
from stegvis.trial.transfers.models import TransferEnd as TransferEnd


class Source(models.TextChoices):
    """How someone came to the screening."""

    SELF = "self", _("own interest")
    CLINIC = "clinic", _("referred by a clinic")
    PHONE = "phone", _("by telephone")


class Outcome(models.TextChoices):
    """How a screening ended; the words are CONSORT's."""

    OPEN = "open", _("under way")
    ELIGIBLE = "eligible", _("eligible")
    EXCLUDED = "excluded", _("not eligible")
    DECLINED = "declined", _("declined to participate")
    NO_REPLY = "no_reply", _("could not be reached")
    TWICE = "twice", _("the same person was screened already")


class CandidateFile(models.Model):
    """A file of candidates that was imported at a site, known again by its fingerprint; the file itself is not kept."""

    site = models.ForeignKey("people.Site", on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)
    rows = models.PositiveIntegerField()
    imported_by = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    imported_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["site", "sha256"], name="candidates_imported_once"),)

    class Privacy:
        """A count and a fingerprint."""

        fields: ClassVar = {"pseudonymous": ("site", "sha256", "rows", "imported_by", "imported_at")}


class Screening(models.Model):
    """One person assessed for eligibility.

    Once it ends otherwise than eligible, nothing of the person remains but traces that nobody can read (see `Trace`).
    """

    site = models.ForeignKey("people.Site", null=True, on_delete=models.PROTECT, related_name="+")
    source = models.CharField(max_length=20, choices=Source)
    language = models.CharField(max_length=5)
    protocol_version = models.ForeignKey("protocol.ProtocolVersion", on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    name = EncryptedTextField(null=True)
    email = EncryptedTextField(null=True)
    phone = EncryptedTextField(null=True)
    answers = EncryptedTextField(null=True)
    outcome = models.CharField(max_length=20, choices=Outcome, default=Outcome.OPEN)
    criterion = models.CharField(max_length=60, blank=True)
    concluded_at = models.DateTimeField(null=True)
    participant = models.OneToOneField("people.Participant", null=True, on_delete=models.PROTECT, related_name="+")
    made_up = models.BooleanField(default=False)
    file = models.ForeignKey(CandidateFile, null=True, on_delete=models.PROTECT, related_name="+")
    key = models.UUIDField(unique=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(outcome__in=["open", "eligible"])
                | Q(name=None, email=None, phone=None, answers=None, participant=None),
                name="ended_screenings_are_anonymous",
            ),
        )
        indexes = (models.Index(fields=["site", "outcome"], name="screenings_at_site"),)

    class Privacy:
        """Contact details and answers are encrypted, and gone when the screening ends."""

        fields: ClassVar = {
            "identity": ("name", "email", "phone"),
            "health": ("answers",),
            "pseudonymous": (
                "site", "source", "language", "protocol_version", "opened_at", "outcome", "criterion",
                "concluded_at", "participant", "made_up", "file", "key",
            ),
        }  # fmt: skip


class Trace(models.Model):
    """By what a person is known again: a keyed digest, made with a key outside the database and never turned back.

    Seen by nobody but the system, which says at another site no more than that somebody is known.
    """

    screening = models.ForeignKey(Screening, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(
        max_length=20,
        choices={
            "personal_number": _("the same personal identity number"),
            "email": _("the same e-mail address"),
            "phone": _("the same telephone number"),
            "name_born": _("the same name and day of birth"),
        },
    )
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["screening", "kind", "digest"], name="trace_once"),)
        indexes = (models.Index(fields=["digest"], name="traces_by_digest"),)

    class Privacy:
        """A digest of identity."""

        fields: ClassVar = {"pseudonymous": ("screening", "kind"), "secret": ("digest",)}


class Apart(models.Model):
    """A coordinator has found out about somebody who seemed to be known already, and how that is; the way to go on."""

    screening = models.OneToOneField(Screening, on_delete=models.PROTECT, related_name="+")
    site = models.ForeignKey("people.Site", on_delete=models.PROTECT, related_name="+")
    how = models.CharField(
        max_length=20,
        choices={
            "another_person": _("It is another person, who shares a telephone, an address or a name"),
            "asked_again": _("It is the same person, who asks again and is not taking part"),
        },
    )
    told_by = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    told_at = models.DateTimeField()

    class Privacy:
        """Pseudonymous."""

        fields: ClassVar = {"pseudonymous": ("screening", "site", "how", "told_by", "told_at")}


class GoesOn(models.Model):
    """A coordinator was asked about a screening that had been open for long without a sign, and says that it goes on."""

    screening = models.ForeignKey(Screening, on_delete=models.PROTECT, related_name="+")
    site = models.ForeignKey("people.Site", on_delete=models.PROTECT, related_name="+")
    said_by = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    said_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["screening", "-said_at"], name="screening_goes_on"),)

    class Privacy:
        """Pseudonymous."""

        fields: ClassVar = {"pseudonymous": ("screening", "site", "said_by", "said_at")}


class Verdict(models.TextChoices):
    """Whether a criterion holds, as a clinician found; an exclusion criterion that holds ends the screening."""

    YES = "yes", _("yes")
    NO = "no", _("no")
    UNKNOWN = "unknown", _("not known yet")


class CriterionDecision(models.Model):
    """A named clinician's finding on one criterion of one screening, with its source; the newest counts."""

    screening = models.ForeignKey(Screening, on_delete=models.PROTECT, related_name="decisions")
    criterion = models.CharField(max_length=60)
    verdict = models.CharField(max_length=20, choices=Verdict)
    source = models.CharField(max_length=120)
    decided_by = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["screening", "criterion", "-decided_at"], name="newest_decision"),)

    class Privacy:
        """Health data by number."""

        fields: ClassVar = {
            "health": ("criterion", "verdict", "source"),
            "pseudonymous": ("screening", "decided_by", "decided_at"),
        }


class Referral(models.Model):
    """An action that a rule of the protocol demanded was taken: who referred, where to, when."""

    participant = models.ForeignKey("people.Participant", on_delete=models.PROTECT, related_name="+")
    rule = models.CharField(max_length=60)
    referred_to = models.CharField(max_length=200)
    referred_by = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    referred_at = models.DateTimeField()

    class Privacy:
        """Health data."""

        fields: ClassVar = {
            "health": ("rule", "referred_to"),
            "pseudonymous": ("participant", "referred_by", "referred_at"),
        }


class Stage(models.TextChoices):
    """How far an enrolment has come (FHIR ResearchSubject)."""

    INVITED = "invited", _("invited to consent")
    CONSENTED = "consented", _("has consented")
    BASELINE_DONE = "baseline_done", _("baseline answered")
    PLANNED = "planned", _("first visit held")
    ALLOCATED = "allocated", _("randomised")
    FOLLOWED_UP = "followed_up", _("primary follow-up answered")
    NOT_RANDOMISED = "not_randomised", _("left before randomisation")
    WITHDRAWN = "withdrawn", _("withdrawn")


TRANSITIONS: dict[str, frozenset[str]] = {
    Stage.INVITED: frozenset({Stage.CONSENTED, Stage.NOT_RANDOMISED}),
    Stage.CONSENTED: frozenset({Stage.BASELINE_DONE, Stage.NOT_RANDOMISED}),
    Stage.BASELINE_DONE: frozenset({Stage.PLANNED, Stage.ALLOCATED, Stage.NOT_RANDOMISED}),
    Stage.PLANNED: frozenset({Stage.ALLOCATED, Stage.NOT_RANDOMISED}),
    Stage.ALLOCATED: frozenset({Stage.FOLLOWED_UP, Stage.WITHDRAWN}),
    Stage.FOLLOWED_UP: frozenset({Stage.WITHDRAWN}),
    Stage.NOT_RANDOMISED: frozenset(),
    Stage.WITHDRAWN: frozenset(),
}
"""Which stage may follow which. Whether a visit must come before randomisation is for the protocol's gates to say."""


class Leaving(models.TextChoices):
    """Why someone who was invited is not randomised: codes of the flow, never a person's words."""

    NO_BASELINE = "no_baseline", _("did not answer the first questions")
    NO_VISIT = "no_visit", _("did not come to the first visit")
    CHANGED_MIND = "changed_mind", _("changed their mind")
    NOT_ELIGIBLE = "not_eligible", _("no longer eligible")
    NO_REPLY = "no_reply", _("could not be reached")
    TOO_LATE = "too_late", _("the time for randomisation ran out")
    WITHDREW = "withdrew", _("withdrew from everything")
    OTHER = "other", _("another reason")


class Sex(models.TextChoices):
    """A baseline characteristic, as the person says."""

    WOMAN = "woman", _("woman")
    MAN = "man", _("man")
    OTHER = "other", _("other")


class Enrolment(models.Model):
    """One participant's way through the trial, under the protocol version in force when it began.

    Whoever agrees to an amendment that adds occasions comes under that one.
    """

    participant = models.OneToOneField(
        "people.Participant", on_delete=models.PROTECT, primary_key=True, related_name="+"
    )
    site = models.ForeignKey("people.Site", on_delete=models.PROTECT, related_name="+")
    protocol_version = models.ForeignKey("protocol.ProtocolVersion", on_delete=models.PROTECT, related_name="+")
    stage = models.CharField(max_length=20, choices=Stage)
    stage_since = models.DateTimeField()
    age = models.PositiveSmallIntegerField(null=True)
    sex = models.CharField(max_length=10, choices=Sex, blank=True)
    consented_on = models.DateField(null=True)
    baseline_on = models.DateField(null=True)
    visit1_on = models.DateField(null=True)
    randomised_on = models.DateField(null=True)
    randomised_at = models.DateTimeField(null=True)
    randomised_key = models.UUIDField(null=True, unique=True)

    class Meta:
        indexes = (
            models.Index(fields=["site", "stage", "participant"], name="enrolments_at_site"),
            models.Index(fields=["stage", "stage_since"], name="enrolments_by_stage"),
            models.Index(fields=["randomised_on"], name="enrolments_by_draw"),
        )

    class Privacy:
        """Pseudonymous; the same in every arm."""

        fields: ClassVar = {
            "pseudonymous": (
                "participant", "site", "protocol_version", "stage", "stage_since", "age", "sex", "consented_on",
                "baseline_on", "visit1_on", "randomised_on", "randomised_at", "randomised_key",
            ),
        }  # fmt: skip


class StageChange(models.Model):
    """An enrolment reached a stage. Rows are added, never changed."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="changes")
    stage = models.CharField(max_length=20, choices=Stage)
    reason = models.CharField(max_length=60, blank=True)
    entered_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["enrolment", "entered_at"], name="changes_of_enrolment"),)

    class Privacy:
        """Pseudonymous."""

        fields: ClassVar = {"pseudonymous": ("enrolment", "stage", "reason", "entered_at")}


class CallAttempt(models.Model):
    """Someone tried to reach a participant by telephone about an occasion, and what came of it."""

    participant = models.ForeignKey("people.Participant", on_delete=models.PROTECT, related_name="+")
    occasion = models.CharField(max_length=60)
    outcome = models.CharField(
        max_length=20,
        choices={
            "no_answer": _("No answer"),
            "call_again": _("Asked to call again"),
            "will_answer": _("Will answer"),
            "answered": _("Answered in the call"),
            "to_assessor": _("Wants to answer by telephone: an assessor calls"),
            "declined": _("Does not wish to answer"),
        },
    )
    try_again_on = models.DateField(null=True)
    called_by = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    called_at = models.DateTimeField()
    key = models.UUIDField(unique=True, null=True)

    class Meta:
        indexes = (models.Index(fields=["participant", "occasion", "called_at"], name="calls_about_occasion"),)

    class Privacy:
        """Pseudonymous."""

        fields: ClassVar = {
            "pseudonymous": ("participant", "occasion", "outcome", "try_again_on", "called_by", "called_at", "key"),
        }


class Unmasking(models.Model):
    """An outcome assessor was told, or came to guess, the arm while taking outcomes. Never changed."""

    participant = models.ForeignKey("people.Participant", on_delete=models.PROTECT, related_name="+")
    occasion = models.CharField(max_length=60)
    said = EncryptedTextField()
    guessed_arm = EncryptedTextField(null=True)  # a code of the protocol; None: no guess
    assessor = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    key = models.UUIDField(unique=True)

    class Privacy:
        """What was said and guessed can tell the arm: read by whoever wrote it, and by the system."""

        fields: ClassVar = {
            "reveals_arm": ("said", "guessed_arm"),
            "pseudonymous": ("participant", "occasion", "assessor", "at", "key"),
        }


class RatingContext(models.Model):
    """How much of the programme was done when a goal was rated. Tells the arm: read only for an unblinded extract."""

    rating = models.OneToOneField("physiotherapy.GoalRating", on_delete=models.PROTECT, related_name="+")
    modules_done = models.PositiveSmallIntegerField()

    class Privacy:
        """Tells the arm; no page, API or export of a physiotherapist reads it."""

        store = "care"
        fields: ClassVar = {"reveals_arm": ("rating", "modules_done")}
