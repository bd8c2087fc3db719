"""Sites, the safety rota, allocation lists, the record, the state of the installation."""

import re
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from stegvis.allocation.models import Sequence
from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.audit.reading import record_reading
from stegvis.methods.randomisation.blocks import generate
from stegvis.people import actions as people
from stegvis.people.acting import acting_as
from stegvis.people.models import Role
from stegvis.people.readings import actions as readings
from stegvis.protocol import actions as protocols
from stegvis.reminders import actions as reminders
from stegvis.reminders import queries as reminder_queries
from stegvis.reporting import actions as closing
from stegvis.safety import queries as rotas
from stegvis.trial.delegation import actions as delegation
from tests.worlds import World


@pytest.fixture
def client(world: World, browser):
    """The administrator's browser."""
    return browser(world.staff(Role.ADMINISTRATOR))


# Sites and rota ---------------------------------------------------------------------------------------------------
def test_someone_joins_the_rota_and_another_leaves(world: World, client):
    first, second = world.coordinator(), world.staff(Role.PHYSIOTHERAPIST)
    site = f"/en/admin-console/sites/{world.site.code}/"

    client.post(f"{site}join/", {"account": second.code})
    assert rotas.rota(world.site) == [first, second]
    client.post(f"{site}leave/", {"account": first.code})
    assert rotas.rota(world.site) == [second]


def test_the_record_says_who_came_on_which_rota(world: World, client):
    second = world.staff(Role.PHYSIOTHERAPIST)
    client.post("/en/admin-console/sites/BJ/join/", {"account": second.code})

    page = client.get("/en/admin-console/record/?kind=safety.rota_joined").content.decode()
    assert f"site: BJ, who: {second.code}" in page


def test_the_last_one_stays_on_the_rota(world: World, client):
    first = world.coordinator()

    answer = client.post(f"/en/admin-console/sites/{world.site.code}/leave/", {"account": first.code})
    assert answer.status_code == 422
    assert "is the last one on the safety rota" in answer.content.decode()
    assert rotas.rota(world.site) == [first]


def test_nobody_from_elsewhere_joins_a_rota(world: World, client):
    elsewhere = world.coordinator(world.sites[1])

    client.post(f"/en/admin-console/sites/{world.site.code}/join/", {"account": elsewhere.code})
    assert elsewhere not in rotas.rota(world.site)


def test_a_sites_numbers_are_changed(world: World, client):
    form = {"name": world.site.name, "phone": "070-174 06 30", "safety_phone": "070-174 06 31"}

    client.post(f"/en/admin-console/sites/{world.site.code}/", form)
    world.site.refresh_from_db()
    assert (world.site.phone, world.site.safety_phone) == ("070-174 06 30", "070-174 06 31")


def test_a_site_that_does_not_exist_is_not_there(client):
    assert client.get("/en/admin-console/sites/XX/").status_code == 404


# Allocation lists -------------------------------------------------------------------------------------------------
def csv(world: World, seed: int = 8) -> str:
    arms = [arm.code for arm in world.protocol.arms]
    made = generate(
        arms=arms, ratio=[1] * len(arms), block_sizes=[4], strata=list(world.protocol.strata), per_stratum=8, seed=seed
    )
    return made.csv()


def load(client: Client, text: str | bytes, **other: str) -> object:
    content = text.encode() if isinstance(text, str) else text
    file = SimpleUploadedFile("list.csv", content, "text/csv")
    return client.post(
        "/en/admin-console/lists/", {"file": file, "seed_kind": "typed", "sha256": "", "purpose": "list", **other}
    )


def test_a_list_is_sealed_and_shown_without_what_it_says(world: World, client):
    assert load(client, csv(world)).status_code == 302

    page = client.get("/en/admin-console/lists/").content.decode()
    loaded = Sequence.objects.order_by("number").last()
    assert loaded.loaded_by_code == world.staff(Role.ADMINISTRATOR).code
    assert loaded.sha256 in page
    for arm in world.protocol.arms:
        assert arm.code not in page
        assert arm.name.in_language("en") not in page
    assert "Enough" in page


def test_a_reserve_is_loaded_beside_the_list_and_its_places_are_not_counted(world: World, client):
    for sequence in Sequence.objects.all():
        client.post(f"/en/admin-console/lists/{sequence.number}/set-aside/", {"reason": "left on a desk"})
    assert load(client, csv(world), purpose="reserve").status_code == 302

    page = client.get("/en/admin-console/lists/").content.decode()
    assert Sequence.objects.order_by("number").last().is_reserve
    assert "Reserve" in page
    assert "None: nobody can be randomised" in page


def test_the_first_page_warns_before_a_stratum_runs_out(world: World, client):
    assert "Few places left" not in client.get("/en/admin-console/").content.decode()
    for sequence in Sequence.objects.all():
        client.post(f"/en/admin-console/lists/{sequence.number}/set-aside/", {"reason": "left on a desk"})
    load(client, csv(world))
    page = client.get("/en/admin-console/").content.decode()
    assert f"Few places left in {', '.join(site.name for site in world.protocol.sites)}" in page


def test_another_list_than_the_one_written_down_is_refused(world: World, client):
    answer = load(client, csv(world), sha256="0" * 64)

    assert answer.status_code == 422
    assert "was written down" in answer.content.decode()
    assert Sequence.objects.count() == 1


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("stratum,position\n", "cannot be read as an allocation list"),
        (b"\xff\xfe\x00", "This file is not text"),
        (b"x" * (2 * 1024 * 1024 + 1), "larger than 2 MB"),
    ],
)
def test_what_is_no_list_is_refused_and_not_repeated(text, sentence, client):
    answer = load(client, text)

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert "xxxx" not in answer.content.decode()
    assert Sequence.objects.count() == 1


def test_a_real_trial_refuses_a_typed_list(world: World, client, settings):
    settings.LIVE = True
    protocols.go_live(by=SYSTEM)

    answer = load(client, csv(world))
    assert answer.status_code == 422
    assert "its seed was typed by a person" in answer.content.decode()


def test_an_uploaded_list_never_lies_in_the_temporary_folder(world: World, client, tmp_path: Path, settings):
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)

    load(client, csv(world) + " " * 3_000_000)
    assert list(tmp_path.iterdir()) == []


def test_a_list_is_set_aside_with_a_reason(client):
    assert client.post("/en/admin-console/lists/1/set-aside/", {"reason": ""}).status_code == 422

    client.post("/en/admin-console/lists/1/set-aside/", {"reason": "left on a desk"})
    page = client.get("/en/admin-console/lists/").content.decode()
    assert "Set aside" in page
    assert "None: nobody can be randomised" in page
    assert client.get("/en/admin-console/lists/1/set-aside/").status_code == 404


# The record -------------------------------------------------------------------------------------------------------
def test_the_record_shows_housekeeping_and_nothing_of_participants(world: World, client, browser):
    person = world.allocated()
    browser(person.account).get("/en/settings/")

    page = client.get("/en/admin-console/record/").content.decode()
    assert "Loaded an allocation list" in page
    assert person.code not in page
    assert "Randomised" not in page


def test_the_record_is_searched_by_what_who_and_when(world: World, client):
    def found(**query: str) -> str:
        return client.get("/en/admin-console/record/", query).content.decode()

    loaded = found(kind="allocation.sequence_loaded")
    assert not re.search(r"<th scope=.row.>Added a member of staff", loaded)
    assert re.search(r"<th scope=.row.>Loaded an allocation list", loaded)
    assert "system" in loaded
    assert "Nothing found" in found(who="AD-99")
    assert "Nothing found" in found(since_day="3", since_month="3", since_year="2026")
    assert "Loaded a protocol" in found(until_day="2", until_month="3", until_year="2026")


def test_the_record_names_staff_by_code_and_a_participants_account_not_at_all(world: World, client):
    person, coordinator = world.invited().account, world.coordinator()
    people.set_password(account=person, password="en lugn promenad", by=SYSTEM)
    people.set_password(account=coordinator, password="en lugn promenad", by=SYSTEM)

    page = client.get("/en/admin-console/record/", {"kind": "people.password_set"}).content.decode()
    assert f">{coordinator.code}" in page
    assert f"Account {person.pk}" not in page
    assert f"Account:{person.pk}" not in page


def test_the_record_says_its_details_in_the_readers_words_with_the_year(world: World, client):
    world.coordinator()
    people.start_second_factor(account=world.coordinator(), by=SYSTEM)

    english, swedish = (client.get(f"/{each}/admin-console/record/").content.decode() for each in ("en", "sv"))
    assert "role: coordinator, sites: BJ" in english
    assert "roll: koordinator, mottagningar: BJ" in swedish
    assert "seed: typed" in english
    assert "2 Mar 2026" in english
    started = client.get("/en/admin-console/record/", {"kind": "people.second_factor_started"}).content.decode()
    assert f">{world.coordinator().code}\n</td>" in started


def test_a_verb_that_is_not_an_administrators_is_not_searched(client):
    answer = client.get("/en/admin-console/record/", {"kind": "trial.randomised"})

    assert answer.status_code == 422
    assert "Nothing found" in answer.content.decode()


def test_the_record_tells_of_locks_deletions_checks_and_delegation(world: World, client, browser):
    coordinator, manager = world.coordinator(), world.staff("data_manager")
    closing.sign_plan(by=world.staff("statistician"))
    closing.propose_lock(analysis="six_months", reason="r", open_queries=0, by=manager)
    person = world.invited()
    with world.acting(coordinator):
        record_reading(participant_code=person.code, kind="person", by=coordinator)
    readings.draw_readings(first=clock.today(), last=clock.today(), by=manager)
    administrator = world.staff(Role.ADMINISTRATOR)
    with world.acting(administrator):
        delegation.name_lead(site=world.site, account=coordinator, by=administrator)

    english, swedish = (client.get(f"/{each}/admin-console/record/").content.decode() for each in ("en", "sv"))

    assert "Asked for the data to be locked" in english
    assert "Signed the analysis plan" in english
    assert "Drew a sample of readings" in english
    assert "from: 13 November 2026" in english
    assert "Named who leads a site" in english
    assert "Begärde att data låses" in swedish
    assert "från: 13 november 2026" in swedish


# The state --------------------------------------------------------------------------------------------------------
def test_the_state_says_what_is_loaded_and_what_hinders(world: World, client):
    page = client.get("/en/admin-console/").content.decode()

    assert world.protocol.version.label in page
    assert "Reviewed in Swedish" in page
    assert "No worker is running" in page
    assert "There are made-up people or sign-ins here." in page
    assert "An allocation list in use was made from a typed seed" in page


def test_a_letter_left_hanging_is_counted(world: World, client):
    with acting_as(SYSTEM):
        reminders.plan(key="hanging", account=world.coordinator(), kind="invitation", by=SYSTEM)
        message = reminder_queries.next_due()
        reminders.take_up(message=message, by=SYSTEM)

    assert "1 letter needs you" in client.get("/en/admin-console/").content.decode()
