"""A telephone of staff for alerts: written by themselves or an administrator, and used beside the e-mail."""

from uuid import uuid4

import pytest
from django.db import connection

from stegvis.audit.action import SYSTEM
from stegvis.audit.models import Event
from stegvis.people import actions as people
from stegvis.people.acting import acting_as
from stegvis.people.errors import NotYourTelephone
from stegvis.people.models import Account, Role
from stegvis.reminders import tasks
from stegvis.trial import actions as trial

OWN = "/en/settings/alerts/"
NUMBER = "070-174 06 05"


@pytest.fixture
def texts(settings, tmp_path):
    """Where text messages are written to."""
    settings.SMS, settings.SMS_FILE_PATH = "file", tmp_path / "sms"
    return tmp_path / "sms"


def written(folder):
    return sorted(each.read_text() for each in folder.glob("*.txt")) if folder.exists() else []


def number_of(account):
    return Account.objects.get(pk=account.pk).phone


def alerted(world, language="en", words="I do not feel safe"):
    person, coordinator = world.consented(), world.coordinator()
    with acting_as(SYSTEM):
        people.choose_language(account=coordinator, language=language, by=SYSTEM)
        people.keep_staff_telephone(account=coordinator, phone=NUMBER, by=SYSTEM)
    with acting_as(person.account):
        trial.something_is_wrong(participant=person, words=words, key=uuid4(), by=person.account)
    return person, coordinator


def test_staff_write_change_and_remove_their_own_number(world, browser):
    account = world.staff(Role.PHYSIOTHERAPIST)
    page = browser(account)
    assert "Get alerts by text message too" in page.get("/en/settings/").content.decode()
    assert page.post(OWN, {"phone": NUMBER}).status_code == 302
    assert number_of(account) == NUMBER
    assert "Change the number" in page.get("/en/settings/").content.decode()
    page.post(OWN, {"phone": ""})
    assert number_of(account) is None


@pytest.mark.parametrize(("phone", "said"), [("12345678", "No text message can go"), ("mobile", "digits only")])
def test_what_no_text_message_can_go_to_is_refused_and_stays_in_its_field(world, browser, phone, said):
    response = browser(world.coordinator()).post(OWN, {"phone": phone})

    assert response.status_code == 422
    assert said in response.content.decode()
    assert f'value="{phone}"' in response.content.decode()
    assert number_of(world.coordinator()) is None


def test_an_administrator_writes_anybodys_on_staff_and_nobody_else_does(world, browser):
    account, administrator = world.staff(Role.THERAPIST), world.staff(Role.ADMINISTRATOR)
    address = f"/en/admin-console/staff/{account.code}/"
    assert browser(administrator).post(f"{address}telephone/", {"phone": NUMBER}).status_code == 302
    assert NUMBER in browser(administrator).get(address).content.decode()
    assert browser(world.coordinator()).post(f"{address}telephone/", {"phone": "0"}).status_code in {403, 404}
    with pytest.raises(NotYourTelephone):
        people.keep_staff_telephone(account=account, phone="", by=world.coordinator())
    assert number_of(account) == NUMBER


def test_a_participants_number_stands_elsewhere(world, browser):
    person = world.consented()
    assert browser(person.account).get(OWN).status_code == 404
    assert "settings/alerts" not in browser(person.account).get("/en/settings/").content.decode()
    with pytest.raises(NotYourTelephone):
        people.keep_staff_telephone(account=person.account, phone=NUMBER, by=person.account)


def test_the_number_lies_encrypted_stays_out_of_the_record_and_goes_with_the_account(world):
    account = world.staff(Role.THERAPIST)
    people.keep_staff_telephone(account=account, phone=NUMBER, by=account)
    with connection.cursor() as cursor:
        cursor.execute("SELECT phone::text FROM people_account WHERE id = %s", [account.pk])
        assert NUMBER not in str(cursor.fetchone())
    with acting_as(SYSTEM):
        kept = Event.objects.get(verb="people.staff_telephone_kept").detail
    assert (kept["who"], kept["kept"], NUMBER in str(kept)) == (account.code, True, False)
    people.deactivate(account=account, reason="left", by=SYSTEM)
    assert number_of(account) is None


@pytest.mark.parametrize(
    ("language", "said"), [("en", "something needs someone on the rota"), ("sv", "något behöver någon")]
)
def test_an_alert_goes_by_text_message_beside_the_email_and_names_nobody(world, texts, mailoutbox, language, said):
    person, coordinator = alerted(world, language)
    tasks.send_due()

    (text,) = written(texts)
    assert text.startswith("+46701740605\n\n")
    assert said in text
    assert coordinator.email in {mail.to[0] for mail in mailoutbox}
    with acting_as(SYSTEM):
        secrets = (person.code, "safe", "Person", "sign-in/link")
    assert not [each for each in secrets if each in text.split("\n\n", 1)[1]]


def test_test_alerts_go_the_same_way(world, texts):
    coordinator = world.coordinator()
    people.keep_staff_telephone(account=coordinator, phone=NUMBER, by=coordinator)
    with acting_as(coordinator):
        trial.send_test_alert(site=world.site, key=uuid4(), by=coordinator)
    tasks.send_due()

    assert ["nobody is in need" in each or "ingen är i nöd" in each for each in written(texts)] == [True]


def test_without_a_number_or_a_gateway_alerts_come_by_email_only(world, settings, texts, browser):
    settings.SMS = "off"
    alerted(world)
    tasks.send_due()

    assert written(texts) == []
    assert "sends no text messages" in browser(world.coordinator()).get(OWN).content.decode()
