"""The words around a question as HTML: its label, its hint, what stands above it and what is told when asked for.

Words that are not in the page's language say which they are in, so that they are read aloud as what they are.

A file's markdown or xhtml is shown cleaned, and without its own colours and sizes: contrast and letters are the reader's
choice here. A label holds running text only; paragraphs, lists and pictures stand above the control instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

import nh3
from django.utils.html import conditional_escape, format_html, strip_tags
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from stegvis.methods.instruments import Item
from stegvis.methods.instruments.items import Cell, Text
from stegvis.methods.instruments.markup import html_of

_RUNNING: Final = {
    "abbr", "b", "br", "cite", "code", "dfn", "em", "i", "kbd", "q", "s", "samp", "small", "span", "strong", "sub", "sup",
    "u",
}  # fmt: skip
_NO_ALT: Final = re.compile(r"<img (?![^>]*\balt=)", re.IGNORECASE)
_BLOCKS: Final = re.compile(r"<(?!/?(?:" + "|".join(sorted(_RUNNING)) + r")\b)[a-z]", re.IGNORECASE)


def html(text: Text | None, lang: str) -> SafeString:
    """A text as safe HTML in the reader's own letters and colours."""
    if text is None:
        return SafeString("")
    made = html_of(text, lang).strip()
    if "style=" in made:
        attributes = {tag: set(names) - {"style"} for tag, names in nh3.ALLOWED_ATTRIBUTES.items()}
        attributes |= {"img": {"src", "alt", "width", "height"}, "*": {"lang"}}
        made = nh3.clean(made, attributes=attributes, url_schemes={"http", "https", "mailto", "tel", "data"})
    made = _NO_ALT.sub('<img alt="" ', made)
    if made.count("<p>") == 1 and made.startswith("<p>") and made.endswith("</p>"):
        made = made.removeprefix("<p>").removesuffix("</p>")
    return spoken(mark_safe(made), text, lang)  # noqa: S308 -- cleaned by `markup.html_of`


def spoken(made: str | SafeString, text: Text, lang: str) -> SafeString:
    """HTML, or words, made of a text, marked with the language they are in where that is not the page's."""
    foreign = text.foreign_in(lang)
    if not foreign or not made.strip():
        return conditional_escape(made)
    tag = "div" if _BLOCKS.search(made) else "span"
    return format_html('<{} lang="{}">{}</{}>', mark_safe(tag), foreign, made, mark_safe(tag))  # noqa: S308 -- div, span


def columns(cells: Sequence[Cell], lang: str) -> SafeString:
    """What stands in the columns of an option, each below its column's head; "" where it has none."""
    made = [
        format_html(
            '<span class="sv-choice-cell"><span class="sv-choice-head">{}</span> {}</span>',
            spoken(f"{cell.label.text_in(lang)}:", cell.label, lang) if cell.label else "",
            spoken(cell.words.text_in(lang), cell.words, lang),
        )
        for cell in cells
    ]
    return (
        format_html('<span class="sv-choice-columns">{}</span>', SafeString("".join(made))) if made else SafeString("")
    )


def words_of(item: Item, lang: str) -> SafeString:
    """The plain words of an item, for lists of questions."""
    return spoken(item.text_in(lang), item.text, lang) if item.text else SafeString("")


def label_of(item: Item, lang: str) -> SafeString:
    """What the question is called: its text with its number, and never nothing."""
    made = html(item.text, lang)
    if not item.text or not item.text.plain.strip():
        return conditional_escape(item.look.short_text or _("Your answer"))
    if _BLOCKS.search(made) or not strip_tags(made).strip():
        made = spoken(item.text_in(lang), item.text, lang)
    prefix = conditional_escape(f"{item.prefix} ") if item.prefix else SafeString("")
    return SafeString(prefix + made)


def above(item: Item, lang: str) -> SafeString:
    """What does not fit into a label: the text with its paragraphs, lists, links and pictures; "" where all does."""
    made = html(item.text, lang)
    return made if _BLOCKS.search(made) else SafeString("")


def hint_of(item: Item, lang: str) -> SafeString:
    """Help and prompt, one after the other."""
    return joined(html(one.text, lang) for one in parts(item, "help", "prompt"))


def joined(texts: Iterable[SafeString]) -> SafeString:
    """One after the other."""
    return SafeString(" ".join(text for text in texts if text))


def more_of(item: Item, lang: str) -> SafeString:
    """What other programs show when one points at the question, and the legal words: behind a fold here."""
    links = [
        f'<a href="{conditional_escape(link)}" rel="noopener noreferrer">{conditional_escape(link)}</a>'
        for link in item.look.support_links
        if link.startswith(("http://", "https://"))
    ]
    shown = [html(one.text, lang) for one in parts(item, "flyover", "legal")]
    return mark_safe("<br>".join([*shown, *links]))  # noqa: S308 -- escaped or cleaned piece by piece


def parts(item: Item, *controls: str) -> list[Item]:
    """The display items inside this one that have one of the controls."""
    return [child for child in item.items if child.type == "display" and child.control in controls and child.text]
