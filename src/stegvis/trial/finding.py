"""Finding: deviations that the system itself notices in what has just been done, recorded with it in one transaction."""

from uuid import NAMESPACE_URL, uuid5

from django.utils.translation import gettext as _
from django.utils.translation import override

from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.methods.study.deviations import VISIT_OUTSIDE_WINDOW
from stegvis.people.acting import acting_as
from stegvis.physiotherapy.models import Visit
from stegvis.trial import queries
from stegvis.trial.deviations import actions
from stegvis.trial.deviations.models import FoundBy
from stegvis.trial.models import Enrolment


def visit_outside_window(enrolment: Enrolment, visit: Visit) -> None:
    """Record that a visit was held on a day outside its window, if it was. Nobody has judged it yet."""
    window = queries.windows(enrolment).get(f"visit_{visit.number}")
    if visit.held_at is None or window is None:
        return
    held_on = clock.local(visit.held_at).date()
    if window.opens_on <= held_on <= window.closes_on:
        return
    with acting_as(SYSTEM), override(queries.protocol_of(enrolment).trial.languages[0]):
        words = _("Visit %(number)s was held on %(day)s; its window was %(opens)s to %(closes)s.") % {
            "number": visit.number, "day": held_on, "opens": window.opens_on, "closes": window.closes_on,
        }  # fmt: skip
        actions.record(
            site=enrolment.site, participant=enrolment.participant, kind=VISIT_OUTSIDE_WINDOW, happened_on=held_on,
            description=words, found_by=FoundBy.SYSTEM, key=uuid5(NAMESPACE_URL, f"visit:{visit.pk}"), by=SYSTEM,
        )  # fmt: skip
