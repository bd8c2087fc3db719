"""The last visit: the judgement of the WHO's advice beside the diary, and how the person goes on."""

from datetime import timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from stegvis.audit.errors import Refused
from stegvis.physiotherapy import queries as physiotherapy
from stegvis.physiotherapy.visiting import actions, queries
from stegvis.web.access import for_role
from stegvis.web.forms import answer
from stegvis.web.physiotherapist import frame, life
from stegvis.web.physiotherapist.visit_forms import OnwardForm, WhoForm
from stegvis.web.physiotherapist.visits import ROLE, around

WEEKS = 4
"""How many whole weeks of the diary stand beside the judgement."""


@for_role(ROLE)
@require_http_methods(["GET", "POST"])
def onward(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Judge, and write how the person goes on; both are sent by one button and kept as two things."""
    participant = frame.whom(request, code, "visit")
    visit = frame.visit_of(participant, number)
    if not frame.is_last(participant, number):
        raise Http404
    known, judged = queries.notes_of(visit), queries.who_judgement_of(visit)
    words = OnwardForm(request.POST or None, initial={name: each.words for name, each in known.items()})
    said = {name: getattr(judged, name) for name in ("aerobic", "strength", "source")} if judged else {}
    form = WhoForm(request.POST or None, initial=said)
    if request.method == "POST" and form.is_valid() and words.is_valid() and life.keep(request, words, visit, known):
        given = {name: form.cleaned_data[name] for name in ("aerobic", "strength", "source")}
        try:
            if given != said:
                actions.judge_who(visit=visit, key=form.cleaned_data["key"], by=frame.me(request), **given)
            return redirect(frame.next_address(participant, visit, "onward"))
        except Refused as refused:
            form.add_error(None, str(refused))
    first = frame.today() - timedelta(weeks=WEEKS)
    context = around(request, participant, visit, "onward") | {
        "words": words, "judged": judged, "onward": known.get(queries.ONWARD),
        "saved_at": known[queries.ONWARD].written_at if queries.ONWARD in known else None,
        "weeks": physiotherapy.weeks(participant, first, WEEKS),
        "autosave_url": reverse("physiotherapist:save", args=(code, number)),
    }  # fmt: skip
    return answer(request, "physiotherapist/onward.html", form, context)
