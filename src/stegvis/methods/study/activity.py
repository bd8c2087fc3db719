"""Activity: how a plan of activity grows, what a flare does to it, and who sees the WHO's advice beside it."""

from __future__ import annotations

from pydantic import Field, model_validator

from stegvis.methods.activity.growth import GrowthRule
from stegvis.methods.study.tables import Table


class Activity(Table):
    """The rules of the activity plan. Without the table those of the example trial hold."""

    grows_after_weeks: int = Field(
        default=2,
        ge=1,
        le=12,
        description="After how many whole weeks met a step is proposed; it is never taken by itself.",
    )
    grows_least_percent: int = Field(
        default=10, ge=1, le=100, description="By how much of the week a step is, at least."
    )
    grows_most_percent: int = Field(
        default=20, ge=1, le=100, description="And at most, where a whole step of a few minutes is not more already."
    )
    grows_by_minutes: int = Field(default=5, ge=1, le=30, description="A step is this many minutes, or a multiple.")
    flare_percent: int = Field(default=50, ge=1, le=99, description="What is left of each activity in a flare.")
    flare_days: int = Field(default=3, ge=1, le=28, description="For how many days, the first included.")
    advice_on_own_page: bool = Field(
        default=False, description="Whether participants see the WHO's advice beside their own target."
    )

    @model_validator(mode="after")
    def _least_is_not_more_than_most(self) -> Activity:
        if self.grows_least_percent > self.grows_most_percent:
            raise ValueError(
                "has a least step above its most; write grows_least_percent no larger than grows_most_percent"
            )
        return self

    @property
    def growth(self) -> GrowthRule:
        """The rule as it is computed with."""
        return GrowthRule(
            self.grows_after_weeks, self.grows_least_percent, self.grows_most_percent, self.grows_by_minutes
        )
