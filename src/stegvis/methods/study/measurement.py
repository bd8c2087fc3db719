"""Measurement: which questionnaires are asked when, when visits and the programme are planned, and what counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, field_validator

from stegvis.methods.instruments import pain_map
from stegvis.methods.study.eligibility import PainDefinition, WidespreadPain
from stegvis.methods.study.tables import Code, Line, Table, Wording

CONSENT = "consent"
RANDOMISATION = "randomisation"
"""The anchors that every trial has; visits are the others."""


TEXTS_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9._-]*\.(toml|json)$"
TextsFile = Annotated[str, StringConstraints(pattern=TEXTS_PATTERN)]


class Instrument(Table):
    """A questionnaire the trial uses: of the library, or by the code of its file in instruments/."""

    code: Code = Field(description="Short name; without `library` its file is instruments/<code>.json.")
    library: Line | None = Field(
        default=None,
        description="Version of the instrument in the library that comes with Stegvis; without it the trial brings the "
        "file itself.",
    )
    texts: tuple[TextsFile, ...] = Field(
        default=(),
        description="Files in instruments/ with the wording that a licensee loads into a skeleton, one a language; see "
        "instruments.md.",
    )
    name: Wording = Field(description="What staff and the report call it.")
    skeleton: bool = Field(
        default=False,
        description="true when its text may not be shipped: structure and scoring only, under neutral labels.",
    )
    licence: Line = Field(description="What is known of its terms of use.")


class PainMap(Table):
    """What the sources leave open about the pain map, decided once for the trial."""

    locations: Literal["wpi", "wp2019", "regions"] = Field(
        default="wpi",
        description='What the number of pain locations counts: "wpi" (19 sites), "wp2019" (15 sites) or "regions" (the '
        "48 places of the map as drawn).",
    )
    knee: Literal["lower_leg", "upper_leg"] = Field(
        default="lower_leg", description="Which WPI site a marked knee counts as; the WPI names no knee."
    )
    wrist_and_hand: Literal["not_counted", "lower_arm"] = Field(
        default="not_counted", description="Whether a marked wrist or hand counts as a WPI site; the WPI names none."
    )
    ankle_and_foot: Literal["not_counted", "lower_leg"] = Field(
        default="not_counted", description="Whether a marked ankle or foot counts as a WPI site; the WPI names none."
    )

    head: Literal["not_counted", "above"] = Field(
        default="not_counted",
        description="Whether pain in the head counts for the criteria of 1990, above the waist, neither left nor right.",
    )
    jaw: Literal["not_counted", "above"] = Field(
        default="not_counted",
        description="Whether pain in a jaw counts for the criteria of 1990, above the waist on its side.",
    )
    abdomen: Literal["not_counted", "above", "below"] = Field(
        default="not_counted",
        description="Whether pain in the belly counts for the criteria of 1990, above or below the waist on its side; it "
        "is not skeletal.",
    )

    def decisions(self) -> pain_map.Decisions:
        """The same decisions as the pain map's own functions take them."""
        return pain_map.Decisions(**{name: getattr(self, name) for name in pain_map.DECISIONS})

    def score_settings(self, scores: Iterable[str]) -> dict[str, dict[str, str]]:
        """The same decisions as `instruments.scoring.score` takes them, for the scores made from the map."""
        chosen = {"count": self.locations, **{name: getattr(self, name) for name in pain_map.DECISIONS}}
        return {name: dict(chosen) for name in scores}

    def widespread_pain(self) -> Mapping[PainDefinition, WidespreadPain]:
        """For each definition of widespread pain the function that decides, with these decisions."""
        decisions = self.decisions()
        return {
            "acr1990": partial(pain_map.acr1990, decisions=decisions),
            "wp2019": partial(pain_map.wp2019, decisions=decisions),
        }


class Scheduled(Table):
    """Something with a day and a window, counted from an anchor."""

    anchor: Code = Field(description='What its days are counted from: "consent", "randomisation" or "visit_<number>".')
    day: int = Field(ge=0, description="Planned day after the anchor; the anchor itself is day 0.")
    before: int = Field(default=0, ge=0, description="How many days earlier it may be.")
    after: int = Field(default=0, ge=0, description="How many days later it may be.")


class Occasion(Scheduled):
    """A planned measurement: which questionnaires, in which order, and when."""

    code: Code = Field(description="Short name.")
    name: Wording = Field(description="What people read.")
    instruments: tuple[Code, ...] = Field(
        default=(), description="Codes in the order they are asked, those of primary outcomes first."
    )
    minutes: int = Field(ge=1, description="About how long it takes; the participant is told.")
    intro: Wording | None = Field(default=None, description="What stands on its first page.")
    thanks: Code | None = Field(default=None, description="Code of the text shown and sent when it is done.")
    declared_only: bool = Field(
        default=False, description="true when it is planned but its questionnaires are not yet laid down."
    )
    call_script: Code | None = Field(
        default=None,
        description="Code of the script for calls about this occasion; without it that of the ladder's call is used.",
    )
    incentive: Wording | None = Field(
        default=None,
        description="The gift that goes with this occasion, as coordinators read it; they record whether and when it was "
        "sent. Without it there is none.",
    )
    incentive_when: Literal["asked", "answered"] = Field(
        default="answered",
        description='Whether the gift goes out when the questions are "asked" (the window opens) or once they are '
        '"answered".',
    )


class Visit(Scheduled):
    """A planned visit to the physiotherapist."""

    number: int = Field(ge=1, description="1, 2, 3 …; anchors name it visit_<number>.")
    name: Wording = Field(description="What people read.")
    minutes: int = Field(ge=1, description="How long it is planned to take.")

    @property
    def code(self) -> str:
        """How anchors name this visit."""
        return f"visit_{self.number}"


class Goals(Table):
    """When individual goals are set, locked and rated."""

    set_at: Code = Field(description="The visit at which they are set, as visit_<number>.")
    locked_before: Literal["randomisation"] = Field(
        description='"randomisation": nobody can know the arm when goals are written.'
    )
    rated_at: Code = Field(description="The visit at which the participant rates them, as visit_<number>.")
    levels: Literal["off", "optional"] = Field(
        default="off",
        description='"optional": a goal may be set with five levels of attainment, −2 to +2 (GAS), and is then rated on '
        'them too; "off": never.',
    )


class ProgrammeQuestions(Table):
    """Questions that only those who have the programme are asked, as they go through it; never a primary outcome."""

    code: Code = Field(description="Short name, no occasion's.")
    name: Wording = Field(description="What people read.")
    instruments: tuple[Code, ...] = Field(min_length=1, description="Codes in the order they are asked.")
    minutes: int = Field(ge=1, description="About how long it takes; the participant is told.")
    intro: Wording | None = Field(default=None, description="What stands on its first page.")
    when: Literal["after_first_module", "weekly", "at_end"] = Field(
        description='"after_first_module" and "at_end": once, when the homework of the first or of the last module was '
        'sent. "weekly": in each week of the programme.'
    )
    days: int = Field(default=7, ge=1, le=28, description="For how many days it can be answered; weekly 7 at most.")

    def as_occasion(self) -> Occasion:
        """The same as an occasion, for whoever leads through its pages."""
        return Occasion(
            code=self.code, name=self.name, instruments=self.instruments, minutes=self.minutes, intro=self.intro,
            anchor=RANDOMISATION, day=0,
        )  # fmt: skip


class ProgrammeSchedule(Scheduled):
    """When the internet programme opens and how it goes on."""

    directory: Line = Field(description="Folder of the programme, seen from protocol.toml.")
    pace_per_week: int = Field(ge=1, le=7, description="How many modules a week are planned.")
    minimum_dose: int = Field(ge=1, description="How many core modules count as having had the treatment.")
    next_opens: Literal["on_homework", "on_feedback"] = Field(
        description='When the next module opens: when homework is sent ("on_homework") or answered ("on_feedback").'
    )
    reply_within_working_days: int = Field(ge=1, le=10, description="The therapist's aim for an answer.")
    remind_after_days: tuple[int, ...] = Field(
        default=(3, 6),
        max_length=2,
        description="After how many days without use a participant is reminded, at the planned pace: at most twice, "
        "rising. On the day after the last it is the therapist's turn.",
    )
    questions: tuple[ProgrammeQuestions, ...] = Field(
        default=(), description="What only those who have the programme are asked on their way."
    )
    guidance_minutes: tuple[int, int] | None = Field(
        default=None,
        description="The least and the most minutes of guidance that are usual for a person and week; none are shown "
        "beside the time without it.",
    )
    reply_check: bool = Field(
        default=True,
        description="Whether four behaviours are looked for in therapists' answers by published rules, shown while they "
        "write and kept as fidelity data.",
    )

    @field_validator("guidance_minutes")
    @classmethod
    def _least_before_most(cls, minutes: tuple[int, int] | None) -> tuple[int, int] | None:
        if minutes is not None and not 0 <= minutes[0] <= minutes[1]:
            raise ValueError("guidance_minutes are the least and the most, in this order.")
        return minutes


class Outcome(Table):
    """An outcome of the trial, from one score of one instrument."""

    code: Code = Field(description="Short name; the analysis plan uses it.")
    kind: Literal["primary", "secondary"] = Field(description='"primary" or "secondary".')
    label: Wording = Field(description="What the report calls it.")
    instrument: Code = Field(description="Code of the instrument.")
    score: Code = Field(description="Name of the score.")
    occasion: Code = Field(description="The occasion at which it counts.")
    minimum: float = Field(description="Lowest possible value.")
    maximum: float = Field(description="Highest possible value.")
    better: Literal["lower", "higher"] = Field(description='Which way is improvement: "lower" or "higher".')
    unit: Wording | None = Field(default=None, description="Unit, if it has one.")
    mcid: float | None = Field(default=None, gt=0, description="Smallest difference that matters to people, if known.")
    mcid_source: Line | None = Field(default=None, description="Where that comes from; needed with `mcid`.")
    note: Wording | None = Field(default=None, description="What must stand beside its figures.")
