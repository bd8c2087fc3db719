"""Goals on the physiotherapist's pages: levels and hints, a guess before the ratings, ratings by other ways, corrections."""

from datetime import timedelta
from uuid import uuid4

import pytest

from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.people import queries as people
from stegvis.people.acting import acting_as
from stegvis.people.models import Role
from stegvis.physiotherapy import actions
from stegvis.physiotherapy import queries as physiotherapy
from stegvis.physiotherapy.models import ArmGuess, ArmTold, GoalRating
from stegvis.trial import actions as trial

LEVELS = {"level_m1": "To the corner", "level_0": "To the shop", "level_p1": "And home again", "starts_at": "-1"}


@pytest.fixture
def person(world):
    return world.allocated(on=clock.today() - timedelta(days=82))


@pytest.fixture
def physio(world, browser, person):
    return browser(world.clinician(person, Role.PHYSIOTHERAPIST))


def address(person, rest=""):
    return f"/en/physio/{person.code}/{rest}"


def goal(**other):
    return {"text": "Walk", "goal_type": "function", "parent": "", "target_week": 12, "key": uuid4(), **other}


def guess(physio, person, **other):
    given = {"arm": "unknown", "sure": "", "told": "no", "key": uuid4(), **other}
    return physio.post(address(person, "visit/3/guess/"), given)


def now(person):
    with acting_as(SYSTEM):
        return physiotherapy.goals_of(person)


def test_a_goal_is_kept_with_what_the_person_says_of_it_and_its_levels(world, browser):
    person = world.baseline_done()
    physio = browser(world.clinician(person, Role.PHYSIOTHERAPIST))
    more = {"how_seen": "I carry the milk", "importance": "9", "difficulty": "5", "confidence": "0", **LEVELS}
    assert physio.post(address(person, "visit/1/goals/"), goal(**more)).status_code == 302

    [kept] = now(person)
    assert (kept.goal.importance, kept.goal.difficulty, kept.goal.confidence, kept.goal.starts_at) == (9, 5, 0, -1)
    assert [(each.value, each.text) for each in kept.levels] == [
        (-1, "To the corner"),
        (0, "To the shop"),
        (1, "And home again"),
    ]
    assert "To the shop" in physio.get(address(person, "goals/")).content.decode()


def test_levels_that_are_refused_say_why_and_nothing_typed_is_lost(world, browser):
    person = world.baseline_done()
    physio = browser(world.clinician(person, Role.PHYSIOTHERAPIST))
    refused = physio.post(address(person, "visit/1/goals/"), goal(**LEVELS | {"level_p1": "to the shop"}))
    assert refused.status_code == 422
    page = refused.content.decode()
    assert "say the same" in page
    assert 'value="To the corner"' in page
    assert '<details class="sv-details" open>' in page
    assert now(person) == []


def test_hints_are_questions_and_never_a_refusal(world, browser):
    person = world.baseline_done()
    physio = browser(world.clinician(person, Role.PHYSIOTHERAPIST))
    physio.post(address(person, "visit/1/goals/"), goal(confidence="2", importance="9"))
    page = physio.get(address(person, "visit/1/goals/")).content.decode()

    for asked in ("What exactly, where and with whom?", "How will you both see", "Would a smaller step feel surer?"):
        assert asked in page
    assert "Is there something that matters more?" not in page


def test_the_goals_are_rated_only_after_a_guess_of_the_group(physio, person):
    rate = address(person, "visit/3/rate/")
    assert physio.get(rate)["Location"].endswith("/visit/3/guess/")
    assert "I do not know" in physio.get(address(person, "visit/3/guess/")).content.decode()
    assert guess(physio, person)["Location"].endswith("/visit/3/rate/")

    assert "Walk to the lake 0" in physio.get(rate).content.decode()
    with acting_as(SYSTEM):
        kept = ArmGuess.objects.get()
    assert (kept.arm, kept.sure, kept.had_been_told) == (None, "", False)


def test_a_guess_needs_how_sure_and_a_second_one_is_told_to_have_been_kept(physio, person):
    assert guess(physio, person, arm="control").status_code == 422
    assert guess(physio, person, arm="control", sure="strongly").status_code == 302
    again = guess(physio, person, arm="intervention", sure="strongly")
    assert again.status_code == 422
    assert "a guess is asked once" in again.content.decode()


def test_who_was_told_says_through_whom_first_and_the_guess_is_one_of_somebody_who_knew(physio, person):
    assert guess(physio, person, arm="control", sure="strongly", told="yes")["Location"].endswith("/visit/3/told/")
    today = clock.today()
    told = {
        "told_by": "participant", "how": "visit", "told_on_day": today.day, "told_on_month": today.month,
        "told_on_year": today.year, "words": "", "key": uuid4(),
    }  # fmt: skip
    assert physio.post(address(person, "visit/3/told/"), {**told, "how": ""}).status_code == 422
    assert physio.post(address(person, "visit/3/told/"), told)["Location"].endswith("/visit/3/guess/")
    assert guess(physio, person, arm="control", sure="strongly", told="yes")["Location"].endswith("/visit/3/rate/")
    with acting_as(SYSTEM):
        assert (ArmGuess.objects.get().had_been_told, ArmTold.objects.get().told_by) == (True, "participant")


def test_what_the_person_rated_on_their_own_screen_is_not_shown_before_the_guess(world, physio, person):
    world.rate_goals(person, "partly")
    for page in ("", "goals/", "visit/3/guess/", "visit/1/goals/"):
        assert "artly attained" not in physio.get(address(person, page)).content.decode(), page
    guess(physio, person)
    assert "Partly attained" in physio.get(address(person)).content.decode()
    assert "partly attained" in physio.get(address(person, "goals/")).content.decode()


def test_who_takes_over_before_the_visit_was_held_guesses_too_and_afterwards_nobody_is_asked(
    world, physio, person, browser
):
    guess(physio, person)
    own = world.clinician(person, Role.PHYSIOTHERAPIST)
    colleague = next(each for each in people.staff_at(person.site, Role.PHYSIOTHERAPIST) if each != own)
    with world.acting(colleague, hour=10):
        trial.take_over(participant=person, by=colleague)
    other = browser(colleague)
    assert other.get(address(person, "visit/3/rate/"))["Location"].endswith("visit/3/guess/")
    assert "before you" in other.get(address(person, "visit/3/guess/")).content.decode()
    with acting_as(SYSTEM):
        actions.hold_visit(participant=person, number=3, mode="video", by=SYSTEM)
    assert other.get(address(person, "visit/3/rate/")).status_code == 200
    assert other.get(address(person, "visit/3/guess/"))["Location"].endswith("visit/3/rate/")


def test_goals_are_rated_as_the_person_says_at_the_visit_for_it(physio, person):
    guess(physio, person)
    main = now(person)[0].goal
    assert physio.get(address(person, "visit/2/rate/")).status_code == 404
    form = {f"goal_{main.pk}": "partly", "mode": "read_out", "key": uuid4()}
    for _ in range(2):
        assert physio.post(address(person, "visit/3/rate/"), form).status_code == 302
    with acting_as(SYSTEM):
        rating = GoalRating.objects.get()
    assert (rating.level, rating.rater, rating.mode, rating.occasion) == (
        "partly",
        "participant",
        "read_out",
        "visit_3",
    )

    other = physio.post(address(person, "visit/3/rate/"), {**form, f"goal_{main.pk}": "fully"})
    assert other.status_code == 422
    stale = physio.post(address(person, "visit/3/rate/"), {**form, f"goal_{main.pk}": "fully", "key": uuid4()})
    assert "a rating stays as it was given" in stale.content.decode()


def test_a_rating_is_corrected_with_its_reason_and_both_are_shown(world, physio, person):
    world.rate_goals(person, "not")
    guess(physio, person)
    rating = now(person)[0].last
    place = address(person, f"goals/ratings/{rating.pk}/correct/")
    correction = {f"goal_{rating.goal_id}": "fully", "mode": "telephone", "why": "", "key": uuid4()}
    assert physio.post(place, correction).status_code == 422
    assert physio.post(place, {**correction, "why": "She called: wrong line"}).status_code == 302

    page = physio.get(address(person, "goals/")).content.decode()
    for words in ("fully attained", "not attained", "She called: wrong line", "corrected"):
        assert words in page
    assert physio.get(place).status_code == 404  # it counts no more


def test_at_six_months_the_answer_by_telephone_or_on_paper_is_entered_with_its_day(world, physio, person):
    guess(physio, person)
    with clock.frozen(clock.now() + timedelta(days=100)):
        main = now(person)[0].goal
        day = clock.today() - timedelta(days=2)
        form = {
            f"goal_{main.pk}": "fully", "mode": "paper", "given_on_day": day.day, "given_on_month": day.month,
            "given_on_year": day.year, "key": uuid4(),
        }  # fmt: skip
        assert "by telephone or from paper" in physio.get(address(person, "goals/")).content.decode()
        assert physio.post(address(person, "goals/rate/"), {**form, "mode": "read_out"}).status_code == 422
        assert physio.post(address(person, "goals/rate/"), form).status_code == 302
    rating = now(person)[0].last
    assert (rating.occasion, rating.mode, rating.on) == ("six_months", "paper", day)


def test_goals_set_later_and_not_yet_due_stand_apart_and_are_locked_at_their_visit(world, browser):
    person = world.allocated(on=clock.today() - timedelta(days=26))
    physio = browser(world.clinician(person, Role.PHYSIOTHERAPIST))
    physio.post(address(person, "visit/2/goals/"), goal(text="Dance at the wedding"))
    world.hold_visit(person, 2, on=clock.today() + timedelta(days=1))
    page = physio.get(address(person, "goals/")).content.decode()

    assert (
        page.index("Not yet due") < page.index("Walk to the lake 0") < page.index("Set later") < page.index("Dance at")
    )
    assert all(each.goal.locked_at for each in now(person))


def test_goals_never_rated_are_counted(world, physio, person):
    guess(physio, person)
    assert "2 of 2 goals that count have never been rated" in physio.get(address(person, "goals/")).content.decode()
    main = now(person)[0].goal
    physio.post(address(person, "visit/3/rate/"), {f"goal_{main.pk}": "not", "mode": "read_out", "key": uuid4()})
    assert "1 of 2 goals that count has never been rated" in physio.get(address(person, "goals/")).content.decode()


def test_the_card_is_in_the_language_of_whoever_carries_it(world, physio, person, browser):
    page = physio.get(address(person, "print/goals/")).content.decode()
    assert "Mina mål" in page
    assert page.count("Walk to the lake") == 1
    nobody = world.baseline_done(site=person.site)
    assert (
        browser(world.clinician(nobody, Role.PHYSIOTHERAPIST)).get(address(nobody, "print/goals/")).status_code == 404
    )
