"""A form sent twice makes one row.

Every form carries a `key` (a UUID made with the page), and the table that it fills has a unique column of that name. A
tired hand taps twice, a telephone sends again after the tunnel: the second time gives back the first row. A page that the
browser brought back and somebody filled in anew is another matter: its words are not the first row's, and are not lost.
"""

from collections.abc import Mapping
from typing import Any, TypeVar
from uuid import UUID

from django.db import IntegrityError, models, transaction
from psycopg.errors import UniqueViolation

from stegvis.audit.action import note
from stegvis.audit.errors import KeyUsedElsewhere, SentWithOtherWords

Row = TypeVar("Row", bound=models.Model)


def earlier(rows: type[Row], key: UUID, *, said: Mapping[str, Any] | None = None, **about: models.Model) -> Row | None:
    """The row that `key` has made already, and a note of the repetition in the record; None when it has made none.

    Raises `KeyUsedElsewhere` when the row belongs to something other than `about` (for example another participant),
    and `SentWithOtherWords` when `said`, by field, is not what the row says.
    """
    row = rows._default_manager.filter(key=key).first()
    if row is None:
        return None
    if any(getattr(row, f"{name}_id") != owner.pk for name, owner in about.items()):
        raise KeyUsedElsewhere()
    if any(_blank(getattr(row, name)) != _blank(value) for name, value in (said or {}).items()):
        raise SentWithOtherWords()
    note(repeated=True)
    return row


def once(rows: type[Row], key: UUID, *, about: str, **values: Any) -> Row:
    """Make the row of `values` with `key`, or give back the one that `key` has made; `about` names whose it must be."""
    row = earlier(rows, key, said=_said(values), **{about: values[about]})
    return row if row is not None else make(rows, key, about=about, **values)


def make_in_turn(rows: type[Row], key: UUID, **values: Any) -> Row:
    """Make the row; for whoever holds the lock under which every row of this owner is made, and found no `earlier` one.

    Raises `KeyUsedElsewhere` when the key has made a row that this actor does not see.
    """
    try:
        return rows._default_manager.create(key=key, **values)
    except IntegrityError as error:
        if not isinstance(error.__cause__, UniqueViolation):
            raise
        raise KeyUsedElsewhere() from error


def make(rows: type[Row], key: UUID, *, about: str, **values: Any) -> Row:
    """Make the row; for whoever has looked for an `earlier` one. Of two at the same moment one makes it and both get it."""
    try:
        with transaction.atomic():
            return rows._default_manager.create(key=key, **values)
    except IntegrityError as error:
        if not isinstance(error.__cause__, UniqueViolation):
            raise
        row = earlier(rows, key, said=_said(values), **{about: values[about]})
        if row is None:  # it belongs to someone whose rows this actor does not see
            raise KeyUsedElsewhere() from error
        return row


def _blank(value: Any) -> Any:
    """A text that is empty was not said; a 0 was."""
    return None if value == "" else value


def _said(values: Mapping[str, Any]) -> dict[str, Any]:
    """What somebody wrote or chose, of the values of a row: words and numbers, not whose it is and when it was."""
    return {name: value for name, value in values.items() if isinstance(value, str | int)}
