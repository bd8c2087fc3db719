"""What stands before a lock: the gates, who signed the analysis plan, who asked for the lock or its undoing.

The gates are: windows are past, data queries are closed, the analysis plan is signed as its file is now. How many data queries
are open is known to another room, so whoever asks brings the number along.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import QuerySet

from stegvis.assessments.models import Assessment
from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.consent.models import Withdrawal
from stegvis.people.acting import acting_as
from stegvis.reporting import queries
from stegvis.reporting.models import Lock, LockProposal, PlanSignature, Unlock
from stegvis.trial.models import Enrolment
from stegvis.trial.queries import WITHDRAWN_FROM_QUESTIONS

WINDOWS, QUERIES, PLAN = "windows", "queries", "plan"
MAY_BE_SET_ASIDE = (WINDOWS, QUERIES)
"""With a reason: a trial that is stopped early has windows still to come. An unsigned plan never is, since signing it takes a
minute before the arms are seen and is worth nothing afterwards."""

LASTS = timedelta(days=14)
"""How long a proposal can be answered: what was true of the data when it was made should still be."""


@dataclass(frozen=True)
class Gate:
    """One gate, and how many things keep it open (0: it is closed)."""

    code: str
    open: int

    @property
    def may_be_set_aside(self) -> bool:
        """Whether a reason will do instead."""
        return self.code in MAY_BE_SET_ASIDE


def gates(analysis: str, open_queries: int) -> tuple[Gate, ...]:
    """Every gate of an analysis, in the order in which they are shown."""
    is_signed = signatures(plan_sha256()).exists()
    return Gate(WINDOWS, still_to_come(analysis)), Gate(QUERIES, open_queries), Gate(PLAN, 0 if is_signed else 1)


def standing_open(analysis: str, open_queries: int, despite: Mapping[str, str]) -> tuple[Gate, ...]:
    """The gates that are open and were not set aside, as some may be with a reason."""
    set_aside = {code for code, why in despite.items() if why.strip() and code in MAY_BE_SET_ASIDE}
    return tuple(each for each in gates(analysis, open_queries) if each.open and each.code not in set_aside)


def still_to_come(analysis: str) -> int:
    """How many measurements that the analysis reads can still be answered within their window.

    Counted as the system, since who locks sees no person's rows; not of whoever withdrew from the questions.
    """
    with acting_as(SYSTEM):
        randomised = Enrolment.objects.exclude(randomised_on=None).values("participant")
        gone = Withdrawal.objects.filter(layer__in=WITHDRAWN_FROM_QUESTIONS).values("participant")
        waiting = Assessment.objects.filter(
            occasion__in=queries.read_by(analysis), participant__in=randomised, tells_arm=False, submitted_at=None,
            minimum_at=None, closes_on__gte=clock.today(),
        )  # fmt: skip
        return waiting.exclude(participant__in=gone).count()


def plan_sha256() -> str:
    """The hash of the analysis plan's file as it is now: 64 hexadecimal digits."""
    return hashlib.sha256(queries.plan_file().read_bytes()).hexdigest()


def signatures(plan_sha256: str) -> QuerySet[PlanSignature]:
    """Who signed the plan with this hash, in order."""
    return PlanSignature.objects.filter(plan_sha256=plan_sha256).order_by("signed_at", "pk")


def proposal(analysis: str) -> LockProposal | None:
    """The newest proposal about an analysis, unless it was answered or has lapsed."""
    newest = LockProposal.objects.filter(analysis=analysis).order_by("-proposed_at", "-pk").first()
    if newest is None or newest.proposed_at < clock.now() - LASTS:
        return None
    is_answered = Lock.objects.filter(proposal=newest).exists() or Unlock.objects.filter(proposal=newest).exists()
    return None if is_answered or newest.to_lock == queries.is_locked(analysis) else newest


def history(analysis: str) -> list[Lock]:
    """Every lock of an analysis with its undoing, if any, newest first."""
    rows = Lock.objects.filter(analysis=analysis).select_related("proposal", "unlock__proposal")
    return list(rows.order_by("-number"))
