"""How long Today and the week take with three years of diary, and that they cost as many queries as with none.

    python -m bench.diary
    python -m bench.diary --years 1

One person of the example trial, with a plan of three activities and an entry for each of its days, is asked through the whole
application, middleware and row-level security included, as the database's application role (see `bench.pages`). The
peer is the health page.
"""

import argparse
import sys
import time
from datetime import date, timedelta
from statistics import median, quantiles
from typing import Any
from uuid import uuid4

from bench.pages import _expect, _server

REPEATS, WARM_UP, DAYS_A_YEAR = 40, 5, 365
MOST_MILLISECONDS = 150.0
"""The most that the 95th percentile may be."""

PAGES = {"health": "/health", "today": "/en/today/", "week": "/en/activity/", "diary": "/en/activity/history/"}


def main() -> int:
    """Measure, print, and say by the exit status whether both promises are kept."""
    asks = argparse.ArgumentParser(prog="python -m bench.diary", description=__doc__.splitlines()[0])
    asks.add_argument("--years", type=int, default=3, help="how long the diary is")
    years = asks.parse_args().years
    with _server():
        from stegvis.audit import clock
        from tests.worlds import FRIDAY

        with clock.frozen(clock.at(FRIDAY, 10)):
            person = _person(years)
            before = {name: _measure(person, address) for name, address in PAGES.items()}
            entries = _fill(person, FRIDAY, years)
            after = {name: _measure(person, address) for name, address in PAGES.items()}
    return _told(before, after, entries)


def _person(years: int) -> Any:
    """Somebody who joined so many years ago, with an ordinary plan."""
    from django.db import transaction

    from stegvis.audit import clock
    from stegvis.audit.action import SYSTEM
    from stegvis.people.acting import acting_as
    from tests.worlds import installed

    with transaction.atomic(), clock.frozen(clock.now() - timedelta(days=DAYS_A_YEAR * years + 7)), acting_as(SYSTEM):
        return installed().planned()


def _fill(person: Any, until: date, years: int) -> int:
    """An entry for every planned activity of every day, by the action itself; how many."""
    from django.db import transaction

    from stegvis.audit import clock
    from stegvis.audit.action import SYSTEM
    from stegvis.people.acting import acting_as
    from stegvis.physiotherapy import actions, queries

    made = 0
    with transaction.atomic(), acting_as(SYSTEM):
        plan = queries.plan_now(person)
        assert plan is not None
        for back in range(DAYS_A_YEAR * years, 0, -1):
            day = until - timedelta(days=back)
            with clock.frozen(clock.at(day, 18)):
                for each in plan.activities.all():
                    if day.isoweekday() in each.days:
                        each.plan.participant = person
                        actions.log_planned(activity=each, on=day, key=uuid4(), by=SYSTEM)
                        made += 1
                actions.log_activity(
                    participant=person, on=day, kind="everyday", minutes=10, effort="easy", key=uuid4(), by=SYSTEM
                )
                made += 1
    return made


def _measure(person: Any, address: str) -> tuple[list[float], int]:
    """Milliseconds of each repeat, and the queries of one."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client()
    client.force_login(person.account)
    took = []
    for _ in range(WARM_UP + REPEATS):
        began = time.perf_counter()
        response = client.get(address)
        took.append(1000 * (time.perf_counter() - began))
        _expect(response, 200)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        client.get(address)
    return took[WARM_UP:], len(asked)


def _told(before: dict[str, Any], after: dict[str, Any], entries: int) -> int:
    """Print the figures; 1 when a promise is broken."""
    print(f"{entries} entries\n{'page':8}{'median ms':>12}{'p95 ms':>10}{'queries':>9}{'with none':>11}")
    broken = False
    for name, (took, queries) in after.items():
        p95 = quantiles(took, n=20)[-1]
        print(f"{name:8}{median(took):12.1f}{p95:10.1f}{queries:9}{before[name][1]:11}")
        broken |= name != "health" and (p95 > MOST_MILLISECONDS or queries > before[name][1] + 3)
    print("A promise is broken." if broken else "Every promise is kept.")
    return int(broken)


if __name__ == "__main__":
    sys.exit(main())
