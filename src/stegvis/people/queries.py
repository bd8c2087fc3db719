"""Reads of people, places and caseloads."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import reduce
from operator import or_

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from stegvis.audit import clock
from stegvis.audit.action import OF_SOME_ARMS, Actor
from stegvis.audit.asked import asked_once
from stegvis.audit.fields import lookup_hash
from stegvis.people.models import SITE_ROLES as SITE_ROLES
from stegvis.people.models import (
    Absence,
    Account,
    Caseload,
    Identity,
    Participant,
    Posting,
    Role,
    SignInAttempt,
    SignInLink,
    Site,
)

REACHED_BY = ("phone", "address", "next_of_kin")
"""By what a participant is reached in an alert, each with the day on which the person last said that it is right."""
ATTEMPT_WINDOW = timedelta(minutes=15)


def sites() -> QuerySet[Site]:
    """All sites, in the protocol's order of codes."""
    return Site.objects.order_by("code")


def site_by_code(code: str) -> Site:
    """The site with this code; Site.DoesNotExist when there is none."""
    return Site.objects.get(code=code)


def sites_of(account: Account) -> list[Site]:
    """The sites where a member of staff works now."""
    return list(Site.objects.filter(postings__account=account, postings__until_at=None).order_by("code"))


def account_by_email(email: str) -> Account | None:
    """The account with this address, active or not."""
    return Account.objects.filter(email_lookup=lookup_hash(email)).first()


def account_by_code(code: str) -> Account | None:
    """The account with this code."""
    return Account.objects.filter(code=code).first()


def participant_of(account: Actor) -> Participant | None:
    """The participant whose account this is."""
    return Participant.objects.select_related("site", "account").filter(account_id=account.pk).first()


def participant_by_code(code: str) -> Participant | None:
    """A participant by code."""
    return Participant.objects.select_related("site", "account").filter(code=code).first()


def identity_of(participant: Participant) -> Identity | None:
    """Who a participant is; None when row-level security hides it or it has been erased."""
    return Identity.objects.filter(participant=participant).first()


def is_reach_verified(participant: Participant, since: date) -> bool:
    """Whether a person has said on a day or after it that their number is right; so it is when nothing is kept any more."""
    kept = Identity.objects.filter(participant=participant).values_list("phone_verified_on", flat=True)
    return all(day is not None and day >= since for day in kept)


def caseload_of(account: Actor) -> QuerySet[Participant]:
    """The participants whom a clinician cares for now."""
    return Participant.objects.select_related("site", "account").filter(
        caseloads__clinician_id=account.pk, caseloads__until_at=None
    )


def in_caseload(account: Actor, participant: Participant) -> bool:
    """Whether a clinician cares for this participant now: as their own, or today for an absent colleague. One query."""
    theirs = Q(clinician_id=account.pk)
    if account.role == OF_SOME_ARMS:  # nobody else covers for anybody
        theirs |= Q(clinician__in=covering(account, clock.today()).values("clinician"), role=OF_SOME_ARMS)
    return Caseload.objects.filter(theirs, participant=participant, until_at=None).exists()


def acts_for(account: Actor) -> list[int]:
    """The clinicians, by primary key, whose caseload a clinician sees to today: their own first, then colleagues' who are away.

    A list and no subquery, so that lists of a large trial still go by the index of caseloads.
    """
    return [account.pk, *(away.clinician_id for away in covers_today(account))]


def covers_today(account: Actor) -> list[Absence]:
    """The absences in which somebody covers today, the colleague with it; asks only for those who can."""
    return _covers_today(account) if account.role == OF_SOME_ARMS else []  # type: ignore[arg-type]  # who has a role has an account


@asked_once
def _covers_today(account: Account) -> list[Absence]:
    return list(covering(account, clock.today()).select_related("clinician"))


def covering(account: Actor, day: date) -> QuerySet[Absence]:
    """The absences on a day in which somebody covers."""
    return absences_on(day, day).filter(covered_by_id=account.pk)


def covered_today(account: Actor) -> Absence | None:
    """The absence in which somebody covers for this clinician today, if they are away."""
    return absences_on(clock.today(), clock.today()).filter(clinician_id=account.pk).first()


def absences_on(first: date, last: date) -> QuerySet[Absence]:
    """Absences that nobody has ended and that lie in some days at least, by their first day."""
    rows = Absence.objects.filter(ended_at=None, from_on__lte=last, until_on__gte=first)
    return rows.select_related("clinician", "covered_by").order_by("from_on", "pk")


def absences_at(sites: Iterable[int]) -> QuerySet[Absence]:
    """Absences at some sites that are not over, by their first day."""
    there = Posting.objects.filter(account=OuterRef("clinician"), site__in=list(sites), until_at=None)
    today = clock.today()
    return absences_on(today, date.max).filter(Exists(there))


def absence(pk: int) -> Absence | None:
    """One absence."""
    return Absence.objects.select_related("clinician", "covered_by").filter(pk=pk).first()


def clinician_of(participant: Participant, role: str) -> Account | None:
    """The clinician in `role` who cares for a participant now."""
    row = Caseload.objects.filter(participant=participant, role=role, until_at=None).select_related("clinician").first()
    return row.clinician if row else None


def clinicians_of(participants: Iterable[int], role: str) -> dict[int, Account]:
    """By participant the clinician in `role` who has them now, whether or not they still work there. One query."""
    rows = Caseload.objects.filter(participant__in=list(participants), role=role, until_at=None)
    return {row.participant_id: row.clinician for row in rows.select_related("clinician")}


def left_alone(role: str, sites: Iterable[int]) -> QuerySet[Caseload]:
    """Open caseloads in `role` at some sites of clinicians who worked there and do so no more, a closed account included.

    Who has left is asked first, since they are few and caseloads many: as a rule nobody is left alone, for one query.
    """
    back = Posting.objects.filter(account=OuterRef("account"), site=OuterRef("site"), until_at=None)
    ended = Posting.objects.filter(~Exists(back), account__role=role, site__in=list(sites), until_at__isnull=False)
    gone = set(ended.values_list("account", "site"))
    if not gone:
        return Caseload.objects.none()
    theirs = reduce(or_, (Q(clinician=account, participant__site=site) for account, site in gone))
    return Caseload.objects.filter(theirs, role=role, until_at=None)


def with_clinician(role: str) -> QuerySet[Caseload]:
    """Open caseloads in `role`, for a condition on a participant."""
    return Caseload.objects.filter(role=role, until_at=None)


@dataclass(frozen=True)
class InCare:
    """How many participants at a site a clinician cares for."""

    clinician: Account
    site: Site
    count: int


def in_care_of(account: Account) -> list[InCare]:
    """Where a clinician cares for people now, and for how many; as the system, since a number tells of nobody."""
    return _counted(Caseload.objects.filter(clinician=account))


def left_behind() -> list[InCare]:
    """Whose caseload lies with somebody who does not work there any more; as the system."""
    everywhere = list(Site.objects.values_list("pk", flat=True))
    roles = (Role.PHYSIOTHERAPIST, Role.THERAPIST)
    return [found for role in roles for found in _counted(left_alone(role, everywhere))]


def _counted(rows: QuerySet[Caseload]) -> list[InCare]:
    counts = rows.filter(until_at=None).values_list("clinician", "participant__site").annotate(n=Count("pk"))
    found = list(counts.order_by("clinician", "participant__site"))
    clinicians = Account.objects.in_bulk({clinician for clinician, _, _ in found})
    places = Site.objects.in_bulk({site for _, site, _ in found})
    return [InCare(clinicians[clinician], places[site], n) for clinician, site, n in found]


def staff_at(site: Site, role: str) -> QuerySet[Account]:
    """Active staff in `role` who work at a site."""
    return Account.objects.filter(role=role, is_active=True, postings__site=site, postings__until_at=None)


def least_loaded(site: Site, role: str) -> Account | None:
    """The active clinician in `role` at a site with the fewest people now; ties go to the lowest code."""
    open_cases = Count("caseload", filter=Q(caseload__until_at=None), distinct=True)
    return staff_at(site, role).annotate(load=open_cases).order_by("load", "code").first()


def load_of(clinician: Account, role: str) -> int:
    """How many participants a clinician cares for in a role now; as the system, or as whoever sees all of them."""
    return Caseload.objects.filter(clinician=clinician, role=role, until_at=None).count()


def caseloads_of(participant: Participant, role: str) -> list[Caseload]:
    """Who has cared for a participant in a role, newest first, with why and by whom each was given."""
    rows = Caseload.objects.filter(participant=participant, role=role).select_related("clinician", "given_by")
    return list(rows.order_by("-from_at", "-pk"))


def works_at(account: Actor, site: Site) -> bool:
    """Whether a member of staff works at a site now."""
    return Site.objects.filter(pk=site.pk, postings__account_id=account.pk, postings__until_at=None).exists()


def staff() -> QuerySet[Account]:
    """All members of staff with where they work."""
    return Account.objects.exclude(role=Role.PARTICIPANT).prefetch_related("postings__site").order_by("role", "code")


def staff_member(code: str) -> Account | None:
    """One member of staff by code."""
    return Account.objects.exclude(role=Role.PARTICIPANT).filter(code=code).first()


def staff_working_at(site: Site) -> QuerySet[Account]:
    """Active staff in any role who work at a site."""
    return Account.objects.filter(is_active=True, postings__site=site, postings__until_at=None).order_by("code")


def administrators() -> QuerySet[Account]:
    """The administrators whose accounts are open."""
    return Account.objects.filter(role=Role.ADMINISTRATOR, is_active=True)


def has_made_up_people() -> bool:
    """Whether anyone here, staff or participant, is made up."""
    return Account.objects.filter(made_up=True).exists()


def failed_attempts(who: str, origin: str) -> int:
    """Failed attempts in the last quarter of an hour for an address or from a network address: the larger of the two.

    Counted on the real clock. From one origin ten times as many are allowed, since a clinic shares its address.
    """
    recent = SignInAttempt.objects.filter(at__gt=clock.wall() - ATTEMPT_WINDOW, succeeded=False)
    by_who = recent.filter(who=who).count()
    by_origin = recent.filter(origin=origin).count()
    return max(by_who, by_origin // 10)


def link_by_token(token: str) -> SignInLink | None:
    """The link that a token opens, if it is unused, in time, and its account is open."""
    return SignInLink.objects.select_related("account").filter(
        digest=lookup_hash(token), used_at=None, expires_at__gt=clock.wall(), account__is_active=True
    ).first()  # fmt: skip
