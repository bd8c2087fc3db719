"""Advice for elements and types of other versions of FHIR, and for those that are nearly right.

Published R4 files carry elements of STU3 (`option`, `hasAnswer`, `initialString`) and of R5 (`answerConstraint`, the
type `coding`), since tools write what they were made for. Each has a right form in R4, and whoever made the file is
told that one instead of the name that looks most like it.
Source: hl7.org/fhir/STU3/questionnaire.html, hl7.org/fhir/R5/questionnaire.html, against hl7.org/fhir/R4.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Final

from stegvis.methods.instruments.wording import nearest

_DSTU2: Final = "DSTU2's: R4 has item, each with its linkId and type"
_ELEMENTS: Final[Mapping[str, Mapping[str, str]]] = {
    "Questionnaire": {
        "group": _DSTU2,
        "copyrightLabel": "R5's: write it in copyright",
        "versionAlgorithmString": "R5's: remove it",
        "versionAlgorithmCoding": "R5's: remove it",
        "relatedArtifact": "no element of R4: use the extension cqf-citation, or remove it",
    },
    "Questionnaire.item": {
        "question": _DSTU2,
        "group": _DSTU2,
        "concept": "an old name: R4 has code",
        "option": "STU3's: R4 has answerOption, with valueCoding, valueString, …",
        "options": "STU3's: R4 has answerValueSet, with the address of the ValueSet",
        "answerConstraint": "R5's: R4 says it by the type, choice or open-choice",
        "disabledDisplay": "R5's: R4 has an extension for it",
        "choice": "no element of R4: R4 has answerOption",
    },
    "Questionnaire.item.enableWhen": {
        "hasAnswer": 'STU3\'s: R4 has "operator": "exists" with answerBoolean',
        "answer": "without its type: write answerBoolean, answerCoding, answerInteger, …",
    },
}
_TYPES: Final = {
    "coding": "R5's: R4 has choice, or open-choice",
    "Coding": "R5's: R4 has choice, or open-choice",
    "number": "no type of FHIR: write integer or decimal",
    "int": "no type of FHIR: write integer",
    "bool": "no type of FHIR: write boolean",
    "multi-choice": 'no type of FHIR: write choice with "repeats": true',
}

_WITH_TYPE: Final = (
    "Write a type of FHIR after %(stem)s: %(stem)sString, %(stem)sCode, %(stem)sInteger, %(stem)sCoding, …"
)


def for_element(name: str, kind: str, known: Iterable[str], choices: Iterable[str]) -> str:
    """What to do with an element `name` that R4 does not have in `kind`; `choices` are its value[x] and the like."""
    told = _ELEMENTS.get(kind, {}).get(name)
    if told is not None:
        return f"It is {told}"
    if name.startswith("initial") and kind == "Questionnaire.item":
        return f'It is STU3\'s: R4 has "initial": [{{"value{name.removeprefix("initial")}": …}}]'
    for choice in choices:
        stem = choice.removesuffix("[x]")
        possible = sorted(one for one in known if one.startswith(stem) and one[len(stem) : len(stem) + 1].isupper())
        if name.startswith(stem) and possible:
            return f"Write {' or '.join(possible)}" if len(possible) <= 8 else _WITH_TYPE % {"stem": stem}
    return nearest(name, known)


def for_code(code: str, known: Collection[str], element: str) -> str:
    """What to do with a code that is none of those `known`: the one that is meant, if that can be told, else all."""
    if element == "type" and code in _TYPES:
        return f"It is {_TYPES[code]}"
    plain = {one.casefold().replace("-", ""): one for one in known}
    meant = plain.get(code.casefold().replace("-", "").replace("_", "").replace(" ", ""))
    return f"Write {meant}" if meant is not None else f"Use one of: {', '.join(sorted(known))}"
