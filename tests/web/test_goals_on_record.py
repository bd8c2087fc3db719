"""A goal cannot be changed, or rated, in a way that the record does not tell: tried against pages, actions and the database."""

from datetime import timedelta
from uuid import uuid4

import psycopg
import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction

from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.audit.errors import Refused, SentWithOtherWords
from stegvis.audit.models import Event
from stegvis.people.acting import acting_as
from stegvis.people.models import Role
from stegvis.physiotherapy import actions, queries
from stegvis.physiotherapy.models import GoalRating
from stegvis.trial import actions as trial
from stegvis.web.participant import urls as own_pages
from stegvis.web.physiotherapist import urls as physio_pages

OF_GOALS = ("physiotherapy_goal", "physiotherapy_goallevel", "physiotherapy_goalrating", "physiotherapy_setaside")
WRITES = {
    "physiotherapy.goal_set",
    "physiotherapy.goal_set_aside",
    "physiotherapy.goals_locked",
    "physiotherapy.goal_rated",
}


@pytest.fixture
def person(world):
    """Somebody with locked goals, one of them rated, and one that was set later and is not locked."""
    person = world.allocated(on=clock.today() - timedelta(days=82))
    world.rate_goals(person, "partly")
    physio = world.clinician(person, Role.PHYSIOTHERAPIST)
    with world.acting(physio, hour=9):
        actions.set_goal(participant=person, kind="main", text="Dance", goal_type="health", key=uuid4(), by=physio)
    return person


def everything():
    """Every row of every table of goals, as the database has it."""
    with acting_as(SYSTEM), connection.cursor() as cursor:
        found = {}
        for table in OF_GOALS:
            cursor.execute(f"SELECT to_jsonb(t)::text FROM {table} t ORDER BY 1")
            found[table] = cursor.fetchall()
        return found


def told():
    return Event.objects.filter(verb__in=WRITES).count()


def tampering(person):
    """A form that tries everything at once, with the numbers of this person's own goals."""
    with acting_as(SYSTEM):
        goals = [each.goal for each in queries.goals_of(person)]
    form = {
        "text": "Easier",
        "goal_type": "function",
        "parent": "",
        "target_week": 1,
        "mode": "read_out",
        "why": "",
        "arm": "unknown",
    }
    form |= {
        "told": "no",
        "key": uuid4(),
        "instead_of": goals[0].pk,
        "locked_at": "2020-01-01",
        "set_at": "2020-01-01",
    }
    return form | {f"goal_{each.pk}": "fully" for each in goals}


def addresses(module, person, prefix="/en/"):
    with acting_as(SYSTEM):
        goals = queries.goals_of(person)
        numbers = {
            "code": person.code,
            "number": 3,
            "goal": goals[0].goal.pk,
            "rating": goals[0].last.pk,
            "pk": goals[0].goal.pk,
        }
    for pattern in module.urlpatterns:
        route = str(pattern.pattern)
        for name, value in numbers.items():
            for kind in ("str", "int", "slug"):
                route = route.replace(f"<{kind}:{name}>", str(value))
        if "<" not in route:
            yield prefix + route


def test_no_page_changes_a_locked_goal_or_a_rating_for_anybody_who_is_not_theirs(world, browser, person):
    others = [
        world.coordinator(person),
        *(world.staff(role) for role in (Role.STATISTICIAN, Role.DATA_MANAGER, Role.THERAPIST)),
    ]
    stranger = world.allocated(on=clock.today() - timedelta(days=82))
    colleague = next(
        each
        for each in world.cast.by_role[Role.PHYSIOTHERAPIST]
        if each != world.clinician(person, Role.PHYSIOTHERAPIST)
    )
    before, events = everything(), told()
    form = tampering(person)
    for account in (*others, stranger.account, colleague):
        here = browser(account)
        for place in addresses(physio_pages, person):
            if person.code in place:
                assert here.post(place, form).status_code in {404, 405}, place
        if account == stranger.account:
            for place in addresses(own_pages, person):
                if "/goals/" in place:
                    assert here.post(place, form).status_code in {404, 405, 422}, place
    assert (everything(), told()) == (before, events)


def test_whatever_the_own_physiotherapist_sends_every_new_row_has_its_event_and_no_old_one_changes(
    world, browser, person
):
    physio = browser(world.clinician(person, Role.PHYSIOTHERAPIST))
    before, events = everything(), told()
    for place in addresses(physio_pages, person):
        if person.code in place:
            physio.post(place, tampering(person))
    after = everything()

    for table in OF_GOALS:
        kept = [row for row in before[table] if row not in after[table]]
        assert not [row for row in kept if '"locked_at": null' not in row[0]], table  # what is not locked may be locked
    new = sum(len(after[table]) - len(before[table]) for table in OF_GOALS if not table.endswith("level"))
    assert told() - events >= new > 0


def test_the_person_on_their_own_pages_adds_ratings_with_a_reason_and_changes_none(browser, person):
    own, before, events = browser(person.account), everything(), told()
    for place in addresses(own_pages, person):
        if "/goals/" in place:
            own.post(place, tampering(person))
    assert (everything(), told()) == (before, events)
    form = {**tampering(person), "why": "Thought again"}
    own.post("/en/goals/rate/", form)
    after = everything()
    assert set(before["physiotherapy_goalrating"]) <= set(after["physiotherapy_goalrating"])
    assert len(after["physiotherapy_goalrating"]) - len(before["physiotherapy_goalrating"]) == told() - events == 2


def test_the_same_form_with_other_contents_is_refused_and_the_first_stays(world, person):
    physio = world.clinician(person, Role.PHYSIOTHERAPIST)
    key = uuid4()
    with acting_as(SYSTEM):
        goal = queries.goals_of(person)[0].goal
    with world.acting(physio, hour=11):
        first = {
            "goal": goal,
            "rater": "participant",
            "mode": "telephone",
            "occasion": "six_months",
            "by": physio,
            "key": key,
        }
        trial.rate_goal(level="not", **first)
        for other in ({"level": "fully"}, {"level": "not", "mode": "paper"}, {"level": "not", "occasion": "year1"}):
            with pytest.raises(SentWithOtherWords):
                trial.rate_goal(**{**first, **other})
    with acting_as(SYSTEM):
        assert GoalRating.objects.get(key=key).level == "not"


def test_after_the_lock_and_after_allocation_no_action_touches_a_goal(world, person):
    physio = world.clinician(person, Role.PHYSIOTHERAPIST)
    with acting_as(SYSTEM):
        goal = queries.goals_of(person)[0].goal
    before = everything()
    with world.acting(physio, hour=11):
        for deed in (
            lambda: actions.set_aside_goal(goal=goal, by=physio),
            lambda: actions.set_goal(
                participant=person,
                kind="main",
                text="Easier",
                goal_type="health",
                instead_of=goal,
                key=uuid4(),
                by=physio,
            ),
        ):
            with pytest.raises(Refused), transaction.atomic():
                deed()
    assert everything() == before


@pytest.mark.parametrize("table", OF_GOALS)
@pytest.mark.parametrize("role", ["participant", "physiotherapist", "system"])
def test_the_database_user_changes_and_removes_nothing(world, person, table, role):
    actor = {"participant": person.account, "system": SYSTEM}.get(role) or world.clinician(person, Role.PHYSIOTHERAPIST)
    column = next(
        f.column
        for f in next(m for m in apps.get_models() if m._meta.db_table == table)._meta.fields
        if f.column != "locked_at"
    )
    for statement in (f"UPDATE {table} SET {column} = {column}", f"DELETE FROM {table}", f"TRUNCATE {table} CASCADE"):
        with acting_as(actor), pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


@pytest.mark.parametrize("moment", ["now() - interval '400 days'", "set_at"])
def test_a_lock_is_not_back_dated_by_the_database_user(world, person, moment):
    physio = world.clinician(person, Role.PHYSIOTHERAPIST)
    with clock.frozen(clock.now() + timedelta(days=3)):
        world.hold_visit(person, 2)  # three days later, which locks what was set
        with world.acting(physio, hour=11):
            actions.set_goal(participant=person, kind="main", text="Swim", goal_type="health", key=uuid4(), by=physio)
    with clock.frozen(clock.now() + timedelta(days=6)):
        world.hold_visit(person, 3)
    statement = f"""INSERT INTO physiotherapy_goal (participant_id, kind, text, type, how_seen, set_at, locked_at, key)
        SELECT participant_id, kind, text, type, how_seen, set_at, {moment}, gen_random_uuid() FROM physiotherapy_goal LIMIT 1"""
    with (
        acting_as(physio),
        pytest.raises(DatabaseError, match=r"locked afterwards|back-dated"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_not_even_the_owner_of_the_tables_changes_or_removes_any_of_it(fresh_database):
    for table in OF_GOALS:
        with psycopg.connect(fresh_database.owner_url) as owner:
            found = owner.execute(
                "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal AND tgenabled = 'O'",
                [table],
            ).fetchall()
        names = " ".join(name for (name,) in found)
        assert "append_only" in names or {"set_once", "never_removed"} <= {
            n for n in ("set_once", "never_removed") if n in names
        }, table
        assert "never_truncated" in names
