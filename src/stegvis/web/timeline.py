"""One person's timeline: what happened, newest first, of every kind or of one; the same for the same life in every arm.

Each source asks one room in a fixed number of queries. Who reads decides which sources there are (`COORDINATORS`,
`DATA_MANAGERS`) and where an entry leads: a page that the reader opens, or nowhere. Programme, therapists, letters that an arm
sends and deviations that only some arms can have are in none of them, and of an allocation only that it was looked at.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from stegvis.allocation import queries as allocation
from stegvis.assessments import queries as assessments
from stegvis.audit import clock
from stegvis.consent import queries as consent
from stegvis.consent.queries import Layer
from stegvis.messaging import queries as messaging
from stegvis.methods.study.protocol import Protocol
from stegvis.monitoring import data_queries
from stegvis.monitoring.data_queries import State
from stegvis.people.life import queries as life
from stegvis.people.queries import Account, Participant
from stegvis.physiotherapy import queries as physiotherapy
from stegvis.reminders import closing
from stegvis.reminders import queries as outbox
from stegvis.safety import queries as safety
from stegvis.safety.harms import queries as harms
from stegvis.trial import queries as trial
from stegvis.trial.deviations import queries as deviating
from stegvis.trial.queries import Enrolment, Leaving, Stage
from stegvis.trial.scheduling import queries as scheduling
from stegvis.trial.scheduling.queries import MoveReason
from stegvis.trial.transfers import queries as transferring
from stegvis.trial.transfers.queries import TransferEnding
from stegvis.web.components.shapes import Link, Moment, Tag
from stegvis.web.components.times import short_day
from stegvis.web.coordinator import alerts, events
from stegvis.web.coordinator.deviations import tag
from stegvis.web.coordinator.words import language, language_name, occasion_name, visit_name
from stegvis.web.monitoring.words import datum

A_PAGE = 50

KINDS: Mapping[str, Any] = {
    "course": gettext_lazy("Course"),
    "consent": gettext_lazy("Consent"),
    "answers": gettext_lazy("Answers"),
    "visits": gettext_lazy("Visits"),
    "contacts": gettext_lazy("Contacts"),
    "life": gettext_lazy("Life events"),
    "harms": gettext_lazy("Adverse events"),
    "alerts": gettext_lazy("Alerts"),
    "queries": gettext_lazy("Data queries"),
    "deviations": gettext_lazy("Deviations"),
    "allocation": gettext_lazy("Allocation"),
}
"""What a timeline can be narrowed to, in the order of the filter."""


@dataclass(frozen=True)
class Reader:
    """Who reads whose timeline, and which pages they open, by name; each gives an address."""

    account: Account
    enrolment: Enrolment
    protocol: Protocol
    ways: Mapping[str, Callable[..., str]]
    watched: tuple[int, ...] = ()
    """The sites on whose safety rota the reader stands."""

    @property
    def participant(self) -> Participant:
        """Whose timeline it is."""
        return self.enrolment.participant

    def way(self, name: str, *about: Any) -> str:
        """The address of a page that the reader opens; nothing where they open none."""
        return self.ways[name](*about) if name in self.ways else ""


Entry = tuple[str, Moment]
Source = Callable[[Reader], Iterator[Entry]]


def coordinators_ways(code: str) -> dict[str, Callable[..., str]]:
    """The pages of the coordinator's wing about one person."""

    def of(page: str) -> Callable[..., str]:
        return lambda *about: reverse(f"coordinator:{page}", args=[code, *about])

    def by_number(page: str) -> Callable[..., str]:
        return lambda number: reverse(page, args=[number])

    person = reverse("coordinator:person", args=[code])
    of_person = ("consent", "life", "allocation", "thread", "gift", "kept_letter")
    return {name: of(name) for name in of_person} | {
        "visits": lambda: f"{person}#visits", "occasions": lambda: f"{person}#occasions",
        "calls": lambda: f"{person}#calls",
        "answers": lambda _occasion: reverse("coordinator:answers", args=[code]),
        "event": by_number("coordinator:event"), "alert": by_number("coordinator:alert"),
        "deviation": by_number("coordinator:deviation"), "query": by_number("monitoring:query"),
        "screening": by_number("coordinator:one_screening"),
    }  # fmt: skip


def data_managers_ways(code: str) -> dict[str, Callable[..., str]]:
    """The pages about one person that a data manager opens: the answers that were sent, and data queries."""
    return {
        "answers": lambda occasion: reverse("assessor:sent", args=[code, occasion]),
        "query": lambda number: reverse("monitoring:query", args=[number]),
    }


def page_of(request: HttpRequest, reader: Reader, sources: Iterable[Source]) -> dict[str, Any]:
    """What the page shows: the entries of the chosen kind, some at a time, and the filter with how many there are of each."""
    found = [entry for source in sources for entry in source(reader)]
    counted = Counter(kind for kind, _moment in found)
    chosen = request.GET.get("kind", "")
    chosen = chosen if chosen in counted else ""
    shown = [_tagged(entry) for entry in found if chosen in ("", entry[0])]
    page = Paginator(sorted(shown, key=_when, reverse=True), A_PAGE).get_page(request.GET.get("page"))
    filters = [Link(_("Everything"), request.path, not chosen, len(found))]
    filters += [
        Link(str(label), f"{request.path}?kind={kind}", kind == chosen, counted[kind])
        for kind, label in KINDS.items() if counted[kind]
    ]  # fmt: skip
    return {"page": page, "moments": list(page), "filters": filters, "kind": chosen}


def _tagged(entry: Entry) -> Moment:
    kind, moment = entry
    return replace(moment, tag=Tag(str(KINDS[kind])))


def _when(moment: Moment) -> datetime:
    """A day without an hour stands at its beginning."""
    return moment.at if isinstance(moment.at, datetime) else clock.at(moment.at, 0)


def _entry(kind: str, at: datetime | date | None, title: str, detail: str = "", url: str = "") -> Iterator[Entry]:
    """One entry, where it has happened."""
    if at is not None:
        yield kind, Moment(at, title, detail, url)


# Sources --------------------------------------------------------------------------------------------------------------
def _course(reader: Reader) -> Iterator[Entry]:
    for change in trial.changes_of(reader.enrolment):
        why = str(Leaving(change.reason).label) if change.reason in Leaving.values else ""
        leads = {Stage.ALLOCATED: "allocation", Stage.CONSENTED: "consent"}.get(Stage(change.stage), "")
        title = capfirst(str(Stage(change.stage).label))
        yield from _entry("course", change.entered_at, title, capfirst(why), reader.way(leads))


def _referrals(reader: Reader) -> Iterator[Entry]:
    screening = trial.screening_of(reader.participant)
    way = reader.way("screening", screening.pk) if screening else ""
    for made in trial.referrals_of(reader.participant):
        yield from _entry("course", made.referred_at, _("Referral recorded"), made.referred_by.code, way)


def _consent(reader: Reader) -> Iterator[Entry]:
    way = reader.way("consent")
    for given in consent.consents_of(reader.participant).select_related("countersignature__signed_by"):
        title = _("Consented, version %(v)s") % {"v": given.text_version}
        yield from _entry("consent", given.given_at, title, language_name(given.language), way)
        signed = consent.countersignature_of(given)
        if signed is not None:
            yield from _entry("consent", signed.signed_at, _("Signed by whoever informed"), signed.signed_by.code, way)
    for row in consent.withdrawals_of(reader.participant):
        if row.layer != Layer.PROGRAMME:  # that somebody had it to stop would tell the group
            yield from _entry("consent", row.at, _("Stopped: %(what)s") % {"what": Layer(row.layer).label}, "", way)


def _asked_about_consent(reader: Reader) -> Iterator[Entry]:
    way = reader.way("consent")
    for asked in consent.questions_of(reader.participant):
        yield from _entry("consent", asked.asked_at, _("Asked about taking part"), "", way)
        answered = getattr(asked, "answer", None)
        if answered is not None:
            who = answered.answered_by.code
            yield from _entry("consent", answered.answered_at, _("Answered about taking part"), who, way)


def _refusals(reader: Reader) -> Iterator[Entry]:
    for no in consent.refusals_of(reader.participant):
        title = _("Said no to version %(version)s of the consent") % {"version": no.text_version}
        yield from _entry("consent", no.refused_at, title, "", reader.way("consent"))


def _transfers(reader: Reader) -> Iterator[Entry]:
    titles = {
        TransferEnding.TAKEN_OVER: _("Goes on at %(after)s; was at %(before)s"),
        TransferEnding.DECLINED: _("Not taken over by %(after)s; stays at %(before)s"),
        TransferEnding.TAKEN_BACK: _("Taken back by %(before)s"),
    }
    for each in transferring.transfers_of(reader.participant):
        sites = {"before": each.from_site.name, "after": each.to_site.name}
        said = f"{capfirst(each.get_reason_display())}, {each.handed_over_by.code}"
        asked = _("Handed over from %(before)s to %(after)s") % sites
        yield from _entry("course", each.handed_over_at, asked, said)
        end = getattr(each, "end", None)
        if end is not None:
            title = titles[TransferEnding(end.how)] % sites
            yield from _entry("course", end.ended_at, title, end.ended_by.code)


def _answers(reader: Reader) -> Iterator[Entry]:
    for asked in assessments.assessments_of(reader.participant):
        if asked.tells_arm:
            continue
        name = {"occasion": occasion_name(reader.protocol, asked.occasion)}
        way = reader.way("answers", asked.occasion)
        if asked.submitted_at:
            yield from _entry("answers", asked.submitted_at, _("Answered: %(occasion)s") % name, "", way)
        else:
            title = _("Answered the most important: %(occasion)s") % name
            yield from _entry("answers", asked.minimum_at, title, "", way)
    for made in assessments.corrections_about(reader.participant):
        occasion = made.response.assessment.occasion
        title = _("Corrected: %(occasion)s") % {"occasion": occasion_name(reader.protocol, occasion)}
        yield from _entry("answers", made.corrected_at, title, made.corrected_by, reader.way("answers", occasion))


def _visits(reader: Reader) -> Iterator[Entry]:
    for visit in physiotherapy.visits_of(reader.participant):
        name, way = {"visit": visit_name(reader.protocol, visit.number)}, reader.way("visits")
        if visit.held_at:
            yield from _entry("visits", visit.held_at, _("%(visit)s held") % name, "", way)
        elif visit.state == "missed":
            yield from _entry("visits", visit.missed_at, _("%(visit)s did not take place") % name, "", way)


def _moves(reader: Reader) -> Iterator[Entry]:
    for move in scheduling.moves_of(reader.participant):
        number = move.activity.removeprefix("visit_")
        is_visit = number != move.activity
        what = visit_name(reader.protocol, int(number)) if is_visit else occasion_name(reader.protocol, move.activity)
        days = {"what": what, "before": short_day(move.moved_from), "after": short_day(move.moved_to)}
        title = _("Moved: %(what)s, from %(before)s to %(after)s") % days
        way = reader.way("visits" if is_visit else "occasions")
        detail = f"{MoveReason(move.reason).label}, {move.moved_by.code}"
        yield from _entry("visits" if is_visit else "contacts", move.moved_at, title, detail, way)


def _calls(reader: Reader) -> Iterator[Entry]:
    for call in trial.calls_of(reader.participant):
        title = _("Called: %(occasion)s") % {"occasion": occasion_name(reader.protocol, call.occasion)}
        detail = f"{trial.CALL_OUTCOMES.get(call.outcome, '')}, {call.called_by.code}"
        yield from _entry("contacts", call.called_at, title, detail, reader.way("calls"))


def _reminders(reader: Reader) -> Iterator[Entry]:
    for occasion, day in outbox.reminded_of(reader.participant):
        title = _("Reminded: %(occasion)s") % {"occasion": occasion_name(reader.protocol, occasion)}
        yield from _entry("contacts", day, title, "", reader.way("answers", occasion))


def _gifts(reader: Reader) -> Iterator[Entry]:
    for gift in scheduling.gifts_of(reader.participant, reader.protocol):
        if gift.kept and gift.kept.sent_on:
            title = _("Gift sent: %(gift)s") % {"gift": gift.what.in_language(language())}
            yield from _entry("contacts", gift.kept.sent_on, title, "", reader.way("gift", gift.occasion))


def _messages(reader: Reader) -> Iterator[Entry]:
    """What went to and fro with the study itself, never with who treats the person."""
    way = reader.way("thread")
    for row in messaging.thread(reader.participant, messaging.Channel.STUDY).defer("body"):
        is_theirs = row.author_role == "participant"
        title = _("Wrote to the study") if is_theirs else _("The study wrote")
        yield from _entry("contacts", row.sent_at, title, "" if is_theirs else row.author.code, way)


def _letters(reader: Reader) -> Iterator[Entry]:
    for sent in closing.letters_of(reader.participant):
        way = reader.way("kept_letter", sent.pk)
        yield from _entry("contacts", sent.sent_on, _("Letter to the clinic sent"), sent.recorded_by.code, way)


def _life(reader: Reader) -> Iterator[Entry]:
    way = reader.way("life")
    for event in life.events_of(reader.participant):
        title = _("Letters and calls held back: %(what)s") % {"what": event.get_kind_display()}
        yield from _entry("life", event.since, title, event.recorded_by.code, way)
        yield from _entry("life", event.ended_at, _("Letters and calls go on"), "", way)


def _harms(reader: Reader) -> Iterator[Entry]:
    said = harms.rules()
    if said is None:
        return
    for event in harms.events_of(reader.participant):
        latest = event.latest[0] if event.latest else None  # type: ignore[attr-defined]
        what = events.term_name(latest.term, said) if latest else _("not described yet")
        title = _("Adverse event %(number)d: %(what)s") % {"number": event.number, "what": what}
        serious = _("serious") if getattr(event, "clock", None) else ""
        yield from _entry("harms", event.noticed_at, title, capfirst(serious), reader.way("event", event.pk))


def _alerts(reader: Reader) -> Iterator[Entry]:
    """Those that the reader opens: of the rotas on which they stand, and those they were told of."""
    there = safety.alerts().filter(participant=reader.participant)
    for alert in safety.concerning(there, reader.account, reader.watched):
        told = alerts.told(alert, reader.protocol)
        yield from _entry("alerts", alert.raised_at, capfirst(told.title), told.state, reader.way("alert", alert.pk))


def _queries(reader: Reader) -> Iterator[Entry]:
    """Data queries; those that the reader must not read, about answers of the randomised, lead nowhere."""
    hides = reader.account.role == "coordinator" and reader.enrolment.randomised_at is not None
    ways, named = {}, {}
    for query in data_queries.of_participant(reader.participant).select_related("raised_by"):
        ways[query.pk] = "" if hides and query.instrument else reader.way("query", query.pk)
        named[query.pk] = datum(query, reader.protocol)
        who = query.raised_by.code if query.raised_by else _("an edit check of the protocol")
        title = _("Data query raised: %(datum)s") % {"datum": named[query.pk]}
        yield from _entry("queries", query.raised_at, title, who, ways[query.pk])
    titles = {
        State.OPEN: _("Data query open: %(datum)s"), State.ANSWERED: _("Data query answered: %(datum)s"),
        State.CLOSED: _("Data query closed: %(datum)s"), State.REOPENED: _("Data query opened again: %(datum)s"),
    }  # fmt: skip
    for step in data_queries.steps_about(reader.participant):
        who = step.account.code if step.account else _("the edit check")
        title = titles[State(step.state)] % {"datum": named[step.query_id]}
        yield from _entry("queries", step.taken_at, title, who, ways[step.query_id])


def _deviations(reader: Reader) -> Iterator[Entry]:
    yield from _of_deviations(reader)


def _deviations_without_whose_arm(reader: Reader) -> Iterator[Entry]:
    """The same for whoever writes extracts, which do not say either whose arm became known."""
    yield from _of_deviations(reader, hidden=deviating.BLINDING)


def _of_deviations(reader: Reader, hidden: str = "") -> Iterator[Entry]:
    for told in deviating.of_participant(reader.participant):
        found = told.deviation
        if found.tells_arm or found.kind == hidden:
            continue
        detail = f"{tag(told).label}, {found.get_found_by_display()}"
        way = reader.way("deviation", found.pk)
        yield from _entry("deviations", found.happened_on, deviating.name_of(found.kind), detail, way)


def _allocation(reader: Reader) -> Iterator[Entry]:
    """That the allocation was looked at or became known; never what it is, why, nor by whom in an emergency."""
    if reader.enrolment.randomised_at is None:
        return
    way = reader.way("allocation")
    titles = {
        "lookup": _("Allocation looked up"), "emergency": _("Allocation looked up in an emergency"),
        "told_participant": _("Allocation told to the participant"),
    }  # fmt: skip
    for shown in allocation.disclosures_of(reader.participant):
        if shown.kind in titles:  # that it was shown when randomised is part of that
            who = shown.by_code if shown.kind == "lookup" else ""
            yield from _entry("allocation", shown.at, titles[shown.kind], who, way)
        informing = getattr(shown, "informing", None)
        if informing is not None:
            yield from _entry("allocation", informing.at, _("A second person was told of the emergency"), "", way)
    for accident in allocation.accidents_of(reader.participant):
        title = _("Allocation became known by accident")
        yield from _entry("allocation", accident.learnt_on, title, capfirst(accident.get_learner_display()), way)
    for mistake in allocation.mistakes_of(reader.participant):
        title = capfirst(mistake.get_kind_display())
        yield from _entry("allocation", mistake.noticed_on, title, mistake.by_code, way)


COORDINATORS: tuple[Source, ...] = (
    _course, _referrals, _transfers, _consent, _asked_about_consent, _refusals, _answers, _visits, _moves, _calls,
    _reminders, _gifts, _messages, _letters, _life, _harms, _alerts, _queries, _deviations, _allocation,
)  # fmt: skip
"""What a coordinator of the site sees."""

DATA_MANAGERS: tuple[Source, ...] = (
    _course, _consent, _answers, _visits, _calls, _reminders, _harms, _queries, _deviations_without_whose_arm,
)  # fmt: skip
"""What a data manager sees: what a blinded extract tells of one person by code and day, and what is asked about data."""
