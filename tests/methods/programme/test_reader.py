"""One module's file: its containers, its fields, and what it says of mistakes, with the line of each."""

from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stegvis.methods.programme.blocks import Audio, Example, Exercise, Field, Main, Option, Picture, Text
from stegvis.methods.programme.reader import ReadModule, read_module

TOP = "---\nsummary: One line.\n---\n# A part\n"


def read(body: str, top: str = TOP) -> ReadModule:
    return read_module(top + dedent(body), "en/01-start.md", "en")


def problems_of(body: str, top: str = TOP) -> list[tuple[int, str]]:
    return [(problem.line, problem.what) for problem in read(body, top).problems]


def fields_of(body: str) -> tuple[Field, ...]:
    found = read(f"::: exercise one One\n{dedent(body)}\n:::")
    assert not found.problems
    return found.parts[0].fields


def test_text_and_boxes_come_in_the_order_of_the_file() -> None:
    part = read("""\
        ::: why
        Because.
        :::
        Before.

        ::: main
        The thing.
        :::
        After.
        ::: short
        Short.
        :::
    """).parts[0]
    assert part.title == "A part"
    assert part.why == "Because."
    assert part.blocks == (Text("Before."), Main("The thing."), Text("After."))
    assert part.short == "Short."


def test_every_part_begins_with_a_heading_of_the_first_level() -> None:
    assert [part.title for part in read("One.\n## Not a part\n# Second\nTwo.").parts] == ["A part", "Second"]


def test_a_choice_has_options_with_values_and_labels() -> None:
    (field,) = fields_of("""\
        ::: choice day short
        Which day?
        hint: Any day.
        - mon: Monday
        - tue: Tuesday: the second
        :::
    """)
    assert field == Field(
        "day", "choice", "Which day?", "Any day.", (Option("mon", "Monday"), Option("tue", "Tuesday: the second")),
        in_short=True,
    )  # fmt: skip


def test_a_number_takes_its_range_from_its_two_ends() -> None:
    (field,) = fields_of("""\
        ::: number load
        How much?
        10: A lot
        1: Nothing
        :::
    """)
    assert (field.minimum, field.maximum, field.low, field.high) == (1, 10, "Nothing", "A lot")


def test_a_repeated_set_is_written_out_with_numbered_names() -> None:
    fields = fields_of("""\
        ::: repeat 2 Day
        ::: text what
        What?
        :::
        ::: text why_so
        Why?
        :::
        :::
    """)
    assert [(field.name, field.group) for field in fields] == [
        ("what_1", "Day 1"), ("why_so_1", "Day 1"), ("what_2", "Day 2"), ("why_so_2", "Day 2"),
    ]  # fmt: skip


def test_an_exercise_has_a_purpose_a_code_a_title_and_an_introduction() -> None:
    (block,) = (
        read("""\
        ::: worksheet my_card My own card
        First this.

        ::: text a
        A?
        :::

        Then that.
        :::
    """)
        .parts[0]
        .blocks
    )
    assert isinstance(block, Exercise)
    assert (block.purpose, block.code, block.title) == ("worksheet", "my_card", "My own card")
    assert block.markdown == "First this.\n\nThen that."


def test_a_picture_has_alternative_text_and_a_recording_its_transcript() -> None:
    part = read("""\
        ::: picture loop.svg
        A loop.
        caption: The loop.
        :::
        ::: audio calm.mp3 Three calm minutes
        Sit as you like.
        :::
        ::: example A person who drives a bus
        Imagine.
        :::
    """).parts[0]
    assert part.blocks == (
        Picture("en/pictures/loop.svg", "A loop.", "The loop."),
        Audio("en/audio/calm.mp3", "Three calm minutes", "Sit as you like."),
        Example("A person who drives a bus", "Imagine."),
    )


def test_indented_containers_are_read_like_others() -> None:
    (field,) = fields_of("  ::: text a\n  What?\n  :::")
    assert field.label == "What?"
    found = read("  ::: main\n    Not code.\n  :::")
    assert found.parts[0].blocks == (Main("Not code."),)


@pytest.mark.parametrize(
    ("body", "line", "what"),
    [
        ("::: mian\nText.\n:::", 5, "“::: mian” is not known here."),
        ("::: main\nText.", 5, "“::: main” is not closed."),
        ("Text.\n:::", 6, "::: closes a container, but none stands open."),
        ("::: main\n:::", 5, "“::: main” is empty."),
        ("::: main\n::: text a\nA?\n:::\n:::", 6, "“::: text” stands inside “::: main”."),
        ("::: example\nText.\n:::", 5, "The example does not say who it is about."),
        ("::: picture loop.svg\n:::", 5, "The picture has no alternative text."),
        ("::: picture ../../x.svg\nAlt.\n:::", 5, "“../../x.svg” is not the name of a file."),
        ("::: audio calm.mp3 Calm\n:::", 5, "The recording has no transcript."),
        ("::: exercise Upper Title\n::: text a\nA?\n:::\n:::", 5, "The exercise has no code or no title."),
        ("::: exercise one One\n::: tekst a\nA?\n:::\n:::", 6, "“::: tekst” is not known here."),
        ("::: exercise one One\n::: text A b\nA?\n:::\n:::", 6, "“A b” is not the name of a field."),
        ("::: exercise one One\n::: text a\n:::\n:::", 6, "The field “a” asks nothing."),
        (
            "::: exercise one One\n::: number a\nA?\n0: No\n:::\n:::",
            6,
            "The field “a” does not say what its two ends mean.",
        ),
        ("::: exercise one One\n::: choice a\nA?\n- x: X\n:::\n:::", 6, "The field “a” has nothing to choose from."),
        ("::: exercise one One\n::: repeat many Day\n:::\n:::", 6, "It is not clear how often this is repeated."),
        ("::: exercise one One\n::: text a\nA?\n::: text b\nB?\n:::\n:::\n:::", 8, "“::: text” stands inside a field."),
    ],
)
def test_a_mistake_is_told_with_its_line(body: str, line: int, what: str) -> None:
    assert (line, what) in problems_of(body)


def test_a_misspelt_container_is_answered_with_the_nearest_name() -> None:
    assert "Did you mean ::: main?" in {problem.right for problem in read("::: mian\nText.\n:::").problems}


def test_a_name_used_twice_is_told_with_both_lines() -> None:
    body = "::: exercise one One\n::: text a\nA?\n:::\n::: text a\nB?\n:::\n:::"
    assert problems_of(body) == [(9, "The field “a” is already asked in line 6.")]
    body = "::: exercise one One\n::: text a\nA?\n:::\n:::\n::: exercise one Two\n::: text b\nB?\n:::\n:::"
    assert problems_of(body) == [(10, "The code “one” is already used in line 5.")]


def test_a_name_is_refused_in_another_part_too() -> None:
    exercise = "::: exercise {0} One\n::: text a\nA?\n:::\n:::\n"
    body = exercise.format("one") + "# Second\n" + exercise.format("two")
    assert problems_of(body) == [(12, "The field “a” is already asked in line 6.")]


def test_a_mistake_in_a_repeated_field_is_told_once() -> None:
    body = "::: exercise one One\n::: repeat 3 Day\n::: number a\nA?\n:::\n:::\n:::"
    assert len(problems_of(body)) == 1


def test_two_options_with_one_value_and_an_option_without_value_are_told() -> None:
    body = "::: exercise one One\n::: choice a\nA?\n- x: X\n- x: Y\n- Z\n:::\n:::"
    assert [what for _, what in problems_of(body)] == [
        "Two options of the field “a” have the same value.",
        "An option of the field “a” has no value or no label.",
    ]


@pytest.mark.parametrize(
    ("top", "line", "what"),
    [
        ("# A part\n", 1, "The front matter is missing."),
        ("---\nsummary: x\n# A part\n", 1, "The front matter is not closed."),
        ("---\nsummary: a: b\n---\n# A part\n", 2, "The front matter is not YAML."),
        ("---\n- a\n---\n# A part\n", 2, "The front matter has no keys."),
        ("---\nsummary: x\n---\nEarly.\n# A part\n", 4, "This stands before the first part."),
    ],
)
def test_what_stands_above_the_first_part_is_checked(top: str, line: int, what: str) -> None:
    assert (line, what) in problems_of("Text.\n", top)


@given(
    st.lists(st.sampled_from(["::: main", ":::", "# P", "text", "::: text a", "::: exercise e E", "- a: b", "---", ""]))
)
def test_no_order_of_lines_makes_the_reader_fail(lines: list[str]) -> None:
    read_module("\n".join(lines), "en/01-start.md", "en")
