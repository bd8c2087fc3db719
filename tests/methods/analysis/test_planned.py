"""The analyses that a plan lists: read, computed, printed, and refused."""

import pytest

from stegvis.methods.analysis import regression, run, two_samples
from stegvis.methods.analysis.dataset import read_dataset
from stegvis.methods.analysis.manifest import BLINDED, UNBLINDED
from stegvis.methods.analysis.plan_reader import parse_plan
from stegvis.methods.analysis.planned import compute, reference
from stegvis.methods.analysis.planned.specs import SPECS
from stegvis.methods.analysis.refusals import PlanRefused
from stegvis.methods.analysis.report.catalogue import LANGUAGES, texts
from stegvis.methods.analysis.trial import open_trial

from . import synthetic
from .references import anorexia_changes, data
from .test_dataset import PLAN, plan, wide, written


def results(folder, of):
    trial = open_trial(read_dataset(written(folder, wide()), of), of)
    return {one.id: one for one in compute.findings(trial)}


def test_a_planned_analysis_gives_the_estimators_own_numbers(tmp_path):
    found = results(tmp_path, plan())
    welch = two_samples.welch_t(*anorexia_changes())
    planned = found["weight.planned.welch.family-none"]
    assert (planned["estimate"], planned["se"], planned["df"]) == pytest.approx((welch.estimate, welch.se, welch.df))
    assert (planned["low"], planned["high"], planned["p"]) == pytest.approx((welch.low, welch.high, welch.p))
    assert (planned.role, planned.estimand, dict(planned.n)) == ("sensitivity", "E1", {"family": 17, "none": 26})
    rows = wide()
    ancova = regression.ancova(
        [float(one["Postwt"]) for one in rows], [float(one["Prewt"]) for one in rows], [one["Treat"] for one in rows],
        [""] * len(rows), arm="FT", reference="Cont",
    )  # fmt: skip
    assert found["weight.planned.ancova.family-none"]["se"] == pytest.approx(ancova.se)


def test_with_one_occasion_after_baseline_the_mixed_model_is_the_analysis_of_covariance(tmp_path):
    found = results(tmp_path, plan(('method = "ancova"\n', 'method = "ancova"\nerrors = "classical"\n')))
    names = ("estimate", "se", "df", "low", "high", "p")
    mixed, ancova = (found[f"weight.planned.{one}.cognitive-none"] for one in ("mmrm", "ancova"))
    assert [mixed[one] for one in names] == pytest.approx([ancova[one] for one in names], rel=1e-7)
    assert "Kenward–Roger" in mixed.conventions


def test_who_lacks_the_last_answer_stays_in_a_model_of_every_occasion(tmp_path):
    rows = wide()
    rows[-1]["Postwt"] = ""
    of = plan()
    trial = open_trial(read_dataset(written(tmp_path, rows), of), of)
    found = {one.id: one for one in compute.findings(trial)}
    last = {row["row"]: row["Treat"] for row in rows}[rows[-1]["row"]]
    assert last == "FT"
    assert found["weight.planned.ancova.family-none"].n["family"] == 16
    assert found["weight.planned.constrained.family-none"].n["family"] == 17


FILLED = ("imputation", "tipping_point", "jump_to_reference", "copy_reference", "copy_increments", "weighting")


def with_gaps(folder, *methods, changes=()):
    """The table without every fifth last answer, analysed by these methods beside those of the plan."""
    text = PLAN.read_text(encoding="utf-8")
    for one in methods:
        text += f'\n[[analyses]]\ncode = "{one}"\nmethod = "{one}"\nrole = "sensitivity"\nestimand = "E1"\n'
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    rows = [row | ({"Postwt": ""} if place % 5 == 0 else {}) for place, row in enumerate(wide())]
    of = parse_plan(text.encode())
    trial = open_trial(read_dataset(written(folder, rows), of), of)
    return {one.id: one for one in compute.findings(trial)}


def test_what_is_missing_is_filled_in_for_everyone_or_weighed(tmp_path):
    found = with_gaps(tmp_path, *FILLED)
    complete = found["weight.planned.ancova.family-none"]
    for one in FILLED:
        result = found[f"weight.planned.{one}.family-none"]
        assert result.refusal is None, one
        assert result["estimate"] == pytest.approx(complete["estimate"], abs=2.5), one
        assert list(result.n) == ["family", "none"], one
    assert sum(found["weight.planned.imputation.family-none"].n.values()) == 17 + 26
    jump, increments = (found[f"weight.planned.{one}.family-none"] for one in ("jump_to_reference", "imputation"))
    assert abs(jump["estimate"]) < abs(increments["estimate"])


def test_a_tipping_point_is_the_imputation_where_nothing_is_shifted_and_turns_where_it_says(tmp_path):
    found = with_gaps(tmp_path, "tipping_point")
    whole = found["weight.planned.tipping_point.family-none"]
    cells = [one for name, one in found.items() if name.startswith("weight.planned.tipping_point.family-none.")]
    middle = next(one for one in cells if one["shift_compared"] == one["shift_reference"] == 0)
    assert len(cells) == 81
    assert (middle["estimate"], middle["p"]) == pytest.approx((whole["estimate"], whole["p"]))
    assert whole["p"] < 0.05
    left = [one for one in cells if one["shift_reference"] == 0 and one["shift_compared"] < whole["turns_below"]]
    assert left
    assert all(one["p"] > 0.05 for one in left[-1:])


def test_bounds_enclose_what_the_complete_cases_say_and_the_worst_case_is_wider(tmp_path):
    found = with_gaps(tmp_path, "lee_bounds", "worst_case")
    lee, worst = (found[f"weight.planned.{one}.family-none"] for one in ("lee_bounds", "worst_case"))
    welch = found["weight.planned.welch.family-none"]
    assert lee["low"] < lee["lower"] <= welch["estimate"] <= lee["upper"] < lee["high"]
    assert worst["lower"] < lee["lower"] < lee["upper"] < worst["upper"]
    assert lee.get("estimate") is None


def test_an_effect_in_those_who_take_the_treatment_needs_to_know_who_took_it(tmp_path):
    found = with_gaps(tmp_path, "compliers")
    assert "do not tell what anybody received" in str(found["weight.planned.compliers.family-none"].refusal)


def test_the_effect_in_those_who_take_the_treatment_is_the_effect_of_the_offer_over_who_took_it(tmp_path):
    text = synthetic.plan_text().replace('"primary",', '"primary", "analyses",', 1)
    entry = '[[analyses]]\ncode = "{0}"\nmethod = "{1}"\nrole = "main"\nestimand = "E1"\n{2}\n'
    text += entry.format("all", "ancova", 'errors = "classical"')
    text += entry.format("any", "compliers", 'received = "any"') + entry.format("core", "compliers", "")
    synthetic.write(tmp_path / "x")
    (tmp_path / "sap.toml").write_text(text, encoding="utf-8")
    found = run.analyse(tmp_path / "x", tmp_path / "sap.toml", tmp_path / "out", languages=("en",)).findings
    offer = found["pain.planned.all.stroll-chat"]["estimate"]
    for one in ("any", "core"):
        taken = found[f"pain.planned.{one}.stroll-chat"]
        assert taken["estimate"] * taken["first_stage"] == pytest.approx(offer)
        assert 0 < taken["first_stage"] <= 1


def test_drawing_the_allocation_anew_gives_about_the_p_of_the_model_and_its_own_error(tmp_path):
    found = with_gaps(tmp_path, "rerandomisation", changes=(("draws = 999", "draws = 9999"),))
    chance = found["weight.planned.rerandomisation.cognitive-none"]
    model = found["weight.planned.ancova.cognitive-none"]
    assert chance["p"] == pytest.approx(model["p"], abs=0.02)
    assert chance["p_low"] < chance["p"] < chance["p_high"]
    assert (chance.get("estimate"), chance["allocations"]) == (None, 9999)


def test_blocks_are_drawn_where_their_sizes_may_be_known_and_refused_where_they_cannot_be(tmp_path):
    text = PLAN.read_text(encoding="utf-8")
    for code, sizes in (("four", "[4, 6]"), ("odd", "[3]")):
        text += f'\n[[analyses]]\ncode = "{code}"\nmethod = "rerandomisation"\nrole = "sensitivity"\nestimand = "E1"\n'
        text += f"blocks = {sizes}\n"
    found = results(tmp_path, parse_plan(text.encode()))
    assert "permuted blocks of 4, 6" in found["weight.planned.four.family-none"].conventions
    assert found["weight.planned.odd.family-none"].refusal is not None


def grouped(folder):
    """The plan with responders and subgroups, printed; the strata of the data are its sites."""
    text = PLAN.read_text(encoding="utf-8").replace('"analyses", "missing"', '"responders", "subgroups"')
    text = text.replace('arm = "Treat"', 'arm = "Treat"\nsite = "ward"', 1)
    text += (
        '[[responders]]\ncode = "ten"\nlabel = { en = "10 pounds" }\noutcome = "weight"\nby = "points"\nat_least = 10\n'
    )
    text += '[[characteristics]]\ncolumn = "site"\nkind = "category"\nlabel = { en = "Ward" }\n'
    text += "[characteristics.categories]\n"
    text += "".join(f'{one} = {{ en = "Ward {one}" }}\n' for one in ("one", "two", "three"))
    text += '[[subgroups]]\ncolumn = "site"\nlabel = { en = "Ward" }\noutcomes = ["weight"]\n'
    rows = [row | {"ward": of["stratum"]} for row, of in zip(wide(), data("anorexia.csv"), strict=True)]
    (folder / "sap.toml").write_text(text, encoding="utf-8")
    return run.analyse(written(folder, rows), folder / "sap.toml", folder / "out", formats=("html",), languages=("en",))


def test_who_improved_is_counted_of_everyone_and_at_every_threshold(tmp_path):
    found = grouped(tmp_path).findings
    counted = found["responders.ten.non_responder.family-none"]
    first, second = anorexia_changes()
    assert counted["events1"] == sum(one >= 10 for one in first)
    assert counted["events0"] == sum(one >= 10 for one in second)
    assert counted["low"] < counted["estimate"] < counted["high"]
    curve = [one["first"] for one in found if one.id.startswith("responders.curve.weight.family-none.")]
    assert curve == sorted(curve, reverse=True)
    assert "improved so much with Family treatment" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")


def test_a_subgroup_is_told_by_its_interaction_with_the_effect_in_each_category(tmp_path):
    found = grouped(tmp_path).findings
    test = found["subgroups.site.weight.family-none"]
    parts = [found[f"subgroups.site.weight.family-none.{one}"] for one in ("one", "two", "three")]
    assert 0 < test["p"] < 1
    assert test["df"] == 2
    assert sum(sum(one.n.values()) for one in parts) == 17 + 26
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "Ward two" in page
    assert "Exploratory" in page


@pytest.mark.parametrize("people", [3, 9])
def test_with_a_handful_of_people_each_method_gives_a_number_or_says_why_not(tmp_path, people):
    text = PLAN.read_text(encoding="utf-8")
    for one in SPECS:
        text += f'\n[[analyses]]\ncode = "all_{one}"\nmethod = "{one}"\nrole = "sensitivity"\nestimand = "E1"\n'
    by_arm = {arm: [row for row in wide() if row["Treat"] == arm] for arm in ("FT", "CBT", "Cont")}
    rows = [row for own in by_arm.values() for row in own[: people // 3]]
    of = parse_plan(text.encode())
    for table in (rows, [*rows[:-1], rows[-1] | {"Postwt": ""}]):
        trial = open_trial(read_dataset(written(tmp_path, table), of), of)
        for found in compute.findings(trial):
            assert (found.refusal is None) == bool(found.numbers)


def test_before_anybody_has_answered_at_the_end_every_method_says_so(tmp_path):
    text = PLAN.read_text(encoding="utf-8").replace('code = "after"\n', 'code = "later"\n', 1)
    text = text.replace('after = "Postwt"', 'later = "Postwt"').replace(
        'main_occasion = "after"', 'main_occasion = "end"'
    )
    text += '[[occasions]]\ncode = "end"\nlabel = { en = "End" }\nmonths = 6\n'
    for one in SPECS:
        text += f'\n[[analyses]]\ncode = "all_{one}"\nmethod = "{one}"\nrole = "sensitivity"\nestimand = "E1"\n'
    of = parse_plan(text.encode())
    trial = open_trial(read_dataset(written(tmp_path, wide()), of), of)
    found = [one for one in compute.findings(trial) if one.method != "worst_case"]
    assert all(one.refusal is not None for one in found), [one.id for one in found if one.refusal is None]


def test_filling_in_draws_the_same_again_and_something_else_with_another_seed(tmp_path):
    first, again, other = (
        with_gaps(tmp_path, "imputation", changes=change)["weight.planned.imputation.family-none"]["estimate"]
        for change in ((), (), (("seed = 1", "seed = 2"),))
    )
    assert first == again
    assert first != other


def test_where_nobody_is_missing_there_is_nothing_to_weigh_or_to_shift(tmp_path):
    text = PLAN.read_text(encoding="utf-8")
    for one in ("weighting", "tipping_point"):
        text += f'\n[[analyses]]\ncode = "{one}"\nmethod = "{one}"\nrole = "sensitivity"\nestimand = "E1"\n'
    found = results(tmp_path, parse_plan(text.encode()))
    for one in ("weighting", "tipping_point"):
        assert found[f"weight.planned.{one}.family-none"].refusal is not None


def test_people_are_nested_in_their_therapists_in_the_compared_arm_only(tmp_path):
    rows = [row | {"by": f"t{place % 4}"} for place, row in enumerate(wide())]
    of = plan(
        ('arm = "Treat"', 'arm = "Treat"\ntherapist = "by"'),
        ('method = "interacted_ancova"', 'method = "therapists"'),
    )
    trial = open_trial(read_dataset(written(tmp_path, rows), of), of)
    found = {one.id: one for one in compute.findings(trial)}["weight.planned.interacted_ancova.family-none"]
    assert found["estimate"] == pytest.approx(8.7, abs=1)
    assert "clusters inside one arm only" in found.conventions
    assert found.get("icc") is not None


def test_without_therapists_nothing_is_nested(tmp_path):
    found = results(tmp_path, plan(('method = "interacted_ancova"', 'method = "therapists"')))
    assert "No therapist is known" in str(found["weight.planned.interacted_ancova.family-none"].refusal)


def test_an_analysis_that_cannot_be_carried_out_says_why(tmp_path):
    found = results(tmp_path, plan(('covariates = ["baseline"]', "covariates = []")))
    assert "does not name the baseline" in str(found["weight.planned.ancova.family-none"].refusal)
    assert found["weight.planned.welch.family-none"].refusal is None


@pytest.mark.parametrize("name", SPECS)
def test_every_method_computes_and_is_explained_in_both_languages(name):
    assert name in compute.METHODS
    for language in LANGUAGES:
        assert all(f"{kind}.{name}" in texts(language) for kind in ("method", "definition", "assumes"))


def test_the_manual_is_what_the_specs_say(request):
    manual = request.config.rootpath / "docs" / "reference" / "analyses.md"
    assert manual.read_text(encoding="utf-8") == reference.page()


def test_each_analysis_draws_from_a_stream_of_its_own():
    of = plan()
    first = compute.seed_of(of, "a", "weight").generate_state(2).tolist()
    assert first == compute.seed_of(of, "a", "weight").generate_state(2).tolist()
    assert first != compute.seed_of(of, "b", "weight").generate_state(2).tolist()
    assert first != compute.seed_of(plan(("seed = 1", "seed = 2")), "a", "weight").generate_state(2).tolist()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            ('method = "change"', 'method = "chance"'),
            "analyses[2].method: this value is unknown. Did you mean 'change'?",
        ),
        (('variances = "welch"', 'variance = "welch"'), "analyses[2].variance: this key is unknown."),
        (('role = "main"', 'role = "primary"'), "Use one of main, sensitivity, supplementary, exploratory."),
        (('code = "welch"', 'code = "ancova"'), "analyses: 'ancova' is defined twice."),
        (('variances = "welch"', 'outcomes = ["height"]'), "analyses[2].outcomes: 'height' is unknown."),
    ],
)
def test_a_planned_analysis_that_is_not_known_is_refused(change, said):
    text = PLAN.read_text(encoding="utf-8")
    assert change[0] in text
    with pytest.raises(PlanRefused) as refused:
        parse_plan(text.replace(*change, 1).encode())
    assert any(said in str(one) for one in refused.value.mistakes), refused.value


def test_a_deviation_is_printed_with_its_reason_and_that_there_is_none_is_said_too(tmp_path):
    path, text = written(tmp_path, wide()), PLAN.read_text(encoding="utf-8")
    entry = '[[deviations]]\non = "2026-11-28"\nwhat = { en = "HC3 errors" }\nreason = { en = "Arms spread unlike" }\n'
    for number, content in enumerate((text, f"{text}\n{entry}")):
        (tmp_path / "sap.toml").write_text(content, encoding="utf-8")
        run.analyse(path, tmp_path / "sap.toml", tmp_path / str(number), languages=("en",))
    pages = [(tmp_path / one / "report.html").read_text(encoding="utf-8") for one in "01"]
    assert ["names no deviation" in page for page in pages] == [True, False]
    assert "Arms spread unlike" in pages[1]


def test_what_one_arm_only_can_have_is_left_out_before_the_lock_and_the_report_says_so(tmp_path):
    analysis = '[[analyses]]\ncode = "{0}"\nmethod = "{0}"\nrole = "main"\nestimand = "E1"\n'
    text = synthetic.plan_text().replace('"primary",', '"primary", "analyses",', 1)
    text += "".join(analysis.format(one) for one in ("ancova", "therapists"))
    ids = {}
    for kind in (BLINDED, UNBLINDED):
        folder = tmp_path / kind
        synthetic.write(folder / "x", synthetic.tables(kind), synthetic.about(kind))
        (folder / "sap.toml").write_text(text, encoding="utf-8")
        found = run.analyse(folder / "x", folder / "sap.toml", folder / "out", languages=("en",)).findings
        ids[kind] = {one.id.split(".")[2] for one in found if ".planned." in one.id}
    assert ids == {BLINDED: {"ancova"}, UNBLINDED: {"ancova", "therapists"}}
    assert "Left out before the lock: 1" in (tmp_path / BLINDED / "out" / "report.html").read_text(encoding="utf-8")
