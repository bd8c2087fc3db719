"""Parameters: what `demonstration.toml` in a trial's folder says about its made-up participants."""

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

FILE = "demonstration.toml"
HOMEWORK_FILE = "demonstration-homework.toml"
FILES = (FILE, HOMEWORK_FILE)


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Person(_Table):
    """Who comes."""

    women: float
    age_mean: float
    age_sd: float
    english: float
    self_referral: float


class ScreeningShares(_Table):
    """How screenings end otherwise than in the trial, as shares of all assessed."""

    declined: float
    no_reply: float
    left_before_randomisation: float
    excluded: dict[str, float]


class ScoreModel(_Table):
    """One score: mean and SD at baseline, mean change by arm, SD of change; at baseline at most so much, if said."""

    instrument: str
    score: str
    mean: float
    sd: float
    change_sd: float
    change: dict[str, float]
    at_most: float | None = None


class VisitShares(_Table):
    """Who comes to the later visits."""

    second: float
    third: float


class Retention(_Table):
    """The logit of answering at the main occasion, by what was observed and, if wanted, by what was not."""

    intercept: float
    third_visit: float
    homework_share: float
    burden: float
    unobserved: float
    withdrew_everything: float
    withdrew_programme: float


class ModeShares(_Table):
    """How answers at the main occasion come in: shares by telephone and on paper, and of paper forms misread once."""

    telephone: float = 0.0
    paper: float = 0.0
    misread: float = 0.0


class ProgrammeUse(_Table):
    """Who starts the programme and how far they come."""

    modules: int
    starts: float
    finishes: float
    stops_early: float
    days_a_module: tuple[int, int]


class Guesses(_Table):
    """What physiotherapists believe of arms: shares told, naming an arm, of these right, of these quite sure."""

    told: float = 0.0
    named: float = 0.5
    right: float = 0.5
    sure: float = 0.3


class GoalModel(_Table):
    """How many goals people set and how far they are attained; goals of one person share a random effect.

    `with_levels` is the share of main goals that have levels of attainment, `further` that of people who set one more.
    """

    main: tuple[float, ...]
    intermediate: tuple[float, ...]
    person_sd: float
    fully: dict[str, dict[str, float]]
    partly: float
    with_levels: float = 0.0
    further: float = 0.0
    guesses: Guesses = Guesses()


class DiaryUse(_Table):
    """How much of the plan is logged, and the share of people who take something from a telephone or a watch."""

    done: tuple[float, float]
    rested: float
    weeks: int
    fades: float
    devices: float = 0.0


class Parameters(_Table):
    """The whole generating model."""

    first_day: date
    middle_day: date
    end_day: date
    last_screening: date
    default_seed: int
    sites: dict[str, float]
    person: Person
    screening: ScreeningShares
    scores: tuple[ScoreModel, ...]
    visits: VisitShares
    retention: Retention
    modes: ModeShares = ModeShares()
    programme: ProgrammeUse | None = None
    goals: GoalModel
    diary: DiaryUse
    typical: dict[str, tuple[int, int]] = {}
    words: dict[str, Any]
    homework: dict[str, dict[str, dict[str, list[str]]]] = {}

    def day_of(self, at: str) -> date:
        """The day on which the demonstration stands: `middle` or `end`."""
        return {"middle": self.middle_day, "end": self.end_day}[at]


def read(study: Path) -> Parameters:
    """The parameters of a trial's demonstration; pydantic's error names every wrong key.

    What people write as homework (by module, field and language) stands in a file of its own, which a trial may leave out.
    """
    found = tomllib.loads((study / FILE).read_text(encoding="utf-8"))
    if (study / HOMEWORK_FILE).is_file():
        found["homework"] = tomllib.loads((study / HOMEWORK_FILE).read_text(encoding="utf-8"))
    return Parameters.model_validate(found)
