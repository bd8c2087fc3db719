"""The physiotherapist's pages: a visit from conversation to agreed plan, ratings read out, and never an arm."""

import re
from datetime import date, timedelta
from uuid import uuid4

import pytest

from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.people import actions as people
from stegvis.people.acting import acting_as
from stegvis.people.models import Role
from stegvis.physiotherapy import queries as physiotherapy
from stegvis.physiotherapy.models import Visit
from stegvis.safety import queries as safety
from stegvis.trial import actions as trial


@pytest.fixture
def person(world):
    """Someone whose questions at the start are answered: the first visit is booked."""
    return world.baseline_done()


@pytest.fixture
def physio(world, browser, person):
    return browser(world.clinician(person, Role.PHYSIOTHERAPIST))


def address(person, rest=""):
    return f"/en/physio/{person.code}/{rest}"


def goal(**other):
    return {
        "text": "Walk to the shop", "goal_type": "function", "parent": "", "target_week": 12, "key": uuid4(), **other
    }  # fmt: skip


ACTIVITY = {"kind": "walking", "title": "Easy walk", "days": ["0", "2"], "minutes": 15, "effort": "easy"}


def test_a_first_visit_goes_from_the_board_to_an_agreed_plan(person, physio):
    assert person.code in physio.get("/en/physio/").content.decode()
    assert physio.get(address(person, "visit/1/")).status_code == 302
    assert physio.post(address(person, "visit/1/talk/"), {"resources_social": "A neighbour"}).status_code == 302
    assert physio.post(address(person, "visit/1/goals/"), goal()).status_code == 302
    assert physio.post(address(person, "visit/1/plan/"), ACTIVITY).status_code == 302
    done = physio.post(address(person, "visit/1/agree/"), {"mode": "in_person", "key": uuid4()})
    assert done.status_code == 302, done.content.decode()

    with acting_as(SYSTEM):
        assert Visit.objects.get(participant=person, number=1).held_at is not None
        plan = physiotherapy.plan_now(person)
        assert [(each.label, each.days) for each in plan.activities.all()] == [("Easy walk", [1, 3])]
        assert physiotherapy.goals_locked_at(person) is not None
    assert "Easy walk" in physio.get(address(person, "print/")).content.decode()


def test_a_visit_is_not_held_without_a_goal(person, physio):
    physio.post(address(person, "visit/1/plan/"), ACTIVITY)
    page = physio.post(address(person, "visit/1/agree/"), {"mode": "in_person", "key": uuid4()})
    assert page.status_code == 422
    with acting_as(SYSTEM):
        assert Visit.objects.get(participant=person, number=1).held_at is None
        assert physiotherapy.plan_now(person) is None


def test_a_first_visit_with_goals_and_no_plan_says_so_and_is_held_only_when_that_is_meant(person, physio):
    physio.post(address(person, "visit/1/goals/"), goal())
    agree, held = address(person, "visit/1/agree/"), {"mode": "in_person", "key": uuid4()}
    assert "There is no plan yet" in physio.get(agree).content.decode()

    refused = physio.post(agree, held)
    assert refused.status_code == 422
    assert "would go home without a plan" in refused.content.decode()
    assert physio.post(agree, {**held, "without_plan": "on"}).status_code == 302
    with acting_as(SYSTEM):
        assert Visit.objects.get(participant=person, number=1).held_at is not None


def test_with_a_plan_in_force_nothing_is_asked_about_one(world, browser):
    person = world.planned()
    physio = browser(world.clinician(person, Role.PHYSIOTHERAPIST))
    assert "There is no plan yet" not in physio.get(address(person, "visit/2/agree/")).content.decode()
    assert physio.post(address(person, "visit/2/agree/"), {"mode": "in_person", "key": uuid4()}).status_code == 302


def test_the_same_goal_sent_twice_is_one_goal(person, physio):
    once = goal()
    for _ in range(2):
        physio.post(address(person, "visit/1/goals/"), once)
    with acting_as(SYSTEM):
        assert len(physiotherapy.goals_of(person)) == 1


def test_a_form_that_the_browser_brought_back_with_other_words_loses_neither(person, physio):
    first = goal()
    physio.post(address(person, "visit/1/goals/"), first)

    refused = physio.post(address(person, "visit/1/goals/"), {**first, "text": "Sleep in my own bed"})
    assert refused.status_code == 422
    again = re.search(r'name="key" value="([^"]+)"', refused.content.decode())
    assert (
        physio.post(address(person, "visit/1/goals/"), goal(text="Sleep in my own bed", key=again[1])).status_code
        == 302
    )

    with acting_as(SYSTEM):
        assert [each.goal.text for each in physiotherapy.goals_of(person)] == [
            "Walk to the shop",
            "Sleep in my own bed",
        ]


def test_a_goal_without_words_is_asked_for_and_nothing_else_is_lost(person, physio):
    page = physio.post(address(person, "visit/1/goals/"), goal(text="", how_seen="By the receipt"))
    assert page.status_code == 422
    assert "By the receipt" in page.content.decode()


def test_a_goal_is_taken_back_before_it_is_locked_and_an_activity_out_of_the_draft(person, physio):
    physio.post(address(person, "visit/1/goals/"), goal())
    physio.post(address(person, "visit/1/plan/"), ACTIVITY)
    with acting_as(SYSTEM):
        pk = physiotherapy.goals_of(person)[0].goal.pk
    physio.post(address(person, f"visit/1/goals/{pk}/aside/"))
    physio.post(address(person, "visit/1/plan/remove/"), {"activity": drafted(person)[0].mark})
    with acting_as(SYSTEM):
        assert not physiotherapy.goals_of(person)
    assert not drafted(person)


# The week that is being built -----------------------------------------------------------------------------------------
def drafted(person):
    with acting_as(SYSTEM):
        return physiotherapy.draft_of(person).activities


def test_an_activity_sent_twice_is_in_the_week_once(person, physio):
    for _ in range(2):
        assert physio.post(address(person, "visit/1/plan/"), ACTIVITY).status_code == 302
    assert [each.title for each in drafted(person)] == ["Easy walk"]


def test_removing_twice_takes_out_no_other_activity(person, physio):
    physio.post(address(person, "visit/1/plan/"), ACTIVITY)
    physio.post(address(person, "visit/1/plan/"), {**ACTIVITY, "title": "Pool"})
    first = {"activity": drafted(person)[0].mark}
    for _ in range(2):
        assert physio.post(address(person, "visit/1/plan/remove/"), first).status_code == 302
    assert [each.title for each in drafted(person)] == ["Pool"]


def test_an_activity_is_changed_in_its_place(person, physio):
    for title in ("Easy walk", "Pool"):
        physio.post(address(person, "visit/1/plan/"), {**ACTIVITY, "title": title})
    change = address(person, f"visit/1/plan/?change={drafted(person)[0].mark}")
    assert 'value="Easy walk"' in physio.get(change).content.decode()

    for _ in range(2):
        physio.post(change, {**ACTIVITY, "minutes": 20, "growth": "5 minutes more in May"})

    assert [(each.title, each.minutes) for each in drafted(person)] == [("Easy walk", 20), ("Pool", 15)]
    assert drafted(person)[0].growth == "5 minutes more in May"


def test_an_empty_day_of_the_week_leads_to_the_form_with_that_day(person, physio):
    page = physio.get(address(person, "visit/1/plan/")).content.decode()
    assert "?day=3&amp;kind=strength#activity" in page
    form = physio.get(address(person, "visit/1/plan/?day=3&kind=strength")).context["form"]
    assert (form["days"].value(), form["kind"].value()) == ([3], "strength")
    for nonsense in ("?day=9", "?day=²", "?day=&kind=flying", "?change=" + "x" * 300):
        assert physio.get(address(person, "visit/1/plan/" + nonsense)).status_code == 200


def test_what_was_agreed_stands_in_the_next_version_unless_it_is_changed(world, browser):
    person = world.planned()
    physio = browser(world.clinician(person, Role.PHYSIOTHERAPIST))
    physio.post(address(person, "visit/1/plan/"), ACTIVITY)
    agreed = {"mode": "in_person", "flare_rule": "Half for three days", "aim_minutes": 90}
    physio.post(address(person, "visit/1/agree/"), {**agreed, "key": uuid4()})

    physio.post(address(person, "visit/2/plan/"), {**ACTIVITY, "title": "Pool"})
    page = physio.get(address(person, "visit/2/agree/")).content.decode()

    assert "Half for three days" in page
    assert 'value="90"' in page


def test_the_plan_is_printed_in_the_language_of_whoever_takes_it_home(world, browser):
    person = world.planned()
    page = browser(world.clinician(person, Role.PHYSIOTHERAPIST)).get(address(person, "print/")).content.decode()
    with acting_as(SYSTEM):
        people.choose_language(account=person.account, language="en", by=person.account)
    other = browser(world.clinician(person, Role.PHYSIOTHERAPIST)).get(address(person, "print/")).content.decode()

    assert "Min vecka" in page
    assert 'lang="sv"' in page
    assert "My week" in other
    assert page.count('class="sv-box"') == other.count('class="sv-box"') > 0


def test_a_missed_visit_is_offered_to_be_booked_again_not_to_be_started(world, browser):
    person = world.baseline_done()
    physio = browser(world.clinician(person, Role.PHYSIOTHERAPIST))
    for page in ("/en/physio/", address(person)):
        assert "Start the visit" in physio.get(page).content.decode()
    with clock.frozen(clock.now() + timedelta(days=20)):
        physio.post(address(person, "visit/1/missed/"), {"why": "A cold", "reason": "ill"})
        for page in ("/en/physio/", address(person)):
            html = physio.get(page).content.decode()
            assert "Book again" in html
            assert "Start the visit" not in html


def test_minutes_now_are_those_of_the_diary_and_none_are_claimed_without_one(world, browser, person, physio):
    assert "Now 0 minutes" not in physio.get(address(person, "visit/1/plan/")).content.decode()
    planned = world.planned()
    theirs = browser(world.clinician(planned, Role.PHYSIOTHERAPIST))
    assert "Now 0 minutes" in theirs.get(address(planned, "visit/2/plan/")).content.decode()


def test_a_visit_outside_its_window_says_so_and_can_be_held_all_the_same(world, browser):
    person = world.planned()
    physio = browser(world.clinician(person, Role.PHYSIOTHERAPIST))
    outside = "Today is outside the window of this visit"
    assert outside in physio.get(address(person, "visit/2/agree/")).content.decode()
    with clock.frozen(clock.now() + timedelta(days=28)):
        assert outside not in physio.get(address(person, "visit/2/agree/")).content.decode()
    assert physio.post(address(person, "visit/2/agree/"), {"mode": "in_person", "key": uuid4()}).status_code == 302


def test_a_visit_is_moved_and_one_that_did_not_take_place_is_kept(person, physio):
    day = {"planned_on_day": "16", "planned_on_month": "11", "planned_on_year": "2026"}
    assert physio.post(address(person, "visit/1/book/"), day).status_code == 302
    assert physio.post(address(person, "visit/1/book/"), {**day, "planned_on_month": "13"}).status_code == 422
    with acting_as(SYSTEM):
        assert Visit.objects.get(participant=person, number=1).planned_on == date(2026, 11, 16)

    assert physio.post(address(person, "visit/99/book/"), day).status_code == 404

    with clock.frozen(clock.at(date(2026, 11, 16), 15)):
        physio.post(address(person, "visit/1/missed/"), {"why": "A cold", "reason": "ill"})
    with acting_as(SYSTEM):
        assert Visit.objects.get(participant=person, number=1).state == "missed"


@pytest.mark.parametrize(
    "rest",
    [
        "",
        "visit/1/talk/",
        "visit/1/check/",
        "visit/1/history/",
        "visit/1/goals/",
        "visit/1/plan/",
        "visit/1/agree/",
        "messages/",
        "concern/",
        "goals/",
        "told/",
    ],
)
def test_nobody_else_opens_a_person(world, browser, person, physio, rest):
    assert physio.get(address(person, rest)).status_code == 200
    others = [world.coordinator(person), world.staff("statistician"), person.account]
    colleagues = [
        each
        for each in world.cast.by_role[Role.PHYSIOTHERAPIST]
        if each != world.clinician(person, Role.PHYSIOTHERAPIST)
    ]
    for account in (*others, *colleagues[:2]):
        assert browser(account).get(address(person, rest)).status_code == 404
    assert browser().get(address(person, rest)).status_code == 302


def test_what_was_heard_goes_to_the_safety_rota(person, physio):
    assert "/concern/" in physio.get(address(person)).content.decode()
    assert physio.post(address(person, "concern/"), {"words": "", "key": uuid4()}).status_code == 422
    heard = {"words": "He has not slept for a week", "key": uuid4()}
    assert physio.post(address(person, "concern/"), heard).status_code == 302
    with acting_as(SYSTEM):
        assert [each.note for each in safety.open_alerts_of(person)] == ["He has not slept for a week"]


def test_a_message_is_answered_once(person, physio):
    letter = {"body": "How is the walk?", "key": uuid4()}
    for _ in range(2):
        assert physio.post(address(person, "messages/"), letter).status_code == 302
    assert physio.get(address(person, "messages/")).content.decode().count("How is the walk?") == 1


def test_a_thank_you_needs_no_answer_and_leaves_the_list(person, physio):
    with acting_as(person.account):
        trial.write(participant=person, channel="physiotherapist", body="Thanks!", key=uuid4(), by=person.account)
    assert person.code in physio.get("/en/physio/messages/").content.decode()
    assert "Needs no answer" in physio.get(address(person, "messages/")).content.decode()

    assert physio.post(address(person, "messages/settled/")).url == "/en/physio/messages/"
    assert person.code not in physio.get("/en/physio/messages/").content.decode()
    assert "Needs no answer" not in physio.get(address(person, "messages/")).content.decode()


def test_staff_stand_by_name_in_a_thread_on_their_own_side(world, person, physio):
    physio.post(address(person, "messages/"), {"body": "How is the walk?", "key": uuid4()})
    page = physio.get(address(person, "messages/").replace("/en/", "/sv/")).content.decode()

    assert world.clinician(person, Role.PHYSIOTHERAPIST).name in page.partition("<main")[2]
    assert '<li class="own">' in page
    assert "Säg till jourlistan" in page


def test_the_pages_are_the_same_in_every_arm(world, browser):
    pages = []
    for arm in world.protocol.arms:
        person = world.allocated(arm=arm.code, site=world.site)
        html = browser(world.clinician(person, Role.PHYSIOTHERAPIST)).get(address(person)).content.decode()
        for each in world.protocol.arms:
            assert each.name.in_language("en") not in html
        pages.append(html.count("<"))
    assert len(set(pages)) == 1


def test_the_board_asks_the_same_number_of_queries_for_few_and_for_many(world, browser, django_assert_max_num_queries):
    first = world.baseline_done()
    account = world.clinician(first, Role.PHYSIOTHERAPIST)
    signed_in = browser(account)
    signed_in.get("/en/physio/")
    with django_assert_max_num_queries(25) as few:
        signed_in.get("/en/physio/")
    for _ in range(4):
        world.baseline_done()
    with django_assert_max_num_queries(len(few.captured_queries)):
        signed_in.get("/en/physio/")
