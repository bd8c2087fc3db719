"""Findings: the right people, the right rows, the right method, against a computation of their own."""

import dataclasses
import datetime as dt
import hashlib
from collections import Counter

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from scipy import stats

from stegvis.methods.analysis import multiplicity, run
from stegvis.methods.analysis.analyses import blinding, delivery
from stegvis.methods.analysis.findings import Finding, Findings, plain
from stegvis.methods.analysis.manifest import BLINDED, POOLED, UNBLINDED
from stegvis.methods.analysis.plan_reader import parse_plan
from stegvis.methods.analysis.refusals import ExtractRefused
from stegvis.methods.analysis.report.sections.goals import verdict
from stegvis.methods.analysis.tables import Leaving, Unmasking
from stegvis.methods.analysis.trial import open_trial

from . import synthetic
from .conftest import INTERIM, print_report


@pytest.fixture(scope="module")
def wide(reports):
    """Pain by person straight from the CSV files, as another program would read them."""
    folder = reports().folder / "x"
    scores = pd.read_csv(folder / "scores.csv").query("instrument == 'line'")
    people = pd.read_csv(folder / "participants.csv").merge(pd.read_csv(folder / "arms.csv"))
    values = scores.pivot_table(index="participant", columns="occasion", values="value").reset_index()
    return people.merge(values).assign(change=lambda d: d.six_months - d.baseline)


def test_the_comparison_is_of_the_change_of_everyone_with_both_values(reports, wide):
    findings = reports().findings
    both = wide.dropna(subset=["change"])
    first, second = (both.change[both.arm == arm] for arm in ("stroll", "chat"))
    found = findings["pain.change.pooled_t.stroll-chat"]
    other = stats.ttest_ind(first, second)
    assert found.n == {"stroll": len(first), "chat": len(second)}
    assert found["estimate"] == pytest.approx(first.mean() - second.mean())
    assert found["p"] == pytest.approx(other.pvalue)
    assert (found["low"], found["high"]) == pytest.approx(tuple(other.confidence_interval()))
    rank = stats.mannwhitneyu(first, second, use_continuity=False, method="asymptotic")
    assert findings["pain.change.mann_whitney.stroll-chat"]["p"] == pytest.approx(rank.pvalue)


def test_the_analysis_of_covariance_adjusts_for_baseline_and_stratum(reports, wide):
    wide["treated"] = (wide.arm == "stroll").astype(int)
    fit = smf.ols("six_months ~ treated + baseline + C(stratum)", wide.dropna(subset=["change"])).fit(cov_type="HC3")
    found = reports().findings["pain.change.ancova_hc3.stroll-chat"]
    assert found["estimate"] == pytest.approx(fit.params["treated"])
    assert found["se"] == pytest.approx(fit.bse["treated"])
    assert found["df"] == fit.df_resid


@pytest.mark.parametrize("kind", [UNBLINDED, BLINDED, POOLED])
def test_unmaskings_are_counted_by_arm_only_when_the_arms_are_known(tmp_path, kind):
    rows, day = synthetic.tables(kind), synthetic.START
    told = [("P-000", "stroll"), ("P-002", "chat"), ("P-001", None)]
    if kind != UNBLINDED:
        told = [(None, None)] * 3
    rows["unmaskings"] = [
        Unmasking(n, "six_months", day, who, who and "OA-1", arm) for n, (who, arm) in enumerate(told, start=1)
    ]
    extract = synthetic.write(tmp_path, rows, synthetic.about(kind))
    findings = {f.id: dict(f.numbers) for f in blinding.findings(open_trial(extract, synthetic.plan()))}

    everyone = {"unmasking.all": {"events": 3}}
    by_arm = {
        "unmasking.stroll": {"events": 2, "guessed": 2, "right": 1},
        "unmasking.chat": {"events": 1, "guessed": 0, "right": 0},
    }
    assert findings == (everyone | by_arm if kind == UNBLINDED else everyone)


def test_a_description_is_of_everyone_who_has_that_value(reports, wide):
    found = reports().findings["pain.baseline.stroll"]
    values = wide.baseline[wide.arm == "stroll"].dropna()
    assert found.n == {"stroll": len(values)}
    assert (found["mean"], found["sd"]) == pytest.approx((values.mean(), values.std()))


def test_goals_are_counted_by_the_newest_timely_rating_of_goals_locked_before_allocation(tmp_path):
    rows = synthetic.tables()
    arm = {row.participant: row.arm for row in rows["arms"]}
    goal = next(g for g in rows["goals"] if g.kind == "main" and any(r.goal == g.goal for r in rows["ratings"]))
    rating = next(row for row in rows["ratings"] if row.goal == goal.goal)
    rows["ratings"].remove(rating)
    day = goal.set_on

    def rated(number, level, days, rater="participant"):
        on = day + dt.timedelta(days=days)
        return dataclasses.replace(rating, number=number, level=level, rated_on=on, rater=rater)

    rows["ratings"] += [rated(1, "not", 80), rated(2, "fully", 90), rated(3, "not", 130), rated(4, "not", 95, "other")]
    late = next(g for g in rows["goals"] if g.kind == "main" and g.participant != goal.participant)
    rows["goals"][rows["goals"].index(late)] = dataclasses.replace(late, before_allocation=False)
    findings = run.compute(open_trial(synthetic.write(tmp_path / "x", rows), synthetic.plan()))
    known = {g.goal for g in rows["goals"] if g.kind == "main" and g.before_allocation and g.participant in arm}
    level = {row.goal: row.level for row in rows["ratings"] if row.goal in known and row.goal != goal.goal}
    level[goal.goal] = "fully"
    for one in ("stroll", "chat"):
        mine = [g for g in rows["goals"] if g.goal in known and arm[g.participant] == one]
        counts = findings[f"goals.main.denominator.{one}"]
        assert counts["goals"] == len(mine)
        assert counts["rated_goals"] == sum(g.goal in level for g in mine)
        assert counts["level_fully"] == sum(level.get(g.goal) == "fully" for g in mine)


def test_goals_are_compared_by_goal_and_by_person_with_both_numbers(reports):
    findings = reports().findings
    naive = findings["goals.intermediate.rated.goal_difference.stroll-chat"]
    person = findings["goals.intermediate.rated.person_t.stroll-chat"]
    assert all(naive.n[arm] > person.n[arm] for arm in ("stroll", "chat"))
    assert naive["estimate"] == pytest.approx(naive["first"] - naive["second"])
    shuffled = findings["goals.intermediate.rated.person_permutation.stroll-chat"]
    assert shuffled["estimate"] == pytest.approx(person["estimate"])
    model = findings["goals.intermediate.rated.goal_gee.stroll-chat"]
    assert model.n == person.n
    assert model["df"] == sum(person.n.values()) - 2
    icc = findings["goals.intermediate.rated.icc"]
    assert icc["design_effect"] == pytest.approx(1 + (icc["weighted_goals_per_person"] - 1) * icc["estimate"])


def test_unrated_goals_count_as_not_attained_in_the_sensitivity_analysis(reports):
    findings = reports().findings
    rated = findings["goals.main.rated.goal_difference.stroll-chat"]
    worst = findings["goals.main.unrated_as_not.goal_difference.stroll-chat"]
    assert worst["first_events"] == rated["first_events"]
    assert sum(worst.n.values()) == sum(findings[f"goals.main.denominator.{a}"]["goals"] for a in ("stroll", "chat"))
    assert sum(worst.n.values()) > sum(rated.n.values())


@pytest.mark.parametrize(
    ("naive", "person", "model", "expected"),
    [
        (0.01, 0.2, 0.3, "depends"),
        (0.01, 0.02, 0.03, "both"),
        (0.2, 0.3, 0.4, "neither"),
        (0.2, 0.01, 0.02, "reverse"),
        (0.01, 0.04, 0.06, "split"),
    ],
)
def test_whether_the_unit_decides_follows_from_where_the_p_values_lie(reports, naive, person, model, expected):
    class Level95:
        plan = reports().written.trial.plan

    assert verdict(Level95, naive, person, model) == expected


def test_adherence_has_both_denominators(reports):
    trial, findings = reports().written.trial, reports().findings
    everyone = len(trial.people_in("stroll"))
    opened = {row.participant for row in trial.extract.modules if row.opened_on}
    finished = [row.participant for row in trial.extract.modules if row.finished_on]
    all_of_them = sum(finished.count(person) == synthetic.MODULES for person in set(finished))
    of_everyone = findings["adherence.finished_all.randomised.stroll"]
    of_started = findings["adherence.finished_all.started.stroll"]
    assert of_everyone.n == {"stroll": everyone}
    assert of_started.n == {"stroll": len(opened)}
    assert of_everyone["events"] == of_started["events"] == all_of_them
    histogram = [findings[f"adherence.modules.{n}.stroll"]["events"] for n in range(synthetic.MODULES + 1)]
    assert sum(histogram) == everyone
    assert "adherence.finished_all.randomised.chat" not in findings


def test_in_the_middle_of_a_trial_use_is_counted_of_those_to_whom_the_programme_has_opened(tmp_path):
    printed = print_report(tmp_path, until=INTERIM, languages=("en",))
    trial, findings = printed.written.trial, printed.findings
    waiting = {row.participant for row in trial.extract.modules if row.offered_from > INTERIM}
    everyone = len(trial.people_in("stroll"))

    assert 0 < len(waiting) < everyone
    assert findings["adherence.waiting.stroll"]["events"] == len(waiting)
    assert findings["adherence.started.randomised.stroll"].n == {"stroll": everyone - len(waiting)}
    assert f"To {len(waiting)} of the {everyone} people randomised" in printed.html


def test_once_the_programme_has_opened_to_all_nobody_waits_for_it(reports):
    assert reports().findings["adherence.waiting.stroll"]["events"] == 0
    assert "counted in none of the figures here" not in reports().html


def test_only_people_whose_window_has_closed_can_be_missing(reports):
    interim = reports(BLINDED)
    trial = interim.written.trial
    due = {p for p, fate in trial.fates.items() if fate != "not_yet"}
    n = [next(iter(interim.findings[f"missing.pain.{arm}"].n.values())) for arm in trial.arms]
    assert sum(n) == len(due) < len(trial.randomised)


def test_a_finding_names_the_rows_it_came_from(reports):
    printed = reports()
    found = printed.findings["pain.change.pooled_t.stroll-chat"]
    (source,) = found.sources
    rows = (printed.folder / "x" / "scores.csv").read_text().splitlines()[1:]
    mine = [line.split(",") for line in rows if ",line," in line]
    both = {cells[0] for cells in mine if cells[1] == "six_months" and cells[5]}
    keys = sorted("|".join((c[0], c[1], c[2], c[4])) for c in mine if c[0] in both)
    assert source.rows == len(keys) == 2 * sum(found.n.values())
    assert source.keys_sha256 == hashlib.sha256("".join(f"{key}\n" for key in keys).encode()).hexdigest()
    assert source.filter == (
        "instrument = 'line', score = 'intensity', occasion = 'baseline' or 'six_months', value present"
    )


def test_every_compared_arm_stands_against_the_reference_when_there_are_three(reports):
    findings = reports(arms=synthetic.THREE_ARMS).findings
    ends = {one.id.rsplit(".", 1)[-1] for one in findings if one.method == "pooled_t"}
    assert ends == {"stroll-usual", "swim-usual"}
    assert (
        findings["pain.change.ancova_hc3.swim-usual"]["df"]
        == sum(findings[f"pain.change.{arm}"].n[arm] for arm in synthetic.THREE_ARMS) - 5
    )
    assert findings["pain.holm.stroll-usual"]["tests"] == 4


def test_pooled_findings_compare_nothing(reports):
    findings = reports(POOLED).findings
    assert not [one.id for one in findings if one.arms]
    assert findings["pain.change.all"].n == {
        "all": len(reports(POOLED).written.trial.pairs(synthetic.plan().outcome("pain")).people)
    }


def test_blinded_findings_bear_letters_and_are_the_unblinded_ones(tmp_path, reports):
    named = reports().written.trial
    letters = {"stroll": "B", "chat": "A"}
    rows = synthetic.tables()
    arms = [dataclasses.replace(row, arm=letters[row.arm]) for row in rows["arms"]]
    telling = (*synthetic.PROGRAMME, "arms", "guesses", "disclosures")
    kept = {name: r for name, r in rows.items() if name not in telling}
    blind = open_trial(synthetic.write(tmp_path / "x", {**kept, "arms": arms}, synthetic.about(BLINDED)), named.plan)
    findings = run.compute(blind)
    assert (
        findings["pain.change.pooled_t.B-A"]["estimate"]
        == reports().findings["pain.change.pooled_t.stroll-chat"]["estimate"]
    )
    assert not [one.id for one in findings if one.section in ("adherence", "dose", "guidance", "published")]


def test_published_figures_of_another_instrument_make_no_finding(reports):
    made = [one.id for one in reports().findings.of("published")]
    assert made == ["published.pain.implied"]


def test_an_outcome_nobody_answered_says_so_instead_of_giving_a_number(tmp_path):
    rows = synthetic.tables()
    scores = [row for row in rows["scores"] if not (row.instrument == "vigour" and row.occasion == "six_months")]
    findings = run.compute(open_trial(synthetic.write(tmp_path / "x", {**rows, "scores": scores}), synthetic.plan()))
    found = findings["vigour.change.pooled_t.stroll-chat"]
    assert found.refusal.code == "too_few"
    assert not found.numbers
    assert findings["pain.change.pooled_t.stroll-chat"].refusal is None


def test_holm_steps_down_and_never_falls():
    assert multiplicity.holm([0.018, 0.014]) == pytest.approx([0.028, 0.028])
    assert multiplicity.holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert multiplicity.holm([0.7, 0.6]).tolist() == [1.0, 1.0]


def test_an_id_is_used_once():
    findings = Findings([Finding("a", "flow", "flow")])
    with pytest.raises(ValueError, match="made twice"):
        findings.add([Finding("a", "flow", "flow")])


def test_numbers_are_kept_to_twelve_digits():
    assert plain(1 / 3) == 0.333333333333
    assert plain(np.nextafter(5.0, 6)) == 5
    assert plain(float("nan")) is None


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            'study = "synthetic"',
            'study = "another"',
            "the extract is of the study 'synthetic' and the plan of 'another'.",
        ),
        ('score = "intensity"', 'score = "intensities"', "The nearest one is 'line/intensity'."),
        ('column = "age"', 'column = "height"', "the plan's characteristic 'height' is no column."),
        ("\nman = { en", "\ngentleman = { en", "the value is none of the plan's woman, gentleman."),
        ('column = "sex"', 'column = "site"', "the value is none of the plan's woman, man."),
        ("maximum = 19", "maximum = 12", "the value is not between 0 and 12, as the plan says it is."),
        (
            'score = "days"',
            'score = "weeks"',
            "the plan's other care 'tablet_days' is 'other-care/weeks', and no row has",
        ),
        ('kind = "amount"', 'kind = "share"', "the value is neither 0 nor 1, and the plan counts 'tablet_days'."),
    ],
)
def test_a_plan_that_does_not_fit_the_extract_is_refused(tmp_path, old, new, said):
    text = synthetic.plan_text()
    assert old in text
    plan = parse_plan(text.replace(old, new, 1).encode())
    with pytest.raises(ExtractRefused) as refused:
        open_trial(synthetic.write(tmp_path / "x"), plan)
    assert said in str(refused.value)


def test_a_characteristic_that_is_no_number_is_refused_with_its_row(tmp_path):
    rows = synthetic.tables()
    synthetic.replaced(rows["participants"], 0, characteristics={"age": "fifty", "sex": "woman"})
    with pytest.raises(ExtractRefused, match=r"participants\.csv, row 2, age: there is text where a number must be"):
        open_trial(synthetic.write(tmp_path / "x", rows), synthetic.plan())


def test_the_dose_by_day_has_both_denominators(reports):
    """Whoever never opened the programme counts as 0 days of everyone, and not at all of those who started."""
    trial, findings = reports().written.trial, reports().findings
    days = Counter(row.participant for row in trial.extract.days)
    reached = sorted({row.participant for row in trial.extract.modules})
    started = sorted({row.participant for row in trial.extract.modules if row.opened_on})
    for base, people in (("randomised", reached), ("started", started)):
        found = findings[f"dose.days.{base}.stroll"]
        assert found.n == {"stroll": len(people)}
        assert found["mean"] == pytest.approx(sum(days[one] for one in people) / len(people))
    minutes = findings["dose.minutes_visible.started.stroll"]["mean"]
    assert minutes == pytest.approx(12.5 * findings["dose.days.started.stroll"]["mean"])
    assert "dose.days.randomised.chat" not in findings


def test_reasons_for_stopping_are_counted_in_people_of_the_arm_that_has_the_programme(reports, tmp_path):
    """Three of the arm stopped: two said too long, one of these also something else, one said nothing."""
    rows = synthetic.tables(UNBLINDED)
    one, two, three = [row.participant for row in rows["arms"] if row.arm == "stroll"][:3]
    day = synthetic.START
    rows["leavings"] = [
        Leaving(one, day, "programme", "too_long"), Leaving(one, day, "everything", "too_long"),
        Leaving(one, day, "everything", "other"), Leaving(two, day, "programme", "too_long"),
        Leaving(three, day, "programme", None),
    ]  # fmt: skip
    trial = open_trial(synthetic.write(tmp_path / "x", rows), synthetic.plan())
    found = {one.id: one for one in delivery.adherence(trial) if one.method == "leaving_reasons"}
    counted = {key.split(".")[2]: (one["events"], dict(one.n)) for key, one in found.items()}
    assert counted == {"none": (1, {"stroll": 3}), "other": (1, {"stroll": 3}), "too_long": (2, {"stroll": 3})}
    assert not any(key.endswith(".chat") for key in found)


def test_worksheets_are_summed_over_a_persons_days(reports):
    """In the made-up trial every other finished module, the first among them, has a sheet: 0 → 0, 2 → 1, 4 → 2, 5 → 3."""
    trial, findings = reports().written.trial, reports().findings
    finished = Counter(row.participant for row in trial.extract.modules if row.finished_on)
    started = {row.participant for row in trial.extract.modules if row.opened_on}
    sheets = sorted((finished[one] + 1) // 2 for one in started)
    found = findings["dose.worksheets.started.stroll"]
    assert (found["minimum"], found["maximum"]) == (sheets[0], sheets[-1])
    assert found["mean"] == pytest.approx(sum(sheets) / len(sheets))
