"""Protocol: what a trial's protocol.toml says, as one frozen table of the tables in `design`, `measurement`, `conduct`.

A `Protocol` has the right shape: every key known, every value of the right kind. That its parts fit each other and the
files beside it is what `folder.check` says; `folder.load` gives only protocols that passed. Nothing here names an arm,
a site or an instrument of any trial. `Protocol.model_dump(mode="json")` and `Protocol.model_validate` go there and back
without loss, so a stored version reads the same for ever. The tables' names can all be imported from here.
"""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Iterable
from datetime import date
from typing import Any, TypeVar
from typing import Protocol as Shape

from pydantic import BaseModel, Field

from stegvis.methods.study.activity import Activity
from stegvis.methods.study.adverse_events import AdverseEvents
from stegvis.methods.study.caseloads import Caseloads
from stegvis.methods.study.conduct import (
    AnalysisPlan,
    Committee,
    ContactRefresh,
    Gate,
    Paper,
    Reminders,
    Retention,
    TextEntry,
    TextKind,
)
from stegvis.methods.study.consenting import Consenting
from stegvis.methods.study.delegation import Delegation
from stegvis.methods.study.design import (
    SITE,
    AllocationDesign,
    Arm,
    Contact,
    Departure,
    Factor,
    Published,
    Recruitment,
    Site,
    Treatment,
    Trial,
    Version,
)
from stegvis.methods.study.deviations import USUAL as USUAL_DEVIATIONS
from stegvis.methods.study.deviations import DeviationKind
from stegvis.methods.study.edit_checks import EditCheck
from stegvis.methods.study.eligibility import Criterion, in_force
from stegvis.methods.study.leaving import USUAL, LeavingReason
from stegvis.methods.study.measurement import (
    CONSENT,
    RANDOMISATION,
    Goals,
    Instrument,
    Occasion,
    Outcome,
    PainMap,
    ProgrammeSchedule,
    Visit,
)
from stegvis.methods.study.messages import Messages
from stegvis.methods.study.monitoring import Monitoring
from stegvis.methods.study.safety import Safety, SiteHours
from stegvis.methods.study.staffing import Staffing
from stegvis.methods.study.tables import Table
from stegvis.methods.study.visiting import Physiotherapy
from stegvis.methods.study.workdays import Workdays

__all__ = [
    "CONSENT",
    "RANDOMISATION",
    "SITE",
    "STRATUM_SEPARATOR",
    "Activity",
    "AdverseEvents",
    "AllocationDesign",
    "AnalysisPlan",
    "Arm",
    "Caseloads",
    "Consenting",
    "Contact",
    "Criterion",
    "Delegation",
    "Departure",
    "DeviationKind",
    "Factor",
    "Gate",
    "Goals",
    "Instrument",
    "LeavingReason",
    "Occasion",
    "Outcome",
    "PainMap",
    "Paper",
    "Physiotherapy",
    "ProgrammeSchedule",
    "Protocol",
    "Published",
    "Recruitment",
    "Reminders",
    "Retention",
    "Safety",
    "Site",
    "TextEntry",
    "TextKind",
    "Treatment",
    "Trial",
    "Version",
    "Visit",
    "sha256_of",
]

STRATUM_SEPARATOR = "/"


class Coded(Shape):
    """Whatever bears a code."""

    @property
    def code(self) -> str: ...


Found = TypeVar("Found", bound=Coded)


class Protocol(BaseModel):
    """Everything that protocol.toml says."""

    model_config = Table.model_config

    trial: Trial = Field(description="What the trial is.")
    version: Version = Field(description="Which version this is.")
    contact: Contact = Field(description="Who answers for it.")
    recruitment: Recruitment | None = Field(default=None, description="How recruitment is planned to go.")
    published: Published | None = Field(default=None, description="The published trial it follows, if any.")
    departures: tuple[Departure, ...] = Field(default=(), description="Where it departs from that on purpose.")
    arms: tuple[Arm, ...] = Field(min_length=2, description="The arms.")
    sites: tuple[Site, ...] = Field(min_length=1, description="The sites.")
    factors: tuple[Factor, ...] = Field(default=(), description="Stratification factors other than the site.")
    allocation: AllocationDesign = Field(description="How arms are allocated.")
    criteria: tuple[Criterion, ...] = Field(min_length=1, description="Who can take part.")
    instruments: tuple[Instrument, ...] = Field(min_length=1, description="The questionnaires.")
    pain_map: PainMap = Field(default_factory=PainMap, description="Open decisions about the pain map.")
    occasions: tuple[Occasion, ...] = Field(min_length=1, description="The planned measurements.")
    visits: tuple[Visit, ...] = Field(default=(), description="The planned visits.")
    physiotherapy: Physiotherapy = Field(
        default_factory=Physiotherapy, description="What the physiotherapist asks and measures at the visits."
    )
    goals: Goals | None = Field(default=None, description="Individual goals; needed when an arm has the activity plan.")
    activity: Activity = Field(default_factory=Activity, description="How the activity plan grows and shrinks.")
    programme: ProgrammeSchedule | None = Field(
        default=None, description="The internet programme; needed when an arm has it."
    )
    outcomes: tuple[Outcome, ...] = Field(min_length=1, description="The outcomes.")
    consenting: Consenting = Field(
        default_factory=Consenting, description="What is asked of a consent beside the person's signature."
    )
    gates: tuple[Gate, ...] = Field(min_length=1, description="What must be so before a person is randomised.")
    reminders: Reminders = Field(description="How answers are asked for.")
    edit_checks: tuple[EditCheck, ...] = Field(
        default=(), description="Which data are asked about: each check that fails raises a data query by itself."
    )
    monitoring: Monitoring = Field(default_factory=Monitoring, description="When the monitoring pages warn.")
    contact_refresh: ContactRefresh | None = Field(
        default=None, description="Asking whether contact details are still right before late questions."
    )
    safety: Safety = Field(description="What must reach a human, and how soon.")
    adverse_events: AdverseEvents | None = Field(
        default=None, description="How adverse events are asked about, judged and told; without it none are kept."
    )
    messages: Messages | None = Field(default=None, description="What participants are promised about messages.")
    paper: Paper | None = Field(default=None, description="Questionnaires on paper.")
    leaving_reasons: tuple[LeavingReason, ...] = Field(
        default=USUAL,
        description="Why somebody stops, to choose from when they stop something; asked of everybody alike and never "
        "required. Without the list: " + ", ".join(f"`{each.code}`" for each in USUAL) + ".",
    )
    caseloads: Caseloads = Field(
        default_factory=Caseloads, description="How many people one clinician cares for at the most."
    )
    delegation: Delegation = Field(
        default_factory=Delegation,
        description="Which tasks at a site ask for a signed delegation, and for what training.",
    )
    deviations: tuple[DeviationKind, ...] = Field(
        default=USUAL_DEVIATIONS,
        description="The kinds of protocol deviations that can be recorded, and by which rule one is important. Without the "
        "list: " + ", ".join(f"`{each.code}`" for each in USUAL_DEVIATIONS) + ".",
    )
    committee: Committee | None = Field(default=None, description="The data-monitoring committee, if there is one.")
    retention: Retention = Field(description="How long data are kept.")
    analysis: AnalysisPlan | None = Field(default=None, description="The analysis plan.")
    texts: tuple[TextEntry, ...] = Field(min_length=1, description="The texts and their versions.")

    @property
    def sha256(self) -> str:
        """Hash of the canonical JSON of the content, defaults left out: 64 hexadecimal digits.

        It stays the same when a later version of this software knows more keys.
        """
        return sha256_of(self.model_dump(mode="json", exclude_defaults=True))

    @property
    def primary_outcomes(self) -> tuple[Outcome, ...]:
        """The primary outcomes in the protocol's order."""
        return tuple(outcome for outcome in self.outcomes if outcome.kind == "primary")

    @property
    def primary_instruments(self) -> tuple[str, ...]:
        """Codes of the instruments that give the primary outcomes, each once, in order."""
        return tuple(dict.fromkeys(outcome.instrument for outcome in self.primary_outcomes))

    @property
    def fictitious(self) -> tuple[str, ...]:
        """Which contacts are placeholders ("contact", "sites.<code>"); a live installation must have none."""
        contact = ("contact",) if self.contact.fictitious else ()
        return contact + tuple(f"sites.{site.code}" for site in self.sites if site.fictitious)

    def arm(self, code: str) -> Arm:
        """The arm with this code; KeyError when there is none."""
        return _find(self.arms, code)

    def arms_with(self, treatment: Treatment) -> tuple[Arm, ...]:
        """The arms that are given this treatment."""
        return tuple(arm for arm in self.arms if treatment in arm.treatments)

    def site(self, code: str) -> Site:
        """The site with this code; KeyError when there is none."""
        return _find(self.sites, code)

    def instrument(self, code: str) -> Instrument:
        """The instrument with this code; KeyError when there is none."""
        return _find(self.instruments, code)

    def occasion(self, code: str) -> Occasion:
        """The occasion with this code; KeyError when there is none.

        Questions of the programme are found by their code as well, with the number of the week after it: checkin_3.
        """
        for questions in self.programme.questions if self.programme else ():
            if questions.code in {code, code.rpartition("_")[0]}:
                return questions.as_occasion()
        return _find(self.occasions, code)

    def visit(self, code: str) -> Visit:
        """The visit that anchors call `code`, such as "visit_2"; KeyError when there is none."""
        return _find(self.visits, code)

    def outcome(self, code: str) -> Outcome:
        """The outcome with this code; KeyError when there is none."""
        return _find(self.outcomes, code)

    def criteria_on(self, day: date) -> tuple[Criterion, ...]:
        """The criteria in force on this day."""
        return in_force(self.criteria, day)

    def text_entry(self, code: str, on: date) -> TextEntry:
        """The version of a text in force on this day, the highest when several are; KeyError when there is none."""
        candidates = [entry for entry in self.texts if entry.code == code and entry.in_force(on)]
        if not candidates:
            raise KeyError(code)
        return max(candidates, key=lambda entry: entry.version)

    def text_code(self, kind: TextKind) -> str:
        """The code of the one text of a kind that a trial has once, such as "consent"; KeyError when there is none."""
        for entry in self.texts:
            if entry.kind == kind:
                return entry.code
        raise KeyError(kind)

    def asked_again(self, on: date) -> TextEntry | None:
        """The newest consent text in force on this day that whoever agreed to an earlier one is asked about; None usually."""
        asking = [each for each in self.texts if each.kind == "consent" and each.asks_again and each.in_force(on)]
        return max(asking, key=lambda each: each.version, default=None)

    def deviation_kind(self, code: str) -> DeviationKind | None:
        """The kind of deviation with this code: the protocol's, or one that comes with Stegvis; None when there is neither."""
        return next((kind for kind in (*self.deviations, *USUAL_DEVIATIONS) if kind.code == code), None)

    @property
    def uses_goal_levels(self) -> bool:
        """Whether a goal may be set with levels of attainment, −2 to +2."""
        return self.goals is not None and self.goals.levels == "optional"

    def answered_within(self, channel: str) -> int | None:
        """Within how many working days a message in a channel is promised an answer; None where nothing is promised."""
        if channel == "therapist":
            return self.programme.reply_within_working_days if self.programme else None
        return self.messages.answer_within_working_days if self.messages else None

    def workdays(self, closed: Iterable[date] = ()) -> Workdays:
        """The trial's working days, without those on which a site is closed."""
        return Workdays(self.trial.holidays, frozenset(closed))

    def workdays_at(self, *sites: str) -> Workdays:
        """The days on which somebody works at one of these sites at least, by code; the trial's when none is named."""
        closures = [self._closed(site) for site in sites]
        return self.workdays(frozenset.intersection(*closures) if closures else ())

    def staffing(self, site: str) -> Staffing:
        """When somebody at a site, by code, reads alerts."""
        hours = self.safety.hours_at(site)
        return Staffing(hours.opens, hours.closes, frozenset(hours.days), self.workdays_at(site))

    def _closed(self, site: str) -> frozenset[date]:
        hours = self.safety.hours_at(site)
        return frozenset(hours.closed if isinstance(hours, SiteHours) else ())

    def left_out_on_paper(self, instrument: str) -> frozenset[str]:
        """The items that a paper form does not ask, by linkId: those that rules watch, unless the post is opened daily.

        PHQ-8 is the PHQ-9 without item 9 (Kroenke et al., J Affect Disord 2009;114:163-173).
        """
        return frozenset() if self.paper else self.safety.watched_items(instrument)

    @property
    def strata(self) -> tuple[str, ...]:
        """Every stratum of the allocation, such as "north" or "north/under50"; one, "all", when there is no factor."""
        levels = [self._levels_of(name) for name in self.allocation.strata]
        return tuple(STRATUM_SEPARATOR.join(combination) or "all" for combination in itertools.product(*levels))

    @property
    def lists_strata(self) -> tuple[str, ...]:
        """The strata that an allocation list must have: those of the trial, or one for everybody when arms are minimised."""
        return ("all",) if self.allocation.method == "minimisation" else self.strata

    def _levels_of(self, name: str) -> tuple[str, ...]:
        if name == SITE:
            return tuple(site.code for site in self.sites)
        return tuple(level.code for level in _find(self.factors, name).levels)


def sha256_of(content: Any) -> str:
    """SHA-256, in hexadecimal, of content written as canonical JSON: sorted keys, no spaces, UTF-8."""
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _find(tables: Iterable[Found], code: str) -> Found:
    for table in tables:
        if table.code == code:
            return table
    raise KeyError(code)
