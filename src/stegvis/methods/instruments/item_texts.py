"""Texts with what stands beside them: translations, and the same words as markdown or xhtml."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stegvis.methods.instruments import extensions as ext
from stegvis.methods.instruments.items import Text


def text_of(raw: Mapping[str, Any], element: str, language: str | None) -> Text | None:
    """A text element with the extensions that stand beside it (`_text`), or None."""
    plain, beside = raw.get(element), raw.get(f"_{element}")
    if plain is None:
        return None
    if not isinstance(beside, Mapping):
        return Text(str(plain), language)
    return Text(
        str(plain),
        language,
        translations(beside),
        markdown=ext.first_text(beside, ext.RENDERING_MARKDOWN),
        xhtml=ext.first_text(beside, ext.RENDERING_XHTML),
        style=ext.first_text(beside, ext.RENDERING_STYLE),
        markdown_translations=_rich_translations(beside, ext.RENDERING_MARKDOWN),
        xhtml_translations=_rich_translations(beside, ext.RENDERING_XHTML),
    )


def _rich_translations(beside: Mapping[str, Any], url: str) -> dict[str, str]:
    """language → rich words: beside the rich text itself, or beside the plain words of a translation."""
    found: dict[str, str] = {}
    for extension in beside.get("extension", ()):
        if extension.get("url") == ext.TRANSLATION:
            lang = ext.first_text(extension, "lang") or ext.first_code(extension, "lang")
            contents = (one for one in extension.get("extension", ()) if one.get("url") == "content")
            words = next((ext.first_text(one.get("_valueString"), url) for one in contents), None)
            if lang and words:
                found[lang] = words
        elif extension.get("url") == url:
            for key in ("_valueString", "_valueMarkdown"):
                found |= translations(extension.get(key))
    return found


def translations(beside: Any) -> dict[str, str]:
    """language → words, from the translation extensions beside a text."""
    found = {}
    for inner in ext.values_of(beside, ext.TRANSLATION):
        parts = ext.parameters_of(inner)
        lang, content = parts.get("lang", [None])[0], parts.get("content", [None])[0]
        if isinstance(lang, str) and isinstance(content, str):
            found[lang] = content
    return found
