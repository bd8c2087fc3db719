"""Deviations: what did not go as the protocol says, by kind, and by which rule one is important.

An important protocol deviation is one that may significantly affect the completeness, accuracy or reliability of the
trial's data, or a person's rights, safety or well-being (ICH E3, Questions & Answers R1, 2012, answer 7; ICH E6(R3),
2025, section 3.9.3). So each is judged by those three effects, unless its kind says that it always is, or never.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pydantic import Field

from stegvis.methods.study.tables import Code, Table, Wording

VISIT_OUTSIDE_WINDOW = "visit_outside_window"
RANDOMISED_IN_ERROR = "randomised_in_error"
WRONG_STRATUM = "wrong_stratum"
FOUND_INELIGIBLE = "found_ineligible"
BLINDING = "blinding"
"""The kinds that the system itself finds, or records with what is kept of an allocation; every trial has them."""

Rule = Literal["always", "by_effect", "never"]


@dataclass(frozen=True, slots=True)
class Effects:
    """What a deviation may have affected, as somebody judged it."""

    rights: bool
    safety: bool
    data: bool

    @property
    def any(self) -> bool:
        """Whether it affected anything that matters."""
        return self.rights or self.safety or self.data


class DeviationKind(Table):
    """One kind of deviation."""

    code: Code = Field(description="Short name; the extract bears it.")
    name: Wording = Field(description="What staff read.")
    important: Rule = Field(
        default="by_effect",
        description='"by_effect": important when somebody judges that rights, safety or data may be affected; "always"; "never".',
    )
    tells_arm: bool = Field(
        default=False,
        description="true: it can only happen in some arms, so that blinded extracts leave it out.",
    )

    def is_important(self, effects: Effects | None) -> bool | None:
        """Whether a deviation of this kind is important (ICH E3 Q&A R1); None while nobody has judged its effects."""
        if self.important != "by_effect":
            return self.important == "always"
        return None if effects is None else effects.any


def _kind(code: str, sv: str, en: str, important: Rule = "by_effect") -> DeviationKind:
    return DeviationKind(code=code, name=Wording({"sv": sv, "en": en}), important=important)


USUAL: tuple[DeviationKind, ...] = (
    _kind(VISIT_OUTSIDE_WINDOW, "Besök utanför sitt fönster", "Visit outside its window"),
    _kind(RANDOMISED_IN_ERROR, "Randomiserad av misstag", "Randomised in error", "always"),
    _kind(WRONG_STRATUM, "Randomiserad i fel stratum", "Randomised in the wrong stratum", "always"),
    _kind(FOUND_INELIGIBLE, "Uppfyllde inte kriterierna, upptäckt efteråt", "Found ineligible afterwards", "always"),
    _kind("consent", "Samtycke saknas eller är felaktigt", "Consent missing or wrong", "always"),
    _kind("confidentiality", "Uppgifter har kommit i orätta händer", "Data reached somebody they should not", "always"),
    _kind(BLINDING, "Gruppen blev känd för den som inte skulle veta", "The arm became known to whom it should not"),
    _kind("measurement", "Frågor ställdes inte som planerat", "Questions not asked as planned"),
    _kind("treatment", "Behandling gavs inte som planerat", "Treatment not given as planned"),
    _kind("other", "Något annat", "Something else"),
)
"""The kinds of a protocol that has no list of its own."""
