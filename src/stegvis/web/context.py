"""What every template is given: the frame around the page (`shell`), and which of the shells a shared page extends.

`TABS` says which tabs each role has; a tab whose page does not exist is left out, so a wing may grow page by page. You are
probably here to add a tab: give its role a line. A wing that counts what waits behind a tab registers a frame of its own
with `shell_for` and builds it with `frame(request, tabs)`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise, SimpleLazyObject
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from stegvis.messaging import queries as messages
from stegvis.people import queries as people
from stegvis.programme import queries as programme
from stegvis.protocol import queries as protocols
from stegvis.trial import today
from stegvis.web import access
from stegvis.web.components import shell
from stegvis.web.components.shell import SIGNED_OUT, Reading, Shell, Tab, shell_for

READING_COOKIE = "stegvis-reading"
"""How this device shows pages: theme, letters and size with dots between; a device's matter, so not on the account."""


@dataclass(frozen=True)
class Place:
    """A tab before it is known whether its page exists."""

    key: str
    label: str | Promise
    page: str
    icon: str
    gap: bool = False


TABS: dict[str, tuple[Place, ...]] = {
    "participant": (
        Place("today", _("Today"), "participant:today", "today"),
        Place("programme", _("Programme"), "participant:programme", "steps"),
        Place("activity", _("Activity"), "participant:activity", "move"),
        Place("messages", _("Messages"), "participant:messages", "message"),
        Place("more", _("More"), "participant:more", "more"),
    ),
    "therapist": (
        Place("worklist", _("Worklist"), "therapist:worklist", "list"),
        Place("programme", _("Programme"), "therapist:programme", "steps"),
        Place("time", _("Time"), "therapist:time", "clock"),
        Place("alerts", _("Alerts"), "coordinator:alerts", "alert"),
    ),
    "physiotherapist": (
        Place("visits", _("Visits"), "physiotherapist:visits", "calendar"),
        Place("participants", _("Participants"), "physiotherapist:participants", "people"),
        Place("messages", _("Messages"), "physiotherapist:messages", "message"),
        Place("alerts", _("Alerts"), "coordinator:alerts", "alert"),
        Place("events", _("Events"), "coordinator:events", "heart"),
        Place("queries", _("Data queries"), "monitoring:queries", "flag"),
    ),
    "coordinator": (
        Place("overview", _("Overview"), "coordinator:overview", "chart"),
        Place("screening", _("Screening"), "coordinator:screening", "search"),
        Place("participants", _("Participants"), "coordinator:participants", "people"),
        Place("schedule", _("Schedule"), "coordinator:schedule", "calendar"),
        Place("calls", _("Calls"), "coordinator:calls", "phone"),
        Place("messages", _("Messages"), "coordinator:messages", "message"),
        Place("alerts", _("Alerts"), "coordinator:alerts", "alert"),
        Place("events", _("Events"), "coordinator:events", "heart"),
        Place("queries", _("Data queries"), "monitoring:queries", "flag"),
        Place("monitoring", _("Monitoring"), "monitoring:monitoring", "eye"),
        Place("sites", _("Sites and rota"), "coordinator:sites", "pin", gap=True),
    ),
    "outcome_assessor": (
        Place("calls", _("Calls"), "assessor:calls", "phone"),
        Place("events", _("Events"), "assessor:events", "heart"),
        Place("paper", _("On paper"), "assessor:paper", "clip"),
        Place("corrections", _("Corrections"), "assessor:corrections", "edit"),
        Place("queries", _("Data queries"), "monitoring:queries", "flag"),
    ),
    "data_manager": (
        Place("data", _("Data and report"), "statistician:home", "table"),
        Place("queries", _("Data queries"), "monitoring:queries", "flag"),
        Place("monitoring", _("Monitoring"), "monitoring:monitoring", "eye"),
        Place("corrections", _("Corrections"), "assessor:corrections", "edit"),
    ),
    "statistician": (
        Place("data", _("Data and report"), "statistician:home", "table"),
        Place("monitoring", _("Monitoring"), "monitoring:monitoring", "eye"),
    ),
    "committee": (Place("closed", _("Closed report"), "statistician:closed", "chart"),),
    "administrator": (
        Place("state", _("The installation"), "administrator:state", "chart"),
        Place("staff", _("Staff"), "administrator:staff", "people"),
        Place("sites", _("Sites and rota"), "administrator:sites", "pin"),
        Place("lists", _("Allocation lists"), "administrator:lists", "shuffle"),
        Place("record", _("Record"), "administrator:record", "history"),
        Place("retention", _("How long data are kept"), "statistician:retention", "clock"),
    ),
}


def around(request: HttpRequest) -> dict[str, Any]:
    """The context processor.

    `programme_unreviewed` is for pages that show the programme's words, `words_scanned` for those on which participants
    write or are read, `harms_kept` for those that lead to adverse events; each is asked only there.
    """
    half_way = not access.is_signed_in(request)
    return {
        **shell.around(request),
        "shell_template": "shell_plain.html" if half_way else shell.template_for(request),
        "programme_unreviewed": SimpleLazyObject(_programme_unreviewed),
        "words_scanned": SimpleLazyObject(_words_scanned),
        "harms_kept": SimpleLazyObject(_harms_kept),
    }


def _words_scanned() -> bool:
    """Whether the trial looks for words in what participants send."""
    return protocols.is_loaded() and protocols.current().safety.is_scanning


def _harms_kept() -> bool:
    """Whether the trial keeps adverse events, so that there are pages about them."""
    return protocols.is_loaded() and protocols.current().adverse_events is not None


def frame(request: HttpRequest, tabs: Sequence[Tab] | None = None) -> Shell:
    """The frame of whoever has signed in, with these tabs or those of their role; without any until they fully have."""
    account = request.user
    if not access.is_signed_in(request):
        return replace(_signed_out(request), sign_in_url="", sign_out_url=reverse("public:sign_out"))
    role = account.role  # type: ignore[union-attr]
    places = people.sites_of(account) if role != "participant" else []  # type: ignore[arg-type]
    return replace(
        _signed_out(request),
        tabs=tuple(tabs_of(role) if tabs is None else tabs),
        home_url=home_of(role),
        person=account.name if role != "participant" else "",  # type: ignore[union-attr]
        role=str(account.get_role_display()).capitalize(),  # type: ignore[union-attr]
        site=", ".join(site.name for site in places),
        settings_url=reverse("public:settings"),
        sign_in_url="",
        sign_out_url=reverse("public:sign_out"),
        keep_url=reverse("public:keep"),
    )


def tabs_of(role: str) -> tuple[Tab, ...]:
    """The tabs of a role whose pages exist in this trial."""
    places = [place for place in TABS.get(role, ()) if place.key != "events" or _harms_kept()]
    found = [(place, page_or_nothing(place.page)) for place in places]
    return tuple(Tab(place.key, str(place.label), url, place.icon, gap=place.gap) for place, url in found if url)


def home_of(role: str) -> str:
    """Where a role begins: its first tab, or a plain page as long as it has none."""
    tabs = tabs_of(role)
    return tabs[0].url if tabs else reverse("public:home")


def page_or_nothing(name: str, *args: object) -> str:
    """The address of a page, or nothing when this installation does not have it."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def reading_of(request: HttpRequest) -> Reading:
    """How this device shows pages; unknown values are left out where they are used."""
    theme, letters, size = (*request.COOKIES.get(READING_COOKIE, "").split("."), "", "", "")[:3]
    return Reading(theme=theme, letters=letters, size=size)


@shell_for(SIGNED_OUT)
def _signed_out(request: HttpRequest) -> Shell:
    return Shell(
        home_url=reverse("public:start"),
        help_url=reverse("public:help"),
        sign_in_url=reverse("public:sign_in"),
        reading=reading_of(request),
        demonstration_url=page_or_nothing("demonstration:demonstration"),
    )


@shell_for(
    "therapist",
    "physiotherapist",
    "coordinator",
    "outcome_assessor",
    "data_manager",
    "statistician",
    "committee",
    "administrator",
)
def _staff(request: HttpRequest) -> Shell:
    return frame(request)


@shell_for("participant")
def _participant(request: HttpRequest) -> Shell:
    """The tab of the programme is there only for someone whose programme has opened; nothing else on a page may tell."""
    participant = access.own_or_none(request)
    tabs = tabs_of("participant")
    if participant is None or not today.has_programme(participant):
        tabs = tuple(tab for tab in tabs if tab.key != "programme")
    unread = sum(messages.unread_of(participant).values()) if participant else 0
    return frame(request, [replace(tab, count=unread) if tab.key == "messages" else tab for tab in tabs])


def _programme_unreviewed() -> bool:
    newest = programme.newest_release()
    return newest is not None and not programme.is_reviewed(newest.pk, get_language() or "")
