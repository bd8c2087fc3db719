"""Living: what held everything back is over, and what is sent goes on from where it is."""

from stegvis.audit.action import Actor, action
from stegvis.people.life import actions as life
from stegvis.people.life.models import LifeEvent
from stegvis.people.models import Participant
from stegvis.reminders import actions as reminders


@action("trial.went_on")
def go_on(*, participant: Participant, reason: str, by: Actor) -> LifeEvent:
    """Letters, reminders and calls go on; of reminders that came due in between only the last of each occasion goes out."""
    ended = life.end(participant=participant, reason=reason, by=by)
    reminders.catch_up(participant=participant, by=by)
    return ended
