"""Who may lock, who may see which report, and what an extract may be about and be written into."""

from collections.abc import Mapping
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from stegvis.audit import clock
from stegvis.audit.action import SYSTEM, Actor
from stegvis.methods.analysis.manifest import BLINDED, UNBLINDED
from stegvis.people import policies as people
from stegvis.people.models import Role
from stegvis.protocol import queries as protocols
from stegvis.reporting import locking, queries
from stegvis.reporting.errors import (
    FolderNotEmpty,
    GatesOpen,
    LockedAlready,
    NoCommittee,
    NoSuchAnalysis,
    NothingProposed,
    NothingToUnlock,
    NotLocked,
    OnlyTheCommittee,
    PlanNotSigned,
    ReasonMissing,
    SameRole,
)
from stegvis.reporting.models import Lock, LockProposal

GATE_OPEN = {
    locking.WINDOWS: _("Measurements that can still be answered in their window: {n}."),
    locking.QUERIES: _("Data queries that are open: {n}."),
}


def check_can_propose(by: Actor) -> None:
    """Refuse unless `by` manages the data, and so knows whether they are clean."""
    people.check_role(by, Role.DATA_MANAGER)


def check_can_sign(by: Actor) -> None:
    """Refuse unless `by` is the statistician, whose plan it is."""
    people.check_role(by, Role.STATISTICIAN)


def check_can_agree(by: Actor, proposal: LockProposal | None, *, to_lock: bool) -> LockProposal:
    """The proposal, unless there is none to agree to, or whoever agrees is in the role that asked.

    The system stands in for nobody here.
    """
    if by.role not in (Role.DATA_MANAGER, Role.STATISTICIAN):
        people.check_role(by, Role.STATISTICIAN)
    if proposal is None or proposal.to_lock != to_lock:
        raise NothingProposed(days=locking.LASTS.days)
    if by.role == proposal.proposed_as or by.code == proposal.proposed_by or by.role == SYSTEM.role:
        raise SameRole(code=by.code, role=by.role)
    return proposal


def check_gates(analysis: str, open_queries: int, despite: Mapping[str, str]) -> None:
    """Refuse while a gate stands open that was not set aside with a reason."""
    found = locking.standing_open(analysis, open_queries, despite)
    if any(each.code == locking.PLAN for each in found):
        raise PlanNotSigned(sha256=locking.plan_sha256()[:12])
    if found:
        raise GatesOpen(gates=" ".join(str(GATE_OPEN[each.code]).format(n=each.open) for each in found))


def check_not_locked(analysis: str) -> None:
    """Refuse a second lock while one stands."""
    there = queries.lock(analysis)
    if there is not None:
        raise LockedAlready(on=clock.local(there.locked_at).date())


def check_locked(analysis: str) -> Lock:
    """The lock that stands; refuses where there is none to undo."""
    there = queries.lock(analysis)
    if there is None:
        raise NothingToUnlock()
    return there


def check_reason(reason: str) -> None:
    """Refuse a lock that does not say why."""
    if not reason.strip():
        raise ReasonMissing()


def check_can_see(by: Actor, analysis: str, kind: str) -> None:
    """Refuse anyone but data manager and statistician, and the arms before the lock."""
    people.check_role(by, Role.DATA_MANAGER, Role.STATISTICIAN)
    if kind == UNBLINDED and not queries.is_locked(analysis):
        raise NotLocked()


def check_can_see_closed(by: Actor) -> str:
    """What the closed report tells of the arms, as the charter says; refuses anyone but the committee."""
    if by.role != Role.COMMITTEE:
        raise OnlyTheCommittee()
    charter = protocols.current().committee
    if charter is None:
        raise NoCommittee()
    return UNBLINDED if charter.arms == "named" else BLINDED


def check_analysis(analysis: str) -> None:
    """Refuse an analysis that the protocol does not have: a lock on a misspelt one could not be taken back."""
    known = queries.analyses()
    if analysis not in known:
        raise NoSuchAnalysis(analysis=analysis, known=", ".join(known))


def check_folder(folder: Path) -> None:
    """Refuse a folder with anything in it: the manifest speaks of every file beside it."""
    if folder.is_dir() and any(folder.iterdir()):
        raise FolderNotEmpty(folder=folder)
