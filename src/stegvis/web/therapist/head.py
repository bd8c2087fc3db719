"""The head of a person's page: code, name and goal, which stay in view; step, week, pace, time this week, tabs, who is next."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from stegvis.people import queries as people
from stegvis.physiotherapy import queries as physiotherapy
from stegvis.physiotherapy.queries import GoalKind
from stegvis.programme import queries as programme
from stegvis.programme.worksheets import queries as worksheets
from stegvis.web import life_events
from stegvis.web.components.shapes import Link, Tag
from stegvis.web.components.times import short_day
from stegvis.web.therapist import as_participant, words, worklist
from stegvis.web.therapist.gate import Person


def around(request: HttpRequest, person: Person, tab: str, *, clock_url: str = "") -> dict[str, Any]:
    """What every page of a person shows around its own part. `clock_url` is where the page's clock sends its seconds."""
    code = person.standing.code
    today = person.worklist.aims.today
    monday = physiotherapy.monday_of(today)
    following = person.worklist.after(code)
    goals = physiotherapy.goals_of(person.participant)
    name = _name(person)
    return {
        **worklist.list_of(request, person.worklist, current=code),
        "tab": "worklist",
        "person": person,
        "code": code,
        "name": name,
        "life_said": life_events.said(person.participant),
        "first_name": name.partition(" ")[0],
        "goals": goals,
        "goal": main_goal(goals),
        "tags": _tags(person),
        **worklist.taking_back(request),
        "as_participant_url": as_participant.today_of(code, person.standing.language),
        "covers_for": person.standing.covered_for,
        "tabs": _tabs(person, tab, worksheets.unread(person.participant, worksheets.THERAPIST)),
        "clock_url": clock_url or reverse("therapist:looking", args=[code]),
        "seconds": programme.guidance_seconds([person.course], monday).get(person.course.pk, 0),
        "alert_url": worklist.alert_url(person.row, person.worklist),
        "following": following,
        "following_url": worklist.url_of(following) if following else "",
        "person_language": person.standing.language,
    }


def main_goal(goals: list[physiotherapy.GoalNow]) -> str:
    """The person's first main goal, in their own words; nothing when none is set."""
    return next((each.goal.text for each in goals if each.goal.kind == GoalKind.MAIN), "")


def _name(person: Person) -> str:
    """The person's name; nothing once it has been erased. That it was seen is the page's reading in the record."""
    identity = people.identity_of(person.participant)
    return str(identity.name) if identity else ""


def _tags(person: Person) -> list[Tag]:
    standing, today = person.standing, person.worklist.aims.today
    tags = [Tag(_step(person), "plum")]
    if standing.is_under_way(today):
        week = standing.days_open(today) // 7 + 1
        tags.append(Tag(_("Week %(n)s of %(weeks)s") % {"n": week, "weeks": standing.weeks}))
    if behind := standing.steps_behind(today, _pace(person)):
        said = ngettext("%(n)s step behind the agreed pace", "%(n)s steps behind the agreed pace", behind) % {
            "n": behind
        }
        tags.append(Tag(said, "warn", "clock"))
    tags += _arranged(person)
    return tags


def _arranged(person: Person) -> list[Tag]:
    """What was agreed and differs from the plan: a pause, a held step, a slower pace."""
    arranged, today = person.standing.arranged, person.worklist.aims.today
    if arranged is None:
        return []
    tags = []
    if pause := arranged.pause_on(today):
        tags.append(Tag(_("Pause until %(day)s") % {"day": short_day(pause.until_on)}, "fjord"))
    if arranged.held:
        tags.append(Tag(_("Next step held"), "warn"))
    if arranged.core_only:
        tags.append(Tag(_("Slow track: core steps"), "fjord"))
    elif arranged.is_slow:
        said = ngettext("%(n)s step a week", "%(n)s steps a week", arranged.per_week)
        tags.append(Tag(said % {"n": arranged.per_week}, "fjord"))
    return tags


def _pace(person: Person) -> int:
    schedule = person.worklist.protocol.programme
    return schedule.pace_per_week if schedule else 0


def _step(person: Person) -> str:
    standing, today = person.standing, person.worklist.aims.today
    if standing.step is None or not standing.is_under_way(today):
        return words.place(standing, today)
    steps = len(standing.programme.modules)
    return _("Step %(n)s of %(steps)s") % {"n": standing.step.number, "steps": steps}


def _tabs(person: Person, tab: str, new_sheets: int) -> list[Link]:
    standing = person.standing
    unread = standing.message.unread if standing.message else 0
    pages = (
        ("homework", _("Homework"), len(standing.homework)),
        ("messages", _("Messages"), unread),
        ("worksheets", _("Worksheets"), new_sheets),
        ("progress", _("Progress"), 0),
        ("pace", _("Pace"), 0),
        ("contacts", _("Contacts"), 0),
        ("plan", _("Plan and goals"), 0),
        ("notes_of", _("Notes"), 0),
        ("guidance", _("Time"), 0),
    )
    return [
        Link(label, reverse(f"therapist:{key}", args=[standing.code]), key == tab, count or None)
        for key, label, count in pages
    ]
