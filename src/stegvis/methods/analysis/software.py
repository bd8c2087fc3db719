"""Software: which packages made the numbers, by version and by a hash of what was installed.

The hash is over what a wheel's RECORD (PyPA, "Recording installed projects") says of its files, without what an installer
adds: the same wheel has the same hash wherever and however it was installed.
"""

from __future__ import annotations

import csv
import hashlib
import platform
from dataclasses import dataclass
from functools import cache
from importlib import metadata

NAMES = ("numpy", "scipy")
"""The packages in which numbers are computed."""


@dataclass(frozen=True, slots=True)
class Package:
    """An installed package; `sha256` is empty where the installer kept no record."""

    name: str
    version: str
    sha256: str


@cache
def packages() -> tuple[Package, ...]:
    """The packages that make the numbers, in a fixed order."""
    return tuple(_package(metadata.distribution(name)) for name in NAMES)


def python() -> str:
    """The version of Python, such as 3.11.7."""
    return platform.python_version()


def _package(found: metadata.Distribution) -> Package:
    record = found.read_text("RECORD") or ""
    return Package(found.metadata["Name"], found.version, digest(record) if record else "")


def digest(record: str) -> str:
    """The SHA-256 over the hashed files of a RECORD, in the order of their paths.

    Left out are the package's own metadata and what lies outside it (scripts), which installers write anew.
    """
    kept = sorted(
        (path, hashed)
        for path, hashed, *_ in csv.reader(record.splitlines())
        if hashed and ".dist-info/" not in path and not path.startswith(("..", "/"))
    )
    return hashlib.sha256("".join(f"{path},{hashed}\n" for path, hashed in kept).encode()).hexdigest()
