"""The pages of exports: ordering, where one stands, downloading; open to those who may see the data."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from stegvis.audit.action import SYSTEM
from stegvis.exchange import actions, making
from stegvis.exchange.models import Export, ExportDownload
from stegvis.people.acting import acting_as
from tests.locking import locked
from tests.rooms.exchange.conftest import converted as converted
from tests.rooms.exchange.conftest import order

LIST = "/en/stats/exports/"
ORDER = LIST + "order/"


@pytest.fixture(autouse=True)
def place(settings, tmp_path):
    settings.VAR_DIRECTORY = tmp_path


def filled_in(**changed):
    return {
        "key": str(uuid4()),
        "format": "fhir",
        "kind": "pooled",
        "answers": "on",
        "reason": "For a pooling",
    } | changed


def test_an_export_is_ordered_made_and_downloaded_and_the_download_kept(world, browser, converted):
    world.allocated(arm="control")
    statistician = world.staff("statistician")
    signed_in = browser(statistician)
    address = signed_in.post(ORDER, filled_in())["Location"]
    assert "It waits for its turn." in signed_in.get(address).content.decode()

    making.make_next()
    page = signed_in.get(address).content.decode()
    assert "For a pooling" in page
    file = signed_in.post(address + "take/")
    assert b"".join(file.streaming_content).startswith(b"PK")
    assert file["Content-Disposition"].startswith('attachment; filename="six_months-pooled-fhir-')
    with acting_as(SYSTEM):
        assert ExportDownload.objects.get().taken_by == statistician.code
    assert "ready to download" in signed_in.get(LIST).content.decode()


def test_an_order_without_a_reason_is_answered_with_the_form(world, browser):
    page = browser(world.staff("data_manager")).post(ORDER, filled_in(reason=""))
    assert page.status_code == 422
    with acting_as(SYSTEM):
        assert not Export.objects.exists()


def test_the_arms_are_offered_after_the_lock_alone(world, browser):
    manager = world.staff("data_manager")
    signed_in = browser(manager)
    assert 'value="unblinded"' not in signed_in.get(ORDER).content.decode()
    assert signed_in.post(ORDER, filled_in(kind="unblinded")).status_code == 422
    locked(world)
    assert 'value="unblinded"' in signed_in.get(ORDER).content.decode()


@pytest.mark.parametrize("role", ["coordinator", "therapist", "physiotherapist", "administrator", "outcome_assessor"])
def test_nobody_else_finds_the_exports(world, browser, role):
    export = order(world.staff("data_manager"))
    signed_in = browser(world.staff(role))
    for address in (LIST, ORDER, f"{LIST}{export.pk}/"):
        assert signed_in.get(address).status_code == 404
    assert signed_in.post(f"{LIST}{export.pk}/take/").status_code == 404


def test_what_could_not_be_made_says_why_and_offers_no_file(world, browser):
    manager = world.staff("data_manager")
    export = order(manager)
    with acting_as(SYSTEM):
        actions.refuse_export(export=export, refusal="scores: too long.", by=SYSTEM)
    page = browser(manager).get(f"{LIST}{export.pk}/").content.decode()
    assert "scores: too long." in page
    assert "/take/" not in page
    assert browser(manager).post(f"{LIST}{export.pk}/take/", follow=True).content.decode().count("Order it anew") == 1


def test_the_list_asks_as_often_for_many_exports_as_for_one(world, browser):
    manager = world.staff("data_manager")
    signed_in = browser(manager)
    order(manager)
    signed_in.get(LIST)
    before = _count(signed_in)
    for _ in range(3):
        order(manager)
    assert _count(signed_in) == before


def _count(signed_in):
    with CaptureQueriesContext(connection) as found:
        signed_in.get(LIST)
    return len(found)
