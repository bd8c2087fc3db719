"""A therapist's notes in a person's record: read, and written once and for all."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from stegvis.audit.errors import Refused
from stegvis.programme import actions
from stegvis.programme import queries as programme
from stegvis.web.access import for_role
from stegvis.web.forms import answer
from stegvis.web.therapist import gate, head
from stegvis.web.therapist.forms import NoteForm
from stegvis.web.therapist.gate import therapist

PER_PAGE = 20


@require_http_methods(["GET", "HEAD", "POST"])
@for_role("therapist")
def notes(request: HttpRequest, code: str) -> HttpResponse:
    """The notes, newest first, with a box for another."""
    person = gate.opened(request, code, kind="notes")
    form = NoteForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            actions.write_note(course=person.course, text=given["text"], key=given["key"], by=therapist(request))
            messages.success(request, _("The note is in the record."))
            return redirect("therapist:notes_of", code)
        except Refused as refused:
            form.add_error("text", str(refused))
    page = Paginator(programme.notes_of(person.course), PER_PAGE).get_page(request.GET.get("page"))
    return answer(
        request, "therapist/person_notes.html", form, {**head.around(request, person, "notes_of"), "notes": page}
    )
