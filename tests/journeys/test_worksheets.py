"""Worksheets on a telephone, in Swedish: left in mid-word, found again, kept, begun anew, shared and printed."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from stegvis.audit.action import SYSTEM
from stegvis.people.acting import acting_as
from stegvis.people.models import Role
from stegvis.programme.worksheets import actions, queries
from tests.journeys.conftest import DESK
from tests.worlds import FRIDAY

HALF, REST = "Jag stod i kön och hjär", "tat slog fort."


@pytest.fixture
def in_programme(stage):
    """Someone whose programme opened two weeks ago."""
    return stage.allocated(arm=stage.protocol.arms_with("programme")[0].code, on=FRIDAY - timedelta(days=75))


def swedish(visitor, account, then, **options):
    phone = visitor(**options)
    phone.language = "sv"
    phone.sign_in(account, then=then)
    return phone


@pytest.mark.journey("J2")
def test_a_worksheet_left_in_mid_word_is_found_again_and_goes_all_the_way(stage, in_programme, live, visitor):
    phone = swedish(visitor, in_programme.account, "/worksheets/")
    phone.look()
    phone.page.get_by_text("Fler arbetsblad").click()
    phone.page.get_by_role("link", name="Stressdagbok").click()
    phone.look()
    phone.page.get_by_role("link", name="Nytt blad").click()
    phone.look()
    words = phone.page.locator("input[name=happened]")
    with phone.page.expect_response(re.compile("/api/autosave/worksheets/")) as saved:
        words.press_sequentially(HALF)  # and no more: no field is left, nothing is pressed
    assert saved.value.ok
    expect(phone.page.locator("[data-autosave-status]")).to_contain_text("Sparat")
    live.kill()  # the web server dies with -9 …
    phone.page.close()  # … and so does the tab

    later = swedish(visitor, in_programme.account, "/worksheets/")
    expect(later.page.get_by_text("Påbörjat")).to_be_visible()
    later.page.get_by_role("link", name="Stressdagbok").click()
    assert later.page.url.endswith("/worksheets/stress_diary/new/#id_happened")
    expect(later.page.locator("input[name=happened]")).to_have_value(HALF)
    later.page.locator("input[name=happened]").press("End")
    later.page.locator("input[name=happened]").press_sequentially(REST)
    later.page.locator("#id_stress_7").check()
    later.page.get_by_role("button", name="Spara bladet").click()
    later.page.wait_for_load_state()
    expect(later.page.get_by_text(HALF + REST)).to_be_visible()
    expect(later.page.get_by_text("7 (0–10)")).to_be_visible()
    later.look()

    later.page.get_by_role("button", name="Börja ett nytt med det här").click()
    expect(later.page.locator("input[name=happened]")).to_have_value(HALF + REST)
    later.look()
    later.page.go_back()
    later.page.get_by_role("link", name="Dela med din behandlare").click()
    later.look()
    later.page.get_by_role("button", name="Dela bladet").click()
    expect(later.page.get_by_text("Inte läst än.")).to_be_visible()
    later.look()
    later.page.get_by_role("link", name="Skriv ut").click()
    expect(later.page.get_by_text(HALF + REST)).to_be_visible()
    later.look()
    later.page.emulate_media(media="print")
    assert later.page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")

    desk = visitor(DESK)
    desk.sign_in(stage.clinician(in_programme, Role.THERAPIST), then=f"/care/{in_programme.code}/worksheets/")
    desk.look()
    desk.page.get_by_role("link", name=re.compile("^Stress diary")).click()
    expect(desk.page.get_by_text(HALF + REST)).to_be_visible()
    desk.look()


@pytest.mark.journey("J2")
def test_a_ladder_is_built_row_by_row_and_shown_to_the_physiotherapist_without_javascript(stage, in_programme, visitor):
    phone = swedish(visitor, in_programme.account, "/worksheets/fear_ladder/new/", java_script_enabled=False)
    phone.page.locator("input[name=want_back]").fill("Åka buss")
    phone.page.locator("input[name=step_1]").fill("Till hållplatsen")
    phone.page.get_by_role("button", name=re.compile("^Spara och gå vidare till Steg 2")).click()
    assert phone.page.url.endswith("#id_step_2")
    phone.page.locator("input[name=step_2]").fill("En hållplats")
    phone.page.get_by_role("button", name="Spara bladet").click()
    phone.page.get_by_role("link", name="Dela med din fysioterapeut").click()
    expect(phone.page.get_by_text("har inte fått veta vilken grupp")).to_be_visible()
    phone.page.get_by_role("button", name="Dela bladet").click()
    with acting_as(SYSTEM):
        (share,) = queries.shared_with(in_programme, "physiotherapist")

    desk = visitor(DESK)
    desk.sign_in(stage.clinician(in_programme, Role.PHYSIOTHERAPIST), then=f"/physio/{in_programme.code}/")
    desk.look()
    desk.page.get_by_role("link", name="My ladder").click()
    assert desk.page.url.endswith(f"/worksheets/{share.entry_id}/")
    expect(desk.page.get_by_text("Till hållplatsen")).to_be_visible()
    desk.look()


def test_two_devices_show_both_texts_and_the_person_picks(stage, in_programme, visitor):
    phone = swedish(visitor, in_programme.account, "/worksheets/letter/new/")
    tablet = visitor(storage_state=phone.page.context.storage_state())
    tablet.language = "sv"
    tablet.go("/worksheets/letter/new/")
    with phone.page.expect_response(re.compile("/api/autosave/")):
        phone.page.locator("input[name=about]").fill("Tröttheten")
        phone.page.locator("input[name=about]").blur()
    with tablet.page.expect_response(re.compile("/api/autosave/")) as answer:
        tablet.page.locator("input[name=about]").fill("Ilskan")
        tablet.page.locator("input[name=about]").blur()
    assert answer.value.status == 409, answer.value.text()
    panel = tablet.page.locator(".sv-found")
    expect(panel).to_contain_text("Tröttheten")
    tablet.look()
    with tablet.page.expect_response(re.compile("/api/autosave/")) as picked:
        panel.get_by_role("button", name="Behåll").first.click()
    assert picked.value.ok
    with acting_as(SYSTEM):
        assert queries.drafts(stage.course(in_programme), "letter") == {"about": "Ilskan"}


def test_every_sheet_can_be_used_by_everybody_and_fits_a_narrow_telephone(stage, in_programme, visitor):
    aside = stage.keep_sheet(in_programme, "letter")
    ladder = stage.keep_sheet(in_programme, "fear_ladder", want_back="Åka buss", step_1="Till hållplatsen")
    phone = swedish(visitor, in_programme.account, "/worksheets/", viewport={"width": 320, "height": 700})
    with stage.acting(in_programme.account):
        actions.set_aside(entry=aside, by=in_programme.account)
        sheets = [each.code for each in queries.sheets(stage.course(in_programme))]
    pages = [f"{sheet}/{page}" for sheet in sheets for page in ("new/", "print/")]
    more = ["aside/", f"{aside.pk}/", f"{ladder.pk}/print/", f"{ladder.pk}/share/physiotherapist/"]
    assert len(pages) == 28
    for address in [*pages, *more]:
        phone.go(f"/worksheets/{address}")
        phone.look()
        assert phone.page.evaluate("document.documentElement.scrollWidth") <= 320, address
