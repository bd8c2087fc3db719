"""Instrument files: what the protocol needs to know of each questionnaire file.

`methods.instruments` says whether a questionnaire is sound. Here its version, items, scores, languages and the items
about danger are kept, so that the protocol's references to them can be checked and the file stored with its hash.
"""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import BaseModel

from stegvis.methods.instruments.errors import InvalidQuestionnaire
from stegvis.methods.instruments.questionnaire import Questionnaire, ScoreRule
from stegvis.methods.instruments.reading import load
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
    own wording is there.
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


def read_instrument(code: str, source: str) -> InstrumentFile | list[Wrong]:
    """What the file says, or everything that is wrong with it."""
    try:
        questionnaire = load(source)
    except InvalidQuestionnaire as invalid:
        return [(mistake.path, f"is wrong: {mistake.what}", mistake.right) for mistake in invalid.mistakes]
    wrong = list(_unusable(code, questionnaire))
    return wrong or _file(code, source, questionnaire)


def _unusable(code: str, questionnaire: Questionnaire) -> Iterator[Wrong]:
    """What makes a sound questionnaire unusable in a trial."""
    for key, value in (("url", questionnaire.url), ("version", questionnaire.version)):
        if not value:
            yield key, "is missing", "Add it: answers are stored with the instrument's address and version"
    if questionnaire.url and questionnaire.code != code:
        wrong = f'is "{questionnaire.url}", which does not end in /{code}'
        yield "url", wrong, "Let file name and url end in the instrument's code"
    for unsupported in questionnaire.unsupported:
        if unsupported.blocks:
            yield unsupported.path, f"cannot be answered here: {unsupported.what}", "Leave it out of this trial"


def _file(code: str, source: str, questionnaire: Questionnaire) -> InstrumentFile:
    languages = questionnaire.languages
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
    )


def _declared(score: ScoreRule) -> DeclaredScore:
    low, high = (None if bound is None else float(bound) for bound in (score.low, score.high))
    return DeclaredScore(name=score.name, higher_is=score.higher_is, low=low, high=high)
