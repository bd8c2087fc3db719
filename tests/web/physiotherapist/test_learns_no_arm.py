"""The physiotherapist learns nothing of the arm: every address of the site, exports, errors, letters and the record are alike.

Two people with the same history, one in each arm, the one with the programme using it (see `tests.web.blindness`).
"""

import re
from collections import Counter
from uuid import uuid4

import pytest

from stegvis.audit.models import Event, Reading
from stegvis.people.acting import acting_as
from stegvis.people.models import Role
from stegvis.reminders.models import PlannedMessage
from tests.web.blindness import alike, differing, pair_in, seen

LISTS = ("/en/physio/", "/en/physio/participants/", "/en/physio/messages/")


@pytest.fixture
def pair(world):
    """One person in each arm, by arm."""
    return pair_in(world)


def physio(world, browser, person):
    """The browser of this person's physiotherapist."""
    return browser(world.clinician(person, Role.PHYSIOTHERAPIST))


def test_every_address_answers_alike_for_somebody_in_either_arm(world, browser, pair):
    one, other = (seen(world, physio(world, browser, pair[arm]), pair[arm]) for arm in ("intervention", "control"))
    opened = [place for place, (status, _) in one.items() if status == 200]

    assert len(opened) > 20
    assert one.keys() == other.keys()
    for place, (status, page) in one.items():
        assert status == other[place][0], place
        assert differing(page, other[place][1]) == [], place


def test_after_the_guess_and_the_ratings_the_pages_are_still_alike(world, browser, pair):
    for person in pair.values():
        client = browser(world.clinician(person, Role.PHYSIOTHERAPIST))
        form = {"arm": "unknown", "sure": "", "told": "no", "key": uuid4()}
        assert client.post(f"/en/physio/{person.code}/visit/3/guess/", form).status_code == 302
    one, other = (
        seen(world, physio(world, browser, pair[arm]), pair[arm], ("get",)) for arm in ("intervention", "control")
    )
    for place, (status, page) in one.items():
        assert (status, differing(page, other[place][1])) == (other[place][0], []), place


@pytest.mark.parametrize("place", LISTS)
def test_a_row_of_a_list_is_alike_in_either_arm(world, browser, pair, place):
    rows = []
    for person in pair.values():
        page = browser(world.clinician(person, Role.PHYSIOTHERAPIST)).get(place).content.decode()
        own = [row for row in re.findall(r"<(?:tr|li)\b.*?</(?:tr|li)>", page, re.S) if person.code in row]
        rows.append([alike(row, person, world) for row in own])
    assert rows[0] == rows[1]
    assert rows[0] or "messages" not in place


def test_letters_and_the_record_as_the_physiotherapist_reads_them_are_alike(world, pair):
    told = []
    for person in pair.values():
        physio = world.clinician(person, Role.PHYSIOTHERAPIST)
        with acting_as(physio):
            letters = PlannedMessage.objects.filter(account=physio, participant=person).values_list(
                "kind", "text", "state"
            )
            events = Event.objects.filter(participant=person.code).values_list("verb", "actor_role")
            readings = Reading.objects.filter(participant=person.code).values_list("kind", "actor_role")
            told.append([Counter(map(str, rows)) for rows in (letters, events, readings)])
    assert [(mine - theirs) + (theirs - mine) for mine, theirs in zip(*told, strict=True)] == [Counter()] * 3
    assert told[0][1]
