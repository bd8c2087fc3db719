"""Monitoring without arms: recruitment, completeness by site with early warning, windows, retention, queries, quality.

One page for those who watch, and one sheet of paper for the trial's meeting.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.formats import number_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from stegvis.audit import clock
from stegvis.methods.checks.digits import ALARM
from stegvis.methods.checks.sites import FAR
from stegvis.methods.study.protocol import Protocol
from stegvis.monitoring.data_queries import Ages, FindingKind
from stegvis.monitoring.oversight import Digits, Oversight, SiteStanding, Windows, oversight
from stegvis.protocol import queries as protocols
from stegvis.web.components.charts import line_chart
from stegvis.web.components.shapes import Point, Tag
from stegvis.web.coordinator import overview as trial_overview
from stegvis.web.coordinator.words import language, occasion_name, part_of, percent, visit_name
from stegvis.web.monitoring import flow, gate, words

MOST_SITES = 24


@require_safe
@gate.watches
def monitoring(request: HttpRequest) -> HttpResponse:
    """How the trial is doing, for those who watch it blind."""
    protocol = protocols.current()
    found = oversight(protocol)
    context = _context(request, found, protocol) | {"tab": "monitoring"}
    return render(request, "monitoring/monitoring.html", context)


@require_safe
@gate.watches
def meeting(request: HttpRequest) -> HttpResponse:
    """The same on one sheet of A4, for the trial's meeting."""
    protocol = protocols.current()
    found = oversight(protocol)
    context = _context(request, found, protocol)
    context |= {
        "recruitment_chart": line_chart(context["actual"], context["planned"]) if context["actual"] else None,
        "retention_chart": line_chart(context["curve"]),
    }
    return render(request, "monitoring/meeting.html", context)


def _context(request: HttpRequest, found: Oversight, protocol: Protocol) -> dict[str, Any]:
    recruitment = found.overview.recruitment
    limits = protocol.monitoring
    return {
        "trial_name": capfirst(protocol.trial.short_title.in_language(language())),
        "at": found.overview.at,
        "occasion": found.overview.occasion.name.in_language(language()),
        "recruitment": recruitment,
        "recruitment_words": trial_overview.recruitment_words(recruitment),
        "actual": trial_overview.actual(recruitment),
        "planned": trial_overview.planned(recruitment),
        "limits": {"least": percent_of(limits.complete_at_least), "warn": percent_of(limits.warn_below)},
        "whole": _standing_words(found),
        "sites": [_site(each) for each in _worst_first(found)[:MOST_SITES]],
        "more_sites": trial_overview.more_sites(max(0, len(found.sites) - MOST_SITES)),
        "windows": _windows(found, protocol),
        "curve": _curve(found),
        "curve_words": _curve_words(found),
        "ages": found.ages,
        "ages_words": _ages_words(found.ages, limits.query_answered_within_days),
        "digits": [_digits(each, protocol) for each in found.digits],
        "found": [(capfirst(str(FindingKind(kind).label)), n) for kind, n in sorted(found.found.items())],
        "again": found.again,
        "is_manager": gate.is_manager(request),
        "flow_words": flow.sentence(found),
        "flow_boxes": flow.boxes(found, protocol),
    }  # fmt: skip


def percent_of(share: float | None) -> str:
    """A share in whole per cent; a dash where there is none."""
    return "–" if share is None else _("%(share)d%%") % {"share": round(100 * share)}


# Completeness ---------------------------------------------------------------------------------------------------------
def _worst_first(found: Oversight) -> list[SiteStanding]:
    """Sites below the limits first, then those with most people."""
    order = {"below": 0, "near": 1, "good": 2, "few": 3}
    return sorted(found.sites, key=lambda each: (order[each.standing], -each.randomised))


def standing_tag(standing: str) -> Tag:
    """How completeness stands to the protocol's limits, in a word."""
    tags = {
        "few": Tag(_("Too few to tell")),
        "good": Tag(_("Good"), "ok", "check"),
        "near": Tag(_("Early warning"), "warn", "alert"),
        "below": Tag(_("Below the limit"), "bad", "alert"),
    }
    return tags[standing]


def _standing_words(found: Oversight) -> dict[str, Any]:
    return {
        "share": percent_of(found.whole.share),
        "part": part_of(found.whole.in_hand, found.whole.due),
        "reachable": percent_of(found.whole.reachable),
        "tag": standing_tag(found.standing),
    }


def _site(each: SiteStanding) -> dict[str, Any]:
    far = each.distance is not None and abs(each.distance) > FAR
    return {
        "name": each.site.name, "code": each.site.code, "randomised": each.randomised,
        "in_hand": each.completeness.in_hand, "due": each.completeness.due,
        "words": part_of(each.completeness.in_hand, each.completeness.due),
        "share": percent_of(each.completeness.share), "reachable": percent_of(each.completeness.reachable),
        "tag": standing_tag(each.standing), "is_far": far,
        "open": each.ages.open, "late": each.ages.late,
    }  # fmt: skip


# Windows, retention, queries, quality ---------------------------------------------------------------------------------
def _windows(found: Oversight, protocol: Protocol) -> list[dict[str, Any]]:
    """Occasions, then visits: how many came in time, early and late, were missed, can still come."""
    rows: list[tuple[str, Windows]] = [(occasion_name(protocol, code), one) for code, one in found.occasions.items()]
    rows += [(visit_name(protocol, number), one) for number, one in found.visits.items()]
    return [{"name": name, "windows": one, "in_time": percent(one.in_time, one.closed)} for name, one in rows]


def _curve(found: Oversight) -> list[Point]:
    """Per cent by whole months, from everybody at none."""
    ends = (Point(each.month + 1, round(100 * each.share, 1), str(each.month + 1)) for each in found.curve)
    return [Point(0, 100, "0"), *ends]


def _curve_words(found: Oversight) -> str:
    if not found.curve:
        return ""
    last = found.curve[-1]
    return _("After %(months)d months %(share)s still answer (95%% confidence interval %(low)s to %(high)s).") % {
        "months": last.month + 1, "share": percent_of(last.share), "low": percent_of(last.low),
        "high": percent_of(last.high),
    }  # fmt: skip


def _ages_words(ages: Ages, days: int) -> str:
    """How many queries are open, and how old the oldest is."""
    if not ages.open or ages.oldest is None:
        return _("No data query is open.")
    oldest = (clock.today() - clock.local(ages.oldest).date()).days
    count = ngettext("%(n)d data query is open", "%(n)d data queries are open", ages.open) % {"n": ages.open}
    return _("%(count)s, %(late)d for more than %(days)d days; the oldest for %(oldest)d days.") % {
        "count": count, "late": ages.late, "days": days, "oldest": oldest,
    }  # fmt: skip


def _digits(each: Digits, protocol: Protocol) -> dict[str, Any]:
    return {
        "where": each.site.name if each.site else _("All sites"),
        "what": words.instrument_name(each.instrument, protocol),
        "values": each.test.values,
        "rounded": percent_of(each.test.rounded),
        "p": _p(each.test.p),
        "is_signal": each.test.is_signal,
    }


def _p(p: float) -> str:
    return _("under 0.001") if p < ALARM else number_format(p, 3)
