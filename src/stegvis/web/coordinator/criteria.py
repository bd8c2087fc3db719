"""Criteria on a page: what is computed, what a licensed clinician found, and the form to find it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from stegvis.protocol import queries as protocols
from stegvis.trial.queries import CriterionRow, Verdict, Working
from stegvis.web.components.shapes import Tag
from stegvis.web.components.times import short_day
from stegvis.web.coordinator.forms import CriteriaForm
from stegvis.web.coordinator.words import language, source_name


@dataclass(frozen=True)
class Line:
    """One criterion as a page shows it."""

    code: str
    label: str
    text: str
    must: str
    computed: Tag
    found: str
    standing: Tag
    referral: str
    working: list[Tag]
    verdict: BoundField
    source: BoundField


def lines(form: CriteriaForm) -> list[Line]:
    """The criteria of a form, in the protocol's order."""
    return [_line(row, form) for row in form.rows]


def _line(row: CriterionRow, form: CriteriaForm) -> Line:
    criterion = row.criterion
    return Line(
        code=criterion.code,
        label=criterion.label.in_language(language()),
        text=criterion.text.in_language(language()),
        must=_("must hold") if criterion.kind == "include" else _("must not hold"),
        computed=_computed(row),
        found=_found(row),
        standing=_standing(row.passes),
        referral=criterion.referral.in_language(language())
        if row.computed.needs_referral and criterion.referral
        else "",
        working=[_step(each) for each in row.working if each.holds is not None],
        verdict=form[f"verdict_{criterion.code}"],
        source=form[f"source_{criterion.code}"],
    )


def _computed(row: CriterionRow) -> Tag:
    """What the rule says of the answers; whether it speaks for or against decides the colour."""
    if row.computed.holds is None:
        return Tag(_("Computed: not known"))
    word = _("Computed: yes") if row.computed.holds else _("Computed: no")
    return Tag(word, "ok" if row.computed.passes else "warn")


_STEPS: dict[str, Any] = {
    "age": gettext_lazy("age"), "months": gettext_lazy("months of pain"), "left": gettext_lazy("left side"),
    "right": gettext_lazy("right side"), "above": gettext_lazy("above the waist"),
    "below": gettext_lazy("below the waist"), "axial": gettext_lazy("neck, chest or back"),
    "regions": gettext_lazy("regions of five"), "sites": gettext_lazy("sites of fifteen"),
}  # fmt: skip


def _step(each: Working) -> Tag:
    """One step of the computation: what was looked at, what was found, and whether it is enough."""
    scores = {outcome.score: outcome.label.in_language(language()) for outcome in protocols.current().outcomes}
    name = str(_STEPS.get(each.code) or scores.get(each.code, each.code.replace("_", " ")))
    if each.found is not None:
        name = f"{name}: {each.found:g}"
    return (
        Tag(_("%(what)s, yes") % {"what": name}, "ok")
        if each.holds
        else Tag(_("%(what)s, no") % {"what": name}, "warn")
    )


def _found(row: CriterionRow) -> str:
    found = row.decision
    if found is None:
        return ""
    return _("%(verdict)s, says %(who)s, %(day)s (%(source)s)") % {
        "verdict": str(Verdict(found.verdict).label).capitalize(), "who": found.decided_by.code,
        "day": short_day(found.decided_at), "source": source_name(found.source),
    }  # fmt: skip


def _standing(passes: bool | None) -> Tag:
    if passes is None:
        return Tag(_("To be confirmed"), "fjord")
    return Tag(_("Confirmed"), "ok", "check") if passes else Tag(_("Speaks against"), "warn", "alert")


def undecided(rows: Sequence[CriterionRow]) -> int:
    """How many criteria no clinician has decided."""
    return sum(row.passes is None for row in rows)


def against(rows: Sequence[CriterionRow]) -> list[CriterionRow]:
    """The criteria that a clinician found to speak against."""
    return [row for row in rows if row.passes is False]


def context(form: CriteriaForm, **more: Any) -> dict[str, Any]:
    """What the template part `coordinator/parts/criteria.html` is given."""
    return {
        "criteria": lines(form),
        "criteria_form": form,
        "undecided": undecided(form.rows),
        "decided": not undecided(form.rows),
        "against": [row.criterion.label.in_language(language()) for row in against(form.rows)],
        **more,
    }
