"""The calibration: the same page for any number of workers, the level held where it must be, and failures that are shown."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from bench.calibration import page, running, scenarios
from bench.calibration.__main__ import PAGE
from bench.calibration.methods import METHODS
from stegvis.methods.analysis.simulated.tally import Tally

ALL = scenarios.scenarios()
GOALS = [one for one in ALL if one.family == scenarios.GOALS and one.null][:1]
SMALL = running.Size(130, 0)
HELD = ("t", "hc3", "mmrm")


def figures(**more):
    return [one.tally for one in running.calibrate(GOALS, SMALL, 1, only=("naive", "permutation"), **more)]


def test_any_number_of_workers_and_any_executor_give_the_same_figures():
    alone = figures()
    with ThreadPoolExecutor(2) as pool:
        assert repr(alone) == repr(figures(workers=3)) == repr(figures(executor=pool))


def test_every_family_has_scenarios_with_and_without_an_effect_and_every_method_runs():
    for family, methods in METHODS.items():
        own = [one for one in ALL if one.family == family]
        assert {one.null for one in own} == {True, False}
        some_lost = next(one for one in own if one.world.loss.compared)
        found = running.calibrate([some_lost], running.Size(2, 2), 1)
        assert {one.method for one in found} == set(methods)
        assert all(one.tally.refused < 2 for one in found)


def test_the_t_interval_holds_its_level_where_loss_depends_on_nothing():
    named = [one for one in ALL if one.name == "MCAR, 36 % v 36 %, no effect"]
    found = {one.method: one.tally for one in running.calibrate(named, running.Size(1024, 0), 2, only=HELD)}
    for method in HELD:
        assert abs(found[method].rejected - 0.05) < 4 * np.sqrt(0.05 * 0.95 / 1024), method


def test_complete_cases_are_seen_to_fail_when_the_arms_lose_opposite_people():
    named = [one for one in ALL if one.name == "MNAR, opposite by arm, 27 % v 46 %, no effect"]
    found = {one.method: one for one in running.calibrate(named, running.Size(128, 0), 2, only=("hc3", "worst"))}
    assert found["hc3"].tally.coverage < 0.7
    assert found["worst"].tally.coverage == 1
    text = page.page(list(found.values()), running.Size(128, 0), 2)
    assert "**ANCOVA, HC3** holds the truth too seldom: MNAR, opposite by arm" in text


def test_the_page_marks_only_what_is_beyond_chance():
    cells = [
        running.Cell(GOALS[0], method, Tally(trials, 0, 0.05, 0.01, share, error, 0.0, 0.01, 0.3, 0.01))
        for method, trials, share, error in (("gee", 100, 0.93, 0.025), ("naive", 10_000, 0.90, 0.003))
    ]
    text = page.page(cells, SMALL, 1)
    assert "too seldom" in text
    assert "**GEE" not in text
    assert "| 5.0 ± 1.0 | 90.0 ± 0.3 |" in text


def test_the_written_page_holds_every_method_and_every_scenario():
    text = PAGE.read_text(encoding="utf-8")
    for family, methods in METHODS.items():
        for method in methods.values():
            assert f"### {method.title}\n\n{method.note}\n" in text
        for one in (one for one in ALL if one.family == family):
            assert f"| {one.name} | " in text


def test_two_scenarios_of_one_name_are_refused():
    with pytest.raises(ValueError, match="same name"):
        running.calibrate([GOALS[0], GOALS[0]], SMALL, 1)
