"""Release: a programme as the immutable JSON that is stored, hashed, and read back as the very same programme.

The JSON is canonical (`methods.canonical`), so a participant's release is named by its hash, and so is what was signed.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from typing import Any

from stegvis.methods import canonical
from stegvis.methods.programme.blocks import (
    Audio,
    Block,
    Example,
    Exercise,
    Field,
    Main,
    Option,
    OwnGoal,
    OwnPlan,
    Paced,
    PacedStep,
    Picture,
    Text,
)
from stegvis.methods.programme.content import Asset, Module, Part, Programme, Sheet, Snippet, Translation, Worksheet

FORMAT = 1
_LATER = ("unit", "worksheets")
"""Keys that came after the first releases: left out where empty, so that content without them keeps its name."""

_BLOCKS: Mapping[str, type[Any]] = {
    kind.block: kind for kind in (Text, Main, Example, OwnGoal, OwnPlan, Picture, Audio, Paced, Exercise)
}


class ReleaseUnreadable(ValueError):
    """What was stored is not a release of this format."""


def to_data(programme: Programme) -> dict[str, Any]:
    """The programme as plain dictionaries, lists, strings, whole numbers and booleans."""
    return {"format": FORMAT, **_plain(programme)}


def from_data(data: Mapping[str, Any]) -> Programme:
    """The programme that `to_data` gave; ReleaseUnreadable for anything else."""
    if data.get("format") != FORMAT:
        raise ReleaseUnreadable(
            f"The release was not read: it has format {data.get('format')!r} and this version reads {FORMAT}. "
            "Publish the programme again from its folder, or use the version of Stegvis that made the release."
        )
    try:
        return _programme({key: value for key, value in data.items() if key != "format"})
    except (KeyError, TypeError, AttributeError) as error:
        raise ReleaseUnreadable(
            f"The release was not read: it does not have the keys of format {FORMAT} ({error}). "
            "Publish the programme again from its folder."
        ) from error


def to_json(programme: Programme) -> str:
    """The canonical JSON of the programme."""
    return canonical.to_json(to_data(programme))


def from_json(text: str) -> Programme:
    """The programme that `to_json` gave; ReleaseUnreadable for anything else."""
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        raise ReleaseUnreadable(
            f"The release was not read: it is not JSON ({error}). Publish the programme again."
        ) from error
    if not isinstance(data, dict):
        raise ReleaseUnreadable("The release was not read: it is not a JSON object. Publish the programme again.")
    return from_data(data)


def sha256(programme: Programme) -> str:
    """The SHA-256 of the canonical JSON, in hexadecimal: the name of the release."""
    return canonical.sha256(to_data(programme))


def _plain(thing: Any) -> Any:
    if dataclasses.is_dataclass(thing) and not isinstance(thing, type):
        values = {field.name: getattr(thing, field.name) for field in dataclasses.fields(thing)}
        data = {name: _plain(value) for name, value in values.items() if value or name not in _LATER}
        names = [name for name, kind in _BLOCKS.items() if type(thing) is kind]
        return {"block": names[0], **data} if names else data
    if isinstance(thing, Mapping):
        return {str(key): _plain(value) for key, value in thing.items()}
    if isinstance(thing, tuple | list):
        return [_plain(value) for value in thing]
    return thing


def _programme(data: Mapping[str, Any]) -> Programme:
    return Programme(
        **{
            **data,
            "titles": dict(data["titles"]),
            "languages": tuple(data["languages"]),
            "checkin": tuple(data["checkin"]),
            "numbers": tuple(data.get("numbers", ())),  # releases made before texts could name a number have none
            "modules": tuple(_module(module) for module in data["modules"]),
            "snippets": tuple(Snippet(**snippet) for snippet in data["snippets"]),
            "assets": {path: Asset(**asset) for path, asset in data["assets"].items()},
            "worksheets": tuple(_worksheet(sheet) for sheet in data.get("worksheets", ())),
        }
    )


def _module(data: Mapping[str, Any]) -> Module:
    translations = {language: _translation(told) for language, told in data["translations"].items()}
    return Module(**{**data, "titles": dict(data["titles"]), "translations": translations})


def _worksheet(data: Mapping[str, Any]) -> Worksheet:
    sheets = {language: Sheet(told["summary"], _part(told["part"])) for language, told in data["translations"].items()}
    return Worksheet(**{**data, "translations": sheets})


def _translation(data: Mapping[str, Any]) -> Translation:
    return Translation(**{**data, "parts": tuple(_part(part) for part in data["parts"])})


def _part(data: Mapping[str, Any]) -> Part:
    return Part(**{**data, "blocks": tuple(_block(block) for block in data["blocks"])})


def _block(data: Mapping[str, Any]) -> Block:
    kind = _BLOCKS[data["block"]]
    values = {key: value for key, value in data.items() if key != "block"}
    if kind is Exercise:
        values["fields"] = tuple(_field(asked) for asked in values["fields"])
    if kind is Paced:
        values["steps"] = tuple(PacedStep(**step) for step in values["steps"])
    block: Block = kind(**values)
    return block


def _field(data: Mapping[str, Any]) -> Field:
    return Field(**{**data, "options": tuple(Option(**option) for option in data["options"])})
