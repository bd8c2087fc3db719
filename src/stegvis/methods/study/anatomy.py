"""Anatomy: walks the raw content of protocol.toml and the models of `protocol` side by side.

The checks and the reference of all keys need to know, for any place in the file, which model describes it, also when
the file is wrong there. Here are only the few forms that the models use: a model, a tuple of something, a union of
models told apart by one key, each perhaps optional.
"""

from __future__ import annotations

import types
from collections.abc import Iterator
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

Path = tuple[str | int, ...]
DISCRIMINATORS = ("kind", "check")


def members(annotation: Any) -> tuple[Any, ...]:
    """What an annotation can be, without None: the members of a union, or the annotation itself."""
    if get_origin(annotation) is Annotated:
        return members(get_args(annotation)[0])
    if get_origin(annotation) in (Union, types.UnionType):
        return tuple(member for part in get_args(annotation) if part is not type(None) for member in members(part))
    return (annotation,)


def element(annotation: Any) -> Any | None:
    """What a tuple annotation holds, or None when it is no tuple."""
    for member in members(annotation):
        if get_origin(member) is tuple:
            return get_args(member)[0]
    return None


def models(annotation: Any) -> tuple[type[BaseModel], ...]:
    """The models among the members of an annotation."""
    return tuple(part for part in members(annotation) if isinstance(part, type) and issubclass(part, BaseModel))


def model_for(annotation: Any, value: Any) -> type[BaseModel] | None:
    """The model that describes `value`: the only one, or the one whose discriminator the value bears."""
    candidates = models(annotation)
    if len(candidates) <= 1:
        return candidates[0] if candidates else None
    if not isinstance(value, dict):
        return None
    return next((model for model in candidates if value.get(discriminator(model)) in tags(model)), None)


def discriminator(model: type[BaseModel]) -> str:
    """The key that tells this member of a union from the others."""
    return next(key for key in DISCRIMINATORS if key in model.model_fields)


def tags(model: type[BaseModel]) -> tuple[str, ...]:
    """The values of the discriminator that mean this model."""
    return tuple(get_args(model.model_fields[discriminator(model)].annotation))


def walk(annotation: Any, value: Any, path: Path = ()) -> Iterator[tuple[Path, type[BaseModel], Any]]:
    """Every place of the raw content that a model describes: its path, the model, and what stands there."""
    inner = element(annotation)
    if inner is not None:
        if isinstance(value, list):
            for index, part in enumerate(value):
                yield from walk(inner, part, (*path, index))
        return
    model = model_for(annotation, value)
    if model is None:
        return
    yield path, model, value
    if isinstance(value, dict):
        for key, field in model.model_fields.items():
            if key in value:
                yield from walk(field.annotation, value[key], (*path, key))


def field_at(root: type[BaseModel], raw: Any, path: Path) -> FieldInfo | None:
    """The field that describes the place `path`; None when no model knows it."""
    annotation: Any = root
    found: FieldInfo | None = None
    for part in path:
        if isinstance(part, int):
            annotation, found = element(annotation), None
            raw = raw[part] if isinstance(raw, list) and part < len(raw) else None
            continue
        model = model_for(annotation, raw)
        found = model.model_fields.get(part) if model is not None else None
        if found is None:
            return None
        annotation = found.annotation
        raw = raw.get(part) if isinstance(raw, dict) else None
    return found
