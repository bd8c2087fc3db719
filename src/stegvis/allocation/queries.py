"""Reads of the allocation: one arm at a time, and counts that tell nothing.

Nothing here lists arms or looks ahead. An arm for a person's eyes goes through `actions.disclose`, which records it;
`arm_of` is for the house itself, which must know the treatments it delivers.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Literal, get_args

from django.db import connection, transaction
from django.db.models import Count, Max, QuerySet

from stegvis.allocation.errors import ArmHidden, NotAllocated
from stegvis.allocation.models import (
    Accident,
    Allocation,
    Disclosure,
    DisclosureKind,
    Draw,
    Place,
    RandomisationMistake,
    SeedKind,
    Sequence,
)
from stegvis.allocation.models import (
    Learner as Learner,
)
from stegvis.allocation.models import (
    Mistake as Mistake,
)
from stegvis.audit.action import SYSTEM
from stegvis.methods.randomisation import sequence as lists
from stegvis.methods.randomisation.design import EVERYBODY
from stegvis.methods.randomisation.margins import Minimise
from stegvis.people.models import Participant, Role

FEW = 12
MAY_KNOW = frozenset({SYSTEM.role, Role.PARTICIPANT, Role.COORDINATOR, Role.THERAPIST})
"""Roles under which the house may ask for an arm; row-level security narrows them to their own people."""


Purpose = Literal["randomise", "treatment", "letter", "lookup"]
"""What an arm is needed for: `randomise`, to set in motion what follows an allocation; `treatment`, to open what the
person is given; `letter`, to tell them; `lookup`, after a disclosure that was recorded. It stands at every call, so
that all uses can be found and questioned."""


class Supply(StrEnum):
    """How many places are left: no number, since exact ones would help to guess where a block ends."""

    ENOUGH = "enough"
    FEW = "few"
    NONE = "none"


@contextmanager
def opened(extent: Literal["own", "all"] = "own") -> Iterator[None]:
    """Within the block, places and allocations show: those that concern the actor, or all of them; afterwards none.

    The setting is the transaction's; an exception inside rolls back to a savepoint and takes it back as well.
    """
    with transaction.atomic():
        before = _set(extent)
        yield
        _set(before)


def _set(extent: str) -> str:
    """Set what shows, and give back what showed before."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH before AS MATERIALIZED (SELECT coalesce(stegvis_setting('allocating'), '') AS extent) "
            "SELECT extent, set_config('stegvis.allocating', %s, true) FROM before",
            [extent],
        )
        return str(cursor.fetchone()[0])


def arm_of(participant: Participant, *, purpose: Purpose) -> str:
    """The code of an allocated participant's arm. One query.

    Raises `NotAllocated` before allocation and for someone who does not concern the actor, and `ArmHidden` in a role
    that is never told an arm.
    """
    arm = arm_if_allocated(participant, purpose=purpose)
    if arm is None:
        raise NotAllocated(participant=participant.code)
    return arm


def arm_if_allocated(participant: Participant, *, purpose: Purpose) -> str | None:
    """Like `arm_of`, but None where there is no allocation to see."""
    if purpose not in get_args(Purpose):
        raise ValueError(f"An arm is not read for the purpose {purpose!r}; use one of {', '.join(get_args(Purpose))}.")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT stegvis_role(), p.sha256, p.stratum, p.position, p.arm, p.is_drawn "
            "FROM (SELECT 1) AS one LEFT JOIN allocation_place_of(%s) AS p ON true",
            [participant.pk],
        )
        role, sha256, stratum, position, arm, is_drawn = cursor.fetchone()
    if role not in MAY_KNOW:  # there, None could be mistaken for “not allocated”
        raise ArmHidden(role=role)
    if sha256 is None:
        return None
    place = Place(sequence=Sequence(sha256=sha256), stratum=stratum, position=position, arm=arm)
    return place.drawn_code(arm) if is_drawn else place.arm_code()


def is_allocated(participant: Participant) -> bool:
    """Whether a participant has been given a place."""
    with opened("all"):
        return has_place(participant)


def allocated_count() -> int:
    """How many participants have been allocated, in all arms together."""
    with opened("all"):
        return Allocation.objects.count()


def is_ready(stratum: str) -> bool:
    """Whether a list with a free place in this stratum is loaded."""
    with opened("all"):
        return next_place(stratum) is not None


def places_left(strata: Iterable[str]) -> dict[str, Supply]:
    """Roughly how many places each stratum has left; for administrators, see `policies.check_can_see_supply`."""
    with opened("all"):
        served = list(in_use())
        made, given = _by_stratum(Place, served), _by_stratum(Allocation, served)
    supply = {}
    for stratum in strata:
        keys = [(sequence.pk, sequence.stratum_of(stratum)) for sequence in served]
        left = sum(made[key] - given[key] for key in keys)
        supply[stratum] = Supply.ENOUGH if left > FEW else Supply.FEW if left else Supply.NONE
    return supply


def _by_stratum(model: type[Place] | type[Allocation], served: list[Sequence]) -> Counter[tuple[int, str]]:
    """How many rows there are of each list and stratum."""
    rows = model.objects.filter(sequence__in=served).values_list("sequence", "stratum").annotate(n=Count("pk"))
    return Counter({(sequence, stratum): n for sequence, stratum, n in rows})


def sequences() -> QuerySet[Sequence]:
    """All lists that were ever loaded, in the order in which they came."""
    return Sequence.objects.select_related("setting_aside").order_by("number")


def in_use() -> QuerySet[Sequence]:
    """The lists from which places are given, in the order in which they are used."""
    return Sequence.objects.filter(setting_aside=None, is_reserve=False).order_by("number")


def reserves() -> QuerySet[Sequence]:
    """The lists from which places are read by telephone while the system is down, in the order in which they are used."""
    return Sequence.objects.filter(setting_aside=None, is_reserve=True).order_by("number")


def has_typed_list() -> bool:
    """Whether a list in use was made from a typed seed; an installation with such a list does not go live."""
    return (in_use() | reserves()).filter(seed_kind=SeedKind.TYPED).exists()


def disclosures_of(participant: Participant) -> list[Disclosure]:
    """Who was shown a participant's arm, oldest first, as far as row-level security shows it to the actor."""
    with opened():
        rows = Disclosure.objects.filter(allocation__participant=participant).select_related("informing")
        return list(rows.order_by("at", "pk"))


def untold_emergencies(sites: Iterable[int], *, limit: int) -> list[Disclosure]:
    """Emergencies at these sites of which no second person has been informed yet, oldest first."""
    with opened():
        rows = Disclosure.objects.filter(kind=DisclosureKind.EMERGENCY, informing=None)
        rows = rows.filter(allocation__participant__site__in=list(sites)).select_related("allocation__participant")
        return list(rows.order_by("at")[:limit])


def accidents_of(participant: Participant) -> list[Accident]:
    """Where a participant's arm became known by accident, oldest first, as far as row-level security shows it."""
    return list(Accident.objects.filter(participant=participant).order_by("at", "pk"))


def mistakes_of(participant: Participant) -> list[RandomisationMistake]:
    """In which ways a participant should not have been randomised as they were, oldest first; as for `accidents_of`."""
    return list(RandomisationMistake.objects.filter(participant=participant).order_by("at", "pk"))


def told_in_emergencies() -> list[Disclosure]:
    """Every emergency with whose arm was shown and who was informed, oldest first; as the system, for an extract."""
    with opened("all"):
        rows = Disclosure.objects.filter(kind=DisclosureKind.EMERGENCY)
        return list(rows.select_related("allocation__participant", "informing").defer("reason").order_by("at", "pk"))


def accidents() -> list[Accident]:
    """Every arm that became known by accident, oldest first; as the system, for an extract."""
    return list(Accident.objects.select_related("participant").defer("how", "what_follows").order_by("at", "pk"))


def stratum_given(participant: Participant) -> str:
    """The stratum in which a participant was randomised, as it was then; "" when not, or when it does not concern the actor."""
    with opened():
        row = Allocation.objects.filter(participant=participant).select_related("draw").first()
        return row.own_stratum() if row else ""


# What follows is for this room: it needs `opened()` around it.


def lock(stratum: str) -> None:
    """Wait until nobody else is allocating in this stratum; held until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"stegvis.allocation|{stratum}"])


def has_place(participant: Participant) -> bool:
    """Whether a participant has an allocation."""
    return Allocation.objects.filter(participant=participant).exists()


def allocation_of(participant: Participant) -> Allocation | None:
    """A participant's allocation."""
    return Allocation.objects.filter(participant=participant).select_related("place__sequence", "draw").first()


def next_place(stratum: str, *, among: QuerySet[Sequence] | None = None) -> Place | None:
    """The place after the last that was given, in the first list that still has one; only after `lock` is it firm."""
    for sequence in in_use() if among is None else among:
        own = {"sequence": sequence, "stratum": sequence.stratum_of(stratum)}
        given = Allocation.objects.filter(**own).aggregate(last=Max("position"))["last"]
        place = Place.objects.filter(**own, position=(given or 0) + 1).first()
        if place is not None:
            place.sequence = sequence
            return place
    return None


def strata_with_places() -> set[str]:
    """The strata that the lists in use know."""
    return set(Place.objects.filter(sequence__in=in_use()).values_list("stratum", flat=True).distinct())


def stored_sha256(sequence: Sequence) -> str:
    """The hash of the list as the sealed places give it back. Raises `PlaceDamaged` where one does not open."""
    places = []
    for place in Place.objects.filter(sequence=sequence).order_by("pk").iterator():
        place.sequence = sequence
        places.append(lists.Place(place.stratum, place.position, place.block_number(), place.arm_code()))
    return lists.sha256_of(lists.to_csv(places, sequence.head_text()))


def last_draw() -> Draw | None:
    """The last person who was counted at the margins; only after `lock(EVERYBODY)` is it firm."""
    return Draw.objects.order_by("-number").first()


def lock_for(stratum: str) -> bool:
    """`lock` all that giving the next place of a stratum must have for itself; whether that is the margins of all as well."""
    lock(stratum)
    if is_counted := bool(minimised()):
        lock(EVERYBODY)
    return is_counted


def minimised() -> list[Sequence]:
    """The lists of numbers that were ever loaded, in the order in which they came."""
    return list(Sequence.objects.filter(method=Minimise.method).order_by("number"))
