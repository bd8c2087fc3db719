"""Plan checks: whether every code that an analysis plan uses is defined, and whether what it asks for can be answered."""

from __future__ import annotations

from collections.abc import Iterable
from math import isfinite

from .harms_plan import unknown_names
from .interim_plan import unknown_outcomes
from .multiplicity import GRAPHICAL, MAX_T
from .plan import PRIMARY, Plan
from .refusals import Mistake

OF_A_TABLE = (
    "baseline",
    "primary",
    "interim",
    "secondary",
    "analyses",
    "responders",
    "subgroups",
    "exploring",
    "missing",
    "published",
)
"""The sections that need nothing beyond people, arms, occasions and values."""


def check_references(plan: Plan, file: str) -> list[Mistake]:
    """Whether every code that is used is defined, and defined once."""
    wrong: list[Mistake] = []

    def unknown(key: str, code: str, among: Iterable[str]) -> None:
        known = tuple(among)
        if code and code not in known:
            wrong.append(Mistake(file, 0, key, f"{code!r} is not defined.", f"Defined are: {', '.join(known)}."))

    def once(key: str, codes: Iterable[str]) -> None:
        seen: set[str] = set()
        for code in codes:
            if code and code in seen:
                wrong.append(Mistake(file, 0, key, f"{code!r} is defined twice.", "Give each a code of its own."))
            seen.add(code)

    once("arms", (one.code for one in plan.arms))
    once("treatments", (one.code for one in plan.treatments))
    once("occasions", (one.code for one in plan.occasions))
    once("outcomes", (one.code for one in plan.outcomes))
    once("estimands", (one.code for one in plan.estimands))
    once("responders", (one.code for one in plan.responders))
    once("subgroups", (one.column for one in plan.subgroups))
    categories = [one.column for one in plan.characteristics if one.kind == "category"]
    for place, subgroup in enumerate(plan.subgroups, start=1):
        unknown(f"subgroups[{place}].column", subgroup.column, categories)
    once("analyses", (one.code for one in plan.analyses))
    once("characteristics", (one.column for one in plan.characteristics))
    occasions = [one.code for one in plan.occasions]
    treatments = [one.code for one in plan.treatments]
    unknown("baseline", plan.baseline, occasions)
    unknown("main_occasion", plan.main_occasion, occasions)
    for place, estimand in enumerate(plan.estimands, start=1):
        unknown(f"estimands[{place}].analysis_set", estimand.analysis_set, [one.code for one in plan.analysis_sets])
        for outcome in estimand.outcomes:
            unknown(f"estimands[{place}].outcomes", outcome, [one.code for one in plan.outcomes])
    for outcome in plan.goals.imputation.predictors if plan.goals and plan.goals.imputation else ():
        unknown("goals.imputation.predictors", outcome, [one.code for one in plan.outcomes])
    if plan.adherence:
        unknown("adherence.treatment", plan.adherence.treatment, treatments)
    if plan.guidance:
        unknown("guidance.treatment", plan.guidance.treatment, treatments)
    if plan.visits:
        unknown("visits.treatment", plan.visits.treatment, treatments)
    if plan.other_care:
        once("other_care.items", (one.code for one in plan.other_care.items))
        for occasion in plan.other_care.occasions:
            unknown("other_care.occasions", occasion, occasions)
    for key, code, known in (*unknown_names(plan), *unknown_outcomes(plan)):
        unknown(key, code, known)
    once("harms.deterioration", (one.outcome for one in plan.harms.deterioration) if plan.harms else ())
    return wrong + _check_sense(plan, file)


def _check_sense(plan: Plan, file: str) -> list[Mistake]:
    """Whether what is asked for can be answered by what is defined."""
    wrong = []
    needs = {
        "goals": (plan.goals, "goals"), "adherence": (plan.adherence, "adherence"),
        "dose": (plan.adherence, "adherence"), "guidance": (plan.guidance, "guidance"), "visits": (plan.visits, "visits"),
        "other_care": (plan.other_care, "other_care"), "harms": (plan.harms, "harms"), "interim": (plan.interim, "interim"),
        "published": (plan.published, "published"),
    }  # fmt: skip
    for section, (given, table) in needs.items():
        if section in plan.sections and given is None:
            why = f"the section {section!r} is wanted, and there is no table [{table}]."
            wrong.append(Mistake(file, 0, "sections", why, "Add the table, or leave the section out."))
    for section in plan.sections if plan.data else ():
        if section not in OF_A_TABLE:
            why = f"the section {section!r} needs an extract, and [data] is about one table."
            wrong.append(Mistake(file, 0, "sections", why, f"With [data] there are: {', '.join(OF_A_TABLE)}."))
    if not plan.of_kind(PRIMARY):
        wrong.append(Mistake(file, 0, "outcomes", "there is no primary outcome.", 'Give one the kind = "primary".'))
    wrong += _check_graph(plan, file)
    if plan.methods.multiplicity == MAX_T and len(plan.arms) != 2:
        why = f"max_t re-allocates people between two arms, and the plan has {len(plan.arms)}."
        wrong.append(Mistake(file, 0, "methods.multiplicity", why, "Use holm, or plan two arms."))
    wrong += _check_ends(plan, file)
    if plan.baseline and plan.baseline == plan.main_occasion:
        why = "the baseline and the main occasion are the same."
        wrong.append(Mistake(file, 0, "main_occasion", why, "Name the occasion at which the trial is decided."))
    return wrong


def _check_ends(plan: Plan, file: str) -> list[Mistake]:
    """Whether an analysis that needs the ends of an outcome's range has them on the scale on which it is compared."""
    wrong = []
    for place, analysis in enumerate(plan.analyses, start=1):
        endless = [
            one.code for one in plan.outcomes if one.code in analysis.outcomes and not all(map(isfinite, one.bounds))
        ]
        key, why, way = "", f"the scale of {', '.join(endless)} has no end, and this analysis needs one.", ""
        if endless and analysis.method == "worst_case":
            key, way = "outcomes", "Leave these out, or give their transformation add = c."
        if endless and analysis.method == "tipping_point" and analysis.options["largest"] is None:
            key, way = "largest", "Say the largest shift, on that scale."
        if key:
            wrong.append(Mistake(file, 0, f"analyses[{place}].{key}", why, way))
    return wrong


def _check_graph(plan: Plan, file: str) -> list[Mistake]:
    """Whether the graph is there when it is asked for, is about the primary outcomes, and hands on no more than there is."""
    methods, primaries = plan.methods, [one.code for one in plan.of_kind(PRIMARY)]
    named = [one.outcome for one in methods.graph]
    targets = {code for one in methods.graph for code in one.passes_on}
    why, way = "", "Give each primary outcome one entry: outcome, weight, passes_on."
    if methods.multiplicity == GRAPHICAL and sorted(named) != sorted(primaries):
        why = f"the graph is about {', '.join(named) or 'nothing'}, and primary are {', '.join(primaries)}."
    elif methods.graph and methods.multiplicity != GRAPHICAL:
        why, way = "a graph is drawn, and multiplicity is not graphical.", 'Write multiplicity = "graphical".'
    elif unknown := targets - set(named):
        why = f"a part passes on to {', '.join(sorted(unknown))}, which has no entry."
    elif methods.graph:
        try:
            methods.procedure(named)
        except ValueError as error:
            why, way = f"{error}.", "Correct the weights or what is passed on."
    return [Mistake(file, 0, "methods.graph", why, way)] if why else []
