"""Amending: load the example trial's amendment that asks for consent again, in force from today. For tests of any wing."""

import shutil
from pathlib import Path

from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.people.acting import acting_as
from stegvis.protocol import actions as protocols
from tests.studies.folders import CWP

SECOND = """
[[texts]]
code = "consent"
kind = "consent"
version = 2
file = "consent-v2.md"
effective_from = {day}
asks_again = true
meanwhile = "{meanwhile}"
{more}
"""
ADDED = """
[[occasions]]
code = "nine_months"
name = { sv = "Frågor efter nio månader", en = "Questions after nine months" }
anchor = "randomisation"
day = 274
before = 14
after = 28
instruments = ["pain-intensity"]
minutes = 3
"""
WAITS = 'if_refused = "additions_wait"\nadds = ["nine_months"]'


def amended(directory: Path, meanwhile: str = "goes_on", more: str = "", occasion: str = "") -> None:
    """Load the amendment from a copy in `directory`; `more` are further keys of the text, `occasion` a further table."""
    folder = shutil.copytree(CWP, directory / "cwp")
    for language in ("sv", "en"):
        texts = folder / "texts" / language
        words = (texts / "consent-v1.md").read_text() + "\nOne more visit.\n"
        (texts / "consent-v2.md").write_text(words)
    told = (folder / "protocol.toml").read_text()
    told = told.replace(
        'number = 1\nlabel = "1.0"\neffective_from = 2026-01-01',
        f'number = 2\nlabel = "2.0"\neffective_from = {clock.today()}',
    )
    second = SECOND.format(day=clock.today(), meanwhile=meanwhile, more=more)
    (folder / "protocol.toml").write_text(told + second + occasion)
    with acting_as(SYSTEM):
        protocols.load_study(directory=folder, by=SYSTEM)
