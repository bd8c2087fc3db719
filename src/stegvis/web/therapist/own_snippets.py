"""The therapist's own library: sentences to start a reply from, made, changed and removed; nobody else sees them."""

from itertools import groupby
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from stegvis.audit.errors import Refused
from stegvis.programme import actions
from stegvis.programme import queries as programme
from stegvis.web.access import for_role
from stegvis.web.forms import answer
from stegvis.web.therapist.forms import SnippetForm
from stegvis.web.therapist.gate import therapist
from stegvis.web.therapist.reply import NAMES


@require_http_methods(["GET", "HEAD", "POST"])
@for_role("therapist")
def snippets(request: HttpRequest) -> HttpResponse:
    """The own library by behaviour, those of the programme below them, and a form for another sentence."""
    form = _form(request, {"language": get_language()})
    if request.method == "POST" and form.is_valid() and _made(request, form):
        messages.success(request, _("The sentence is in your library."))
        return redirect("therapist:snippets")
    own = list(programme.own_snippets(therapist(request)))
    return answer(request, "therapist/snippets.html", form, {"groups": _by_group(own), "shared": _shared()})


@require_http_methods(["GET", "HEAD", "POST"])
@for_role("therapist")
def snippet(request: HttpRequest, pk: int) -> HttpResponse:
    """Change one sentence; the earlier wording is kept and no longer shown."""
    found = _own(request, pk)
    form = _form(request, {"group": found.group, "language": found.language, "text": found.text})
    if request.method == "POST" and form.is_valid() and _made(request, form, replaces=found):
        messages.success(request, _("The sentence is changed."))
        return redirect("therapist:snippets")
    return answer(request, "therapist/snippet.html", form, {"snippet": found})


@require_POST
@for_role("therapist")
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one sentence out of the library."""
    actions.remove_snippet(snippet=_own(request, pk), by=therapist(request))
    messages.success(request, _("The sentence is removed from your library."))
    return redirect("therapist:snippets")


def _form(request: HttpRequest, initial: dict[str, Any]) -> SnippetForm:
    languages = [(code, _(name)) for code, name in settings.LANGUAGES]
    return SnippetForm(request.POST if request.method == "POST" else None, languages=languages, initial=initial)


def _made(request: HttpRequest, form: SnippetForm, replaces: Any = None) -> bool:
    """Whether the sentence could be kept; why not stands by its field."""
    try:
        actions.make_snippet(**form.cleaned_data, replaces=replaces, by=therapist(request))
    except Refused as refused:
        form.add_error("text", str(refused))
        return False
    return True


def _own(request: HttpRequest, pk: int) -> Any:
    found = programme.own_snippets(therapist(request)).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _by_group(own: list[Any]) -> list[tuple[str, list[Any]]]:
    """The own sentences below the names of the behaviours, in the order in which a reply has them."""
    found = {group: list(rows) for group, rows in groupby(own, key=lambda each: each.group)}
    return [(str(label), found[code]) for code, (label, _mark) in NAMES.items() if code in found]


def _shared() -> list[tuple[str, list[tuple[str, str]]]]:
    """The sentences that come with the newest programme, by behaviour, each with its language."""
    release = programme.newest_release()
    if release is None:
        return []
    shared = programme.content(release.pk).snippets
    return [
        (
            str(label),
            [(language, text) for each in shared if each.group == code for language, text in each.texts.items()],
        )
        for code, (label, _mark) in NAMES.items()
    ]
