"""Finding: deviations that the system itself notices, recorded in one transaction with what has just been done.

What it looks at are the windows of visits, the same in every arm: a visit held outside its window, and one whose window has
closed and that was not held. A questionnaire that is late or missing is no deviation but a datum: its row says whether it lies
in the window, and nobody has to answer.
"""

from datetime import date, timedelta
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db.models import QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import override

from stegvis.allocation.queries import Accident, Mistake, RandomisationMistake
from stegvis.audit import clock
from stegvis.audit.action import SYSTEM, Actor
from stegvis.methods.study.deviations import (
    BLINDING,
    FOUND_INELIGIBLE,
    RANDOMISED_IN_ERROR,
    VISIT_OUTSIDE_WINDOW,
    WRONG_STRATUM,
)
from stegvis.methods.study.measurement import CONSENT, RANDOMISATION
from stegvis.methods.study.protocol import Visit as PlannedVisit
from stegvis.people.acting import acting_as
from stegvis.people.life import queries as life
from stegvis.physiotherapy.models import Visit
from stegvis.protocol import queries as protocols
from stegvis.trial import queries
from stegvis.trial.deviations import actions
from stegvis.trial.deviations.models import Deviation, FoundBy
from stegvis.trial.models import Enrolment
from stegvis.trial.scheduling.queries import NO_VISITS, goes_on, withdrew

LOOKS_BACK = timedelta(days=28)
"""For how long after its window a visit that was not held is found; one from before that is part of what happened."""
ANCHOR_DAYS = {CONSENT: "consented_on", RANDOMISATION: "randomised_on", "visit_1": "visit1_on"}

KIND_OF_MISTAKE = {
    Mistake.IN_ERROR: RANDOMISED_IN_ERROR,
    Mistake.WRONG_STRATUM: WRONG_STRATUM,
    Mistake.INELIGIBLE: FOUND_INELIGIBLE,
}


def visit_outside_window(enrolment: Enrolment, visit: Visit) -> None:
    """Record that a visit was held on a day outside its window, if it was. Nobody has judged it yet.

    One that had been found not held in its window has its deviation already, which stands.
    """
    window = queries.windows(enrolment).get(f"visit_{visit.number}")
    if visit.held_at is None or window is None:
        return
    held_on = clock.local(visit.held_at).date()
    if held_on in window:
        return
    with acting_as(SYSTEM), override(queries.protocol_of(enrolment).trial.languages[0]):
        if _found(visit):
            return
        words = _("Visit %(number)s was held on %(day)s; its window was %(opens)s to %(closes)s.") % {
            "number": visit.number, "day": held_on, "opens": window.opens_on, "closes": window.closes_on,
        }  # fmt: skip
        _of_visit(enrolment, visit, held_on, words)


def visit_not_held(enrolment: Enrolment, visit: Visit) -> bool:
    """Record that the window of a visit has closed and the visit was not held, if so; whether it was. As the system."""
    window = queries.windows(enrolment).get(f"visit_{visit.number}")
    if visit.held_at is not None or window is None or window.closes_on >= clock.today() or _found(visit):
        return False
    with override(queries.protocol_of(enrolment).trial.languages[0]):
        words = _("Visit %(number)s was not held in its window, %(opens)s to %(closes)s.") % {
            "number": visit.number, "opens": window.opens_on, "closes": window.closes_on,
        }  # fmt: skip
        _of_visit(enrolment, visit, window.closes_on + timedelta(days=1), words)
    return True


def not_held(limit: int) -> list[int]:
    """Visits of the randomised, by primary key, not held in a window that closed lately, as it seems, and not found yet.

    Of those who still come: nobody who left, withdrew from visits, or is held back by a life event. As the system; two or three
    queries for each visit of the protocol in force, whose windows `visit_not_held` compares with the person's own.
    """
    found: list[int] = []
    for planned in protocols.current().visits:
        rows = Visit.objects.filter(
            ~withdrew(NO_VISITS), ~life.held_back(), goes_on(), number=planned.number, held_at=None,
            participant__in=_whose_window_closed(planned),
        )  # fmt: skip
        found += rows.order_by("pk").values_list("pk", flat=True)
    keys = {_key(pk): pk for pk in found}
    there = set(Deviation.objects.filter(key__in=keys).values_list("key", flat=True))
    return [pk for key, pk in keys.items() if key not in there][:limit]


def _whose_window_closed(planned: PlannedVisit) -> QuerySet[Any]:
    """The randomised, by primary key, for whom the window of a visit closed within `LOOKS_BACK`."""
    length = timedelta(days=planned.day + planned.after)
    last = clock.today() - length - timedelta(days=1)
    first = last - LOOKS_BACK
    randomised = Enrolment.objects.exclude(randomised_on=None).values("participant")
    if planned.anchor in ANCHOR_DAYS:
        return randomised.filter(**{f"{ANCHOR_DAYS[planned.anchor]}__range": (first, last)})
    number = int(planned.anchor.removeprefix("visit_"))
    held = Visit.objects.filter(
        number=number, held_at__gte=clock.at(first, 0), held_at__lt=clock.at(last + timedelta(days=1), 0)
    )
    return randomised.filter(participant__in=held.values("participant"))


def _key(visit: int) -> UUID:
    return uuid5(NAMESPACE_URL, f"visit:{visit}")


def _found(visit: Visit) -> bool:
    return Deviation.objects.filter(key=_key(visit.pk)).exists()


def _of_visit(enrolment: Enrolment, visit: Visit, on: date, words: str) -> None:
    actions.record(
        site=enrolment.site, participant=enrolment.participant, kind=VISIT_OUTSIDE_WINDOW, happened_on=on,
        description=words, found_by=FoundBy.SYSTEM, key=_key(visit.pk), by=SYSTEM,
    )  # fmt: skip


def became_known(enrolment: Enrolment, accident: Accident, by: Actor) -> None:
    """Record that an arm became known to somebody who was not to know it, once for each time that it was kept."""
    with override(queries.protocol_of(enrolment).trial.languages[0]):
        words = f"{capfirst(accident.get_learner_display())}: {accident.how}"
    _kept_with_allocation(
        enrolment, BLINDING, accident.learnt_on, words, accident.what_follows, key=f"accident:{accident.pk}", by=by
    )


def randomised_by_mistake(enrolment: Enrolment, mistake: RandomisationMistake, by: Actor) -> None:
    """Record a mistake of a randomisation, of the day of the randomisation, once for each that was kept."""
    on = enrolment.randomised_on or mistake.noticed_on
    kind = KIND_OF_MISTAKE[Mistake(mistake.kind)]
    _kept_with_allocation(enrolment, kind, on, mistake.how, mistake.what_follows, key=f"mistake:{mistake.pk}", by=by)


def _kept_with_allocation(
    enrolment: Enrolment, kind: str, on: date, words: str, what_follows: str, *, key: str, by: Actor
) -> None:
    """Record what is kept with an allocation, in the words of whoever kept it. Nobody has judged what it affected yet."""
    actions.record(
        site=enrolment.site, participant=enrolment.participant, kind=kind, happened_on=on, description=words,
        corrective=what_follows, found_by=FoundBy.STAFF, key=uuid5(NAMESPACE_URL, key), by=by,
    )  # fmt: skip
