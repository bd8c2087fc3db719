"""Tables: what every table of a protocol has in common: it is frozen, knows all its keys, and says what is assumed.

A protocol is read from TOML and stored as JSON, so everything here survives `model_dump(mode="json")` and
`model_validate` unchanged.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, RootModel, StringConstraints

THE_WHOLE_TABLE = "*"
"""Stands in `Table.assumed` when a default concerns the whole table and not single keys."""


def _not_blank(value: str) -> str:
    if not value.strip():
        raise ValueError("is empty; write the text")
    return value


def _as_assumed_keys(value: Any) -> Any:
    """Read `assumed = true`, `assumed = false` or `assumed = ["day", …]` as the names of the assumed keys."""
    if value is True:
        return (THE_WHOLE_TABLE,)
    if value is False:
        return ()
    if isinstance(value, list | tuple) and all(isinstance(key, str) for key in value):
        return tuple(value)
    raise ValueError('is neither true nor a list of keys of this table; write true, or for example ["day", "after"]')


CODE_PATTERN = r"^[A-Za-z0-9]+([_-][A-Za-z0-9]+)*$"
Code = Annotated[str, StringConstraints(pattern=CODE_PATTERN, max_length=40)]
"""A short name that never changes: letters without accents, digits, single hyphens or underscores between them."""

LANGUAGE_PATTERN = r"^[a-z]{2,3}$"
Language = Annotated[str, StringConstraints(pattern=LANGUAGE_PATTERN)]
"""A language by its ISO 639 code, such as sv or en."""

Line = Annotated[str, AfterValidator(_not_blank)]
"""A text that is there."""


class Wording(RootModel[dict[Language, Line]]):
    """The same text in each language of the trial, by language code."""

    model_config = ConfigDict(frozen=True)

    def in_language(self, language: str) -> str:
        """The text in `language` ("sv", also "sv-SE"); in the first language written down when there is none."""
        wanted = language.replace("_", "-").split("-")[0].lower()
        return self.root.get(wanted) or next(iter(self.root.values()))


class Table(BaseModel):
    """One table of the protocol: frozen, and a key it does not know is a mistake."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    assumed: Annotated[tuple[str, ...], BeforeValidator(_as_assumed_keys)] = Field(
        default=(),
        description="true, or a list of keys of this table: a default of ours where the published trial is silent; "
        "`why` must say why.",
    )
    why: Wording | None = Field(
        default=None, description="The reason for what is assumed, or for what was chosen, in each language."
    )


class InForce(Table):
    """A table that holds for a period: from `effective_from` up to, not including, `effective_until`."""

    effective_from: date | None = Field(
        default=None, description="First day it holds; without it, from the first day of the trial."
    )
    effective_until: date | None = Field(
        default=None, description="First day it no longer holds; without it, it holds on."
    )

    def in_force(self, on: date) -> bool:
        """Whether it holds on the day `on`."""
        started = self.effective_from is None or self.effective_from <= on
        ended = self.effective_until is not None and self.effective_until <= on
        return started and not ended
