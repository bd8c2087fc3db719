"""Parts: what python-docx has no word for: fields, bookmarks, links inside the document, captions, languages, borders.

Element names are those of WordprocessingML (ECMA-376 part 1, chapter 17).
"""

from __future__ import annotations

import re
from itertools import count

from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.text.paragraph import Paragraph
from docx.text.run import Run

LONGEST_BOOKMARK = 40
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def clean(text: str) -> str:
    """The text with what XML 1.0 cannot hold (production Char) put as the sign for it, and nothing left out."""
    return _NOT_XML.sub("\ufffd", text)


def element(name: str, /, **attributes: object) -> BaseOxmlElement:
    """An element such as `w:fldChar` with attributes of the same namespace: fldCharType="begin"."""
    made = OxmlElement(f"w:{name}")
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), str(value))
    return made


def add_field(paragraph: Paragraph, instruction: str, shown: str) -> None:
    """A field, which Word computes anew when asked, and what it shows until then."""
    begin_field(paragraph, instruction)
    paragraph.add_run(shown)
    end_field(paragraph)


def begin_field(paragraph: Paragraph, instruction: str) -> None:
    """The head of a field whose shown result follows, possibly over several paragraphs."""
    paragraph.add_run()._r.append(element("fldChar", fldCharType="begin"))
    code = element("instrText")
    code.text = f" {instruction} "
    code.set(qn("xml:space"), "preserve")
    paragraph.add_run()._r.append(code)
    paragraph.add_run()._r.append(element("fldChar", fldCharType="separate"))


def end_field(paragraph: Paragraph) -> None:
    """The end of a field that was begun."""
    paragraph.add_run()._r.append(element("fldChar", fldCharType="end"))


def bookmark_name(identifier: str) -> str:
    """A name that Word takes: letters, digits and underscores, a letter first, 40 of them at most."""
    return re.sub(r"\W", "_", f"s_{identifier}")[:LONGEST_BOOKMARK]


class Bookmarks:
    """Gives each bookmark of a document a number of its own."""

    def __init__(self) -> None:
        self._numbers = count(1)

    def around(self, paragraph: Paragraph, identifier: str) -> None:
        """Mark what the paragraph holds as the place that `identifier` names."""
        number = next(self._numbers)
        start = element("bookmarkStart", id=number, name=bookmark_name(identifier))
        properties = paragraph._p.pPr
        place = 0 if properties is None else list(paragraph._p).index(properties) + 1
        paragraph._p.insert(place, start)
        paragraph._p.append(element("bookmarkEnd", id=number))


def add_link(paragraph: Paragraph, text: str, identifier: str) -> Run:
    """Text that leads to a bookmark of the same document; gives the text's run."""
    link = element("hyperlink", anchor=bookmark_name(identifier), history=1)
    run = paragraph.add_run(clean(text))
    link.append(run._r)
    paragraph._p.append(link)
    return run


def add_caption(paragraph: Paragraph, label: str, name: str, number: int, text: str) -> None:
    """A caption as Word makes it: label, a number counted by the field SEQ, and the text; `name` is the counter's."""
    paragraph.add_run(f"{label}\u00a0")
    add_field(paragraph, f"SEQ {name} \\* ARABIC", str(number))
    paragraph.add_run(clean(f". {text}"))


def border(side: str, eighths: int, colour: str, space: int = 0) -> BaseOxmlElement:
    """A border on one side; its width in eighths of a point."""
    return element(side, val="single" if eighths else "nil", sz=eighths, space=space, color=colour)
