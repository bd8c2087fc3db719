"""Worlds: a trial at any stage, reached through real actions on a frozen clock. For all tests that need people in a trial.

    world = worlds.installed()                       # the example trial: sites, staff, rota, list, programme
    person = world.allocated(arm="intervention")     # … who was screened, consented, … and was randomised today
    person = world.followed_up(on=date(2026, 11, 2)) # … and has sent the answers of the primary occasion that day

Each stage goes through all before it. `on` is the day of the stage itself (today unless told); what comes before it lies
as many days earlier as a usual participant takes. Every step is done by whom a page would let do it, and as the database
knows them, so that policies and row-level security are those of earnest. What a test then reads or does itself it does
within `with acting_as(…)`, or `with world.acting(account, on=day):` when the day matters as well.

Most tests take the example trial from the fixture `example_trial`, which has it installed once for all of them.
`installed(THREE_ARMS)` is the second trial: three arms, strata of site and age, neither visits nor programme.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property, wraps
from hashlib import sha256
from itertools import count
from pathlib import Path
from random import Random
from typing import Any, ParamSpec, TypeVar
from uuid import uuid4

from stegvis.allocation import actions as allocation
from stegvis.allocation import queries as places
from stegvis.allocation.models import Allocation
from stegvis.assessments import queries as assessments
from stegvis.assessments.models import Assessment
from stegvis.audit import clock
from stegvis.audit.action import SYSTEM, Actor
from stegvis.consent import actions as consent
from stegvis.consent import queries as consents
from stegvis.demonstration import answers
from stegvis.demonstration.cast import Cast, assemble
from stegvis.methods.instruments.questionnaire import Questionnaire
from stegvis.methods.programme import check
from stegvis.methods.programme.content import Programme
from stegvis.methods.randomisation.blocks import generate
from stegvis.methods.randomisation.sequence import SequenceList
from stegvis.methods.study.protocol import Protocol
from stegvis.people import queries as people
from stegvis.people.acting import acting_as
from stegvis.people.models import Account, Participant, Role, Site
from stegvis.physiotherapy import actions as physiotherapy
from stegvis.physiotherapy import queries as plans
from stegvis.physiotherapy.models import Goal
from stegvis.programme import actions as programme
from stegvis.programme import arranging, drafts
from stegvis.programme import queries as courses
from stegvis.programme.models import Course, Feedback, Homework, WorksheetEntry
from stegvis.programme.worksheets import actions as sheet_actions
from stegvis.programme.worksheets import drafts as sheet_drafts
from stegvis.programme.worksheets import queries as worksheets
from stegvis.protocol import actions as protocols
from stegvis.protocol import queries as protocol_queries
from stegvis.trial import actions as trial
from stegvis.trial import consent_texts
from stegvis.trial import queries as trials
from stegvis.trial.models import Screening
from stegvis.trial.today import own_arm
from tests.ground import Ground
from tests.studies.folders import CWP

Given, Reached = ParamSpec("Given"), TypeVar("Reached")

FRIDAY = date(2026, 11, 13)
"""The day of the tests' worlds unless told otherwise."""

TO_INVITATION, TO_CONSENT, TO_BASELINE, TO_VISIT, TO_RANDOMISATION = (timedelta(days=n) for n in (1, 4, 2, 3, 2))
"""How long a usual participant takes from each stage to the next, within every window of both trials."""

SEED = 1
PLACES = 24
WIDE = ("f-shoulder-l", "f-shoulder-r", "b-neck", "b-lower-back-l", "b-lower-back-r", "f-hip-l", "f-thigh-r")
"""Places of the pain map that make widespread pain by any definition."""


def installed(directory: Path | None = None, *, on: date = date(2026, 3, 2), every_question: bool = False) -> "World":
    """A trial ready for its first participant, prepared on a day: the example trial, or the one in `directory`.

    People answer the questionnaires that gates, criteria and safety rules look at; with `every_question` all of them.
    """
    chosen = directory or CWP
    _forget()
    with acting_as(SYSTEM), clock.frozen(clock.at(on, 8)):
        protocols.load_study(directory=chosen, by=SYSTEM)
        protocol = protocol_queries.current()
        cast = assemble(protocol)
        if protocol.programme is not None:
            programme.publish(programme=_programme(chosen / protocol.programme.directory), by=SYSTEM)
        sealed = _list(protocol)
        allocation.load_sequence(csv_text=sealed.csv(), seed_kind="typed", by=SYSTEM)
    return World(protocol, cast, sealed, chosen, every_question)


def as_installed(world: "World", ground: Ground | None = None) -> "World":
    """A trial that was installed earlier and stands in the database of this test, as its first participant finds it."""
    _forget()
    return replace(world, cast=deepcopy(world.cast), _numbers=count(1), ground=ground)


def _forget() -> None:
    """Another database in this process may have had other rows with the same keys."""
    protocol_queries.forget()
    courses.content.cache_clear()


def stage(build: Callable[Given, Reached]) -> Callable[Given, Reached]:
    """A way to a stage of a world, which need not be gone twice where the world stands on a `Ground`."""

    @wraps(build)
    def reached(world: "World", **given: Any) -> Any:
        if world.ground is None:
            return build(world, **given)
        return world.ground.reach(world, build.__name__, lambda: build(world, **given), given)

    return reached  # type: ignore[return-value]


@dataclass
class World:
    """One installed trial, and the ways to bring people to any stage of it."""

    protocol: Protocol
    cast: Cast
    sealed: SequenceList
    directory: Path
    every_question: bool
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))
    ground: Ground | None = None
    """Where stages that other tests reached by the same calls stand already."""

    # Places and staff ---------------------------------------------------------------------------------------------
    @property
    def sites(self) -> list[Site]:
        """The trial's sites, in the protocol's order."""
        return list(self.cast.sites.values())

    @property
    def site(self) -> Site:
        """The first of them."""
        return self.sites[0]

    def staff(self, role: str, site: Site | None = None) -> Account:
        """A member of staff in a role; at a site (the first), when the role belongs to one."""
        if role in {Role.DATA_MANAGER, Role.STATISTICIAN, Role.COMMITTEE, Role.ADMINISTRATOR}:
            return self.cast.by_role[Role(role)][0]
        found = people.staff_at(site or self.site, role).order_by("code").first()
        assert found is not None, f"nobody is {role} at {site or self.site}"
        return found

    def coordinator(self, of: Participant | Site | None = None) -> Account:
        """The coordinator at a site, or at that of a participant."""
        return self.staff(Role.COORDINATOR, of.site if isinstance(of, Participant) else of)

    def clinician(self, participant: Participant, role: str) -> Account:
        """Who cares for a participant in a role."""
        with acting_as(SYSTEM):
            found = people.clinician_of(participant, role)
        assert found is not None, f"nobody cares for {participant} as {role}"
        return found

    @contextmanager
    def acting(self, account: Actor, on: date | None = None, hour: int = 8) -> Iterator[None]:
        """Within the block it is `hour` o'clock on a day (today), and the database knows that `account` acts.

        Everything in a world happens at eight, so that a test that begins at nine comes after it.
        """
        moment = clock.at(on or clock.today(), hour)
        with clock.frozen(moment), acting_as(account), protocol_queries.remembered():
            yield

    # Before randomisation -----------------------------------------------------------------------------------------
    @stage
    def screened(
        self, *, site: Site | None = None, on: date | None = None, language: str = "", age: int | None = None,
        **more: Any,
    ) -> Screening:  # fmt: skip
        """Someone left contact details after the public self-check; `more` goes to `trial.open_screening`."""
        number = next(self._numbers)
        given: dict[str, Any] = {
            "source": "self", "name": f"Made Up {number}", "email": f"person{number}@example.org",
            "phone": "070-174 06 99", "key": uuid4(), "made_up": True, "answers": self.self_check(age),
        }  # fmt: skip
        with self.acting(SYSTEM, on):
            return trial.open_screening(
                site=site or self.site, language=language or self.protocol.trial.languages[0], by=SYSTEM,
                **(given | more),
            )  # fmt: skip

    def self_check(self, age: int | None = None) -> dict[str, Any]:
        """Answers to the public self-check that speak for an assessment."""
        asked = [each for each in self.protocol.criteria if each.self_check]
        return {
            "age": self.age if age is None else age, "pain_months": 60, "pain_places": list(WIDE),
            "answers": {each.code: each.kind == "include" for each in asked},
        }  # fmt: skip

    @cached_property
    def age(self) -> int:
        """An age that every age limit of the protocol lets in."""
        limits = [each.rule for each in self.protocol.criteria if each.rule.kind == "age"]
        return next(a for a in (45, 70) if all((r.minimum or 0) <= a <= (r.maximum or 120) for r in limits))

    def decided(self, screening: Screening, *, at: str = "screening", on: date | None = None, **other: str) -> None:
        """The coordinator confirms every criterion decided at that point so that it passes, but for `other` verdicts."""
        coordinator = self.coordinator(screening.site)
        with self.acting(coordinator, on):
            for row in trials.criteria_of(screening, at=at):
                code = row.criterion.code
                verdict = other.get(code, "yes" if row.criterion.kind == "include" else "no")
                trial.decide_criterion(
                    screening=screening, criterion=code, verdict=verdict, source="telephone", by=coordinator
                )

    @stage
    def invited(self, *, site: Site | None = None, on: date | None = None, **more: Any) -> Participant:
        """Found eligible, given a code, and written to; `more` goes to `screened`."""
        day = on or clock.today()
        screening = self.screened(site=site, on=day - TO_INVITATION, **more)
        self.decided(screening, on=day)
        coordinator = self.coordinator(screening.site)
        with self.acting(coordinator, day):
            trial.invite(screening=screening, sex="woman", by=coordinator)
        found = people.participant_by_code(_participant(screening).code)
        assert found is not None
        return found

    @stage
    def consented(self, *, on: date | None = None, **more: Any) -> Participant:
        """Has consented; the baseline questions are open. `more` goes to `invited`."""
        day = on or clock.today()
        person = self.invited(on=day - TO_CONSENT, **more)
        with self.acting(person.account, day):
            self.read_information(person)
            trial.give_consent(
                participant=person, typed_name="Made Up", language=person.language, key=uuid4(), by=person.account
            )
        self.countersigned(person, on=day)
        return person

    def read_information(self, person: Participant, language: str = "") -> None:
        """The person opens every page of the information; within `acting`."""
        enrolment = trials.enrolment_of(person)
        pages = consent_texts.of(enrolment, language or person.language).pages
        trial.read_pages(
            participant=person, language=language or person.language, pages=range(1, len(pages) + 1), by=person.account
        )

    def countersigned(self, person: Participant, on: date | None = None) -> None:
        """The coordinator signs that they informed the person, where the protocol asks for it."""
        coordinator = self.coordinator(person)
        with self.acting(coordinator, on):
            given = consents.newest(person)
            if given is None or not self.protocol.consenting.countersigned:
                return
            consent.countersign(
                consent=given, signature="Made Up Coordinator", mode="telephone", key=uuid4(), by=coordinator
            )

    @stage
    def baseline_done(
        self, *, on: date | None = None, levels: Mapping[str, float] | None = None, **more: Any
    ) -> Participant:
        """Has answered and sent the baseline, aiming at `levels` by score; `more` goes to `consented`."""
        day = on or clock.today()
        person = self.consented(on=day - TO_BASELINE, **more)
        self.answer(person, self.baseline, on=day, levels=levels)
        return person

    @stage
    def planned(self, *, on: date | None = None, goals: int = 1, **more: Any) -> Participant:
        """Has had the first visit with its goals locked and every criterion decided. `more` goes to `baseline_done`.

        In a trial without visits: whoever is ready to be randomised.
        """
        day = on or clock.today()
        person = self.baseline_done(on=day - TO_VISIT, **more)
        if self.protocol.visits:
            self.visit_one(person, on=day, goals=goals)
        self.decided(self.screening(person), at="baseline", on=day)
        return person

    def visit_one(self, person: Participant, *, on: date | None = None, goals: int = 1) -> None:
        """The first visit: main goals with a step each, a plan, and the goals locked."""
        physio = self.clinician(person, Role.PHYSIOTHERAPIST)
        with self.acting(physio, on):
            for number in range(goals):
                main = self._goal(person, physio, f"Walk to the lake {number}")
                self._goal(person, physio, f"Walk to the corner {number}", parent=main)
            physiotherapy.agree_plan(
                participant=person, draft=PLAN, visit=plans.visit(person, 1), key=uuid4(), by=physio
            )
            trial.hold_visit(participant=person, number=1, mode="in_person", by=physio)

    # Randomisation and after --------------------------------------------------------------------------------------
    @stage
    def allocated(self, *, arm: str = "", on: date | None = None, site: Site | None = None, **more: Any) -> Participant:
        """Has been randomised; to `arm` when told: at a site whose next place is that arm's. `more` goes to `planned`.

        Where no site has such a place next, somebody else is randomised first, as it would be in earnest.
        """
        day = on or clock.today()
        chosen = site or (self._site_for(arm, more.get("age")) if arm else self.site)
        while arm and chosen and self.next_arm(chosen, more.get("age")) != arm:
            self.allocated(site=chosen, on=day, age=more.get("age"))
        person = self.planned(on=day - TO_RANDOMISATION, site=chosen, **more)
        self.randomise(person, on=day)
        return person

    def randomise(self, person: Participant, *, on: date | None = None) -> trial.Revealed:
        """The coordinator presses."""
        coordinator = self.coordinator(person)
        with self.acting(coordinator, on):
            return trial.randomise(participant=person, by=coordinator)

    @stage
    def followed_up(
        self, *, on: date | None = None, follow_up: Mapping[str, float] | None = None, **more: Any
    ) -> Participant:
        """Was randomised long enough ago, and sends the answers of the primary occasion. `more` goes to `allocated`."""
        day = on or clock.today()
        person = self.allocated(on=day - timedelta(days=self.protocol.occasion(self.primary).day), **more)
        self.answer(person, self.primary, on=day, levels=follow_up)
        return person

    # What people do -----------------------------------------------------------------------------------------------
    def answer(
        self, person: Participant, occasion: str, *, on: date | None = None, levels: Mapping[str, float] | None = None,
        **instead: Any,
    ) -> Assessment:  # fmt: skip
        """Answer the questions of an occasion, aiming at `levels` by score, and send.

        Nobody gives an answer that sets off an alert, unless it stands in `instead`: by linkId, with _ for -.
        """
        with self.acting(person.account, on):
            found = self.assessment(person, occasion)
            for code in (each for each in found.instruments if self.every_question or each in self._looked_at):
                questionnaire = protocol_queries.questionnaire(code)
                given = answers.answer(questionnaire, {**CALM, **(levels or {})}, Random(person.pk))
                given |= self._calm(questionnaire)
                given |= {k: v for each, v in instead.items() if (k := each.replace("_", "-")) in given}
                trial.save_answers(
                    assessment=found, instrument=code, answers=given, language=person.language, by=person.account
                )
            return trial.submit_assessment(assessment=found, by=person.account)

    def send_homework(
        self, person: Participant, module: str = "", *, words: str = "I tried it.", on: date | None = None
    ) -> Homework:
        """Read a module (the next one) to its end, write in its fields and send."""
        with self.acting(person.account, on):
            course = self.course(person)
            step = courses.way(course).next
            code = module or (step.module.code if step else "")
            found = courses.content(course.release_id).module(code)
            for part in found.parts(person.language):
                programme.finish_part(course=course, module=code, part=part.number, length="full", by=person.account)
            written = {each.name: words for each in found.fields(person.language) if each.kind == "long-text"}
            drafts.save(course=course, module=code, values=written, by=person.account)
            next_opens = self.protocol.programme.next_opens if self.protocol.programme else ""
            return programme.send_homework(
                course=course, module=code, next_opens=next_opens, key=uuid4(), by=person.account
            )

    def reply(self, homework: Homework, *, text: str = "You did it.", on: date | None = None, **more: Any) -> Feedback:
        """The therapist opens homework and answers it; `more` goes to `programme.answer_homework`."""
        participant = homework.course.participant
        therapist = self.clinician(participant, Role.THERAPIST)
        given: dict[str, Any] = {"open_next": False, "language": participant.language, "key": uuid4()}
        with self.acting(therapist, on):
            programme.open_homework(homework=homework, by=therapist)
            return programme.answer_homework(homework=homework, text=text, by=therapist, **(given | more))

    def write_sheet(self, person: Participant, sheet: str, *, on: date | None = None, **values: str) -> None:
        """Write in a worksheet and leave it there; without `values`, a few words in its first text."""
        with self.acting(person.account, on):
            course = self.course(person)
            found = worksheets.sheet(course, sheet)
            assert found is not None, f"there is no sheet {sheet}"
            text = (each.name for each in found.fields(person.language) if each.kind in {"text", "long-text"})
            written = values or {next(text): "A few words."}
            sheet_drafts.save(course=course, sheet=sheet, values=written, by=person.account)

    def keep_sheet(
        self, person: Participant, sheet: str, *, audience: str = "", on: date | None = None, **values: str
    ) -> WorksheetEntry:
        """Write in a worksheet and keep it; share it with an `audience` when told."""
        self.write_sheet(person, sheet, on=on, **values)
        with self.acting(person.account, on):
            kept = sheet_actions.keep(course=self.course(person), sheet=sheet, key=uuid4(), by=person.account)
            if audience:
                sheet_actions.share(entry=kept, audience=audience, by=person.account)
            return kept

    def hold_start_call(self, person: Participant, *, on: date | None = None) -> None:
        """The therapist speaks with the participant before the first step, and finds nothing that speaks against it."""
        therapist = self.clinician(person, Role.THERAPIST)
        findings = {"suitability": "fits", "exhaustion": "none", "time": "enough", "risk": "none"}
        with self.acting(therapist, on):
            arranging.keep_contact(
                course=self.course(person), kind="start", mode="telephone", outcome="held", held_on=clock.today(),
                minutes=0, found=findings, words="", key=uuid4(), by=therapist,
            )  # fmt: skip

    def hold_visit(self, person: Participant, number: int, *, on: date | None = None) -> None:
        """The physiotherapist meets the participant once more."""
        physio = self.clinician(person, Role.PHYSIOTHERAPIST)
        with self.acting(physio, on):
            trial.hold_visit(participant=person, number=number, mode="in_person", by=physio)

    def rate_goals(self, person: Participant, level: str = "fully", *, on: date | None = None) -> list[Goal]:
        """The participant rates every goal on their own screen; what was rated before is corrected."""
        occasion = self.protocol.goals.rated_at if self.protocol.goals else ""
        with self.acting(person.account, on):
            goals = plans.goals_of(person)
            for each in goals:
                before = each.rated_at(occasion)
                trial.rate_goal(
                    goal=each.goal, level=level, rater="participant", mode="own_screen", occasion=occasion,
                    corrects=before, reason_given="Thought again" if before else "", key=uuid4(), by=person.account,
                )  # fmt: skip
        return [each.goal for each in goals]

    def withdraw(self, person: Participant, *layers: str, on: date | None = None) -> None:
        """The participant withdraws from layers."""
        with self.acting(person.account, on):
            trial.withdraw(participant=person, layers=layers, by=person.account)

    @cached_property
    def _looked_at(self) -> frozenset[str]:
        """The questionnaires that something before the analysis looks at."""
        rules = [each.rule.instrument for each in self.protocol.criteria if each.rule.kind == "score"]
        return frozenset(
            [*self.protocol.primary_instruments, *rules, *(r.instrument for r in self.protocol.safety.rules)]
        )

    def _calm(self, questionnaire: Questionnaire) -> dict[str, str]:
        """To every question that a safety rule looks at, the first answer that sets none off."""
        calm = {}
        for item in questionnaire.questions:
            rules = [rule for rule in self.protocol.safety.rules if rule.item == item.link_id]
            if rules:
                options = [each for each in item.options if not any(r.fires(float(each.ordinal or 0)) for r in rules)]
                calm[item.link_id] = options[0].key
        return calm

    # What stands in the tables ------------------------------------------------------------------------------------
    @property
    def baseline(self) -> str:
        """The occasion before randomisation."""
        return next(each.code for each in self.protocol.occasions if each.anchor == "consent")

    @property
    def primary(self) -> str:
        """The occasion of the primary outcomes."""
        return self.protocol.primary_outcomes[0].occasion

    def assessment(self, person: Participant, occasion: str) -> Assessment:
        """A participant's assessment at an occasion."""
        found = assessments.assessment(person, occasion)
        assert found is not None, f"{occasion} is not open for {person}"
        return found

    def screening(self, person: Participant) -> Screening:
        """The screening through which a participant came."""
        with acting_as(SYSTEM):
            found = trials.screening_of(person)
        assert found is not None
        return found

    def course(self, person: Participant) -> Course:
        """A participant's course, as far as whoever acts may see it."""
        found = courses.course_of(person)
        assert found is not None, f"{person} has no course, or it is not shown to whoever acts"
        return found

    def arm_of(self, person: Participant) -> str:
        """The arm a participant was given, as their own page knows it."""
        with acting_as(person.account):
            arm = own_arm(person)
        assert arm is not None, f"{person} has not been randomised"
        return arm.code

    def next_arm(self, site: Site, age: int | None = None) -> str:
        """The arm that whoever is randomised next at a site will get: known to the list's maker, and to tests."""
        stratum = next(each for each in self.protocol.strata if self._fits(each, site, age))
        arms = [place.arm for place in self.sealed.places if place.stratum == stratum]
        with acting_as(SYSTEM), places.opened("all"):
            return arms[Allocation.objects.filter(stratum=stratum).count()]

    def _fits(self, stratum: str, site: Site, age: int | None) -> bool:
        """Whether a stratum is that of a site and, where the trial stratifies by it, of an age."""
        code, _, level = stratum.partition("/")
        if code != site.code:
            return False
        rules = {each.code: each.rule for factor in self.protocol.factors for each in factor.levels}
        rule = rules.get(level)
        years = self.age if age is None else age
        return rule is None or (rule.minimum or 0) <= years <= (rule.maximum or 120)  # type: ignore[union-attr]

    def _site_for(self, arm: str, age: int | None) -> Site:
        return next((site for site in self.sites if self.next_arm(site, age) == arm), self.site)

    def _goal(self, person: Participant, physio: Account, text: str, parent: Goal | None = None) -> Goal:
        return physiotherapy.set_goal(
            participant=person, kind="intermediate" if parent else "main", text=text, goal_type="function",
            parent=parent, target_week=4 if parent else 12, key=uuid4(), by=physio,
        )  # fmt: skip


PLAN = plans.Draft((plans.DraftActivity(kind="walking", days=(1, 3, 5), minutes=20, effort="medium"),), "", 60, 1)
"""A plan: walk twenty minutes on three days."""

CALM: dict[str, float] = {"phq9": 4.0, "hads_anxiety": 5.0, "hads_depression": 4.0, "unsteadiness": 1.0}
"""Levels at which no safety rule fires and nobody needs a referral, for whoever has those scores."""


def _participant(screening: Screening) -> Participant:
    assert screening.participant is not None
    return screening.participant


def _programme(directory: Path) -> Programme:
    """Read once for each process: a test's own copy of a study has most often the same files as the next test's."""
    files = sorted(file for file in directory.rglob("*") if file.is_file())
    digest = sha256(b"".join(str(file.relative_to(directory)).encode() + file.read_bytes() for file in files)).digest()
    if digest not in _programmes:
        _programmes[digest] = check.read(directory)
    return _programmes[digest]


_programmes: dict[bytes, Programme] = {}


def _list(protocol: Protocol) -> SequenceList:
    """The allocation list of the tests' worlds, from a typed seed."""
    ratio = [arm.ratio for arm in protocol.arms]
    return generate(
        arms=[arm.code for arm in protocol.arms], ratio=ratio, block_sizes=[sum(ratio), 2 * sum(ratio)],
        strata=list(protocol.strata), per_stratum=PLACES, seed=SEED,
    )  # fmt: skip
