"""The word scan: what it finds is listed for review, alike in every arm and at every stage, and protects nobody."""

from datetime import timedelta
from uuid import uuid4

import pytest

from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.methods.study.word_scan import WordScan
from stegvis.people.acting import acting_as
from stegvis.people.models import Role
from stegvis.programme import drafts
from stegvis.programme import queries as courses
from stegvis.reminders.models import PlannedMessage
from stegvis.safety.models import Alert
from stegvis.trial import actions as trial

REVIEW = "/en/trial/alerts/?show=review"
WORDS = "Today it is all dark. I want to DIE."


@pytest.fixture
def scanning(world, monkeypatch):
    """The example trial with the scan switched on."""
    lists = [{"language": "en", "words": ["die"]}, {"language": "sv", "words": ["dö"]}]
    scan = WordScan.model_validate({"on": True, "grade": "for_review", "lists": lists})
    safety = world.protocol.safety.model_copy(update={"word_scan": scan})
    protocol = world.protocol.model_copy(update={"safety": safety})
    monkeypatch.setattr("stegvis.protocol.queries.current", lambda on=None: protocol)
    return world


def write(person, body=WORDS, channel="study", key=None):
    with acting_as(person.account):
        trial.write(participant=person, channel=channel, body=body, key=key or uuid4(), by=person.account)


def raised():
    with acting_as(SYSTEM):
        return list(Alert.objects.order_by("pk"))


def told(person):
    with acting_as(SYSTEM):
        return set(PlannedMessage.objects.filter(kind__startswith="alert").values_list("kind", "channel"))


@pytest.mark.parametrize("stage", ["invited", "consented", "planned"])
def test_words_are_found_before_anybody_is_randomised(scanning, stage):
    person = getattr(scanning, stage)()
    write(person)

    assert [(each.participant, each.trigger, each.grade) for each in raised()] == [
        (person, "words_found", "for_review")
    ]


def test_the_review_of_one_arm_looks_like_that_of_the_other(scanning, browser):
    pages = []
    for arm in ("intervention", "control"):
        person = scanning.allocated(arm=arm, site=scanning.site)
        write(person, channel="physiotherapist")
        page = browser(scanning.coordinator(person)).get(f"/en/trial/alerts/{raised()[-1].pk}/").content.decode()
        pages.append(page.partition("What happened")[2].partition("sv-allocation")[0].replace(person.code, "?"))

    assert pages[0].partition("Call")[0] == pages[1].partition("Call")[0]
    assert "words that the trial looks for" in pages[0].lower()


def test_no_clock_runs_nobody_is_texted_and_the_alert_is_not_among_the_urgent(scanning, browser):
    person = scanning.allocated(arm="control")
    write(person)
    (alert,) = raised()

    assert (alert.respond_by, alert.escalate_at, alert.closed_by_two) == (None, None, False)
    assert told(person) == {("alert_review", "email")}
    desk = browser(scanning.coordinator(person))
    assert person.code not in desk.get("/en/trial/alerts/").content.decode()
    assert person.code in desk.get(REVIEW).content.decode()


def test_homework_is_scanned_and_neither_its_words_nor_where_they_stood_reach_the_rota(scanning, browser):
    person = scanning.allocated(arm="intervention", on=clock.today() - timedelta(days=70))
    send_homework(scanning, person)
    (alert,) = raised()
    page = browser(scanning.coordinator(person)).get(f"/en/trial/alerts/{alert.pk}/").content.decode()

    assert alert.note == "die"
    assert alert.source.startswith("words:")
    for told_the_arm in ("homework", "all dark", "therapist", "programme"):
        assert told_the_arm not in page.partition("<main")[2].lower()


def send_homework(world, person):
    """The first step's homework with the words in every field of it."""
    with acting_as(person.account):
        course = world.course(person)
        code = courses.way(course).next.module.code
        fields = courses.content(course.release_id).module(code).fields("en")
        drafts.save(course=course, module=code, values={each.name: WORDS for each in fields if each.kind == "long-text"},
                    by=person.account)  # fmt: skip
        trial.send_homework(course=course, module=code, key=uuid4(), by=person.account)


def test_the_same_message_sent_twice_is_listed_once_and_what_holds_no_word_not_at_all(scanning):
    person, key = scanning.consented(), uuid4()
    for _ in range(2):
        write(person, key=key)
    write(person, body="My diet goes well.")

    assert len(raised()) == 1


def test_without_the_setting_nothing_is_listed_and_no_page_speaks_of_it(world, browser):
    person = world.consented()
    write(person)

    assert raised() == []
    assert "computer looks for" not in browser(person.account).get("/en/messages/study/").content.decode()


@pytest.mark.parametrize(
    ("language", "to_them", "to_staff", "around_the_clock"),
    [
        ("en", "protects nobody", "protects nobody", "around the clock"),
        ("sv", "skyddar ingen", "skyddar ingen", "dygnet runt"),
    ],
)
def test_the_pages_say_that_it_protects_nobody(scanning, browser, language, to_them, to_staff, around_the_clock):
    person = scanning.allocated(arm="intervention")
    own = browser(person.account).get(f"/{language}/messages/study/").content.decode()
    pages = [
        (world_staff, f"/{language}/{address}")
        for world_staff, address in (
            (scanning.coordinator(person), f"trial/participants/{person.code}/messages/"),
            (scanning.clinician(person, Role.THERAPIST), f"care/{person.code}/messages/"),
        )
    ]

    assert to_them in own
    assert around_the_clock in own
    for account, address in pages:
        page = browser(account).get(address).content.decode()
        assert to_staff in page, address
        assert around_the_clock in page
