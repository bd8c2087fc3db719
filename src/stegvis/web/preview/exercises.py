"""The preview of a library of exercises: what the check says, and every exercise that can be read, in one language."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import override
from django.views.decorators.http import require_safe

from stegvis.methods.exercises import check
from stegvis.methods.exercises.folder import Folder, ReadExercise, read_folder
from stegvis.web.components.shapes import Link
from stegvis.web.exercises.showing import Shown, described
from stegvis.web.preview import frame


@require_safe
def begin(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """The first language of the library; English while its list cannot be read."""
    manifest = read_folder(frame.directory()).manifest
    return redirect("library", manifest.languages[0] if manifest else "en")


@require_safe
def whole_library(request: HttpRequest, language: str) -> HttpResponse:
    """The whole library in one language, as far as it can be read."""
    folder = read_folder(frame.directory())
    languages = folder.manifest.languages if folder.manifest else ()
    with override(language):
        context = {
            "problems": check.problems_of(folder), "exercises": _shown(folder, language),
            "languages": [Link(each, reverse("library", args=[each]), current=each == language) for each in languages],
            "title": folder.manifest.title.get(language, "") if folder.manifest else "",
            "note": folder.manifest.note.get(language, "") if folder.manifest else "",
        }  # fmt: skip
        return render(request, "preview/exercises.html", context)


def _shown(folder: Folder, language: str) -> list[Shown]:
    can_be_shown = [each for each in folder.exercises.values() if _is_whole(each, language)]
    return [described(check.exercise_of(each), language) for each in can_be_shown]


def _is_whole(read: ReadExercise, language: str) -> bool:
    return read.facts is not None and language in read.words and bool(read.svg)
