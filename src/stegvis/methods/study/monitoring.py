"""Monitoring: from when the blind monitoring pages warn, well before a trial is harmed."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from stegvis.methods.study.tables import Table

Share = Annotated[float, Field(gt=0, le=1)]


class Monitoring(Table):
    """The limits of the monitoring pages; none of them knows an arm."""

    complete_at_least: Share = Field(
        default=0.8,
        description="The share of the answers due that must be in hand at the primary occasion. Below it missing data may "
        "change the answer (Schulz & Grimes, Lancet 2002;359:781–785: more than 20 per cent lost).",
    )
    warn_below: Share = Field(
        default=0.85, description="The share below which a site is warned, so that something can still be done."
    )
    query_answered_within_days: Annotated[int, Field(ge=1, le=365)] = Field(
        default=14, description="After how many days an open data query counts as late."
    )
