"""Two hands at the same moment: a real database with real commits, and threads that start together."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from uuid import uuid4

from django.db import connection

from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.people.acting import acting_as
from stegvis.people.models import Account
from stegvis.physiotherapy import actions
from stegvis.physiotherapy.errors import AlreadyLogged
from stegvis.physiotherapy.models import DiaryEntry, Plan
from tests.rooms.physiotherapy.conftest import DRAFT, WALK

HANDS = 6


def together(by: Account, deed: Callable[[], Any]) -> list[Any]:
    """Do `deed` in `HANDS` threads at once as `by`; what each gave back, or the refusal it met."""
    start = Barrier(HANDS)

    def one(_: int) -> Any:
        try:
            with acting_as(by):
                start.wait(timeout=30)
                return deed()
        except AlreadyLogged as refusal:
            return type(refusal)
        finally:
            connection.close()

    with ThreadPoolExecutor(HANDS) as pool:
        return list(pool.map(one, range(HANDS)))


def test_plans_agreed_at_the_same_moment_are_versions_one_after_another(pair):
    participant, by = pair
    plans = together(by, lambda: actions.agree_plan(participant=participant, draft=DRAFT, key=uuid4(), by=by))

    assert sorted(plan.version for plan in plans) == list(range(1, HANDS + 1))


def test_one_form_sent_many_times_at_once_is_one_plan(pair):
    participant, by = pair
    key = uuid4()
    plans = together(by, lambda: actions.agree_plan(participant=participant, draft=DRAFT, key=key, by=by))

    assert len({plan.pk for plan in plans}) == 1
    with acting_as(SYSTEM):
        assert Plan.objects.get().activities.count() == len(DRAFT.activities)


def test_a_planned_activity_tapped_on_several_screens_at_once_is_one_entry(pair):
    participant, by = pair
    with acting_as(by):
        plan = actions.agree_plan(participant=participant, draft=DRAFT, key=uuid4(), by=by)
        activity = plan.activities.select_related("plan__participant").get(kind=WALK.kind)
    entries = together(by, lambda: actions.log_planned(activity=activity, on=clock.today(), key=uuid4(), by=by))

    assert entries.count(AlreadyLogged) == HANDS - 1
    with acting_as(SYSTEM):
        assert DiaryEntry.objects.count() == 1
