"""What quality checks find in answers, and the numbers under blind eyes: each person once, nobody hidden by walls."""

from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext

from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.monitoring import oversight, tasks
from stegvis.monitoring.models import AnswerPattern, DigitCount, Finding
from stegvis.monitoring.oversight import Windows
from stegvis.people.acting import acting_as
from stegvis.trial import actions as trial
from tests.worlds import FRIDAY

CLOSED, OPEN = FRIDAY - timedelta(days=182 + 29), FRIDAY - timedelta(days=182 + 28)
HURRIED = (("pain-intensity", {"pain-intensity": 63}, 0), ("phq-9", {f"phq9-{n}": "1" for n in range(1, 10)}, 5))
HURRIED += (("gad-7", {f"gad7-{n}": "1" for n in range(1, 8)}, 8),)


def hurry(world, person):
    """Everything within eight seconds, the same option throughout."""
    found = world.assessment(person, "baseline")
    for instrument, given, seconds in HURRIED:
        with clock.frozen(clock.at(FRIDAY, 9) + timedelta(seconds=seconds)), acting_as(person.account):
            trial.save_answers(assessment=found, instrument=instrument, answers=given, language="en", by=person.account)
    with clock.frozen(clock.at(FRIDAY, 9) + timedelta(seconds=9)), acting_as(person.account):
        trial.submit_assessment(assessment=found, by=person.account)


def found_by_worker():
    with clock.frozen(clock.now() + timedelta(minutes=20)):
        tasks.raise_queries()
    with acting_as(SYSTEM):
        return sorted(Finding.objects.values_list("kind", "instrument", "assessment__participant__code"))


def test_haste_a_straight_line_and_the_same_answers_are_found_once(world):
    first, second = world.consented(site=world.site), world.consented(site=world.site)
    hurry(world, first)
    hurry(world, second)
    expected = [("same_answers", "", code) for code in (first.code, second.code)]
    expected += [("straight_line", "phq-9", code) for code in (first.code, second.code)]
    expected += [("too_fast", "", code) for code in (first.code, second.code)]
    assert found_by_worker() == sorted(expected)
    assert found_by_worker() == sorted(expected)


def test_digits_are_counted_once_by_site(world):
    hurry(world, world.consented(site=world.site))
    found_by_worker()
    found_by_worker()
    with acting_as(SYSTEM):
        assert AnswerPattern.objects.count() == 1
        rows = list(DigitCount.objects.values_list("site", "item", "digit", "number"))
    assert rows == [(world.site.pk, "pain-intensity", 3, 1)]


def test_ordinary_answers_are_found_nothing_about(world):
    world.baseline_done(levels={"pain_intensity": 61.0})
    assert found_by_worker() == []


def test_each_of_the_randomised_stands_in_one_window(world):
    for day in (CLOSED, OPEN, FRIDAY):
        world.allocated(on=day)
    world.followed_up(on=FRIDAY)
    seen = oversight.oversight(world.protocol)
    assert seen.occasions["six_months"] == Windows(in_time=1, missed=1, open=1, not_due=1)
    assert sum(vars(seen.visits[1]).values()) == 4
    assert seen.visits[1].in_time == 4
    assert (seen.whole.in_hand, seen.whole.due, seen.whole.to_come) == (1, 3, 1)


def test_whoever_withdraws_from_questions_leaves_the_curve_and_who_stops_a_treatment_does_not(world):
    world.withdraw(world.allocated(on=FRIDAY - timedelta(days=100)), "questions")
    world.withdraw(world.allocated(on=FRIDAY - timedelta(days=100)), "plan")
    curve = oversight.oversight(world.protocol).curve
    assert [(each.at_risk, each.left) for each in curve][-1] == (2, 1)
    assert curve[-1].share == 0.5


def test_the_number_of_queries_is_the_same_for_one_and_for_many(world):
    world.allocated(on=FRIDAY)
    oversight.oversight(world.protocol)
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            oversight.oversight(world.protocol)
        counts.append(len(queries))
        world.followed_up(on=FRIDAY, site=world.sites[1])
    assert counts[0] == counts[1]
