"""Which questions decide whether an item is asked, in which words and with which options, by however many steps.

What FHIR's `enableWhen` asks about is named in the file. What SDC's expressions read (`enableWhenExpression`,
`answerOptionsToggleExpression`, `cqf-expression` on words, and the `calculatedExpression` of a value that decides) is
told from the linkIds that they name, directly or through variables: one that reads questions without naming them is
taken at its names.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from stegvis.methods.instruments.formulas import Dependencies
from stegvis.methods.instruments.items import Formula, Item
from stegvis.methods.instruments.questionnaire import Questionnaire

ANY = ""
"""In the place of a linkId: whichever question."""


class Deciding:
    """The deciding questions of one questionnaire, each item looked at once."""

    def __init__(self, questionnaire: Questionnaire) -> None:
        self.questionnaire = questionnaire
        self.expressions = Dependencies(questionnaire.items, questionnaire.variables)
        self.known: dict[str, frozenset[str]] = {}

    def of(self, link_id: str) -> frozenset[str]:
        """The linkIds of the questions whose answers decide, directly or through others.

        `ANY` among them where a calculated value decides that names nothing: any answer may have gone into it.
        Expressions may go round in a circle (conditions never do): nothing is looked at twice.
        """
        if link_id not in self.known:
            found = self._directly(link_id)
            ahead = list(found)
            while ahead:
                one = ahead.pop()
                if one in self.known:
                    found |= self.known[one]
                    ahead += self._made_of(one) - found
                    found |= self._made_of(one)
                    continue
                new = (self._directly(one) | self._made_of(one)) - found
                found |= new
                ahead += new
            self.known[link_id] = frozenset(found)
        return self.known[link_id]

    def _directly(self, link_id: str) -> set[str]:
        """By the item's own conditions and expressions, and those of everything that it stands in."""
        found: set[str] = set()
        around = self.questionnaire.by_link_id.get(link_id)
        while around is not None:
            found |= {condition.question for condition in around.conditions}
            for formula in _expressions_of(around):
                found |= self.expressions.read_by(formula, around) - {inner.link_id for inner in around.walk()}
            around = self.questionnaire.parents[around.link_id]
        return found

    def _made_of(self, link_id: str) -> set[str]:
        """The questions that go into a calculated value."""
        item = self.questionnaire.by_link_id.get(link_id)
        if item is None or not item.calculated:
            return set()
        return self.expressions.needs(item) or {ANY}


def _expressions_of(item: Item) -> Iterator[Formula]:
    yield from (one for one in (item.enabled_by, item.worded_by) if one is not None)
    yield from (toggle.formula for toggle in item.toggles)


@lru_cache(maxsize=256)
def deciding(questionnaire: Questionnaire) -> Deciding:
    """The deciding questions of a questionnaire, worked out once."""
    return Deciding(questionnaire)
