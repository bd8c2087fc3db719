"""The preview's pages: every part as a phone and a wide window show it, beside what the check says about it.

Pages ask every second whether a file has changed, and load themselves anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_safe

from stegvis.methods.programme import prose
from stegvis.methods.programme.content import Part
from stegvis.methods.programme.folder import Folder
from stegvis.methods.programme.manifest import Manifest, ModuleEntry
from stegvis.methods.programme.problems import Problem
from stegvis.web.components.shapes import Link
from stegvis.web.preview import folder as folders
from stegvis.web.preview import frame
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
    def own_files(self) -> set[str]:
        """This module's file and notes in this language."""
        return {f"{self.language}/{self.entry.stem}.md", f"{self.language}/notes/{self.entry.number:02d}.md"}

    def part(self, number: int) -> Part:
        """One part; a 404 when there is none of that number."""
        if not 1 <= number <= len(self.parts):
            raise Http404
        return self.parts[number - 1]


def _preview(language: str, module: str) -> Preview | None:
    """What is looked at; None while the list of modules cannot be read or does not have it."""
    folder, problems = frame.read()
    if folder.manifest is None or language not in folder.manifest.languages:
        return None
    entry = next((each for each in folder.manifest.module if each.code == module), None)
    return Preview(folder, folder.manifest, problems, language, entry) if entry else None


@require_safe
def begin(request: HttpRequest) -> HttpResponse:
    """The first part of the first module that is written; the problems alone while there is none to show."""
    folder, _problems = frame.read()
    manifest = folder.manifest
    first = next((each for each in manifest.module if each.written), None) if manifest else None
    if manifest is None or first is None:
        return frame.nothing_to_show(request)
    return redirect("part", manifest.languages[0], first.code, 1)


@require_safe
def part(request: HttpRequest, language: str, module: str, number: int) -> HttpResponse:
    """The frame around one part: where one is, what is wrong, and the part twice: on a phone and wide."""
    found = _preview(language, module)
    if found is None:
        return frame.nothing_to_show(request)
    query = "?length=short" if request.GET.get("length") == "short" else ""
    show = reverse("show", args=[language, module, number]) + query
    with override(language):
        return render(request, "preview/frame.html", {**_around(found, number, query), "show": show})


@require_safe
def notes(request: HttpRequest, language: str, module: str) -> HttpResponse:
    """The therapist's notes to a module."""
    found = _preview(language, module)
    if found is None:
        return frame.nothing_to_show(request)
    text = SafeString(prose.notes_to_html(found.folder.notes.get((module, language), "")))
    with override(language):
        return render(request, "preview/frame.html", {**_around(found, 0, ""), "notes": text, "show": ""})


def _around(found: Preview, number: int, query: str) -> dict[str, Any]:
    language, entry = found.language, found.entry
    return {
        "title": entry.title.get(language, entry.code),
        "languages": [
            Link(each, frame.at(each, entry.code, number) + query, current=each == language)
            for each in found.manifest.languages
        ],
        "parts": [
            Link(_("Part %(n)s") % {"n": at}, frame.at(language, entry.code, at) + query, current=at == number)
            for at in range(1, len(found.parts) + 1)
        ] + [Link(_("Notes"), frame.at(language, entry.code, 0), current=number == 0)],
        "is_short": bool(query), "number": number,
        **frame.lists(found.folder, found.manifest, language, module=entry.code),
        **frame.split(found.problems, found.own_files),
    }  # fmt: skip


@require_safe
def show(request: HttpRequest, language: str, module: str, number: int) -> HttpResponse:
    """One part as participants read it, without a frame; nothing that is typed here is kept."""
    found = _preview(language, module)
    if found is None:
        raise Http404
    shown, is_short = found.part(number), request.GET.get("length") == "short"

    with override(language):
        context = {
            "part": shown, "parts": len(found.parts), "module_title": found.entry.title.get(language, module),
            "module_number": found.entry.number, "steps": len(found.manifest.module), "is_short": is_short,
            "minutes": shown.short_minutes if is_short else shown.minutes, "has_guide": bool(shown.paced),
            "blocks": blocks(shown, frame.as_html(language, module), frame.picture, is_short=is_short),
        }  # fmt: skip
        return render(request, "preview/part.html", context)


@require_safe
def picture(request: HttpRequest, file: str) -> HttpResponse:  # noqa: ARG001 - a view takes the request
    """A picture of the folder."""
    folder, _problems = frame.read()
    asset = folder.assets.get(file)
    if asset is None or not asset.content:
        raise Http404
    return HttpResponse(asset.content, content_type=asset.media_type)


@require_safe
def version(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - a view takes the request
    """What the folder's files are like now; pages load anew when it is another than theirs."""
    return HttpResponse(folders.version(frame.directory()), content_type="text/plain")
