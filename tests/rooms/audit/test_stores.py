"""Two stores: every table in one place, and each store's role reads its own and nothing else."""

import psycopg
import pytest
from django.db import connection

from stegvis.audit import stores
from stegvis.config.environment import STORE_ROLES
from stegvis.reporting.retention.due import path_to_person


def may_read(role, table):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT has_table_privilege(%s, %s, 'SELECT'), has_table_privilege(%s, %s, 'INSERT')", [role, table] * 2
        )
        return cursor.fetchone()


@pytest.mark.parametrize("store", [stores.CARE, stores.RESEARCH])
def test_a_stores_role_reads_every_table_of_its_store_and_of_no_other(db, store):
    for other in stores.STORES:
        for model in stores.tables_of(other):
            expected = other in (store, stores.HOUSE)
            assert may_read(stores.ROLES[store], model._meta.db_table) == (expected, False), model.__name__


def test_both_know_a_participants_code_and_neither_the_way_to_the_person(db):
    with connection.cursor() as cursor:
        for role in stores.ROLES.values():
            cursor.execute("SELECT has_column_privilege(%s, 'people_participant', c, 'SELECT') FROM unnest(%s::text[]) c",
                           [role, [*stores.PSEUDONYM[1], "account_id"]])  # fmt: skip
            assert [may for (may,) in cursor.fetchall()] == [True] * len(stores.PSEUDONYM[1]) + [False]


def test_every_room_says_where_its_tables_lie_and_what_is_about_a_person_lies_in_no_house():
    assert {stores.store_of(each) for each in stores.tables_of(*stores.STORES)} == set(stores.STORES)
    for model in stores.tables_of(stores.HOUSE):
        assert not path_to_person(model), f"{model.__name__} leads to a participant and would be kept for ever"


def test_the_roles_cannot_sign_in_and_are_the_launchers(fresh_database):
    assert tuple(stores.ROLES.values()) == STORE_ROLES
    with psycopg.connect(fresh_database.owner_url) as owner:
        rows = owner.execute(
            "SELECT rolcanlogin, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = ANY(%s)", [list(STORE_ROLES)]
        )
        assert set(rows.fetchall()) == {(False, False, False)}
