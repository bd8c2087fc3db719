"""Changes between two releases: each block that differs stands once, with its words before and after, and no other."""

from dataclasses import replace

import pytest
from click.testing import CliRunner

from stegvis.config.commands.programme import command
from stegvis.methods.programme import check
from stegvis.methods.programme import release as releases
from stegvis.methods.programme.changes import Change, changes
from stegvis.methods.programme.content import Programme
from tests.methods.programme.conftest import TRIAL, Copy

START = "en/01-start.md"
MAIN = "A little at a time is enough."


@pytest.fixture
def before(copy: Copy) -> Programme:
    """The programme as it was."""
    return check.read(copy.directory)


def test_nothing_differs_from_itself(copy: Copy, before: Programme) -> None:
    assert changes(before, check.read(copy.directory)) == []


def test_a_box_is_one_change_with_its_words_before_and_after(copy: Copy, before: Programme) -> None:
    copy.change(START, f"::: main\n{MAIN}", "::: main\nA little is enough.")
    found = changes(before, check.read(copy.directory))
    assert found == [Change("start", "en", 1, "main", MAIN, "A little is enough.")]


def test_a_paragraph_put_in_between_is_one_change(copy: Copy, before: Programme) -> None:
    copy.change(START, "::: main\n", "One more thing to know.\n\n::: main\n")
    found = changes(before, check.read(copy.directory))
    assert found == [Change("start", "en", 1, "text", "", "One more thing to know.")]


def test_an_option_the_notes_and_a_title_are_changes_too(copy: Copy, before: Programme) -> None:
    copy.change("sv/01-start.md", "- calm: Mer lugn", "- calm: Mycket mer lugn")
    copy.change("en/notes/01.md", "## Aim\n", "## Aim\n\nTo begin.\n")
    copy.change("programme.toml", 'title.en = "Stress and pain', 'title.en = "Strain and pain')
    found = changes(before, check.read(copy.directory))
    where = {(change.module, change.language, change.kind) for change in found}
    assert where == {("start", "sv", "exercise"), ("start", "en", "notes"), ("alarm", "", "title")}
    assert any("calm: Mycket mer lugn" in change.after for change in found)


def test_a_module_that_is_gone_and_one_that_is_new_are_told_whole(copy: Copy) -> None:
    whole = check.read(copy.directory)
    shorter = replace(whole, modules=whole.modules[:1])
    gone = [change for change in changes(whole, shorter) if change.module == "alarm"]
    assert gone
    assert all(change.before and not change.after for change in gone)
    assert len([change for change in changes(shorter, whole) if change.module == "alarm"]) == len(gone)


def test_a_worksheet_s_words_fields_and_readers_are_changes_of_that_sheet(copy: Copy, before: Programme) -> None:
    copy.change("sv/worksheets/letter.md", "summary: ", "summary: Nytt! ")
    copy.change("en/worksheets/relapse_plan.md", "hint: A first name is enough.", "hint: One name.")
    copy.change("programme.toml", 'code = "letter"\n', 'code = "letter"\nphysiotherapist = true\n')
    found = changes(before, check.read(copy.directory))
    assert [(each.module, each.sheet, each.language, each.kind) for each in found] == [
        ("", "letter", "", "worksheet"), ("", "letter", "sv", "summary"), ("", "relapse_plan", "en", "exercise"),
    ]  # fmt: skip
    assert "not for the physiotherapist" in found[0].before
    assert "One name." in found[2].after


def test_a_worksheet_that_is_gone_or_new_is_told_whole(copy: Copy) -> None:
    whole = check.read(copy.directory)
    fewer = replace(whole, worksheets=whole.worksheets[1:])
    gone, come = ([each for each in changes(*pair) if each.sheet] for pair in ((whole, fewer), (fewer, whole)))
    assert {each.sheet for each in gone} == {whole.worksheets[0].code}
    assert all(each.before and not each.after for each in gone)
    assert [each.after for each in come] == [each.before for each in gone]


# The command ----------------------------------------------------------------------------------------------------------
def test_two_folders_are_compared_and_a_difference_ends_with_status_one(copy: Copy) -> None:
    kept = copy.directory.parent / "before.json"
    kept.write_text(releases.to_json(check.read(copy.directory)), encoding="utf-8")
    same = CliRunner().invoke(command, ["diff", str(kept), str(copy.directory)])
    assert (same.exit_code, same.output) == (0, "Nothing differs.\n")

    copy.change(START, f"::: main\n{MAIN}", "::: main\nA little is enough.")
    other = CliRunner().invoke(command, ["diff", str(kept), str(copy.directory)])
    assert other.exit_code == 1
    assert f"start, en, part 1, main\n- {MAIN}\n+ A little is enough.\n" in other.output
    assert "1 block differs." in other.output

    copy.change("sv/worksheets/letter.md", "summary: ", "summary: Nytt! ")
    sheet = CliRunner().invoke(command, ["diff", str(kept), str(copy.directory)])
    assert "worksheet letter, sv, summary\n- " in sheet.output


def test_what_cannot_be_compared_is_said(copy: Copy) -> None:
    strange = CliRunner().invoke(command, ["diff", "nowhere", str(TRIAL)])
    assert "nowhere is no folder, no file and no hash of a release." in strange.output
    copy.change(START, "::: main", "::: mian")
    broken = CliRunner().invoke(command, ["diff", str(copy.directory), str(TRIAL)])
    assert "The programme was not read" in broken.output
    unreadable = CliRunner().invoke(command, ["diff", str(copy.directory / "snippets.toml"), str(TRIAL)])
    assert "it is not JSON" in unreadable.output
