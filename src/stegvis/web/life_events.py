"""What holds everything back for a person, as one sentence for every page on which somebody might write or call."""

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from stegvis.people.life import queries as life
from stegvis.people.queries import Participant
from stegvis.web.components.times import full_day


def said(participant: Participant) -> str:
    """Since when which life event is open; nothing when none is."""
    event = life.event_now(participant)
    if event is None:
        return ""
    what = capfirst(str(event.get_kind_display()))
    return _("%(what)s, since %(day)s. No letters go out and nobody is asked to call.") % {
        "what": what, "day": full_day(event.since),
    }  # fmt: skip
