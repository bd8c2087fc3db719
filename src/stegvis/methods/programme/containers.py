"""Containers: the names that may stand behind three colons, and what each is; the guide for authors names every one."""

from __future__ import annotations

from collections.abc import Mapping

from stegvis.methods.programme.blocks import FieldKind, Purpose

PURPOSES: Mapping[str, Purpose] = {
    "exercise": "exercise",
    "worksheet": "worksheet",
    "practice": "practice",
    "homework": "homework",
    "checkin": "checkin",
}
FIELD_KINDS: Mapping[str, FieldKind] = {
    "text": "text",
    "long-text": "long-text",
    "number": "number",
    "choice": "choice",
    "choices": "choices",
    "time": "time",
    "amount": "amount",
}
BLOCKS = ("why", "main", "example", "picture", "audio", "paced", "goal", "plan", "short", *PURPOSES)
