"""A person's timeline in a browser: on a phone in the dark and at a desk, narrowed to one kind from the keyboard alone."""

from datetime import timedelta

import pytest

from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.people.acting import acting_as
from stegvis.people.models import Role
from stegvis.safety import actions as safety
from tests.journeys.conftest import DESK, PHONE
from tests.journeys.test_answering import TOO_WIDE
from tests.web.test_timeline import happen


@pytest.fixture
def person(stage):
    """Somebody to whom something of every kind has happened."""
    found = stage.allocated(site=stage.site, on=clock.today() - timedelta(days=183))
    with acting_as(SYSTEM):
        safety.join_rota(site=stage.site, account=stage.coordinator(), by=SYSTEM)
    happen(stage, found)
    return found


@pytest.mark.parametrize(("viewport", "language", "scheme"), [(PHONE, "sv", "dark"), (DESK, "en", "light")])
def test_a_timeline_holds_and_is_narrowed_from_the_keyboard(stage, person, visitor, viewport, language, scheme):
    for role, path in (
        (Role.COORDINATOR, f"/trial/participants/{person.code}/story/"),
        (Role.DATA_MANAGER, f"/queries/people/{person.code}/"),
    ):
        window = visitor(viewport, color_scheme=scheme)
        window.language = language
        window.sign_in(stage.staff(role), then=path)
        window.look()
        assert window.page.evaluate(TOO_WIDE) <= 0, path
        all_of_them = window.page.locator(".sv-timeline > li").count()
        window.page.locator('a[href$="kind=deviations"]').focus()
        window.page.keyboard.press("Enter")
        window.page.wait_for_url("**kind=deviations")
        assert 0 < window.page.locator(".sv-timeline > li").count() < all_of_them
        assert window.page.locator('[aria-current="true"][href$="kind=deviations"]').count() == 1
        window.look()
    for rest in ("answers/", "record/"):
        window.go(f"{path}{rest}")
        window.look()
        assert window.page.evaluate(TOO_WIDE) <= 0, rest
