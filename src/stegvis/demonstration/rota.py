"""Rota: whoever is on a site's rota calls about an alert of a made-up person, and closes it; the gravest close two."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from stegvis.audit import clock
from stegvis.demonstration.lives import Life
from stegvis.people.models import Participant
from stegvis.safety import actions as safety
from stegvis.safety import queries as alerts

if TYPE_CHECKING:
    from stegvis.demonstration.life import Director

SECOND_CALL = timedelta(days=1)
"""Until someone who was not reached about an alert is."""
SAFE_NOW = "Spoke with the person: no danger now. The clinic calls again next week."


class Rota:
    """Plays the safety clinicians for a director."""

    def __init__(self, director: Director) -> None:
        self.director = director

    def after_answers(self, life: Life, person: Participant) -> None:
        """Somebody on the rota sees to whatever the answers have raised, three hours later."""
        for alert in alerts.open_alerts_of(person):
            self.director.later(clock.now() + timedelta(hours=3), partial(self._look_after, life, alert))

    def _look_after(self, life: Life, alert: Any) -> None:
        """Someone on the rota calls and closes the alert; for some only after a second call, the next day."""
        if life.number % 5:
            self._handle(alert, "acknowledged", "reached", "closed")
        else:
            self._handle(alert, "acknowledged", "called")
            self.director.later(clock.now() + SECOND_CALL, partial(self._handle, alert, "reached", "closed"))

    def _handle(self, alert: Any, *steps: str) -> None:
        on_duty, colleague = alerts.rota(alert.participant.site)[:2]
        if alert.trigger in self._holding and "acknowledged" in steps:
            steps = ("acknowledged", "assessed", *steps[1:])  # or nobody could be randomised
        for step in steps:
            if step == "closed" and alert.closed_by_two:
                written = safety.take_step(alert=alert, step="to_close", words=SAFE_NOW, by=on_duty)
                safety.take_step(alert=alert, step=step, confirms=written.pk, by=colleague)
                continue
            words = "Assessed by telephone; care as usual goes on." if step == "assessed" else ""
            safety.take_step(alert=alert, step=step, words=words, by=on_duty)

    @property
    def _holding(self) -> set[str]:
        """The rules whose alerts a licensed clinician assesses before anybody is randomised."""
        return {rule.code for rule in self.director.protocol.safety.rules if rule.before_randomisation}
