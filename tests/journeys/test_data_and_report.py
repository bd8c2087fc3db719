"""Data and report, and the lists that have no tab: each page at a desk and on a phone, nothing wider than the screen."""

import pytest

from tests.journeys.conftest import DESK, PHONE
from tests.journeys.test_answering import TOO_WIDE
from tests.worlds import World

MANAGER = ("/stats/", "/stats/lock/", "/stats/retention/", "/stats/readings/", "/stats/exports/order/")
COORDINATOR = ("/trial/", "/trial/consents/", "/trial/deviations/", "/trial/physiotherapists/")


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize(("role", "pages"), [("data_manager", MANAGER), ("coordinator", COORDINATOR)])
def test_each_page_passes_the_accessibility_check_and_fits_the_screen(stage: World, visitor, size, role, pages):
    stage.allocated()
    someone = visitor(size)
    someone.sign_in(stage.staff(role))

    for page in pages:
        someone.go(page)
        someone.look()
        assert someone.page.evaluate(TOO_WIDE) <= 0, f"{page} is too wide"
        assert someone.page.locator("nav [aria-current=page]").count() >= 1, f"{page} marks no tab"
