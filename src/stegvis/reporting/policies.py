"""Who may lock, who may see which report, and what an extract may be about and be written into."""

from pathlib import Path

from stegvis.audit.action import Actor
from stegvis.methods.analysis.manifest import UNBLINDED
from stegvis.people import policies as people
from stegvis.people.models import Role
from stegvis.reporting import queries
from stegvis.reporting.errors import FolderNotEmpty, NoSuchAnalysis, NotLocked, ReasonMissing


def check_can_lock(by: Actor) -> None:
    """Refuse unless `by` manages the data."""
    people.check_role(by, Role.DATA_MANAGER)


def check_reason(reason: str) -> None:
    """Refuse a lock that does not say why."""
    if not reason.strip():
        raise ReasonMissing()


def check_can_see(by: Actor, analysis: str, kind: str) -> None:
    """Refuse anyone but data manager and statistician, and the arms before the lock."""
    people.check_role(by, Role.DATA_MANAGER, Role.STATISTICIAN)
    if kind == UNBLINDED and not queries.is_locked(analysis):
        raise NotLocked()


def check_analysis(analysis: str) -> None:
    """Refuse an analysis that the protocol does not have: a lock on a misspelt one could not be taken back."""
    known = queries.analyses()
    if analysis not in known:
        raise NoSuchAnalysis(analysis=analysis, known=", ".join(known))


def check_folder(folder: Path) -> None:
    """Refuse a folder with anything in it: the manifest speaks of every file beside it."""
    if folder.is_dir() and any(folder.iterdir()):
        raise FolderNotEmpty(folder=folder)
