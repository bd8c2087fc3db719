"""My study: what I agreed to, my group, who has read my record; stopping a part or everything; something is wrong."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from stegvis.assessments import queries as assessments
from stegvis.audit import clock
from stegvis.audit import queries as record
from stegvis.audit.errors import Refused
from stegvis.consent import queries as consents
from stegvis.consent.queries import Layer
from stegvis.methods.study.texts import trial_values
from stegvis.people import queries as people
from stegvis.people.queries import Participant
from stegvis.programme import queries as courses
from stegvis.protocol import queries as protocols
from stegvis.trial import actions as trial
from stegvis.trial import queries as trials
from stegvis.trial import today as trial_today
from stegvis.web import access
from stegvis.web.components.times import day_and_time
from stegvis.web.forms import Hinted, KeyedForm, StegForm, answer
from stegvis.web.leaving import ReasonsField
from stegvis.web.participant import prose
from stegvis.web.participant.consent import conversation
from stegvis.web.participant.gate import DECLINED, HELP_IS_DUE, always_open, enrolment_of, has_consented, own_page

A_PAGE = 50
MORE = "more"
"""The tab under which these pages lie."""


# The pages that everything else is reached from -----------------------------------------------------------------------
@require_safe
@always_open
def more(request: HttpRequest, person: Participant) -> HttpResponse:
    """Everything that has no tab of its own."""
    return render(request, "participant/more.html", {"consented": has_consented(request, person)})


@require_safe
@always_open
def study(request: HttpRequest, person: Participant) -> HttpResponse:
    """What I agreed to, my group, what I have stopped and what I can stop, who has read."""
    enrolment = enrolment_of(request, person)
    language = get_language() or ""
    protocol = trials.protocol_of(enrolment)
    arm = trial_today.own_arm(person) if enrolment.randomised_on else None
    context = {
        "tab": MORE, "consent": consents.consents_of(person).first(), "refused": _refused(enrolment, person),
        "arm_name": arm.name.in_language(language) if arm else "",
        "arm_text": arm.description.in_language(language) if arm else "",
        "randomised_on": enrolment.randomised_on,
        **_afterwards(enrolment, arm, language),
        "stopped": [_said(each.layer) for each in consents.withdrawals_of(person)],
        "written_in_programme": _has_stopped_programme(person),
        "can_stop": [(layer.value, _verb(layer.value)) for layer in _offered(person)],
        "visits": bool(protocol.visits), "code": person.code, "site": person.site, "contact": protocol.contact,
    }  # fmt: skip
    return render(request, "participant/study.html", context)


def _refused(enrolment: Any, person: Participant) -> Any:
    """The person's no to a newer text, as long as they could still say yes to it."""
    entry = None if enrolment.stage in trials.ENDED else consents.not_agreed_to(person)
    return consents.refusal_of(person, entry) if entry is not None else None


def _afterwards(enrolment: Any, arm: Any, language: str) -> dict[str, Any]:
    """What the own group is offered after follow-up: from now, or from the day on which the window of its occasion is over."""
    offer = arm.afterwards if arm else None
    if offer is None:
        return {}
    window = trials.windows(enrolment).get(offer.after)
    answered = assessments.submitted_on(enrolment.participant, offer.after) is not None
    is_now = answered or (window is not None and window.closes_on < clock.today())
    return {
        "afterwards": offer.text.in_language(language),
        "afterwards_from": None if is_now or not window else window.closes_on,
    }


def _has_stopped_programme(person: Participant) -> bool:
    """Whether there is a programme that was open and then stopped: its tab has gone, what was written in it has not."""
    course = courses.course_of(person)
    return course is not None and course.stopped_at is not None and course.opens_on <= clock.today()


@require_safe
@own_page
def agreed(request: HttpRequest, person: Participant) -> HttpResponse:
    """The texts as they stood on the day of consent, in the language of the consent."""
    given = consents.newest(person)
    if given is None:
        raise Http404
    day = given.signed_on or clock.local(given.given_at).date()
    current = protocols.current(day)
    texts = [_as_it_stood(current.text_code(kind), given.language, day) for kind in ("consent", "information")]
    context = {
        "tab": MORE, "texts": texts, "consent": given, "informed": consents.countersignature_of(given),
        "intact": consents.is_intact(given), "conversation": conversation(person),
    }  # fmt: skip
    return render(request, "participant/agreed.html", context)


def _as_it_stood(code: str, language: str, day: date) -> tuple[str, Any]:
    values = trial_values(protocols.current(day), language)
    title, body = protocols.text(code, language, day).filled(values)
    return title, prose.as_html(body)


# Who has read ---------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Read:
    """Somebody opened something of the person's."""

    at: datetime
    who: str
    where: str
    what: str


@require_safe
@own_page
def access_log(request: HttpRequest, person: Participant) -> HttpResponse:
    """Who has opened my record, when and what, newest first."""
    page = Paginator(record.readings_of(person.code), A_PAGE).get_page(request.GET.get("page"))
    return render(request, "participant/access_log.html", {"tab": MORE, "page": page, "reads": in_words(page)})


def in_words(readings: Iterable[Any]) -> list[Read]:
    """Readings as the person reads of them: in which role, where, of what."""
    roles, kinds = dict(people.Role.choices), _kinds()
    sites = {site.code: site.name for site in people.sites()}
    return [
        Read(
            each.occurred_at, str(roles.get(each.actor_role, each.actor_role)).capitalize(),
            sites.get(each.site, each.site), kinds.get(each.kind, _("Your record")),
        )
        for each in readings
    ]  # fmt: skip


def _kinds() -> dict[str, str]:
    """What each kind of reading is called; one that is new here is called the record."""
    return {
        "person": _("Your record"),
        "participant": _("Your record"),
        "homework": _("Your homework"),
        "as_participant": _("Your pages, as you see them"),
        "notes": _("Notes about your treatment"),
        "messages": _("Your messages"),
        "plan": _("Your plan"),
        "goals": _("Your goals"),
        "visit": _("Your visit"),
        "answers": _("Your answers"),
        "query": _("A question about what you have answered"),
        "contact": _("Your contact details"),
        "consent": _("Your consent and what you have asked"),
        "screening": _("What you told before you joined"),
        "alert": _("An answer or a message that someone had to look at"),
        "events": _("New or worse problems that you or staff told of"),
        "progress": _("How far you have come"),
        "arm": _("Your group"),
        "export": _("A copy of your data"),
        "overview": _("Where you are in the study"),
        "record": _("What has been done in the study about you"),
        "call": _("When we called you"),
        "worksheets": _("Sheets that you have shared"),
        "visits": _("Your visits"),
        "time": _("Time that your therapist has worked for you"),
        "pace": _("How fast you go through the programme"),
        "contacts": _("Calls with your therapist"),
        "clinicians": _("Who cares for you"),
        "referral": _("Where you have been referred"),
        "randomisation": _("What must be ready before the draw"),
        "allocation": _("Your group"),
        "leaving": _("What you want to stop"),
        "concern": _("A worry about how you are"),
        "life": _("What has happened in your life"),
        "files": _("Your consent as a file, and your calendar"),
        "timeline": _("What has been done in the study about you"),
        "closing_letter": _("The letter to your clinic"),
        "deviation": _("Something that did not go as planned"),
    }


# Stopping -------------------------------------------------------------------------------------------------------------
class WithdrawForm(StegForm):
    """Which parts, and if the person likes why."""

    layers = forms.MultipleChoiceField(
        label=gettext_lazy("What do you want to stop?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": gettext_lazy("Choose what you want to stop. Or go back: nothing has changed."),
            "invalid_choice": gettext_lazy("Choose one of those shown."),
        },
    )
    reasons = ReasonsField(
        label=gettext_lazy("Do you want to say why?"),
        help_text=gettext_lazy("You do not have to. You can choose several."),
    )
    why = forms.CharField(
        label=gettext_lazy("In your own words"),
        help_text=gettext_lazy("You do not have to."),
        widget=forms.Textarea({"rows": 3}),
        max_length=2000,
        required=False,
    )

    def __init__(self, *args: Any, offered: list[Layer], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(each.value, Hinted(_verb(each.value), _stays(each.value))) for each in offered]
        self.fields["layers"].choices = choices  # type: ignore[attr-defined]


def _offered(person: Participant) -> list[Layer]:
    """What the person has and has not stopped yet; the programme only for someone who has it."""
    gone = consents.withdrawn_layers(person)
    course = courses.course_of(person)
    has = {Layer.PROGRAMME: course is not None and course.stopped_at is None}
    return [layer for layer in Layer if layer.value not in gone and has.get(layer, True)]


@require_http_methods(["GET", "HEAD", "POST"])
@own_page
def withdraw(request: HttpRequest, person: Participant) -> HttpResponse:
    """Choose, see what stays, confirm. No reason is needed."""
    offered = _offered(person)
    if not offered:
        return redirect("participant:study")
    asked = request.GET.get("layer", "")
    form = WithdrawForm(
        request.POST if request.method == "POST" else None, offered=offered, initial={"layers": [asked]}
    )
    if form.is_valid():
        layers = form.cleaned_data["layers"]
        try:
            why = {"why": form.cleaned_data["why"], "reasons": form.cleaned_data["reasons"]}
            trial.withdraw(participant=person, layers=layers, **why, by=access.actor(request))
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            stopped = {"what": ", ".join(map(_said, layers))}
            messages.success(request, _("You have stopped: %(what)s. A letter by e-mail confirms it.") % stopped)
            return redirect("participant:study")
    context = {"tab": MORE, "what_stays": _what_stays(request, person), "site": person.site}
    return answer(request, "participant/withdraw.html", form, context)


def _verb(layer: str) -> str:
    return {
        Layer.PROGRAMME.value: _("Stop the programme"),
        Layer.PLAN.value: _("Stop the plan and the visits"),
        Layer.QUESTIONS.value: _("Stop answering questions"),
        Layer.EVERYTHING.value: _("Stop everything"),
    }[layer]


def _said(layer: str) -> str:
    return {
        Layer.PROGRAMME.value: _("the programme"),
        Layer.PLAN.value: _("the plan and the visits"),
        Layer.QUESTIONS.value: _("the questions"),
        Layer.EVERYTHING.value: _("everything"),
    }[layer]


def _stays(layer: str) -> str:
    return {
        Layer.PROGRAMME.value: _("Your plan, your visits and the questions stay. Your answers count just as much."),
        Layer.PLAN.value: _("No more visits are booked. You can keep the plan. The questions stay."),
        Layer.QUESTIONS.value: _("No more questions are sent, and nobody calls about them. Your plan stays."),
        Layer.EVERYTHING.value: _("Nothing more is sent or booked. You can still call at any time."),
    }[layer]


def _what_stays(request: HttpRequest, person: Participant) -> Any:
    """What the trial's text says of what was given already."""
    protocol = trials.protocol_of(enrolment_of(request, person))
    values = {"site_name": person.site.name, "site_phone": person.site.phone}
    _title, body = protocols.letter(protocol.text_code("withdrawal"), get_language() or "", values)
    return prose.as_html(protocols.from_first_heading(body))


# Something is wrong ---------------------------------------------------------------------------------------------------
class WrongForm(KeyedForm):
    """A few words, or none."""

    words = forms.CharField(
        label=gettext_lazy("What is wrong?"),
        help_text=gettext_lazy("A few words are enough. You may also leave it empty."),
        widget=forms.Textarea({"rows": 4}),
        max_length=2000,
        required=False,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@always_open
def something_is_wrong(request: HttpRequest, person: Participant) -> HttpResponse:
    """Tell the clinic that something is wrong; someone calls. Then help."""
    form = WrongForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            trial.something_is_wrong(
                participant=person, words=form.cleaned_data["words"], key=form.cleaned_data["key"],
                by=access.actor(request),
            )  # fmt: skip
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _told(person))
            return redirect("public:help")
    return answer(
        request, "participant/something_is_wrong.html", form, {"tab": MORE, "site": person.site, **_hours(person)}
    )


def _told(person: Participant) -> str:
    """That the clinic has been told; when it is closed, from when somebody reads it."""
    staffing, now = protocols.current().staffing(person.site.code), clock.local(clock.now())
    if staffing.is_staffed(now):
        return _("%(site)s has been told. Someone calls you when they are open.") % {"site": person.site.name}
    said = _(
        "%(site)s has been told, and is closed now. Nobody there reads it until %(when)s. Can it not wait? Call one of the "
        "numbers here. They answer now."
    )
    return said % {"site": person.site.name, "when": day_and_time(staffing.next_staffed(now))}


def _hours(person: Participant) -> dict[str, datetime]:
    """When somebody at the person's site reads alerts, as moments of today so that templates write them as times."""
    hours, today = protocols.current().safety.hours_at(person.site.code), clock.today()
    return {"opens": datetime.combine(today, hours.opens), "closes": datetime.combine(today, hours.closes)}


# Help on the very next page -------------------------------------------------------------------------------------------
@require_safe
@access.for_role("participant")
def help_first(request: HttpRequest) -> HttpResponse:
    """After an answer that asks for it: whom to call, that somebody has been told and when they read it, and the way on."""
    person = access.own(request)
    request.session.pop(HELP_IS_DUE, None)
    safety = protocols.current().safety
    language = get_language() or ""
    staffing, now = protocols.current().staffing(person.site.code), clock.local(clock.now())
    context = {
        "numbers": [(each.number, each.text.in_language(language)) for each in safety.numbers],
        "site": person.site,
        "then": access.own_address(request.GET.get("next", "")),
        "declined": request.GET.get("about") == DECLINED,
        "read_now": staffing.is_staffed(now),
        "read_from": staffing.next_staffed(now),
    }
    return render(request, "participant/help_first.html", context)
