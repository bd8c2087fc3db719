"""Settings for everybody: language, light or dark, letters; and one's own password."""

from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from stegvis.people import actions as people
from stegvis.people.errors import PasswordTooWeak, TooManyAttempts
from stegvis.reminders import policies
from stegvis.web import access, context, sessions, staff_telephone
from stegvis.web.components import errors
from stegvis.web.forms import answer
from stegvis.web.public.forms import AccountReadingForm, ChangePasswordForm, NewPasswordForm, ReadingForm
from stegvis.web.staff_telephone import StaffTelephoneForm

_A_YEAR = 365 * 24 * 3600


@require_http_methods(["GET", "HEAD", "POST"])
def settings_page(request: HttpRequest) -> HttpResponse:
    """How pages look, on this device; for those with an account the language as well."""
    has_account = access.is_signed_in(request)
    kind = AccountReadingForm if has_account else ReadingForm
    if request.method != "POST":
        now = context.reading_of(request)
        form = kind(initial={"theme": now.theme, "size": now.size, "letters": now.letters, "language": get_language()})
        return answer(request, "public/settings.html", form, {"has_account": has_account})
    form = kind(request.POST)
    if not form.is_valid():
        return answer(request, "public/settings.html", form, {"has_account": has_account})
    chosen = form.cleaned_data
    language = chosen.get("language") or get_language()
    if has_account and language != request.user.language:  # type: ignore[union-attr]
        people.choose_language(account=request.user, language=language, by=access.actor(request))  # type: ignore[arg-type]
    with override(language):
        messages.success(request, _("Saved."))
        response = redirect(reverse("public:settings"))
    _keep(response, context.READING_COOKIE, f"{chosen['theme']}.{chosen['letters']}.{chosen['size']}")
    _keep(response, settings.LANGUAGE_COOKIE_NAME, language)
    return response


def _keep(response: HttpResponse, name: str, value: str) -> None:
    response.set_cookie(name, value, max_age=_A_YEAR, secure=settings.LIVE, httponly=True, samesite="Lax")


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("phone")
@access.signed_in
def alert_telephone(request: HttpRequest) -> HttpResponse:
    """The own number to which alerts go as text messages; for staff."""
    account = cast(Any, request.user)
    if not account.is_staff_member:
        raise Http404
    data = request.POST if request.method == "POST" else None
    form = StaffTelephoneForm(data, initial={"phone": account.phone})
    if form.is_valid():
        staff_telephone.keep(form, account, by=account)
        messages.success(request, _("Saved."))
        return redirect("public:settings")
    return answer(request, "public/alert_telephone.html", form, {"sends_texts": policies.sends_texts()})


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("password", "present")
@access.signed_in
def password(request: HttpRequest) -> HttpResponse:
    """Choose a new password. Who came by a link from their own e-mail need not know the old one."""
    account = cast(Any, request.user)
    knows = account.has_usable_password() and request.session.get(sessions.WAY) == "password"
    kind = ChangePasswordForm if knows else NewPasswordForm
    form = kind(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            if knows and not access.password_fits(request, form.cleaned_data["present"]):
                form.add_error("present", _("This is not the password you have now. Try again."))
            else:
                people.set_password(account=account, password=form.cleaned_data["password"], by=account)
                update_session_auth_hash(request, account)
                messages.success(request, _("Your new password is saved."))
                return redirect("public:settings")
        except PasswordTooWeak as refused:
            form.add_error("password", str(refused))
        except TooManyAttempts as refused:
            return errors.too_many(request, minutes=refused.facts["minutes"])
    return answer(request, "public/password.html", form, {})
