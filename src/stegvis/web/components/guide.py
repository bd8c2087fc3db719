"""The living style guide: every component with made-up content, in each shell, in light and dark.

For people who build pages, and for the tests that look at them; the root addresses show it in a demonstration only. Its
own sample sentences are English and stay so; the components' words follow the language.
`?part=` is one of `PARTS`, `?theme=` light or dark.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from stegvis.methods.programme.blocks import Paced, PacedStep
from stegvis.web.components.shapes import (
    Cell,
    ComingUp,
    Day,
    Fact,
    FlowStep,
    Gate,
    Goal,
    Letter,
    Link,
    Look,
    Moment,
    PlannedCell,
    PlannedItem,
    PlannedRow,
    Point,
    Share,
    SiteRow,
    Snippet,
    Tag,
    Task,
    Todo,
    Visit,
    Vital,
    WorklistRow,
)
from stegvis.web.components.shell import Reading, Shell, Tab
from stegvis.web.forms import (
    BodyMapField,
    ChipBoxes,
    Chips,
    DayField,
    Hinted,
    LineField,
    NumberBox,
    NumberRowField,
    StegForm,
    Stepper,
    Switch,
    WeekdaysField,
)

PARTICIPANT_TABS = (
    Tab("today", "Today", "#today", "today"),
    Tab("programme", "Programme", "#programme", "steps"),
    Tab("activity", "Activity", "#activity", "move"),
    Tab("messages", "Messages", "#messages", "message", count=1, count_label="1 unread"),
    Tab("more", "More", "#more", "more"),
)
STAFF_TABS = (
    Tab("overview", "Overview", "#overview", "chart"),
    Tab("worklist", "Worklist", "#worklist", "list", count=6),
    Tab("participants", "Participants", "#participants", "people"),
    Tab("schedule", "Schedule", "#schedule", "calendar", count=9),
    Tab("events", "Events", "#events", "alert"),
    Tab("settings", "Sites and staff", "#settings", "cog", gap=True),
)
SHELL = Shell(
    home_url="#home",
    help_url="#help",
    sign_out_url="#out",
    settings_url="#settings",
    account="guide",
    demonstration=True,
    demonstration_url="#demonstration",
)
PARTICIPANT = replace(SHELL, tabs=PARTICIPANT_TABS)
STAFF = replace(SHELL, tabs=STAFF_TABS, person="Made-up Person", role="Trial coordinator", site="Health centre 1")

PACED = Paced("breaths", "Two slow minutes", (PacedStep(4, "Breathe in", "in"), PacedStep(6, "Breathe out", "out")), 12)


def guide(request: HttpRequest) -> HttpResponse:
    """One part of the guide."""
    part = request.GET.get("part", "today")
    if part not in PARTS:
        raise Http404
    shell, context = PARTS[part]
    theme = Reading(theme=request.GET.get("theme", ""), letters=request.GET.get("letters", ""))
    page = {"shell": replace(shell, reading=theme), "parts": tuple(PARTS), "part": part, **context()}
    return render(request, f"guide/{part}.html", page, status=422 if part == "errors" else 200)


class ExampleForm(StegForm):
    """One of each field."""

    name = forms.CharField(label="What would you like us to call you?", help_text="Only your therapist sees it.")
    email = forms.EmailField(label="E-mail address")
    born = DayField(label="When were you born?", help_text="For example 27 3 1971.")
    duration = forms.ChoiceField(
        label="For how long have you had pain?",
        widget=forms.RadioSelect,
        choices=[
            ("short", Hinted("Less than three months")),
            ("long", Hinted("Three months or longer", hint="Also when it comes and goes")),
            ("no", Hinted("I prefer not to answer", divider="or")),
        ],
    )
    helps = forms.MultipleChoiceField(
        label="What helps you?",
        widget=forms.CheckboxSelectMultiple,
        choices=[("warmth", "Warmth"), ("rest", "Rest"), ("company", "Company")],
    )
    when = forms.ChoiceField(
        label="When suits you best?",
        widget=Chips,
        choices=[("m", "Morning"), ("a", "Afternoon"), ("d", "After dinner")],
    )
    signs = forms.MultipleChoiceField(
        label="What did you notice in your body?",
        widget=ChipBoxes,
        choices=[("shoulders", "Tense shoulders"), ("heart", "Fast heart"), ("tired", "Tired")],
    )
    days = WeekdaysField(label="How often")
    minutes = forms.IntegerField(label="How long each time", widget=Stepper("min", step=5), min_value=0, max_value=180)
    weight = forms.IntegerField(label="Minutes last week", widget=NumberBox("minutes", width=4))
    pain = NumberRowField(label="How strong has your pain been?", low="No pain", high="Worst pain I can imagine")
    line = LineField(
        label="How strong has your pain been, on the line?", low="No pain at all", high="Worst pain I can imagine"
    )
    grows = forms.ChoiceField(
        label="How it grows", choices=[("2", "Add 5 minutes every second week"), ("0", "It stays as it is")]
    )
    note = forms.CharField(
        label="Anything else?", widget=forms.Textarea, max_length=300, required=False, help_text="In your own words."
    )
    secret = forms.CharField(label="Password", widget=forms.PasswordInput)
    paper = forms.FileField(label="A letter you want to show")
    low = forms.BooleanField(
        label="Low-energy day?", widget=Switch, required=False, help_text="Show the short version of each step"
    )
    agree = forms.BooleanField(label="I have read this and want to take part")


class MapForm(StegForm):
    """A page with the body map alone."""

    places = BodyMapField(
        label="Where have you had pain in the past week?",
        help_text="Tap each place that hurts. Tap again to take it away.",
    )


class QuestionForm(StegForm):
    """A page with one question."""

    pain = NumberRowField(
        label="How strong has your pain been, on average, in the past week?",
        low="No pain",
        high="Worst pain I can imagine",
        help_text="Choose one number.",
    )


class LineForm(StegForm):
    """A page with the line."""

    pain = LineField(
        label="How strong has your pain been, on average, in the past week?",
        low="No pain at all",
        high="Worst pain I can imagine",
        help_text="Tap the line where it fits you best. You can move it after.",
    )


class ExerciseForm(StegForm):
    """My worry time."""

    when = ExampleForm.base_fields["when"]
    length = forms.ChoiceField(
        label="How long?", widget=Chips, choices=[("10", "10 min"), ("15", "15 min"), ("20", "20 min")]
    )
    place = forms.CharField(label="Where will you sit?")
    back = forms.CharField(
        label="What helps you go back to what you were doing?",
        help_text="For example: feel your feet on the floor, three slow breaths.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class ReplyForm(StegForm):
    """The therapist's answer."""

    reply = forms.CharField(label="Your reply", widget=forms.Textarea(attrs={"rows": 9}))


class PlanForm(StegForm):
    """One activity of the plan."""

    days = WeekdaysField(label="How often")
    minutes = forms.IntegerField(label="How long each time", widget=Stepper("min", step=5), min_value=0)
    effort = forms.ChoiceField(
        label="How hard",
        widget=Chips,
        choices=[("e", "Easy: could sing"), ("m", "Medium: can talk, not sing"), ("h", "Hard: a few words at a time")],
    )
    where = forms.CharField(label="When and where")
    low = forms.CharField(label="On a low-energy day")
    grows = forms.ChoiceField(
        label="How it grows", choices=[("2", "Add 5 minutes every second week, if the last two weeks felt manageable")]
    )


def _today() -> dict[str, Any]:
    return {
        "tab": "today",
        "week": (
            Day("M", "Monday", 30),
            Day("T", "Tuesday"),
            Day("W", "Wednesday", 25),
            Day("T", "Thursday", 30),
            Day("F", "Friday", planned=20, today=True),
            Day("S", "Saturday"),
            Day("S", "Sunday"),
        ),
        "coming": (
            ComingUp(
                date(2026, 11, 19), "Visit 3 with your physiotherapist", "Thursday 10:00, about 45 minutes", "#visit"
            ),
            ComingUp(date(2027, 1, 11), "Questionnaire: six months", "About 15 minutes. You can stop and come back."),
        ),
    }


def _reading() -> dict[str, Any]:
    answers = {
        "when": "d",
        "length": "15",
        "place": "The chair by the kitchen window",
        "back": "Say “later, after dinner” to myself. Look out at the birch tree.",
    }
    return {
        "tab": "programme",
        "exercise_form": ExerciseForm(initial=answers),
        "paced_guide": PACED,
        "saved_at": datetime(2026, 11, 13, 8, 42, tzinfo=UTC),
    }


def _question() -> dict[str, Any]:
    return {"tab": "more", "question": QuestionForm(initial={"pain": 6})}


def _line() -> dict[str, Any]:
    return {"tab": "more", "question": LineForm(initial={"pain": 61})}


def _map() -> dict[str, Any]:
    marked = ["f-jaw-r", "f-shoulder-r", "f-shoulder-l", "f-hip-r", "f-hip-l", "f-hand-r", "f-hand-l", "f-knee-r"]
    marked += ["b-neck", "b-upper-back-l", "b-lower-back-l", "b-lower-back-r", "b-buttock-l", "b-forearm-r"]
    return {"tab": "more", "question": MapForm(initial={"places": marked}), "marked": marked}


def _forms() -> dict[str, Any]:
    given = {
        "name": "Kim",
        "pain": 4,
        "line": 37,
        "days": [0, 2, 4],
        "minutes": 15,
        "duration": "long",
        "signs": ["tired"],
    }
    return {"tab": "more", "example": ExampleForm(initial=given)}


def _errors() -> dict[str, Any]:
    typed = {
        "email": "kim at example",
        "born_day": "31",
        "born_month": "2",
        "born_year": "1971",
        "line": "140",
        "name": "",
    }
    form = ExampleForm(typed)
    form.add_error(None, "This occasion closed on 9 November. Call the study, and we will find another way.")
    return {"tab": "more", "form": form}


def _lists() -> dict[str, Any]:
    at = datetime(2026, 11, 12, 14, 20, tzinfo=UTC)
    return {
        "tab": "messages",
        "letters": (
            Letter("You", at, "I tried the short version. It was enough for one day.", own=True),
            Letter(
                "Your therapist",
                at,
                "That counts. You chose what fitted the day.\n\nShall we keep the short version this week?",
            ),
        ),
        "tasks": (
            Task("My reasons and my rhythm", "#1", "about 25 minutes", "Answered", "ok", 1),
            Task("Stress and pain", "#2", "about 25 minutes", "Sent", "plum", 2),
            Task("Worry time", "#5", "about 25 minutes", "Started", "fjord", 5),
            Task("Saying no", "", "opens on 20 November", "Not open yet", None, 8),
        ),
        "facts": (
            Fact("Language", "English", "#language"),
            Fact("Reminders", "Text message, 16:00, not at weekends", "#reminders"),
            Fact("Letters", "Normal"),
        ),
        "goals": (
            Goal(
                "Walk to the shop and home again without having to lie down after", "Main goal, by visit 3", main=True
            ),
            Goal("Walk 15 minutes three days a week", "On the way, week 4", url="#goal", url_label="Say how it goes"),
        ),
        "moments": (
            Moment(at, "You agreed to take part", "Information sheet version 3, in English"),
            Moment(date(2026, 11, 13), "Visit 1", "The plan was made", "#visit"),
        ),
        "minutes": tuple(Point(week, value) for week, value in enumerate((20, 45, 40, 85, 90, 70, 105, 120), start=1)),
        "page": Paginator(range(95), 10).page(5),
        "head": ("Night", Cell("Asleep", number=True), "How it was"),
        "nights": (
            ("Monday", "6 h 20 min", Cell("All right", tone="ok")),
            ("Tuesday", "5 h 5 min", Cell("Restless", tone="warn")),
        ),
    }


def _overview() -> dict[str, Any]:
    actual = (0, 3, 8, 15, 24, 31, 40, 51, 60, 66, 75, 86, 95, 104, 113, 121)
    return {
        "tab": "overview",
        "crumbs": (Link("Demonstration trial", "#trial"),),
        "vitals": (
            Vital("Randomised", "121", "of 130", "13 ahead of plan", "good"),
            Vital("Six-month outcome in hand", "86%", "66 of 77 due", "Aim 85%", "good"),
            Vital("Visit 3 done in window", "88%", "84 of 95", "Aim 90%"),
            Vital("Windows closing this week", "9", "people", "3 without a call", "poor"),
            Vital("Open queries", "12", "fields", "Oldest 6 days"),
        ),
        "flow": (
            FlowStep(
                214, "assessed for eligibility", "", 86, "not included", "45 not eligible · 31 declined · 10 no reply"
            ),
            FlowStep(128, "gave consent", "", 7, "left before randomisation", "5 baseline not finished · 2 withdrew"),
            FlowStep(121, "randomised", "Arms hidden. Open with the unblinding role.", 44, "six months not yet due"),
            FlowStep(
                77,
                "due at six months",
                shares=(
                    Share("complete", 66, "ok"),
                    Share("window open", 6, "plum"),
                    Share("overdue", 3, "warn"),
                    Share("withdrawn", 2, "none"),
                ),
            ),
        ),
        "todo": (
            Todo(
                "P-0087",
                "six-month questionnaire overdue",
                "Window closes in 3 days. Two reminders sent, both opened.",
                "Call now",
                "#call",
                first=True,
            ),
            Todo(
                "P-0064",
                "six-month questionnaire overdue",
                "Stopped at question 6 of 9. Main outcomes are in.",
                "Offer phone or paper",
                "#offer",
            ),
            Todo(
                "P-0102",
                "visit 3 not recorded",
                "Health centre 3. Six days past the planned date.",
                "Ask the site",
                "#ask",
            ),
            Todo(
                "P-0119",
                "baseline half finished",
                "Paused 4 days ago. Cannot be randomised before it is done.",
                "Send text",
                "#send",
                post=True,
            ),
        ),
        "actual": tuple(Point(month, n) for month, n in enumerate(actual)),
        "planned": (Point(0, 0), Point(18, 130)),
        "sites": (
            SiteRow("Health centre 1", 41, 25, 28, "93%", 2, "#1"),
            SiteRow("Health centre 2", 33, 18, 21, "90%", 4, "#2"),
            SiteRow("Health centre 3", 28, 14, 17, "81%", 1, "#3"),
            SiteRow("Health centre 4", 19, 9, 11, "84%", 5, "#4"),
        ),
        "gates": (
            Gate("Criteria confirmed", True, "By a licensed clinician, 2 November"),
            Gate("Consent given", True, "Version 3, Swedish, 4 November"),
            Gate("Baseline primary outcomes", False, "The body map is missing", "#baseline", "Open baseline"),
        ),
    }


def _worklist() -> dict[str, Any]:
    def use(days: str) -> tuple[bool, ...]:
        return tuple(day == "1" for day in days)

    reply = (
        "You kept your worry time on Sunday even though the list was long. That took some doing, and you slept a little "
        "better after it.\n\nThe shift on Thursday is one you can act on."
        " In step 6 you will try a way to break it into small parts."
    )
    return {
        "tab": "worklist",
        "filters": (
            Link("Needs you", "#needs", True, 6),
            Link("Waiting", "#waiting", False, 11),
            Link("All", "#all", False, 24),
        ),
        "rows": (
            WorklistRow(
                "P-0117",
                "Answer needs a call today: item 9 in the mood questionnaire",
                "34 min",
                "#1",
                use("11011011110110"),
                alarm=True,
            ),
            WorklistRow(
                "P-0138",
                "Homework: step 5, Worry time",
                "1 d 18 h",
                "#2",
                use("01101101101111"),
                late=True,
                current=True,
            ),
            WorklistRow(
                "P-0121",
                "Message: “I tried the short version and it was enough”",
                "1 d 4 h",
                "#3",
                use("10010110011101"),
            ),
            WorklistRow("P-0143", "Homework: step 2, Stress and pain", "22 h", "#4", use("00000010110111")),
            WorklistRow(
                "P-0109",
                "Quiet for 9 days, step 3. Suggested: phone call",
                "due today",
                "#5",
                use("11101000000000"),
                late=True,
            ),
        ),
        "tags": (
            Tag("Step 5 of 14", "plum"),
            Tag("Week 10"),
            Tag("2 steps behind own pace", "warn", "clock"),
            Tag("Goal: walk to the shop", "moss"),
        ),
        "person": (
            Link("Homework", "#h", True),
            Link("Messages", "#m", count=2),
            Link("Progress", "#p"),
            Link("Plan and goals", "#g"),
            Link("Notes", "#n"),
        ),
        "answers": (
            ("When and how long", "After dinner, 15 minutes"),
            ("Where", "The chair by the kitchen window"),
            (
                "What I noticed",
                "It was hard the first two evenings. On Sunday the list got long and I nearly skipped it.",
            ),
        ),
        "worries": (
            ("Will I manage the whole shift on Thursday", Tag("Can act", "moss")),
            ("That the pain never ends", Tag("Let be")),
        ),
        "reply": ReplyForm(initial={"reply": reply}),
        "snippets": (
            Snippet("Notice effort", "You made time for this although the week was full."),
            Snippet("Show understanding", "It makes sense that this was hard."),
            Snippet("Believe in ability", "You have already shown that you can hold on when it is hard."),
            Snippet("Next step", "In the next step you will try a way to break it into small parts."),
        ),
        "looks": (
            Look("Notices effort", ("you kept", "you made time")),
            Look("Next step", ("next step", "step 6")),
            Look("Belief in ability", ("you can", "you have already shown")),
            Look("Understanding", ("makes sense", "understand")),
        ),
    }


def _plan() -> dict[str, Any]:
    def add(day: str, kind: str) -> PlannedCell:
        return PlannedCell(add_url=f"#add-{kind}-{day}")

    walk = PlannedCell((PlannedItem("Walk", "15 min, easy", "#walk", current=True),))
    moving = (
        walk,
        add("tue", "moving"),
        walk,
        add("thu", "moving"),
        walk,
        PlannedCell((PlannedItem("Pool", "30 min, medium", "#pool"),)),
        add("sun", "moving"),
    )
    home = PlannedCell((PlannedItem("At home", "3 exercises", "#home"),))
    strength = (
        add("mon", "s"),
        home,
        add("wed", "s"),
        add("thu", "s"),
        add("fri", "s"),
        add("sat", "s"),
        PlannedCell(note="Rest day"),
    )
    planned = {
        "days": [0, 2, 4],
        "minutes": 15,
        "effort": "e",
        "where": "After lunch, round the park",
        "low": "5 min, to the bench and back",
    }
    return {
        "tab": "participants",
        "crumbs": (Link("Participants", "#participants"), Link("P-0142", "#p")),
        "visits": (
            Visit("Visit 1, today", "Start of the plan", current=True),
            Visit("Visit 2, book now", "Week 4 · 4–18 December"),
            Visit("Visit 3", "Week 12 · 29 January–12 February"),
        ),
        "steps": (
            Link("Life and body", "#l", done=True),
            Link("Goals", "#g", done=True),
            Link("Week plan", "#w", True),
            Link("Agree", "#a"),
        ),
        "week": (PlannedRow("Moving", moving), PlannedRow("Strength", strength, strength=True)),
        "plan": PlanForm(initial=planned),
        "goals": (
            Goal(
                "Walk to the shop and home again without having to lie down after",
                "Main goal, by visit 3",
                main=True,
                tags=(Tag("Specific", "ok", "check"), Tag("Dated", "ok", "check"), Tag("Belief 7 of 10")),
                level=0,
            ),
            Goal("Walk 15 minutes three days a week", "On the way, week 4"),
            Goal("Pool once a week, by bus", "On the way, week 8"),
        ),
        "marked": ["f-shoulder-l", "f-knee-l", "b-neck", "b-lower-back-l", "b-lower-back-r"],
    }


def _print() -> dict[str, Any]:
    return {
        "days": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
        "weeks": (1, 2, 3, 4),
        "planned": (True, True, True, False, True, True, False),
    }


def _confirm() -> dict[str, Any]:
    return {
        "shell_template": "shell_plain.html",
        "title": "Stop the programme?",
        "text": "You can stop the programme and still answer the questions. Your answers count just as much.",
        "points": ("What you have written stays with your therapist.", "You keep your plan with the physiotherapist."),
        "confirm": "Stop the programme",
        "cancel_url": "#back",
        "cancel": "Keep the programme",
    }


PARTS: dict[str, tuple[Shell, Callable[[], dict[str, Any]]]] = {
    "today": (PARTICIPANT, _today),
    "reading": (PARTICIPANT, _reading),
    "question": (PARTICIPANT, _question),
    "line": (PARTICIPANT, _line),
    "map": (PARTICIPANT, _map),
    "lists": (PARTICIPANT, _lists),
    "forms": (SHELL, _forms),
    "errors": (SHELL, _errors),
    "confirm": (SHELL, _confirm),
    "overview": (STAFF, _overview),
    "worklist": (replace(STAFF, role="Therapist"), _worklist),
    "plan": (replace(STAFF, role="Physiotherapist"), _plan),
    "staff-forms": (STAFF, _forms),
    "print": (SHELL, _print),
}
