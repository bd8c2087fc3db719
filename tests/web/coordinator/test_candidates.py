"""Lists of candidates and people who are known already: all or nobody, and nothing of another site but that there is one."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.people.acting import acting_as
from stegvis.trial import actions, traces
from stegvis.trial.errors import KnownAlready
from stegvis.trial.models import Outcome, Screening, Trace

GOOD = """name;phone;email;born;language;source
Kim Åberg;031-390 06 01;kim@example.org;1978-05-14;sv;clinic
Robin Ek;;robin@example.org;19811218-9876;;phone
"""
BAD = """name,phone,email,born,language,source
,12,kim@,1978-02-30,xx,post
Kim,031-390 06 01,kim@example.org,,,
Ann,,KIM@example.org,,,
Bo,,,,,
"""


@pytest.fixture
def desk(world, browser):
    return browser(world.coordinator())


def text(page):
    return page.content.decode()


def send(desk, world, content, site=None):
    file = SimpleUploadedFile("people.csv", content.encode("cp1252"), "text/csv")
    return desk.post("/en/trial/screening/import/", {"site": (site or world.site).code, "file": file})


def screenings():
    with acting_as(SYSTEM):
        return list(Screening.objects.order_by("pk"))


def test_a_list_is_taken_in_whole_once_and_the_number_is_not_kept(world, desk):
    assert "name;phone;email" in text(desk.get("/en/trial/screening/import/candidates.csv"))
    assert send(desk, world, GOOD)["Location"] == "/en/trial/screening/"

    kim, robin = screenings()
    assert (kim.name, kim.source, robin.source, robin.language) == ("Kim Åberg", "clinic", "phone", "sv")
    assert '"age": 44' in robin.answers
    assert not [each for each in vars(robin).values() if "9876" in str(each)]
    again = send(desk, world, GOOD)
    assert (again.status_code, len(screenings())) == (422, 2)
    assert "was imported on" in text(again)


def test_a_list_with_problems_imports_nobody_and_tells_each_by_row_and_column(world, desk):
    page = send(desk, world, BAD)

    assert (page.status_code, screenings()) == (422, [])
    said = " ".join(text(page).split())
    for part in (
        "“kim@” is no e-mail",
        "“12” is no telephone",
        "Neither a day",
        "“xx” is no language",
        "“post” is no way",
    ):
        assert part in said
    assert "The same person stands in row 3." in said
    assert "Neither telephone nor e-mail" in said
    assert send(desk, world, GOOD, world.sites[1]).status_code == 422  # not an own site


def test_somebody_who_is_known_at_the_own_site_is_told_by_number_and_waits_until_it_is_found_out(world, desk):
    first = world.screened(phone="031-390 06 01")
    second = world.screened(phone="+46 31 390 06 01")
    world.decided(second)
    page = text(desk.get(f"/en/trial/screening/{second.pk}/"))
    assert f"Screening {first.pk}" in page
    assert "the same telephone number" in page
    with world.acting(world.coordinator(), hour=11), pytest.raises(KnownAlready):
        actions.invite(screening=second, by=world.coordinator())

    assert desk.post(f"/en/trial/screening/{second.pk}/known/", {"how": "another_person"}).status_code == 302
    with world.acting(world.coordinator(), hour=11):
        assert actions.invite(screening=second, by=world.coordinator()).stage == "invited"


def test_of_somebody_at_another_site_nothing_is_said_but_that_there_is_one(world, desk):
    other = world.screened(site=world.sites[1], name="Åsa Lind", email="asa@example.org")
    new = {
        "name": "LIND, ASA",
        "email": "ASA@example.org",
        "source": "phone",
        "language": "sv",
        "site": world.site.code,
    }
    made = desk.post("/en/trial/screening/new/", {**new, "born": "1978-05-14", "key": str(uuid4())})
    page = text(desk.get(made["Location"]))

    assert "Known at another site." in page
    assert "Åsa Lind" not in page
    assert f"Screening {other.pk}<" not in page
    assert desk.get(f"/en/trial/screening/{other.pk}/").status_code == 404
    with world.acting(world.coordinator()):
        assert not Trace.objects.exists()  # not even the digests are shown


def test_the_same_person_ended_as_screened_twice_is_counted_once_and_stays_known(world, desk):
    world.screened(email="kim@example.org")
    second = world.screened(email="Kim@example.org ")
    assert desk.post(f"/en/trial/screening/{second.pk}/end/", {"outcome": "twice"}).status_code == 302

    with acting_as(SYSTEM):
        assert Screening.objects.get(pk=second.pk).outcome == Outcome.TWICE
        third = world.screened(email="kim@example.org")
        assert len(traces.known(third, [world.site.pk]).own) == 2
        assert not traces.known(world.screened(), [world.site.pk])


def test_a_screening_open_for_long_is_asked_about_until_somebody_says_that_it_goes_on(world, browser):
    screening = world.screened(site=world.site)
    page = f"/en/trial/screening/{screening.pk}/"
    assert "Does it go on?" not in text(browser(world.coordinator()).get(page))
    with clock.frozen(clock.now() + timedelta(days=60)):
        late = browser(world.coordinator())
        assert "does it go on?" in text(late.get("/en/trial/"))
        assert f"{page}goes-on/" in text(late.get(page))
        other = browser(world.coordinator(world.sites[1]))
        assert other.post(f"{page}goes-on/").status_code == 404
        assert "goes on" in text(late.post(f"{page}goes-on/", follow=True))
        assert "does it go on?" not in text(late.get("/en/trial/"))
        assert f"{page}goes-on/" not in text(late.get(page))
