"""Blinding: how often outcome assessors learnt or guessed an arm while they took outcomes (CONSORT 2025, blinding).

By arm only in an unblinded report: before the lock even the count of one arm says something about who is in it. A share
of right guesses is given without a test, since few calls are unmasked and guesses also follow how people fare
(Sackett, Int J Epidemiol 2007;36:664-665).
"""

from __future__ import annotations

from collections.abc import Iterator

from stegvis.methods.analysis.analyses.attempts import ALL, arm_id
from stegvis.methods.analysis.findings import Finding, source
from stegvis.methods.analysis.manifest import UNBLINDED
from stegvis.methods.analysis.trial import Trial

SECTION = "missing"


def findings(trial: Trial) -> Iterator[Finding]:
    """The number of unmaskings of everyone together and, after the lock, of each arm; nothing in an extract without them."""
    if not trial.extract.has("unmaskings"):
        return
    rows = trial.extract.unmaskings
    yield Finding(
        id=f"unmasking.{ALL}",
        section=SECTION,
        method="unmasking",
        numbers={"events": len(rows)},
        n={ALL: len(trial.randomised)},
        sources=(source("unmaskings", rows, "all rows"),),
    )
    for arm in trial.arms if trial.extract.about.kind == UNBLINDED else ():
        yield _of_arm(trial, arm)


def _of_arm(trial: Trial, arm: str) -> Finding:
    people = set(trial.people_in(arm))
    rows = [row for row in trial.extract.unmaskings if row.participant in people]
    guessed = [row for row in rows if row.guessed_arm is not None]
    right = [row for row in guessed if row.guessed_arm == arm]
    return Finding(
        id=f"unmasking.{arm_id(arm)}",
        section=SECTION,
        method="unmasking",
        numbers={"events": len(rows), "guessed": len(guessed), "right": len(right)},
        n={arm_id(arm): len(people)},
        arms=(arm,),
        sources=(source("unmaskings", rows, f"participant randomised to {arm!r}"),),
    )
