"""Whoever of the staff opens a page about somebody leaves a reading, whichever page it is.

The addresses are read from the resolver, so that a page that is added later is tried too.
"""

import pytest

from stegvis.audit.action import SYSTEM
from stegvis.audit.models import Reading
from stegvis.people.acting import acting_as
from stegvis.people.models import STAFF, Role
from tests.web.blindness import filled, pair_in, routes, values_of

CARERS = (Role.THERAPIST, Role.PHYSIOTHERAPIST)


@pytest.fixture
def person(world):
    """Somebody with a past in every part."""
    return pair_in(world)["intervention"]


def readings(person, role):
    with acting_as(SYSTEM):
        return Reading.objects.filter(participant=person.code, actor_role=role).count()


@pytest.mark.parametrize("role", sorted(STAFF - {Role.ADMINISTRATOR, Role.COMMITTEE}))
def test_every_page_about_somebody_leaves_a_reading(world, browser, person, role):
    client = browser(world.clinician(person, role) if role in CARERS else world.staff(role, person.site))
    client.raise_request_exception = False
    values, opened = values_of(person, world), 0
    for place in (each for route in routes(role=role) if ":code>" in route for each in filled(route, values)):
        before = readings(person, role)
        page = client.get(place)
        if page.status_code == 200 and not page.streaming and person.code in page.content.decode("utf-8", "replace"):
            opened += 1
            assert readings(person, role) > before, f"{place} shows {role} a person and keeps no reading of it"
    assert opened or role in (Role.DATA_MANAGER, Role.STATISTICIAN)
