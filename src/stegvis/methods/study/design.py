"""Design: what a trial is and who answers for it; its arms, its sites, and how arms are allocated."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from stegvis.methods.study.eligibility import Rule
from stegvis.methods.study.tables import Code, Language, Line, Table, Wording
from stegvis.methods.study.workdays import Holidays

Treatment = Literal["activity_plan", "programme"]
"""What this house can deliver; a trial's arms are made of these."""

Setting = Literal["research", "clinical", "education", "commercial"]
"""The settings that a licence record speaks of."""

Method = Literal["permuted_blocks", "simple", "biased_coin", "big_stick", "urn", "minimisation"]
"""How arms can be allocated: see `methods.randomisation`."""

SITE = "site"
"""How allocation.strata names the site; everything else there is the code of a factor."""


class Trial(Table):
    """What the trial is."""

    code: Code = Field(description="Short name of the trial; the folder bears it too.")
    title: Wording = Field(description="The scientific title.")
    short_title: Wording = Field(
        description="The name in letters and messages, as within a sentence (the … study). It names no illness: others "
        "may see it on a screen."
    )
    registration: Line | None = Field(default=None, description="Number in a public register.")
    languages: tuple[Language, ...] = Field(
        min_length=1, description="Languages of the participants, most used first; every text is there in each."
    )
    settings: tuple[Setting, ...] = Field(
        default=("research",),
        description='Settings in which its questionnaires are used, of "research", "clinical", "education" and '
        '"commercial"; each must be one that the instrument\'s licence permits.',
    )
    planned_n: int = Field(ge=2, description="How many people are to be randomised.")
    reference_arm: Code = Field(description="Code of the arm that the others are compared with.")
    holidays: Holidays = Field(default="SE", description='Whose public holidays are days off: "SE" or "none".')


class Version(Table):
    """Which version of the protocol this is. An amendment is a new file with a higher number and its own date."""

    number: int = Field(ge=1, description="1, 2, 3 …")
    label: Line = Field(description="What people call it, for example 1.0.")
    effective_from: date = Field(description="First day it holds.")
    summary: Wording = Field(description="What is new in it.")


class Recruitment(Table):
    """The plan that recruitment is compared with: evenly from the first day until `trial.planned_n` are randomised."""

    starts_on: date = Field(description="First day of recruitment.")
    months: int = Field(ge=1, le=240, description="How many months it is planned to take.")


class Contact(Table):
    """Who answers for the trial; the information sheet names them."""

    responsible: Wording = Field(description="The organisation that is responsible for the research and its data.")
    investigator: Line = Field(description="The responsible researcher.")
    phone: Line = Field(description="The study's phone.")
    email: Line = Field(description="The study's e-mail address.")
    data_protection_email: Line = Field(description="The data protection officer's e-mail address.")
    ethics_number: Line = Field(description="Number of the ethics approval.")
    fictitious: bool = Field(default=False, description="true in a demonstration; a live installation refuses it.")


class Published(Table):
    """The published trial whose design this protocol follows."""

    citation: Line = Field(description="Authors, journal, year.")
    doi: Line = Field(description="Digital object identifier.")
    note: Wording = Field(description="What must stand beside its figures.")


class Departure(Table):
    """Where this protocol departs from the published trial on purpose."""

    code: Code = Field(description="Short name.")
    what: Wording = Field(description="What is done differently.")


class Afterwards(Table):
    """What people of an arm are offered when they have been followed up."""

    after: Code = Field(
        description="Code of the occasion after which it is offered: once it is answered, or its window over."
    )
    text: Wording = Field(description="What the participant reads: what it is, and whom to ask.")


class Arm(Table):
    """One arm of the trial."""

    code: Code = Field(description="Short name; the allocation list bears it.")
    name: Wording = Field(description="What staff and the report call it.")
    description: Wording = Field(description="What the participant reads about their own group.")
    treatments: tuple[Treatment, ...] = Field(
        default=(), description='What people in it are given: "activity_plan", "programme", both or none.'
    )
    ratio: int = Field(ge=1, description="Its share in the allocation ratio.")
    letter: Code = Field(description="Code of the text that tells the participant.")
    afterwards: Afterwards | None = Field(
        default=None, description="What they are offered after follow-up, and when; it stands on their own page."
    )


class Site(Table):
    """A place that takes part."""

    code: Code = Field(description="Short name; participant codes begin with it and strata name it.")
    name: Line = Field(description="Its name.")
    phone: Line = Field(description="The number for participants.")
    safety_phone: Line | None = Field(default=None, description="The number of whoever is on the safety rota.")
    fictitious: bool = Field(default=False, description="true in a demonstration; a live installation refuses it.")


class Level(Table):
    """One level of a stratification factor."""

    code: Code = Field(description="Short name; the stratum bears it.")
    name: Wording = Field(description="What staff read.")
    rule: Rule = Field(description="Who belongs to it, written like the rule of a criterion.")


class Factor(Table):
    """A stratification factor other than the site."""

    code: Code = Field(description="Short name.")
    name: Wording = Field(description="What staff read.")
    levels: tuple[Level, ...] = Field(min_length=2, description="Its levels: everybody belongs to exactly one.")


class AllocationDesign(Table):
    """How arms are allocated. Block sizes, chances and seeds are not in a protocol: who knows them can guess the next arm."""

    method: Method = Field(
        description='"permuted_blocks" of random size, "simple", "biased_coin" (Efron), "big_stick" (Soares and Wu), "urn" '
        '(Wei) or "minimisation" (Pocock and Simon). Its parameters are chosen where the list is made.'
    )
    strata: tuple[Code, ...] = Field(
        default=(),
        description='What the allocation is stratified by: "site" and codes of factors. With minimisation they are its '
        "factors, in this order, and there is at least one.",
    )
    keeps_plan_when_not_randomised: bool = Field(
        default=True,
        description="Whether a person who has a plan but is not randomised keeps it. They are counted either way.",
    )
