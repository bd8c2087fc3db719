"""Harms in the report, counted by hand: twelve people in two arms, eight events, of which three do not count."""

import datetime as dt
from dataclasses import replace

import pytest

from stegvis.methods.analysis import harm_tables, run
from stegvis.methods.analysis.exact import clopper_pearson
from stegvis.methods.analysis.manifest import BLINDED, UNBLINDED
from stegvis.methods.analysis.plan_reader import parse_plan
from stegvis.methods.analysis.refusals import ExtractRefused, PlanRefused
from stegvis.methods.analysis.tables import Event
from stegvis.methods.analysis.trial import open_trial

from . import synthetic

SECTION = """
[harms]
days = 100
treatment = "programme"

[[harms.deterioration]]
outcome = "pain"
sd = 10
reliability = 0.75
"""
PLAN = synthetic.plan_text().replace('"other_care",', '"other_care", "harms",') + SECTION
RELATIONS = ("activity_plan", "programme", "procedures")
JUDGED = {f"{to}{place}": "unlikely" for to in RELATIONS for place in ("_first", "_second", "")}


def event(participant, day, number=1, **more):
    """A mild event of one day that was told as an answer."""
    given = {
        "how": "solicited", "noticed_on": day, "versions": 1, "term": "fall", "started_on": day, "ended_on": None,
        "expected": False, "severity": "mild", "measure": "none", "course": "recovered", "serious_first": False,
        "serious_second": False, "serious": False, "criteria": None, "settled": False, "tell_by": None, "told_at": None,
    }  # fmt: skip
    return harm_tables.AdverseEvent(participant=participant, number=number, **(given | JUDGED | more))


def told(rows):
    """Eight events and the answers to the question, of people whose arm is known by their number."""
    start = {row.participant: row.randomised_on for row in rows["participants"] if row.randomised_on}
    rows["events"] = [row for row in rows["events"] if row.reason != "everything"]

    def at(number, days):
        code = f"P-{number:03d}"
        return code, start[code] + dt.timedelta(days=days)

    rows["adverse_events"] = [
        event(*at(0, 5)),
        event(*at(0, 9), number=2, severity="severe", serious=True, serious_first=True, programme="possible"),
        event(*at(2, 3), expected=True),
        event(*at(1, 4), how="unasked", measure="stopped", activity_plan="definite"),
        event(*at(3, 100)),
        event(*at(5, 101)),  # after the plan's days
        event(*at(4, -1)),  # before randomisation
        event(*at(6, 30)),  # after the person left everything
    ]
    left, day = at(6, 20)
    _leaves(rows, left, day)
    rows["adverse_event_reports"] = [
        harm_tables.AdverseEventReport(*at(0, 0)[:1], "visit_2", at(0, 5)[1], at(0, 5)[1], True, "web"),
        harm_tables.AdverseEventReport(*at(2, 0)[:1], "visit_2", at(2, 3)[1], at(2, 4)[1], False, "phone"),
        harm_tables.AdverseEventReport(*at(1, 0)[:1], "visit_2", at(1, 9)[1], None, None, None),
    ]
    return rows


def _leaves(rows, left, day):
    """Somebody leaves everything, and sends nothing afterwards."""
    rows["events"] = [row for row in rows["events"] if row.person != left or row.on <= day]
    rows["scores"] = [row for row in rows["scores"] if row.participant != left or row.completed_on <= day]
    for place, row in enumerate(rows["occasions"]):
        if row.participant == left and row.submitted_on and row.submitted_on > day:
            rows["occasions"][place] = replace(row, submitted_on=None, channel=None)
    rows["events"].append(Event(left, "withdrew", day, "everything"))


@pytest.fixture(scope="module")
def findings(tmp_path_factory):
    return computed(tmp_path_factory.mktemp("harms"), UNBLINDED)


def computed(folder, kind):
    rows = told(synthetic.tables(kind, people=12))
    extract = synthetic.write(folder / "x", rows, synthetic.about(kind))
    return run.compute(open_trial(extract, parse_plan(PLAN.encode())))


@pytest.mark.parametrize(
    ("kind", "stroll", "chat"),
    [
        ("all", (3, 2), (2, 2)),
        ("solicited", (3, 2), (1, 1)),
        ("unasked", (0, 0), (1, 1)),
        ("unexpected", (2, 1), (2, 2)),
        ("severe", (1, 1), (0, 0)),
        ("serious", (1, 1), (0, 0)),
        ("stopped", (0, 0), (1, 1)),
        ("disputed", (1, 1), (0, 0)),
        ("related_programme", (1, 1), (0, 0)),
        ("related_activity_plan", (0, 0), (1, 1)),
        ("related_procedures", (0, 0), (0, 0)),
    ],
)
def test_events_and_people_are_those_counted_by_hand(findings, kind, stroll, chat):
    found = [findings[f"harms.{kind}.{arm}"] for arm in ("stroll", "chat")]

    assert [(each["events"], each["affected"]) for each in found] == [stroll, chat]
    assert [each.n for each in found] == [{"stroll": 6}, {"chat": 6}]


def test_the_share_is_of_people_and_the_rate_of_events_by_time(findings):
    found, exact = findings["harms.all.stroll"], clopper_pearson(2, 6)

    assert (found["estimate"], found["low"], found["high"]) == (exact.estimate, exact.low, exact.high)
    assert found["person_years"] == pytest.approx((5 * 100 + 20) / 365.25)  # one of the six left on day 20
    assert found["rate"] == pytest.approx(3 / ((5 * 100 + 20) / 365.25))


def test_only_what_was_solicited_is_compared(findings):
    assert findings["harms.difference.solicited.stroll-chat"]["estimate"] == pytest.approx(2 / 6 - 1 / 6)
    assert findings["harms.rate_ratio.stroll-chat"]["estimate"] == pytest.approx(3 / 520 / (1 / 600))
    assert findings["harms.difference.unasked.stroll-chat"].refusal.code == "asked_differently"


def test_it_says_how_often_the_question_was_asked_and_answered(findings):
    asked = [findings[f"harms.asked.{arm}"].numbers for arm in ("stroll", "chat")]

    assert asked == [{"asked": 2, "answered": 2, "yes": 1}, {"asked": 1, "answered": 0, "yes": 0}]


def test_as_treated_counts_by_who_opened_a_module(findings):
    treated, untreated = findings["harms.all.treated"], findings["harms.all.untreated"]

    assert treated["events"] + untreated["events"] == 5
    assert treated.n["treated"] + untreated.n["untreated"] == 12
    assert untreated.n["untreated"] >= 6


def test_deterioration_is_of_those_with_both_values(findings):
    found = findings["harms.deterioration.pain.stroll"]

    assert found["smallest"] == pytest.approx(1.959964 * 2**0.5 * 10 * 0.5, abs=1e-4)
    assert 0 <= found["events"] <= found.n["stroll"] <= 6


def test_a_blinded_report_counts_no_relation_to_a_treatment_of_some_arms(tmp_path):
    found = computed(tmp_path, BLINDED)

    assert {each.id for each in found if each.id.startswith("harms.related_activity_plan.")}
    assert not [each.id for each in found if "related_programme" in each.id or "treated" in each.id]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [({"term": None}, "kind, start, strength"), ({"ended_on": dt.date(2020, 1, 1)}, "ended before it began")],
)
def test_an_event_that_is_told_in_part_is_refused(tmp_path, change, sentence):
    rows = synthetic.tables(people=12)
    rows["adverse_events"] = [event("P-000", dt.date(2025, 3, 1), **change)]

    with pytest.raises(ExtractRefused, match=sentence):
        synthetic.write(tmp_path / "x", rows)


def test_a_plan_that_names_what_is_not_there_is_refused():
    with pytest.raises(PlanRefused, match=r"harms\.treatment"):
        parse_plan(PLAN.replace('days = 100\ntreatment = "programme"', 'days = 100\ntreatment = "potion"').encode())


def test_a_score_that_does_not_spread_cannot_deteriorate_reliably():
    assert parse_plan(PLAN.encode()).harms.deterioration[0].sd == 10
    with pytest.raises(PlanRefused, match=r"harms\.deterioration\[1\]\.sd: this is no number in its range"):
        parse_plan(PLAN.replace("sd = 10\nreliability", "sd = 0\nreliability").encode())
