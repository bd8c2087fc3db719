"""Words and colours of this wing: for stages, windows, criteria. Plum and moss, the colours of treatments, are not used."""

from datetime import date

from django.utils.text import capfirst
from django.utils.translation import get_language, get_language_info, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from stegvis.audit import clock
from stegvis.methods.study.protocol import STRATUM_SEPARATOR, Protocol
from stegvis.reminders.queries import Channel, Undelivered
from stegvis.trial.queries import Stage
from stegvis.web.components.shapes import Tag, Tone
from stegvis.web.components.times import full_day, short_day

_STAGE_TONES: dict[str, Tone] = {
    Stage.CONSENTED: "fjord",
    Stage.BASELINE_DONE: "fjord",
    Stage.PLANNED: "fjord",
    Stage.ALLOCATED: "ok",
    Stage.FOLLOWED_UP: "ok",
    Stage.WITHDRAWN: "warn",
}

SOURCES = {
    "telephone": gettext_lazy("telephone call"),
    "examination": gettext_lazy("examination"),
    "record": gettext_lazy("medical record"),
    "answers": gettext_lazy("the person's own answers"),
    "letter": gettext_lazy("letter or referral"),
}
"""Where a clinician knows a finding from."""


def language() -> str:
    """The reader's language."""
    return get_language() or ""


def language_name(code: str) -> str:
    """A language as the reader calls it."""
    return str(get_language_info(code)["name_translated"])


def stratum_name(protocol: Protocol, stratum: str) -> str:
    """A stratum as people read it: the site, and the level of each further factor; the one of an unstratified trial."""
    names = (
        {"all": _("everybody")}
        | {site.code: site.name for site in protocol.sites}
        | {level.code: level.name.in_language(language()) for factor in protocol.factors for level in factor.levels}
    )
    return ", ".join(names.get(part, part) for part in stratum.split(STRATUM_SEPARATOR))


def stage_tag(stage: str) -> Tag:
    """How far somebody has come."""
    return Tag(capfirst(str(Stage(stage).label)), _STAGE_TONES.get(stage, ""))


def state_tag(state: str) -> Tag:
    """Where an occasion or a visit stands: done, before, open, late, missed."""
    tags: dict[str, Tag] = {
        "done": Tag(_("Done"), "ok", "check"),
        "before": Tag(_("Not yet")),
        "open": Tag(_("Window open"), "fjord"),
        "late": Tag(_("Window closed"), "warn", "clock"),
        "missed": Tag(_("Did not take place"), "warn"),
    }
    return tags[state]


def percent(part: int, whole: int) -> str:
    """The share in whole per cent, or a dash where there is nothing to share."""
    if not whole:
        return "–"
    return _("%(share)d%%") % {"share": round(100 * part / whole)}


def part_of(part: int, whole: int) -> str:
    """How many of how many."""
    return _("%(part)d of %(whole)d") % {"part": part, "whole": whole}


def between(first: date, last: date) -> str:
    """A window by its first and last day, with the year where it is another than this one."""
    if last.year == clock.today().year:
        return f"{short_day(first)}–{short_day(last)}"
    return f"{short_day(first) if first.year == last.year else full_day(first)}–{full_day(last)}"


def in_days(day: date) -> str:
    """How far off a day is: today, tomorrow, in 3 days, 2 days ago."""
    ahead = (day - clock.today()).days
    if ahead == 0:
        return _("today")
    if ahead == 1:
        return _("tomorrow")
    if ahead > 1:
        return ngettext("in %(n)d day", "in %(n)d days", ahead) % {"n": ahead}
    return ngettext("%(n)d day ago", "%(n)d days ago", -ahead) % {"n": -ahead}


def window(closes_on: date) -> str:
    """When an occasion's window closes or closed, as the second half of a sentence."""
    known = {"day": short_day(closes_on), "when": in_days(closes_on)}
    if closes_on >= clock.today():
        return _("closes on %(day)s, %(when)s") % known
    return _("closed on %(day)s, %(when)s; a late answer counts too") % known


def occasion_name(protocol: Protocol, code: str) -> str:
    """What the protocol calls an occasion, or its code where it knows none."""
    names = {occasion.code: occasion.name for occasion in protocol.occasions}
    return names[code].in_language(language()) if code in names else code


def visit_name(protocol: Protocol, number: int) -> str:
    """A visit in a few words: what stands before the colon in the protocol's name for it."""
    for visit in protocol.visits:
        if visit.number == number:
            return visit.name.in_language(language()).partition(":")[0]
    return _("Visit %(number)d") % {"number": number}


def not_delivered(each: Undelivered) -> str:
    """That messages did not reach somebody by one way; never which messages."""
    if each.channel == Channel.SMS:
        return _("a text message did not get through")
    return _("an e-mail did not get through")


def source_name(source: str) -> str:
    """Where a finding is known from, in words."""
    return str(SOURCES.get(source, source))
