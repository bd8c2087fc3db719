"""Clicks counted: whatever is overdue is, from the coordinator's first page, at most three presses from done."""

import re
from datetime import timedelta

import pytest

from stegvis.audit.action import SYSTEM
from stegvis.people.acting import acting_as
from stegvis.trial.scheduling import queries
from tests.worlds import FRIDAY

SIX_MONTHS = "six_months"
MOST = 3
PEOPLE = 4  # more than the first page shows of a kind


@pytest.fixture
def site(world):
    """Four people at one site, with something overdue of each kind."""
    opened = FRIDAY - timedelta(days=world.protocol.occasion(SIX_MONTHS).day + 7)
    people = [world.allocated(on=opened, site=world.site) for _ in range(PEOPLE)]
    for person in people:
        world.hold_visit(person, 2)
    answered = [world.allocated(on=opened, site=world.site) for _ in range(PEOPLE)]
    for person in answered:
        world.answer(person, SIX_MONTHS)
    return [world.site.pk]


def links(page):
    """Where a page's links lead, and where its buttons that need nothing filled in are sent."""
    html = page.content.decode().partition("<main")[2]
    sent = [form for form in re.findall(r"<form[^>]*method=\"post\"[^>]*>.*?</form>", html, re.S) if "<button" in form]
    return set(re.findall(r'href="(/[^"#]+)', html)), [form for form in sent if not _asks(form)]


def _asks(form):
    """Whether something must be chosen before the button is pressed: a choice without one made already."""
    names = set(re.findall(r'type="radio"[^>]*name="(\w+)"|name="(\w+)"[^>]*type="radio"', form))
    chosen = [tag for tag in re.findall(r"<input[^>]*>", form) if 'type="radio"' in tag and " checked" in tag]
    return len(names) > len(chosen)


def presses(desk, url):
    """How many presses from the first page to a page, that lies behind a list at most; and one more for its button."""
    first, _sent = links(desk.get("/en/trial/"))
    lists = [each for each in first if "/participants/" not in each and each.startswith("/en/trial/")]
    found = 1 if url in first else 2 if any(url in links(desk.get(each))[0] for each in lists) else 99
    assert links(desk.get(url))[1], f"{url} has no button that ends it"
    return found + 1


def test_every_overdue_item_is_at_most_three_presses_from_done(world, browser, site):
    desk = browser(world.coordinator())
    with acting_as(SYSTEM):
        calls = [f"/en/trial/calls/{each.participant.code}/{each.occasion}/" for each in queries.awaited(site, "open")]
        visits = [
            f"/en/trial/participants/{each.participant.code}/visit/{each.number}/"
            for each in queries.visits(site, "unrecorded")
        ]
        gifts = [
            f"/en/trial/participants/{each.participant.code}/gift/{each.occasion}/"
            for each in queries.gifts_to_send(site, world.protocol)
        ]
    assert (len(calls), len(gifts)) == (PEOPLE, PEOPLE)
    assert len(visits) > PEOPLE

    for url in [*calls, *visits, *gifts]:
        assert presses(desk, url) <= MOST, url
