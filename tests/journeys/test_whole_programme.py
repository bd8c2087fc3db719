"""The whole programme in a browser: fourteen steps in a fortnight, homework and an answer each day, a printed plan at the end.

In Swedish on a telephone and in English at a desk. Every page of it goes through the accessibility check once in each
language; every third step is read in its short version at one part. The therapist answers by the same action as the page.
"""

import re
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.db import transaction
from playwright.sync_api import expect

from stegvis.audit import actions as record
from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.people.acting import acting_as
from stegvis.people.models import Participant
from stegvis.programme import dose
from stegvis.programme import queries as courses
from stegvis.programme.worksheets import queries as worksheets
from tests.journeys.conftest import DESK, PHONE, WCAG, Visitor
from tests.worlds import FRIDAY, World

WORDS = {
    "sv": {
        "begin": re.compile("^(Börja|Fortsätt)"), "short": "Kort version", "send": "Skicka", "read": "Läs svaret",
        "sheets": "Dina arbetsblad", "new": "Nytt blad", "keep": "Spara bladet", "print": "Skriv ut",
        "wrote": "Jag satt vid fönstret en stund.", "reply": "Du stannade upp. Det märks att du övar, dag {day}.",
    },
    "en": {
        "begin": re.compile("^(Begin|Continue)"), "short": "Short version", "send": "Send", "read": "Read the answer",
        "sheets": "Your worksheets", "new": "New sheet", "keep": "Keep this sheet", "print": "Print",
        "wrote": "I sat by the window for a while.", "reply": "You stopped and rested. It shows that you practise, day {day}.",
    },
}  # fmt: skip
SHORT_PART = 2
"""The part that is read in its short version in every third step."""


@dataclass
class Reader:
    """Somebody on their way through the programme, with what they say and press in their language."""

    visitor: Visitor
    person: Participant
    stage: World
    day: int = 0

    @property
    def page(self):
        return self.visitor.page

    @property
    def words(self):
        return WORDS[self.visitor.language]

    def look(self) -> None:
        self.visitor.look(WCAG)

    def press(self, role: str, name) -> None:
        with self.page.expect_navigation():
            self.page.get_by_role(role, name=name).first.click()

    def write(self) -> None:
        """Something in every field of the page: words, the first answer of each question, the first number."""
        for box in self.page.locator("form textarea, form input[type=text]:not([name$=version])").all():
            box.fill(self.words["wrote"])
        for group in self.page.locator("form fieldset").all():
            if not group.locator("input:checked").count():
                group.locator("input").first.check(force=True)

    def read_step(self, module) -> None:
        """From the list of steps to the page that sends it, each part looked at and written in."""
        self.visitor.go("/programme/")
        self.press("link", self.words["begin"])
        parts = module.parts(self.visitor.language)
        for part in parts:
            expect(self.page.get_by_role("heading", level=1)).to_have_text(part.title)
            if part.number == SHORT_PART and module.number % 3 == 0:
                self.look()
                self.press("link", self.words["short"])
            self.look()
            self.write()
            with self.page.expect_navigation():
                self.page.locator("button[name=then][value=next]").click()
        expect(self.page.get_by_text(self.words["wrote"]).first).to_be_visible()
        self.look()

    def send_and_be_answered(self, module) -> None:
        """Send, wait a night, and read the therapist's answer from the page of the day."""
        self.press("button", self.words["send"])
        said = self.words["reply"].format(day=module.number)
        self.a_day_later()
        with acting_as(SYSTEM):
            rows = courses.homework_of(self.stage.course(self.person)).select_related("course__participant__site")
            sent = rows.get(module=module.code)
        self.stage.reply(sent, text=said, on=FRIDAY + timedelta(days=self.day))
        self.visitor.go("/today/")
        self.press("link", self.words["read"])
        expect(self.page.get_by_text(said)).to_be_visible()
        self.look()

    def a_day_later(self) -> None:
        """The trial's clock stands at ten o'clock of the next day."""
        self.day += 1
        moment = clock.at(FRIDAY + timedelta(days=self.day), 10)
        with transaction.atomic(), acting_as(SYSTEM):
            record.set_clock(offset=moment - clock.wall(), by=SYSTEM)

    def print_plan(self, title: str) -> bytes:
        """Write the plan for hard times, keep it, open its page for paper, and print that; returns the PDF."""
        self.visitor.go("/programme/")
        self.look()
        for name in (self.words["sheets"], title, self.words["new"]):
            self.press("link", name)
            self.look()
        self.write()
        self.press("button", self.words["keep"])
        self.look()
        self.press("link", self.words["print"])
        self.look()
        self.page.emulate_media(media="print")
        expect(self.page.locator(".sv-a4-tools")).to_be_hidden()
        expect(self.page.get_by_text(self.words["wrote"]).first).to_be_visible()
        return self.page.pdf(format="A4")


@pytest.mark.journey("J2")
@pytest.mark.parametrize(("language", "window"), [("sv", PHONE), ("en", DESK)])
def test_a_person_goes_through_all_fourteen_steps_and_prints_their_plan(stage, visitor, language, window):
    arm = stage.protocol.arms_with("programme")[0].code
    person = stage.allocated(arm=arm, on=FRIDAY - timedelta(days=75), language=language)
    window_of = visitor(window)
    window_of.language = language
    window_of.sign_in(person.account, then="/programme/")
    window_of.look(WCAG)
    reader = Reader(window_of, person, stage)
    with acting_as(SYSTEM):
        content = courses.content(stage.course(person).release_id)
    for module in content:
        reader.read_step(module)
        reader.send_and_be_answered(module)
    pdf = reader.print_plan(content.worksheet("relapse_plan").title(language))

    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 1  # as it says: on one page
    with clock.frozen(clock.at(FRIDAY + timedelta(days=reader.day), 11)), acting_as(SYSTEM):
        course = stage.course(person)
        way, days = courses.way(course), dose.days([course])
        kept = worksheets.words(worksheets.entries(course).get())
    assert (way.done, way.next, [step.status for step in way.steps]) == (14, None, [courses.ANSWERED] * 14)
    assert [sum(getattr(day, what) for day in days) for what in ("parts_full", "parts_short")] == [52, 4]
    assert [day.homework_sent for day in days][:14] == [1] * 14
    assert kept["early_signs"] == WORDS[language]["wrote"]
