"""The plan on one sheet of paper, in the language of the person who takes it home, and its summary for the record.

The browser's own print makes the PDF; `plan_sheet` lays it out.
"""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import override
from django.views.decorators.http import require_GET

from stegvis.people import queries as people
from stegvis.physiotherapy import queries as physiotherapy
from stegvis.physiotherapy.visiting import queries as visiting
from stegvis.web import paper
from stegvis.web.access import for_role
from stegvis.web.participant import words
from stegvis.web.physiotherapist import frame
from stegvis.web.physiotherapist.visits import ROLE
from stegvis.web.plan_sheet import sheet, week


@for_role(ROLE)
@require_GET
def printed(request: HttpRequest, code: str) -> HttpResponse:
    """The plan and the goals as the person takes them home."""
    participant = frame.whom(request, code, "plan")
    agreed = physiotherapy.plan_now(participant)
    if agreed is None:
        raise Http404
    with override(participant.language):
        return render(request, "physiotherapist/print.html", sheet.of(participant, agreed))


@for_role(ROLE)
@require_GET
def prescription(request: HttpRequest, code: str) -> HttpResponse:
    """Physical activity on prescription: what is prescribed, on what grounds, and when it is followed up, for the record."""
    participant = frame.whom(request, code, "plan")
    agreed = physiotherapy.plan_now(participant)
    if agreed is None:
        raise Http404
    draft = physiotherapy.as_draft(agreed)
    planned = physiotherapy.minutes_planned(draft)
    context = {
        "participant": participant, "plan": agreed, "said": frame.said_of(agreed), "goals": paper.goals(participant),
        "lines": [(each, words.talk_test(draft.activities[n].effort)) for n, each in enumerate(week.listed(draft))],
        "equivalent": planned.equivalent, "easy": planned.easy, "strength_days": physiotherapy.strength_planned(draft),
        "talk": visiting.words_about(participant), "next_visit": sheet.next_visit(participant),
        "by": people.clinician_of(participant, ROLE), "limits": visiting.standing(participant).limits,
        "growth_rule": frame.growth_rule(participant),
    }  # fmt: skip
    return render(request, "physiotherapist/prescription.html", context)


@for_role(ROLE)
@require_GET
def card(request: HttpRequest, code: str) -> HttpResponse:
    """The goals on a card to carry in the pocket (A6 on a sheet of A4)."""
    participant = frame.whom(request, code, "goals")
    with override(participant.language):
        context = {"goals": paper.goals(participant), "site": participant.site, "participant": participant}
        if not context["goals"]:
            raise Http404
        return render(request, "physiotherapist/goals_card.html", context)
