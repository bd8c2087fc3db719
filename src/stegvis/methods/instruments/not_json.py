"""What a file is that cannot be read as FHIR JSON, in words: another format, another encoding, a slip of the pen.

The JSON reader says where it stopped ("line 1, column 1: Expecting value"). That is true and helps nobody who was sent
XML, a folder's README or half a download; here the file is looked at once more to say what it is and what to do.
"""

from __future__ import annotations

import codecs
import json
import re
from typing import Final

CORRECT: Final = "Correct the JSON"

_ENCODINGS: Final = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)
_TOKEN: Final = re.compile(r'"(?:[^"\\]|\\.)*"|-?Infinity|NaN')


class NotJson(ValueError):
    """The text is not JSON as FHIR writes it: what is wrong, what to do, and the element path where one is known."""

    def __init__(self, what: str, right: str = CORRECT, path: str = "") -> None:
        super().__init__(what)
        self.right = right
        self.path = path


def decoded(content: bytes) -> str:
    """The text of a file in UTF-8, without its byte order mark; raises `NotJson` for any other encoding."""
    encoding = next((name for mark, name in _ENCODINGS if content.startswith(mark)), None)
    if encoding is None and b"\0" in content[:4] and content.strip(b"\0"):
        encoding = "UTF-16 or UTF-32"  # without a mark: every other byte of plain letters is 0
    if encoding is not None:
        raise NotJson(f"the text is {encoding}, and JSON is UTF-8", "Save the file as UTF-8")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        what = f"line {line}: byte {error.start} of the file is not UTF-8, but of another encoding such as Latin-1"
        raise NotJson(what, "Save the file as UTF-8") from error


def why_not(text: str, error: json.JSONDecodeError) -> NotJson:
    """What the text is that the JSON reader stopped in."""
    return _another_format(text) or _slip(text, error)


def constant(text: str, name: str) -> NotJson:
    """NaN or Infinity, with its place: JSON has no such numbers."""
    at = next((match.start() for match in _TOKEN.finditer(text) if match.group() == name), 0)
    return NotJson(f"{_place(text, at)}: {name} is not a number in JSON", "Leave the element out, or give a number")


def _another_format(text: str) -> NotJson | None:
    begins = text.lstrip()[:2000]
    if not begins.strip("\0"):
        return NotJson("the file is empty", "Give the questionnaire's own JSON file")
    if begins.startswith("<") and 'xmlns="http://hl7.org/fhir"' in begins:
        return NotJson("this is FHIR XML, and FHIR JSON is read here", "Give the same resource as FHIR JSON")
    if begins.startswith("<"):
        return NotJson("this is XML or HTML", "Give the questionnaire's own JSON file")
    if begins.startswith("version https://git-lfs"):
        return NotJson("this is only a pointer of Git LFS to the file", "Fetch the file itself (git lfs pull)")
    if begins.startswith(("Instance:", "Alias:", "Profile:", "RuleSet:")):
        return NotJson("this is FHIR Shorthand", "Give the JSON that SUSHI makes of it (fsh-generated/resources)")
    if begins.startswith("resourceType:"):
        return NotJson("this is YAML", "Give the same resource as FHIR JSON")
    return None


def _slip(text: str, error: json.JSONDecodeError) -> NotJson:
    at = error.pos
    where, here = _place(text, at), text[at : at + 1]
    before, ahead = text[:at].rstrip()[-1:], text[at:].lstrip()[:2]
    if error.msg == "Extra data":
        right = "Give one Questionnaire in a file: of NDJSON each line by itself"
        return NotJson(f"{where}: something follows after the end of the JSON value", right)
    if not text[at:].strip():
        return NotJson(f"{where}: it ends in the middle", "Fetch the whole file")
    if ahead in ("//", "/*"):
        return NotJson(f"{where}: a comment", "Remove it: JSON has no comments")
    if not text[:at].strip():
        return NotJson(f"{where}: it does not begin as JSON does", "Give the questionnaire's own JSON file")
    if (here in ("}", "]") and before == ",") or (here == "," and text[at + 1 :].lstrip()[:1] in ("}", "]")):
        return NotJson(f"{where}: a comma before a closing bracket", "Remove the comma")
    if here == "'":
        return NotJson(f"{where}: a text in single quotes", "Put it in double quotes")
    if error.msg.startswith("Invalid control character"):
        right = r"Write it as \n, \t or \u and four digits"
        return NotJson(f"{where}: a line break, tab or control character inside a text", right)
    return NotJson(f"{where}: {error.msg}")


def _place(text: str, at: int) -> str:
    line = text.count("\n", 0, at) + 1
    return f"line {line}, column {at - text.rfind(chr(10), 0, at)}"
