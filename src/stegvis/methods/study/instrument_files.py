"""Instrument files: what the protocol needs to know of each questionnaire file.

`methods.instruments` says whether a questionnaire is sound. Here its version, items, scores, languages and the items
about danger are kept, so that the protocol's references to them can be checked and the file stored with its hash.
"""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import BaseModel

from stegvis.methods.instruments.errors import InvalidQuestionnaire
from stegvis.methods.instruments.fhir_json import write_json
from stegvis.methods.instruments.questionnaire import Questionnaire, ScoreRule
from stegvis.methods.instruments.reading import load
from stegvis.methods.instruments.texts import InvalidTexts, with_texts
from stegvis.methods.study.tables import Table

Wrong = tuple[str, str, str]
"""A mistake in a file: the place in it, what is wrong, what would be right."""


class DeclaredScore(BaseModel):
    """A score that a questionnaire declares: which way it points, and its range where it has one."""

    model_config = Table.model_config

    name: str
    higher_is: str | None = None
    low: float | None = None
    high: float | None = None


class InstrumentFile(BaseModel):
    """A questionnaire file: its FHIR JSON as text, the hash of its content, and what can be asked of it.

    languages: in which every text can be shown, neutral labels included. worded_in: those in which the instrument's
    own wording is there. settings, terms: what its licence record permits; None without one.
    """

    model_config = Table.model_config

    code: str
    url: str
    version: str
    title: str
    sha256: str
    source: str
    items: tuple[str, ...]
    scores: tuple[DeclaredScore, ...]
    risk_items: tuple[str, ...]
    languages: tuple[str, ...]
    worded_in: tuple[str, ...]
    settings: tuple[str, ...] | None = None
    terms: str | None = None
    in_library: bool = False

    @property
    def place(self) -> str:
        """Where its author finds it: the trial's own file, or the library."""
        return f"{self.code} of the library" if self.in_library else f"instruments/{self.code}.json"

    @property
    def score_names(self) -> tuple[str, ...]:
        """The names of its scores, in the order of the file."""
        return tuple(score.name for score in self.scores)

    def score(self, name: str) -> DeclaredScore:
        """The score with this name; KeyError when there is none."""
        for score in self.scores:
            if score.name == name:
                return score
        raise KeyError(name)


def read_instrument(code: str, source: str, *, in_library: bool = False) -> InstrumentFile | list[Wrong]:
    """What the file says, or everything that is wrong with it."""
    try:
        questionnaire = load(source)
    except InvalidQuestionnaire as invalid:
        return [(mistake.path, f"is wrong: {mistake.what}", mistake.right) for mistake in invalid.mistakes]
    wrong = list(_unusable(code, questionnaire))
    return wrong or _file(code, source, questionnaire, in_library)


def read_texts(file: InstrumentFile, source: str) -> InstrumentFile | list[Wrong]:
    """The instrument with the wording of a licensee's file in it, or everything that is wrong with that file."""
    try:
        definition = with_texts(load(file.source), source)
    except InvalidTexts as invalid:
        return [(mistake.path, mistake.what, mistake.right) for mistake in invalid.mistakes]
    return read_instrument(file.code, write_json(definition), in_library=file.in_library)


def _unusable(code: str, questionnaire: Questionnaire) -> Iterator[Wrong]:
    """What makes a sound questionnaire unusable in a trial."""
    for key, value in (("url", questionnaire.url), ("version", questionnaire.version)):
        if not value:
            yield key, "is missing", "Add it: answers are stored with the instrument's address and version"
    if questionnaire.url and questionnaire.code != code:
        wrong = f'is "{questionnaire.url}", which does not end in /{code}'
        yield "url", wrong, "Let file name and url end in the instrument's code"
    for warning in questionnaire.warnings:
        yield warning.path, f"cannot be meant so: {warning.what}", warning.right
    for unsupported in questionnaire.unsupported:
        if unsupported.blocks:
            yield unsupported.path, f"cannot be answered here: {unsupported.what}", "Leave it out of this trial"


def _file(code: str, source: str, questionnaire: Questionnaire, in_library: bool) -> InstrumentFile:
    languages, licence = questionnaire.languages, questionnaire.licence
    return InstrumentFile(
        code=code,
        url=questionnaire.url or "",
        version=questionnaire.version or "",
        title=questionnaire.title_in("en"),
        sha256=questionnaire.sha256,
        source=source,
        items=tuple(item.link_id for item in questionnaire.questions),
        scores=tuple(map(_declared, questionnaire.scores)),
        risk_items=questionnaire.risk_items,
        languages=languages,
        worded_in=tuple(language for language in languages if questionnaire.is_worded_in(language)),
        settings=None if licence is None else tuple(sorted(licence.settings)),
        terms=None if licence is None else licence.terms,
        in_library=in_library,
    )


def _declared(score: ScoreRule) -> DeclaredScore:
    low, high = (None if bound is None else float(bound) for bound in (score.low, score.high))
    return DeclaredScore(name=score.name, higher_is=score.higher_is, low=low, high=high)
