"""Accounts, identity kept apart, caseloads, signing in."""

from datetime import timedelta

import pyotp
import pytest
from django.contrib.sessions.models import Session  # noqa: F401 - the app is there
from django.db import DatabaseError, transaction

from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.audit.models import Event
from stegvis.people import actions, policies, queries
from stegvis.people.acting import acting_as
from stegvis.people.errors import (
    AddressTaken,
    LinkUsedOrExpired,
    NotALicensedClinician,
    NotAtThisSite,
    NotTheirRole,
    PasswordTooWeak,
    TooManyAttempts,
    WrongCode,
)
from stegvis.people.models import Account, Caseload, Identity, Role, SignInLink

PASSWORD = "grön cykel med ringklocka"


@pytest.fixture
def north():
    return actions.open_site(code="1", name="North", phone="000", safety_phone="001", by=SYSTEM)


@pytest.fixture
def south():
    return actions.open_site(code="2", name="South", phone="000", safety_phone="001", by=SYSTEM)


def staff(role, *sites, email=None, **more):
    return actions.add_staff(
        role=role, email=email or f"{role}{sites}@example.org", name="A Person", sites=list(sites), by=SYSTEM, **more
    )


def person(site, email="kim@example.org"):
    return actions.add_participant(site=site, name="Kim", email=email, phone="070", language="sv", by=SYSTEM)


@pytest.fixture(autouse=True)
def as_system(db):
    with acting_as(SYSTEM):
        yield


def test_a_corrected_address_is_the_one_to_sign_in_with(north, south):
    kim, robin = person(north), person(north, "robin@example.org")
    here, elsewhere = staff(Role.COORDINATOR, north), staff(Role.COORDINATOR, south)
    right = {"name": "Kim K", "email": "kim.k@example.org", "phone": "071"}
    with pytest.raises(NotAtThisSite):
        actions.correct_identity(participant=kim, **right, by=elsewhere)
    with pytest.raises(AddressTaken):
        actions.correct_identity(participant=kim, **(right | {"email": "robin@example.org"}), by=here)

    actions.correct_identity(participant=kim, **right, by=here)

    identity = queries.identity_of(kim)
    assert (identity.name, identity.email, identity.phone) == tuple(right.values())
    assert queries.account_by_email("kim.k@example.org").pk == kim.account_id
    assert queries.account_by_email("kim@example.org") is None
    assert queries.account_by_email("robin@example.org").pk == robin.account_id


def test_participants_are_numbered_within_their_site(north, south):
    codes = [person(site, f"{n}@example.org").code for n, site in enumerate([north, south, north])]
    assert codes == ["1-001", "2-001", "1-002"]


def test_an_address_opens_one_account_only(north):
    person(north)
    with pytest.raises(AddressTaken):
        person(north, "KIM@example.org")


def test_identity_lies_encrypted_in_the_database(north):
    from django.db import connection

    person(north)
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, email FROM people_identity")
        assert b"Kim" not in bytes(cursor.fetchone()[0])
    assert Identity.objects.get().name == "Kim"


@pytest.mark.parametrize(
    ("role", "place", "sees"),
    [
        (Role.COORDINATOR, "north", True), (Role.COORDINATOR, "south", False), (Role.PHYSIOTHERAPIST, "north", True),
        (Role.STATISTICIAN, "north", False), (Role.DATA_MANAGER, "north", False), (Role.ADMINISTRATOR, "north", False),
    ],
)  # fmt: skip
def test_the_database_shows_identity_to_care_and_coordination_at_the_site_alone(north, south, role, place, sees):
    participant = person(north)
    member = staff(role, {"north": north, "south": south}[place])
    with acting_as(member):
        assert (queries.identity_of(participant) is not None) is sees


def test_a_participant_sees_their_own_identity_and_nobody_elses(north):
    kim, robin = person(north), person(north, "robin@example.org")
    with acting_as(kim.account):
        assert queries.identity_of(kim).name == "Kim"
        assert queries.identity_of(robin) is None


def test_whom_a_therapist_cares_for_is_hidden_from_blind_roles(north):
    participant = person(north)
    therapist, physiotherapist = staff(Role.THERAPIST, north), staff(Role.PHYSIOTHERAPIST, north)
    for member in (therapist, physiotherapist):
        actions.assign_clinician(participant=participant, clinician=member, role=member.role, by=SYSTEM)

    with acting_as(physiotherapist):
        assert [row.role for row in Caseload.objects.all()] == ["physiotherapist"]
    with acting_as(therapist):
        assert Caseload.objects.count() == 2


def test_outside_any_context_the_database_shows_nothing(north):
    person(north)
    with acting_as(type("Nobody", (), {"pk": None, "role": "anyone", "code": ""})()):
        assert not Identity.objects.exists()


def test_a_new_clinician_takes_over_from_the_one_before(north):
    participant = person(north)
    first, second = staff(Role.THERAPIST, north), staff(Role.THERAPIST, north, email="second@example.org")
    for member in (first, second):
        actions.assign_clinician(participant=participant, clinician=member, role=Role.THERAPIST, by=SYSTEM)

    assert queries.clinician_of(participant, Role.THERAPIST) == second
    assert not queries.in_caseload(first, participant)
    assert queries.least_loaded(north, Role.THERAPIST) == first


def test_roles_sites_and_licences_are_checked(north, south):
    coordinator = staff(Role.COORDINATOR, north)
    policies.check_role(coordinator, Role.COORDINATOR)
    policies.check_at_site(coordinator, north)
    with pytest.raises(NotTheirRole, match="administrator"):
        policies.check_role(coordinator, Role.ADMINISTRATOR)
    with pytest.raises(NotAtThisSite):
        policies.check_at_site(coordinator, south)
    with pytest.raises(NotALicensedClinician):
        policies.check_licensed_clinician(coordinator)


def test_only_an_administrator_adds_and_closes_accounts(north):
    coordinator = staff(Role.COORDINATOR, north)
    with pytest.raises(NotTheirRole):
        actions.deactivate(account=coordinator, reason="holiday", by=coordinator)

    administrator = staff(Role.ADMINISTRATOR)
    actions.deactivate(account=coordinator, reason="left", by=administrator)
    assert not Account.objects.get(pk=coordinator.pk).is_active
    assert not queries.works_at(coordinator, north)


def test_a_link_works_once_and_for_half_an_hour(north):
    account = person(north).account
    _, token = actions.make_link(account=account, by=SYSTEM)
    assert actions.use_link(token=token, by=SYSTEM).account == account
    with pytest.raises(LinkUsedOrExpired):
        actions.use_link(token=token, by=SYSTEM)

    late, token = actions.make_link(account=account, by=SYSTEM)
    SignInLink.objects.filter(pk=late.pk).update(expires_at=clock.wall() - timedelta(seconds=1))
    with pytest.raises(LinkUsedOrExpired):
        actions.use_link(token=token, by=SYSTEM)


def test_the_database_holds_no_token_that_could_be_used(north):
    link, token = actions.make_link(account=person(north).account, by=SYSTEM)
    assert token not in str(SignInLink.objects.filter(pk=link.pk).values().get())


def test_a_password_lets_in_its_owner_and_five_wrong_ones_close_the_door(north):
    account = staff(Role.COORDINATOR, north, email="c@example.org")
    actions.set_password(account=account, password=PASSWORD, by=account)
    attempt = {"email": "c@example.org", "origin": "192.0.2.1", "by": SYSTEM}

    assert actions.check_password(password=PASSWORD, **attempt) == account
    for _ in range(5):
        assert actions.check_password(password="wrong wrong wrong", **attempt) is None
    with pytest.raises(TooManyAttempts):
        actions.check_password(password=PASSWORD, **attempt)


def test_a_closed_account_and_an_unknown_address_are_told_the_same(north):
    account = staff(Role.COORDINATOR, north, email="c@example.org")
    actions.set_password(account=account, password=PASSWORD, by=account)
    actions.deactivate(account=account, reason="left", by=SYSTEM)
    for email in ("c@example.org", "nobody@example.org"):
        assert actions.check_password(email=email, password=PASSWORD, origin="192.0.2.1", by=SYSTEM) is None


@pytest.mark.parametrize("weak", ["kort", "password1234", "123456789012"])
def test_a_weak_password_is_refused_with_what_is_wrong(north, weak):
    account = staff(Role.COORDINATOR, north)
    with pytest.raises(PasswordTooWeak):
        actions.set_password(account=account, password=weak, by=account)


def test_a_one_time_code_counts_once(north):
    account = staff(Role.THERAPIST, north)
    secret = actions.start_second_factor(account=account, by=account)
    code = pyotp.TOTP(secret).now()

    actions.check_second_factor(account=account, code=f" {code[:3]} {code[3:]} ", by=account)
    assert account.totp_confirmed_at is not None
    with pytest.raises(WrongCode):
        actions.check_second_factor(account=account, code=code, by=account)


def test_erasing_an_identity_leaves_the_code_and_closes_the_account(north):
    participant = person(north)
    actions.erase_identity(participant=participant, reason="asked", by=SYSTEM)

    assert queries.identity_of(participant) is None
    assert queries.participant_by_code(participant.code) is not None
    assert queries.account_by_email("kim@example.org") is None
    assert Event.objects.get(verb="people.identity_erased").reason == "asked"


def test_two_open_caseloads_in_one_role_are_refused_by_the_database(north):
    participant, therapist = person(north), staff(Role.THERAPIST, north)
    row = {"participant": participant, "clinician": therapist, "role": Role.THERAPIST, "from_at": clock.now()}
    Caseload.objects.create(**row)
    with pytest.raises(DatabaseError), transaction.atomic():
        Caseload.objects.create(**row)
