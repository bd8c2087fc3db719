"""Data queries and monitoring in a browser: every page on a phone in the dark, and the meeting's sheet on one page."""

import re
from uuid import uuid4

import pytest

from stegvis.monitoring import actions
from stegvis.people.acting import acting_as
from stegvis.people.models import Role
from tests.journeys.conftest import DESK, PHONE
from tests.journeys.test_answering import TOO_WIDE


@pytest.fixture
def query(stage):
    """One that the data manager asked by hand about somebody's baseline."""
    person, manager = stage.baseline_done(site=stage.site), stage.staff(Role.DATA_MANAGER)
    with acting_as(manager):
        return actions.raise_query(
            participant=person, asked_of="outcome_assessor", words="Is this right?", occasion="baseline",
            instrument="pain-intensity", item="pain-intensity", key=uuid4(), by=manager,
        )  # fmt: skip


@pytest.mark.parametrize(("viewport", "language", "scheme"), [(PHONE, "sv", "dark"), (DESK, "en", "light")])
def test_the_data_managers_pages_hold_and_the_meeting_prints_on_one_sheet(
    stage, query, visitor, viewport, language, scheme
):
    window = visitor(viewport, color_scheme=scheme)
    window.language = language
    window.sign_in(stage.staff(Role.DATA_MANAGER), then="/queries/")
    about = f"/queries/about/{query.participant.code}/?datum=baseline:phq-9"
    for path in (
        "/queries/",
        f"/queries/{query.pk}/",
        about,
        "/queries/findings/",
        "/monitoring/",
        "/monitoring/meeting/",
    ):
        window.go(path)
        window.look()
        assert window.page.evaluate(TOO_WIDE) <= 0, f"{path} is too wide"
    pdf = window.page.pdf(prefer_css_page_size=True, print_background=True)
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 1
