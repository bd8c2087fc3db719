"""What must hold of translations and rich words beside a text; what breaks it is a warning, and the plain words stay.

Sources: hl7.org/fhir/R4/extension-translation.html (lang and content, one of each), hl7.org/fhir/R4/narrative.html and
hl7.org/fhir/R4/languages.html (BCP 47).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from stegvis.methods.instruments import extensions as ext
from stegvis.methods.instruments import xhtml
from stegvis.methods.instruments.markup import MOST_CHARACTERS, MOST_TAGS, is_too_long
from stegvis.methods.instruments.wording import shown

Broken = tuple[str, str, str]

_TAG: Final = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*|x(-[A-Za-z0-9]{1,8})+")
_RICH: Final = (ext.RENDERING_XHTML, ext.RENDERING_MARKDOWN)


def rich_words(raw: Mapping[str, Any]) -> Iterator[Broken]:
    """Rich words that act, bring a document type along, or are longer than is shown."""
    element = "valueMarkdown" if "valueMarkdown" in raw else "valueString"
    rich = raw.get(element)
    if raw.get("url") not in _RICH or not isinstance(rich, str):
        return
    if is_too_long(rich):
        what = f"a rich text of more than {MOST_CHARACTERS} characters or {MOST_TAGS} tags"
        yield what, "Make it shorter: the plain words are shown in its place", element
    acting = xhtml.acting_in(rich) or xhtml.document_type_in(rich) if raw["url"] == ext.RENDERING_XHTML else None
    if acting:
        yield f"a rich text that FHIR does not allow: {acting}", "Remove it: it is never shown", element


def translation(raw: Mapping[str, Any]) -> Iterator[Broken]:
    """A translation without its language or its words: nobody would ever see it."""
    if raw.get("url") != ext.TRANSLATION:
        return
    parts = ext.parameters_of(raw.get("extension"))
    lang, content = (parts.get(name, [None])[0] for name in ("lang", "content"))
    if not isinstance(lang, str) or not _TAG.fullmatch(lang):
        said = (
            "a translation without lang" if lang is None else f"a translation into {shown(lang)}, which is no language"
        )
        yield said, "Give lang with a code such as sv or en-GB; it is not shown as it is", ""
    if not isinstance(content, str):
        yield "a translation without content", "Give content with the words; it is not shown as it is", ""


def translated_once(raw: Mapping[str, Any]) -> Iterator[Broken]:
    """Two translations of one text into one language: only one of them can be shown."""
    seen: set[str] = set()
    extensions = raw.get("extension")
    for number, one in enumerate(extensions if isinstance(extensions, list) else ()):
        if isinstance(one, Mapping) and one.get("url") == ext.TRANSLATION:
            lang = ext.parameters_of(one.get("extension")).get("lang", [None])[0]
            if isinstance(lang, str) and lang in seen:
                yield f"another translation into {shown(lang)}", "Keep one; the last is shown", f"extension[{number}]"
            seen.add(str(lang))


def language(raw: Mapping[str, Any]) -> Iterator[Broken]:
    """A language that no browser knows as one."""
    said = raw.get("language")
    if isinstance(said, str) and said.strip() and not _TAG.fullmatch(said):
        yield f"{shown(said)} is no language", "Give a code such as sv or en-GB (BCP 47)", "language"
