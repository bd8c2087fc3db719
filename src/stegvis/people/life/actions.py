"""Writes of life events: one action holds everything back, one lets it go on."""

from datetime import date
from uuid import UUID

from stegvis.audit import clock
from stegvis.audit.action import Actor, action, note
from stegvis.audit.once import earlier, make
from stegvis.people.life import policies, queries
from stegvis.people.life.errors import NothingHeld
from stegvis.people.life.models import LifeEvent
from stegvis.people.models import Account, Participant


@action("people.life_event_kept", detail=("kind", "since"))
def keep(
    *, participant: Participant, kind: str, since: date, ask_again_on: date | None = None, words: str = "", key: UUID,
    by: Account,
) -> LifeEvent:  # fmt: skip
    """Keep that somebody died, is in hospital or has moved: from now on no letter goes to them and no list asks to call.

    What is planned stays planned, so that a mistake loses nothing. What was open before ends, since the newest holds.
    The record has no word of `words`. The same key again gives the event that it made.
    """
    policies.check_can_keep(by, participant)
    policies.check_days(since, ask_again_on)
    Participant.objects.select_for_update(no_key=True).values_list("pk").get(pk=participant.pk)
    said = {"kind": kind, "since": since, "ask_again_on": ask_again_on, "note": words or None}
    made = earlier(LifeEvent, key, said=said, participant=participant)
    if made is not None:
        return made
    now = clock.now()
    LifeEvent.objects.filter(participant=participant, ended_at=None).update(ended_at=now)
    return make(LifeEvent, key, about="participant", participant=participant, **said, recorded_by=by, recorded_at=now)


@action("people.life_event_ended")
def end(*, participant: Participant, reason: str, by: Actor) -> LifeEvent:
    """End what holds everything back: the person is home again, or it was a mistake. What is planned goes on."""
    policies.check_can_keep(by, participant)
    event = queries.event_now(participant)
    if event is None:
        raise NothingHeld(participant=participant.code)
    note(kind=event.kind)
    event.ended_at = clock.now()
    event.save(update_fields=["ended_at"])
    return event
