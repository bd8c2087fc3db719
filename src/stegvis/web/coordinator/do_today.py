"""Do today: what waits for this coordinator, the most urgent kind first, a few of each and a way to all of them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from stegvis.allocation import queries as allocation
from stegvis.audit import clock
from stegvis.consent import queries as consents
from stegvis.messaging import queries as messaging
from stegvis.methods.study.protocol import Protocol
from stegvis.methods.study.schedule import randomise_by
from stegvis.monitoring import data_queries
from stegvis.people.life import queries as life
from stegvis.reminders import queries as reminders
from stegvis.safety import queries as safety
from stegvis.trial import consent_texts, refreshing
from stegvis.trial import queries as trial
from stegvis.trial.deviations import queries as deviating
from stegvis.trial.scheduling import queries as scheduling
from stegvis.trial.transfers import queries as transferring
from stegvis.web import access
from stegvis.web.components.shapes import Link, Todo
from stegvis.web.components.times import short_day, short_day_and_time
from stegvis.web.coordinator import alerts, gate, physiotherapists, words
from stegvis.web.coordinator.words import in_days, occasion_name, visit_name, window
from stegvis.web.monitoring import words as query_words

OF_EACH = 2


@dataclass(frozen=True)
class DoToday:
    """The lines, and where there are more of a kind."""

    rows: list[Todo]
    more: list[Link]


def do_today(request: HttpRequest, protocol: Protocol) -> DoToday:
    """Alerts, emergencies, rotas and messages that do not work, who can be randomised, whom to call, visits not held."""
    sites = gate.sites(request)
    waiting = consents.unanswered(sites)[: OF_EACH + 1]
    overdue = [each for each in waiting if consents.is_overdue(each)]
    kinds = [
        (_alerts(request, protocol), _("All alerts"), "alerts"),
        (_rotas_of_one(sites, protocol), _("Sites and rota"), "sites"),
        (_emergencies(sites), "", ""),
        (_overdue_questions(overdue), _("All consents that wait"), "consents"),
        (_undelivered(sites), "", ""),
        (_to_ask_again(sites), "", ""),
        (_transfers(sites), _("All who change their site"), "transfers"),
        (_ready(sites), _("All participants"), "participants"),
        (_screenings(sites), _("All screenings"), "screening"),
        (_quiet_screenings(sites, protocol), _("All screenings"), "screening"),
        (_calls(sites, protocol), _("All calls"), "calls"),
        (_inbox(request), _("All messages"), "messages"),
        (_consents(sites, [each for each in waiting if each not in overdue]), _("All consents that wait"), "consents"),
        (_without_physiotherapist(sites), _("All without a physiotherapist"), "physiotherapists"),
        (_visits(sites, protocol), _("All visits to record"), "schedule?list=unrecorded"),
        (_missed(sites, protocol), _("All visits to book again"), "schedule?list=missed"),
        (_data_queries(protocol), _("All data queries"), "monitoring:queries"),
        (_to_refresh(sites, protocol), "", ""),
        (_deviations(sites), _("All deviations"), "deviations"),
        (_gifts(sites, protocol), _("All gifts to send"), "gifts"),
    ]
    rows = [todo for found, _label, _page in kinds for todo in found[:OF_EACH]]
    more = [Link(label, _address(page)) for found, label, page in kinds if page and len(found) > OF_EACH]
    return DoToday([replace(rows[0], first=True), *rows[1:]] if rows else [], more)


def _address(page: str) -> str:
    """The address of a page of this wing, with what stands behind its question mark."""
    name, mark, query = page.partition("?")
    return reverse(name if ":" in name else f"coordinator:{name}") + mark + query


def _alerts(request: HttpRequest, protocol: Protocol) -> list[Todo]:
    watched = gate.watched_sites(request)
    rows = safety.open_alerts(watched)[: OF_EACH + 1] if watched else []
    return [
        Todo(
            alert.participant.code,
            _("alert: %(what)s") % {"what": alerts.told(alert, protocol).title},
            _("Raised %(at)s. %(state)s")
            % {"at": short_day_and_time(alert.raised_at), "state": alerts.told(alert, protocol).state},
            _("Open"),
            reverse("coordinator:alert", args=[alert.pk]),
        )
        for alert in rows
    ]


def _rotas_of_one(sites: Collection[int], protocol: Protocol) -> list[Todo]:
    return [
        Todo(
            site.code,
            _("one person alone is on the safety rota"),
            _("The gravest alerts are closed by two people, so nobody could confirm one."),
            _("Add someone"),
            reverse("coordinator:sites"),
        )
        for site in alerts.rotas_of_one(protocol, sites)
    ]


def _emergencies(sites: Iterable[int]) -> list[Todo]:
    return [
        Todo(
            each.allocation.participant.code,
            _("a second person is to be told of an emergency"),
            _("The allocation was looked up on %(at)s.") % {"at": short_day_and_time(each.at)},
            _("Record it"),
            reverse("coordinator:informed", args=[each.allocation.participant.code, each.pk]),
        )
        for each in allocation.untold_emergencies(sites, limit=OF_EACH)
    ]


def _undelivered(sites: Iterable[int]) -> list[Todo]:
    return [
        Todo(
            each.participant.code,
            words.not_delivered(each),
            _("Last tried %(day)s. See whether the number and the address are right.") % {"day": short_day(each.on)},
            _("Open"),
            reverse("coordinator:contact", args=[each.participant.code]),
        )
        for each in reminders.undelivered(sites, limit=OF_EACH)
    ]


def _to_ask_again(sites: Iterable[int]) -> list[Todo]:
    return [
        Todo(
            event.participant.code,
            str(event.get_kind_display()),
            _("Nothing is sent since %(day)s. Ask how it is.") % {"day": short_day(event.since)},
            _("Open"),
            reverse("coordinator:life", args=[event.participant.code]),
        )
        for event in life.to_ask_again(sites)[:OF_EACH]
    ]


def _transfers(sites: Collection[int]) -> list[Todo]:
    """Who is to be taken over from another site, then whom another site has not taken over."""
    coming = [
        Todo(
            each.participant.code,
            _("is to be taken over from %(site)s") % {"site": each.from_site.name},
            _("From %(day)s, %(when)s.") % {"day": short_day(each.moves_on), "when": in_days(each.moves_on)},
            _("Take over"),
            reverse("coordinator:transfer", args=[each.pk]),
        )
        for each in transferring.waiting_for(sites)[: OF_EACH + 1]
    ]
    declined = [
        Todo(
            each.participant.code,
            _("was not taken over by %(site)s") % {"site": each.to_site.name},
            _("You still see to the person."),
            _("Open"),
            reverse("coordinator:hand_over", args=[each.participant.code]),
        )
        for each in transferring.declined(sites)[:OF_EACH]
    ]
    return [*coming, *declined]


def _deviations(sites: Iterable[int]) -> list[Todo]:
    return [
        Todo(
            told.participant.code if told.participant else told.site.code,
            deviating.name_of(told.kind),
            _("Of %(day)s. Nobody has judged what it may have affected.") % {"day": short_day(told.happened_on)},
            _("Judge"),
            reverse("coordinator:deviation", args=[told.pk]),
        )
        for told in deviating.at_sites(sites, waiting=True)[: OF_EACH + 1]
    ]


def _to_refresh(sites: Iterable[int], protocol: Protocol) -> list[Todo]:
    return [
        Todo(
            each.participant.code,
            _("are the contact details still right?"),
            _("%(occasion)s, from %(day)s.")
            % {"occasion": occasion_name(protocol, each.occasion), "day": short_day(each.opens_on)},
            _("Open"),
            reverse("coordinator:contact", args=[each.participant.code]),
        )
        for each in refreshing.to_refresh(sites, limit=OF_EACH)
    ]


def _screenings(sites: Iterable[int]) -> list[Todo]:
    return [
        Todo(
            _("Screening %(number)d") % {"number": screening.pk},
            str(screening.get_source_display()),
            _("Waiting since %(day)s. %(site)s")
            % {"day": short_day(screening.opened_at), "site": screening.site.name if screening.site else ""},
            _("Open"),
            reverse("coordinator:one_screening", args=[screening.pk]),
        )
        for screening in trial.open_screenings(sites)[: OF_EACH + 1]
    ]


def _quiet_screenings(sites: Iterable[int], protocol: Protocol) -> list[Todo]:
    """Screenings without a sign for so long that somebody must say whether they go on."""
    days = protocol.retention.screening_asked_days
    return [
        Todo(
            _("Screening %(number)d") % {"number": screening.pk},
            _("does it go on?"),
            _("Open since %(day)s, and nothing has been recorded for %(days)d days.")
            % {"day": short_day(screening.opened_at), "days": days},
            _("Say so, or end it"),
            reverse("coordinator:one_screening", args=[screening.pk]),
        )
        for screening in trial.quiet_screenings(days, sites)[: OF_EACH + 1]
    ]


def _ready(sites: Iterable[int]) -> list[Todo]:
    return [
        Todo(
            enrolment.participant.code,
            _("can soon be randomised"),
            _last_day(enrolment),
            _("Randomise"),
            reverse("coordinator:randomise", args=[enrolment.participant.code]),
        )
        for enrolment in trial.ready_to_randomise(sites)[: OF_EACH + 1]
    ]


def _last_day(enrolment: trial.Enrolment) -> str:
    """By when the gates about time must be passed, as far as the dates are known."""
    protocol = trial.protocol_of(enrolment)
    answered = {each.code: enrolment.baseline_on for each in protocol.occasions if each.anchor == "consent"}
    last = randomise_by(protocol.gates, _known(answered), _known({"visit_1": enrolment.visit1_on}))
    if last is None or last == date.max:
        return ""
    if last < clock.today():
        return _("The time ran out on %(day)s.") % {"day": short_day(last)}
    return _("No later than %(day)s, %(when)s.") % {"day": short_day(last), "when": in_days(last)}


def _known(days: dict[str, date | None]) -> dict[str, date]:
    return {name: day for name, day in days.items() if day is not None}


def _calls(sites: Iterable[int], protocol: Protocol) -> list[Todo]:
    return [
        Todo(
            late.assessment.participant.code,
            _("not answered yet: %(occasion)s") % {"occasion": occasion_name(protocol, late.assessment.occasion)},
            _("The window %(closes)s.") % {"closes": window(late.assessment.closes_on)},
            _("Call now"),
            reverse("coordinator:call", args=[late.assessment.participant.code, late.assessment.occasion]),
        )
        for late in trial.to_call(sites, protocol, limit=OF_EACH + 1)
    ]


def _inbox(request: HttpRequest) -> list[Todo]:
    return [
        Todo(
            row.participant.code,
            _("wrote to the study"),
            _("Waiting since %(at)s.") % {"at": short_day_and_time(row.since)},
            _("Answer"),
            reverse("coordinator:thread", args=[row.participant.code]),
        )
        for row in messaging.inbox(access.actor(request), limit=OF_EACH + 1)
    ]


def _overdue_questions(overdue: Iterable[consents.Question]) -> list[Todo]:
    """Questions about taking part that have waited longer than the protocol says."""
    return [
        Todo(
            each.participant.code,
            _("asked about taking part, and the answer is overdue"),
            _("Asked %(at)s, to be answered by %(day)s.")
            % {"at": short_day_and_time(each.asked_at), "day": short_day(consents.answer_by(each))},
            _("Answer"),
            reverse("coordinator:consent", args=[each.participant.code]) + "#questions",
        )
        for each in overdue
    ]


def _consents(sites: Collection[int], waiting: Iterable[consents.Question]) -> list[Todo]:
    """Questions about taking part that wait for an answer, then consents without the signature of whoever informed."""
    asked = [
        (each.participant.code, _("asked about taking part"), short_day_and_time(each.asked_at), _("Answer"))
        for each in waiting
    ]
    unsigned = [
        (each.participant.code, _("consented, and whoever informed has not signed"), short_day(day), _("Sign"))
        for each in consent_texts.not_countersigned(sites)[: OF_EACH + 1]
        if (day := each.consented_on)
    ]
    said_no = [
        (
            each.participant.code,
            _("said no to the newer version, and is not randomised"),
            short_day(each.refused_at),
            _("Open"),
        )
        for each in consent_texts.cannot_be_randomised(sites)[: OF_EACH + 1]
    ]
    return [
        Todo(code, what, _("Waiting since %(at)s.") % {"at": at}, do, reverse("coordinator:consent", args=[code]))
        for code, what, at, do in [*asked, *unsigned, *said_no]
    ]


def _without_physiotherapist(sites: Iterable[int]) -> list[Todo]:
    return [
        Todo(
            enrolment.participant.code,
            _("has no physiotherapist"),
            enrolment.site.name,
            _("Choose one"),
            reverse("coordinator:physiotherapists"),
        )
        for enrolment in physiotherapists.without_any(sites, limit=OF_EACH + 1)
    ]


def _visits(sites: Iterable[int], protocol: Protocol) -> list[Todo]:
    return [
        Todo(
            visit.participant.code,
            _("%(visit)s is not recorded") % {"visit": visit_name(protocol, visit.number)},
            _("It was booked for %(day)s, %(when)s.")
            % {"day": short_day(visit.planned_on), "when": in_days(visit.planned_on)},
            _("Open"),
            reverse("coordinator:visit", args=[visit.participant.code, visit.number]),
        )
        for visit in scheduling.visits(sites, "unrecorded")[: OF_EACH + 1]
    ]


def _missed(sites: Iterable[int], protocol: Protocol) -> list[Todo]:
    return [
        Todo(
            visit.participant.code,
            _("%(visit)s did not take place") % {"visit": visit_name(protocol, visit.number)},
            _("It was booked for %(day)s and has no new day.") % {"day": short_day(visit.planned_on)},
            _("Book"),
            reverse("coordinator:visit", args=[visit.participant.code, visit.number]),
        )
        for visit in scheduling.visits(sites, "missed")[: OF_EACH + 1]
    ]


def _gifts(sites: Iterable[int], protocol: Protocol) -> list[Todo]:
    return [
        Todo(
            asked.participant.code,
            _("a gift is to be sent: %(occasion)s") % {"occasion": occasion_name(protocol, asked.occasion)},
            "",
            _("Record it"),
            reverse("coordinator:gift", args=[asked.participant.code, asked.occasion]),
        )
        for asked in scheduling.gifts_to_send(sites, protocol)[: OF_EACH + 1]
    ]


def _data_queries(protocol: Protocol) -> list[Todo]:
    return [
        Todo(
            query.participant.code,
            _("a data query waits: %(datum)s") % {"datum": query_words.datum(query, protocol)},
            _("Asked %(day)s.") % {"day": short_day(query.raised_at)},
            _("Answer"),
            reverse("monitoring:query", args=[query.pk]),
        )
        for query in data_queries.waiting_for("coordinator")[: OF_EACH + 1]
    ]
