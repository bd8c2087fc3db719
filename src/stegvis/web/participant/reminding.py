"""How a participant wants to be reminded of the programme: by which way, at which hour, and when not. 404 without a course."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from stegvis.audit import clock
from stegvis.audit.errors import Refused
from stegvis.people import queries as people
from stegvis.people.queries import Participant
from stegvis.reminders import actions, policies, queries
from stegvis.trial import queries as trials
from stegvis.web import access
from stegvis.web.forms import Chips, DayField, StegForm, answer, posted
from stegvis.web.participant.gate import enrolment_of
from stegvis.web.participant.programme import Own, with_course


class RemindersForm(StegForm):
    """Way, hour and quiet weeks."""

    channel = forms.ChoiceField(
        label=gettext_lazy("How shall we remind you?"),
        widget=Chips,
        choices=[
            (queries.Channel.EMAIL, gettext_lazy("E-mail")),
            (queries.Channel.SMS, gettext_lazy("Text message")),
            (queries.Channel.NONE, gettext_lazy("Not at all")),
        ],
    )
    hour = forms.TypedChoiceField(
        label=gettext_lazy("At what time?"),
        coerce=int,
        choices=[(hour, f"{hour:02}.00") for hour in range(policies.FIRST_HOUR, policies.LAST_HOUR + 1)],
    )
    quiet_from = DayField(label=gettext_lazy("First day of a quiet time, if you want one"), required=False)
    quiet_until = DayField(label=gettext_lazy("Last day of the quiet time"), required=False)


@require_http_methods(["GET", "HEAD", "POST"])
@with_course
def reminders(request: HttpRequest, own: Own) -> HttpResponse:
    """Say how; it holds from the next reminder on."""
    data, _files = posted(request)
    form = RemindersForm(data, initial=_as_it_is(own.person))
    if form.is_valid():
        try:
            actions.prefer(participant=own.person, by=access.actor(request), **form.cleaned_data)
            messages.success(request, _("Saved. It holds from the next reminder on."))
            return redirect("participant:programme")
        except Refused as refused:
            form.add_error(None, str(refused))
    return answer(request, "participant/reminders.html", form, {"times": _times(request, own), **_reached(own.person)})


def _as_it_is(person: Participant) -> dict[str, Any]:
    chosen = queries.preference_of(person)
    is_over = chosen.quiet_until is not None and chosen.quiet_until < clock.today()
    quiet = {} if is_over else {"quiet_from": chosen.quiet_from, "quiet_until": chosen.quiet_until}
    return {"channel": chosen.channel, "hour": chosen.hour, **quiet}


def _times(request: HttpRequest, own: Own) -> str:
    """How often, in words; nothing where the protocol has no such reminders."""
    schedule = trials.protocol_of(enrolment_of(request, own.person)).programme
    count = len(schedule.remind_after_days) if schedule else 0
    if not count:
        return ""
    return ngettext(
        "We remind you at most %(n)s time when some days have gone by.",
        "We remind you at most %(n)s times when some days have gone by.",
        count,
    ) % {"n": count}


def _reached(person: Participant) -> dict[str, str]:
    """Where reminders would go, so that a changed address is noticed."""
    identity = people.identity_of(person)
    return {"email": identity.email, "phone": identity.phone} if identity else {}
