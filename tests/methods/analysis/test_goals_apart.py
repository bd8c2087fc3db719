"""Goals that count and goals kept apart, T scores, and guesses of the arm, against counts of their own."""

from __future__ import annotations

import dataclasses

import pytest

from stegvis.methods.analysis import run
from stegvis.methods.analysis.analyses.goal_scaling import score
from stegvis.methods.analysis.analyses.goals_counted import Counted, countable
from stegvis.methods.analysis.manifest import BLINDED, POOLED
from stegvis.methods.analysis.plan import GoalScaling
from stegvis.methods.analysis.tables import Goal, Rating
from stegvis.methods.analysis.trial import open_trial

from . import synthetic
from .synthetic import START


def spoilt(tmp_path, **changes_of_goals):
    """A trial in which some main goals were otherwise: place in the list of rated main goals, and what is changed."""
    rows = synthetic.tables()
    rated = {row.goal for row in rows["ratings"]}
    mains = [n for n, goal in enumerate(rows["goals"]) if goal.kind == "main" and goal.goal in rated]
    for place, changes in changes_of_goals.values():
        synthetic.replaced(rows["goals"], mains[place], **changes)
    trial = open_trial(synthetic.write(tmp_path / "x", rows), synthetic.plan())
    return trial, run.compute(trial)


def test_goals_set_later_and_goals_not_yet_due_are_kept_apart_with_a_sensitivity_row_each(tmp_path):
    trial, before = spoilt(tmp_path / "a")
    assert "goals.main.with_later.goal_difference.stroll-chat" not in before
    _, after = spoilt(
        tmp_path / "b",
        later=(0, {"before_allocation": False}),
        ahead=(1, {"target_week": 26}),
        also=(2, {"target_week": 14}),
    )

    def total(findings, name):
        return sum(findings[f"goals.main.states.{arm}"][name] for arm in trial.arms)

    assert (total(after, "later_rated"), total(after, "not_due_rated")) == (1, 2)
    assert total(after, "rated") == total(before, "rated") - 3
    assert total(after, "goals") == total(before, "goals")
    for name, more in (("with_later", 1), ("with_not_due", 2), ("with_both", 3)):
        row = after[f"goals.main.{name}.goal_difference.stroll-chat"]
        assert sum(row.n.values()) == total(after, "rated") + more


def test_goals_never_rated_are_counted_as_such(reports):
    findings = reports().findings
    for arm in ("stroll", "chat"):
        states = findings[f"goals.main.states.{arm}"]
        assert states["unrated"] > 0
        assert (
            states["rated"] + states["unrated"] + states["pending"]
            == findings[f"goals.main.denominator.{arm}"]["goals"]
        )


def test_a_corrected_rating_counts_no_more(tmp_path):
    rows = synthetic.tables()
    mains = {goal.goal for goal in rows["goals"] if goal.kind == "main"}
    wrong = next(row for row in rows["ratings"] if row.goal in mains and row.level == "not")
    corrected = dataclasses.replace(wrong, number=2, level="fully", corrects=1, gas_level=None)
    rows["ratings"].append(corrected)
    trial = open_trial(synthetic.write(tmp_path / "x", rows), synthetic.plan())

    [counted] = [one for one in countable(trial, "main") if one.goal.goal == wrong.goal]
    assert (counted.level, counted.rating.number) == ("fully", 2)


def test_t_scores_are_of_people_all_of_whose_goals_have_a_level(reports):
    written = reports().written
    for arm in ("stroll", "chat"):
        found = written.findings[f"goals.gas.t.{arm}"]
        goals = [
            goal
            for goal in written.trial.extract.goals
            if goal.levels and written.trial.arm_of.get(goal.participant) == arm
        ]
        rated = {row.goal for row in written.trial.extract.ratings}
        people = {goal.participant for goal in goals}
        whole = {one for one in people if all(goal.goal in rated for goal in goals if goal.participant == one)}
        assert (found["people"], found["without"]) == (len(people), len(people - whole))
    difference = written.findings["goals.gas.difference.stroll-chat"]
    first, second = (written.findings[f"goals.gas.t.{arm}"]["estimate"] for arm in ("stroll", "chat"))
    assert difference["estimate"] == pytest.approx(first - second)


def test_a_t_score_by_hand_with_the_plans_weights(reports):
    trial = reports().written.trial
    goals = [
        Counted(goal(importance=9, difficulty=4), "", "", "rated", rating(1)),
        Counted(goal(importance=3, difficulty=2), "", "", "rated", rating(-2)),
    ]
    weighted, equal = GoalScaling("importance_difficulty", 0.3), GoalScaling("equal", 0.3)

    assert score(goals, weighted) == pytest.approx(50 + 10 * (36 - 12) / (0.7 * (36**2 + 6**2) + 0.3 * 42**2) ** 0.5)
    assert score(goals, equal) == pytest.approx(50 - 10 / 2.6**0.5)
    assert score([Counted(goal(difficulty=None), "", "", "rated", rating(1))], weighted) is None
    assert score([Counted(goal(), "", "", "unrated", None)], equal) is None
    assert trial.plan.goals.gas == weighted


def goal(**changes):
    made = Goal("P-1", "G", "main", None, "function", START, START, 12, True, 5, 5, 5, 5, -1)
    return dataclasses.replace(made, **changes)


def rating(level):
    return Rating("G", 1, "partly", "participant", "own_screen", START, "visit_3", level)


def test_guesses_are_counted_by_arm_and_those_who_had_been_told_guess_no_more(reports):
    written = reports().written
    trial = written.trial
    for arm in trial.arms:
        mine = [row for row in trial.extract.guesses if trial.arm_of[row.participant] == arm]
        blind = [row for row in mine if not row.had_been_told]
        counts, index = written.findings[f"guess.counts.{arm}"], written.findings[f"guess.bang.{arm}"]
        right = sum(row.guessed_arm == arm for row in blind)
        wrong = sum(row.guessed_arm not in (arm, None) for row in blind)
        assert (counts["asked"], counts["had_been_told"]) == (len(mine), len(mine) - len(blind))
        assert index["estimate"] == pytest.approx((right - wrong) / len(blind))
    assert 0 < written.findings["guess.james.all"]["estimate"] < 1


@pytest.mark.parametrize("kind", [POOLED, BLINDED])
def test_a_blind_report_has_no_guess(reports, kind):
    assert not [one.id for one in reports(kind).findings if one.id.startswith("guess.")]
