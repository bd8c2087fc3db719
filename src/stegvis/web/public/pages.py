"""Pages that anybody may read: the start, help, the information sheet; and a plain page to arrive at."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from stegvis.methods.programme import prose
from stegvis.methods.study.protocol import TextKind
from stegvis.protocol import queries as protocols
from stegvis.web import access, context


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """What the study is about; whoever is signed in goes to their own first page."""
    if access.is_signed_in(request):
        return redirect(context.home_of(request.user.role))  # type: ignore[union-attr]
    if not protocols.is_loaded():
        return render(request, "public/no_study.html")
    return _page_with(request, "public/start.html", "landing")


@require_safe
def information(request: HttpRequest) -> HttpResponse:
    """The information sheet, as it stands today."""
    if not protocols.is_loaded():
        return render(request, "public/no_study.html")
    return _page_with(request, "public/information.html", "information")


@require_safe
def help_now(request: HttpRequest) -> HttpResponse:
    """Whom to call. Open to all, and nobody is told that it was opened."""
    if not protocols.is_loaded():
        return render(request, "public/no_study.html")
    participant = access.own_or_none(request)
    return _page_with(
        request, "public/help.html", "safety",
        numbers=help_numbers(), study_phone=protocols.current().contact.phone,
        site=participant.site if participant else None,
        something_is_wrong=context.page_or_nothing("participant:something_is_wrong") if participant else "",
    )  # fmt: skip


@require_safe
@access.signed_in
def home(request: HttpRequest) -> HttpResponse:
    """Where somebody arrives whose role has no pages of its own here."""
    return render(request, "public/home.html")


@dataclass(frozen=True)
class HelpNumber:
    """A number to call, and when."""

    number: str
    when: str


def help_numbers() -> list[HelpNumber]:
    """The protocol's numbers, most urgent first, in the reader's language."""
    language = get_language() or ""
    return [HelpNumber(each.number, each.text.in_language(language)) for each in protocols.current().safety.numbers]


def _page_with(request: HttpRequest, template: str, kind: TextKind, **more: object) -> HttpResponse:
    """A page around one of the trial's texts."""
    code = protocols.current().text_code(kind)
    title, body = protocols.letter(code, get_language() or "", {})
    return render(request, template, {"text_title": title, "text": _html(body), **more})


def _html(markdown: str) -> SafeString:
    """What the sanitiser of the programme's prose lets through."""
    return mark_safe(prose.to_html(markdown))  # noqa: S308
