"""Tables: the definition, column by column, of every file of an extract.

Whoever writes an extract fills these rows; whoever reads one gets the same rows back. The definitions are the frozen
dataclasses below: the type of a field is the type of its column, `| None` says that a cell may be empty, and the text
beside it is what the manual prints (docs/reference/extract.md is held to it by a test).

Cells are written thus: dates as 2026-11-13, yes/no as `yes` and `no`, numbers with a decimal point, nothing for what is
missing. No table holds a name, an address, or anything that somebody wrote in their own words.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated

from stegvis.methods.device_files.found import Format, Kind, Source

from .columns import TABLES as TABLES
from .columns import OneOf, table

TREATMENT_LAYERS: Mapping[str, str] = {"programme": "programme", "plan": "activity_plan"}
"""A withdrawal's layer, and the treatment it ends; the other layers concern everyone alike."""

EVENTS: Mapping[str, str] = {
    "screened": "was assessed for eligibility; everyone's first event",
    "excluded": "did not meet the criterion whose code is the reason",
    "declined": "said no, or could not be reached; reason: a code, if one is known",
    "consented": "gave informed consent",
    "left_before_randomisation": "consented but was not randomised and will not be; reason: a code, if one is known",
    "randomised": "was randomised",
    "withdrew": "withdrew; reason: programme, plan, questions or everything",
    "lost": "could not be reached any more; reason: the occasion from which on",
    "died": "died",
    "completed": "sent the questionnaires of the occasion that is the reason",
}
WITHDRAWAL_LAYERS = ("programme", "plan", "questions", "everything")
SCREENING_OUTCOMES = ("went_on", "not_eligible", "declined", "open")
MODES = ("web", "phone", "paper")
GOAL_KINDS = ("main", "intermediate")
DEVICE_SOURCES = tuple(each.value for each in Source)
DEVICE_FORMATS = tuple(each.value for each in Format)
DEVICE_KINDS = tuple(each.value for each in Kind)
GOAL_LEVELS = ("not", "partly", "fully")
PAGE, CALL, ADJUSTED = "page", "call", "adjusted"
"""What a therapist's time came from: measured while a page was in view, a call, or a difference that sets a day right."""
PACE, PAUSE, HOLD = "pace", "pause", "hold"
BEHAVIOURS = ("effort", "understanding", "ability", "next_step")
"""What a reply can show, in the order in which it is reported; a column each in replies.csv."""
WITHHELD = ("declined", "words")
"""Why an answer has no value: the person preferred not to answer, or answered in words, which never leave."""
FOUND_BY = ("staff", "participant", "monitor", "system")
BLINDING = "blinding"
"""The kind of deviation that is an arm which became known to whom it should not."""
EMERGENCY, ACCIDENT = "emergency", "accident"
LOOKED_UP_BY = ("coordinator", "therapist", "physiotherapist")
LEARNT_BY = ("assessor", "physiotherapist", "statistician", "other_staff", "outsider")
SURENESS = ("strongly", "somewhat")
TOLD_BY = ("participant", "relative", "colleague", "nobody")
TOLD_HOW = ("visit", "telephone", "message", "worksheet", "otherwise")


@table("participants", key=("participant",))
@dataclass(frozen=True, slots=True)
class Participant:
    """One row per person who consented. Every further column is a baseline characteristic; the plan says its kind."""

    participant: Annotated[str, "Participant code (pseudonym)."]
    site: Annotated[
        str, "Code of the site where the person was randomised, also when they changed their site afterwards."
    ]
    stratum: Annotated[str | None, "Code of the stratum of the randomisation; empty until randomised."]
    consented_on: Annotated[dt.date, "Day of the informed consent."]
    randomised_on: Annotated[dt.date | None, "Day of randomisation; empty for who was not (yet) randomised."]
    characteristics: Mapping[str, str] = field(default_factory=dict)


@table("arms", key=("participant",), tells_arms=True)
@dataclass(frozen=True, slots=True)
class Arm:
    """One row per randomised person, in a file of its own. Absent when pooled; dummy labels when blinded."""

    participant: Annotated[str, "Participant code."]
    arm: Annotated[str, "Code of the arm, one of the manifest's `arms`."]


@table("screening", key=("number",))
@dataclass(frozen=True, slots=True)
class Screening:
    """One row per person assessed for eligibility, anonymous: nothing leads from here to a participant."""

    number: Annotated[int, "Running number, in the order of the dates; it is no identifier."]
    on: Annotated[dt.date, "Day of the screening."]
    outcome: Annotated[str, "What came of it. `went_on` means: to consent.", OneOf(SCREENING_OUTCOMES)]
    criterion: Annotated[str | None, "Code of the criterion that ended it, when not eligible."]
    protocol_version: Annotated[str, "Version of the protocol whose criteria were used."]


@table("events", key=("person", "event", "on", "reason"))
@dataclass(frozen=True, slots=True)
class Event:
    """The event log, from which the CONSORT flow is counted."""

    person: Annotated[str, "Participant code, or an anonymous screening identifier for who did not go on."]
    event: Annotated[str, "What happened.", OneOf(tuple(EVENTS))]
    on: Annotated[dt.date, "Day it happened."]
    reason: Annotated[str | None, "A code; what it says depends on the event."]


@table("occasions", key=("participant", "occasion"))
@dataclass(frozen=True, slots=True)
class Occasion:
    """One row per randomised person and planned occasion, whether answered or not (CDISC SV)."""

    participant: Annotated[str, "Participant code."]
    occasion: Annotated[str, "Code of the occasion."]
    opens_on: Annotated[dt.date, "First day of the window."]
    due_on: Annotated[dt.date, "Target day."]
    closes_on: Annotated[dt.date, "Last day of the window."]
    submitted_on: Annotated[dt.date | None, "Day the questionnaires were sent; empty when they were not."]
    channel: Annotated[str | None, "How they were answered: web, phone, paper."]


@table("scores", key=("participant", "occasion", "instrument", "score"))
@dataclass(frozen=True, slots=True)
class Score:
    """One row per score of a response, long (CDISC ADQS)."""

    participant: Annotated[str, "Participant code."]
    occasion: Annotated[str, "Code of the occasion."]
    instrument: Annotated[str, "Code of the instrument."]
    version: Annotated[str, "Version of the instrument."]
    score: Annotated[str, "Name of the score."]
    value: Annotated[float | None, "The score; empty when it could not be computed."]
    missing_reason: Annotated[str | None, "Why the value is empty; filled in exactly then."]
    completed_on: Annotated[dt.date, "Day the answers were given (on paper: not the day they were entered)."]
    in_window: Annotated[bool, "Whether that day lies in the occasion's window."]
    response_id: Annotated[str, "Identifier of the response the score was computed from."]


@table("responses", key=("participant", "occasion", "instrument"), added_later=True)
@dataclass(frozen=True, slots=True)
class Response:
    """One row per questionnaire that was sent: how it came in, when, and whether it was corrected (CDISC QRS)."""

    participant: Annotated[str, "Participant code."]
    occasion: Annotated[str, "Code of the occasion."]
    instrument: Annotated[str, "Code of the instrument."]
    version: Annotated[str, "Version of the instrument."]
    response_id: Annotated[str, "Identifier of the response, as scores name it."]
    mode: Annotated[str, "How it was answered for the most part.", OneOf(MODES)]
    completed_on: Annotated[dt.date, "Day the answers were given; on paper, the day on the form."]
    entered_on: Annotated[dt.date, "Day it was sent; on paper, the day on which both entries agreed."]
    in_window: Annotated[bool, "Whether the day of completion lies in the occasion's window."]
    minimum_data_set: Annotated[bool, "Whether the primary outcomes were sent alone, and the rest not since."]
    corrections: Annotated[int, "How often it was corrected after it was sent; the scores are those of the newest."]


@table("answers", key=("participant", "occasion", "instrument", "item", "number"), on_request=True)
@dataclass(frozen=True, slots=True)
class Answer:
    """One row per answer that counts, by item; only when asked for, and never what somebody wrote in their own words."""

    participant: Annotated[str, "Participant code."]
    occasion: Annotated[str, "Code of the occasion."]
    instrument: Annotated[str, "Code of the instrument."]
    response_id: Annotated[str, "Identifier of the response."]
    item: Annotated[str, "Position of the item: its linkId, and which occurrence where it can occur several times."]
    number: Annotated[int, "Order among the answers to an item that takes several; otherwise 1."]
    value: Annotated[str | None, "The number, day or time, true or false, or the code of the option."]
    withheld: Annotated[str | None, "Why there is no value; filled in exactly then.", OneOf(WITHHELD)]
    mode: Annotated[str, "How this answer came in.", OneOf(MODES)]
    saved_at: Annotated[dt.datetime, "When it was saved (UTC)."]
    saved_by: Annotated[str, "Who entered it.", OneOf(("participant", "staff"))]
    correction: Annotated[int, "0 as it was sent; otherwise the number of the correction that set it."]


@table("unmaskings", key=("number",), added_later=True)
@dataclass(frozen=True, slots=True)
class Unmasking:
    """One row per time that an outcome assessor learnt or guessed an arm; unless unblinded, not about whom."""

    number: Annotated[int, "Running number, in the order of the days; it is no identifier."]
    occasion: Annotated[str, "Code of the occasion whose answers were asked for."]
    on: Annotated[dt.date, "Day on which the assessor recorded it."]
    participant: Annotated[str | None, "Participant code; empty unless unblinded."]
    assessor: Annotated[str | None, "Code of the assessor (pseudonym); empty unless unblinded."]
    guessed_arm: Annotated[
        str | None, "Code of the arm that the assessor took it for; empty without a guess, or unless unblinded."
    ]


@table("deviations", key=("number",), added_later=True)
@dataclass(frozen=True, slots=True)
class Deviation:
    """One row per protocol deviation as it is judged now (CDISC DV); of kinds that tell an arm only when unblinded."""

    number: Annotated[int, "Running number, in the order of the days; it is no identifier."]
    site: Annotated[str, "Code of the site."]
    participant: Annotated[
        str | None,
        "Participant code; empty when it concerns the site as a whole, or somebody who did not consent, and for `blinding` "
        "unless unblinded.",
    ]
    kind: Annotated[str, "Code of its kind, one of the protocol's or of those that come with Stegvis."]
    happened_on: Annotated[dt.date, "Day it happened, or its first day."]
    found_on: Annotated[dt.date, "Day it was recorded."]
    found_by: Annotated[str, "Who noticed it.", OneOf(FOUND_BY)]
    affects_rights: Annotated[bool | None, "Whether a person's rights may be affected; empty: not judged yet."]
    affects_safety: Annotated[bool | None, "The same of safety or well-being."]
    affects_data: Annotated[bool | None, "The same of completeness, accuracy or reliability of the data."]
    important: Annotated[
        bool | None, "Whether it is important by the rule of its kind; empty while that needs a judgement."
    ]
    versions: Annotated[int, "How many versions its description and judgement have."]


@table("unblindings", key=("number",), added_later=True)
@dataclass(frozen=True, slots=True)
class Unblinding:
    """One row per time an arm was looked up in an emergency, or became known by accident; unless unblinded, not about whom."""

    number: Annotated[int, "Running number, in the order of the days; it is no identifier."]
    kind: Annotated[str, "What it was.", OneOf((EMERGENCY, ACCIDENT))]
    on: Annotated[dt.date, "Day on which it was looked up, or became known."]
    who: Annotated[
        str | None,
        "Who learnt it by accident; in an emergency the role that looked it up, empty unless unblinded.",
        OneOf(tuple(dict.fromkeys((*LOOKED_UP_BY, *LEARNT_BY)))),
    ]
    second_told_on: Annotated[
        dt.date | None, "Of an emergency: day on which it was recorded that a second person had been told; else empty."
    ]
    participant: Annotated[str | None, "Participant code; empty unless unblinded."]


@table("goals", key=("goal",), treatment="activity_plan")
@dataclass(frozen=True, slots=True)
class Goal:
    """One row per individual goal; its wording never leaves the system."""

    participant: Annotated[str, "Participant code."]
    goal: Annotated[str, "Identifier of the goal."]
    kind: Annotated[str, "Main or intermediate.", OneOf(GOAL_KINDS)]
    parent: Annotated[str | None, "Identifier of the main goal that an intermediate goal leads to."]
    type: Annotated[str | None, "Code of what the goal is about."]
    set_on: Annotated[dt.date, "Day it was set."]
    locked_on: Annotated[dt.date | None, "Day it was locked; empty while it can be changed."]
    target_week: Annotated[int | None, "Week, counted from visit 1, by which it was to be reached."]
    before_allocation: Annotated[bool, "Whether it was locked before the arm was known to anyone; by time, not by day."]
    importance: Annotated[int | None, "How important it is to the person, 0 to 10."] = None
    difficulty: Annotated[int | None, "How difficult, 0 to 10."] = None
    confidence: Annotated[int | None, "How sure the person is of getting there, 0 to 10."] = None
    levels: Annotated[int | None, "How many levels of attainment (GAS) were written with it; empty when none."] = None
    starts_at: Annotated[int | None, "The level, -2 or -1, at which the person was when it was set."] = None


@table("ratings", key=("goal", "rater", "rated_on", "number"), treatment="activity_plan")
@dataclass(frozen=True, slots=True)
class Rating:
    """One row per rating of a goal; a later rating does not remove an earlier one."""

    goal: Annotated[str, "Identifier of the goal."]
    number: Annotated[int, "Order of the ratings of this goal, from 1."]
    level: Annotated[str, "How far it was attained.", OneOf(GOAL_LEVELS)]
    rater: Annotated[str, "Whose judgement it is: participant or physiotherapist."]
    mode: Annotated[str, "How it was given: own_screen, read_out, telephone, paper."]
    rated_on: Annotated[dt.date, "Day on which it was given; of a correction, the day of what it corrects."]
    occasion: Annotated[str | None, "The visit (visit_3) or occasion it belongs to."] = None
    gas_level: Annotated[int | None, "The level of attainment, -2 to 2, of a goal that has levels."] = None
    corrects: Annotated[int | None, "Number of the rating of this goal that it corrects, which counts no more."] = None
    entered_on: Annotated[dt.date | None, "Day on which it was entered."] = None


@table("rating_doses", key=("goal", "number"), treatment="programme", added_later=True)
@dataclass(frozen=True, slots=True)
class RatingDose:
    """One row per rating of a goal: how much of the programme had been done by then. Never shown to whoever rates."""

    goal: Annotated[str, "Identifier of the goal."]
    number: Annotated[int, "Order of the rating among those of this goal, from 1."]
    modules_done: Annotated[int, "Modules whose homework had been sent."]


@table("guesses", key=("participant", "visit", "physiotherapist"), added_later=True, unblinded_only=True)
@dataclass(frozen=True, slots=True)
class Guess:
    """One row per visit at which a physiotherapist was asked which arm they took the person to be in."""

    participant: Annotated[str, "Participant code."]
    visit: Annotated[int, "Number of the visit."]
    physiotherapist: Annotated[str, "Code of the physiotherapist (pseudonym)."]
    on: Annotated[dt.date, "Day."]
    guessed_arm: Annotated[str | None, "Code of the arm; empty: did not know."]
    sure: Annotated[str | None, "How sure; empty without a guess.", OneOf(SURENESS)]
    had_been_told: Annotated[bool, "Whether the arm had become known to them by then; such a guess is none."]
    held_the_visit: Annotated[
        bool | None, "Whether they held the visit, and no colleague who took over; else empty."
    ] = None


@table("disclosures", key=("participant", "number"), added_later=True, unblinded_only=True)
@dataclass(frozen=True, slots=True)
class Disclosure:
    """One row per time that an arm became known to the physiotherapist in spite of concealment."""

    participant: Annotated[str, "Participant code."]
    number: Annotated[int, "Running number within the participant, from 1."]
    physiotherapist: Annotated[str, "Code of the physiotherapist (pseudonym)."]
    on: Annotated[dt.date, "Day on which they were told."]
    told_by: Annotated[str, "Through whom; nobody: they found out.", OneOf(TOLD_BY)]
    how: Annotated[str, "How.", OneOf(TOLD_HOW)]


@table("visits", key=("participant", "visit"), treatment="activity_plan")
@dataclass(frozen=True, slots=True)
class Visit:
    """One row per planned visit to the physiotherapist."""

    participant: Annotated[str, "Participant code."]
    visit: Annotated[int, "Number of the visit, from 1."]
    planned_on: Annotated[dt.date | None, "Planned day."]
    held_on: Annotated[dt.date | None, "Day it was held; empty when it was not."]
    mode: Annotated[str | None, "How it was held: clinic, video, phone."]
    planned_at: Annotated[dt.datetime | None, "Moment for which it was booked; empty when no time of day was."] = None


@table("device_days", key=("participant", "on"), treatment="activity_plan", added_later=True)
@dataclass(frozen=True, slots=True)
class DeviceDay:
    """One row per day with steps from a phone or a watch, unless taken back; a day without one was not counted."""

    participant: Annotated[str, "Participant code."]
    on: Annotated[dt.date, "Day, in the participant's time zone."]
    steps: Annotated[int, "Steps; what telephone and watch both counted counts once."]
    source: Annotated[str, "What counted most of them.", OneOf(DEVICE_SOURCES)]
    format: Annotated[str, "Which file it came in.", OneOf(DEVICE_FORMATS)]


@table("device_activities", key=("participant", "on", "number"), treatment="activity_plan", added_later=True)
@dataclass(frozen=True, slots=True)
class DeviceActivity:
    """One row per activity that a phone or a watch recorded and its owner took and did not take back."""

    participant: Annotated[str, "Participant code."]
    on: Annotated[dt.date, "Day on which it began, in the participant's time zone."]
    number: Annotated[int, "Order on that day, from 1."]
    minutes: Annotated[int, "Minutes, without pauses where the file tells of them."]
    kind: Annotated[str, "Kind, as the device said.", OneOf(DEVICE_KINDS)]
    source: Annotated[str, "What recorded it.", OneOf(DEVICE_SOURCES)]
    format: Annotated[str, "Which file it came in.", OneOf(DEVICE_FORMATS)]


@table("modules", key=("participant", "module"), treatment="programme")
@dataclass(frozen=True, slots=True)
class Module:
    """One row per randomised person who is offered the programme and per module, opened or not."""

    participant: Annotated[str, "Participant code."]
    module: Annotated[str, "Code of the module."]
    core: Annotated[bool, "Whether it is one of the core modules."]
    offered_from: Annotated[dt.date, "Day from which the programme is open to the participant; it may lie ahead."]
    opened_on: Annotated[dt.date | None, "Day the participant first opened it (not when it became available)."]
    finished_on: Annotated[dt.date | None, "Day all its parts were done."]
    homework_sent_on: Annotated[dt.date | None, "Day its homework was sent."]
    feedback_on: Annotated[dt.date | None, "Day the therapist first answered that homework."]


@table("guidance", key=("participant", "number"), treatment="programme")
@dataclass(frozen=True, slots=True)
class Guidance:
    """One row per piece of therapist time."""

    participant: Annotated[str, "Participant code."]
    number: Annotated[int, "Running number within the participant, from 1."]
    therapist: Annotated[str, "Code of the therapist (pseudonym)."]
    on: Annotated[dt.date, "Day."]
    kind: Annotated[
        str, "Measured on pages, spent on a call, or a difference that sets a day right.", OneOf((PAGE, CALL, ADJUSTED))
    ]
    minutes: Annotated[
        float, "Minutes, in whole seconds; negative where a day is set right to less. The sum of all rows is the time."
    ]


@table("replies", key=("participant", "module", "round"), treatment="programme", added_later=True)
@dataclass(frozen=True, slots=True)
class Reply:
    """One row per reply to homework, but for those taken back, with what a rule found in it; never its words."""

    participant: Annotated[str, "Participant code."]
    module: Annotated[str, "Code of the module."]
    round: Annotated[int, "1 for the first homework of a module; more after a part was asked for again."]
    therapist: Annotated[str, "Code of the therapist who sent it (pseudonym)."]
    sent_on: Annotated[dt.date, "Day it was sent."]
    days_to_answer: Annotated[float, "Days from the homework to the reply; a day is 24 hours."]
    words: Annotated[int, "Its length in words."]
    asks_again: Annotated[bool, "Whether it asks for one part again."]
    rules: Annotated[str | None, "Version of the rules that looked for marks; empty where none did."]
    effort: Annotated[bool | None, "Whether effort is noticed; empty where no rules looked."]
    understanding: Annotated[bool | None, "Whether understanding is shown; likewise."]
    ability: Annotated[bool | None, "Whether belief in the person's ability is shown; likewise."]
    next_step: Annotated[bool | None, "Whether a next step is named; likewise."]


@table("arrangements", key=("participant", "number"), treatment="programme", added_later=True)
@dataclass(frozen=True, slots=True)
class Arrangement:
    """One row per pace agreed, pause planned and module held, in the order of their days; never the reason."""

    participant: Annotated[str, "Participant code."]
    number: Annotated[int, "Running number within the participant, from 1."]
    kind: Annotated[str, "What it is.", OneOf((PACE, PAUSE, HOLD))]
    from_on: Annotated[dt.date, "Day it was agreed, first day of the pause, or day on which the module was held."]
    until_on: Annotated[
        dt.date | None, "Last day of the pause, or day of the release; empty while held, and for a pace."
    ]
    modules_a_week: Annotated[int | None, "The pace; empty for others."]
    slower: Annotated[
        bool | None, "Whether that is slower than the protocol plans, or the core alone; empty for others."
    ]


@table("leavings", key=("participant", "layer", "reason"), treatment="programme", added_later=True)
@dataclass(frozen=True, slots=True)
class Leaving:
    """One row per reason that somebody chose when they stopped the programme, or everything; one without, when none."""

    participant: Annotated[str, "Participant code."]
    on: Annotated[dt.date, "Day."]
    layer: Annotated[str, "What they stopped.", OneOf(("programme", "everything"))]
    reason: Annotated[str | None, "Code of the protocol's list; empty when they chose none."]


@table("days", key=("participant", "on"), treatment="programme")
@dataclass(frozen=True, slots=True)
class Day:
    """One row per participant and day on which they did anything with the programme: the adherence data set."""

    participant: Annotated[str, "Participant code."]
    on: Annotated[dt.date, "Day."]
    minutes_visible: Annotated[float, "Minutes in which its pages were in view; three still minutes end the counting."]
    parts_opened: Annotated[int, "Different parts opened."]
    parts_full: Annotated[int, "Parts read to their end for the first time, in full."]
    parts_short: Annotated[int, "The same, in the short version."]
    parts_low_energy: Annotated[int, "The same, in the short version on a day that the person called a low-energy day."]
    homework_sent: Annotated[int, "Homework sent."]
    worksheets_kept: Annotated[int, "Worksheets kept, whatever day they are about and whoever may read them."]
    practised: Annotated[bool, "Whether the person says that they practised."]
    messages_sent: Annotated[int, "Messages to the therapist."]


@table("releases", key=("release",), added_later=True)
@dataclass(frozen=True, slots=True)
class Release:
    """One row per published release of the programme: which versions people had, and from when."""

    release: Annotated[str, "SHA-256 of its content."]
    published_on: Annotated[dt.date, "Day on which it was published."]
    first_open_on: Annotated[dt.date | None, "First day on which it was open to anyone; empty when to nobody yet."]
    people: Annotated[int | None, "People who were given it, and kept it; empty unless unblinded."]
