"""`stegvis exercises check` as an author meets it."""

import json

from click.testing import CliRunner

from stegvis.config.commands.exercises import command


def run(*words):
    return CliRunner().invoke(command, list(map(str, words)))


def test_a_whole_library_ends_with_status_zero_and_a_table(shipped):
    result = run("check", shipped)
    assert result.exit_code == 0
    assert "No problems in 30 exercises." in result.output
    assert "LIX" in result.output


def test_a_problem_is_printed_with_file_and_line_and_ends_with_status_one(change):
    result = run("check", "--quiet", change("neck-turn.toml", 'groups = ["neck"]', 'groups = ["nekc"]'))
    assert result.exit_code == 1
    assert "neck-turn.toml:3: groups.0" in result.output
    assert "The library cannot be released yet." in result.output


def test_json_holds_problems_and_measures(small, change):
    good = json.loads(run("check", "--json", small).output)
    assert (good["ok"], good["problems"], len(good["exercises"])) == (True, [], 4)
    bad = json.loads(run("check", "--json", change("neck-turn.toml", "stop = ", "# stop = ")).output)
    assert set(bad["problems"][0]) == {"file", "line", "what", "right"}


def test_a_library_with_a_problem_is_not_published(change):
    result = run("publish", change("neck-turn.toml", "stop = ", "# stop = "))
    assert result.exit_code == 1
    assert "en.stop: Field required" in result.output
