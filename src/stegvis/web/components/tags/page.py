"""Tags of every page: icons, frame, heads, navigation, lists, tables, and what to show when there is nothing or trouble."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.conf import settings
from django.core.paginator import Page
from django.forms import BaseForm, BoundField, CheckboxSelectMultiple, RadioSelect
from django.http import HttpRequest
from django.template import Library
from django.template.context import RequestContext
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, get_language_info

from stegvis.web.components import shell as frame
from stegvis.web.components import times
from stegvis.web.components.shapes import Cell, ComingUp, Fact, Gate, Letter, Link, Moment, Task, Tone

register = Library()

for _name in (
    "clock_time",
    "long_day",
    "full_day",
    "short_day",
    "day_and_time",
    "short_day_and_time",
    "moment",
    "month_name",
):
    register.filter(_name, getattr(times, _name), expects_localtime=True)


@register.filter
def unbroken(number: str) -> str:
    """A telephone number that is not broken at its spaces; after a dash a browser may, unless it stands in `nowrap`."""
    return str(number).replace(" ", "\N{NO-BREAK SPACE}")


# Marks ----------------------------------------------------------------------------------------------------------------
@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """A line drawing from icons.svg; decoration unless it has a `label`."""
    address = f"{static('icons.svg')}#{name}"
    if label:
        drawn = '<svg class="i" role="img" aria-label="{}" focusable="false"><use href="{}"/></svg>'
        return format_html(drawn, label, address)
    return format_html('<svg class="i" aria-hidden="true" focusable="false"><use href="{}"/></svg>', address)


@register.inclusion_tag("components/logo.html")
def logo() -> dict[str, Any]:
    """The three steps, in the colours of the theme."""
    return {}


@register.inclusion_tag("components/tag.html")
def tag(label: str, tone: Tone = "", icon: str = "") -> dict[str, Any]:
    """A word in a pill."""
    return {"tag": {"label": label, "tone": tone, "icon": icon}}


# The frame ------------------------------------------------------------------------------------------------------------
@register.simple_tag(takes_context=True)
def reading_attributes(context: RequestContext) -> SafeString:
    """The reader's theme, letters and size as attributes of <html>; nothing where nothing was chosen."""
    shell = context.get("shell")
    chosen = shell.reading.attributes() if shell else {}
    return format_html_join("", ' {}="{}"', chosen.items())


@register.simple_tag(takes_context=True)
def current_tab(context: RequestContext) -> str:
    """The key of the tab to mark: the page's own `tab`, otherwise by the address."""
    shell, request = context.get("shell"), context.get("request")
    if context.get("tab"):
        return str(context["tab"])
    return frame.current_key(shell, request.path) if shell and request else ""


@register.simple_tag
def script(name: str) -> SafeString:
    """One of our modules: {% script "reply" %}."""
    return format_html('<script type="module" src="{}"></script>\n', static(f"js/{name}.js"))


@register.inclusion_tag("components/language_switch.html", takes_context=True)
def language_switch(context: RequestContext) -> dict[str, Any]:
    """The same page in the other language: a link where addresses carry the language, otherwise a small form.

    Below a form (see `carried_form`) it is a button of that form, so that what was typed goes along.
    """
    request: HttpRequest | None = context.get("request")
    carried = getattr(request, frame.CARRIED, "")
    path = carried or (request.get_full_path() if request else "/")
    here = get_language()
    languages = [
        {
            "code": code,
            "name": get_language_info(code)["name_local"].capitalize(),
            "url": _in_language(path, code, here),
        }
        for code, _label in settings.LANGUAGES
    ]
    return {
        "languages": languages,
        "here": here,
        "path": path,
        "carried": frame.CARRIED if carried else "",
        "set_language": _reverse_or_nothing("set_language"),
        "csrf_token": context.get("csrf_token", ""),
    }


def _in_language(path: str, code: str, here: str | None) -> str:
    """Every address begins with its language, so the other one's is the same with another beginning."""
    start = f"/{here}/"
    return f"/{code}/{path.removeprefix(start)}" if path.startswith(start) and code != here else ""


def _reverse_or_nothing(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


@register.inclusion_tag("components/unreviewed.html")
def unreviewed() -> dict[str, Any]:
    """Says that no clinician has reviewed this text yet."""
    return {}


@register.inclusion_tag("components/notices.html", takes_context=True)
def notices(context: RequestContext) -> dict[str, Any]:
    """What Django's messages hold: "Saved: easy walk, 20 minutes."."""
    return {"messages": context.get("messages") or ()}


# Heads and ways around ------------------------------------------------------------------------------------------------
@register.simple_block_tag
def page_head(content: SafeString, title: str, crumbs: Sequence[Link] = (), lead: str = "", eyebrow: str = "") -> str:
    """The h1 with breadcrumbs and a line below it; what stands inside are the page's buttons."""
    return render_to_string(
        "components/page_head.html",
        {"title": title, "crumbs": crumbs, "lead": lead, "eyebrow": eyebrow, "content": content},
    )


@register.inclusion_tag("components/breadcrumbs.html")
def breadcrumbs(links: Sequence[Link]) -> dict[str, Any]:
    """Where this page lies; the page itself is not among them."""
    return {"links": links}


@register.inclusion_tag("components/back_link.html")
def back_link(url: str, label: str) -> dict[str, Any]:
    """One step back, named after where it leads."""
    return {"url": url, "label": label}


@register.inclusion_tag("components/subnav.html")
def subnav(links: Sequence[Link], label: str) -> dict[str, Any]:
    """Tabs below a head: pages of one person or one thing. Links, so they work without JavaScript."""
    return {"links": links, "label": label}


@register.inclusion_tag("components/filters.html")
def filters(links: Sequence[Link], label: str) -> dict[str, Any]:
    """Which part of a list is shown, with how many there are."""
    return {"links": links, "label": label}


@register.inclusion_tag("components/pagination.html", takes_context=True)
def pagination(context: RequestContext, page: "Page[Any]", label: str = "") -> dict[str, Any]:
    """Previous, numbers, next; keeps the rest of the address. Nothing at all for a single page."""
    request: HttpRequest | None = context.get("request")
    query = request.GET.copy() if request else None

    def url(number: int) -> str:
        if query is None:
            return f"?page={number}"
        query["page"] = str(number)
        return f"?{query.urlencode()}"

    numbers = [
        {"number": n, "url": url(n) if isinstance(n, int) else "", "current": n == page.number}
        for n in page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    ]
    return {
        "many": page.paginator.num_pages > 1,
        "label": label,
        "numbers": numbers,
        "previous": url(page.previous_page_number()) if page.has_previous() else "",
        "next": url(page.next_page_number()) if page.has_next() else "",
    }


# Boxes ----------------------------------------------------------------------------------------------------------------
@register.simple_block_tag
def card(
    content: SafeString,
    title: str = "",
    eyebrow: str = "",
    icon: str = "",
    tone: Tone = "",
    tint: bool = False,
    aside: str = "",
    level: int = 2,
    id: str = "",  # noqa: A002 - the word of HTML
) -> str:
    """A box with a heading. `tone` colours eyebrow and tile, `tint` the whole card; `aside` stands to the right."""
    names = ("title", "eyebrow", "icon", "tone", "tint", "aside", "level", "id", "content")
    values = (title, eyebrow, icon, tone, tint, aside, level, id, content)
    return render_to_string("components/card.html", dict(zip(names, values, strict=True)))


@register.simple_block_tag
def inset(content: SafeString, tone: Tone = "", title: str = "") -> str:
    """Something to notice beside the text: `tone` may be warn, bad or ok."""
    return render_to_string("components/inset.html", {"content": content, "tone": tone, "title": title})


@register.simple_block_tag
def details(content: SafeString, summary: str, icon: str = "", open: bool = False) -> str:  # noqa: A002
    """A native fold: closed until asked for."""
    context = {"content": content, "summary": summary, "icon": icon, "open": open}
    return render_to_string("components/details.html", context)


@register.inclusion_tag("components/empty.html")
def empty(
    title: str, text: str = "", icon: str = "leaf", url: str = "", action: str = "", level: int = 3
) -> dict[str, Any]:
    """Nothing here yet: what will be here, when, and the one thing to do now. `level` 2 stands right below the h1."""
    return {"title": title, "text": text, "icon": icon, "url": url, "action": action, "level": level}


@register.inclusion_tag("components/loading.html")
def loading() -> dict[str, Any]:
    """The words "Fetching…", which appear after 600 ms; pages are made on the server, so this is rarely seen."""
    return {}


@register.inclusion_tag("components/problem.html")
def problem(*forms: BaseForm | str, message: str = "", title: str = "") -> dict[str, Any]:
    """The error summary of one or more forms, with a link to each answer; or a lone `message`. Nothing without errors."""
    real = [form for form in forms if isinstance(form, BaseForm)]
    general = [error for form in real for error in form.non_field_errors()]
    lines = [
        (_focus_id(form[name]), form[name].label, errors[0]) for form in real for name, errors in _field_errors(form)
    ]
    said = [*([message] if message else []), *general]
    return {"general": said, "lines": lines, "title": title, "count": len(said) + len(lines)}


def _field_errors(form: BaseForm) -> Iterable[tuple[str, Any]]:
    """In the order of the form, not of the validation."""
    return [(name, form.errors[name]) for name in form.fields if name in form.errors]


def _focus_id(field: BoundField) -> str:
    """The id that a link to this answer leads to."""
    widget = field.field.widget
    if hasattr(widget, "focus_id"):
        return str(widget.focus_id(field.auto_id))
    if isinstance(widget, RadioSelect | CheckboxSelectMultiple):
        return f"{field.auto_id}_0"
    return field.auto_id


# Lists and tables -----------------------------------------------------------------------------------------------------
@register.inclusion_tag("components/summary_list.html")
def summary_list(facts: Sequence[Fact]) -> dict[str, Any]:
    """Facts by name, each perhaps with a link to change it."""
    return {"facts": facts}


@register.inclusion_tag("components/data_table.html")
def data_table(
    head: Sequence[str | Cell],
    rows: Sequence[Sequence[Any]],
    caption: str = "",
    cards: bool = True,
    show_caption: bool = False,
) -> dict[str, Any]:
    """A table whose rows become small cards on a phone (`cards`), or that scrolls in its own box. First column: row heads.

    A cell is text, a number (set to the right), or a `Cell`. `caption` is for screen readers unless `show_caption`.
    """
    heads = [_cell(one) for one in head]
    body = [[(_cell(value), heads[i]) for i, value in enumerate(row)] for row in rows]
    return {"head": heads, "rows": body, "caption": caption, "cards": cards, "show_caption": show_caption}


def _cell(value: Any) -> Cell:
    if isinstance(value, Cell):
        return value
    return Cell(value, number=isinstance(value, int | float) and not isinstance(value, bool))


@register.inclusion_tag("components/task_list.html")
def task_list(tasks: Sequence[Task]) -> dict[str, Any]:
    """Steps or errands, each with the word for where it stands: Not started, Started, Sent, Answered."""
    return {"tasks": tasks, "numbered": any(task.number for task in tasks)}


@register.inclusion_tag("components/gate_list.html")
def gate_list(gates: Sequence[Gate]) -> dict[str, Any]:
    """Conditions before something may be done; what is missing says where to see to it."""
    return {"gates": gates}


@register.inclusion_tag("components/conversation.html")
def conversation(letters: Sequence[Letter], label: str = "") -> dict[str, Any]:
    """Messages, oldest first; the reader's own to the right."""
    return {"letters": letters, "label": label}


@register.inclusion_tag("components/timeline.html")
def timeline(moments: Sequence[Moment]) -> dict[str, Any]:
    """What happened, in the order given."""
    return {"moments": [(moment, hasattr(moment.at, "hour")) for moment in moments]}


@register.inclusion_tag("components/date_tile.html")
def date_tile(on: Any) -> dict[str, Any]:
    """A day as a small calendar leaf."""
    return {"on": on}


@register.inclusion_tag("components/coming_up.html")
def coming_up(items: Sequence[ComingUp]) -> dict[str, Any]:
    """What is near, with its date tile."""
    return {"items": items}
