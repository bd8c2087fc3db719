"""The programme: all steps, the reader, homework, the answer to it, pictures. All of it 404 without a course."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from stegvis.audit import clock
from stegvis.audit.errors import Refused
from stegvis.methods.programme.blocks import Exercise, OwnGoal, OwnPlan, Paced
from stegvis.methods.programme.content import Module, Part
from stegvis.people.queries import Participant
from stegvis.physiotherapy import queries as physiotherapy
from stegvis.programme import actions as programme
from stegvis.programme import arrangements, dose, drafts
from stegvis.programme import queries as courses
from stegvis.programme.errors import ModuleNotOpen
from stegvis.trial import actions as trial
from stegvis.trial import queries as trials
from stegvis.web import access, unsent
from stegvis.web.components import autosaving
from stegvis.web.forms import KeyedForm, StegForm
from stegvis.web.participant import exercises, prose, reading
from stegvis.web.participant.exercises import WrittenExercise
from stegvis.web.participant.gate import enrolment_of, own_page
from stegvis.web.participant.low_energy import is_low

P = ParamSpec("P")
FULL, SHORT = "full", "short"


@dataclass(frozen=True)
class Own:
    """The course of whoever asks, with its way and the language it is read in."""

    course: Any
    person: Participant
    way: courses.Way
    language: str

    @property
    def unreviewed(self) -> bool:
        """Whether no clinician has signed what is shown."""
        return not courses.is_reviewed(self.course.release_id, self.language)

    def step(self, module: str) -> courses.Step:
        """An open step with words to read; anything else is a page that does not exist."""
        found = self.way.step(module)
        if found is None or not found.is_open or not found.module.written:
            raise Http404
        return found

    def homework(self, module: str) -> Any:
        """What was sent of a module, None before."""
        return next((each for each in courses.homework_of(self.course) if each.module == module), None)


def with_course(
    view: Callable[Concatenate[HttpRequest, Own, P], HttpResponse], *, reads_only: bool = False
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Let in whoever has a course: a 404 for everyone else. Until it opens, and once it was stopped, only `reads_only`."""

    @own_page
    @wraps(view)
    def gate(request: HttpRequest, person: Participant, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        course = courses.course_of(person)
        if course is None:
            raise Http404
        is_closed = course.opens_on > clock.today() or (course.stopped_at is not None and not reads_only)
        if is_closed:
            return redirect("participant:programme")
        return view(request, _own(course, person), *args, **kwargs)

    return gate


def _own(course: Any, person: Participant) -> Own:
    return Own(course, person, courses.way(course), _language(course))


def _language(course: Any) -> str:
    """The reader's language, or the programme's first where it has not been written in that."""
    languages = courses.content(course.release_id).languages
    reader = get_language() or ""
    return reader if reader in languages else languages[0]


# All steps ------------------------------------------------------------------------------------------------------------
@require_safe
@own_page
def steps(request: HttpRequest, person: Participant) -> HttpResponse:
    """All steps with the word for where each stands, and the next one to go on with."""
    course = courses.course_of(person)
    if course is None:
        raise Http404
    own = _own(course, person)
    schedule = trials.protocol_of(enrolment_of(request, person)).programme
    is_open, stopped = course.opens_on <= clock.today(), course.stopped_at is not None
    arranged = arrangements.arrangement_of(course)
    context = {
        "opens_on": None if is_open or stopped else course.opens_on,
        "stopped": stopped,
        "title": courses.content(course.release_id).titles[own.language],
        "weeks": reading.weeks(own.way, own.language, stopped=stopped) if is_open else [],
        "step": reading.next_step(course, own.way, own.language, short=is_low(request)) if is_open else None,
        "is_first_visit": not any(step.parts_read for step in own.way.steps),
        "done": own.way.done, "total": len(own.way.on_way),
        "arranged": arranged, "pause": arranged.pause_on(clock.today()), "coming": arranged.coming_pause(clock.today()),
        "practice": reading.practice(course) if is_open and not stopped else [],
        "held": reading.held() if is_open and own.way.is_held and own.way.next is None else None,
        "reply_days": schedule.reply_within_working_days if schedule else 0,
        "unreviewed": own.unreviewed,
    }  # fmt: skip
    return render(request, "participant/programme.html", context)


# The reader -----------------------------------------------------------------------------------------------------------
@require_http_methods(["GET", "HEAD", "POST"])
@with_course
def part(request: HttpRequest, own: Own, module: str, number: int) -> HttpResponse:
    """One part: reading and writing. Next keeps that it was read, and what was written where no script saves it."""
    step = own.step(module)
    found = _part(step.module, number, own.language)
    length = _length(request)
    kept = _kept(own, step)
    shown = found.short_exercises if length == SHORT else found.exercises
    asked = [each for exercise in shown for each in exercise.fields]
    if request.method == "POST" and step.can_be_written(number):
        form = exercises.form_of(asked, kept, request.POST)
        if form.is_valid():
            try:
                return _go_on(request, own, step, found, form, length)
            except Refused as refused:
                form.add_error(None, str(refused))
    else:
        form = exercises.form_of(asked, kept)
    unsent.give_back(request, form)
    if request.method == "GET":
        dose.open_part(
            course=own.course, module=module, part=number, length=length, low_energy=is_low(request),
            by=access.actor(request),
        )  # fmt: skip
    page = Page(own, step, found, length, shown, form, kept)
    return render(request, "participant/part.html", page.context(), status=422 if form.errors else 200)


def _part(module: Module, number: int, language: str) -> Part:
    try:
        return module.part(number, language)
    except KeyError:
        raise Http404 from None


def _length(request: HttpRequest) -> str:
    """What the address asks for, otherwise what the day is like."""
    asked = request.GET.get("length")
    if asked in {FULL, SHORT}:
        return str(asked)
    return SHORT if is_low(request) else FULL


def _kept(own: Own, step: courses.Step) -> dict[str, str]:
    """What was written: on its way, or as it was sent."""
    if not step.is_done:
        return courses.drafts(own.course, step.module.code)
    sent = own.homework(step.module.code)
    words: dict[str, str] = json.loads(sent.content) if sent else {}
    return words


def _go_on(
    request: HttpRequest, own: Own, step: courses.Step, found: Part, form: StegForm, length: str
) -> HttpResponse:
    """Keep the words; on Next keep that the part was read, and go to the next one or to the homework."""
    code, by = step.module.code, access.actor(request)
    if form.fields:
        drafts.save(course=own.course, module=code, values=form.cleaned_data, by=by)
    if request.POST.get("then") == "stop":
        messages.success(request, _("Saved. Your place is kept."))
        return redirect("participant:today")
    programme.finish_part(
        course=own.course, module=code, part=found.number, length=length, low_energy=is_low(request), by=by
    )
    following = [each.number for each in step.module.parts(own.language) if each.number > found.number]
    if following and step.again_part is None:
        return redirect("participant:part", code, following[0])
    return redirect("participant:send", code)


@dataclass(frozen=True)
class Block:
    """A piece of a part as the template shows it."""

    kind: str
    html: Any = ""
    title: str = ""
    picture: str = ""
    alternative: str = ""
    asked: list[exercises.Asked] = field(default_factory=list)
    written: list[exercises.Written] = field(default_factory=list)
    goal: str = ""
    guide: Paced | None = None
    code: str = ""
    is_last_exercise: bool = False


@dataclass(frozen=True)
class Page:
    """One part as it is put on the page."""

    own: Own
    step: courses.Step
    part: Part
    length: str
    exercises: tuple[Exercise, ...]
    form: StegForm
    kept: dict[str, str]

    def context(self) -> dict[str, Any]:
        """What the template is given."""
        module, language = self.step.module, self.own.language
        code, number = module.code, self.part.number
        parts = module.parts(language)
        other = FULL if self.length == SHORT else SHORT
        here = reverse("participant:part", args=[code, number])
        return {
            "form": self.form, "blocks": self.blocks(), "part": self.part, "parts": len(parts),
            "has_guide": bool(self.part.paced),
            "module_title": module.title(language), "module_number": module.number, "steps": len(self.own.way.steps),
            "why": self.part.why, "is_short": self.length == SHORT, "other_length": f"{here}?length={other}",
            "minutes": self.part.short_minutes if self.length == SHORT else self.part.minutes,
            "back": reverse("participant:part", args=[code, number - 1]) if number > 1 else "",
            "next": reverse("participant:part", args=[code, number + 1]) if number < len(parts) else "",
            "is_done": not self.step.can_be_written(number), "unreviewed": self.own.unreviewed,
            "last": number == len(parts) or self.step.again_part is not None,
            "autosave_url": reverse("participant:autosave_words", args=[code]),
            "clock_url": "" if self.own.course.stopped_at else reverse("participant:looking"),
            "sheets": reading.sheets_of(self.own.course, code, language) if number == len(parts) else [],
        }  # fmt: skip

    def blocks(self) -> list[Block]:
        """The short version is its text and the fields that it asks; the full one is everything in order."""
        code = self.step.module.code
        if self.length == SHORT:
            guides = [Block("paced", guide=each) for each in self.part.paced if each.in_short]
            text = Block("text", prose.of_module(self.part.short, code))
            return [text, *guides, *map(self._exercise, self.exercises)]
        return [self._block(each, code) for each in self.part.blocks]

    def _block(self, block: Any, code: str) -> Block:
        if isinstance(block, Exercise):
            return self._exercise(block)
        if isinstance(block, Paced):
            return Block("paced", guide=block)
        if isinstance(block, OwnGoal | OwnPlan):
            goal = self._main_goal() if isinstance(block, OwnGoal) else ""
            return Block(block.block, prose.of_module(block.markdown, code), goal=goal)
        if block.block == "picture":
            address = reverse("participant:picture", args=[block.file])
            return Block("picture", picture=address, alternative=block.alternative, title=block.caption)
        if block.block == "audio":
            return Block("audio", prose.of_module(block.transcript, code), title=block.title)
        return Block(block.block, prose.of_module(block.markdown, code), title=getattr(block, "title", ""))

    def _exercise(self, exercise: Exercise) -> Block:
        html = prose.of_module(exercise.markdown, self.step.module.code)
        is_last = exercise.code == self.exercises[-1].code
        if not self.step.can_be_written(self.part.number):
            written = exercises.as_written(exercise, self.kept)
            return Block("written", html, title=exercise.title, written=written, code=exercise.code)
        asked = exercises.on_page(exercise, self.form)
        return Block("exercise", html, title=exercise.title, asked=asked, code=exercise.code, is_last_exercise=is_last)

    def _main_goal(self) -> str:
        goals = physiotherapy.goals_of(self.own.person)
        return next((each.goal.text for each in goals if each.parent is None), "")


# The dose -------------------------------------------------------------------------------------------------------------
class LookedForm(StegForm):
    """What the page's clock sends."""

    seconds = forms.IntegerField(min_value=1, max_value=3600)


@require_POST
@with_course
def looking(request: HttpRequest, own: Own) -> HttpResponse:
    """So many seconds of a page in view since last time; 422 for what is no number of seconds."""
    form = LookedForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=422)
    dose.look(course=own.course, seconds=form.cleaned_data["seconds"], by=access.actor(request))
    return HttpResponse(status=204)


class PracticeForm(StegForm):
    """One day, and whether the person practised on it."""

    on = forms.DateField()
    practised = forms.BooleanField(required=False)


@require_POST
@with_course
def practice(request: HttpRequest, own: Own) -> HttpResponse:
    """Practice said for a day, or taken back."""
    form = PracticeForm(request.POST)
    if form.is_valid():
        try:
            dose.report_practice(course=own.course, **form.cleaned_data, by=access.actor(request))
        except Refused as refused:
            messages.warning(request, str(refused))
    return redirect(f"{reverse('participant:programme')}#practice")


# Saving as one goes ---------------------------------------------------------------------------------------------------
def _fields(course: Any, module: str) -> Sequence[Any]:
    """The fields of a module, open or not; a module that there is not, or not yet, is a page that does not exist."""
    found = next((each for each in courses.content(course.release_id).written if each.code == module), None)
    if found is None:
        raise Http404
    return found.fields(_language(course))


@require_POST
@own_page
def autosave(request: HttpRequest, person: Participant, module: str) -> HttpResponse:
    """One field comes in by JavaScript. The most frequent request of all: whether the step is open is asked once, on saving."""
    course = courses.course_of(person)
    if course is None:
        raise Http404
    if course.opens_on > clock.today() or course.stopped_at is not None:
        return redirect("participant:programme")
    asked = [each for each in _fields(course, module) if each.name == request.POST.get("field")]
    form = exercises.form_of(asked, {}, request.POST)
    try:
        name, value = autosaving.read(form)
        drafts.save(course=course, module=module, values={name: value or ""}, by=access.actor(request))
    except ModuleNotOpen:
        raise Http404 from None
    except ValidationError as refused:
        return autosaving.refused(refused)
    except Refused as refused:
        return autosaving.refused(ValidationError(str(refused)))
    return autosaving.saved(clock.now())


# Homework -------------------------------------------------------------------------------------------------------------
class SendForm(KeyedForm):
    """Send, and once more where nothing was written."""


@require_http_methods(["GET", "HEAD", "POST"])
@with_course
def send(request: HttpRequest, own: Own, module: str) -> HttpResponse:
    """A look at what was written, and Send. An empty homework is allowed, and asked about once."""
    step = own.step(module)
    if step.is_done:
        return redirect("participant:answer", module)
    written = _written(step.module, courses.drafts(own.course, module), own.language)
    asks = request.method == "POST" and not written and "anyway" not in request.POST
    form = SendForm(request.POST if request.method == "POST" and not asks else None, initial={"key": uuid4()})
    if form.is_valid():
        try:
            return _send(request, own, module, form)
        except Refused as refused:
            form.add_error(None, str(refused))
    context = {
        "form": form, "written": written, "asks": asks, "unreviewed": own.unreviewed,
        "module_title": step.module.title(own.language),
        "code": module, "module_number": step.module.number, "steps": len(own.way.steps),
        "unread": _unread(step, own.language),
        "back": reverse("participant:part", args=[module, step.again_part or len(step.module.parts(own.language))]),
        "again_part": step.again_part,
    }  # fmt: skip
    return render(request, "participant/send.html", context, status=422 if form.errors else 200)


def _unread(step: courses.Step, language: str) -> list[Part]:
    """The parts that were not read to their end; asked for one part again, nobody is told of others."""
    if step.again_part is not None:
        return []
    return [each for each in step.module.parts(language) if each.number not in step.parts_read]


def _send(request: HttpRequest, own: Own, module: str, form: SendForm) -> HttpResponse:
    trial.send_homework(course=own.course, module=module, key=form.cleaned_data["key"], by=access.actor(request))
    messages.success(request, _("Sent. Your therapist can read it now."))
    return redirect("participant:programme")


def _written(module: Module, kept: dict[str, str], language: str) -> list[WrittenExercise]:
    """Every exercise in which something was written, with the part it is in."""
    found = []
    for each in module.parts(language):
        for exercise in each.exercises:
            lines = exercises.as_written(exercise, kept)
            if lines:
                found.append(WrittenExercise(exercise.title, each.number, lines))
    return found


# The answer -----------------------------------------------------------------------------------------------------------
def _answer(request: HttpRequest, own: Own, module: str) -> HttpResponse:
    """The therapist's answer beside what was sent; opening it is reading it. Answers to earlier rounds stand below."""
    step = own.way.step(module)
    rounds = [each for each in courses.homework_of(own.course) if each.module == module]
    if step is None or not rounds:
        raise Http404
    feedback = courses.reached(rounds[0].feedback)
    if feedback is not None and feedback.read_at is None:
        programme.read_feedback(feedback=feedback, by=access.actor(request))  # type: ignore[arg-type]
    context = {
        "feedback": feedback, "sent_at": rounds[0].sent_at, "unreviewed": own.unreviewed,
        "module_title": step.module.title(own.language),
        "code": module, "written": _written(step.module, json.loads(rounds[0].content), own.language),
        "again": _again(step, own), "earlier": [each.feedback for each in rounds[1:] if courses.reached(each.feedback)],
    }  # fmt: skip
    return render(request, "participant/answer.html", context)


def _again(step: courses.Step, own: Own) -> Part | None:
    """The part that the answer asks for once more; None when it asks for none, and for a course that was stopped."""
    if step.again_part is None or own.course.stopped_at is not None:
        return None
    return step.module.part(step.again_part, own.language)


answer = require_safe(with_course(_answer, reads_only=True))


# Pictures -------------------------------------------------------------------------------------------------------------
def _picture(request: HttpRequest, own: Own, file: str) -> HttpResponse:  # noqa: ARG001 - the gate gives it
    """A picture of the release that this person is given; not a static file, which anybody could fetch."""
    asset = courses.content(own.course.release_id).assets.get(file)
    if asset is None or not asset.content:
        raise Http404
    response = HttpResponse(asset.content, content_type=asset.media_type)
    response["X-Content-Type-Options"] = "nosniff"
    return response


picture = require_safe(with_course(_picture, reads_only=True))
