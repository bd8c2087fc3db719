"""Written methods: the paragraphs on method that the plan implies, as a paper would have them.

Each part of the plan has a function of its own in PARTS, which gives a sentence or two, or nothing where the plan says
nothing of it. A planned analysis is told by the text `written.analysis_<method>`, or else by its definition, so that a
method that is added is never left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from stegvis.methods.analysis import software
from stegvis.methods.analysis.plan import PRIMARY, SECONDARY
from stegvis.methods.analysis.planned.specs import Analysis
from stegvis.methods.analysis.report.blocks import Block, Heading, Paragraph
from stegvis.methods.analysis.report.printer import Printer

SHORT_HASH = 12


def blocks(printer: Printer, code_sha256: str) -> tuple[Block, ...]:
    """A heading, what the paragraphs are, and the paragraphs."""
    t = printer.t
    told = [text for part in PARTS for text in part(printer)]
    return (
        Heading("written-methods", t("written.title")),
        Paragraph(t("written.lead")),
        *map(Paragraph, told),
        Paragraph(_software(printer, code_sha256)),
    )


def compared(printer: Printer) -> Iterator[str]:
    """What was compared with what, when, and by which outcomes; arms are named in unblinded reports only."""
    t, plan = printer.t, printer.plan
    arms = [t.of(one.label) for one in plan.arms if one.code != plan.reference]
    reference = t.of(next(one.label for one in plan.arms if one.code == plan.reference))
    occasion = printer.in_sentence(printer.main_occasion)
    if printer.unblinded:
        text = t("written.compared", arms=_list(printer, arms), reference=reference, occasion=occasion)
    else:
        text = t("written.compared_blind", occasion=occasion)
    for kind in (PRIMARY, SECONDARY):
        labels = [printer.in_sentence(printer.outcome(one)) for one in plan.of_kind(kind)]
        if labels:
            number = "one" if len(labels) == 1 else "several"
            text += " " + t(f"written.{kind}_{number}", outcomes=_list(printer, labels))
    yield text


def estimands(printer: Printer) -> Iterator[str]:
    """Each estimand's question and who is in its analysis."""
    t, plan = printer.t, printer.plan
    labels = {one.code: printer.in_sentence(t.of(one.label)) for one in plan.analysis_sets}
    for one in plan.estimands:
        facts = {"code": one.code, "question": t.of(one.question), "set": labels[one.analysis_set]}
        yield t("written.estimand", summary=printer.in_sentence(t.of(one.summary)), **facts)


def comparisons(printer: Printer) -> Iterator[str]:
    """How each outcome is compared: t, analysis of covariance, ranks, effect sizes."""
    t, methods = printer.t, printer.plan.methods
    covariates = [t(f"written.covariate_{one}") for one in methods.covariates] or [t("written.covariate_none")]
    yield t(
        "written.comparisons",
        baseline=printer.in_sentence(printer.occasion(printer.plan.baseline)),
        occasion=printer.in_sentence(printer.main_occasion),
        covariates=_list(printer, covariates),
        errors=t(f"written.errors_{methods.errors.lower()}"),
        continuity=t("written.continuity_yes" if methods.continuity else "written.continuity_no"),
        level=printer.level,
    )


def scales(printer: Printer) -> Iterator[str]:
    """Which outcomes are compared on another scale than their own."""
    t = printer.t
    for one in printer.plan.outcomes:
        if one.transformation:
            key = "scale_ratio" if one.transformation.has_ratio else "scale_plain"
            label, what = printer.in_sentence(printer.outcome(one)), printer.what_is_compared(one)
            yield t(f"written.{key}", outcome=label, formula=one.scale, what=what)


def multiplicity(printer: Printer) -> Iterator[str]:
    """What is done about several primary outcomes."""
    methods = printer.plan.methods
    if len(printer.plan.of_kind(PRIMARY)) > 1:
        p = printer.t(f"written.p_{methods.multiplicity_p}")
        yield printer.t(f"written.multiplicity_{methods.multiplicity}", p=p)


def planned_analyses(printer: Printer) -> Iterator[str]:
    """Every analysis of `[[analyses]]`, in the plan's order."""
    told = [_analysis(printer, one) for one in printer.plan.analyses]
    if told and "analyses" in printer.plan.sections:
        yield " ".join((printer.t("written.analyses"), *told))


def goals(printer: Printer) -> Iterator[str]:
    """Which goals count, what attained means, and how attainment is compared."""
    t, plan = printer.t, printer.plan
    if plan.goals is None or "goals" not in plan.sections:
        return
    yield t(
        "written.goals",
        rater=t(f"goals.rater_{plan.goals.rater}"),
        first=plan.goals.first_day,
        last=plan.goals.last_day,
        levels=_list(printer, [t(f"goals.level_{one}") for one in plan.goals.attained]),
        draws=plan.methods.draws,
        seed=plan.methods.seed,
    )
    if plan.goals.gas is not None:
        weights = t(f"goals.gas_{plan.goals.gas.weights}")
        yield t("written.gas", weights=weights, rho=t.number(plan.goals.gas.correlation, 2))


def delivery(printer: Printer) -> Iterator[str]:
    """How use of the programme is counted; in unblinded reports only, since one arm may have it alone."""
    t, plan = printer.t, printer.plan
    if plan.adherence is None or "adherence" not in plan.sections or not printer.unblinded:
        return
    treatment = next(one.label for one in plan.treatments if one.code == plan.adherence.treatment)
    finished = t(f"adherence.finished_by_{plan.adherence.finished_by}").rstrip(".")
    yield t(
        "written.delivery",
        treatment=printer.in_sentence(t.of(treatment)),
        modules=plan.adherence.modules,
        finished=finished[:1].lower() + finished[1:],
        minimum=plan.adherence.minimum_core,
    )


def missing(printer: Printer) -> Iterator[str]:
    """What is done about values that are missing."""
    if "missing" in printer.plan.sections:
        yield printer.t("written.missing")


PARTS: tuple[Callable[[Printer], Iterator[str]], ...] = (
    compared, estimands, comparisons, scales, multiplicity, planned_analyses, goals, delivery, missing,
)  # fmt: skip
"""A function for each part of the plan, in the order of a paper."""


def _analysis(printer: Printer, one: Analysis) -> str:
    t, key = printer.t, f"written.analysis_{one.method}"
    label = t.of(one.label) if one.label else printer.method(one.method)
    how = t(key) if t.has(key) else t(f"definition.{one.method}")
    options = [f"{name} = {_choice(value)}" for name, value in one.options.items() if value not in (None, ())]
    if options:
        how += " " + t("written.options", options=", ".join(options))
    return t("written.analysis", label=label, role=t(f"analyses.role_{one.role}"), estimand=one.estimand, how=how)


def _choice(value: object) -> str:
    """A choice as the plan writes it."""
    if isinstance(value, bool):
        return str(value).lower()
    return " + ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _software(printer: Printer, code_sha256: str) -> str:
    t, plan = printer.t, printer.plan
    packages = [
        t("written.package", name=one.name, version=one.version, sha256=one.sha256[:SHORT_HASH])
        for one in software.packages()
    ]
    facts = {"version": plan.version, "plan": plan.sha256[:SHORT_HASH], "code": code_sha256[:SHORT_HASH]}
    return t("written.software", python=software.python(), packages=_list(printer, packages), **facts)


def _list(printer: Printer, texts: list[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    *before, last = texts
    return f"{', '.join(before)} {printer.t('written.and')} {last}" if before else last
