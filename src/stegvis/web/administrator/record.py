"""The record, as far as it concerns an administrator: accounts, sites, rotas, lists, versions, locks, reports,
deletions, checks of readings.

What was done about a participant is not here, not even that something was: an administrator keeps the installation, and
has no part in anybody's care. Nor are reasons, which staff write in their own words, or what participants' accounts did.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from stegvis.audit import clock
from stegvis.audit import queries as audit
from stegvis.audit.queries import Event
from stegvis.people import queries as people
from stegvis.web.access import for_role
from stegvis.web.administrator import details
from stegvis.web.administrator.forms import SearchForm
from stegvis.web.components import times
from stegvis.web.forms import answer

A_PAGE = 50

VERBS: dict[str, str | Promise] = {
    "people.signed_in": gettext_lazy("Signed in"),
    "people.second_factor_checked": gettext_lazy("Gave a one-time code"),
    "people.second_factor_refused": gettext_lazy("A one-time code did not match"),
    "people.second_factor_started": gettext_lazy("Began to set up an app"),
    "people.second_factor_reset": gettext_lazy("Let someone set up a new app"),
    "people.password_set": gettext_lazy("Set a password"),
    "people.staff_added": gettext_lazy("Added a member of staff"),
    "people.staff_telephone_kept": gettext_lazy("Kept or removed a telephone for alerts"),
    "people.account_closed": gettext_lazy("Closed an account"),
    "people.caseload_handed_over": gettext_lazy("Handed a caseload over"),
    "people.readings_drawn": gettext_lazy("Drew a sample of readings"),
    "people.readings_checked": gettext_lazy("Checked a sample of readings"),
    "people.site_opened": gettext_lazy("Opened or changed a site"),
    "trial.site_switched": gettext_lazy("Opened or closed a site to new people"),
    "trial.lead_named": gettext_lazy("Named who leads a site"),
    "trial.task_delegated": gettext_lazy("Delegated a task"),
    "trial.delegation_ended": gettext_lazy("Ended a delegation"),
    "trial.training_kept": gettext_lazy("Kept that somebody was trained"),
    "safety.rota_joined": gettext_lazy("Put someone on a safety rota"),
    "safety.rota_left": gettext_lazy("Took someone off a safety rota"),
    "safety.test_sent": gettext_lazy("Sent a test alert"),
    "safety.test_answered": gettext_lazy("Answered a test alert"),
    "allocation.sequence_loaded": gettext_lazy("Loaded an allocation list"),
    "allocation.sequence_set_aside": gettext_lazy("Set an allocation list aside"),
    "protocol.loaded": gettext_lazy("Loaded a protocol"),
    "protocol.gone_live": gettext_lazy("Went live"),
    "programme.published": gettext_lazy("Published the programme"),
    "programme.reviewed": gettext_lazy("Signed a review of the programme"),
    "reporting.plan_signed": gettext_lazy("Signed the analysis plan"),
    "reporting.lock_proposed": gettext_lazy("Asked for the data to be locked"),
    "reporting.data_locked": gettext_lazy("Locked the data"),
    "reporting.unlock_proposed": gettext_lazy("Asked for a lock to be undone"),
    "reporting.data_unlocked": gettext_lazy("Undid a lock"),
    "reporting.extract_written": gettext_lazy("Wrote an extract"),
    "reporting.report_printed": gettext_lazy("Printed a report"),
    "reporting.report_opened": gettext_lazy("Opened a report"),
    "reporting.closed_report_printed": gettext_lazy("Printed the closed report"),
    "reporting.closed_report_opened": gettext_lazy("Opened the closed report"),
    "reporting.trial_ended": gettext_lazy("Kept the day on which the trial ended"),
    "reporting.deletion_proposed": gettext_lazy("Asked for a deletion"),
    "reporting.deletion_agreed": gettext_lazy("Agreed to a deletion"),
    "reporting.deletion_done": gettext_lazy("Deleted what was due"),
    "exchange.export_ordered": gettext_lazy("Ordered an export"),
    "exchange.export_made": gettext_lazy("Made an export"),
    "exchange.export_refused": gettext_lazy("Could not make an export"),
    "exchange.export_taken": gettext_lazy("Downloaded an export"),
    "exchange.export_files_removed": gettext_lazy("Removed old exports' files"),
    "audit.backed_up": gettext_lazy("Made a backup"),
    "audit.backup_verified": gettext_lazy("Verified a backup"),
    "audit.taken_over": gettext_lazy("Took over from a backup"),
    "audit.clock_set": gettext_lazy("Set the demonstration's clock"),
}
"""What an administrator can look for, in words."""


@require_safe
@for_role("administrator")
def record(request: HttpRequest) -> HttpResponse:
    """Search the record; newest first."""
    form = SearchForm(request.GET, kinds=list(VERBS.items()))
    found: Any = _found(form) if form.is_valid() else []
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    head = [_("What"), _("When"), _("Who"), _("About"), _("Details")]
    codes = {account.pk: account.code for account in people.staff()}
    rows = [_row(each, codes) for each in page]
    return answer(request, "administrator/record.html", form, {"page": page, "head": head, "rows": rows})


def _found(form: SearchForm) -> QuerySet[Event]:
    given = form.cleaned_data
    verbs = [given["kind"]] if given["kind"] else list(VERBS)
    return audit.housekeeping(
        verbs, actor_code=given["who"].strip(), since=_start(given["since"]), until=_start(given["until"], days=1)
    )


def _start(day: date | None, days: int = 0) -> datetime | None:
    return clock.at(day + timedelta(days=days), 0) if day else None


def _row(event: Event, codes: Mapping[int, str]) -> tuple[object, ...]:
    return (
        str(VERBS[event.verb]),
        times.moment(event.occurred_at),
        _("the system") if event.actor_role == "system" else event.actor_code,
        _about(event.subject, codes),
        ", ".join(details.in_words(event.detail)),
    )


def _about(subject: str, codes: Mapping[int, str]) -> str:
    """What an event is about: of staff the code, of anything else its number, of participants nothing."""
    label, _colon, key = subject.partition(":")
    if label == "people.Account":
        return codes.get(int(key), "")
    if label == "safety.Rota":  # a row's number tells nobody anything: site and person stand beside it
        return ""
    return _("no. %(n)s") % {"n": key} if key.isdecimal() else ""
