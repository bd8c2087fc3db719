"""Homework beside the reply, and what happens when one is sent: the next person loads by itself.

Opening the page is a reading in the record. That the *homework* was opened is kept when the page has really been looked
at: by the first seconds its clock sends, with the first saved draft, or at the latest with the reply, whose form says,
sealed, beside which homework it stood. So asking for a page changes nothing of the person's, and a reply from anywhere
else than beside its homework is not sent.
"""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from stegvis.audit import clock
from stegvis.audit.errors import Refused
from stegvis.programme import actions, drafts, policies
from stegvis.programme import queries as programme
from stegvis.protocol import queries as protocols
from stegvis.trial import actions as trial
from stegvis.web.access import for_role
from stegvis.web.components import autosaving
from stegvis.web.components.shapes import Link
from stegvis.web.components.times import clock_time, day_and_time
from stegvis.web.forms import answer
from stegvis.web.therapist import answers, gate, head, reply, worklist
from stegvis.web.therapist.forms import AGAIN, LOOK, OPEN, ReplyForm
from stegvis.web.therapist.gate import Person, therapist
from stegvis.web.therapist.guidance import keep_seconds

_SEEN = "stegvis.homework.seen"


@require_http_methods(["GET", "HEAD", "POST"])
@for_role("therapist")
def homework(request: HttpRequest, code: str, number: int = 0) -> HttpResponse:
    """What a person sent, beside the answer: the one that has waited longest, or the step `number`."""
    person = gate.opened(request, code, kind="homework")
    sent = list(programme.homework_of(person.course))
    shown = _chosen(sent, number)
    if request.method == "POST":
        return _send(request, person, sent, shown)
    return _page(
        request, person, sent, shown, ReplyForm(initial={"reply": _so_far(shown)}, parts=_parts(person, shown))
    )


@require_POST
@for_role("therapist")
def draft(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Keep a reply on its way, and say which marks it has so far."""
    person = gate.turned_to(request, code)
    found = _one(person.course, number)
    try:
        name, text = autosaving.read(ReplyForm(request.POST))
        if name != "reply":
            raise Http404
        if found.answered_at is None:
            _open(request, found)
            drafts.save_reply(homework=found, text=text or "", by=therapist(request))
    except (ValidationError, Refused) as refused:
        return autosaving.refused(ValidationError(str(refused) if isinstance(refused, Refused) else refused.messages))
    marks = reply.marks(text or "", person.language, checked=reply.is_checked(protocols.current()))
    return JsonResponse({"saved_at": clock_time(clock.now()), "marks": [mark.code for mark in marks if mark.shown]})


@require_POST
@for_role("therapist")
def looking(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """The page's clock: this homework is being looked at, and for so long."""
    person = gate.turned_to(request, code)
    _open(request, _one(person.course, number))
    return keep_seconds(request, person.course)


@require_POST
@for_role("therapist")
def take_back(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Take back the reply that was sent last, and go on writing it."""
    person = gate.turned_to(request, code)
    found = programme.to_take_back(therapist(request)) or _one(person.course, number).feedback
    if found is None or found.homework.number != number or found.homework.course_id != person.course.pk:
        return redirect("therapist:homework_of", code, number)
    try:
        actions.take_back(feedback=found, by=therapist(request))
        messages.success(request, _("Your reply to %(code)s is taken back. It is a draft again.") % {"code": code})
    except Refused as refused:
        messages.warning(request, str(refused))
    return redirect("therapist:homework_of", code, number)


def _send(request: HttpRequest, person: Person, sent: list[Any], shown: Any) -> HttpResponse:
    """Send the reply and go on to the next person; the page again, with what was written, when it is refused."""
    if shown is None:
        raise Http404
    form = ReplyForm(request.POST, parts=_parts(person, shown))
    if request.POST.get("then") == LOOK:
        return _look(request, person, shown, form)
    following = person.worklist.after(person.standing.code)
    if form.is_valid():
        if _stood_beside(request, shown, form.cleaned_data["seen"]):
            _open(request, shown)
        try:
            _reply(request, person, shown, form.cleaned_data)
            messages.success(request, _("Your reply is sent to %(code)s.") % {"code": person.standing.code})
            return redirect(worklist.url_of(following) if following else reverse("therapist:worklist"))
        except Refused as refused:
            _keep_draft(request, shown, form.cleaned_data["reply"])
            form.add_error("reply", str(refused))
    return _page(request, person, sent, shown, form)


def _reply(request: HttpRequest, person: Person, shown: Any, given: dict[str, Any]) -> None:
    trial.send_reply(
        homework=shown, text=given["reply"], open_next=given["then"] == OPEN,
        again_part=given["part"] if given["then"] == AGAIN else None, language=person.standing.language,
        key=given["key"], by=therapist(request),
    )  # fmt: skip


def _look(request: HttpRequest, person: Person, shown: Any, form: ReplyForm) -> HttpResponse:
    """Without JavaScript: keep the draft, and show the page again with its marks."""
    _keep_draft(request, shown, str(form.data.get("reply", "")))
    return redirect("therapist:homework_of", person.standing.code, shown.number)


def _keep_draft(request: HttpRequest, shown: Any, text: str) -> None:
    """What could not be sent is not lost, also when the page is left."""
    if shown.answered_at is None and len(text) <= policies.MOST_CHARACTERS:
        drafts.save_reply(homework=shown, text=text, by=therapist(request))


def _seal(request: HttpRequest, shown: Any) -> str:
    return signing.dumps([shown.pk, therapist(request).pk], salt=_SEEN)


def _stood_beside(request: HttpRequest, shown: Any, seal: str) -> bool:
    """Whether this therapist was shown this very homework beside the reply."""
    try:
        return bool(signing.loads(seal, salt=_SEEN) == [shown.pk, therapist(request).pk])
    except signing.BadSignature:
        return False


def _page(request: HttpRequest, person: Person, sent: list[Any], shown: Any, form: ReplyForm) -> HttpResponse:
    language, code = person.standing.language, person.standing.code
    clock_url = reverse("therapist:looking_at", args=[code, shown.number]) if shown else ""
    around = head.around(request, person, "homework", clock_url=clock_url)
    form.fields["reply"].widget.attrs["lang"] = language  # the browser's spelling check follows it
    found: dict[str, Any] = {
        "steps": _steps(person, sent, shown), "homework": shown, "rounds": _earlier_rounds(sent, shown),
    }  # fmt: skip
    if shown:
        module = person.standing.programme.module(shown.module)
        found |= {
            "title": module.title(language),
            "sent_words": _("Sent %(when)s") % {"when": day_and_time(shown.sent_at)},
            "sheets": answers.sheets(shown, person.standing.programme, language),
            "seal": _seal(request, shown),
            **_desk(person, shown, form, around, programme.own_snippets(therapist(request))),
        }
    return answer(request, "therapist/homework.html", form, {**around, **found})


def _desk(person: Person, shown: Any, form: ReplyForm, around: dict[str, Any], own: Iterable[Any]) -> dict[str, Any]:
    """The right-hand side: the answer that was sent, or what is needed to write one."""
    if shown.feedback is not None:
        return {"feedback": shown.feedback, "marks": reply.named(shown.feedback.marks) if shown.feedback.rules else []}
    standing = person.standing
    way = programme.way(person.course)
    following = way.after(shown.module)
    text = str(form["reply"].value() or "")
    return {
        "feedback": None,
        "groups": reply.groups(standing.programme, own, standing.language, _values(person, shown, following, around)),
        "marks": reply.marks(text, standing.language, checked=reply.is_checked(person.worklist.protocol)),
        "following_step": following,
        **_next_step(way, following),
        "draft_url": reverse("therapist:draft", args=[standing.code, shown.number]),
        "draft_key": f"reply:{standing.code}:{shown.number}:{shown.round}",
        "can_ask_again": bool(_parts(person, shown)) and person.course.stopped_at is None,
    }


def _values(person: Person, shown: Any, following: Any, around: dict[str, Any]) -> dict[str, str]:
    """What the placeholders of a snippet stand for."""
    standing = person.standing
    return {
        "name": around["first_name"],
        "goal": around["goal"],
        "module": standing.programme.module(shown.module).title(standing.language),
        "step": following.title(standing.language) if following else "",
    }


def _so_far(shown: Any) -> str:
    return drafts.reply(shown) if shown and shown.answered_at is None else ""


def _parts(person: Person, shown: Any) -> dict[int, str]:
    """The parts that can be asked for again."""
    if shown is None:
        return {}
    module = person.standing.programme.module(shown.module)
    return policies.parts_to_write_in(module, person.standing.language)


def _next_step(way: programme.Way, following: Any) -> dict[str, bool]:
    """Whether there is a next step that this answer can open, and whether one is held, which no answer opens."""
    step = way.step(following.code) if following and way.course.stopped_at is None else None
    is_closed = step is not None and not step.is_open
    return {"opens_next": is_closed and not way.is_held, "is_held": is_closed and way.is_held}


def _steps(person: Person, sent: list[Any], shown: Any) -> list[Link]:
    """Every piece of homework as a link, in the order of the steps, when there is more than one."""
    if len(_newest_rounds(sent)) < 2:
        return []
    code = person.standing.code
    return [
        Link(
            label=(_("Step %(n)s") if each.answered_at else _("Step %(n)s, waiting")) % {"n": each.number},
            url=reverse("therapist:homework_of", args=[code, each.number]),
            current=each.number == shown.number,
        )
        for each in reversed(_newest_rounds(sent))
    ]


def _earlier_rounds(sent: list[Any], shown: Any) -> list[Any]:
    """What was sent of the same step before a part was asked for again, each with its answer, newest first."""
    if shown is None:
        return []
    return [each for each in sent if each.number == shown.number and each.round < shown.round]


def _newest_rounds(sent: list[Any]) -> list[Any]:
    """Of each step what was sent last, the highest step first."""
    return [each for n, each in enumerate(sent) if n == 0 or each.number != sent[n - 1].number]


def _chosen(sent: list[Any], number: int) -> Any:
    """The homework of step `number`; without one the longest waiting, else the newest, else None."""
    if number:
        found = next((each for each in sent if each.number == number), None)
        if found is None:
            raise Http404
        return found
    waiting = [each for each in reversed(sent) if each.answered_at is None]
    return (waiting or sent or [None])[0]


def _one(course: Any, number: int) -> Any:
    return _chosen(list(programme.homework_of(course).filter(number=number)), number)


def _open(request: HttpRequest, homework: Any) -> None:
    if homework.opened_at is None:
        actions.open_homework(homework=homework, by=therapist(request))
