"""A small extract of the example trial, with answers, and the conversions of it that several tests look at."""

import dataclasses
import datetime as dt
from functools import lru_cache
from pathlib import Path

import pytest

from stegvis.methods.analysis import conduct_tables, plan_tables, visit_tables
from stegvis.methods.analysis import tables as t
from stegvis.methods.analysis.extract import write_extract
from stegvis.methods.analysis.manifest import BLINDED, POOLED, UNBLINDED
from stegvis.methods.formats.convert import convert
from stegvis.methods.study import folder as folders
from tests.methods.analysis import synthetic
from tests.studies.folders import CWP

DAY = dt.date(2026, 2, 2)
LATER = dt.date(2026, 8, 3)
SAVED = dt.datetime(2026, 2, 2, 9, 30, tzinfo=dt.UTC)
ARMS = {UNBLINDED: ("intervention", "control"), BLINDED: ("B", "A"), POOLED: ()}
VERSIONS = {"pain-intensity": "1.0.0", "pain-map": "1.0.0", "phq-9": "1.1.0", "concomitant-care": "1.0.0"}


def answer(person, occasion, instrument, item, value, number=1, **more):
    """An answer on the web, as it was sent."""
    facts = {"withheld": None, "mode": "web", "saved_at": SAVED, "saved_by": "participant", "correction": 0} | more
    return t.Answer(
        person, occasion, instrument, response_id(person, occasion, instrument), item, number, value, **facts
    )


def response_id(person, occasion, instrument):
    return f"R{person[-1]}{occasion[0]}{list(VERSIONS).index(instrument)}"


def answers_of(person, occasion):
    """The questions of four questionnaires, with one declined, one corrected by staff, and one of several options."""
    corrected = {"saved_by": "staff", "correction": 1}
    yield answer(person, occasion, "pain-intensity", "pain-intensity", "62", **corrected)
    for number, place in enumerate(("f-head", "b-neck"), start=1):
        yield answer(person, occasion, "pain-map", "pain-map", place, number)
    yield answer(person, occasion, "phq-9", "phq9-1", "2")
    yield answer(person, occasion, "phq-9", "phq9-2", None, withheld="declined")
    yield answer(person, occasion, "concomitant-care", "care-analgesics", "yes")
    yield answer(person, occasion, "concomitant-care", "care-analgesic-days", "4")


def responses_of(person, occasion, day):
    for code, version in VERSIONS.items():
        number = response_id(person, occasion, code)
        corrections = int(code == "pain-intensity")
        yield t.Response(person, occasion, code, version, number, "web", day, day, True, False, corrections)


def scores_of(person, occasion, day, value):
    for code, name, score, why in (
        ("pain-intensity", "pain_intensity", value, None), ("phq-9", "phq9_total", None, "declined"),
    ):  # fmt: skip
        yield t.Score(
            person, occasion, code, VERSIONS[code], name, score, why, day, True, response_id(person, occasion, code)
        )


def rows(kind):
    """Two people at two occasions, each with a goal that was rated twice, the second time to correct the first."""
    people, occasions = ("P-1", "P-2"), (("baseline", DAY), ("six_months", LATER))
    every = [(person, *occasion) for person in people for occasion in occasions]
    found = {
        "participants": [
            t.Participant(person, "BJ", "BJ", DAY, DAY + dt.timedelta(days=3), {"age": "51", "sex": "female"})
            for person in people
        ],
        "occasions": [t.Occasion(p, o, day, day, day + dt.timedelta(days=14), day, "web") for p, o, day in every],
        "responses": [one for p, o, day in every for one in responses_of(p, o, day)],
        "answers": [one for p, o, _ in every for one in answers_of(p, o)],
        "scores": [one for p, o, day in every for one in scores_of(p, o, day, 62.0 if o == "baseline" else 40.5)],
        "goals": [t.Goal(p, f"G-{p}", "main", None, "activity", DAY, DAY, 12, True) for p in people],
        "ratings": [
            rating
            for p in people
            for rating in (
                t.Rating(f"G-{p}", 1, "not", "participant", "own_screen", LATER, "visit_3", None, None, LATER),
                t.Rating(f"G-{p}", 2, "partly", "participant", "own_screen", LATER, "visit_3", None, 1, LATER),
            )
        ],
    }
    found |= conduct(people)
    if kind != POOLED:
        found["arms"] = [t.Arm(person, arm) for person, arm in zip(people, ARMS[kind], strict=True)]
    return found


def change(person, item, value, correction, **more):
    """A version of an answer of the baseline, as it was sent or as staff corrected it."""
    facts = {"withheld": None, "mode": "web", "saved_at": SAVED + dt.timedelta(days=correction)} | more
    facts |= {"saved_by": "staff" if correction else "participant", "correction": correction}
    code = "pain-intensity" if item == "pain-intensity" else "pain-map"
    return conduct_tables.AnswerChange(
        person, "baseline", code, response_id(person, "baseline", code), item, 1, value, **facts
    )


def conduct(people):
    """Visits held, missed and booked, a plan in two versions, two consents, a reminder and a call; one person left."""
    at, missed, sha = dt.datetime(2026, 2, 4, 9, 0, tzinfo=dt.UTC), DAY + dt.timedelta(days=30), "c" * 64
    plans = [(p, version, DAY + dt.timedelta(days=version)) for p in people for version in (1, 2)]
    return {
        "events": [t.Event(people[1], "withdrew", LATER, "everything")],
        "visits": [
            t.Visit(people[0], 1, at.date(), at.date(), "clinic", at), t.Visit(people[0], 2, missed, None, None),
            t.Visit(people[0], 3, LATER, None, None),
        ],
        "missed_visits": [visit_tables.MissedVisit(people[0], 2, 1, missed, "forgot")],
        "plans": [plan_tables.Plan(p, version, on, "agreed", 1, 90, 2) for p, version, on in plans],
        "planned_activities": [
            plan_tables.PlannedActivity(p, version, f"A{p}{version}", "walking", 3, 20, "medium", 10) for p, version, _ in plans
        ],
        "planned_exercises": [
            plan_tables.PlannedExercise(p, version, "wall-push", "easier", 10, 2, "ab12") for p, version, _ in plans
        ],
        "consents": [
            conduct_tables.Consent(p, number, DAY, "consent", f"{number}.0", sha, "sv") for p in people for number in (1, 2)
        ],
        "answer_changes": [
            change("P-1", "pain-intensity", "26", 0), change("P-1", "pain-intensity", "62", 1),
            change("P-2", "pain-map", "f-head", 0), change("P-2", "pain-map", None, 1, withheld="removed"),
        ],
        "contacts": [
            conduct_tables.Contact(people[0], 1, DAY, "reminder", "baseline", None, "sent"),
            conduct_tables.Contact(people[0], 2, DAY, "call", "baseline", "phone", "no_answer"),
        ],
    }  # fmt: skip


def write(folder: Path, kind=UNBLINDED, **changed):
    """Write the extract and return its folder."""
    about = dataclasses.replace(
        synthetic.about(), kind=kind, study="cwp", arms=tuple(sorted(ARMS[kind])), made_up=True,
        shared_treatments=("activity_plan",),
    )  # fmt: skip
    write_extract(folder, about, **{name: found for name, found in (rows(kind) | changed).items() if found is not None})
    return folder


@pytest.fixture(scope="session", autouse=True)
def trial_read_once():
    """The trial's folder does not change while it is tested, and reading it takes longer than most conversions."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(folders, "load", lru_cache(folders.load))
        yield


@pytest.fixture(scope="session")
def extract(tmp_path_factory):
    return write(tmp_path_factory.mktemp("formats") / "extract")


@pytest.fixture(scope="session")
def converted(extract, tmp_path_factory):
    """Convert the small extract, once for each format, and give the folder."""
    done = {}

    def into(name, study=CWP, **options):
        key = (name, study, *options.items())
        if key not in done:
            done[key] = tmp_path_factory.mktemp(name) / "out"
            convert(extract, name, done[key], reason="A test reads it back", study=study, **options)
        return done[key]

    return into
