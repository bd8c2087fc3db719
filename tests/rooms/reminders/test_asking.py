"""Asking: the protocol's ladder goes by the way and at the hour that the person has chosen, on the protocol's days."""

from datetime import timedelta

import pytest

from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.people.acting import acting_as
from stegvis.reminders import actions, queries, tasks
from stegvis.reminders.models import PlannedMessage


@pytest.fixture
def texts(settings, tmp_path):
    """Where text messages are written to."""
    settings.SMS, settings.SMS_FILE_PATH = "file", tmp_path / "sms"
    return tmp_path / "sms"


def prefer(person, channel, hour):
    with acting_as(person.account):
        return actions.prefer(participant=person, channel=channel, hour=hour, by=person.account)


def planned(person):
    with acting_as(SYSTEM):
        rows = queries.planned_for(person).filter(kind=queries.REMINDER)
        return [clock.local(row.due_at) for row in rows]


def send_at(day, hour):
    with clock.frozen(clock.at(day, hour)):
        return tasks.send_due()


def written(folder):
    return sorted(each.read_text() for each in folder.glob("*.txt")) if folder.exists() else []


@pytest.mark.parametrize("hour", [8, 20])
def test_the_ladder_moves_to_the_chosen_hour_and_stays_on_its_days(person, baseline, hour):
    before = planned(person)
    prefer(person, "email", hour)

    assert [each.date() for each in planned(person)] == [each.date() for each in before]
    assert {each.hour for each in planned(person)} == {hour}
    assert planned(person)[-1] < clock.at(baseline.closes_on + timedelta(days=1), 0)


def test_what_is_planned_later_is_planned_at_the_chosen_hour_whoever_plans_it(world):
    person = world.planned()
    prefer(person, "email", 9)
    world.randomise(person)

    with acting_as(SYSTEM):
        rows = PlannedMessage.objects.filter(participant=person, kind="reminder", state="planned")
        assert {clock.local(row.due_at).hour for row in rows} == {9}


@pytest.mark.parametrize(
    ("language", "said"),
    [("sv", "Studien har frågor till dig, ungefär"), ("en", "The study has questions for you, about")],
)
def test_a_text_message_is_short_names_no_health_and_has_one_link(world, texts, language, said):
    person = world.consented(language=language)
    prefer(person, "sms", 16)
    send_at(clock.today(), 16)

    (text,) = written(texts)
    words = text.split("\n\n", 1)[1]
    assert words.startswith(said)
    assert words.count("http") == 1
    assert len(words.partition("http")[0]) < 120
    assert not {"smärta", "pain", "programmet", "programme"} & set(words.lower().split())


def test_who_wants_no_reminders_of_the_programme_is_asked_by_email_all_the_same(person, texts, mailoutbox):
    prefer(person, "none", 16)
    send_at(clock.today(), 16)

    assert written(texts) == []
    assert [mail for mail in mailoutbox if "frågor" in mail.subject.lower()]


def test_a_way_that_the_protocol_does_not_allow_is_not_used(world, person, texts, monkeypatch, mailoutbox):
    prefer(person, "sms", 16)
    steps = tuple(each.model_copy(update={"channels": ("email",)}) for each in world.protocol.reminders.steps)
    ladder = world.protocol.reminders.model_copy(update={"steps": steps})
    protocol = world.protocol.model_copy(update={"reminders": ladder})
    monkeypatch.setattr("stegvis.protocol.queries.current", lambda on=None: protocol)
    send_at(clock.today(), 16)

    assert written(texts) == []
    assert mailoutbox


def test_a_worker_that_was_down_in_the_evening_rings_nobody_at_night(person, baseline, texts):
    prefer(person, "sms", 20)
    send_at(baseline.opens_on, 23)
    assert written(texts) == []
    send_at(baseline.opens_on + timedelta(days=1), 20)

    assert len(written(texts)) == 1


def test_the_last_one_does_not_wait_past_the_window_but_goes_by_email(person, baseline, texts, mailoutbox):
    prefer(person, "sms", 20)
    send_at(baseline.closes_on, 23)

    assert written(texts) == []
    assert [mail for mail in mailoutbox if "frågor" in mail.subject.lower()]
