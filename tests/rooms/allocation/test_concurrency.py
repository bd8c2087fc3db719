"""Many coordinators press at the same moment: exactly the list's places, in order, no gap, none twice."""

import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest
from django.db import OperationalError, connection, transaction

from stegvis.allocation import actions, queries, recomputing
from stegvis.allocation.errors import AllocatedAlready, SequenceUsedUp
from stegvis.allocation.models import Allocation
from stegvis.audit.action import SYSTEM
from stegvis.audit.models import Event
from stegvis.methods.randomisation.generating import generate_from
from stegvis.methods.randomisation.keys import design_of
from stegvis.methods.randomisation.sequence import SequenceList
from stegvis.people import actions as people
from stegvis.people.acting import acting_as
from stegvis.people.models import Participant, Site
from tests.rooms.allocation.small_trial import ARMS, arms_in, load_list, load_protocol, make_list, people_at

STRATA = ("AL", "BO", "CE", "DA")
MADE = make_list(strata=STRATA, per_stratum=12)

pytestmark = pytest.mark.usefixtures("fresh_database")


@pytest.fixture
def sites(fresh_database) -> list[Site]:
    """Four sites, each a stratum of twelve places; committed."""
    load_protocol(strata=STRATA)
    load_list(MADE)
    return [people.open_site(code=code, name=code, phone="0", safety_phone="0", by=SYSTEM) for code in STRATA]


def allocate(participant: Participant) -> Allocation:
    return actions.allocate(participant=participant, stratum=participant.site.code, by=SYSTEM)


def at_once(work: list[Callable[[], object]], threads: int = 0) -> list[object]:
    """Do everything at the same moment, or so many at a time, each on a connection of its own; results or refusals."""
    start = threading.Barrier(threads or len(work))

    def run(do: Callable[[], object]) -> object:
        try:
            connection.ensure_connection()
            start.wait(timeout=60)
            return do()
        except (AllocatedAlready, SequenceUsedUp) as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(threads or len(work)) as pool:
        return list(pool.map(run, work))


def numbers(places: int) -> SequenceList:
    """A list for minimising by site."""
    keys = {"method": "minimisation", "arms": ARMS, "factors": ["site"], "per_stratum": places}
    return generate_from(design_of(keys), 1)


def positions() -> dict[str, list[int]]:
    """By stratum of the lists: every position that was given, in order."""
    with acting_as(SYSTEM), queries.opened("all"):
        rows = list(Allocation.objects.order_by("stratum", "position").values_list("stratum", "position"))
    return {code: [position for stratum, position in rows if stratum == code] for code, _ in rows}


def given() -> dict[str, list[tuple[int, str]]]:
    """By stratum: position and arm of every allocation, in order of position."""
    with acting_as(SYSTEM), queries.opened():
        rows = list(Allocation.objects.select_related("place__sequence").order_by("stratum", "position"))
    return {code: [(row.position, row.place.arm_code()) for row in rows if row.stratum == code] for code in STRATA}


def in_the_list(counts: list[int]) -> dict[str, list[tuple[int, str]]]:
    return {
        code: list(enumerate(arms_in(MADE, code)[:count], start=1)) for code, count in zip(STRATA, counts, strict=True)
    }


def test_fifty_at_once_get_exactly_the_places_of_the_list(sites):
    counts = [14, 12, 12, 12]
    everyone = [person for site, count in zip(sites, counts, strict=True) for person in people_at(site, count)]
    results = at_once([lambda person=person: allocate(person) for person in everyone])

    refused = [each for each in results if isinstance(each, SequenceUsedUp)]
    assert len(results) == 50
    assert len(refused) == 2  # fourteen for the twelve places of the first stratum
    assert given() == in_the_list([12, 12, 12, 12])
    assert Event.objects.filter(verb="allocation.made").count() == 48


WORK = """
import sys, time, django
django.setup()
from concurrent.futures import ThreadPoolExecutor
from django.db import transaction
from stegvis.allocation import actions
from stegvis.audit.action import SYSTEM
from stegvis.people.models import Participant
from stegvis.people.acting import acting_as

def allocate(numbered):
    number, code = numbered
    with acting_as(SYSTEM), transaction.atomic():
        person = Participant.objects.select_related("site").get(code=code)
        actions.allocate(participant=person, stratum=person.site.code, by=SYSTEM)
        if number == int(sys.argv[1]):
            print("half-way", flush=True)
            time.sleep(600)

with ThreadPoolExecutor(8) as pool:
    list(pool.map(allocate, enumerate(sys.argv[2:])))
"""


def server(environment: dict[str, str], everyone: list[Participant], *, stops_at: int) -> "subprocess.Popen[str]":
    """A process that allocates everyone, eight at a time, and stops within the transaction of one, locks and all."""
    codes = [person.code for person in everyone]
    return subprocess.Popen(
        [sys.executable, "-c", WORK, str(stops_at), *codes], stdout=subprocess.PIPE, text=True,
        env={**environment, "DJANGO_SETTINGS_MODULE": "stegvis.config.settings"},
    )  # fmt: skip


@pytest.mark.parametrize(("method", "each"), [("permuted_blocks", 50), ("minimisation", 15)])
def test_many_on_servers_killed_half_way_get_exactly_the_sequence(fresh_database, method, each):
    """Two processes of eight at a time die by SIGKILL in the middle; then everybody is pressed for again, twenty at a time."""
    all_of_them = 4 * each
    load_protocol(strata=STRATA, method=method)
    sites = [people.open_site(code=code, name=code, phone="0", safety_phone="0", by=SYSTEM) for code in STRATA]
    made = make_list(strata=STRATA, per_stratum=each) if method != "minimisation" else numbers(all_of_them)
    load_list(made)
    everyone = [person for shared in zip(*(people_at(site, each) for site in sites), strict=True) for person in shared]

    with ExitStack() as stack:
        killed = [
            stack.enter_context(server(fresh_database.environment, everyone[n::2], stops_at=stops_at))
            for n, stops_at in enumerate((10, -1))
        ]
        assert killed[0].stdout.readline() == "half-way\n"
        for process in killed:
            process.kill()
    assert 0 < sum(len(rows) for rows in positions().values()) < all_of_them
    assert len(at_once([lambda person=person: allocate(person) for person in everyone], threads=20)) == all_of_them

    served = {"all": all_of_them} if method == "minimisation" else dict.fromkeys(STRATA, each)
    assert positions() == {stratum: list(range(1, count + 1)) for stratum, count in served.items()}
    with acting_as(SYSTEM):
        found = recomputing.everything()
    assert (found.allocations, found.problems) == (all_of_them, ())
    if method != "minimisation":
        assert given() == {code: list(enumerate(arms_in(made, code)[:each], start=1)) for code in STRATA}


def test_one_participant_pressed_for_ten_times_gets_one_place(sites):
    (person,) = people_at(sites[0], 1)
    results = at_once([lambda: allocate(person)] * 10)
    assert sum(isinstance(each, AllocatedAlready) for each in results) == 9
    assert given() == in_the_list([1, 0, 0, 0])


def test_one_participant_pressed_for_in_two_strata_gets_one_place(sites):
    (person,) = people_at(sites[0], 1)
    work = [
        lambda code=code: actions.allocate(participant=person, stratum=code, by=SYSTEM) for code in ("AL", "BO") * 4
    ]
    results = at_once(work)
    assert sum(isinstance(each, Allocation) for each in results) == 1
    assert sum(isinstance(each, AllocatedAlready) for each in results) == 7
    assert sum(len(rows) for rows in given().values()) == 1


def test_a_connection_killed_half_way_leaves_no_gap_and_keeps_nobody_waiting(sites):
    first, second = people_at(sites[0], 2)
    has_allocated, is_dead = threading.Event(), threading.Event()
    process: list[int] = []

    def half_way() -> None:
        with transaction.atomic():
            allocate(first)
            process.append(connection.connection.info.backend_pid)
            has_allocated.set()
            assert is_dead.wait(60)
            connection.cursor().execute("SELECT 1")

    def run() -> bool:
        try:
            half_way()
        except OperationalError:
            return True
        finally:
            connection.close()
        return False

    with ThreadPoolExecutor(2) as pool:
        broken = pool.submit(run)
        assert has_allocated.wait(60)
        waiting = pool.submit(lambda: at_once([lambda: allocate(second)]))
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", process)
        is_dead.set()
        assert broken.result(60) is True
        (allocation,) = waiting.result(60)

    assert allocation.position == 1
    assert given() == in_the_list([1, 0, 0, 0])
    assert not queries.is_allocated(first)
    assert not Event.objects.filter(verb="allocation.made", participant=first.code).exists()


def test_two_loads_of_the_same_list_at_once_make_one(fresh_database):
    from stegvis.allocation.errors import ListLoadedAlready
    from stegvis.allocation.models import Sequence

    load_protocol(strata=STRATA)

    def load() -> object:
        try:
            return load_list(MADE)
        except ListLoadedAlready as refused:
            return refused

    results = at_once([load] * 4)
    assert sum(isinstance(each, ListLoadedAlready) for each in results) == 3
    assert Sequence.objects.count() == 1
