"""Rich texts from files: shown as they are meant, and never more than text."""

from __future__ import annotations

from typing import Any

import pytest

from stegvis.methods.instruments import extensions as ext
from stegvis.methods.instruments.items import Text
from stegvis.methods.instruments.markup import html_of
from tests.methods.instruments.forms import question, read


@pytest.mark.parametrize(
    ("text", "html"),
    [
        (Text("a < b"), "a &lt; b"),
        (Text("bold", markdown="**bold**"), "<p><strong>bold</strong></p>\n"),
        (Text("bold", xhtml="<p><b>bold</b></p>"), "<p><b>bold</b></p>"),
        (Text("red", style="color: red"), '<span style="color:red">red</span>'),
        (Text("see", xhtml='<a href="https://example.org">see</a>'),
         '<a href="https://example.org" rel="noopener noreferrer">see</a>'),
    ],
)  # fmt: skip
def test_a_text_is_shown_in_its_richest_form(text: Text, html: str) -> None:
    assert html_of(text) == html


@pytest.mark.parametrize(
    "xhtml",
    [
        "<script>steal()</script>",
        '<p onclick="steal()">x</p>',
        '<a href="javascript:steal()">x</a>',
        '<a href="data:text/html,steal()">x</a>',
        '<img src="https://example.org/steal.png">',
        '<iframe src="https://example.org/steal"></iframe>',
        '<form action="/steal"><input name="steal"></form>',
        '<p style="position:fixed;background:url(//steal)">x</p>',
    ],
)
def test_nothing_that_acts_or_loads_from_elsewhere_passes(xhtml: str) -> None:
    html = html_of(Text("x", xhtml=xhtml))

    assert "steal" not in html
    assert "position" not in html


def test_markdown_with_html_in_it_is_text() -> None:
    assert "<script" not in html_of(Text("x", markdown="<script>steal()</script>"))


def test_a_style_cannot_leave_its_attribute() -> None:
    assert "<script" not in html_of(Text("x", style='color:red"><script>steal()</script>'))


def test_another_language_has_its_own_plain_words() -> None:
    text = Text("bold", "en", {"sv": "fet <b>"}, xhtml="<b>bold</b>")

    assert html_of(text, "sv") == "fet &lt;b&gt;"
    assert html_of(text, "en") == "<b>bold</b>"


SWEDISH = [{"url": "lang", "valueCode": "sv"}, {"url": "content", "valueString": "fet"}]
RICH = {"url": ext.RENDERING_XHTML, "valueString": "<b>bold</b>"}


def translated(words: dict[str, Any], rich: dict[str, Any]) -> Text:
    beside = {"extension": [rich, {"url": ext.TRANSLATION, "extension": [SWEDISH[0], SWEDISH[1] | words]}]}
    (item,) = read(question("q", "string") | {"text": "bold", "_text": beside}).items
    assert item.text is not None
    return item.text


def test_a_translation_is_as_rich_as_the_file_has_it_wherever_its_markup_stands() -> None:
    beside_the_words = {"_valueString": {"extension": [RICH | {"valueString": "<i>fet</i>"}]}}
    beside_the_markup = [SWEDISH[0], {"url": "content", "valueString": "<i>fet</i>"}]
    rich = RICH | {"_valueString": {"extension": [{"url": ext.TRANSLATION, "extension": beside_the_markup}]}}

    for text in (translated(beside_the_words, RICH), translated({}, rich)):
        assert (html_of(text, "en"), html_of(text, "sv-SE")) == ("<b>bold</b>", "<i>fet</i>")


def test_a_translation_without_markup_is_shown_in_its_plain_words() -> None:
    assert html_of(translated({}, RICH), "sv") == "fet"
