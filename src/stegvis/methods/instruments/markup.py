"""Texts as HTML that is safe to show: the file's markdown or xhtml, cleaned; else its plain words.

A questionnaire may come from anywhere, so scripts, forms, frames, event handlers, foreign images and links that are not
web or mail addresses never pass, nor do styles that could lay text over the page.
"""

from __future__ import annotations

from html import escape
from typing import Final

import nh3
from markdown_it import MarkdownIt

from stegvis.methods.instruments.items import Text, in_language

_TAGS: Final = {
    "a", "abbr", "b", "blockquote", "br", "caption", "cite", "code", "dd", "dfn", "div", "dl", "dt", "em", "h3", "h4",
    "h5", "h6", "hr", "i", "img", "kbd", "li", "ol", "p", "pre", "q", "s", "samp", "small", "span", "strong", "sub",
    "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "u", "ul",
}  # fmt: skip
_ATTRIBUTES: Final = {
    "a": {"href", "title"}, "abbr": {"title"}, "img": {"src", "alt", "width", "height"}, "ol": {"start"},
    "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan", "scope"}, "*": {"lang", "style"},
}  # fmt: skip
_STYLES: Final = {
    "background-color", "border", "color", "font-size", "font-style", "font-weight", "margin-left", "padding",
    "text-align", "text-decoration", "white-space",
}  # fmt: skip
MOST_CHARACTERS: Final = 100_000
MOST_TAGS: Final = 2_000
"""Longer rich words than any question has. Cleaning takes the square of the depth, so a made-up file could take minutes."""

_OUTSIDE: Final = frozenset({"http", "https", "mailto", "tel"})


def html_of(text: Text, lang: str | None = None) -> str:
    """The text as safe HTML in `lang`: as rich as the file has it in that language, else its plain words escaped."""
    plain, xhtml, markdown = text.text_in(lang), text.xhtml, text.markdown
    if lang is not None and plain != text.plain:
        xhtml, markdown = in_language(text.xhtml_translations, lang), in_language(text.markdown_translations, lang)
    if xhtml and not is_too_long(xhtml):
        return clean(xhtml)
    if markdown and not is_too_long(markdown):
        return clean(MarkdownIt("commonmark").render(markdown))
    words = escape(plain)
    return clean(f'<span style="{escape(text.style)}">{words}</span>') if text.style else words


def is_too_long(rich: str) -> bool:
    """Whether rich words are longer than is shown; the plain words stand in their place."""
    return len(rich) > MOST_CHARACTERS or rich.count("<") > MOST_TAGS


def clean(html: str) -> str:
    """The HTML without anything that could act, load from elsewhere, or cover the page."""
    return nh3.clean(
        html,
        tags=set(_TAGS),
        attributes={tag: set(names) for tag, names in _ATTRIBUTES.items()},
        filter_style_properties=set(_STYLES),
        attribute_filter=_image_inside,
        url_schemes=set(_OUTSIDE | {"data"}),
        link_rel="noopener noreferrer",
    )


def _image_inside(tag: str, attribute: str, value: str) -> str | None:
    """Images only when they stand in the text itself; links never to data."""
    is_data = value.strip().lower().startswith("data:")
    if tag == "img" and attribute == "src":
        return value if value.strip().lower().startswith("data:image/") else None
    return None if is_data and attribute == "href" else value
