"""Desks: where in the made-up trial there is most to do today, so that whoever tries a role finds something to do at once.

Nothing is arranged here: it is looked up what waits for whom, and one site is chosen at which its coordinator,
physiotherapist, therapist and rota all have something, as far as any site has.
"""

from datetime import date, timedelta

from stegvis.audit import clock
from stegvis.people import queries as people
from stegvis.people.models import Account, Role, Site
from stegvis.physiotherapy import queries as physiotherapy
from stegvis.programme import queries as programme
from stegvis.protocol import queries as protocol
from stegvis.safety import queries as safety
from stegvis.trial import queries as trial

SOON = timedelta(days=5)


def busiest_site() -> Site | None:
    """The site where most kinds of work wait, the first of them when several are alike; None without sites."""
    return max(people.sites(), key=lambda site: sum(_kinds(site)), default=None)


def busiest(role: str, site: Site | None) -> Account | None:
    """Whom of a role at a site most waits for: homework for therapists, the soonest visit for physiotherapists."""
    if site is None:
        return None
    staff = people.staff_at(site, role).filter(made_up=True).order_by("pk")
    if role == Role.THERAPIST:
        return max(staff, key=lambda each: programme.waiting_homework(each).count(), default=None)
    if role == Role.PHYSIOTHERAPIST:
        return min(staff, key=lambda each: _next_visit(each) or date.max, default=None)
    return staff.first()


def _kinds(site: Site) -> tuple[bool, ...]:
    """What waits at a site, a yes or no each: to randomise, to screen, to call, an alert, a visit, homework."""
    ready = any(all(gate.is_open for gate in trial.gates(each)) for each in trial.ready_to_randomise([site.pk]))
    visits = [_next_visit(each) for each in people.staff_at(site, Role.PHYSIOTHERAPIST)]
    return (
        ready,
        trial.open_screenings([site.pk]).exists(),
        bool(trial.to_call([site.pk], protocol.current(), limit=1)),
        safety.open_alerts([site.pk]).exists(),
        any(day is not None and day <= clock.today() + SOON for day in visits),
        any(programme.waiting_homework(each).exists() for each in people.staff_at(site, Role.THERAPIST)),
    )


def _next_visit(physiotherapist: Account) -> date | None:
    """The day of the next visit in someone's caseload, today's included; None when none is booked."""
    board = physiotherapy.visits_board(physiotherapist, visits_in_all=len(protocol.current().visits))
    days = (row.visit.planned_on for row in board.upcoming if row.visit and row.visit.state == "planned")
    return min((day for day in days if day >= clock.today()), default=None)
