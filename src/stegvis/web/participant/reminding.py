"""How a participant wants to be reminded: by which way and at which hour; of the programme also when not, or not at all.

Everybody has the page, so that by which way somebody is reached tells nobody the arm. What belongs to the programme is asked
of those who have it.
"""

from typing import Any, cast

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
from stegvis.programme import queries as courses
from stegvis.reminders import actions, policies, queries
from stegvis.trial import queries as trials
from stegvis.web import access
from stegvis.web.forms import Chips, DayField, StegForm, answer, posted
from stegvis.web.participant.gate import enrolment_of, own_page
from stegvis.web.participant.study import MORE


class RemindersForm(StegForm):
    """Way and hour."""

    channel = forms.ChoiceField(
        label=gettext_lazy("How shall we remind you?"),
        widget=Chips,
        choices=[
            (queries.Channel.EMAIL, gettext_lazy("E-mail")),
            (queries.Channel.SMS, gettext_lazy("Text message")),
        ],
    )
    hour = forms.TypedChoiceField(
        label=gettext_lazy("At what time?"),
        coerce=int,
        choices=[(hour, f"{hour:02}.00") for hour in range(policies.FIRST_HOUR, policies.LAST_HOUR + 1)],
    )


class ProgrammeRemindersForm(RemindersForm):
    """The same with a quiet time, for somebody who has the programme."""

    quiet_from = DayField(label=gettext_lazy("First day of a quiet time, if you want one"), required=False)
    quiet_until = DayField(label=gettext_lazy("Last day of the quiet time"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        channel = cast(forms.ChoiceField, self.fields["channel"])
        channel.choices = [*RemindersForm.base_fields["channel"].choices, (queries.Channel.NONE, _("Not at all"))]  # type: ignore[attr-defined]


@require_http_methods(["GET", "HEAD", "POST"])
@own_page
def reminders(request: HttpRequest, person: Participant) -> HttpResponse:
    """Say how; it holds from the next reminder on."""
    data, _files = posted(request)
    in_programme = _goes_on(person)
    kind = ProgrammeRemindersForm if in_programme else RemindersForm
    form = kind(data, initial=_as_it_is(person, in_programme=in_programme))
    if form.is_valid():
        try:
            actions.prefer(participant=person, by=access.actor(request), **form.cleaned_data)
            messages.success(request, _("Saved. It holds from the next reminder on."))
            return redirect("participant:more")
        except Refused as refused:
            form.add_error(None, str(refused))
    times = _times(request, person) if in_programme else ""
    return answer(request, "participant/reminders.html", form, {"tab": MORE, "times": times, **_reached(person)})


def _goes_on(person: Participant) -> bool:
    """Whether the person has the programme, open and not stopped."""
    course = courses.course_of(person)
    return course is not None and course.stopped_at is None and course.opens_on <= clock.today()


def _as_it_is(person: Participant, *, in_programme: bool) -> dict[str, Any]:
    chosen = queries.preference_of(person)
    if not in_programme:
        shown = queries.Channel.EMAIL if chosen.channel == queries.NONE else chosen.channel
        return {"channel": shown, "hour": chosen.hour}
    is_over = chosen.quiet_until is not None and chosen.quiet_until < clock.today()
    quiet = {} if is_over else {"quiet_from": chosen.quiet_from, "quiet_until": chosen.quiet_until}
    return {"channel": chosen.channel, "hour": chosen.hour, **quiet}


def _times(request: HttpRequest, person: Participant) -> str:
    """How often, in words; nothing where the protocol has no such reminders."""
    schedule = trials.protocol_of(enrolment_of(request, person)).programme
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
