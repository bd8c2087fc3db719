"""The library: the instruments that ship with Stegvis, one FHIR Questionnaire each, for any trial to name.

A trial's protocol names an instrument of the library by code and version. The text is included only where its licence
allows that; the others are skeletons (structure, codes, scoring, neutral labels), into which a licensee loads the wording
(`texts`). Every file carries its licence record.
"""

from __future__ import annotations

from functools import lru_cache
from importlib import resources

from stegvis.methods.instruments.questionnaire import Questionnaire
from stegvis.methods.instruments.reading import load as read


class NotInLibrary(KeyError):
    """The library has no instrument with this code."""


@lru_cache(maxsize=1)
def codes() -> tuple[str, ...]:
    """The code of every instrument in the library, in the order of the alphabet."""
    files = (file.name for file in resources.files(__package__).iterdir())
    return tuple(sorted(name.removesuffix(".json") for name in files if name.endswith(".json")))


def source(code: str) -> str:
    """The file of an instrument as it stands; raises `NotInLibrary`."""
    if code not in codes():
        raise NotInLibrary(code)
    return resources.files(__package__).joinpath(f"{code}.json").read_text(encoding="utf-8")


@lru_cache(maxsize=64)
def load(code: str) -> Questionnaire:
    """An instrument of the library, read and checked; raises `NotInLibrary`."""
    return read(source(code))
