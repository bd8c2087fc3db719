"""The second trial runs the same way: three arms 2:1:1, strata of site and age, neither visits nor programme."""

import json
from collections import Counter
from datetime import date, timedelta

import pytest

from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.methods.analysis.extract import read_extract
from stegvis.methods.analysis.flow import count_flow
from stegvis.methods.analysis.plan_reader import read_plan
from stegvis.people.acting import acting_as
from stegvis.people.models import Caseload, Role
from stegvis.programme.models import Course
from stegvis.reporting import actions
from stegvis.trial import queries
from stegvis.trial.models import Stage
from stegvis.trial.today import today
from tests import worlds
from tests.locking import locked
from tests.studies.folders import THREE_ARMS

PLAN = THREE_ARMS / "sap.toml"
ARMS = ("walking", "strength", "advice")


@pytest.fixture
def world(moment):
    """The second trial, installed."""
    return worlds.installed(THREE_ARMS)


@pytest.fixture
def data_manager(world):
    """Who locks and writes extracts."""
    return world.staff(Role.DATA_MANAGER)


@pytest.fixture
def followed_up(world):
    """Two or more in each arm have answered in week eight."""
    people = [world.followed_up(arm=arm) for arm in ARMS for _ in range(2)]
    assert {world.arm_of(person) for person in people} == set(ARMS)
    return people


def written(folder, kind, by):
    with acting_as(by):
        actions.write_extract(analysis="week_eight", kind=kind, folder=folder, plan=PLAN, by=by)
    return read_extract(folder)


def test_people_go_from_screening_to_randomised_without_a_visit(world):
    person = world.planned()
    assert queries.enrolment(person).stage == Stage.BASELINE_DONE
    assert list(queries.ready_to_randomise([world.site.pk])) == [queries.enrolment(person)]
    world.randomise(person)

    assert [change.stage for change in queries.changes_of(queries.enrolment(person))] == [
        "invited",
        "consented",
        "baseline_done",
        "allocated",
    ]
    with acting_as(SYSTEM):
        assert not Caseload.objects.exists()
        assert not Course.objects.exists()


@pytest.mark.parametrize(("age", "stratum"), [(74, "south/under75"), (75, "south/from75")])
def test_the_stratum_is_that_of_site_and_age(world, age, stratum):
    person = world.planned(site=world.sites[1], age=age)
    with acting_as(world.coordinator(person)):
        assert queries.stratum(queries.enrolment(person)) == stratum
    expected = world.next_arm(world.sites[1], age)
    world.randomise(person)

    assert world.arm_of(person) == expected


def test_its_own_safety_rule_alerts(world):
    person = world.consented()
    world.answer(person, "start", falls="often")

    with acting_as(world.coordinator(person)):
        from stegvis.safety import queries as safety

        assert [alert.trigger for alert in safety.open_alerts_of(person)] == ["many_falls"]


def test_consent_is_to_the_version_in_force(world):
    from stegvis.consent import queries as consent

    versions = []
    for day in (date(2026, 2, 20), date(2026, 3, 5)):
        person = world.consented(on=day, language="de")
        with acting_as(person.account):
            versions.append(consent.consents_of(person).get().text_version)

    assert versions == ["1", "2"]


def test_today_has_its_questions_and_nothing_of_treatments_it_does_not_have(world):
    person = world.allocated()
    opens = world.assessment(person, "week_eight").opens_on
    with clock.frozen(clock.at(opens, 9)), acting_as(person.account):
        page = today(person)

    assert page.occasion.code == "week_eight"
    assert (page.way, page.planned, page.coming) == (None, [], [])


@pytest.mark.parametrize("kind", ["pooled", "blinded", "unblinded"])
def test_every_kind_of_extract_is_read_back_and_reconciles(world, followed_up, data_manager, tmp_path, kind):
    locked(world, "week_eight")
    extract = written(tmp_path / kind, kind, data_manager)
    flow = count_flow(extract, read_plan(PLAN))

    labels = {"pooled": (), "blinded": ("A", "B", "C"), "unblinded": ARMS}[kind]
    assert extract.about.arms == labels
    assert flow.randomised == sum(sum(arm.fates.values()) for arm in flow.arms)
    assert sum(arm.fates["answered"] for arm in flow.arms) == len(followed_up)
    assert Counter(row.occasion for row in extract.scores if row.score == "walking_ability") == {
        "start": flow.randomised,
        "week_eight": len(followed_up),
    }
    assert {row.stratum for row in extract.participants} <= set(world.protocol.strata)


def test_its_report_is_printed(world, followed_up, data_manager):
    locked(world, "week_eight")
    with acting_as(data_manager):
        printed = actions.print_report(
            analysis="week_eight", kind="unblinded", plan=PLAN, language="en", by=data_manager
        )

    assert json.loads(printed.results)
    for label in ("Walking group", "Strength group", "Advice"):
        assert label in printed.html


def test_whoever_does_not_answer_is_reminded_by_its_own_ladder(world):
    from stegvis.reminders import queries as reminders

    person = world.consented()
    due = world.assessment(person, "start").due_on
    with acting_as(SYSTEM):
        rows = [(row.step, clock.local(row.due_at)) for row in reminders.planned_for(person).filter(kind="reminder")]

    assert [(step, moment.date(), f"{moment:%H:%M}") for step, moment in rows] == [
        ("letter", due + timedelta(days=2), "09:30")
    ]
