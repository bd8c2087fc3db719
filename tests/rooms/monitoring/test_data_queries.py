"""Data queries: asked by hand and by rule, answered at the site, settled by the data manager; every word and value stays."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import Error, transaction

from stegvis.assessments import queries as assessments
from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.monitoring import actions, data_queries, queries, tasks
from stegvis.monitoring.errors import (
    AnswersAreAskedBlind,
    AskedOfOthers,
    NoSuchDatum,
    QueryIsClosed,
    QueryNeedsWords,
    QueryNotAnswered,
    QueryNotClosed,
)
from stegvis.monitoring.models import DataQuery, QueryStep, State
from stegvis.people.acting import acting_as
from stegvis.people.errors import NotAtThisSite, NotTheirRole
from stegvis.people.models import Role
from stegvis.trial import actions as trial

PAIN = "pain-intensity"


@pytest.fixture
def person(world):
    """Has sent the baseline, at the first site."""
    return world.baseline_done(site=world.site, levels={"pain_intensity": 61.0})


def ask(world, person, by=None, **about):
    account = by or world.staff(Role.DATA_MANAGER)
    given = {"asked_of": "outcome_assessor", "words": "Is 61 right?", "key": uuid4()}
    with acting_as(account):
        return actions.raise_query(participant=person, by=account, **(given | about))


def answer(world, query, by=None, words="The person said 61."):
    account = by or world.staff(Role.OUTCOME_ASSESSOR)
    with acting_as(account):
        return actions.answer(query=query, words=words, key=uuid4(), by=account)


def correct(world, person, value, reason="Said so"):
    account = world.staff(Role.DATA_MANAGER)
    with acting_as(account):
        found = world.assessment(person, "baseline")
        trial.correct_answers(assessment=found, instrument=PAIN, answers={PAIN: value}, reason=reason, by=account)


def look():
    """As the worker does, some minutes later."""
    with clock.frozen(clock.now() + timedelta(minutes=20)):
        tasks.raise_queries()


def all_queries():
    with acting_as(SYSTEM):
        return list(DataQuery.objects.order_by("pk"))


def states(query):
    with acting_as(SYSTEM):
        return [step.state for step in data_queries.steps_of(query)]


# By hand --------------------------------------------------------------------------------------------------------------
def test_a_query_is_asked_answered_and_closed_and_its_thread_stays(world, person):
    query = ask(world, person, occasion="baseline", instrument=PAIN, item=PAIN)
    assert queries.open_queries() == 1

    answer(world, query)
    manager = world.staff(Role.DATA_MANAGER)
    with acting_as(manager):
        actions.close(query=query, by=manager)
        assert [each.words for each in data_queries.steps_of(query)] == ["The person said 61.", None]
    assert states(query) == [State.ANSWERED, State.CLOSED]
    assert queries.open_queries() == 0


def test_a_form_sent_twice_asks_once_and_answers_once(world, person):
    key, words = uuid4(), "Which day?"
    assert ask(world, person, key=key, words=words).pk == ask(world, person, key=key, words=words).pk
    query = all_queries()[0]
    assessor = world.staff(Role.OUTCOME_ASSESSOR)
    with acting_as(assessor):
        first = actions.answer(query=query, words="Monday", key=key, by=assessor)
        assert actions.answer(query=query, words="Monday", key=key, by=assessor).pk == first.pk


def test_only_data_that_every_arm_has_are_asked_about(world, person):
    assert ask(world, person, visit=1, asked_of="physiotherapist").visit == 1
    for wrong in ({"occasion": "checkin_1"}, {"occasion": "six_months"}, {"occasion": "baseline", "instrument": "neq"},
                  {"item": PAIN}, {"occasion": "baseline", "instrument": PAIN, "item": "x"}, {"visit": 9}):  # fmt: skip
        with pytest.raises(NoSuchDatum):
            ask(world, person, **wrong)
    with pytest.raises(QueryNeedsWords):
        ask(world, person, words="  ")


def test_answers_are_asked_of_those_who_do_not_know_the_arm(world, person):
    for role in ("coordinator", "physiotherapist"):
        with pytest.raises(AnswersAreAskedBlind):
            ask(world, person, occasion="baseline", instrument=PAIN, asked_of=role)
        assert ask(world, person, asked_of=role).asked_of == role


def test_who_is_asked_answers_and_nobody_else(world, person):
    query = ask(world, person, occasion="baseline")
    with pytest.raises(AskedOfOthers):
        answer(world, query, by=world.coordinator(person))
    with pytest.raises(QueryNeedsWords):
        answer(world, query, words=" ")
    assert answer(world, query).state == State.ANSWERED


def test_whoever_answers_does_not_settle(world, person):
    query = ask(world, person)
    assessor, manager = world.staff(Role.OUTCOME_ASSESSOR), world.staff(Role.DATA_MANAGER)
    with acting_as(assessor), pytest.raises(NotTheirRole):
        actions.close(query=query, words="Settled", by=assessor)
    with acting_as(manager), pytest.raises(QueryNotAnswered):
        actions.close(query=query, by=manager)
    with acting_as(manager):
        assert actions.close(query=query, words="Asked by mistake", by=manager).state == State.CLOSED


def test_a_closed_query_takes_no_answer_until_it_is_opened_again_with_a_reason(world, person):
    query, manager = ask(world, person), world.staff(Role.DATA_MANAGER)
    with acting_as(manager):
        with pytest.raises(QueryNotClosed):
            actions.reopen(query=query, words="Once more", by=manager)
        actions.close(query=query, words="Done", by=manager)
    with pytest.raises(QueryIsClosed):
        answer(world, query)
    with acting_as(manager):
        with pytest.raises(QueryNeedsWords):
            actions.reopen(query=query, words="", by=manager)
        actions.reopen(query=query, words="The paper says 16", by=manager)
    assert answer(world, query).state == State.ANSWERED


# Walls ----------------------------------------------------------------------------------------------------------------
def test_another_site_neither_sees_nor_asks_nor_answers(world, person):
    query = ask(world, person)
    for role in (Role.COORDINATOR, Role.OUTCOME_ASSESSOR, Role.PHYSIOTHERAPIST):
        with acting_as(world.staff(role, world.sites[1])):
            assert data_queries.query(query.pk) is None
        with acting_as(world.staff(role, world.site)):
            assert (data_queries.query(query.pk) is None) == (role == Role.PHYSIOTHERAPIST)
    with pytest.raises(NotAtThisSite):
        ask(world, person, by=world.coordinator(world.sites[1]))
    assert ask(world, person, by=world.coordinator(person)).pk


def test_the_database_lets_nobody_change_what_was_asked_or_said(world, person):
    query = ask(world, person)
    answer(world, query)
    changes = (
        lambda: DataQuery.objects.filter(pk=query.pk).update(value={"x": 1}),
        lambda: QueryStep.objects.filter(query=query).update(state=State.OPEN),
        lambda: QueryStep.objects.filter(query=query).delete(),
    )
    for change in changes:
        with acting_as(SYSTEM), pytest.raises(Error), transaction.atomic():
            change()


# By rule --------------------------------------------------------------------------------------------------------------
def test_an_edit_check_asks_once_and_says_what_the_datum_was(world):
    world.baseline_done(levels={"pain_intensity": 0.0, "pain_locations": 3.0})
    look()
    look()
    (query,) = all_queries()
    assert (query.rule, query.origin, query.occasion) == ("no_pain_yet_places", "rule", "baseline")
    assert query.value["pain-intensity"] == 0
    assert query.value["pain_locations"] > 0


def test_a_correction_closes_the_query_and_stands_in_its_thread(world):
    person = world.baseline_done(levels={"pain_intensity": 0.0, "pain_locations": 3.0})
    look()
    (query,) = all_queries()
    with clock.frozen(clock.now() + timedelta(hours=1)):
        correct(world, person, 20, reason="Said 20")
        look()
    with acting_as(SYSTEM):
        (step,) = data_queries.steps_of(query)
        assert (step.state, step.account, step.correction.reason) == (State.CLOSED, None, "Said 20")
        response = assessments.response(world.assessment(person, "baseline"), PAIN)
        assert response is not None
        assert response.answers.count() == 2


def test_a_query_whose_answer_was_accepted_is_asked_anew_only_about_another_value(world):
    world.baseline_done(levels={"pain_intensity": 0.0, "pain_locations": 3.0})
    look()
    (query,) = all_queries()
    manager = world.staff(Role.DATA_MANAGER)
    with acting_as(manager):
        actions.close(query=query, words="The person says both are right", by=manager)
    look()
    assert states(query) == [State.CLOSED]


def test_the_lock_counts_the_queries_of_its_occasions_and_those_of_none(world, person):
    ask(world, person, occasion="baseline")
    ask(world, person)
    assert queries.open_queries() == 2
    assert queries.open_queries(["six_months"]) == 1
    assert queries.open_queries(["baseline"]) == 2
