"""Test alerts: when the way to a site's rota was last tried and who answered, so that silence can be trusted."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from stegvis.audit import clock
from stegvis.audit.errors import Refused
from stegvis.people import queries as people
from stegvis.people.queries import Account, Site
from stegvis.protocol import queries as protocols
from stegvis.safety import actions, queries
from stegvis.trial import actions as trial
from stegvis.web.coordinator import gate
from stegvis.web.forms import KeyedForm


@dataclass(frozen=True)
class Tried:
    """The last test alert to one site's rota: None without any.

    `days` are those after which a page warns, `mine` says that whoever looks was told and has not answered, and a test
    is sent with `key` to `send_url`, empty for whoever sends none.
    """

    site: Site
    test: Any
    mine: bool
    days: int
    key: str
    send_url: str = ""

    @property
    def tone(self) -> str:
        """Of its card."""
        return "clay" if self.is_old else ""

    @property
    def is_old(self) -> bool:
        """Whether silence cannot be trusted: no test so far, or it lies too many days back."""
        return self.test is None or self.test.sent_at < clock.now() - timedelta(days=self.days)

    @property
    def answered(self) -> list[Any]:
        """Who answered, the first one first."""
        return [each for each in self.test.notices.all() if each.answered_at] if self.test else []

    @property
    def silent(self) -> list[Any]:
        """Who was told and has not answered."""
        return [each for each in self.test.notices.all() if not each.answered_at] if self.test else []


def tried(sites: Iterable[Site], account: Account, send_to: str = "") -> list[Tried]:
    """How it stands at each of these sites for `account`; `send_to` names the address to which a test is sent from here."""
    places = list(sites)
    last, days = queries.last_tests([each.pk for each in places]), protocols.current().safety.test_alert_days
    return [_tried(site, last.get(site.pk), account, days, send_to) for site in places]


def _tried(site: Site, test: Any, account: Account, days: int, send_to: str) -> Tried:
    told = test.notices.all() if test else ()
    mine = any(each.account_id == account.pk and each.answered_at is None for each in told)
    return Tried(site, test, mine, days, str(uuid4()), reverse(send_to, args=[site.code]) if send_to else "")


@require_POST
@gate.coordinator
def send(request: HttpRequest, site: str) -> HttpResponse:
    """A coordinator sends a test alert to the rota of an own site."""
    place = next((each for each in people.sites() if each.code == site and each.pk in gate.sites(request)), None)
    if place is None:
        raise Http404
    say_sent(request, place)
    return redirect("coordinator:alerts")


def say_sent(request: HttpRequest, site: Site) -> None:
    """Send it and say so, or say why not."""
    form = KeyedForm(request.POST)
    try:
        key = form.cleaned_data["key"] if form.is_valid() else uuid4()
        trial.send_test_alert(site=site, key=key, by=gate.account(request))
        messages.success(
            request, _("The test alert is on its way to everyone on the rota of %(site)s.") % {"site": site}
        )
    except Refused as refused:
        messages.warning(request, str(refused))


@require_POST
@gate.on_rotas
def take(request: HttpRequest, number: int) -> HttpResponse:
    """Somebody on the rota says that the test has reached them."""
    test = queries.test_alert(number)
    if test is None:
        raise Http404
    try:
        actions.answer_test(test=test, by=gate.account(request))
        messages.success(request, _("Thank you. Now others can see that alerts reach you."))
    except Refused as refused:
        messages.warning(request, str(refused))
    return redirect("coordinator:alerts")
