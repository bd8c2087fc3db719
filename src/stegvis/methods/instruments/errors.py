"""What can be wrong with a questionnaire, an answer or a response, and how it is said.

A `Mistake` concerns a file and speaks to the person who wrote it. A `Problem` concerns an answer and speaks to the
person who gave it: its `message` is an English sentence with named places, marked for translation, so that a page can
say it in another language with the same `params`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


def gettext_noop(message: str) -> str:
    """Mark a sentence for translation and return it unchanged (this room knows no catalogue of translations)."""
    return message


@dataclass(frozen=True)
class Mistake:
    """One thing wrong in a file: where, what, and what would be right."""

    path: str
    what: str
    right: str
    link_id: str | None = None

    @property
    def sentence(self) -> str:
        where = f"{self.path} (linkId {self.link_id!r})" if self.link_id else self.path
        return f"{where}: {self.what}. {self.right}."


@dataclass(frozen=True)
class Unsupported:
    """Something sound that is not carried out here. `blocks` when answers would be wrong without it."""

    path: str
    element: str
    what: str
    blocks: bool
    link_id: str | None = None

    @property
    def sentence(self) -> str:
        where = f"{self.path} (linkId {self.link_id!r})" if self.link_id else self.path
        return f"{where}: {self.what}."


@dataclass(frozen=True)
class Problem:
    """One thing wrong with an answer. `rule` is a stable word for programs, `message` the sentence for people."""

    link_id: str
    rule: str
    message: str
    params: Mapping[str, Any] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        """The sentence in English; a page says `gettext(problem.message) % problem.params` instead."""
        return self.message % self.params if self.params else self.message


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
        super().__init__("\n".join(f"{problem.link_id}: {problem.sentence}" for problem in self.problems))


class InvalidResponse(ValueError):
    """A QuestionnaireResponse that does not fit its questionnaire; `mistakes` lists every misfit with its path."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(mistake.sentence for mistake in self.mistakes))
