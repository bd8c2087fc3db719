"""Markdown as safe HTML, as plain pieces, and its links."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stegvis.methods.programme import prose


def test_text_becomes_paragraphs_headings_and_lists() -> None:
    html = prose.to_html("One **two** *three*.\n\n## Four\n\n1. Five\n2. Six")
    assert html == (
        "<p>One <strong>two</strong> <em>three</em>.</p>\n<h2>Four</h2>\n<ol>\n<li>Five</li>\n<li>Six</li>\n</ol>\n"
    )


def test_a_link_leads_where_the_pages_say_and_is_left_out_otherwise() -> None:
    text = "See [Help now](page:help)."
    assert prose.to_html(text, lambda place: f"/en/{place.partition(':')[2]}/") == (
        '<p>See <a href="/en/help/">Help now</a>.</p>\n'
    )
    assert prose.to_html(text) == "<p>See Help now.</p>\n"
    assert prose.to_html(text, lambda place: "") == "<p>See Help now.</p>\n"


@pytest.mark.parametrize(
    "bad",
    [
        "<script>alert(1)</script>",
        '<a href="x" onclick="y">z</a>',
        "![x](https://example.org/x.png)",
        "[x](javascript:alert(1))",
        "    <b>code</b>",
        "<https://example.org>",
    ],
)
def test_nothing_active_gets_through(bad: str) -> None:
    html = prose.to_html(bad, lambda place: place)
    assert "<script" not in html
    assert "<img" not in html
    assert "<b>" not in html
    assert "<a " not in html or "javascript" not in html
    assert "onclick" not in html or "&lt;a" in html


def test_an_address_with_a_host_is_taken_out_of_a_participants_text() -> None:
    assert prose.to_html("[x](page:help)", lambda _: "https://example.org/") == "<p><a>x</a></p>\n"


def test_notes_keep_their_sources() -> None:
    html = prose.notes_to_html("## Sources\n\n- [a](https://doi.org/10.1)\n- [b](http://doi.org/10.2)")
    assert '<a href="https://doi.org/10.1" rel="noopener noreferrer">a</a>' in html
    assert "http://doi.org/10.2" not in html


def test_headings_are_read_but_not_measured() -> None:
    text = "## A heading\n\nTwo lines\nof text.\n\n- An item"
    assert prose.pieces(text) == ["A heading", "Two lines of text.", "An item"]
    assert prose.running_text(text) == ["Two lines of text.", "An item"]


def test_links_are_found_with_their_line() -> None:
    assert prose.links("One.\n\n[two](part:2) and [three](page:help)") == [("part:2", 2), ("page:help", 2)]


@given(st.text(max_size=200))
def test_whatever_is_written_only_the_allowed_tags_come_out(text: str) -> None:
    html = prose.to_html(text, lambda place: f"/{place}")
    opened = {part.split(">")[0].split(" ")[0].strip("/") for part in html.split("<")[1:]}
    assert opened <= {"p", "h2", "h3", "ul", "ol", "li", "strong", "em", "a", "br", "blockquote"}
