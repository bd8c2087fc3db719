"""Data queries in words: what a query is about, what is asked, how old it is, where it stands."""

from collections.abc import Mapping
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from stegvis.audit import clock
from stegvis.methods.study.protocol import Protocol
from stegvis.monitoring import data_queries
from stegvis.monitoring.data_queries import DataQuery, Finding, FindingKind, Origin, State
from stegvis.people.queries import Participant
from stegvis.protocol import queries as protocols
from stegvis.web.components.shapes import Tag, Tone
from stegvis.web.coordinator.words import language, occasion_name, visit_name

_TONES: dict[str, Tone] = {State.OPEN: "warn", State.REOPENED: "warn", State.ANSWERED: "fjord", State.CLOSED: "ok"}


def state_tag(query: DataQuery) -> Tag:
    """Where a query stands."""
    return Tag(capfirst(str(State(query.state).label)), _TONES[query.state])


def age(query: DataQuery) -> str:
    """For how many days a query has been there; nothing of one that is closed."""
    if not query.is_open:
        return "–"
    days = (clock.today() - clock.local(query.raised_at).date()).days
    return ngettext("%(n)d day", "%(n)d days", days) % {"n": days} if days else _("today")


def is_late(query: DataQuery, protocol: Protocol) -> bool:
    """Whether a query that is not closed is older than the protocol wants."""
    days = (clock.today() - clock.local(query.raised_at).date()).days
    return query.is_open and days > protocol.monitoring.query_answered_within_days


def datum(query: DataQuery, protocol: Protocol) -> str:
    """What a query is about: the occasion, the questionnaire, the question; a visit; or the person."""
    if query.visit is not None:
        return visit_name(protocol, query.visit)
    parts = [occasion_name(protocol, query.occasion)] if query.occasion else []
    if query.instrument:
        parts.append(instrument_name(query.instrument, protocol))
    if query.item and query.instrument:
        parts.append(item_name(query.instrument, query.item))
    return " · ".join(parts) or _("the person")


def instrument_name(code: str, protocol: Protocol) -> str:
    """What the protocol calls a questionnaire, or its code."""
    names = {each.code: each.name for each in protocol.instruments}
    return names[code].in_language(language()) if code in names else code


def item_name(instrument: str, item: str) -> str:
    """A question's words, or its linkId where the questionnaire has no words for it any more."""
    found = protocols.questionnaire(instrument).by_link_id.get(item)
    text = found.text.text_in(language()) if found is not None and found.text else ""
    return text or item


def question(query: DataQuery, protocol: Protocol) -> str:
    """What is asked: the words of whoever asked, of the edit check, or of the quality check."""
    if query.origin == Origin.RULE:
        found = next((each for each in protocol.edit_checks if each.code == query.rule), None)
        gone = _("An edit check that the protocol no longer has (%(code)s).") % {"code": query.rule}
        return found.ask.in_language(language()) if found else gone
    if query.origin == Origin.FINDING:
        return finding_words(query.rule, query.value or {})
    return query.question or ""


def finding_words(kind: str, facts: Mapping[str, Any]) -> str:
    """What a quality check found, in a sentence; a reason to ask."""
    sentences = {
        FindingKind.SAME_ANSWERS: _("All %(answers)s answers are the same as somebody else’s."),
        FindingKind.STRAIGHT_LINE: _("All %(answers)s items have the same answer."),
        FindingKind.TOO_FAST: _("%(answers)s answers came in %(seconds)s seconds."),
    }
    return sentences[FindingKind(kind)] % {"answers": "?", "seconds": "?", **facts} if kind in sentences else kind


def finding_title(finding: Finding, protocol: Protocol) -> str:
    """Which answers a finding is about."""
    name = occasion_name(protocol, finding.assessment.occasion)
    return f"{name} · {instrument_name(finding.instrument, protocol)}" if finding.instrument else name


def values(query: DataQuery) -> list[tuple[str, str]]:
    """What the data were when they were asked about, by name, as far as a rule kept them."""
    if query.origin != Origin.RULE:
        return []
    return [(_name(query, name), _value(value)) for name, value in (query.value or {}).items()]


def _name(query: DataQuery, name: str) -> str:
    is_item = query.instrument and name in protocols.questionnaire(query.instrument).by_link_id
    return item_name(query.instrument, name) if is_item else name.replace("_", " ")


def _value(value: Any) -> str:
    return _("no answer") if value is None else f"{value:g}" if isinstance(value, int | float) else str(value)


# The box on a person's page -------------------------------------------------------------------------------------------
SHOWN = 5


def of_person(participant: Participant, protocol: Protocol, is_randomised: bool) -> dict[str, Any]:
    """The newest queries about one person for the coordinator's page; those about answers of the randomised lead nowhere."""
    rows = list(data_queries.of_participant(participant)[: SHOWN + 1])
    return {
        "data_queries": [
            {
                "query": each, "datum": datum(each, protocol), "state": state_tag(each),
                "hidden": is_randomised and bool(each.instrument),
            }
            for each in rows[:SHOWN]
        ],
        "more_queries": len(rows) > SHOWN,
    }  # fmt: skip
