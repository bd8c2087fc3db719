"""`stegvis simulate`: from a plan to its errors and power, or to every fact that lacks."""

import csv
import json
import re
import sys
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from stegvis.config.commands.simulate import command
from stegvis.methods.analysis.plan_reader import read_plan
from stegvis.methods.analysis.run import code_sha256
from stegvis.methods.analysis.simulated import slices, supposed, whole_plan

ROOT = Path(__file__).parents[2]
PLAN = ROOT / "studies" / "cwp" / "sap.toml"
ANOREXIA = ROOT / "tests" / "methods" / "analysis" / "plans" / "anorexia.toml"
PAGE = ROOT / "docs" / "reference" / "simulate.md"


def call(plan, *more):
    return CliRunner().invoke(command, [str(plan), "--trials", "3", *more])


def smaller(folder, *left):
    """The example plan with only these analyses, so that a test is quick."""
    text = PLAN.read_text(encoding="utf-8")
    for entry in re.findall(r"\[\[analyses\]\]\n(?:[^\n]+\n)+", text):
        if not any(f'code = "{one}"' in entry for one in left):
            text = text.replace(entry, "")
    (folder / "sap.toml").write_text(text, encoding="utf-8")
    return folder / "sap.toml"


def test_the_example_plan_is_carried_out_whole_and_says_what_it_leaves_out():
    done = call(PLAN, "--therapists", "5")
    assert done.exit_code == 0, done.output
    plan = read_plan(PLAN)
    for one in plan.analyses:
        assert re.search(rf"^{one.code}  |Not simulated: {one.code}: ", done.stdout, re.M), one.code
    assert "any primary outcome" in done.stdout
    assert "pain_intensity: SD 21, effect that matters -10." in done.stdout
    assert "Not simulated: minimum_dose: nothing is supposed about what anybody received." in done.stdout


def test_the_numbers_do_not_depend_on_the_number_of_processes(tmp_path):
    plan = smaller(tmp_path, "tipping")
    alone = call(plan, "--trials", "66")
    assert alone.stdout == call(plan, "--trials", "66", "--workers", "3").stdout
    assert alone.stdout != call(plan, "--trials", "66", "--seed", "1").stdout


def test_a_simulation_that_is_kept_goes_on_where_it_was_stopped_and_gives_the_same_numbers(tmp_path, monkeypatch):
    monkeypatch.setattr(slices, "CHUNKS", 1)
    plan, kept = smaller(tmp_path, "complete_cases"), tmp_path / "kept"
    whole = call(plan, "--trials", "200").stdout
    read = read_plan(plan)
    worlds = supposed.suppose(read, supposed.Given())
    stopped = slices.simulate_in_slices(read, worlds, kept, trials=200, code=code_sha256(), enough=lambda: True)
    assert stopped.trials == 64
    assert call(plan, "--trials", "200", "--keep", str(kept)).stdout == whole
    made = {one.name: one.stat().st_mtime_ns for one in kept.iterdir()}
    assert len(made) == 4
    assert call(plan, "--trials", "200", "--keep", str(kept), "--workers", "2").stdout == whole
    assert {one.name: one.stat().st_mtime_ns for one in kept.iterdir()} == made
    call(plan, "--trials", "64", "--keep", str(kept), "--minutes", "9", "--effect", "pain_intensity=-5")
    assert len(list(kept.iterdir())) == 5  # another supposition is another simulation
    assert "give a folder with --keep" in call(plan, "--minutes", "1").stderr


def test_files_and_json_hold_every_figure_with_the_hashes_of_plan_and_code(tmp_path):
    plan = smaller(tmp_path, "mmrm")
    done = call(plan, "--out", str(tmp_path / "out"), "--json")
    assert done.exit_code == 0, done.output
    written = json.loads((tmp_path / "out" / "simulated.json").read_text(encoding="utf-8"))
    assert written == json.loads(done.stdout)
    assert written["plan_sha256"] == read_plan(plan).sha256
    rows = list(csv.DictReader((tmp_path / "out" / "simulated.csv").read_text(encoding="utf-8").splitlines()))
    assert len(rows) == 2 * (len(written["analyses"]) + len(written["conclusions"]))


def test_the_plan_rejects_as_its_level_says_and_finds_a_large_effect(tmp_path):
    given = supposed.Given(effect={"pain_intensity": -20, "pain_locations": -4})
    plan = read_plan(smaller(tmp_path, "mmrm"))
    done = whole_plan.simulate_plan(plan, supposed.suppose(plan, given), trials=512)
    found = {(one.what, one.of): one for one in done.conclusions}
    family = found[whole_plan.ANY, whole_plan.CORRECTED]
    assert abs(family.null.rejected - 0.05) < 4 * np.sqrt(0.05 * 0.95 / 512)
    assert family.effect.rejected > 0.95
    assert found[whole_plan.ALL, whole_plan.MAINLY].effect.rejected > 0.9
    mmrm = next(one for one in done.lines if (one.what, one.of) == ("mmrm", "pain_intensity"))
    assert abs(mmrm.effect.bias) < 4 * mmrm.effect.bias_se


def test_the_jump_to_reference_is_held_against_the_difference_it_is_about(tmp_path):
    plan = read_plan(smaller(tmp_path, "jump"))
    done = whole_plan.simulate_plan(plan, supposed.suppose(plan, supposed.Given()), trials=256)
    jump = next(one for one in done.lines if (one.what, one.of) == ("jump", "pain_intensity"))
    assert jump.effect.coverage > 0.9


def test_a_plan_that_tells_too_little_is_told_every_fact_that_lacks():
    refused = call(ROOT / "tests" / "studies" / "three-arms" / "sap.toml")
    assert refused.exit_code == 1
    assert "the plan has 3 arms, and trials are made up of two" in refused.stderr


def two_arms(folder, **more):
    text = ANOREXIA.read_text(encoding="utf-8")
    text = text.replace('[[arms]]\ncode = "cognitive"\nlabel = { en = "Cognitive behavioural treatment" }\n\n', "")
    text = text.replace(', cognitive = "CBT"', "")
    for old, new in more.items():
        text = text.replace(old, new)
    (folder / "sap.toml").write_text(text, encoding="utf-8")
    return folder / "sap.toml"


def test_what_the_plan_does_not_tell_is_asked_for_and_taken_from_options(tmp_path):
    plan = two_arms(tmp_path)
    refused = json.loads(call(plan, "--json", "--sd", "height=3").stdout)
    ways = " ".join(one["way_out"] for one in refused["mistakes"])
    assert "--people" in ways
    assert "--lost" in ways
    assert "--sd weight=NUMBER" in ways
    assert "height, which is no outcome" in json.dumps(refused)
    done = call(plan, "--people", "20", "20", "--lost", "0", "0", "--sd", "weight=8", "--effect", "weight=6")
    assert done.exit_code == 0, done.output
    assert "weight: SD 8, effect that matters 6." in done.stdout


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--sd", "pain_intensity"), "is not CODE=NUMBER"),
        (("--sd", "pain_intensity=-3"), "above 0"),
        (("--lost", "1.2", "0"), "0<=x<=0.95"),
        (("--trials", "0"), "in the range 1<=x"),
    ],
)
def test_an_option_that_cannot_be_is_refused(options, words):
    refused = call(PLAN, *options)
    assert refused.exit_code == 2
    assert words in refused.output


def test_a_cluster_without_its_package_is_refused(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert "needs the package distributed" in call(PLAN, "--dask", "tcp://127.0.0.1:1").output


def test_a_folder_that_cannot_be_written_says_so(tmp_path):
    (tmp_path / "file").write_text("mine")
    taken = call(smaller(tmp_path, "mmrm"), "--out", str(tmp_path / "file" / "below"))
    assert (taken.exit_code, "were not written" in taken.stderr) == (1, True)


def test_every_option_is_described():
    page = PAGE.read_text(encoding="utf-8")
    for option in command.params:
        if option.name not in {"plan", "trials", "seed", "as_json", "dask"}:
            assert option.opts[0] in page, option.name
