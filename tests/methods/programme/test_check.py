"""The check finds each mistake, with its file and line, and nothing in the trial's own programme."""

import pytest

from stegvis.methods.programme import check
from stegvis.methods.programme.problems import ProgrammeInvalid
from tests.methods.programme.conftest import TRIAL, Copy

START, ALARM = "en/01-start.md", "en/02-alarm.md"
FILLER = "A short word is easy to read. " * 20


def test_the_trials_programme_has_no_problem() -> None:
    assert check.check(TRIAL) == []


def test_a_programme_with_a_problem_is_not_read(copy: Copy) -> None:
    assert check.read(copy.directory).module("start").written
    copy.change(START, "::: main\nA little at a time is enough.\n:::", "")
    with pytest.raises(ProgrammeInvalid, match="needs one main thing") as refused:
        check.read(copy.directory)
    assert len(refused.value.problems) == 2  # the Swedish part now has another order of blocks


def test_every_problem_is_told_at_once(copy: Copy) -> None:
    copy.change(START, "summary:", "sumary:")
    copy.change(ALARM, "::: picture loop.svg", "::: picture lop.svg")
    (copy.directory / "sv/notes/02.md").unlink()
    assert {problem.file for problem in copy.problems()} == {START, ALARM, "sv/notes/02.md"}


@pytest.mark.parametrize(
    ("file", "old", "new", "what", "right"),
    [
        (START, "more_of short\n", "more_of\n", "another mark “short”", "Labels may differ"),
        (START, "- calm: More calm", "- quiet: More calm", "other option values", "Labels may differ"),
        (START, "0: Not at all\n10: Completely\n:::\n:::\n\n::: short", "1: Not at all\n9: Completely\n:::\n:::\n\n::: short",
         "another range", "Labels may differ"),
        (START, "::: text more_why", "::: long-text more_why", "another kind", "Labels may differ"),
    ],
)  # fmt: skip
def test_a_field_that_differs_between_languages_is_told(
    copy: Copy, file: str, old: str, new: str, what: str, right: str
) -> None:
    copy.change(file, old, new)
    problem = copy.only_problem()
    assert problem.file == "sv/01-start.md"
    assert what in problem.what
    assert right in problem.right


def test_a_field_with_another_name_is_told_on_both_sides(copy: Copy) -> None:
    line = copy.change("sv/01-start.md", "::: text more_why", "::: text varfor")
    here, there = copy.problems()
    assert "does not ask the field “more_why”" in here.what
    assert (there.line, there.what) == (line, "The field “varfor” is not asked in part 2 of en/01-start.md.")


def with_guide(copy: Copy, **words: str) -> int:
    """Put a guide into both languages, `words` in place of the usual ones; the line where the Swedish one begins."""
    guide = "::: paced slow_breath {title}\n- in 4: In\n- out 6: Out\ntimes: 6\n:::\n\n::: main\n"
    for language in ("en", "sv"):
        text = words.get(language, guide.format(title="A slow minute"))
        line = copy.change(f"{language}/01-start.md", "::: main\n", text)
    return line


def test_a_paced_guide_may_stand_in_a_part(copy: Copy) -> None:
    with_guide(copy)
    guide = check.read(copy.directory).module("start").part(1, "sv").paced[0]
    assert (guide.seconds, guide.minutes, guide.in_short) == (60, 1, True)
    assert [(step.move, step.seconds, step.words) for step in guide.steps] == [("in", 4, "In"), ("out", 6, "Out")]


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("- in 4: In", "- in four: In", "“- in four: In” is no step of the guide."),
        ("- in 4: In\n", "", "The guide has fewer than two steps."),
        ("- in 4: In", "- in 0: In", "A step of the guide lasts no time, or too long."),
        ("- in 4: In", "- 121: In", "A step of the guide lasts no time, or too long."),
        ("times: 6", "times: 61", "The guide goes round 61 times."),
        ("- in 4: In\n- out 6: Out\ntimes: 6", "- 120: In\n- 120: Out\ntimes: 4", "The guide takes 16 minutes."),
        ("slow_breath A slow minute", "slow_breath", "The paced has no code or no title."),
        ("slow_breath", "one_minute", "The code “one_minute” is already used"),
        ("- in 4: In", "- in 4: In!", "The text has an exclamation mark or an emoji."),
    ],
)
def test_a_guide_that_cannot_be_followed_is_told(copy: Copy, old: str, new: str, what: str) -> None:
    with_guide(copy)
    for language in ("en", "sv"):
        copy.change(f"{language}/01-start.md", old, new)
    assert any(what in problem.what and problem.file == START for problem in copy.problems())


def test_a_guide_that_keeps_another_time_in_another_language_is_told(copy: Copy) -> None:
    line = with_guide(copy)
    copy.change("sv/01-start.md", "- out 6: Out", "- out 7: Ut")
    problem = copy.only_problem()
    assert (problem.file, problem.line) == ("sv/01-start.md", line)
    assert problem.what == "The guide “slow_breath” keeps another time than in en/01-start.md."


def test_a_missing_translation_is_told(copy: Copy) -> None:
    (copy.directory / "sv/02-alarm.md").unlink()
    problem = copy.only_problem()
    assert (problem.file, problem.line) == ("sv/02-alarm.md", 1)
    assert "written = false" in problem.right


def test_a_module_that_is_not_written_needs_no_file_and_is_not_delivered(copy: Copy) -> None:
    text = (copy.directory / "programme.toml").read_text(encoding="utf-8")
    second = text.index('code = "alarm"')
    (copy.directory / "programme.toml").write_text(
        text[:second] + text[second:].replace("written = true", "written = false", 1), encoding="utf-8"
    )
    for file in ("en/02-alarm.md", "sv/02-alarm.md"):
        (copy.directory / file).unlink()
    programme = check.read(copy.directory)
    assert [module.code for module in programme.written] == ["start"]
    assert programme.module("alarm").parts("en") == ()


def test_an_over_long_part_is_told_at_its_heading(copy: Copy) -> None:
    line = copy.change(START, "# My rhythm\n", "# My rhythm\n\n")
    copy.change(START, "The idea is two steps a week.", FILLER)
    problem = copy.only_problem()
    assert (problem.file, problem.line) == (START, line)
    assert problem.what.startswith("Part 3 has ")
    assert problem.right.startswith("At most 350")


def test_an_over_long_short_version_is_told_at_its_container(copy: Copy) -> None:
    old = "::: short\nChoose two times a week"
    line = copy.change(START, old, "::: short\n" + FILLER + "Choose two times a week")
    problem = copy.only_problem()
    assert (problem.line, problem.right) == (line, "At most 90.")
    assert "The short version of part 3" in problem.what


def test_hard_english_and_hard_swedish_are_told_with_their_formula(copy: Copy) -> None:
    hard = "Psychophysiological hypersensitivity characteristically necessitates multidisciplinary rehabilitation. "
    copy.change(ALARM, "Load is not dangerous in itself.", hard * 6)
    assert any("Flesch–Kincaid grade" in problem.what and problem.file == ALARM for problem in copy.problems())
    copy.change("sv/02-alarm.md", "Mycket tar kraft.", "Återhämtningsperioder förutsätter prioriteringar. " * 20)
    assert any("LIX" in problem.what and problem.file == "sv/02-alarm.md" for problem in copy.problems())


def test_long_sentences_are_told(copy: Copy) -> None:
    copy.change(START, "The idea is two steps a week.", "and then one more and " * 18 + "so on. ")
    assert "words a sentence" in copy.only_problem().what


def test_a_part_that_takes_too_long_or_too_little_is_told(copy: Copy) -> None:
    copy.change("programme.toml", "most_minutes = 8", "most_minutes = 3")
    assert all("takes" in problem.what and "Between 2 and 3" in problem.right for problem in copy.problems())
    copy.change("programme.toml", "most_minutes = 3", "most_minutes = 9")
    assert copy.problems() == []


@pytest.mark.parametrize(
    ("target", "right"),
    [
        ("page:helpp", "Pages are: help"),
        ("part:5", "The module's parts are 1 to 4."),
        ("module:sleep", "Written modules are: alarm, start."),
        ("module:alarm/9", "Its parts are 1 to 4."),
        ("https://example.org/", "sources belong in the therapist's notes"),
    ],
)
def test_a_broken_link_is_told_with_its_line(copy: Copy, target: str, right: str) -> None:
    line = copy.change(START, "open [Help now](page:help).\n\n::: main", f"open [Help now]({target}).\n\n::: main")
    problem = copy.only_problem()
    assert problem.line == line
    assert problem.what == f"The link to “{target}” leads nowhere."
    assert right in problem.right


@pytest.mark.parametrize("target", ["page:plan", "part:2", "module:alarm", "module:alarm/4"])
def test_a_whole_link_is_no_problem(copy: Copy, target: str) -> None:
    copy.change(START, "(page:help)", f"({target})")
    assert copy.problems() == []


@pytest.mark.parametrize(
    ("old", "new", "what", "right"),
    [
        ("open [Help now]", "call {emergncy_number}, open [Help now]", "No number is called", "Known are: emergency_number."),
        ("- worry: Less worry", "- worry: {emergency_number}", "is not filled in here", "Write it in the running text"),
        ("# What I want more of", "# Call {emergency_number}", "is not filled in here", "Write it in the running text"),
    ],
)  # fmt: skip
def test_a_number_without_a_name_or_out_of_place_is_told(copy: Copy, old: str, new: str, what: str, right: str) -> None:
    line = copy.change(START, old, new)
    problem = copy.only_problem()
    assert what in problem.what
    assert right in problem.right
    assert abs(problem.line - line) <= 6  # an option is told at the line where its field opens


def test_a_number_that_the_list_names_may_be_said(copy: Copy) -> None:
    copy.change(START, "open [Help now]", "call {emergency_number}, or open [Help now]")
    assert copy.problems() == []


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("A little at a time is enough.", "A little at a time is enough!", "exclamation mark"),
        ("A little at a time is enough.", "A little at a time \U0001f600 is enough.", "emoji"),
        ("A little at a time is enough.", "A <b>little</b> at a time is enough.", "HTML"),
        ("A little at a time is enough.", "A little ![x](y.png) is enough.", "picture stands inside"),
        ("# What I want more of", "# What I want more of!", "exclamation mark"),
        ("- worry: Less worry", "- worry: Less worry!", "exclamation mark"),
    ],
)
def test_what_does_not_belong_in_the_text_is_told(copy: Copy, old: str, new: str, what: str) -> None:
    line = copy.change(START, old, new)
    problem = next(problem for problem in copy.problems() if what in problem.what)
    assert problem.file == START
    assert abs(problem.line - line) <= 6  # an option or a box is told at the line where its container opens


@pytest.mark.parametrize(
    ("old", "what"),
    [
        ("::: worksheet more_card", "The module has 0 ::: worksheet."),
        ("::: practice one_minute", "The module has 0 ::: practice."),
        ("::: homework three_days", "The module has 0 ::: homework."),
        ("::: checkin how_it_is", "The module has 0 ::: checkin."),
    ],
)
def test_a_module_without_one_of_its_exercises_is_told(copy: Copy, old: str, what: str) -> None:
    copy.change(START, old, "::: exercise " + old.split()[-1])
    assert what in {problem.what for problem in copy.problems()}


def test_a_module_without_example_goal_or_plan_is_told(copy: Copy) -> None:
    copy.change(START, "::: example A person who drives a bus", "::: main")
    copy.change(START, "::: goal", "::: main")
    copy.change(START, "::: plan", "::: main")
    whats = {problem.what for problem in copy.problems() if problem.file == START}
    assert whats >= {
        "The module needs one worked example.",
        "The module has no link to the person's own goal.",
        "The module has no link to the activity plan.",
    }


def test_a_check_in_that_asks_something_else_is_told(copy: Copy) -> None:
    for language in ("en", "sv"):
        copy.change(f"{language}/01-start.md", "::: number stress short", "::: number tiredness short")
    assert {problem.what for problem in copy.problems()} == {"The check-in does not ask what every check-in asks."}


def test_missing_and_surplus_parts_are_told(copy: Copy) -> None:
    for language in ("en", "sv"):
        file = copy.directory / language / "01-start.md"
        whole = file.read_text(encoding="utf-8")
        file.write_text(whole + whole[whole.index("\n# ") :].replace(" more_", " again_"), encoding="utf-8")
    problems = {problem.what for problem in copy.problems()}
    assert "The module has 8 parts." in problems
    assert any("already asked" in what for what in problems)


def test_a_part_without_why_short_or_main_is_told(copy: Copy) -> None:
    copy.change(START, "::: why\nWith a fixed time there is one thing less to decide when you are tired.\n:::\n", "")
    assert "Part 3 does not say why it matters." in {problem.what for problem in copy.problems()}
    copy.change(ALARM, "::: why\nYour body", "::: why\n" + "Your body and so on and on. " * 5)
    assert any(problem.right == "One line: at most 25." for problem in copy.problems())


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ("<svg><script>alert(1)</script></svg>", "script"),
        ('<svg onload="x()"></svg>', "script"),
        ('<svg><image href="https://example.org/a.png"/></svg>', "link to elsewhere"),
        ("<svg>" + "x" * 200_001 + "</svg>", "too much for a phone"),
    ],
)
def test_a_picture_that_acts_or_weighs_too_much_is_told(copy: Copy, content: str, what: str) -> None:
    (copy.directory / "en/pictures/loop.svg").write_text(content, encoding="utf-8")
    problem = copy.only_problem()
    assert problem.file == ALARM
    assert what in problem.what


def test_a_missing_picture_or_one_of_a_strange_kind_is_told(copy: Copy) -> None:
    line = copy.change(ALARM, "::: picture loop.svg", "::: picture loop.gif")
    problem = copy.only_problem()
    assert (problem.line, "that pages do not show" in problem.what) == (line, True)
    copy.change(ALARM, "loop.gif", "other.svg")
    assert copy.only_problem().what == "The file en/pictures/other.svg is not there."


def test_notes_without_a_section_or_with_a_broken_source_are_told(copy: Copy) -> None:
    copy.change("en/notes/01.md", "## Cautions", "## Caution")
    line = copy.change("en/notes/02.md", "https://doi.org/10.2522/ptj.20130597", "doi.org/10.2522/ptj.20130597")
    section, link = copy.problems()
    assert section.what == "The section “Cautions” is missing."
    assert (link.file, link.line) == ("en/notes/02.md", line)


def test_a_file_that_no_module_claims_is_told(copy: Copy) -> None:
    (copy.directory / "en/03-brakes.md").write_text("---\n---\n", encoding="utf-8")
    assert copy.only_problem().what == "No module of programme.toml has this file."


@pytest.mark.parametrize(
    ("old", "new", "what", "offset"),
    [
        ("number = 2", "number = 3", "stands in place 2", -1),
        ("week = 2\ncore = false", "week = 9\ncore = false", "before the module above it", None),
        ('code = "hurry"', 'code = "start"', "is used twice", None),
        ('title.sv = "Pauser som ger kraft"', "", "has no title in “sv”", None),
        ("core = false", 'core = "no"', "module.3.core", 0),
        ("\nwritten = false", "", "module.2.written", None),
        ('languages = ["en", "sv"]', 'languages = ["en", "sv", "fr"]', "no reading formula", 0),
        ("level.sv = 30", "level.da = 30", "no highest level for “sv”", None),
        ("[rules]", "[rules]\nwrds = 3", "rules.wrds", 1),
        ('code = "alarm"', 'code = "alarm', "This is not TOML", 0),
    ],
)
def test_a_mistake_in_the_list_of_modules_is_told(
    copy: Copy, old: str, new: str, what: str, offset: int | None
) -> None:
    line = copy.change("programme.toml", old, new)
    problem = next(problem for problem in copy.problems() if what in problem.what)
    assert problem.file == "programme.toml"
    if offset is not None:
        assert problem.line == line + offset


def test_a_folder_without_a_list_or_with_another_encoding_is_told(copy: Copy) -> None:
    (copy.directory / START).write_bytes("---\nsummary: åäö\n---\n".encode("latin-1"))
    assert copy.only_problem().what == "This file is not UTF-8."
    (copy.directory / "programme.toml").unlink()
    assert copy.only_problem().what == "This file is missing."


def test_the_table_has_a_row_for_each_part_and_language() -> None:
    rows = check.table(TRIAL)
    assert len(rows) == 14 * 2 * 4
    assert all(row.measure.words <= 350 and row.measure.short_words <= 90 for row in rows)
    assert all(2 <= row.measure.minutes <= 8 for row in rows)
