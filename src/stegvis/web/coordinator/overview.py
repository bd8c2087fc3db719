"""The trial at a glance: how it is doing, who came how far, what to do today. Groups are hidden, and nothing here could tell."""

from collections.abc import Sequence
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from stegvis.audit import clock
from stegvis.methods.study.protocol import Protocol
from stegvis.monitoring import queries as monitoring
from stegvis.monitoring.queries import DAYS_A_MONTH, Overview, Recruitment, SiteNumbers
from stegvis.protocol import queries as protocols
from stegvis.trial.queries import Leaving
from stegvis.web.components.shapes import FlowStep, Link, Point, Share, Vital
from stegvis.web.components.times import full_day, month_name, short_day
from stegvis.web.coordinator import gate, words
from stegvis.web.coordinator.do_today import do_today
from stegvis.web.coordinator.words import language, part_of, percent
from stegvis.web.messages import in_words

MOST_SITES = 12


@require_safe
@gate.coordinator
def overview(request: HttpRequest) -> HttpResponse:
    """The first page of a coordinator."""
    protocol = protocols.current()
    trial = monitoring.overview(protocol)
    occasion = trial.occasion.name.in_language(language())
    todo = do_today(request, protocol)
    shown = _own_first(trial.sites, frozenset(gate.sites(request)))
    context = {
        "trial_name": capfirst(protocol.trial.short_title.in_language(language())),
        "at": trial.at,
        "occasion": occasion,
        "visit": words.visit_name(protocol, trial.last_visit) if trial.last_visit else "",
        "vitals": _vitals(trial, occasion, words.visit_name(protocol, trial.last_visit or 0)),
        "flow": _flow(trial, occasion),
        "todo": todo.rows,
        "more": todo.more,
        "lists": _lists(protocol),
        "recruitment": trial.recruitment,
        "punctuality": in_words(monitoring.punctuality_of_messages(protocol)),
        "actual": actual(trial.recruitment),
        "planned": planned(trial.recruitment),
        "recruitment_words": recruitment_words(trial.recruitment),
        "sites": [_site(site) for site in shown],
        "more_sites": more_sites(len(trial.sites) - len(shown)),
    }
    return render(request, "coordinator/overview.html", context)


def _lists(protocol: Protocol) -> list[Link]:
    """The lists that have no tab: *Do today* leads to each only while somebody waits there."""
    found = [
        Link(_("Consents"), reverse("coordinator:consents")),
        Link(_("Without a physiotherapist"), reverse("coordinator:physiotherapists")),
        Link(_("Deviations"), reverse("coordinator:deviations")),
    ]
    if any(each.incentive for each in protocol.occasions):
        found.append(Link(_("Gifts to send"), reverse("coordinator:gifts")))
    return found


def _own_first(sites: Sequence[SiteNumbers], own: frozenset[int]) -> list[SiteNumbers]:
    """The own sites, then the others in their order; no more than fit on a page that is read at a glance."""
    return sorted(sites, key=lambda each: each.site.pk not in own)[:MOST_SITES]


def more_sites(count: int) -> str:
    """That there are more than are shown; nothing when there are none."""
    return ngettext("And %(n)d more site.", "And %(n)d more sites.", count) % {"n": count} if count else ""


def _vitals(trial: Overview, occasion: str, visit: str) -> list[Vital]:
    follow_up = trial.flow.follow_up
    found = [
        _randomised(trial.recruitment),
        Vital(
            _("In hand: %(occasion)s") % {"occasion": occasion},
            percent(follow_up.in_hand, follow_up.due),
            _("%(part)d of %(whole)d due") % {"part": follow_up.in_hand, "whole": follow_up.due},
            ngettext("%(n)d window closed without", "%(n)d windows closed without", follow_up.closed)
            % {"n": follow_up.closed},
            "poor" if follow_up.closed else "",
        ),
    ]
    if trial.last_visit:
        held = trial.visits
        label = _("%(visit)s in its window") % {"visit": visit}
        found.append(Vital(label, percent(held.in_window, held.due), part_of(held.in_window, held.due)))
    on_the_way = _("between consent and randomisation")
    found.append(Vital(_("Being screened"), str(trial.flow.under_way), _people(trial.flow.under_way)))
    found.append(Vital(_("On the way"), str(trial.flow.on_the_way), _people(trial.flow.on_the_way), on_the_way))
    return found


def _people(count: int) -> str:
    return ngettext("person", "people", count)


def _randomised(recruitment: Recruitment) -> Vital:
    """How many, and how that stands to the plan."""
    planned = recruitment.planned_by(clock.today())
    ahead = recruitment.randomised - (planned if planned is not None else recruitment.randomised)
    note = "" if planned is None else _("as planned")
    if ahead > 0:
        note = _("%(n)d ahead of plan") % {"n": ahead}
    elif ahead < 0:
        note = _("%(n)d behind plan") % {"n": -ahead}
    of = _("of %(n)d") % {"n": recruitment.planned_n}
    standing = "" if planned is None else "good" if ahead >= 0 else "poor"
    return Vital(_("Randomised"), str(recruitment.randomised), of, note, standing)  # type: ignore[arg-type]


def _flow(trial: Overview, occasion: str) -> list[FlowStep]:
    flow, follow_up = trial.flow, trial.flow.follow_up
    not_included = flow.excluded + flow.declined + flow.no_reply + flow.not_consented
    reasons = [
        (flow.excluded, _("not eligible")),
        (flow.declined, _("declined")),
        (flow.no_reply, _("not reached")),
        (flow.not_consented, _("invited, did not consent")),
    ]
    under_way = [(flow.under_way, _("being screened")), (flow.invited, _("invited, yet to decide"))]
    left = [(count, str(Leaving(why).label) if why in Leaving.values else why) for why, count in flow.left.items()]
    shares = (
        Share(_("in hand"), follow_up.in_hand, "ok"),
        Share(_("window open"), follow_up.open, "fjord"),
        Share(_("window closed without"), follow_up.closed, "warn"),
        Share(_("withdrawn"), follow_up.withdrawn, "none"),
    )
    return [
        FlowStep(
            flow.assessed, _("assessed for eligibility"), _counts(under_way),
            not_included, _("not included"), _counts(reasons),
        ),
        FlowStep(
            flow.consented, _("gave consent"), _counts([(flow.on_the_way, _("on the way to randomisation"))]),
            sum(flow.left.values()), _("left before randomisation"), _counts(left),
        ),
        FlowStep(
            flow.randomised, _("randomised"), _("Groups are hidden on this page."),
            follow_up.not_due, _("not due yet: %(occasion)s") % {"occasion": occasion},
        ),
        FlowStep(follow_up.due, _("due: %(occasion)s") % {"occasion": occasion}, shares=shares),
    ]  # fmt: skip


def _counts(parts: list[tuple[int, str]]) -> str:
    return " · ".join(f"{count} {label}" for count, label in parts if count)


def _month(recruitment: Recruitment, day: date) -> float:
    """Months from the beginning of the chart to a day."""
    return round((day - recruitment.months[0].first).days / DAYS_A_MONTH, 2)


def actual(recruitment: Recruitment) -> list[Point]:
    """The curve of those randomised: a point at the end of each month, the last one today."""
    if not recruitment.months:
        return []
    points = [Point(0, 0, short_day(recruitment.months[0].first))]
    ends = [month.first for month in recruitment.months[1:]] + [clock.today()]
    for month, end in zip(recruitment.months, ends, strict=True):
        label = f"{month_name(month.first)} {month.first:%y}"
        points.append(Point(max(_month(recruitment, end), points[-1].x + 0.01), month.so_far, label))
    return points


def planned(recruitment: Recruitment) -> list[Point]:
    """The plan: a straight line from its first day to its last."""
    if recruitment.starts_on is None or recruitment.ends_on is None or not recruitment.months:
        return []
    return [
        Point(_month(recruitment, recruitment.starts_on), 0),
        Point(_month(recruitment, recruitment.ends_on), recruitment.planned_n),
    ]


def recruitment_words(recruitment: Recruitment) -> str:
    """How many have been randomised, beside what the plan says by now, in a sentence."""
    planned = recruitment.planned_by(clock.today())
    if planned is None or recruitment.ends_on is None:
        return _("%(n)d randomised until today.") % {"n": recruitment.randomised}
    return _("%(n)d randomised until today; the plan says %(planned)d by now and %(all)d by %(day)s.") % {
        "n": recruitment.randomised, "planned": planned, "all": recruitment.planned_n,
        "day": full_day(recruitment.ends_on),
    }  # fmt: skip


def _site(numbers: monitoring.SiteNumbers) -> dict[str, object]:
    """A row of the table of sites."""
    held = numbers.visits
    late = numbers.follow_up.closed + held.due - held.in_window
    return {
        "name": numbers.site.name,
        "randomised": numbers.randomised,
        "in_hand": numbers.follow_up.in_hand,
        "due": numbers.follow_up.due,
        "in_hand_words": part_of(numbers.follow_up.in_hand, numbers.follow_up.due),
        "visits": percent(held.in_window, held.due),
        "this_month": numbers.months.get(clock.today().replace(day=1), 0),
        "late": late,
    }
