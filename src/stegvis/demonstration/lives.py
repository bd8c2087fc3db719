"""Lives: what every made-up person will do, drawn before anything happens.

Pure: the same parameters, protocol and seed give the same lives. Each person has a random stream of their own, so that
one more draw for one does not change the next. The generating model:

- arrivals are spread evenly; screenings end by the shares of `demonstration.toml`;
- a person has a standing burden b ~ N(0, 1); a baseline score is mean + SD (0.7 b + 0.71 e); the change to the main
  occasion is the arm's mean, minus regression to the mean k (y − mean) with k = SD_change² / 2 SD², plus a normal error
  that gives the stated SD of change and shares a personal factor g, so that outcomes move together;
- a goal is fully attained with logit(p) √(1 + 0.346 σ²) + σ u, u ~ N(0, 1) per person, which keeps the marginal share
  near p (Zeger, Liang & Albert 1988, Biometrics 44:1049–1060);
- whoever answers at the main occasion does so by a logistic model in what was observed before (third visit, homework,
  burden) and, as an option, in g, which was not: then answers are missing not at random;
- of those who answer, given shares do so by telephone, late and the primary outcomes alone, or on paper, entered twice
  with a slip in a given share; the others on a screen.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from random import Random
from typing import Any

from stegvis.demonstration.parameters import Parameters, ScoreModel
from stegvis.methods.randomisation.blocks import generate
from stegvis.methods.randomisation.sequence import Place
from stegvis.methods.study.protocol import Protocol

BLOCKS = (4, 6)
CALLED = (15, 24)
"""Days after the due day on which somebody who has not answered is reached by telephone."""


class Mode(StrEnum):
    """How answers come in, by the codes of the room that keeps them."""

    WEB = "web"
    PHONE = "phone"
    PAPER = "paper"


@dataclass(frozen=True)
class GoalLife:
    """A goal: its words by number, whether it is a step towards an earlier one, and how far it will be attained."""

    kind: str
    words: int
    step: int | None
    parent: int | None
    week: int
    level: str


@dataclass
class Life:
    """One made-up person. Days are counted as dates; what never happens is None."""

    number: int
    site: str
    language: str
    source: str
    age: int
    sex: str
    pain_months: int
    screened_on: date
    fate: str
    criterion: str = ""
    consented_on: date | None = None
    baseline_on: date | None = None
    visit1_on: date | None = None
    randomised_on: date | None = None
    arm: str = ""
    position: int = 0
    baseline: dict[str, float] = field(default_factory=dict)
    follow_up: dict[str, float] = field(default_factory=dict)
    goals: tuple[GoalLife, ...] = ()
    second_visit: bool = False
    third_visit: bool = False
    module_days: tuple[date, ...] = ()
    answers: bool = False
    answer_delay: int = 0
    mode: Mode = Mode.WEB
    misread: bool = False
    withdrew: str = ""
    withdrew_after: int = 0
    diary_share: float = 0.0
    choices: Random = field(default_factory=Random)
    seed: int = 0

    def stream(self, concern: str) -> Random:
        """A random stream of this person's own for one concern: what is drawn from it changes no other draw."""
        return Random(f"{self.seed}:{self.number}:{concern}")  # noqa: S311 - made up on purpose

    @property
    def withdrew_on(self) -> date | None:
        """The day on which this person withdraws from something."""
        if not self.withdrew or self.randomised_on is None:
            return None
        return self.randomised_on + timedelta(days=self.withdrew_after)


def draw_lives(parameters: Parameters, protocol: Protocol, *, seed: int, participants: int) -> list[Life]:
    """Everyone who comes until `participants` are randomised, in the order of their screening."""
    lives = []
    randomised = 0
    number = 0
    while randomised < participants:
        number += 1
        life = _arrive(parameters, protocol, Random(f"{seed}:{number}"), number)  # noqa: S311 - made up on purpose
        life.seed = seed
        lives.append(life)
        randomised += life.fate == "randomised"
    _spread(parameters, lives)
    for life in lives:
        _go_to_randomisation(life)
    _allocate(protocol, lives, seed)
    offered = frozenset(arm.code for arm in protocol.arms_with("programme"))
    for life in lives:
        _after_randomisation(protocol, parameters, life, life.arm in offered)
    return lives


def allocation_list(protocol: Protocol, *, seed: int, participants: int) -> tuple[Place, ...]:
    """The list that the demonstration loads: made from a typed seed, which a live installation would refuse."""
    arms = [arm.code for arm in protocol.arms]
    ratio = [arm.ratio for arm in protocol.arms]
    sizes = [size * sum(ratio) // 2 for size in BLOCKS]
    made = generate(
        arms=arms,
        ratio=ratio,
        block_sizes=sizes,
        strata=list(protocol.strata),
        per_stratum=participants + 20,
        seed=seed,
    )
    return made.places


def _arrive(parameters: Parameters, protocol: Protocol, choices: Random, number: int) -> Life:
    person = parameters.person
    fate, criterion = _fate(parameters, choices)
    age = min(65, max(19, round(choices.gauss(person.age_mean, person.age_sd))))
    if criterion == "age":
        age = 74
    spoken = protocol.trial.languages
    return Life(
        number=number,
        site=choices.choices(list(parameters.sites), list(parameters.sites.values()))[0],
        language=spoken[1] if len(spoken) > 1 and choices.random() < person.english else spoken[0],
        source="self" if choices.random() < person.self_referral else "clinic",
        age=age,
        sex="woman" if choices.random() < person.women else "man",
        pain_months=choices.randint(8, 240),
        screened_on=parameters.first_day,
        fate=fate,
        criterion=criterion,
        choices=choices,
    )


def _fate(parameters: Parameters, choices: Random) -> tuple[str, str]:
    shares = parameters.screening
    draw = choices.random()
    for criterion, share in shares.excluded.items():
        if draw < share:
            return "excluded", criterion
        draw -= share
    for fate in ("declined", "no_reply", "left_before_randomisation"):
        share = getattr(shares, fate)
        if draw < share:
            return fate, ""
        draw -= share
    return "randomised", ""


def _spread(parameters: Parameters, lives: Sequence[Life]) -> None:
    """Spread the screenings evenly over the time of recruitment, on working days."""
    days = (parameters.last_screening - parameters.first_day).days
    for place, life in enumerate(lives):
        day = parameters.first_day + timedelta(days=round(days * (place + life.choices.random()) / max(1, len(lives))))
        life.screened_on = workday(min(day, parameters.last_screening))


def _go_to_randomisation(life: Life) -> None:
    """The days of consent, baseline, first visit and randomisation, within the protocol's windows."""
    if life.fate not in {"randomised", "left_before_randomisation"}:
        return
    choices = life.choices
    life.consented_on = life.screened_on + timedelta(days=choices.randint(2, 9))
    if life.fate == "left_before_randomisation" and choices.random() < 0.5:
        return
    life.baseline_on = life.consented_on + timedelta(days=choices.randint(0, 3))
    life.visit1_on = workday(life.baseline_on + timedelta(days=choices.randint(1, 4)))
    if life.fate == "randomised":
        life.randomised_on = workday(life.visit1_on + timedelta(days=choices.randint(0, 3)))


def _allocate(protocol: Protocol, lives: Sequence[Life], seed: int) -> None:
    """Everyone's arm: the places of their site's stratum, in the order in which they will be randomised."""
    going = [life for life in lives if life.randomised_on]
    free: dict[str, list[Place]] = {}
    for place in allocation_list(protocol, seed=seed, participants=len(going)):
        free.setdefault(place.stratum, []).append(place)
    for life in sorted(going, key=lambda life: (life.randomised_on, life.number)):
        stratum = next(name for name in protocol.strata if name.split("/")[0] == life.site)
        place = free[stratum].pop(0)
        life.arm, life.position = place.arm, place.position


def _after_randomisation(protocol: Protocol, parameters: Parameters, life: Life, offered: bool) -> None:
    choices = life.choices
    burden, own_change = choices.gauss(0, 1), choices.gauss(0, 1)
    for model in parameters.scores:
        y0 = model.mean + model.sd * (0.7 * burden + 0.714 * choices.gauss(0, 1))
        y0 = y0 if model.at_most is None else min(y0, model.at_most)
        life.baseline[model.score] = y0
        life.follow_up[model.score] = y0 + _change(model, y0, life.arm, own_change, choices)
    life.goals = _goals(parameters, life)
    life.second_visit = choices.random() < parameters.visits.second
    life.third_visit = life.second_visit and choices.random() < parameters.visits.third
    life.diary_share = choices.uniform(*parameters.diary.done)
    _withdraw(parameters, life, offered)
    if offered:
        _use_programme(protocol, parameters, life)
    life.answers = _answers(parameters, life, burden, own_change)
    life.answer_delay = choices.randint(-10, 24)
    _choose_mode(parameters, life)


def _change(model: ScoreModel, y0: float, arm: str, own_change: float, choices: Random) -> float:
    k = model.change_sd**2 / (2 * model.sd**2)
    error = math.sqrt(max(0.0, model.change_sd**2 - (k * model.sd) ** 2))
    mean = model.change.get(arm, sum(model.change.values()) / len(model.change))
    return mean - k * (y0 - model.mean) + error * (0.5 * own_change + 0.866 * choices.gauss(0, 1))


def _goals(parameters: Parameters, life: Life) -> tuple[GoalLife, ...]:
    model, choices = parameters.goals, life.choices
    effect = model.person_sd * choices.gauss(0, 1)
    words = choices.sample(range(len(parameters.words["goals"])), k=len(model.main))
    mains = choices.choices(range(1, len(model.main) + 1), model.main)[0]
    steps = choices.choices(range(1, len(model.intermediate) + 1), model.intermediate)[0]
    goals = [
        GoalLife("main", words[n], None, None, 12, _level(parameters, life.arm, "main", effect, choices))
        for n in range(mains)
    ]
    goals += [
        GoalLife(
            "intermediate", words[n % mains], n // mains, n % mains, choices.choice((4, 8)),
            _level(parameters, life.arm, "intermediate", effect, choices),
        )
        for n in range(min(steps, 2 * mains))
    ]  # fmt: skip
    return tuple(goals)


def _level(parameters: Parameters, arm: str, kind: str, effect: float, choices: Random) -> str:
    by_arm = parameters.goals.fully[kind]
    p = by_arm.get(arm, sum(by_arm.values()) / len(by_arm))
    widened = math.log(p / (1 - p)) * math.sqrt(1 + 0.346 * parameters.goals.person_sd**2)
    if choices.random() < 1 / (1 + math.exp(-(widened + effect))):
        return "fully"
    return "partly" if choices.random() < parameters.goals.partly else "not"


def _withdraw(parameters: Parameters, life: Life, offered: bool) -> None:
    draw = life.choices.random()
    life.withdrew_after = life.choices.randint(30, 160)
    if draw < parameters.retention.withdrew_everything:
        life.withdrew = "everything"
    elif offered and draw < parameters.retention.withdrew_everything + parameters.retention.withdrew_programme:
        life.withdrew = "programme"


def _use_programme(protocol: Protocol, parameters: Parameters, life: Life) -> None:
    """The days on which modules are done: none for who never starts, and none after a withdrawal that ends it."""
    use, choices = parameters.programme, life.choices
    starts, finishes = choices.random(), choices.random()
    if use is None or protocol.programme is None or life.visit1_on is None or starts >= use.starts:
        return
    wanted = use.modules
    if finishes >= use.finishes:
        wanted = 1
        while wanted < use.modules - 1 and choices.random() > use.stops_early:
            wanted += 1
    days = [life.visit1_on + timedelta(days=protocol.programme.day + 1)]
    while len(days) < wanted:
        days.append(days[-1] + timedelta(days=choices.randint(*use.days_a_module)))
    ends = life.withdrew_on
    life.module_days = tuple(day for day in days if ends is None or day < ends)


def _answers(parameters: Parameters, life: Life, burden: float, own_change: float) -> bool:
    r = parameters.retention
    share = len(life.module_days) / parameters.programme.modules if parameters.programme else 0.0
    logit = r.intercept + r.third_visit * life.third_visit + r.homework_share * share
    logit += r.burden * burden + r.unobserved * own_change
    draw = life.choices.random()
    return life.withdrew != "everything" and draw < 1 / (1 + math.exp(-logit))


def _choose_mode(parameters: Parameters, life: Life) -> None:
    shares, choices = parameters.modes, life.choices
    draw, misread, called = choices.random(), choices.random(), choices.randint(*CALLED)
    if draw < shares.telephone:
        life.mode, life.answer_delay = Mode.PHONE, called
    elif draw < shares.telephone + shares.paper:
        life.mode, life.misread = Mode.PAPER, misread < shares.misread


def workday(day: date) -> date:
    """The day itself, or the Monday after a weekend."""
    return day + timedelta(days=max(0, 7 - day.weekday())) if day.weekday() >= 5 else day


def summary(protocol: Protocol, parameters: Parameters, lives: Sequence[Life]) -> dict[str, Any]:
    """The properties that the search for a default seed looks at."""
    going = [life for life in lives if life.arm]
    by_arm = {arm.code: sum(life.arm == arm.code for life in going) for arm in protocol.arms}
    return {
        "screened": len(lives),
        "randomised": len(going),
        "by_arm": by_arm,
        "answered": sum(life.answers for life in going),
        "started": sum(bool(life.module_days) for life in going),
        "by_telephone": sum(life.answers and life.mode == Mode.PHONE for life in going),
        "on_paper": sum(life.answers and life.mode == Mode.PAPER for life in going),
        "finished": sum(len(life.module_days) == _modules(parameters) for life in going),
    }


def _modules(parameters: Parameters) -> int:
    return parameters.programme.modules if parameters.programme else 0
