"""A lock as two people make it, for tests of what comes after it."""

from stegvis.people.acting import acting_as
from stegvis.people.models import Role
from stegvis.reporting import actions
from stegvis.reporting.models import Lock
from tests.worlds import World

STILL_OPEN = {"windows": "The trial ends early"}


def locked(world: World, analysis: str = "six_months", reason: str = "All answers are in") -> Lock:
    """The plan is signed, the data manager asks, the statistician agrees; whatever windows are still open."""
    manager, statistician = world.staff(Role.DATA_MANAGER), world.staff(Role.STATISTICIAN)
    with acting_as(statistician):
        actions.sign_plan(by=statistician)
    with acting_as(manager):
        actions.propose_lock(analysis=analysis, reason=reason, open_queries=0, despite=STILL_OPEN, by=manager)
    with acting_as(statistician):
        return actions.lock_data(analysis=analysis, open_queries=0, by=statistician)
