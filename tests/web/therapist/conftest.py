"""A therapist's caseload in the middle of the programme.

`caseload(n)` gives `n` people of one therapist whose course opened ten days before the tests' Friday. They are made by
the rooms' own actions as the system, without the trial around them: what this wing shows begins with a course.
"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.messaging import actions as messaging
from stegvis.messaging.queries import Channel
from stegvis.people import actions as people
from stegvis.people.acting import acting_as
from stegvis.people.models import Account, Participant, Role
from stegvis.programme import actions as programme
from stegvis.programme import arranging
from stegvis.programme import queries as courses
from stegvis.programme.models import Course
from tests.worlds import FRIDAY, World

Caseload = Callable[..., list[Participant]]
OPENED = FRIDAY - timedelta(days=9)


@pytest.fixture
def therapist(world: World) -> Account:
    """The therapist at the first site."""
    return world.staff(Role.THERAPIST)


@pytest.fixture
def caseload(world: World, therapist: Account) -> Caseload:
    """Make `n` people with a course in the therapist's caseload."""

    def _caseload(n: int = 1, *, opened: date = OPENED, of: Account | None = None, **more: Any) -> list[Participant]:
        return [person_with_course(world, of or therapist, opened, **more) for _ in range(n)]

    return _caseload


def person_with_course(world: World, therapist: Account, opened: date, *, start_held: bool = True) -> Participant:
    """Somebody who was given the programme and this therapist."""
    number = uuid4().hex[:8]
    with acting_as(SYSTEM):
        person = people.add_participant(
            site=world.site, name="Made Up", email=f"{number}@example.org", phone="070-174 06 99", language="sv",
            made_up=True, by=SYSTEM,
        )  # fmt: skip
        programme.make_course(participant=person, opens_on=opened, by=SYSTEM)
        people.assign_clinician(participant=person, clinician=therapist, role=Role.THERAPIST, by=SYSTEM)
    if start_held:
        start_call(person, therapist)
    return person


def start_call(person: Participant, therapist: Account) -> None:
    """The start call was held today, and found nothing that stands in the way."""
    found = {"suitability": "fits", "exhaustion": "none", "time": "enough", "risk": "none"}
    with acting_as(therapist):
        arranging.keep_contact(
            course=course_of(person), kind="start", mode="telephone", outcome="held", held_on=clock.today(), minutes=0,
            found=found, words="", key=uuid4(), by=therapist,
        )  # fmt: skip


def course_of(person: Participant) -> Course:
    """A person's course."""
    with acting_as(SYSTEM):
        found = courses.course_of(person)
    assert found is not None
    return found


def write_to_therapist(world: World, person: Participant, body: str = "Good morning.", on: date | None = None) -> None:
    """The person writes a message to the therapist."""
    with world.acting(person.account, on):
        messaging.send(participant=person, channel=Channel.THERAPIST, body=body, key=uuid4(), by=person.account)


def welcome(world: World, therapist: Account, person: Participant, on: date | None = None, **more: Any) -> None:
    """The therapist writes to the person."""
    with world.acting(therapist, on):
        messaging.send(
            participant=person, channel=Channel.THERAPIST, body="Welcome.", key=more.get("key", uuid4()), by=therapist
        )
