"""Who works here: everybody, inviting someone, one person's account."""

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from stegvis.people import actions as people
from stegvis.people import queries as accounts
from stegvis.people.errors import AddressTaken, OnlyAdministrator
from stegvis.people.queries import Account
from stegvis.reminders import actions as reminders
from stegvis.reminders import policies
from stegvis.reminders import queries as letters
from stegvis.web import access, staff_telephone
from stegvis.web.access import for_role
from stegvis.web.administrator import handing_over
from stegvis.web.administrator.forms import InviteForm, ReasonForm
from stegvis.web.components.shapes import Cell, Fact
from stegvis.web.forms import KeyedForm, answer
from stegvis.web.staff_telephone import StaffTelephoneForm

A_PAGE = 50


@require_safe
@for_role("administrator")
def everyone(request: HttpRequest) -> HttpResponse:
    """All members of staff."""
    page = Paginator(accounts.staff(), A_PAGE).get_page(request.GET.get("page"))
    head = [_("Code"), _("Name"), _("Role"), _("Works at"), _("Account"), _("One-time codes")]
    return render(
        request, "administrator/staff.html", {"page": page, "head": head, "rows": [_row(each) for each in page]}
    )


def _row(account: Account) -> tuple[object, ...]:
    return (
        Cell(account.code, url=reverse("administrator:member", args=[account.code])),
        account.name,
        str(account.get_role_display()).capitalize(),
        _places(account),
        *_standing(account),
    )


def _places(account: Account) -> str:
    postings = account.postings.all()
    if not postings:
        return _("the whole trial")
    return ", ".join(each.site.name for each in postings if each.until_at is None) or _("no site any more")


def _standing(account: Account) -> tuple[Cell, Cell]:
    """Whether the account is open, and whether an app is set up: in words, the colour only helps."""
    has_app = account.totp_confirmed_at is not None
    return (
        Cell(pgettext("an account", "Open"), tone="ok") if account.is_active else Cell(_("Closed"), tone=""),
        Cell(_("Set up"), tone="ok") if has_app else Cell(_("Not yet"), tone="warn"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_role("administrator")
def invite(request: HttpRequest) -> HttpResponse:
    """Employ someone: an account, and a letter with the way in."""
    if request.method != "POST":
        return answer(
            request, "administrator/invite.html", InviteForm(initial={"language": settings.LANGUAGE_CODE}), {}
        )
    form = InviteForm(request.POST)
    if not form.is_valid():
        return answer(request, "administrator/invite.html", form, {})
    given = form.cleaned_data
    key = f"invitation:{given['key']}"
    if letters.is_planned(key):  # sent twice
        return redirect("administrator:staff")
    try:
        account = people.add_staff(
            role=given["role"], email=given["email"], name=given["name"],
            sites=[accounts.site_by_code(code) for code in given["sites"]],
            licensed_clinician=given["licensed_clinician"], language=given["language"],
            made_up=settings.MODE == "demo", by=access.actor(request),
        )  # fmt: skip
    except AddressTaken as refused:
        form.add_error("email", str(refused))
        return answer(request, "administrator/invite.html", form, {})
    reminders.plan(key=key, account=account, kind="invitation", by=access.actor(request))
    messages.success(request, _("%(code)s has an account, and a letter is on its way.") % {"code": account.code})
    return redirect("administrator:staff")


@require_safe
@for_role("administrator")
def one(request: HttpRequest, code: str) -> HttpResponse:
    """One member of staff, and what can be done with the account."""
    account = _account(code)
    opened, app = _standing(account)
    facts = [
        Fact(_("Code"), account.code),
        Fact(_("Role"), str(account.get_role_display()).capitalize()),
        Fact(_("Works at"), _places(account)),
        Fact(_("E-mail address"), account.email),
        Fact(_("Telephone for alerts"), account.phone or _("None")),
        Fact(_("Licensed clinician"), _("Yes") if account.licensed_clinician else _("No")),
        Fact(_("Account"), opened.text),
        Fact(_("One-time codes"), app.text),
    ]
    caseload = handing_over.in_care_of(account)
    if caseload:
        facts.append(Fact(_("Cares for"), ", ".join(map(handing_over.in_words, caseload))))
    context = {"member": account, "facts": facts, "form": KeyedForm(), "has_caseload": bool(caseload)}
    return render(request, "administrator/member.html", context)


@require_POST
@for_role("administrator")
def invite_again(request: HttpRequest, code: str) -> HttpResponse:
    """A new letter with a new link, for someone whose first one ran out or who has forgotten the password."""
    account = _account(code)
    form = KeyedForm(request.POST)
    if account.is_active and form.is_valid():
        key = f"invitation:{form.cleaned_data['key']}"
        reminders.plan(key=key, account=account, kind="invitation", by=access.actor(request))
        messages.success(request, _("A new letter to %(code)s is on its way.") % {"code": account.code})
    return redirect("administrator:member", account.code)


@require_http_methods(["GET", "HEAD", "POST"])
@for_role("administrator")
def new_app(request: HttpRequest, code: str) -> HttpResponse:
    """Let someone who has lost a phone set up a new one."""
    account = _account(code)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        people.reset_second_factor(account=account, reason=form.cleaned_data["reason"], by=access.actor(request))
        messages.success(request, _("The next time %(code)s signs in, a new app is set up.") % {"code": account.code})
        return redirect("administrator:member", account.code)
    return _confirm(
        request, form, account, title=_("Let %(code)s set up a new app?") % {"code": account.code},
        text=_("The codes from the old phone stop working at once."), confirm=_("Yes, forget the old one"),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@for_role("administrator")
def close(request: HttpRequest, code: str) -> HttpResponse:
    """Close an account at once."""
    account = _account(code)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            people.deactivate(account=account, reason=form.cleaned_data["reason"], by=access.actor(request))
        except OnlyAdministrator as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The account of %(code)s is closed.") % {"code": account.code})
            return redirect("administrator:member", account.code)
    return _confirm(
        request, form, account, title=_("Close the account of %(code)s?") % {"code": account.code},
        text=_("It ends at once: any page that is open somewhere stops working. What was done stays in the record.")
        + _left_alone(account),
        confirm=_("Close the account"),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("phone")
@for_role("administrator")
def telephone(request: HttpRequest, code: str) -> HttpResponse:
    """The number to which alerts go as text messages."""
    account = _account(code)
    form = StaffTelephoneForm(request.POST if request.method == "POST" else None, initial={"phone": account.phone})
    if form.is_valid():
        staff_telephone.keep(form, account, by=access.actor(request))
        messages.success(request, _("Saved."))
        return redirect("administrator:member", account.code)
    context = {"member": account, "sends_texts": policies.sends_texts()}
    return answer(request, "administrator/telephone.html", form, context)


def _left_alone(account: Account) -> str:
    """How many participants would be without this clinician, as a further sentence; "" for nobody."""
    count = sum(each.count for each in handing_over.in_care_of(account))
    if not count:
        return ""
    said = ngettext(
        "%(n)s participant has this person as clinician, and then needs another.",
        "%(n)s participants have this person as clinician, and then need another.",
        count,
    )
    return " " + said % {"n": count}


def _account(code: str) -> Account:
    account = accounts.staff_member(code)
    if account is None:
        raise Http404
    return account


def _confirm(request: HttpRequest, form: ReasonForm, account: Account, **words: str) -> HttpResponse:
    """The question before something is done to an account."""
    back = reverse("administrator:member", args=[account.code])
    context = {"shell_template": "shell_staff.html", "cancel_url": back, "tone": "bad", **words}
    return answer(request, "confirm.html", form, context)
