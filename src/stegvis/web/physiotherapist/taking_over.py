"""Taking over: a physiotherapist meets a person in a colleague's place; the person is told who it is."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from stegvis.audit.errors import Refused
from stegvis.people import queries as people
from stegvis.trial import actions as trial
from stegvis.web.access import for_role
from stegvis.web.forms import answer
from stegvis.web.physiotherapist import frame
from stegvis.web.physiotherapist.visit_forms import TakeOverForm
from stegvis.web.physiotherapist.visits import ROLE


@for_role(ROLE)
@require_http_methods(["GET", "POST"])
def take_over(request: HttpRequest) -> HttpResponse:
    """By the code that the colleague gives; a code of another site is answered as one that does not exist."""
    form = TakeOverForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        participant = people.participant_by_code(form.cleaned_data["code"].strip().upper())
        if participant is None or participant.site_id not in request.acting.sites:  # type: ignore[attr-defined]
            form.add_error(
                "code", _("No one at your sites has this code. Ask your colleague for it, for example AL-001.")
            )
        else:
            try:
                trial.take_over(participant=participant, by=frame.me(request))
                messages.success(request, _("You meet this person from now on. A letter tells them so."))
                return redirect("physiotherapist:person", participant.code)
            except Refused as refused:
                form.add_error(None, str(refused))
    return answer(request, "physiotherapist/take_over.html", form, {})
