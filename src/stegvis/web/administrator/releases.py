"""Releases of the programme: when each was published, who has signed it, and what changed since the one before."""

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from stegvis.methods.programme.changes import Change, changes
from stegvis.methods.programme.content import Programme
from stegvis.programme import policies as signing
from stegvis.programme import queries as programme
from stegvis.web.access import for_role
from stegvis.web.components import times
from stegvis.web.components.shapes import Fact, Link


@dataclass(frozen=True)
class Row:
    """One release in the list; `changes` leads to what is new in it, empty for the first."""

    title: str
    facts: list[Fact]
    changes: str


@require_safe
@for_role("administrator")
def all_releases(request: HttpRequest) -> HttpResponse:
    """Every release, newest first."""
    found = list(programme.published())
    rows = [
        Row(
            times.moment(release.published_at), _facts(release),
            reverse("administrator:changes", args=[release.sha256]) if release != found[-1] else "",
        )
        for release in found
    ]  # fmt: skip
    return render(request, "administrator/releases.html", {"rows": rows, "crumbs": [_home()]})


@require_safe
@for_role("administrator")
def what_changed(request: HttpRequest, sha256: str) -> HttpResponse:
    """What differs between a release and the one published before it, block by block."""
    found = list(programme.published())
    at = next((number for number, release in enumerate(found) if release.sha256 == sha256), None)
    if at is None or at + 1 == len(found):
        raise Http404
    old, new = programme.content(found[at + 1].pk), programme.content(found[at].pk)
    rows = [(_where(change, new, old), change) for change in changes(old, new)]
    crumbs = [_home(), Link(_("Releases of the programme"), reverse("administrator:releases"))]
    return render(request, "administrator/changes.html", {"rows": rows, "crumbs": crumbs})


def signatures(release_pk: int, language: str) -> str:
    """Who has signed in a language, each with their profession, and who has still to."""
    rows = [row for row in programme.signatures(release_pk) if row.language == language]
    signed = [f"{row.reviewer} ({signing.in_words([row.profession])})" for row in rows if row.profession]
    missing = programme.missing_signatures(release_pk, language)
    left = [_("still to sign: %(professions)s") % {"professions": signing.in_words(missing)}] if missing else []
    return capfirst("; ".join([*signed, *left]))


def _facts(release: programme.Release) -> list[Fact]:
    reviewed = [
        Fact(_("Reviewed in %(language)s") % {"language": _name_of(code)}, signatures(release.pk, code))
        for code in programme.content(release.pk).languages
    ]
    return [*reviewed, Fact("SHA-256", release.sha256)]


def _where(change: Change, new: Programme, old: Programme) -> str:
    """Module or worksheet, language and part in words; what belongs to the whole programme says so."""
    titles = {each.code: each.title(_language(found)) for found in (old, new) for each in found}
    place = titles.get(change.module, _("The whole programme"))
    if change.sheet:
        sheets = {each.code: each.title(_language(found)) for found in (old, new) for each in found.worksheets}
        place = _("Worksheet “%(title)s”") % {"title": sheets[change.sheet]}
    language = _name_of(change.language) if change.language else ""
    part = _("Part %(n)s") % {"n": change.part} if change.part else ""
    return ", ".join(each for each in (place, language, part) if each)


def _language(found: Programme) -> str:
    reader = get_language() or ""
    return reader if reader in found.languages else found.languages[0]


def _name_of(code: str) -> str:
    return str(get_language_info(code)["name_translated"])


def _home() -> Link:
    return Link(_("The installation"), reverse("administrator:state"))
