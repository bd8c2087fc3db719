"""Where somebody is in the programme, in words: the next step, the pauses between steps, the list of all."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from stegvis.audit import clock
from stegvis.methods.programme.content import Module, Part
from stegvis.methods.study.protocol import Protocol
from stegvis.programme import dose
from stegvis.programme import queries as courses
from stegvis.web.components.shapes import Link, Task, Tone
from stegvis.web.components.times import long_day

WEEKS_TOGETHER = 2


# The next step --------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class NextStep:
    """What to go on with, and where: the exact part, and the field that was written in last."""

    title: str
    position: str
    minutes: str
    url: str
    done: int
    total: int
    action: str


def next_step(course: Any, way: courses.Way, language: str, *, short: bool) -> NextStep | None:
    """The next step of a course that goes on; None when nothing is open."""
    step = way.next
    if step is None or course.stopped_at is not None:
        return None
    module, parts = step.module, step.module.parts(language)
    unread = [part for part in parts if _is_to_do(part, step)]
    position = _("Step %(step)s of %(steps)s") % {"step": module.number, "steps": len(way.steps)}
    if unread:
        part = unread[0]
        place = _("part %(part)s of %(parts)s") % {"part": part.number, "parts": len(parts)}
        url = f"{reverse('participant:part', args=[module.code, part.number])}{_field(course, module, part)}"
        minutes = _minutes(part, short=short)
    else:
        place, url = _("send your homework"), reverse("participant:send", args=[module.code])
        minutes = ""
    return NextStep(
        title=module.title(language), position=f"{position} · {place}", minutes=minutes, url=url, done=way.done,
        total=len(way.on_way), action=_("Begin") if step.status == courses.NOT_STARTED else _("Continue"),
    )  # fmt: skip


def _is_to_do(part: Part, step: courses.Step) -> bool:
    """Whether a part is still to be read, or is the one that the therapist asks for once more."""
    if step.again_part is not None:
        return part.number == step.again_part
    return part.number not in step.parts_read


def _minutes(part: Part, *, short: bool) -> str:
    if short:
        return ngettext(
            "short version, about %(n)s minute", "short version, about %(n)s minutes", part.short_minutes
        ) % {"n": part.short_minutes}
    return ngettext("about %(n)s minute", "about %(n)s minutes", part.minutes) % {"n": part.minutes}


def _field(course: Any, module: Module, part: Part) -> str:
    """The place of the field that was written in last, if it is in this part."""
    name = courses.last_written(course, module.code)
    return f"#id_{name}" if name in {each.name for each in part.fields} else ""


def sheets_of(course: Any, module: str, language: str) -> list[Link]:
    """The worksheets that a module explains, to go on with when it has been read."""
    return [
        Link(each.title(language), reverse("participant:worksheet", args=[each.code]))
        for each in courses.content(course.release_id).worksheets
        if each.module == module
    ]


# Between steps --------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Between:
    """A pause on the way: what it is about, in a title and a sentence."""

    title: str
    text: str
    url: str = ""
    action: str = ""


def between(course: Any, way: courses.Way | None, protocol: Protocol) -> Between | None:
    """What to say when there is no step to go on with; None when there is one, or the programme was stopped.

    `way` is None as long as the programme has not opened.
    """
    if course is None or course.stopped_at is not None or protocol.programme is None:
        return None
    if course.opens_on > clock.today():
        opens = _("It opens on %(day)s. Nothing is needed from you before.") % {"day": long_day(course.opens_on)}
        return Between(_("Your programme"), opens)
    if way is None or way.next is not None:
        return None
    if way.is_held:
        return held()
    if any(step.status == courses.SENT for step in way.steps):
        days = protocol.programme.reply_within_working_days
        reply = ngettext(
            "You usually get a reply within %(n)s working day.", "You usually get a reply within %(n)s working days.", days
        ) % {"n": days}  # fmt: skip
        return Between(_("Your therapist has your homework"), reply)
    return Between(
        _("You have been through every step that is open"),
        _("Keep what helps you. You can read everything again whenever you like."),
        reverse("participant:programme"),
        _("See all steps"),
    )


def held() -> Between:
    """What to say while a therapist holds the next step: that it comes, and that nothing was done wrong."""
    return Between(
        _("Your next step opens a little later"),
        _("Your therapist would like to talk with you first. You have done nothing wrong, and your place is kept."),
        reverse("participant:thread", args=["therapist"]),
        _("Write to your therapist"),
    )


def paused(pause: Any) -> Between:
    """What to say during a planned pause: until when, and that nothing is asked."""
    until = _("You have agreed on a pause until %(day)s. Nothing is asked of you in the programme until then.") % {
        "day": long_day(pause.until_on)
    }
    kept = _("Your place is kept. You can open the programme whenever you like.")
    return Between(_("Your programme is on pause"), f"{until} {kept}")


# Practice -------------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class PracticeDay:
    """A day of which practice can be said, and what was said."""

    on: date
    name: str
    practised: bool


def practice(course: Any) -> list[PracticeDay]:
    """Today and the days before it, as far as the programme was open: what was done can be said later."""
    days = [day for day in dose.last_days() if day >= course.opens_on]
    said = dose.practised_days(course, days[-1]) if days else set()
    return [
        PracticeDay(day, _("Today") if n == 0 else date_format(day, "l"), day in said) for n, day in enumerate(days)
    ]


# All steps ------------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Weeks:
    """Steps that belong to the same weeks."""

    title: str
    tasks: list[Task]


_TONES: dict[str, Tone | None] = {
    courses.NOT_OPEN: None, courses.NOT_STARTED: "", courses.STARTED: "fjord", courses.SENT: "plum", courses.ANSWERED: "ok",
    courses.AGAIN: "fjord",
}  # fmt: skip


def status_words() -> dict[str, str]:
    """The word for where each step stands."""
    return {
        courses.NOT_OPEN: _("Not open yet"),
        courses.NOT_STARTED: _("Not started"),
        courses.STARTED: _("Started"),
        courses.SENT: _("Sent"),
        courses.ANSWERED: _("Answered"),
        courses.AGAIN: _("One part again"),
    }


def weeks(way: courses.Way, language: str, *, stopped: bool) -> list[Weeks]:
    """All steps, two weeks together; of a course that was stopped, only answers can be opened."""
    said = status_words()
    found: dict[int, list[Task]] = {}
    for step in way.steps:
        task = Task(
            title=step.module.title(language), url=_address(step, way, language, stopped=stopped), hint=_hint(step, language),
            status=said[step.status] if step in way.on_way else _("Left out for now"), tone=_TONES[step.status],
            number=step.module.number,
        )  # fmt: skip
        found.setdefault((step.module.week - 1) // WEEKS_TOGETHER, []).append(task)
    return [Weeks(_weeks(number), tasks) for number, tasks in sorted(found.items())]


def _weeks(number: int) -> str:
    first = number * WEEKS_TOGETHER + 1
    return _("Weeks %(first)s and %(second)s") % {"first": first, "second": first + 1}


def _address(step: courses.Step, way: courses.Way, language: str, *, stopped: bool) -> str:
    if not step.is_open or not step.module.written:
        return ""
    if step.status in {courses.ANSWERED, courses.AGAIN}:
        return reverse("participant:answer", args=[step.module.code])
    if stopped:
        return ""
    number = 1 if step.is_done else way.next_part(step, language)
    return reverse("participant:part", args=[step.module.code, number])


def _hint(step: courses.Step, language: str) -> str:
    if not step.module.written:
        return ""
    minutes = sum(part.minutes for part in step.module.parts(language))
    about = ngettext("about %(n)s minute", "about %(n)s minutes", minutes) % {"n": minutes}
    return f"{step.module.summary(language)} {about[:1].upper()}{about[1:]}."
