"""Visiting: what is said, asked, measured and agreed at a made-up person's visits, through the actions of the pages.

Drawn from random streams of its own, so that it changes nothing else in the lives. Capacity at the first visit is
N(11, 3) stands; the retest adds N(0.99, 1.7), the practice and the chance of the test's own source.
"""

from datetime import time, timedelta
from random import Random
from typing import Any
from uuid import UUID, uuid5

from stegvis.audit import clock
from stegvis.demonstration.lives import Life, workday
from stegvis.methods.study.protocol import Protocol
from stegvis.people import queries as people
from stegvis.people.models import Account, Participant, Role
from stegvis.physiotherapy import queries as plans
from stegvis.physiotherapy.visiting import actions
from stegvis.physiotherapy.visiting.queries import Going, Missed, NotDone, Reached, Said, Verdict
from stegvis.trial import actions as trial

WARNED = 0.06
"""The share who say yes to a warning sign at the first visit; a guess."""

NOT_TESTED = 0.08
"""The share who are not tested at a visit; fitness tests are feasible for 89 to 100 per cent with fibromyalgia."""

CHANGES_HANDS = 40
"""Every so-manieth person is met by a colleague from the second visit on."""

FIRST, SPREAD, GAIN, RETEST = 11.0, 3.0, 0.99, 1.7
REASONS = (Missed.ILL, Missed.FORGOT, Missed.WORK, Missed.TRAVEL, Missed.NO_REPLY, Missed.NOT_TOLD)
NAMESPACE = UUID("5f1d3a52-9a0e-4f0c-8a63-0b1f6d6a7c21")

LIMITS = {
    "sv": "Inga lyft över axelhöjd, och sluta vid yrsel.",
    "en": "No lifting above the shoulder; stop when dizzy.",
}


def talk(life: Life, visit: Any, protocol: Protocol, words: dict[str, Any], by: Account) -> bool:
    """The first visit until the goals: life and body, warning signs, the test. Gives back whether the rota was told."""
    chance = _chance(life, visit.number)
    actions.write_notes(visit=visit, notes=_life(chance, words["life"], life.language), by=by)
    is_told = _ask(life, chance, visit, protocol, by)
    _test(chance, visit, protocol, max(2, round(chance.gauss(FIRST, SPREAD))), by)
    return is_told


def look_back(life: Life, visit: Any, plan: Any, by: Account) -> None:
    """The second visit: everything goes on for a little longer, so everything is changed."""
    why = {"sv": "Gick bra, lite längre nu", "en": "Went well, a little longer now"}[life.language]
    verdicts = {each.pk: (Verdict.CHANGE.value, why) for each in plan.activities.all()}
    actions.review_activities(visit=visit, verdicts=verdicts, by=by)


def judge(life: Life, visit: Any, protocol: Protocol, words: dict[str, Any], by: Account) -> None:
    """The last visit: heart and lungs again, the test again, the WHO's advice, and how the person goes on."""
    chance = _chance(life, visit.number)
    asked = dict.fromkeys(protocol.physiotherapy.before_effort, Said.NO.value)
    trial.answer_red_flags(visit=visit, answers=asked, by=by)
    first = max(2, round(_chance(life, 1).gauss(FIRST, SPREAD)))
    _test(chance, visit, protocol, max(1, round(first + chance.gauss(GAIN, RETEST))), by)
    week = plans.week(visit.participant, clock.today() - timedelta(weeks=1))
    aerobic = Reached.YES if week.equivalent >= 150 else Reached.UNSURE if chance.random() < 0.2 else Reached.NO
    strength = Reached.YES if week.strength_days >= 2 else Reached.NO
    actions.judge_who(
        visit=visit, aerobic=aerobic, strength=strength, source="diary" if week.minutes else "interview",
        key=_key(life, "who", visit.number), by=by,
    )  # fmt: skip
    onward = chance.choice(words["onward"])[life.language]
    actions.write_notes(visit=visit, notes={"onward": onward}, by=by)


def agree(life: Life, visit: Any, draft: plans.Draft | None, protocol: Protocol, key: UUID, by: Account) -> None:
    """The end of a visit: what was decided is read aloud, the plan made, the visit held, the next one booked."""
    chance = _chance(life, visit.number, "agree")
    following = next((each for each in protocol.visits if each.number == visit.number + 1), None)
    booked = None
    if following is not None:
        first = life.visit1_on or clock.today()
        day = max(workday(first + timedelta(days=following.day)), clock.today())
        at = time(9 + chance.randrange(7), 30 * chance.randrange(2))
        booked = trial.Next(
            following.number, day, at, chance.choices(("in_person", "video", "telephone"), (6, 3, 1))[0]
        )
    goals = [each.goal.text for each in plans.goals_of(visit.participant)]
    titles = [each.title for each in draft.activities] if draft else []
    trial.agree_visit(
        visit=visit, draft=draft, mode=visit.planned_mode or "in_person", summary="\n".join([*goals, *titles]),
        read_aloud=True, app_shown=chance.random() < 0.9, following=booked, key=key, by=by,
    )  # fmt: skip


def why_missed(life: Life, number: int) -> str:
    """The coded reason of a visit that does not take place."""
    return _chance(life, number, "missed").choice(REASONS).value


def changes_hands(life: Life, person: Participant) -> None:
    """For some, a colleague at the site meets the person from now on; where there is no colleague, nobody does."""
    if life.number % CHANGES_HANDS:
        return
    now = people.clinician_of(person, Role.PHYSIOTHERAPIST)
    others = people.staff_at(person.site, Role.PHYSIOTHERAPIST).order_by("code")
    colleague = next((each for each in others if now is None or each.pk != now.pk), None)
    if colleague is not None:
        trial.take_over(participant=person, by=colleague)


def _life(chance: Random, words: list[dict[str, str]], language: str) -> dict[str, str]:
    """Numbers of an ordinary week, and a line under some of the headings."""
    said = {each["question"]: each[language] for each in chance.sample(words, k=min(5, len(words)))}
    numbers = {
        "easy_minutes": 10 * chance.randrange(0, 25), "moderate_minutes": 10 * chance.randrange(0, 13),
        "hard_minutes": chance.choice((0, 0, 0, 10, 20)), "strength_days": chance.choice((0, 0, 1, 2)),
        "sitting_hours": chance.randrange(4, 12),
    }  # fmt: skip
    return {name: str(value) for name, value in numbers.items()} | said


def _ask(life: Life, chance: Random, visit: Any, protocol: Protocol, by: Account) -> bool:
    """Everything is asked about; a yes is decided about by the physiotherapist, who goes on within limits."""
    asked = protocol.physiotherapy.asked
    answers = {each.code: Said.NO.value for each in asked}
    is_warned = chance.random() < WARNED
    flag = chance.choice(asked).code
    if is_warned:
        answers[flag] = Said.YES.value
    trial.answer_red_flags(visit=visit, answers=answers, by=by)
    if is_warned:
        reason = {"sv": "Känt och utrett hos husläkaren.", "en": "Known and looked into by the family doctor."}
        trial.decide_activity(
            visit=visit, outcome=Going.LIMITS, reason_words=reason[life.language], limits=LIMITS[life.language],
            key=_key(life, "decision", visit.number), by=by,
        )  # fmt: skip
    return is_warned


def _test(chance: Random, visit: Any, protocol: Protocol, value: int, by: Account) -> None:
    most, key = protocol.physiotherapy.capacity_test.most, uuid5(NAMESPACE, f"{visit.participant.code}:{visit.number}")
    if chance.random() < NOT_TESTED:
        actions.keep_capacity(visit=visit, not_done=chance.choice((NotDone.PAIN, NotDone.TIRED)), key=key, by=by)
    else:
        actions.keep_capacity(visit=visit, value=min(value, most), key=key, by=by)


def _key(life: Life, *parts: Any) -> UUID:
    return uuid5(NAMESPACE, ":".join(map(str, (life.number, *parts))))


def _chance(life: Life, *parts: Any) -> Random:
    return Random(":".join(map(str, ("visiting", life.number, *parts))))  # noqa: S311 - made up on purpose
