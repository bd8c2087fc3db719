"""XML as a stream: elements as they pass, no tree, no entities, nothing fetched.

A document that declares an entity is refused (“billion laughs”, external entities: CWE-776, CWE-611). Apple's export
begins with a list of its own elements (a document type declaration), which some versions of iOS write wrongly; it is cut
away unread, after a look that it declares no entity. What Strava exports begins with spaces, which XML forbids before its
declaration; they are left out.
"""

import contextlib
from collections.abc import Callable, Mapping
from typing import Protocol
from xml.parsers import expat

from stegvis.methods.device_files.found import FileRefused, Progress, Why
from stegvis.methods.device_files.streams import Stream

CHUNK = 256 * 1024
HEAD = 1024 * 1024
MOST_TEXT = 200
"""No time, number or name that is looked for is longer."""
MOST_NAMES = 2000
DEEPEST = 1000
LONGEST_TOKEN = 4 * HEAD
_DOCTYPE, _END, _ENTITY = b"<!DOCTYPE", b"]>", b"<!ENTITY"
_BLANK = b" \t\r\n"

Element = Callable[[str, Mapping[str, str]], None]


class Handler(Protocol):
    """Told what passes: `text` is that of the element that ends, at most 200 letters of it."""

    def start(self, tag: str, attributes: Mapping[str, str]) -> None: ...

    def end(self, tag: str, text: str) -> None: ...


class _Elements:
    """Between the parser and a handler: names without namespace, text gathered, depth and names counted.

    The parser remembers every open element and every name it has met, so that a document of nothing but these would fill
    the memory.
    """

    def __init__(self, handler: Handler) -> None:
        self._handler = handler
        self._text: list[str] = []
        self._length = self._depth = 0
        self._names: dict[str, str] = {}

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element opens."""
        self._depth += 1
        name = self._names.get(tag) or self._learn(tag)
        self._text, self._length = [], 0
        self._handler.start(name, attributes)

    def data(self, text: str) -> None:
        """Some text of it."""
        if self._length < MOST_TEXT:
            self._text.append(text[:MOST_TEXT])
            self._length += len(text)

    def end(self, tag: str) -> None:
        """It closes."""
        self._depth -= 1
        self._handler.end(self._names[tag], "".join(self._text).strip())
        self._text, self._length = [], 0

    def close(self, tag: str) -> None:
        """It closes, and nobody wants to be told."""
        self._depth -= 1

    def _learn(self, tag: str) -> str:
        if len(self._names) >= MOST_NAMES:
            raise FileRefused(Why.BROKEN)
        self._names[tag] = tag.rpartition("}")[2]
        return self._names[tag]

    def check_depth(self) -> None:
        """Looked at once a chunk, which cannot open more than some ten thousand."""
        if self._depth > DEEPEST:
            raise FileRefused(Why.BROKEN)


def parse(stream: Stream, handler: Handler, progress: Progress, *, only_starts: bool = False) -> None:
    """Send what `stream` holds through `handler`. `only_starts` saves time where no text is wanted.

    Raises `FileRefused`: BROKEN for what is no well-formed XML, or of no sensible shape; DECLARES_ENTITIES.
    """
    elements = _Elements(handler)
    parser = _parser()
    parser.StartElementHandler = elements.start
    parser.EndElementHandler = elements.close if only_starts else elements.end
    parser.CharacterDataHandler = None if only_starts else elements.data
    fed = 0
    try:
        chunk = _without_doctype(stream.read(HEAD))
        while chunk:
            parser.Parse(chunk, False)
            fed += len(chunk)
            if fed - parser.CurrentByteIndex > LONGEST_TOKEN:
                raise FileRefused(Why.BROKEN)
            elements.check_depth()
            progress(stream.done, stream.size)
            chunk = stream.read(CHUNK)
        parser.Parse(b"", True)
    except (expat.ExpatError, UnicodeDecodeError) as error:
        raise FileRefused(Why.BROKEN) from error


def _parser() -> expat.XMLParserType:
    parser = expat.ParserCreate(namespace_separator="}")
    parser.EntityDeclHandler = _refuse_entity
    parser.buffer_text = True
    return parser


def root_of(head: bytes) -> str:
    """The name of the document's element, without namespace, from its first bytes; "" when it is no XML."""
    names: list[str] = []
    parser = _parser()
    parser.StartElementHandler = lambda tag, _attributes: names.append(tag.rpartition("}")[2])
    with contextlib.suppress(expat.ExpatError, UnicodeDecodeError):
        parser.Parse(_without_doctype(head), False)
    return names[0] if names else ""


def _without_doctype(head: bytes) -> bytes:
    head = head.lstrip(_BLANK)
    start = head.find(_DOCTYPE)
    if start < 0:
        return head
    if _ENTITY in head[start:]:
        raise FileRefused(Why.DECLARES_ENTITIES)
    end = head.find(_END, start)
    return head if end < 0 else head[:start] + head[end + len(_END) :]


def _refuse_entity(*_declaration: object) -> None:
    raise FileRefused(Why.DECLARES_ENTITIES)
