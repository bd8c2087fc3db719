"""`stegvis programme check` as an author meets it."""

import json
import os
import subprocess
import sys

from click.testing import CliRunner

from stegvis.config.commands.programme import command
from tests.methods.programme.conftest import TRIAL, Copy


def test_a_whole_programme_ends_with_status_zero_and_a_table() -> None:
    result = CliRunner().invoke(command, ["check", str(TRIAL)])
    assert result.exit_code == 0
    assert "No problems in 14 modules, 112 parts." in result.output
    assert "None in 14 worksheets." in result.output
    assert "Flesch–Kincaid" in result.output


def test_a_problem_is_printed_with_file_and_line_and_ends_with_status_one(copy: Copy) -> None:
    line = copy.change("en/01-start.md", "::: main", "::: mian")
    result = CliRunner().invoke(command, ["check", "--quiet", str(copy.directory)])
    assert result.exit_code == 1
    assert f"en/01-start.md:{line}: “::: mian” is not known here. Did you mean ::: main?" in result.output
    assert "The programme cannot be released yet." in result.output
    assert "Flesch–Kincaid" not in result.output


def test_json_holds_problems_and_measures(copy: Copy) -> None:
    good = json.loads(CliRunner().invoke(command, ["check", "--json", str(TRIAL)]).output)
    assert (good["ok"], good["problems"], len(good["parts"])) == (True, [], 112)
    copy.change("en/01-start.md", "::: main", "::: mian")
    bad = CliRunner().invoke(command, ["check", "--json", str(copy.directory)])
    assert bad.exit_code == 1
    assert set(json.loads(bad.output)["problems"][0]) == {"file", "line", "what", "right"}


def test_a_folder_that_is_not_there_is_refused() -> None:
    assert CliRunner().invoke(command, ["check", "nowhere"]).exit_code == 2


def test_the_check_needs_neither_django_nor_a_database() -> None:
    code = (
        "import sys; from stegvis.config.commands.programme import command; "
        f"command(['check', '--quiet', {str(TRIAL)!r}], standalone_mode=False); "
        "sys.exit(any(name in sys.modules for name in ('django', 'psycopg')))"
    )
    environment = {**os.environ, "PYTHONPATH": str(TRIAL.parents[2] / "src")}
    done = subprocess.run([sys.executable, "-c", code], env=environment, check=False, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
