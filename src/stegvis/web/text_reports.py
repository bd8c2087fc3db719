"""Where the provider of text messages reports what became of one. No person comes here, and no browser.

What the address names is signed (`reminders.reports`); another address is nobody's, and nothing is kept of it. The answer
has no words that tell of a person. 204 ends the provider's tries, anything else makes it come again.
"""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from stegvis.audit.action import SYSTEM
from stegvis.people.acting import acting_as
from stegvis.reminders import actions, reports
from stegvis.reminders.errors import UnknownReport


@csrf_exempt
@require_POST
def text_report(request: HttpRequest, token: str) -> HttpResponse:
    """Take a report in: the form's `status`."""
    with acting_as(SYSTEM):
        sent = reports.message_of(token)
        if sent is None:
            raise Http404
        try:
            actions.report(sent=sent, status=request.POST.get("status", ""), by=SYSTEM)
        except UnknownReport as refused:
            return HttpResponse(f"{refused}\n", status=400, content_type="text/plain; charset=utf-8")
    return HttpResponse(status=204)
