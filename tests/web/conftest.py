"""What the tests of all wings share: a trial (see `tests.worlds`), and someone signed in at a browser.

    page = browser(world.coordinator()).get("/en/trial/")

`browser(account)` is Django's test client with a complete session, second factor included; `browser()` is nobody's. It is
ten o'clock on Friday 13 November 2026 for the whole test. Pages are asked for in English (`/en/…`).
"""

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from django.test import Client

from stegvis.audit import clock
from stegvis.people.models import Account
from stegvis.web.access import SECOND_FACTOR
from tests.worlds import FRIDAY, World

Browser = Callable[..., Client]


@pytest.fixture
def moment(db: None) -> Iterator[datetime]:
    """It is ten o'clock on Friday 13 November 2026, for the whole test."""
    ten = clock.at(FRIDAY, 10)
    with clock.frozen(ten):
        yield ten


@pytest.fixture
def world(moment: datetime, example_trial: World) -> World:
    """The example trial, ready for its first participant."""
    return example_trial


@pytest.fixture
def browser() -> Browser:
    """A browser of nobody, or of somebody who has signed in completely."""

    def _browser(account: Account | None = None) -> Client:
        client = Client()
        if account is not None:
            client.force_login(account)
            session = client.session
            session[SECOND_FACTOR] = account.is_staff_member
            session.save()
        return client

    return _browser
