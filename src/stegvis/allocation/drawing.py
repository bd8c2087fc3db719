"""Drawing: in a minimised trial, the arm of the person who is there now; and every such arm computed once more.

An arm follows from three things that are all kept: the levels of the people before, the levels of this one, and the number
that was sealed at this place before anybody came. The margins after each person are kept with them, sealed and of one
length, so that an allocation reads one row however many there are. Everything here needs `queries.opened("all")` around it.
"""

import json
from collections.abc import Iterator
from collections.abc import Sequence as Several
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag

from stegvis.allocation import queries
from stegvis.allocation.errors import FactorsChanged, PlaceDamaged
from stegvis.allocation.models import LEVEL, Allocation, Draw, Place, Sequence
from stegvis.audit.fields import seal, unseal
from stegvis.methods.randomisation.keys import rule_of
from stegvis.methods.randomisation.margins import Margins, Minimise, counted, keys_of
from stegvis.methods.study.protocol import STRATUM_SEPARATOR
from stegvis.protocol import queries as protocol

DIGITS = 7
"""Counts are written with so many digits, so that the length of what is sealed tells nothing."""


@dataclass(frozen=True)
class Recipe:
    """What turns the numbers of a list into arms."""

    arms: tuple[str, ...]
    ratio: tuple[int, ...]
    rule: Minimise

    @classmethod
    def of(cls, sequence: Sequence) -> "Recipe":
        """What stands sealed at the head of a list of numbers. Raises `PlaceDamaged`."""
        head = json.loads(sequence.head_text() or "{}")
        rule = rule_of(head["method"], head) if head else None
        if not isinstance(rule, Minimise):
            raise PlaceDamaged
        return cls(tuple(head["arms"]), tuple(head["ratio"]), rule)

    def arm(self, place: Place, margins: Margins, keys: Several[str]) -> int:
        """Which arm the number of a place gives somebody with these keys."""
        levels = [key.partition(LEVEL)[2] for key in keys]
        return self.rule.arm(margins, levels, self.ratio, int(place.arm_code(), 16))


def draw(allocation: Allocation, *, stratum: str) -> Draw:
    """Compute and keep the arm of somebody of a stratum who has just got a place of a list of numbers."""
    recipe, before = Recipe.of(allocation.place.sequence), queries.last_draw()
    margins, keys = _margins(before), _keys(recipe, stratum)
    return _keep(allocation, before, keys, margins, recipe.arms, recipe.arm(allocation.place, margins, keys))


def count(allocation: Allocation, *, stratum: str) -> Draw:
    """Count somebody at the margins who got a place of another list while arms are minimised: one of the reserve."""
    recipe, before = Recipe.of(queries.minimised()[-1]), queries.last_draw()
    arm = recipe.arms.index(allocation.place.arm_code())
    return _keep(allocation, before, _keys(recipe, stratum), _margins(before), recipe.arms, arm)


def recomputed() -> Iterator[tuple[Draw, bool]]:
    """Every draw in its order, and whether the arm and the margins that were kept come out again."""
    recipes = {each.pk: Recipe.of(each) for each in queries.minimised()}
    margins: Margins = {}
    rows = Draw.objects.select_related("allocation__place__sequence").order_by("number")
    for number, row in enumerate(rows.iterator(), start=1):
        keys, place = row.levels.split(STRATUM_SEPARATOR), row.allocation.place
        recipe = recipes.get(place.sequence_id)
        arms = recipe.arms if recipe else next(iter(recipes.values())).arms
        arm = recipe.arm(place, margins, keys) if recipe else arms.index(place.arm_code())
        margins = counted(margins, keys, arm, len(arms))
        yield row, row.number == number and row.allocation.arm_code() == arms[arm] and _margins(row) == margins


def _keys(recipe: Recipe, stratum: str) -> tuple[str, ...]:
    """A person's levels as the margins name them. Refuses when an amendment has other factors than the list."""
    wanted = protocol.current().allocation.strata
    if recipe.rule.factors != wanted or stratum.count(STRATUM_SEPARATOR) != len(wanted) - 1:
        raise FactorsChanged(found=", ".join(recipe.rule.factors), wanted=", ".join(wanted))
    return keys_of(recipe.rule.factors, stratum.split(STRATUM_SEPARATOR))


def _keep(
    allocation: Allocation, before: Draw | None, keys: Several[str], margins: Margins, arms: Several[str], arm: int
) -> Draw:
    number = before.number + 1 if before else 1
    after = counted(margins, keys, arm, len(arms))
    written = json.dumps({key: [f"{n:0{DIGITS}d}" for n in counts] for key, counts in sorted(after.items())})
    return Draw.objects.create(
        allocation=allocation, number=number, levels=STRATUM_SEPARATOR.join(keys),
        arm=allocation.place.seal_drawn(arms[arm]), margins=seal(written, _bound_to(number)),
    )  # fmt: skip


def _margins(row: Draw | None) -> dict[str, tuple[int, ...]]:
    if row is None:
        return {}
    try:
        kept = json.loads(unseal(bytes(row.margins), _bound_to(row.number)))
    except InvalidTag:
        raise PlaceDamaged from None
    return {key: tuple(int(n) for n in counts) for key, counts in kept.items()}


def _bound_to(number: int) -> bytes:
    return f"allocation_draw.margins|{number}".encode()
