"""Life: turns one drawn life into the calls that pages would make, each at its time.

The director stands for every person at every page: participant, coordinator, physiotherapist, therapist. It knows the
lives; what it may not know (the arm that will come) it uses only to play the participant's part.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from random import Random
from typing import Any
from uuid import UUID

from stegvis.assessments import queries as assessments
from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.demonstration import answers, assessors, consenting, goals, leaving, texting, visiting
from stegvis.demonstration.absences import Absences
from stegvis.demonstration.activity import Activity
from stegvis.demonstration.cast import DOMAIN, Cast
from stegvis.demonstration.guided import Guided
from stegvis.demonstration.harms import Harms
from stegvis.demonstration.lives import Life, Mode, workday
from stegvis.demonstration.parameters import Parameters
from stegvis.demonstration.rota import Rota
from stegvis.methods.study.protocol import Protocol
from stegvis.people import queries as people
from stegvis.people.models import Account, Participant, Role
from stegvis.physiotherapy import actions as physiotherapy
from stegvis.physiotherapy import queries as plans
from stegvis.physiotherapy.models import Goal
from stegvis.protocol import queries as protocols
from stegvis.trial import actions as trial
from stegvis.trial import queries as trials
from stegvis.trial.models import Screening
from stegvis.trial.scheduling import actions as scheduling

Step = Callable[[], None]
AFTER_ANSWERS = timedelta(days=5)
"""When the gift for answers goes into the post."""


class Director:
    """Plays lives. `later` is given by the agenda."""

    later: Callable[[datetime, Step], None]

    def __init__(self, protocol: Protocol, model: Parameters, cast: Cast) -> None:
        self.protocol, self.model, self.cast = protocol, model, cast
        self.absences = Absences(self)
        self.guided = Guided(self)
        self.activity = Activity(self)
        self.rota = Rota(self)
        self.harms = Harms(self)
        self._clinicians: dict[tuple[int, str], Account] = {}

    # Before randomisation -----------------------------------------------------------------------------------------
    def enter(self, life: Life) -> None:
        """Someone answers the self-check or is referred."""
        self.later(clock.at(life.screened_on, *hour_of(life)), partial(self._screen, life))

    def _screen(self, life: Life) -> None:
        site = self.cast.sites[life.site]
        if life.fate == "excluded" and life.source == "self" and life.criterion in self._asked_in_public():
            trial.count_self_check(
                source="self", language=life.language, criterion=life.criterion, key=self.key(life, "check"),
                made_up=True, by=SYSTEM,
            )  # fmt: skip
            return
        screening = trial.open_screening(
            site=site, source=life.source, language=life.language, answers=self.self_check(life),
            name=f"Påhittad person {life.number}", email=email_of(life),
            phone="070-174 06 99", key=self.key(life, "screening"), made_up=True, by=SYSTEM,
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
                source="telephone", by=coordinator,
            )  # fmt: skip
        if life.fate == "excluded":
            trial.end_screening(screening=screening, outcome="excluded", criterion=life.criterion, by=coordinator)
            return
        enrolment = trial.invite(screening=screening, sex=life.sex, by=coordinator)
        assert life.consented_on is not None  # whoever is invited in a life consents in it
        person = people.participant_by_code(enrolment.participant.code)
        assert person is not None
        self.later(self.after(clock.at(life.consented_on, *hour_of(life))), partial(self._consent, life, person))

    def _consent(self, life: Life, person: Participant) -> None:
        consenting.read_and_sign(life, person, self.key(life, "consent"))
        consenting.countersign(person, self.cast.coordinators[life.site], self.key(life, "countersignature"))
        if life.baseline_on is None:
            self.later(clock.now() + timedelta(days=21), partial(self._leave, life, person, "no_baseline"))
            return
        self.later(self.after(clock.at(life.baseline_on, *hour_of(life))), partial(self._baseline, life, person))

    def _baseline(self, life: Life, person: Participant) -> None:
        occasion = next(each.code for each in self.protocol.occasions if each.anchor == "consent")
        self.answer(life, person, occasion, life.baseline)
        texting.choose(life, person)
        assert life.visit1_on is not None
        self.later(self.after(clock.at(life.visit1_on, 9 + life.number % 7)), partial(self._first_visit, life, person))

    def _leave(self, life: Life, person: Participant, why: str) -> None:
        trial.leave_before_randomisation(participant=person, why=why, by=self.cast.coordinators[life.site])

    def _first_visit(self, life: Life, person: Participant) -> None:
        physio = self.clinician(person, Role.PHYSIOTHERAPIST)
        visit = plans.visit(person, 1)
        assert visit is not None
        if visiting.talk(life, visit, self.protocol, self.model.words, physio):
            self.rota.after_answers(life, person)
        set_goals: list[Goal] = []
        for number, goal in enumerate(life.goals):
            set_goals.append(self.activity.set_goal(life, person, physio, number, goal, set_goals))
        goals.further(self.model, life, person, physio, 1, self.key(life, "further goal", 1))
        visiting.agree(life, visit, self.activity.plan(life), self.protocol, self.key(life, "plan", 1), physio)
        if life.randomised_on is None:
            self.later(clock.now() + timedelta(days=8), partial(self._leave, life, person, "changed_mind"))
            return
        self._confirm_baseline_criteria(life, person)
        self.later(
            self.after(clock.at(life.randomised_on, 16, life.number % 60)), partial(self._randomise, life, person)
        )
        self.activity.keep(life, person)

    def _confirm_baseline_criteria(self, life: Life, person: Participant) -> None:
        """The criteria that need answers given after consent. Whom one would end is not drawn as going on."""
        screening = trials.screening_of(person)
        assert screening is not None
        coordinator = self.cast.coordinators[life.site]
        for row in trials.criteria_of(screening, at="baseline"):
            if row.computed.passes is False:
                raise RuntimeError(f"Life {life.number} goes on although {row.criterion.code} speaks against it.")
            trial.decide_criterion(
                screening=screening, criterion=row.criterion.code, source="answers", by=coordinator,
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
        self.guided.go_through(life, person)
        if life.withdrew_on:
            self.later(clock.at(life.withdrew_on, 8), partial(self._withdraw, life, person))
        self._follow_up(life, person)
        if "programme" in revealed.arm.treatments and self.protocol.programme:
            self.guided.begin(life, person, self.protocol.programme)

    # After randomisation ------------------------------------------------------------------------------------------
    def _later_visits(self, life: Life, person: Participant) -> None:
        assert life.visit1_on is not None
        for visit in self.protocol.visits[1:]:
            held = {2: life.second_visit, 3: life.third_visit}.get(visit.number, False)
            day = workday(life.visit1_on + timedelta(days=visit.day + life.choices.randint(-3, 3)))
            moment = clock.at(day, 9 + life.number % 7)
            self.later(moment, partial(self._visit, life, person, visit.number, held))

    def _visit(self, life: Life, person: Participant, number: int, held: bool) -> None:
        if life.withdrew == "everything" and self.is_gone(person):
            return
        physio = self.clinician(person, Role.PHYSIOTHERAPIST)
        if not held:
            why = visiting.why_missed(life, number)
            physiotherapy.miss_visit(participant=person, number=number, why_coded=why, by=physio)
            return
        if number == 2:
            visiting.changes_hands(life, person)
            self._clinicians.pop((person.pk, Role.PHYSIOTHERAPIST), None)
            physio = self.clinician(person, Role.PHYSIOTHERAPIST)
        visit, draft = plans.visit(person, number), None
        assert visit is not None
        if number == 2:
            visiting.look_back(life, visit, plans.plan_now(person), physio)
            draft = self.activity.plan(life, more=5)
            self.activity.forget_plan(person)
            goals.further(self.model, life, person, physio, number, self.key(life, "further goal", number))
        if number == self.protocol.visits[-1].number:
            visiting.judge(life, visit, self.protocol, self.model.words, physio)
        visiting.agree(life, visit, draft, self.protocol, self.key(life, "plan", number), physio)
        tomorrow = clock.at(clock.today() + timedelta(days=1), *hour_of(life))
        self.later(tomorrow, partial(self.harms.ask, life, person, f"visit_{number}"))
        if self.protocol.goals and f"visit_{number}" == self.protocol.goals.rated_at:
            self._believe(life, person, number, physio)
            self._rate(life, person, number)

    def _believe(self, life: Life, person: Participant, number: int, physio: Account) -> None:
        visit = plans.visit(person, number)
        assert visit is not None  # it was held a moment ago
        found = goals.belief(self.model, life, [arm.code for arm in self.protocol.arms])
        goals.keep_belief(found, visit, physio, [self.key(life, "told"), self.key(life, "guess")])

    def _rate(self, life: Life, person: Participant, number: int) -> None:
        for place, each in enumerate(sorted(plans.goals_of(person), key=lambda each: each.goal.pk)):
            level, gas_level = goals.rated(life, place)
            trial.rate_goal(
                goal=each.goal, level=level, gas_level=gas_level if each.levels else None, rater="participant",
                mode="own_screen", occasion=f"visit_{number}", key=self.key(life, "rating", each.goal.pk),
                by=person.account,
            )  # fmt: skip

    def _follow_up(self, life: Life, person: Participant) -> None:
        if not life.answers:
            return
        for occasion in {outcome.occasion for outcome in self.protocol.primary_outcomes}:
            found = assessments.assessment(person, occasion)
            assert found is not None
            day = max(found.opens_on, min(found.closes_on, found.due_on + timedelta(days=life.answer_delay)))
            if life.mode == Mode.WEB:
                self.later(clock.at(day, *hour_of(life)), partial(self.answer, life, person, occasion, life.follow_up))
            else:  # by staff, who work on working days
                moment = clock.at(workday(day), *hour_of(life))
                self.later(moment, partial(self._answer_otherwise, life, person, occasion))
            self.later(clock.at(workday(day), 20), partial(self.harms.ask, life, person, occasion))
            thanked = workday(day + AFTER_ANSWERS)
            self.later(clock.at(thanked, 11, life.number % 60), partial(self._send_gift, life, person, occasion))

    def _send_gift(self, life: Life, person: Participant, occasion: str) -> None:
        """The coordinator posts what the protocol gives for answers, where it gives anything and they have come."""
        found = assessments.assessment(person, occasion)
        if found is None or self.protocol.occasion(occasion).incentive is None:
            return
        if found.submitted_at or found.minimum_at:
            scheduling.keep_incentive(
                participant=person, occasion=occasion, sent_on=clock.today(), key=self.key(life, "gift", occasion),
                by=self.cast.coordinators[life.site],
            )  # fmt: skip

    def _answer_otherwise(self, life: Life, person: Participant, occasion: str) -> None:
        if life.mode == Mode.PHONE:
            assessors.ask_by_telephone(self.model, life, person, occasion)
            return
        enter_again = assessors.enter_paper(self.model, life, person, occasion)
        self.later(clock.at(workday(clock.today() + timedelta(days=1)), 10, life.number % 60), enter_again)
        self.rota.after_answers(life, person)

    def answer(
        self, life: Life, person: Participant, occasion: str, levels: dict[str, float], chance: Random | None = None
    ) -> None:
        """Answer and send an occasion; answers are drawn from the life's own stream, unless told another."""
        found = assessments.assessment(person, occasion)
        assert found is not None
        for code in found.instruments:
            given = answers.answer(protocols.questionnaire(code), levels, chance or life.choices, self.model.typical)
            trial.save_answers(
                assessment=found, instrument=code, answers=given, language=life.language, by=person.account
            )
        trial.submit_assessment(assessment=found, by=person.account)
        self.rota.after_answers(life, person)

    def _withdraw(self, life: Life, person: Participant) -> None:
        trial.withdraw(
            participant=person, layers=[life.withdrew], reasons=leaving.reasons(life, self.protocol), by=person.account
        )

    # Small things -------------------------------------------------------------------------------------------------
    def clinician(self, person: Participant, role: str) -> Account:
        """Who cares for a person in a role today; asked once, and again when a colleague has taken over."""
        key = (person.pk, role)
        if key not in self._clinicians:
            found = people.clinician_of(person, role)
            if found is None:
                raise RuntimeError(f"{person.code} has nobody in the role {role}.")
            self._clinicians[key] = found
        return self.absences.instead_of(self._clinicians[key])

    def is_gone(self, person: Participant) -> bool:
        """Whether somebody has left the trial."""
        enrolment = trials.enrolment(person)
        return enrolment is None or enrolment.stage in {"withdrawn", "not_randomised"}

    def words(self, life: Life, kind: str, chance: Random | None = None) -> str:
        """Words of a kind from the trial's file, in the person's language."""
        found = self.model.words[kind]
        return str((chance or life.choices).choice(found.get(life.language, found["en"])))

    def _asked_in_public(self) -> set[str]:
        return {criterion.code for criterion in self.protocol.criteria if criterion.self_check}

    def self_check(self, life: Life) -> dict[str, Any]:
        """What the public page asked; someone who will be excluded for narrow pain marks one side only."""
        wide = ["f-shoulder-l", "f-shoulder-r", "b-neck", "b-lower-back-l", "b-lower-back-r", "f-hip-l", "f-thigh-r"]
        marked = ["f-shoulder-l", "b-neck"] if life.criterion == "widespread_pain" else wide
        yes = {
            criterion.code: criterion.kind == "include" for criterion in self.protocol.criteria if criterion.self_check
        }
        return {"age": life.age, "pain_months": life.pain_months, "pain_places": marked, "answers": yes}

    def after(self, moment: datetime) -> datetime:
        """`moment`, or a minute from now when it has passed."""
        return max(moment, clock.now() + timedelta(minutes=1))

    def key(self, life: Life, *parts: Any) -> UUID:
        """The key of a form of this life: the same for the same parts."""
        chance = Random(":".join(map(str, (life.number, *parts))))  # noqa: S311 - made up on purpose
        return UUID(int=chance.getrandbits(128), version=4)


def email_of(life: Life) -> str:
    """The address that this person leaves."""
    return f"person-{life.number}@{DOMAIN}"


def hour_of(life: Life) -> tuple[int, int]:
    """The hour and minute at which this person sits down."""
    return 10 + life.number % 9, (life.number * 7) % 60
