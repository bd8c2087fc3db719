"""Signing in: a password or a one-time link; for staff a one-time code from an app as well.

Nothing here tells whether an address has an account: the answer is the same, only the letter does not come. A link's
page spends it when the button is pressed and not when it is opened, since mail programs open links by themselves.
"""

from django.contrib import messages
from django.contrib.auth import logout
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from stegvis.audit.action import ANYONE, SYSTEM
from stegvis.audit.errors import Refused
from stegvis.people import actions as people
from stegvis.people import queries as accounts
from stegvis.people.errors import LinkUsedOrExpired, PasswordTooWeak, TooManyAttempts, WrongCode
from stegvis.people.queries import SignInLink
from stegvis.reminders import actions as reminders
from stegvis.web import access, context, sessions
from stegvis.web.forms import answer
from stegvis.web.public import authenticator
from stegvis.web.public.forms import CodeForm, NewPasswordForm, SignInForm


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("password")
def sign_in(request: HttpRequest) -> HttpResponse:
    """The page where one signs in, or asks for a link."""
    if access.is_signed_in(request):
        return redirect(context.home_of(request.user.role))  # type: ignore[union-attr]
    if request.method != "POST":
        form = SignInForm(initial={"next": access.own_address(request.GET.get("next", ""))})
        return answer(request, "public/sign_in.html", form, {})
    form = SignInForm(request.POST)
    if not form.is_valid():
        return answer(request, "public/sign_in.html", form, {})
    wants_link = request.POST.get("way") == "link"
    try:
        return _send_link(request, form) if wants_link else _by_password(request, form)
    except TooManyAttempts as refused:
        return _wait(request, "public/sign_in.html", form, refused)


def _by_password(request: HttpRequest, form: SignInForm) -> HttpResponse:
    given = form.cleaned_data
    if not given["password"]:
        form.add_error("password", _("Write your password, or ask for a link by e-mail."))
        return answer(request, "public/sign_in.html", form, {})
    account = people.check_password(
        email=given["email"], password=given["password"], origin=access.origin(request), by=ANYONE
    )
    if account is None:
        form.add_error(None, _("Address and password do not go together. Try again, or ask for a link by e-mail."))
        return answer(request, "public/sign_in.html", form, {})
    sessions.begin(request, account, way="password")
    return redirect(sessions.address_after(account, given["next"]))


def _send_link(request: HttpRequest, form: SignInForm) -> HttpResponse:
    given = form.cleaned_data
    account = people.ask_for_link(email=given["email"], origin=access.origin(request), by=ANYONE)
    if account is not None:
        reminders.plan(
            key=f"sign_in:{given['key']}", account=account, kind="sign_in",
            participant=accounts.participant_of(account), target=access.own_address(given["next"]), by=SYSTEM,
        )  # fmt: skip
    return redirect("public:link_sent")


def _wait(request: HttpRequest, template: str, form: SignInForm | CodeForm, refused: TooManyAttempts) -> HttpResponse:
    """The page again, with the sentence, as 429."""
    form.add_error(None, str(refused))
    response = render(request, template, {"form": form, **_setting_up(request)}, status=429)
    response["Retry-After"] = str(refused.facts["minutes"] * 60)
    return response


@require_safe
def link_sent(request: HttpRequest) -> HttpResponse:
    """The same for an address that is known and for one that is not."""
    return render(request, "public/link_sent.html")


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("password")
def link(request: HttpRequest, token: str) -> HttpResponse:
    """A one-time link: a button that spends it, or for an invitation the choice of a password."""
    found = accounts.link_by_token(token)
    if found is None:
        return _gone(request, LinkUsedOrExpired())
    if found.purpose == "invitation":
        return _invitation(request, found, token)
    if request.method != "POST":
        return render(request, "public/link.html")
    try:
        people.use_link(token=token, by=ANYONE)
    except LinkUsedOrExpired as refused:
        return _gone(request, refused)
    sessions.begin(request, found.account, way="link")
    return redirect(sessions.address_after(found.account, found.target))


def _invitation(request: HttpRequest, found: SignInLink, token: str) -> HttpResponse:
    """A new member of staff chooses a password; the link is spent only with a password that can be used."""
    form = NewPasswordForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            with transaction.atomic():
                people.use_link(token=token, by=ANYONE)
                people.set_password(account=found.account, password=form.cleaned_data["password"], by=found.account)
        except LinkUsedOrExpired as refused:
            return _gone(request, refused)
        except PasswordTooWeak as refused:
            form.add_error("password", str(refused))
        else:
            sessions.begin(request, found.account, way="invitation")
            return redirect("public:second_factor")
    return answer(request, "public/invitation.html", form, {"invited": found.account})


def _gone(request: HttpRequest, refused: Refused) -> HttpResponse:
    return render(request, "public/link_gone.html", {"sentence": str(refused)}, status=410)


@require_http_methods(["GET", "HEAD", "POST"])
def second_factor(request: HttpRequest) -> HttpResponse:
    """The code from the app; the first time with the picture that sets the app up."""
    if not request.user.is_authenticated:
        return redirect("public:sign_in")
    wanted = access.own_address(request.GET.get("next", ""))
    if access.is_signed_in(request):
        return redirect(wanted or context.home_of(request.user.role))
    form = CodeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            people.check_second_factor(account=request.user, code=form.cleaned_data["code"], by=request.user)
        except WrongCode as refused:
            people.count_wrong_code(account=request.user, by=request.user)
            form.add_error("code", str(refused))
        except TooManyAttempts as refused:
            return _wait(request, "public/second_factor.html", form, refused)
        else:
            sessions.complete(request)
            return redirect(wanted or context.home_of(request.user.role))
    return answer(request, "public/second_factor.html", form, _setting_up(request))


def _setting_up(request: HttpRequest) -> dict[str, object]:
    """What the page shows to somebody whose app is not set up yet: never again once it is."""
    account = request.user
    if not account.is_authenticated or account.totp_confirmed_at is not None or not account.totp_secret:
        return {"setting_up": None}
    return {"setting_up": authenticator.setting_up(account.totp_secret, account.code)}


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    logout(request)
    messages.success(request, _("You are signed out."))
    return redirect(reverse("public:start"))


@require_safe
def keep(request: HttpRequest) -> HttpResponse:
    """For the page that asks whether somebody is still there: the request itself has kept the session."""
    return HttpResponse(status=204 if request.user.is_authenticated else 401)
