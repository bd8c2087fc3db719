"""The design of an allocation list: arms and their ratio, block sizes or another rule, strata, places per stratum.

Everything here but the seed decides which lists are possible. Arms, ratio, strata and the name of the method are public
(they stand in the protocol); the block sizes and the parameters of a rule are not, because whoever knows them can foresee
arms (ICH E9, 2.3.2: the block length should not be known to those who enrol).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from stegvis.methods.randomisation.errors import DesignRefused
from stegvis.methods.randomisation.margins import Minimise
from stegvis.methods.randomisation.rules import Rule

MOST_PLACES = 1_000_000
BLOCKS = "permuted_blocks"
EVERYBODY = "all"
"""The one stratum of a minimised trial's list: its numbers are used in the order in which people come, wherever."""
ARTICLE = {"arm": "an arm", "stratum": "a stratum"}
CODE = re.compile(r"\w[\w.-]*(?:[|/]\w[\w.-]*)*")
"""A stratum or arm: letters, digits, ``_ . -``; the levels of several factors are joined by ``/`` or ``|`` (``1|under50``)."""


@dataclass(frozen=True)
class Design:
    """A complete, checked design.

    ``ratio[i]`` is the share of ``arms[i]``; a block of ``k * sum(ratio)`` places holds ``k * ratio[i]`` of it.
    ``block_sizes`` is kept in ascending order, so that the order in which they were typed does not change the list; it is
    empty where a ``rule`` decides one by one.
    Raises :class:`DesignRefused` with a sentence for the first choice that cannot be.
    """

    arms: tuple[str, ...]
    ratio: tuple[int, ...]
    block_sizes: tuple[int, ...]
    strata: tuple[str, ...]
    per_stratum: int
    rule: Rule | Minimise | None = None

    @property
    def method(self) -> str:
        """What a protocol calls it."""
        return self.rule.method if self.rule else BLOCKS

    def __post_init__(self) -> None:
        _check_codes("arm", self.arms)
        if len(self.arms) < 2:
            raise DesignRefused("A list needs at least two arms, for example intervention and control.")
        _check_codes("stratum", self.strata)
        if not self.strata:
            raise DesignRefused("A list needs at least one stratum, for example the code of a site.")
        _check_ratio(self.arms, self.ratio)
        if self.rule is None:
            _check_block_sizes(self.block_sizes, shares=sum(self.ratio))
            object.__setattr__(self, "block_sizes", tuple(sorted(self.block_sizes)))
        else:
            self._check_rule()
        self._check_length()

    def _check_rule(self) -> None:
        if self.block_sizes:
            raise DesignRefused(f"Blocks belong to {BLOCKS}; {self.method} has none. Leave the block sizes out.")
        if isinstance(self.rule, Minimise) and self.strata != (EVERYBODY,):
            raise DesignRefused(
                "Minimisation has factors instead of strata: its list is one for everybody. Name the factors, and leave "
                "the strata out."
            )

    def _check_length(self) -> None:
        if self.per_stratum < 1:
            raise DesignRefused(f"A stratum needs at least 1 place; {self.per_stratum} was asked for.")
        longest = self.block_sizes[-1] if self.block_sizes else 0
        if (places := len(self.strata) * (self.per_stratum + longest)) > MOST_PLACES:
            raise DesignRefused(
                f"The list could hold {places:,} places; at most {MOST_PLACES:,} are made at once. "
                "Ask for fewer places per stratum."
            )


def _check_codes(what: str, codes: Sequence[str]) -> None:
    for code in codes:
        if not CODE.fullmatch(code):
            raise DesignRefused(
                f"“{code}” cannot be the code of {ARTICLE[what]}. Use letters, digits, “_”, “.” or “-”, "
                "with “|” between factors, for example 1 or 1|under50."
            )
    if len(set(codes)) < len(codes):
        raise DesignRefused(f"Each {what} may be named once, but one is named twice: {', '.join(codes)}.")


def _check_ratio(arms: Sequence[str], ratio: Sequence[int]) -> None:
    if len(ratio) != len(arms):
        raise DesignRefused(
            f"The ratio has {len(ratio)} parts, but there are {len(arms)} arms. "
            f"Give one part per arm, for example {':'.join('1' for _ in arms)}."
        )
    if min(ratio) < 1:
        raise DesignRefused("Each part of the ratio must be a whole number of at least 1, for example 2:1.")


def _check_block_sizes(sizes: Sequence[int], *, shares: int) -> None:
    if not sizes:
        raise DesignRefused("No block size was given. Give one or more, for example 4,6.")
    if len(set(sizes)) < len(sizes):
        raise DesignRefused("Each block size may be given once: sizes are drawn with equal probability.")
    for size in sizes:
        if size < 1 or size % shares:
            raise DesignRefused(
                f"A block of {size} cannot hold the arms in the ratio asked for: its size must be a multiple of "
                f"{shares}, the sum of the ratio. Use for example {shares * 2},{shares * 3}."
            )
