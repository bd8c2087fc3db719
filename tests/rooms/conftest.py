"""The people of the rooms' tests, made through real actions. Time stands still on a Friday morning in November.

Two people take part at one site: `participant`, who has a therapist and a physiotherapist, and `control`, who has a
physiotherapist only. `outsider` is a physiotherapist at another site and must see nothing of either.

Whoever does or sees something in a test does so as the database knows them: `with acting_as(physiotherapist): …`.
"""

from collections.abc import Iterator
from datetime import date, datetime

import pytest
from django.utils import translation

from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.people import actions as people
from stegvis.people.acting import acting_as
from stegvis.people.models import Account, Participant, Role, Site
from tests import worlds

FRIDAY = date(2026, 11, 13)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Refusals are compared with the sentences of the source, whatever language the installation speaks."""
    with translation.override("en"):
        yield


@pytest.fixture
def moment(db: None) -> Iterator[datetime]:
    """It is nine o'clock on Friday 13 November 2026, for the whole test."""
    nine = clock.at(FRIDAY, 9)
    with clock.frozen(nine):
        yield nine


@pytest.fixture
def world(moment: datetime, example_trial: worlds.World) -> worlds.World:
    """The example trial, installed and without participants: rooms that need people at a stage of a trial start here."""
    return example_trial


@pytest.fixture
def site(moment: datetime) -> Site:
    """The clinic."""
    return make_site("AL", "Alingsås")


@pytest.fixture
def other_site(moment: datetime) -> Site:
    """Another clinic."""
    return make_site("BO", "Borås")


@pytest.fixture
def physiotherapist(site: Site) -> Account:
    """The physiotherapist of both participants."""
    return make_staff(Role.PHYSIOTHERAPIST, site)


@pytest.fixture
def therapist(site: Site) -> Account:
    """The therapist of `participant`."""
    return make_staff(Role.THERAPIST, site)


@pytest.fixture
def coordinator(site: Site) -> Account:
    """The site's coordinator."""
    return make_staff(Role.COORDINATOR, site)


@pytest.fixture
def data_manager(moment: datetime) -> Account:
    """The trial's data manager."""
    return make_staff(Role.DATA_MANAGER)


@pytest.fixture
def statistician(moment: datetime) -> Account:
    """The blind statistician."""
    return make_staff(Role.STATISTICIAN)


@pytest.fixture
def administrator(moment: datetime) -> Account:
    """Whoever opens accounts."""
    return make_staff(Role.ADMINISTRATOR)


@pytest.fixture
def outsider(other_site: Site) -> Account:
    """A physiotherapist at the other site."""
    return make_staff(Role.PHYSIOTHERAPIST, other_site)


@pytest.fixture
def other_therapist(other_site: Site) -> Account:
    """A therapist at the other site."""
    return make_staff(Role.THERAPIST, other_site)


@pytest.fixture
def other_coordinator(other_site: Site) -> Account:
    """The other site's coordinator."""
    return make_staff(Role.COORDINATOR, other_site)


@pytest.fixture
def participant(site: Site, physiotherapist: Account, therapist: Account) -> Participant:
    """Someone with a physiotherapist and a therapist."""
    return make_participant(site, physiotherapist, therapist)


@pytest.fixture
def control(site: Site, physiotherapist: Account) -> Participant:
    """Someone with a physiotherapist."""
    return make_participant(site, physiotherapist)


def make_site(code: str, name: str) -> Site:
    """Open a site."""
    with acting_as(SYSTEM):
        return people.open_site(code=code, name=name, phone="033-12 34 56", safety_phone="033-65 43 21", by=SYSTEM)


def make_staff(role: Role, *sites: Site) -> Account:
    """Add a member of staff who works at `sites`."""
    place = "-".join(site.code for site in sites) or "trial"
    with acting_as(SYSTEM):
        return people.add_staff(
            role=role, email=f"{role}.{place}@example.org", name=f"{role} {place}", sites=list(sites), by=SYSTEM
        )


def make_participant(site: Site, *clinicians: Account) -> Participant:
    """Add a person in the care of `clinicians`."""
    with acting_as(SYSTEM):
        email = f"person{Participant.objects.count() + 1}@example.org"
        person = people.add_participant(
            site=site, name="Made Up", email=email, phone="070-000 00 00", language="sv", made_up=True, by=SYSTEM
        )
        for clinician in clinicians:
            people.assign_clinician(participant=person, clinician=clinician, role=clinician.role, by=SYSTEM)
        return person
