"""Checked at every contact: whoever talks with a person keeps in one tap that number, address and somebody close are right."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from stegvis.audit.errors import Refused
from stegvis.people import actions
from stegvis.web import access
from stegvis.web.access import at_own_site, for_role

on_site = for_role("coordinator", "physiotherapist", "therapist", "outcome_assessor")


@require_POST
@on_site
def checked(request: HttpRequest, code: str) -> HttpResponse:
    """What is kept is right today, as the person says; back to the page on which it was tapped."""
    participant = at_own_site(request, code, kind="contact")
    try:
        actions.confirm_reach(participant=participant, by=access.actor(request))
        messages.success(request, _("Kept: checked with the person today."))
    except Refused as refused:
        messages.warning(request, str(refused))
    return redirect(access.own_address(request.POST.get("next", "")) or reverse("public:home"))
