"""Finding: deviations that the system itself notices in what has just been done, recorded with it in one transaction."""

from datetime import date
from uuid import NAMESPACE_URL, uuid5

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import override

from stegvis.allocation.models import Accident, Mistake, RandomisationMistake
from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.methods.study.deviations import (
    BLINDING,
    FOUND_INELIGIBLE,
    RANDOMISED_IN_ERROR,
    VISIT_OUTSIDE_WINDOW,
    WRONG_STRATUM,
)
from stegvis.people.acting import acting_as
from stegvis.physiotherapy.models import Visit
from stegvis.trial import queries
from stegvis.trial.deviations import actions
from stegvis.trial.deviations.models import FoundBy
from stegvis.trial.models import Enrolment

KIND_OF_MISTAKE = {
    Mistake.IN_ERROR: RANDOMISED_IN_ERROR,
    Mistake.WRONG_STRATUM: WRONG_STRATUM,
    Mistake.INELIGIBLE: FOUND_INELIGIBLE,
}


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


def became_known(enrolment: Enrolment, accident: Accident) -> None:
    """Record that an arm became known to somebody who was not to know it, once for each time that it was kept."""
    with override(queries.protocol_of(enrolment).trial.languages[0]):
        words = f"{capfirst(accident.get_learner_display())}: {accident.how}"
    _kept_with_allocation(
        enrolment, BLINDING, accident.learnt_on, words, accident.what_follows, key=f"accident:{accident.pk}"
    )


def randomised_by_mistake(enrolment: Enrolment, mistake: RandomisationMistake) -> None:
    """Record a mistake of a randomisation, of the day of the randomisation, once for each that was kept."""
    on = enrolment.randomised_on or mistake.noticed_on
    kind = KIND_OF_MISTAKE[Mistake(mistake.kind)]
    _kept_with_allocation(enrolment, kind, on, mistake.how, mistake.what_follows, key=f"mistake:{mistake.pk}")


def _kept_with_allocation(
    enrolment: Enrolment, kind: str, on: date, words: str, what_follows: str, *, key: str
) -> None:  # fmt: skip
    """Record what is kept with an allocation, in the words of whoever kept it. Nobody has judged what it affected yet."""
    with acting_as(SYSTEM):
        actions.record(
            site=enrolment.site, participant=enrolment.participant, kind=kind, happened_on=on, description=words,
            corrective=what_follows, found_by=FoundBy.STAFF, key=uuid5(NAMESPACE_URL, key), by=SYSTEM,
        )  # fmt: skip
