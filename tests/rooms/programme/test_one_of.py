"""OneOf: finds the same rows as `__in`, with one parameter."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from stegvis.audit.action import SYSTEM
from stegvis.audit.one_of import OneOf
from stegvis.people.acting import acting_as
from stegvis.people.models import Caseload, Participant


@pytest.fixture
def people(world):
    """Three participants."""
    return [world.consented() for _ in range(3)]


@pytest.mark.parametrize("chosen", [slice(0, 0), slice(0, 1), slice(0, 2)])
def test_the_same_rows_are_found_as_by_naming_each_key(people, chosen):
    keys = [each.pk for each in people[chosen]]
    with acting_as(SYSTEM):
        found = set(Participant.objects.filter(OneOf("pk", keys)).values_list("pk", flat=True))
    assert found == set(keys)


def test_a_foreign_key_is_compared_by_its_number_and_other_conditions_hold_beside(people):
    keys = [each.pk for each in people]
    with acting_as(SYSTEM):
        rows = Caseload.objects.filter(OneOf("participant", keys), until_at=None)
        named = Caseload.objects.filter(participant__in=keys, until_at=None)
        assert rows.exists() == named.exists()
        assert set(rows) == set(named)


def test_however_many_keys_there_are_the_query_has_one_array(people):
    with acting_as(SYSTEM), CaptureQueriesContext(connection) as asked:
        list(Participant.objects.filter(OneOf("pk", range(1, 501))))
    (query,) = [each["sql"] for each in asked if "people_participant" in each["sql"]]
    assert "= ANY(" in query
    assert " IN (" not in query


def test_without_keys_the_database_is_not_asked(world):
    with acting_as(SYSTEM), CaptureQueriesContext(connection) as asked:
        assert list(Participant.objects.filter(OneOf("pk", []))) == []
    assert not [each for each in asked if "people_participant.id" in each["sql"].replace('"', "")]
