"""XHTML as FHIR allows it in narratives and rich texts: one well-formed <div>, nothing in it that acts or loads.

What is shown is cleaned in `markup` whatever stands here; this says to the author what will be missing.
Source: hl7.org/fhir/R4/narrative.html (txt-1; the five entities of XML and those of HTML are allowed).
"""

from __future__ import annotations

import re
from html.entities import html5
from typing import Final
from xml.parsers import expat

NAMESPACE: Final = "http://www.w3.org/1999/xhtml"
_XML_ENTITIES: Final = frozenset({"amp", "lt", "gt", "quot", "apos"})
_ENTITY: Final = re.compile(r"&([A-Za-z][A-Za-z0-9]*);")
_ACTIVE: Final = frozenset(
    {
        "script", "head", "body", "html", "link", "base", "meta", "form", "input", "button", "select", "textarea",
        "frame", "frameset", "iframe", "object", "embed", "applet",
    }
)  # fmt: skip
_ACTING: Final = re.compile(rf"<\s*({'|'.join(sorted(_ACTIVE))})\b|\s(on[a-z]+)\s*=|(javascript:)", re.IGNORECASE)


def fault_in(div: str) -> str | None:
    """The first thing wrong with a narrative's <div>, in words, or None."""
    if typed := document_type_in(div):
        return typed
    reading = expat.ParserCreate(namespace_separator=" ")
    found: list[str] = []
    reading.StartElementHandler = lambda name, _: found.append(name)
    try:
        reading.Parse(_ENTITY.sub(_by_number, div).encode(), True)
    except expat.ExpatError as error:
        return f"it is not well-formed: line {error.lineno}, column {error.offset + 1}, {expat.ErrorString(error.code)}"
    if found[:1] != [f"{NAMESPACE} div"]:
        return f'it is not one <div xmlns="{NAMESPACE}">'
    return acting_in(div)


def document_type_in(html: str) -> str | None:
    """That the text brings a document type or entities of its own along, in words, or None."""
    return "a document type, which a <div> has not" if "<!DOCTYPE" in html or "<!ENTITY" in html else None


def acting_in(html: str) -> str | None:
    """The first thing in the text that would act, load or send (script, form, onclick …), in words, or None."""
    found = _ACTING.search(html)
    if found is None:
        return None
    tag, event, address = found.groups()
    return f"it has <{tag.lower()}> in it" if tag else f"it has {(event or address).lower()} in it"


def _by_number(entity: re.Match[str]) -> str:
    name = entity.group(1)
    letters = html5.get(f"{name};")
    return entity.group() if name in _XML_ENTITIES or letters is None else "".join(f"&#{ord(one)};" for one in letters)
