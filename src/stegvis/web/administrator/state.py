"""The state of the installation: which protocol and programme, whether the worker works, what hinders going live."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import get_language, get_language_info, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from stegvis.allocation import queries as allocation
from stegvis.allocation.queries import Supply
from stegvis.audit import clock
from stegvis.audit import queries as audit
from stegvis.audit.action import SYSTEM
from stegvis.audit.mark import is_restored_copy
from stegvis.people.acting import acting_as
from stegvis.programme import queries as programme
from stegvis.protocol import queries as protocols
from stegvis.reminders import queries as letters
from stegvis.trial import readiness
from stegvis.web.access import for_role
from stegvis.web.administrator import handing_over, releases
from stegvis.web.components import times
from stegvis.web.components.shapes import Fact, Gate
from stegvis.web.coordinator.words import stratum_name

_WORKER_QUIET = timedelta(minutes=2)


@require_safe
@for_role("administrator")
def state(request: HttpRequest) -> HttpResponse:
    """Everything at a glance; nothing of it concerns a participant."""
    return render(
        request, "administrator/state.html",
        {
            "protocol": _protocol(), "programme": _programme(), "working": _working(),
            "is_live": protocols.is_live(), "hindrances": readiness.hindrances(),
        },
    )  # fmt: skip


def _protocol() -> list[Fact]:
    if not protocols.is_loaded():
        return [Fact(_("Protocol"), _("None is loaded. Load the trial's folder: stegvis study load DIR"))]
    version, protocol = protocols.version(), protocols.current()
    return [
        Fact(_("Trial"), capfirst(protocol.trial.short_title.in_language(get_language() or ""))),
        Fact(_("Version"), protocol.version.label),
        Fact(_("In force from"), times.full_day(version.effective_from)),
        Fact(_("Loaded"), times.moment(version.loaded_at)),
        Fact("SHA-256", version.sha256),
    ]


def _programme() -> list[Fact]:
    """The newest release, and who has signed it in which language."""
    release = programme.newest_release()
    if release is None:
        return [Fact(_("Programme"), _("None is published."))]
    signed = [
        Fact(
            _("Reviewed in %(language)s") % {"language": get_language_info(code)["name_translated"]},
            releases.signatures(release.pk, code),
        )
        for code in _languages()
    ]
    return [Fact(_("Published"), times.moment(release.published_at)), *signed, Fact("SHA-256", release.sha256)]


def _languages() -> tuple[str, ...]:
    return protocols.current().trial.languages if protocols.is_loaded() else ()


@dataclass(frozen=True)
class Hanging:
    """Messages that could not be written, or of which it is not known whether they went out."""

    count: int
    oldest: datetime | None


def _working() -> list[Gate]:
    """Worker and messages as conditions that are met or not."""
    seen, hanging = audit.worker_seen(), _hanging()
    well = seen is not None and clock.wall() - seen < _WORKER_QUIET
    return [
        *_copy(),
        Gate(_("The worker sends what is due"), well, _seen_in_words(seen)),
        Gate(_("No message left hanging"), hanging.count == 0, _hanging_in_words(hanging)),
        *_places(),
        *_with_nobody(),
        Gate(_("Version of the program"), True, settings.CODE_COMMIT),
    ]


def _copy() -> list[Gate]:
    """In a restored copy what must be known before all else; in any other installation nothing."""
    if not is_restored_copy():
        return []
    said = _(
        "A restored copy sends nothing, and only administrators come in. If the other installation is gone: stegvis take-over"
    )
    return [Gate(_("This is the live installation"), False, said)]


def _places() -> list[Gate]:
    """Strata that have run out, or soon will; nothing before a protocol is loaded."""
    if not protocols.is_loaded():
        return []
    protocol = protocols.current()
    left = allocation.places_left(protocol.lists_strata)
    none, few = (
        [stratum_name(protocol, stratum) for stratum, supply in left.items() if supply == kind]
        for kind in (Supply.NONE, Supply.FEW)
    )
    label, page = _("Places to randomise in every stratum"), reverse("administrator:lists")
    if none:
        said = _("No place left in %(strata)s: nobody can be randomised there.") % {"strata": ", ".join(none)}
        return [Gate(label, False, said, page, _("Load a list"))]
    if few:
        said = _("Few places left in %(strata)s: ask for a further list.") % {"strata": ", ".join(few)}
        return [Gate(label, False, said, page, _("Load a list"))]
    return [Gate(label, True)]


def _with_nobody() -> list[Gate]:
    """Caseloads of closed accounts and of people who moved, each a condition that is not met; or one that is."""
    label = _("Every participant's clinician works here")
    left = handing_over.left_behind()
    return [
        Gate(
            label, False, f"{each.clinician.code}, {handing_over.in_words(each)}",
            reverse("administrator:hand_over", args=[each.clinician.code]), _("Hand over"),
        )
        for each in left
    ] or [Gate(label, True)]  # fmt: skip


def _seen_in_words(seen: datetime | None) -> str:
    if seen is None:
        return _("No worker is running, so no letter goes out. Start it: stegvis worker")
    return _("Last seen %(when)s, by the real clock.") % {"when": times.short_day_and_time(seen)}


def _hanging() -> Hanging:
    with acting_as(SYSTEM):
        rows = letters.left_hanging()
        first = rows.first()
        return Hanging(rows.count(), first.state_since if first else None)


def _hanging_in_words(hanging: Hanging) -> str:
    if hanging.oldest is None:
        return _("Every letter that was begun was handed over.")
    since = times.short_day_and_time(hanging.oldest)
    said = ngettext(
        "%(n)s letter needs you, since %(since)s: it could not be written, did not reach a member of staff, or it is not "
        "known whether it went out. Look in the log.",
        "%(n)s letters need you, the first since %(since)s: they could not be written, did not reach a member of staff, or it "
        "is not known whether they went out. Look in the log.",
        hanging.count,
    )
    return said % {"n": hanging.count, "since": since}
