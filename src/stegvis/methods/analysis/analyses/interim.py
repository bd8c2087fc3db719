"""Interim: how much of the information there is, the boundaries of the looks, and what the look that is due comes to.

The boundary is that of a look held now, with the looks held before it and those still to come; α spending allows looks when
they come (Lan & DeMets, Biometrika 1983;70:659). The statistic is the Z of the same two-sided P as the plan's own test of the
outcome, above 0 where the compared arm does better. With dummy arms nobody knows which is compared: only its size is told.
"""

from __future__ import annotations

from collections.abc import Iterator

from scipy import special

from stegvis.methods.analysis import sequential
from stegvis.methods.analysis.analyses.attempts import attempt, contrast_id
from stegvis.methods.analysis.analyses.outcomes import p_method
from stegvis.methods.analysis.findings import Finding, Findings
from stegvis.methods.analysis.interim_plan import Interim
from stegvis.methods.analysis.manifest import UNBLINDED
from stegvis.methods.analysis.plan import LOWER
from stegvis.methods.analysis.refusals import NotEstimable
from stegvis.methods.analysis.trial import Trial

SECTION = "interim"
INFORMATION = "interim.information"
DUE = 1e-9


def findings(trial: Trial, made: Findings, *, closed: bool) -> Iterator[Finding]:
    """The share of the information, each look, and in a `closed` report or after the lock the comparison with the boundary."""
    plan = trial.plan.interim
    if plan is None:
        return
    outcome = trial.plan.outcome(plan.outcome)
    pairs = trial.pairs(outcome)
    share = len(pairs.people) / plan.planned
    whole = trial.score_source(outcome, pairs.rows, [trial.plan.baseline, trial.plan.main_occasion])
    yield Finding(
        id=INFORMATION, section=SECTION, method="interim_information", outcome=outcome.code,
        occasion=trial.plan.main_occasion, n={"all": len(pairs.people)}, sources=(whole,),
        numbers={
            "estimate": share, "planned": float(plan.planned), "look": float(plan.number), "next_at": plan.next_at,
            "due": float(is_due(plan, share)),
        },
    )  # fmt: skip
    design = boundaries(trial, plan, share)
    for place, (t, upper, nominal, spent) in enumerate(
        zip(design.information, design.upper, design.nominal, design.spent, strict=True), start=1
    ):
        yield Finding(
            id=f"interim.look.{place}", section=SECTION, method="interim_boundary", outcome=outcome.code,
            level=trial.plan.methods.level,
            numbers={"information": float(t), "estimate": float(upper), "p": float(nominal), "spent": float(spent)},
        )  # fmt: skip
    if is_due(plan, share) and (closed or trial.kind == UNBLINDED):
        for contrast in trial.contrasts:
            yield _compared(trial, plan, design, made, contrast)


def is_due(plan: Interim, share: float) -> bool:
    """Whether the next look has come."""
    return share >= plan.next_at - DUE


def boundaries(trial: Trial, plan: Interim, share: float) -> sequential.Boundaries:
    """Those of the looks as planned, or with the one that is due at the share where it is held."""
    looks = plan.at(share) if is_due(plan, share) else plan.at(plan.next_at)
    spending = sequential.spending_of(plan.spending, plan.rho)
    return sequential.alpha_spending(looks, 1 - trial.plan.methods.level, spending, name=plan.spending)


def _compared(
    trial: Trial, plan: Interim, design: sequential.Boundaries, made: Findings, contrast: tuple[str, str]
) -> Finding:
    """Z beside its boundary; before the last look how likely a later one is to cross it, by the trend and as planned."""
    of = made[f"{plan.outcome}.change.{p_method(trial)}.{contrast_id(contrast)}"]
    is_blind = trial.kind != UNBLINDED

    def build() -> dict[str, float]:
        if of.refusal:
            raise NotEstimable(of.refusal.code, str(of.refusal))
        size = float(-special.ndtri(max(of["p"], 1e-300) / 2))
        shown = (
            of if "estimate" in of.numbers else made[f"{plan.outcome}.change.hodges_lehmann.{contrast_id(contrast)}"]
        )
        is_better = (shown["estimate"] < 0) == (trial.plan.outcome(plan.outcome).better == LOWER)
        z = size if is_blind or is_better else -size
        upper = float(design.upper[plan.number - 1])
        numbers = {"statistic": z, "p": of["p"], "boundary": upper, "crossed": float(abs(z) >= upper)}
        if plan.number < design.information.size:
            numbers["power_trend"] = sequential.conditional_power(design, plan.number, abs(z))  # on its own side
            if not is_blind:
                drift = design.drift(plan.power)
                numbers["power_planned"] = sequential.conditional_power(design, plan.number, z, drift)
        return numbers

    return attempt(
        build, id=f"interim.now.{contrast_id(contrast)}", section=SECTION, method="interim_statistic", arms=contrast,
        outcome=plan.outcome, occasion=trial.plan.main_occasion, n=of.n, analysis_set=of.analysis_set,
        estimand=of.estimand, sources=of.sources,
    )  # fmt: skip
