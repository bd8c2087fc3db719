"""Nothing that is written down tells an arm, a block or a seed: not the record, not a log, not a refusal."""

import json
import logging
import re

import pytest
from django.core import serializers
from django.db import connection
from django.test.utils import CaptureQueriesContext

from stegvis.allocation import actions, errors, queries
from stegvis.allocation.models import Place
from stegvis.audit.action import SYSTEM
from stegvis.audit.errors import Refused
from stegvis.audit.models import Event, Reading
from stegvis.methods.randomisation.sequence import to_csv
from stegvis.people.acting import acting_as
from tests.rooms.allocation.small_trial import ARMS, load_list, make_list, people_at

SECRET = re.compile("|".join(ARMS))


def refusal(function, **arguments) -> str:
    with pytest.raises(Refused) as caught:
        function(**arguments)
    return f"{caught.value!r} {caught.value} {caught.value.facts} {caught.value.__cause__!r}"


def a_whole_life(made, site, coordinator, data_manager) -> str:
    """Everything that can be done and refused here; gives back what the refusals said."""
    load_list(made)
    people = people_at(site, 13)
    with acting_as(coordinator):
        for person in people[:12]:
            actions.allocate(participant=person, stratum="AL", by=coordinator)
            queries.arm_of(person, purpose="treatment")
        actions.disclose(participant=people[0], kind="lookup", reason="They ask", by=coordinator)
        said = refusal(actions.allocate, participant=people[0], stratum="AL", by=coordinator)
        said += refusal(actions.allocate, participant=people[12], stratum="AL", by=coordinator)
        said += refusal(actions.disclose, participant=people[12], kind="lookup", reason="They ask", by=coordinator)
    actions.arms_for_extract(blinded=True, by=data_manager)
    said += refusal(actions.load_sequence, csv_text=made.csv(), seed_kind="typed", by=SYSTEM)
    for text in (to_csv(made.places[1:]), made.csv()[:-1], made.csv() + f"AL,1,1,{ARMS[0]}!\n"):
        said += refusal(actions.load_sequence, csv_text=text, seed_kind="typed", by=SYSTEM)
    return said


def test_no_event_log_query_or_refusal_tells_an_arm(protocol, made, site, coordinator, data_manager, caplog):
    with (
        caplog.at_level(logging.DEBUG),
        caplog.at_level(logging.DEBUG, logger="django.db.backends"),
        CaptureQueriesContext(connection) as queries_sent,
    ):
        said = a_whole_life(made, site, coordinator, data_manager)
    assert said.count("randomised already") >= 1
    assert not SECRET.search(said)

    assert any("allocation_allocation" in record.getMessage() for record in caplog.records)
    assert not SECRET.search(caplog.text)
    assert not SECRET.search(" ".join(query["sql"] for query in queries_sent.captured_queries))

    rows = [*Event.objects.all(), *Reading.objects.all()]
    assert {row.verb for row in rows} >= {"allocation.made", "allocation.disclosed", "allocation.arms_read"}
    assert not SECRET.search(serializers.serialize("json", rows))


def test_no_event_of_this_room_tells_a_block_or_a_seed(sequence, participant, coordinator):
    with acting_as(coordinator):
        actions.allocate(participant=participant, stratum="AL", by=coordinator)
    events = Event.objects.filter(verb__startswith="allocation.").order_by("pk")
    kept = json.dumps([event.detail for event in events])
    assert "block" not in kept
    assert json.loads(kept)[0]["seed_kind"] == "typed"
    assert '"seed"' not in kept


def test_what_a_row_says_of_itself_tells_no_arm(sequence, participant, coordinator):
    with acting_as(coordinator):
        allocation = actions.allocate(participant=participant, stratum="AL", by=coordinator)
        disclosure = actions.disclose(participant=participant, kind="lookup", reason="They ask", by=coordinator)
    with acting_as(SYSTEM), queries.opened():
        place = Place.objects.get(pk=allocation.place_id)
    assert disclosure.shown_arm in ARMS
    assert not SECRET.search(" ".join(map(repr, [sequence, place, allocation, disclosure])))


def test_no_sentence_of_this_room_has_room_for_an_arm():
    sentences = [each.sentence for each in vars(errors).values() if isinstance(each, type) and each is not Refused]
    facts = {fact for sentence in sentences for fact in re.findall(r"{(\w+)}", sentence)}
    assert facts == {
        "count", "row", "found", "expected", "day", "strata", "known", "stratum", "participant", "role", "factors",
        "position", "wanted", "whom", "randomised", "mistake",
    }  # fmt: skip


def test_a_further_list_changes_nothing_that_a_coordinator_can_see(sequence, coordinator):
    with acting_as(coordinator):
        before = (queries.is_ready("AL"), queries.allocated_count())
    load_list(make_list(seed=9))
    with acting_as(coordinator):
        assert (queries.is_ready("AL"), queries.allocated_count()) == before
