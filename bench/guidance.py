"""How long a therapist with 500 participants waits for the worklist in a trial of 100 000, and how fast words are saved.

    python -m bench.guidance                        # 129 and 100 000 participants, 500 of them one therapist's
    python -m bench.guidance --sizes 60,400 --caseload 50 --seconds 2
    python -m bench.guidance --sizes 100000 --keep var/bench    # the grown trial stays for the next run

As `bench.pages` does, the made-up trial is built by the real actions and copied site by site; then one therapist is given
people of many sites. Measured are the worklist, a person's page, a page of the reader, one field of a participant's draft
and a therapist's draft, each through the whole application as the database's own application role; and how many fields two
processes save in a second. Drafts must leave no line in the record, and the worklist must ask as much for 500 as for few.
"""

import argparse
import multiprocessing
import random
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench import pages
from bench.pages import Ask, Figures, Request

PROCESSES = 2
MILLISECONDS = {"worklist": 100.0, "reader": 40.0, "autosave": 20.0, "reply draft": 20.0}
"""The most that the 95th percentile may be at the largest size. A reply saves itself as a participant's field does, and has its
bar. A person's page is measured and has none: what a therapist waits for is the list, and what saves itself."""
A_SECOND = 120
"""How many fields are saved in a second, at least, on two cores."""

_Many = tuple[int, str, str]


def main() -> int:
    """Measure, print, and say by the exit status whether every promise is kept."""
    asks = argparse.ArgumentParser(prog="python -m bench.guidance", description=__doc__.splitlines()[0])
    asks.add_argument("--sizes", default="129,100000", help="numbers of participants, smallest first")
    asks.add_argument("--participants", type=int, default=pages.PARTICIPANTS, help="how many the copied trial has")
    asks.add_argument("--caseload", type=int, default=500, help="how many people the busy therapist has")
    asks.add_argument("--seconds", type=float, default=10.0, help="for how long saving is counted")
    asks.add_argument("--keep", type=Path, help="a folder in which the grown trial stays for the next run")
    told = asks.parse_args()
    sizes = [int(each) for each in told.sizes.split(",")]
    if told.keep and len(sizes) > 1:
        asks.error("--keep keeps a trial of one size, and --sizes names more. Name one, for instance --sizes 100000.")
    measured: dict[int, dict[str, Figures]] = {}
    with pages._server(told.keep) as server:
        from bench import kept  # by now the settings are those of tests

        here = kept.copies(server, pages._copies(sizes[0], told.participants))
        if here is None:
            pages._build(told.participants)
            here = 0
        for size in sizes:
            here = pages._grow(server, here, pages._copies(size, told.participants))
            busy = _busy(server, told.caseload) if size == sizes[-1] else None
            measured[size] = _measure(here, busy)
            pages._print_size(size, measured[size])
        rate, events = _rate(told.seconds)
    print(f"\n{rate:.0f} fields a second were saved by {PROCESSES} processes; {events} lines in the record.")
    broken = list(_broken(measured, rate, events))
    print("\n".join(broken) or "Every promise is kept.")
    return 1 if broken else 0


# A busy therapist -------------------------------------------------------------------------------------------------
def _busy(server: Any, caseload: int) -> int:
    """Give one therapist so many people of the programme, and work at all their sites; their account's key."""
    with server.connect("bench") as connection:
        connection.execute("SET session_replication_role = replica")
        (account,) = connection.execute(
            "SELECT min(id) FROM people_account WHERE role = 'therapist' AND is_active"
        ).fetchone()
        given = connection.execute(_GIVE, {"account": account, "caseload": caseload}).rowcount
        connection.execute(_EMPLOY, {"account": account})
        connection.execute("SET session_replication_role = origin")
        connection.execute("ANALYZE people_caseload, people_posting")
    print(f"One therapist has {given} people.", flush=True)
    return int(account)


_GIVE = """
    UPDATE people_caseload SET clinician_id = %(account)s
    WHERE role = 'therapist' AND until_at IS NULL
      AND participant_id IN (SELECT participant_id FROM programme_course ORDER BY participant_id LIMIT %(caseload)s)
"""
_EMPLOY = """
    INSERT INTO people_posting (account_id, site_id, from_at)
    SELECT DISTINCT %(account)s::bigint, p.site_id, now()
    FROM people_caseload c JOIN people_participant p ON p.id = c.participant_id
    WHERE c.clinician_id = %(account)s AND c.until_at IS NULL
      AND NOT EXISTS (SELECT FROM people_posting o
                      WHERE o.account_id = %(account)s AND o.site_id = p.site_id AND o.until_at IS NULL)
"""


# The requests -----------------------------------------------------------------------------------------------------
def _measure(copies: int, busy: int | None) -> dict[str, Figures]:
    """Each request; the busy therapist asks for the worklist where there is one."""
    from stegvis.audit import clock
    from stegvis.config.collecting import look_less_often

    look_less_often()  # as every process that serves pages does; what building the trial left behind is no part of a page
    chance = random.Random(pages.SEED)
    with clock.frozen(pages._present()):
        therapists = [busy] if busy else pages._people()["worklist"]
        copied = 0 if busy else copies
        readers = _readers()
        figures = {
            "health": pages._figures([readers[0][0]], copies, chance, pages._get("/health")),
            "worklist": pages._figures(therapists, copied, chance, pages._get("/en/care/")),
            "reader": pages._figures(*_of(readers), chance, _reader),
            "autosave": pages._figures(*_of(readers), chance, _autosave),
        }
        waiting = _waiting(therapists[0])
        if waiting:
            figures["person"] = pages._figures([therapists[0]], 0, chance, pages._get(waiting))
            figures["reply draft"] = pages._figures([therapists[0]], 0, chance, _reply_draft(f"{waiting}draft/"))
        return figures


def _of(readers: list[_Many]) -> tuple[list[int], int]:
    """Accounts of the original trial; what they write in is the same in every copy, and they are few enough."""
    return [account for account, _page, _field in readers], 0


@contextmanager
def _reader(account: int) -> Iterator[Ask]:
    browser = pages._browser(account)
    page = next(page for each, page, _field in _readers() if each == account)
    yield lambda: pages._expect(browser.get(page), 200)


@contextmanager
def _autosave(account: int) -> Iterator[Ask]:
    save = _saver(account)
    yield save


def _saver(account: int) -> Callable[[], None]:
    """Sends one field of the step that a participant is at, with other words each time."""
    browser = pages._browser(account)
    page, field = next((page, field) for each, page, field in _readers() if each == account)
    address = f"/en/api/autosave/programme/{page.split('/')[3]}/"

    def save() -> None:
        words = f"What I noticed at {time.perf_counter_ns()}, in a sentence or two as people write them."
        pages._expect(browser.post(address, {"field": field, field: words}), 200)

    return save


def _reply_draft(address: str) -> Request:
    @contextmanager
    def draft(account: int) -> Iterator[Ask]:
        browser = pages._browser(account)
        words = "You tried it, and wrote it down. I understand that it was hard. Pick one day until next time."
        yield lambda: pages._expect(browser.post(address, {"field": "reply", "reply": words}), 200)

    return draft


# Whom to ask as ---------------------------------------------------------------------------------------------------
_FOUND: list[_Many] = []


def _readers() -> list[_Many]:
    """Participants who are at a step with something to write in: account, the page of its part, the field's name."""
    if _FOUND:
        return _FOUND
    from django.db import transaction

    from stegvis.audit.action import SYSTEM
    from stegvis.people.acting import acting_as
    from stegvis.programme import queries as programme
    from stegvis.programme.models import Course

    with transaction.atomic(), acting_as(SYSTEM):
        rows = Course.objects.filter(stopped_at=None, participant_id__lt=pages._distance())
        for course in rows.select_related("participant").order_by("pk"):
            step = programme.way(course).next
            part = next((each for each in step.module.parts("en") if each.fields), None) if step else None
            field = next((f.name for f in part.fields if f.kind in {"text", "long-text"}), "") if part else ""
            if step and part and field:
                page = f"/en/programme/{step.module.code}/{part.number}/?length=full"
                _FOUND.append((course.participant.account_id, page, field))
            if len(_FOUND) == 20:
                break
    return _FOUND


def _waiting(therapist: int) -> str:
    """The page of a piece of homework that waits for this therapist; "" when none does."""
    from django.db import transaction

    from stegvis.people.acting import acting_as
    from stegvis.people.models import Account
    from stegvis.programme import queries as programme

    with transaction.atomic():
        account = Account.objects.get(pk=therapist)
        with acting_as(account):
            found = programme.waiting_homework(account).first()
    return f"/en/care/{found.course.participant.code}/homework/{found.number}/" if found else ""


# How many in a second ---------------------------------------------------------------------------------------------
def _rate(seconds: float) -> tuple[float, int]:
    """Fields saved in a second by all processes together, and lines that this left in the record."""
    from django.db import connections

    readers = _readers()
    before = _events()
    connections.close_all()
    context = multiprocessing.get_context("fork")
    with context.Pool(PROCESSES) as pool:
        shares = [(readers[n::PROCESSES], seconds) for n in range(PROCESSES)]
        saved = pool.starmap(_save_for, shares)
    return sum(saved) / seconds, _events() - before


def _save_for(readers: list[_Many], seconds: float) -> int:
    """Save fields in turn for so long; how many."""
    from stegvis.audit import clock

    with clock.frozen(pages._present()):
        savers = [_saver(account) for account, _page, _field in readers]
        for save in savers:
            save()
        end, done = time.perf_counter() + seconds, 0
        while time.perf_counter() < end:
            savers[done % len(savers)]()
            done += 1
    return done


def _events() -> int:
    from django.db import transaction

    from stegvis.audit.action import SYSTEM
    from stegvis.audit.models import Event
    from stegvis.people.acting import acting_as

    with transaction.atomic(), acting_as(SYSTEM):
        return Event.objects.count()


# What is said -----------------------------------------------------------------------------------------------------
def _broken(measured: dict[int, dict[str, Figures]], rate: float, events: int) -> Iterator[str]:
    """Every promise that this run does not keep, as a sentence."""
    sizes = list(measured)
    first, last = measured[sizes[0]], measured[sizes[-1]]
    for name, most in MILLISECONDS.items():
        if name in last and last[name].p95 > most:
            yield f"{name}: {last[name].p95:.0f} ms at {sizes[-1]:,}; promised are {most:.0f}."
    few, many = (max(found["worklist"].queries.values()) for found in (first, last))
    if many > few:
        yield f"worklist: {few} queries for a usual caseload, {many} for a large one."
    if rate < A_SECOND:
        yield f"autosave: {rate:.0f} a second; promised are {A_SECOND}."
    if events:
        yield f"autosave: drafts left {events} lines in the record; promised is none."


if __name__ == "__main__":
    sys.exit(main())
