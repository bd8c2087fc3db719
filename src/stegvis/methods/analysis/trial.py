"""Trial: an extract seen through its plan: who was randomised to what, what is compared with what, which values exist.

When the extract is pooled there is one group, whose arm is ''. When it is blinded the arms are its dummy labels and the
first of them stands as reference, which says nothing about what it is.
"""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from . import flow as flows
from .extract import Extract
from .findings import Source, source
from .flow import Flow
from .manifest import BLINDED, UNBLINDED
from .other_care import CareItem, misfits
from .plan import Characteristic, Outcome, Plan
from .refusals import ExtractRefused, Mistake
from .tables import Participant, Score

POOLED_ARM = ""
SITE = "site"


@dataclass(frozen=True, slots=True)
class Pairs:
    """Baseline and follow-up of everyone who has both, in the order of the participant codes."""

    people: tuple[str, ...]
    baseline: tuple[float, ...]
    follow_up: tuple[float, ...]
    change: tuple[float, ...]
    arms: tuple[str, ...]
    strata: tuple[str, ...]
    rows: tuple[Score, ...]

    def change_in(self, arm: str) -> list[float]:
        """The changes (follow-up − baseline) of one arm."""
        return [change for change, one in zip(self.change, self.arms, strict=True) if one == arm]


@dataclass(frozen=True)
class Trial:
    """An extract, its plan and its reconciled flow; arms in the order in which they are printed."""

    extract: Extract
    plan: Plan
    flow: Flow
    arm_of: Mapping[str, str]
    fates: Mapping[str, str]
    arms: tuple[str, ...]
    reference: str
    _scores: Mapping[tuple[str, str, str], Mapping[str, Score]] = field(repr=False)

    @property
    def kind(self) -> str:
        """Pooled, blinded or unblinded."""
        return self.extract.about.kind

    @property
    def contrasts(self) -> tuple[tuple[str, str], ...]:
        """Each compared arm with the reference; none when pooled."""
        return tuple((arm, self.reference) for arm in self.arms if arm != self.reference)

    @property
    def randomised(self) -> tuple[str, ...]:
        """Everyone randomised, in the order of their codes."""
        return tuple(sorted(self.arm_of))

    def people_in(self, arm: str) -> tuple[str, ...]:
        """The participants allocated to an arm."""
        return tuple(person for person in self.randomised if self.arm_of[person] == arm)

    def scores(self, outcome: Outcome | CareItem, occasion: str) -> dict[str, Score]:
        """The randomised participants' scores with a value."""
        found = self._scores.get((outcome.instrument, outcome.score, occasion), {})
        return {person: found[person] for person in self.randomised if person in found}

    def pairs(self, outcome: Outcome) -> Pairs:
        """Everyone who has a value at baseline and at the main occasion, on the scale on which the outcome is compared."""
        first, last = self.scores(outcome, self.plan.baseline), self.scores(outcome, self.plan.main_occasion)
        people = tuple(person for person in first if person in last)
        before, after = (_on_scale(outcome, [_value(found[person]) for person in people]) for found in (first, last))
        strata = self.strata
        return Pairs(
            people=people,
            baseline=before,
            follow_up=after,
            change=tuple(b - a for a, b in zip(before, after, strict=True)),
            arms=tuple(self.arm_of[person] for person in people),
            strata=tuple(strata[person] for person in people),
            rows=tuple(row for person in people for row in (first[person], last[person])),
        )

    @property
    def strata(self) -> dict[str, str]:
        """The stratum of each randomised participant."""
        return {row.participant: row.stratum or "" for row in self.extract.participants if row.randomised_on}

    def participants(self) -> tuple[Participant, ...]:
        """The rows of the randomised participants."""
        return tuple(row for row in self.extract.participants if row.randomised_on)

    def score_source(self, outcome: Outcome | CareItem, rows: Sequence[Score], occasions: Sequence[str]) -> Source:
        """Where numbers about an outcome came from."""
        wanted = " or ".join(repr(one) for one in occasions)
        words = f"instrument = {outcome.instrument!r}, score = {outcome.score!r}, occasion = {wanted}, value present"
        return source("scores", rows, words)


def open_trial(extract: Extract, plan: Plan) -> Trial:
    """Put an extract and a plan together. Raises ExtractRefused when they do not fit, FlowRefused when it does not add up."""
    wrong = check_fit(extract, plan)
    if wrong:
        raise ExtractRefused(wrong)
    by_score: dict[tuple[str, str, str], dict[str, Score]] = defaultdict(dict)
    for row in extract.scores:
        if row.value is not None:
            by_score[row.instrument, row.score, row.occasion][row.participant] = row
    if extract.about.kind == UNBLINDED:
        arms, reference = tuple(arm.code for arm in plan.arms), plan.reference
    else:
        arms = extract.about.arms or (POOLED_ARM,)
        reference = arms[0]
    return Trial(
        extract=extract,
        plan=plan,
        flow=flows.count_flow(extract, plan),
        arm_of=flows.arm_of(extract),
        fates=flows.fates_at(extract, plan.main_occasion),
        arms=arms,
        reference=reference,
        _scores=by_score,
    )


def check_fit(extract: Extract, plan: Plan) -> list[Mistake]:
    """Whether the plan is about this extract, and finds in it what it asks for."""
    about = extract.about
    wrong = []
    if about.study != plan.study:
        why = f"the extract is of the study {about.study!r} and the plan of {plan.study!r}."
        wrong.append(Mistake("manifest.json", 0, "study", why, "Give the plan of the same study."))
    if about.kind == UNBLINDED and set(about.arms) != {arm.code for arm in plan.arms}:
        why = "the arms of the extract are not those of the plan."
        wrong.append(Mistake("manifest.json", 0, "arms", why, "Correct the codes of the plan's arms."))
    if about.kind == BLINDED and len(about.arms) != len(plan.arms):
        why = f"the extract has {len(about.arms)} dummy arms and the plan {len(plan.arms)} arms."
        wrong.append(Mistake("manifest.json", 0, "arms", why, "Write the extract anew, or correct the plan."))
    care = list(misfits(plan.other_care, extract.scores)) if plan.other_care else []
    return wrong + _check_scores(extract, plan) + care + _check_characteristics(extract, plan)


def _check_scores(extract: Extract, plan: Plan) -> list[Mistake]:
    """Every outcome's score exists, as soon as there are scores; its values lie in its range."""
    known = sorted({(row.instrument, row.score) for row in extract.scores})
    wrong = []
    for outcome in plan.outcomes:
        wanted = (outcome.instrument, outcome.score)
        if known and wanted not in known:
            names = [f"{instrument}/{score}" for instrument, score in known]
            close = difflib.get_close_matches("/".join(wanted), names, n=1, cutoff=0)
            why = f"the plan's outcome {outcome.code!r} is {'/'.join(wanted)!r}, and no row has that score."
            wrong.append(Mistake("scores.csv", 0, "instrument, score", why, f"The nearest one is {close[0]!r}."))
        for number, row in enumerate(extract.scores, start=2):
            if (row.instrument, row.score) == wanted and not _in_range(row, outcome):
                why = f"the value is not between {outcome.minimum:g} and {outcome.maximum:g}, as the plan says it is."
                wrong.append(Mistake("scores.csv", number, "value", why, "Correct the score, or the plan."))
        wrong += _check_scale(extract, plan, outcome)
    return wrong


def _check_scale(extract: Extract, plan: Plan, outcome: Outcome) -> list[Mistake]:
    """Every value that is compared has a place on the scale on which it is."""
    if outcome.transformation is None:
        return []
    randomised = {row.participant for row in extract.participants if row.randomised_on}
    occasions = {one.code for one in plan.occasions}
    values = {
        number: row.value
        for number, row in enumerate(extract.scores, start=2)
        if (row.instrument, row.score) == (outcome.instrument, outcome.score)
        and row.value is not None and row.participant in randomised and row.occasion in occasions
    }  # fmt: skip
    rows = [number for number, value in values.items() if not outcome.transformation.allows(value)]
    if not rows:
        return []
    return [Mistake("scores.csv", rows[0], "value", *outcome.transformation.refused(rows, len(values)))]


def _in_range(row: Score, outcome: Outcome) -> bool:
    return row.value is None or outcome.minimum <= row.value <= outcome.maximum


def _check_characteristics(extract: Extract, plan: Plan) -> list[Mistake]:
    wrong = []
    for one in plan.characteristics:
        for number, row in enumerate(extract.participants, start=2):
            if one.column != SITE and one.column not in row.characteristics:
                why = f"the plan's characteristic {one.column!r} is no column."
                wrong.append(Mistake("participants.csv", 1, one.column, why, "Add it, or take it out of the plan."))
                break
            why = bad_value(one, characteristic(row, one.column))
            if why:
                wrong.append(Mistake("participants.csv", number, one.column, why, "Correct the cell, or the plan."))
    return wrong


def bad_value(one: Characteristic, cell: str) -> str:
    """Why a characteristic's cell is not what the plan says it is; '' when it is, or is empty."""
    if cell == "":
        return ""
    if one.kind == "category":
        return "" if cell in one.categories else f"the value is none of the plan's {', '.join(one.categories)}."
    try:
        float(cell)
    except ValueError:
        return "there is text where a number must be."
    return ""


def _value(row: Score) -> float:
    if row.value is None:
        raise ValueError("a score without a value was chosen")
    return row.value


def _on_scale(outcome: Outcome, values: Sequence[float]) -> tuple[float, ...]:
    return tuple(outcome.transformation(values).tolist()) if outcome.transformation else tuple(values)


def characteristic(row: Participant, column: str) -> str:
    """A baseline characteristic of a participant as written, '' when unknown; `site` is one too."""
    return row.site if column == SITE else row.characteristics[column]
