"""Activity and goals: the log, the diary, the plan; rating one's goals."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from django.test import Client

from stegvis.people.acting import acting_as
from stegvis.people.models import Participant
from stegvis.physiotherapy import queries as plans
from tests.worlds import FRIDAY, World

Page = Callable[..., Client]

LOG = "/en/activity/log/"
RATE = "/en/goals/rate/"


def entry(**other: Any) -> dict[str, Any]:
    """What the log's form would send."""
    given = {"what": "kind:cycling", "minutes": "25", "effort": "easy", "on": FRIDAY.isoformat(), "key": str(uuid4())}
    return given | other


def diary(person: Participant) -> list[Any]:
    """What counts in the diary, newest first."""
    with acting_as(person.account):
        return list(plans.diary(person))


def planned(person: Participant) -> Any:
    """The first activity of somebody's plan."""
    with acting_as(person.account):
        found = plans.plan_now(person)
        assert found is not None
        return found.activities.first()


# The log --------------------------------------------------------------------------------------------------------------
def test_something_else_is_logged_once(control: Participant, page: Page) -> None:
    sent = entry(felt="harder")
    for _ in range(2):
        assert page(control).post(LOG, sent)["Location"] == "/en/activity/"
    assert [(each.kind, each.minutes, each.felt) for each in diary(control)] == [("cycling", 25, "harder")]
    assert "Cycling, 25 minutes" in page(control).get("/en/activity/").content.decode()


def test_the_form_begins_with_what_is_planned(control: Participant, page: Page) -> None:
    html = page(control).get(LOG).content.decode()
    assert f'value="plan:{planned(control).pk}" id="id_what_0" checked' in html
    assert 'name="minutes" value="20"' in html


def test_other_minutes_of_a_planned_activity_stay_tied_to_the_plan(control: Participant, page: Page) -> None:
    page(control).post(LOG, entry(what=f"plan:{planned(control).pk}", minutes="10"))
    found = diary(control)[0]
    assert (found.planned_activity_id, found.minutes) == (planned(control).pk, 10)
    assert "Saved: " in page(control).get("/en/today/").content.decode()


def test_an_earlier_day_is_shown_as_written_later(control: Participant, page: Page) -> None:
    browser = page(control)
    browser.post(LOG, entry(on=(FRIDAY - timedelta(days=2)).isoformat()))
    assert "Written on 13 Nov" in browser.get("/en/activity/history/").content.decode()


def test_what_is_missing_is_said_and_nothing_is_kept(control: Participant, page: Page) -> None:
    wrong = [
        (entry(what="kind:own"), "Write what you call it"),
        (entry(minutes="0"), "Write the minutes, from 1 to 600."),
        (entry(what="plan:999999"), "Choose one of those shown."),
        (entry(on=(FRIDAY + timedelta(days=1)).isoformat()), "Choose one of those shown."),
    ]
    for sent, sentence in wrong:
        response = page(control).post(LOG, sent)
        assert response.status_code == 422, sent
        assert sentence in response.content.decode(), sent
    assert diary(control) == []


def test_one_s_own_diary_is_undone_and_nobody_else_s(world: World, control: Participant, page: Page) -> None:
    page(control).post(LOG, entry())
    pk = diary(control)[0].pk
    assert page(world.planned()).post(f"/en/activity/undo/{pk}/").status_code == 404
    assert len(diary(control)) == 1
    assert page(control).post(f"/en/activity/undo/{pk}/", {"next": "https://elsewhere.example/"})["Location"] == (
        "/en/activity/"
    )
    assert diary(control) == []
    assert page(control).post(f"/en/activity/undo/{pk}/").status_code == 404


def test_before_the_plan_is_made_the_pages_say_when(world: World, page: Page) -> None:
    browser = page(world.consented())
    for address in ["/en/activity/", "/en/activity/plan/"]:
        assert "at the first visit" in browser.get(address).content.decode()
    assert "No goals yet" in browser.get("/en/goals/").content.decode()
    assert browser.get("/en/activity/plan/print/").status_code == 404


def test_the_plan_is_read_and_printed(control: Participant, page: Page) -> None:
    html = page(control).get("/en/activity/plan/").content.decode()
    assert "Monday, Wednesday and Friday" in html
    sheet = page(control).get("/en/activity/plan/print/").content.decode()
    assert sheet.count('class="sv-box"') == 3 * 4  # three days in each of four weeks
    assert "Walk to the lake" in sheet


# Goals ----------------------------------------------------------------------------------------------------------------
def levels(person: Participant) -> list[tuple[str, str, str]]:
    """Level, rater and occasion of the newest rating of each goal."""
    with acting_as(person.account):
        rated = [each.last for each in plans.goals_of(person)]
    return [(each.level, each.rater, each.occasion) for each in rated if each]


def goals(person: Participant) -> list[int]:
    """The goals' numbers."""
    with acting_as(person.account):
        return [each.goal.pk for each in plans.goals_of(person)]


def test_goals_are_rated_on_a_page_without_tabs(control: Participant, page: Page) -> None:
    browser = page(control)
    html = browser.get(RATE).content.decode()
    assert "sv-tabs" not in html
    main, step = goals(control)
    sent = {f"goal_{main}": "partly", f"goal_{step}": "fully", "key": str(uuid4())}
    for _ in range(2):
        assert browser.post(RATE, sent)["Location"] == f"{RATE}?done"
    assert levels(control) == [("partly", "participant", "visit_3"), ("fully", "participant", "visit_3")]
    assert "Partly reached" in browser.get("/en/goals/").content.decode()
    assert "How did it go with your goals?" not in browser.get("/en/today/").content.decode()


def test_a_main_goal_is_told_from_its_way_stations_in_words(control: Participant, page: Page) -> None:
    form = page(control).get(RATE).context["form"]
    with acting_as(control.account):
        main = plans.goals_of(control)[0].goal.text

    assert [each.help_text for each in form.visible_fields()] == ["Main goal", f"A way-station to: {main}"]


def test_a_goal_may_be_left_out_but_not_all_of_them(control: Participant, page: Page) -> None:
    browser, (main, _step) = page(control), goals(control)
    nothing = browser.post(RATE, {"key": str(uuid4())})
    assert nothing.status_code == 422
    assert "Choose for at least one goal" in nothing.content.decode()
    browser.post(RATE, {f"goal_{main}": "not", "key": str(uuid4())})
    assert levels(control) == [("not", "participant", "visit_3")]


def test_a_changed_rating_says_why_and_both_are_kept(control: Participant, page: Page) -> None:
    browser, (main, _step) = page(control), goals(control)
    browser.post(RATE, {f"goal_{main}": "not", "key": str(uuid4())})
    changed = {f"goal_{main}": "fully", "key": str(uuid4())}
    refused = browser.post(RATE, changed)
    assert refused.status_code == 422
    assert "Write a few words about why" in refused.content.decode()
    assert levels(control) == [("not", "participant", "visit_3")]

    assert browser.post(RATE, {**changed, "why": "I had forgotten last week"}).status_code == 302
    assert levels(control) == [("fully", "participant", "visit_3")]
    with acting_as(control.account):
        [now] = [each for each in plans.goals_of(control) if each.goal.pk == main]
    assert [(each.level, each.reason) for each in now.all_ratings] == [
        ("not", None), ("fully", "I had forgotten last week"),
    ]  # fmt: skip


def test_an_unchanged_answer_sent_again_makes_nothing_and_needs_no_reason(control: Participant, page: Page) -> None:
    browser, (main, step) = page(control), goals(control)
    browser.post(RATE, {f"goal_{main}": "not", "key": str(uuid4())})
    assert browser.post(RATE, {f"goal_{main}": "not", f"goal_{step}": "fully", "key": str(uuid4())}).status_code == 302
    with acting_as(control.account):
        assert sum(len(each.all_ratings) for each in plans.goals_of(control)) == 2


def test_goals_stand_on_today_and_on_a_card_to_print(control: Participant, page: Page) -> None:
    today = page(control).get("/en/today/").content.decode()
    assert "What I want to be able to do" in today
    assert "Walk to the lake 0" in today
    card = page(control).get("/en/goals/card/").content.decode()
    assert card.count('class="sv-a6"') == 1
    assert "Week 4: Walk to the corner 0" in card


def test_who_has_no_goals_yet_has_no_card(world: World, page: Page) -> None:
    person = world.baseline_done()
    assert page(person).get("/en/goals/card/").status_code == 404
    assert "What I want to be able to do" not in page(person).get("/en/today/").content.decode()


def test_only_one_s_own_goals_are_rated(world: World, control: Participant, page: Page) -> None:
    other = world.allocated(on=date(2026, 9, 4))
    response = page(control).post(RATE, {f"goal_{goals(other)[0]}": "fully", "key": str(uuid4())})
    assert response.status_code == 422
    assert levels(other) == levels(control) == []


def test_goals_are_not_asked_about_before_their_time(world: World, page: Page) -> None:
    person = world.allocated(on=FRIDAY - timedelta(days=10))
    assert page(person).get(RATE)["Location"] == "/en/goals/"
    assert "How did it go" not in page(person).get("/en/today/").content.decode()


def test_at_six_months_goals_are_rated_again(answering: Participant, page: Page) -> None:
    browser, (main, _step) = page(answering), goals(answering)
    assert "How did it go with your goals?" in browser.get("/en/today/").content.decode()
    browser.post(RATE, {f"goal_{main}": "fully", "key": str(uuid4())})
    assert levels(answering) == [("fully", "participant", "six_months")]
