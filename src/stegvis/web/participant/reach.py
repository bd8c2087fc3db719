"""How the clinic reaches a participant when something is wrong: number, where they live, who is close. All of it optional."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from stegvis.people import actions, queries
from stegvis.people.queries import REACHED_BY, Participant
from stegvis.web import access
from stegvis.web.forms import answer
from stegvis.web.participant.gate import always_open
from stegvis.web.reaching import ReachForm


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@always_open
def reach(request: HttpRequest, person: Participant) -> HttpResponse:
    """Fill it in or change it; to save it is to say that it is right today."""
    identity = queries.identity_of(person)
    form = ReachForm(request.POST if request.method == "POST" else None, initial=ReachForm.of(identity))
    if form.is_valid():
        actions.keep_reach(participant=person, **form.cleaned_data, verified=REACHED_BY, by=access.actor(request))
        messages.success(request, _("Saved. Thank you."))
        return redirect("participant:more")
    return answer(
        request, "participant/reach.html", form, {"phone": identity.phone if identity else "", "site": person.site}
    )
