"""Why people stop: from the page on which somebody says it, through the extract, into the printed report."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client

from stegvis.audit import clock
from stegvis.methods.analysis.extract import read_extract
from stegvis.people.acting import acting_as
from stegvis.reporting import actions
from stegvis.web.access import SECOND_FACTOR
from tests.locking import locked


@pytest.fixture
def stopped(thorough, small):
    """One in the arm with the programme who stopped it without a reason (`small`), and two more who are about to."""
    on = clock.today() - timedelta(days=70)
    return [small.allocated(arm="intervention", on=on) for _ in range(2)]


def stop(account, address, *reasons):
    """Send the form with which a participant, or a coordinator for one, stops the programme."""
    client = Client()
    client.force_login(account)
    session = client.session
    session[SECOND_FACTOR] = account.is_staff_member
    session.save()
    done = client.post(address, {"layers": ["programme"], "reasons": reasons})
    assert done.status_code == 302, done.content.decode()


def table(report):
    """The rows of the report's table of reasons: what is said, and by how many it was chosen."""
    found = re.search(r'<table[^>]*id="table-leaving-intervention".*?</table>', report, re.DOTALL)
    assert found, "no table of reasons"
    rows = re.findall(r"<tr>(.*?)</tr>", found.group(), re.DOTALL)
    cells = [[unescape(re.sub(r"<[^>]*>", "", each)).strip() for each in re.split(r"</t[hd]>", row)] for row in rows]
    return {row[0]: row[1] for row in cells}


def test_what_was_chosen_when_stopping_stands_in_the_extract_and_in_the_report(
    small, stopped, data_manager, plan, tmp_path
):
    person, other = stopped
    stop(person.account, "/en/study/withdraw/", "too_long", "life")
    stop(small.coordinator(other), f"/en/trial/participants/{other.code}/withdraw/", "too_long")

    locked(small)
    with acting_as(data_manager):
        actions.write_extract(
            analysis="six_months", kind="unblinded", folder=tmp_path / "x", plan=plan, by=data_manager
        )
        printed = {
            language: actions.print_report(
                analysis="six_months", kind="unblinded", plan=plan, language=language, by=data_manager
            )
            for language in ("en", "sv")
        }
    written = {(row.participant, row.reason) for row in read_extract(tmp_path / "x").leavings}
    assert {(person.code, "too_long"), (person.code, "life"), (other.code, "too_long")} < written
    english, swedish = (table(printed[language].html) for language in ("en", "sv"))
    assert english == {
        "Reason": "Chosen by, of 3 who stopped", "It takes too long": "2", "Life got in the way": "1",
        "No reason chosen": "1",
    }  # fmt: skip
    assert list(english.values())[1:] == list(swedish.values())[1:]
    assert "It takes too long" not in swedish
