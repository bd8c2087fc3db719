"""Canonical: one way to write data as JSON, so that the same content has the same SHA-256 on every machine.

Keys sorted, no spaces, UTF-8. A release of the programme, and one of the library of exercises, is named by this hash, and a
signature on the hash means these words and no others.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any


def to_json(data: Any) -> str:
    """The canonical JSON of plain dictionaries, lists, strings, numbers and booleans."""
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def sha256(data: Any) -> str:
    """The SHA-256 of the canonical JSON, in hexadecimal."""
    return hashlib.sha256(to_json(data).encode("utf-8")).hexdigest()
