"""How long the server takes for the pages that people wait for, and how many queries, as the trial grows.

    python -m bench.pages                     # 129, 10 000 and 100 000 participants
    python -m bench.pages --sizes 129,10000

The made-up trial of 129 is built by the real actions, then copied site by site (`copies`). Each request goes through the
whole application, middleware and row-level security included, as the database's own application role, on the embedded
server with its settings for tests (no waiting for the disk). The peer is the health page: one query and no template.
"""

import argparse
import os
import random
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import django

SEED, PARTICIPANTS = 4137, 129
REPEATS, WARM_UP = 60, 5
MILLISECONDS = {
    "today": 50.0, "submit": 50.0, "worklist": 150.0, "overview": 150.0, "monitoring": 150.0, "queries": 150.0,
    "schedule": 150.0, "grid": 150.0, "calendar": 150.0,
}  # fmt: skip
"""The most that the 95th percentile may be at the largest size."""
RATIO = {"today": 1.5, "submit": 1.5, "worklist": 1.5}
"""The most that the 95th percentile may grow from the smallest size to the largest."""


@dataclass
class Figures:
    """Of one request at one size: milliseconds of each repeat, and the queries of each of its kinds of people."""

    milliseconds: list[float] = field(default_factory=list)
    queries: dict[int, int] = field(default_factory=dict)

    @property
    def p95(self) -> float:
        """The 95th percentile, ms."""
        return quantiles(self.milliseconds, n=20)[-1]


def main() -> int:
    """Measure, print, and say by the exit status whether every promise is kept."""
    asks = argparse.ArgumentParser(prog="python -m bench.pages", description=__doc__.splitlines()[0])
    asks.add_argument("--sizes", default="129,10000,100000", help="numbers of participants, smallest first")
    asks.add_argument("--participants", type=int, default=PARTICIPANTS, help="how many the trial that is copied has")
    told = asks.parse_args()
    sizes = [int(each) for each in told.sizes.split(",")]
    measured: dict[int, dict[str, Figures]] = {}
    with _server() as server:
        _build(told.participants)
        here = 0
        for size in sizes:
            here = _grow(server, here, _copies(size, told.participants))
            measured[size] = _measure(here)
            _print_size(size, measured[size])
    broken = list(_broken(measured))
    print("\n".join(broken) or "Every promise is kept.")
    return 1 if broken else 0


# The trial --------------------------------------------------------------------------------------------------------
@contextmanager
def _server(keep: Path | None = None) -> Iterator[Any]:
    """A server with an empty trial, or the one in folder `keep`, which may hold a trial already."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    django.setup()
    from django.db import connections
    from django.test.utils import setup_test_environment

    from bench import kept
    from stegvis.config.collecting import look_less_often
    from stegvis.config.environment import APP_ROLE

    look_less_often()  # as each process of the web server does
    with kept.started(keep) as server:
        connections.settings["default"].update(
            NAME=kept.NAME, HOST=str(server.socket), USER=APP_ROLE, PASSWORD="", PORT=""
        )
        setup_test_environment()
        try:
            yield server
        finally:
            connections.close_all()


def _build(participants: int) -> None:
    from stegvis.demonstration.build import build

    began = time.monotonic()
    build(at="middle", participants=participants, seed=SEED, processes=4)
    print(f"A trial of {participants} was built in {time.monotonic() - began:.0f} s.", flush=True)


def _copies(size: int, participants: int) -> int:
    """How often a trial of so many is copied until it has about `size` people."""
    return max(0, round(size / participants) - 1)


def _grow(server: Any, here: int, copies: int) -> int:
    """Copy the sites until there are `copies` of each beside the original."""
    from bench.copies import copy_sites

    if copies > here:
        began = time.monotonic()
        with server.connect("bench") as connection:
            done = copy_sites(connection, here, copies)
        print(f"{done:,} rows were copied in {time.monotonic() - began:.0f} s.", flush=True)
    return max(here, copies)


# The requests -----------------------------------------------------------------------------------------------------
Ask = Callable[[], Any]
Request = Callable[[int], AbstractContextManager[Ask]]
"""Makes ready, for an account, what is then timed."""


def _measure(copies: int) -> dict[str, Figures]:
    from stegvis.audit import clock
    from stegvis.config.collecting import look_less_often

    look_less_often()  # as every process that serves pages does; what building the trial left behind is no part of a page
    chance = random.Random(SEED)
    with clock.frozen(_present()):
        people = _people()
        return {
            "health": _figures(people["today"], copies, chance, _get("/health")),
            "today": _figures(people["today"], copies, chance, _get("/en/today/")),
            "submit": _figures(people["submit"], copies, chance, _submit),
            "worklist": _figures(people["worklist"], copies, chance, _get("/en/care/")),
            "overview": _figures(people["overview"], copies, chance, _get("/en/trial/")),
            "monitoring": _figures(people["overview"], copies, chance, _get("/en/monitoring/")),
            "queries": _figures(people["overview"], copies, chance, _get("/en/queries/")),
            "schedule": _figures(people["overview"], copies, chance, _get("/en/trial/schedule/?list=late")),
            "grid": _figures(
                people["overview"], copies, chance, _get("/en/trial/schedule/grid/?word=late&order=closing")
            ),
            "calendar": _figures(people["overview"], copies, chance, _get("/en/trial/schedule/calendar/")),
        }


def _figures(originals: list[int], copies: int, chance: random.Random, request: Request) -> Figures:
    """Time a request for originals and copies drawn by chance; count the queries for one copy of each original."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    found = Figures()
    for number in range(REPEATS + WARM_UP):
        account = chance.choice(originals) + _distance() * chance.randint(0, copies)
        with request(account) as ask:
            began = time.perf_counter()
            ask()
            taken = (time.perf_counter() - began) * 1000
        if number >= WARM_UP:
            found.milliseconds.append(taken)
    for original in originals:
        with request(original + _distance() * copies) as ask, CaptureQueriesContext(connection) as queries:
            ask()
        found.queries[original] = len(queries)
    return found


def _get(path: str) -> Request:
    @contextmanager
    def page(account: int) -> Iterator[Ask]:
        browser = _browser(account)
        yield lambda: _expect(browser.get(path), 200)

    return page


@contextmanager
def _submit(account: int) -> Iterator[Ask]:
    """Send the answers of the occasion that is open, all of them given; taken back afterwards, so that nobody runs out."""
    from django.db import transaction

    from stegvis.people.acting import acting_as
    from stegvis.people.models import Account

    browser = _browser(account)
    with transaction.atomic():
        person = Account.objects.get(pk=account)
        with acting_as(person):
            occasion = _answer_everything(person)
        yield lambda: _expect(browser.post(f"/en/q/{occasion}/review/"), 302)
        transaction.set_rollback(True)


def _answer_everything(account: Any) -> str:
    """Give an answer to every question of the occasion that is open; its code."""
    from stegvis.assessments.models import Assessment
    from stegvis.demonstration.answers import answer
    from stegvis.people.models import Participant
    from stegvis.protocol import queries as protocols
    from stegvis.trial import actions as trial

    person = Participant.objects.get(account=account)
    found = Assessment.objects.get(participant=person, **_open_occasions())
    for code in found.instruments:
        given = answer(protocols.questionnaire(code), {}, random.Random(code))
        trial.save_answers(assessment=found, instrument=code, answers=given, language="en", by=account)
    return found.occasion


def _open_occasions() -> dict[str, Any]:
    """What tells an occasion of the schedule that waits for answers; the programme's own short questions are none."""
    from stegvis.audit import clock
    from stegvis.protocol import queries as protocols

    occasions = [each.code for each in protocols.current().occasions]
    return {"occasion__in": occasions, "submitted_at": None, "opens_on__lte": clock.today()}


def _browser(account: int) -> Any:
    """Somebody signed in completely."""
    from django.test import Client

    from stegvis.people.models import Account
    from stegvis.web.access import SECOND_FACTOR

    person = Account.objects.get(pk=account)
    client = Client()
    client.handler.load_middleware()  # a server does so once, and the static files are then looked through
    client.force_login(person)
    session = client.session
    session[SECOND_FACTOR] = person.is_staff_member
    session.save()
    return client


def _expect(response: Any, status: int) -> None:
    if response.status_code != status:
        raise RuntimeError(f"{response.request['PATH_INFO']} answered {response.status_code}, not {status}.")


# Whom to ask as ---------------------------------------------------------------------------------------------------
def _present() -> Any:
    from django.db import transaction

    from stegvis.audit import clock
    from stegvis.audit import queries as audit
    from stegvis.audit.action import SYSTEM
    from stegvis.people.acting import acting_as

    with transaction.atomic(), acting_as(SYSTEM):
        return clock.wall() + audit.stored_offset()


def _people() -> dict[str, list[int]]:
    """Accounts of the original trial, by what they ask for."""
    from django.db import transaction

    from stegvis.assessments.models import Assessment
    from stegvis.audit.action import SYSTEM
    from stegvis.people.acting import acting_as
    from stegvis.people.models import Account, Role
    from stegvis.trial.models import Enrolment, Stage

    with transaction.atomic(), acting_as(SYSTEM):
        original = Enrolment.objects.filter(participant_id__lt=_distance(), stage=Stage.ALLOCATED)
        staff = Account.objects.filter(pk__lt=_distance(), is_active=True).order_by("pk")
        open_now = Assessment.objects.filter(participant__in=original.values("participant"), **_open_occasions())
        return {
            "today": list(original.order_by("pk").values_list("participant__account", flat=True)[:20]),
            "submit": list(open_now.order_by("pk").values_list("participant__account", flat=True)[:20]),
            "worklist": list(staff.filter(role=Role.THERAPIST).values_list("pk", flat=True)),
            "overview": list(staff.filter(role=Role.COORDINATOR).values_list("pk", flat=True)),
        }


def _distance() -> int:
    from bench.copies import DISTANCE

    return DISTANCE


# What is said -----------------------------------------------------------------------------------------------------
def _print_size(size: int, measured: dict[str, Figures]) -> None:
    unit = median(measured["health"].milliseconds)
    print(f"\n{size:,} participants\nrequest    queries   p50 ms   p95 ms   p50 in health pages")
    for name, found in measured.items():
        counts = sorted(set(found.queries.values()))
        queries = f"{counts[0]}-{counts[-1]}" if len(counts) > 1 else str(counts[0])
        middle = median(found.milliseconds)
        print(f"{name:9} {queries:>8} {middle:8.1f} {found.p95:8.1f} {middle / unit:10.1f}", flush=True)


def _broken(measured: dict[int, dict[str, Figures]]) -> Iterator[str]:
    """Every promise that this run does not keep, as a sentence."""
    sizes = list(measured)
    first, last = measured[sizes[0]], measured[sizes[-1]]
    for name, found in last.items():
        for original, queries in found.queries.items():
            if queries > first[name].queries[original]:
                yield f"{name}: {first[name].queries[original]} queries at {sizes[0]:,}, {queries} at {sizes[-1]:,}."
        if found.p95 > MILLISECONDS.get(name, found.p95):
            yield f"{name}: {found.p95:.0f} ms at {sizes[-1]:,}; promised are {MILLISECONDS[name]:.0f}."
        if name in RATIO and found.p95 > RATIO[name] * first[name].p95:
            yield f"{name}: {found.p95 / first[name].p95:.2f} times the time at {sizes[0]:,}; promised are {RATIO[name]}."


if __name__ == "__main__":
    sys.exit(main())
