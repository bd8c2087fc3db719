"""Two people with the same history, one in each arm, and every address of the site as somebody in a blind role sees it.

The addresses are read from the resolver, so that one that is added later is tried too.
"""

import re
from collections.abc import Iterator
from datetime import timedelta
from difflib import ndiff
from typing import Any
from uuid import uuid4

from django.urls import URLPattern, URLResolver, get_resolver

from stegvis.audit import clock
from stegvis.people.acting import acting_as
from stegvis.people.models import Role
from stegvis.physiotherapy import queries
from stegvis.trial import actions as trial

DAYS = 90
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")
TOKEN = r'(?<=csrfmiddlewaretoken" value=")\w+|nonce-[\w+/=]+|(?<=nonce=")[^"]+'
UNTOLD = ("Location", "Content-Security-Policy")  # the one is in the address, the other differs by nonce only
CHANGING = re.compile(rf"{TOKEN}|\bid_\w+|(?<=[a-z]_)\d+|\b\d+\b")


def pair_in(world: Any) -> dict[str, Any]:
    """By arm: somebody with the programme who uses it, and somebody without, alike in all that a blind role has to do with."""
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


def routes(resolver: Any = None, before: str = "", role: str = "") -> Iterator[str]:
    """Every address of the site as a route with its <parameters>; with a role those whose gate does not turn it away."""
    for each in (resolver or get_resolver()).url_patterns:
        route = before + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from routes(each, route, role)
        elif isinstance(each, URLPattern) and (not role or lets_in(each.callback, role)):
            yield route


def lets_in(view: Any, role: str) -> bool:
    """Whether a page's gate (`web.access.for_role`) names this role, or the page has no gate."""
    while view is not None:
        if roles := getattr(view, "roles", ()):
            return role in roles
        view = getattr(view, "__wrapped__", None)
    return True


def values_of(person: Any, world: Any) -> dict[str, Any]:
    """What stands in addresses about this person, by the parameter's name."""
    with acting_as(world.clinician(person, Role.PHYSIOTHERAPIST)):
        goal = queries.goals_of(person)[0]
    return {"code": person.code, "goal": goal.goal.pk, "rating": goal.last.pk if goal.last else 0, "pk": 999999}


def filled(route: str, values: dict[str, Any]) -> Iterator[str]:
    """The route with these values: each visit in turn; nothing to find for a route with values of another kind."""
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
    for name in (account.name for staff in world.cast.by_role.values() for account in staff):
        text = text.replace(name, "STAFF")
    text = re.sub(r'(value="PT-\d+" id="[^"]+") checked', r"\1", text)
    text = UUID.sub("KEY", text)
    text = text.replace(" sv-btn--quiet", "")  # whoever stands first in a list has the one button that is filled
    text = re.sub(r"\b(?=[a-f]*\d)[0-9a-f]{12,64}\b", "HASH", text)  # of what is each person's own
    text = re.sub(r"Made Up \d+|person\d+@example\.org|0\d[\d\s-]{6,}", "SOMEBODY", text)
    text = re.sub(r'data-account="[0-9a-f]+"|(?<=#user"/></svg><span>)[^<]+', "ACCOUNT", text)
    return CHANGING.sub("N", text)


def seen(
    world: Any, client: Any, person: Any, methods: tuple[str, ...] = ("get", "post"), role: str = ""
) -> dict[str, tuple[int, str]]:
    """What `client` is answered at every address about one person: status, and body with headers, where each stands for itself.

    An address with a number alone is about whoever has that row, and is the same for both; their rows are among `rows_of`.
    With a role only at those whose gate lets it in: what is behind the others is tried with the gate.
    """
    client.raise_request_exception = False
    found, values = {}, values_of(person, world)
    for place in (
        place for route in routes(role=role) if ABOUT_SOMEBODY.search(route) for place in filled(route, values)
    ):
        for method in methods:
            response = getattr(client, method)(place)
            where = alike(f"{method} {place} {response.headers.get('Location', '')}", person, world)
            found[where] = (response.status_code, alike(_told(response), person, world))
    return found


def _told(response: Any) -> str:
    """Body and headers of an answer."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    headers = [f"{name}: {value}" for name, value in sorted(response.headers.items()) if name not in UNTOLD]
    return "\n".join([*headers, body.decode("utf-8", "replace")])


ABOUT_SOMEBODY = re.compile(r"<(?!int:number>)")
INNERMOST = re.compile(r"<(?:tr|li)\b(?:(?!<(?:tr|li)\b).)*?</(?:tr|li)>", re.S)
"""A row of a list or table that has no list or table in it: a week of a calendar is several people's."""


def rows_of(client: Any, person: Any, world: Any, role: str) -> dict[str, list[str]]:
    """By address that is about nobody in particular and lets a role in: this person's rows in its lists."""
    client.raise_request_exception = False
    found = {}
    for route in routes(role=role):
        page = client.get("/" + route.lstrip("/")) if "<" not in route else None
        if page is None or page.status_code != 200 or page.streaming:
            continue
        text = page.content.decode("utf-8", "replace")
        own = [row for row in INNERMOST.findall(text) if person.code in row]
        found[route] = sorted(alike(row, person, world) for row in own)
    return found


def differing(one: str, other: str) -> list[str]:
    """The lines in which two pages differ."""
    return [line for line in ndiff(one.splitlines(), other.splitlines()) if line[0] in "+-"]
