"""Whether a row's key is one of many, asked with one parameter however many there are.

`course__in=keys` writes, checks and sends each of 500 keys on its own, in every query of a page. Here they are one array,
and the database goes by the same index.

    Draft.objects.filter(OneOf("course", keys))
"""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import BooleanField, F, Func


class OneOf(Func):
    """The condition that `column`, a number or a foreign key, is one of `keys`."""

    output_field = BooleanField()

    def __init__(self, column: str, keys: Iterable[int]) -> None:
        super().__init__(F(column))
        self.keys = list(keys)

    def as_sql(self, compiler: Any, connection: Any, *_parts: Any, **_context: Any) -> tuple[str, tuple[Any, ...]]:
        """The comparison, and the keys as its one parameter; without keys nothing is asked, as with `__in`."""
        if not self.keys:
            raise EmptyResultSet
        column, parameters = compiler.compile(self.source_expressions[0])
        return f"{column} = ANY(%s::bigint[])", (*parameters, self.keys)
