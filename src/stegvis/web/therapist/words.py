"""What the worklist and a person's head say, in a few words: what is needed, since when, by when, where they stand."""

from datetime import date, timedelta

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from stegvis.audit import clock
from stegvis.methods.programme.content import Module, Programme
from stegvis.web.components.times import short_day
from stegvis.web.therapist.needs import USE_DAYS, Aims, Need, Standing

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)


def reading_language(programme: Programme) -> str:
    """The language in which the therapist reads the programme's words."""
    chosen = get_language() or ""
    return chosen if chosen in programme.languages else programme.languages[0]


def step(module: Module, programme: Programme) -> str:
    """step 5, Worry time"""
    title = module.title(reading_language(programme))
    return _("step %(number)s, %(title)s") % {"number": module.number, "title": title}


def what(need: Need, person: Standing, today: date) -> str:
    """What one need is, as a line of the worklist."""
    if need.kind == "homework":
        first = person.homework[0]
        said = _("Homework, sent again: %(step)s") if first.round > 1 else _("Homework: %(step)s")
        return said % {"step": step(person.programme.module(first.module), person.programme)}
    if need.kind == "message":
        unread = person.message.unread if person.message else 0
        return (
            ngettext("%(n)s new message", "%(n)s new messages", unread) % {"n": unread}
            if unread
            else (_("A message waits for an answer"))
        )
    if need.kind == "safety":
        return _("Safety alert: the rota has it") if person.alert.acknowledged else _("Safety alert: the rota is told")
    if need.kind == "start":
        return _("Start call: not held yet")
    if need.kind == "closing":
        return _("Closing conversation: not held yet")
    if need.kind == "held":
        return _("The next step is held: look again")
    if need.kind == "welcome":
        return _("Welcome: the programme is open, nothing written yet")
    if need.kind == "week_two":
        return _("Week 2: still at the first step. A call may help.")
    return quiet(person, today)


def covered(person: Standing) -> str:
    """For TH-02: whose person this is, where the therapist covers; nothing for one's own."""
    return _("for %(code)s") % {"code": person.covered_for} if person.covered_for else ""


def quiet(person: Standing, today: date) -> str:
    """Quiet for 9 days, step 3. A call may help."""
    days = person.quiet_days(today)
    said = (
        _("Quiet for %(n)s days or more")
        if days == USE_DAYS
        else ngettext("Quiet for %(n)s day", "Quiet for %(n)s days", days)
    ) % {"n": days}
    number = person.step.number if person.step else 0
    return _("%(quiet)s, step %(number)s. A call may help.") % {"quiet": said, "number": number}


def wait(need: Need, aims: Aims) -> str:
    """How long it has waited, beside the aim: 1 d 18 h, due today. What came up by itself says its day only."""
    if need.kind == "safety":
        return elapsed(clock.now() - need.since)
    if need.kind in {"homework", "message"}:
        return f"{elapsed(clock.now() - need.since)}, {due(need.due, aims.today)}"
    return due(need.due, aims.today)


def due(day: date, today: date) -> str:
    """due today; due 17 Nov; was due 10 Nov."""
    if day == today:
        return _("due today")
    return (_("was due %(day)s") if day < today else _("due %(day)s")) % {"day": short_day(day)}


def elapsed(time: timedelta) -> str:
    """34 min; 22 h; 1 d 18 h; from a week on whole days."""
    if time < _HOUR:
        return _("%(n)s min") % {"n": max(int(time / timedelta(minutes=1)), 0)}
    if time < _DAY:
        return _("%(n)s h") % {"n": int(time / _HOUR)}
    if time < 7 * _DAY:
        return _("%(days)s d %(hours)s h") % {"days": time.days, "hours": time.seconds // 3600}
    return _("%(n)s d") % {"n": time.days}


def place(person: Standing, today: date) -> str:
    """Where somebody stands who needs nothing: at which step, or why there is none."""
    if person.course.stopped_at is not None:
        return _("The programme was stopped")
    if person.days_open(today) < 0:
        return _("Opens %(day)s") % {"day": short_day(person.course.opens_on)}
    if person.step is None:
        return _("Every step is done")
    return _capital(step(person.step, person.programme))


def last_use(person: Standing, today: date) -> str:
    """When somebody was last seen in the programme: used today; used 10 Nov; nothing when that is long ago."""
    if not person.used:
        return ""
    day = max(person.used)
    return _("used today") if day == today else _("used %(day)s") % {"day": short_day(day)}


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
