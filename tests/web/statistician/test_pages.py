"""The reports: blind before the lock, open after it, each opening kept."""

import re

import pytest

from stegvis.audit.action import SYSTEM
from stegvis.people.acting import acting_as
from stegvis.reporting import actions
from stegvis.reporting.models import PrintedReport, ReportOpening, ReportOrder

HOME = "/en/stats/"


@pytest.fixture
def randomised(world):
    """Two people in each arm, so that arms can be compared."""
    world.every_question = True  # the report needs every score of the plan
    arms = [arm.code for arm in world.protocol.arms]
    return [world.allocated(arm=arm) for arm in arms for _ in range(2)]


@pytest.mark.parametrize("role", ["data_manager", "statistician"])
def test_before_the_lock_the_report_by_arm_is_closed(world, browser, role):
    page = browser(world.staff(role)).get(HOME).content.decode()
    assert "Closed until the data are locked." in page
    assert "/en/stats/unblinded/print/" not in page
    assert "/en/stats/blinded/print/" in page


@pytest.mark.parametrize("role", ["coordinator", "therapist", "physiotherapist", "administrator"])
def test_nobody_else_finds_the_reports(world, browser, role):
    signed_in = browser(world.staff(role))
    for address in (HOME, HOME + "lock/", HOME + "pooled/", HOME + "unblinded/page/", HOME + "pooled/report.pdf"):
        assert signed_in.get(address).status_code == 404
    assert signed_in.post(HOME + "pooled/print/").status_code == 404


def test_the_signed_out_are_asked_to_sign_in(world, browser):
    assert browser().get(HOME).status_code == 302


def test_the_pooled_report_is_printed_opened_and_its_opening_kept(world, browser, randomised):
    statistician = world.staff("statistician")
    signed_in = browser(statistician)
    assert signed_in.get(HOME + "pooled/page/").status_code == 404
    assert signed_in.post(HOME + "pooled/print/", follow=True).status_code == 200

    page = signed_in.get(HOME + "pooled/page/")
    assert "made up" in page.content.decode().lower()
    assert "'unsafe-inline'" in page["Content-Security-Policy"]
    assert "script-src 'none'" in page["Content-Security-Policy"]
    assert ReportOpening.objects.get().opened_by == statistician.code
    assert statistician.code in signed_in.get(HOME).content.decode()


@pytest.mark.parametrize(("form", "begins"), [("pdf", b"%PDF-1.7"), ("docx", b"PK")])
def test_the_report_is_downloaded_as_a_file_and_that_is_kept_as_an_opening(world, browser, randomised, form, begins):
    signed_in = browser(world.staff("statistician"))
    assert signed_in.get(f"{HOME}pooled/report.{form}").status_code == 404
    signed_in.post(HOME + "pooled/print/")
    assert f"/en/stats/pooled/report.{form}" in signed_in.get(HOME + "pooled/").content.decode()
    assert not ReportOpening.objects.exists()

    file = signed_in.get(f"{HOME}pooled/report.{form}")
    assert file.content.startswith(begins)
    assert file["Content-Disposition"] == f'attachment; filename="report-pooled.en.{form}"'
    assert file["Cache-Control"] == "no-store"
    assert ReportOpening.objects.count() == 1


def test_a_report_from_before_offers_what_it_has(world, browser, randomised):
    signed_in = browser(world.staff("statistician"))
    signed_in.post(HOME + "pooled/print/")
    with acting_as(SYSTEM):
        old = PrintedReport.objects.get()
        old.pk, old.pdf, old.word = None, None, None
        old.extract.pk = None
        old.extract.save(force_insert=True)
        old.extract_id = old.extract.pk
        old.save(force_insert=True)
    assert "report.pdf" not in signed_in.get(HOME + "pooled/").content.decode()
    assert signed_in.get(HOME + "pooled/report.pdf").status_code == 404
    assert not ReportOpening.objects.exists()


def test_no_blind_report_names_an_arm(world, browser, randomised):
    signed_in = browser(world.staff("statistician"))
    for kind in ("pooled", "blinded"):
        signed_in.post(f"{HOME}{kind}/print/")
        everything = signed_in.get(f"{HOME}{kind}/page/").content + signed_in.get(f"{HOME}{kind}/results.json").content
        for arm in world.protocol.arms:
            for participant in randomised:
                assert f"{participant.code},{arm.code}".encode() not in everything
    assert signed_in.post(HOME + "unblinded/print/").status_code == 302
    with acting_as(SYSTEM):
        assert not PrintedReport.objects.filter(kind="unblinded").exists()


def test_the_committee_orders_the_closed_report_and_the_page_says_where_it_stands(world, browser):
    committee = browser(world.staff("committee"))
    page = committee.get("/en/committee/").content.decode()
    assert "Not printed yet." in page
    key = re.search(r'name="key" value="([^"]+)"', page)[1]
    sent = committee.post("/en/committee/print/", {"key": key}, follow=True).content.decode()
    assert "It is being printed" in sent
    assert "/en/committee/print/" not in sent, "one that waits is not ordered twice"
    order = ReportOrder.objects.get()
    with acting_as(SYSTEM):
        actions.end_order(order=order, printed=None, refusal="An arm has nobody in it.", by=SYSTEM)
    page = committee.get("/en/committee/").content.decode()
    assert "An arm has nobody in it." in page
    assert "/en/committee/print/" in page
