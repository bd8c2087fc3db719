"""Reads of the allocation: one arm at a time, and counts that tell nothing.

Nothing here lists arms or looks ahead. An arm for a person's eyes goes through `actions.disclose`, which records it;
`arm_of` is for the house itself, which must know the treatments it delivers.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, get_args

from django.db import connection, transaction
from django.db.models import Count, QuerySet

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
from stegvis.audit.action import SYSTEM, is_running
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


_BEFORE = "WITH before AS MATERIALIZED (SELECT coalesce(stegvis_setting('allocating'), '') AS extent)"
_LOCK = "pg_advisory_xact_lock(hashtextextended(%s, 0))"
_OPEN_AND_LOCK = f"""
    {_BEFORE}, minimised AS MATERIALIZED (SELECT EXISTS (SELECT FROM allocation_sequence WHERE method = %s) AS there)
    SELECT extent, there, set_config('stegvis.allocating', 'all', true), {_LOCK}, CASE WHEN there THEN {_LOCK} END
    FROM before, minimised
"""
_PLACE = [field.column for field in Place._meta.concrete_fields]
_SEQUENCE = [field.column for field in Sequence._meta.concrete_fields]
_STANDING = f"""
    SELECT EXISTS (SELECT FROM allocation_allocation WHERE participant_id = %(participant)s),
           EXISTS (SELECT FROM allocation_sequence WHERE method = %(minimised)s), next.*
    FROM (SELECT) AS one LEFT JOIN LATERAL (
        SELECT {", ".join(f"p.{column}" for column in _PLACE)},
               {", ".join(f"s.{column} AS s_{column}" for column in _SEQUENCE)}
        FROM (SELECT *, CASE WHEN method = %(minimised)s THEN %(everybody)s ELSE %(stratum)s END AS serving
              FROM allocation_sequence) AS s
        CROSS JOIN LATERAL (
            SELECT coalesce(max(a.position), 0) + 1 AS position FROM allocation_allocation a
            WHERE a.sequence_id = s.id AND a.stratum = s.serving
        ) AS follows
        JOIN allocation_place p
          ON p.sequence_id = s.id AND p.stratum = s.serving AND p.position = follows.position
        WHERE s.is_reserve = %(reserve)s AND NOT EXISTS (SELECT FROM allocation_settingaside x WHERE x.sequence_id = s.id)
        ORDER BY s.number LIMIT 1
    ) AS next ON true
"""
"""One question, since it is put while others wait: four of them took longer than all else that an allocation does."""


@dataclass(frozen=True)
class Standing:
    """How things stand for one person and stratum: whether they have a place, whether arms are minimised, the next place."""

    has_place: bool
    is_counted: bool
    next_place: Place | None


class Supply(StrEnum):
    """How many places are left: no number, since exact ones would help to guess where a block ends."""

    ENOUGH = "enough"
    FEW = "few"
    NONE = "none"


@contextmanager
def opened(extent: Literal["own", "all"] = "own") -> Iterator[None]:
    """Within the block, places and allocations show: those that concern the actor, or all of them; afterwards none.

    The setting is the transaction's; an exception inside rolls back and takes it back as well: to the action that is
    running, where there is one, else to a savepoint.
    """
    with transaction.atomic(savepoint=not is_running()):
        before = _set(extent)
        yield
        _set(before)


@contextmanager
def opened_to_give(participant: Participant, stratum: str, *, reserve: bool = False) -> Iterator[Standing]:
    """`opened("all")` with locked what giving the next place of a stratum must have for itself; how things then stand.

    Lock first, then look: nobody else changes what was found until the transaction ends.
    """
    with transaction.atomic(savepoint=not is_running()):
        with connection.cursor() as cursor:
            cursor.execute(_OPEN_AND_LOCK, [Minimise.method, _key(stratum), _key(EVERYBODY)])
            before, is_locked_for_all = cursor.fetchone()[:2]
        found = _standing(participant, stratum, reserve=reserve)
        if found.is_counted and not is_locked_for_all:  # a list of numbers came while this one waited
            lock(EVERYBODY)
            found = _standing(participant, stratum, reserve=reserve)
        yield found
        _set(before)


def _set(extent: str) -> str:
    """Set what shows, and give back what showed before."""
    with connection.cursor() as cursor:
        cursor.execute(f"{_BEFORE} SELECT extent, set_config('stegvis.allocating', %s, true) FROM before", [extent])
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
        return _standing(None, stratum).next_place is not None


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
        cursor.execute(f"SELECT {_LOCK}", [_key(stratum)])


def _key(stratum: str) -> str:
    return f"stegvis.allocation|{stratum}"


def has_place(participant: Participant) -> bool:
    """Whether a participant has an allocation."""
    return Allocation.objects.filter(participant=participant).exists()


def allocation_of(participant: Participant) -> Allocation | None:
    """A participant's allocation."""
    return Allocation.objects.filter(participant=participant).select_related("place__sequence", "draw").first()


def _standing(participant: Participant | None, stratum: str, *, reserve: bool = False) -> Standing:
    """How things stand, with the place after the last that was given in the first list that still has one. One query.

    `reserve` looks among the lists that are read by telephone.
    """
    asked = {
        "participant": participant.pk if participant else None, "stratum": stratum, "everybody": EVERYBODY,
        "minimised": Minimise.method, "reserve": reserve,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_STANDING, asked)
        has_place, is_counted, *row = cursor.fetchone()
    if row[0] is None:
        return Standing(has_place, is_counted, None)
    place = Place.from_db(connection.alias, _names(Place), row[: len(_PLACE)])
    place.sequence = Sequence.from_db(connection.alias, _names(Sequence), row[len(_PLACE) :])
    return Standing(has_place, is_counted, place)


def _names(model: type[Place] | type[Sequence]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]


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


def minimised() -> list[Sequence]:
    """The lists of numbers that were ever loaded, in the order in which they came."""
    return list(Sequence.objects.filter(method=Minimise.method).order_by("number"))
