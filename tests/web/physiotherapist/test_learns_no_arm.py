"""The physiotherapist learns nothing of the arm: every address of the site, exports, errors, letters and the record are alike.

Two people with the same history, one in each arm, the one with the programme using it. The addresses are read from the
resolver, so that one that is added later is tried too.
"""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from difflib import ndiff
from typing import Any
from uuid import uuid4

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from stegvis.audit import clock
from stegvis.audit.models import Event, Reading
from stegvis.people.acting import acting_as
from stegvis.people.models import Role
from stegvis.physiotherapy import queries
from stegvis.reminders.models import PlannedMessage
from stegvis.trial import actions as trial

DAYS = 90
LISTS = ("/en/physio/", "/en/physio/participants/", "/en/physio/messages/")
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")
TOKEN = r'(?<=csrfmiddlewaretoken" value=")\w+|nonce-[\w+/=]+|(?<=nonce=")[^"]+'
CHANGING = re.compile(rf"{TOKEN}|\bid_\w+|(?<=[a-z]_)\d+|\b\d+\b")


@pytest.fixture
def pair(world):
    """Somebody with the programme who uses it, and somebody without, alike in all that a physiotherapist has to do with."""
    begun = clock.today() - timedelta(days=DAYS)
    people = {arm: world.allocated(arm=arm, on=begun) for arm in ("intervention", "control")}
    world.reply(world.send_homework(people["intervention"]))
    world.write_sheet(people["intervention"], "letter")
    for person in people.values():
        world.hold_visit(person, 2)
        world.rate_goals(person)
        with world.acting(person.account, hour=9):
            trial.write(participant=person, channel="physiotherapist", body="How far?", key=uuid4(), by=person.account)
    with world.acting(people["intervention"].account, hour=9):
        account = people["intervention"].account
        trial.write(participant=people["intervention"], channel="therapist", body="Hello", key=uuid4(), by=account)
    return people


def routes(resolver: Any = None, before: str = "") -> Iterator[str]:
    """Every address of the site as a route with its <parameters>."""
    for each in (resolver or get_resolver()).url_patterns:
        route = before + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from routes(each, route)
        elif isinstance(each, URLPattern):
            yield route


def filled(route: str, person: Any, world: Any) -> Iterator[str]:
    """The route with this person's values: each visit in turn; nothing for a route with values of another kind."""
    with acting_as(world.clinician(person, Role.PHYSIOTHERAPIST)):
        goal = queries.goals_of(person)[0]
    values = {"code": person.code, "goal": goal.goal.pk, "rating": goal.last.pk if goal.last else 0, "pk": 999999}
    for number in (1, 2, 3) if ":number>" in route else (1,):
        place = re.sub(r"<(?:\w+:)?(\w+)>", lambda m: str({**values, "number": number}.get(m[1], "x")), route)  # noqa: B023
        yield "/" + place.lstrip("/")


def alike(text: str, person: Any, world: Any) -> str:
    """A page without what differs between any two people: code, name, site, numbers, keys and dates."""
    for word, instead in (
        (person.code, "CODE"),
        (person.code.split("-")[0], "SITE"),
        (person.site.name, "CLINIC"),
        (person.site.phone, "TEL"),
    ):
        text = text.replace(str(word), instead)
    text = UUID.sub("KEY", text)
    text = re.sub(r"Made Up \d+|person\d+@example\.org|0\d[\d\s-]{6,}", "SOMEBODY", text)
    text = re.sub(r'data-account="[0-9a-f]+"|(?<=#user"/></svg><span>)[^<]+', "ACCOUNT", text)
    return CHANGING.sub("N", text)


def seen(world: Any, browser: Any, person: Any) -> dict[str, tuple[int, str]]:
    """What this person's physiotherapist is answered at every address that is about one person."""
    client = browser(world.clinician(person, Role.PHYSIOTHERAPIST))
    client.raise_request_exception = False
    found = {}
    for route in routes():
        if "<" not in route:
            continue
        for place in filled(route, person, world):
            for method in (client.get, client.post):
                response = method(place)
                body = b"".join(response.streaming_content) if response.streaming else response.content
                where = alike(f"{method.__name__} {place} {response.headers.get('Location', '')}", person, world)
                found[where + alike(place, person, world)] = (
                    response.status_code,
                    alike(body.decode("utf-8", "replace"), person, world),
                )
    return found


def differing(one: str, other: str) -> list[str]:
    """The lines in which two pages differ."""
    return [line for line in ndiff(one.splitlines(), other.splitlines()) if line[0] in "+-"]


def test_every_address_answers_alike_for_somebody_in_either_arm(world, browser, pair):
    one, other = (seen(world, browser, pair[arm]) for arm in ("intervention", "control"))
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
    one, other = (seen(world, browser, pair[arm]) for arm in ("intervention", "control"))
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
