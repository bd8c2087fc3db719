"""Makes a large trial out of a small one: every site is copied, with its staff, its participants and all that they did.

The copies are made inside the database, table by table: a copied row has the key of the original plus a distance of its
copy, and so have the keys by which it names other copied rows. What belongs to the whole trial (protocol, programme,
allocation list) stands once. Sites and caseloads keep their size; it is the number of sites that grows.
"""

import psycopg
from django.apps import apps
from django.db import models
from psycopg import sql

DISTANCE = 1_000_000
"""Between a row's key and that of its copy. More than any table of the small trial has rows."""

_WHOLE_TRIAL = {
    "protocol", "audit", "reporting", "sessions", "contenttypes", "auth", "demonstration",
}  # fmt: skip
_STANDS_ONCE = {
    "programme.Release", "physiotherapy.ExerciseRelease", "physiotherapy.ExerciseReview", "allocation.Sequence",
    "allocation.Place", "monitoring.Checked", "people.SignInAttempt", "people.SignInLink", "reminders.Sent",
}  # fmt: skip

_MADE_UNIQUE = {
    "people_site.code": "code || copy",
    "people_account.code": "code || '~' || copy",
    "people_account.email_lookup": "md5(email_lookup || copy)",
    "people_participant.code": "replace(code, '-', copy || '-')",
    "reminders_plannedmessage.key": "key || '~' || copy",
    "allocation_allocation.stratum": "stratum || '~' || copy",
    "safety_alert.source": "source || '~' || copy",
}  # fmt: skip


def copy_sites(connection: psycopg.Connection, here: int, copies: int) -> int:
    """Copy every site until there are `copies` of it, `here` of which there are already; the rows that were made.

    The connection is a superuser's, since triggers are passed over.
    """
    copied = [model for model in apps.get_models() if _is_copied(model)]
    tables = {model._meta.db_table for model in copied}
    rows = 0
    connection.execute("SET session_replication_role = replica")  # what is copied has passed every check already
    for model in copied:
        rows += connection.execute(_statement(model, tables), {"from": here + 1, "to": copies}).rowcount
    rows += _seal_places(connection, here + 1, copies)
    connection.execute("SET session_replication_role = origin")
    connection.execute("VACUUM ANALYZE")
    return rows


def _seal_places(connection: psycopg.Connection, first: int, last: int) -> int:
    """The places of the copies: sealed anew, since what is sealed in a place is bound to its stratum."""
    from stegvis.allocation import queries as places
    from stegvis.allocation.models import Place
    from stegvis.audit.action import SYSTEM
    from stegvis.people.acting import acting_as

    with acting_as(SYSTEM), places.opened("all"):
        taken = list(Place.objects.exclude(allocation=None).select_related("sequence").order_by("pk"))
    rows = 0
    with connection.cursor().copy(
        "COPY allocation_place (id, sequence_id, stratum, position, block, arm) FROM STDIN"
    ) as copy:
        for place in (each for each in taken if each.pk < DISTANCE):
            block, arm = place.block_number(), place.arm_code()
            for number in range(first, last + 1):
                made = Place.sealed(
                    sequence=place.sequence, stratum=f"{place.stratum}~{number}", position=place.position,
                    block=block, arm=arm,
                )  # fmt: skip
                key = place.pk + number * DISTANCE
                copy.write_row((key, place.sequence_id, made.stratum, made.position, made.block, made.arm))
                rows += 1
    return rows


def _is_copied(model: type[models.Model]) -> bool:
    meta = model._meta
    return meta.managed and meta.app_label not in _WHOLE_TRIAL and meta.label not in _STANDS_ONCE


def _statement(model: type[models.Model], tables: set[str]) -> sql.Composed:
    meta = model._meta
    written = [field for field in meta.concrete_fields if not field.generated]  # the database fills in the others
    columns = [field.column for field in written if field.column]
    values = [_value(model, field, tables) for field in written]
    return sql.SQL(
        "INSERT INTO {table} ({columns}) SELECT {values} FROM {table}, generate_series(%(from)s::int, %(to)s::int) copy"
        " WHERE {key} < {distance}"
    ).format(
        table=sql.Identifier(meta.db_table),
        key=sql.Identifier(meta.pk.column),
        distance=sql.Literal(DISTANCE),
        columns=sql.SQL(", ").join(map(sql.Identifier, columns)),
        values=sql.SQL(", ").join(map(sql.SQL, values)),
    )


def _value(model: type[models.Model], field: "models.Field[object, object]", tables: set[str]) -> str:
    """What a column of a copied row holds, as SQL."""
    table, column = model._meta.db_table, field.column
    if f"{table}.{column}" == "allocation_allocation.place_id":
        return f'"{column}" + copy * {DISTANCE}'
    target = field.related_model
    if isinstance(target, type) and issubclass(target, models.Model) and target._meta.db_table in tables:
        return f'"{column}" + copy * {DISTANCE}'
    if field.primary_key and target is None:
        return f'"{column}" + copy * {DISTANCE}'
    if isinstance(field, models.UUIDField) and field.unique:
        return f'CASE WHEN "{column}" IS NULL THEN NULL ELSE gen_random_uuid() END'
    return _MADE_UNIQUE.get(f"{table}.{column}", f'"{column}"')
