"""Caseloads: how many people one clinician cares for at the most, in the trial and at sites that differ from it."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from stegvis.methods.study.tables import Code, Table

Most = Annotated[int, Field(ge=1, le=1000)]


class Limits(Table):
    """The most people that one clinician of a role cares for at a time."""

    physiotherapist: Most | None = Field(default=None, description="People a physiotherapist; without it, no limit.")
    therapist: Most | None = Field(default=None, description="People a therapist; without it, no limit.")

    def of(self, role: str) -> int | None:
        """The limit of a role; None where there is none."""
        return {"physiotherapist": self.physiotherapist, "therapist": self.therapist}.get(role)


class SiteLimits(Limits):
    """The limits of a site that differs from the rest; a key that is left out is the trial's."""

    site: Code = Field(description="Code of the site.")


class Caseloads(Limits):
    """The limits of the trial, and of sites that differ."""

    site_limits: tuple[SiteLimits, ...] = Field(default=(), description="Sites whose limits are their own.")

    def most(self, site: str, role: str) -> int | None:
        """How many people a clinician of a role at a site, by code, cares for at the most; None where there is no limit."""
        own = next((each.of(role) for each in self.site_limits if each.site == site), None)
        return own if own is not None else self.of(role)
