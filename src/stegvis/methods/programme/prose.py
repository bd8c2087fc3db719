"""Prose: the Markdown of a programme: as safe HTML, as plain pieces for counting, and its links.

Markdown is stored, HTML is made when shown: what reaches a page always went through the sanitiser of today. Raw HTML,
pictures and code are not part of the language (pictures have a block of their own, with alternative text).

Links inside a module point to places and not to addresses: `part:2`, `module:alarm`, `module:alarm/2`, `worksheet:letter`,
`page:help`. The pages give the function that turns a place into an address; without one, or where it gives nothing, the
words stay and the link is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

PAGES = ("help", "goals", "plan", "diary", "messages", "calendar", "programme", "today")
"""The participant's own pages that a text may link to as `page:NAME`."""

_TAGS = {"p", "h2", "h3", "ul", "ol", "li", "strong", "em", "a", "br", "blockquote"}
_NOT_OURS = [
    "image",
    "html_block",
    "html_inline",
    "code",
    "fence",
    "backticks",
    "hr",
    "lheading",
    "reference",
    "autolink",
]
_MARKDOWN = MarkdownIt("commonmark", {"html": False}).disable(_NOT_OURS)

Place = str
Address = Callable[[Place], str]


def to_html(markdown: str, address: Address | None = None) -> str:
    """Safe HTML of a text: paragraphs, headings 2–3, lists, emphasis and links that `address` turns into own addresses."""
    tokens = _MARKDOWN.parse(markdown)
    for token in tokens:
        if token.children:
            token.children = list(_with_links(token.children, address))
    html = _MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {})
    return nh3.clean(html, tags=_TAGS, attributes={"a": {"href"}}, url_schemes=set(), link_rel=None)


def notes_to_html(markdown: str) -> str:
    """Safe HTML of a therapist's notes: like `to_html`, and links to sources by https stay."""
    html = _MARKDOWN.render(markdown)
    return nh3.clean(html, tags=_TAGS | {"h1"}, attributes={"a": {"href"}}, url_schemes={"https"})


def pieces(markdown: str) -> list[str]:
    """The plain text of each paragraph, heading and list item: everything a person reads."""
    return [text for text, _heading in _plain(markdown)]


def running_text(markdown: str) -> list[str]:
    """The plain text of each paragraph and list item: what the reading level is measured on, headings left out."""
    return [text for text, heading in _plain(markdown) if not heading]


def links(markdown: str) -> list[tuple[Place, int]]:
    """Every link with its line, counted from 0 within the text."""
    found: list[tuple[Place, int]] = []
    if "](" not in markdown:  # without these no link of our language begins
        return found
    for token in _MARKDOWN.parse(markdown):
        for child in token.children or ():
            if child.type == "link_open":
                found.append((str(child.attrs["href"]), token.map[0] if token.map else 0))
    return found


@lru_cache(maxsize=4096)
def _plain(markdown: str) -> tuple[tuple[str, bool], ...]:
    """The pieces of a text and whether each is a heading; kept, since one text is counted, timed and measured in turn."""
    return tuple(_pieces_of(markdown))


def _pieces_of(markdown: str) -> Iterator[tuple[str, bool]]:
    heading = False
    for token in _MARKDOWN.parse(markdown):
        if token.type in ("heading_open", "heading_close"):
            heading = token.type == "heading_open"
        if token.type == "inline":
            yield "".join(_text_of(child) for child in token.children or ()), heading


def _text_of(token: Token) -> str:
    return " " if token.type in ("softbreak", "hardbreak") else token.content


def _with_links(tokens: list[Token], address: Address | None) -> Iterator[Token]:
    """The tokens with places as addresses; a place without one keeps its words and loses its link."""
    leads = False
    for token in tokens:
        if token.type == "link_open":
            place = address(str(token.attrs["href"])) if address else ""
            leads = bool(place)
            token.attrs["href"] = place
        if leads or token.type not in ("link_open", "link_close"):
            yield token
