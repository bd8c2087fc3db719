"""Study: reads and checks a trial's folder (protocol.toml, texts) and does the arithmetic of its schedule."""

from stegvis.methods.study.conduct import Gate, ReminderStep, TextEntry
from stegvis.methods.study.design import Arm, Site
from stegvis.methods.study.eligibility import (
    Criterion,
    CriterionResult,
    Facts,
    age_on,
    evaluate,
    seems_worthwhile,
)
from stegvis.methods.study.folder import Study, StudyInvalid, check, load
from stegvis.methods.study.measurement import Instrument, Occasion, Outcome, ProgrammeSchedule, Visit
from stegvis.methods.study.problems import Problem
from stegvis.methods.study.protocol import Protocol
from stegvis.methods.study.safety import SafetyRule
from stegvis.methods.study.schedule import (
    AnchorMissing,
    ReminderDate,
    Window,
    WindowState,
    due,
    programme_window,
    randomise_by,
    reminder_dates,
    schedule,
)
from stegvis.methods.study.strata import StratumUnknown, stratum_of
from stegvis.methods.study.summary import assumptions, describe, summary
from stegvis.methods.study.tables import Wording
from stegvis.methods.study.texts import StudyText, fill, trial_values
from stegvis.methods.study.workdays import Workdays, easter_sunday, swedish_days_off

__all__ = [
    "AnchorMissing",
    "Arm",
    "Criterion",
    "CriterionResult",
    "Facts",
    "Gate",
    "Instrument",
    "Occasion",
    "Outcome",
    "Problem",
    "ProgrammeSchedule",
    "Protocol",
    "ReminderDate",
    "ReminderStep",
    "SafetyRule",
    "Site",
    "StratumUnknown",
    "Study",
    "StudyInvalid",
    "StudyText",
    "TextEntry",
    "Visit",
    "Window",
    "WindowState",
    "Wording",
    "Workdays",
    "age_on",
    "assumptions",
    "check",
    "describe",
    "due",
    "easter_sunday",
    "evaluate",
    "fill",
    "load",
    "programme_window",
    "randomise_by",
    "reminder_dates",
    "schedule",
    "seems_worthwhile",
    "stratum_of",
    "summary",
    "swedish_days_off",
    "trial_values",
]
