"""The roles: the application reads and writes, and cannot change the tables."""

import psycopg
import pytest
from django.db import ProgrammingError, connection, transaction


def _rights(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "TRUNCATE django_session",
        "CREATE TABLE public.mine (id int)",
        "CREATE TEMPORARY TABLE mine (id int)",
        "ALTER TABLE django_session ADD COLUMN mine int",
        "DROP TABLE django_session",
        "CREATE SCHEMA mine",
        "SET ROLE stegvis_owner",
    ],
)
def test_the_application_uses_tables_and_cannot_change_them(db, statement):
    _rights("INSERT INTO django_session VALUES ('key', 'data', now())")
    _rights("UPDATE django_session SET session_data = 'other'")
    _rights("DELETE FROM django_session")

    with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"):
        _rights(statement)


def test_the_application_passes_no_row_level_security(db):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolsuper, rolbypassrls, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname = current_user"
        )

        assert cursor.fetchone() == (False, False, False, False)


def test_a_fresh_database_keeps_what_was_committed(fresh_database):
    _rights("INSERT INTO django_session VALUES ('key', 'data', now())")

    with psycopg.connect(fresh_database.url) as other:
        assert other.execute("SELECT session_key FROM django_session").fetchall() == [("key",)]


def test_an_ordinary_test_starts_with_nothing_of_others(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM django_session")

        assert cursor.fetchone() == (0,)
        assert "fresh" not in connection.settings_dict["NAME"]
