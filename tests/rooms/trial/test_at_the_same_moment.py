"""Two tabs, a double tap, a retry on a broken connection: one response, one set of scores, one stage further."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from stegvis.assessments.errors import AlreadySent
from stegvis.assessments.models import Answer, Assessment, Response, Score
from stegvis.audit import clock
from stegvis.people.acting import acting_as
from stegvis.trial import actions, queries
from tests.worlds import FRIDAY, installed

pytestmark = pytest.mark.usefixtures("fresh_database")


@pytest.fixture
def person(fresh_database):
    """Has consented; the baseline is open, and committed."""
    with clock.frozen(clock.at(FRIDAY, 10)):
        yield installed().consented()


def at_once(work):
    """Do everything at the same moment, each on a connection of its own; results or refusals."""
    start = threading.Barrier(len(work))

    def run(step):
        try:
            start.wait()
            with clock.frozen(clock.at(FRIDAY, 11)):
                return step()
        except AlreadySent as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(len(work)) as threads:
        return list(threads.map(run, work))


def save(person, value):
    with acting_as(person.account):
        return actions.save_answers(
            assessment=Assessment.objects.get(participant=person), instrument="pain-intensity",
            answers={"pain-intensity": value}, language="sv", by=person.account,
        )  # fmt: skip


def send(person):
    with acting_as(person.account):
        return actions.submit_assessment(assessment=Assessment.objects.get(participant=person), by=person.account)


def test_sending_from_four_tabs_at_once_makes_one_response(person):
    save(person, 61)
    sent = at_once([lambda: send(person)] * 4)

    assert len({each.submitted_at for each in sent}) == 1
    assert Response.objects.count() == Score.objects.filter(name="pain_intensity").count() == 1
    stages = [change.stage for change in queries.changes_of(queries.enrolment(person))]
    assert stages.count("baseline_done") == 1


def test_the_first_answer_from_two_tabs_at_once_makes_one_response_and_loses_neither(person):
    at_once([lambda: save(person, 61), lambda: save(person, 16)])

    assert Response.objects.count() == 1
    assert set(Answer.objects.values_list("value", flat=True)) == {61, 16}


def test_an_answer_saved_while_another_tab_sends_is_scored_or_refused_and_never_in_between(person):
    save(person, 61)
    _sent, saved = at_once([lambda: send(person), lambda: save(person, 16)])

    newest = Answer.objects.latest("pk").value
    assert Score.objects.get(name="pain_intensity").value == newest
    assert isinstance(saved, AlreadySent) is (newest == 61)
