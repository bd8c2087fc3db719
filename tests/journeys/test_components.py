"""The components in a real browser: what the scripts do, what happens without them, and the accessibility check.

A server of the test's own shows the guide and a diary that saves itself; no database is needed. What it answers to a saved
field is set in `desk`, and what reached it is read from there.
"""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from axe_playwright_python.sync_playwright import Axe
from django import forms
from django.conf.urls.i18n import i18n_patterns
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template import engines
from django.test import override_settings
from django.urls import path
from playwright.sync_api import Browser, Page, expect

from stegvis.methods.instruments import pain_map
from stegvis.web import forms as steg
from stegvis.web.components import guide
from stegvis.web.components.shell import Shell

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PHONE, DESKTOP = (390, 844), (1280, 900)
DIARY = """{% extends "shell_participant.html" %}{% load steg %}{% block title %}Diary{% endblock %}{% block main %}
<h1>Diary</h1>{% steg_form diary "Send" autosave_url="/en/save/" autosave_key="diary" %}{% timer url="/en/time/" %}
{% endblock %}"""
FRAME = Shell(account="kim", sign_out_url="/en/out/", keep_url="/en/keep/", idle_minutes=30)


# The server ---------------------------------------------------------------------------------------------------------
@dataclass
class Desk:
    """What the server answers to a saved field, what it has stored, and what has come in."""

    address: str = ""
    status: int = 200
    answer: dict[str, Any] = field(default_factory=lambda: {"saved_at": "09:42"})
    stored: str = ""
    fields: list[dict[str, list[str]]] = field(default_factory=list)
    sent: list[dict[str, list[str]]] = field(default_factory=list)
    seconds: list[int] = field(default_factory=list)
    signed_out: int = 0


_DESK = Desk()


class DiaryForm(steg.StegForm):
    """Something to write, to choose and to mark."""

    note = forms.CharField(label="What happened", widget=forms.Textarea, required=False, max_length=40)
    when = forms.ChoiceField(
        label="When", widget=steg.Chips, choices=[("a", "Morning"), ("b", "Evening")], required=False
    )
    line = steg.LineField(label="How strong", low="None", high="Worst", required=False)
    places = steg.BodyMapField(label="Where", required=False)


def diary(request: HttpRequest) -> HttpResponse:
    """The page that saves itself."""
    if request.method == "POST":
        _DESK.sent.append(dict(request.POST.lists()))
    context = {"shell": FRAME, "diary": DiaryForm(initial={"note": _DESK.stored}), "request": request}
    return HttpResponse(engines["django"].from_string(DIARY).render(context, request))


def save(request: HttpRequest) -> HttpResponse:
    """One field."""
    _DESK.fields.append(dict(request.POST.lists()))
    return JsonResponse(_DESK.answer, status=_DESK.status)


def count_time(request: HttpRequest) -> HttpResponse:
    """Seconds of the timer."""
    _DESK.seconds.append(int(request.POST["seconds"]))
    return HttpResponse(status=204)


def out(request: HttpRequest) -> HttpResponse:
    """Signed out."""
    _DESK.signed_out += 1
    return HttpResponse("<title>Out</title>Signed out")


def keep(request: HttpRequest) -> HttpResponse:
    """Stayed."""
    return HttpResponse(status=204)


urlpatterns = i18n_patterns(
    path("", guide.guide),
    path("diary/", diary),
    path("save/", save),
    path("time/", count_time),
    path("out/", out),
    path("keep/", keep),
)


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    request_queue_size = 64


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the parent's name
        """Say nothing."""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Where the server of these tests listens."""
    middleware = ["csp.middleware.CSPMiddleware", "django.middleware.locale.LocaleMiddleware"]
    middleware.append("django.middleware.csrf.CsrfViewMiddleware")
    with override_settings(ROOT_URLCONF=__name__, MIDDLEWARE=middleware, ALLOWED_HOSTS=["127.0.0.1"]):
        server = make_server("127.0.0.1", 0, StaticFilesHandler(WSGIHandler()), _Server, _Quiet)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        server.server_close()


@pytest.fixture
def desk(address: str) -> Desk:
    """The server's desk, cleared."""
    _DESK.__dict__.update(Desk(address=address).__dict__)
    return _DESK


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A phone. What the content security policy refuses, or a script trips over, fails the test."""
    context = chromium.new_context(viewport={"width": PHONE[0], "height": PHONE[1]}, locale="en-GB")
    page = context.new_page()
    trouble: list[str] = []
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.on("console", lambda message: trouble.append(message.text) if "Security Policy" in message.text else None)
    yield page
    context.close()
    assert trouble == []


def status(page: Page) -> Any:
    return page.locator("[data-autosave-status]")


def write(page: Page, text: str) -> None:
    page.get_by_label("What happened").fill(text)


def arrived(page: Page, desk: Desk, name: str) -> dict[str, list[str]]:
    """The last thing that came in for a field, once nothing is left on the device and "Saved" stands on the page."""
    left = "Object.keys(localStorage).some((key) => key.startsWith('stegvis:unsent:'))"
    for _ in range(200):  # the page's policy forbids the script that would wait inside it
        if not page.evaluate(left):
            break
        page.wait_for_timeout(50)
    expect(status(page)).to_have_attribute("data-state", "saved")
    return [sent for sent in desk.fields if sent["field"] == [name]][-1]


# Saving -------------------------------------------------------------------------------------------------------------
def test_a_text_is_saved_when_its_field_is_left(page, desk):
    page.goto(f"{desk.address}/en/diary/")
    write(page, "Slept well")
    assert "Saved" not in status(page).inner_text()
    page.get_by_label("What happened").blur()

    expect(status(page)).to_have_text("Saved 09:42")
    sent = arrived(page, desk, "note")
    assert sent["note"] == ["Slept well"]
    assert sent["typed_at"][0].endswith("Z")


def test_a_text_is_saved_two_seconds_after_the_last_letter(page, desk):
    page.clock.install()
    page.goto(f"{desk.address}/en/diary/")
    write(page, "Slept")
    page.clock.run_for(1900)
    assert desk.fields == []

    page.clock.run_for(200)
    assert arrived(page, desk, "note")["note"] == ["Slept"]


def test_a_choice_is_saved_at_once(page, desk):
    page.goto(f"{desk.address}/en/diary/")
    page.get_by_label("Evening").check()
    assert arrived(page, desk, "when")["when"] == ["b"]


def test_nothing_is_called_saved_while_the_server_does_not_answer(page, desk):
    desk.status = 503
    page.goto(f"{desk.address}/en/diary/")
    page.get_by_label("Morning").check()
    expect(status(page)).to_have_text("Not saved yet. We keep trying.")

    desk.status = 200
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(status(page)).to_have_text("Saved 09:42")


def test_a_refused_value_says_why_and_is_not_tried_again(page, desk):
    desk.status, desk.answer = 422, {"error": "Write a whole number from 0 to 100."}
    page.goto(f"{desk.address}/en/diary/")
    page.get_by_label("Morning").check()
    expect(status(page)).to_have_text("Write a whole number from 0 to 100.")

    page.evaluate("dispatchEvent(new Event('online'))")
    assert len(desk.fields) == 1


def test_a_session_that_has_ended_keeps_the_text_here(page, desk):
    desk.status = 403
    page.goto(f"{desk.address}/en/diary/")
    page.get_by_label("Morning").check()

    expect(status(page)).to_contain_text("Your text is kept on this device")
    assert "stegvis:unsent:kim:diary:when" in page.evaluate("Object.keys(localStorage)")


def test_what_was_never_saved_is_offered_on_return(page, desk):
    desk.status = 503
    page.goto(f"{desk.address}/en/diary/")
    write(page, "Kept through a dead battery")
    page.close(run_before_unload=False)

    desk.status = 200
    again = page.context.new_page()
    again.goto(f"{desk.address}/en/diary/")
    expect(again.locator(".sv-found")).to_contain_text("Keep it?")
    expect(again.locator(".sv-found blockquote")).to_have_text("Kept through a dead battery")
    again.get_by_role("button", name="Keep this").click()

    assert arrived(again, desk, "note")["note"] == ["Kept through a dead battery"]
    expect(again.get_by_label("What happened")).to_have_value("Kept through a dead battery")
    assert again.evaluate("Object.keys(localStorage).filter(key => key.includes('unsent')).length") == 0


def test_nobody_is_offered_what_another_account_wrote(page, desk):
    page.goto(f"{desk.address}/en/diary/")
    entry = '{"pairs": [["note", "Private"]], "at": 4000000000000}'
    page.evaluate(f"localStorage.setItem('stegvis:unsent:robin:diary:note', '{entry}')")
    page.reload()

    expect(page.locator(".sv-found")).to_have_count(0)


def test_two_devices_show_both_texts_and_the_person_picks(page, desk):
    desk.status, desk.answer = 409, {"saved_at": "09:40", "pairs": [["note", "From the tablet"]], "version": "7"}
    page.goto(f"{desk.address}/en/diary/")
    write(page, "From the phone")
    page.get_by_label("What happened").blur()
    expect(page.locator(".sv-found blockquote")).to_have_text(["From the phone", "From the tablet"])

    desk.status, desk.answer = 200, {"saved_at": "09:43"}
    page.get_by_role("button", name="Keep this").click()
    sent = arrived(page, desk, "note")
    assert sent["note"] == ["From the phone"]
    assert sent["version"] == ["7"]


def test_sending_the_form_first_saves_what_is_still_on_its_way(page, desk):
    page.goto(f"{desk.address}/en/diary/")
    write(page, "Just typed")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", name="Diary")).to_be_visible()
    page.wait_for_function("!Object.keys(localStorage).some(key => key.includes('unsent'))")

    assert [sent["note"] for sent in desk.fields] == [["Just typed"]]
    assert [sent["note"] for sent in desk.sent] == [["Just typed"]]


def test_a_press_while_an_answer_is_being_saved_is_not_swallowed(page, desk):
    held: list[Any] = []
    page.route("**/save/", lambda route: held.append(route))  # noqa: PLW0108 -- a bound method takes no mark
    page.goto(f"{desk.address}/en/diary/")
    page.get_by_label("Morning").check()
    page.get_by_role("button", name="Send").click()
    page.wait_for_timeout(100)
    assert desk.sent == []

    with page.expect_navigation():
        held[0].continue_()
    assert [sent["when"] for sent in desk.sent] == [["a"]]


def test_signing_out_asks_when_something_is_not_saved(page, desk):
    desk.status = 503
    page.goto(f"{desk.address}/en/diary/")
    page.get_by_label("Morning").check()
    expect(status(page)).to_contain_text("Not saved yet")
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="Stay, and try to save again").click()
    assert desk.signed_out == 0

    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="Sign out, and delete it from this device").click()
    expect(page.get_by_text("Signed out")).to_be_visible()
    assert page.evaluate("Object.keys(localStorage).filter(key => key.includes('unsent')).length") == 0


# Line and map -------------------------------------------------------------------------------------------------------
def test_a_line_shows_no_mark_and_sends_nothing_until_it_is_touched(page, desk):
    page.goto(f"{desk.address}/en/diary/")
    line = page.get_by_role("slider", name="How strong")
    expect(line).to_have_attribute("aria-valuetext", "Not answered yet")
    page.get_by_role("button", name="Send").click()
    expect(line).to_have_attribute("aria-valuetext", "Not answered yet")
    assert desk.sent[0]["line"] == [""]


def test_a_tap_on_the_line_is_an_answer(page, desk):
    page.goto(f"{desk.address}/en/diary/")
    space = page.locator("[data-line-track]").bounding_box()
    page.locator("[data-line-track]").click(position={"x": 17 + (space["width"] - 34) * 0.75, "y": space["height"] / 2})

    assert 74 <= int(arrived(page, desk, "line")["line"][0]) <= 76
    expect(page.get_by_role("slider")).to_have_attribute("aria-valuetext", desk.fields[-1]["line"][0] + " of 100")


def test_the_line_is_answered_by_keyboard_alone(page, desk):
    page.goto(f"{desk.address}/en/diary/")
    page.get_by_role("slider").focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Tab")
    assert arrived(page, desk, "line")["line"] == ["1"]


def test_all_places_of_the_map_are_hit_on_a_phone(page, desk):
    page.goto(f"{desk.address}/en/diary/")
    for side in ("front", "back"):
        page.locator(f"[data-show={side}]").click()
        for place in page.locator(f"[data-figure={side}] [data-region]").all():
            box = place.bounding_box()
            assert min(box["width"], box["height"]) >= 24, place.get_attribute("data-region")
            tick = page.locator(f"[data-figure={side}] [data-region={place.get_attribute('data-region')}] + .bm-tick")
            at = tick.evaluate("e => e.getAttribute('d').match(/M([\\d.]+) ([\\d.]+)/).slice(1).map(Number)")
            place.evaluate(
                """(path, [x, y]) => {
                    const point = new DOMPoint(x + 1, y).matrixTransform(path.getScreenCTM());
                    path.scrollIntoView({block: "center"});
                    const now = new DOMPoint(x + 1, y).matrixTransform(path.getScreenCTM());
                    document.elementFromPoint(now.x, now.y).dispatchEvent(new MouseEvent("click", {bubbles: true}));
                }""",
                at,
            )

    expect(page.locator("[data-count] b")).to_have_text("48")
    assert set(arrived(page, desk, "places")["places"]) == set(pain_map.regions())


def test_the_map_can_be_undone_cleared_and_answered_with_no_pain(page, desk):
    page.goto(f"{desk.address}/en/diary/")
    count = page.locator("[data-count]")
    page.locator("[data-region=f-chest-l]").click()
    page.locator("[data-region=f-chest-r]").click()
    expect(count).to_have_text("2 places marked")
    page.get_by_role("button", name="Undo").click()
    expect(count).to_have_text("1 place marked")

    page.get_by_label("I have had no pain").check()
    expect(count).to_have_text("0 places marked")
    assert arrived(page, desk, "places")["places"] == [pain_map.NO_PAIN]
    page.get_by_role("button", name="Undo").click()
    expect(count).to_have_text("1 place marked")
    page.get_by_role("button", name="Clear all").click()
    expect(count).to_have_text("0 places marked")


def test_the_list_marks_the_drawing_and_turns_it_to_the_right_side(page, desk):
    page.goto(f"{desk.address}/en/diary/")
    page.get_by_text("Choose from a list instead").click()
    page.get_by_label("Left lower back").check()

    expect(page.locator("[data-region=b-lower-back-l].on.focus")).to_have_count(1)
    expect(page.locator("[data-show=back]")).to_have_attribute("aria-pressed", "true")


# Time ---------------------------------------------------------------------------------------------------------------
def test_time_is_counted_while_somebody_is_there_and_stops_when_nobody_is(page, desk):
    page.clock.install()
    page.goto(f"{desk.address}/en/diary/")
    page.clock.run_for(31_000)
    expect(page.locator("[data-timer-shown]")).to_have_text("0 min 31 s")
    page.clock.run_for(600_000)

    expect(page.locator("[data-timer-shown]")).to_have_text("3 min 0 s")
    page.wait_for_timeout(0)
    assert set(desk.seconds) == {30}
    assert sum(desk.seconds) <= 180


def test_the_timer_can_be_stopped_by_hand(page, desk):
    page.clock.install()
    page.goto(f"{desk.address}/en/diary/")
    page.get_by_role("button", name="Pause").click()
    page.clock.run_for(20_000)
    expect(page.locator("[data-timer-shown]")).to_have_text("0 min 0 s")
    page.get_by_role("button", name="Go on").click()
    page.clock.run_for(5_000)
    expect(page.locator("[data-timer-shown]")).to_have_text("0 min 5 s")


def test_a_paced_guide_shows_one_step_at_a_time_and_says_when_it_is_over(page, desk):
    page.clock.install()
    page.goto(f"{desk.address}/en/?part=reading")
    words, disc = page.locator("[data-paced-words]"), page.locator(".sv-paced__disc")
    page.get_by_role("button", name="Start the guide").click()
    expect(words).to_have_text("Breathe in")
    expect(disc).to_have_attribute("data-move", "in")
    page.clock.run_for(5_000)
    expect(words).to_have_text("Breathe out")
    expect(page.locator("[data-paced-count]")).to_have_text("2")
    page.clock.run_for(116_000)
    expect(words).to_have_text("That was all. Stay for a moment if you like.")


def test_a_paced_guide_that_is_stopped_is_a_list_again(page, desk):
    page.goto(f"{desk.address}/en/?part=reading")
    page.get_by_role("button", name="Start the guide").click()
    expect(page.locator("[data-paced-steps]")).to_be_hidden()
    page.get_by_role("button", name="Stop the guide").click()
    expect(page.locator("[data-paced-steps]")).to_be_visible()
    expect(page.locator("[data-paced-stage]")).to_be_hidden()


def test_where_motion_is_unwanted_a_guide_counts_in_words(page, desk):
    page.emulate_media(reduced_motion="reduce")
    page.clock.install()
    page.goto(f"{desk.address}/en/?part=reading")
    page.get_by_role("button", name="Start the guide").click()
    page.clock.run_for(2_500)
    expect(page.locator(".sv-paced__disc")).to_be_hidden()
    expect(page.locator("[data-paced-words]")).to_have_text("Breathe in")
    expect(page.locator("[data-paced-count]")).to_have_text("3")


def test_a_quiet_session_is_warned_of_two_minutes_before_its_end(page, desk):
    page.clock.install()
    page.goto(f"{desk.address}/en/diary/")
    page.clock.run_for(27 * 60_000)
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.clock.run_for(75_000)
    expect(page.get_by_role("dialog")).to_contain_text("signed out in two minutes")

    page.get_by_role("button", name="Stay signed in").click()
    expect(page.get_by_role("dialog")).to_have_count(0)


# Staff and small things ---------------------------------------------------------------------------------------------
def test_a_snippet_goes_into_the_answer_and_the_check_ticks_itself(page, desk):
    page.goto(f"{desk.address}/en/?part=worklist")
    understanding = page.locator("[data-look]", has_text="Understanding")
    expect(understanding).not_to_have_class("y")
    page.get_by_role("button", name="Show understanding").click()

    assert "It makes sense that this was hard." in page.get_by_label("Your reply").input_value()
    expect(understanding).to_have_class("y")


def test_letters_left_are_counted_and_nothing_is_swallowed(page, desk):
    page.goto(f"{desk.address}/en/diary/")
    write(page, "x" * 38)
    expect(page.locator("[data-counter-message]")).to_have_text("2 letters left")
    write(page, "x" * 43)
    expect(page.locator("[data-counter-message]")).to_have_text("3 letters too many")
    expect(page.get_by_label("What happened")).to_have_value("x" * 43)


def test_the_error_summary_takes_the_focus_and_leads_to_the_answer(page, desk):
    page.goto(f"{desk.address}/en/?part=errors")
    assert page.evaluate("document.activeElement.hasAttribute('data-error-summary')")
    page.get_by_role("link", name="How strong has your pain been, on the line?").click()
    assert page.evaluate("document.activeElement.type") == "range"


def test_everything_can_be_answered_without_javascript(chromium, desk):
    context = chromium.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{desk.address}/en/diary/")
    expect(page.locator("[data-figure=front]")).to_be_hidden()
    page.get_by_label("What happened").fill("Without a script")
    page.get_by_role("spinbutton", name="How strong").fill("61")
    page.get_by_text("Choose from a list instead").click()
    page.get_by_label("Back of neck").check()
    page.get_by_label("Evening").check()
    page.get_by_role("button", name="Send").click()
    context.close()

    sent = desk.sent[0]
    assert (sent["note"], sent["line"], sent["places"], sent["when"]) == (
        ["Without a script"],
        ["61"],
        ["b-neck"],
        ["b"],
    )


# Every page ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("size", "theme"), [(PHONE, "light"), (DESKTOP, "dark")], ids=["phone", "desktop"])
@pytest.mark.parametrize("part", guide.PARTS)
def test_the_guide_has_no_accessibility_violation(page, desk, part, size, theme):
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.emulate_media(reduced_motion="reduce")
    page.goto(f"{desk.address}/en/?part={part}&theme={theme}")

    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": RULES}}).response["violations"]

    assert [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found] == []


def test_no_page_is_wider_than_the_narrowest_phone(page, desk):
    page.set_viewport_size({"width": 320, "height": 640})
    wide = []
    for part in guide.PARTS:
        page.goto(f"{desk.address}/en/?part={part}")
        if page.evaluate("document.documentElement.scrollWidth") > 320:
            wide.append(part)
    assert wide == []
