"""The record of one person in words. A verb that has no sentence here is not shown, and `monitoring` says which may be."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from stegvis.methods.study.protocol import Protocol
from stegvis.monitoring import queries as monitoring
from stegvis.people.life.queries import LifeKind
from stegvis.people.queries import Role
from stegvis.safety.queries import Step
from stegvis.trial import queries as trial
from stegvis.trial.queries import Enrolment, Leaving
from stegvis.trial.scheduling.queries import MoveReason
from stegvis.web.components.shapes import Moment
from stegvis.web.components.times import full_day
from stegvis.web.coordinator.words import language, occasion_name, visit_name

A_PAGE = 50

Detail = Mapping[str, Any]
Sentence = Callable[[Detail, Protocol], str]


def page_of(request: HttpRequest, enrolment: Enrolment) -> dict[str, Any]:
    """What was done about one person, some at a time, the newest first."""
    page = Paginator(monitoring.record_of(enrolment.participant.code), A_PAGE).get_page(request.GET.get("page"))
    protocol = trial.protocol_of(enrolment)
    return {"page": page, "moments": [moment(event, protocol) for event in page]}


def moment(event: Any, protocol: Protocol) -> Moment:
    """One event: when, what, by whom; never its reason."""
    who = event.actor_code if event.actor_role in Role.values else _("the system")
    return Moment(event.occurred_at, SENTENCES[event.verb](event.detail, protocol), who)


def _asked_later(detail: Detail, protocol: Protocol) -> str:
    known = {"what": occasion_name(protocol, str(detail.get("occasion"))), "day": _day(detail), "why": _why(detail)}
    return _("%(what)s is asked from %(day)s: %(why)s") % known


def _visit_moved(detail: Detail, protocol: Protocol) -> str:
    known = {"what": visit_name(protocol, detail["number"]), "day": _day(detail), "why": _why(detail)}
    return _("%(what)s moved to %(day)s: %(why)s") % known


def _day(detail: Detail) -> str:
    """The day to which something was moved; a form that was sent again has none to tell."""
    told = detail.get("moved_to")
    return full_day(date.fromisoformat(str(told))) if told else _("the same day as before")


def _why(detail: Detail) -> str:
    reason = detail.get("reason")
    return str(MoveReason(reason).label) if reason in MoveReason.values else ""


def _booked(detail: Detail, protocol: Protocol) -> str:
    day = full_day(date.fromisoformat(str(detail["planned_on"])))
    return _("%(visit)s booked for %(day)s") % {"visit": visit_name(protocol, detail["number"]), "day": day}


def _called(detail: Detail, protocol: Protocol) -> str:
    outcome = str(trial.CALL_OUTCOMES.get(str(detail.get("outcome")), ""))
    name = occasion_name(protocol, str(detail.get("occasion")))
    return _("Called about %(occasion)s: %(outcome)s") % {"occasion": name, "outcome": outcome}


def _criterion(detail: Detail, protocol: Protocol) -> str:
    labels = {each.code: each.label.in_language(language()) for each in protocol.criteria}
    code = str(detail.get("criterion"))
    return _("Criterion decided: %(criterion)s") % {"criterion": labels.get(code, code)}


def _left(detail: Detail, _protocol: Protocol) -> str:
    why = detail.get("why")
    return _("Left before randomisation: %(why)s") % {"why": Leaving(why).label if why in Leaving.values else ""}


def _opened(detail: Detail, protocol: Protocol) -> str:
    return _("Planned: %(occasion)s") % {"occasion": occasion_name(protocol, str(detail.get("occasion")))}


def _step(detail: Detail, _protocol: Protocol) -> str:
    step = detail.get("step")
    return _("Alert: %(step)s") % {"step": Step(step).label if step in Step.values else ""}


SENTENCES: dict[str, Sentence] = {
    "assessments.opened": _opened,
    "consent.given": lambda detail, _p: _("Consented, version %(v)s") % {"v": detail.get("text_version", "")},
    "consent.refused": lambda detail, _p: (
        _("Said no to version %(v)s of the consent") % {"v": detail.get("text_version", "")}
    ),
    "monitoring.query_answered": lambda _d, _p: _("Data query answered"),
    "monitoring.query_closed": lambda _d, _p: _("Data query closed"),
    "monitoring.query_closed_by_rule": lambda _d, _p: _("Data query closed, since the datum was corrected"),
    "monitoring.query_raised": lambda _d, _p: _("Data query raised"),
    "monitoring.query_raised_by_rule": lambda _d, _p: _("Data query raised by an edit check"),
    "monitoring.query_raised_from_finding": lambda _d, _p: _("Data query raised after a quality check"),
    "monitoring.query_reopened": lambda _d, _p: _("Data query opened again"),
    "monitoring.query_reopened_by_rule": lambda _d, _p: _("Data query opened again by an edit check"),
    "people.identity_corrected": lambda _d, _p: _("Contact details corrected"),
    "people.identity_erased": lambda _d, _p: _("Contact details erased"),
    "people.language_chosen": lambda _d, _p: _("Language chosen"),
    "people.reach_kept": lambda _d, _p: _("How to reach the person in an alert was kept"),
    "people.reach_confirmed": lambda _d, _p: _("Contact details checked with the person"),
    "people.life_event_kept": lambda detail, _p: (
        _("Letters and calls held back: %(what)s") % {"what": dict(LifeKind.choices).get(str(detail.get("kind")), "")}
    ),
    "people.life_event_ended": lambda _d, _p: _("Letters and calls go on"),
    "people.participant_added": lambda _d, _p: _("Given a code"),
    "physiotherapy.goals_locked": lambda _d, _p: _("Goals locked"),
    "physiotherapy.plan_agreed": lambda _d, _p: _("Activity plan agreed"),
    "physiotherapy.visit_booked": _booked,
    "physiotherapy.visit_missed": lambda detail, protocol: (
        _("%(visit)s did not take place") % {"visit": visit_name(protocol, detail["number"])}
    ),
    "safety.alert_handled": _step,
    "safety.alert_raised": lambda _d, _p: _("Alert raised"),
    "trial.activity_decided": lambda _d, _p: _("Warning signs decided about"),
    "trial.answers_sent": lambda _d, _p: _("Answers sent"),
    "trial.arm_looked_up": lambda _d, _p: _("Allocation looked up"),
    "trial.arm_shown_again": lambda _d, _p: _("Allocation shown again: the form was sent twice"),
    "trial.asking_moved": _asked_later,
    "trial.called": _called,
    "trial.concern_reported": lambda _d, _p: _("A concern was reported"),
    "trial.criterion_decided": _criterion,
    "trial.goal_rated": lambda _d, _p: _("Goal rated"),
    "trial.incentive_kept": lambda detail, _p: (
        _("Gift recorded as sent") if detail.get("sent") else _("Gift recorded as not sent")
    ),
    "trial.invited": lambda _d, _p: _("Invited"),
    "trial.left_before_randomisation": _left,
    "trial.randomised": lambda _d, _p: pgettext("of one person", "Randomised"),
    "trial.randomised_from_reserve": lambda _d, _p: _("Randomised by telephone, entered from the reserve"),
    "trial.referral_made": lambda _d, _p: _("Referral recorded"),
    "trial.something_is_wrong": lambda _d, _p: _("Said that something is wrong"),
    "trial.physiotherapist_changed": lambda _d, _p: _("Given to another physiotherapist"),
    "trial.handed_over_to_site": lambda detail, _p: (
        _("Handed over to another site: %(to)s") % {"to": detail.get("to", "")}
    ),
    "trial.taken_over_from_site": lambda detail, _p: (
        _("Goes on at another site: %(to)s") % {"to": detail.get("to", "")}
    ),
    "trial.visits_taken_over": lambda _d, _p: _("Another physiotherapist took over"),
    "trial.visit_held": lambda detail, protocol: (
        _("%(visit)s held") % {"visit": visit_name(protocol, detail["number"])}
    ),
    "trial.visit_moved": _visit_moved,
}
