"""The flow: counted from the events, the same by the tables, or refused with both numbers."""

import dataclasses
import datetime as dt
from collections import Counter

import pytest

from stegvis.methods.analysis.flow import ANSWERED, FATES, LOST, NOT_YET, WITHDREW, count_flow
from stegvis.methods.analysis.manifest import POOLED
from stegvis.methods.analysis.refusals import FlowRefused
from stegvis.methods.analysis.tables import Event, Screening

from . import synthetic


def flow_of(folder, **changed):
    extract = synthetic.write(folder / "x", {**synthetic.tables(), **changed})
    return count_flow(extract, synthetic.plan())


def refusal(folder, **changed) -> str:
    with pytest.raises(FlowRefused) as refused:
        flow_of(folder, **changed)
    return str(refused.value)


def test_every_box_follows_from_the_one_before(tmp_path):
    rows = synthetic.tables()
    flow = flow_of(tmp_path)
    ended = sum(n for _, n in flow.excluded) + sum(n for _, n in flow.declined) + flow.being_screened
    assert flow.screened == len(rows["screening"]) == ended + flow.consented
    assert flow.consented == 60 == sum(n for _, n in flow.left) + flow.waiting + flow.randomised
    assert flow.randomised == sum(arm.allocated for arm in flow.arms)
    for arm in flow.arms:
        assert sum(arm.fates.values()) == arm.allocated
        assert set(arm.fates) == set(FATES)
        assert all(n <= arm.fates[ANSWERED] for n in arm.analysed.values())
        assert all(one.received <= arm.allocated for one in arm.received)


def test_a_treatment_is_counted_only_in_the_arms_that_are_offered_it(tmp_path):
    flow = flow_of(tmp_path)
    assert [one.treatment for one in flow.arms[0].received] == ["activity_plan", "programme"]
    assert [one.treatment for one in flow.arms[1].received] == ["activity_plan"]


def test_a_pooled_flow_has_one_group_with_the_same_totals(tmp_path):
    named = flow_of(tmp_path)
    extract = synthetic.write(tmp_path / "pooled", synthetic.tables(POOLED), synthetic.about(POOLED))
    pooled = count_flow(extract, synthetic.plan())
    (everyone,) = pooled.arms
    assert everyone.arm == ""
    assert everyone.allocated == named.randomised
    total: Counter[str] = Counter()
    for arm in named.arms:
        total.update(arm.fates)
    assert total == Counter(everyone.fates)


def test_who_is_not_due_yet_is_not_lost(tmp_path):
    until = dt.date(2025, 10, 1)
    rows = synthetic.tables(until=until)
    extract = synthetic.write(tmp_path / "x", rows, synthetic.about(until=until))
    flow = count_flow(extract, synthetic.plan())
    assert flow.waiting > 0, "somebody consented and is not randomised yet"
    assert all(arm.fates[NOT_YET] > 0 for arm in flow.arms)


def test_someone_who_withdrew_after_answering_counts_as_having_answered(tmp_path):
    rows = synthetic.tables()
    person = next(row for row in rows["occasions"] if row.occasion == "six_months" and row.submitted_on)
    later = Event(person.participant, "withdrew", person.submitted_on + dt.timedelta(days=1), "everything")
    before, after = flow_of(tmp_path), flow_of(tmp_path / "y", events=[*rows["events"], later])
    assert [arm.fates for arm in before.arms] == [arm.fates for arm in after.arms]


def test_stopping_a_treatment_is_not_leaving_the_questions(tmp_path):
    rows = synthetic.tables()
    lost = next(event for event in rows["events"] if event.event == "lost")
    stopped = Event(lost.person, "withdrew", lost.on - dt.timedelta(days=90), "plan")
    flow = flow_of(tmp_path, events=[*rows["events"], stopped])
    assert sum(arm.fates[LOST] for arm in flow.arms) == sum(e.event == "lost" for e in rows["events"])
    gone = dataclasses.replace(stopped, reason="questions")
    flow = flow_of(tmp_path / "y", events=[*rows["events"], gone])
    assert sum(arm.fates[WITHDREW] for arm in flow.arms) == 1 + sum(e.event == "withdrew" for e in rows["events"])


def test_a_screening_that_the_events_do_not_know_is_refused_with_both_numbers(tmp_path):
    rows = synthetic.tables()
    extra = Screening(9999, synthetic.START, "not_eligible", "too_young", "1")
    said = refusal(tmp_path, screening=[*rows["screening"], extra])
    n = len(rows["screening"])
    assert f"{n} people are screened by the event log, and {n + 1} by screening.csv." in said
    assert "people are excluded by 'too_young' by the event log, and" in said


def test_a_randomisation_that_the_tables_do_not_know_is_refused(tmp_path):
    rows = synthetic.tables()
    event = next(event for event in rows["events"] if event.event == "randomised")
    said = refusal(tmp_path, events=[e for e in rows["events"] if e != event])
    assert f"they differ in {event.person}" in said
    moved = dataclasses.replace(event, on=event.on + dt.timedelta(days=1))
    said = refusal(tmp_path / "y", events=[moved if e == event else e for e in rows["events"]])
    assert f"1 people are randomised on another day by participants.csv: {event.person}." in said


@pytest.mark.parametrize(
    ("event", "said"),
    [
        (Event("P-000", "excluded", synthetic.START, "too_young"), "P-000 is counted as excluded and as consented"),
        (Event("P-000", "randomised", dt.date(2025, 3, 1), None), "P-000 has 2 events 'randomised', and can have 1."),
        (Event("P-016", "lost", dt.date(2026, 1, 1), "six_months"), "P-016 has 'lost' without 'randomised' before it."),
        (
            Event("P-000", "left_before_randomisation", dt.date(2025, 3, 1), None),
            "P-000 is counted as randomised and as having left before it.",
        ),
    ],
)
def test_a_person_who_went_two_ways_is_refused(tmp_path, event, said):
    assert said in refusal(tmp_path, events=[*synthetic.tables()["events"], event])


def test_who_answered_is_neither_lost_nor_gone(tmp_path):
    rows = synthetic.tables()
    answered = next(event for event in rows["events"] if event.event == "completed" and event.reason == "six_months")
    lost = Event(answered.person, "lost", answered.on, "six_months")
    assert "is counted as lost and as having answered" in refusal(tmp_path, events=[*rows["events"], lost])
    died = Event(answered.person, "died", answered.on - dt.timedelta(days=3), None)
    assert "answered 'six_months' after the event 'died'" in refusal(tmp_path / "y", events=[*rows["events"], died])


def test_an_answer_that_the_events_do_not_know_is_refused(tmp_path):
    rows = synthetic.tables()
    events = [e for e in rows["events"] if not (e.event == "completed" and e.reason == "six_months")]
    assert "0 people completed 'six_months' by the event log, and" in refusal(tmp_path, events=events)


def test_a_randomised_person_without_an_occasion_is_refused(tmp_path):
    rows = synthetic.tables()
    gone = next(row for row in rows["occasions"] if row.occasion == "six_months" and not row.submitted_on)
    said = refusal(tmp_path, occasions=[row for row in rows["occasions"] if row != gone])
    assert f"1 of 57 randomised have no row for 'six_months': {gone.participant}." in said


def test_scores_of_someone_who_sent_nothing_are_refused(tmp_path):
    rows = synthetic.tables()
    silent = next(row.participant for row in rows["occasions"] if row.occasion == "six_months" and not row.submitted_on)
    score = next(row for row in rows["scores"] if row.occasion == "six_months")
    ghost = dataclasses.replace(score, participant=silent)
    assert "have scores without having sent" in refusal(tmp_path, scores=[*rows["scores"], ghost])
