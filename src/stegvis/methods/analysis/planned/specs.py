"""Specs: which methods `[[analyses]]` may name, what each can be told, and what is chosen when it is told nothing.

A method that computes is found under the same name in `compute`. What it is and what it assumes, the report says in the
texts `method.<name>`, `definition.<name>` and `assumes.<name>`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from stegvis.methods.analysis.toml_reader import Reader, Text

MAIN, SENSITIVITY, SUPPLEMENTARY, EXPLORATORY = "main", "sensitivity", "supplementary", "exploratory"
ROLES = (MAIN, SENSITIVITY, SUPPLEMENTARY, EXPLORATORY)


@dataclass(frozen=True, slots=True)
class Option:
    """One thing that a method can be told: its key, how it is read, and in words what it may be and what it is else."""

    key: str
    read: Callable[[Reader], Any]
    may_be: str
    what: str


@dataclass(frozen=True, slots=True)
class Analysis:
    """One planned analysis: for which outcomes of which estimand, in what role, by which method with which options."""

    code: str
    method: str
    role: str
    estimand: str
    outcomes: tuple[str, ...]
    label: Text
    options: Mapping[str, Any]


def choice(key: str, among: tuple[str, ...], default: str, what: str) -> Option:
    """One of a few words."""
    words = f"{' or '.join(f'`{one}`' for one in among)}; else `{default}`"
    return Option(key, lambda reader: reader.choice(key, among, default=default), words, what)


def whole(key: str, low: int, high: int, default: int, what: str) -> Option:
    """A whole number in a range."""
    words = f"whole number from {low} to {high}; else {default}"
    return Option(key, lambda reader: reader.whole(key, low, high, default=default), words, what)


def number(key: str, low: float, high: float, default: float | None, what: str) -> Option:
    """A number in a range; None when it is not given and has no default."""

    def read(reader: Reader) -> float | None:
        if default is None and not reader.has(key):
            return None
        return reader.number(key, low, high, default=default)

    otherwise = "may be left out" if default is None else f"else {default:g}"
    return Option(key, read, f"number from {low:g} to {high:g}; {otherwise}", what)


def flag(key: str, default: bool, what: str) -> Option:
    """true or false."""
    words = f"`true` or `false`; else `{str(default).lower()}`"
    return Option(key, lambda reader: reader.flag(key, default=default), words, what)


def codes(key: str, what: str) -> Option:
    """A list of codes, which may be left out."""
    return Option(key, lambda reader: reader.codes(key, optional=True), "list of codes; may be left out", what)


def wholes(key: str, low: int, high: int, what: str) -> Option:
    """A list of whole numbers, which may be left out."""
    words = f"list of whole numbers from {low} to {high}; may be left out"
    return Option(key, lambda reader: reader.wholes(key, low, high), words, what)


ERRORS = choice("errors", ("classical", "HC2", "HC3"), "HC3", "Kind of standard error.")

STRUCTURES = (
    "unstructured", "compound_symmetry", "heterogeneous_compound_symmetry", "autoregressive",
    "heterogeneous_autoregressive", "toeplitz", "heterogeneous_toeplitz",
)  # fmt: skip
COVARIANCE = choice("covariance", STRUCTURES, "unstructured", "How a person's answers go together over the occasions.")
DEGREES = choice(
    "degrees", ("kenward_roger", "satterthwaite", "normal"), "kenward_roger",
    "Degrees of freedom; Kenward and Roger correct the error too, in the linear (SAS) form.",
)  # fmt: skip
RESIDUALS = choice("residuals", ("own", "equal"), "own", "Whether people with a therapist spread as those without.")

IMPUTATIONS = whole("imputations", 2, 10_000, 50, "How many times what is missing is filled in.")
CHAIN = (
    IMPUTATIONS,
    whole("iterations", 1, 1000, 10, "Rounds of the chain."),
    choice(
        "model",
        ("norm", "pmm"),
        "norm",
        "Linear regression within the outcome's range, or matching of predicted means.",
    ),
    codes("auxiliaries", "Outcomes that help to fill in, at baseline and at the main occasion."),
    flag("by_arm", True, "Whether each arm is filled in by itself."),
)
BY_REFERENCE = (
    choice(
        "variance",
        ("jackknife", "rubin"),
        "jackknife",
        "Error by jackknife over conditional means, or by draws and Rubin's rules.",
    ),
    IMPUTATIONS,
)

RECEIVED = choice(
    "received", ("any", "minimum_dose", "share"), "minimum_dose",
    "What counts as received: a module opened, the minimum dose of `[adherence]`, or the share of modules finished.",
)  # fmt: skip

SPECS: Mapping[str, tuple[Option, ...]] = {
    "change": (choice("variances", ("pooled", "welch"), "pooled", "Whether both arms are taken to spread alike."),),
    "ancova": (ERRORS,),
    "interacted_ancova": (),
    "mmrm": (COVARIANCE, DEGREES),
    "constrained": (COVARIANCE, DEGREES),
    "therapists": (RESIDUALS, DEGREES),
    "imputation": (*CHAIN, ERRORS),
    "tipping_point": (
        *CHAIN,
        ERRORS,
        number("largest", 0, 1e9, None, "Largest shift; a quarter of the outcome's range."),
    ),
    "jump_to_reference": BY_REFERENCE,
    "copy_reference": BY_REFERENCE,
    "copy_increments": BY_REFERENCE,
    "weighting": (
        codes("predictors", "Outcomes whose baseline predicts who answers, beside the plan's covariates."),
        choice(
            "errors",
            ("jackknife", "stacked"),
            "jackknife",
            "Kind of standard error; both know that weights are estimated.",
        ),
    ),
    "lee_bounds": (),
    "worst_case": (),
    "compliers": (RECEIVED,),
    "rerandomisation": (
        choice("statistic", ("ancova_t", "mean_difference", "mann_whitney"), "ancova_t", "What is compared."),
        wholes("blocks", 2, 100, "Sizes of the blocks, once they may be known; else any order within strata."),
    ),
}


OF_ONE_ARM = ("therapists", "compliers")
"""Methods about what one arm only can have: in a blinded report they would tell which arm that is."""


def read_analysis(one: Reader, *, outcomes_of: Mapping[str, tuple[str, ...]]) -> Analysis:
    """An entry of `[[analyses]]`; `outcomes_of` are each estimand's outcomes, which it is about unless it says otherwise."""
    method = one.choice("method", tuple(SPECS))
    estimand = one.choice("estimand", tuple(outcomes_of) or ("E1",))
    outcomes = one.codes("outcomes", among=outcomes_of.get(estimand, ()), optional=True)
    options = {option.key: option.read(one) for option in SPECS[method]}
    code = one.text("code", example=method)
    analysis = Analysis(
        code=code,
        method=method,
        role=one.choice("role", ROLES),
        estimand=estimand,
        outcomes=outcomes or outcomes_of.get(estimand, ()),
        label=one.texts("label", optional=True),
        options=options,
    )
    one.done()
    return analysis
