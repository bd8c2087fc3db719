"""Permuted blocks of random size, stratified: the list of the trial.

Method. Within a stratum blocks follow each other; the size of each is drawn with equal probability from the sizes
allowed, and each order of its content is equally likely (Zelen 1974, J Chronic Dis 27:365; Matts & Lachin 1988,
Control Clin Trials 9:327). After every whole block the arms stand exactly in the ratio; within a block of ``2b``
places at 1:1 they never differ by more than ``b``.

Why the list is stable. numpy guarantees for all time the numbers of ``SeedSequence`` and the raw stream of a bit
generator, but not those of ``Generator.integers`` or ``shuffle`` (NEP 19). So only these four are used here:
``SeedSequence(seed)``, ``SeedSequence.spawn`` (one child per stratum, in the order given), ``PCG64(child)`` and
``PCG64.random_raw``; bounded numbers and the shuffle are written out below. Whoever has numpy's two algorithms can
make the same list in any language.

The seed is an argument: this module neither reads the system's entropy nor keeps anything.
"""

from __future__ import annotations

from collections.abc import Sequence

from numpy.random import PCG64, SeedSequence

from stegvis.methods.randomisation.design import Design
from stegvis.methods.randomisation.errors import DesignRefused
from stegvis.methods.randomisation.sequence import Place, SequenceList

GENERATOR = "stegvis.permuted-blocks/1"
"""Name and version of the procedure below; any change that could change a list gets a new number."""
BIT_GENERATOR = "PCG64"
SEED_BITS = 128


def generate(
    *,
    arms: Sequence[str],
    ratio: Sequence[int],
    block_sizes: Sequence[int],
    strata: Sequence[str],
    per_stratum: int,
    seed: int,
) -> SequenceList:
    """Make a list in which every stratum holds whole blocks and at least ``per_stratum`` places.

    ``seed`` is a whole number of at most 128 bits. The order of ``arms`` and ``strata`` is part of the recipe: another
    order is another list. A stratum's places depend on the seed and on its own rank among the strata, not on how many
    come after it, so a stratum added at the end leaves the others as they were.

    Raises :class:`DesignRefused` with a sentence.
    """
    design = Design(tuple(arms), tuple(ratio), tuple(block_sizes), tuple(strata), per_stratum)
    return generate_from(design, seed)


def generate_from(design: Design, seed: int) -> SequenceList:
    """:func:`generate` for a design that is already there."""
    places = [place for stratum, draws in draws_of(design, seed) for place in _stratum(design, stratum, draws)]
    return SequenceList(design, tuple(places))


def draws_of(design: Design, seed: int) -> list[tuple[str, Draws]]:
    """Each stratum with random numbers of its own."""
    if not 0 <= seed < 2**SEED_BITS:
        raise DesignRefused(f"The seed must be a whole number from 0 to 2^{SEED_BITS} − 1.")
    children = SeedSequence(seed).spawn(len(design.strata))
    return [(stratum, Draws(child)) for stratum, child in zip(design.strata, children, strict=True)]


def _stratum(design: Design, stratum: str, draws: Draws) -> list[Place]:
    places: list[Place] = []
    block = 0
    while len(places) < design.per_stratum:
        block += 1
        size = design.block_sizes[draws.below(len(design.block_sizes))]
        for arm in _block(design, size, draws):
            places.append(Place(stratum, len(places) + 1, block, arm))
    return places


def _block(design: Design, size: int, draws: Draws) -> list[str]:
    """One block in random order (Fisher–Yates, from the end)."""
    times = size // sum(design.ratio)
    content = [arm for arm, share in zip(design.arms, design.ratio, strict=True) for _ in range(share * times)]
    for last in range(size - 1, 0, -1):
        other = draws.below(last + 1)
        content[last], content[other] = content[other], content[last]
    return content


class Draws:
    """Whole numbers with equal probability, from the raw 64-bit stream of PCG64."""

    def __init__(self, child: SeedSequence) -> None:
        self._generator = PCG64(child)

    def raw(self) -> int:
        """64 random bits."""
        return int(self._generator.random_raw())

    def below(self, bound: int) -> int:
        """A number from 0 to ``bound - 1``; raw values past the last full multiple are thrown away (no modulo bias)."""
        limit = 2**64 - 2**64 % bound
        while (raw := self.raw()) >= limit:
            pass
        return raw % bound
