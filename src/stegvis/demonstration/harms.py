"""Harms: people answer the protocol's question, and the site describes, judges and settles what they tell.

Everything is drawn from a stream of its own for each person and time, and from nothing that an arm decides, so that no
other figure depends on it and the two groups are alike in what is made up.
"""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from random import Random
from typing import TYPE_CHECKING, Any
from uuid import UUID

from stegvis.audit import clock
from stegvis.demonstration.lives import Life, Mode, workday
from stegvis.people import queries as people
from stegvis.people.models import Account, Participant, Role
from stegvis.safety.harms import actions
from stegvis.safety.harms import queries as harms
from stegvis.safety.harms.models import AdverseEvent
from stegvis.trial import actions as trial

if TYPE_CHECKING:
    from stegvis.demonstration.life import Director

ANSWER, YES, SERIOUS, DISAGREE, SETTLED = 0.85, 0.18, 0.06, 0.12, 0.7
"""How likely an answer is, a yes in it, that it was serious, that the two assessors disagree, that it is settled soon."""
TO_DESCRIBE, TO_JUDGE, TO_SETTLE = timedelta(days=2), timedelta(days=6), timedelta(days=10)


class Harms:
    """Plays those who are asked and those who judge, for a director."""

    def __init__(self, director: Director) -> None:
        self.director = director

    def ask(self, life: Life, person: Participant, moment: str) -> None:
        """The person answers the question of one of its times now, or does not."""
        asked = harms.asked_of(person)
        chance = Random(f"harms:{life.number}:{moment}")  # noqa: S311 - made up on purpose
        if asked is None or asked.moment != moment or chance.random() > ANSWER:
            return
        by_phone = life.mode == Mode.PHONE
        by = self._of_site(person, Role.OUTCOME_ASSESSOR) if by_phone else person.account
        given: dict[str, Any] = {"said": chance.random() < YES, "key": _key(chance)}
        kind = chance.choice(self.director.model.words["events"])
        serious = chance.random() < SERIOUS
        if given["said"]:
            given["words"] = kind[life.language if life.language in kind else "en"]
            given |= {"began_on": clock.today() - timedelta(days=chance.randint(1, 12)), "needed_care": serious}
        told = trial.answer_about_harms(
            participant=person, moment=moment, channel="phone" if by_phone else "web", by=by, **given
        )
        if isinstance(told, AdverseEvent):
            self.director.rota.after_answers(life, person)
            day = workday((clock.local(clock.now()) + TO_DESCRIBE).date())
            step = partial(self._describe, told, kind, chance, serious=serious)
            self.director.later(clock.at(day, 11, life.number % 60), step)

    def _describe(self, event: AdverseEvent, kind: dict[str, Any], chance: Random, *, serious: bool) -> None:
        coordinator = self._of_site(event.participant, Role.COORDINATOR)
        started = event.said_began_on or clock.local(event.noticed_at).date()
        is_over = chance.random() < 0.6
        actions.describe_event(
            event=event, after=0, term=kind["term"], narrative=kind["account"], started_on=started,
            ended_on=clock.today() if is_over else None, expected=bool(kind.get("expected")) and not serious,
            severity="severe" if serious else chance.choice(("mild", "mild", "moderate")),
            measure="other_care" if serious else chance.choice(("none", "advice", "reduced")),
            course="recovered" if is_over else "recovering", key=_key(chance), by=coordinator,
        )  # fmt: skip
        self._judge(event, "first", chance, coordinator, serious=serious)
        if serious:
            told = "The sponsor's safety officer, by telephone"
            actions.tell_sponsor(event=harms.event(event.pk) or event, told_to=told, key=_key(chance), by=coordinator)
        day = workday((clock.local(clock.now()) + TO_JUDGE).date())
        self.director.later(clock.at(day, 14), partial(self._judge_second, event, chance, serious=serious))

    def _judge_second(self, event: AdverseEvent, chance: Random, *, serious: bool) -> None:
        differs = chance.random() < DISAGREE
        assessor = self._of_site(event.participant, Role.OUTCOME_ASSESSOR)
        self._judge(event, "second", chance, assessor, serious=serious, shift=2 if differs else 0)
        if harms.to_settle(harms.newest(event)) and chance.random() < SETTLED:
            day = workday((clock.local(clock.now()) + TO_SETTLE).date())
            self.director.later(clock.at(day, 15), partial(self._settle, event, chance, serious=serious))

    def _judge(
        self, event: AdverseEvent, place: str, chance: Random, by: Account, *, serious: bool, shift: int = 0
    ) -> None:
        trial.assess_event(
            event=event, place=place, serious=["hospitalisation"] if serious else [],
            relations=self._relations(event, shift), key=_key(chance), by=by,
        )  # fmt: skip

    def _settle(self, event: AdverseEvent, chance: Random, *, serious: bool) -> None:
        third = self._of_site(event.participant, Role.PHYSIOTHERAPIST)
        actions.settle_event(
            event=event, serious=["hospitalisation"] if serious else [], relations=self._relations(event, 0),
            how="third", words="Read the account again; the first judgement stands.", key=_key(chance), by=third,
        )  # fmt: skip

    def _relations(self, event: AdverseEvent, shift: int) -> dict[str, str]:
        """The same from whoever judges, but for a shift; from the event alone, whatever the arm."""
        chance, scale = Random(f"relation:{event.participant.code}:{event.number}"), harms.Relation.values  # noqa: S311 - made up on purpose
        return {
            to: scale[min(chance.choice((0, 0, 1, 1, 2)) + shift, len(scale) - 1)]
            for to in harms.judged_against(self.director.protocol)
        }

    def _of_site(self, person: Participant, role: str) -> Account:
        found = people.staff_at(person.site, role).order_by("code").first()
        assert found is not None  # every site of the made-up trial has each role
        return found


def _key(chance: Random) -> UUID:
    return UUID(int=chance.getrandbits(128), version=4)
