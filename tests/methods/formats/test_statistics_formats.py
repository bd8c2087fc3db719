"""CSV, Parquet, SPSS and Stata: what was converted is read back by libraries that had no part in writing it."""

import csv
import datetime as dt
import json

import duckdb
import pytest

from stegvis.methods.formats import statistics_files
from stegvis.methods.formats.bundle import ConversionRefused
from stegvis.methods.formats.convert import convert
from stegvis.methods.formats.labels import swedish
from stegvis.methods.formats.source import TABLES, open_source


def rows_of(path):
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_csv_holds_the_tables_byte_for_byte(converted, extract):
    for table in open_source(extract).tables:
        assert (converted("csv") / table.file).read_bytes() == (extract / table.file).read_bytes(), table.name


def test_a_questionnaire_is_a_table_with_a_row_for_each_response(converted):
    found = rows_of(converted("csv") / "answers_pain-map.csv")
    assert [row["occasion"] for row in found] == ["baseline", "six_months"] * 2
    assert {row["pain_map_f_head"] for row in found} == {"yes"}
    assert {row["pain_map_f_jaw_r"] for row in found} == {"no"}


def test_the_codebook_explains_every_variable_in_both_languages(converted):
    folder = converted("csv")
    lines = rows_of(folder / "codebook.csv")
    for file in folder.glob("*.csv"):
        if file.name != "codebook.csv":
            header = file.read_text().split("\n", 1)[0].split(",")
            assert [line["variable"] for line in lines if line["table"] == file.stem] == header, file.name
    assert all(line["meaning_en"] and line["meaning_sv"] for line in lines)
    severity = next(line for line in lines if line["variable"] == "phq9_1")
    assert severity["codes_en"].startswith("0=Not at all|1=Several days")
    assert "preferred not to answer" in severity["missing_codes"]


def test_the_codebook_is_a_page_that_needs_nothing_else_and_says_that_people_are_made_up(converted):
    page = (converted("csv") / "codebook.html").read_text()
    assert "http" not in page
    assert "<script" not in page
    assert "The data are made up." in page
    assert 'lang="sv"' in page
    assert "&lt;of walking &amp; talking&gt;" in page


def test_every_table_column_and_value_has_its_swedish():
    words = swedish()
    assert set(TABLES) <= set(words["tables"])
    columns = [column for table in TABLES.values() for column in table.columns]
    assert not [column.what for column in columns if column.what not in words["columns"]]
    assert not [value for column in columns for value in column.one_of if value not in words["values"]]


def test_parquet_columns_have_the_types_of_the_table(converted):
    folder = converted("parquet")
    types = {name: kind for name, kind, *_ in duckdb.sql(f"describe from '{folder}/responses.parquet'").fetchall()}
    assert types["completed_on"] == "DATE"
    assert types["in_window"] == "BOOLEAN"
    assert types["corrections"] == "BIGINT"
    saved = duckdb.sql(
        f"select distinct strftime(saved_at, '%Y-%m-%dT%H:%M:%S') from '{folder}/answers.parquet'"
    ).fetchall()
    assert saved == [("2026-02-02T09:30:00",)]


def test_parquet_holds_the_rows_of_the_extract(converted, extract):
    folder = converted("parquet")
    for table in open_source(extract).tables:
        said = duckdb.sql(f"select count(*) from '{folder}/{table.name}.parquet'").fetchall()
        assert said == [(len(rows_of(extract / table.file)),)], table.name
    query = f"select value, missing_reason from '{folder}/scores.parquet' where participant = 'P-1' order by 1, 2"
    assert duckdb.sql(query).fetchall() == [(40.5, None), (62.0, None), (None, "declined"), (None, "declined")]


@pytest.mark.parametrize("suffix", ["sav", "dta"])
def test_statistics_programs_get_labels_for_variables_and_values(converted, suffix):
    pyreadstat = pytest.importorskip("pyreadstat")
    read = {"sav": pyreadstat.read_sav, "dta": pyreadstat.read_dta}[suffix]
    frame, meta = read(str(converted(suffix, lang="sv") / f"ratings.{suffix}"))
    assert meta.column_names_to_labels["level"] == "Hur långt det nåddes."
    assert list(meta.variable_value_labels["level"].values()) == ["inte", "delvis", "helt"]
    assert list(frame["level"]) == [1, 2, 1, 2]
    assert frame["rated_on"].iloc[0] == dt.date(2026, 8, 3)


@pytest.mark.parametrize("suffix", ["sav", "dta"])
def test_pandas_reads_the_answers_of_a_questionnaire(converted, suffix):
    import pandas as pd

    path = converted(suffix) / f"answers_phq_9.{suffix}"
    frame = pd.read_stata(path) if suffix == "dta" else pd.read_spss(path)
    assert set(frame["phq9_1"]) == {"More than half the days"}
    assert frame["phq9_2"].isna().all()


def test_what_was_declined_is_a_missing_value_of_its_own(converted):
    pyreadstat = pytest.importorskip("pyreadstat")
    _, meta = pyreadstat.read_sav(str(converted("sav") / "answers_phq_9.sav"), user_missing=True)
    assert meta.missing_ranges["phq9_2"] == [{"lo": -7, "hi": -7}]
    frame, _ = pyreadstat.read_dta(str(converted("dta") / "answers_phq_9.dta"), user_missing=True)
    assert set(frame["phq9_2"]) == {"a"}


def test_a_table_too_long_to_be_written_at_once_is_refused_before(extract, tmp_path, monkeypatch):
    monkeypatch.setattr(statistics_files, "MOST_CELLS", 40)
    with pytest.raises(ConversionRefused, match="Convert to parquet or csv") as refused:
        convert(extract, "sav", tmp_path / "out", reason="try")
    assert len(refused.value.mistakes) > 1
    assert list(tmp_path.iterdir()) == []


def test_without_the_trials_folder_the_answers_stand_in_the_long_table_alone(converted):
    folder = converted("csv", study=None)
    assert sorted(folder.glob("answers*")) == [folder / "answers.csv"]
    assert "--study" in json.loads((folder / "manifest.json").read_text())["notes"][0]
