"""The preview's pages: every part as a phone and a wide window show it, beside what the check says about it.

Settings name the folder (`PREVIEW_DIRECTORY`). Pages ask every second whether a file has changed, and load themselves anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_safe

from stegvis.methods.programme import numbers, prose
from stegvis.methods.programme.content import Part
from stegvis.methods.programme.folder import Folder
from stegvis.methods.programme.manifest import Manifest, ModuleEntry
from stegvis.methods.programme.problems import Problem
from stegvis.web.components.shapes import Link
from stegvis.web.preview import folder as folders
from stegvis.web.preview.blocks import blocks


@dataclass(frozen=True)
class Preview:
    """What is looked at: the folder as read, and one module of it in one language."""

    folder: Folder
    manifest: Manifest
    problems: list[Problem]
    language: str
    entry: ModuleEntry

    @property
    def parts(self) -> tuple[Part, ...]:
        """The module's parts; none while its file cannot be read."""
        read = self.folder.modules.get((self.entry.code, self.language))
        return read.parts if read else ()

    @property
    def own_problems(self) -> list[Problem]:
        """The problems in this module's file and notes in this language, and in the list of modules."""
        own = {f"{self.language}/{self.entry.stem}.md", f"{self.language}/notes/{self.entry.number:02d}.md"}
        return [each for each in self.problems if each.file in own or "/" not in each.file]

    def part(self, number: int) -> Part:
        """One part; a 404 when there is none of that number."""
        if not 1 <= number <= len(self.parts):
            raise Http404
        return self.parts[number - 1]


def _directory() -> Path:
    return Path(getattr(settings, "PREVIEW_DIRECTORY", "."))


def _preview(language: str, module: str) -> Preview | None:
    """What is looked at; None while the list of modules cannot be read or does not have it."""
    folder, problems = folders.read(_directory(), folders.version(_directory()))
    if folder.manifest is None or language not in folder.manifest.languages:
        return None
    entry = next((each for each in folder.manifest.module if each.code == module), None)
    return Preview(folder, folder.manifest, problems, language, entry) if entry else None


def _nothing_to_show(request: HttpRequest) -> HttpResponse:
    """Every problem, and nothing else, until the list of modules can be read again: the page then loads itself anew."""
    _folder, problems = folders.read(_directory(), folders.version(_directory()))
    return render(request, "preview/frame.html", {"problems": problems, "others": 0, "show": ""})


@require_safe
def begin(request: HttpRequest) -> HttpResponse:
    """The first part of the first module that is written; the problems alone while there is none to show."""
    folder, _problems = folders.read(_directory(), folders.version(_directory()))
    manifest = folder.manifest
    first = next((each for each in manifest.module if each.written), None) if manifest else None
    if manifest is None or first is None:
        return _nothing_to_show(request)
    return redirect("part", manifest.languages[0], first.code, 1)


@require_safe
def part(request: HttpRequest, language: str, module: str, number: int) -> HttpResponse:
    """The frame around one part: where one is, what is wrong, and the part twice: on a phone and wide."""
    found = _preview(language, module)
    if found is None:
        return _nothing_to_show(request)
    query = "?length=short" if request.GET.get("length") == "short" else ""
    show = reverse("show", args=[language, module, number]) + query
    with override(language):
        return render(request, "preview/frame.html", {**_around(found, number, query), "show": show})


@require_safe
def notes(request: HttpRequest, language: str, module: str) -> HttpResponse:
    """The therapist's notes to a module."""
    found = _preview(language, module)
    if found is None:
        return _nothing_to_show(request)
    text = SafeString(prose.notes_to_html(found.folder.notes.get((module, language), "")))
    with override(language):
        return render(request, "preview/frame.html", {**_around(found, 0, ""), "notes": text, "show": ""})


def _around(found: Preview, number: int, query: str) -> dict[str, Any]:
    language, entry = found.language, found.entry
    own = found.own_problems
    return {
        "title": entry.title.get(language, entry.code),
        "modules": [_module_link(each, found) for each in found.manifest.module],
        "languages": [
            Link(each, _at(each, entry.code, number) + query, current=each == language)
            for each in found.manifest.languages
        ],
        "parts": [
            Link(_("Part %(n)s") % {"n": at}, _at(language, entry.code, at) + query, current=at == number)
            for at in range(1, len(found.parts) + 1)
        ] + [Link(_("Notes"), _at(language, entry.code, 0), current=number == 0)],
        "is_short": bool(query), "number": number,
        "problems": own, "others": len(found.problems) - len(own),
    }  # fmt: skip


def _module_link(each: ModuleEntry, found: Preview) -> Link:
    label = f"{each.number}. {each.title.get(found.language, each.code)}"
    address = _at(found.language, each.code, 1) if each.written else ""
    return Link(label, address, current=each.code == found.entry.code)


def _at(language: str, module: str, number: int) -> str:
    return reverse("part", args=[language, module, number]) if number else reverse("notes", args=[language, module])


@require_safe
def show(request: HttpRequest, language: str, module: str, number: int) -> HttpResponse:
    """One part as participants read it, without a frame; nothing that is typed here is kept."""
    found = _preview(language, module)
    if found is None:
        raise Http404
    shown, is_short = found.part(number), request.GET.get("length") == "short"

    def as_html(markdown: str) -> SafeString:
        said = numbers.filled(markdown, folders.numbers(_directory()), _("the number under Help now"))
        return SafeString(prose.to_html(said, lambda place: _address(place, found)))

    def picture(file: str) -> str:
        return reverse("picture", args=[file])

    with override(language):
        context = {
            "part": shown, "parts": len(found.parts), "module_title": found.entry.title.get(language, module),
            "module_number": found.entry.number, "steps": len(found.manifest.module), "is_short": is_short,
            "minutes": shown.short_minutes if is_short else shown.minutes, "has_guide": bool(shown.paced),
            "blocks": blocks(shown, as_html, picture, is_short=is_short),
        }  # fmt: skip
        return render(request, "preview/part.html", context)


def _address(place: str, found: Preview) -> str:
    """Links within the programme lead on within the preview; those to a participant's own pages keep their words only."""
    kind, _colon, rest = place.partition(":")
    if kind == "part" and rest.isdigit():
        return reverse("show", args=[found.language, found.entry.code, int(rest)])
    if kind == "module":
        code, _slash, number = rest.partition("/")
        return reverse("show", args=[found.language, code, int(number) if number.isdigit() else 1])
    return ""


@require_safe
def picture(request: HttpRequest, file: str) -> HttpResponse:  # noqa: ARG001 - a view takes the request
    """A picture of the folder."""
    folder, _problems = folders.read(_directory(), folders.version(_directory()))
    asset = folder.assets.get(file)
    if asset is None or not asset.content:
        raise Http404
    return HttpResponse(asset.content, content_type=asset.media_type)


@require_safe
def version(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - a view takes the request
    """What the folder's files are like now; pages load anew when it is another than theirs."""
    return HttpResponse(folders.version(_directory()), content_type="text/plain")
