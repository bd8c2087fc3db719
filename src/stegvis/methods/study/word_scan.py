"""Word scan: which of the trial's words stand in what somebody has written; off unless a protocol switches it on.

A list of words finds few of those who are in danger and many who are not, so that it protects nobody: what it finds is
listed for a look when there is time, and no clock runs. The same words are looked for in every arm and at every stage.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Annotated

from pydantic import AfterValidator, Field

from stegvis.methods.study.tables import Code, Language, Table

OPEN_END = "*"
"""At the end of a word: any ending."""

_WRITTEN = re.compile(r"[^\W_][\w '’-]{0,60}\*?")


def _as_word(value: str) -> str:
    if not _WRITTEN.fullmatch(unicodedata.normalize("NFC", value)):
        raise ValueError("is no word or phrase; write letters, spaces and hyphens, and * at the end for any ending")
    return value


ScannedWord = Annotated[str, AfterValidator(_as_word)]
"""A word or a phrase to look for."""


class WordList(Table):
    """The words of one language."""

    language: Language = Field(description="A language of the trial.")
    words: tuple[ScannedWord, ...] = Field(
        min_length=1,
        description="Words or phrases, found as whole words whatever their capitals; `*` at the end is any ending: "
        '["dö", "ta mitt liv", "självmord*"].',
    )


class WordScan(Table):
    """Words that are looked for in what participants write."""

    on: bool = Field(
        default=False,
        description="true: the words are looked for in messages to staff and in homework that is sent, in every arm and at "
        "every stage. What is found is listed for review by the safety rota. It protects nobody, and the pages say so: "
        "nobody watches around the clock.",
    )
    grade: Code = Field(
        description="Grade of what is listed; one without a clock, such as the example trial's for_review."
    )
    lists: tuple[WordList, ...] = Field(
        min_length=1,
        description="The words, a list for each language of the trial. Each list is looked for in every text, whatever "
        "language the person reads.",
    )

    def found_in(self, text: str) -> tuple[str, ...]:
        """Which words stand in a text, as the protocol writes them, in its order, each once; none when it is off."""
        if not self.on:
            return ()
        plain = _plain(text)
        words = dict.fromkeys(word for each in self.lists for word in each.words)
        return tuple(word for word in words if _pattern(word).search(plain))


def _pattern(word: str) -> re.Pattern[str]:
    """A word as it may stand in a text: between ends of words, with any space where it has one."""
    parts = [re.escape(part) for part in _plain(word.removesuffix(OPEN_END)).split()]
    end = "" if word.endswith(OPEN_END) else r"(?!\w)"
    return re.compile(r"(?<!\w)" + r"\s+".join(parts) + end)


def _plain(text: str) -> str:
    """A text in which the same word is written the same way: composed letters, small, one kind of apostrophe."""
    return unicodedata.normalize("NFC", text).casefold().replace("’", "'")
