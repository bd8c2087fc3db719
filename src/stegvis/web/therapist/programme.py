"""The programme for its therapists: notes on every module, and the modules as participants see them.

It shows the newest release, in the language of the page. Exercises are there to look at: nothing can be written in them.
"""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from stegvis.methods.programme import prose
from stegvis.methods.programme.content import Module, Part, Programme
from stegvis.programme import queries as programme
from stegvis.web.access import for_role
from stegvis.web.components.shapes import Link, Task
from stegvis.web.participant.prose import with_numbers
from stegvis.web.preview.blocks import blocks
from stegvis.web.therapist import words


@require_safe
@for_role("therapist")
def modules(request: HttpRequest) -> HttpResponse:
    """Every module of the newest release."""
    found = _newest()
    language = words.reading_language(found)
    tasks = [_task(module, language) for module in found.modules]
    return render(request, "therapist/programme.html", {"title": found.titles[language], "tasks": tasks})


@require_safe
@for_role("therapist")
def notes(request: HttpRequest, module: str) -> HttpResponse:
    """The therapist's notes on one module."""
    found = _newest()
    one = _written(found, module)
    language = words.reading_language(found)
    text = SafeString(prose.notes_to_html(_without_title(one.translations[language].notes)))
    return render(request, "therapist/notes.html", {**_around(one, language, 0), "notes": text})


@require_safe
@for_role("therapist")
def part(request: HttpRequest, module: str, number: int) -> HttpResponse:
    """One part of a module as a participant sees it; `?length=short` for its short version."""
    found = _newest()
    one = _written(found, module)
    language = words.reading_language(found)
    try:
        shown = one.part(number, language)
    except KeyError:
        raise Http404 from None
    is_short = request.GET.get("length") == "short"
    context = {
        "part": shown,
        "is_short": is_short,
        "blocks": blocks(shown, lambda text: _html(text, one.code), _picture, is_short=is_short),
        "has_guide": bool(shown.paced),
    }
    return render(request, "therapist/part.html", {**_around(one, language, number), **context})


@require_safe
@for_role("therapist")
def picture(request: HttpRequest, file: str) -> HttpResponse:  # noqa: ARG001 - a view takes the request
    """A picture of the newest release."""
    asset = _newest().assets.get(file)
    if asset is None or not asset.content:
        raise Http404
    return HttpResponse(asset.content, content_type=asset.media_type)


def _newest() -> Programme:
    """What new courses are given; a 404 in a trial without a programme."""
    release = programme.newest_release()
    if release is None:
        raise Http404
    return programme.content(release.pk)


def _written(found: Programme, code: str) -> Module:
    try:
        module = found.module(code)
    except KeyError:
        raise Http404 from None
    if not module.written:
        raise Http404
    return module


def _task(module: Module, language: str) -> Task:
    """A module in the list: with its line when it is written, without a link when it is only announced."""
    week = _("Week %(n)s") % {"n": module.week}
    kind = _("core") if module.core else _("not core")
    if not module.written:
        return Task(module.title(language), hint=f"{week}, {kind}", status=_("Not written yet"), number=module.number)
    return Task(
        module.title(language), reverse("therapist:notes", args=[module.code]),
        hint=f"{week}, {kind}. {module.summary(language)}", number=module.number,
    )  # fmt: skip


def _around(module: Module, language: str, current: int) -> dict[str, Any]:
    parts = module.parts(language)
    minutes = sum(each.minutes for each in parts)
    return {
        "tab": "programme",
        "module": module,
        "module_title": module.title(language),
        "crumbs": [Link(_("Programme"), reverse("therapist:programme"))],
        "lead": ngettext("%(parts)s part, about %(n)s minutes", "%(parts)s parts, about %(n)s minutes", len(parts))
        % {"parts": len(parts), "n": minutes},
        "tabs": [
            Link(_("Notes"), reverse("therapist:notes", args=[module.code]), current == 0),
            *(_part_link(module, each, current) for each in parts),
        ],
    }


def _part_link(module: Module, each: Part, current: int) -> Link:
    address = reverse("therapist:part", args=[module.code, each.number])
    return Link(_("Part %(n)s") % {"n": each.number}, address, current == each.number)


def _without_title(markdown: str) -> str:
    """The notes without their first heading, which the page has already said."""
    first, _line_end, rest = markdown.lstrip().partition("\n")
    return rest if first.startswith("# ") else markdown


def _picture(file: str) -> str:
    return reverse("therapist:picture", args=[file])


def _html(markdown: str, code: str) -> SafeString:
    """Links within the programme lead to these pages; those to a participant's own pages keep their words only."""
    return SafeString(prose.to_html(with_numbers(markdown), lambda place: _address(place, code)))


def _address(place: str, code: str) -> str:
    kind, _colon, rest = place.partition(":")
    if kind == "part" and rest.isdigit():
        return reverse("therapist:part", args=[code, int(rest)])
    if kind == "module":
        other, _slash, number = rest.partition("/")
        return reverse("therapist:part", args=[other, int(number) if number.isdigit() else 1])
    return ""
