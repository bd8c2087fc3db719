"""Changes: what differs between two releases of a programme, block by block, in every language.

CONSORT-EHEALTH (Eysenbach G, J Med Internet Res 2011;13:e126, item 5-iii) asks a trial to report the version of its
intervention and its major changes. A block is what an author writes as one: a paragraph, a box, a picture, a guide, an
exercise with its fields. Blocks are matched in their order (`difflib`), so that a paragraph put in between is one change and
not many; what has no order of its own (languages, files) is sorted, since a database keeps none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import zip_longest

from stegvis.methods.programme.blocks import Audio, Block, Exercise, Field, Paced, Picture
from stegvis.methods.programme.content import Module, Part, Programme, Translation, Worksheet
from stegvis.methods.programme.measures import markdown_of

Unit = tuple[str, str]
"""The kind of a block (`text`, `main`, `title`, …) and everything in it that people read, as text."""


@dataclass(frozen=True)
class Change:
    """One block that differs: where it stands, what it is, and its words before and after ("" where there is none).

    `module` is a code, empty for what belongs to the whole programme or to the worksheet `sheet`; `language` is empty for
    what has none; `part` is 0 for what belongs to the whole module, and for a worksheet.
    """

    module: str
    language: str
    part: int
    kind: str
    before: str
    after: str
    sheet: str = ""


def changes(old: Programme, new: Programme) -> list[Change]:
    """Every block that differs, in the order of `new`: its modules, then its worksheets; what is gone comes last of each."""
    found = list(_between("", "", 0, _of_programme(old), _of_programme(new)))
    earlier = {module.code: module for module in old}
    for module in new:
        found += _of_module(module.code, earlier.pop(module.code, None), module)
    for module in earlier.values():
        found += _of_module(module.code, module, None)
    return found + list(_of_worksheets(old, new))


def _of_programme(programme: Programme) -> list[Unit]:
    titles = [("title", f"{language}: {title}") for language, title in sorted(programme.titles.items())]
    order = ("order", ", ".join(module.code for module in programme))
    sheets = ("worksheets", ", ".join(sheet.code for sheet in programme.worksheets))
    numbers = ("numbers", ", ".join(programme.numbers))
    snippets = [
        ("snippet", f"{snippet.group}.{snippet.code} {language}: {text}")
        for snippet in programme.snippets
        for language, text in sorted(snippet.texts.items())
    ]
    files = [("file", f"{asset.file} sha256 {asset.sha256}") for _, asset in sorted(programme.assets.items())]
    return [*titles, order, sheets, numbers, *snippets, *files]


def _of_module(code: str, old: Module | None, new: Module | None) -> Iterator[Change]:
    yield from _between(code, "", 0, _about(old), _about(new))
    languages = [*(new.translations if new else ()), *(old.translations if old else ())]
    for language in dict.fromkeys(languages):
        before, after = _told(old, language), _told(new, language)
        yield from _between(code, language, 0, _head(before), _head(after))
        parts = zip_longest(before.parts if before else (), after.parts if after else ())
        for number, (here, there) in enumerate(parts, start=1):
            yield from _between(code, language, number, _units(here), _units(there))


def _of_worksheets(old: Programme, new: Programme) -> Iterator[Change]:
    before, after = ({sheet.code: sheet for sheet in programme.worksheets} for programme in (old, new))
    for code in [*after, *(code for code in before if code not in after)]:
        yield from _of_worksheet(code, before.get(code), after.get(code))


def _of_worksheet(code: str, old: Worksheet | None, new: Worksheet | None) -> Iterator[Change]:
    found = [*_between("", "", 0, _about_sheet(old), _about_sheet(new))]
    languages = [*(new.translations if new else ()), *(old.translations if old else ())]
    for language in dict.fromkeys(languages):
        found += _between("", language, 0, _sheet(old, language), _sheet(new, language))
    yield from (replace(change, sheet=code) for change in found)


def _about_sheet(sheet: Worksheet | None) -> list[Unit]:
    if sheet is None:
        return []
    readers = "may be shared with the physiotherapist" if sheet.physiotherapist else "not for the physiotherapist"
    return [("worksheet", f"explained in {sheet.module}, {readers}, {f'sum: {sheet.sum}' if sheet.sum else 'no sum'}")]


def _sheet(sheet: Worksheet | None, language: str) -> list[Unit]:
    told = sheet.translations.get(language) if sheet else None
    return [("summary", told.summary), *_units(told.part)] if told else []


def _told(module: Module | None, language: str) -> Translation | None:
    return module.translations.get(language) if module else None


def _about(module: Module | None) -> list[Unit]:
    if module is None:
        return []
    marks = [name for name in ("core", "written", "activity") if getattr(module, name)]
    titles = [("title", f"{language}: {title}") for language, title in sorted(module.titles.items())]
    return [*titles, ("module", f"week {module.week}, {', '.join(marks) or 'announced'}")]


def _head(told: Translation | None) -> list[Unit]:
    return [("summary", told.summary), *_paragraphs("notes", told.notes)] if told else []


def _units(part: Part | None) -> list[Unit]:
    if part is None:
        return []
    blocks = [unit for block in part.blocks for unit in _of_block(block)]
    why = [("why", part.why)] if part.why else []
    return [("title", part.title), *why, *blocks, *_paragraphs("short", part.short)]


def _paragraphs(kind: str, markdown: str) -> list[Unit]:
    return [(kind, paragraph.strip()) for paragraph in markdown.split("\n\n") if paragraph.strip()]


def _of_block(block: Block) -> list[Unit]:
    if block.block == "text":
        return _paragraphs("text", markdown_of(block))
    return [(block.block, "\n".join(_lines(block)))]


def _lines(block: Block) -> Iterator[str]:
    if isinstance(block, Picture):
        yield from (block.file, block.alternative, block.caption)
        return
    if isinstance(block, Audio):
        yield block.file
    if title := getattr(block, "title", ""):
        yield title
    if isinstance(block, Paced):
        yield from (f"{step.move} {step.seconds}: {step.words}".strip() for step in block.steps)
        yield f"times: {block.times}"
        return
    yield markdown_of(block)
    if isinstance(block, Exercise):
        yield f"{block.purpose} {block.code}"
        yield from (_of_field(asked) for asked in block.fields)


def _of_field(asked: Field) -> str:
    name = f"{asked.kind} {asked.name}{' short' if asked.in_short else ''}"
    ends = (f"{asked.minimum}: {asked.low}", f"{asked.maximum}: {asked.high}") if asked.kind == "number" else ()
    options = (f"{option.value}: {option.label}" for option in asked.options)
    return " · ".join(each for each in (name, asked.group, asked.label, asked.hint, *ends, *options) if each)


def _between(module: str, language: str, part: int, old: Sequence[Unit], new: Sequence[Unit]) -> Iterator[Change]:
    for what, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what != "equal":
            for before, after in _pairs(old[a:b], new[c:d]):
                yield Change(module, language, part, after[0] or before[0], before[1], after[1])


def _pairs(old: Sequence[Unit], new: Sequence[Unit]) -> Iterator[tuple[Unit, Unit]]:
    """What stands in one place before and after: blocks of the same kind belong together, in their order."""
    left: dict[str, list[Unit]] = {}
    for unit in old:
        left.setdefault(unit[0], []).append(unit)
    for unit in new:
        same = left.get(unit[0])
        yield (same.pop(0) if same else ("", ""), unit)
    yield from ((unit, ("", "")) for unit in _gone(left))


def _gone(left: Mapping[str, list[Unit]]) -> Iterator[Unit]:
    for units in left.values():
        yield from units
