"""Outcomes compared on another scale: the numbers another program gives, the words of the report, and what is refused."""

import json
import math

import numpy as np
import pytest

from stegvis.methods.analysis import run
from stegvis.methods.analysis.dataset import read_dataset
from stegvis.methods.analysis.plan_reader import parse_plan
from stegvis.methods.analysis.planned import compute
from stegvis.methods.analysis.refusals import DataRefused, ExtractRefused, PlanRefused
from stegvis.methods.analysis.simulated.supposed import Given, SimulationRefused, suppose
from stegvis.methods.analysis.simulated.whole_plan import simulate_plan
from stegvis.methods.analysis.trial import open_trial

from . import synthetic
from .references import data, values
from .test_dataset import PLAN, wide, written

R = values("transformations.csv")
SCALES = {
    "log": ('scale = "log"', math.log),
    "log_plus": ('scale = "log"\nadd = 5', lambda x: math.log(x + 5)),
    "square_root": ('scale = "square_root"', math.sqrt),
    "logit": ('scale = "logit"', lambda x: math.log((x - 50) / (150 - x))),
}
VISIT = '[[occasions]]\ncode = "m{0}"\nlabel = {{ en = "Month {0}" }}\nmonths = {0}\n\n'
BTHEB = (
    ('arms = { family = "FT", cognitive = "CBT", none = "Cont" }', 'arms = { family = "BtheB", none = "TAU" }'),
    ('[[arms]]\ncode = "cognitive"\nlabel = { en = "Cognitive behavioural treatment" }\n\n', ""),
    ('participant = "row"\narm = "Treat"', 'participant = "id"\narm = "treatment"'),
    ('before = "Prewt"\nafter = "Postwt"', 'before = "bdi_pre"\nm2 = "bdi_2m"\nm3 = "bdi_3m"\nm5 = "bdi_5m"\nafter = "bdi_8m"'),
    ('[[occasions]]\ncode = "after"', "".join(VISIT.format(m) for m in (2, 3, 5)) + '[[occasions]]\ncode = "after"'),
    ("months = 3\n\n[[analysis_sets]]", "months = 8\n\n[[analysis_sets]]"),
    ("minimum = 50\nmaximum = 150", "minimum = 0\nmaximum = 63"),
)  # fmt: skip


def text(scale="", *changes, analyses=()):
    made = PLAN.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in made, old
        made = made.replace(old, new, 1)
    for one in analyses:
        made += f'\n[[analyses]]\ncode = "{one}"\nmethod = "{one}"\nrole = "sensitivity"\nestimand = "E1"\n'
    return made + (f'\n[[transformations]]\noutcome = "weight"\n{scale}\n' if scale else "")


def opened(folder, plan, rows=None):
    read = parse_plan(plan.encode())
    return open_trial(read_dataset(written(folder, rows or wide()), read), read)


def said(plan):
    with pytest.raises(PlanRefused) as refused:
        parse_plan(plan.encode())
    return [str(one).removeprefix("sap.toml, ") for one in refused.value.mistakes]


@pytest.mark.parametrize("scale", SCALES)
def test_comparisons_are_those_that_r_makes_of_the_transformed_values(tmp_path, scale):
    found = run.compute(opened(tmp_path, text(SCALES[scale][0])))
    for method, ours in (("pooled", "change.pooled_t"), ("welch", "change.welch_t"), ("ancova", "change.ancova_hc3"),
                         ("welch", "planned.welch"), ("ancova", "planned.ancova")):  # fmt: skip
        one = found[f"weight.{ours}.family-none"]
        assert one["estimate"] == pytest.approx(R[f"{scale}.{method}.estimate"], rel=1e-10), ours
        for name in ("ratio", "ratio_low", "ratio_high") if scale != "square_root" else ():
            assert one[name] == pytest.approx(R[f"{scale}.{method}.{name}"], rel=1e-10), (ours, name)
        assert scale != "square_root" or one.get("ratio") is None
    ranks = found["weight.change.mann_whitney.family-none"]
    assert ranks["p"] == pytest.approx(R[f"{scale}.mann_whitney.p"], rel=1e-10)
    assert found["weight.change.ancova_hc3.family-none"]["se"] == pytest.approx(R[f"{scale}.ancova.se"], rel=1e-10)


def test_the_ratio_is_that_of_the_geometric_means_themselves(tmp_path):
    found = run.compute(opened(tmp_path, text('scale = "log"')))["weight.change.pooled_t.family-none"]
    assert found["ratio"] == pytest.approx(R["log.pooled.by_definition"], rel=1e-12)


def test_a_mixed_model_of_transformed_visits_is_that_of_r(tmp_path):
    rows = [dict(row) for row in data("btheb.csv")]
    plan = text('scale = "log"\nadd = 1', *BTHEB)
    found = {one.id: one for one in compute.findings(opened(tmp_path, plan, rows))}["weight.planned.mmrm.family-none"]
    assert found["estimate"] == pytest.approx(R["log_plus_1.mmrm.estimate"], rel=1e-5)
    assert found["ratio"] == pytest.approx(R["log_plus_1.mmrm.ratio"], rel=1e-5)
    assert found["se"] == pytest.approx(
        R["log_plus_1.mmrm.se"], rel=0.03
    )  # R's is without Kenward and Roger's correction


EVERY = ("imputation", "tipping_point", "jump_to_reference", "copy_increments", "weighting", "lee_bounds", "worst_case")
EVERY += ("rerandomisation", "change", "therapists")


@pytest.mark.parametrize("scale", SCALES)
def test_every_planned_analysis_is_that_of_a_table_that_was_transformed_before(tmp_path, scale):
    key, formula = SCALES[scale]
    rows = [row | ({"Postwt": ""} if place % 5 == 0 else {}) for place, row in enumerate(wide())]
    beforehand = [
        row | {name: repr(formula(float(row[name]))) for name in ("Prewt", "Postwt") if row[name]} for row in rows
    ]
    low, high = (formula(51), formula(149)) if scale == "logit" else (formula(50), formula(150))
    methods = [one for one in EVERY if scale != "logit" or one != "worst_case"]
    ends = ("minimum = 50\nmaximum = 150", f"minimum = {low!r}\nmaximum = {high!r}")
    shift = ('method = "tipping_point"\n', f'method = "tipping_point"\nlargest = {(high - low) / 4!r}\n')
    plain = text("", ends, analyses=methods).replace(*shift)
    scaled = text(key, analyses=methods).replace(*shift)
    if scale == "logit":  # its ends are infinite there: nothing is held within the table's own
        plain = plain.replace(f"minimum = {low!r}\nmaximum = {high!r}", "minimum = -1e9\nmaximum = 1e9")
    for name, plan, table in (("a", plain, beforehand), ("b", scaled, rows)):
        (tmp_path / name).mkdir()
        found = {one.id: one for one in compute.findings(opened(tmp_path / name, plan, table))}
        if name == "a":
            expected = found
    assert list(found) == list(expected)
    for identifier, one in expected.items():
        mine = found[identifier]
        assert (mine.refusal is None) == (one.refusal is None), identifier
        for number, value in one.numbers.items():
            if number not in ("turns_below", "turns_above"):
                assert mine[number] == pytest.approx(value, rel=1e-6, abs=1e-9), (identifier, number)
        assert mine.scale is not None
        assert one.scale is None


def test_what_is_described_stays_as_it_was_measured(tmp_path):
    (tmp_path / "a").mkdir()
    plain, scaled = run.compute(opened(tmp_path / "a", text())), run.compute(opened(tmp_path, text('scale = "log"')))
    described = [one.id for one in plain if one.method in ("description", "change_description")]
    assert len(described) > 5
    for name in described:
        assert scaled[name].numbers == plain[name].numbers, name
    assert (
        scaled["weight.change.pooled_t.family-none"]["estimate"]
        < 1
        < plain["weight.change.pooled_t.family-none"]["estimate"]
    )


def test_the_report_says_the_ratio_in_words_and_on_which_scale(tmp_path):
    plan = tmp_path / "sap.toml"
    plan.write_text(text('scale = "log"'), encoding="utf-8")
    run.analyse(written(tmp_path, wide()), plan, tmp_path / "out", languages=("en", "sv"))
    english, swedish = (
        (tmp_path / "out" / name).read_text(encoding="utf-8") for name in ("report.html", "report.sv.html")
    )
    for sentence in (
        "The comparison is made on the log scale: there the difference in change is +0.086, with a 95% interval from +0.027",
        "stand to those with No treatment in the ratio 1.09 (1.03 to 1.16).",
        "The data fit the values, against baseline, being from 3% to 16% higher with Family treatment than with No treatment.",
        "Weight is compared as log(x): differences are of logarithms.",
        "Weight (log scale): Family treatment compared with No treatment",
        "For weight, comparisons were made of log(x), and differences were turned back into ratios of the values.",
        "ratio 1.10",
    ):
        assert sentence in english, sentence
    assert "The mean change was +7.3 pounds in Family treatment" in english
    for sentence in ("kvot 1,09 (1,03 till 1,16)", "Weight (logaritmskala)", "är från 3\u202f% till 16\u202f% högre"):
        assert sentence in swedish, sentence
    results = json.loads((tmp_path / "out" / "results.json").read_text(encoding="utf-8"))
    assert results["conventions"]["scales"] == {"weight": "log(x)"}
    one = {one["id"]: one for one in results["results"]}["weight.change.pooled_t.family-none"]
    assert (one["scale"], one["other"]["ratio"]) == ("log(x)", pytest.approx(R["log.pooled.ratio"], rel=1e-10))


def test_a_difference_of_square_roots_is_said_to_have_no_size_in_the_outcomes_unit(tmp_path):
    plan = tmp_path / "sap.toml"
    plan.write_text(text('scale = "square_root"'), encoding="utf-8")
    run.analyse(written(tmp_path, wide()), plan, tmp_path / "out", languages=("en",))
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "They say which arm is ahead, not by how much." in page
    assert "on the square-root scale" in page
    assert "Turned back" not in page


@pytest.mark.parametrize(
    ("scale", "changes", "expected"),
    [
        ('scale = "log"', (), []),
        ('scale = "log"\nadd = 1', (), []),
        ('scale = "cubic"', (), ["transformations[1].scale: this value is unknown. Use one of log, square_root, logit."]),
        ('scale = "square_root"\nadd = 1', (), ["transformations[1].add: nothing is added before a square root is taken."]),
        ('scale = "log"\nadd = -1', (), ["transformations[1].add: this is no number in its range."]),
        ('scale = "log"\nplus = 1', (), ["transformations[1].plus: this key is unknown."]),
        ('scale = "log"', (("minimum = 50\nmaximum = 150", "minimum = -9\nmaximum = 0"),),
         ["transformations[1].scale: no value from -9 to 0, the range of 'weight', has a place on this scale."]),
        ('scale = "log"\n[[transformations]]\noutcome = "weight"\nscale = "logit"', (),
         ["transformations: 'weight' stands 2 times."]),
        ('scale = "log"\n[[transformations]]\noutcome = "wait"\nscale = "log"', (),
         ["transformations[2].outcome: this value is unknown. Did you mean 'weight'?"]),
        ('scale = "log"', (("maximum = 150\n", 'maximum = 150\n[outcomes.published]\ninstrument = "x"\nestimate = 1\n'
         'interval = { low = 0, high = 2 }\nn = { family = 9, cognitive = 9, none = 9 }\n'),),
         ["transformations[1].outcome: 'weight' has a published difference in its own unit"]),
    ],
)  # fmt: skip
def test_a_scale_is_taken_or_every_mistake_in_it_is_told(scale, changes, expected):
    if not expected:
        assert parse_plan(text(scale, *changes).encode()).outcome("weight").scale
        return
    found = said(text(scale, *changes))
    for sentence in expected:
        assert any(one.startswith(sentence) for one in found), (sentence, found)


@pytest.mark.parametrize(("method", "key"), [("worst_case", "outcomes"), ("tipping_point", "largest")])
def test_an_analysis_that_needs_the_ends_of_the_scale_is_refused_where_there_are_none(method, key):
    [mistake] = said(text('scale = "logit"', analyses=[method]))
    assert mistake.startswith(f"analyses[6].{key}: the scale of weight has no end, and this analysis needs one.")
    assert parse_plan(text('scale = "logit"\nadd = 1', analyses=[method]).encode())
    assert parse_plan(text('scale = "log"', analyses=[method]).encode())


@pytest.mark.parametrize(
    ("scale", "value", "fact", "way_out"),
    [
        ('scale = "log"', "0", "at or below 0 in 2 rows: 3, 5 (of 144 values)", "Write add = c in that entry"),
        ('scale = "log"\nadd = 2', "-2", "at or below -2 in 2 rows: 3, 5", "(now c = 2)"),
        ('scale = "square_root"', "-1", "below 0 in 2 rows: 3, 5", "choose another scale in the plan."),
        ('scale = "logit"', "150", "at an end of the outcome's range in 2 rows: 3, 5", "Write add = c above 0"),
    ],
)
def test_values_without_a_place_on_the_scale_are_refused_with_their_rows(tmp_path, scale, value, fact, way_out):
    rows = wide()
    plan = text(scale, ("minimum = 50", "minimum = -50"))
    assert opened(tmp_path, plan, rows)
    rows[1]["Prewt"] = rows[3]["Postwt"] = value
    with pytest.raises(DataRefused) as refused:
        opened(tmp_path, plan, rows)
    [mistake] = map(str, refused.value.mistakes)
    assert mistake.startswith("table.csv, row 3, Prewt: values of 'weight' are ")
    assert fact in mistake
    assert way_out in mistake
    assert "transformations.weight.scale of the plan" in mistake


def test_an_extract_with_values_without_a_place_is_refused_and_those_of_nobody_randomised_are_let_be(tmp_path):
    rows = synthetic.tables()
    plan = parse_plan((synthetic.plan_text() + '\n[[transformations]]\noutcome = "vigour"\nscale = "log"\n').encode())
    randomised = {row.participant for row in rows["participants"] if row.randomised_on}
    mine = [place for place, row in enumerate(rows["scores"]) if row.instrument == "vigour" and row.value is not None]
    lowest = {place: rows["scores"][place].value for place in mine if rows["scores"][place].participant in randomised}
    for place, value in lowest.items():
        rows["scores"][place] = synthetic.dataclasses.replace(rows["scores"][place], value=max(value, 1.0))
    assert open_trial(synthetic.write(tmp_path / "good", rows), plan)
    for place in list(lowest)[:12]:
        rows["scores"][place] = synthetic.dataclasses.replace(rows["scores"][place], value=0.0)
    with pytest.raises(ExtractRefused, match=r"are at or below 0 in 12 rows: .* … \(of \d+ values\)"):
        open_trial(synthetic.write(tmp_path / "bad", rows), plan)


def test_a_plan_is_simulated_on_the_scale_on_which_it_compares():
    plan = parse_plan(text('scale = "log"', analyses=["imputation", "tipping_point", "worst_case"]).replace(
        '[[arms]]\ncode = "cognitive"\nlabel = { en = "Cognitive behavioural treatment" }\n', "").replace(
        ', cognitive = "CBT"', "").encode())  # fmt: skip
    with pytest.raises(SimulationRefused, match=r"spread of weight on the scale log\(x\) is not known"):
        suppose(plan, Given(people=(40, 40), lost=(0.2, 0.2)))
    given = Given(people=(40, 40), lost=(0.2, 0.2), sd={"weight": 0.1}, effect={"weight": 0.08})
    worlds = suppose(plan, given)
    assert any("on the scale log(x): SD 0.1" in one for one in worlds.sentences)
    assert worlds.effect.outcomes["weight"].mean == pytest.approx(np.log(50 * 150) / 2)
    done = simulate_plan(plan, worlds, trials=64)
    ancova = next(one for one in done.lines if one.what == "ancova")
    assert ancova.effect.rejected > 0.5 > ancova.null.rejected
