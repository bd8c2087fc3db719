"""Homework beside the reply, and what happens when one is sent: the next person loads by itself.

Opening the page is a reading in the record. That the *homework* was opened is kept when the page has really been looked
at: by the first seconds its clock sends, with the first saved draft, or at the latest with the reply. So asking for a
page changes nothing of the person's, and without JavaScript nothing is lost but the earlier moment.
"""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from stegvis.audit import clock
from stegvis.audit.errors import Refused
from stegvis.programme import actions, drafts
from stegvis.programme import queries as programme
from stegvis.web.access import for_role
from stegvis.web.components import autosaving
from stegvis.web.components.shapes import Link
from stegvis.web.components.times import clock_time, day_and_time
from stegvis.web.forms import answer
from stegvis.web.therapist import answers, gate, head, reply, worklist
from stegvis.web.therapist.forms import ReplyForm
from stegvis.web.therapist.gate import Person, therapist
from stegvis.web.therapist.guidance import keep_seconds


@require_http_methods(["GET", "HEAD", "POST"])
@for_role("therapist")
def homework(request: HttpRequest, code: str, number: int = 0) -> HttpResponse:
    """What a person sent, beside the answer: the one that has waited longest, or the step `number`."""
    person = gate.opened(request, code, kind="homework")
    sent = list(programme.homework_of(person.course))
    shown = _chosen(sent, number)
    if request.method == "POST":
        return _send(request, person, sent, shown)
    words_so_far = drafts.reply(shown) if shown and shown.answered_at is None else ""
    return _page(request, person, sent, shown, ReplyForm(initial={"reply": words_so_far}))


@require_POST
@for_role("therapist")
def draft(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Keep a reply on its way, and say which marks it has so far."""
    person = gate.turned_to(request, code)
    found = _one(person, number)
    form = ReplyForm(request.POST)
    try:
        _name, text = autosaving.read(form)
        if found.answered_at is None:
            _open(request, found)
            drafts.save_reply(homework=found, text=text or "", by=therapist(request))
    except (ValidationError, Refused) as refused:
        return autosaving.refused(ValidationError(str(refused) if isinstance(refused, Refused) else refused.messages))
    seen = [mark.code for mark in reply.marks(text or "", person.standing.language) if mark.shown]
    return JsonResponse({"saved_at": clock_time(clock.now()), "marks": seen})


@require_POST
@for_role("therapist")
def looking(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """The page's clock: this homework is being looked at, and for so long."""
    person = gate.turned_to(request, code)
    _open(request, _one(person, number))
    return keep_seconds(request, person)


def _send(request: HttpRequest, person: Person, sent: list[Any], shown: Any) -> HttpResponse:
    """Send the reply and go on to the next person; the page again, with what was written, when it is refused."""
    if shown is None:
        raise Http404
    form = ReplyForm(request.POST)
    following = person.worklist.after(person.standing.code)
    if form.is_valid():
        given = form.cleaned_data
        _open(request, shown)
        try:
            actions.answer_homework(
                homework=shown, text=given["reply"], open_next=given["then"] == "open",
                language=person.standing.language, key=given["key"], by=therapist(request),
            )  # fmt: skip
            messages.success(request, _("Your reply is sent to %(code)s.") % {"code": person.standing.code})
            return redirect(worklist.url_of(following) if following else reverse("therapist:worklist"))
        except Refused as refused:
            form.add_error("reply", str(refused))
    return _page(request, person, sent, shown, form)


def _page(request: HttpRequest, person: Person, sent: list[Any], shown: Any, form: ReplyForm) -> HttpResponse:
    language, code = person.standing.language, person.standing.code
    clock_url = reverse("therapist:looking_at", args=[code, shown.number]) if shown else ""
    around = head.around(request, person, "homework", clock_url=clock_url)
    form.fields["reply"].widget.attrs["lang"] = language  # the browser's spelling check follows it
    found: dict[str, Any] = {"steps": _steps(person, sent, shown), "homework": shown}
    if shown:
        module = person.standing.programme.module(shown.module)
        found |= {
            "title": module.title(language),
            "sent_words": _("Sent %(when)s") % {"when": day_and_time(shown.sent_at)},
            "sheets": answers.sheets(shown, person.standing.programme, language),
            **_desk(person, shown, form, head.main_goal(around["goals"])),
        }
    return answer(request, "therapist/homework.html", form, {**around, **found})


def _desk(person: Person, shown: Any, form: ReplyForm, goal: str) -> dict[str, Any]:
    """The right-hand side: the answer that was sent, or what is needed to write one."""
    if hasattr(shown, "feedback"):
        return {"feedback": shown.feedback, "marks": reply.named(shown.feedback.marks)}
    standing = person.standing
    following = standing.programme.after(shown.module)
    step = following.title(standing.language) if following else ""
    return {
        "feedback": None,
        "groups": reply.groups(standing.programme, standing.language, step=step, goal=goal),
        "marks": reply.marks(str(form["reply"].value() or ""), standing.language),
        "following_step": following,
        "opens_next": _opens_next(person, following),
        "draft_url": reverse("therapist:draft", args=[standing.code, shown.number]),
        "draft_key": f"reply:{standing.code}:{shown.number}",
    }


def _opens_next(person: Person, following: Any) -> bool:
    """Whether there is a next step that this answer can open."""
    if following is None or person.course.stopped_at is not None:
        return False
    step = programme.way(person.course).step(following.code)
    return step is not None and not step.is_open


def _steps(person: Person, sent: list[Any], shown: Any) -> list[Link]:
    """Every piece of homework as a link, in the order of the steps, when there is more than one."""
    if len(sent) < 2:
        return []
    code = person.standing.code
    return [
        Link(
            label=(_("Step %(n)s") if each.answered_at else _("Step %(n)s, waiting")) % {"n": each.number},
            url=reverse("therapist:homework_of", args=[code, each.number]),
            current=each.pk == shown.pk,
        )
        for each in reversed(sent)
    ]


def _chosen(sent: list[Any], number: int) -> Any:
    """The homework of step `number`; without one the longest waiting, else the newest, else None."""
    if number:
        found = next((each for each in sent if each.number == number), None)
        if found is None:
            raise Http404
        return found
    waiting = [each for each in reversed(sent) if each.answered_at is None]
    return (waiting or sent or [None])[0]


def _one(person: Person, number: int) -> Any:
    return _chosen(list(programme.homework_of(person.course).filter(number=number)), number)


def _open(request: HttpRequest, homework: Any) -> None:
    if homework.opened_at is None:
        actions.open_homework(homework=homework, by=therapist(request))
