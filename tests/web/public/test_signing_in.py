"""Signing in: password, link, second factor, invitation."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pyotp
import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.audit.models import Event
from stegvis.people import actions as people
from stegvis.people.acting import acting_as
from stegvis.people.models import Account, SignInLink
from stegvis.reminders import letters
from stegvis.reminders.models import PlannedMessage
from stegvis.web import access
from tests.worlds import World

PASSWORD = "en lugn promenad"


@pytest.fixture(autouse=True)
def _the_real_clock_stands_still(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that no step of 30 seconds ends in the middle of a test."""
    now = clock.wall()
    monkeypatch.setattr(clock, "wall", lambda: now)


@pytest.fixture
def coordinator(world: World) -> Account:
    """A coordinator with a password and an authenticator app."""
    account = world.coordinator()
    people.set_password(account=account, password=PASSWORD, by=SYSTEM)
    secret = people.start_second_factor(account=account, by=SYSTEM)
    people.check_second_factor(account=account, code=code_for(secret, -1), by=SYSTEM)
    return account


@pytest.fixture
def newcomer(world: World) -> Account:
    """Somebody just employed: no password, no app."""
    return people.add_staff(
        role="therapist", email="new@example.org", name="New Colleague", sites=[world.site], by=SYSTEM
    )


def code_for(secret: str | None, step: int = 0) -> str:
    """The code that an app shows now, or some steps of 30 seconds away."""
    return pyotp.TOTP(secret or "").at(clock.wall() + step * timedelta(seconds=30))


def link_to(account: Account, purpose: str = "sign_in", target: str = "") -> str:
    """The path of a one-time link as a letter holds it."""
    _, token = people.make_link(account=account, purpose=purpose, target=target, by=SYSTEM)
    return letters.PATH_OF_LINK.format(language="en", token=token)


def give_password(client: Client, email: str, password: str = PASSWORD, **more: str) -> object:
    return client.post(
        "/en/sign-in/", {"email": email, "password": password, "way": "password", "key": str(uuid4()), **more}
    )


def is_in(client: Client) -> bool:
    """Whether this browser may open a page that asks for a complete session."""
    return client.get("/en/home/").status_code == 200


# Password ---------------------------------------------------------------------------------------------------------
def test_a_member_of_staff_signs_in_with_password_and_code(coordinator, browser):
    client = browser()

    answer = give_password(client, coordinator.email, next="/en/settings/")
    assert answer.url == "/en/sign-in/code/?next=%2Fen%2Fsettings%2F"
    assert not is_in(client)

    coordinator.refresh_from_db()
    answer = client.post(answer.url, {"code": code_for(coordinator.totp_secret)})
    assert answer.url == "/en/settings/"
    assert is_in(client)


def test_a_password_alone_opens_no_page_to_staff(coordinator, browser):
    client = browser()
    give_password(client, coordinator.email)

    answer = client.get("/en/settings/password/")
    assert answer.url == "/en/sign-in/code/?next=%2Fen%2Fsettings%2Fpassword%2F"


def test_a_participant_signs_in_with_a_password_alone(world, browser):
    person = world.invited().account
    people.set_password(account=person, password=PASSWORD, by=SYSTEM)
    client = browser()

    give_password(client, person.email)
    assert is_in(client)


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(coordinator, browser):
    wrong = give_password(browser(), coordinator.email, "another password")
    unknown = give_password(browser(), "nobody@example.org", "another password")

    assert wrong.status_code == unknown.status_code == 422
    assert "Address and password do not go together." in wrong.content.decode()
    strip = lambda page, address: page.content.decode().replace(address, "")  # noqa: E731
    assert len(strip(wrong, coordinator.email)) == len(strip(unknown, "nobody@example.org"))


def test_an_empty_password_is_asked_for(coordinator, browser):
    answer = give_password(browser(), coordinator.email, "")

    assert answer.status_code == 422
    assert "Write your password, or ask for a link by e-mail." in answer.content.decode()


def test_after_five_wrong_passwords_one_waits_kindly(coordinator, browser):
    client = browser()
    for _ in range(5):
        give_password(client, coordinator.email, "another password")

    answer = give_password(client, coordinator.email)
    assert answer.status_code == 429
    assert answer["Retry-After"] == "900"
    assert "Wait 15 minutes" in answer.content.decode()
    assert not is_in(client)


def test_a_closed_account_cannot_sign_in_and_its_session_ends(coordinator, browser):
    client = browser(coordinator)
    assert is_in(client)

    people.deactivate(account=coordinator, reason="left", by=SYSTEM)
    assert not is_in(client)
    assert give_password(browser(), coordinator.email).status_code == 422


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "evil", "/\\evil.example", ""])
def test_after_signing_in_nobody_is_sent_elsewhere(elsewhere, world, browser):
    person = world.invited().account
    people.set_password(account=person, password=PASSWORD, by=SYSTEM)

    answer = give_password(browser(), person.email, next=elsewhere)
    assert answer.status_code == 302
    assert "evil" not in answer.url


def test_a_session_key_from_before_signing_in_opens_nothing(coordinator, browser):
    client = browser()
    session = client.session
    session["planted"] = True
    session.save()
    planted = session.session_key

    give_password(client, coordinator.email)
    given = client.session.session_key
    coordinator.refresh_from_db()
    client.post("/en/sign-in/code/", {"code": code_for(coordinator.totp_secret)})

    assert len({planted, given, client.session.session_key}) == 3


def test_signing_in_is_recorded_with_its_way(coordinator, browser):
    give_password(browser(), coordinator.email)

    event = Event.objects.get(verb="people.signed_in")
    assert (event.actor_code, event.detail) == (coordinator.code, {"way": "password"})


# Second factor ----------------------------------------------------------------------------------------------------
def test_a_code_works_once(coordinator, browser):
    first, second = browser(), browser()
    give_password(first, coordinator.email)
    give_password(second, coordinator.email)
    coordinator.refresh_from_db()
    code = code_for(coordinator.totp_secret)

    first.post("/en/sign-in/code/", {"code": code})
    answer = second.post("/en/sign-in/code/", {"code": code})
    assert is_in(first)
    assert answer.status_code == 422
    assert "That code did not match." in answer.content.decode()
    assert not is_in(second)


def test_codes_cannot_be_tried_one_after_the_other(coordinator, browser):
    client = browser()
    give_password(client, coordinator.email)
    for _ in range(5):
        client.post("/en/sign-in/code/", {"code": "000000"})

    coordinator.refresh_from_db()
    answer = client.post("/en/sign-in/code/", {"code": code_for(coordinator.totp_secret)})
    assert answer.status_code == 429
    assert not is_in(client)


def test_a_newcomer_sets_up_an_app_and_the_secret_is_never_shown_again(newcomer, browser):
    client = browser()
    client.post(link_to(newcomer, "invitation"), {"password": PASSWORD})
    page = client.get("/en/sign-in/code/").content.decode()
    newcomer.refresh_from_db()
    spelt = " ".join(newcomer.totp_secret[i : i + 4] for i in range(0, 32, 4))
    assert spelt in page
    assert "data:image/svg+xml" in page

    client.post("/en/sign-in/code/", {"code": code_for(newcomer.totp_secret)})
    assert is_in(client)
    again = browser()
    give_password(again, newcomer.email)
    assert spelt not in again.get("/en/sign-in/code/").content.decode()


# Links ------------------------------------------------------------------------------------------------------------
def test_asking_for_a_link_answers_the_same_for_any_address(world, browser):
    person = world.invited().account
    ask = {"way": "link", "password": ""}

    known = browser().post("/en/sign-in/", {"email": person.email, "key": str(uuid4()), **ask})
    unknown = browser().post("/en/sign-in/", {"email": "nobody@example.org", "key": str(uuid4()), **ask})
    assert known.status_code == unknown.status_code == 302
    assert known.url == unknown.url == "/en/sign-in/sent/"
    with acting_as(SYSTEM):
        planned = PlannedMessage.objects.filter(kind="sign_in")
        assert [each.account for each in planned] == [person]


def test_a_form_sent_twice_sends_one_link(world, browser):
    person = world.invited().account
    form = {"email": person.email, "key": str(uuid4()), "way": "link"}

    browser().post("/en/sign-in/", form)
    browser().post("/en/sign-in/", form)
    with acting_as(SYSTEM):
        assert PlannedMessage.objects.filter(kind="sign_in").count() == 1


def test_an_address_is_not_flooded_with_links(world, browser):
    person = world.invited().account
    answers = [
        browser().post("/en/sign-in/", {"email": person.email, "key": str(uuid4()), "way": "link"}) for _ in range(6)
    ]

    assert [each.status_code for each in answers] == [302] * 5 + [429]


def test_opening_a_link_spends_nothing_and_pressing_the_button_does(world, browser):
    person = world.invited().account
    path = link_to(person, target="/en/information/")
    client = browser()
    assert client.get(path).status_code == 200
    assert not SignInLink.objects.get().used_at

    answer = client.post(path)
    assert answer.url == "/en/information/"
    assert is_in(client)
    again = browser().post(path)
    assert again.status_code == 410
    assert "This link has been used already" in again.content.decode()


def test_a_link_of_staff_leads_to_the_second_factor(coordinator, browser):
    client = browser()

    answer = client.post(link_to(coordinator, target="/en/settings/"))
    assert answer.url == "/en/sign-in/code/?next=%2Fen%2Fsettings%2F"
    assert not is_in(client)


def test_a_made_up_link_opens_nothing(world, browser):
    answer = browser().get("/en/sign-in/link/made-up-token/")

    assert answer.status_code == 410


def test_an_invitation_is_spent_only_with_a_good_password(newcomer, browser):
    path = link_to(newcomer, "invitation")
    weak = browser().post(path, {"password": "short"})
    assert weak.status_code == 422
    assert not SignInLink.objects.get().used_at

    good = browser().post(path, {"password": PASSWORD})
    assert good.url == "/en/sign-in/code/"
    newcomer.refresh_from_db()
    assert newcomer.check_password(PASSWORD)
    assert browser().post(path, {"password": "another good password"}).status_code == 410


def test_links_of_letters_lead_to_the_page_of_links():
    with override("sv"):
        assert letters.PATH_OF_LINK.format(language="sv", token="abc") == reverse("public:link", args=["abc"])


# Signing out ------------------------------------------------------------------------------------------------------
def test_signing_out_ends_the_session_and_needs_a_button(coordinator, browser):
    client = browser(coordinator)
    assert client.get("/en/sign-out/").status_code == 405
    assert is_in(client)

    assert client.post("/en/sign-out/").url == "/en/"
    assert not is_in(client)


@pytest.mark.parametrize(("role", "minutes"), [("coordinator", 30), ("participant", 60)])
def test_a_session_ends_after_the_roles_quiet_time(role, minutes, world: World, browser, monkeypatch):
    client = browser(world.coordinator() if role == "coordinator" else world.invited().account)
    assert is_in(client)
    seen = clock.wall()

    monkeypatch.setattr(clock, "wall", lambda: seen + timedelta(minutes=minutes, seconds=-1))
    assert is_in(client)
    again = clock.wall()
    monkeypatch.setattr(clock, "wall", lambda: again + timedelta(minutes=minutes, seconds=1))
    assert not is_in(client)


def test_a_session_is_kept_only_for_those_who_have_one(coordinator, browser):
    assert browser(coordinator).get("/en/signed-in/").status_code == 204
    assert browser().get("/en/signed-in/").status_code == 401


def test_a_form_without_its_token_is_refused(world):
    answer = Client(enforce_csrf_checks=True).post("/en/sign-in/", {"email": "a@example.org", "way": "link"})

    assert answer.status_code == 403
    assert "The page had been open too long" in answer.content.decode()


def test_behind_a_proxy_the_last_address_counts(settings: object, rf: Callable[..., object]):
    request = rf.get("/", HTTP_X_FORWARDED_FOR="10.0.0.1, 192.0.2.7", REMOTE_ADDR="127.0.0.1")
    assert access.origin(request) == "127.0.0.1"

    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    assert access.origin(request) == "192.0.2.7"
