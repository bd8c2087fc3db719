"""Answers: kept one by one and for good, checked before any is kept, scored once on sending."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from stegvis.assessments import actions, queries
from stegvis.assessments.errors import AlreadySent, AnswerNotPossible, NotOpenYet, NotPartOfThis
from stegvis.assessments.models import Answer, Assessment, Response, Score
from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.audit.models import Event
from stegvis.methods.instruments.answers import DECLINED
from stegvis.people.acting import acting_as
from stegvis.protocol import queries as protocol


@pytest.fixture(autouse=True)
def as_system(world):
    with acting_as(SYSTEM):
        yield


@pytest.fixture
def person(world):
    """Has just consented; the baseline is open."""
    return world.consented()


@pytest.fixture
def baseline(world, person):
    """The person's baseline."""
    return world.assessment(person, world.baseline)


@pytest.fixture
def save(person):
    """Save answers to one questionnaire as the person does."""

    def saves(assessment, instrument="stress-now", **answers):
        given = {link_id.replace("_", "-"): value for link_id, value in answers.items()}
        return actions.save_answers(
            assessment=assessment, instrument=instrument, answers=given, language="sv", by=person.account
        )

    return saves


def stored(assessment, instrument="stress-now"):
    return queries.answers_of(assessment).get(instrument, {})


def send(assessment, person):
    return actions.submit(assessment=assessment, by=person.account)


def test_the_newest_answer_counts_and_every_earlier_one_stays(baseline, save):
    save(baseline, stress_now=4)
    with clock.frozen(clock.now() + timedelta(minutes=5)):
        save(baseline, stress_now=6)

    assert stored(baseline) == {"stress-now": 6}
    rows = Answer.objects.order_by("pk")
    assert [(row.value, row.saved_at) for row in rows] == [(4, clock.now()), (6, clock.now() + timedelta(minutes=5))]


def test_saving_the_same_again_adds_no_row(baseline, save):
    assert [len(save(baseline, stress_now=4)) for _ in range(2)] == [1, 0]


def test_an_answer_can_be_taken_back(baseline, save):
    save(baseline, stress_now=4)
    save(baseline, stress_now=None)

    assert stored(baseline) == {}
    assert Answer.objects.count() == 2


def test_preferring_not_to_answer_is_an_answer(baseline, save):
    save(baseline, stress_now=dict(DECLINED))

    assert stored(baseline) == {"stress-now": {"declined": True}}


def test_an_answer_that_cannot_be_keeps_the_whole_page_out(baseline, save):
    with pytest.raises(AnswerNotPossible, match="This answer was not saved: Choose one of the answers shown"):
        save(baseline, "phq-9", phq9_1="at-0", phq9_2="nonsense")
    with pytest.raises(AnswerNotPossible, match="phq9-99"):
        save(baseline, "phq-9", phq9_99="at-0")

    assert not Answer.objects.exists()
    assert not Response.objects.exists()


def test_a_questionnaire_of_another_occasion_is_refused(baseline, save):
    with pytest.raises(NotPartOfThis, match="The questionnaire walking-ability does not belong to baseline"):
        save(baseline, "walking-ability", walking=3)


def test_questions_that_are_not_open_yet_take_neither_answers_nor_sending(world, save, person):
    person = world.allocated()
    later = world.assessment(person, world.primary)

    with pytest.raises(NotOpenYet, match=f"These questions open on {later.opens_on}"):
        save(later, stress_now=4)
    with pytest.raises(NotOpenYet):
        send(later, person)


def test_one_event_for_each_page_says_how_many_answers_changed_and_not_which(baseline, save):
    save(baseline, "hads", hads_1=option("hads", "hads-1"))
    event = Event.objects.filter(verb="assessments.answers_saved").latest("pk")

    assert event.detail == {"instrument": "hads", "channel": "web", "changed": 1}


def option(instrument, link_id, place=0):
    """The key of one of an item's options."""
    return protocol.questionnaire(instrument).by_link_id[link_id].options[place].key


def test_sending_scores_every_questionnaire_that_was_begun(baseline, save, person):
    save(baseline, stress_now=7)
    sent = send(baseline, person)

    assert (sent.submitted_at, sent.submitted_in_window) == (clock.now(), True)
    assert queries.scores(person, "baseline") == {("stress-now", "stress_now"): 7}
    row = Score.objects.get()
    assert (row.missing_reason, row.answered, row.items, row.scored_at) == ("", 1, 1, clock.now())
    assert queries.is_submitted(person, "baseline")


def test_a_score_that_cannot_be_computed_says_why(baseline, save, person):
    save(baseline, "phq-9", phq9_1=option("phq-9", "phq9-1"))
    save(baseline, stress_now=dict(DECLINED))
    send(baseline, person)

    missing = {row.name: (row.value, bool(row.missing_reason)) for row in Score.objects.all()}
    assert missing["phq9"] == (None, True)
    assert missing["stress_now"] == (None, True)


def test_sending_again_changes_nothing(baseline, save, person):
    save(baseline, stress_now=7)
    first = send(baseline, person)
    with clock.frozen(clock.now() + timedelta(hours=1)):
        second = send(baseline, person)

    assert second.submitted_at == first.submitted_at
    assert Score.objects.count() == 1
    assert Event.objects.filter(verb="assessments.submitted").latest("pk").detail == {"again": True}


def test_nothing_is_added_to_what_was_sent_even_from_a_page_opened_before(baseline, save, person):
    opened_before = Assessment.objects.get(pk=baseline.pk)
    save(baseline, stress_now=7)
    send(baseline, person)

    with pytest.raises(AlreadySent, match=r"sent on 2026-11-13 and stand"):
        save(opened_before, stress_now=2)
    assert stored(baseline) == {"stress-now": 7}


def test_late_answers_are_taken_and_marked(baseline, save, person):
    with clock.frozen(clock.at(baseline.closes_on + timedelta(days=1))):
        save(baseline, stress_now=7)
        sent = send(baseline, person)

    assert sent.submitted_in_window is False


def test_answers_and_scores_never_change(baseline, save, person):
    save(baseline, stress_now=7)
    send(baseline, person)

    for row, change in ((Answer.objects.get(), {"value": 1}), (Score.objects.get(), {"value": 1.0})):
        with pytest.raises(DatabaseError), transaction.atomic():
            type(row).objects.filter(pk=row.pk).update(**change)
        with pytest.raises(DatabaseError), transaction.atomic():
            row.delete()


def test_an_occasion_is_opened_once(baseline, person):
    day = clock.today() + timedelta(days=30)
    again = actions.open_assessment(
        participant=person,
        occasion="baseline",
        instruments=["hads"],
        opens_on=day,
        due_on=day,
        closes_on=day,
        by=SYSTEM,
    )

    assert again == baseline
    assert again.opens_on == baseline.opens_on


def test_the_earliest_due_is_to_be_answered_first(world, person, baseline, save):
    day = clock.today()
    actions.open_assessment(
        participant=person, occasion="extra", instruments=["hads"], opens_on=day, due_on=day + timedelta(days=30),
        closes_on=day + timedelta(days=60), by=SYSTEM,
    )  # fmt: skip

    assert queries.to_answer(person) == baseline
    send(baseline, person)
    assert queries.to_answer(person).occasion == "extra"
    assert queries.to_answer(person, day - timedelta(days=1)) is None


def test_scores_of_the_same_name_in_two_questionnaires_are_kept_apart(baseline, save, person):
    for instrument, value in (("stress-now", 1.0), ("fatigue", 2.0)):
        response = Response.objects.create(
            assessment=baseline, code=instrument, instrument_id=protocol.instrument_pk(instrument), language="sv",
            started_at=clock.now(),
        )  # fmt: skip
        Score.objects.create(
            response=response, participant=person, occasion="baseline", name="total", value=value, answered=1, items=1,
            scoring_version="1", scored_at=clock.now(),
        )  # fmt: skip

    assert queries.scores(person, "baseline") == {("stress-now", "total"): 1.0, ("fatigue", "total"): 2.0}
    assert queries.have_scores(person, "baseline", [("fatigue", "total")])
    assert not queries.have_scores(person, "baseline", [("hads", "total")])
    assert sorted(row.value for row in queries.newest_scores()) == [1.0, 2.0]


def test_an_extract_reads_scores_in_one_query_and_without_the_questionnaires_texts(
    world, person, django_assert_num_queries
):
    world.answer(person, world.baseline)

    with django_assert_num_queries(1):
        rows = [(row.participant.code, row.response.instrument.version) for row in queries.newest_scores()]
    assert len(rows) > 5
    assert "source" in queries.newest_scores()[0].response.instrument.get_deferred_fields()


def test_a_page_is_saved_in_a_fixed_number_of_queries(world, person, baseline, save, django_assert_max_num_queries):
    save(baseline, "hads", hads_1=option("hads", "hads-1"))
    keys = {f"hads_{n}": option("hads", f"hads-{n}", 1) for n in range(1, 15)}

    with django_assert_max_num_queries(9):
        save(baseline, "hads", **keys)
