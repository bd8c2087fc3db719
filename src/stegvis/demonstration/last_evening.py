"""The last evening: at each site one person says that something is wrong, after the clinic has closed, and of another the
coordinator hears that they are in hospital.

The demonstration begins the next morning, and whoever is on the safety rota then has an alert that nobody has taken yet,
as on many a morning of a real trial. It draws nothing from anybody's stream of chance, so no figure depends on it.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from functools import partial
from random import Random
from uuid import NAMESPACE_URL, UUID, uuid5

from stegvis.audit import clock
from stegvis.demonstration.life import Director, email_of
from stegvis.demonstration.lives import Life
from stegvis.people import queries as people
from stegvis.people.life import actions as events
from stegvis.people.life.models import LifeKind
from stegvis.trial import actions as trial
from stegvis.trial.deviations import actions as deviations
from stegvis.trial.deviations.models import FoundBy


def plan(director: Director, lives: Iterable[Life], morning: date) -> None:
    """Put it on the agenda for the evening before `morning`: at each site whoever was randomised last and is still there."""
    evening = morning - timedelta(days=1)
    latest: dict[str, Life] = {}
    for life in lives:
        if life.randomised_on and life.randomised_on < evening and not life.withdrew:
            before = latest.get(life.site)
            if before is None or (life.randomised_on, life.number) > (before.randomised_on, before.number):
                latest[life.site] = life
    for life in _earliest(lives):
        director.later(clock.at(evening, 16, life.number % 50), partial(_in_hospital, director, life, morning))
    for life in latest.values():
        director.later(clock.at(evening, 19, life.number % 50), partial(_tell, director, life))


def _tell(director: Director, life: Life) -> None:
    account = people.account_by_email(email_of(life))
    person = people.participant_of(account) if account else None
    assert account is not None  # whoever was randomised has an account
    assert person is not None
    chance = Random(f"wrong:{life.number}")  # noqa: S311 - made up on purpose
    words = director.model.words["wrong"]
    trial.something_is_wrong(
        participant=person, words=chance.choice(words.get(life.language, words["en"])),
        key=UUID(int=chance.getrandbits(128), version=4), by=account,
    )  # fmt: skip


def _earliest(lives: Iterable[Life]) -> list[Life]:
    """At each site who was randomised first, of those who are still there: all their answers are in, or too late."""
    found: dict[str, Life] = {}
    for life in lives:
        if life.randomised_on and not life.withdrew:
            first = found.get(life.site)
            if first is None or (life.randomised_on, life.number) < (first.randomised_on, first.number):
                found[life.site] = life
    return list(found.values())


def _in_hospital(director: Director, life: Life, morning: date) -> None:
    """The coordinator hears of a stay in hospital; and a monitor has found that a page of paper is not there."""
    account = people.account_by_email(email_of(life))
    person = people.participant_of(account) if account else None
    assert person is not None  # whoever was randomised has an account
    events.keep(
        participant=person, kind=LifeKind.IN_HOSPITAL, since=morning - timedelta(days=3), ask_again_on=clock.today(),
        key=uuid5(NAMESPACE_URL, f"hospital:{life.number}"), by=director.cast.coordinators[life.site],
    )  # fmt: skip
    deviations.record(
        site=person.site, participant=person, kind="measurement", happened_on=life.randomised_on or morning,
        description="En sida av formuläret på papper saknades i pärmen.", found_by=FoundBy.MONITOR,
        key=uuid5(NAMESPACE_URL, f"deviation:{life.number}"), by=director.cast.coordinators[life.site],
    )  # fmt: skip
