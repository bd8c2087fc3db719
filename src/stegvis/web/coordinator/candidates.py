"""Candidates: a file of people to be screened is taken in whole, or refused with every problem; somebody known is told apart."""

from hashlib import sha256
from typing import Any, cast

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from stegvis.audit import clock
from stegvis.methods.study import candidates as files
from stegvis.people import queries as people
from stegvis.protocol import queries as protocols
from stegvis.trial import actions as trial
from stegvis.trial import traces
from stegvis.web.coordinator import gate
from stegvis.web.coordinator.forms import carry_out
from stegvis.web.forms import Chips, StegForm

MOST_BYTES = 500_000
APART = [
    ("another_person", gettext_lazy("It is another person, who shares a telephone, an address or a name")),
    ("asked_again", gettext_lazy("It is the same person, who asks again and is not taking part")),
]


class FileForm(StegForm):
    """The file, and at which site."""

    site = forms.ChoiceField(label=gettext_lazy("Site"), widget=Chips)
    file = forms.FileField(label=gettext_lazy("The file (CSV)"), max_length=200)

    def __init__(self, sites: list[Any], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast(forms.ChoiceField, self.fields["site"])
        field.choices = [(site.code, site.name) for site in sites]
        field.initial = sites[0].code if sites else None

    def clean_file(self) -> bytes:
        """What the file holds; one that is too large for a list of people is refused before it is read."""
        given = self.cleaned_data["file"]
        if given.size > MOST_BYTES:
            raise forms.ValidationError(_("The file is larger than a list of %(n)d people.") % {"n": files.MOST_ROWS})
        return bytes(given.read())


class ApartForm(StegForm):
    """How it is with somebody who seems to be known."""

    how = forms.ChoiceField(label=gettext_lazy("What have you found out?"), choices=APART, widget=forms.RadioSelect)


@require_http_methods(["GET", "HEAD", "POST"])
@gate.coordinator
def take_in(request: HttpRequest) -> HttpResponse:
    """Import a file: every candidate of it or none."""
    own = [site for site in people.sites() if site.pk in gate.sites(request)]
    sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = FileForm(own, *sent)
    problems: list[tuple[int, str, str]] = []
    if form.is_valid():
        data = form.cleaned_data["file"]
        found = files.read_file(data, protocols.current().trial.languages, clock.today())
        problems = [(each.row, each.column, _words(each)) for each in found.problems]
        site = next(site for site in own if site.code == form.cleaned_data["site"])
        kept = None if problems else carry_out(
            form, trial.import_candidates, site=site, candidates=found.rows, sha256=sha256(data).hexdigest(),
            made_up=settings.MODE == "demo", by=gate.account(request),
        )  # fmt: skip
        if kept is not None:
            said = ngettext("%(n)d person was added.", "%(n)d people were added.", kept.rows) % {"n": kept.rows}
            messages.success(request, said)
            return redirect("coordinator:screening")
    context = {"form": form, "problems": problems, "columns": _columns(), "most": files.MOST_ROWS}
    status = 422 if problems or form.errors else 200
    return render(request, "coordinator/candidates.html", context, status=status)


@require_safe
@gate.coordinator
def template(_request: HttpRequest) -> HttpResponse:
    """The file to fill in, as spreadsheets open it: with a byte order mark."""
    named = {"Content-Disposition": 'attachment; filename="candidates.csv"'}
    return HttpResponse(f"\ufeff{files.template()}", content_type="text/csv; charset=utf-8", headers=named)


@require_POST
@gate.coordinator
def tell_apart(request: HttpRequest, number: int) -> HttpResponse:
    """Keep what was found out about somebody who seems to be known."""
    found = gate.screening(request, number)
    form = ApartForm(request.POST)
    kept = None
    if form.is_valid():
        kept = carry_out(
            form, trial.tell_apart, screening=found, how=form.cleaned_data["how"], by=gate.account(request)
        )
    if kept is not None:
        messages.success(request, _("Noted. The screening can go on."))
    else:
        messages.warning(request, " ".join(str(each) for errors in form.errors.values() for each in errors))
    return redirect("coordinator:one_screening", number)


def known(request: HttpRequest, found: Any) -> dict[str, Any]:
    """What the page of a screening says of whether the person is known: own screenings by number, another site as a fact."""
    seen = traces.known(found, gate.sites(request))
    lines = [(each.screening, ", ".join(str(_KINDS[kind]) for kind in each.kinds)) for each in seen.own]
    return {
        "known": bool(seen), "known_here": lines, "known_elsewhere": seen.elsewhere, "known_waits": seen.waits,
        "apart_form": ApartForm(), "study_phone": protocols.current().contact.phone,
    }  # fmt: skip


_KINDS: dict[str, Any] = {
    "personal_number": gettext_lazy("the same personal identity number"),
    "email": gettext_lazy("the same e-mail address"),
    "phone": gettext_lazy("the same telephone number"),
    "name_born": gettext_lazy("the same name and day of birth"),
}


def _words(problem: files.Problem) -> str:
    """What is wrong and what would be right."""
    said = {
        "empty": _("The file holds nobody. Fill in a line for each person."),
        "too_many": _("There are %(fact)s people, and one file takes %(most)d. Divide it."),
        "columns": _("The line has %(fact)s fields, and not as many as the heading. Look for a separator too many or too few."),
        "unknown_column": _("“%(fact)s” is no column of the template. Take it away or rename it."),
        "missing_column": _("The column is missing. It is needed."),
        "column_twice": _("The column stands there twice. Take one away."),
        "needed": _("This cannot be empty."),
        "no_way": _("Neither telephone nor e-mail. Write one of them, so that the person can be reached."),
        "too_long": _("Longer than %(fact)s letters. Shorten it."),
        "email": _("“%(fact)s” is no e-mail address. Write it as name@example.org."),
        "phone": _("“%(fact)s” is no telephone number. Write it with digits only."),
        "born": _("Neither a day nor a personal identity number with the year in four figures. Write it as 1978-05-14."),
        "language": _("“%(fact)s” is no language of the trial. Write one of: %(languages)s."),
        "source": _("“%(fact)s” is no way to the trial. Write one of: %(sources)s."),
        "pain_months": _("“%(fact)s” is no number of months. Write a whole number, or leave it empty."),
        "twice": _("The same person stands in row %(fact)s. Take one of them away."),
    }[problem.what]  # fmt: skip
    languages = ", ".join(protocols.current().trial.languages)
    return said % {
        "fact": problem.fact[:60], "most": files.MOST_ROWS, "languages": languages, "sources": ", ".join(files.SOURCES),
    }  # fmt: skip


def _columns() -> list[tuple[str, str]]:
    return [
        ("name", _("First name and surname. Needed.")),
        ("phone", _("Telephone number. This or the e-mail address is needed.")),
        ("email", _("E-mail address. Needed before the person can be invited.")),
        ("born", _("Day of birth or personal identity number. The age is kept, the number is not.")),
        ("language", _("The language of letters. Empty: the trial's first language.")),
        ("source", _("clinic, phone or self. Empty: clinic.")),
        ("pain_months", _("For how many months the person has had pain, if known.")),
    ]
