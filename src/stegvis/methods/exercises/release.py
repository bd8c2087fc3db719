"""Release: the library as the immutable JSON that is stored, hashed, signed, and read back as the very same library.

Drawings are in it as they were drawn: a later change of the pen changes no signed release.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from stegvis.methods import canonical
from stegvis.methods.exercises.content import Library

FORMAT = 1


class ReleaseUnreadable(ValueError):
    """What was stored is not a release of this format."""


def to_data(library: Library) -> dict[str, Any]:
    """The library as plain dictionaries, lists, strings, whole numbers and booleans."""
    return {"format": FORMAT, **library.model_dump(mode="json")}


def from_data(data: Mapping[str, Any]) -> Library:
    """The library that `to_data` gave; ReleaseUnreadable for anything else."""
    if data.get("format") != FORMAT:
        raise ReleaseUnreadable(
            f"The release was not read: it has format {data.get('format')!r} and this version reads {FORMAT}. "
            "Publish the library again from its folder, or use the version of Stegvis that made the release."
        )
    try:
        return Library.model_validate({key: value for key, value in data.items() if key != "format"})
    except ValidationError as error:
        raise ReleaseUnreadable(
            f"The release was not read: it does not have the keys of format {FORMAT} ({error.error_count()} differ). "
            "Publish the library again from its folder."
        ) from error


def sha256(library: Library) -> str:
    """The SHA-256 of the canonical JSON, in hexadecimal: the name of the release."""
    return canonical.sha256(to_data(library))
