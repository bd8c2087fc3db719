"""The way from consent to the draw: what is done, what is next and when, in the words of the protocol."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from stegvis.assessments import queries as assessments
from stegvis.people.queries import Participant
from stegvis.physiotherapy import queries as physiotherapy
from stegvis.trial import queries as trials
from stegvis.web.components.times import full_day, long_day
from stegvis.web.participant.gate import enrolment_of


@dataclass(frozen=True)
class Ahead:
    """One step before the draw: done, now or later."""

    title: str
    detail: str
    done: bool
    now: bool
    url: str = ""


def steps_of(request: HttpRequest, person: Participant) -> list[Ahead]:
    """Questions, the first visit, the draw: whichever the protocol has."""
    enrolment = enrolment_of(request, person)
    protocol = trials.protocol_of(enrolment)
    language = get_language() or ""
    rows: list[tuple[str, str, bool, str]] = []
    for each in assessments.assessments_of(person):
        occasion = protocol.occasion(each.occasion)
        address = "" if each.submitted_at else reverse("participant:occasion", args=[each.occasion])
        about = ngettext(
            "About %(minutes)s minute. You can stop and come back. Best before %(day)s.",
            "About %(minutes)s minutes. You can stop and come back. Best before %(day)s.", occasion.minutes,
        ) % {"minutes": occasion.minutes, "day": full_day(each.closes_on)}  # fmt: skip
        rows.append((occasion.name.in_language(language), about, each.submitted_at is not None, address))
    if protocol.visits:
        rows.append(_first_visit(person, enrolment, protocol.visits[0].name.in_language(language)))
    draw = _("Chance decides your group. You are told here and by letter.")
    rows.append((_("The draw"), draw, enrolment.randomised_on is not None, ""))
    first_open = next((number for number, row in enumerate(rows) if not row[2]), -1)
    return [
        Ahead(title, detail, done, number == first_open, url if number == first_open else "")
        for number, (title, detail, done, url) in enumerate(rows)
    ]


def _first_visit(person: Participant, enrolment: trials.Enrolment, name: str) -> tuple[str, str, bool, str]:
    visit = physiotherapy.visit(person, 1)
    if visit is not None and visit.state == "planned":
        at = visit.planned_time.strftime(" %H.%M") if visit.planned_time else ""
        when = _("Planned for %(day)s.") % {"day": long_day(visit.planned_on) + at}
    else:
        when = _("Your physiotherapist gets in touch with you about a time.")
    return name, when, enrolment.visit1_on is not None, ""
