"""Who may load a list, randomise, and be shown an arm; and which lists are good enough."""

from collections.abc import Sequence as Places
from math import gcd

from stegvis.allocation import queries
from stegvis.allocation.errors import (
    HashNotGiven,
    ListHashDiffers,
    ListNotSound,
    ReasonMissing,
    SeedWasTyped,
    StrataMissing,
    StrataUnknown,
)
from stegvis.allocation.models import DisclosureKind, SeedKind
from stegvis.audit.action import Actor
from stegvis.methods.randomisation.sequence import Place
from stegvis.methods.randomisation.verification import check_structure
from stegvis.methods.study.protocol import Protocol
from stegvis.people import policies as people
from stegvis.people.models import Participant, Role

SHOWN_TO: dict[str, tuple[Role, ...]] = {
    DisclosureKind.AT_ALLOCATION: (Role.COORDINATOR,),
    DisclosureKind.TOLD_PARTICIPANT: (Role.COORDINATOR,),
    DisclosureKind.LOOKUP: (Role.COORDINATOR,),
    # In an emergency whoever treats the person must know at once; it is recorded, and that is the safeguard.
    DisclosureKind.EMERGENCY: (Role.COORDINATOR, Role.THERAPIST, Role.PHYSIOTHERAPIST),
}


def check_can_manage_lists(by: Actor) -> None:
    """Refuse unless `by` is an administrator, who sees no participants, or the system."""
    people.check_role(by, Role.ADMINISTRATOR)


def check_can_see_supply(by: Actor) -> None:
    """Refuse unless `by` is an administrator, or the system."""
    people.check_role(by, Role.ADMINISTRATOR)


def check_can_allocate(*, participant: Participant, by: Actor) -> None:
    """Refuse unless `by` is a coordinator at the participant's site, or the system."""
    people.check_role(by, Role.COORDINATOR)
    people.check_at_site(by, participant.site)


def check_can_disclose(*, participant: Participant, kind: str, reason: str, by: Actor) -> None:
    """Refuse unless `by` works at the participant's site, in a role that may be shown an arm so, and says why."""
    people.check_role(by, *SHOWN_TO[DisclosureKind(kind)])
    people.check_at_site(by, participant.site)
    if not reason.strip():
        raise ReasonMissing()


def check_can_read_arms(by: Actor) -> None:
    """Refuse unless an extract is being written for `by`: a data manager, a statistician, or the system.

    They are not shown what is read: `reporting` puts it into a file, with permuted labels before the lock.
    """
    people.check_role(by, Role.DATA_MANAGER, Role.STATISTICIAN)


def check_seed(*, seed_kind: str, expected_sha256: str | None, live: bool) -> None:
    """Refuse, for real people, a list whose seed somebody typed, and one whose hash nobody wrote down."""
    if live and SeedKind(seed_kind) == SeedKind.TYPED:
        raise SeedWasTyped()
    if live and not expected_sha256:
        raise HashNotGiven()


def check_hash(*, found: str, expected: str | None) -> None:
    """Refuse another list than the one that was sealed."""
    if expected and expected.strip().lower() != found:
        raise ListHashDiffers(found=found, expected=expected.strip())


def check_list(places: Places[Place], protocol: Protocol) -> None:
    """Refuse a list that is not whole blocks of the protocol's arms, in its ratio, for its strata, all of them."""
    divisor = gcd(*(arm.ratio for arm in protocol.arms))
    problems = check_structure(places, ratio={arm.code: arm.ratio // divisor for arm in protocol.arms})
    if problems:
        raise ListNotSound(count=len(problems), row=problems[0].row)
    strata = {place.stratum for place in places}
    if unknown := sorted(strata - set(protocol.strata)):
        raise StrataUnknown(strata=", ".join(unknown), known=", ".join(protocol.strata))
    if missing := sorted(set(protocol.strata) - strata - queries.strata_with_places()):
        raise StrataMissing(strata=", ".join(missing))
