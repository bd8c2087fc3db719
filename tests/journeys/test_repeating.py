"""A form by others with what can be given several times, at the size and in the letters of whoever needs them large."""

import re

import pytest
from django.db import transaction

from stegvis.audit import actions as record
from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.people.acting import acting_as
from tests.journeys.test_answering import LOOKS, TOO_WIDE, answering, at  # noqa: F401  # fixtures among them
from tests.journeys.test_participants_journeys import stored
from tests.web.questions import installed_with
from tests.worlds import FRIDAY

NARROW = {"width": 320, "height": 640}
LARGE = "document.documentElement.style.fontSize = '200%'"
MEDICINE = {"linkId": "drug", "type": "group", "repeats": True, "text": "Medicine", "item": [
    {"linkId": "name", "type": "string", "text": "Its name"},
    {"linkId": "dose", "type": "quantity", "text": "How much of it in a day"},
    {"linkId": "since", "type": "date", "text": "Since when"},
]}  # fmt: skip
AT = "/q/six_months/stress-now/name@1/"


@pytest.fixture
def stage(fresh_database, tmp_path):
    """The example trial, in which one form asks for medicines too."""
    with clock.frozen(clock.at(FRIDAY, 10)):
        world = installed_with(tmp_path, MEDICINE)
        with transaction.atomic(), acting_as(SYSTEM):
            record.set_clock(offset=clock.now() - clock.wall(), by=SYSTEM)
        yield world


@LOOKS
def test_one_more_of_a_group_is_added_given_and_kept(viewport, language, scheme, answering, at):  # noqa: F811
    window = at(AT, viewport, language, color_scheme=scheme)
    page = window.page
    window.look()
    page.locator("[name='name@1']").fill("Iron")
    with page.expect_navigation(url=re.compile("name@2")):
        page.locator("button[value^='add:']").click()
    window.look()
    page.locator("[name='name@2']").fill("Zinc")
    with page.expect_navigation():
        page.locator("button[value=next]").click()
    found = stored(answering)
    assert (found["name@1"], found["name@2"]) == ("Iron", "Zinc")


@pytest.mark.parametrize("letters", ["", LARGE], ids=["as they are", "twice as large"])
def test_on_a_narrow_telephone_nothing_is_cut_off_or_lies_over_a_question(letters, answering, at):  # noqa: F811
    window = at(AT, NARROW, "sv")
    for path in (AT, "/q/six_months/pain-map/pain-map/", "/q/six_months/phq-9/phq9-1/"):
        window.go(path)
        window.page.evaluate(letters)
        window.look()
        assert window.page.evaluate(TOO_WIDE) <= 0, path
        skip = window.page.locator(".sv-skip").bounding_box()
        assert skip["y"] + skip["height"] <= 0  # until the keyboard comes to it
