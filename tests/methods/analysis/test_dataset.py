"""A table that somebody else made: read as the plan says, or refused with every mistake."""

import csv
import io
import json
from pathlib import Path

import fastparquet
import pandas as pd
import pytest

from stegvis.methods.analysis import run, two_samples
from stegvis.methods.analysis.dataset import read_dataset
from stegvis.methods.analysis.plan_reader import parse_plan
from stegvis.methods.analysis.refusals import DataRefused, PlanRefused
from stegvis.methods.analysis.trial import open_trial

from .references import anorexia_changes, data

PLAN = Path(__file__).with_name("plans") / "anorexia.toml"
LONG = (
    ('shape = "wide"', 'shape = "long"\noccasion = "when"\noccasions = { before = "0", after = "1" }'),
    ('[data.outcomes.weight]\nbefore = "Prewt"\nafter = "Postwt"\n', '[data.outcomes]\nweight = "pounds"\n'),
)


def plan(*changes):
    text = PLAN.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return parse_plan(text.encode())


def wide():
    return [
        {"row": f"p{place:02}", "Treat": one["Treat"], "Prewt": one["Prewt"], "Postwt": one["Postwt"]}
        for place, one in enumerate(data("anorexia.csv"), start=1)
    ]


def long():
    return [
        {"row": one["row"], "Treat": one["Treat"], "when": str(when), "pounds": one[column]}
        for one in wide()
        for when, column in enumerate(("Prewt", "Postwt"))
    ]


def written(folder, rows, *, delimiter=",", name="table.csv"):
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), delimiter=delimiter, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    (folder / name).write_text(text.getvalue(), encoding="utf-8")
    return folder / name


def changes(path, of=None):
    of = of or plan()
    pairs = open_trial(read_dataset(path, of), of).pairs(of.outcome("weight"))
    return sorted(pairs.change_in("family")), sorted(pairs.change_in("none"))


def said(path, of=None):
    with pytest.raises(DataRefused) as refused:
        read_dataset(path, of or plan())
    return [str(one).removeprefix("table.csv, ") for one in refused.value.mistakes]


def as_reported():
    return tuple(sorted(one) for one in anorexia_changes())


def test_a_wide_table_gives_the_changes_that_are_in_it(tmp_path):
    assert changes(written(tmp_path, wide())) == as_reported()


def test_a_long_table_gives_the_same_in_any_order_of_rows(tmp_path):
    assert changes(written(tmp_path, long()[::-1]), plan(*LONG)) == as_reported()


def test_a_parquet_file_gives_the_same_as_the_csv_it_was_made_from(tmp_path):
    frame = pd.DataFrame(wide()).astype({"Prewt": float, "Postwt": float})
    fastparquet.write(str(tmp_path / "table.parquet"), frame)
    assert changes(tmp_path / "table.parquet") == as_reported()


def test_a_table_without_a_column_for_the_person_has_one_person_in_each_row(tmp_path):
    rows = [{key: value for key, value in row.items() if key != "row"} for row in wide()]
    assert changes(written(tmp_path, rows), plan(('participant = "row"\n', ""))) == as_reported()


def test_semicolons_and_decimal_commas_are_read_when_the_plan_says_so(tmp_path):
    rows = [
        row | {"Prewt": row["Prewt"].replace(".", ","), "Postwt": row["Postwt"].replace(".", ",")} for row in wide()
    ]
    swedish = plan(('shape = "wide"', 'shape = "wide"\ndelimiter = "semicolon"\ndecimal = "comma"'))
    assert changes(written(tmp_path, rows, delimiter=";"), swedish) == as_reported()


def test_a_missing_value_is_missing_and_its_person_stays_randomised(tmp_path):
    rows = wide()
    rows[-1]["Postwt"] = "NA"
    of = plan()
    trial = open_trial(read_dataset(written(tmp_path, rows), of), of)
    assert (len(trial.randomised), len(trial.pairs(of.outcome("weight")).people)) == (72, 71)
    assert trial.fates[rows[-1]["row"]] == "no_answer"


def test_the_report_on_a_table_is_printed_without_days_that_nobody_knows(tmp_path):
    path = written(tmp_path, wide())
    run.analyse(path, PLAN, tmp_path / "out", languages=("en",))
    html = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "0001-01" not in html
    assert "Assessed" not in html
    results = json.loads((tmp_path / "out" / "results.json").read_text(encoding="utf-8"))
    assert results["table"][0]["rows"] == 72
    found = {one["id"]: one for one in results["results"]}["weight.change.pooled_t.family-none"]
    assert found["estimate"] == pytest.approx(two_samples.pooled_t(*anorexia_changes()).estimate, rel=1e-11)


def test_every_mistake_of_a_table_is_told_with_row_and_column(tmp_path):
    rows = wide()
    rows[0]["Treat"], rows[1]["Prewt"], rows[2]["row"], rows[3]["Postwt"] = "Contr", "heavy", "p02", "1500"
    assert said(written(tmp_path, rows)) == [
        "row 2, Treat: this arm is unknown to the plan. The plan's arms are written FT, CBT, Cont (data.arms).",
        "row 3, Prewt: there is text where a number must be. "
        "Correct it, or name it among the signs for missing values (data.missing).",
        "row 4, row: row 3 is of the same person already. "
        'Keep one, or write shape = "long" in [data] and name the occasion.',
        "row 5, Postwt: the value is not between 50 and 150, as the plan says it is. "
        "Correct the value, or the outcome's minimum and maximum in the plan.",
    ]


@pytest.mark.parametrize(
    ("spoil", "what"),
    [
        (lambda row: row | {"Postwt": ""}, "has no value at 'after': all are missing."),
        (lambda row: row | {"Treat": row["Treat"].replace("CBT", "FT")}, "nobody is in the plan's arm 'cognitive'."),
        (lambda row: row | {"row": ""}, "the row belongs to nobody."),
        (lambda row: {("Weight" if key == "Prewt" else key): value for key, value in row.items()}, "there is no such column"),
    ],
)  # fmt: skip
def test_a_table_that_cannot_be_compared_is_refused(tmp_path, spoil, what):
    assert what in said(written(tmp_path, [spoil(row) for row in wide()]))[0]


def test_a_characteristic_that_the_plan_does_not_know_is_told_by_its_own_row_and_column(tmp_path):
    entry = '[[characteristics]]\ncolumn = "ward"\nkind = "number"\nlabel = { en = "Ward" }\n\n[methods]'
    rows = [row | {"ward": "north" if place == 3 else "1"} for place, row in enumerate(wide())]
    found = said(written(tmp_path, rows), plan(("[methods]", entry)))
    assert found == ["row 5, ward: there is text where a number must be. Correct the cell, or the plan."]


def test_a_person_has_one_arm_and_one_row_an_occasion_in_a_long_table(tmp_path):
    rows = long()
    rows[1]["Treat"], rows[3]["when"], rows[5]["when"] = "FT", "0", "7"
    found = said(written(tmp_path, rows), plan(*LONG))
    assert found[0].startswith("row 3, Treat: an earlier row gives this person another arm.")
    assert found[1].startswith("row 5, row: row 4 is of the same person and occasion already.")
    assert found[2].startswith("row 7, when: this occasion is unknown to the plan.")


@pytest.mark.parametrize(
    ("name", "content", "what"),
    [
        ("table.csv", b"\xff\xfe\x00", "this is no text in UTF-8"),
        ("table.csv", b"row,Treat\n", "the table has no rows under its header."),
        ("table.csv", b'row,Treat\n"open,1\n', "this is no CSV"),
        ("table.csv", b"row,Treat\n1,2,3\n", "the row has 3 cells and the header 2."),
        ("table.parquet", b"PAR1 nothing", "this is no Parquet that can be read"),
        ("table.parquet", b"PAR1", "this is no Parquet that can be read"),
        (
            "table.parquet",
            b"PAR1 its footer is longer than all\xff\xff\xff\x7fPAR1",
            "this is no Parquet that can be read",
        ),
    ],
)
def test_a_file_that_is_no_table_is_refused(tmp_path, name, content, what):
    (tmp_path / name).write_bytes(content)
    assert what in said(tmp_path / name)[0]


def test_a_table_needs_a_plan_that_names_its_columns(tmp_path):
    from . import synthetic

    assert "the plan has no [data]" in said(written(tmp_path, wide()), synthetic.plan())[0]


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (('"primary", "analyses"', '"primary", "goals"'), "the section 'goals' needs an extract"),
        (('none = "Cont"', 'none = "FT"'), "two codes are written alike."),
        (('before = "Prewt"', 'befor = "Prewt"'), "data.outcomes.weight.befor: no such occasion is defined."),
        (("[data.outcomes.weight]", "[data.outcomes.height]"), "data.outcomes.weight: this key is missing."),
        (('participant = "row"', 'participant = "row"\noccasion = "when"'), "data.occasion: this key is unknown."),
    ],
)
def test_a_plan_that_misnames_a_table_is_refused(change, what):
    with pytest.raises(PlanRefused, match="refused") as refused:
        plan(change)
    assert any(what in str(one) for one in refused.value.mistakes), refused.value
