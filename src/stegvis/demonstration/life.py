"""Life: turns one drawn life into the calls that pages would make, each at its time.

The director stands for every person at every page: participant, coordinator, physiotherapist, therapist. It knows the
lives; what it may not know (the arm that will come) it uses only to play the participant's part.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial
from random import Random
from typing import Any
from uuid import UUID

from stegvis.assessments import queries as assessments
from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.audit.reading import record_reading
from stegvis.demonstration import answers, assessors, conversations, sheets, using, writing
from stegvis.demonstration.cast import DOMAIN, Cast
from stegvis.demonstration.lives import GoalLife, Life, Mode, workday
from stegvis.demonstration.parameters import Parameters
from stegvis.messaging import actions as messaging
from stegvis.methods.study.protocol import Protocol
from stegvis.people import queries as people
from stegvis.people.models import Account, Participant, Role
from stegvis.physiotherapy import actions as physiotherapy
from stegvis.physiotherapy import queries as plans
from stegvis.physiotherapy.models import Goal
from stegvis.programme import actions as programme
from stegvis.programme import drafts
from stegvis.programme import queries as courses
from stegvis.protocol import queries as protocols
from stegvis.safety import actions as safety
from stegvis.safety import queries as alerts
from stegvis.trial import actions as trial
from stegvis.trial import queries as trials
from stegvis.trial.models import Screening

Step = Callable[[], None]

SECOND_CALL = timedelta(days=1)
SAFE_NOW = "Spoke with the person: no danger now. The clinic calls again next week."
"""Until someone who was not reached about an alert is."""


class Director:
    """Plays lives. `later` is given by the agenda."""

    later: Callable[[datetime, Step], None]

    def __init__(self, protocol: Protocol, model: Parameters, cast: Cast) -> None:
        self.protocol, self.model, self.cast = protocol, model, cast
        self._plans: dict[int, Any] = {}

    # Before randomisation -----------------------------------------------------------------------------------------
    def enter(self, life: Life) -> None:
        """Someone answers the self-check or is referred."""
        self.later(clock.at(life.screened_on, *_hour(life)), partial(self._screen, life))

    def _screen(self, life: Life) -> None:
        site = self.cast.sites[life.site]
        if life.fate == "excluded" and life.source == "self" and life.criterion in self._asked_in_public():
            trial.count_self_check(
                source="self", language=life.language, criterion=life.criterion, key=self._key(life, "check"),
                made_up=True, by=SYSTEM,
            )  # fmt: skip
            return
        screening = trial.open_screening(
            site=site, source=life.source, language=life.language, answers=self._self_check(life),
            name=f"Påhittad person {life.number}", email=email_of(life),
            phone="070-174 06 99", key=self._key(life, "screening"), made_up=True, by=SYSTEM,
        )  # fmt: skip
        day = workday(life.screened_on + timedelta(days=1))
        self.later(clock.at(day, 10, life.number % 50), partial(self._decide, life, screening))

    def _decide(self, life: Life, screening: Screening) -> None:
        coordinator = self.cast.coordinators[life.site]
        if life.fate in {"declined", "no_reply"}:
            trial.end_screening(screening=screening, outcome=life.fate, by=coordinator)
            return
        for row in trials.criteria_of(screening, at="screening"):
            holds = row.criterion.kind == "include"
            if row.criterion.code == life.criterion:
                holds = not holds
            trial.decide_criterion(
                screening=screening, criterion=row.criterion.code, verdict="yes" if holds else "no",
                source="telephone call", by=coordinator,
            )  # fmt: skip
        if life.fate == "excluded":
            trial.end_screening(screening=screening, outcome="excluded", criterion=life.criterion, by=coordinator)
            return
        enrolment = trial.invite(screening=screening, sex=life.sex, by=coordinator)
        assert life.consented_on is not None  # whoever is invited in a life consents in it
        person = people.participant_by_code(enrolment.participant.code)
        assert person is not None
        self.later(self._after(clock.at(life.consented_on, *_hour(life))), partial(self._consent, life, person))

    def _consent(self, life: Life, person: Participant) -> None:
        trial.give_consent(
            participant=person, typed_name=f"Påhittad person {life.number}", language=life.language,
            key=self._key(life, "consent"), by=person.account,
        )  # fmt: skip
        if life.baseline_on is None:
            self.later(clock.now() + timedelta(days=21), partial(self._leave, life, person, "no_baseline"))
            return
        self.later(self._after(clock.at(life.baseline_on, *_hour(life))), partial(self._baseline, life, person))

    def _baseline(self, life: Life, person: Participant) -> None:
        occasion = next(each.code for each in self.protocol.occasions if each.anchor == "consent")
        self._answer(life, person, occasion, life.baseline)
        assert life.visit1_on is not None
        self.later(self._after(clock.at(life.visit1_on, 9 + life.number % 7)), partial(self._first_visit, life, person))

    def _leave(self, life: Life, person: Participant, why: str) -> None:
        trial.leave_before_randomisation(participant=person, why=why, by=self.cast.coordinators[life.site])

    def _first_visit(self, life: Life, person: Participant) -> None:
        physio = self._clinician(person, Role.PHYSIOTHERAPIST)
        visit = plans.visit(person, 1)
        assert visit is not None
        set_goals: list[Goal] = []
        for number, goal in enumerate(life.goals):
            set_goals.append(self._set_goal(life, person, physio, number, goal, set_goals))
        draft = self._plan(life)
        physiotherapy.agree_plan(
            participant=person, draft=draft, visit=visit, key=self._key(life, "plan", 1), by=physio
        )
        trial.hold_visit(participant=person, number=1, mode="in_person", by=physio)
        if life.randomised_on is None:
            self.later(clock.now() + timedelta(days=8), partial(self._leave, life, person, "changed_mind"))
            return
        self._confirm_baseline_criteria(life, person)
        self.later(
            self._after(clock.at(life.randomised_on, 16, life.number % 60)), partial(self._randomise, life, person)
        )
        self._diary(life, person)

    def _confirm_baseline_criteria(self, life: Life, person: Participant) -> None:
        """The criteria that need answers given after consent. Whom one would end is not drawn as going on."""
        screening = trials.screening_of(person)
        assert screening is not None
        coordinator = self.cast.coordinators[life.site]
        for row in trials.criteria_of(screening, at="baseline"):
            if row.computed.passes is False:
                raise RuntimeError(f"Life {life.number} goes on although {row.criterion.code} speaks against it.")
            trial.decide_criterion(
                screening=screening, criterion=row.criterion.code, source="baseline answers", by=coordinator,
                verdict="yes" if row.criterion.kind == "include" else "no",
            )  # fmt: skip
            if row.computed.needs_referral:
                trial.keep_referral(
                    participant=person,
                    rule=row.criterion.code,
                    referred_to="psychologist at the clinic",
                    by=coordinator,
                )

    def _randomise(self, life: Life, person: Participant) -> None:
        revealed = trial.randomise(participant=person, by=self.cast.coordinators[life.site])
        if revealed.arm.code != life.arm:
            raise RuntimeError(f"Life {life.number} was drawn for another place of the list than it was given.")
        assert life.visit1_on is not None
        self._later_visits(life, person)
        for number, day in enumerate(life.module_days, start=1):
            self.later(clock.at(day, *_hour(life)), partial(self._module, life, person, number))
        if life.withdrew_on:
            self.later(clock.at(life.withdrew_on, 8), partial(self._withdraw, life, person))
        self._follow_up(life, person)
        if "programme" in revealed.arm.treatments and self.protocol.programme:
            for each in conversations.planned(self.model, life, self.protocol.programme.day):
                key = self._key(life, "talk", each.kind)
                self.later(self._after(each.at), partial(conversations.hold, each, person, key))

    # After randomisation ------------------------------------------------------------------------------------------
    def _later_visits(self, life: Life, person: Participant) -> None:
        assert life.visit1_on is not None
        for visit in self.protocol.visits[1:]:
            held = {2: life.second_visit, 3: life.third_visit}.get(visit.number, False)
            day = workday(life.visit1_on + timedelta(days=visit.day + life.choices.randint(-3, 3)))
            moment = clock.at(day, 9 + life.number % 7)
            self.later(moment, partial(self._visit, life, person, visit.number, held))

    def _visit(self, life: Life, person: Participant, number: int, held: bool) -> None:
        if life.withdrew == "everything" and self._is_gone(person):
            return
        physio = self._clinician(person, Role.PHYSIOTHERAPIST)
        if not held:
            physiotherapy.miss_visit(participant=person, number=number, why="", by=physio)
            return
        if number == 2:
            draft = self._plan(life, more=5)
            visit = plans.visit(person, number)
            key = self._key(life, "plan", number)
            physiotherapy.agree_plan(participant=person, draft=draft, visit=visit, key=key, by=physio)
            self._plans.pop(person.pk, None)
        trial.hold_visit(participant=person, number=number, mode="in_person", by=physio)
        if self.protocol.goals and f"visit_{number}" == self.protocol.goals.rated_at:
            self._rate(life, person, number)

    def _rate(self, life: Life, person: Participant, number: int) -> None:
        goals = sorted(plans.goals_of(person), key=lambda each: each.goal.pk)
        for goal, drawn in zip(goals, life.goals, strict=True):
            trial.rate_goal(
                goal=goal.goal, level=drawn.level, rater="participant", mode="own_screen", occasion=f"visit_{number}",
                key=self._key(life, "rating", goal.goal.pk), by=person.account,
            )  # fmt: skip

    def _follow_up(self, life: Life, person: Participant) -> None:
        if not life.answers:
            return
        for occasion in {outcome.occasion for outcome in self.protocol.primary_outcomes}:
            found = assessments.assessment(person, occasion)
            assert found is not None
            day = max(found.opens_on, min(found.closes_on, found.due_on + timedelta(days=life.answer_delay)))
            if life.mode == Mode.WEB:
                self.later(clock.at(day, *_hour(life)), partial(self._answer, life, person, occasion, life.follow_up))
            else:  # by staff, who work on working days
                moment = clock.at(workday(day), *_hour(life))
                self.later(moment, partial(self._answer_otherwise, life, person, occasion))

    def _answer_otherwise(self, life: Life, person: Participant, occasion: str) -> None:
        if life.mode == Mode.PHONE:
            assessors.ask_by_telephone(self.model, life, person, occasion)
            return
        enter_again = assessors.enter_paper(self.model, life, person, occasion)
        self.later(clock.at(workday(clock.today() + timedelta(days=1)), 10, life.number % 60), enter_again)
        self._look_after_alerts(life, person)

    def _answer(self, life: Life, person: Participant, occasion: str, levels: dict[str, float]) -> None:
        found = assessments.assessment(person, occasion)
        assert found is not None
        for code in found.instruments:
            given = answers.answer(protocols.questionnaire(code), levels, life.choices, self.model.typical)
            trial.save_answers(
                assessment=found, instrument=code, answers=given, language=life.language, by=person.account
            )
        trial.submit_assessment(assessment=found, by=person.account)
        self._look_after_alerts(life, person)

    def _look_after_alerts(self, life: Life, person: Participant) -> None:
        for alert in alerts.open_alerts_of(person):
            self.later(clock.now() + timedelta(hours=3), partial(self._look_after, life, alert))

    def _look_after(self, life: Life, alert: Any) -> None:
        """Someone on the rota calls and closes the alert; for some only after a second call, the next day."""
        if life.number % 5:
            self._handle(alert, "acknowledged", "reached", "closed")
        else:
            self._handle(alert, "acknowledged", "called")
            self.later(clock.now() + SECOND_CALL, partial(self._handle, alert, "reached", "closed"))

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
        return {rule.code for rule in self.protocol.safety.rules if rule.before_randomisation}

    def _withdraw(self, life: Life, person: Participant) -> None:
        trial.withdraw(participant=person, layers=[life.withdrew], by=person.account)

    # The programme ------------------------------------------------------------------------------------------------
    def _module(self, life: Life, person: Participant, number: int) -> None:
        """Read a module, write, send; the therapist answers a day or two later."""
        course = courses.course_of(person)
        assert course is not None  # only lives in an arm with the programme have days for it
        module = courses.content(course.release_id).written[number - 1]
        account = person.account
        is_short = life.choices.random() < 0.25
        length = "short" if is_short else "full"
        low_energy = using.has_low_energy(life, module, length)
        using.use(life, course, module, length, low_energy=low_energy)
        for part in module.parts(life.language):
            programme.finish_part(
                course=course, module=module.code, part=part.number, length=length, low_energy=low_energy, by=account
            )
        hand = Random(f"{life.number} {module.code}")  # noqa: S311 - its own, so that a new field changes no life
        words = writing.written(module, life.language, self.model.homework, hand, short=is_short)
        drafts.save(course=course, module=module.code, values=words, by=account)
        homework = trial.send_homework(
            course=course, module=module.code, key=self._key(life, "homework", number), by=account
        )
        sheets.write(self.model, life, person, module.code)
        day = workday(clock.today() + timedelta(days=life.choices.randint(1, 2)))
        self.later(clock.at(day, 13, life.number % 60), partial(self._reply, life, person, homework))

    def _reply(self, life: Life, person: Participant, homework: Any) -> None:
        therapist = self._clinician(person, Role.THERAPIST)
        record_reading(participant_code=person.code, kind="homework", by=therapist)  # as the page does, once opened
        programme.open_homework(homework=homework, by=therapist)
        feedback = programme.answer_homework(
            homework=homework, text=self._words(life, "replies"), open_next=False, language=life.language,
            key=self._key(life, "reply", homework.pk), by=therapist,
        )  # fmt: skip
        seconds = life.choices.randint(240, 900)
        programme.keep_time(course=homework.course, seconds=seconds, kind="page", by=therapist)
        if life.choices.random() < 0.9:
            reading = clock.now() + timedelta(hours=life.choices.randint(4, 40))
            self.later(reading, partial(self._read, person, feedback))
        if life.choices.random() < 0.08:
            self.later(clock.now() + timedelta(hours=20), partial(self._ask, life, person, "therapist"))

    def _read(self, person: Participant, feedback: Any) -> None:
        programme.read_feedback(feedback=feedback, by=person.account)

    def _ask(self, life: Life, person: Participant, channel: str) -> None:
        trial.write(
            participant=person, channel=channel, body=self._words(life, "questions"),
            key=self._key(life, "question", clock.now()), by=person.account,
        )  # fmt: skip
        day = workday(clock.today() + timedelta(days=1))
        self.later(clock.at(day, 11, life.number % 60), partial(self._answer_question, life, person, channel))

    def _answer_question(self, life: Life, person: Participant, channel: str) -> None:
        clinician = self._clinician(person, channel)
        messaging.mark_read(participant=person, channel=channel, by=clinician)
        messaging.send(
            participant=person, channel=channel, body=self._words(life, "answers"),
            key=self._key(life, "answer", clock.now()), by=clinician,
        )  # fmt: skip

    # The plan and the diary ---------------------------------------------------------------------------------------
    def _plan(self, life: Life, more: int = 0) -> plans.Draft:
        words = self.model.words["activities"]
        spoken = life.language
        chosen = Random(f"plan:{life.number}").sample(words, k=2)  # noqa: S311 - made up on purpose
        activities = tuple(
            plans.DraftActivity(
                kind=each["kind"], days=((1, 3, 5), (2, 6))[place], minutes=15 + 5 * (life.number % 3) + more,
                effort=each["effort"], title=each.get(spoken, each["en"]), when_where=each.get(f"where_{spoken}", ""),
            )
            for place, each in enumerate(chosen)
        )  # fmt: skip
        return plans.Draft(activities, "", 60 + more * 6, 1)

    def _diary(self, life: Life, person: Participant) -> None:
        self.later(clock.now() + timedelta(days=1), partial(self._log, life, person, clock.today()))

    def _log(self, life: Life, person: Participant, start: date) -> None:
        """One evening: what was planned is logged, or not; the share fades with the weeks."""
        weeks = (clock.today() - start).days / 7
        if weeks > self.model.diary.weeks or (life.withdrew and self._is_gone(person)):
            return
        share = life.diary_share * self.model.diary.fades**weeks
        plan = self._plan_of(person)
        todays = [each for each in plan.activities.all() if clock.today().isoweekday() in each.days] if plan else []
        for activity in todays:
            if life.choices.random() < share:
                key = self._key(life, "diary", activity.pk, clock.today())
                physiotherapy.log_planned(
                    activity=activity, on=clock.today(), felt="as_planned", key=key, by=person.account
                )
            elif life.choices.random() < self.model.diary.rested:
                key = self._key(life, "rest", activity.pk, clock.today())
                physiotherapy.log_rest(
                    participant=person, on=clock.today(), planned_activity=activity, key=key, by=person.account
                )
        self.later(
            self._after(clock.at(self._next_planned_day(plan), 19, life.number % 50)),
            partial(self._log, life, person, start),
        )

    def _plan_of(self, person: Participant) -> Any:
        """The person's plan, as their telephone remembers it until the next visit."""
        if person.pk not in self._plans:
            self._plans[person.pk] = plans.plan_now(person)
        return self._plans[person.pk]

    def _next_planned_day(self, plan: Any) -> date:
        days = {day for activity in plan.activities.all() for day in activity.days} if plan else {1}
        return next(
            clock.today() + timedelta(days=ahead)
            for ahead in range(1, 8)
            if (clock.today() + timedelta(days=ahead)).isoweekday() in days
        )

    def _set_goal(
        self, life: Life, person: Participant, physio: Account, number: int, goal: GoalLife, before: list[Goal]
    ) -> Goal:
        words = self.model.words["goals"][goal.words]
        spoken = life.language if life.language in words else "en"
        steps = words.get(f"steps_{spoken}", words["steps_en"])
        text = words[spoken] if goal.step is None else steps[goal.step % len(steps)]
        return physiotherapy.set_goal(
            participant=person, kind=goal.kind, text=text, goal_type=words["type"], target_week=goal.week,
            parent=None if goal.parent is None else before[goal.parent], importance=life.choices.randint(6, 10),
            difficulty=life.choices.randint(3, 8), confidence=life.choices.randint(4, 9),
            key=self._key(life, "goal", number), by=physio,
        )  # fmt: skip

    # Small things -------------------------------------------------------------------------------------------------
    def _clinician(self, person: Participant, role: str) -> Account:
        found = people.clinician_of(person, role)
        if found is None:
            raise RuntimeError(f"{person.code} has nobody in the role {role}.")
        return found

    def _is_gone(self, person: Participant) -> bool:
        enrolment = trials.enrolment(person)
        return enrolment is None or enrolment.stage in {"withdrawn", "not_randomised"}

    def _words(self, life: Life, kind: str) -> str:
        found = self.model.words[kind]
        return str(life.choices.choice(found.get(life.language, found["en"])))

    def _asked_in_public(self) -> set[str]:
        return {criterion.code for criterion in self.protocol.criteria if criterion.self_check}

    def _self_check(self, life: Life) -> dict[str, Any]:
        """What the public page asked; someone who will be excluded for narrow pain marks one side only."""
        wide = ["f-shoulder-l", "f-shoulder-r", "b-neck", "b-lower-back-l", "b-lower-back-r", "f-hip-l", "f-thigh-r"]
        marked = ["f-shoulder-l", "b-neck"] if life.criterion == "widespread_pain" else wide
        yes = {
            criterion.code: criterion.kind == "include" for criterion in self.protocol.criteria if criterion.self_check
        }
        return {"age": life.age, "pain_months": life.pain_months, "pain_places": marked, "answers": yes}

    def _after(self, moment: datetime) -> datetime:
        """`moment`, or a minute from now when it has passed."""
        return max(moment, clock.now() + timedelta(minutes=1))

    def _key(self, life: Life, *parts: Any) -> UUID:
        chance = Random(":".join(map(str, (life.number, *parts))))  # noqa: S311 - made up on purpose
        return UUID(int=chance.getrandbits(128), version=4)


def email_of(life: Life) -> str:
    """The address that this person leaves."""
    return f"person-{life.number}@{DOMAIN}"


def _hour(life: Life) -> tuple[int, int]:
    """The hour and minute at which this person sits down."""
    return 10 + life.number % 9, (life.number * 7) % 60
