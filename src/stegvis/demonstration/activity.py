"""Activity: the plan, the goals and the diary of a made-up person, as the physiotherapist and the person keep them."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from random import Random
from typing import TYPE_CHECKING, Any

from stegvis.audit import clock
from stegvis.demonstration import days, devices, goals, planned_exercises
from stegvis.demonstration.lives import GoalLife, Life
from stegvis.people.models import Account, Participant
from stegvis.physiotherapy import actions as physiotherapy
from stegvis.physiotherapy import queries as plans
from stegvis.physiotherapy.models import Goal

if TYPE_CHECKING:
    from stegvis.demonstration.life import Director


class Activity:
    """Plays plan, goals and diary for a director."""

    def __init__(self, director: Director) -> None:
        self.director = director
        self._plans: dict[int, Any] = {}
        self._done: dict[int, Any] = {}

    def forget_plan(self, person: Participant) -> None:
        """The plan was changed: the telephone reads it anew."""
        self._plans.pop(person.pk, None)

    def plan(self, life: Life, more: int = 0) -> plans.Draft:
        """The two activities that this person agrees on; `more` minutes of each at a later visit."""
        words = self.director.model.words["activities"]
        spoken = life.language
        chosen = Random(f"plan:{life.number}").sample(words, k=2)  # noqa: S311 - made up on purpose
        words_small, minutes_small = days.small_version(life)
        activities = tuple(
            plans.DraftActivity(
                kind=each["kind"], days=((1, 3, 5), (2, 6))[place], minutes=15 + 5 * (life.number % 3) + more,
                effort=each["effort"], title=each.get(spoken, each["en"]), when_where=each.get(f"where_{spoken}", ""),
                low_energy=words_small, low_energy_minutes=minutes_small,
            )
            for place, each in enumerate(chosen)
        )  # fmt: skip
        return plans.Draft(
            activities, days.flare_rule(life), 60 + more * 6, 1, planned_exercises.draw(life, again=more > 0)
        )

    def keep(self, life: Life, person: Participant) -> None:
        """Keep a diary from tomorrow on."""
        self.director.later(clock.now() + timedelta(days=1), partial(self._log, life, person, clock.today()))
        if devices.has_one(self.director.model, life):
            evening = clock.at(clock.today() + timedelta(days=devices.DAYS + 7), 20)
            self.director.later(evening, partial(devices.bring, self.director, life, person))

    def _log(self, life: Life, person: Participant, start: date) -> None:
        """One evening: what was planned is logged, or not; the share fades with the weeks."""
        weeks = (clock.today() - start).days / 7
        if weeks > self.director.model.diary.weeks or (life.withdrew and self.director.is_gone(person)):
            return
        share = life.diary_share * self.director.model.diary.fades**weeks
        plan = self._plan_of(person)
        todays = [each for each in plan.activities.all() if clock.today().isoweekday() in each.days] if plan else []
        before = self._done.pop(person.pk, None)
        if before is not None:
            days.afterwards(life, before)
        days.evening(life, person)
        for activity in todays:
            if life.choices.random() < share:
                key = self.director.key(life, "diary", activity.pk, clock.today())
                self._done[person.pk] = physiotherapy.log_planned(
                    activity=activity, on=clock.today(), felt="as_planned", key=key, by=person.account
                )
            elif life.choices.random() < self.director.model.diary.rested:
                key = self.director.key(life, "rest", activity.pk, clock.today())
                physiotherapy.log_rest(
                    participant=person, on=clock.today(), planned_activity=activity, key=key, by=person.account
                )
            else:
                days.smaller(life, activity)
        if days.step(life, person, self.director.protocol.activity.growth):
            self.forget_plan(person)
        self.director.later(
            self.director.after(clock.at(self._next_planned_day(plan), 19, life.number % 50)),
            partial(self._log, life, person, start),
        )

    def _plan_of(self, person: Participant) -> Any:
        """The person's plan, as their telephone remembers it until the next visit."""
        if person.pk not in self._plans:
            self._plans[person.pk] = plans.plan_now(person)
        return self._plans[person.pk]

    def _next_planned_day(self, plan: Any) -> date:
        planned = {day for activity in plan.activities.all() for day in activity.days} if plan else {1}
        return next(
            clock.today() + timedelta(days=ahead)
            for ahead in range(1, 8)
            if (clock.today() + timedelta(days=ahead)).isoweekday() in planned
        )

    def set_goal(
        self, life: Life, person: Participant, physio: Account, number: int, goal: GoalLife, before: list[Goal]
    ) -> Goal:
        """Set a goal at the first visit, a step towards one of those `before` it or a goal of its own."""
        words = self.director.model.words["goals"][goal.words]
        spoken = life.language if life.language in words else "en"
        steps = words.get(f"steps_{spoken}", words["steps_en"])
        text = words[spoken] if goal.step is None else steps[goal.step % len(steps)]
        return physiotherapy.set_goal(
            participant=person, kind=goal.kind, text=text, goal_type=words["type"], target_week=goal.week,
            parent=None if goal.parent is None else before[goal.parent], importance=life.choices.randint(6, 10),
            difficulty=life.choices.randint(3, 8), confidence=life.choices.randint(4, 9),
            **(goals.levels(self.director.model, life, words, spoken) if goal.step is None else {}),
            key=self.director.key(life, "goal", number), by=physio,
        )  # fmt: skip
