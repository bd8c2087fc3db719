"""Texts: the wording that a licensee loads into a skeleton, from one file for one language, checked against its structure.

    instrument = "hads"                     which instrument, and which version of its structure
    version = "1.0.0"
    language = "sv"                         ISO 639; one file for one language
    licence = "who gave it to whom, and when"
    title = "HADS"
    copyright = "…"                         optional: the line that the holder asks for
    risk_items = ["…"]                      optional: questions whose answers must reach a human at once

    [texts]                                 every heading, question and help text, by its linkId
    hads-1 = "…"

    [answers."*"]                           the answers by code, for every choice that has no table of its own
    0 = "…"

    [answers.hads-1]                        or for one question
    0 = "…"

`with_texts` gives the FHIR definition with the wording in it, or every mistake at once; nothing is loaded half.
`template` writes such a file with all places empty.
"""

from __future__ import annotations

import copy
import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from stegvis.methods.instruments import extensions as ext
from stegvis.methods.instruments.errors import Mistake
from stegvis.methods.instruments.questionnaire import Item, Questionnaire

NEEDED = ("instrument", "version", "language", "licence", "title")
OPTIONAL = ("copyright", "risk_items", "texts", "answers")
ALL_CHOICES = "*"
_LANGUAGE = re.compile(r"[a-z]{2,3}")


class InvalidTexts(ValueError):
    """The file of texts does not fit the skeleton; `mistakes` lists everything that is wrong with it."""

    def __init__(self, mistakes: list[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(mistake.sentence for mistake in self.mistakes))


def with_texts(questionnaire: Questionnaire, source: str) -> dict[str, Any]:
    """The definition of the questionnaire with the texts of this file (TOML, or JSON of the same shape) in it.

    The language is then no longer one of neutral labels, and the licence record says on whose word the text was loaded.
    Raises `InvalidTexts` with every mistake: text missing or for nothing, another instrument or version, a language that
    has its own wording already.
    """
    wording = _Wording(questionnaire, _read(source))
    wording.check()
    if wording.mistakes:
        raise InvalidTexts(wording.mistakes)
    return wording.applied()


def template(questionnaire: Questionnaire, language: str) -> str:
    """A file of texts for this skeleton with every place empty, as TOML."""
    lines = [f"{key} = {_quoted(value)}" for key, value in _head(questionnaire, language).items()]
    lines += ["", "[texts]", *(f'{_key(item.link_id)} = ""' for item in _worded(questionnaire))]
    for name, codes in _answer_tables(questionnaire).items():
        lines += ["", f"[answers.{_key(name)}]", *(f'{_key(code)} = ""' for code in codes)]
    return "\n".join(lines) + "\n"


@dataclass
class _Wording:
    """One file of texts beside the skeleton it is for."""

    questionnaire: Questionnaire
    raw: Mapping[str, Any]
    mistakes: list[Mistake] = field(default_factory=list)

    @property
    def language(self) -> str:
        return str(self.raw["language"])

    def check(self) -> None:
        """Collect every mistake."""
        for key in self.raw:
            if key not in NEEDED + OPTIONAL:
                self._mistake(key, "is no key of a file of texts", f"Use {', '.join(NEEDED + OPTIONAL)}")
        for key in NEEDED:
            if not _is_text(self.raw.get(key)):
                self._mistake(key, "is missing or no text", "Write it as a text")
        if not self.mistakes:
            self._check_fits()
        self._check_texts()
        self._check_answers()
        self._check_risks()

    def _check_fits(self) -> None:
        for key, here in (("instrument", self.questionnaire.code), ("version", self.questionnaire.version)):
            if self.raw[key] != here:
                self._mistake(
                    key, f"is {self.raw[key]!r}, but the skeleton is {here!r}", f"Write {here!r}, or load the other"
                )
        if not _LANGUAGE.fullmatch(self.language):
            self._mistake("language", f"is {self.language!r}", "Write a language by its ISO 639 code, such as sv or en")
        elif self.questionnaire.is_worded_in(self.language):
            what = f"is {self.language!r}, in which this instrument has its own wording already"
            self._mistake("language", what, "Leave the file out: the wording of the library is not replaced")

    def _check_texts(self) -> None:
        texts = _table(self.raw, "texts")
        known = {item.link_id for item in _worded(self.questionnaire)}
        for link_id in sorted(set(texts) - known):
            self._mistake(
                f"texts.{link_id}", "is a text for nothing in the skeleton", "Leave it out, or correct the linkId"
            )
        for item in _worded(self.questionnaire):
            if not _is_text(texts.get(item.link_id)):
                self._mistake(f"texts.{item.link_id}", "is missing or empty", "Write the text of this place")

    def _check_answers(self) -> None:
        answers = _table(self.raw, "answers")
        choices = {item.link_id: item for item in _choices(self.questionnaire)}
        for name in sorted(set(answers) - set(choices) - {ALL_CHOICES}):
            self._mistake(f"answers.{name}", "is no choice of the skeleton", "Leave it out, or correct the linkId")
        for item in choices.values():
            where, words = self._answers_of(item)
            codes = [option.key for option in item.options]
            for code in [code for code in codes if not _is_text(words.get(code))]:
                self._mistake(
                    f"{where}.{code}", f"is missing or empty, and {item.link_id} offers it", "Write this answer"
                )
            if where != f"answers.{_quoted(ALL_CHOICES)}":
                for code in sorted(set(words) - set(codes)):
                    self._mistake(
                        f"{where}.{code}", "is no answer that the skeleton offers", f"It offers {', '.join(codes)}"
                    )

    def _check_risks(self) -> None:
        risks = self.raw.get("risk_items", [])
        questions = {item.link_id for item in self.questionnaire.questions}
        strange = [one for one in risks if one not in questions] if isinstance(risks, list) else [risks]
        for one in strange:
            self._mistake(
                "risk_items", f"names {one!r}, which is no question of the skeleton", "Write linkIds of questions"
            )

    def _answers_of(self, item: Item) -> tuple[str, Mapping[str, Any]]:
        """Where the words for the answers to this choice stand, and the words."""
        answers = _table(self.raw, "answers")
        shared = _table(answers, ALL_CHOICES)
        if item.link_id not in answers and {option.key for option in item.options} <= set(shared):
            return f"answers.{_quoted(ALL_CHOICES)}", shared
        return f"answers.{item.link_id}", _table(answers, item.link_id)

    def _mistake(self, path: str, what: str, right: str) -> None:
        self.mistakes.append(Mistake(path, what, right))

    def applied(self) -> dict[str, Any]:
        """The definition with every text in its place."""
        definition: dict[str, Any] = copy.deepcopy(dict(self.questionnaire.definition))
        self._say(definition, "title", str(self.raw["title"]))
        if _is_text(self.raw.get("copyright")):
            definition["copyright"] = self.raw["copyright"]
        neutral = {"url": ext.NEUTRAL_LABELS, "valueCode": self.language}
        definition["extension"] = [one for one in definition.get("extension", []) if one != neutral]
        for extension in definition["extension"]:
            if extension.get("url") == ext.LICENCE:
                said = f"Text in {self.language}: {self.raw['licence']}"
                extension["extension"].append({"url": "evidence", "valueString": said})
        self._fill(definition.get("item", []))
        return definition

    def _fill(self, items: list[dict[str, Any]]) -> None:
        texts = _table(self.raw, "texts")
        for raw in items:
            link_id = raw["linkId"]
            if link_id in texts:
                self._say(raw, "text", texts[link_id])
            if link_id in self.raw.get("risk_items", []) and not any(ext.values_of(raw, ext.RISK_ITEM)):
                raw.setdefault("extension", []).append({"url": ext.RISK_ITEM, "valueBoolean": True})
            item = self.questionnaire.by_link_id[link_id]
            if item in _choices(self.questionnaire):
                words = self._answers_of(item)[1]
                for option in raw["answerOption"]:
                    self._say(option["valueCoding"], "display", words[option["valueCoding"]["code"]])
            self._fill(raw.get("item", []))

    def _say(self, element: dict[str, Any], key: str, text: str) -> None:
        """Put the text into the element, in the file's own language or as a translation of it."""
        if self.language == self.questionnaire.language:
            element[key] = text
            return
        extended = element.setdefault(f"_{key}", {}).setdefault("extension", [])
        lang = {"url": "lang", "valueCode": self.language}
        extended[:] = [
            one for one in extended if one.get("url") != ext.TRANSLATION or lang not in one.get("extension", [])
        ]
        content = {"url": "content", "valueString": text}
        extended.append({"url": ext.TRANSLATION, "extension": [lang, content]})


def _read(source: str) -> Mapping[str, Any]:
    try:
        raw = json.loads(source) if source.lstrip().startswith("{") else tomllib.loads(source)
    except ValueError as error:
        raise InvalidTexts([Mistake("", f"is neither TOML nor JSON: {error}", "Mend the place it names")]) from error
    return raw if isinstance(raw, Mapping) else {}


def _worded(questionnaire: Questionnaire) -> Iterator[Item]:
    """Everything that shows a text of its own."""
    return (item for item in questionnaire.all_items if item.text)


def _choices(questionnaire: Questionnaire) -> list[Item]:
    """The questions whose answers are worded: choices of coded options, but for the places of the pain map."""
    return [
        item
        for item in questionnaire.questions
        if item.options
        and not item.is_body_map
        and all(option.kind == "Coding" and option.code for option in item.options)
    ]


def _answer_tables(questionnaire: Questionnaire) -> dict[str, tuple[str, ...]]:
    """The tables of answers of a template: one for all where no code can mean two things, else one a question.

    Two questions that offer the same codes in another order, or only some of the same, are taken to word them otherwise.
    """
    choices = _choices(questionnaire)
    groups = list(dict.fromkeys(tuple(option.key for option in item.options) for item in choices))
    codes = [code for group in groups for code in group]
    if groups and len(set(codes)) == len(codes):
        return {ALL_CHOICES: tuple(codes)}
    return {item.link_id: tuple(option.key for option in item.options) for item in choices}


def _head(questionnaire: Questionnaire, language: str) -> dict[str, str]:
    return {
        "instrument": questionnaire.code,
        "version": questionnaire.version or "",
        "language": language,
        "licence": "",
        "title": "",
    }


def _table(raw: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = raw.get(key)
    return value if isinstance(value, Mapping) else {}


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else _quoted(name)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
