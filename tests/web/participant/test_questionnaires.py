"""Questionnaires: pages, saving, declining, stopping, sending; help after a worrying answer; windows."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from stegvis.assessments import queries as assessments
from stegvis.assessments.models import Answer
from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.methods.instruments import pages
from stegvis.people.acting import acting_as
from stegvis.people.models import Participant
from stegvis.protocol import queries as protocols
from stegvis.reminders.models import PlannedMessage
from stegvis.safety import queries as safety
from tests.locking import locked
from tests.web.participant.conftest import HALF_A_YEAR_AGO
from tests.worlds import FRIDAY, World

Page = Callable[..., Client]

COVER = "/en/q/six_months/"
LINE = "/en/q/six_months/pain-intensity/pain-intensity/"
MAP = "/en/q/six_months/pain-map/pain-map/"
PHQ = "/en/q/six_months/phq-9/phq9-1/"
PHQ_RISK = "/en/q/six_months/phq-9/phq9-7/"
STRESS = "/en/q/six_months/stress-now/stress-now/"
HOURS = "/en/q/six_months/ltpai/ltpai-2-hours/"
NEXT = {"then": "next"}


def stored(person: Participant, instrument: str, occasion: str = "six_months") -> dict[str, Any]:
    """The newest answers to one questionnaire."""
    with acting_as(person.account):
        found = assessments.assessment(person, occasion)
        assert found is not None
        return assessments.answers_of(found).get(instrument, {})


# Pages ----------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("language", "minutes", "said"), [
    ("en", 1, "about 1 minute in all"), ("en", 2, "about 2 minutes in all"), ("sv", 1, "ungefär 1 minut i allt"),
])  # fmt: skip
def test_one_minute_is_not_called_minutes(language: str, minutes: int, said: str) -> None:
    shown = {"name": "", "number": 1, "of": 3, "minutes": minutes, "not_worded": False}
    with override(language):
        assert said in render_to_string("questionnaire/head.html", shown)


def test_the_cover_says_how_long_and_leads_to_the_primary_outcome(answering: Participant, page: Page) -> None:
    html = page(answering).get(COVER).content.decode()
    assert "about 45 minutes" in html
    assert f'href="{LINE}"' in html


def test_next_saves_and_goes_on(answering: Participant, page: Page) -> None:
    browser = page(answering)
    assert browser.get(LINE).status_code == 200
    assert browser.post(LINE, {"pain-intensity": "61", **NEXT})["Location"] == MAP
    assert browser.post(MAP, {"pain-map": ["b-neck", "f-knee-l"], **NEXT})["Location"] == PHQ
    assert stored(answering, "pain-intensity") == {"pain-intensity": 61}
    assert sorted(stored(answering, "pain-map")["pain-map"]) == ["b-neck", "f-knee-l"]


def test_every_page_is_reached_and_the_bar_counts_them_all(answering: Participant, page: Page) -> None:
    browser = page(answering)
    addresses, here = [], LINE
    while "/review/" not in here:
        html = browser.get(here).content.decode()
        addresses.append(here)
        assert f"Page {len(addresses)} of " in html
        here = browser.post(here, declining(here, html) | NEXT)["Location"]
    with acting_as(answering.account):
        found = assessments.assessment(answering, "six_months")
        counted = sum(len(pages(protocols.questionnaire(code))) for code in found.instruments)
    assert len(set(addresses)) == len(addresses) == counted


def declining(address: str, html: str) -> dict[str, str]:
    """Prefer not to answer where an answer is needed; leave the rest of the pages empty."""
    for primary in ("pain-intensity", "pain-map"):
        if f"/{primary}/" in address:
            return {f"{primary}__declined": "prefer-not-to-answer"}
    return {}


def test_what_is_wrong_is_said_beside_the_question_and_kept(answering: Participant, page: Page) -> None:
    response = page(answering).post(LINE, {"pain-intensity": "140", **NEXT})
    html = response.content.decode()
    assert response.status_code == 422
    assert "Choose a number from 0 to 100." in html
    assert 'value="140"' in html
    assert stored(answering, "pain-intensity") == {}


def test_a_primary_outcome_asks_for_an_answer_or_a_refusal_to_answer(answering: Participant, page: Page) -> None:
    browser = page(answering)
    response = browser.post(LINE, NEXT)
    assert response.status_code == 422
    assert "or choose “I prefer not to answer”" in response.content.decode()
    assert browser.post(STRESS, NEXT).status_code == 302  # other questions may simply be left out


def test_not_answering_and_preferring_not_to_are_kept_apart(answering: Participant, page: Page) -> None:
    browser = page(answering)
    browser.post(LINE, {"pain-intensity__declined": "prefer-not-to-answer", **NEXT})
    browser.post(PHQ, {"phq9-1": "prefer-not-to-answer", "phq9-2": "", **NEXT})
    assert stored(answering, "pain-intensity") == {"pain-intensity": {"declined": True}}
    assert stored(answering, "phq-9") == {"phq9-1": {"declined": True}}
    html = browser.get(LINE).content.decode()
    assert 'id="id_pain-intensity_declined" data-declines checked' in html


def test_an_answer_and_a_refusal_at_once_are_asked_about(answering: Participant, page: Page) -> None:
    sent = {"pain-intensity": "50", "pain-intensity__declined": "prefer-not-to-answer"}
    response = page(answering).post(LINE, sent | NEXT)
    assert response.status_code == 422
    assert "Keep the one that is right" in response.content.decode()
    assert 'value="50"' in response.content.decode()


def test_an_answer_can_be_taken_back(answering: Participant, page: Page) -> None:
    browser = page(answering)
    browser.post(STRESS, {"stress-now": "4", **NEXT})
    browser.post(STRESS, NEXT)
    assert stored(answering, "stress-now") == {}


@pytest.mark.parametrize("typed", ["7,5", "7.5"])
def test_a_decimal_number_is_taken_as_people_write_it(answering: Participant, page: Page, typed: str) -> None:
    browser = page(answering)
    browser.post("/en/q/six_months/ltpai/ltpai-2/", {"ltpai-2": "stated", **NEXT})
    browser.post(HOURS, {"ltpai-2-hours": typed, **NEXT})
    assert Decimal(stored(answering, "ltpai")["ltpai-2-hours"]) == Decimal("7.5")
    assert 'value="7.5"' in browser.get(HOURS).content.decode()
    assert 'value="7,5"' in browser.get(HOURS.replace("/en/", "/sv/")).content.decode()


def test_a_question_that_is_not_asked_sends_the_person_on(answering: Participant, page: Page) -> None:
    assert page(answering).get(HOURS)["Location"] == LINE


def test_pages_that_never_were_are_not_there(answering: Participant, page: Page) -> None:
    browser = page(answering)
    for address in ["/en/q/nothing/", "/en/q/twelve_months/", f"{COVER}pain-intensity/nothing/", f"{COVER}x/y/"]:
        assert browser.get(address).status_code == 404, address


# Stopping, sending ----------------------------------------------------------------------------------------------------
def test_a_person_stops_and_comes_back_to_the_first_open_question(answering: Participant, page: Page) -> None:
    browser = page(answering)
    browser.post(LINE, {"pain-intensity": "30", **NEXT})
    stopped = browser.post(MAP, {"then": "stop"})
    assert stopped["Location"] == "/en/today/"
    html = browser.get(COVER).content.decode()
    assert "Go on where you stopped" in html
    assert f'href="{MAP}"' in html


def test_what_is_open_is_shown_before_sending_and_saving_leads_back(answering: Participant, page: Page) -> None:
    browser = page(answering)
    html = browser.get(f"{COVER}review/").content.decode()
    assert f'href="{STRESS}?review"' in html
    assert browser.post(f"{STRESS}?review", {"stress-now": "4", **NEXT})["Location"] == f"{COVER}review/"
    assert f'href="{STRESS}?review"' not in browser.get(f"{COVER}review/").content.decode()


def test_after_the_first_questions_the_way_on_is_told(world: World, page: Page) -> None:
    person = world.baseline_done()
    html = page(person).get("/en/q/baseline/done/").content.decode()
    assert "What happens next" in html
    assert "The draw" in html


def test_what_was_sent_stands_and_can_be_read(answering: Participant, page: Page) -> None:
    browser = page(answering)
    browser.post(LINE, {"pain-intensity": "61", **NEXT})
    browser.post(MAP, {"pain-map__declined": "prefer-not-to-answer", **NEXT})
    assert browser.post(f"{COVER}review/")["Location"] == f"{COVER}done/"
    assert "Thank you for your answers" in browser.get(f"{COVER}done/").content.decode()
    copy = browser.get(COVER).content.decode()
    assert ">61<" in copy
    assert "I prefer not to answer" in copy
    assert "Not answered" in copy

    assert browser.post(LINE, {"pain-intensity": "5", **NEXT})["Location"] == COVER
    late = browser.post(
        "/en/api/autosave/answers/six_months/pain-intensity/", {"field": "pain-intensity", "pain-intensity": "5"}
    )
    assert late.status_code == 422
    assert stored(answering, "pain-intensity") == {"pain-intensity": 61}
    assert browser.post(f"{COVER}review/")["Location"] == COVER  # sending again changes nothing


# Saving as one goes ---------------------------------------------------------------------------------------------------
def test_each_answer_is_saved_by_itself(answering: Participant, page: Page) -> None:
    browser, address = page(answering), "/en/api/autosave/answers/six_months/"
    saved = browser.post(f"{address}pain-intensity/", {"field": "pain-intensity", "pain-intensity": "44"})
    assert saved.status_code == 200
    assert saved.json()["saved_at"]
    browser.post(f"{address}pain-map/", {"field": "pain-map", "pain-map": ["f-head", "b-neck"]})
    browser.post(f"{address}phq-9/", {"field": "phq9-2", "phq9-2": "prefer-not-to-answer"})
    assert stored(answering, "pain-intensity") == {"pain-intensity": 44}
    assert stored(answering, "pain-map") == {"pain-map": ["f-head", "b-neck"]}
    assert stored(answering, "phq-9") == {"phq9-2": {"declined": True}}


def test_what_cannot_be_saved_by_itself_says_why(answering: Participant, page: Page) -> None:
    browser, address = page(answering), "/en/api/autosave/answers/six_months/pain-intensity/"
    refused = browser.post(address, {"field": "pain-intensity", "pain-intensity": "140"})
    assert refused.status_code == 422
    assert refused.json()["error"] == "Choose a number from 0 to 100."
    assert browser.post(address, {"field": "nothing", "nothing": "1"}).status_code == 404
    elsewhere = "/en/api/autosave/answers/six_months/nothing/"
    assert browser.post(elsewhere, {"field": "a", "a": "1"}).status_code == 404


def test_answers_are_one_s_own(world: World, answering: Participant, page: Page) -> None:
    other = world.allocated(on=HALF_A_YEAR_AGO)
    page(other).post(LINE, {"pain-intensity": "9", **NEXT})
    assert stored(other, "pain-intensity") == {"pain-intensity": 9}
    assert stored(answering, "pain-intensity") == {}


# Help -----------------------------------------------------------------------------------------------------------------
def test_after_a_worrying_answer_the_very_next_page_is_help(world: World, answering: Participant, page: Page) -> None:
    browser = page(answering)
    response = browser.post(PHQ_RISK, {"phq9-9": risk_answer(), **NEXT}, follow=True)
    html = response.content.decode()
    assert response.redirect_chain[-1][0].startswith("/en/help/first/")
    assert "tel:112" in html
    assert "has been told" in html
    assert 'href="/en/q/six_months/gad-7/gad7-1/"' in html  # the way on
    with acting_as(world.coordinator(answering)):
        assert safety.open_alerts_of(answering).count() == 1


def test_help_is_the_next_page_even_when_the_answer_saved_itself(answering: Participant, page: Page) -> None:
    browser = page(answering)
    browser.post("/en/api/autosave/answers/six_months/phq-9/", {"field": "phq9-9", "phq9-9": risk_answer()})
    response = browser.get("/en/today/")
    assert response["Location"].startswith("/en/help/first/")
    assert browser.get(response["Location"]).status_code == 200
    assert browser.get("/en/today/").status_code == 200  # shown once, then the person goes on


def test_help_says_who_reads_it_when_and_whom_to_call_until_then(answering: Participant, page: Page) -> None:
    def help_at(hour: int) -> str:
        with clock.frozen(clock.at(FRIDAY, hour)):
            answer = {"phq9-9": risk_answer(), **NEXT}
            return page(answering).post(PHQ_RISK, answer, follow=True).content.decode()

    assert "They are open now" in help_at(10)
    assert "Nobody there reads it until Monday 16 November 08:00" in help_at(20)


def test_help_after_not_answering_promises_no_call(answering: Participant, page: Page) -> None:
    answer = {"phq9-9": "prefer-not-to-answer", **NEXT}
    html = page(answering).post(PHQ_RISK, answer, follow=True).content.decode()
    assert "You do not have to answer" in html
    assert "tel:112" in html
    assert "calls you" not in html


@pytest.mark.parametrize("typed", ["2026-11-13T09:00:00+01:00", "half past nine", "2026-13-45T09:00:00", ""])
def test_an_answer_sent_later_keeps_its_time_and_a_strange_time_costs_no_answer(
    answering: Participant, page: Page, typed: str
) -> None:
    address = "/en/api/autosave/answers/six_months/pain-intensity/"
    sent = {"field": "pain-intensity", "pain-intensity": "61", "typed_at": typed}
    assert page(answering).post(address, sent).status_code == 200
    kept = Answer.objects.latest("pk").typed_at
    assert kept == (datetime.fromisoformat(typed) if typed.startswith("2026-11") else None)


def risk_answer() -> str:
    """The heaviest answer to the question that a rule watches."""
    item = protocols.questionnaire("phq-9").by_link_id["phq9-9"]
    return max(item.options, key=lambda option: option.ordinal or Decimal(0)).key


def test_a_calm_answer_shows_no_help(answering: Participant, page: Page) -> None:
    item = protocols.questionnaire("phq-9").by_link_id["phq9-9"]
    calm = min(item.options, key=lambda option: option.ordinal or Decimal(0)).key
    response = page(answering).post(PHQ_RISK, {"phq9-9": calm, **NEXT})
    assert response["Location"].startswith("/en/q/six_months/")


# Windows --------------------------------------------------------------------------------------------------------------
def test_before_the_window_a_sentence_says_when(control: Participant, page: Page) -> None:
    browser = page(control)
    assert "These questions open on" in browser.get(COVER).content.decode()
    assert browser.get(LINE)["Location"] == COVER
    early = browser.post(
        "/en/api/autosave/answers/six_months/pain-intensity/", {"field": "pain-intensity", "pain-intensity": "5"}
    )
    assert early.status_code == 422


def test_after_the_window_answers_are_still_taken(world: World, page: Page) -> None:
    person = world.allocated(on=FRIDAY - timedelta(days=230))
    browser = page(person)
    html = browser.get(COVER).content.decode()
    assert "Your answers still count" in html
    browser.post(LINE, {"pain-intensity": "20", **NEXT})
    browser.post(f"{COVER}review/")
    with acting_as(person.account):
        found = assessments.assessment(person, "six_months")
        assert found is not None
        assert found.submitted_in_window is False


def test_whoever_stopped_the_questions_is_asked_none(world: World, answering: Participant, page: Page) -> None:
    world.withdraw(answering, "questions")
    browser = page(answering)
    assert "you do not want to answer questions" in browser.get(COVER).content.decode()
    assert browser.get(LINE)["Location"] == COVER
    assert stored(answering, "pain-intensity") == {}


def test_the_baseline_is_answered_the_same_way(world: World, page: Page) -> None:
    person = world.consented(on=date(2026, 11, 12))
    response = page(person).post("/en/q/baseline/pain-intensity/pain-intensity/", {"pain-intensity": "70", **NEXT})
    assert response["Location"] == "/en/q/baseline/pain-map/pain-map/"
    assert stored(person, "pain-intensity", "baseline") == {"pain-intensity": 70}


def test_in_its_last_days_the_window_says_when_it_ends(world: World, page: Page) -> None:
    person = world.allocated(on=FRIDAY - timedelta(days=205))
    html = page(person).get(COVER).content.decode()
    assert "The planned time for these questions ends on 18 November 2026" in html
    assert "Best before 18 November 2026" in page(person).get("/en/today/").content.decode()


def test_after_the_data_lock_the_cover_says_so_and_takes_nothing(
    world: World, answering: Participant, page: Page
) -> None:
    locked(world)
    browser = page(answering)
    assert "closed for good" in browser.get(COVER).content.decode()
    assert browser.post(LINE, {"pain-intensity": "9", **NEXT})["Location"] == COVER
    assert stored(answering, "pain-intensity") == {}


# The minimum data set -------------------------------------------------------------------------------------------------
def test_the_short_way_asks_the_primary_outcomes_and_sends_them(world: World, page: Page) -> None:
    person = world.allocated(on=FRIDAY - timedelta(days=180))
    browser = page(person)
    assert f"{COVER}?short" in browser.get(COVER).content.decode()
    assert f'href="{LINE}?short"' in browser.get(f"{COVER}?short").content.decode()
    assert browser.post(f"{LINE}?short", {"pain-intensity": "61", **NEXT})["Location"] == f"{MAP}?short"
    review = browser.post(f"{MAP}?short", {"pain-map": ["b-neck"], **NEXT})["Location"]
    assert review == f"{COVER}review/?short"
    thanks = browser.post(review, follow=True).content.decode()
    assert f'href="{COVER}"' in thanks
    assert "are in. Thank you" in browser.get(COVER).content.decode()
    assert browser.get(LINE)["Location"].startswith("/en/q/six_months/phq-9/")


def test_the_short_way_is_not_there_before_it_is_offered(world: World, page: Page) -> None:
    person = world.allocated(on=FRIDAY - timedelta(days=170))
    assert "?short" not in page(person).get(COVER).content.decode()
    assert page(person).get(f"{COVER}?short")["Location"] == COVER


def test_the_letters_link_leads_to_the_short_way(world: World, answering: Participant) -> None:
    with acting_as(SYSTEM), override(answering.account.language):
        rows = PlannedMessage.objects.filter(participant=answering, occasion="six_months", step="third")
        assert [row.target for row in rows] == [reverse("participant:occasion", args=["six_months"]) + "?short"]
