"""Make the list of any design: blocks as `blocks` does, arms one by one by a rule, or the numbers of minimisation.

Where only the arms before in the same stratum matter (simple randomisation, coins, the urn) the arms are drawn beforehand,
each with 64 bits of the stratum's own stream of numbers; see `blocks` for why such a list is stable. Minimisation depends on
who comes, so its list holds the numbers themselves (`margins`).
"""

from __future__ import annotations

from stegvis.methods.randomisation import blocks
from stegvis.methods.randomisation.design import BLOCKS, Design
from stegvis.methods.randomisation.margins import Minimise
from stegvis.methods.randomisation.rules import NUMBER_BITS, Rule, pick
from stegvis.methods.randomisation.sequence import Place, SequenceList

ONE_BY_ONE = "stegvis.one-by-one/1"
NUMBERS = "stegvis.numbers/1"
NUMBER_DIGITS = NUMBER_BITS // 4


def generator_of(method: str) -> str:
    """Name and version of the procedure that makes lists of a method."""
    return {BLOCKS: blocks.GENERATOR, Minimise.method: NUMBERS}.get(method, ONE_BY_ONE)


def generate_from(design: Design, seed: int) -> SequenceList:
    """The list of a design and a seed of at most 128 bits. Raises :class:`DesignRefused` for another seed."""
    if design.rule is None:
        return blocks.generate_from(design, seed)
    places = []
    for stratum, draws in blocks.draws_of(design, seed):
        made = _numbers(design, draws) if isinstance(design.rule, Minimise) else _arms(design, design.rule, draws)
        places += [Place(stratum, position, 0, content) for position, content in enumerate(made, start=1)]
    return SequenceList(design, tuple(places))


def _arms(design: Design, rule: Rule, draws: blocks.Draws) -> list[str]:
    """The arms of one stratum."""
    counts, made = [0] * len(design.arms), []
    for _ in range(design.per_stratum):
        arm = pick(rule.chances(counts, design.ratio), draws.raw())
        counts[arm] += 1
        made.append(design.arms[arm])
    return made


def _numbers(design: Design, draws: blocks.Draws) -> list[str]:
    """Numbers of 64 bits in hexadecimal, all of the same length."""
    return [f"{draws.raw():0{NUMBER_DIGITS}x}" for _ in range(design.per_stratum)]
