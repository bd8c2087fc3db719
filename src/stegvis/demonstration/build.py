"""Builds the demonstration: a whole trial lived through by the real actions, day by day, on a frozen clock.

Every row, event and letter is one that the real system made, since nothing here writes a table: each step of a life
(`lives`) is the call that a page would make, by the account that would make it. A day is one transaction, and each
evening the worker sends what is due.
"""

import heapq
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from itertools import count
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.test.utils import override_settings

from stegvis.allocation import actions as allocation
from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.demonstration import content, parameters, signins, timekeeping
from stegvis.demonstration.cast import Cast, assemble
from stegvis.demonstration.life import Director
from stegvis.demonstration.lives import Life, allocation_list, draw_lives
from stegvis.methods.randomisation.sequence import to_csv
from stegvis.methods.study.protocol import Protocol
from stegvis.people.acting import acting_as
from stegvis.programme import actions as programme
from stegvis.protocol import actions as protocols
from stegvis.protocol import queries as protocol_queries
from stegvis.reminders.tasks import send_due

Progress = Callable[[str, int, int], None]
EVENING = 20


def build(
    *, at: str = "middle", participants: int = 129, seed: int | None = None, study: Path | None = None,
    progress: Progress | None = None,
) -> list[Life]:  # fmt: skip
    """Build the made-up trial up to the day `at` (`middle`, `end`); returns the lives it was made from."""
    directory = study or settings.STUDY_DIRECTORY
    model = parameters.read(directory)
    chosen = model.default_seed if seed is None else seed
    with override_settings(EMAIL_BACKEND="django.core.mail.backends.dummy.EmailBackend"):
        protocol, cast = _prepare(directory, model, chosen, participants)
        lives = draw_lives(model, protocol, seed=chosen, participants=participants)
        last = model.day_of(at)
        _live(_Agenda(lives, Director(protocol, model, cast)), model.first_day, last, progress or _silently)
    with transaction.atomic(), acting_as(SYSTEM):
        now = clock.at(last, 9)
        with clock.frozen(now):
            signins.make()
        timekeeping.set_to(now, by=SYSTEM)
    return lives


def _prepare(directory: Path, model: parameters.Parameters, seed: int, participants: int) -> tuple[Protocol, Cast]:
    """Load the study, publish the programme, open the sites, load the list: the days before the first screening."""
    before = clock.at(model.first_day - timedelta(days=7), 10)
    with transaction.atomic(), acting_as(SYSTEM), clock.frozen(before):
        protocols.load_study(directory=directory, by=SYSTEM)
        protocol = protocol_queries.current()
        cast = assemble(protocol)
        if protocol.programme is not None:
            programme.publish(programme=content.programme(directory / protocol.programme.directory), by=SYSTEM)
        places = allocation_list(protocol, seed=seed, participants=participants)
        allocation.load_sequence(csv_text=to_csv(places), seed_kind="typed", by=SYSTEM)
    return protocol, cast


class _Agenda:
    """What will happen when: steps of lives, each of which may put further steps on the agenda."""

    def __init__(self, lives: list[Life], director: Director) -> None:
        self._numbers = count()
        self._steps: list[tuple[datetime, int, Callable[[], None]]] = []
        director.later = self.add
        for life in lives:
            director.enter(life)

    def add(self, moment: datetime, step: Callable[[], None]) -> None:
        """Put a step on the agenda."""
        heapq.heappush(self._steps, (moment, next(self._numbers), step))

    def until(self, moment: datetime) -> Iterator[tuple[datetime, Callable[[], None]]]:
        """Take the steps due by `moment`, earliest first."""
        while self._steps and self._steps[0][0] <= moment:
            at, _, step = heapq.heappop(self._steps)
            yield at, step


def _silently(_what: str, _done: int, _total: int) -> None:
    """Nobody watches."""


def _live(agenda: _Agenda, first: date, last: date, progress: Progress) -> None:
    """Live through the days from `first` to `last`; the last day only until nine in the morning."""
    days = (last - first).days + 1
    for number in range(days):
        day = first + timedelta(days=number)
        ends = clock.at(day, 9) if day == last else clock.at(day, EVENING)
        with transaction.atomic(), acting_as(SYSTEM), protocol_queries.remembered():
            for moment, step in agenda.until(ends):
                with clock.frozen(moment):
                    step()
            with clock.frozen(ends):
                send_due()
        progress("Living through the made-up trial", number + 1, days)
