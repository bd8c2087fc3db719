"""Who may load a list, randomise, and be shown an arm; and which lists are good enough."""

import json
from datetime import datetime
from math import gcd

from stegvis.allocation import queries
from stegvis.allocation.errors import (
    ChoicesDiffer,
    HashNotGiven,
    ListHashDiffers,
    ListNotSound,
    MethodDiffers,
    ReadLater,
    ReasonMissing,
    ReserveIsOfArms,
    SameSecondPerson,
    SeedWasTyped,
    StrataMissing,
    StrataUnknown,
    WordsMissing,
)
from stegvis.allocation.models import DisclosureKind, SeedKind
from stegvis.audit import clock
from stegvis.audit.action import Actor
from stegvis.methods.randomisation.sequence import ListFile
from stegvis.methods.randomisation.verification import check_file
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


def check_can_report(*, participant: Participant, by: Actor) -> None:
    """Refuse unless `by` is a coordinator at the participant's site, or the system."""
    people.check_role(by, Role.COORDINATOR)
    people.check_at_site(by, participant.site)


def check_second_person(*, whom: str, disclosed_by: str) -> None:
    """Refuse nobody, and whoever looked the allocation up."""
    if not whom.strip() or whom.strip().casefold() == disclosed_by.casefold():
        raise SameSecondPerson()


def check_words(*words: str) -> None:
    """Refuse an account that leaves something out."""
    if not all(each.strip() for each in words):
        raise WordsMissing()


def check_read_at(read_at: datetime) -> None:
    """Refuse a reading that has not been yet."""
    if read_at > clock.now():
        raise ReadLater()


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


def check_list(file: ListFile, protocol: Protocol, *, reserve: bool = False) -> None:
    """Refuse a list that is not made by the protocol's method, for its arms in its ratio, and for its strata, all of them.

    A reserve may be of another method, as long as somebody can read arms from it, and of some strata only.
    """
    if reserve and file.minimise is not None:
        raise ReserveIsOfArms()
    if not reserve and file.method != protocol.allocation.method:
        raise MethodDiffers(found=file.method, wanted=protocol.allocation.method)
    divisor = gcd(*(arm.ratio for arm in protocol.arms))
    ratio = {arm.code: arm.ratio // divisor for arm in protocol.arms}
    problems = check_file(file, ratio=ratio)
    if problems:
        raise ListNotSound(count=len(problems), row=problems[0].row)
    strata = {place.stratum for place in file.places}
    _check_strata(strata, protocol.strata if reserve else protocol.lists_strata, needed=not reserve)
    if file.minimise is not None:
        _check_minimised(file, ratio, protocol.allocation.strata)


def _check_strata(strata: set[str], known: tuple[str, ...], *, needed: bool) -> None:
    if unknown := sorted(strata - set(known)):
        raise StrataUnknown(strata=", ".join(unknown), known=", ".join(known))
    if needed and (missing := sorted(set(known) - strata - queries.strata_with_places())):
        raise StrataMissing(strata=", ".join(missing))


def _check_minimised(file: ListFile, ratio: dict[str, int], factors: tuple[str, ...]) -> None:
    """Refuse numbers that would become other arms, in another order or ratio, or by other factors than the protocol's."""
    head = json.loads(file.head)
    parts = gcd(*head["ratio"])
    given = [(arm, part // parts) for arm, part in zip(head["arms"], head["ratio"], strict=True)]
    if given != list(ratio.items()) or tuple(head["factors"]) != factors:
        raise ChoicesDiffer(factors=", ".join(factors))
