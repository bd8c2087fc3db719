"""Sending: whether a message is still due is decided when its time has come, and each goes out at most once."""

import logging
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected

import pytest
from django.core.mail.backends import locmem
from django.db import DatabaseError, connection, transaction

from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.audit.models import Event
from stegvis.config.environment import CHECKOUT
from stegvis.people import actions as people
from stegvis.people.acting import acting_as
from stegvis.reminders import actions, letters, queries, tasks
from stegvis.reminders.models import PlannedMessage, Sent, State
from tests.rooms.conftest import make_site, make_staff


def states(**chosen):
    with acting_as(SYSTEM):
        return list(PlannedMessage.objects.filter(**chosen).order_by("due_at", "pk").values_list("state", flat=True))


def send_on(day, hour=17):
    with clock.frozen(clock.at(day, hour)):
        return tasks.send_due()


# What is still due ------------------------------------------------------------------------------------------------
def test_reminders_go_out_one_after_the_other(person, baseline, mailoutbox):
    for days in (0, 1, 4, 5, 10, 30):
        send_on(baseline.opens_on + timedelta(days=days))

    assert states(kind="welcome") == [State.SENT]
    assert states(kind="reminder") == [State.SENT] * 3
    assert states(kind="consent_copy") == [State.SENT]
    assert len(mailoutbox) == 1 + 1 + 3


def test_no_reminder_follows_an_answer(world, person, baseline, mailoutbox):
    send_on(baseline.opens_on)
    world.answer(person, world.baseline, on=baseline.opens_on + timedelta(days=1))
    sent = len(mailoutbox)
    send_on(baseline.closes_on)

    assert len(mailoutbox) == sent
    assert states(kind="reminder") == [State.SENT, State.CANCELLED, State.CANCELLED]


def test_an_answer_that_comes_while_a_reminder_waits_is_seen_at_the_last_moment(person, baseline, mailoutbox):
    from stegvis.assessments import actions as assessments

    with clock.frozen(clock.at(baseline.opens_on, 15)), acting_as(person.account):
        assessments.submit(assessment=baseline, by=person.account)  # without anyone stopping the reminders
    send_on(baseline.closes_on)

    assert states(kind="reminder") == [State.NOT_DUE] * 3
    assert not [mail for mail in mailoutbox if "frågor" in mail.subject]


def test_whoever_stopped_the_questions_is_not_reminded(world, person, baseline, mailoutbox):
    from stegvis.consent import actions as consent

    with acting_as(person.account):
        consent.withdraw(participant=person, layer="questions", by=person.account)
    send_on(baseline.closes_on)

    assert states(kind="reminder") == [State.NOT_DUE] * 3
    assert states(kind="welcome") == [State.SENT]


@pytest.mark.parametrize(("layer", "state"), [("plan", "sent"), ("programme", "not_due"), ("everything", "not_due")])
def test_whoever_stopped_the_programme_is_not_told_that_it_opens(world, layer, state):
    person = world.allocated(arm="intervention")
    world.withdraw(person, layer)
    send_on(clock.today() + timedelta(days=60))

    assert states(kind=queries.PROGRAMME_OPENS) == [state]


def test_whoever_withdrew_from_everything_gets_only_the_way_in_that_they_ask_for(person, mailoutbox):
    from stegvis.consent import actions as consent

    with acting_as(person.account):
        consent.withdraw(participant=person, layer="everything", by=person.account)
    for kind in ("something_new", "sign_in"):
        actions.plan(key=kind, account=person.account, participant=person, kind=kind, by=SYSTEM)
    tasks.send_due()

    assert [states(kind=kind) for kind in ("something_new", "welcome", "sign_in")] == [
        [State.NOT_DUE],
        [State.NOT_DUE],
        [State.SENT],
    ]
    assert len(mailoutbox) == 1


@pytest.mark.parametrize(
    ("layers", "language", "said"),
    [
        (["questions"], "en", ["- the questions (13 November 2026)", "The rest goes on as before.", "10 years"]),
        (["plan"], "sv", ["- planen och besöken (13 november 2026)", "Dina svar är lika viktiga.", "10 år"]),
        (["everything"], "sv", ["- allt (13 november 2026)", "Vi skickar inget mer", "Din vanliga vård"]),
    ],
)
def test_a_letter_confirms_what_stops_and_says_what_is_kept(world, mailoutbox, layers, language, said):
    person = world.allocated()
    with acting_as(SYSTEM):
        people.choose_language(account=person.account, language=language, by=person.account)
    tasks.send_due()
    mailoutbox.clear()
    world.withdraw(person, *layers)
    tasks.send_due()

    assert [
        mail.subject in {"Your choice in the study is confirmed", "Ditt val i studien är bekräftat"}
        for mail in mailoutbox
    ] == [True]
    assert [words for words in said if words not in mailoutbox[0].body] == []
    assert not {"programme", "programmet", "#", "{"} & set(mailoutbox[0].body.split())


def test_a_closed_account_gets_nothing(person, mailoutbox):
    with acting_as(SYSTEM):
        people.erase_identity(participant=person, reason="asked for it", by=SYSTEM)
    tasks.send_due()

    assert mailoutbox == []
    assert states(kind="welcome") == [State.NOT_DUE]


# What is written --------------------------------------------------------------------------------------------------
def test_a_letter_is_in_the_readers_language_with_days_as_people_write_them(world, mailoutbox):
    for language in ("sv", "en"):
        world.consented(language=language)
    tasks.send_due()
    mailoutbox.clear()
    send_on(clock.today(), 17)

    swedish, english = mailoutbox
    assert "Frågorna är öppna till" in swedish.body
    assert "27 november 2026" in swedish.body
    assert "The questions are open until 27 November 2026." in english.body


def test_every_link_is_new_and_opens_once(person, baseline, mailoutbox):
    for days in (0, 4):
        send_on(baseline.opens_on + timedelta(days=days))
    start = letters.link("", "sv").rstrip("/")
    links = [line[line.index(start) :] for mail in mailoutbox for line in mail.body.splitlines() if start in line]

    assert len(links) == len(set(links)) == 4


def test_letters_go_to_the_address_of_the_identity(person, mailoutbox):
    tasks.send_due()

    assert [mail.to for mail in mailoutbox] == [["person1@example.org"]] * 2


def test_the_outbox_keeps_word_for_word_what_went_and_shows_it_to_the_person_only(world, person, mailoutbox):
    tasks.send_due()

    with acting_as(person.account):
        kept = [(sent.subject, sent.body) for sent in queries.outbox().order_by("pk")]
        assert kept == [(mail.subject, mail.body) for mail in mailoutbox]
        with pytest.raises(DatabaseError), transaction.atomic():
            Sent.objects.update(subject="Another")
    for role in ("coordinator", "physiotherapist", "therapist", "statistician"):
        with acting_as(world.staff(role)):
            assert not queries.outbox().exists()


def test_a_letter_that_cannot_be_written_is_set_aside_and_holds_up_no_other(person, mailoutbox, caplog):
    early = clock.now() - timedelta(days=1)
    actions.plan(key="k", account=person.account, kind="poem", due_at=early, by=SYSTEM)

    assert tasks.send_due() == 2  # the welcome and the copy of the consent
    assert states(kind="poem") == [State.FAILED]
    assert "There is no letter of the kind poem" in caplog.text
    with acting_as(SYSTEM):
        assert queries.left_hanging().get().kind == "poem"


def test_every_letter_that_the_trial_sends_can_be_written(world, mailoutbox):
    """All texts of the example trial and all the system's own letters find what they name."""
    for arm in ("intervention", "control"):
        world.allocated(arm=arm, on=clock.today() - timedelta(days=200))
    world.followed_up()
    with acting_as(SYSTEM):
        kinds = set(PlannedMessage.objects.values_list("kind", "text"))
    send_on(clock.today() + timedelta(days=60))

    written = {
        "welcome",
        "reminder",
        "thanks",
        "allocation_letter",
        "programme_opens",
        "next_step",
        "consent_copy",
        "contact_refresh",
    }
    assert {kind for kind, _ in kinds} == written
    assert not [mail for mail in mailoutbox if "{" in mail.subject + mail.body]
    assert set(states()) <= {State.SENT, State.NOT_DUE, State.CANCELLED}


# What goes wrong --------------------------------------------------------------------------------------------------
@pytest.fixture
def two_messages(moment):
    """Two members of staff are each to get a letter."""
    site = make_site("AL", "Alingsås")
    accounts = [make_staff(role, site) for role in ("physiotherapist", "therapist")]
    for account in accounts:
        actions.plan(key=f"to {account.code}", account=account, kind="alert", by=SYSTEM)
    return accounts


def test_what_the_mail_server_refuses_keeps_nobody_elses_letter_back(two_messages, mailoutbox, monkeypatch, caplog):
    refused = two_messages[0].email

    def send(self, messages):
        if messages[0].to == [refused]:
            raise SMTPRecipientsRefused({refused: (550, b"no such person")})
        return sent(self, messages)

    sent = locmem.EmailBackend.send_messages
    monkeypatch.setattr(locmem.EmailBackend, "send_messages", send)

    with caplog.at_level(logging.WARNING):
        assert tasks.send_due() == 1
    assert states() == [State.REFUSED, State.SENT, State.PLANNED]
    assert "SMTPRecipientsRefused" in caplog.text
    assert refused not in caplog.text


def test_while_no_mail_server_answers_everything_waits(two_messages, mailoutbox, monkeypatch):
    def open_connection(_self):
        raise ConnectionRefusedError("no mail server here")

    monkeypatch.setattr(locmem.EmailBackend, "open", open_connection)
    with pytest.raises(ConnectionRefusedError):
        tasks.send_due()
    assert states() == [State.PLANNED, State.PLANNED]

    monkeypatch.undo()
    assert tasks.send_due() == 2


def test_while_no_mail_server_answers_text_messages_go_all_the_same(two_messages, monkeypatch, settings, tmp_path):
    settings.SMS, settings.SMS_FILE_PATH = "file", tmp_path
    account = two_messages[0]
    people.keep_staff_telephone(account=account, phone="070-174 06 05", by=account)
    actions.plan_for_staff(key="both", account=account, kind="alert", by=SYSTEM)
    monkeypatch.setattr(locmem.EmailBackend, "open", lambda _self: (_ for _ in ()).throw(ConnectionRefusedError()))

    with pytest.raises(ConnectionRefusedError):
        tasks.send_due()
    assert states(channel="sms") == [State.SENT]
    assert states(channel="email") == [State.PLANNED] * 3


def test_what_may_have_been_taken_hangs_and_is_not_sent_twice(two_messages, mailoutbox, monkeypatch):
    def send(self, messages):
        raise SMTPServerDisconnected("in the middle of it")

    monkeypatch.setattr(locmem.EmailBackend, "send_messages", send)
    assert tasks.send_due() == 0
    assert states() == [State.SENDING, State.SENDING]


def test_nothing_due_asks_no_mail_server(moment, monkeypatch):
    monkeypatch.setattr(locmem.EmailBackend, "open", lambda _self: pytest.fail("asked"))

    assert tasks.send_due() == 0


KILLED_WHILE_HANDING_OVER = """
import os, signal
import django
django.setup()
from django.core.mail import EmailMessage
EmailMessage.send = lambda self: os.kill(os.getpid(), signal.SIGKILL)
from stegvis.reminders.tasks import send_due
send_due()
"""


@pytest.fixture
def committed(fresh_database):
    """Twenty letters to staff in a database in which commits stay."""
    site = make_site("AL", "Alingsås")
    account = make_staff("physiotherapist", site)
    for number in range(20):
        actions.plan(key=str(number), account=account, kind="alert", by=SYSTEM)
    return fresh_database


def test_a_worker_killed_while_handing_over_loses_nothing_and_sends_nothing_twice(committed, mailoutbox):
    environment = os.environ | committed.environment | {"DJANGO_SETTINGS_MODULE": "stegvis.config.settings"}
    done = subprocess.run(
        [sys.executable, "-c", KILLED_WHILE_HANDING_OVER], env=environment, cwd=CHECKOUT, check=False, timeout=120
    )
    assert done.returncode == -9

    with acting_as(SYSTEM):
        hanging = queries.left_hanging().get()
        assert hanging.sent.subject
    assert tasks.send_due() == 19
    assert states().count(State.SENDING) == 1
    with acting_as(SYSTEM):
        assert queries.left_hanging().get() == hanging


def test_two_workers_at_once_send_each_letter_once(committed, mailoutbox):
    def work(_):
        try:
            return tasks.send_due()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        counts = list(pool.map(work, range(2)))

    with acting_as(SYSTEM):
        left = PlannedMessage.objects.filter(state=State.PLANNED).count()
        assert Sent.objects.count() == sum(counts) == 20 - left
    tasks.send_due()
    assert states() == [State.SENT] * 20
    assert len(mailoutbox) == 20


def test_what_another_worker_is_sending_leaves_no_line_in_the_record(committed, mailoutbox):
    with transaction.atomic(), acting_as(SYSTEM):
        assert queries.next_due() is not None  # one row is held; the others go out
        with ThreadPoolExecutor(max_workers=1) as elsewhere:
            elsewhere.submit(_send_elsewhere).result()
        record = Event.objects.filter(verb="reminders.taken_up")
        assert not [each for each in record.values_list("detail", flat=True) if "kind" not in each]


def _send_elsewhere():
    try:
        return tasks.send_due()
    finally:
        connection.close()
