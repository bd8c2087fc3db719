"""The visits in steps: kept as one writes, stopped by a warning sign, reviewed, judged, agreed, missed, taken over."""

from datetime import timedelta
from uuid import uuid4

import pytest

from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.people import queries as people
from stegvis.people.acting import acting_as
from stegvis.people.models import Role
from stegvis.physiotherapy import queries as physiotherapy
from stegvis.physiotherapy.visiting import queries as visiting
from stegvis.reminders.models import PlannedMessage
from stegvis.safety import queries as safety


@pytest.fixture
def person(world):
    return world.baseline_done()


@pytest.fixture
def physio(world, browser, person):
    return browser(world.clinician(person, Role.PHYSIOTHERAPIST))


def address(person, rest):
    return f"/en/physio/{person.code}/{rest}"


def visit_of(person, number=1):
    with acting_as(SYSTEM):
        return physiotherapy.visit(person, number)


def notes(person, number=1):
    visit = visit_of(person, number)
    with acting_as(SYSTEM):
        return {name: each.words for name, each in visiting.notes_of(visit).items()}


def field(person, name, value, **more):
    return address(person, "visit/1/save/"), {"field": name, name: value, **more}


# Life and body --------------------------------------------------------------------------------------------------------
def test_a_field_is_kept_as_it_is_written_and_the_visit_opens_there_again(person, physio):
    answer = physio.post(*field(person, "obstacles_health", "Afraid of the stairs"))
    assert answer.json()["saved_at"]
    assert notes(person) == {"obstacles_health": "Afraid of the stairs"}
    led = physio.get(address(person, "visit/1/"))
    assert led["Location"].endswith("talk/?at=obstacles_health#id_obstacles_health")
    assert "autofocus" in physio.get(led["Location"]).content.decode()


def test_a_number_that_is_none_and_an_unknown_field_are_refused_and_nothing_is_kept(person, physio):
    assert physio.post(*field(person, "strength_days", "9")).status_code == 422
    assert physio.post(*field(person, "shoe_size", "42")).status_code == 404
    assert notes(person) == {}


def test_what_another_wrote_meanwhile_is_shown_beside_and_not_overwritten(person, physio):
    physio.post(*field(person, "support_wanted", "Call me"))
    other = physio.post(*field(person, "support_wanted", "Do not call", version="0"))
    assert other.status_code == 409
    assert other.json()["pairs"] == [["support_wanted", "Call me"]]
    assert notes(person) == {"support_wanted": "Call me"}


def test_the_whole_page_sent_from_an_old_window_leaves_what_a_colleague_wrote(person, physio):
    physio.post(*field(person, "support_wanted", "Call"))
    with acting_as(SYSTEM):
        old = visiting.notes_of(visit_of(person))["support_wanted"].pk
    physio.post(*field(person, "support_wanted", "Call on Fridays", version=str(old)))
    sent = {"support_wanted": "Call", "support_wanted__version": str(old), "resources_social": "A sister"}
    assert physio.post(address(person, "visit/1/talk/"), sent).status_code == 302
    assert notes(person) == {"support_wanted": "Call on Fridays", "resources_social": "A sister"}


def test_who_wrote_what_is_listed(world, person, physio):
    for words in ("A cat", "A dog"):
        physio.post(address(person, "visit/1/talk/"), {"resources_personal": words})
    html = physio.get(address(person, "visit/1/history/")).content.decode()
    assert html.index("A dog") < html.index("A cat")
    assert world.clinician(person, Role.PHYSIOTHERAPIST).code in html


# Warning signs and the test -------------------------------------------------------------------------------------------
CHECK = "visit/1/check/"


def all_clear(physio, person, number=1):
    return physio.post(address(person, f"visit/{number}/check/"), {"what": "flags", "rest": "no"})


def test_a_yes_leads_to_the_stop_and_a_decision_opens_the_plan_with_its_limits(person, physio):
    answer = physio.post(*field(person, "flag_cancer", "yes"))
    assert answer.json()["go"].endswith("check/#held")
    assert "Stop here for a moment" in physio.get(address(person, CHECK)).content.decode()
    plan = {"kind": "walking", "days": ["0"], "minutes": 15, "effort": "easy"}
    assert "waits for a clinician" in physio.post(address(person, "visit/1/plan/"), plan).content.decode()

    decision = {
        "what": "decide",
        "outcome": "limits",
        "limits": "Flat ground",
        "reason": "Treated in 2019",
        "key": uuid4(),
    }
    assert physio.post(address(person, CHECK), {**decision, "reason": ""}).status_code == 422
    assert physio.post(address(person, CHECK), decision).status_code == 302
    assert physio.post(address(person, "visit/1/plan/"), plan).status_code == 302
    assert "Flat ground" in physio.get(address(person, "visit/1/agree/")).content.decode()


def test_a_decision_is_made_from_the_alert_too(world, browser, person, physio):
    physio.post(*field(person, "flag_cancer", "yes"))
    with acting_as(SYSTEM):
        (alert,) = [each for each in safety.open_alerts_of(person) if each.trigger == "red_flag"]
        clinician = next(each for each in safety.rota(person.site) if each.licensed_clinician)
    rota, signs = browser(clinician), f"/en/trial/alerts/{alert.pk}/warning-signs/"
    assert "a warning sign at a visit" in rota.get(f"/en/trial/alerts/{alert.pk}/").content.decode().lower()
    decision = {"outcome": "go_on", "reason": "Long ago", "limits": "", "key": uuid4()}
    assert rota.post(signs, decision).status_code == 302
    with acting_as(SYSTEM):
        assert visiting.standing(person).is_open


def test_the_test_waits_and_is_kept_once_everything_is_asked(person, physio):
    result = {"what": "capacity", "value": "11", "key": uuid4()}
    assert "The test waits for 6 clear answers" in physio.get(address(person, CHECK)).content.decode()
    assert physio.post(address(person, CHECK), result).status_code == 422
    all_clear(physio, person)
    assert physio.post(address(person, CHECK), {**result, "key": uuid4()})["Location"].endswith("goals/")
    assert "Kept: 11 stands" in physio.get(address(person, CHECK)).content.decode()


@pytest.mark.parametrize(
    ("second", "said"), [("12", "within what a retest differs"), ("16", "more than a retest differs")]
)
def test_the_retest_is_told_with_its_error_and_never_as_a_success(world, browser, second, said):
    person = world.baseline_done()
    physio = browser(world.clinician(person, Role.PHYSIOTHERAPIST))
    for number, value in ((1, "11"), (3, second)):
        all_clear(physio, person, number)
        physio.post(address(person, f"visit/{number}/check/"), {"what": "capacity", "value": value, "key": uuid4()})
        if number == 1:
            world.visit_one(person, on=clock.today() + timedelta(days=1))
    html = physio.get(address(person, "visit/3/check/")).content.decode()
    assert said in html
    assert "3.3" in html
    assert "success" not in html


# Later visits ---------------------------------------------------------------------------------------------------------
def test_what_is_dropped_leaves_the_plan_and_both_see_what_is_different(world, browser):
    person = world.planned()
    physio = browser(world.clinician(person, Role.PHYSIOTHERAPIST))
    with acting_as(SYSTEM):
        (walk,) = physiotherapy.plan_now(person).activities.all()
    with clock.frozen(clock.now() + timedelta(days=28)):
        assert "planned days" in physio.get(address(person, "visit/2/since/")).content.decode()
        assert physio.post(address(person, "visit/2/since/"), {}).status_code == 422
        sent = {f"verdict_{walk.pk}": "change", f"why_{walk.pk}": "More time now"}
        led = physio.post(address(person, "visit/2/since/"), sent)
        assert "?change=" in led["Location"]
        physio.post(led["Location"], {"kind": "walking", "days": ["0", "2"], "minutes": 30, "effort": "easy"})
        assert (
            "What is different from the plan before" in physio.get(address(person, "visit/2/agree/")).content.decode()
        )
        physio.post(address(person, "visit/2/agree/"), {"mode": "video", "flare_rule": "", "key": uuid4()})
        mine = browser(person.account).get("/en/activity/plan/").content.decode()
    assert "What is different from before" in mine
    assert "→" in mine


def test_the_last_visit_keeps_the_judgement_and_how_the_person_goes_on(world, browser):
    person = world.planned()
    physio = browser(world.clinician(person, Role.PHYSIOTHERAPIST))
    assert physio.get(address(person, "visit/2/onward/")).status_code == 404
    sent = {
        "aerobic": "unsure",
        "strength": "no",
        "source": "interview",
        "onward": "The pool on Mondays",
        "key": uuid4(),
    }
    assert physio.post(address(person, "visit/3/onward/"), {**sent, "source": ""}).status_code == 422
    assert physio.post(address(person, "visit/3/onward/"), sent).status_code == 302
    visit = visit_of(person, 3)
    with acting_as(SYSTEM):
        judged = visiting.who_judgement_of(visit)
    assert (judged.aerobic, judged.strength, judged.source) == ("unsure", "no", "interview")
    assert notes(person, 3) == {"onward": "The pool on Mondays"}


# Booked, missed, taken over -------------------------------------------------------------------------------------------
def test_agreeing_books_the_next_visit_with_time_and_way(person, physio):
    physio.post(
        address(person, "visit/1/goals/"), {"text": "Walk", "goal_type": "function", "target_week": 12, "key": uuid4()}
    )
    physio.post(address(person, "visit/1/plan/"), {"kind": "walking", "days": ["0"], "minutes": 15, "effort": "easy"})
    day = {
        "next_on_day": "9",
        "next_on_month": "12",
        "next_on_year": "2026",
        "next_time": "10.30",
        "next_mode": "video",
    }
    sent = {"mode": "in_person", "read_aloud": "on", "app_shown": "on", "key": uuid4()}
    assert physio.post(address(person, "visit/1/agree/"), {**sent, **day}).status_code == 302
    following = visit_of(person, 2)
    assert (str(following.planned_on), str(following.planned_time), following.planned_mode) == (
        "2026-12-09", "10:30:00", "video",
    )  # fmt: skip
    assert "10.30" in physio.get(address(person, "")).content.decode()


def test_a_missed_visit_has_one_of_the_reasons(person, physio):
    assert physio.post(address(person, "visit/1/missed/"), {"why": "Fog"}).status_code == 422
    assert physio.post(address(person, "visit/1/missed/"), {"reason": "travel", "why": "Fog"}).status_code == 302
    with acting_as(SYSTEM):
        (missed,) = visiting.missed_of(visit_of(person))
    assert (missed.reason, missed.words) == ("travel", "Fog")


def test_a_colleague_takes_over_and_the_person_is_told_who(world, browser, person, physio):
    now = world.clinician(person, Role.PHYSIOTHERAPIST)
    colleague = next(each for each in people.staff_at(person.site, Role.PHYSIOTHERAPIST) if each != now)
    other = browser(colleague)
    assert other.get(address(person, "")).status_code == 404
    assert other.post("/en/physio/take-over/", {"code": "XX-999"}).status_code == 422
    assert other.post("/en/physio/take-over/", {"code": person.code.lower()}).status_code == 302
    assert other.get(address(person, "")).status_code == 200
    assert physio.get(address(person, "")).status_code == 404
    with acting_as(SYSTEM):
        assert PlannedMessage.objects.filter(participant=person, kind="new_physiotherapist").count() == 1


def test_nobody_takes_over_at_another_site(world, browser, person):
    elsewhere = browser(world.staff(Role.PHYSIOTHERAPIST, next(each for each in world.sites if each != person.site)))
    assert elsewhere.post("/en/physio/take-over/", {"code": person.code}).status_code == 422
