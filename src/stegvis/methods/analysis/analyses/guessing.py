"""Guessing: which arm the physiotherapists took people to be in, and how often an arm became known to them.

In unblinded reports only: a guess beside a letter would tell which arm the letter is. One guess a person, the first; a
guess of somebody who had been told is none, and is counted as told. The indices are read with care: guesses also follow
how people fare (Sackett, Int J Epidemiol 2007;36:664-665), and people were asked whether they had been told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from stegvis.methods.analysis.analyses.attempts import ALL, arm_id, attempt
from stegvis.methods.analysis.blinding_index import BlindingIndex, Guesses, bang, james
from stegvis.methods.analysis.findings import Finding, source
from stegvis.methods.analysis.manifest import UNBLINDED
from stegvis.methods.analysis.refusals import NotEstimable
from stegvis.methods.analysis.tables import Guess
from stegvis.methods.analysis.trial import Trial

SECTION = "missing"
TWO = 2


def findings(trial: Trial) -> Iterator[Finding]:
    """Guesses, disclosures and Bang's index of each arm, James's of the trial; nothing without the table, or blinded."""
    extract = trial.extract
    if extract.about.kind != UNBLINDED or not extract.has("guesses"):
        return
    first = _first(extract.guesses)
    by_arm = {arm: [first[person] for person in trial.people_in(arm) if person in first] for arm in trial.arms}
    guesses = {arm: _guesses(trial, rows) for arm, rows in by_arm.items()}
    for arm, rows in by_arm.items():
        yield _counts(trial, arm, rows)
        yield attempt(
            partial(_bang, trial, arm, guesses[arm]),
            id=f"guess.bang.{arm_id(arm)}",
            section=SECTION,
            method="bang_index",
            arms=(arm,),
            n={arm_id(arm): guesses[arm].n},
            level=trial.plan.methods.level,
            sources=(source("guesses", _blind(rows), f"first guess, not told, participant randomised to {arm!r}"),),
        )
    everyone = [row for rows in by_arm.values() for row in _blind(rows)]
    yield attempt(
        partial(james, guesses, trial.plan.methods.level),
        id=f"guess.james.{ALL}",
        section=SECTION,
        method="james_index",
        n={ALL: len(everyone)},
        level=trial.plan.methods.level,
        sources=(source("guesses", everyone, "first guess, not told"),),
    )


def _first(rows: Sequence[Guess]) -> dict[str, Guess]:
    """Each person's first guess; of two on one day, when a colleague took over, that of whoever held the visit."""
    newest_first = sorted(rows, key=lambda row: (row.on, row.visit, not row.held_the_visit), reverse=True)
    return {row.participant: row for row in newest_first}


def _blind(rows: Sequence[Guess]) -> list[Guess]:
    return [row for row in rows if not row.had_been_told]


def _guesses(trial: Trial, rows: Sequence[Guess]) -> Guesses:
    counts = Counter(row.guessed_arm for row in _blind(rows))
    return Guesses({arm: counts[arm] for arm in trial.arms}, counts[None])


def _counts(trial: Trial, arm: str, rows: Sequence[Guess]) -> Finding:
    people = set(trial.people_in(arm))
    told = [row for row in trial.extract.disclosures if row.participant in people]
    blind = _blind(rows)
    numbers: Mapping[str, float] = {
        "asked": len(rows),
        "had_been_told": len(rows) - len(blind),
        **{f"taken_for_{other}": sum(row.guessed_arm == other for row in blind) for other in trial.arms},
        "unknown": sum(row.guessed_arm is None for row in blind),
        "strongly": sum(row.sure == "strongly" for row in blind),
        "told": len({row.participant for row in told}),
        "told_by_participant": len({row.participant for row in told if row.told_by == "participant"}),
    }
    return Finding(
        id=f"guess.counts.{arm_id(arm)}",
        section=SECTION,
        method="guesses",
        numbers=numbers,
        n={arm_id(arm): len(people)},
        arms=(arm,),
        sources=(
            source("guesses", rows, f"first guess, participant randomised to {arm!r}"),
            source("disclosures", told, f"participant randomised to {arm!r}"),
        ),
    )


def _bang(trial: Trial, arm: str, guesses: Guesses) -> BlindingIndex:
    if len(trial.arms) != TWO:
        raise NotEstimable("two_arms", "Bang's index is defined for two arms.")
    right = guesses.taken_for[arm]
    return bang(right, sum(guesses.taken_for.values()) - right, guesses.unknown, trial.plan.methods.level)
