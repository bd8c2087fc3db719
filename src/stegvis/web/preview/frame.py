"""What every page of the preview shares: the folder as it is now, the lists to go by, and where the words' links lead.

Settings name the folder (`PREVIEW_DIRECTORY`).
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from stegvis.methods.programme import numbers, prose
from stegvis.methods.programme.folder import Folder
from stegvis.methods.programme.manifest import Manifest, ModuleEntry, WorksheetEntry
from stegvis.methods.programme.problems import Problem
from stegvis.web.components.shapes import Link
from stegvis.web.preview import folder as folders


def directory() -> Path:
    """The folder that is shown."""
    return Path(getattr(settings, "PREVIEW_DIRECTORY", "."))


def read() -> tuple[Folder, list[Problem]]:
    """The folder as far as it can be read, and what the check says of it."""
    return folders.read(directory(), folders.version(directory()))


def nothing_to_show(request: HttpRequest) -> HttpResponse:
    """Every problem, and nothing else, until the list of modules can be read again: the page then loads itself anew."""
    return render(request, "preview/frame.html", {"problems": read()[1], "others": 0, "show": ""})


def lists(folder: Folder, manifest: Manifest, language: str, *, module: str = "", sheet: str = "") -> dict[str, Any]:
    """The modules and the worksheets as links, the one that is looked at marked."""
    return {
        "modules": [_module_link(each, language, module) for each in manifest.module],
        "sheets": [
            Link(sheet_title(folder, each, language), at_sheet(language, each.code), current=each.code == sheet)
            for each in manifest.worksheet
        ],
    }


def split(problems: list[Problem], own: set[str]) -> dict[str, Any]:
    """The problems of the files looked at and of the lists, and how many there are elsewhere."""
    here = [each for each in problems if each.file in own or "/" not in each.file]
    return {"problems": here, "others": len(problems) - len(here)}


def at(language: str, module: str, number: int) -> str:
    """The address of a part's frame; of the module's notes for 0."""
    return reverse("part", args=[language, module, number]) if number else reverse("notes", args=[language, module])


def at_sheet(language: str, code: str) -> str:
    """The address of a worksheet's frame."""
    return reverse("sheet", args=[language, code])


def sheet_title(folder: Folder, entry: WorksheetEntry, language: str) -> str:
    """A worksheet's title as its file has it; its code while the file cannot be read."""
    read_sheet = folder.worksheets.get((entry.code, language))
    return read_sheet.parts[0].title if read_sheet and read_sheet.parts else entry.code


def as_html(language: str, module: str = "") -> Callable[[str], SafeString]:
    """How Markdown of a module, or of a worksheet, becomes safe HTML with the protocol's numbers."""

    def convert(markdown: str) -> SafeString:
        said = numbers.filled(markdown, folders.numbers(directory()), _("the number under Help now"))
        return SafeString(prose.to_html(said, lambda place: _address(place, language, module)))

    return convert


def picture(file: str) -> str:
    """The address of a picture of the folder."""
    return reverse("picture", args=[file])


def _module_link(each: ModuleEntry, language: str, current: str) -> Link:
    label = f"{each.number}. {each.title.get(language, each.code)}"
    return Link(label, at(language, each.code, 1) if each.written else "", current=each.code == current)


def _address(place: str, language: str, module: str) -> str:
    """Links within the programme lead on within the preview; those to a participant's own pages keep their words only."""
    kind, _colon, rest = place.partition(":")
    if kind == "part" and module and rest.isdigit():
        return reverse("show", args=[language, module, int(rest)])
    if kind == "module":
        code, _slash, number = rest.partition("/")
        return reverse("show", args=[language, code, int(number) if number.isdigit() else 1])
    if kind == "worksheet":
        return reverse("show_sheet", args=[language, rest])
    return ""
