"""Contacts: the conversations with a person, each kept with a form: start call, waiting weeks, support, closing.

What is found stays with therapists; a risk goes to the safety rota at once. The page asks for the conversation that is due.
"""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from stegvis.audit.errors import Refused
from stegvis.audit.reading import record_reading
from stegvis.people import queries as people
from stegvis.programme import arrangements
from stegvis.programme.arrangements import ContactKind
from stegvis.trial import actions as trial
from stegvis.web.access import for_role
from stegvis.web.components.shapes import Link
from stegvis.web.components.times import short_day
from stegvis.web.forms import answer, posted
from stegvis.web.therapist import gate, head
from stegvis.web.therapist.forms import EXHAUSTION, FINDINGS, RISK, SUITABILITY, TIME, ContactForm, StartForm
from stegvis.web.therapist.gate import Person, therapist

_SAID = {"suitability": SUITABILITY, "exhaustion": EXHAUSTION, "time": TIME, "risk": RISK}


@require_http_methods(["GET", "HEAD", "POST"])
@for_role("therapist")
def contacts(request: HttpRequest, code: str) -> HttpResponse:
    """Keep a conversation of the kind in the address (`?kind=start`), or of the kind that is due; and read them all."""
    person = gate.opened(request, code, kind="contacts")
    kind = _kind(request, person)
    form = (StartForm if kind == ContactKind.START else ContactForm)(posted(request)[0])
    if form.is_valid():
        try:
            _keep(request, person, kind, form)
            return redirect("therapist:contacts", code)
        except Refused as refused:
            form.add_error(None, str(refused))
    context = {
        **head.around(request, person, "contacts"),
        "kind_title": capfirst(str(ContactKind(kind).label)),
        "kinds": _kinds(person, kind),
        "contact": _identity(request, person),
        "contacts_head": (_("Day"), _("What"), _("How"), _("What came of it"), _("What was found"), _("By")),
        "contacts": [_row(each) for each in arrangements.contacts_of(person.course)],
    }
    return answer(request, "therapist/contacts.html", form, context)


def _kind(request: HttpRequest, person: Person) -> str:
    """The kind asked for, or the one that is next."""
    asked = request.GET.get("kind", "")
    if asked in ContactKind.values:
        return asked
    arranged, today = person.standing.arranged, person.worklist.aims.today
    settled = arranged.settled if arranged else frozenset()
    if ContactKind.START not in settled:
        return ContactKind.START
    if person.standing.days_open(today) < 0:
        return ContactKind.WAITING
    return ContactKind.SUPPORT if person.standing.is_under_way(today) else ContactKind.CLOSING


def _kinds(person: Person, current: str) -> list[Link]:
    here = reverse("therapist:contacts", args=[person.standing.code])
    return [Link(capfirst(str(label)), f"{here}?kind={kind}", kind == current) for kind, label in ContactKind.choices]


def _keep(request: HttpRequest, person: Person, kind: str, form: ContactForm) -> None:
    """Keep it, tell the rota of a risk, and say what may follow from it."""
    given = dict(form.cleaned_data)
    for name in FINDINGS:
        given.pop(name, None)
    found = form.found()
    with transaction.atomic():
        trial.keep_contact(course=person.course, kind=kind, found=found, by=therapist(request), **given)
    messages.success(request, _("The conversation is kept."))
    if found.get("risk") == "risk":
        messages.success(request, _("The safety rota has been told."))
    if found.get("exhaustion") == "marked":
        messages.info(request, _("Marked exhaustion: the slow track may suit better. It is under Pace."))


def _identity(request: HttpRequest, person: Person) -> Any:
    """Name and number, on request (`?call=1`), with a line in the record."""
    if request.method == "POST" or not request.GET.get("call"):
        return None
    record_reading(participant_code=person.standing.code, kind="identity", by=therapist(request))
    return people.identity_of(person.participant)


def _row(each: Any) -> list[object]:
    found = arrangements.found_in(each)
    said = [_label(name, found[name]) for name in FINDINGS if name in found]
    words = [each.words] if each.words else []
    return [
        short_day(each.held_on), capfirst(str(each.get_kind_display())), str(each.get_mode_display()),
        str(each.get_outcome_display()), " · ".join([*said, *words]), each.account.code,
    ]  # fmt: skip


def _label(name: str, value: str) -> str:
    """Exhaustion: marked."""
    titles = {
        "suitability": _("Suits"), "exhaustion": _("Exhaustion"), "time": _("Time"), "risk": _("Risk"),
    }  # fmt: skip
    label = str(dict(_SAID[name]).get(value, value))
    return _("%(what)s: %(found)s") % {"what": titles[name], "found": label[:1].lower() + label[1:]}
