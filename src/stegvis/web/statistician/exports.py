"""Exports: data in the formats of other programs, ordered with a reason, made by the worker, downloaded as one file."""

from typing import cast

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from stegvis.audit import clock
from stegvis.audit.action import Actor
from stegvis.audit.errors import Refused
from stegvis.exchange import actions, queries
from stegvis.exchange.queries import Export
from stegvis.reporting import queries as reporting
from stegvis.web.access import for_role
from stegvis.web.components import times
from stegvis.web.components.shapes import Cell, Fact, Link, Tone
from stegvis.web.forms import answer, posted
from stegvis.web.statistician.crumbs import crumbs
from stegvis.web.statistician.forms import ExportForm

READERS = ("data_manager", "statistician")
SHORT = 60
DIGITS = 12
"""Of a hash on this page; the manifest beside the files has all of them."""


@for_role(*READERS)
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """Every export that was ordered, newest first, with where it stands."""
    head = [_("Format"), _("Ordered"), _("State"), _("Tells of the arms"), _("For what"), _("Downloads")]
    rows = [_row(each) for each in queries.exports()]
    return render(request, "statistician/exports.html", {"head": head, "rows": rows, "crumbs": crumbs()})


@for_role(*READERS)
@require_http_methods(["GET", "POST"])
def order(request: HttpRequest) -> HttpResponse:
    """Order one: format, what it may tell of the arms, and why."""
    analysis = reporting.main_analysis()
    form = ExportForm(posted(request)[0], is_locked=reporting.is_locked(analysis))
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.order_export(
                analysis=analysis, language=get_language() or "en", by=cast(Actor, request.user), **form.cleaned_data
            )
            messages.success(request, _("Ordered. The file is made now, and waits here when it is ready."))
            return redirect("statistician:export", made.pk)
        except Refused as refused:
            form.add_error(None, str(refused))
    name = reporting.name_of(analysis, get_language() or "")
    return answer(request, "statistician/order_export.html", form, {"analysis": name, "crumbs": crumbs(_exports())})


@for_role(*READERS)
@require_safe
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """One export: what was ordered and why, where it stands, its files with their hashes, who took it."""
    export = _found(pk)
    outcome = getattr(export, "outcome", None)
    takes = [(times.moment(each.taken_at), each.taken_by) for each in queries.downloads(export)]
    files = [
        (name, said.get("rows", ""), filesizeformat(said["bytes"]), said["sha256"][:DIGITS])
        for name, said in sorted((outcome.files if outcome else {}).items())
    ]
    step = getattr(getattr(export, "progress", None), "step", "")
    return render(request, "statistician/export.html", {
        "export": export, "step": step, "facts": _facts(export), "outcome": outcome, "has_file": queries.has_file(export),
        "is_open": export.kind != "unblinded" or reporting.is_locked(export.analysis), "files": files, "takes": takes,
        "files_head": [_("File"), _("Rows"), _("Size"), "SHA-256"], "takes_head": [_("When"), _("Who")],
        "goes_on": queries.removed_from(export), "crumbs": crumbs(_exports()),
    })  # fmt: skip


@for_role(*READERS)
@require_POST
def take(request: HttpRequest, pk: int) -> HttpResponse:
    """The file; that it was taken stays in the record."""
    export = _found(pk)
    try:
        actions.take_export(export=export, by=cast(Actor, request.user))
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("statistician:export", pk)
    name = f"{queries.name_of(export)}.zip"
    response = FileResponse(queries.file_of(export), as_attachment=True, filename=name, content_type="application/zip")
    response["Cache-Control"] = "no-store"
    return cast(HttpResponse, response)


def _found(pk: int) -> Export:
    export = queries.export(pk)
    if export is None:
        raise Http404
    return export


def _exports() -> Link:
    return Link(_("Exports"), reverse("statistician:exports"))


def _row(export: Export) -> tuple[object, ...]:
    reason = export.reason if len(export.reason) <= SHORT else f"{export.reason[: SHORT - 1]}…"
    words, tone = _state(export)
    return (
        Cell(export.get_format_display(), reverse("statistician:export", args=[export.pk])),
        f"{times.moment(export.ordered_at)}, {export.ordered_by.code}", Cell(words, tone=tone),
        export.get_kind_display(), reason, export.taken,  # type: ignore[attr-defined]
    )  # fmt: skip


def _state(export: Export) -> tuple[str, Tone]:
    """Where it stands, in a word, with its tone."""
    outcome = getattr(export, "outcome", None)
    if outcome is None:
        return (_("being made"), "fjord") if getattr(export, "progress", None) else (_("in the queue"), "")
    if outcome.refusal:
        return _("not made"), "bad"
    until = queries.removed_from(export)
    return (_("file removed"), "") if until and until < clock.now() else (_("ready to download"), "ok")


def _facts(export: Export) -> list[Fact]:
    outcome = getattr(export, "outcome", None)
    facts = [
        Fact(_("For what"), export.reason),
        Fact(_("Ordered"), f"{times.moment(export.ordered_at)}, {export.ordered_by.code}"),
        Fact(_("Analysis"), reporting.name_of(export.analysis, get_language() or "")),
        Fact(_("Tells of the arms"), export.get_kind_display()),
        Fact(_("Answers, consents and contacts"), _("go along") if export.answers else _("left out")),
    ]
    if outcome is not None and not outcome.refusal:
        facts += [
            Fact(_("Made"), times.moment(outcome.ended_at)), Fact(_("Size"), filesizeformat(outcome.size)),
            Fact(_("SHA-256 of the file"), outcome.sha256), Fact(_("SHA-256 of the extract"), outcome.extract_sha256),
        ]  # fmt: skip
    return facts
