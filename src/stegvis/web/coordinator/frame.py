"""The coordinator's frame: its tabs with what waits behind them."""

from dataclasses import replace

from django.http import HttpRequest

from stegvis.messaging import queries as messaging
from stegvis.safety import queries as safety
from stegvis.safety.harms import queries as harms
from stegvis.web import access, context
from stegvis.web.components.shell import Shell, shell_for
from stegvis.web.coordinator import gate


@shell_for("coordinator")
def coordinator_frame(request: HttpRequest) -> Shell:
    """Alerts on the own rota, people who wrote to the study, and serious events that nobody outside has been told of."""
    if not access.is_signed_in(request):
        return context.frame(request)
    watched = gate.watched_sites(request)
    waiting = {
        "messages": messaging.unread_for(access.actor(request)),
        "alerts": safety.open_alerts(watched).count() if watched else 0,
        "events": harms.to_tell(harms.at_sites(gate.sites(request))).count() if harms.rules() else 0,
    }
    tabs = [replace(tab, count=waiting.get(tab.key, 0)) for tab in context.tabs_of("coordinator")]
    return context.frame(request, tabs)
