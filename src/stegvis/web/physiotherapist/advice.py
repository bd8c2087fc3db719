"""The plan beside the WHO's advice: now, as planned, the aim; easy minutes and strength days apart."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from stegvis.methods.activity.minutes import ADVISED_STRENGTH_DAYS
from stegvis.physiotherapy import queries as physiotherapy
from stegvis.web.physiotherapist import frame


@dataclass(frozen=True)
class Advice:
    """What `advice.html` shows. `now` is of the last whole week in the diary; None as long as there is no plan."""

    now: int | None
    plan: int
    aim: int | None
    easy: int
    strength_days: int

    @property
    def strength_text(self) -> str:
        """1 of 2 days"""
        return _("%(days)s of %(advised)s days") % {"days": self.strength_days, "advised": ADVISED_STRENGTH_DAYS}


def advice_of(participant: Any, draft: physiotherapy.Draft) -> Advice:
    """For a plan that is being made, or the one in force."""
    planned = physiotherapy.minutes_planned(draft)
    return Advice(
        _now(participant), planned.equivalent, draft.aim_minutes, planned.easy, physiotherapy.strength_planned(draft)
    )


def _now(participant: Any) -> int | None:
    if physiotherapy.plan_now(participant) is None:
        return None
    return physiotherapy.week(participant, frame.today() - timedelta(days=physiotherapy.DAYS)).equivalent
