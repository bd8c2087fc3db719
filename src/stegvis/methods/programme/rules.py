"""Rules: what one module in one language is held to: its shape, its length, its level, its voice and its links.

The rules are written down for authors in docs/how-to/write-a-module.md; their numbers stand in programme.toml.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from stegvis.methods.programme import measures, numbers, prose, readability
from stegvis.methods.programme.blocks import Example, Exercise, Main, OwnGoal, OwnPlan, Purpose
from stegvis.methods.programme.content import Part
from stegvis.methods.programme.manifest import FILE, Manifest, Rules
from stegvis.methods.programme.problems import Problem
from stegvis.methods.programme.reader import ReadModule

HEADER_KEYS = ("summary",)

_HTML = re.compile(r"</?[a-zA-Z]|<!--")
_INLINE_PICTURE = re.compile(r"!\[")
_LOUD = re.compile(r"[!\U0001F300-\U0001FAFF\u2600-\u27BF]")


TAKEN = frozenset(
    {
        "anyway",
        "code",
        "csrfmiddlewaretoken",
        "field",
        "key",
        "look_again",
        "password",
        "present",
        "then",
        "typed_at",
        "version",
    }
)
"""Names that the pages' own controls have: what somebody writes in a field of such a name would be taken for a button."""


def about(version: ReadModule, manifest: Manifest) -> Iterator[Problem]:
    """Everything that is wrong with one module in one language."""
    yield from about_header(version)
    yield from _about_shape(version, manifest)
    for part in version.parts:
        yield from _about_part(version, part, manifest.rules)
        yield from about_voice(version, part)
        yield from about_names(version, part)
        yield from about_links(version, part, manifest, parts=len(version.parts))
        yield from _about_numbers(version, part, manifest)


def about_header(version: ReadModule) -> Iterator[Problem]:
    """The summary, and nothing that belongs elsewhere."""
    for key in version.header:
        if key not in HEADER_KEYS:
            right = f"Known are: {', '.join(HEADER_KEYS)}. Number, week and titles stand in {FILE}."
            yield Problem(version.file, 1, f"The front matter has the unknown key “{key}”.", right)
    summary = version.header.get("summary")
    if not isinstance(summary, str) or not summary.strip():
        right = "Write summary: and one line for the list of modules."
        yield Problem(version.file, 1, "The front matter has no summary.", right)


def about_names(version: ReadModule, part: Part) -> Iterator[Problem]:
    """No field has the name of one of the page's own controls."""
    for asked in part.fields:
        if asked.name in TAKEN:
            what = f"The name “{asked.name}” is taken: the page has a control of its own of that name."
            yield Problem(version.file, version.line(f"field:{asked.name}"), what, "Give the field another name.")


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
    yield from about_level(version, part, rules)


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


def about_level(version: ReadModule, part: Part, rules: Rules) -> Iterator[Problem]:
    """Reading level and length of sentences, of the text and of its short version."""
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


def about_voice(version: ReadModule, part: Part) -> Iterator[Problem]:
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


def about_links(version: ReadModule, part: Part, manifest: Manifest, *, parts: int) -> Iterator[Problem]:
    """Every link leads to a place that is there; `parts` is how many parts `part:` may lead to."""
    for place, markdown in _markdown(part):
        for target, offset in prose.links(markdown):
            if right := _broken(target, parts, manifest):
                line = version.line(place) + offset
                yield Problem(version.file, line, f"The link to “{target}” leads nowhere.", right)


def _about_numbers(version: ReadModule, part: Part, manifest: Manifest) -> Iterator[Problem]:
    """Names in braces are filled in within running text only, and only those that programme.toml lists."""
    running = dict(_markdown(part))
    for place, text in _texts(part):
        for name, offset in numbers.named(text):
            line = version.line(place) + (offset if place in running else 0)
            if place not in running:
                right = "Write it in the running text; titles, questions and options are shown as they are written."
                yield Problem(version.file, line, f"“{{{name}}}” is not filled in here.", right)
            elif name not in manifest.numbers:
                known = f"Known are: {', '.join(manifest.numbers)}. " if manifest.numbers else ""
                right = f'{known}List a number of the trial\'s protocol in {FILE}: numbers = ["emergency_number"].'
                yield Problem(version.file, line, f"No number is called “{{{name}}}”.", right)


def _broken(target: str, parts: int, manifest: Manifest) -> str:
    """What would be right, or nothing when the link is whole."""
    kind, _, rest = target.partition(":")
    if kind == "page":
        return "" if rest in prose.PAGES else f"Pages are: {', '.join(prose.PAGES)}."
    if kind == "part":
        return "" if rest.isdecimal() and 1 <= int(rest) <= parts else f"The module's parts are 1 to {parts}."
    if kind == "worksheet":
        sheets = [entry.code for entry in manifest.worksheet]
        return "" if rest in sheets else f"Worksheets are: {', '.join(sheets) or 'none'}."
    if kind == "module":
        code, _, part = rest.partition("/")
        written = {entry.code for entry in manifest.module if entry.written}
        if code not in written:
            return f"Written modules are: {', '.join(sorted(written))}."
        whole = not part or (part.isdecimal() and 1 <= int(part) <= manifest.rules.parts)
        return "" if whole else f"Its parts are 1 to {manifest.rules.parts}."
    return "Link to part:2, module:CODE, worksheet:CODE or page:help; sources belong in the therapist's notes."


def _markdown(part: Part) -> Iterator[tuple[str, str]]:
    """Each Markdown text of a part with the place whose line it is."""
    yield f"short:{part.number}", part.short
    for position, block in enumerate(part.blocks, start=1):
        yield f"block:{part.number}:{position}", measures.markdown_of(block)


def _texts(part: Part) -> Iterator[tuple[str, str]]:
    yield f"part:{part.number}", part.title
    yield f"why:{part.number}", part.why
    yield from _markdown(part)
    for guide in part.paced:
        yield f"exercise:{guide.code}", " ".join((guide.title, *(step.words for step in guide.steps)))
    for asked in measures.asked_once(part.fields):
        labels = " ".join(option.label for option in asked.options)
        yield f"field:{asked.name}", f"{asked.label} {asked.hint} {asked.low} {asked.high} {labels}"


def about_notes(text: str, file: str, sections: Iterable[str]) -> Iterator[Problem]:
    """Everything that is wrong with the therapist's notes to a module: missing sections, sources that are no address."""
    headings = {line.lstrip("# ").strip() for line in text.splitlines() if line.startswith("## ")}
    for wanted in sections:
        if wanted not in headings:
            yield Problem(file, 1, f"The section “{wanted}” is missing.", f"Write ## {wanted} and what belongs there.")
    for number, line in enumerate(text.splitlines(), start=1):
        for target, _ in prose.links(line):
            if not target.startswith("https://"):
                yield Problem(file, number, f"The link to “{target}” leads nowhere.", "Link to a source by https://.")
