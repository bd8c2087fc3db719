"""Folders: where the trials lie."""

from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
CWP = REPOSITORY / "studies" / "cwp"
THREE_ARMS = REPOSITORY / "tests" / "studies" / "three-arms"
