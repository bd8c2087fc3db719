"""Check: every mistake in a programme's folder at once, each with file, line, what is wrong and what would be right.

`check` is what an author runs; `read` gives the programme itself, and only when nothing is wrong. What the rules are is
written down for authors in docs/how-to/write-a-module.md; their numbers stand in programme.toml.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from stegvis.methods.programme import measures, prose, readability
from stegvis.methods.programme.content import (
    Example,
    Exercise,
    Field,
    Main,
    Module,
    OwnGoal,
    OwnPlan,
    Part,
    Programme,
    Purpose,
    Translation,
)
from stegvis.methods.programme.folder import Folder, read_folder
from stegvis.methods.programme.manifest import FILE, Manifest, ModuleEntry, Rules
from stegvis.methods.programme.measures import PartMeasure
from stegvis.methods.programme.problems import Problem, ProgrammeInvalid
from stegvis.methods.programme.reader import ReadModule

HEADER_KEYS = ("summary",)

_HTML = re.compile(r"</?[a-zA-Z]|<!--")
_INLINE_PICTURE = re.compile(r"!\[")
_LOUD = re.compile(r"[!\U0001F300-\U0001FAFF\u2600-\u27BF]")


@dataclass(frozen=True)
class MeasuredPart:
    """One row of the table that the check prints."""

    module: str
    language: str
    measure: PartMeasure


def check(directory: Path) -> list[Problem]:
    """Every problem of the programme in `directory`, sorted by file and line; an empty list means it can be released."""
    return _problems(read_folder(directory))


def read(directory: Path) -> Programme:
    """The programme in `directory`; ProgrammeInvalid with every problem when there is one."""
    folder = read_folder(directory)
    problems = _problems(folder)
    if problems or folder.manifest is None:
        raise ProgrammeInvalid(problems)
    return _programme(folder, folder.manifest)


def table(directory: Path) -> list[MeasuredPart]:
    """Words, minutes and reading level of every part that could be read, in the order of modules and languages."""
    folder = read_folder(directory)
    return [
        MeasuredPart(code, language, measures.measure(part, language))
        for (code, language), module in folder.modules.items()
        if language in readability.FORMULAS
        for part in module.parts
    ]


def _problems(folder: Folder) -> list[Problem]:
    problems = list(folder.problems)
    if folder.manifest is not None:
        for entry in folder.manifest.module:
            if entry.written:
                problems += _about_module(folder, folder.manifest, entry)
    return sorted(set(problems))


def _about_module(folder: Folder, manifest: Manifest, entry: ModuleEntry) -> Iterator[Problem]:
    versions = [
        folder.modules[entry.code, language]
        for language in manifest.languages
        if (entry.code, language) in folder.modules
    ]
    for version in versions:
        yield from _about_version(version, manifest)
    for version in versions[1:]:
        yield from _differences(versions[0], version)
    for language in manifest.languages:
        if (entry.code, language) in folder.notes:
            yield from _about_notes(folder.notes[entry.code, language], language, manifest, entry)


def _about_version(version: ReadModule, manifest: Manifest) -> Iterator[Problem]:
    yield from _about_header(version)
    yield from _about_shape(version, manifest)
    for part in version.parts:
        yield from _about_part(version, part, manifest.rules)
        yield from _about_voice(version, part)
        yield from _about_links(version, part, manifest)


def _about_header(version: ReadModule) -> Iterator[Problem]:
    for key in version.header:
        if key not in HEADER_KEYS:
            right = f"Known are: {', '.join(HEADER_KEYS)}. Number, week and titles stand in {FILE}."
            yield Problem(version.file, 1, f"The front matter has the unknown key “{key}”.", right)
    summary = version.header.get("summary")
    if not isinstance(summary, str) or not summary.strip():
        right = "Write summary: and one line for the list of modules."
        yield Problem(version.file, 1, "The front matter has no summary.", right)


def _about_shape(version: ReadModule, manifest: Manifest) -> Iterator[Problem]:
    wanted = manifest.rules.parts
    if len(version.parts) != wanted:
        line = version.line(f"part:{wanted + 1}") if len(version.parts) > wanted else 1
        yield Problem(
            version.file, line, f"The module has {len(version.parts)} parts.", f"Write {wanted}, each from a # heading."
        )
    blocks = [block for part in version.parts for block in part.blocks]
    if sum(isinstance(block, Example) for block in blocks) != 1:
        yield Problem(
            version.file, 1, "The module needs one worked example.", "Write one ::: example in one of its parts."
        )
    if not any(isinstance(block, OwnGoal) for block in blocks):
        yield Problem(
            version.file, 1, "The module has no link to the person's own goal.", "Write a ::: goal where it fits."
        )
    if not any(isinstance(block, OwnPlan) for block in blocks):
        yield Problem(
            version.file, 1, "The module has no link to the activity plan.", "Write a ::: plan where it fits."
        )
    exercises = [block for block in blocks if isinstance(block, Exercise)]
    yield from _about_purposes(version, exercises)
    yield from _about_checkin(version, exercises, manifest.checkin)


def _about_purposes(version: ReadModule, exercises: Iterable[Exercise]) -> Iterator[Problem]:
    counts: dict[Purpose, int] = {"worksheet": 0, "practice": 0, "homework": 0, "checkin": 0}
    for exercise in exercises:
        if exercise.purpose in counts:
            counts[exercise.purpose] += 1
        if not exercise.fields and exercise.purpose != "practice":
            line = version.line(f"exercise:{exercise.code}")
            yield Problem(version.file, line, f"“{exercise.code}” asks nothing.", "Give it a field, or make it text.")
    for purpose, count in counts.items():
        if count != 1:
            yield Problem(version.file, 1, f"The module has {count} ::: {purpose}.", "Write exactly one.")


def _about_checkin(version: ReadModule, exercises: Iterable[Exercise], names: tuple[str, ...]) -> Iterator[Problem]:
    for exercise in exercises:
        if exercise.purpose == "checkin" and names:
            asked = [(field.name, field.kind, field.minimum, field.maximum) for field in exercise.fields]
            if asked != [(name, "number", 0, 10) for name in names]:
                right = f"Ask the numbers {', '.join(names)}, from 0 to 10, in this order."
                line = version.line(f"exercise:{exercise.code}")
                yield Problem(version.file, line, "The check-in does not ask what every check-in asks.", right)


def _about_part(version: ReadModule, part: Part, rules: Rules) -> Iterator[Problem]:
    line = version.line(f"part:{part.number}")
    name = f"Part {part.number}"
    count = measures.word_count(part)
    if count > rules.words:
        yield Problem(
            version.file,
            line,
            f"{name} has {count} words.",
            f"At most {rules.words}; cut, or move some to another part.",
        )
    if not rules.least_minutes <= part.minutes <= rules.most_minutes:
        right = (
            f"Between {rules.least_minutes} and {rules.most_minutes}; {readability.WORDS_A_MINUTE} words are a minute."
        )
        yield Problem(version.file, line, f"{name} takes {part.minutes} minutes.", right)
    if sum(isinstance(block, Main) for block in part.blocks) != 1:
        yield Problem(version.file, line, f"{name} needs one main thing.", "Write one ::: main.")
    yield from _about_why(version, part, rules)
    yield from _about_short(version, part, rules)
    yield from _about_level(version, part, rules)


def _about_why(version: ReadModule, part: Part, rules: Rules) -> Iterator[Problem]:
    count = readability.count_words([part.why])
    if not count:
        right = "Begin the part with ::: why and one line."
        yield Problem(
            version.file, version.line(f"part:{part.number}"), f"Part {part.number} does not say why it matters.", right
        )
    elif count > rules.why_words:
        what = f"The why of part {part.number} has {count} words."
        yield Problem(version.file, version.line(f"why:{part.number}"), what, f"One line: at most {rules.why_words}.")


def _about_short(version: ReadModule, part: Part, rules: Rules) -> Iterator[Problem]:
    count = measures.short_word_count(part)
    if not count:
        right = "Write ::: short with the same in a few sentences."
        yield Problem(
            version.file, version.line(f"part:{part.number}"), f"Part {part.number} has no short version.", right
        )
    elif count > rules.short_words:
        what = f"The short version of part {part.number} has {count} words."
        yield Problem(version.file, version.line(f"short:{part.number}"), what, f"At most {rules.short_words}.")


def _about_level(version: ReadModule, part: Part, rules: Rules) -> Iterator[Problem]:
    if version.language not in readability.FORMULAS or version.language not in rules.level:
        return
    formula = readability.FORMULAS[version.language][0]
    highest = rules.level[version.language]
    measured = measures.measure(part, version.language)
    for place, what, reading in (
        (f"part:{part.number}", f"Part {part.number}", measured.reading),
        (f"short:{part.number}", f"The short version of part {part.number}", measured.short_reading),
    ):
        if reading.level > highest:
            right = f"At most {highest:g}: shorter words, shorter sentences."
            yield Problem(version.file, version.line(place), f"{what} has {formula} {reading.level:.1f}.", right)
        if reading.words_a_sentence > rules.words_a_sentence:
            right = f"At most {rules.words_a_sentence:g}: split the longest ones."
            said = f"{what} has {reading.words_a_sentence:.1f} words a sentence."
            yield Problem(version.file, version.line(place), said, right)


def _about_voice(version: ReadModule, part: Part) -> Iterator[Problem]:
    """No exclamation marks, no emoji, no HTML, no picture without its block."""
    for place, text in _texts(part):
        line = version.line(place)
        if _HTML.search(text):
            yield Problem(
                version.file, line, "HTML is shown as it is written and not rendered.", "Use Markdown and the blocks."
            )
        if _INLINE_PICTURE.search(text):
            right = "Use ::: picture, which has room for the alternative text."
            yield Problem(version.file, line, "A picture stands inside the text.", right)
        elif _LOUD.search(text):
            right = "A calm full stop is enough."
            yield Problem(version.file, line, "The text has an exclamation mark or an emoji.", right)


def _about_links(version: ReadModule, part: Part, manifest: Manifest) -> Iterator[Problem]:
    for place, markdown in _markdown(part):
        for target, offset in prose.links(markdown):
            if right := _broken(target, len(version.parts), manifest):
                line = version.line(place) + offset
                yield Problem(version.file, line, f"The link to “{target}” leads nowhere.", right)


def _broken(target: str, parts: int, manifest: Manifest) -> str:
    """What would be right, or nothing when the link is whole."""
    kind, _, rest = target.partition(":")
    if kind == "page":
        return "" if rest in prose.PAGES else f"Pages are: {', '.join(prose.PAGES)}."
    if kind == "part":
        return "" if rest.isdecimal() and 1 <= int(rest) <= parts else f"The module's parts are 1 to {parts}."
    if kind == "module":
        code, _, part = rest.partition("/")
        written = {entry.code for entry in manifest.module if entry.written}
        if code not in written:
            return f"Written modules are: {', '.join(sorted(written))}."
        whole = not part or (part.isdecimal() and 1 <= int(part) <= manifest.rules.parts)
        return "" if whole else f"Its parts are 1 to {manifest.rules.parts}."
    return "Link to part:2, module:CODE or page:help; sources belong in the therapist's notes."


def _markdown(part: Part) -> Iterator[tuple[str, str]]:
    """Each Markdown text of a part with the place whose line it is."""
    yield f"short:{part.number}", part.short
    for position, block in enumerate(part.blocks, start=1):
        yield f"block:{part.number}:{position}", measures.markdown_of(block)


def _texts(part: Part) -> Iterator[tuple[str, str]]:
    yield f"part:{part.number}", part.title
    yield f"why:{part.number}", part.why
    yield from _markdown(part)
    for asked in measures.asked_once(part.fields):
        labels = " ".join(option.label for option in asked.options)
        yield f"field:{asked.name}", f"{asked.label} {asked.hint} {asked.low} {asked.high} {labels}"


def _differences(first: ReadModule, other: ReadModule) -> Iterator[Problem]:
    """Where the same module is not the same in two languages."""
    for number, (here, there) in enumerate(zip_longest(first.shapes, other.shapes, fillvalue=()), start=1):
        if here and there and here != there:
            what = f"Part {number} has other blocks than in {first.file}: {_first_difference(here, there)}."
            yield Problem(other.file, other.line(f"part:{number}"), what, "Write the same blocks in the same order.")
    for mine, theirs in zip(first.parts, other.parts, strict=False):
        yield from _field_differences(first, other, mine, theirs)


def _first_difference(here: tuple[str, ...], there: tuple[str, ...]) -> str:
    for one, two in zip_longest(here, there, fillvalue="nothing"):
        if one != two:
            return f"{one} there, {two} here"
    return ""


def _field_differences(first: ReadModule, other: ReadModule, here: Part, there: Part) -> Iterator[Problem]:
    codes = [(exercise.code, exercise.purpose) for exercise in here.exercises]
    if codes != [(exercise.code, exercise.purpose) for exercise in there.exercises]:
        what = f"The exercises of part {there.number} have other codes than in {first.file}."
        yield Problem(other.file, other.line(f"part:{there.number}"), what, "Use the same codes in every language.")
    theirs = {asked.name: asked for asked in there.fields}
    for asked in here.fields:
        if asked.name not in theirs:
            what = f"Part {there.number} does not ask the field “{asked.name}” of {first.file}."
            yield Problem(
                other.file, other.line(f"part:{there.number}"), what, "Ask the same fields in every language."
            )
        elif difference := _difference(asked, theirs[asked.name]):
            what = f"The field “{asked.name}” has {difference} than in {first.file}."
            right = "Labels may differ between languages, nothing else."
            yield Problem(other.file, other.line(f"field:{asked.name}"), what, right)
    for name in theirs.keys() - {asked.name for asked in here.fields}:
        what = f"The field “{name}” is not asked in part {here.number} of {first.file}."
        yield Problem(other.file, other.line(f"field:{name}"), what, "Ask the same fields in every language.")


def _difference(here: Field, there: Field) -> str:
    if here.kind != there.kind:
        return "another kind"
    if [option.value for option in here.options] != [option.value for option in there.options]:
        return "other option values or another order"
    if (here.minimum, here.maximum) != (there.minimum, there.maximum):
        return "another range"
    if here.in_short != there.in_short:
        return "another mark “short”"
    return ""


def _about_notes(text: str, language: str, manifest: Manifest, entry: ModuleEntry) -> Iterator[Problem]:
    file = f"{language}/notes/{entry.number:02d}.md"
    headings = {line.lstrip("# ").strip() for line in text.splitlines() if line.startswith("## ")}
    for wanted in manifest.notes.get(language, ()):
        if wanted not in headings:
            yield Problem(file, 1, f"The section “{wanted}” is missing.", f"Write ## {wanted} and what belongs there.")
    for number, line in enumerate(text.splitlines(), start=1):
        for target, _ in prose.links(line):
            if not target.startswith("https://"):
                yield Problem(file, number, f"The link to “{target}” leads nowhere.", "Link to a source by https://.")


def _programme(folder: Folder, manifest: Manifest) -> Programme:
    return Programme(
        titles=manifest.title,
        languages=manifest.languages,
        checkin=manifest.checkin,
        modules=tuple(_module(folder, manifest, entry) for entry in manifest.module),
        snippets=folder.snippets,
        assets=folder.assets,
    )


def _module(folder: Folder, manifest: Manifest, entry: ModuleEntry) -> Module:
    translations = {}
    for language in manifest.languages if entry.written else ():
        version = folder.modules[entry.code, language]
        summary = str(version.header["summary"]).strip()
        translations[language] = Translation(summary, version.parts, folder.notes[entry.code, language].strip())
    return Module(entry.code, entry.number, entry.week, entry.core, entry.written, entry.title, translations)
