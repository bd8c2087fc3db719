"""Visiting: what the physiotherapist asks and measures at the visits: warning signs, and a test of capacity.

Both are data, so that a trial has its own. The warning signs that come with Stegvis are our own words for what guidance on
musculoskeletal pain and on beginning to exercise asks about; the trial's licensed physiotherapist reads them before use.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from stegvis.methods.study.tables import Code, Table, Wording

RedFlagKind = Literal["illness", "heart_lung", "pregnancy", "falls"]

BEFORE_EFFORT: frozenset[str] = frozenset({"heart_lung", "pregnancy", "falls"})
"""The kinds that must be answered before a test of capacity, and before an activity of hard effort."""


class RedFlag(Table):
    """A warning sign: something to ask before anybody is advised to move more."""

    code: Code = Field(description="Short name; the answer is kept under it.")
    kind: RedFlagKind = Field(
        default="illness",
        description='"illness", "heart_lung", "pregnancy" or "falls"; the last three are asked before a test of capacity '
        "and before hard effort.",
    )
    question: Wording = Field(description="The question, answered with yes, no or not known; yes is the warning sign.")


class CapacityTest(Table):
    """A short test of what the body can do, repeated at the last visit."""

    code: Code = Field(description="Short name; the result is kept under it.")
    name: Wording = Field(description="What people call it.")
    how: Wording = Field(description="How it is done, in a few sentences.")
    unit: Wording = Field(description="What is counted, for example repetitions.")
    seconds: Annotated[int, Field(ge=5, le=1800)] = Field(description="How long it lasts; the stop-watch runs so long.")
    most: int = Field(default=100, ge=1, le=10000, description="No result is higher than this.")
    retest_sd: float = Field(
        gt=0, description="SD of the difference between two tests of the same unchanged people, in the unit."
    )
    retest_source: Wording = Field(description="Where that comes from.")


def _flag(code: str, sv: str, en: str, kind: RedFlagKind = "illness") -> RedFlag:
    return RedFlag(code=code, kind=kind, question=Wording({"sv": sv, "en": en}))


OWN_RED_FLAGS: tuple[RedFlag, ...] = (
    _flag("weight_loss", "Har du gått ner i vikt utan att veta varför?", "Have you lost weight without knowing why?"),
    _flag("fever", "Har du feber, frossa eller svettas du på nätterna?", "Do you have a fever, chills or night sweats?"),
    _flag(
        "night_pain",
        "Har du värk på natten som är ny, och som inte ger sig när du vänder dig?",
        "Do you have pain at night that is new, and that stays when you turn over?",
    ),
    _flag(
        "weakness",
        "Har du blivit svag eller fått domningar i en arm eller ett ben, och är det nytt?",
        "Is there new weakness or numbness in an arm or a leg?",
    ),
    _flag(
        "bladder_bowel",
        "Är det nytt att du har svårt att kissa eller hålla tätt, eller är du domnad i underlivet?",
        "Is it new that you have trouble with passing or holding water or stools, or are you numb between the legs?",
    ),
    _flag("cancer", "Har du, eller har du haft, cancer?", "Do you have, or have you had, cancer?"),
    _flag(
        "injury",
        "Har du skadat dig den senaste månaden, till exempel i en olycka?",
        "Have you been injured in the last month, in an accident for example?",
    ),
    _flag("joint", "Har du en led som är svullen, röd och varm?", "Do you have a joint that is swollen, red and hot?"),
    _flag(
        "chest_pain",
        "Får du ont eller trycker det i bröstet när du anstränger dig?",
        "Do you get pain or pressure in your chest when you exert yourself?",
        "heart_lung",
    ),
    _flag(
        "breathless",
        "Är du andfådd i vila, eller mycket mer än förut av samma sak?",
        "Are you short of breath at rest, or much more than before from the same thing?",
        "heart_lung",
    ),
    _flag(
        "fainting", "Har du svimmat, eller varit nära, det senaste året?",
        "Have you fainted, or come close, in the last year?", "heart_lung",
    ),
    _flag(
        "palpitations",
        "Får du hjärtklappning som kommer plötsligt eller gör dig yr?",
        "Do you get a racing heart that comes suddenly or makes you dizzy?",
        "heart_lung",
    ),
    _flag(
        "pregnant", "Är du gravid, eller har du fött barn de senaste tre månaderna?",
        "Are you pregnant, or have you given birth in the last three months?", "pregnancy",
    ),
    _flag(
        "falls",
        "Har du ramlat under det senaste året, eller är du rädd att ramla?",
        "Have you had a fall in the last year, or are you afraid of falling?",
        "falls",
    ),
)  # fmt: skip
"""The warning signs of a protocol that has none of its own."""

CHAIR_STAND = CapacityTest(
    code="chair_stand_30",
    name=Wording({"sv": "Resa sig från stol i 30 sekunder", "en": "30-second chair stand"}),
    how=Wording(
        {
            "sv": "En stol utan armstöd mot väggen, armarna i kors över bröstet. Räkna hela resningar till stående. "
            "Personen får vila eller sluta när som helst.",
            "en": "A chair without arms against the wall, arms crossed over the chest. Count full stands. The person may "
            "rest or stop at any time.",
        }
    ),
    unit=Wording({"sv": "resningar", "en": "stands"}),
    seconds=30,
    most=60,
    retest_sd=1.7,
    retest_source=Wording(
        {
            "sv": "Omtest vid fibromyalgi: i medeltal 0,99 resningar mer andra gången, SD 1,7; 1,96 × 1,7 = 3,3.",
            "en": "Retest in fibromyalgia: 0.99 stands more the second time on average, SD 1.7; 1.96 × 1.7 = 3.3.",
        }
    ),
)
"""The capacity test of a protocol that has none of its own."""


class Physiotherapy(Table):
    """What the physiotherapist asks and measures at the visits."""

    red_flags: tuple[RedFlag, ...] = Field(
        default=(), description="The warning signs; without the list, those that come with Stegvis."
    )
    red_flag_grade: Code | None = Field(
        default=None,
        description="Grade of the alert that a warning sign raises; without it, that of `safety.something_is_wrong`.",
    )
    capacity_test: CapacityTest = Field(
        default=CHAIR_STAND, description="The test of capacity; without the table, a 30-second chair stand."
    )

    @property
    def asked(self) -> tuple[RedFlag, ...]:
        """The warning signs to ask about: the protocol's, or our own."""
        return self.red_flags or OWN_RED_FLAGS

    @property
    def before_effort(self) -> tuple[str, ...]:
        """Codes of the warning signs that must be answered before a test of capacity and before hard effort."""
        return tuple(each.code for each in self.asked if each.kind in BEFORE_EFFORT)
