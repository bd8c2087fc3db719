"""Protocol at hand: what the trial's folder says of the treatments, where it is the very protocol of the extract.

A plan lies in the trial's folder (`studies/<trial>/`), and an extract names its protocol by hash. A folder with another
hash tells of another version and is not quoted; without a folder nothing is.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from stegvis.methods.analysis.manifest import About

if TYPE_CHECKING:
    from stegvis.methods.study.protocol import Protocol

PROTOCOL_FILE = "protocol.toml"


def read(folder: Path, about: About) -> Protocol | None:
    """The protocol in `folder` when the hash of that trial (protocol, texts, questionnaires) is the extract's, else None."""
    if about.of_a_table or not (folder / PROTOCOL_FILE).is_file():
        return None
    from stegvis.methods.study.folder import StudyInvalid, load  # takes a second, and few plans want checklists

    try:
        study = load(folder)
    except (StudyInvalid, OSError):
        return None
    return study.protocol if study.sha256 == about.protocol.sha256 else None
