"""`stegvis study check`: every mistake, or what the trial is; exit status 0 or 1."""

import json
import shutil
import subprocess
import sys
import tomllib

import pytest
from click.testing import CliRunner

from stegvis.config.commands.study import command
from tests.studies.folders import CWP, REPOSITORY, THREE_ARMS


@pytest.fixture
def spoilt(tmp_path):
    folder = tmp_path / "trial"
    shutil.copytree(THREE_ARMS, folder)
    path = folder / "protocol.toml"
    path.write_text(path.read_text().replace("planned_n = 80", "planned_n = 0\nseed = 7"))
    return folder


def test_a_sound_trial_is_shown_and_the_status_is_0():
    result = CliRunner().invoke(command, ["check", str(THREE_ARMS)])

    assert result.exit_code == 0
    assert "strata: north/under75" in result.output


def test_every_mistake_is_printed_and_the_status_is_1(spoilt):
    result = CliRunner().invoke(command, ["check", str(spoilt)])

    assert result.exit_code == 1
    assert "trial.planned_n is 0" in result.output
    assert "trial.seed does not belong in a protocol" in result.output
    assert "2 mistakes. Mend these, then check again." in result.output


def test_plan_programme_exercises_and_demonstration_are_checked_beside_the_protocol(tmp_path):
    folder = tmp_path / "trial"
    shutil.copytree(CWP, folder)
    (folder / "sap.toml").write_text((folder / "sap.toml").read_text() + "\n[nonsense]\nx = 1\n")
    (folder / "programme" / "en" / "01-start.md").write_bytes(b"\xff")
    (folder / "plan" / "exercises" / "bridge.toml").write_bytes(b"\xff")
    (folder / "demonstration.toml").write_text("first_day = 7\n")
    said = CliRunner().invoke(command, ["check", str(folder)])

    assert said.exit_code == 1
    assert "sap.toml: nonsense is refused: " in said.output
    assert "programme/en/01-start.md:1: This file is not UTF-8. Save it as UTF-8.\n" in said.output
    assert "plan/exercises/bridge.toml:1: This file is not UTF-8. Save it as UTF-8.\n" in said.output
    assert "demonstration.toml: default_seed is refused: Field required." in said.output


def test_a_number_that_the_programme_says_and_the_protocol_does_not_know_is_a_mistake(tmp_path):
    folder = tmp_path / "trial"
    shutil.copytree(CWP, folder)
    path = folder / "programme" / "programme.toml"
    path.write_text(path.read_text().replace('numbers = ["emergency', 'numbers = ["night_number", "emergency'))
    said = CliRunner().invoke(command, ["check", str(folder)])

    assert said.exit_code == 1
    assert "programme/programme.toml: numbers names night_number, which the protocol does not know." in said.output
    assert "1 mistake." in said.output


def test_homework_of_the_demonstration_that_cannot_be_read_is_told_by_its_file(tmp_path):
    folder = tmp_path / "trial"
    shutil.copytree(CWP, folder)
    (folder / "demonstration-homework.toml").write_text("[every\n")
    said = CliRunner().invoke(command, ["check", str(folder)])

    assert "demonstration-homework.toml: is not TOML in UTF-8" in said.output
    assert "1 mistake." in said.output


def test_one_mistake_is_said_once(tmp_path):
    folder = tmp_path / "trial"
    shutil.copytree(CWP, folder)
    (folder / "sap.toml").write_bytes(b"\xff")

    said = CliRunner().invoke(command, ["check", str(folder)])
    assert said.output == "sap.toml: is not UTF-8. Save it as UTF-8.\n\n1 mistake. Mend it, then check again.\n"


def test_both_answers_come_as_json_too(spoilt):
    sound = CliRunner().invoke(command, ["check", str(THREE_ARMS), "--json"])
    broken = CliRunner().invoke(command, ["check", str(spoilt), "--json"])

    assert json.loads(sound.output)["ok"] is True
    content = json.loads(broken.output)
    assert (broken.exit_code, content["ok"]) == (1, False)
    assert [problem["key"] for problem in content["problems"]] == ["trial.planned_n", "trial.seed"]


def test_a_folder_that_is_not_there_is_refused(tmp_path):
    assert CliRunner().invoke(command, ["check", str(tmp_path / "nowhere")]).exit_code == 2


def test_the_command_never_loads_django():
    script = "import sys, stegvis.config.commands.study, stegvis.config.trial_folder; print('django' in sys.modules)"
    environment = {"PYTHONPATH": str(REPOSITORY / "src")}
    said = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True, env=environment)

    assert said.stdout == "False\n"


def test_an_empty_file_of_texts_is_printed_for_a_skeleton():
    result = CliRunner().invoke(command, ["texts", "hads", "--language", "sv"])

    assert result.exit_code == 0
    assert tomllib.loads(result.output)["texts"]["hads-1"] == ""


def test_an_unknown_skeleton_and_wording_that_is_there_already_are_refused():
    unknown = CliRunner().invoke(command, ["texts", "hds", "--language", "sv"])
    worded = CliRunner().invoke(command, ["texts", "phq-9", "--language", "sv"])

    assert (unknown.exit_code, worded.exit_code) == (2, 2)
    assert "the library has no" in unknown.output
    assert "wording in" in worded.output
