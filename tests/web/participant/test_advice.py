"""The WHO's range beside the own target: on the person's page only where the protocol says so."""

import shutil
from uuid import uuid4

import pytest

from stegvis.people.acting import acting_as
from stegvis.physiotherapy import actions
from stegvis.physiotherapy import queries as plans
from tests.studies.folders import CWP
from tests.web.participant.conftest import RANDOMISED
from tests.worlds import FRIDAY, installed


@pytest.fixture
def person_shown_it(tmp_path, moment):
    """Somebody with a plan in a trial whose protocol shows the range."""
    study = shutil.copytree(CWP, tmp_path / "study")
    with (study / "protocol.toml").open("a", encoding="utf-8") as protocol:
        protocol.write("\n[activity]\nadvice_on_own_page = true\n")
    return installed(study).allocated(on=RANDOMISED)


def log(person, effort, minutes):
    with acting_as(person.account):
        actions.log_activity(
            participant=person,
            on=FRIDAY,
            kind="walking",
            minutes=minutes,
            effort=effort,
            key=uuid4(),
            by=person.account,
        )


def shown(page, person):
    return page(person).get("/en/activity/").content.decode()


def test_the_range_stands_beside_now_and_the_plan_and_hard_minutes_count_twice(person_shown_it, page):
    for effort, minutes in (("hard", 10), ("medium", 5), ("easy", 40)):
        log(person_shown_it, effort, minutes)
    html = shown(page, person_shown_it)
    with acting_as(person_shown_it.account):
        planned = plans.minutes_planned(plans.as_draft(plans.plan_now(person_shown_it))).equivalent
    assert f"Now 25 minutes a week, this plan {planned}. The WHO advises 150 to 300." in html
    assert "Easy minutes stand apart: 40." in html
    assert "sv-bar-who" not in page(person_shown_it).get("/en/today/").content.decode()


def test_without_a_word_in_the_protocol_only_the_own_target_is_shown(control, page):
    html = shown(page, control)
    assert "WHO" not in html
    assert "Moving" in html
