"""Who may do what at a site: the log of training and delegated tasks, which its lead signs and everybody there reads."""

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from stegvis.audit import clock
from stegvis.people import queries as people
from stegvis.people.errors import TooManyAttempts
from stegvis.people.queries import Account, Site
from stegvis.protocol import queries as protocols
from stegvis.trial.delegation import actions, queries
from stegvis.web import access
from stegvis.web.components import errors
from stegvis.web.components.shapes import Link
from stegvis.web.components.times import short_day
from stegvis.web.coordinator import gate
from stegvis.web.coordinator.forms import carry_out
from stegvis.web.coordinator.words import language
from stegvis.web.forms import Chips, DayField, KeyedForm, answer

TASK_NAMES = {
    "screen": gettext_lazy("decide criteria and invite"),
    "randomise": gettext_lazy("randomise"),
    "assess_outcomes": gettext_lazy("take answers by telephone and on paper"),
    "hold_visits": gettext_lazy("hold visits"),
    "guide": gettext_lazy("answer in the programme"),
}


class _SignedForm(KeyedForm):
    """Something that the lead of a site signs with the password."""

    account = forms.ChoiceField(label=gettext_lazy("Who?"))
    password = forms.CharField(
        label=gettext_lazy("Your password, as your signature"),
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
    )

    def __init__(self, staff: list[Account], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.staff = {each.code: each for each in staff}
        cast(forms.ChoiceField, self.fields["account"]).choices = [
            (each.code, f"{each.name}, {each.get_role_display()}") for each in staff
        ]


class DelegateForm(_SignedForm):
    """A task for somebody, from one day to another."""

    task = forms.ChoiceField(
        label=gettext_lazy("May do"),
        choices=[(code, capfirst(name)) for code, name in TASK_NAMES.items()],
        widget=Chips,
    )
    from_on = DayField(label=gettext_lazy("From which day?"))
    until_on = DayField(label=gettext_lazy("Until which day?"), required=False)
    field_order = ("key", "account", "task", "from_on", "until_on", "password")


class TrainingForm(_SignedForm):
    """That somebody was trained."""

    topic = forms.ChoiceField(label=gettext_lazy("In what?"), widget=Chips)
    trained_on = DayField(label=gettext_lazy("On which day?"))
    field_order = ("key", "account", "topic", "trained_on", "password")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        topics = [(each.code, each.name.in_language(language())) for each in protocols.current().delegation.training]
        cast(forms.ChoiceField, self.fields["topic"]).choices = topics


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("password")
@gate.on_rotas
def duties(request: HttpRequest, site: str) -> HttpResponse:
    """The log of one own site; its lead adds to it."""
    place, posted = _own(request, site), request.POST if request.method == "POST" else None
    staff = list(people.staff_working_at(place))
    if posted is not None and "end" in posted:
        return _end(request, place, posted["end"])
    is_training = posted is not None and "topic" in posted
    form = (TrainingForm if is_training else DelegateForm)(staff, posted, initial={"from_on": clock.today()})
    if posted is not None and form.is_valid():
        try:
            kept = _keep(request, place, form)
        except TooManyAttempts as refused:
            return errors.too_many(request, minutes=refused.facts["minutes"])
        if kept:
            messages.success(request, _("Signed and kept."))
            return redirect("coordinator:duties", site)
    return answer(request, "coordinator/duties.html", form, _about(request, place, staff, form))


def _keep(request: HttpRequest, place: Site, form: Any) -> bool:
    """Carry out what was signed; False when the password does not fit or a room refuses."""
    given = {name: value for name, value in form.cleaned_data.items() if name not in {"account", "password"}}
    if not access.password_fits(request, form.cleaned_data["password"]):
        form.add_error("password", _("That is not your password. Nothing was signed; try again."))
        return False
    action: Any = actions.keep_training if isinstance(form, TrainingForm) else actions.delegate
    account = form.staff[form.cleaned_data["account"]]
    return carry_out(form, action, account=account, site=place, by=gate.account(request), **given) is not None


def _end(request: HttpRequest, place: Site, pk: str) -> HttpResponse:
    """End one delegation today."""
    found = queries.delegation(int(pk)) if pk.isdecimal() else None
    if found is None or found.site_id != place.pk:
        raise Http404
    form = DelegateForm([])
    form.is_bound, form.cleaned_data = True, {}
    if carry_out(form, actions.end, delegation=found, by=gate.account(request)) is None:
        messages.warning(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
    else:
        messages.success(request, _("It has ended."))
    return redirect("coordinator:duties", place.code)


def _own(request: HttpRequest, code: str) -> Site:
    found = next((site for site in people.sites() if site.code == code and site.pk in gate.sites(request)), None)
    if found is None:
        raise Http404
    return found


def _about(request: HttpRequest, place: Site, staff: list[Account], form: Any) -> dict[str, Any]:
    """The log, and the two forms for whoever leads."""
    lead, today = queries.lead_of(place), {"from_on": clock.today(), "trained_on": clock.today()}
    protocol = protocols.current()
    is_training = isinstance(form, TrainingForm)
    return {
        "site": place,
        "lead": lead,
        "leads": lead is not None and lead.pk == gate.account(request).pk,
        "rows": [_row(each) for each in queries.log_of(place)],
        "trained": _trained(staff),
        "required": [capfirst(str(TASK_NAMES[task])) for task in protocol.delegation.required_for],
        "delegate_form": form if not is_training else DelegateForm(staff, initial=today, auto_id="delegate_%s"),
        "training_form": form if is_training else TrainingForm(staff, initial=today, auto_id="training_%s"),
        "has_training": bool(protocol.delegation.training),
        "crumbs": _crumbs(request),
    }  # fmt: skip


def _crumbs(request: HttpRequest) -> list[Link]:
    """The way back, for those who may go it."""
    is_theirs = gate.account(request).role == "coordinator"
    return [Link(_("Sites and rota"), reverse("coordinator:sites"))] if is_theirs else []


def _row(row: Any) -> dict[str, Any]:
    is_over = row.ended_at is not None or (row.until_on is not None and row.until_on < clock.today())
    last = clock.local(row.ended_at).date() if row.ended_at else row.until_on
    return {
        "pk": row.pk,
        "who": f"{row.account.name}, {row.account.code}",
        "task": capfirst(str(TASK_NAMES.get(row.task, row.task))),
        "from_on": row.from_on,
        "until_on": last,
        "signed": f"{row.signed_by.code if row.signed_by else _('the system')}, {short_day(row.signed_at)}",
        "is_over": is_over,
    }


def _trained(staff: list[Account]) -> list[tuple[str, str]]:
    """Who was trained in what, and when last."""
    names = {each.code: each.name.in_language(language()) for each in protocols.current().delegation.training}
    days = queries.training_of(staff)
    return [
        (
            f"{each.name}, {each.code}",
            ", ".join(f"{names.get(topic, topic)} ({short_day(day)})" for topic, day in days.get(each.pk, {}).items()),
        )
        for each in staff
        if each.pk in days
    ]
