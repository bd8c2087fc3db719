"""Worksheets: the list of them, and writing in one. Saved as one types, resumed at the field, kept when it is done."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from stegvis.audit.errors import Refused
from stegvis.methods.programme.blocks import Example, Main, OwnGoal, OwnPlan, Picture, Text
from stegvis.methods.programme.content import Part, Worksheet
from stegvis.programme.worksheets import actions, drafts, queries
from stegvis.web import access, unsent
from stegvis.web.components import autosaving
from stegvis.web.components.shapes import Task
from stegvis.web.components.times import full_day
from stegvis.web.forms import StegForm
from stegvis.web.participant import prose, sheet_writing
from stegvis.web.participant.programme import Own, with_course
from stegvis.web.sheets import reading

A_PAGE = 10
MORE = "more:"
"""Before the code of an exercise, the value of the button that asks for one more set in it."""


# The list -------------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Line:
    """A kept sheet in a list: what, about which day, and who may read it."""

    pk: int
    title: str
    on: date
    therapist: bool
    physiotherapist: bool


def _worksheets(request: HttpRequest, own: Own) -> HttpResponse:
    """The sheets of the steps that are open first, then the others, then what was kept, newest first."""
    standings = queries.standings(own.course)
    opened = {step.module.code for step in own.way.steps if step.is_open}
    sheets = queries.sheets(own.course)
    near = [each for each in sheets if each.module in opened or each.code in standings]
    context = {
        "near": [_task(each, standings, own) for each in near],
        "others": [_task(each, standings, own) for each in sheets if each not in near],
        "has_aside": queries.entries(own.course, aside=True).exists(),
        **_kept_lines(request, own, queries.entries(own.course)),
    }
    return render(request, "participant/worksheets.html", {**context, "tab": "programme", **_about(own)})


worksheets = require_safe(with_course(_worksheets, reads_only=True))


def _task(sheet: Worksheet, standings: dict[str, queries.Standing], own: Own) -> Task:
    """A sheet in the list; one that is under way leads to the field that was written in last."""
    standing = standings.get(sheet.code, queries.Standing())
    url = reverse("participant:worksheet", args=[sheet.code])
    if standing.writing and own.course.stopped_at is None:
        url = f"{reverse('participant:write_sheet', args=[sheet.code])}#id_{standing.writing}"
    kept = ngettext("%(n)s kept", "%(n)s kept", standing.kept) % {"n": standing.kept} if standing.kept else ""
    status, tone = (_("Under way"), "fjord") if standing.writing else (kept, "")
    spoken = sheet.translations[own.language]
    return Task(spoken.part.title, url, hint=spoken.summary, status=status, tone=tone or ("" if status else None))  # type: ignore[arg-type]


def _kept_lines(request: HttpRequest, own: Own, rows: Any) -> dict[str, Any]:
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    return {"page": page, "lines": [_line(each, own.language) for each in page]}


def _line(entry: Any, language: str) -> Line:
    audiences = {share.audience for share in entry.shared_now}
    title = reading.title_of(entry, language)
    shared = (queries.THERAPIST in audiences, queries.PHYSIOTHERAPIST in audiences)
    return Line(entry.pk, title, entry.on, *shared)


def _aside(request: HttpRequest, own: Own) -> HttpResponse:
    """What was set aside: out of the list, and not gone."""
    rows = queries.entries(own.course, aside=True)
    return render(request, "participant/worksheets_aside.html", {"tab": "programme", **_kept_lines(request, own, rows)})


aside = require_safe(with_course(_aside, reads_only=True))


def _worksheet(request: HttpRequest, own: Own, sheet: str) -> HttpResponse:
    """One kind of sheet: what it is for, a new one, the one under way, and those kept."""
    found = sheet_or_404(own, sheet)
    part = found.translations[own.language].part
    standing = queries.standings(own.course).get(sheet, queries.Standing())
    step = own.way.step(found.module)
    context = {
        "code": sheet, "sheet_title": part.title, "standing": standing, "can_copy": standing.kept > 0,
        "blocks": _blocks(part), "module": step.module if step and step.is_open and step.module.written else None,
        "module_title": step.module.title(own.language) if step else "",
        **_kept_lines(request, own, queries.entries(own.course).filter(sheet=sheet)), **_about(own),
    }  # fmt: skip
    return render(request, "participant/worksheet.html", {**context, "tab": "programme"})


worksheet = require_safe(with_course(_worksheet, reads_only=True))


def _about(own: Own) -> dict[str, Any]:
    return {"stopped": own.course.stopped_at is not None, "unreviewed": own.unreviewed}


def sheet_or_404(own: Own, code: str) -> Worksheet:
    """A worksheet of the person's release; any other is a page that does not exist."""
    found = queries.sheet(own.course, code)
    if found is None:
        raise Http404
    return found


@dataclass(frozen=True)
class Block:
    """What stands above the fields."""

    kind: str
    html: Any = ""
    title: str = ""
    picture: str = ""
    alternative: str = ""


def _blocks(part: Part) -> list[Block]:
    """The words and pictures of a sheet, exercises left out."""
    found = []
    for each in part.blocks:
        if isinstance(each, Picture):
            address = reverse("participant:picture", args=[each.file])
            found.append(Block("picture", title=each.caption, picture=address, alternative=each.alternative))
        elif isinstance(each, Text | Main | Example | OwnGoal | OwnPlan):
            found.append(Block(each.block, prose.as_html(each.markdown), title=getattr(each, "title", "")))
    return found


# Writing --------------------------------------------------------------------------------------------------------------
@require_http_methods(["GET", "HEAD", "POST"])
@with_course
def write(request: HttpRequest, own: Own, sheet: str) -> HttpResponse:
    """Write in a sheet. Whatever is pressed, what was written is saved first; then it is kept, grows, or waits."""
    found = sheet_or_404(own, sheet)
    fields = found.fields(own.language)
    saved = queries.saved_drafts(own.course, sheet)
    form = sheet_writing.form_of(fields, saved, request.POST if request.method == "POST" else None)
    if request.method == "POST":
        form.is_valid()  # what can be read is saved, beside what cannot
        try:
            if (answer := _save(request, own, found, form, saved)) is not None:
                return answer
        except Refused as refused:
            form.add_error(None, str(refused))
        saved = queries.saved_drafts(own.course, sheet)
    unsent.give_back(request, form)
    context = _writing(own, found, form, saved, request.POST.get("key", ""))
    return render(request, "participant/write_sheet.html", context, status=422 if form.errors else 200)


def _save(
    request: HttpRequest, own: Own, sheet: Worksheet, form: StegForm, saved: dict[str, Any]
) -> HttpResponse | None:
    """Save what was sent; None when something on the page has to be looked at again."""
    by, then = access.actor(request), request.POST.get("then", "")
    values = sheet_writing.values_of(form, request.POST)
    changed = queries.changed_since(own.course, sheet.code, values, sheet_writing.based_on(request.POST))
    fields = sheet.fields(own.language)
    sheet_writing.tell_changed(form, changed, fields)
    rest = {name: text for name, text in values.items() if name not in changed and (text or name in saved)}
    drafts.save(course=own.course, sheet=sheet.code, values=rest, by=by)
    if form.errors:
        return None
    if then.startswith(MORE):
        return redirect(f"{reverse('participant:write_sheet', args=[sheet.code])}{_next_row(own, sheet, then)}")
    if then == "stop":
        messages.success(request, _("Saved. Your place is kept."))
        return redirect("participant:worksheets")
    entry = actions.keep(course=own.course, sheet=sheet.code, key=_key(request), by=by)
    messages.success(request, _("Kept. Only you can read it, until you share it."))
    return redirect("participant:kept_sheet", entry.pk)


def _key(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("key", ""))
    except ValueError:
        return uuid4()


def _next_row(own: Own, sheet: Worksheet, then: str) -> str:
    """The place of the first field of the next set, in the exercise whose button was pressed."""
    saved = queries.saved_drafts(own.course, sheet.code)
    exercises = sheet.translations[own.language].part.exercises
    wanted = next((each for each in exercises if each.code == then.removeprefix(MORE)), None)
    name = sheet_writing.first_empty(wanted, saved) if wanted else ""
    return f"#id_{name}" if name else ""


def _writing(own: Own, sheet: Worksheet, form: StegForm, saved: dict[str, Any], key: str) -> dict[str, Any]:
    part = sheet.translations[own.language].part
    last = None if saved else queries.last_entry(own.course, sheet.code)
    sections = sheet_writing.sections(part.exercises, form, saved)
    latest = max((one.saved_at for one in saved.values()), default=None)
    return {
        "form": form, "code": sheet.code, "sheet_title": part.title, "blocks": _blocks(part), "sections": sections,
        "day": form[queries.DAY], "day_version": sheet_writing.version_of(saved, queries.DAY),
        "key": key or uuid4(), "last": last, "last_day": full_day(last.on) if last else "", "saved_at": latest,
        "autosave_url": reverse("participant:autosave_sheet", args=[sheet.code]), "unreviewed": own.unreviewed,
        "tab": "programme",
    }  # fmt: skip


@require_POST
@with_course
def autosave(request: HttpRequest, own: Own, sheet: str) -> HttpResponse:
    """One field comes in by JavaScript; another device's newer text is shown beside it and not overwritten."""
    found = sheet_or_404(own, sheet)
    form = sheet_writing.form_of(found.fields(own.language), {}, request.POST)
    try:
        name, value = autosaving.read(form)
        values = {name: value or ""}
        seen = {name: request.POST.get("version", "")}
        for newer in queries.changed_since(own.course, sheet, values, seen).values():
            return autosaving.conflict(newer.saved_at, _pairs(form, newer), queries.version(newer))
        at = drafts.save(course=own.course, sheet=sheet, values=values, by=access.actor(request))
    except ValidationError as refused:
        return autosaving.refused(refused)
    except Refused as refused:
        return autosaving.refused(ValidationError(str(refused)))
    return autosaving.saved(at, at.isoformat())


def _pairs(form: StegForm, newer: Any) -> list[tuple[str, str]]:
    """A saved text as the form would send it."""
    shown = form.fields[newer.field].prepare_value(newer.value)
    return [(newer.field, str(each)) for each in (shown if isinstance(shown, list) else [shown])]


@require_POST
@with_course
def copy(request: HttpRequest, own: Own, sheet: str) -> HttpResponse:
    """Begin a new sheet with the words of the one kept last."""
    sheet_or_404(own, sheet)
    last = queries.last_entry(own.course, sheet)
    if last is None:
        raise Http404
    return begin_with(request, last)


def begin_with(request: HttpRequest, entry: Any) -> HttpResponse:
    """Begin a new sheet with the words of a kept one, or say why not; either way the page for writing comes next."""
    try:
        drafts.begin_with(entry=entry, by=access.actor(request))
        messages.success(request, _("A new sheet, with the words of the last one. Change what you like."))
    except Refused as refused:
        messages.warning(request, str(refused))
    return redirect("participant:write_sheet", entry.sheet)
