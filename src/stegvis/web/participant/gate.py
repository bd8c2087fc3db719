"""Who opens the participant's pages, and what comes before any of them.

Two things come first: help, after an answer that asks for it; and consent, as long as there is none.

    @own_page                       # after consent, and never before help that is due
    def activity(request: HttpRequest, person: Participant) -> HttpResponse: …

    @always_open                    # consent itself, messages to the study, what one has agreed to
    def consent(request: HttpRequest, person: Participant) -> HttpResponse: …
"""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from stegvis.methods.study.safety import DECLINED as PREFERS_NOT
from stegvis.methods.study.safety import SafetyRule
from stegvis.people.queries import Participant
from stegvis.trial import queries as trial
from stegvis.web import access

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, Participant, P], HttpResponse]
Gated = Callable[Concatenate[HttpRequest, P], HttpResponse]

HELP_IS_DUE = "help_is_due"
"""Session key: an answer asked for help, and the help page has not been shown since; what it was about."""

WORRY, DECLINED = "worry", "declined"
"""What help can be about: an answer that worries, or “I prefer not to answer” to a question about danger."""

_ENROLMENT = "own_enrolment"


def own_page(view: View[P]) -> Gated[P]:
    """A page of somebody who has consented."""

    @wraps(view)
    def gate(request: HttpRequest, person: Participant, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not has_consented(request, person):
            return redirect("participant:consent")
        return view(request, person, *args, **kwargs)

    return always_open(gate)


def always_open(view: View[P]) -> Gated[P]:
    """A page of any participant, before consent as well."""

    @access.for_role("participant")
    @wraps(view)
    def gate(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        person = access.own(request)
        if request.method in {"GET", "HEAD"} and HELP_IS_DUE in request.session:
            return help_first(request, request.get_full_path(), str(request.session[HELP_IS_DUE]))
        return view(request, person, *args, **kwargs)

    return gate


def has_consented(request: HttpRequest, person: Participant) -> bool:
    """Whether the person has ever consented; withdrawing later does not close their pages."""
    return enrolment_of(request, person).consented_on is not None


def enrolment_of(request: HttpRequest, person: Participant) -> Any:
    """The person's enrolment; asked of the database once a request."""
    if not hasattr(request, _ENROLMENT):
        setattr(request, _ENROLMENT, trial.enrolment(person))
    found = getattr(request, _ENROLMENT)
    if found is None:
        raise Http404
    return found


def help_first(request: HttpRequest, then: str, about: str = WORRY) -> HttpResponse:
    """Show help on the very next page, and go on to `then` from there."""
    request.session[HELP_IS_DUE] = about
    return redirect(f"{reverse('participant:help_first')}?{urlencode({'next': then, 'about': about})}")


def what_help_is_about(fired: Iterable[SafetyRule]) -> str:
    """What the help page is to speak of after these rules; "" when none fired."""
    codes = {rule.code for rule in fired}
    return "" if not codes else DECLINED if codes == {PREFERS_NOT} else WORRY
