"""Makes small synthetic trials: an extract with everything in it, and the plan that goes with it.

Every fact is drawn from a seeded generator; the numbers mean nothing. `tables` gives the rows by table name, so that a
test can spoil one of them before `write` puts them on disk.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np

from stegvis.methods.analysis import plan as plans
from stegvis.methods.analysis import plan_reader
from stegvis.methods.analysis.extract import Extract, read_extract, write_extract
from stegvis.methods.analysis.manifest import BLINDED, POOLED, UNBLINDED, About, Version
from stegvis.methods.analysis.tables import (
    Arm,
    Arrangement,
    Day,
    DeviceActivity,
    DeviceDay,
    Disclosure,
    Event,
    Goal,
    Guess,
    Guidance,
    Module,
    Occasion,
    Participant,
    Rating,
    RatingDose,
    Reply,
    Score,
    Screening,
    Visit,
)

START = dt.date(2025, 1, 7)
END = dt.date(2026, 12, 31)
TWO_ARMS = ("stroll", "chat")
THREE_ARMS = ("stroll", "swim", "usual")
MODULES = 6
CORE = 4
SCORES = (
    ("line", "intensity", 55, 18, 0, 100),
    ("places", "number", 11, 4, 0, 19),
    ("vigour", "total", 40, 15, 0, 100),
)
PROGRAMME = ["modules", "guidance", "days", "leavings", "replies", "arrangements", "rating_doses"]
LIVELY = {"stroll": -8.0, "swim": -5.0}


def plan_text(arms: tuple[str, ...] = TWO_ARMS) -> str:
    """A plan with two primary outcomes (lower is better) and a secondary one (higher is better)."""
    two = arms == TWO_ARMS
    arm_tables = "\n".join(
        f'[[arms]]\ncode = "{arm}"\nlabel = {{ en = "{arm.capitalize()}", sv = "{arm.capitalize()} (sv)" }}'
        + ("\nreference = true" if arm == arms[-1] else "")
        for arm in arms
    )
    counts = ", ".join(f"{arm} = {20 + place}" for place, arm in enumerate(arms))
    percents = ", ".join(f"{arm} = {40 - 10 * place}" for place, arm in enumerate(arms))
    adherence = """
[adherence]
treatment = "programme"
modules = 6
finished_by = "finished_on"
minimum_core = 4
published = { finished = 5, started = 14, randomised = 20 }
"""
    adherence += '[guidance]\ntreatment = "programme"\nminutes_a_week = { low = 5, high = 15 }\n'
    programme = '[[treatments]]\ncode = "programme"\nlabel = { en = "Programme", sv = "Program" }\narms = ["stroll"]'
    sections = '["flow", "baseline", "primary", "secondary", "goals", "visits", "other_care", "missing"'
    sections += ', "published", "checklists"'
    return f"""
format = "stegvis-sap/1"
study = "synthetic"
version = "1.0"
title = {{ en = "Plan of the synthetic trial", sv = "Plan för den syntetiska prövningen" }}
baseline = "baseline"
main_occasion = "six_months"
sections = {sections}{', "adherence", "dose", "guidance"' if two else ""}]

{arm_tables}

[[treatments]]
code = "activity_plan"
label = {{ en = "Activity plan", sv = "Aktivitetsplan" }}
arms = {list(arms)!r}

{programme if two else ""}

[[occasions]]
code = "baseline"
label = {{ en = "Baseline", sv = "Start" }}
months = 0
[[occasions]]
code = "six_months"
label = {{ en = "6 months", sv = "6 månader" }}
months = 6

[[analysis_sets]]
code = "all"
rule = "randomised"
label = {{ en = "All randomised", sv = "Alla randomiserade" }}
[[analysis_sets]]
code = "complete"
rule = "complete"
label = {{ en = "Both values present", sv = "Båda värdena finns" }}

[[estimands]]
code = "E1"
question = {{ en = "What does it change to be offered more?", sv = "Vad förändras av att erbjudas mer?" }}
population = {{ en = "Everyone randomised", sv = "Alla randomiserade" }}
treatments = {{ en = "As allocated", sv = "Som lottat" }}
variable = {{ en = "Change to six months", sv = "Förändring till sex månader" }}
summary = {{ en = "Difference in means", sv = "Skillnad i medelvärde" }}
outcomes = ["pain", "places", "vigour"]
analysis_set = "complete"
[[estimands.intercurrent_events]]
event = {{ en = "Stops a treatment", sv = "Slutar med en behandling" }}
strategy = "treatment policy"

[[outcomes]]
code = "pain"
kind = "primary"
label = {{ en = "Pain intensity", sv = "Smärtintensitet" }}
instrument = "line"
score = "intensity"
unit = {{ en = "points", sv = "poäng" }}
better = "lower"
minimum = 0
maximum = 100
mcid = {{ points = 10, source = {{ en = "Made up for the test", sv = "Påhittat för testet" }} }}
[outcomes.published]
instrument = "line"
estimate = 1.7
interval = {{ low = -7.5, high = 11.0 }}
effect_size = 0.08
p = 0.43
n = {{ {counts} }}
n_assumed = true

[[outcomes]]
code = "places"
kind = "primary"
label = {{ en = "Painful places", sv = "Smärtande platser" }}
instrument = "places"
score = "number"
unit = {{ en = "places", sv = "platser" }}
better = "lower"
minimum = 0
maximum = 19
[outcomes.published]
instrument = "another map"
estimate = -0.8
interval = {{ low = -2.2, high = 0.6 }}
n = {{ {counts} }}

[[outcomes]]
code = "vigour"
kind = "secondary"
label = {{ en = "Vigour", sv = "Ork" }}
instrument = "vigour"
score = "total"
unit = {{ en = "points", sv = "poäng" }}
better = "higher"
minimum = 0
maximum = 100

[[characteristics]]
column = "age"
label = {{ en = "Age, years", sv = "Ålder, år" }}
kind = "number"
[[characteristics]]
column = "sex"
label = {{ en = "Sex", sv = "Kön" }}
kind = "category"
[characteristics.categories]
woman = {{ en = "Woman", sv = "Kvinna" }}
man = {{ en = "Man", sv = "Man" }}

[reasons]
too_young = {{ en = "Under 18 years", sv = "Under 18 år" }}

[goals]
rater = "participant"
first_day = 60
last_day = 120
attained = ["fully"]
[goals.imputation]
times = 10
predictors = ["pain"]

[goals.gas]
weights = "importance_difficulty"
[[goals.kinds]]
code = "main"
label = {{ en = "Main goals", sv = "Huvudmål" }}
published = {{ percent = {{ {percents} }}, p = 0.018 }}
[[goals.kinds]]
code = "intermediate"
label = {{ en = "Intermediate goals", sv = "Delmål" }}

[visits]
treatment = "activity_plan"
planned = 3

[other_care]
occasions = ["baseline", "six_months"]
[[other_care.items]]
code = "tablets"
label = {{ en = "Tablets", sv = "Tabletter" }}
instrument = "other-care"
score = "tablets"
kind = "share"
[[other_care.items]]
code = "tablet_days"
label = {{ en = "Days with tablets", sv = "Dagar med tabletter" }}
instrument = "other-care"
score = "days"
kind = "amount"
{adherence if two else ""}
[published]
citation = {{ en = "A paper that does not exist", sv = "En artikel som inte finns" }}
retention = {{ randomised = {{ {counts} }}, answered = 30 }}
[[published.notes]]
text = {{ en = "Its sign convention is unknown.", sv = "Dess tecken är okända." }}

[methods]
level = 0.95
covariates = ["baseline", "stratum"]
errors = "HC3"
continuity = false
draws = 1999
seed = 7
multiplicity = "holm"
multiplicity_p = "ancova"
"""


def plan(arms: tuple[str, ...] = TWO_ARMS) -> plans.Plan:
    """The checked plan."""
    return plan_reader.parse_plan(plan_text(arms).encode())


def about(
    kind: str = UNBLINDED, arms: tuple[str, ...] = TWO_ARMS, *, until: dt.date = END, made_up: bool = True
) -> About:
    """What the extract says about itself."""
    labels = {UNBLINDED: arms, BLINDED: tuple("ABC"[: len(arms)]), POOLED: ()}[kind]
    return About(
        kind=kind,
        made_up=made_up,
        study="synthetic",
        titles={"en": "A synthetic trial <of walking & talking>", "sv": "En syntetisk prövning"},
        registration=None,
        written_at=dt.datetime(2027, 1, 4, 9, 0, tzinfo=dt.UTC),
        data_until=until,
        code_commit="0" * 40,
        protocol=Version("1", "a" * 64),
        sap=Version("1.0", plan(arms).sha256),
        arms=labels,
        shared_treatments=("activity_plan",),
    )


def tables(  # one long story, read from top to bottom
    kind: str = UNBLINDED,
    arms: tuple[str, ...] = TWO_ARMS,
    *,
    people: int = 60,
    seed: int = 1,
    until: dt.date = END,
) -> dict[str, list[Any]]:
    """The rows of every table that belongs to this kind of extract."""
    rng = np.random.default_rng(seed)
    rows: dict[str, list[Any]] = {name: [] for name in _tables_of(UNBLINDED, arms)}
    _screened_out(rows, rng, people, until)
    share = ["stroll"] * 2 + ["swim", "usual"] if arms == THREE_ARMS else list(arms)
    dummies = dict(zip(arms, rng.permutation(list("ABC"[: len(arms)])), strict=True))
    for number in range(people):
        arm = share[number % len(share)]
        code, day = f"P-{number:03d}", START + dt.timedelta(days=int(number * 300 / people))
        if day + dt.timedelta(days=2) > until:
            break
        _enrol(rows, rng, code, day, until, leaves=number % 17 == 16)
        if number % 17 != 16 and day + dt.timedelta(days=9) <= until:
            rows["arms"].append(Arm(code, arm if kind == UNBLINDED else str(dummies[arm])))
            _treat(rows, rng, code, arm, day + dt.timedelta(days=9))
            _follow_up(rows, rng, code, arm, day + dt.timedelta(days=9), until)
    _cut(rows, until)
    return {name: rows[name] for name in _tables_of(kind, arms)}


def write(folder: Path, rows: dict[str, list[Any]] | None = None, about_it: About | None = None) -> Extract:
    """Write the extract and read it back."""
    said = about_it or about()
    write_extract(folder, said, **(rows or tables(said.kind, until=said.data_until)))
    return read_extract(folder)


def _tables_of(kind: str, arms: tuple[str, ...]) -> list[str]:
    names = ["participants", "screening", "events", "occasions", "scores", "goals", "ratings", "visits"]
    names += ["device_days", "device_activities"]
    names += [] if kind == POOLED else ["arms"]
    names += ["guesses", "disclosures"] if kind == UNBLINDED else []
    return names + (PROGRAMME if kind == UNBLINDED and arms == TWO_ARMS else [])


def _screened_out(rows: dict[str, list[Any]], rng: np.random.Generator, people: int, until: dt.date) -> None:
    for number in range(people // 4):
        day = START + dt.timedelta(days=int(rng.integers(0, 300)))
        declines = bool(rng.random() < 0.4)
        if day > until:
            continue
        name = f"X-{number:03d}"
        rows["events"].append(Event(name, "screened", day, None))
        rows["events"].append(
            Event(name, *(("declined", day, "no_time") if declines else ("excluded", day, "too_young")))
        )
        outcome, criterion = ("declined", None) if declines else ("not_eligible", "too_young")
        rows["screening"].append(Screening(len(rows["screening"]) + 1, day, outcome, criterion, "1"))


def _cut(rows: dict[str, list[Any]], until: dt.date) -> None:
    """What happens after the last day has not happened."""
    for name, columns in {
        "visits": ("held_on",),
        "modules": ("opened_on", "finished_on", "homework_sent_on", "feedback_on"),
    }.items():
        for place, row in enumerate(rows.get(name, [])):
            late = {one: None for one in columns if getattr(row, one) and getattr(row, one) > until}
            rows[name][place] = dataclasses.replace(row, **late)
    rows["ratings"] = [row for row in rows["ratings"] if row.rated_on <= until]
    kept = {row.goal for row in rows["ratings"]}
    rows["rating_doses"] = [row for row in rows.get("rating_doses", []) if row.goal in kept]
    for name in ("guidance", "days", "leavings", "device_days", "device_activities", "guesses", "disclosures"):
        rows[name] = [row for row in rows.get(name, []) if row.on <= until]
    rows["replies"] = [row for row in rows.get("replies", []) if row.sent_on <= until]
    rows["arrangements"] = [row for row in rows.get("arrangements", []) if row.from_on <= until]
    rows["events"] = [row for row in rows["events"] if row.on <= until]


def _enrol(
    rows: dict[str, list[Any]], rng: np.random.Generator, code: str, day: dt.date, until: dt.date, *, leaves: bool
) -> None:
    consented, randomised = day + dt.timedelta(days=2), day + dt.timedelta(days=9)
    waits = randomised > until
    facts = {"age": str(int(rng.integers(22, 70))), "sex": "man" if rng.random() < 0.15 else "woman"}
    stratum = str(rng.choice(["north", "south"]))
    rows["screening"].append(Screening(len(rows["screening"]) + 1, day, "went_on", None, "1"))
    rows["events"] += [Event(code, "screened", day, None), Event(code, "consented", consented, None)]
    if leaves or waits:
        rows["participants"].append(Participant(code, stratum, None, consented, None, facts))
    if leaves:
        rows["events"].append(Event(code, "left_before_randomisation", consented + dt.timedelta(days=30), "moved"))
    elif not waits:
        rows["participants"].append(Participant(code, stratum, stratum, consented, randomised, facts))
        rows["events"].append(Event(code, "randomised", randomised, None))


def _treat(rows: dict[str, list[Any]], rng: np.random.Generator, code: str, arm: str, day: dt.date) -> None:
    able = rng.normal(0.5 if arm in LIVELY else 0, 1)
    for visit in (1, 2, 3):
        planned = day + dt.timedelta(days=(-3, 28, 84)[visit - 1])
        held = planned if visit == 1 or rng.random() < 0.8 else None
        rows["visits"].append(Visit(code, visit, planned, held, "clinic" if held else None))
        rows["device_days"].append(DeviceDay(code, planned, 4000 + visit, "phone", "apple_health"))
        rows["device_activities"].append(DeviceActivity(code, planned, 1, 30, "walking", "watch", "fit"))
    set_on, rated_on = day - dt.timedelta(days=3), day + dt.timedelta(days=81)
    for number in range(int(rng.integers(1, 4))):
        goal = f"{code}-G{number}"
        kind, parent = ("main", None) if number == 0 else ("intermediate", f"{code}-G0")
        scaled = (9, 4 + number, 6, 5, -1) if int(code[-1]) % 3 == 0 else ()
        rows["goals"].append(Goal(code, goal, kind, parent, "function", set_on, set_on, 12, True, *scaled))
        if held is not None:
            level = "fully" if able + rng.normal(0, 0.7) > 0.4 else str(rng.choice(["not", "partly"]))
            gas = {"not": -2, "partly": -1, "fully": 1}[level] if scaled else None
            rows["ratings"].append(Rating(goal, 1, level, "participant", "alone", rated_on, "visit_3", gas))
            rows.get("rating_doses", []).append(RatingDose(goal, 1, 3 if arm == "stroll" else 0))
    if held is not None:
        _guess(rows, code, arm, rated_on)
    if "modules" in rows and arm == "stroll":
        _take_modules(rows, rng, code, day)


def _guess(rows: dict[str, list[Any]], code: str, arm: str, day: dt.date) -> None:
    """Every third is not known, every seventh told; of the others two of three right; drawn from nothing."""
    number, others = int(code[-3:]), [one for one in THREE_ARMS + TWO_ARMS if one != arm]
    told = number % 7 == 0
    guess = None if number % 3 == 0 else arm if number % 9 in (1, 2, 4, 5) else _other(rows, arm, others)
    sure = None if guess is None else "strongly" if told else "somewhat"
    rows.get("guesses", []).append(Guess(code, 3, "P-1", day, guess, sure, told))
    if told:
        rows.get("disclosures", []).append(Disclosure(code, 1, "P-1", day, "participant", "visit"))


def _other(rows: dict[str, list[Any]], arm: str, others: list[str]) -> str:
    """Another arm of the same trial: that with modules has two."""
    known = TWO_ARMS if "modules" in rows and arm in TWO_ARMS else THREE_ARMS
    return next(one for one in others if one in known)


def _take_modules(rows: dict[str, list[Any]], rng: np.random.Generator, code: str, day: dt.date) -> None:
    if code.endswith("0"):
        rows["arrangements"].append(
            Arrangement(code, 1, "pause", day + dt.timedelta(days=60), day + dt.timedelta(days=66), None, None)
        )
    finished = int(rng.choice([-1, 0, 2, 4, MODULES], p=[0.2, 0.1, 0.2, 0.2, 0.3]))
    offered = day + dt.timedelta(days=56)
    for number in range(1, MODULES + 1):
        on = day + dt.timedelta(days=56 + 7 * number)
        opened, done = (on if number <= finished + 1 and finished >= 0 else None), (on if number <= finished else None)
        rows["modules"].append(Module(code, f"m{number}", number <= CORE, offered, opened, done, done, done))
        if done:
            therapist = f"T-{int(code[-1]) % 3}"
            rows["guidance"].append(Guidance(code, number, therapist, on, "page", float(rng.integers(5, 25))))
            marks = (number % 2 == 0, True, therapist == "T-0", number != 3)
            rows["replies"].append(Reply(code, f"m{number}", 1, therapist, on, 1.5, 40 + number, False, "1", *marks))
            short = number % 2
            rows["days"].append(Day(code, on, 12.5, 4, 4 - short, short, 0, 1, number % 2, number > 1, 0))


def _follow_up(
    rows: dict[str, list[Any]], rng: np.random.Generator, code: str, arm: str, day: dt.date, until: dt.date
) -> None:
    base = {score[0]: float(np.clip(rng.normal(score[2], score[3]), score[4], score[5]).round()) for score in SCORES}
    due = day + dt.timedelta(days=182)
    opens, closes = due - dt.timedelta(days=14), due + dt.timedelta(days=28)
    answers = bool(rng.random() < 0.7) and due <= until
    before = day - dt.timedelta(days=5)
    rows["occasions"].append(Occasion(code, "baseline", before, before, day, before, "web"))
    rows["occasions"].append(Occasion(code, "six_months", opens, due, closes, due if answers else None, "web"))
    rows["events"].append(Event(code, "completed", before, "baseline"))
    for instrument, name, _, _, low, high in SCORES:
        rows["scores"].append(
            Score(code, "baseline", instrument, "1", name, base[instrument], None, before, True, f"{code}-b")
        )
        if answers:
            better = LIVELY.get(arm, -2.0) * (1 if instrument != "vigour" else -1) * (high - low) / 100
            value = float(np.clip(base[instrument] + better + rng.normal(0, (high - low) / 6), low, high).round())
            rows["scores"].append(Score(code, "six_months", instrument, "1", name, value, None, due, True, f"{code}-s"))
    _other_care(rows, code, "baseline", before)
    if answers:
        _other_care(rows, code, "six_months", due)
        rows["events"].append(Event(code, "completed", due, "six_months"))
    elif closes <= until:
        gone = rng.random() < 0.3
        event = Event(code, "withdrew", due - dt.timedelta(days=60), "everything") if gone else None
        rows["events"].append(event or Event(code, "lost", closes, "six_months"))


def _other_care(rows: dict[str, list[Any]], code: str, occasion: str, day: dt.date) -> None:
    """Every third person takes tablets, on one to seven days; drawn from nothing, so that other numbers stay."""
    number = int("".join(one for one in code if one.isdigit()))
    took = number % 3 == 0
    facts = (code, occasion, "other-care", "1")
    rows["scores"].append(Score(*facts, "tablets", float(took), None, day, True, f"{code}-{occasion}-c"))
    days, reason = (float(1 + number % 7), None) if took else (None, "not_asked")
    rows["scores"].append(Score(*facts, "days", days, reason, day, True, f"{code}-{occasion}-c"))


def replaced(rows: list[Any], place: int, **changes: Any) -> None:
    """Change one row of a table in place."""
    rows[place] = dataclasses.replace(rows[place], **changes)
