"""Worksheets that made-up people keep when they have sent a module, some of them shared with the therapist.

It draws nothing from anybody's stream of chance, so no figure of the demonstration depends on it. Which sheets there are
and what is written in them stands in the trial's demonstration.toml.
"""

from collections.abc import Mapping
from random import Random
from typing import Any
from uuid import UUID

from stegvis.demonstration.lives import Life
from stegvis.demonstration.parameters import Parameters
from stegvis.people.models import Participant
from stegvis.programme import queries as courses
from stegvis.programme.worksheets import actions, drafts, queries

KEEPS, LEAVES, SHARES = 0.35, 0.15, 0.5
"""Our guess: the share who keep a sheet, who leave one on its way, and who share what they keep with the therapist."""


def write(model: Parameters, life: Life, person: Participant, module: str) -> None:
    """After a module: write its worksheet, or not; keep it or leave it; share it or not."""
    chance = Random(f"sheet:{life.number}:{module}")  # noqa: S311 - made up on purpose
    course = courses.course_of(person)
    there = {each.code for each in queries.sheets(course)} if course else set()
    for told in model.words.get("worksheets", ()):
        drawn = chance.random()
        if told["module"] != module or told["sheet"] not in there or drawn >= KEEPS + LEAVES:
            continue
        assert course is not None  # there are sheets only in a course
        drafts.save(course=course, sheet=told["sheet"], values=_words(told, life.language), by=person.account)
        if drawn < KEEPS:
            key = UUID(int=chance.getrandbits(128), version=4)
            entry = actions.keep(course=course, sheet=told["sheet"], key=key, by=person.account)
            if chance.random() < SHARES:
                actions.share(entry=entry, audience=queries.THERAPIST, by=person.account)


def _words(told: Mapping[str, Any], language: str) -> dict[str, str]:
    """What is written in a sheet: numbers and choices, and words in the person's language where there are any."""
    spoken = told.get(language, told.get("en", {}))
    return {**told.get("values", {}), **spoken}
