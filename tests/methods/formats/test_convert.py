"""Converting: what is refused, with everything that is wrong; what the manifest says; the same bytes each time."""

import hashlib
import json
import sys

import pytest
from click.testing import CliRunner

from stegvis.config.commands.convert import FORMATS, command
from stegvis.methods.analysis.manifest import BLINDED, POOLED
from stegvis.methods.analysis.refusals import ExtractRefused
from stegvis.methods.formats import bundle
from stegvis.methods.formats.bundle import ConversionRefused
from stegvis.methods.formats.convert import WRITERS, convert
from stegvis.methods.formats.source import open_source
from tests.methods.analysis import synthetic
from tests.methods.formats.conftest import answer, rows, write
from tests.studies.folders import CWP, THREE_ARMS


def run(*arguments):
    return CliRunner().invoke(command, [str(one) for one in arguments])


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_extract_gives_the_same_bytes(converted, extract, tmp_path, name):
    convert(extract, name, tmp_path / "again", reason="A test reads it back", study=CWP)
    first = {path.name: path.read_bytes() for path in converted(name).iterdir()}
    assert {path.name: path.read_bytes() for path in (tmp_path / "again").iterdir()} == first


def test_the_manifest_says_from_what_why_and_the_hash_of_each_file(converted, extract):
    folder = converted("fhir")
    said = json.loads((folder / "manifest.json").read_text())
    assert said["extract"]["sha256"] == hashlib.sha256((extract / "manifest.json").read_bytes()).hexdigest()
    assert (said["extract"]["kind"], said["extract"]["made_up"]) == ("unblinded", True)
    assert said["reason"] == "A test reads it back"
    for name, file in said["files"].items():
        assert file["sha256"] == hashlib.sha256((folder / name).read_bytes()).hexdigest()
    assert set(said["files"]) == {path.name for path in folder.iterdir()} - {"manifest.json"}


@pytest.mark.parametrize("name", FORMATS)
def test_a_pooled_extract_tells_no_arm_in_any_format(tmp_path, name):
    convert(write(tmp_path / "x", POOLED), name, tmp_path / "out", reason="try", study=CWP)
    texts = [path.read_bytes() for path in (tmp_path / "out").iterdir() if not path.name.startswith("codebook")]
    assert not [one for one in texts if b"intervention" in one.lower() or b"control<" in one.lower()]
    assert not any(path.stem == "arms" for path in (tmp_path / "out").iterdir())


def test_a_blinded_extract_keeps_its_dummy_arms(tmp_path):
    convert(write(tmp_path / "x", BLINDED), "csv", tmp_path / "out", reason="try")
    assert (tmp_path / "out" / "arms.csv").read_text() == "participant,arm\nP-1,B\nP-2,A\n"


def test_every_format_of_the_command_has_a_writer():
    assert set(FORMATS) == set(WRITERS)


# Refusals -------------------------------------------------------------------------------------------------------------
def test_everything_wrong_with_a_request_is_said_at_once(extract, tmp_path):
    with pytest.raises(ConversionRefused) as refused:
        convert(extract, "odm", tmp_path / "out", reason=" ")
    assert [one.file for one in refused.value.mistakes] == ["--reason", "--study"]
    with pytest.raises(ConversionRefused, match=r"no format 'xls'. Use one of csv, parquet"):
        convert(extract, "xls", tmp_path / "out", reason="try")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_no_extract_is_refused(tmp_path):
    with pytest.raises(ExtractRefused, match="holds no manifest, so it is no extract"):
        convert(tmp_path, "csv", tmp_path / "out", reason="try")


def test_every_file_that_is_not_as_the_manifest_says_is_named(tmp_path):
    folder = write(tmp_path / "x")
    (folder / "scores.csv").write_text("participant\n")
    (folder / "goals.csv").rename(folder / "notes.csv")
    with pytest.raises(ExtractRefused) as refused:
        convert(folder, "csv", tmp_path / "out", reason="try")
    assert sorted(one.file for one in refused.value.mistakes) == ["goals.csv", "notes.csv", "scores.csv"]
    assert not (tmp_path / "out").exists()


def test_a_folder_with_something_in_it_is_never_written_into(extract, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("mine")
    with pytest.raises(ConversionRefused, match="never writes over anything"):
        convert(extract, "csv", tmp_path / "out", reason="try")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["mine.txt"]


def stop_at(extract, tmp_path, name):
    """A conversion that is stopped when half of this file is written; what it leaves."""

    def stopped(said):
        if name in said:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        convert(extract, "csv", tmp_path / "out", reason="try", progress=stopped)
    return list(tmp_path.iterdir())


def test_a_conversion_that_was_stopped_goes_on_where_it_was_and_gives_the_same_bytes(extract, tmp_path):
    (left,) = stop_at(extract, tmp_path, "scores.csv")
    assert not (tmp_path / "out").exists()
    assert left.stat().st_mode & 0o077 == 0
    said = []
    convert(extract, "csv", tmp_path / "out", reason="try", progress=said.append)
    assert [one for one in said if one.startswith("participants.csv")] == ["participants.csv: kept from before"]
    assert "scores.csv: 8 rows, done" in said
    convert(extract, "csv", tmp_path / "whole", reason="try")
    bytes_of = [{path.name: path.read_bytes() for path in (tmp_path / one).iterdir()} for one in ("out", "whole")]
    assert bytes_of[0] == bytes_of[1]
    assert not left.exists()


def test_another_conversion_keeps_nothing_of_one_that_was_stopped(extract, tmp_path):
    stop_at(extract, tmp_path, "scores.csv")
    said = []
    convert(extract, "csv", tmp_path / "out", reason="try", lang="sv", progress=said.append)
    assert not [one for one in said if "kept from before" in one]


def test_what_was_finished_and_changed_since_is_written_anew(extract, tmp_path):
    (left,) = stop_at(extract, tmp_path, "scores.csv")
    (left / "participants.csv").write_text("participant\n")
    convert(extract, "csv", tmp_path / "out", reason="try")
    assert (tmp_path / "out" / "participants.csv").read_bytes() == (extract / "participants.csv").read_bytes()


def test_two_conversions_never_write_the_same_folder(extract, tmp_path):
    with bundle.Bundle(tmp_path / "out"), pytest.raises(ConversionRefused, match="another conversion is writing it"):
        convert(extract, "csv", tmp_path / "out", reason="try")


def test_a_conversion_stopped_before_its_first_file_leaves_nothing(extract, tmp_path):
    assert stop_at(extract, tmp_path, "participants.csv") == []


def test_an_extract_without_answers_cannot_become_a_redcap_import(tmp_path):
    with pytest.raises(ConversionRefused, match="extract --answers"):
        convert(write(tmp_path / "x", answers=None), "redcap", tmp_path / "out", reason="try", study=CWP)


def test_a_package_that_is_not_installed_is_named_with_the_way_to_get_it(extract, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyreadstat", None)
    with pytest.raises(ConversionRefused, match=r"the package pyreadstat is not installed\. Install"):
        convert(extract, "sav", tmp_path / "out", reason="try")
    assert list(tmp_path.iterdir()) == []


def test_another_trials_folder_is_refused(extract, tmp_path):
    with pytest.raises(ConversionRefused, match="and the extract is of 'cwp'"):
        convert(extract, "odm", tmp_path / "out", reason="try", study=THREE_ARMS)


def test_a_questionnaire_in_another_version_is_refused(tmp_path):
    import dataclasses

    other = [dataclasses.replace(one, version="0.9.0") for one in rows("unblinded")["responses"]]
    with pytest.raises(ConversionRefused, match=r"phq-9 was answered in version 0\.9\.0.* has version 1\.1\.0"):
        convert(write(tmp_path / "x", responses=other), "fhir", tmp_path / "out", reason="try", study=CWP)


def test_answers_that_the_questionnaire_does_not_know_are_refused_with_their_rows(tmp_path):
    strange = [answer("P-1", "baseline", "phq-9", "phq9-10", "1"), answer("P-1", "baseline", "phq-9", "phq9-9", "7")]
    with pytest.raises(ConversionRefused) as refused:
        convert(write(tmp_path / "x", answers=strange), "csv", tmp_path / "out", reason="try", study=CWP)
    assert [(one.row, one.column) for one in refused.value.mistakes] == [(2, "item"), (3, "value")]


def test_a_cell_that_its_column_cannot_hold_is_refused_with_its_place(tmp_path):
    folder = write(tmp_path / "x")
    path, manifest = folder / "scores.csv", folder / "manifest.json"
    before = hashlib.sha256(path.read_bytes()).hexdigest()
    path.write_text(path.read_text().replace("40.5", "forty"))
    manifest.write_text(manifest.read_text().replace(before, hashlib.sha256(path.read_bytes()).hexdigest()))
    with pytest.raises(ExtractRefused, match=r"scores\.csv, row 4, value: there is text where a number must be"):
        convert(folder, "csv", tmp_path / "out", reason="try")


def test_an_answer_with_both_a_value_and_a_reason_for_none_is_never_written(tmp_path):
    both = [answer("P-1", "baseline", "phq-9", "phq9-1", "1", withheld="words")]
    with pytest.raises(ExtractRefused, match="either a value or the reason why it has none"):
        write(tmp_path / "x", answers=both)


# The command and the stream -------------------------------------------------------------------------------------------
def test_the_command_tells_what_it_wrote_and_its_progress_apart(extract, tmp_path):
    done = run(extract, "--to", "dataset-json", "--out", tmp_path / "out", "--reason", "For a colleague")
    assert done.exit_code == 0
    assert "5 files" in done.stdout
    assert "ADQS.json: 8 rows, done" in done.stderr


def test_the_command_refuses_with_status_1_and_every_mistake(tmp_path):
    done = run(tmp_path, "--to", "csv", "--out", tmp_path / "out", "--reason", "try")
    assert done.exit_code == 1
    assert "The extract is refused: 1 mistake." in done.stderr
    assert "Traceback" not in done.output


def test_the_progress_of_a_long_table_is_told_on_the_way(extract, tmp_path, monkeypatch):
    monkeypatch.setattr(bundle, "EVERY", 3)
    said = []
    convert(extract, "csv", tmp_path / "out", reason="try", progress=said.append)
    assert [one for one in said if one.startswith("scores.csv")] == [
        "scores.csv: 3 rows", "scores.csv: 6 rows", "scores.csv: 8 rows, done",
    ]  # fmt: skip


def test_rows_of_a_source_come_one_at_a_time(tmp_path):
    synthetic.write(tmp_path / "x")
    source = open_source(tmp_path / "x")
    rows_ = source.rows("scores")
    assert next(rows_) is not next(rows_)
    assert {row["participant"] for row in source.records("scores", participant="P-003")} == {"P-003"}
    assert list(source.rows("answers")) == []
