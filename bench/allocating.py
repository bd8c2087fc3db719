"""How many allocations a second the server makes, over four strata, and how long the page takes that randomises.

    python -m bench.allocating                          # 2,000 allocations by four processes, each method; 80 pages
    python -m bench.allocating --people 400 --pages 20

Allocations are the room's action as the trial calls it: locks, the place opened, the row, the record. They run in processes
with four connections each, on the embedded server with its settings for tests (no waiting for the disk). Afterwards every one
is checked against the list. Pages are requests through the whole application: people who wait for randomisation, made by the
real actions, are randomised by their coordinators, password and all that follows included.
"""

import argparse
import os
import subprocess
import sys
import time
from statistics import median, quantiles
from typing import Any
from uuid import uuid4

from bench.pages import _server

A_SECOND = 100
"""Promised for permuted blocks on two cores."""
STRATA = ("AL", "BO", "CE", "DA")
METHODS = ("permuted_blocks", "minimisation")
WORK = """
import sys, time, django
django.setup()
from concurrent.futures import ThreadPoolExecutor
from django.db import connection
from stegvis.allocation import actions
from stegvis.audit.action import SYSTEM
from stegvis.people.acting import acting_as
from stegvis.people.models import Participant

def allocate(person):
    with acting_as(SYSTEM):
        actions.allocate(participant=person, stratum=person.site.code, by=SYSTEM)

with acting_as(SYSTEM):
    people = list(Participant.objects.select_related("site").filter(code__in=sys.stdin.readline().split()))
with ThreadPoolExecutor(4) as pool:
    list(pool.map(lambda _: connection.ensure_connection(), range(4)))
    print("ready", flush=True)
    sys.stdin.readline()
    list(pool.map(allocate, people))
"""


def main() -> int:
    """Measure, print, and say by the exit status whether the promise is kept."""
    asks = argparse.ArgumentParser(prog="python -m bench.allocating", description=__doc__.splitlines()[0])
    asks.add_argument("--people", type=int, default=2000, help="how many are allocated by each method")
    asks.add_argument("--processes", type=int, default=4)
    asks.add_argument("--pages", type=int, default=80, help="how many are randomised through pages; at most 20 a site")
    asks.add_argument("--part", choices=[*METHODS, "pages"], help="one part only, on a server of its own")
    told = asks.parse_args()
    if told.part == "pages":
        with _server():
            _print_pages(told.pages)
        return 0
    if told.part:
        with _server() as server:
            rate = _throughput(server, told.part, told.people, told.processes)
        print(f"{told.part}: {rate:.0f} allocations a second over {len(STRATA)} strata", flush=True)
        return 1 if told.part == "permuted_blocks" and rate < A_SECOND else 0
    parts = [*METHODS, *(["pages"] if told.pages else [])]
    command = [sys.executable, "-m", "bench.allocating", *sys.argv[1:]]
    return max(subprocess.run([*command, "--part", part], check=False).returncode for part in parts)


def _throughput(server: Any, method: str, count: int, processes: int) -> float:
    """Allocations a second, once all processes are ready."""
    from tests import testserver

    codes = _people(method, count)
    environment = {
        **testserver.process_environment(server, "bench"),
        "DJANGO_SETTINGS_MODULE": "stegvis.config.settings",
    }
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", WORK], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(processes)
    ]
    for n, worker in enumerate(workers):
        worker.stdin.write(" ".join(codes[n::processes]) + "\n")  # type: ignore[union-attr]
        worker.stdin.flush()  # type: ignore[union-attr]
    for worker in workers:
        worker.stdout.readline()  # type: ignore[union-attr]
    began = time.monotonic()
    for worker in workers:
        worker.stdin.write("\n")  # type: ignore[union-attr]
        worker.stdin.flush()  # type: ignore[union-attr]
    ended = [worker.wait(600) for worker in workers]
    taken = time.monotonic() - began
    _check(count, ended)
    return count / taken


def _people(method: str, count: int) -> list[str]:
    """A small trial of four sites with so many people, and places for all of them."""
    from stegvis.audit.action import SYSTEM
    from stegvis.methods.randomisation.generating import generate_from
    from stegvis.methods.randomisation.keys import design_of
    from stegvis.people import actions as people
    from tests.rooms.allocation.small_trial import ARMS, load_list, load_protocol, people_at

    load_protocol(strata=STRATA, method=method)
    own = {"strata": list(STRATA), "block_sizes": [4, 6]} if method == "permuted_blocks" else {"factors": ["site"]}
    load_list(generate_from(design_of({"method": method, "arms": ARMS, "per_stratum": count, **own}), 1))
    sites = [people.open_site(code=code, name=code, phone="0", safety_phone="0", by=SYSTEM) for code in STRATA]
    shared = [people_at(site, count // len(sites)) for site in sites]
    return [person.code for four in zip(*shared, strict=True) for person in four]


def _check(count: int, ended: list[int]) -> None:
    """Fail unless everybody got a place, in order, and every arm comes out again."""
    from stegvis.allocation import recomputing
    from stegvis.audit.action import SYSTEM
    from stegvis.people.acting import acting_as

    with acting_as(SYSTEM):
        found = recomputing.everything()
    if any(ended) or found.problems or found.allocations != count:
        raise SystemExit(f"Not everybody was allocated as the list says: {found}")


def _print_pages(count: int) -> None:
    """Randomise so many people through the page, and print how long it takes."""
    from stegvis.audit import clock
    from stegvis.audit.action import SYSTEM
    from stegvis.people.acting import acting_as
    from tests.worlds import FRIDAY, installed

    with clock.frozen(clock.at(FRIDAY, 9)):
        world = installed()
        people = [world.planned(site=world.sites[n % len(world.sites)]) for n in range(count)]
        desks = {}
        for site in world.sites:
            account = world.coordinator(site)
            account.set_password("en-lugn-promenad")
            with acting_as(SYSTEM):
                account.save()
            desks[site.code] = _signed_in(account)
        taken = [_randomised(desks[person.site.code], person.code) for person in people]
    spread = f", p95 {quantiles(taken, n=20)[-1]:.0f} ms" if count > 1 else ""
    print(
        f"{count} people, made ready by actions, were randomised through the page: median {median(taken):.0f} ms{spread}"
    )


def _signed_in(account: Any) -> Any:
    """A browser of somebody who has signed in completely."""
    from django.test import Client

    from stegvis.web.access import SECOND_FACTOR

    desk = Client()
    desk.force_login(account)
    session = desk.session
    session[SECOND_FACTOR] = True
    session.save()
    return desk


def _randomised(desk: Any, code: str) -> float:
    form = {"password": "en-lugn-promenad", "key": str(uuid4())}
    began = time.monotonic()
    answer = desk.post(f"/en/trial/participants/{code}/randomise/", form)
    if answer.status_code != 200:
        raise SystemExit(f"{code} was not randomised: {answer.status_code}")
    return (time.monotonic() - began) * 1000


if __name__ == "__main__":
    os.environ.setdefault("STEGVIS_MODE", "test")
    sys.exit(main())
