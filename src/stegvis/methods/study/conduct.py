"""Conduct: what must be so before a person is randomised, how answers are asked for, which texts are used, what is kept."""

from __future__ import annotations

from datetime import time
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from stegvis.methods.study.consenting import IfRefused, LayerEnded, Meanwhile
from stegvis.methods.study.tables import Code, InForce, Line, Table

FILE_NAME_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9_-]*\.md$"
FileName = Annotated[str, StringConstraints(pattern=FILE_NAME_PATTERN)]
"""A file in one folder, such as consent-v1.md."""

TextKind = Literal[
    "landing",
    "information",
    "consent",
    "safety",
    "allocation_letter",
    "reminder",
    "call_script",
    "withdrawal",
    "thanks",
]


class CriteriaConfirmed(Table):
    """A named clinician has confirmed every criterion in force."""

    check: Literal["criteria_confirmed"] = Field(description='"criteria_confirmed".')


class ConsentGiven(Table):
    """The consent in force is given and not withdrawn."""

    check: Literal["consent_given"] = Field(description='"consent_given".')


class BaselinePrimaryComplete(Table):
    """The primary outcomes are answered at the occasion, and not too long ago."""

    check: Literal["baseline_primary_complete"] = Field(description='"baseline_primary_complete".')
    occasion: Code = Field(description="Code of the occasion.")
    max_age_days: int = Field(ge=0, description="How many days old the answers may be at randomisation.")


class GoalsLocked(Table):
    """The goals are set and locked."""

    check: Literal["goals_locked"] = Field(description='"goals_locked".')


class VisitHeld(Table):
    """A visit has been held, and not too long ago."""

    check: Literal["visit_held"] = Field(description='"visit_held".')
    visit: Code = Field(description="The visit, as visit_<number>.")
    within_days: int = Field(ge=0, description="How many days may lie between the visit and randomisation.")


class SafetyRotaFilled(Table):
    """The site has somebody on its safety rota."""

    check: Literal["safety_rota_filled"] = Field(description='"safety_rota_filled".')


class SafetyAssessed(Table):
    """A clinician has assessed every alert whose rule says `before_randomisation`."""

    check: Literal["safety_assessed"] = Field(description='"safety_assessed".')


class RedFlagsDecided(Table):
    """No warning sign at a visit waits for a named clinician's decision, and none has ended in "not"."""

    check: Literal["red_flags_decided"] = Field(description='"red_flags_decided".')


Gate = Annotated[
    CriteriaConfirmed
    | ConsentGiven
    | BaselinePrimaryComplete
    | GoalsLocked
    | VisitHeld
    | SafetyRotaFilled
    | SafetyAssessed
    | RedFlagsDecided,
    Field(discriminator="check"),
]


class ReminderStep(Table):
    """One step of the ladder that asks for answers that are not in yet."""

    code: Code = Field(description="Short name.")
    day: int = Field(ge=0, description="Days from the start of the ladder. A call may be made from this day on.")
    kind: Literal["message", "call"] = Field(description='"message" or "call".')
    channels: tuple[Literal["email", "sms"], ...] = Field(
        default=(),
        description="By which ways a message may go out. The person's choice decides among them; without one the first. A text "
        "message has a short wording of its own, and where it does not get through the letter goes by e-mail.",
    )
    text: Code = Field(description="Code of the message's text or of the call script.")
    offers: Literal["everything", "primary_only"] = Field(
        default="everything", description='"primary_only": the primary outcomes alone will do.'
    )


class Reminders(Table):
    """The reminder ladder, the same for every occasion and every arm."""

    counted_from: Literal["opens", "due"] = Field(
        default="opens", description='Day 0 of the ladder: the day the window "opens" or the "due" day.'
    )
    send_at: time = Field(default=time(16, 0), description="Local time of day at which messages go out.")
    telephone_answers: Literal["outcome_assessor", "site_staff"] = Field(
        default="outcome_assessor",
        description='Who writes down answers given by telephone after randomisation: an "outcome_assessor", who does not '
        'know the arm, or any coordinator of the site as well ("site_staff"), who can look it up.',
    )
    steps: tuple[ReminderStep, ...] = Field(default=(), description="The steps, by day.")


class ContactRefresh(Table):
    """Asking whether contact details are still right, before questions that lie far off: the participant by letter, and the
    coordinator on the list of what to do today until the person has said so.
    """

    occasions: tuple[Code, ...] = Field(min_length=1, description="Codes of the occasions before which it is asked.")
    days_before: int = Field(ge=7, le=180, description="How many days before the first day of the window.")


class Paper(Table):
    """Questionnaires on paper. An answer about danger would lie in a letter box until somebody opens the post."""

    post_opened_by: Line = Field(
        description="Who opens the post on every working day and enters what came at once, by name or post. Only then are "
        "items that a safety rule watches printed; without the table they are left out (PHQ-9 becomes PHQ-8)."
    )


class Retention(Table):
    """How many years what is kept is kept, from the end of the trial; and how many days what is left of screenings, each from its
    own day.
    """

    research_data_years: int = Field(ge=0, description="Research data.")
    care_record_years: int = Field(ge=0, description="Notes that belong to the care record.")
    access_log_years: int = Field(ge=0, description="Who read whose record. In Sweden at least 5.")
    screening_asked_days: int = Field(
        default=60, ge=1,
        description="After how many days without a sign of an open screening a coordinator is asked whether it goes on.",
    )  # fmt: skip
    screening_open_days: int = Field(
        default=180, ge=2,
        description="After how many such days it is due to end as not reached, and name, address and answers to be erased. More "
        "than the days before.",
    )  # fmt: skip
    screening_traces_days: int = Field(
        default=365, ge=0,
        description="How many days after a screening ended without an invitation the digests are kept by which somebody who asks "
        "again is known. After the end of the trial none is needed, and all are due.",
    )  # fmt: skip


class Committee(Table):
    """A data-monitoring committee, which alone sees the arms before the lock, as its charter says."""

    arms: Literal["named", "masked"] = Field(
        default="masked",
        description='How the closed report labels arms: by their names ("named", with all that one arm alone has), or A and B '
        'anew in each report ("masked", without it).',
    )


class TextEntry(InForce):
    """One version of a text in texts/<language>/."""

    code: Code = Field(description="Short name. A new version keeps it.")
    kind: TextKind = Field(description="What the text is for.")
    version: int = Field(default=1, ge=1, description="1, 2, 3 …; a changed text is a new version in a new file.")
    file: FileName = Field(description="Its file name, the same in every language folder.")
    asks_again: bool = Field(
        default=False,
        description="Of a consent text from version 2 on: whoever agreed to an earlier version is asked to agree to this "
        "one, and is not randomised before.",
    )
    meanwhile: Meanwhile = Field(
        default="goes_on",
        description='With `asks_again`, until the person has answered: "goes_on" (all of it) or "questions_wait" (no '
        "questionnaires and no reminders of them; treatment and safety go on).",
    )
    adds: tuple[Code, ...] = Field(
        default=(),
        description="With `asks_again`, the occasions that the amendment adds. Whoever agrees comes under the amended "
        "protocol, and these open for them; nobody else in the trial is asked them.",
    )
    if_refused: IfRefused = Field(
        default="goes_on",
        description='With `asks_again`, what happens to whoever says no: "goes_on" (they stay on the text they agreed to, '
        'and all goes on as before), "additions_wait" (the same, without the occasions in `adds`, until they say yes) or '
        '"ends" (what `ends` names). The page says it before they answer. Nobody who says no is randomised.',
    )
    ends: LayerEnded | None = Field(
        default=None,
        description='With `if_refused = "ends"`: "programme", "plan", "questions" or "everything", as in a withdrawal.',
    )


class AnalysisPlan(Table):
    """Where the statistical analysis plan is."""

    plan: Line = Field(description="Its file, seen from protocol.toml.")
