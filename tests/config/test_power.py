"""`stegvis power`: from a small file to sizes, a curve and boundaries, or to every mistake."""

import csv
import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner

from stegvis.config.commands.power import command
from stegvis.methods.analysis import design, design_reader, sequential

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "power.md"
EXAMPLE = re.search(r"```toml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.S)[1]
MORE = """
[simulation]
trials = 300
seed = 7
mechanism = "MAR"
slope = 0.8

[looks]
information = [0.5, 1.0]
futility = true
"""


def call(folder: Path, text: str, *more: str):
    (folder / "power.toml").write_text(text, encoding="utf-8")
    return CliRunner().invoke(command, [str(folder / "power.toml"), *more])


def test_the_example_of_the_manual_gives_the_sizes_of_the_formula(tmp_path):
    done = call(tmp_path, EXAMPLE)
    assert done.exit_code == 0, done.output
    size = design.smallest(design.Ancova(10, 20, 0.5), 0.8, attrition=(0.33, 0.40))
    assert f"{size.randomised1} + {size.randomised0}" in done.stdout
    assert f"{design.Ancova(10, 20, 0.5).power(42, 39):.1%}" in done.stdout
    assert "lost 33% and 40%" in done.stdout


def test_a_ratio_of_geometric_means_is_a_difference_of_logarithms(tmp_path):
    supposed = 'ratio = 0.8\ncv = 0.5\nmethod = "means"'
    told = EXAMPLE.replace('method = "ancova"\ndifference = 10\nsd = 20\ncorrelation = 0.5', supposed)
    told = told.replace("attrition = [0.33, 0.40]", "").replace("[64, 65]", "[80, 80]")
    done = call(tmp_path, told)
    assert done.exit_code == 0, done.output
    assert "72 + 72" in done.stdout  # R's power.t.test, strict: 71.32, and 84.36% with 80 + 80
    assert "84.4%" in done.stdout
    for extra, sentence in (
        ("sd = 3", "designs[1].sd: this stands beside a ratio."),
        ("correlation = 0.5", "designs[1].correlation: this key is unknown."),
    ):
        assert sentence in call(tmp_path, told.replace(supposed, f"{supposed}\n{extra}")).stderr
    assert "ratio: a ratio of 1 can never be found." in call(tmp_path, told.replace("ratio = 0.8", "ratio = 1")).stderr
    assert "designs[1].cv: this key is missing." in call(tmp_path, told.replace("cv = 0.5\n", "")).stderr


def test_the_curve_is_written_as_csv_and_as_a_picture_with_words(tmp_path):
    done = call(tmp_path, EXAMPLE, "--out", str(tmp_path / "out"))
    assert done.exit_code == 0, done.output
    rows = list(csv.DictReader((tmp_path / "out" / "power.csv").read_text(encoding="utf-8").splitlines()))
    assert (rows[0]["randomised"], rows[-1]["randomised"]) == ("20", "400")
    assert [row["Pain"] for row in rows] == sorted(row["Pain"] for row in rows)
    drawing = ElementTree.parse(tmp_path / "out" / "power.svg").getroot()
    assert "it reaches 80% at 160" in drawing.findtext("{http://www.w3.org/2000/svg}desc")


def test_simulation_and_looks_are_printed_and_do_not_depend_on_the_number_of_processes(tmp_path):
    alone = call(tmp_path, EXAMPLE + MORE)
    assert "300 simulated trials of 64 + 65: power" in alone.stdout
    expected = sequential.alpha_spending([0.5, 1], 0.025, sequential.spend_like_obrien_fleming, sided=1)
    assert f"Z = {expected.upper[0]:.4f}" in alone.stdout
    assert "one-sided, with futility that does not bind" in alone.stdout
    assert call(tmp_path, EXAMPLE + MORE, "--workers", "2").stdout == alone.stdout


def test_everything_can_be_had_as_json(tmp_path):
    told = json.loads(call(tmp_path, EXAMPLE + MORE, "--json").stdout)
    assert told["ok"] is True
    assert told["designs"][0]["simulated"]["trials"] == 300
    assert [look["information"] for look in told["looks"]["looks"]] == [0.5, 1.0]
    assert told["looks"]["largest"] > 1 > told["looks"]["expected_under_effect"]


def test_every_mistake_is_told_at_once(tmp_path):
    text = EXAMPLE.replace("sd = 20", 'sd = "wide"').replace("step = 10", "stepp = 10").replace("to = 400", "to = 10")
    refused = call(tmp_path, text + MORE.replace("0.5, 1.0", "0.5, 0.4").replace('"MAR"', '"never"'), "--json")
    assert refused.exit_code == 1
    told = json.loads(refused.stdout)["mistakes"]
    assert [one["column"] for one in told] == [
        "curve.step",
        "curve.stepp",
        "curve.to",
        "designs[1].sd",
        "looks.information",
        "simulation.mechanism",
    ]
    assert call(tmp_path, text).stderr.startswith("The plan of the trial's size is refused: 4 mistakes.")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("difference = 10", "difference = 0", "can never be found"),
        ("[64, 65]", "[64.5, 65]", "no whole numbers"),
        ("[0.33, 0.40]", "[0.33]", "no pair"),
        ("[0.33, 0.40]", '"a third"', "no list of numbers"),
        ('"ancova"', '"anova"', "Did you mean 'ancova'"),
        ("to = 400", "to = 40000", "more than 2000"),
        ('title = "A trial of two arms"', "title = 3 3", "this is no TOML"),
        ("correlation = 0.5", "correlation = 0.5\ncv = 1", "designs[1].cv: this key is unknown"),
    ],
)
def test_each_mistake_says_what_is_wrong(tmp_path, old, new, words):
    refused = call(tmp_path, EXAMPLE.replace(old, new))
    assert refused.exit_code == 1
    assert words in refused.stderr


def test_two_designs_of_one_name_and_a_list_of_none_are_refused(tmp_path):
    second = EXAMPLE[EXAMPLE.index("[[designs]]") : EXAMPLE.index("[curve]")]
    assert "the same label" in call(tmp_path, EXAMPLE + second).stderr
    assert "no design is listed" in call(tmp_path, EXAMPLE.replace(second, "designs = []\n")).stderr


@pytest.mark.parametrize(
    ("method", "keys", "words"),
    [
        ("proportions", "compared = 0.4\nreference = 0.4", "both proportions are the same"),
        ("ranks", "superiority = 0.5", "one half is no superiority"),
        ("goals", "compared = 0.4\nreference = 0.2\ngoals = 2", "icc: this key is missing"),
    ],
)
def test_a_design_that_supposes_nothing_is_refused(tmp_path, method, keys, words):
    head = EXAMPLE.split("[[designs]]", maxsplit=1)[0]
    refused = call(tmp_path, f'{head}\n[[designs]]\nlabel = "x"\nmethod = "{method}"\n{keys}\n')
    assert refused.exit_code == 1
    assert words in refused.stderr


def test_simulation_without_a_design_that_is_simulated_is_refused(tmp_path):
    text = EXAMPLE.replace('"ancova"', '"means"').replace("correlation = 0.5", "")
    assert "no design has the method" in call(tmp_path, text + MORE).stderr


def test_a_curve_that_was_not_asked_for_in_the_file_is_not_written(tmp_path):
    text = EXAMPLE.split("[curve]", maxsplit=1)[0]
    refused = call(tmp_path, text, "--out", str(tmp_path / "out"))
    assert refused.exit_code == 2
    assert "has no [curve]" in refused.output
    (tmp_path / "file").write_text("mine")
    taken = call(tmp_path, EXAMPLE, "--out", str(tmp_path / "file" / "below"))
    assert (taken.exit_code, "was not written" in taken.stderr) == (1, True)


def test_a_difference_too_small_for_any_trial_says_so_in_its_row(tmp_path):
    done = call(tmp_path, EXAMPLE.replace("difference = 10", "difference = 0.0001"))
    assert done.exit_code == 0
    assert "Not even a million people" in done.stdout


def test_every_method_can_be_asked_for_and_is_described(tmp_path):
    page = PAGE.read_text(encoding="utf-8")
    keys = {
        "means": "difference = 8\nsd = 20",
        "ancova": "difference = 8\nsd = 20\ncorrelation = 0.4",
        "change": "difference = 8\nsd = 20\ncorrelation = 0.4",
        "proportions": "compared = 0.4\nreference = 0.2",
        "ranks": "superiority = 0.6",
        "clustered": "difference = 8\nsd = 20\nsize = 6\nicc = 0.02\ncv = 0.3",
        "partially_nested": "difference = 8\nsd = 20\nsize = 12\nicc = 0.05\nreference_sd = 18",
        "goals": "compared = 0.4\nreference = 0.2\ngoals = 2\nicc = 0.3",
    }
    assert set(keys) == set(design_reader.METHODS)
    text = EXAMPLE.split("[[designs]]", maxsplit=1)[0]
    text += "".join(f'[[designs]]\nlabel = "{name}"\nmethod = "{name}"\n{one}\n' for name, one in keys.items())
    done = call(tmp_path, text)
    assert done.exit_code == 0, done.output
    for name, one in keys.items():
        assert f"| `{name}` |" in page
        assert all(f"`{line.split(' =')[0]}`" in page for line in one.splitlines())
