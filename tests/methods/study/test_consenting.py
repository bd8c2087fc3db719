"""Pages of the information, and the seal that binds a signature."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stegvis.methods import study
from stegvis.methods.study.consenting import DRAWN, pages, seal_of
from stegvis.methods.study.personal_number import read

SECTIONS = st.lists(st.integers(1, 60), max_size=12)


@given(SECTIONS, st.integers(5, 80))
def test_pages_are_whole_sections_and_nothing_is_left_out(words, most):
    body = "Begins.\n" + "".join(f"## H{n}\n{'word ' * count}\n" for n, count in enumerate(words))
    found = pages(body, most)

    assert "".join(found) == body
    assert all(len(page.split()) <= most or page.count("## ") <= 1 for page in found)


def test_a_text_without_headings_is_one_page():
    assert pages("Only this.") == ["Only this."]


def test_another_letter_is_another_seal():
    facts = {"name": "Kim", "text": "a" * 64}

    assert seal_of(facts) == seal_of(dict(reversed(facts.items())))
    assert seal_of(facts) != seal_of(facts | {"name": "Kin"})


def test_a_drawing_is_the_path_of_a_pen_and_nothing_else():
    assert DRAWN.fullmatch("M10 20 L30 40 L600 200 ")
    for other in ("", "M10 20 ", "<script>", "M1 1 L2 2 Q3 3 ", "L99999 1 L1 1 "):
        assert not DRAWN.fullmatch(other)


def test_a_personal_number_has_its_check_digit_and_a_day_of_the_calendar():
    born = read("19811218-9876")  # the Swedish Tax Agency's own example

    assert born is not None
    assert (born.on.isoformat(), born.number) == ("1981-12-18", "198112189876")
    assert read("198112789873").on == born.on  # a coordination number
    for wrong in ("19811218-9877", "811218-9876", "1978-02-30", "Kim", "20230229-0000"):
        assert read(wrong) is None


SECOND = """
[[texts]]
code = "yes"
kind = "consent"
version = 3
file = "yes-v2.md"
effective_from = 2026-06-01
"""


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ('if_refused = "ends"\nends = "questions"', "nobody is asked again"),
        ('asks_again = true\nif_refused = "ends"', "is missing"),
        ('asks_again = true\nends = "questions"', "nothing ends"),
        ('asks_again = true\nif_refused = "additions_wait"', "nothing would wait"),
        ('asks_again = true\nadds = ["{there}"]', "whoever says no is not asked"),
        ('asks_again = true\nif_refused = "additions_wait"\nadds = ["elsewhere"]', "elsewhere"),
    ],
)
def test_what_follows_a_no_is_said_in_full_and_only_where_somebody_is_asked(folder, keys, said):
    there = study.load(folder).protocol.occasions[-1].code
    path = folder / "protocol.toml"
    path.write_text(path.read_text() + SECOND + keys.replace("{there}", there))
    assert said in " ".join(str(each) for each in study.check(folder))


def test_a_no_that_is_said_in_full_is_taken(folder):
    there = study.load(folder).protocol.occasions[-1].code
    path = folder / "protocol.toml"
    keys = f'asks_again = true\nif_refused = "additions_wait"\nadds = ["{there}"]'
    path.write_text(path.read_text() + SECOND + keys)
    assert [str(each) for each in study.check(folder)] == []
