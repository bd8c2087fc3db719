"""All my data: everything of mine, nothing of anybody else, and no arm that I do not know."""

import io
import json
import zipfile

import pytest
from django.apps import apps
from django.db import connection

from stegvis.audit.action import SYSTEM
from stegvis.audit.models import Event
from stegvis.audit.reading import record_reading
from stegvis.exchange import actions, own_data
from stegvis.exchange.errors import NotYourData
from stegvis.people.acting import acting_as


def taken(browser):
    response = browser.post("/en/study/data/download/")
    assert response.status_code == 200
    packed = zipfile.ZipFile(io.BytesIO(response.content))
    assert sorted(packed.namelist()) == ["my-data.html", "my-data.json"]
    return json.loads(packed.read("my-data.json")), packed.read("my-data.html").decode()


def test_one_file_holds_what_a_person_answered_agreed_to_and_planned(world, page):
    person = world.followed_up(arm="intervention")
    assert "Download my data" in page(person).get("/en/study/data/").content.decode()
    found, html = taken(page(person))

    assert (found["participant"], found["arm"]) == (person.code, "intervention")
    assert {"consent.Consent", "physiotherapy.Goal", "assessments.Answer", "people.Identity"} <= set(found["tables"])
    assert found["tables"]["physiotherapy.Goal"][0]["text"] == "Walk to the lake 0"
    assert found["screening"]["answers"]["age"] == world.age
    assert "Walk to the lake 0" in html
    assert Event.objects.filter(verb="exchange.own_data_taken", participant=person.code).count() == 1


def test_the_file_to_read_says_who_has_read_and_what_was_told_in_words(world, page):
    person = world.consented(language="en")
    with acting_as(SYSTEM):
        record_reading(participant_code=person.code, kind="contact", by=world.coordinator(person))
    _found, html = taken(page(person))

    assert "Coordinator, Rehab Björken: Your contact details" in html
    assert f"<dt>Age</dt><dd>{world.age}</dd>" in html
    assert "<dt>Chronic widespread pain</dt><dd>yes, " in html
    for code in ("coordinator, BJ", "widespread_pain", "(UTC)"):
        assert code not in html.partition("<h2>Who you are")[0] + html.rpartition("<h2>")[2]


def test_nothing_of_anybody_else_and_nothing_secret_is_in_it(world, page):
    other, person = world.planned(), world.planned()
    found, html = taken(page(person))

    said = json.dumps(found)
    assert found["arm"] is None
    for word in (other.code, "person1@example.org", "password", "digest", "programme.", "allocation."):
        assert word not in said.replace(person.code, "")
        assert word == "digest" or word not in html
    with acting_as(world.coordinator()), pytest.raises(NotYourData):
        actions.take_own_data(participant=person, by=world.coordinator())


def test_every_table_about_somebody_is_found_by_itself():
    found = own_data._ways()

    assert found["assessments.Answer"] == "response__assessment__participant"
    assert found["programme.Feedback"] == "homework__course__participant"
    assert not [each for each in found if each.startswith("allocation.")]
    assert "people.Account" not in found


OPEN = frozenset({
    "assessments.Correction", "assessments.PaperAnswer", "assessments.PaperDecision", "assessments.PaperEntry",
    "people.Participant", "trial.CallAttempt", "trial.CriterionDecision", "trial.Enrolment", "trial.Referral",
    "trial.StageChange",
})  # fmt: skip
"""Tables about one person that no wall hides from anybody: what they hold may be read by the person."""


def test_what_is_taken_is_hidden_from_others_by_the_database_or_may_be_read_by_the_person(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relrowsecurity")
        walled = {name for (name,) in cursor.fetchall()}
    labels = {each for each in own_data._ways() if apps.get_model(each)._meta.db_table not in walled}

    assert labels <= OPEN
