"""Allocation lists: load one, see which are in use and roughly how many places are left. Never what a list says.

No number of places is shown: exact ones would help to guess where a block ends.
"""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from stegvis.allocation import actions as allocation
from stegvis.allocation import policies
from stegvis.allocation import queries as places
from stegvis.allocation.queries import Sequence, Supply
from stegvis.audit.errors import Refused
from stegvis.protocol import queries as protocols
from stegvis.web import access
from stegvis.web.access import for_role
from stegvis.web.administrator.forms import ListForm, ReasonForm
from stegvis.web.components import times
from stegvis.web.components.shapes import Cell, Fact
from stegvis.web.coordinator.words import stratum_name
from stegvis.web.forms import answer


@require_http_methods(["GET", "HEAD", "POST"])
@for_role("administrator")
def all_lists(request: HttpRequest) -> HttpResponse:
    """The lists that were loaded, what is left in each stratum, and the form to load another."""
    if request.method != "POST":
        return answer(request, "administrator/lists.html", ListForm(), _around(request))
    form = ListForm(request.POST, request.FILES)
    if form.is_valid():
        given = form.cleaned_data
        try:
            loaded = allocation.load_sequence(
                csv_text=given["file"], seed_kind=given["seed_kind"], expected_sha256=given["sha256"] or None,
                live=settings.LIVE, reserve=given["purpose"] == "reserve", by=access.actor(request),
            )  # fmt: skip
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            said = _("The list is sealed. Now remove the file from this computer: whoever reads it knows what comes.")
            messages.success(request, f"{said} SHA-256 {loaded.sha256}")
            return redirect("administrator:lists")
    return answer(request, "administrator/lists.html", form, _around(request))


def _around(request: HttpRequest) -> dict[str, object]:
    policies.check_can_see_supply(access.actor(request))
    return {
        "head": [_("List"), _("Loaded"), _("Places"), _("Seed"), _("State")],
        "rows": [_row(each) for each in places.sequences()],
        "hashes": [_hash(each) for each in places.sequences()],
        "supply_head": [_("Stratum"), _("Places left")],
        "supply": [(name, _words(left)) for name, left in _places_left()],
    }


def _places_left() -> list[tuple[str, Supply]]:
    if not protocols.is_loaded():
        return []
    protocol = protocols.current()
    return [(stratum_name(protocol, each), left) for each, left in places.places_left(protocol.lists_strata).items()]


def _row(sequence: Sequence) -> tuple[object, ...]:
    is_aside = hasattr(sequence, "setting_aside")
    used = _("Reserve") if sequence.is_reserve else _("In use")
    return (
        str(sequence.number),
        times.moment(sequence.loaded_at),
        sequence.n_places,
        _("from the system") if sequence.seed_kind == "entropy" else Cell(_("typed"), tone="warn"),
        Cell(_("Set aside"), tone="") if is_aside else Cell(used, tone="ok"),
    )


def _hash(sequence: Sequence) -> Fact:
    """The hash whole, to compare, and the way to set the list aside while it is in use."""
    is_aside = hasattr(sequence, "setting_aside")
    return Fact(
        _("SHA-256 of list %(number)s") % {"number": sequence.number},
        sequence.sha256,
        "" if is_aside else reverse("administrator:set_aside", args=[sequence.number]),
        _("Set it aside"),
    )


def _words(supply: Supply) -> Cell:
    return {
        Supply.ENOUGH: Cell(_("Enough"), tone="ok"),
        Supply.FEW: Cell(_("Few: ask for another list"), tone="warn"),
        Supply.NONE: Cell(_("None: nobody can be randomised"), tone="bad"),
    }[supply]


@require_http_methods(["GET", "HEAD", "POST"])
@for_role("administrator")
def set_aside(request: HttpRequest, number: int) -> HttpResponse:
    """Give no more places of a list, because it may have become known."""
    sequence = (places.in_use() | places.reserves()).filter(number=number).first()
    if sequence is None:
        raise Http404
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        allocation.set_aside_sequence(sequence=sequence, reason=form.cleaned_data["reason"], by=access.actor(request))
        messages.success(request, _("List %(number)s is set aside.") % {"number": number})
        return redirect("administrator:lists")
    context = {
        "shell_template": "shell_staff.html",
        "title": _("Set list %(number)s aside?") % {"number": number},
        "text": _(
            "No more places are given from it. What was allocated stands. Load another list, or nobody is randomised."
        ),
        "confirm": _("Set it aside"),
        "cancel_url": reverse("administrator:lists"),
        "tone": "bad",
    }
    return answer(request, "confirm.html", form, context)
