"""What can be wrong with a questionnaire, an answer or a response, and how it is said.

A `Mistake` concerns a file and speaks to the person who wrote it. A `Problem` concerns an answer and speaks to the
person who gave it: its `message` is an English sentence with named places, marked for translation, so that a page can
say it in another language with the same `params`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from stegvis.methods.instruments.wording import printable


def gettext_noop(message: str) -> str:
    """Mark a sentence for translation and return it unchanged (this room knows no catalogue of translations)."""
    return message


@dataclass(frozen=True)
class Mistake:
    """One thing wrong in a file: where, what, and what would be right, in words that can be printed."""

    path: str
    what: str
    right: str
    link_id: str | None = None

    def __post_init__(self) -> None:
        for name in ("what", "right"):
            object.__setattr__(self, name, printable(getattr(self, name)))

    @property
    def sentence(self) -> str:
        where = f"{self.path} (linkId {self.link_id!r})" if self.link_id else self.path
        return f"{where}: {self.what}. {self.right}."


@dataclass(frozen=True)
class Misfit(Mistake):
    """One thing wrong in a QuestionnaireResponse; `rule` is a stable word for programs."""

    rule: str = "structure"


@dataclass(frozen=True)
class Unsupported:
    """Something sound that is not carried out here. `blocks` when answers would be wrong without it."""

    path: str
    element: str
    what: str
    blocks: bool
    link_id: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "what", printable(self.what))

    @property
    def sentence(self) -> str:
        where = f"{self.path} (linkId {self.link_id!r})" if self.link_id else self.path
        return f"{where}: {self.what}."


@dataclass(frozen=True)
class Problem:
    """One thing wrong with an answer. `rule` is a stable word for programs, `message` the sentence for people.

    `position` says which of several occurrences of the item is meant (see `positions`); "" where there is only one.
    `number` says which of several answers, counted from 0; None where the answers as a whole are meant, or none is there.
    """

    link_id: str
    rule: str
    message: str
    params: Mapping[str, Any] = field(default_factory=dict)
    position: str = ""
    number: int | None = None

    @property
    def at(self) -> str:
        """The position of the answer that is wrong."""
        return self.position or self.link_id

    @property
    def sentence(self) -> str:
        """The sentence in English; a page says `gettext(problem.message) % problem.params` instead."""
        return self.message % self.params if self.params else self.message


@dataclass
class Findings:
    """What reading has found so far: mistakes, what was taken with a warning, and what is not carried out here."""

    mistakes: list[Mistake] = field(default_factory=list)
    warnings: list[Mistake] = field(default_factory=list)
    unsupported: list[Unsupported] = field(default_factory=list)

    def mistake(self, path: str, what: str, right: str, link_id: str | None = None) -> None:
        self.mistakes.append(Mistake(path, what, right, link_id))

    def warn(self, path: str, what: str, right: str, link_id: str | None = None) -> None:
        self.warnings.append(Mistake(path, what, right, link_id))

    def leave_out(self, path: str, element: str, what: str, *, blocks: bool, link_id: str | None = None) -> None:
        self.unsupported.append(Unsupported(path, element, what, blocks, link_id))


@dataclass(frozen=True)
class Place:
    """Where in the file one is, for what is found there."""

    path: str
    link_id: str | None
    findings: Findings

    def at(self, path: str) -> Place:
        """Another place of the same item."""
        return replace(self, path=path)

    def mistake(self, what: str, right: str, element: str = "") -> None:
        self.findings.mistake(self._path(element), what, right, self.link_id)

    def warn(self, what: str, right: str, element: str = "") -> None:
        """The file is taken all the same, because what it means is clear or because nothing else depends on it."""
        self.findings.warn(self._path(element), what, right, self.link_id)

    def leave_out(self, element: str, what: str, *, blocks: bool) -> None:
        self.findings.leave_out(self._path(element), element, what, blocks=blocks, link_id=self.link_id)

    def _path(self, element: str) -> str:
        return f"{self.path}{element and '.' + element}"


class InvalidQuestionnaire(ValueError):
    """The file is not a questionnaire that can be used; `mistakes` lists everything that is wrong with it."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(mistake.sentence for mistake in self.mistakes))


class UnsupportedQuestionnaire(ValueError):
    """The questionnaire is sound but needs something that is not carried out here; `unsupported` lists it."""

    def __init__(self, unsupported: Sequence[Unsupported]) -> None:
        self.unsupported = tuple(unsupported)
        super().__init__("\n".join(one.sentence for one in self.unsupported))


class InvalidAnswers(ValueError):
    """Answers that break a rule of their questionnaire; `problems` lists every one."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(f"{problem.at}: {problem.sentence}" for problem in self.problems))


class InvalidResponse(ValueError):
    """A QuestionnaireResponse that does not fit its questionnaire; `mistakes` lists every misfit with path and rule."""

    def __init__(self, mistakes: Sequence[Misfit]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(mistake.sentence for mistake in self.mistakes))
