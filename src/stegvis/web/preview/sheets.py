"""The preview's worksheets: each as a phone and a wide window show it. Every set of a repeated group is shown at once."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import override
from django.views.decorators.http import require_safe

from stegvis.methods.programme.folder import Folder, worksheet_file
from stegvis.methods.programme.manifest import Manifest, WorksheetEntry
from stegvis.web.components.shapes import Link
from stegvis.web.preview import frame
from stegvis.web.preview.blocks import blocks


def _found(manifest: Manifest | None, language: str, code: str) -> WorksheetEntry | None:
    """The worksheet in the list; None while the list cannot be read or does not have it."""
    if manifest is None or language not in manifest.languages:
        return None
    return next((each for each in manifest.worksheet if each.code == code), None)


@require_safe
def sheet(request: HttpRequest, language: str, code: str) -> HttpResponse:
    """The frame around one worksheet: where one is, what is wrong, and the sheet twice: on a phone and wide."""
    folder, problems = frame.read()
    entry = _found(folder.manifest, language, code)
    if folder.manifest is None or entry is None:
        return frame.nothing_to_show(request)
    show = reverse("show_sheet", args=[language, code]) if (code, language) in folder.worksheets else ""
    with override(language):
        context = {
            "title": frame.sheet_title(folder, entry, language), "show": show,
            "languages": [
                Link(each, frame.at_sheet(each, code), current=each == language) for each in folder.manifest.languages
            ],
            **frame.lists(folder, folder.manifest, language, sheet=code),
            **frame.split(problems, {worksheet_file(language, code)}),
        }  # fmt: skip
        return render(request, "preview/frame.html", context)


@require_safe
def show_sheet(request: HttpRequest, language: str, code: str) -> HttpResponse:
    """One worksheet as participants meet it, without a frame; nothing that is typed here is kept."""
    folder, _problems = frame.read()
    entry, read = _found(folder.manifest, language, code), folder.worksheets.get((code, language))
    if entry is None or read is None or not read.parts:
        raise Http404
    with override(language):
        context = {
            "sheet": read.parts[0], "summary": str(read.header.get("summary", "")),
            "explained_in": _module_title(folder, entry, language), "physiotherapist": entry.physiotherapist,
            "blocks": blocks(read.parts[0], frame.as_html(language), frame.picture, is_short=False),
        }  # fmt: skip
        return render(request, "preview/sheet.html", context)


def _module_title(folder: Folder, entry: WorksheetEntry, language: str) -> str:
    """The title of the module that explains the sheet; its code where the list has no such title."""
    modules = folder.manifest.module if folder.manifest else ()
    titles = (each.title.get(language) for each in modules if each.code == entry.module)
    return next(titles, None) or entry.module
