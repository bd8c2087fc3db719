"""Deviations: what did not go as the protocol says, to record, to judge and to put right."""

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from stegvis.audit import clock
from stegvis.audit.reading import record_reading
from stegvis.methods.study.deviations import Effects
from stegvis.people import queries as people
from stegvis.people.queries import Participant, Site
from stegvis.trial.deviations import actions
from stegvis.trial.deviations import queries as deviating
from stegvis.trial.deviations.queries import Told
from stegvis.web import access
from stegvis.web.components.shapes import Fact, Link, Moment, Tag
from stegvis.web.components.times import full_day, short_day
from stegvis.web.coordinator import gate
from stegvis.web.coordinator.forms import carry_out
from stegvis.web.forms import Chips, DayField, KeyedForm, answer

A_PAGE = 50
EFFECTS = (
    ("rights", gettext_lazy("A person’s rights")),
    ("safety", gettext_lazy("Safety or well-being")),
    ("data", gettext_lazy("How complete or reliable the data are")),
)


class JudgementForm(KeyedForm):
    """What it was, what it may have affected, and what was done about it."""

    description = forms.CharField(
        label=gettext_lazy("What happened?"), max_length=2000, widget=forms.Textarea({"rows": 4}),
        help_text=gettext_lazy("Facts, without names. Do not write which group the person is in."),
    )  # fmt: skip
    effects = forms.MultipleChoiceField(
        label=gettext_lazy("What may it have affected?"), required=False, choices=EFFECTS,
        widget=forms.CheckboxSelectMultiple, help_text=gettext_lazy("Tick nothing if it affected none of these."),
    )  # fmt: skip
    corrective = forms.CharField(
        label=gettext_lazy("What was done about it, and so that it does not happen again?"), required=False,
        max_length=2000, widget=forms.Textarea({"rows": 3}),
    )  # fmt: skip

    @property
    def judged(self) -> dict[str, Any]:
        """What was filled in, as the action takes it."""
        given = self.cleaned_data
        effects = Effects(**{name: name in given["effects"] for name, _label in EFFECTS})
        return {**{name: given[name] for name in ("description", "corrective", "key")}, "effects": effects}


class DeviationForm(JudgementForm):
    """The same with what kind it is, where and when."""

    site = forms.ChoiceField(label=gettext_lazy("Site"), widget=Chips)
    participant = forms.CharField(
        label=gettext_lazy("Code of the participant"), max_length=20, required=False,
        help_text=gettext_lazy("Leave it empty when it concerns the site as a whole."),
    )  # fmt: skip
    kind = forms.ChoiceField(label=gettext_lazy("What kind is it?"), widget=forms.RadioSelect)
    happened_on = DayField(label=gettext_lazy("On which day did it happen?"))
    found_by = forms.ChoiceField(
        label=gettext_lazy("Who noticed it?"), widget=Chips, initial="staff",
        choices=[(code, capfirst(name)) for code, name in deviating.FoundBy.choices if code != deviating.FoundBy.SYSTEM],
    )  # fmt: skip

    field_order = ("key", "site", "participant", "kind", "happened_on", "found_by")

    def __init__(self, sites: list[Site], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sites = {site.code: site for site in sites}
        offered = cast(forms.ChoiceField, self.fields["site"])
        offered.choices = [(site.code, site.name) for site in sites]
        offered.initial = sites[0].code if sites else None
        if len(sites) == 1:
            offered.widget = forms.HiddenInput()
        cast(forms.ChoiceField, self.fields["kind"]).choices = list(deviating.kinds().items())

    def clean_participant(self) -> Participant | None:
        """The participant with this code at an own site."""
        code = str(self.cleaned_data["participant"]).strip().upper()
        found = people.participant_by_code(code) if code else None
        if code and (found is None or found.site.code not in self.sites):
            raise forms.ValidationError(_("Nobody at your sites has this code. Check it, or leave it empty."))
        return found


@require_safe
@gate.coordinator
def deviations(request: HttpRequest) -> HttpResponse:
    """Deviations at the own sites: those that wait to be judged, or all."""
    waiting = request.GET.get("show") != "all"
    rows = deviating.at_sites(gate.sites(request), waiting=waiting)
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    here = reverse("coordinator:deviations")
    context = {
        "page": page,
        "rows": [_row(told) for told in deviating.told(page)],
        "filters": [
            Link(_("To judge"), here, current=waiting),
            Link(_("All"), f"{here}?show=all", current=not waiting),
        ],
        "waiting": waiting,
    }
    return render(request, "coordinator/deviations.html", context)


def _row(told: Told) -> dict[str, Any]:
    found = told.deviation
    return {
        "deviation": found,
        "who": found.participant.code if found.participant else found.site.name,
        "kind": deviating.name_of(found.kind),
        "tag": tag(told),
    }


def tag(told: Told) -> Tag:
    """Whether it is important, or still to be judged."""
    if told.version.is_important:
        return Tag(_("Important"), "bad")
    if told.waits:
        return Tag(_("To judge"), "warn", "clock")
    return Tag(_("Not important"))


@require_http_methods(["GET", "HEAD", "POST"])
@gate.coordinator
def new(request: HttpRequest) -> HttpResponse:
    """Record a deviation."""
    sites = [site for site in people.sites() if site.pk in gate.sites(request)]
    initial = {"happened_on": clock.today(), "participant": request.GET.get("participant", "")[:20]}
    form = DeviationForm(sites, request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        person, given = form.cleaned_data["participant"], form.cleaned_data
        made = carry_out(
            form, actions.record, participant=person, site=person.site if person else form.sites[given["site"]],
            kind=given["kind"], happened_on=given["happened_on"], found_by=given["found_by"], **form.judged,
            by=gate.account(request),
        )  # fmt: skip
        if made is not None:
            messages.success(request, _("The deviation is recorded."))
            return redirect("coordinator:deviation", made.pk)
    return answer(request, "coordinator/deviation_new.html", form, {"tab": "overview"})


@require_http_methods(["GET", "HEAD", "POST"])
@gate.coordinator
def deviation(request: HttpRequest, number: int) -> HttpResponse:
    """One deviation with all that was written of it; a new judgement is a new version."""
    found = deviating.deviation(number)
    if found is None or found.site_id not in gate.sites(request):
        raise Http404
    if found.participant is not None:
        record_reading(participant_code=found.participant.code, kind="deviation", by=access.actor(request))
    versions = deviating.versions_of(found)
    form = JudgementForm(request.POST if request.method == "POST" else None, initial=_initial(versions[0]))
    if form.is_valid() and _is_judged(request, form, found):
        messages.success(request, _("Saved."))
        return redirect("coordinator:deviation", number)
    return answer(request, "coordinator/deviation.html", form, _about(found, versions))


def _is_judged(request: HttpRequest, form: JudgementForm, found: Any) -> bool:
    """Whether the judgement was kept; otherwise the form says why not."""
    return carry_out(form, actions.judge, deviation=found, **form.judged, by=gate.account(request)) is not None


def _initial(version: Any) -> dict[str, Any]:
    effects = deviating.effects_of(version)
    ticked = [name for name, _label in EFFECTS if effects and getattr(effects, name)]
    return {"description": version.description, "corrective": version.corrective or "", "effects": ticked}


def _about(found: Any, versions: list[Any]) -> dict[str, Any]:
    told = Told(found, versions[0])
    person = found.participant
    way = (reverse("coordinator:person", args=[person.code]), _("Open")) if person else ("", "")
    return {
        "title": deviating.name_of(found.kind),
        "tag": tag(told),
        "crumbs": [Link(_("Deviations"), reverse("coordinator:deviations"))],
        "facts": [
            Fact(_("Site"), found.site.name),
            Fact(_("Participant"), person.code if person else _("the site as a whole"), *way),
            Fact(_("Happened"), full_day(found.happened_on)),
            Fact(_("Noticed"), f"{full_day(found.found_on)}, {found.get_found_by_display()}"),
        ],
        "moments": [_moment(version, len(versions) - n) for n, version in enumerate(versions)],
        "waits": told.waits,
    }  # fmt: skip


def _moment(version: Any, number: int) -> Moment:
    who = version.written_by.code if version.written_by else _("the system")
    return Moment(
        version.written_at,
        _("Version %(n)s, %(who)s") % {"n": number, "who": who},
        " ".join(filter(None, [version.description, _judged(version), version.corrective])),
    )


def _judged(version: Any) -> str:
    effects = deviating.effects_of(version)
    if effects is None:
        return ""
    named = [str(label) for name, label in EFFECTS if getattr(effects, name)]
    return (
        _("May have affected: %(what)s.") % {"what": ", ".join(named)} if named else _("It affected nothing of that.")
    )


def in_words(told: Told) -> str:
    """One deviation in a list of a person's: its kind and day."""
    return f"{deviating.name_of(told.deviation.kind)}, {short_day(told.deviation.happened_on)}"
