"""The coordinator's pages: from a screening to the group shown once, and nothing of anybody else's."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from stegvis.allocation import queries as places
from stegvis.allocation.models import Allocation
from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.audit.models import Event
from stegvis.consent import queries as consents
from stegvis.people import actions as staff
from stegvis.people import queries as people
from stegvis.people.acting import acting_as
from stegvis.people.models import Role
from stegvis.reminders import actions as reminders
from stegvis.reminders.models import State
from stegvis.safety import actions as safety_actions
from stegvis.safety import queries as safety
from stegvis.trial import queries as trials
from stegvis.trial.models import CallAttempt, Screening

PASSWORD = "en-lugn-promenad"


@pytest.fixture
def coordinator(world):
    """The first site's coordinator, with a password."""
    account = world.coordinator()
    account.set_password(PASSWORD)
    with acting_as(SYSTEM):
        account.save()
    return account


@pytest.fixture
def desk(browser, coordinator):
    return browser(coordinator)


def address(person, rest=""):
    return f"/en/trial/participants/{person.code}/{rest}"


def text(page):
    return page.content.decode()


def said(page):
    """A page without what is drawn anew for each."""
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", text(page))


def places_taken():
    with acting_as(SYSTEM), places.opened("all"):
        return Allocation.objects.count()


# Whose pages these are ------------------------------------------------------------------------------------------------
OF_ONE_PERSON = (
    "", "contact/", "record/", "messages/", "visit/2/", "concern/", "physiotherapist/", "randomise/", "leave/",
    "withdraw/", "consent/",
)  # fmt: skip
OF_THE_TRIAL = (
    "",
    "screening/",
    "screening/new/",
    "screening/import/",
    "consents/",
    "participants/",
    "alerts/",
    "calls/",
    "messages/",
    "sites/",
    "physiotherapists/",
)


@pytest.mark.parametrize("page", OF_ONE_PERSON)
def test_a_person_of_another_site_is_as_unknown_as_one_who_does_not_exist(world, browser, desk, page):
    person = world.planned()
    elsewhere = browser(world.staff(Role.COORDINATOR, world.sites[1]))

    assert desk.get(address(person, page)).status_code == 200
    theirs, nobodys = elsewhere.get(address(person, page)), elsewhere.get(f"/en/trial/participants/NO-999/{page}")
    assert (theirs.status_code, nobodys.status_code) == (404, 404)
    assert said(theirs).replace(person.code, "NO-999") == said(nobodys)


@pytest.mark.parametrize("page", OF_THE_TRIAL)
def test_the_pages_are_not_for_those_who_must_stay_blind(world, browser, page):
    for role in (Role.STATISTICIAN, Role.DATA_MANAGER, Role.ADMINISTRATOR):
        assert browser(world.staff(role)).get(f"/en/trial/{page}").status_code == 404, role


@pytest.mark.parametrize("page", sorted({*OF_THE_TRIAL} - {"alerts/", "screening/"}))
def test_clinicians_come_in_for_alerts_and_criteria_only(world, browser, page):
    for role in (Role.THERAPIST, Role.PHYSIOTHERAPIST):
        assert browser(world.staff(role)).get(f"/en/trial/{page}").status_code == 404, role


def test_a_screening_of_another_site_is_not_found(world, browser, desk):
    screening = world.screened()
    page = f"/en/trial/screening/{screening.pk}/"

    assert desk.get(page).status_code == 200
    assert browser(world.staff(Role.COORDINATOR, world.sites[1])).get(page).status_code == 404


# Screening ------------------------------------------------------------------------------------------------------------
def verdicts(screening, **other):
    """What a coordinator enters for every criterion of the screening, so that all pass."""
    with acting_as(SYSTEM):
        rows = trials.criteria_of(screening, at="screening")
    given = {}
    for row in rows:
        code = row.criterion.code
        given[f"verdict_{code}"] = other.get(code, "yes" if row.criterion.kind == "include" else "no")
        given[f"source_{code}"] = "telephone"
    return given


def test_a_screening_goes_from_the_list_to_an_invitation(world, desk):
    screening = world.screened()
    page = f"/en/trial/screening/{screening.pk}/"
    assert page in text(desk.get("/en/trial/screening/"))

    assert "Nothing was saved: no finding is new" in text(desk.post(page + "criteria/", {}, follow=True))
    assert desk.post(page + "criteria/", verdicts(screening)).status_code == 302
    invited = desk.post(page + "invite/", {"name": "Made Up", "email": "made@example.org", "phone": "070-1740699"})

    assert invited.status_code == 302, text(invited)
    with acting_as(SYSTEM):
        person = Screening.objects.get(pk=screening.pk).participant
    assert person is not None
    assert invited.url.endswith(f"/participants/{person.code}/")


def test_nobody_is_invited_while_a_criterion_is_undecided(world, desk):
    screening = world.screened()
    page = f"/en/trial/screening/{screening.pk}/"

    refused = desk.post(page + "invite/", {"name": "Made Up", "email": "made@example.org", "phone": "070-1740699"})

    assert refused.status_code == 422
    assert "widespread_pain" not in text(refused)
    assert "not confirmed are Age, Chronic widespread pain" in text(refused)
    with acting_as(SYSTEM):
        assert Screening.objects.get(pk=screening.pk).participant is None


def test_a_screening_is_ended_with_the_criterion_that_ends_it(world, desk):
    screening = world.screened()
    page = f"/en/trial/screening/{screening.pk}/end/"

    assert desk.post(page, {"outcome": "excluded", "criterion": ""}).status_code == 422
    assert desk.post(page, {"outcome": "nonsense"}).status_code == 422
    assert desk.post(page, {"outcome": "excluded", "criterion": "age"}).status_code == 302
    with acting_as(SYSTEM):
        ended = Screening.objects.get(pk=screening.pk)
    assert (ended.outcome, ended.criterion) == ("excluded", "age")


@pytest.mark.parametrize("page", ["invite/", "end/", "person/"])
def test_whoever_comes_second_to_a_screening_is_told_how_it_ended(world, desk, page):
    screening = world.screened()
    address = f"/en/trial/screening/{screening.pk}/"
    desk.post(address + "end/", {"outcome": "declined"})

    for late in (desk.get(address + page), desk.post(address + page, {"outcome": "no_reply"})):
        assert late.url == address
    assert "has ended already" in text(desk.get(address))
    with acting_as(SYSTEM):
        assert Screening.objects.get(pk=screening.pk).outcome == "declined"


def told_apart(world, arm):
    """An arm's name that no other arm's name contains."""
    name = world.protocol.arm(arm).name.in_language("en")
    assert not any(name in other.name.in_language("en") for other in world.protocol.arms if other.code != arm)
    return name


def anonymous(page):
    """A page without anybody's number, name, form key or clinician, and without answers from before there was a group."""
    page = re.sub(r">Worked out from:.*?</p>", "", page, flags=re.DOTALL)
    page = re.sub(r"<dd>[\w ]+, (?=[A-Z])", "<dd>", page)
    return re.sub(r"Made Up \d+|person\d+@|[0-9a-f]{8}-[0-9a-f-]{27}|\b[A-Z]{2}-\d+\b|/\d+/", "?", page)


# Randomising ----------------------------------------------------------------------------------------------------------
def test_an_open_gate_and_the_password_show_the_group_once(world, desk):
    arm = world.protocol.arms[0].code
    name = told_apart(world, arm)
    while world.next_arm(world.site) != arm:
        world.allocated(site=world.site)
    person = world.planned()
    before = text(desk.get(address(person, "randomise/")))

    shown = desk.post(address(person, "randomise/"), {"password": PASSWORD, "key": uuid4()})

    assert shown.status_code == 200
    assert name in text(shown)
    assert name not in before
    assert world.arm_of(person) == arm
    for page in ("", "record/", "randomise/", "allocation/"):
        assert name not in text(desk.get(address(person, page))), page
    for page in OF_THE_TRIAL:
        assert name not in text(desk.get(f"/en/trial/{page}")), page


def test_a_wrong_password_randomises_nobody(world, desk):
    person = world.planned()

    refused = desk.post(address(person, "randomise/"), {"password": "something else", "key": uuid4()})

    assert refused.status_code == 422
    assert "Nobody has been randomised" in text(refused)
    assert places_taken() == 0
    assert desk.post(address(person, "randomise/"), {"password": PASSWORD, "key": uuid4()}).status_code == 200
    assert places_taken() == 1


def test_a_closed_gate_is_named_and_no_place_is_taken(world, desk):
    person = world.baseline_done()
    page = text(desk.get(address(person, "randomise/")))
    assert 'name="password"' not in page

    refused = desk.post(address(person, "randomise/"), {"password": PASSWORD, "key": uuid4()})

    assert refused.status_code == 422
    assert places_taken() == 0


def test_whoever_presses_second_is_told_and_no_second_place_is_taken(world, desk):
    person = world.planned()
    desk.get(address(person, "randomise/"))  # the page of the one who is slower
    world.randomise(person)

    late = desk.post(address(person, "randomise/"), {"password": PASSWORD, "key": uuid4()}, follow=True)

    assert "was randomised on" in text(late)
    assert address(person, "allocation/") in text(late)
    assert places_taken() == 1


def test_pressed_twice_the_second_answer_shows_the_group_and_the_record_says_so(world, desk):
    person = world.planned()
    once = {"password": PASSWORD, "key": uuid4()}
    first, second = (desk.post(address(person, "randomise/"), once) for _ in range(2))
    name = told_apart(world, world.arm_of(person))

    assert name in text(first)
    assert name in text(second)
    assert places_taken() == 1
    assert "the form was sent twice" in text(desk.get(address(person, "record/")))


def test_an_old_form_that_is_sent_again_shows_no_group(world, desk):
    person = world.planned()
    once = {"password": PASSWORD, "key": uuid4()}
    desk.post(address(person, "randomise/"), once)

    with clock.frozen(clock.now() + timedelta(minutes=6)):
        late = desk.post(address(person, "randomise/"), once, follow=True)

    assert told_apart(world, world.arm_of(person)) not in text(late)
    assert address(person, "allocation/") in text(late)


def test_looking_a_group_up_needs_a_reason_and_stays_in_the_record(world, browser):
    arm = world.protocol.arms[0].code
    person = world.allocated(arm=arm, site=None)
    name = told_apart(world, arm)
    desk = browser(world.coordinator(person))

    assert desk.post(address(person, "allocation/"), {"reason": ""}).status_code == 422
    shown = desk.post(address(person, "allocation/"), {"reason": "The participant asks by telephone"})

    assert name in text(shown)
    with acting_as(SYSTEM):
        kept = Event.objects.filter(verb__contains="looked_up", participant=person.code).values_list(
            "reason", flat=True
        )
    assert list(kept) == ["The participant asks by telephone"]


def test_nobody_who_is_not_randomised_has_a_group_to_look_up(world, desk):
    person = world.planned()

    assert desk.get(address(person, "allocation/")).status_code == 404


def test_pages_of_people_in_different_groups_differ_in_nothing_that_a_group_would_change(world, desk):
    """The same page of two people, one in each group, with what is a person's own taken out."""
    first, second = (world.allocated(arm=arm.code, site=world.site) for arm in world.protocol.arms)

    for page in ("", "messages/", "withdraw/", "allocation/"):
        one, other = (said(desk.get(address(person, page))).replace(person.code, "?") for person in (first, second))
        assert anonymous(one) == anonymous(other), page


# The rest of the day --------------------------------------------------------------------------------------------------
def test_a_call_is_kept_with_its_outcome(world, desk):
    day = clock.today() - timedelta(days=world.protocol.occasion(world.primary).day + 20)
    person = world.allocated(on=day)
    page = f"/en/trial/calls/{person.code}/{world.primary}/"
    assert page in text(desk.get("/en/trial/calls/"))

    assert desk.post(page, {"outcome": "sang a song"}).status_code == 422
    call = {"outcome": "no_answer", "again": "3", "key": uuid4()}
    for _ in range(2):
        kept = desk.post(page, call)
        assert kept.status_code == 302, text(kept)
    with acting_as(SYSTEM):
        assert CallAttempt.objects.get(participant=person).outcome == "no_answer"


def test_someone_who_changes_their_mind_leaves_with_a_reason_of_the_flow(world, desk):
    person = world.planned()

    assert desk.post(address(person, "leave/"), {"why": "the weather"}).status_code == 422
    assert desk.post(address(person, "leave/"), {"why": "changed_mind"}).status_code == 302
    with acting_as(SYSTEM):
        enrolment = trials.enrolment(person)
    assert enrolment is not None
    assert enrolment.stage == "not_randomised"


def test_leaving_twice_changes_nothing_and_says_where_the_person_stands(world, desk):
    person = world.planned()
    for _ in range(2):
        assert desk.post(address(person, "leave/"), {"why": "changed_mind"}).status_code == 302
    assert "Nothing was changed" in text(desk.get(address(person)))
    assert desk.post(address(person, "withdraw/"), {"layers": ["everything"]}).status_code == 302
    assert "Nothing was changed" in text(desk.get(address(person)))


def test_the_coordinator_is_offered_the_reasons_that_the_person_is_and_can_leave_them_out(world, desk, browser):
    one, other = world.allocated(), world.allocated()
    asked = text(desk.get(address(one, "withdraw/"))), text(browser(one.account).get("/en/study/withdraw/"))
    offered = [re.findall(r'name="reasons" value="(\w+)"', html) for html in asked]
    assert offered[0]
    assert offered[0] == offered[1]
    desk.post(address(one, "withdraw/"), {"layers": ["plan"], "reasons": ["too_tired", "life"], "why": "A heavy year."})
    desk.post(address(other, "withdraw/"), {"layers": ["plan"]})

    with acting_as(SYSTEM):
        kept = [[(row.reasons, row.reason) for row in consents.withdrawals_of(each)] for each in (one, other)]
    assert kept == [[(["too_tired", "life"], "A heavy year.")], [([], None)]]


def test_a_reason_that_is_none_of_the_trials_stops_nothing(world, desk):
    person = world.allocated()

    assert desk.post(address(person, "withdraw/"), {"layers": ["plan"], "reasons": ["weather"]}).status_code == 422
    with acting_as(SYSTEM):
        assert consents.withdrawn_layers(person) == frozenset()


@pytest.mark.parametrize(
    ("language", "said", "settled"),
    [
        ("en", "A text message did not get through", "I have seen to it"),
        ("sv", "Ett sms kom inte fram", "Jag har sett till det"),
    ],
)
def test_what_did_not_get_through_stands_in_the_overview_and_with_the_contact_details(
    world, desk, language, said, settled
):
    person = world.allocated()
    with acting_as(SYSTEM):
        message = reminders.plan(
            key="k", account=person.account, participant=person, kind="next_step", channel="sms", by=SYSTEM
        )
        message.state = State.UNDELIVERED
        message.save()
    overview, contact = f"/{language}/trial/", address(person, "contact/").replace("/en/", f"/{language}/")
    assert contact in text(desk.get(overview))
    page = text(desk.get(contact))
    assert said in page
    assert settled in page
    assert desk.post(address(person, "seen-to/")).status_code == 302
    assert said not in text(desk.get(contact))
    assert contact not in text(desk.get(overview))


def test_at_another_site_nobody_says_that_it_was_seen_to(world, browser):
    person = world.allocated(site=world.sites[1])
    assert browser(world.coordinator()).post(address(person, "seen-to/")).status_code == 404


def test_who_has_answered_meanwhile_needs_no_call(world, desk):
    person = world.baseline_done()
    page = f"/en/trial/calls/{person.code}/{world.baseline}/"
    assert desk.get(page).url == "/en/trial/calls/"
    assert "No call is needed" in text(desk.get("/en/trial/calls/"))
    assert desk.get(f"/en/trial/calls/{person.code}/no-such-occasion/").status_code == 404


def test_of_two_on_the_rota_one_has_the_alert_and_the_other_is_told_who(world, browser):
    person = world.planned()
    with acting_as(SYSTEM):
        first = safety.rota(person.site)[0]
        second = next(
            each
            for each in world.cast.by_role[Role.COORDINATOR] + world.cast.by_role[Role.PHYSIOTHERAPIST]
            if each != first and people.works_at(each, person.site)
        )
        safety_actions.join_rota(site=person.site, account=second, by=SYSTEM)
    browser(first).post(address(person, "concern/"), {"words": "Cannot go on", "key": uuid4()})
    with acting_as(SYSTEM):
        page = f"/en/trial/alerts/{safety.open_alerts_of(person)[0].pk}/"

    for each in (first, second):
        assert browser(each).post(page, {"step": "acknowledged"}).status_code == 302
    late = browser(second)
    late.post(page, {"step": "acknowledged"})

    assert f"{first.code} has this alert already" in text(late.get(page))
    closing = {"step": "to_close", "words": "Safe now", "key": uuid4()}
    for _ in range(2):
        assert browser(first).post(page, closing).status_code == 302
    with acting_as(SYSTEM):
        confirms = safety.to_confirm(safety.open_alerts_of(person)[0]).pk
    assert browser(second).post(page, {"confirms": confirms, "key": uuid4()}).status_code == 302
    assert late.post(page, {"step": "reached", "words": "Spoke", "key": uuid4()}).status_code == 422


def test_a_search_for_nonsense_is_answered(world, desk):
    world.planned()

    for given in ("?q=%00", "?q=' OR 1=1 --", "?page=minus", "?stage=moon", "?page=99999"):
        assert desk.get("/en/trial/participants/" + given).status_code in {200, 404}, given


def test_queries_do_not_grow_with_the_number_of_people(world, desk):
    pages = ("/en/trial/", "/en/trial/participants/", "/en/trial/screening/", "/en/trial/calls/", "/en/trial/consents/")

    def counts():
        found = []
        for page in pages:
            desk.get(page)
            with CaptureQueriesContext(connection) as queries:
                assert desk.get(page).status_code == 200
            found.append(len(queries))
        return found

    def more(count):
        day = clock.today() - timedelta(days=world.protocol.occasion(world.primary).day + 20)
        for _ in range(count):
            world.allocated(site=world.site, on=day)
            world.screened()

    more(3)
    few = counts()
    more(6)
    assert counts() == few


# Who meets nobody -----------------------------------------------------------------------------------------------------
def closed(account):
    with acting_as(SYSTEM):
        staff.deactivate(account=account, reason="moved away", by=SYSTEM)
    return account


def test_whoever_has_lost_the_physiotherapist_is_seen_and_given_to_a_colleague_all_at_once(world, desk):
    person = world.planned()
    former = closed(world.clinician(person, Role.PHYSIOTHERAPIST))
    colleague = world.staff(Role.PHYSIOTHERAPIST)
    page = "/en/trial/physiotherapists/"
    for seen in (page, "/en/trial/"):
        assert person.code in text(desk.get(seen))

    group = {"group": f"{world.site.code}:{former.code}"}
    assert desk.post(page, {**group, "clinician": former.code}).status_code == 422
    assert "1 person now meets" in text(desk.post(page, {**group, "clinician": colleague.code}, follow=True))
    assert world.clinician(person, Role.PHYSIOTHERAPIST) == colleague
    assert "Everybody has a physiotherapist" in text(desk.get(page))


def test_of_a_therapist_who_left_a_coordinators_pages_say_nothing(world, desk):
    person = world.allocated(arm="intervention", site=world.site)
    before = {page: said(desk.get(page)) for page in ("/en/trial/", "/en/trial/physiotherapists/", address(person))}
    closed(world.clinician(person, Role.THERAPIST))

    assert {page: said(desk.get(page)) for page in before} == before


# Nonsense, typed in ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ({"email": "nonsense"}, "Write an e-mail address"),
        ({"phone": "hej <b>"}, "Write the number with digits only"),
        ({"pain_months": "-7"}, "Write a whole number from 0 to 1200."),
        ({"name": "x" * 121}, "there is room for 120"),
        ({"site": "nowhere"}, "Choose one of the answers."),
    ],
)
def test_nonsense_is_answered_in_the_house_s_own_words(world, desk, typed, answer):
    fields = {"name": "Made Up", "phone": "+46 (0)70-174 06 99", "key": uuid4(), "source": "phone", "language": "sv"}
    page = "/en/trial/screening/new/"

    refused = desk.post(page, {**fields, "site": world.site.code, **typed})

    assert refused.status_code == 422
    assert answer in text(refused)
    assert desk.post(page, {**fields, "site": world.site.code}).status_code == 302
