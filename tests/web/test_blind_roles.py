"""No blind role learns an arm: every address, every list and every row of a blind extract is alike for two people alike.

See `tests.web.blindness`; the physiotherapist, who has most to do with people, has tests of their own.
"""

import csv
import re
from collections import Counter

import pytest

from stegvis.audit.action import SYSTEM
from stegvis.people.acting import acting_as
from stegvis.people.models import SITE_ROLES, STAFF, Role
from stegvis.reporting import actions, queries
from tests.web.blindness import differing, pair_in, rows_of, seen

UNBLIND = {Role.THERAPIST, Role.PHYSIOTHERAPIST, Role.COMMITTEE}
"""The committee reads by arm and has no other page; the therapist has people of one arm only; the physiotherapist is tried
elsewhere."""
NUMBERED_THROUGHOUT = {"deviations.csv"}
"""Tables whose rows are counted over everybody."""
BLIND = sorted(STAFF - UNBLIND)


@pytest.fixture
def pair(world):
    """One person in each arm."""
    return tuple(pair_in(world).values())


def test_every_address_and_list_is_alike_for_every_blind_role(world, browser, pair):
    for role in BLIND:
        client = browser(world.staff(role, pair[0].site) if role in SITE_ROLES else world.staff(role))
        lists = [rows_of(client, person, world, role) for person in pair]
        assert lists[0], role
        assert lists[0] == lists[1], role
        one, other = (seen(world, client, person, ("get",), role) for person in pair)
        assert one.keys() == other.keys(), role
        for place, (status, page) in one.items():
            assert (status, differing(page, other[place][1])) == (other[place][0], []), (role, place)


@pytest.mark.parametrize("kind", ["pooled", "blinded"])
def test_every_row_of_a_blind_extract_is_alike(world, pair, tmp_path, kind):
    with acting_as(SYSTEM):
        actions.write_extract(
            analysis="six_months", kind=kind, folder=tmp_path, plan=queries.plan_file(), answers=True, by=SYSTEM
        )
    files = [path for path in sorted(tmp_path.glob("*.csv")) if path.name != "arms.csv"]
    assert len(files) > 20
    for file in files:
        with file.open(encoding="utf-8", newline="") as lines:
            rows = list(csv.DictReader(lines))
        untold = {"value"} | ({"number"} if file.name in NUMBERED_THROUGHOUT else set())
        one, other = (
            Counter(as_of(row, person, untold) for row in rows if person.code in row.values()) for person in pair
        )
        assert one == other, file.name


def as_of(row, person, untold):
    """A row in which code, site and keys have given way to words, without the value that was answered."""
    text = ",".join(cell for name, cell in row.items() if name not in untold)
    text = text.replace(person.code, "CODE").replace(person.site.code, "SITE")
    return re.sub(r"\b(?:[A-Z]|PT-0?)\d+\b", "KEY", text)
