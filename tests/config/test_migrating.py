"""Migrating one class at a time makes the tables that the models describe."""

import pytest
from django.apps import apps
from django.db import connection, models
from django.db.migrations.state import ModelState
from django.db.models import Model

from stegvis.config.migrating import OneByOne

MODELS = [model for model in apps.get_models(include_auto_created=True) if model._meta.managed]


@pytest.mark.django_db
@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_a_table_has_every_column_constraint_and_index_of_its_model(model: type[Model]) -> None:
    table = model._meta.db_table
    with connection.cursor() as cursor:
        columns = {each.name for each in connection.introspection.get_table_description(cursor, table)}
        found = connection.introspection.get_constraints(cursor, table)
    keys = {each["columns"][0]: each["foreign_key"] for each in found.values() if each["foreign_key"]}
    assert columns == {field.column for field in model._meta.local_concrete_fields}
    assert {each.name for each in [*model._meta.constraints, *model._meta.indexes]} <= set(found)
    assert keys == {
        field.column: (field.related_model._meta.db_table, field.target_field.column)  # type: ignore[union-attr]
        for field in model._meta.local_concrete_fields
        if field.is_relation
    }


@pytest.fixture
def state() -> OneByOne:
    """Two tables, of which the second points to the first."""
    made = OneByOne()
    made.add_model(ModelState("house", "Person", [("id", models.AutoField(primary_key=True))]))
    points = models.ForeignKey("house.Person", models.PROTECT, related_name="+")
    made.add_model(ModelState("house", "Answer", [("id", models.AutoField(primary_key=True)), ("person", points)]))
    assert made.apps is not None
    return made


def test_a_new_field_makes_the_class_of_its_own_table_anew_and_no_other(state: OneByOne) -> None:
    answer = state.apps.get_model("house", "Answer")
    state.add_field("house", "person", "code", models.TextField(default=""), preserve_default=True)
    assert state.apps.get_model("house", "Person")._meta.get_field("code")
    assert state.apps.get_model("house", "Answer") is answer


def test_a_step_that_runs_python_finds_every_class_pointing_to_the_newest(state: OneByOne) -> None:
    state.add_field("house", "person", "code", models.TextField(default=""), preserve_default=True)
    before_python = state.clone()
    before_python.clear_delayed_apps_cache()  # what Django's RunPython does first
    pointed_to = before_python.apps.get_model("house", "Answer")._meta.get_field("person").related_model
    assert pointed_to is before_python.apps.get_model("house", "Person")


def test_a_changed_field_makes_every_class_anew_that_points_to_its_table(state: OneByOne) -> None:
    answer = state.apps.get_model("house", "Answer")
    state.alter_field("house", "person", "id", models.BigAutoField(primary_key=True), preserve_default=True)
    assert state.apps.get_model("house", "Answer") is not answer
