"""Reply check: which of the four behaviours a therapist's reply shows, by lists of phrases that anyone can read.

The four marks stand beside the reply while it is written and are stored as fidelity data. They are an aid and no verdict:
a rule sees words and not warmth, so a good reply may lack a mark and a poor one may have all four.

How a phrase is written, and how it matches:

- Words stand one after another; capitals do not matter. `a|b` is one word or the other; `tung*` is any word that begins so.
- `…` stands for at most four words in between.
- A phrase is looked for within one sentence. It does not count when a word that denies stands in its gap, right after
  it, or among the two words before it ("you did not …", "I do not think that you can"). A question counts for nothing
  but the next step ("Have you tried?" notices no effort).

`VERSION` is stored with every set of marks, because changing a list changes what the marks mean.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from stegvis.methods.programme.content import SnippetGroup
from stegvis.methods.programme.readability import sentences

VERSION = "1"

DENIALS: Mapping[str, tuple[str, ...]] = {
    "en": ("not", "never", "cannot", "didn't", "don't", "haven't", "hasn't", "couldn't", "can't", "won't", "nothing"),
    "sv": ("inte", "aldrig", "ej", "ingen", "inget", "inga"),
}

PHRASES: Mapping[str, Mapping[SnippetGroup, tuple[str, ...]]] = {
    "en": {
        "effort": (
            "you … tried|took|wrote|kept|made|found|noticed|managed|practised|stopped|dared|rested|paused|chose|planned",
            "you … did|done|written|taken|shared|sent|logged|filled|worked|came|returned|carried|put",
            "thank you for writing|sending|trying|doing|sharing",
            "that|it takes|took … effort|courage|strength|work|doing",
            "your effort|work",
        ),
        "understanding": (
            "i understand",
            "i can see|hear that|how|it … hard|heavy|tough|tiring|tired|pain|painful|difficult|much",
            "i see|hear that|how … hard|heavy|tough|tiring|tired|pain|painful|difficult|much",
            "it|that makes … sense",
            "it|that sounds|must|may … hard|heavy|tough|tiring|painful|difficult|lonely|frightening|sad|exhausting",
            "no wonder",
            "not|isn't|wasn't easy",
            "many … feel|would|people|recognise",
            "thank you for telling",
        ),
        "ability": (
            "i believe|trust|think|know … you can|will|have",
            "i am sure|confident … you",
            "i'm sure|confident … you",
            "i believe|trust in you",
            "you have … shown",
            "you|that|it showed|shows … you can|could",
            "you … already know|do|can|have",
            "something|skill|way you can … use|build|do|trust|rely|return",
            "you … able to",
        ),
        "next_step": (
            "next step|part|time|week|module",
            "until then|next",
            "start|begin with",
            "try … again|once|out|one|two|a",
            "pick|choose one|two|a|an|the",
            "look out|for",
            "i suggest",
            "my suggestion",
            "as you read|work|go",
            "coming week|days",
        ),
    },
    "sv": {
        "effort": (
            "du … provade|provat|prövade|prövat|försökte|försökt|övade|övat|tog|tagit|skrev|skrivit|märkte|märkt|såg|sett",
            "du … gjorde|gjort|hittade|hittat|höll|hållit|orkade|orkat|vågade|vågat|stannade|stannat|vilade|vilat",
            "du … valde|valt|planerade|planerat|skickade|skickat|delade|delat|kom|kommit|lade|lagt|satte|satt|fyllde|fyllt",
            "provade|prövade|försökte|övade|tog|skrev|märkte|gjorde|hittade|orkade|vågade|stannade du",
            "tack för att du skriver|skrev|provar|provade|gör|gjorde|delar|skickar|skickade",
            "det tar|tog|kostar|kostade|kräver|krävde … kraft|mod|ork|jobb|arbete",
        ),
        "understanding": (
            "jag förstår",
            "jag ser|hör|märker att|hur … tung*|jobbig*|svår*|ont|trött|slitsam*|mycket|kämpig*",
            "det är … förståeligt|begripligt",
            "det låter … tung*|jobbig*|svår*|kämpig*|slitsam*|tröttande|ensamt",
            "det måste|kan … tung*|jobbig*|svår*|kämpig*|ensamt|läskigt",
            "inte lätt|konstigt|enkelt",
            "många … känner|skulle|upplever|märker|känna",
            "tack för att du berättar|berättade",
        ),
        "ability": (
            "jag tror på|att … dig|du",
            "jag är säker|övertygad … du",
            "du har … visat",
            "visar|visade … du kan|klarar|klarade",
            "du … klarar|klarade|klarat",
            "du … kan|vet|har redan",
            "redan … du kan|gör|vet|har",
            "något|sätt … du kan … använda|bygga|göra|lita",
        ),
        "next_step": (
            "nästa steg|del|gång|vecka",
            "till|tills|fram dess|då",
            "börja … med",
            "prova|pröva … igen|gång|en|ett|två|att",
            "välj … en|ett|två|något|någon",
            "leta|titta efter",
            "jag föreslår",
            "mitt förslag",
            "när du läser|arbetar",
            "kommande vecka|veckan|dagarna|dagar",
        ),
    },
}
"""The phrases by language and behaviour; `stegvis.methods.programme.snippets` explains where the behaviours come from."""

_GAP = r"((?:[^\w]+[\w'’-]+){0,4}?)"
_BETWEEN = r"[^\w]+"
_WORDS = re.compile(r"[\w'-]+")


def marks(text: str, language: str) -> frozenset[SnippetGroup]:
    """Which of effort, understanding, ability and next_step the reply shows; KeyError for a language without lists."""
    rules = PHRASES[language]
    said = [sentence.replace("’", "'") for line in text.splitlines() for sentence in sentences(line)]
    return frozenset(group for group in rules if any(_shows(sentence, group, language) for sentence in said))


def _shows(sentence: str, group: SnippetGroup, language: str) -> bool:
    if sentence.rstrip().endswith("?") and group != "next_step":
        return False
    return any(_matches(sentence, phrase, language) for phrase in PHRASES[language][group])


def _matches(sentence: str, phrase: str, language: str) -> bool:
    for found in _pattern(phrase).finditer(sentence):
        before = _WORDS.findall(sentence[: found.start()].rpartition(",")[2])[-2:]
        after = _WORDS.findall(sentence[found.end() :])[:1]
        inside = [word for gap in found.groups() for word in _WORDS.findall(gap or "")]
        if not {word.lower() for word in (*before, *inside, *after)} & set(DENIALS[language]):
            return True
    return False


@cache
def _pattern(phrase: str) -> re.Pattern[str]:
    pattern = ""
    for position, word in enumerate(phrase.split()):
        if word == "…":
            pattern += _GAP
            continue
        pattern += _BETWEEN if position else r"(?<![\w'])"
        pattern += (
            "(?:" + "|".join(re.escape(choice).replace(r"\*", r"\w*") for choice in word.split("|")) + r")(?![\w'])"
        )
    return re.compile(pattern, re.IGNORECASE)
