"""An adverse event from a participant's phone over the site's desk to the second assessor, in both languages."""

from datetime import date

from stegvis.people.models import Role
from tests.journeys.conftest import DESK, PHONE
from tests.journeys.test_answering import TOO_WIDE

SAVE = "main form button:not([name])"


def seen(window, path=""):
    """Open a page, or stay on the one that has come; it reads well and is no wider than the window."""
    if path:
        window.go(path)
    window.look()
    assert window.page.evaluate(TOO_WIDE) <= 0, f"{window.page.url} is too wide"
    return window.page


def test_an_adverse_event_goes_from_a_phone_to_two_judgements(stage, visitor):
    person = stage.allocated(site=stage.site, on=date(2026, 10, 1))
    stage.hold_visit(person, 2)
    phone = visitor(PHONE)
    phone.sign_in(person.account, then="/problems/")
    page = seen(phone)
    page.get_by_label("Yes").first.check()
    page.locator("textarea").fill("I fell and broke my arm.")
    page.locator("input[name=needed_care][value=yes]").check()
    page.locator(SAVE).first.click()
    page.wait_for_url("**/help/first/**")

    desk = visitor(DESK)
    desk.sign_in(stage.coordinator(), then="/trial/events/")
    desk.language = "sv"
    page = seen(desk, "/trial/events/?show=all")
    page.locator(".sv-worklist a").first.click()
    page.locator("select[name=term]").select_option("injury")
    page.locator("textarea[name=narrative]").fill("Fell on the ice and broke the left arm.")
    for part, value in (("day", "10"), ("month", "11"), ("year", "2026")):
        page.locator(f"input[name=started_on_{part}]").fill(value)
    page.locator("input[name=expected][value=no]").check()
    page.locator("input[name=severity][value=severe]").check()
    page.locator("select[name=measure]").select_option("other_care")
    page.locator("select[name=course]").select_option("recovering")
    page.locator("#describe button").click()
    seen(desk, page.url.partition("/sv")[2])
    page.locator("#judge input[value=hospitalisation]").check()
    for to in ("activity_plan", "programme", "procedures"):
        page.locator(f"#judge input[name=to_{to}][value=unlikely]").check()
    page.locator("#judge button").click()

    seen(desk, f"/trial/participants/{person.code}/events/")

    second = visitor(PHONE)
    second.language = "sv"
    second.sign_in(stage.staff(Role.OUTCOME_ASSESSOR), then="/outcomes/events/")
    page = seen(second)
    page.locator(".sv-worklist a").first.click()
    assert "I fell and broke my arm." not in seen(second).content()
    for to in ("activity_plan", "programme", "procedures"):
        page.locator(f"input[name=to_{to}][value=possible]").check()
    page.locator(SAVE).first.click()
    page = seen(desk, "/trial/events/?show=settle")
    page.locator(".sv-worklist a").first.click()
    page.get_by_text("De två bedömarna är oense").wait_for()
    seen(desk)
