"""Waiting: two people of the first site who have not been drawn: one asks something about taking part, one has just signed.

So that whoever informs people has something to do on the demonstration's morning: a question whose answer is overdue, and a
consent without the second signature. They draw nothing from anybody's stream of chance and are none of the drawn lives.
"""

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from functools import partial

from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.demonstration import consenting
from stegvis.demonstration.life import Director, email_of
from stegvis.demonstration.lives import Life, workday
from stegvis.people.models import Participant
from stegvis.trial import actions as trial
from stegvis.trial import queries as trials

NUMBERS = (9001, 9002)
"""Numbers that no drawn life comes to."""
DAYS_BEFORE = 9
ASKED_BEFORE = 6
"""How many days before the morning the first one asks: more than two working days, whatever the weekday."""


def plan(director: Director, lives: Iterable[Life], morning: date) -> None:
    """Put both on the agenda of whoever lives the first site's lives."""
    site = director.protocol.sites[0].code
    if site not in {life.site for life in lives}:
        return
    invited_on = workday(morning - timedelta(days=DAYS_BEFORE))
    asks, signs = (
        Life(number, site, "sv", "self", age, sex, 60, invited_on, "waits")
        for number, age, sex in zip(NUMBERS, (47, 53), ("woman", "man"), strict=True)
    )
    asked_on, signed_on = morning - timedelta(days=ASKED_BEFORE), morning - timedelta(days=1)
    then = clock.at(asked_on, 18, 40)
    director.later(clock.at(invited_on, 13, 10), partial(_invite, director, asks, partial(_ask, director, asks), then))
    then = clock.at(signed_on, 17, 20)
    director.later(
        clock.at(invited_on, 13, 40), partial(_invite, director, signs, partial(_sign, director, signs), then)
    )


def _invite(director: Director, life: Life, step: Callable[[Participant], None], then: datetime) -> None:
    """Answers the self-check; is called the same afternoon, fits, and is invited; does the next step on its day."""
    coordinator = director.cast.coordinators[life.site]
    screening = trial.open_screening(
        site=director.cast.sites[life.site], source=life.source, language=life.language,
        answers=director.self_check(life), name=f"Påhittad person {life.number}", email=email_of(life),
        phone="070-174 06 99", key=director.key(life, "screening"), made_up=True, by=SYSTEM,
    )  # fmt: skip
    for row in trials.criteria_of(screening, at="screening"):
        trial.decide_criterion(
            screening=screening, criterion=row.criterion.code, source="telephone", by=coordinator,
            verdict="yes" if row.criterion.kind == "include" else "no",
        )  # fmt: skip
    enrolment = trial.invite(screening=screening, sex=life.sex, by=coordinator)
    director.later(then, partial(step, enrolment.participant))


def _ask(director: Director, life: Life, person: Participant) -> None:
    words = director.words(life, "about_consent")
    trial.ask_about_consent(participant=person, words=words, key=director.key(life, "question"), by=person.account)


def _sign(director: Director, life: Life, person: Participant) -> None:
    consenting.read_and_sign(life, person, director.key(life, "consent"))
