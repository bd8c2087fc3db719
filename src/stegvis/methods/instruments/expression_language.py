"""FHIRPath for this room: expressions compiled once, checked on load, evaluated within limits.

The language itself is in `fhirpath`; here it is joined to questionnaires.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from stegvis.methods.instruments import fhirpath


@lru_cache(maxsize=4096)
def compiled(text: str) -> fhirpath.Expression:
    """The expression, read once; raises `fhirpath.InvalidExpression`."""
    return fhirpath.parse(text)


def problems_in(text: str) -> list[str]:
    """Why the text is no FHIRPath; none when it is."""
    try:
        compiled(text)
    except fhirpath.ExpressionError as error:
        return [str(error).rstrip(".")]
    return []


def faults_in(
    text: str, root: str, variables: Mapping[str, str | None], link_ids: Collection[str]
) -> list[tuple[str, str]]:
    """What the expression names that does not exist, and what would be right; `root` is the type it starts from."""
    return [(fault.what, fault.right) for fault in compiled(text).check(root, variables, link_ids)]


def evaluate(text: str, focus: Any, variables: Mapping[str, Any], at: datetime | None) -> list[Any]:
    """The collection an expression gives; raises `fhirpath.ExpressionError` when there is no sound one."""
    return compiled(text).evaluate(focus, variables=variables, at=at)
