"""The sentences a therapist can start a reply from."""

from stegvis.methods.programme.content import Programme
from stegvis.methods.programme.snippets import GROUPS, filled, placeholders, read_snippets

GOOD = """
[effort.a]
en = "You tried it."
sv = "Du provade det."
"""


def whats(text: str) -> list[str]:
    return [problem.what for problem in read_snippets(text, ["en", "sv"])[1] if "snippets." not in problem.what]


def test_there_are_three_in_each_group_and_language(programme: Programme) -> None:
    for group in GROUPS:
        found = [snippet for snippet in programme.snippets if snippet.group == group]
        assert len(found) >= 3
        assert all(set(snippet.texts) == {"en", "sv"} for snippet in found)


def test_the_placeholders_are_filled(programme: Programme) -> None:
    snippet = next(snippet for snippet in programme.snippets if snippet.code == "toward_goal")
    assert placeholders(snippet.texts["sv"]) == ("goal", "step")
    values = {"step": "Pauser som ger kraft", "goal": "gå till affären {och} hem"}
    text = filled(snippet.texts["sv"], values) or ""
    assert "Pauser som ger kraft" in text
    assert "gå till affären {och} hem" in text


def test_a_good_file_has_no_problem_but_that_groups_are_small() -> None:
    found, problems = read_snippets(GOOD, ["en", "sv"])
    assert [snippet.code for snippet in found] == ["a"]
    assert [problem.what for problem in problems] == [
        "The group “effort” has 1 snippets.",
        "The group “understanding” has 0 snippets.",
        "The group “ability” has 0 snippets.",
        "The group “next_step” has 0 snippets.",
    ]


def test_what_is_wrong_with_a_snippet_is_told() -> None:
    assert whats(GOOD.replace('sv = "Du provade det."', "")) == ["effort.a has no text in “sv”."]
    assert whats(GOOD.replace("You tried it.", "You tried {it}.")) == [
        "effort.a (en) has the unknown placeholder {it}."
    ]
    assert whats(GOOD.replace("You tried it.", "Hello.")) == [
        "effort.a (en) is not recognised as “effort” by the reply check."
    ]
    assert whats(GOOD.replace("effort", "praise")) == ["“praise” is not a group."]


def test_a_file_that_is_not_toml_is_told_with_its_line() -> None:
    (problem,) = read_snippets('[effort.a]\nen = "open', ["en"])[1]
    assert problem.line == 2
    assert "not TOML" in problem.what
