"""Some made-up lives of the example trial, drawn and not lived."""

from pathlib import Path

import pytest

from stegvis.demonstration import parameters
from stegvis.demonstration.lives import draw_lives
from stegvis.methods.study.folder import load

STUDY = Path(__file__).parents[2] / "studies" / "cwp"
MODEL = parameters.read(STUDY)


@pytest.fixture(scope="module")
def lives():
    """Those who are randomised."""
    return [x for x in draw_lives(MODEL, load(STUDY).protocol, seed=MODEL.default_seed, participants=129) if x.arm]
