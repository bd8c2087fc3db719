"""What effects may go through, and what goes with improving: the plan's entries, their numbers and when there are none."""

from __future__ import annotations

import numpy as np
import pytest

from stegvis.methods.analysis import plan_reader, run
from stegvis.methods.analysis.manifest import POOLED
from stegvis.methods.analysis.planned.arrays import arrays
from stegvis.methods.analysis.refusals import PlanRefused
from stegvis.methods.analysis.trial import open_trial

from . import synthetic

MEDIATOR = """
[[mediators]]
outcome = "vigour"
label = { en = "Vigour", sv = "Ork" }
outcomes = ["pain"]
"""


def plan(entry=MEDIATOR):
    text = synthetic.plan_text().replace('"secondary", "goals"', '"secondary", "exploring", "goals"')
    return plan_reader.parse_plan((text + entry).encode())


@pytest.fixture(scope="module")
def trial(tmp_path_factory):
    return open_trial(synthetic.write(tmp_path_factory.mktemp("x")), plan())


def test_what_goes_through_a_mediator_and_beside_it_add_up_to_the_adjusted_difference(trial):
    found = run.compute(trial)["exploring.pain.through.vigour.stroll-chat"]
    pain, vigour = (arrays(trial, trial.plan.outcome(code)) for code in ("pain", "vigour"))
    values = [pain.before, pain.after, vigour.before, vigour.after]
    known = np.all(np.isfinite(values), axis=0)
    arm = np.array([one == "stroll" for one in pain.arms])[known]
    design = np.column_stack([np.ones(arm.size), arm, pain.before[known], vigour.before[known]])
    total = np.linalg.lstsq(design, pain.after[known], rcond=None)[0][1]
    assert found["indirect"] + found["direct"] == pytest.approx(found["total"], abs=1e-10)
    assert found["total"] == pytest.approx(total, rel=1e-9)
    assert found["indirect"] == pytest.approx(found["a"] * found["b"], rel=1e-12)
    assert (found.role, sum(found.n.values())) == ("exploratory", arm.size)


def test_factors_are_coefficients_of_one_model_per_standard_deviation(trial):
    found = run.compute(trial)
    names = [one.id for one in found if one.method == "improvement_factor" and one.outcome == "pain"]
    assert "exploring.pain.factor.baseline.stroll-chat" in names
    assert all(found[name]["low"] < found[name]["estimate"] < found[name]["high"] for name in names)
    assert not any("arm." in name or "outcome.pain" in name for name in names)


def test_nothing_is_explored_while_the_arms_are_pooled(tmp_path):
    about = synthetic.about(kind=POOLED)
    pooled = open_trial(synthetic.write(tmp_path / "x", about_it=about), plan())
    assert not [one for one in run.compute(pooled) if one.section == "exploring"]


def test_an_outcome_that_would_go_through_itself_is_refused():
    with pytest.raises(PlanRefused) as refused:
        plan(MEDIATOR.replace('["pain"]', '["vigour"]'))
    assert "'vigour' would go through itself" in refused.value.mistakes[0].why
