"""Plan: the statistical analysis plan as data (`studies/<trial>/sap.toml`); `plan_reader` reads it.

The plan says what is compared, with whom, by which direction is better and by which methods; this code names no arm,
instrument or outcome of any trial. It is hashed as it stands; the hash is printed in the report and compared with the
one in the extract's manifest. Key by key it is described in docs/reference/sap.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from .data_columns import DataColumns
from .harms_plan import Harms
from .interim_plan import Interim
from .multiplicity import Graph, graph
from .other_care import OtherCare
from .planned.groups import Mediator, Responder, Subgroup
from .planned.specs import Analysis
from .toml_reader import Text
from .transformations import Transformation

FORMAT = "stegvis-sap/1"
LOWER, HIGHER = "lower", "higher"
PRIMARY, SECONDARY = "primary", "secondary"
SECTIONS = (
    "flow", "baseline", "primary", "interim", "secondary", "analyses", "responders", "subgroups", "exploring", "goals",
    "adherence", "dose", "guidance", "visits", "other_care", "deviations", "harms", "missing", "published", "checklists",
)  # fmt: skip
STRATEGIES = ("treatment policy", "hypothetical", "composite", "while on treatment", "principal stratum")
ANALYSIS_RULES = ("randomised", "complete")
COVARIATES = ("baseline", "stratum")
GAS_WEIGHTS = ("equal", "importance_difficulty")
P_VALUES = ("ancova", "pooled_t", "mann_whitney")


@dataclass(frozen=True, slots=True)
class Arm:
    """An arm of the trial, by the protocol's code."""

    code: str
    label: Text


@dataclass(frozen=True, slots=True)
class Treatment:
    """A treatment and the arms that are offered it."""

    code: str
    label: Text
    arms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Occasion:
    """An occasion of measurement; `months` from randomisation places it on a figure's axis."""

    code: str
    label: Text
    months: float


@dataclass(frozen=True, slots=True)
class AnalysisSet:
    """Who is in an analysis: `randomised` (everyone as allocated) or `complete` (both values of that outcome)."""

    code: str
    rule: str
    label: Text


@dataclass(frozen=True, slots=True)
class IntercurrentEvent:
    """Something that may happen after randomisation, and the strategy for it (ICH E9(R1))."""

    event: Text
    strategy: str


@dataclass(frozen=True, slots=True)
class Estimand:
    """What is estimated, by its five attributes (ICH E9(R1)): population, treatments, variable, events, summary."""

    code: str
    question: Text
    population: Text
    treatments: Text
    variable: Text
    summary: Text
    intercurrent_events: tuple[IntercurrentEvent, ...]
    outcomes: tuple[str, ...]
    analysis_set: str


@dataclass(frozen=True, slots=True)
class Mcid:
    """The smallest difference that matters to patients, in points, and who says so."""

    points: float
    source: Text


@dataclass(frozen=True, slots=True)
class PublishedOutcome:
    """What a paper reports for an outcome; printed only beside the same instrument."""

    instrument: str
    estimate: float
    low: float
    high: float
    effect_size: float | None
    p: float | None
    n: Mapping[str, int]
    n_assumed: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """One outcome: where its score is found, which direction is better, what matters, on which scale it is compared."""

    code: str
    kind: str
    label: Text
    instrument: str
    score: str
    unit: Text
    better: str
    minimum: float
    maximum: float
    decimals: int
    mcid: Mcid | None
    published: PublishedOutcome | None
    transformation: Transformation | None = None

    @property
    def measured(self) -> Outcome:
        """The outcome as it was measured, whatever scale it is compared on."""
        return replace(self, transformation=None)

    @property
    def bounds(self) -> tuple[float, float]:
        """The ends of its range on the scale on which it is compared; infinite where that scale does not reach."""
        return self.transformation.bounds if self.transformation else (self.minimum, self.maximum)

    @property
    def scale(self) -> str | None:
        """The scale on which it is compared, as a formula; None for its own."""
        return self.transformation.formula if self.transformation else None


@dataclass(frozen=True, slots=True)
class Characteristic:
    """A baseline characteristic: a column of participants.csv, a number or a category."""

    column: str
    label: Text
    kind: str
    decimals: int
    categories: Mapping[str, Text]


@dataclass(frozen=True, slots=True)
class PublishedShares:
    """Published percentages by arm, with the P value beside them."""

    percent: Mapping[str, float]
    p: float | None


@dataclass(frozen=True, slots=True)
class GoalKind:
    """One kind of goal, with what was published about it."""

    code: str
    label: Text
    published: PublishedShares | None


@dataclass(frozen=True, slots=True)
class GoalScaling:
    """How goal attainment scaling makes one number of a person's goals with levels: weights and the assumed correlation."""

    weights: str
    correlation: float


@dataclass(frozen=True, slots=True)
class GoalImputation:
    """How often unrated goals are filled in, and the outcomes whose baseline helps to predict attainment."""

    times: int
    predictors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Goals:
    """Which rating of a goal counts, and what counts as attained.

    The newest rating by `rater` given `first_day` to `last_day` days after the goal was set; `attained` are the levels
    that count. In the denominator are the goals locked before allocation whose target week had come when they were rated.
    """

    kinds: tuple[GoalKind, ...]
    rater: str
    first_day: int
    last_day: int
    attained: tuple[str, ...]
    gas: GoalScaling | None = None
    imputation: GoalImputation | None = None


@dataclass(frozen=True, slots=True)
class PublishedAdherence:
    """`finished` of `started`, of `randomised`, as published."""

    finished: int
    started: int
    randomised: int


@dataclass(frozen=True, slots=True)
class Adherence:
    """What is a finished module, and the minimum dose."""

    treatment: str
    modules: int
    finished_by: str
    minimum_core: int
    published: PublishedAdherence | None


@dataclass(frozen=True, slots=True)
class Guidance:
    """How many minutes a week a therapist usually gives one person, calls apart; from `low` to `high`."""

    treatment: str
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Visits:
    """How many visits every arm was offered by the protocol."""

    treatment: str
    planned: int


@dataclass(frozen=True, slots=True)
class PublishedRetention:
    """How many were randomised to each arm and how many answered, as published."""

    randomised: Mapping[str, int]
    answered: int


@dataclass(frozen=True, slots=True)
class Published:
    """Where published figures come from, what is not known about them, and those that concern no single outcome."""

    citation: Text
    notes: tuple[Text, ...]
    retention: PublishedRetention | None


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signed the plan, and when (as written)."""

    by: str
    on: str


@dataclass(frozen=True, slots=True)
class Deviation:
    """Something that is done otherwise than an earlier version of the plan said: since when (as written), what and why."""

    on: str
    what: Text
    reason: Text


@dataclass(frozen=True, slots=True)
class Share:
    """What part of α a primary outcome starts with, and to which others its part goes once it is rejected."""

    outcome: str
    weight: float
    passes_on: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Methods:
    """Choices that another analyst would have to know to get the same digits."""

    level: float
    covariates: tuple[str, ...]
    errors: str
    continuity: bool
    draws: int
    seed: int
    multiplicity: str
    multiplicity_p: str
    graph: tuple[Share, ...] = ()

    def procedure(self, outcomes: Sequence[str]) -> Graph | None:
        """The graph of the graphical procedure over the tests of these outcomes, in this order; None without one."""
        if not self.graph:
            return None
        own = {one.outcome: one for one in self.graph}
        times = {code: outcomes.count(code) for code in own}  # with several contrasts an outcome has several tests
        weights = [own[code].weight / times[code] for code in outcomes]
        transitions = [[own[a].passes_on.get(b, 0.0) / times[b] for b in outcomes] for a in outcomes]
        return graph(weights, transitions)


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole, checked analysis plan."""

    study: str
    version: str
    title: Text
    sha256: str
    signature: Signature | None
    deviations: tuple[Deviation, ...]
    arms: tuple[Arm, ...]
    reference: str
    treatments: tuple[Treatment, ...]
    occasions: tuple[Occasion, ...]
    baseline: str
    main_occasion: str
    analysis_sets: tuple[AnalysisSet, ...]
    estimands: tuple[Estimand, ...]
    outcomes: tuple[Outcome, ...]
    characteristics: tuple[Characteristic, ...]
    reasons: Mapping[str, Text]
    goals: Goals | None
    adherence: Adherence | None
    guidance: Guidance | None
    visits: Visits | None
    other_care: OtherCare | None
    harms: Harms | None
    interim: Interim | None
    published: Published | None
    data: DataColumns | None
    methods: Methods
    analyses: tuple[Analysis, ...]
    responders: tuple[Responder, ...]
    subgroups: tuple[Subgroup, ...]
    mediators: tuple[Mediator, ...]
    sections: tuple[str, ...]

    def outcome(self, code: str) -> Outcome:
        """The outcome with this code."""
        return next(one for one in self.outcomes if one.code == code)

    def of_kind(self, kind: str) -> tuple[Outcome, ...]:
        """The primary or the secondary outcomes, in the plan's order."""
        return tuple(one for one in self.outcomes if one.kind == kind)

    def occasion(self, code: str) -> Occasion:
        """The occasion with this code."""
        return next(one for one in self.occasions if one.code == code)

    def estimand_of(self, outcome: str) -> Estimand | None:
        """The first estimand that an outcome belongs to."""
        return next((one for one in self.estimands if outcome in one.outcomes), None)
