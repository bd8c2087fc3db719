"""What the worker does here: tell somebody further of alerts that nobody took in time; ask for consent after an amendment, and
for contact details before questions that lie far off; find visits that were not held in their window.
"""

from datetime import date

from django.db import connection, transaction

from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.people import queries as people
from stegvis.people.acting import acting_as
from stegvis.physiotherapy.models import Visit
from stegvis.protocol import queries as protocols
from stegvis.safety import queries as safety
from stegvis.trial import actions, consent_texts, finding, moving, refreshing

MOST_IN_A_ROUND = 100
LOOKS_FOR_MINUTES = 5
"""For how long after each full hour the worker looks for visits that were not held: some rounds, and nearly all the time none."""

_written_to_all: dict[str, date] = {}
"""By database the day on which this process has found nobody left whose contact details are to be asked about."""


def escalate_alerts() -> int:
    """Escalate alerts whose staffed time has passed unopened, each in a transaction of its own; how many.

    A second worker at the same moment tells nobody twice: the notice of an alert to an account exists once.
    """
    with transaction.atomic(), acting_as(SYSTEM):
        waiting = list(safety.unopened(clock.now()).values_list("pk", flat=True)[:MOST_IN_A_ROUND])
    return sum(_escalate(pk) for pk in waiting)


def _escalate(pk: int) -> bool:
    with transaction.atomic(), acting_as(SYSTEM):
        alert = safety.unopened(clock.now()).filter(pk=pk).first()
        if alert is None:
            return False
        actions.escalate_alert(alert=alert, by=SYSTEM)
        return True


def ask_to_consent_again() -> int:
    """Write to whoever has not agreed to an amendment that asks them and has not been written to yet; how many."""
    with transaction.atomic(), acting_as(SYSTEM):
        entry = protocols.current().asked_again(clock.today()) if protocols.is_loaded() else None
        if entry is None:
            return 0
        sites = [site.pk for site in people.sites()]
        waiting = [each.participant for each in consent_texts.not_written_to(sites, entry.version)[:MOST_IN_A_ROUND]]
        for person in waiting:
            actions.ask_to_consent_again(participant=person, version=entry.version, by=SYSTEM)
        return len(waiting)


def find_visits_not_held() -> int:
    """Record a deviation for each visit whose window has closed without it, each in a transaction of its own; how many.

    Windows close at midnight, so that it is enough to look in the first minutes of each hour.
    """
    if clock.local(clock.now()).minute >= LOOKS_FOR_MINUTES:
        return 0
    with transaction.atomic(), acting_as(SYSTEM):
        waiting = finding.not_held(MOST_IN_A_ROUND) if protocols.is_loaded() else []
    return sum(map(_find_not_held, waiting))


def _find_not_held(pk: int) -> bool:
    with transaction.atomic(), acting_as(SYSTEM):
        visit = Visit.objects.select_related("participant").get(pk=pk)
        enrolment = moving.locked(visit.participant)
        visit.refresh_from_db(fields=["held_at"])
        return finding.visit_not_held(enrolment, visit)


def ask_for_contact() -> int:
    """Write to whoever is to be asked whether their contact details are right and has not been written to; how many.

    Found by the days of today, whenever they were randomised, and also before occasions that nothing was opened for. Who is
    due changes by the day, so that once all have been written to nobody is looked for again before tomorrow.
    """
    here, today = str(connection.settings_dict["NAME"]), clock.today()
    if _written_to_all.get(here) == today:
        return 0
    with transaction.atomic(), acting_as(SYSTEM):
        waiting = refreshing.not_written_to(MOST_IN_A_ROUND) if protocols.is_loaded() else []
        for each in waiting:
            actions.ask_for_contact(participant=each.participant, occasion=each.occasion, by=SYSTEM)
    if len(waiting) < MOST_IN_A_ROUND:
        _written_to_all[here] = today
    return len(waiting)
