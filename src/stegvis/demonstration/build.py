"""Builds the demonstration: a whole trial lived through by the real actions, day by day, on a frozen clock.

Every row, event and letter is one that the real system made, since nothing here writes a table: each step of a life
(`lives`) is the call that a page would make, by the account that would make it. A day is one transaction, and each
evening the worker sends what is due.

Sites know nothing of each other, so several processes can live through the days side by side, each with its sites: they
wait for each other at noon, when everybody's day is done, and at midnight, when the letters are out.
"""

import gc
import heapq
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import count
from multiprocessing import get_context
from multiprocessing.queues import SimpleQueue
from multiprocessing.synchronize import Barrier
from pathlib import Path
from threading import BrokenBarrierError

from django.conf import settings
from django.db import connection, transaction
from django.test.utils import override_settings

from stegvis.allocation import actions as allocation
from stegvis.audit import clock
from stegvis.audit.action import SYSTEM, together
from stegvis.demonstration import (
    duties,
    handed_on,
    last_evening,
    parameters,
    querying,
    signins,
    texting,
    timekeeping,
    waiting,
)
from stegvis.demonstration.cast import Cast, add_colleagues, assemble, share_rotas
from stegvis.demonstration.life import Director
from stegvis.demonstration.lives import Life, allocation_list, draw_lives
from stegvis.methods.exercises import check as exercise_check
from stegvis.methods.exercises.folder import PLACE as EXERCISES
from stegvis.methods.programme import check
from stegvis.methods.randomisation.blocks import generate
from stegvis.methods.randomisation.sequence import to_csv
from stegvis.methods.study.protocol import Protocol
from stegvis.people.acting import acting_as
from stegvis.physiotherapy.exercises import actions as exercises
from stegvis.programme import actions as programme
from stegvis.protocol import actions as protocols
from stegvis.protocol import queries as protocol_queries
from stegvis.reminders.tasks import send_due

Progress = Callable[[str, int, int], None]
EVENING = 20
MOST_SECONDS_A_DAY = 120.0
_PLANS = 500


def build(
    *, at: str = "middle", participants: int = 129, seed: int | None = None, study: Path | None = None,
    progress: Progress | None = None, processes: int = 1, on_start: Callable[[], None] = lambda: None,
) -> list[Life]:  # fmt: skip
    """Build the made-up trial up to the day `at` (`middle`, `end`); returns the lives it was made from.

    More than one process needs a database in which commits stay. What is built is the same for any number of them; only
    row numbers differ. `on_start` is what each further process does first.
    """
    directory = study or settings.STUDY_DIRECTORY
    model = parameters.read(directory)
    chosen = model.default_seed if seed is None else seed
    with override_settings(EMAIL_BACKEND="django.core.mail.backends.dummy.EmailBackend"):
        protocol, cast = _prepare(directory, model, chosen, participants)
        lives = draw_lives(model, protocol, seed=chosen, participants=participants)
        days = _Days(model.first_day, model.day_of(at))
        director = Director(protocol, model, cast)
        _live_side_by_side(_shares(lives, processes), director, days, progress or _silently, on_start)
        querying.live(cast, clock.at(model.first_day, EVENING), days.end)
    with transaction.atomic(), acting_as(SYSTEM):
        now = days.end
        with clock.frozen(now):
            signins.make()
            texting.lose_the_newest()
            handed_on.order(protocol, cast)
        timekeeping.set_to(now, by=SYSTEM)
    return lives


def _prepare(directory: Path, model: parameters.Parameters, seed: int, participants: int) -> tuple[Protocol, Cast]:
    """Load the study, publish programme and exercises, open the sites, load the list: the days before the first screening."""
    before = clock.at(model.first_day - timedelta(days=7), 10)
    with transaction.atomic(), acting_as(SYSTEM), clock.frozen(before):
        protocols.load_study(directory=directory, by=SYSTEM)
        protocol = protocol_queries.current()
        cast = assemble(protocol)
        share_rotas(cast)
        add_colleagues(cast, protocol)
        duties.sign(cast, protocol)
        if protocol.programme is not None:
            programme.publish(programme=check.read(directory / protocol.programme.directory), by=SYSTEM)
        if (directory / EXERCISES).is_dir():
            exercises.publish_exercises(library=exercise_check.read(directory / EXERCISES), by=SYSTEM)
        places = allocation_list(protocol, seed=seed, participants=participants)
        allocation.load_sequence(csv_text=to_csv(places), seed_kind="typed", by=SYSTEM)
        allocation.load_sequence(csv_text=_reserve(protocol, seed), seed_kind="typed", reserve=True, by=SYSTEM)
    return protocol, cast


def _reserve(protocol: Protocol, seed: int) -> str:
    """A short list to be read out by telephone while the system is down."""
    ratio = [arm.ratio for arm in protocol.arms]
    made = generate(
        arms=[arm.code for arm in protocol.arms], ratio=ratio, block_sizes=[sum(ratio) * 2], strata=protocol.strata,
        per_stratum=12, seed=seed + 1,
    )  # fmt: skip
    return made.csv()


@dataclass(frozen=True)
class _Days:
    """The days lived through; the last only until nine in the morning."""

    first: date
    last: date

    def __len__(self) -> int:
        return (self.last - self.first).days + 1

    def __iter__(self) -> Iterator[datetime]:
        """The moment at which each day ends."""
        for number in range(len(self) - 1):
            yield clock.at(self.first + timedelta(days=number), EVENING)
        yield self.end

    @property
    def end(self) -> datetime:
        """The present of the demonstration."""
        return clock.at(self.last, 9)


class _Agenda:
    """What will happen when: steps of lives, each of which may put further steps on the agenda."""

    def __init__(self, lives: list[Life], director: Director, days: _Days) -> None:
        self._numbers = count()
        self._steps: list[tuple[datetime, int, Callable[[], None]]] = []
        director.later = self.add
        for life in lives:
            director.enter(life)
        last_evening.plan(director, lives, days.last)
        waiting.plan(director, lives, days.last)
        director.absences.plan(lives, days.last)

    def add(self, moment: datetime, step: Callable[[], None]) -> None:
        """Put a step on the agenda."""
        heapq.heappush(self._steps, (moment, next(self._numbers), step))

    def has_steps_until(self, moment: datetime) -> bool:
        """Whether anything is due by `moment`."""
        return bool(self._steps) and self._steps[0][0] <= moment

    def until(self, moment: datetime) -> Iterator[tuple[datetime, Callable[[], None]]]:
        """Take the steps due by `moment`, earliest first."""
        while self.has_steps_until(moment):
            at, _, step = heapq.heappop(self._steps)
            yield at, step


def _silently(_what: str, _done: int, _total: int) -> None:
    """Nobody watches."""


# Side by side -----------------------------------------------------------------------------------------------------
def _shares(lives: list[Life], processes: int) -> list[list[Life]]:
    """The lives by site, the sites dealt out so that the shares are about even; at most one share a process."""
    by_site: dict[str, list[Life]] = {}
    for life in lives:
        by_site.setdefault(life.site, []).append(life)
    shares: list[list[Life]] = [[] for _ in range(min(processes, len(by_site)))]
    for site in sorted(by_site, key=lambda each: (-len(by_site[each]), each)):
        min(shares, key=len).extend(by_site[site])
    return [sorted(share, key=lambda life: life.number) for share in shares]


def _live_side_by_side(
    shares: list[list[Life]], director: Director, days: _Days, progress: Progress, on_start: Callable[[], None]
) -> None:
    """This process lives one share and shows the progress; each other share has a process of its own, which ends with it."""
    if len(shares) <= 1:
        _live(_Agenda(shares[0] if shares else [], director, days), days, progress, wait=lambda: None)
        return
    fork = get_context("fork")  # so that what was drawn and prepared is there already
    barrier = fork.Barrier(len(shares))
    went_wrong = fork.SimpleQueue()
    connection.close()  # a connection must not be shared by two processes
    others = [
        fork.Process(target=_live_elsewhere, args=(share, director, days, barrier, went_wrong, on_start), daemon=True)
        for share in shares[1:]
    ]
    for other in others:
        other.start()
    try:
        _live(_Agenda(shares[0], director, days), days, progress, wait=lambda: _meet(barrier))
    except BrokenBarrierError:
        told = went_wrong.get() if not went_wrong.empty() else "it was ended from outside, or the machine stood still"
        raise RuntimeError(f"A process that built a part of the made-up trial failed: {told}") from None
    finally:
        barrier.abort()
        for other in others:
            other.join()


def _live_elsewhere(
    share: list[Life], director: Director, days: _Days, barrier: Barrier, went_wrong: SimpleQueue[str],
    on_start: Callable[[], None],
) -> None:  # fmt: skip
    on_start()
    try:
        _live(_Agenda(share, director, days), days, _silently, wait=lambda: _meet(barrier))
    except (BrokenBarrierError, KeyboardInterrupt):
        pass  # whoever broke it tells why; Ctrl-C in a terminal reaches us as well as the parent
    except Exception:  # noqa: BLE001 - whatever it was, the parent says it
        went_wrong.put(traceback.format_exc())
        barrier.abort()
    finally:
        connection.close()


def _meet(barrier: Barrier) -> None:
    """Wait for the others; never for ever, since one of them may have been killed."""
    barrier.wait(timeout=MOST_SECONDS_A_DAY)


def _do_not_wait_for_the_disk() -> None:
    """Until the demonstration is marked complete nothing in it counts, so commits need not wait for the disk."""
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")


def _keep_plans() -> None:
    """A trial's life asks some hundreds of different questions; of a hundred the server would plan each again and again."""
    connection.ensure_connection()
    connection.connection.prepared_max = _PLANS


def _live(agenda: _Agenda, days: _Days, progress: Progress, wait: Callable[[], None]) -> None:
    """Live through the days; `wait` is where several processes meet."""
    _do_not_wait_for_the_disk()
    _keep_plans()
    gc.freeze()  # the study and the lives stay to the end, and need not be looked through again and again
    with protocol_queries.remembered():
        for number, ends in enumerate(days, start=1):
            if agenda.has_steps_until(ends):
                with _whole():
                    for moment, step in agenda.until(ends):
                        with clock.frozen(moment):
                            step()
            wait()
            with _whole(), clock.frozen(ends):
                send_due()
            wait()
            progress("Living through the made-up trial", number, len(days))


@contextmanager
def _whole() -> Iterator[None]:
    """One transaction, in which the system looks after everybody: a refusal in it ends the build."""
    with transaction.atomic(), together(), acting_as(SYSTEM):
        yield
