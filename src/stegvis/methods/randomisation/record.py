"""The record of how a list was made: with it the list can be made again, byte for byte.

It holds the seed and the block sizes, so it belongs to a person outside the sites and never beside the list in the
hands of anyone who enrols. It is JSON; numbers of 128 bits stand as text.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Literal

import numpy

from stegvis.methods.randomisation.blocks import BIT_GENERATOR, GENERATOR
from stegvis.methods.randomisation.design import Design
from stegvis.methods.randomisation.errors import DesignRefused, ListUnreadable
from stegvis.methods.randomisation.generating import generator_of
from stegvis.methods.randomisation.keys import design_of, keys_of_design
from stegvis.methods.randomisation.sequence import SequenceList

SeedKind = Literal["typed", "entropy"]
SEED_KINDS: tuple[SeedKind, ...] = ("typed", "entropy")
KEEP_APART = "Keep this outside the sites: whoever has it can tell every allocation that is still to come."


OF_THE_MAKING = frozenset({"note", "generator", "bit_generator", "numpy", "seed_kind", "seed", "sha256"})
"""Keys of a record that are none of the design's."""


@dataclass(frozen=True, repr=False)
class Record:
    """Seed, design, versions and hash of one list. ``seed_kind``: typed by a person, or entropy of the system."""

    design: Design
    seed: int
    seed_kind: SeedKind
    sha256: str
    generator: str = GENERATOR
    bit_generator: str = BIT_GENERATOR
    numpy_version: str = numpy.__version__


def record_of(sequence: SequenceList, *, seed: int, seed_kind: SeedKind) -> Record:
    """The record of a list that was just made."""
    return Record(
        design=sequence.design, seed=seed, seed_kind=seed_kind, sha256=sequence.sha256(),
        generator=generator_of(sequence.design.method),
    )  # fmt: skip


def to_json(record: Record) -> str:
    """Write a record as JSON text."""
    return (
        json.dumps(
            {
                "note": KEEP_APART,
                "generator": record.generator,
                "bit_generator": record.bit_generator,
                "numpy": record.numpy_version,
                "seed_kind": record.seed_kind,
                "seed": str(record.seed),
                **keys_of_design(record.design),
                "sha256": record.sha256,
            },
            indent=2,
            ensure_ascii=False,
        )
        + "\n"
    )


def from_json(text: str) -> Record:
    """Read a record. Raises :class:`ListUnreadable` when it is none, or was made by another generator."""
    try:
        content: dict[str, Any] = json.loads(text)
        record = _record(content)
    except (ValueError, KeyError, TypeError, AttributeError, DesignRefused) as problem:
        raise ListUnreadable(
            "This is not a record of an allocation list, or it was changed. "
            "Use the file that was written when the list was made."
        ) from problem
    known = generator_of(record.design.method)
    if record.generator != known or record.bit_generator != BIT_GENERATOR:
        raise ListUnreadable(
            f"The list was made by {record.generator} on {record.bit_generator}; this program has {known} on "
            f"{BIT_GENERATOR}. Check it with the version that made it."
        )
    return record


def _record(content: dict[str, Any]) -> Record:
    if content["seed_kind"] not in SEED_KINDS:
        raise ValueError
    design = design_of({key: value for key, value in content.items() if key not in OF_THE_MAKING})
    return Record(
        design=design,
        seed=int(content["seed"]),
        seed_kind=content["seed_kind"],
        sha256=content["sha256"],
        generator=content["generator"],
        bit_generator=content["bit_generator"],
        numpy_version=content["numpy"],
    )
