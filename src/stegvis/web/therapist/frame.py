"""The therapist's frame: how many people need an answer stands in the rail, alerts only for whoever is on a rota."""

from dataclasses import replace

from django.http import HttpRequest
from django.utils.translation import ngettext

from stegvis.web import access, context
from stegvis.web.components.shell import Shell, shell_for
from stegvis.web.therapist import caseload


@shell_for("therapist")
def therapist(request: HttpRequest) -> Shell:
    """The frame of a therapist; without tabs until they have signed in completely."""
    if not access.is_signed_in(request):
        return context.frame(request)
    worklist = caseload.of(request)
    tabs = [tab for tab in context.tabs_of("therapist") if tab.key != "alerts" or worklist.on_rota]
    count = len(worklist.needs_you)
    label = ngettext("%(n)s person needs you", "%(n)s people need you", count) % {"n": count}
    counted = [replace(tab, count=count, count_label=label) if tab.key == "worklist" else tab for tab in tabs]
    return context.frame(request, counted)
