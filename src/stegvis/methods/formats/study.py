"""Study: the trial's folder, for what an extract does not carry: the protocol's words and the questionnaires themselves.

Codes of answers mean what the questionnaire says in the version in which it was answered; a folder with another version
of one is refused, since the same code could mean something else there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from stegvis.methods.analysis.refusals import Mistake
from stegvis.methods.formats.bundle import ConversionRefused
from stegvis.methods.formats.source import Source
from stegvis.methods.instruments.positions import item_at
from stegvis.methods.instruments.questionnaire import Questionnaire
from stegvis.methods.instruments.reading import load
from stegvis.methods.study import folder as folders
from stegvis.methods.study.protocol import Protocol

ANOTHER_FOLDER = "Give the trial's folder as it was when the data were collected."


@dataclass(frozen=True)
class Study:
    """A trial as its folder says it, with its questionnaires ready to use."""

    read: folders.Study

    @property
    def protocol(self) -> Protocol:
        """The protocol."""
        return self.read.protocol

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of its questionnaires, in the order of the protocol."""
        return tuple(instrument.code for instrument in self.read.instruments)

    @cached_property
    def _questionnaires(self) -> dict[str, Questionnaire]:
        return {instrument.code: load(instrument.source) for instrument in self.read.instruments}

    def questionnaire(self, code: str) -> Questionnaire:
        """The questionnaire with this code; KeyError when there is none."""
        return self._questionnaires[code]


def read_study(directory: Path, source: Source) -> Study:
    """The trial in `directory`. Raises ConversionRefused when it is not the extract's trial or of another version."""
    try:
        study = Study(folders.load(directory))
    except folders.StudyInvalid as invalid:
        raise ConversionRefused(
            Mistake(str(directory), 0, "", str(problem), "Run `stegvis study check` on it.")
            for problem in invalid.problems
        ) from None
    wrong = list(_misfits(directory, study, source))
    if wrong:
        raise ConversionRefused(wrong)
    return study


def _misfits(directory: Path, study: Study, source: Source) -> Iterator[Mistake]:
    here, there = study.protocol.trial.code, source.manifest.about.study
    if here != there:
        why = f"it is the folder of {here!r}, and the extract is of {there!r}."
        yield Mistake(str(directory), 0, "trial.code", why, "Give the folder of the extract's own trial.")
        return
    for code, version in sorted(source.distinct("responses", "instrument", "version")):
        known = study.questionnaire(code).version if code in study.codes else None
        if known != version:
            what = f"has version {known}" if known else "does not have it"
            why = f"{code} was answered in version {version}, and this folder {what}."
            yield Mistake(str(directory), 0, code, why, ANOTHER_FOLDER)
    yield from _strange_answers(study, source)


def _strange_answers(study: Study, source: Source) -> Iterator[Mistake]:
    """Answers to what the questionnaire does not ask, or that are none of its options; each kind is said once."""
    known: set[tuple[str, str, str | None]] = set()
    for number, row in enumerate(source.records("answers"), start=2):
        key = (row["instrument"], row["item"], row["value"])
        if key in known or row["value"] is None:
            continue
        known.add(key)
        item = (
            item_at(study.questionnaire(row["instrument"]), row["item"]) if row["instrument"] in study.codes else None
        )
        if item is None or not item.is_question:
            yield Mistake("answers.csv", number, "item", "the questionnaire has no such question.", ANOTHER_FOLDER)
        elif item.options and item.option(row["value"]) is None:
            yield Mistake("answers.csv", number, "value", "the question has no such option.", ANOTHER_FOLDER)
