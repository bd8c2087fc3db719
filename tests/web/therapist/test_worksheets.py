"""Worksheets at the therapist's desk: what a person shares, and not a word more."""

from collections.abc import Callable

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from stegvis.audit.action import SYSTEM
from stegvis.audit.models import Reading
from stegvis.people.acting import acting_as
from stegvis.people.models import Account, Participant, Role
from stegvis.programme.worksheets import actions
from tests.web.therapist.conftest import Caseload
from tests.worlds import World

Browser = Callable[..., Client]


def at(person: Participant, rest: str = "") -> str:
    """A page of a person's worksheets."""
    return f"/en/care/{person.code}/worksheets/{rest}"


def test_only_what_is_shared_stands_in_the_list(
    world: World, therapist: Account, caseload: Caseload, browser: Browser
) -> None:
    (person,) = caseload()
    desk = browser(therapist)
    own = world.keep_sheet(person, "letter", words="For me alone.")
    assert "No worksheet is shared with you" in desk.get(at(person)).content.decode()
    assert desk.get(at(person, f"{own.pk}/")).status_code == 404
    shared = world.keep_sheet(person, "stress_diary", audience="therapist", happened="A full bus")
    html = desk.get(at(person)).content.decode()
    assert "Stress diary" in html
    assert "A letter to me" not in html
    assert "A full bus" in desk.get(at(person, f"{shared.pk}/")).content.decode()


def test_a_new_sheet_is_counted_at_the_tab_until_it_is_opened(
    world: World, therapist: Account, caseload: Caseload, browser: Browser
) -> None:
    (person,) = caseload()
    desk = browser(therapist)
    shared = world.keep_sheet(person, "letter", audience="therapist")
    assert "New</" in desk.get(at(person)).content.decode()
    desk.get(at(person, f"{shared.pk}/"))
    assert "New</" not in desk.get(at(person)).content.decode()


def test_opening_one_leaves_a_reading(world: World, therapist: Account, caseload: Caseload, browser: Browser) -> None:
    (person,) = caseload()
    shared = world.keep_sheet(person, "letter", audience="therapist")
    browser(therapist).get(at(person, f"{shared.pk}/"))
    with acting_as(SYSTEM):
        assert Reading.objects.filter(participant=person.code, kind="worksheets", tells_arm=True).count() == 1


def test_what_was_taken_back_or_is_another_therapists_is_not_found(
    world: World, therapist: Account, caseload: Caseload, browser: Browser
) -> None:
    (person,) = caseload()
    shared = world.keep_sheet(person, "letter", audience="therapist")
    other = browser(world.staff(Role.THERAPIST, world.sites[1]))
    assert other.get(at(person)).status_code == other.get(at(person, f"{shared.pk}/")).status_code == 404
    with acting_as(person.account):
        actions.take_back(entry=shared, audience="therapist", by=person.account)
    assert browser(therapist).get(at(person, f"{shared.pk}/")).status_code == 404


def test_queries_do_not_grow_with_the_number_of_shared_sheets(
    world: World, therapist: Account, caseload: Caseload, browser: Browser
) -> None:
    (person,) = caseload()
    desk, counts = browser(therapist), []
    for more in (1, 8):
        for _ in range(more):
            world.keep_sheet(person, "letter", audience="therapist")
        desk.get(at(person))
        with CaptureQueriesContext(connection) as asked:
            desk.get(at(person))
        counts.append(len(asked))
    assert len(set(counts)) == 1, counts
