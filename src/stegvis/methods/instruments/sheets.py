"""A page while it is laid out: its texts and questions, what the file wants on it, and what its answers decide."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from functools import cached_property

from stegvis.methods.instruments.deciding import ANY, Deciding
from stegvis.methods.instruments.items import TABLES, Item
from stegvis.methods.instruments.positions import Occurrence


class Sheet:
    """A page before it is known what is asked; `together` names what the file wants on one page.

    What follows from its parts is kept up while they are added: a table may have thousands of rows.
    """

    def __init__(self, parts: Iterable[Occurrence], together: Hashable, deciding: Deciding) -> None:
        self.parts: list[Occurrence] = []
        self.together = together
        self.deciding = deciding
        self.questions: list[Occurrence] = []
        self.link_ids: set[str] = set()
        self.deciders: set[str] = set()
        self.around: tuple[Occurrence, ...] | None = None
        self.add(parts)

    def add(self, parts: Iterable[Occurrence]) -> None:
        """Put more texts and questions below the others."""
        for one in parts:
            self.parts.append(one)
            if one.item.is_question:
                path = groups_around(one)
                self.around = path if self.around is None else _shared(self.around, path)
                self.questions.append(one)
                self.link_ids.add(one.item.link_id)
                self.deciders |= self.deciding.of(one.item.link_id)

    @property
    def key(self) -> str:
        return (self.questions or self.parts)[0].position

    @property
    def groups(self) -> tuple[Occurrence, ...]:
        """The groups that all of the page lies in."""
        if self.around is not None:
            return self.around
        shared = groups_around(self.parts[0])
        for one in self.parts[1:]:
            shared = _shared(shared, groups_around(one))
        return shared

    @cached_property
    def table(self) -> Item | None:
        """The group that makes a table of this page."""
        groups = groups_around(self.questions[0]) if self.questions and self.together is not None else ()
        return next((group.item for group in groups if is_table(group)), None)

    def decides(self, one: Occurrence) -> bool:
        """Whether a question here decides if `one`, or anything it stands in, is asked."""
        around: Occurrence | None = one
        while around is not None and self.link_ids:
            item = around.item
            if item.link_id in self.link_ids and around is not one:
                return True
            if any(condition.question in self.link_ids for condition in item.conditions):
                return True
            by_expression = item.enabled_by is not None or item.toggles
            if by_expression and all(around is not group for group in self.groups):
                return True
            around = around.parent
        return False

    def depends(self, one: Occurrence) -> bool:
        """Whether an answer to one of them could bring or take away the other, by however many steps."""
        ahead = self.deciding.of(one.item.link_id)
        to_here = ANY in ahead or not ahead.isdisjoint(self.link_ids)
        return bool(self.questions) and (to_here or not self.deciders.isdisjoint({one.item.link_id, ANY}))


def groups_around(one: Occurrence) -> tuple[Occurrence, ...]:
    """The groups that an occurrence stands in, outermost first."""
    found: list[Occurrence] = []
    around = one.parent
    while around is not None:
        if around.item.type == "group":
            found.insert(0, around)
        around = around.parent
    return tuple(found)


def _shared(path: tuple[Occurrence, ...], other: tuple[Occurrence, ...]) -> tuple[Occurrence, ...]:
    """The groups at the beginning of both ways."""
    if path == other:
        return path
    return tuple(one for one, its in zip(path, other, strict=False) if one is its)


def is_table(group: Occurrence) -> bool:
    """Whether the file wants the group's questions in one table."""
    return bool(TABLES.intersection(group.item.look.controls))
