"""Using: the dose of a made-up person beside what the lives already tell: time in view, parts opened, practice.

Drawn from a random stream of its own, so that it changes nothing else in the lives.
"""

from random import Random

from stegvis.audit import clock
from stegvis.demonstration.lives import Life
from stegvis.methods.programme.content import Module
from stegvis.programme import dose
from stegvis.programme.models import Course

SECONDS_A_PART = {"full": (150, 600), "short": (60, 150)}
"""How long a part is in view; a guess."""

PRACTISES = 0.45
"""The share of days on which practice is said; a guess."""

LOW_ENERGY = 0.6
"""The share of short versions that are read on a day called a low-energy day; a guess."""


def has_low_energy(life: Life, module: Module, length: str) -> bool:
    """Whether the module is read on a low-energy day, on which the short version is shown."""
    return length == "short" and _chance(life, module).random() < LOW_ENERGY


def use(life: Life, course: Course, module: Module, length: str, *, low_energy: bool) -> None:
    """Open the parts of a module, look at them for a while, and say on which of the last days one practised."""
    chance, account = _chance(life, module), course.participant.account
    seconds = 0
    for part in module.parts(life.language):
        dose.open_part(
            course=course, module=module.code, part=part.number, length=length, low_energy=low_energy, by=account
        )
        seconds += chance.randint(*SECONDS_A_PART[length])
    dose.look(course=course, seconds=max(seconds, 1), by=account)
    if module.number == 1:
        return
    for day in dose.last_days()[1:]:
        if day >= course.opens_on and chance.random() < PRACTISES and day < clock.today():
            dose.report_practice(course=course, on=day, practised=True, by=account)


def _chance(life: Life, module: Module) -> Random:
    return Random(f"dose:{life.number}:{module.number}")  # noqa: S311 - made up on purpose
