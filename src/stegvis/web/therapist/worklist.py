"""The worklist: who needs the therapist, for whom one waits, the whole caseload; and what the last weeks were like."""

from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from stegvis.audit import clock
from stegvis.people import queries as people
from stegvis.programme import queries as programme
from stegvis.web import context
from stegvis.web.access import for_role
from stegvis.web.components.shapes import Link, WorklistRow
from stegvis.web.therapist import caseload, taking_over, words
from stegvis.web.therapist.caseload import Row, Worklist
from stegvis.web.therapist.gate import therapist

PER_PAGE = 50
LOOKED_BACK = timedelta(weeks=4)
SHOWN = ("needs", "waiting", "all")


@require_safe
@for_role("therapist")
def worklist(request: HttpRequest) -> HttpResponse:
    """Everybody who needs something, or another part of the caseload (`?show=waiting`, `?show=all`)."""
    found = caseload.of(request)
    shown = request.GET.get("show", "needs")
    listed = list_of(request, found, shown if shown in SHOWN else "needs")
    left = taking_over.left_alone(request).count()
    me = therapist(request)
    away = {"covers": people.covers_today(me), "covered_by": people.covered_today(me)}
    shown_beside = {"replies": replies(request, found), "left": left, **taking_back(request)}
    return render(request, "therapist/worklist.html", {**listed, **shown_beside, **away})


def list_of(request: HttpRequest, found: Worklist, shown: str = "needs", current: str = "") -> dict[str, Any]:
    """What the list beside every person's page shows; `current` is the code of whoever is open."""
    rows = {"needs": found.needs_you, "waiting": found.waiting, "all": found.everyone}
    number = request.GET.get("page", "1") if not current else _page_of(rows[shown], current)
    page = Paginator(rows[shown], PER_PAGE).get_page(number)
    return {
        "shown": shown,
        "today": found.aims.today,
        "reply_days": found.aims.reply_days,
        "next_check": found.aims.workdays.next_after(found.aims.today),
        "filters": _filters(found, shown),
        "page": page,
        "rows": [_line(row, found, current) for row in page],
    }


def url_of(row: Row) -> str:
    """The page on which one sees to what a person needs."""
    need = row.for_therapist
    pages = {"message": "messages", "welcome": "messages", "week_two": "messages", "quiet": "messages"}
    pages |= {"held": "pace", "start": "contacts", "closing": "contacts"}
    return reverse(f"therapist:{pages.get(need.kind, 'homework') if need else 'homework'}", args=[row.person.code])


def _page_of(rows: tuple[Row, ...], code: str) -> int:
    place = next((n for n, row in enumerate(rows) if row.person.code == code), 0)
    return place // PER_PAGE + 1


def _filters(found: Worklist, shown: str) -> list[Link]:
    address = reverse("therapist:worklist")
    parts = (
        ("needs", _("Needs you"), found.needs_you, address),
        ("waiting", _("Waiting"), found.waiting, f"{address}?show=waiting"),
        ("all", _("All"), found.everyone, f"{address}?show=all"),
    )
    return [Link(label, url, current=key == shown, count=len(rows)) for key, label, rows, url in parts]


def _line(row: Row, found: Worklist, current: str) -> WorklistRow:
    """A person as a line: the most pressing need first, the others after it; or where they stand."""
    today, first = found.aims.today, row.needs[0] if row.needs else None
    return WorklistRow(
        code=row.person.code,
        what=" · ".join([*_needed(row, today), *filter(None, [words.covered(row.person)])]),
        wait=words.wait(first, found.aims) if first else words.last_use(row.person, today),
        url=url_of(row) if row.for_therapist else alert_url(row, found) or url_of(row),
        use=caseload.use_of(row.person, today),
        alarm=first is not None and first.kind == "safety",
        late=first is not None and first.kind != "safety" and first.is_late(today),
        current=row.person.code == current,
    )


def _needed(row: Row, today: date) -> list[str]:
    """What a person needs, or where they stand who need nothing."""
    return [words.what(need, row.person, today) for need in row.needs] or [words.place(row.person, today)]


def alert_url(row: Row, found: Worklist) -> str:
    """The open alert of a person, for whoever is on the rota; nothing for everybody else."""
    if not found.on_rota or row.person.alert is None:
        return ""
    return context.page_or_nothing("coordinator:alert", row.person.alert.pk)


def taking_back(request: HttpRequest) -> dict[str, Any]:
    """The reply that can still be taken back, and for how many seconds."""
    found = programme.to_take_back(therapist(request))
    if found is None:
        return {"take_back": None}
    left = found.sent_at + programme.TAKEN_BACK_WITHIN - clock.now()
    return {"take_back": found, "take_back_seconds": max(int(left.total_seconds()), 1)}


@dataclass(frozen=True)
class Replies:
    """How a therapist's answers came in the last weeks: how many, how long people waited, how many within the aim."""

    count: int
    hours: float
    in_time: int


def replies(request: HttpRequest, found: Worklist) -> Replies | None:
    """The answers to homework of the last four weeks; None when there were none. One query."""
    sent = programme.replies_of(therapist(request), clock.now() - LOOKED_BACK)
    if not sent:
        return None
    hours = median((answered - came).total_seconds() / 3600 for came, answered in sent)
    aims = found.aims
    in_time = sum(
        clock.local(answered).date() <= aims.workdays.after(clock.local(came).date(), aims.reply_days)
        for came, answered in sent
    )
    return Replies(len(sent), hours, in_time)
