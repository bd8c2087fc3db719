"""Staff: who may look, inviting, closing, letting someone set up a new app."""

from uuid import uuid4

import pytest

from stegvis.audit.action import SYSTEM
from stegvis.audit.models import Event
from stegvis.people import actions as people
from stegvis.people.acting import acting_as
from stegvis.people.models import Account, Caseload, Role
from stegvis.reminders.models import PlannedMessage, Sent
from stegvis.reminders.tasks import send_due
from tests.worlds import World

PAGES = (
    "",
    "staff/",
    "staff/invite/",
    "staff/CO-01/",
    "staff/CO-01/hand-over/",
    "sites/",
    "sites/BJ/",
    "lists/",
    "record/",
)


@pytest.fixture
def client(world: World, browser):
    """The administrator's browser."""
    return browser(world.staff(Role.ADMINISTRATOR))


def invitation(**other: object) -> dict[str, object]:
    return {
        "role": "therapist", "name": "New Colleague", "email": "new@example.org", "sites": ["BJ"], "language": "en",
        "key": str(uuid4()), **other,
    }  # fmt: skip


# Who may look -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("page", PAGES)
def test_the_administrators_pages_open_to_administrators(page, client):
    answer = client.get(f"/en/admin-console/{page}")

    assert answer.status_code == 200
    assert "MISSING VARIABLE" not in answer.content.decode()


@pytest.mark.parametrize("role", [role for role in Role if role not in {Role.ADMINISTRATOR, Role.PARTICIPANT}])
def test_to_other_staff_they_do_not_exist(role, world: World, browser):
    other = browser(world.staff(role))

    assert {other.get(f"/en/admin-console/{page}").status_code for page in PAGES} == {404}


def test_to_participants_they_do_not_exist(world: World, browser):
    assert browser(world.invited().account).get("/en/admin-console/").status_code == 404


def test_the_signed_out_are_asked_to_sign_in(world: World, browser):
    assert browser().get("/en/admin-console/staff/").url == "/en/sign-in/?next=%2Fen%2Fadmin-console%2Fstaff%2F"


def test_nobody_elses_form_is_taken(world: World, browser):
    coordinator = browser(world.coordinator())

    assert coordinator.post("/en/admin-console/staff/invite/", invitation()).status_code == 404
    assert not Account.objects.filter(name="New Colleague").exists()


# Inviting ---------------------------------------------------------------------------------------------------------
def test_who_is_invited_gets_an_account_and_a_letter(world: World, client, settings, mailoutbox):
    assert client.post("/en/admin-console/staff/invite/", invitation()).url == "/en/admin-console/staff/"

    account = Account.objects.order_by("pk").last()
    assert (account.role, account.name, account.licensed_clinician) == ("therapist", "New Colleague", False)
    assert [posting.site.code for posting in account.postings.all()] == ["BJ"]
    send_due()
    with acting_as(SYSTEM):
        letter = Sent.objects.get(planned__account=account)
    assert letter.address == "new@example.org"
    assert "/en/sign-in/link/" in letter.body


def test_roles_are_named_in_the_readers_language(client):
    for language, words in (("en", "Therapist"), ("sv", "Behandlare"), ("en", "Therapist")):
        assert words in client.get(f"/{language}/admin-console/staff/invite/").content.decode()


def test_an_invitation_sent_twice_is_one(client):
    form = invitation()

    client.post("/en/admin-console/staff/invite/", form)
    assert client.post("/en/admin-console/staff/invite/", form).url == "/en/admin-console/staff/"
    with acting_as(SYSTEM):
        assert PlannedMessage.objects.filter(kind="invitation").count() == 1


def test_an_address_that_has_an_account_is_refused_with_a_sentence(world: World, client):
    answer = client.post("/en/admin-console/staff/invite/", invitation(email=world.coordinator().email))

    assert answer.status_code == 422
    assert "There is already an account with this e-mail address." in answer.content.decode()


def test_a_role_that_belongs_to_a_site_needs_one(client):
    answer = client.post("/en/admin-console/staff/invite/", invitation(sites=[]))

    assert answer.status_code == 422
    assert "Choose where this person works." in answer.content.decode()


def test_a_role_for_the_whole_trial_gets_no_site(client):
    client.post("/en/admin-console/staff/invite/", invitation(role="statistician"))

    assert not Account.objects.order_by("pk").last().postings.exists()


def test_nobody_is_invited_as_a_participant(client):
    assert client.post("/en/admin-console/staff/invite/", invitation(role="participant")).status_code == 422


def test_a_new_invitation_is_a_new_letter(world: World, client):
    coordinator = world.coordinator()

    client.post(f"/en/admin-console/staff/{coordinator.code}/invite-again/", {"key": str(uuid4())})
    with acting_as(SYSTEM):
        assert PlannedMessage.objects.get(kind="invitation").account == coordinator


# Closing ----------------------------------------------------------------------------------------------------------
def test_an_account_is_closed_with_a_reason_that_stays(world: World, client, browser):
    coordinator = world.coordinator()
    session = browser(coordinator)
    path = f"/en/admin-console/staff/{coordinator.code}/close/"

    assert client.post(path, {"reason": ""}).status_code == 422
    assert client.post(path, {"reason": "has left"}).status_code == 302
    assert session.get("/en/home/").status_code == 302
    assert "no site any more" in client.get(f"/en/admin-console/staff/{coordinator.code}/").content.decode()
    assert Event.objects.get(verb="people.account_closed").reason == "has left"


def test_before_an_account_is_closed_it_is_said_who_would_be_without(world: World, client):
    path = f"/en/admin-console/staff/{world.coordinator().code}/close/"
    assert "has this person as clinician" not in client.get(path).content.decode()

    with acting_as(SYSTEM):
        clinician = Caseload.objects.get(participant=world.planned(), until_at=None).clinician
    page = client.get(f"/en/admin-console/staff/{clinician.code}/close/").content.decode()
    assert "1 participant has this person as clinician, and then needs another." in page


def test_the_only_administrator_stays(world: World, client):
    administrator = world.staff(Role.ADMINISTRATOR)

    answer = client.post(f"/en/admin-console/staff/{administrator.code}/close/", {"reason": "enough"})
    assert answer.status_code == 422
    assert "is the only administrator" in answer.content.decode()
    administrator.refresh_from_db()
    assert administrator.is_active


def test_who_lost_a_phone_sets_up_a_new_app(world: World, client):
    coordinator = world.coordinator()
    people.start_second_factor(account=coordinator, by=SYSTEM)

    client.post(f"/en/admin-console/staff/{coordinator.code}/new-app/", {"reason": "lost phone"})
    coordinator.refresh_from_db()
    assert (coordinator.totp_secret, coordinator.totp_confirmed_at) == (None, None)


@pytest.mark.parametrize("page", ["", "close/", "new-app/"])
def test_a_participants_account_is_no_member_of_staff(page, world: World, client):
    person = world.invited()

    assert client.get(f"/en/admin-console/staff/{person.code}/{page}").status_code == 404


# Handing over -----------------------------------------------------------------------------------------------------
def test_a_closed_accounts_people_go_to_a_colleague_and_none_of_them_is_named(world: World, client):
    person = world.allocated(arm="intervention", site=world.site)
    with acting_as(SYSTEM):
        former = world.clinician(person, Role.THERAPIST)
        to = people.add_staff(role="therapist", email="to@example.org", name="To", sites=[world.site], by=SYSTEM)
        people.deactivate(account=former, reason="moved", by=SYSTEM)
    member = f"/en/admin-console/staff/{former.code}/"
    pages = [client.get(page).content.decode() for page in ("/en/admin-console/", member, member + "hand-over/")]
    assert all(f"{world.site.name}: 1 participant" in page and person.code not in page for page in pages)

    answer = client.post(member + "hand-over/", {"to": f"{world.site.code}:{to.code}"}, follow=True).content.decode()
    assert f"1 participant is in the care of {to.code} now." in answer
    assert world.clinician(person, Role.THERAPIST) == to
    assert "Handed a caseload over" in client.get("/en/admin-console/record/").content.decode()


def test_without_a_colleague_nothing_is_handed_over_and_the_page_says_what_is_missing(world: World, client):
    person = world.allocated(arm="intervention", site=world.site)
    page = f"/en/admin-console/staff/{world.clinician(person, Role.THERAPIST).code}/hand-over/"

    assert "Invite a colleague first" in client.get(page).content.decode()
    assert client.post(page, {"to": "BJ:TH-09"}).status_code == 422
    assert client.get("/en/admin-console/staff/XX-99/hand-over/").status_code == 404
