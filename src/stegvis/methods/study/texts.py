"""Texts: the trial's letters and pages as files, and the placeholders that may stand in them.

A text is a Markdown file in texts/<language>/. Its first line is `# ` and the title, which is the subject when the text
goes out as a message. A placeholder is a name in braces, such as {study_phone}. What the protocol knows is filled in by
`trial_values`; what belongs to one person or one occasion is given by whoever sends the text.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping

from pydantic import BaseModel

from stegvis.methods.study.conduct import TextKind
from stegvis.methods.study.protocol import Protocol
from stegvis.methods.study.tables import Table

_PLACEHOLDER = re.compile(r"\{([^{}\n]*)\}")

ALWAYS = frozenset(
    {
        "trial", "title", "responsible", "investigator", "study_phone", "study_email", "data_protection_email",
        "ethics_number", "planned_n", "research_data_years", "care_record_years", "access_log_years",
    }
)  # fmt: skip
"""Placeholders that every text may use, beside {<code>_number} for each number of the safety section."""

_PERSON = frozenset({"site_name", "site_phone"})
BY_KIND: Mapping[TextKind, frozenset[str]] = {
    "landing": frozenset(),
    "information": frozenset(),
    "consent": frozenset(),
    "safety": frozenset(),  # the help page is open to people who are not signed in
    "allocation_letter": _PERSON | {"link"},
    "reminder": _PERSON | {"link", "minutes", "closes_on"},
    "call_script": _PERSON | {"minutes", "closes_on"},
    "withdrawal": _PERSON,
    "thanks": _PERSON,
}
"""Placeholders that belong to one person or one occasion, by the kind of text."""


class PlaceholderMissing(KeyError):
    """A text names a placeholder for which no value was given."""

    def __str__(self) -> str:
        return f"The text needs a value for {{{self.args[0]}}}, and none was given. Give one, then fill it in again."


class StudyText(BaseModel):
    """One version of one text in one language, as it stands in its file."""

    model_config = Table.model_config

    code: str
    kind: TextKind
    version: int
    language: str
    title: str
    body: str
    sha256: str

    def filled(self, values: Mapping[str, str]) -> tuple[str, str]:
        """Title and body with every placeholder replaced; PlaceholderMissing names the first one without a value."""
        return fill(self.title, values), fill(self.body, values)


def read_text(source: str) -> tuple[str, str]:
    """Title and body of a text file; the title is empty when the first line is no `# ` heading."""
    first, _, rest = source.lstrip("\ufeff\n").partition("\n")
    title = first.removeprefix("# ").strip() if first.startswith("# ") else ""
    return title, rest.strip() + "\n"


def sha256_of_text(source: str) -> str:
    """SHA-256 of the text as UTF-8, with line ends as \\n: what a consent is bound to."""
    return hashlib.sha256("\n".join(source.splitlines()).encode()).hexdigest()


def placeholders(source: str) -> list[str]:
    """The names in braces, each once, in order."""
    return list(dict.fromkeys(_PLACEHOLDER.findall(source)))


def allowed_placeholders(kind: TextKind, number_codes: Iterable[str]) -> frozenset[str]:
    """What a text of this kind may name, given the codes of the numbers in the safety section."""
    return ALWAYS | BY_KIND[kind] | {number_key(code) for code in number_codes}


def number_key(code: str) -> str:
    """How a text names the number with this code: emergency → emergency_number."""
    return f"{code.replace('-', '_')}_number"


def fill(source: str, values: Mapping[str, str]) -> str:
    """The text with every placeholder replaced by its value; PlaceholderMissing when there is none.

    The trial's name at the beginning of a line begins with a capital letter; telephone numbers are not broken across lines.
    """

    def value_of(match: re.Match[str]) -> str:
        name = match[1]
        if name not in values:
            raise PlaceholderMissing(name)
        value = values[name]
        if name == "trial" and source[: match.start()][-1:] in {"", "\n"}:
            return value[:1].upper() + value[1:]
        return value.replace(" ", "\N{NO-BREAK SPACE}") if name.endswith("_phone") else value

    return _PLACEHOLDER.sub(value_of, source)


def numbers_of(protocol: Protocol) -> dict[str, str]:
    """The telephone numbers of the safety section, by the name that texts have for them."""
    return {number_key(number.code): number.number for number in protocol.safety.numbers}


def trial_values(protocol: Protocol, language: str) -> dict[str, str]:
    """The values of the placeholders that the protocol itself knows, in one language."""
    trial, contact, retention = protocol.trial, protocol.contact, protocol.retention
    values = {
        "trial": trial.short_title.in_language(language),
        "title": trial.title.in_language(language),
        "responsible": contact.responsible.in_language(language),
        "investigator": contact.investigator,
        "study_phone": contact.phone,
        "study_email": contact.email,
        "data_protection_email": contact.data_protection_email,
        "ethics_number": contact.ethics_number,
        "planned_n": str(trial.planned_n),
        "research_data_years": str(retention.research_data_years),
        "care_record_years": str(retention.care_record_years),
        "access_log_years": str(retention.access_log_years),
    }
    return values | numbers_of(protocol)
