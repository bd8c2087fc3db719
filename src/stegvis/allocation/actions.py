"""Every write of the allocation: load a list, give the next place, show an arm and record that it was shown.

You are probably here because a stratum is running out (load a further list: it follows when the first is used up),
because a list became known (`set_aside_sequence`), or because a clinician must know an arm at once (`disclose`).
"""

from collections.abc import Sequence as Places
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError

from stegvis.allocation import drawing, policies, queries
from stegvis.allocation.errors import (
    AllocatedAlready,
    InformedAlready,
    ListLoadedAlready,
    ListUnreadable,
    MistakeKeptAlready,
    NotAllocated,
    NoticedBefore,
    PlaceDamaged,
    ReserveOutOfOrder,
    ReserveUsedUp,
    SequenceUsedUp,
    SetAsideAlready,
    ShownAlready,
)
from stegvis.allocation.models import (
    Accident,
    Allocation,
    Disclosure,
    DisclosureKind,
    Informing,
    Learner,
    Mistake,
    Place,
    RandomisationMistake,
    ReserveReading,
    Sequence,
    SettingAside,
)
from stegvis.audit import clock
from stegvis.audit.action import Actor, action, note
from stegvis.audit.once import earlier, make
from stegvis.methods.randomisation import sequence as lists
from stegvis.methods.randomisation.errors import ListUnreadable as NoList
from stegvis.methods.randomisation.generating import generator_of
from stegvis.people.models import Participant
from stegvis.protocol import queries as protocol

BATCH = 1000


@action("allocation.sequence_loaded", detail=("seed_kind",))
def load_sequence(
    *,
    csv_text: str,
    seed_kind: str,
    by: Actor,
    live: bool = False,
    expected_sha256: str | None = None,
    reserve: bool = False,
) -> Sequence:
    """Seal a list into the database, all of it or nothing, once.

    `seed_kind` is `typed` or `entropy`, as the list's record says; `expected_sha256` the hash that was written down
    when it was made. Where real people take part (`live`, or the protocol has gone live) a typed seed is refused and
    the hash is needed. A further list adds places behind those of the lists before it. A `reserve` gives no place by
    itself: see `enter_reserve`.
    """
    policies.check_can_manage_lists(by)
    policies.check_seed(seed_kind=seed_kind, expected_sha256=expected_sha256, live=live or protocol.is_live())
    sha256 = lists.sha256_of(csv_text)
    policies.check_hash(found=sha256, expected=expected_sha256)
    file = _read(csv_text)
    with queries.opened("all"):
        queries.lock("")
        _check_is_new(sha256)
        policies.check_list(file, protocol.current(), reserve=reserve)
        sequence = Sequence(
            number=Sequence.objects.count() + 1, sha256=sha256, generator=generator_of(file.method), seed_kind=seed_kind,
            n_places=len(file.places), loaded_at=clock.now(), loaded_by_code=by.code, method=file.method,
            is_reserve=reserve,
        )  # fmt: skip
        sequence.seal_head(file.head)
        sequence.save()
        _seal(file.places, sequence)
    note(number=sequence.number, sha256=sha256, places=len(file.places))
    return sequence


@action("allocation.sequence_set_aside")
def set_aside_sequence(*, sequence: Sequence, reason: str, by: Actor) -> SettingAside:
    """Give no more places of a list, because it may have become known; what was allocated stands."""
    policies.check_can_manage_lists(by)
    queries.lock("")
    earlier = SettingAside.objects.filter(sequence=sequence).first()
    if earlier is not None:
        raise SetAsideAlready(day=clock.local(earlier.set_aside_at).date())
    note(number=sequence.number)
    return SettingAside.objects.create(sequence=sequence, reason=reason, set_aside_at=clock.now(), by_code=by.code)


@action("allocation.made", detail=("stratum",))
def allocate(*, participant: Participant, stratum: str, by: Actor) -> Allocation:
    """Give a participant the next place of a stratum. The arm is not given back: see `disclose` and `queries.arm_of`.

    Whether the person may be randomised at all (criteria, consent, baseline) is asked a floor higher, in `trial`.
    """
    policies.check_can_allocate(participant=participant, by=by)
    try:
        with queries.opened_to_give(participant, stratum) as found:
            if found.has_place:
                raise AllocatedAlready(participant=participant.code)
            allocation = _give(found.next_place, participant, stratum, counted=found.is_counted, by=by)
    except IntegrityError as error:
        if not _is_about_the_participant(error):
            raise
        raise AllocatedAlready(participant=participant.code) from None
    note(position=allocation.position, sequence=allocation.sequence.number)
    return allocation


@action("allocation.reserve_entered", detail=("stratum", "position"))
def enter_reserve(
    *, participant: Participant, stratum: str, position: int, read_by: str, read_at: datetime, told_arm: str, by: Actor
) -> Allocation:
    """Keep a place of the reserve that was read out by telephone while the system was down: the next one, and no other.

    The arm is the list's, whatever was told; that the two differ is kept in `reserve_reading.as_told`. It is not asked for
    first, since whoever may try an arm and be refused learns the arms to come.
    """
    policies.check_can_allocate(participant=participant, by=by)
    policies.check_read_at(read_at)
    with queries.opened_to_give(participant, stratum, reserve=True) as found:
        if found.has_place:
            raise AllocatedAlready(participant=participant.code)
        place = found.next_place
        if place is None:
            raise ReserveUsedUp(stratum=stratum)
        if place.position != position:
            raise ReserveOutOfOrder(stratum=stratum, expected=place.position, position=position)
        allocation = _give(place, participant, stratum, counted=found.is_counted, by=by)
        as_told = allocation.arm_code() == told_arm
        ReserveReading.objects.create(allocation=allocation, read_by=read_by, read_at=read_at, as_told=as_told)
    note(as_told=as_told)
    return allocation


@action("allocation.disclosed", detail=("kind",))
def disclose(*, participant: Participant, kind: str, reason: str, by: Actor) -> Disclosure:
    """Show an arm to a person, and keep who, when and why. The row that comes back bears it as `shown_arm`.

    `kind` is one of `DisclosureKind`. The result of a randomisation is shown once; everything later is a look-up. The
    record keeps `reason` in the open: the page that asks for it says that it must not name a group.
    """
    policies.check_can_disclose(participant=participant, kind=kind, reason=reason, by=by)
    with queries.opened("all"):
        allocation = queries.allocation_of(participant)
        if allocation is None:
            raise NotAllocated(participant=participant.code)
        _check_not_shown(allocation, kind, participant)
        disclosure = Disclosure.objects.create(
            allocation=allocation, kind=kind, reason=reason, by_code=by.code, by_role=by.role, at=clock.now()
        )
        disclosure.shown_arm = allocation.arm_code()
    return disclosure


@action("allocation.second_person_informed")
def record_informing(*, disclosure: Disclosure, participant: Participant, whom: str, by: Actor) -> Informing:
    """Keep who else was told, afterwards, that an arm had been shown in an emergency."""
    policies.check_can_report(participant=participant, by=by)
    with queries.opened():
        there = Disclosure.objects.select_related("informing").get(
            pk=disclosure.pk, allocation__participant=participant, kind=DisclosureKind.EMERGENCY
        )
        policies.check_second_person(whom=whom, disclosed_by=there.by_code)
        earlier: Informing | None = getattr(there, "informing", None)
        if earlier is not None:
            raise InformedAlready(whom=earlier.whom, day=clock.local(earlier.at).date())
        return Informing.objects.create(disclosure=there, whom=whom.strip(), by_code=by.code, at=clock.now())


@action("allocation.became_known", detail=("learner",))
def record_accident(
    *, participant: Participant, learner: str, learnt_on: date, how: str, what_follows: str, key: UUID | None = None,
    by: Actor,
) -> Accident:  # fmt: skip
    """Keep that somebody learnt an arm by accident: who, how, and what follows. Neither text must name the arm.

    The same key again gives the row that it made.
    """
    policies.check_can_report(participant=participant, by=by)
    policies.check_words(how, what_follows)
    policies.check_read_at(clock.at(learnt_on, 0))
    if not queries.is_allocated(participant):
        raise NotAllocated(participant=participant.code)
    said = {"learner": str(Learner(learner)), "learnt_on": learnt_on, "how": how, "what_follows": what_follows}
    made = earlier(Accident, key, said=said, participant=participant) if key else None
    facts = {"participant": participant, **said, "by_code": by.code, "by_role": by.role, "at": clock.now()}
    if made is not None or key is None:
        return made or Accident.objects.create(**facts)
    return make(Accident, key, about="participant", **facts)


@action("allocation.mistake_kept", detail=("kind", "noticed_on"))
def record_mistake(
    *, participant: Participant, kind: str, noticed_on: date, how: str, what_follows: str, key: UUID, by: Actor
) -> RandomisationMistake:
    """Keep that somebody was randomised in error, in the wrong stratum, or without meeting the criteria.

    Place and arm stand: nothing is given back, and the person is analysed as randomised (Yelland et al. 2015). Neither text
    must name the arm. The same key again gives the row that it made; the same mistake of the same person is refused.
    """
    policies.check_can_report(participant=participant, by=by)
    policies.check_words(how, what_follows)
    with queries.opened("all"):
        allocation = queries.allocation_of(participant)
        if allocation is None:
            raise NotAllocated(participant=participant.code)
        by_telephone: ReserveReading | None = getattr(allocation, "reserve_reading", None)
        randomised_on = clock.local(by_telephone.read_at if by_telephone else allocation.allocated_at).date()
    if not randomised_on <= noticed_on <= clock.today():
        raise NoticedBefore(randomised=randomised_on)
    said = {"kind": str(Mistake(kind)), "noticed_on": noticed_on, "how": how, "what_follows": what_follows}
    made = earlier(RandomisationMistake, key, said=said, participant=participant)
    if made is not None:
        return made
    queries.lock(f"mistake|{participant.pk}")
    there = RandomisationMistake.objects.filter(participant=participant, kind=kind).exclude(key=key).first()
    if there is not None:
        day = clock.local(there.at).date()
        raise MistakeKeptAlready(participant=participant.code, mistake=Mistake(kind).label, day=day)
    return make(
        RandomisationMistake, key, about="participant", participant=participant, **said, by_code=by.code,
        by_role=by.role, at=clock.now(),
    )  # fmt: skip


@dataclass(frozen=True)
class AllocatedArm:
    """One row of the extract's own file of arms."""

    participant: str
    stratum: str
    arm: str = field(repr=False)


@action("allocation.arms_read", detail=("blinded",))
def arms_for_extract(*, blinded: bool, by: Actor) -> tuple[AllocatedArm, ...]:
    """The arms of all who were allocated, by participant code, for an extract and for nothing else.

    `blinded` says whether the extract will bear permuted labels instead; the permuting is the extract's.
    """
    policies.check_can_read_arms(by)
    with queries.opened("all"):
        rows = Allocation.objects.select_related("participant", "place__sequence", "draw").order_by("participant__code")
        arms = tuple(AllocatedArm(row.participant.code, row.own_stratum(), row.arm_code()) for row in rows.iterator())
    note(participants=len(arms))
    return arms


def _read(csv_text: str) -> lists.ListFile:
    try:
        return lists.read(csv_text)
    except NoList:
        raise ListUnreadable from None  # nothing of the list's content goes along


def _check_is_new(sha256: str) -> None:
    there = Sequence.objects.filter(sha256=sha256).first()
    if there is not None:
        raise ListLoadedAlready(day=clock.local(there.loaded_at).date())


def _seal(places: Places[lists.Place], sequence: Sequence) -> None:
    sealed = [
        Place.sealed(
            sequence=sequence, stratum=place.stratum, position=place.position, block=place.block, arm=place.arm
        )
        for place in places
    ]
    Place.objects.bulk_create(sealed, batch_size=BATCH)
    if queries.stored_sha256(sequence) != sequence.sha256:
        raise PlaceDamaged


def _give(place: Place | None, participant: Participant, stratum: str, *, counted: bool, by: Actor) -> Allocation:
    """Give the place; where arms are minimised, everybody is counted at the margins, also who gets one of another list."""
    if place is None:
        raise SequenceUsedUp(stratum=stratum)
    place.arm_code()  # a damaged place is found before it is given, not when somebody needs it
    allocation = Allocation.objects.create(
        place=place, participant=participant, sequence=place.sequence, stratum=place.stratum, position=place.position,
        allocated_at=clock.now(), by_code=by.code, by_role=by.role,
    )  # fmt: skip
    if place.sequence.is_minimised:
        drawing.draw(allocation, stratum=stratum)
    elif counted:
        drawing.count(allocation, stratum=stratum)
    return allocation


def _is_about_the_participant(error: IntegrityError) -> bool:
    """Whether the database refused a second allocation of the same person: two strata were locked, not one."""
    diagnosis = getattr(error.__cause__, "diag", None)
    return "participant" in (getattr(diagnosis, "constraint_name", None) or "")


def _check_not_shown(allocation: Allocation, kind: str, participant: Participant) -> None:
    """The unique constraint decides; asking first turns it into a sentence."""
    queries.lock(allocation.stratum)
    if (
        kind == DisclosureKind.AT_ALLOCATION
        and Disclosure.objects.filter(allocation=allocation, kind=DisclosureKind.AT_ALLOCATION).exists()
    ):
        raise ShownAlready(participant=participant.code)
