"""A small trial to allocate in: the example's protocol with two sites and with arms whose names occur nowhere else.

The names make it possible to search everything that is written down for a trace of an arm.
"""

import tomllib
from datetime import date

from stegvis.allocation import actions
from stegvis.allocation.models import Sequence
from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.config.environment import CHECKOUT
from stegvis.methods.randomisation.blocks import generate
from stegvis.methods.randomisation.sequence import SequenceList
from stegvis.methods.study.protocol import Protocol
from stegvis.people import actions as people
from stegvis.people.acting import acting_as
from stegvis.people.models import Participant, Site
from stegvis.protocol import queries as protocol
from stegvis.protocol.models import ProtocolVersion

ARMS = ("quillwort", "zander")
STRATA = ("AL", "BO")


AGE = {
    "code": "old", "name": {"sv": "Ålder", "en": "Age"},
    "levels": [
        {"code": code, "name": {"sv": code, "en": code}, "rule": {"kind": "age", "minimum": low, "maximum": high}}
        for code, low, high in (("under50", 18, 49), ("over50", 50, 70))
    ],
}  # fmt: skip
"""A factor beside the site."""


def load_protocol(
    *,
    strata: tuple[str, ...] = STRATA,
    ratio: tuple[int, int] = (1, 1),
    number: int = 1,
    method: str = "permuted_blocks",
    factors: bool = False,
) -> ProtocolVersion:
    """The example's protocol with these sites, which are its strata, and with the arms above."""
    content = tomllib.loads((CHECKOUT / "studies" / "cwp" / "protocol.toml").read_text())
    content["sites"] = [{**content["sites"][0], "code": code} for code in strata]
    content["allocation"]["method"] = method
    if factors:
        content["allocation"]["strata"] = ["site", "old"]
        content["factors"] = [AGE]
    for arm, code, share in zip(content["arms"], ARMS, ratio, strict=True):
        arm.update(code=code, ratio=share)
    content["trial"]["reference_arm"] = ARMS[1]
    parsed = Protocol.model_validate(content)
    protocol.forget()
    return ProtocolVersion.objects.create(
        number=number, version=str(number), effective_from=date(2026, 1, 1), content=parsed.model_dump(mode="json"),
        texts=[], sha256=f"{number:064d}", loaded_at=clock.now(),
    )  # fmt: skip


def make_list(
    *, strata: tuple[str, ...] = STRATA, per_stratum: int = 8, seed: int = 1, ratio: tuple[int, int] = (1, 1)
) -> SequenceList:
    """A list for the small trial."""
    return generate(arms=ARMS, ratio=ratio, block_sizes=(6,), strata=strata, per_stratum=per_stratum, seed=seed)


def load_list(made: SequenceList) -> Sequence:
    """Load it as the demonstration does."""
    return actions.load_sequence(csv_text=made.csv(), seed_kind="typed", by=SYSTEM)


def arms_in(made: SequenceList, stratum: str) -> list[str]:
    """The arms of a stratum in order."""
    return [place.arm for place in made.places if place.stratum == stratum]


def people_at(site: Site, count: int) -> list[Participant]:
    """So many participants at a site."""
    with acting_as(SYSTEM):
        return [
            people.add_participant(
                site=site, name="Made Up", email=f"{site.code}{number}@example.org", phone="070-000 00 00",
                language="sv", made_up=True, by=SYSTEM,
            )
            for number in range(count)
        ]  # fmt: skip
