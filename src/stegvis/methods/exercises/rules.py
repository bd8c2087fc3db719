"""Rules: what the words of an exercise and the library as a whole are held to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from stegvis.methods.exercises import manifest as manifests
from stegvis.methods.exercises.content import Words
from stegvis.methods.exercises.folder import Folder, ReadExercise
from stegvis.methods.exercises.manifest import Manifest
from stegvis.methods.exercises.source import line_of
from stegvis.methods.programme import readability
from stegvis.methods.programme.problems import Problem


def about(read: ReadExercise, manifest: Manifest) -> Iterator[Problem]:
    """What is wrong with the words of one exercise, in each language and between languages."""
    for language, words in read.words.items():
        yield from _about_words(read, language, words, manifest)
    versions = list(read.words.items())
    for language, words in versions[1:]:
        yield from _about_translation(read, *versions[0], language, words)


def about_library(folder: Folder, manifest: Manifest) -> Iterator[Problem]:
    """Too few exercises, names or drawings that two exercises share, and groups that no exercise is for."""
    few = len(folder.exercises) < manifest.rules.exercises
    if few:
        what = f"The library has {len(folder.exercises)} exercises, and rules.exercises asks for {manifest.rules.exercises}."
        yield Problem(manifests.FILE, line_of(folder.text, ("rules", "exercises")), what, "Write more of them.")
    yield from _shared(folder)
    for kind, groups in manifest.cover.items():
        facts = [each.facts for each in folder.exercises.values() if each.facts and each.facts.kind == kind]
        there = {group for each in facts for group in each.groups}
        for group in groups:
            if group not in there:
                line = line_of(folder.text, ("cover", kind))
                yield Problem(manifests.FILE, line, f"No {kind} exercise is for the {group}.", "Write one.")


def _about_words(read: ReadExercise, language: str, words: Words, manifest: Manifest) -> Iterator[Problem]:
    rules = manifest.rules
    measured = readability.reading(words.pieces, language) if language in readability.FORMULAS else None
    if len(words.steps) > rules.steps:
        what = f"There are {len(words.steps)} steps, and {rules.steps} are the most."
        yield Problem(read.file, line_of(read.text, (language, "steps")), what, "Join or leave out steps.")
    if measured is None:
        return
    line, name = line_of(read.text, (language,)), readability.FORMULAS[language][0]
    if measured.words > rules.words:
        what = f"It has {measured.words} words in “{language}”, and {rules.words} are the most."
        yield Problem(read.file, line, what, "Say less.")
    if measured.words_a_sentence > rules.words_a_sentence:
        what = f"Sentences in “{language}” have {measured.words_a_sentence:.1f} words on average."
        yield Problem(read.file, line, what, f"Split some: {rules.words_a_sentence:g} are the most.")
    most = rules.level.get(language)
    if most is not None and measured.level > most:
        what = f"The {name} in “{language}” is {measured.level:.1f}, and {most:g} is the most."
        yield Problem(read.file, line, what, "Use shorter words and sentences.")


def _about_translation(
    read: ReadExercise, language: str, words: Words, other: str, others: Words
) -> Iterator[Problem]:  # fmt: skip
    if len(words.steps) != len(others.steps):
        what = f"There are {len(words.steps)} steps in “{language}” and {len(others.steps)} in “{other}”."
        yield Problem(read.file, line_of(read.text, (other, "steps")), what, "Give both the same steps.")
    for key in ("purpose", "start", "easier", "harder", "feel", "stop", "drawing"):
        if getattr(words, key) == getattr(others, key):
            what = f"“{key}” is the same in “{language}” and “{other}”."
            yield Problem(read.file, line_of(read.text, (other, key)), what, "Translate it.")


def _shared(folder: Folder) -> Iterator[Problem]:
    seen: dict[tuple[str, str], str] = {}
    for read in folder.exercises.values():
        for what, value, line in _its_own(read):
            if value and (what, value.casefold()) in seen:
                said = f"“{seen[what, value.casefold()]}” has the same {what}."
                yield Problem(read.file, line, said, "Give each exercise its own.")
            seen.setdefault((what, value.casefold()), read.code)


def _its_own(read: ReadExercise) -> Iterable[tuple[str, str, int]]:
    yield "drawing", read.svg, 1
    for language, words in read.words.items():
        yield f"name in “{language}”", words.name, line_of(read.text, (language, "name"))
