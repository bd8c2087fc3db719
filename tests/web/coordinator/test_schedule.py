"""The running day: lists, calendar, grid, moves, gifts, reminders for several, and one person's timeline, answers, files."""

import re
from datetime import time, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from stegvis.audit.action import SYSTEM
from stegvis.people.acting import acting_as
from stegvis.people.models import Role
from stegvis.physiotherapy import actions as booking
from stegvis.physiotherapy import queries as visits
from stegvis.reminders.models import PlannedMessage
from stegvis.trial.models import Incentive, MovedDate
from stegvis.web.coordinator.urls import urlpatterns
from tests.worlds import FRIDAY

SIX_MONTHS = "six_months"
TRIAL = "/en/trial/"


@pytest.fixture
def desk(world, browser):
    return browser(world.coordinator())


@pytest.fixture
def asked(world):
    """Somebody whose six-month questions have been open for three weeks; visits two and three were never recorded."""
    opened = FRIDAY - timedelta(days=world.protocol.occasion(SIX_MONTHS).day + 7)
    return world.allocated(on=opened, site=world.site, language="en")


def text(page):
    return page.content.decode()


def of(person, rest=""):
    return f"{TRIAL}participants/{person.code}/{rest}"


def when(day):
    return {"day": day.day, "month": day.month, "year": day.year}


def day_field(name, day):
    return {f"{name}_{part}": value for part, value in when(day).items()}


# Lists, calendar, grid ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("schedule/?list=open", "Ask later"),
        ("schedule/?list=unrecorded", "Visit 2"),
        ("schedule/grid/", "Not recorded"),
        ("schedule/grid/?what=six_months&word=open&order=closing", "Remind several at once"),
        ("schedule/calendar/?on=2026-05-28", "BJ-"),
        ("schedule/calendar/?view=week&on=2026-12-04&day=2026-12-04", "closes: Questions after six months"),
    ],
)
def test_what_waits_stands_on_the_page_and_leads_to_what_can_be_done(world, desk, asked, page, words):
    shown = text(desk.get(TRIAL + page))

    assert asked.code in shown
    assert words in shown


@pytest.mark.parametrize(("language", "written"), [("en", "13:30"), ("sv", "13.30")])
def test_the_time_of_a_visit_is_written_as_everywhere_else(world, desk, language, written):
    person, day = world.allocated(site=world.site), FRIDAY + timedelta(days=3)
    physio = world.clinician(person, Role.PHYSIOTHERAPIST)
    with world.acting(physio):
        booking.book_visit(participant=person, number=2, planned_on=day, planned_time=time(13, 30), by=physio)

    for page in ("?list=coming", f"calendar/?on={day}&day={day}"):
        assert written in text(desk.get(f"/{language}/trial/schedule/{page}"))


@pytest.mark.parametrize("page", ["grid/?what=six_months&word=done", "grid/?stage=withdrawn", "?list=missed"])
def test_a_filter_leaves_out_whom_it_does_not_fit(world, desk, asked, page):
    assert asked.code not in text(desk.get(f"{TRIAL}schedule/{page}"))


@pytest.mark.parametrize(
    "page", ["?list=moon&page=x", "grid/?word=x&what=%00&site=NO&order=9", "calendar/?on=hello&day=9999-99-99"]
)
def test_nonsense_in_an_address_is_answered(desk, page):
    assert desk.get(f"{TRIAL}schedule/{page}").status_code == 200


# Moves and gifts ------------------------------------------------------------------------------------------------------
def test_asking_is_moved_with_a_reason_and_stands_on_the_persons_page(world, desk, asked):
    page = of(asked, f"move/{SIX_MONTHS}/")
    assert desk.post(page, {**day_field("to", FRIDAY + timedelta(days=5)), "key": uuid4()}).status_code == 422

    given = {**day_field("to", FRIDAY + timedelta(days=5)), "reason": "unwell", "key": uuid4()}
    assert desk.post(page, given).status_code == 302

    assert "asked from 18 Nov" in text(desk.get(of(asked)))
    assert "the person was not well" in text(desk.get(of(asked, "story/")))


def test_a_visit_is_moved_with_a_reason_only_and_a_day_outside_its_window_is_said(world, desk, asked):
    page = of(asked, "visit/2/")
    assert desk.post(page, day_field("planned_on", FRIDAY)).status_code == 422

    given = {**day_field("planned_on", FRIDAY), "reason": "clinic", "key": uuid4()}
    assert "The day lies outside the window" in text(desk.post(page, given, follow=True))

    with acting_as(SYSTEM):
        assert visits.visit(asked, 2).planned_on == FRIDAY
        assert MovedDate.objects.get().reason == "clinic"


def test_a_visit_that_did_not_take_place_is_not_booked_for_the_day_that_is_past(world, desk, asked):
    physio = world.clinician(asked, Role.PHYSIOTHERAPIST)
    with world.acting(physio):
        booking.miss_visit(participant=asked, number=2, by=physio)
    page = of(asked, "visit/2/")

    assert re.search(r'name="planned_on_day"[^>]*>', text(desk.get(page)))
    assert not re.search(r'name="planned_on_day"[^>]*value="\d', text(desk.get(page)))
    assert desk.post(page, {}).status_code == 422
    assert desk.post(page, day_field("planned_on", FRIDAY + timedelta(days=3))).status_code == 302


def test_a_gift_is_recorded_from_the_list_with_one_press_or_as_not_sent(world, desk, asked):
    world.answer(asked, SIX_MONTHS)
    assert asked.code in text(desk.get(f"{TRIAL}schedule/gifts/"))
    page = of(asked, f"gift/{SIX_MONTHS}/")

    assert desk.post(page, {"sent": "yes", "from_list": "1", "key": uuid4()}).url.endswith("/gifts/")
    assert "sent 13 Nov" in text(desk.get(of(asked)))
    desk.post(page, {"sent": "no", "key": uuid4()})
    with acting_as(SYSTEM):
        assert [each.sent_on for each in Incentive.objects.order_by("pk")] == [FRIDAY, None]


# Reminding several ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("language", "words"), [("en", "was reminded"), ("sv", "har påmints")])
def test_the_preview_says_who_is_written_to_and_who_is_left_out_and_why(world, desk, asked, language, words):
    page = f"/{language}/trial/schedule/reminders/?occasion={SIX_MONTHS}"
    assert f'value="{asked.code}"' in text(desk.get(page))
    send = {"occasion": SIX_MONTHS, "step": "third", "who": [asked.code], "key": uuid4()}
    assert desk.post(page, send).status_code == 302

    after = text(desk.get(page))

    assert f'value="{asked.code}"' not in after
    assert words in after
    with acting_as(SYSTEM):
        assert PlannedMessage.objects.filter(key__startswith="round:", participant=asked).count() == 1


def test_what_differs_from_person_to_person_stands_in_the_language_of_each_letter(desk, asked):
    shown = text(desk.get(f"/sv/trial/schedule/reminders/?occasion={SIX_MONTHS}&step=first"))
    swedish, english = shown.index('lang="sv">', shown.index("<main")), shown.index('lang="en">', shown.index("<main"))

    assert "[en egen länk]" in shown[swedish:english]
    assert "[a link of their own]" in shown[english:]


def test_nobody_ticked_and_nobody_of_another_site_is_reminded(world, desk, browser, asked):
    page, send = f"{TRIAL}schedule/reminders/", {"occasion": SIX_MONTHS, "step": "third", "key": uuid4()}

    assert desk.post(page, send).status_code == 422
    elsewhere = browser(world.staff(Role.COORDINATOR, world.sites[1]))
    assert elsewhere.post(page, {**send, "who": [asked.code], "key": uuid4()}).status_code == 422


# Calls ----------------------------------------------------------------------------------------------------------------
def test_each_occasion_has_its_script_and_the_last_call_offers_the_most_important_questions(world, desk, asked):
    person = world.consented(on=FRIDAY - timedelta(days=15), language="en")

    late, early = (
        text(desk.get(f"{TRIAL}calls/{p.code}/{o}/")) for p, o in ((asked, SIX_MONTHS), (person, "baseline"))
    )

    assert "about answers that have not come in" in late
    assert "The most important questions alone are enough now" in late
    assert "about the questions at the start" in early


def test_a_call_whose_answers_an_assessor_takes_leaves_the_list_and_stands_first_on_theirs(world, desk, browser, asked):
    assessor = browser(world.staff(Role.OUTCOME_ASSESSOR))
    given = {"outcome": "to_assessor", "again": 1, "key": uuid4()}

    assert desk.post(f"{TRIAL}calls/{asked.code}/{SIX_MONTHS}/", given, follow=True).status_code == 200

    assert asked.code not in text(desk.get(f"{TRIAL}calls/"))
    assert asked.code not in text(assessor.get("/en/outcomes/")), "it is for tomorrow"


# One person -----------------------------------------------------------------------------------------------------------
def test_one_persons_pages_tell_what_happened_and_nothing_of_what_was_answered(world, desk, asked):
    world.answer(asked, SIX_MONTHS, levels={"pain_intensity": 63})

    story, answers = text(desk.get(of(asked, "story/"))), text(desk.get(of(asked, "answers/")))

    assert "Answered: Questions after six months" in story
    assert answers.count("Sent") >= 2
    assert "63" not in re.sub(r'value="[^"]*"|\?v=\w+|/static/\S+', "", answers.partition("<main")[2])


def test_pages_of_people_in_different_groups_say_the_same(world, desk):
    day = FRIDAY - timedelta(days=world.protocol.occasion(SIX_MONTHS).day + 7)
    arms = [arm.code for arm in world.protocol.arms]
    people = [world.allocated(arm=arm, on=day, site=world.site) for arm in arms]

    for page in ("story/", "answers/", "files/", "calendar.ics"):
        said = {re.sub(r"[0-9a-f-]{20,}|BJ-\d+|\w+-\d+@|\d{2}:\d{2}", "", _plain(desk, of(p, page), p)) for p in people}
        assert len(said) == 1, page


def _plain(desk, page, person):
    said = text(desk.get(page)).replace(person.code, "")
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"|UID:.*', "", said)


# Whose it is ----------------------------------------------------------------------------------------------------------
def every_page(person, screening):
    """Every address of the wing that is only looked at, filled in with one person of the first site."""
    given = {
        "code": person.code, "occasion": SIX_MONTHS, "number": str(screening.pk), "rule": "severe_distress", "site": "BJ"
    }  # fmt: skip
    routes = [str(each.pattern) for each in urlpatterns]
    return [TRIAL + re.sub(r"<(?:\w+:)?(\w+)>", lambda found: given[found[1]], route) for route in routes]


def test_of_two_sites_neither_coordinator_finds_the_others_people_anywhere(world, browser, asked):
    screening = world.screened(site=world.site)
    stranger, own = browser(world.staff(Role.COORDINATOR, world.sites[1])), browser(world.coordinator())
    made = {each: each.post("/en/calendar/", {"make": "1"}) for each in (own, stranger)}
    feeds = {each: _feed(each) for each in made}
    pages = [*every_page(asked, screening), f"{TRIAL}participants/?code={asked.code}", "/en/calendar/visits.ics"]
    assert len(pages) > 40

    seen = [page for page in pages if _holds(own, page, asked)]
    for page in [*pages, feeds[stranger]]:
        found = stranger.get(page)
        about = re.sub(r'(value="|\?code=)' + asked.code, "", text(found))  # what was searched for stands in the search
        assert found.status_code in {404, 405} or asked.code not in about, page

    assert len(seen) > 15
    assert asked.code in text(own.get(feeds[own]))


def _holds(desk, page, person):
    found = desk.get(page)
    return found.status_code == 200 and person.code in text(found)


def _feed(desk):
    return re.search(r'value="https?://[^/"]+(/[^"]+\.ics)"', text(desk.get("/en/calendar/"))).group(1)


# Many people ----------------------------------------------------------------------------------------------------------
def test_queries_do_not_grow_with_the_number_of_people(world, desk):
    pages = ("?list=open", "?list=unrecorded", "grid/?order=closing", "calendar/?on=2026-12-01", "gifts/", "reminders/")
    day = FRIDAY - timedelta(days=world.protocol.occasion(SIX_MONTHS).day + 7)

    def counts():
        found = {}
        for page in pages:
            desk.get(f"{TRIAL}schedule/{page}")
            with CaptureQueriesContext(connection) as queries:
                assert desk.get(f"{TRIAL}schedule/{page}").status_code == 200
            found[page] = len(queries)
        return found

    def more(count):
        for _ in range(count):
            world.allocated(site=world.site, on=day)
        world.answer(world.allocated(site=world.site, on=day), SIX_MONTHS)

    more(1)
    few = counts()
    more(2)
    assert counts() == few
