"""The trial's worksheets are whole in both languages, and the check finds what is wrong with one."""

import pytest

from stegvis.methods.programme import sheet_sums
from stegvis.methods.programme.content import Programme
from tests.methods.programme.conftest import Copy

LETTER, SLEEP, BALANCE = "en/worksheets/letter.md", "en/worksheets/sleep_diary.md", "en/worksheets/balance.md"
FOURTEEN = {
    "stress_diary", "thought_record", "balance", "values", "worry_time", "sleep_diary", "problem_solving",
    "relapse_plan", "breaks_menu", "boom_bust", "fear_ladder", "letter", "support_map", "early_signs",
}  # fmt: skip


def test_the_trial_has_fourteen_sheets_and_two_of_them_may_go_to_the_physiotherapist(programme: Programme) -> None:
    assert {sheet.code for sheet in programme.worksheets} == FOURTEEN
    assert {sheet.code for sheet in programme.worksheets if sheet.physiotherapist} == {"boom_bust", "fear_ladder"}
    assert all(set(sheet.translations) == {"en", "sv"} for sheet in programme.worksheets)


def test_a_sheet_has_the_same_fields_in_each_language(programme: Programme) -> None:
    for sheet in programme.worksheets:
        english, swedish = ([(f.name, f.kind) for f in sheet.fields(language)] for language in ("en", "sv"))
        assert english == swedish, sheet.code
        assert sheet.title("en") != sheet.title("sv")


def test_the_day_of_the_balance_has_twenty_four_hours(programme: Programme) -> None:
    blocks = [field for field in programme.worksheet("balance").fields("en") if sheet_sums.is_block(field)]
    assert sheet_sums.HOURS_A_BLOCK * len(blocks) == 24


@pytest.mark.parametrize(
    ("file", "old", "new", "what"),
    [
        (LETTER, "# A letter to me", "A letter to me", "The worksheet has 0 headings"),
        (LETTER, "::: text about", "::: text day", "The name “day” is taken"),
        (LETTER, "::: text about", "::: text look_again", "The name “look_again” is taken"),
        (LETTER, "::: exercise the_letter", "::: homework the_letter", "A worksheet has no ::: homework."),
        (LETTER, "::: example A person", "::: main A person", "The worksheet needs one worked example."),
        (LETTER, "(page:help)", "(part:1)", "The link to “part:1” leads nowhere."),
        (LETTER, "It is enough", "It is enough!", "exclamation mark"),
        (LETTER, "summary:", "resume:", "The front matter has no summary."),
        (SLEEP, "::: time up_at", "::: time got_up", "The sum “sleep” needs the field “up_at”"),
        (SLEEP, "unit: minutes\n", "", "does not say what it counts"),
        (BALANCE, "- fills: Gives", "- gives: Gives", "has other option values"),
    ],
)
def test_what_is_wrong_with_a_sheet_is_told_with_its_file(copy: Copy, file: str, old: str, new: str, what: str) -> None:
    copy.change(file, old, new)
    told = [str(problem) for problem in copy.problems()]
    assert any(what in problem for problem in told), told
    assert all("/worksheets/" in problem.split(":")[0] for problem in told)


def test_a_sheet_without_hours_has_no_balance(copy: Copy) -> None:
    for language in ("en", "sv"):
        file = copy.directory / language / "worksheets/balance.md"
        file.write_text(file.read_text(encoding="utf-8").replace("- neutral:", "- between:"), encoding="utf-8")
    assert {problem.what for problem in copy.problems()} == {"The sum “balance” needs hours to count."}


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ('code = "letter"\nmodule = "kindness"', 'code = "letter"\nmodule = "kind"', "unknown module “kind”"),
        ('code = "support_map"', 'code = "letter"', "The code “letter” is used twice."),
        ('sum = "sleep"', 'sum = "dreams"', "worksheet.8.sum"),
    ],
)
def test_what_is_wrong_in_the_list_is_told_with_its_line(copy: Copy, old: str, new: str, what: str) -> None:
    line = copy.change("programme.toml", old, new)
    problem = next(each for each in copy.problems() if what in each.what)
    assert problem.file == "programme.toml"
    assert line - 1 <= problem.line <= line + 1


def test_a_sheet_without_its_translation_or_its_place_in_the_list_is_told(copy: Copy) -> None:
    (copy.directory / "sv/worksheets/letter.md").rename(copy.directory / "sv/worksheets/brev.md")
    stray, missing = copy.problems()
    assert (stray.file, stray.what) == ("sv/worksheets/brev.md", "No worksheet of programme.toml has this file.")
    assert (missing.file, missing.what) == ("sv/worksheets/letter.md", "This file is missing.")


def test_a_text_leads_to_a_sheet_that_is_there_and_to_no_other(copy: Copy) -> None:
    copy.change("en/01-start.md", "(page:help)", "(worksheet:letter)")
    assert copy.problems() == []
    copy.change("en/01-start.md", "(worksheet:letter)", "(worksheet:brev)")
    assert "Worksheets are: stress_diary" in copy.only_problem().right
