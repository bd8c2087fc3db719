"""Every write about people: accounts, postings, identity, caseloads, signing in."""

import secrets
from collections.abc import Collection
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pyotp
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F

from stegvis.audit import clock
from stegvis.audit.action import OF_SOME_ARMS, SYSTEM, Actor, action, conceal, note
from stegvis.audit.fields import lookup_hash
from stegvis.audit.once import earlier, make
from stegvis.people import policies, queries
from stegvis.people.acting import acting_as
from stegvis.people.errors import (
    AddressTaken,
    IdentityErased,
    LinkUsedOrExpired,
    PasswordTooWeak,
    TooManyAttempts,
    WrongCode,
)
from stegvis.people.models import (
    SITE_ROLES,
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

LINK_LASTS = timedelta(minutes=30)
INVITATION_LASTS = timedelta(days=7)
MOST_ATTEMPTS = 5
CODE_PREFIX = {
    Role.THERAPIST: "TH", Role.PHYSIOTHERAPIST: "PT", Role.COORDINATOR: "CO", Role.OUTCOME_ASSESSOR: "OA",
    Role.DATA_MANAGER: "DM", Role.STATISTICIAN: "ST", Role.ADMINISTRATOR: "AD",
    Role.COMMITTEE: "MC",
}  # fmt: skip


@action("people.site_opened", detail=("code",))
def open_site(*, code: str, name: str, phone: str, safety_phone: str, by: Actor) -> Site:
    """Add a site, or bring an existing one up to date."""
    policies.check_role(by, Role.ADMINISTRATOR)
    site, _ = Site.objects.update_or_create(
        code=code, defaults={"name": name, "phone": phone, "safety_phone": safety_phone}
    )
    return site


@action("people.staff_added", detail=("role",))
def add_staff(
    *, role: str, email: str, name: str, sites: list[Site], licensed_clinician: bool = False, language: str = "sv",
    made_up: bool = False, by: Actor,
) -> Account:  # fmt: skip
    """Make an account for a member of staff, without a password yet: an invitation gives them the way in."""
    policies.check_role(by, Role.ADMINISTRATOR)
    account = _new_account(
        role=role, code=_next_staff_code(role), email=email, name=name, language=language, made_up=made_up,
        licensed_clinician=licensed_clinician,
    )  # fmt: skip
    now = clock.now()
    Posting.objects.bulk_create([Posting(account=account, site=site, from_at=now) for site in sites])
    note(sites=[site.code for site in sites])
    return account


@action("people.staff_telephone_kept")
def keep_staff_telephone(*, account: Account, phone: str, by: Actor) -> Account:
    """Keep, or with "" forget, the number to which alerts go as text messages; the record says that, never the number.

    Whoever it is writes their own; an administrator writes anybody's on staff.
    """
    policies.check_can_keep_telephone(by, account)
    note(who=account.code, kept=bool(phone))
    account.phone = phone or None
    account.save(update_fields=["phone"])
    return account


@action("people.participant_added")
def add_participant(
    *, site: Site, name: str, email: str, phone: str, language: str, made_up: bool = False, by: Actor
) -> Participant:
    """Give a person a code, an account and an identity kept apart."""
    policies.check_role(by, Role.COORDINATOR)
    policies.check_at_site(by, site)
    number = _next_number(site)
    code = f"{site.code}-{number:03d}"
    account = _new_account(role=Role.PARTICIPANT, code=code, email=email, name=code, language=language, made_up=made_up)
    participant = Participant.objects.create(
        code=code, site=site, account=account, language=language, made_up=made_up, created_at=clock.now()
    )
    Identity.objects.create(participant=participant, name=name, email=email, phone=phone)
    return participant


@action("people.identity_corrected")
def correct_identity(*, participant: Participant, name: str, email: str, phone: str, by: Actor) -> Participant:
    """Keep a participant's right name, address and telephone; the address is also the one they sign in with.

    The record says that they were corrected, never from what to what.
    """
    policies.check_role(by, Role.COORDINATOR)
    policies.check_at_site(by, participant.site)
    account = Account.objects.get(pk=participant.account_id)
    account.email, account.email_lookup = email, lookup_hash(email)
    _save_with_free_address(account)
    identity = Identity.objects.select_for_update().filter(participant=participant).first()
    if identity is not None:
        if phone != identity.phone:
            identity.phone_verified_on = None
        identity.name, identity.email, identity.phone = name, email, phone
        identity.save()
    return participant


@action("people.reach_kept")
def keep_reach(
    *, participant: Participant, address: str, next_of_kin: str, next_of_kin_phone: str, verified: Collection[str],
    may_call_next_of_kin: bool = False, by: Actor,
) -> Participant:  # fmt: skip
    """Keep where a participant lives and who is close, for whoever calls in an alert; all of it may be empty.

    `verified` names what the person has said today is right, of `queries.REACHED_BY`; what was changed and is not among
    it counts as unverified. `may_call_next_of_kin`: the person agrees that those are called in an alert. The participant and
    the coordinator write it; the record says that, never what.
    """
    policies.check_own_or_coordinator(by, participant)
    identity = Identity.objects.select_for_update().filter(participant=participant).first()
    if identity is None:
        raise IdentityErased(code=participant.code)
    before = _reached(identity)
    identity.address, identity.next_of_kin = address or None, next_of_kin or None
    identity.next_of_kin_phone = next_of_kin_phone or None
    for name, value in _reached(identity).items():
        if not any(value) or value != before[name]:
            setattr(identity, f"{name}_verified_on", None)
        if any(value) and name in verified:
            setattr(identity, f"{name}_verified_on", clock.today())
    agreed = may_call_next_of_kin and any(_reached(identity)["next_of_kin"])
    identity.next_of_kin_agreed_on = (identity.next_of_kin_agreed_on or clock.today()) if agreed else None
    identity.save()
    return participant


@action("people.reach_confirmed")
def confirm_reach(*, participant: Participant, by: Actor) -> Participant:
    """Keep that the person has said in a contact that number, address and somebody close are right as they are kept.

    Whoever works at the site and talks with the person does it, in one tap; what is empty stays unverified.
    """
    policies.check_role(by, *SITE_ROLES)
    policies.check_at_site(by, participant.site)
    with acting_as(SYSTEM):  # outcome assessors read these rows and cannot write them
        identity = Identity.objects.select_for_update().filter(participant=participant).first()
        if identity is None:
            raise IdentityErased(code=participant.code)
        there = [f"{name}_verified_on" for name, value in _reached(identity).items() if any(value)]
        for name in there:
            setattr(identity, name, clock.today())
        identity.save(update_fields=there)
    return participant


def _reached(identity: Identity) -> dict[str, tuple[str | None, ...]]:
    """What is verified together: the number, the address, and somebody close with their number."""
    return {
        "phone": (identity.phone,),
        "address": (identity.address,),
        "next_of_kin": (identity.next_of_kin, identity.next_of_kin_phone),
    }


@action("people.identity_erased")
def erase_identity(*, participant: Participant, reason: str, by: Actor) -> Participant:
    """Remove name, address and telephone, and close the account; the code and what is pseudonymous remain."""
    Identity.objects.filter(participant=participant).delete()
    gone = f"{participant.code}@erased.invalid"
    Account.objects.filter(pk=participant.account_id).update(
        is_active=False, email=gone, email_lookup=lookup_hash(gone)
    )
    return participant


@action("people.language_chosen", detail=("language",))
def choose_language(*, account: Account, language: str, by: Actor) -> Account:
    """Keep the language in which someone reads and is written to."""
    account.language = language
    account.save(update_fields=["language"])
    Participant.objects.filter(account=account).update(language=language)
    return account


@action("people.clinician_assigned", detail=("role",))
def assign_clinician(
    *, participant: Participant, clinician: Account, role: str, words: str = "", by: Actor
) -> Caseload:
    """Give a participant into a clinician's care; whoever cared in that role before no longer does. `words` say why.

    Where the role is one that only some arms have, neither the caseload row nor the record shows itself to blind roles.
    """
    if role == OF_SOME_ARMS:
        conceal()
    Participant.objects.select_for_update(no_key=True).values_list("pk").get(
        pk=participant.pk
    )  # of two, the later stands
    policies.check_can_assign(by, participant, role)
    policies.check_can_care(clinician, role, participant.site)
    now = clock.now()
    present = Caseload.objects.filter(participant=participant, role=role, until_at=None)
    same = present.filter(clinician=clinician).first()
    if same is not None:
        note(repeated=True)
        return same
    present.update(until_at=now)
    return Caseload.objects.create(
        participant=participant, clinician=clinician, role=role, from_at=now, reason=words or None, given_by_id=by.pk
    )


@action("people.site_changed")
def change_site(*, participant: Participant, to: Site, by: Actor) -> Participant:
    """Let a participant go on at another site, whose coordinator takes them over; the code stays.

    From this moment the first site's staff are shown nothing of them by the database, and this one's all that they may see.
    """
    policies.check_role(by, Role.COORDINATOR)
    policies.check_at_site(by, to)
    note(before=participant.site.code, to=to.code)
    participant.site = to
    participant.save(update_fields=["site"])
    return participant


@action("people.caseload_handed_over")
def hand_over(*, account: Account, site: Site, to: Account, by: Actor) -> int:
    """Give everybody at a site for whom `account` cares to a colleague, for example when the account was closed.

    Returns how many they were. The record of this names no participant; each one's own line is the system's, and hidden
    from blind roles where it tells the arm, so that whoever hands a caseload over is not shown who was in it.
    """
    policies.check_can_hand_over(by, account, site)
    policies.check_can_care(to, account.role, site)
    note(role=account.role, sites=[site.code], to=to.code)
    with acting_as(SYSTEM):
        theirs = queries.caseload_of(account).filter(site=site)
        for participant in theirs:
            assign_clinician(participant=participant, clinician=to, role=account.role, by=SYSTEM)
    return len(theirs)


@action("people.cover_arranged", detail=("first", "last"))
def arrange_cover(*, clinician: Account, covering: Account, first: date, last: date, key: UUID, by: Account) -> Absence:
    """A therapist is away from `first` to `last`, both counted, and `covering` sees to the caseload in those days only.

    The record of it names no participant. It ends by itself with its last day.
    """
    note(clinician=clinician.code, covering=covering.code)
    policies.check_can_arrange_cover(by, clinician)
    Account.objects.select_for_update(no_key=True).values_list("pk").get(pk=clinician.pk)
    made = earlier(Absence, key, clinician=clinician)
    if made is not None:
        return made
    policies.check_days_away(first, last)
    policies.check_can_cover(covering, clinician, first, last)
    return make(
        Absence, key, about="clinician", clinician=clinician, covered_by=covering, from_on=first, until_on=last,
        made_by=by, made_at=clock.now(),
    )  # fmt: skip


@action("people.cover_ended")
def end_cover(*, absence: Absence, by: Actor) -> Absence:
    """End an absence before its last day; a second call changes nothing."""
    policies.check_can_arrange_cover(by, absence.clinician)
    note(clinician=absence.clinician.code, covering=absence.covered_by.code)
    if absence.ended_at is None:
        absence.ended_at = clock.now()
        absence.save(update_fields=["ended_at"])
    return absence


@action("people.account_closed")
def deactivate(*, account: Account, reason: str, by: Actor) -> Account:
    """Close an account at once: the next request of any open session is refused."""
    policies.check_role(by, Role.ADMINISTRATOR)
    policies.check_another_administrator(account)
    account.is_active, account.phone = False, None
    account.save(update_fields=["is_active", "phone"])
    Posting.objects.filter(account=account, until_at=None).update(until_at=clock.now())
    return account


@action("people.link_made", detail=("purpose",))
def make_link(*, account: Account, purpose: str = "sign_in", target: str = "", by: Actor) -> tuple[SignInLink, str]:
    """A one-time link: its row, and the token that only the letter holds. Times are by the real clock."""
    token = secrets.token_urlsafe(32)
    lasts = INVITATION_LASTS if purpose == "invitation" else LINK_LASTS
    made_at = clock.wall()
    link = SignInLink.objects.create(
        account=account, digest=lookup_hash(token), purpose=purpose, target=target, made_at=made_at,
        expires_at=made_at + lasts,
    )  # fmt: skip
    return link, token


@action("people.link_used")
def use_link(*, token: str, by: Actor) -> SignInLink:
    """Spend a one-time link; a second use is refused."""
    link = queries.link_by_token(token)
    spent = link and SignInLink.objects.filter(pk=link.pk, used_at=None).update(used_at=clock.wall())
    if not link or not spent:
        raise LinkUsedOrExpired()
    return link


@action("people.password_set")
def set_password(*, account: Account, password: str, by: Actor) -> Account:
    """Set a password; a weak one is refused with what is wrong."""
    try:
        validate_password(password, account)
    except ValidationError as error:
        raise PasswordTooWeak(problems=" ".join(error.messages)) from error
    account.set_password(password)
    account.save(update_fields=["password"])
    return account


@action("people.sign_in_tried")
def check_password(*, email: str, password: str, origin: str, by: Actor) -> Account | None:
    """The account, when address and password fit and it is open; otherwise None, and the attempt counts.

    Takes the same time for an unknown address (a hash is computed all the same), so that nobody learns who has an account.
    """
    who = lookup_hash(email)
    _check_not_throttled(who, lookup_hash(origin))
    account = queries.account_by_email(email)
    fits = account.check_password(password) if account else _burn(password)
    good = bool(account and fits and account.is_active)
    SignInAttempt.objects.create(who=who, origin=lookup_hash(origin), succeeded=good, at=clock.wall())
    note(succeeded=good)
    return account if good else None


@action("people.link_asked_for")
def ask_for_link(*, email: str, origin: str, by: Actor) -> Account | None:
    """The open account that a one-time link may be sent to, if there is one; asking too often is refused.

    The page answers the same either way, so that nobody learns who has an account. It counts apart from passwords: who
    has tried too many of those can still ask for a link.
    """
    who, where = lookup_hash(f"link to {email}"), lookup_hash(f"link from {origin}")
    _check_not_throttled(who, where)
    SignInAttempt.objects.create(who=who, origin=where, succeeded=False, at=clock.wall())
    account = queries.account_by_email(email)
    return account if account and account.is_active else None


@action("people.signed_in", detail=("way",))
def record_sign_in(*, account: Account, way: str, by: Actor) -> Account:
    """Keep that someone signed in, and how (password, link, code)."""
    return account


@action("people.second_factor_started")
def start_second_factor(*, account: Account, by: Actor) -> str:
    """Make a new secret for an authenticator app and return it for the picture; it counts once a code has matched."""
    secret = pyotp.random_base32()
    account.totp_secret = secret
    account.totp_confirmed_at = None
    account.save(update_fields=["totp_secret", "totp_confirmed_at"])
    return secret


@action("people.second_factor_checked")
def check_second_factor(*, account: Account, code: str, by: Actor) -> Account:
    """Accept a one-time code (RFC 6238), each at most once; the first that matches confirms the app.

    A refused code is counted by whoever asked (`count_wrong_code`), since a refusal itself leaves no row; too many of
    them are refused here, so that a million codes cannot be tried.
    """
    _check_not_throttled(_codes_of(account), _codes_of(account))
    now = clock.wall()
    step = _matching_step(account.totp_secret or "", code, int(now.timestamp()) // 30)
    if step is None or not Account.objects.filter(pk=account.pk, last_totp_step__lt=step).update(last_totp_step=step):
        raise WrongCode()
    if account.totp_confirmed_at is None:
        account.totp_confirmed_at = clock.now()
        account.save(update_fields=["totp_confirmed_at"])
    return account


@action("people.second_factor_refused")
def count_wrong_code(*, account: Account, by: Actor) -> SignInAttempt:
    """Count a one-time code that did not match."""
    who = _codes_of(account)
    return SignInAttempt.objects.create(who=who, origin=who, succeeded=False, at=clock.wall())


@action("people.second_factor_reset")
def reset_second_factor(*, account: Account, reason: str, by: Actor) -> Account:
    """Forget someone's authenticator app, for example a lost phone: the next sign-in sets up a new one."""
    policies.check_role(by, Role.ADMINISTRATOR)
    account.totp_secret = None
    account.totp_confirmed_at = None
    account.save(update_fields=["totp_secret", "totp_confirmed_at"])
    return account


def _codes_of(account: Account) -> str:
    return lookup_hash(f"one-time codes of {account.code}")


def _matching_step(secret: str, code: str, step: int) -> int | None:
    totp = pyotp.TOTP(secret)
    wanted = "".join(code.split())
    matches = [s for s in (step - 1, step, step + 1) if secret and secrets.compare_digest(totp.generate_otp(s), wanted)]
    return matches[0] if matches else None


def _check_not_throttled(who: str, origin: str) -> None:
    if queries.failed_attempts(who, origin) >= MOST_ATTEMPTS:
        raise TooManyAttempts(minutes=int(queries.ATTEMPT_WINDOW.total_seconds() // 60))


def _burn(password: str) -> bool:
    Account().set_password(password)
    return False


def _new_account(*, email: str, **values: Any) -> Account:
    account = Account(email=email, email_lookup=lookup_hash(email), created_at=clock.now(), **values)
    account.set_unusable_password()
    _save_with_free_address(account)
    return account


def _save_with_free_address(account: Account) -> None:
    """Save, or refuse an address that belongs to another account."""
    try:
        with transaction.atomic():
            account.save()
    except IntegrityError as error:
        if "email_lookup" in str(error):
            raise AddressTaken() from error
        raise


def _next_staff_code(role: str) -> str:
    prefix = CODE_PREFIX[Role(role)]
    return f"{prefix}-{Account.objects.filter(role=role).count() + 1:02d}"


def _next_number(site: Site) -> int:
    """The site's next participant number; the row lock that the update takes makes two at once wait for each other."""
    Site.objects.filter(pk=site.pk).update(last_number=F("last_number") + 1)
    return Site.objects.values_list("last_number", flat=True).get(pk=site.pk)
