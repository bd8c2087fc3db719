"""Who may say what has happened to a participant, and when it happened."""

from datetime import date

from stegvis.audit import clock
from stegvis.audit.action import Actor
from stegvis.people import policies as people
from stegvis.people.life.errors import AskedAgainTooEarly, StillToCome
from stegvis.people.models import Participant, Role


def check_can_keep(by: Actor, participant: Participant) -> None:
    """Refuse unless `by` is a coordinator at the participant's site, or is the system.

    Clinicians tell the coordinator: a therapist's code beside the event would tell the arm.
    """
    people.check_role(by, Role.COORDINATOR)
    people.check_at_site(by, participant.site)


def check_days(since: date, ask_again_on: date | None) -> None:
    """Refuse what has not happened yet, and a day to ask again that has passed."""
    if since > clock.today():
        raise StillToCome()
    if ask_again_on is not None and ask_again_on < clock.today():
        raise AskedAgainTooEarly()
