"""Printer: turns findings into words and cells in one language; what every section needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from stegvis.methods.analysis.analyses.attempts import ALL, contrast_id
from stegvis.methods.analysis.findings import Finding, Findings
from stegvis.methods.analysis.manifest import UNBLINDED
from stegvis.methods.analysis.plan import LOWER, Outcome
from stegvis.methods.analysis.refusals import NotEstimable
from stegvis.methods.analysis.report.blocks import Cell
from stegvis.methods.analysis.report.catalogue import DASH, Catalogue
from stegvis.methods.analysis.report.svg import decimals_of
from stegvis.methods.analysis.transformations import LOG
from stegvis.methods.analysis.trial import POOLED_ARM, Trial

SCALE_DECIMALS, RATIO_DECIMALS = 3, 2
"""Decimals of a difference on another scale than the outcome's own, and of the ratio that it is when turned back."""


class Printer:
    """A trial and its findings, as they are printed in one language."""

    def __init__(self, trial: Trial, findings: Findings, catalogue: Catalogue) -> None:
        self.trial = trial
        self.plan = trial.plan
        self.findings = findings
        self.t = catalogue
        self._arm_labels = {arm.code: catalogue.of(arm.label) for arm in trial.plan.arms}

    @property
    def unblinded(self) -> bool:
        """Whether the arms may be named."""
        return self.trial.kind == UNBLINDED

    @property
    def level(self) -> str:
        """The confidence level in words, such as 95%."""
        return self.t.level(self.plan.methods.level)

    @property
    def alpha(self) -> str:
        """The P at which the confidence level draws its line, such as 0.05."""
        return self.t.number(1 - self.plan.methods.level, 2)

    def arm(self, code: str) -> str:
        """What an arm is called: the plan's label, the dummy letter, or everyone."""
        if code in (POOLED_ARM, ALL):
            return self.t("flow.all_people")
        if not self.unblinded:
            return code
        return self._arm_labels.get(code, code)

    def outcome(self, outcome: Outcome) -> str:
        """An outcome's label."""
        return self.t.of(outcome.label)

    def compared(self, outcome: Outcome) -> Outcome:
        """The outcome as its comparisons are printed: unit, decimals and ends are those of the scale on which it is compared.

        No smallest difference that matters is known there: it is told in the outcome's own unit.
        """
        own = self.plan.outcome(outcome.code)
        if own.transformation is None:
            return own
        scale, (low, high) = own.transformation.scale, own.bounds
        label = {self.t.language: self.t(f"scale.label_{scale}", outcome=self.outcome(own))}
        unit = {self.t.language: self.t(f"scale.unit_{scale}")}
        return replace(own, label=label, unit=unit, decimals=SCALE_DECIMALS, minimum=low, maximum=high, mcid=None)

    def scale_notes(self, outcome: Outcome, contrast: tuple[str, str]) -> tuple[str, ...]:
        """On which scale the outcome is compared, and what turning back gives; nothing for its own scale."""
        of = outcome.transformation
        if of is None:
            return ()
        own = self.plan.outcome(outcome.code)
        words = {"outcome": self.outcome(own), "arm": self.arm(contrast[0]), "reference": self.arm(contrast[1])}
        return (self.t(f"scale.note_{of.scale}", formula=of.formula, what=self.what_is_compared(outcome), **words),)

    def what_is_compared(self, outcome: Outcome) -> str:
        """What a ratio is of: the values, the values with something added, or the odds of the share of the range."""
        of = outcome.transformation
        if of is None or of.scale != LOG:
            return self.t("scale.what_odds")
        if not of.add:
            return self.t("scale.what_values")
        return self.t("scale.what_plus", add=self.t.number(of.add, decimals_of([of.add])))

    def with_ratio(self, identifier: str, estimate: Cell, interval: Cell) -> tuple[Cell, Cell]:
        """The two cells of a difference with, below, what it is when turned back; as they are where it is nothing."""
        found = self.found(identifier)
        if found is None or found.get("ratio") is None:
            return estimate, interval
        ratio = self.t("scale.ratio_alone", ratio=self.t.number(found["ratio"], RATIO_DECIMALS))
        limits = self.t.interval(found.get("ratio_low"), found.get("ratio_high"), RATIO_DECIMALS)
        small = "; ".join(filter(None, (ratio, estimate.small)))
        return replace(estimate, small=small), replace(interval, small=limits)

    def ratio(self, identifier: str) -> str:
        """What an estimate is when turned back, with its interval; '' where it has no counterpart."""
        found = self.found(identifier)
        if found is None or found.get("ratio") is None:
            return ""
        interval = self.t.interval(found.get("ratio_low"), found.get("ratio_high"), RATIO_DECIMALS)
        return self.t("scale.ratio", ratio=self.t.number(found["ratio"], RATIO_DECIMALS), interval=interval)

    def occasion(self, code: str) -> str:
        """An occasion's label."""
        return self.t.of(self.plan.occasion(code).label)

    @property
    def main_occasion(self) -> str:
        """The label of the occasion at which the trial is decided."""
        return self.occasion(self.plan.main_occasion)

    @staticmethod
    def in_sentence(label: str) -> str:
        """A label inside a sentence: its first letter small, unless it begins with an abbreviation such as WHO."""
        return label[:1].lower() + label[1:] if label[1:2].islower() else label

    def direction(self, outcome: Outcome, contrast: tuple[str, str] | None) -> str:
        """Which sign is good, as a sentence."""
        key = "lower" if outcome.better == LOWER else "higher"
        if contrast is None:
            return self.t(f"outcome.{key}_pooled")
        return self.t(f"outcome.{key}", arm=self.arm(contrast[0]))

    def why_not(self, refusal: NotEstimable) -> str:
        """Why a number could not be computed, in this language."""
        key = f"refusal.{refusal.code}"
        return self.t(key) if self.t.has(key) else str(refusal)

    def method(self, name: str) -> str:
        """A method's name."""
        return self.t(f"method.{name}")

    def cell(self, identifier: str, text: str, small: str = "") -> Cell:
        """A cell that shows a finding; when that could not be computed, it says so."""
        finding = self.findings.get(identifier)
        if finding is None:
            return Cell(DASH)
        if finding.refusal is not None:
            return Cell(self.t("refusal.cell"), identifier)
        return Cell(text, identifier, small)

    def number(self, identifier: str, name: str, decimals: int = 1, *, signed: bool = False) -> Cell:
        """One number of a finding."""
        value = self._value(identifier, name)
        return self.cell(identifier, self.t.signed(value, decimals) if signed else self.t.number(value, decimals))

    def p(self, identifier: str) -> Cell:
        """The P value of a finding."""
        return self.cell(identifier, self.t.p(self._value(identifier, "p")))

    def interval(self, identifier: str, decimals: int = 1) -> Cell:
        """The interval of a finding."""
        low, high = self._value(identifier, "low"), self._value(identifier, "high")
        return self.cell(identifier, self.t.interval(low, high, decimals))

    def with_interval(self, identifier: str, decimals: int = 1) -> Cell:
        """An estimate, and its interval in brackets."""
        low, high = self._value(identifier, "low"), self._value(identifier, "high")
        estimate = self.t.number(self._value(identifier, "estimate"), decimals)
        return self.cell(identifier, f"{estimate} ({self.t.interval(low, high, decimals)})")

    def mean_sd(self, identifier: str, decimals: int = 1) -> Cell:
        """mean (SD)."""
        mean, sd = self._value(identifier, "mean"), self._value(identifier, "sd")
        return self.cell(identifier, f"{self.t.number(mean, decimals)} ({self.t.number(sd, decimals)})")

    def share(self, identifier: str, decimals: int = 0) -> Cell:
        """events of n (per cent) with the interval underneath."""
        finding = self.findings.get(identifier)
        if finding is None or finding.refusal is not None:
            return self.cell(identifier, "")
        n = next(iter(finding.n.values()))
        counted = self.t("format.of", events=self.t.whole(finding["events"]), n=n)
        low, high = self.t.percent(finding["low"], decimals), self.t.percent(finding["high"], decimals)
        percent = self.t.percent(finding["estimate"], decimals)
        return Cell(f"{counted} ({percent})", identifier, self.t("format.interval", low=low, high=high))

    def median(self, identifier: str, decimals: int = 1) -> Cell:
        """The median with the quartiles in brackets."""
        found = self.found(identifier)
        if found is None:
            return self.cell(identifier, "")
        quartiles = self.t.interval(found["lower_quartile"], found["upper_quartile"], decimals)
        return Cell(f"{self.t.number(found['median'], decimals)} [{quartiles}]", identifier)

    def n_of(self, identifier: str) -> Cell:
        """How many there are behind a finding: one number, or two with a stroke between."""
        finding = self.findings.get(identifier)
        if finding is None:
            return Cell(DASH)
        return Cell(" / ".join(str(n) for n in finding.n.values()), identifier)

    def refusals(self, identifiers: Sequence[str]) -> tuple[str, ...]:
        """Why numbers among these are missing, each reason once."""
        notes: dict[str, None] = {}
        for identifier in identifiers:
            finding = self.findings.get(identifier)
            if finding is not None and finding.refusal is not None:
                why = self.why_not(finding.refusal)
                notes[self.t("refusal.note", what=self.method(finding.method), why=why)] = None
        return tuple(notes)

    def contrasts(self) -> tuple[tuple[str, str], ...]:
        """The comparisons, as pairs of arms."""
        return self.trial.contrasts

    def found(self, identifier: str) -> Finding | None:
        """A finding that could be computed, or None."""
        finding = self.findings.get(identifier)
        return finding if finding is not None and finding.refusal is None else None

    @staticmethod
    def key(contrast: tuple[str, str]) -> str:
        """A contrast inside an id."""
        return contrast_id(contrast)

    def _value(self, identifier: str, name: str) -> float | None:
        finding = self.findings.get(identifier)
        return finding.get(name) if finding is not None else None
