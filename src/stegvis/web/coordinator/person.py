"""One participant as the coordinator sees them: how far, what is missing, what comes when, whom they meet; never the group."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from stegvis.assessments import queries as assessments
from stegvis.audit import clock
from stegvis.consent import queries as consent
from stegvis.consent.queries import Layer
from stegvis.methods.study.protocol import Protocol
from stegvis.people import actions as people_actions
from stegvis.people import queries as people
from stegvis.physiotherapy import queries as physiotherapy
from stegvis.reminders import actions as reminders
from stegvis.reminders import queries as outbox
from stegvis.trial import queries as trial
from stegvis.trial.deviations import queries as deviating
from stegvis.trial.queries import Enrolment, GateState, Leaving, Stage
from stegvis.trial.scheduling import queries as scheduling
from stegvis.trial.transfers import queries as transferring
from stegvis.web import life_events
from stegvis.web.components.shapes import Fact, Gate, Link, Moment
from stegvis.web.components.times import full_day, short_day
from stegvis.web.coordinator import criteria, gate, record, words
from stegvis.web.coordinator.deviations import in_words
from stegvis.web.coordinator.forms import ContactForm, CriteriaForm, carry_out
from stegvis.web.coordinator.words import between, language, language_name, stage_tag, state_tag, visit_name
from stegvis.web.forms import answer
from stegvis.web.monitoring.words import of_person
from stegvis.web.reaching import VerifiedReachForm

REACH_ID = "reach_%s"
BEFORE_RANDOMISATION = (Stage.INVITED, Stage.CONSENTED, Stage.BASELINE_DONE, Stage.PLANNED)
PHYSIOTHERAPIST = "physiotherapist"


# The page -------------------------------------------------------------------------------------------------------------
@require_safe
@gate.coordinator
def person(request: HttpRequest, code: str) -> HttpResponse:
    """Everything about one person that a coordinator needs and a blind eye may see."""
    enrolment = gate.enrolment(request, code, kind="overview")
    participant, protocol = enrolment.participant, trial.protocol_of(enrolment)
    before = enrolment.stage in BEFORE_RANDOMISATION
    windows = trial.windows(enrolment)
    states = trial.gates(enrolment) if before else []
    context = {
        **head(enrolment, "overview"),
        "is_before": before,
        "gates": gates(enrolment, states),
        "can_randomise": before and all(state.is_open for state in states),
        "facts": _facts(enrolment),
        "occasions": _occasions(participant, protocol, windows),
        "visits": _visits(participant, protocol, windows),
        "moments": _moments(enrolment),
        "calls": _calls(participant),
        "deviations": [
            Link(in_words(each), reverse("coordinator:deviation", args=[each.deviation.pk]))
            for each in deviating.of_participant(participant)
        ],
        "gifts": _gifts(participant, protocol),
        "stopped": _stopped(participant),
        "transfer": transferring.open_of(participant),
        **of_person(participant, protocol, enrolment.randomised_at is not None),
        **_criteria(request, participant, before),
    }
    return render(request, "coordinator/person.html", context)


def head(enrolment: Enrolment, here: str) -> dict[str, Any]:
    """What every page of one person begins with: code, stage, and the ways around."""
    code = enrolment.participant.code
    pages = [
        ("overview", _("Overview"), "person"),
        ("consent", _("Consent"), "consent"),
        ("story", _("Timeline"), "story"),
        ("answers", _("Answers"), "answers"),
        ("contact", _("Contact details"), "contact"),
        ("messages", _("Messages"), "thread"),
        ("files", _("Files"), "files"),
        ("events", _("Adverse events"), "person_events"),
        ("record", _("Record"), "record"),
    ]
    if trial.protocol_of(enrolment).adverse_events is None:
        pages = [each for each in pages if each[0] != "events"]
    return {
        "enrolment": enrolment,
        "code": code,
        "stage": stage_tag(enrolment.stage),
        "subpages": [
            Link(label, reverse(f"coordinator:{page}", args=[code]), key == here) for key, label, page in pages
        ],
        "life_said": life_events.said(enrolment.participant),
        "crumbs": [Link(_("Participants"), reverse("coordinator:participants"))],
        "tab": "participants",
    }


def gates(enrolment: Enrolment, states: Iterable[GateState]) -> list[Gate]:
    """The conditions of randomisation; a closed one says what is missing and leads there."""
    here = reverse("coordinator:person", args=[enrolment.participant.code])
    contact = (reverse("coordinator:contact", args=[enrolment.participant.code]), _("Contact the person"))
    ways = {
        "criteria_confirmed": (f"{here}#criteria", _("See the criteria")),
        "consent_given": (reverse("coordinator:consent", args=[enrolment.participant.code]), _("See the consent")),
        "baseline_primary_complete": contact,
        "visit_held": (f"{here}#visits", _("See the visits")),
        "red_flags_decided": (f"{here}#visits", _("See the visits")),
        "goals_locked": (f"{here}#visits", _("See the visits")),
        "safety_rota_filled": (reverse("coordinator:sites"), _("See the rota")),
    }
    return [
        Gate(str(state.label), True)
        if state.is_open
        else Gate(str(state.label), False, str(state.missing), *ways.get(state.check, (here, _("Open"))))
        for state in states
    ]


def _facts(enrolment: Enrolment) -> list[Fact]:
    participant = enrolment.participant
    clinician = people.clinician_of(participant, PHYSIOTHERAPIST)
    given = consent.consents_of(participant).first()
    consented = _("not yet")
    if given is not None:
        consented = _("%(day)s, version %(version)s, %(language)s") % {
            "day": full_day(given.given_at), "version": given.text_version, "language": language_name(given.language),
        }  # fmt: skip
    assign = reverse("coordinator:physiotherapist", args=[participant.code])
    return [
        Fact(_("Site"), enrolment.site.name),
        Fact(
            _("Physiotherapist"),
            f"{clinician.name}, {clinician.code}" if clinician else _("nobody yet"),
            assign,
            _("Change"),
        ),
        Fact(_("Consent"), consented, reverse("coordinator:consent", args=[participant.code]), _("See")),
        Fact(_("Age at screening"), enrolment.age if enrolment.age is not None else "–"),
        Fact(_("Sex"), enrolment.get_sex_display() or "–"),
        Fact(_("Letters in"), language_name(participant.language)),
    ]


def _occasions(participant: Any, protocol: Protocol, windows: dict[str, Any]) -> list[dict[str, Any]]:
    """The planned measurements, each with its window, where it stands, and perhaps a call to make."""
    there = {each.occasion: each for each in assessments.assessments_of(participant)}
    later = scheduling.put_off(participant)
    rows = []
    for occasion in protocol.occasions:
        row = there.get(occasion.code)
        window = windows.get(occasion.code)
        if window is None:
            continue
        sent = bool(row and row.submitted_at)
        rows.append({
            "name": occasion.name.in_language(language()), "code": occasion.code,
            "window": between(window.opens_on, window.closes_on), "due_on": window.due_on,
            "state": state_tag(trial.state_of(window, sent)), "sent_at": row.submitted_at if row else None,
            "can_call": row is not None and not sent and row.opens_on <= clock.today(), "moved_to": later.get(occasion.code),
            "can_move": row is not None and not sent and not row.minimum_at and clock.today() <= row.closes_on,
        })  # fmt: skip
    return rows


def _visits(participant: Any, protocol: Protocol, windows: dict[str, Any]) -> list[dict[str, Any]]:
    """The planned visits, each with its window and its booked day."""
    there = {visit.number: visit for visit in physiotherapy.visits_of(participant)}
    rows = []
    for visit in protocol.visits:
        booked, window = there.get(visit.number), windows.get(visit.code)
        held = booked is not None and booked.held_at is not None
        missed = booked is not None and booked.state == "missed"
        state = "missed" if missed else trial.state_of(window, held) if window else "before"
        rows.append({
            "number": visit.number, "name": visit_name(protocol, visit.number),
            "window": between(window.opens_on, window.closes_on) if window else "",
            "booked_on": booked.planned_on if booked and not held else None,
            "held_at": booked.held_at if booked else None, "state": state_tag(state),
            "can_book": window is not None and not held,
        })  # fmt: skip
    return rows


def _moments(enrolment: Enrolment) -> list[Moment]:
    """The stages, newest first."""
    changes = reversed(list(trial.changes_of(enrolment)))
    return [
        Moment(
            change.entered_at,
            str(Stage(change.stage).label).capitalize(),
            str(Leaving(change.reason).label) if change.reason in Leaving.values else "",
        )
        for change in changes
    ]


def _calls(participant: Any) -> list[Moment]:
    return [
        Moment(
            call.called_at, f"{trial.CALL_OUTCOMES.get(call.outcome, call.outcome)}, {call.called_by.code}", _next(call)
        )
        for call in trial.calls_of(participant)
    ]


def _next(call: Any) -> str:
    return _("Next try %(day)s") % {"day": short_day(call.try_again_on)} if call.try_again_on else ""


def _gifts(participant: Any, protocol: Protocol) -> list[dict[str, Any]]:
    return [
        {
            "name": each.what.in_language(language()), "occasion": each.occasion, "is_due": each.is_due, "kept": each.kept
        }
        for each in scheduling.gifts_of(participant, protocol)
    ]  # fmt: skip


def _stopped(participant: Any) -> list[str]:
    """What the person has stopped, but for the programme: that somebody had it to stop would tell the group."""
    names = dict(Layer.choices)
    return [str(names[row.layer]) for row in consent.withdrawals_of(participant) if row.layer != Layer.PROGRAMME]


def _criteria(request: HttpRequest, participant: Any, before: bool) -> dict[str, Any]:
    """The criteria that are decided after the first questions, and the referrals they demand."""
    screening = trial.screening_of(participant)
    if screening is None:
        return {"criteria": [], "screening": None, "referrals": [], "missing_referrals": []}
    form = CriteriaForm(trial.criteria_of(screening, at="baseline"))
    return {
        "screening": screening,
        "decides": request.user.licensed_clinician,  # type: ignore[union-attr]
        "can_decide": before,
        "referrals": list(trial.referrals_of(participant)),
        "missing_referrals": [
            {"rule": each.code, "what": each.referral.in_language(language()) if each.referral else ""}
            for each in trial.referrals_missing(screening)
        ],
        **criteria.context(form),
    }


# Contact details, record ----------------------------------------------------------------------------------------------
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@gate.coordinator
def contact(request: HttpRequest, code: str) -> HttpResponse:
    """Name, telephone and address; put right where they are wrong."""
    enrolment = gate.enrolment(request, code, kind="contact")
    identity = people.identity_of(enrolment.participant)
    if identity is None:
        return render(request, "coordinator/contact.html", {**head(enrolment, "contact"), "identity": None})
    form = _contact_form(identity, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        given, by = form.cleaned_data, gate.account(request)
        if carry_out(form, people_actions.correct_identity, participant=enrolment.participant, by=by, **given):
            messages.success(request, _("Saved."))
            return redirect("coordinator:contact", code)
    return answer(request, "coordinator/contact.html", form, {**_contact(enrolment, identity), "contact_form": form})


@require_POST
@sensitive_post_parameters()
@gate.coordinator
def reach(request: HttpRequest, code: str) -> HttpResponse:
    """Where the person lives and who is close, and what of it they have confirmed today."""
    enrolment = gate.enrolment(request, code, kind="contact")
    identity, by = people.identity_of(enrolment.participant), gate.account(request)
    form = VerifiedReachForm(request.POST, identity=identity, auto_id=REACH_ID)
    if form.is_valid():
        given = form.cleaned_data
        if carry_out(form, people_actions.keep_reach, participant=enrolment.participant, by=by, **given):
            messages.success(request, _("Saved."))
            return redirect("coordinator:contact", code)
    around = {"identity": None} if identity is None else _contact(enrolment, identity)
    shown = {**head(enrolment, "contact"), **around, "reach_form": form}
    return answer(request, "coordinator/contact.html", form, shown)


@require_POST
@gate.coordinator
def seen_to(request: HttpRequest, code: str) -> HttpResponse:
    """The coordinator has seen to messages that did not get through."""
    enrolment = gate.enrolment(request, code, kind="contact")
    reminders.see_to(participant=enrolment.participant, by=gate.account(request))
    messages.success(request, _("Noted. The next message that does not get through is shown again."))
    return redirect("coordinator:contact", code)


def _contact(enrolment: Enrolment, identity: Any) -> dict[str, Any]:
    """The page of contact details with both its forms as they are kept, and what did not get through."""
    reach_form = VerifiedReachForm(initial=VerifiedReachForm.of(identity), identity=identity, auto_id=REACH_ID)
    forms = {"contact_form": _contact_form(identity), "reach_form": reach_form}
    lost = [(words.not_delivered(each), each.on) for each in outbox.undelivered_to(enrolment.participant)]
    return {**head(enrolment, "contact"), "identity": identity, "undelivered": lost, **forms}


def _contact_form(identity: Any, posted: Any = None) -> ContactForm:
    return ContactForm(posted, initial={name: getattr(identity, name) for name in ("name", "email", "phone")})


@require_safe
@gate.coordinator
def record_page(request: HttpRequest, code: str) -> HttpResponse:
    """What was done about one person, by whom; without anything that tells a group."""
    enrolment = gate.enrolment(request, code, kind="record")
    context = {**head(enrolment, "record"), **record.page_of(request, enrolment)}
    return render(request, "coordinator/record.html", context)
