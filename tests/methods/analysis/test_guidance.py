"""Guidance and dose: counted by hand on a few rows, and left out where they would give an arm away."""

import dataclasses
import datetime as dt
import json

import pytest

from stegvis.methods.analysis import run
from stegvis.methods.analysis.analyses import dose, guidance
from stegvis.methods.analysis.analyses.therapist_time import apart, spent_on
from stegvis.methods.analysis.manifest import BLINDED
from stegvis.methods.analysis.refusals import ExtractRefused
from stegvis.methods.analysis.tables import BEHAVIOURS, Arrangement, Guidance, Reply
from stegvis.methods.analysis.trial import open_trial
from stegvis.methods.programme import replycheck, snippets

from . import synthetic

DAY = dt.date(2025, 6, 2)
DAY_2 = DAY + dt.timedelta(days=1)


def minutes(kind, number, on=DAY, therapist="T-1", person="P-000", each=1):
    return Guidance(person, each, therapist, on, kind, number)


def reply(person, number, therapist, *shown, again=False, rules="1"):
    marks = [None] * 4 if rules is None else [behaviour in shown for behaviour in BEHAVIOURS]
    return Reply(person, f"m{number}", 1, therapist, DAY, 2.0, 50, again, rules, *marks)


@pytest.fixture
def trial(tmp_path):
    """The synthetic trial with other rows in some of its tables."""

    def made(**changed):
        return open_trial(synthetic.write(tmp_path / "x", {**synthetic.tables(), **changed}), synthetic.plan())

    return made


def two_who_started():
    rows = synthetic.tables()["modules"]
    started = sorted({row.participant for row in rows if row.opened_on})
    return started[:2], {row.participant: row.offered_from for row in rows}


def test_a_day_set_right_to_less_takes_from_pages_first_and_then_from_the_call():
    """30 on pages and a call of 20, set right to 45, to 15, and upwards to 60: by hand 25 + 20, 0 + 15, 40 + 20."""
    worked = [minutes("page", 30), minutes("call", 20)]
    assert apart([*worked, minutes("adjusted", -5)]) == (25, 20)
    assert apart([*worked, minutes("adjusted", -35)]) == (0, 15)
    assert apart([*worked, minutes("adjusted", 10)]) == (40, 20)


def test_a_correction_takes_nothing_from_another_day_nor_from_a_colleague():
    rows = [minutes("page", 10), minutes("page", 10, on=DAY_2), minutes("page", 10, therapist="T-2")]
    assert apart([*rows, minutes("adjusted", -10)]) == (20, 0)


def test_thirds_of_minutes_add_up_to_whole_ones():
    assert apart([minutes("page", 0.3333) for _ in range(3)] + [minutes("adjusted", -1)]) == (0, 0)


def test_minutes_a_week_are_of_the_weeks_from_the_opening_to_the_last_use(trial):
    """Opened on a day, last looked at 20 days later: 3 weeks. 45 minutes on pages are 15 a week; the call stands apart."""
    (one, two), opened = two_who_started()
    on = opened[one] + dt.timedelta(days=20)
    rows = [minutes("page", 45, on=on, person=one), minutes("call", 30, on=on, person=one, each=2)]
    made = trial(guidance=rows, days=[], replies=[])
    first, second = spent_on(made, [two, one], made.extract.guidance)

    assert (first.weeks, first.minutes_a_week, first.call_minutes, first.therapist) == (3, 15, 30, "T-1")
    assert (second.weeks, second.minutes, second.therapist) == (1, 0, "")


def test_people_are_counted_under_within_and_over_the_usual_and_belong_to_whoever_gave_most(trial):
    (one, two), opened = two_who_started()
    rows = [
        minutes("page", 15, on=opened[one], person=one), minutes("page", 9, therapist="T-2", person=two, on=opened[two]),
        minutes("page", 10, on=opened[two], person=two, each=2),
    ]  # fmt: skip
    found = {each.id: each for each in guidance.findings(trial(guidance=rows, days=[], replies=[]))}

    told = {name: found[f"guidance.{name}.stroll.T-1"]["events"] for name in guidance.RANGES}
    assert told == {"below": 0, "within": 1, "above": 1}
    assert "guidance.within.stroll.T-2" not in found
    assert found["guidance.minutes_a_week.stroll.T-1"]["estimate"] == 17


def test_shares_are_of_the_replies_in_which_a_rule_looked(trial):
    (one, two), _ = two_who_started()
    rows = [reply(one, 1, "T-1", "effort"), reply(one, 2, "T-1"), reply(two, 1, "T-2", "effort"),
            reply(two, 2, "T-2", rules=None)]  # fmt: skip
    found = {each.id: each for each in guidance.findings(trial(replies=rows))}

    effort = found["guidance.effort.stroll.all"]
    assert (effort["events"], dict(effort.n)) == (2, {"stroll": 3})
    assert found["guidance.words.stroll.all"].n == {"stroll": 4}
    assert found["guidance.replies_started.stroll.T-2"]["mean"] == 2


def test_the_likeness_within_therapists_is_that_of_an_analysis_of_variance(trial):
    """Two therapists with two replies each, always and half: MSB = 0.25, MSW = 0.25, m0 = 2, so the ICC is 0."""
    (one, two), _ = two_who_started()
    rows = [reply(one, 1, "T-1", "effort"), reply(one, 2, "T-1", "effort"), reply(two, 1, "T-2", "effort"),
            reply(two, 2, "T-2")]  # fmt: skip
    found = {each.id: each for each in guidance.findings(trial(replies=rows))}

    assert found["guidance.icc_effort.stroll.all"]["icc"] == pytest.approx(0)
    assert found["guidance.icc_ability.stroll.all"].refusal.code == "replies_alike"


def test_with_one_therapist_there_is_no_likeness_to_tell(trial):
    (one, _), _ = two_who_started()
    found = {each.id: each for each in guidance.findings(trial(replies=[reply(one, 1, "T-1", "effort")]))}
    assert found["guidance.icc_effort.stroll.all"].refusal.code == "one_therapist"


def test_pauses_and_holds_have_both_denominators_and_end_with_the_data(trial):
    (one, two), _ = two_who_started()
    until = synthetic.END
    rows = [
        Arrangement(one, 1, "pace", DAY, None, 1, slower=True), Arrangement(one, 2, "pause", DAY, DAY_2, None, None),
        Arrangement(two, 1, "hold", until - dt.timedelta(days=4), None, None, None),
    ]  # fmt: skip
    made = trial(arrangements=rows, replies=[reply(two, 1, "T-1", again=True)])
    found = {each.id: each for each in dose.findings(made)}

    for what in dose.ARRANGED:
        assert found[f"dose.{what}.randomised.stroll"]["events"] == 1
        started = found[f"dose.{what}.started.stroll"].n["stroll"]
        assert started < found[f"dose.{what}.randomised.stroll"].n["stroll"]
    assert found["dose.days_of_pause.started.stroll"]["median"] == 2
    assert found["dose.days_of_hold.started.stroll"]["median"] == 5


def test_parts_read_are_the_full_and_the_short_ones(reports):
    findings = reports().findings
    read, full, short = (
        findings[f"dose.parts_{name}.started.stroll"]["mean"] for name in ("finished", "full", "short")
    )
    assert read == pytest.approx(full + short)
    assert short > 0


def test_a_blinded_report_tells_neither_dose_nor_guidance(reports):
    assert 'id="guidance"' in reports().html
    assert 'id="dose"' in reports().html
    for section in ("guidance", "dose"):
        assert f'id="{section}"' not in reports(BLINDED).html
        assert not reports(BLINDED).findings.of(section)


def test_half_marked_replies_and_arrangements_that_end_before_they_begin_are_refused(tmp_path):
    (one, _), _ = two_who_started()
    half = dataclasses.replace(reply(one, 1, "T-1"), ability=None)
    backwards = Arrangement(one, 1, "pause", DAY_2, DAY, None, None)
    rows = {**synthetic.tables(), "replies": [half], "arrangements": [backwards]}
    with pytest.raises(ExtractRefused) as refused:
        synthetic.write(tmp_path / "x", rows)
    assert {(each.file, each.column) for each in refused.value.mistakes} == {
        ("replies.csv", f"rules, {', '.join(BEHAVIOURS)}"), ("arrangements.csv", "until_on")
    }  # fmt: skip


def test_an_extract_from_before_these_tables_is_analysed_without_them(tmp_path):
    rows = {name: each for name, each in synthetic.tables().items() if name not in ("replies", "arrangements")}
    folder = tmp_path / "x"
    synthetic.write(folder, rows)
    (folder / "replies.csv").unlink()
    (folder / "arrangements.csv").unlink()
    manifest = folder / "manifest.json"
    said = json.loads(manifest.read_text())
    del said["files"]["replies.csv"], said["files"]["arrangements.csv"]
    manifest.write_text(json.dumps(said))
    (tmp_path / "sap.toml").write_text(synthetic.plan_text())
    html = run.analyse(folder, tmp_path / "sap.toml", tmp_path / "out").files
    assert "dose-stroll.csv" in {path.name for path in html}
    assert "fidelity-stroll.csv" not in {path.name for path in html}


def test_the_columns_are_the_behaviours_that_the_rules_look_for():
    assert set(BEHAVIOURS) == set(snippets.GROUPS)
    assert all(set(BEHAVIOURS) == set(phrases) for phrases in replycheck.PHRASES.values())
